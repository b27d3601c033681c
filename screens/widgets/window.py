"""The part of a long list that is in memory, and the cursor in it.

Pages come by keyset, so nobody can jump to row 500,000; but the first page, the last one and the
neighbours of any page can be had at once. All positions here count from the first row in memory;
only :attr:`Window.start` knows where that stands in the whole list, where anybody knows it.
"""

from __future__ import annotations

from typing import Final, Generic

from models.views import Count, Page
from screens.widgets.columns import RowT

MOST: Final = 500
"""Rows kept in memory: five pages of a hundred."""


class Window(Generic[RowT]):
    """Rows in a row, a cursor, the first visible row, and a goal that may lie outside.

    Attributes:
        rows: the rows in memory.
        start: how many rows of the list stand before them, as far as it is known.
        start_is_known: ``start`` is no guess.
        at_start: the list's first row is in memory.
        at_end: the list's last row is in memory.
        cursor: position of the cursor.
        top: position of the first visible row.
        height: how many rows are visible.
        goal: where the cursor wants to be, when that is not in memory yet.
    """

    def __init__(self) -> None:
        self.rows: list[RowT] = []
        self.start: int | None = 0
        self.start_is_known = True
        self.at_start = True
        self.at_end = True
        self.cursor = 0
        self.top = 0
        self.height = 1
        self.goal: int | None = None
        self._first = 0

    @property
    def current(self) -> RowT | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def thumb(self, total: Count | None) -> range:
        """The visible lines that show where in the whole the view stands; none where all is seen.

        Where nobody knows how many rows stand on one side, as many as were counted are assumed
        there: the sign still moves with the view, and only its distance from the edge is a guess.
        """
        guess = total.rows if total is not None else len(self.rows)
        before = guess if self.start is None else self.start + self.top
        below = len(self.rows) - self.top - self.height
        if not self.at_end:
            is_counted = total is not None and not total.more and self.start is not None
            below = max(guess - before - self.height if is_counted else guess, below)
        if before + below <= 0:
            return range(0)
        length = max(self.height**2 // (before + self.height + below), 1)
        first = round(before * (self.height - length) / (before + below))
        return range(first, first + length)

    # --- moving -----------------------------------------------------------------------------

    def move(self, delta: int, *, scroll: bool = False) -> None:
        """Move the cursor by ``delta`` rows, remembering what lies beyond the rows in memory.

        Args:
            delta: rows, negative upwards.
            scroll: move the view by as much (page keys) instead of as little as possible.
        """
        wanted = (self.cursor if self.goal is None else self.goal) + delta
        before = self.cursor
        self.aim(wanted)
        if scroll:
            self.top += self.cursor - before
        self.keep_visible()

    def aim(self, wanted: int) -> None:
        """Put the cursor at ``wanted`` or as near as the rows in memory allow."""
        last = len(self.rows) - 1
        beyond = (wanted < 0 and not self.at_start) or (wanted > last and not self.at_end)
        self.goal = wanted if beyond else None
        self.cursor = max(min(wanted, last), 0)

    def scroll(self, delta: int) -> None:
        """Move the view by ``delta`` rows and take the cursor along at its edge."""
        self.top = max(min(self.top + delta, len(self.rows) - self.height), 0)
        self.cursor = max(min(self.cursor, self.top + self.height - 1), self.top)
        self.cursor = max(min(self.cursor, len(self.rows) - 1), 0)

    def keep_visible(self) -> None:
        """Move the view as little as it takes to show the cursor and no blank lines."""
        self.top = max(min(self.top, self.cursor), self.cursor - self.height + 1)
        self.top = max(min(self.top, len(self.rows) - self.height), 0)

    # --- pages ------------------------------------------------------------------------------

    def wants_after(self, margin: int) -> bool:
        """The next page should be fetched: fewer than ``margin`` rows follow the view."""
        return not self.at_end and self.top + self.height + margin > len(self.rows)

    def wants_before(self, margin: int) -> bool:
        """The page before should be fetched: fewer than ``margin`` rows precede the view."""
        return not self.at_start and self.top < margin

    def append(self, page: Page[RowT], limit: int) -> None:
        """Take in the page after the last row; ``limit`` rows had been asked for."""
        self.at_end = len(page.rows) < limit
        self.rows.extend(page.rows)
        self._arrive()
        surplus = min(len(self.rows) - MOST, self.top)
        if surplus > 0:
            del self.rows[:surplus]
            self.at_start = False
            self._begin_at(surplus)
            self._shift(-surplus)

    def prepend(self, page: Page[RowT], limit: int) -> None:
        """Take in the page before the first row; ``limit`` rows had been asked for."""
        self.at_start = len(page.rows) < limit
        self.rows[:0] = page.rows
        self._begin_at(-len(page.rows))
        self._shift(len(page.rows))
        self._arrive()
        keep = max(MOST, self.top + self.height)
        if len(self.rows) > keep:
            del self.rows[keep:]
            self.at_end = False

    def replace(
        self, page: Page[RowT], *, at_start: bool, at_end: bool, start: int | None = None
    ) -> None:
        """Forget all rows and take these; the caller places the cursor.

        Args:
            page: the rows.
            at_start: the list begins with them.
            at_end: the list ends with them.
            start: where they stand in the list, as a guess; :meth:`place` may know it later.
        """
        self.rows = list(page.rows)
        self.at_start, self.at_end = at_start, at_end
        self.start, self.start_is_known = (0, True) if at_start else (start, False)
        self._first = 0
        self.goal = None

    def place(self, start: int) -> None:
        """The row that came first at the last :meth:`replace` has ``start`` rows before it."""
        self.start, self.start_is_known = start + self._first, True

    def stay(self, old: list[RowT]) -> None:
        """Put the cursor back on its record after ``rows`` came to stand for ``old``.

        A record that vanished gives the cursor to the nearest one that is still there, the next
        before the previous. The view keeps its distance to the cursor, unless it stood at the
        very top: there new rows come into sight.
        """
        was_top, offset = self.top, self.cursor - self.top
        places = {row.id: at for at, row in enumerate(self.rows)}
        order = [*range(self.cursor, len(old)), *range(self.cursor - 1, -1, -1)]
        found = (places[old[at].id] for at in order if old[at].id in places)
        self.cursor = next(found, max(min(self.cursor, len(self.rows) - 1), 0))
        self.top = 0 if was_top == 0 and self.at_start else self.cursor - offset
        self.keep_visible()

    def _begin_at(self, by: int) -> None:
        """The rows in memory begin ``by`` rows further down the list than before."""
        self._first += by
        if self.at_start:
            self.start, self.start_is_known = 0, True
        elif self.start is not None:
            self.start = max(self.start + by, 0)

    def _shift(self, by: int) -> None:
        self.cursor += by
        self.top += by
        if self.goal is not None:
            self.goal += by

    def _arrive(self) -> None:
        """Go on towards the goal with the rows that have come."""
        if self.goal is not None:
            self.aim(self.goal)
            self.keep_visible()
