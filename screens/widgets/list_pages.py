"""How a list gets its rows: pages by keyset and counts, asked for in threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, Literal

from textual.message import Message

from models.views import Counts, Page, Span
from screens.widgets.columns import Column, RowT
from screens.widgets.list_lines import ListLines
from screens.widgets.window import Window

Loader = Callable[[Span], Page[RowT]]
"""Reads one page; called in a thread, so it opens what it needs and touches no widget."""

Counting = Callable[[tuple[Any, ...] | None], Counts]
"""Counts the list, and the rows before a key; called in the same thread once the rows are shown."""

PAGE: Final = 100
"""Rows asked for at a time: 0.1 ms by keyset, four screens of a 24-line terminal."""

Errand = Literal["first", "last", "reload", "after", "before"]


@dataclass(frozen=True, slots=True)
class Request:
    """A page that was asked for."""

    number: int
    errand: Errand
    span: Span


class ListPages(ListLines[RowT], Generic[RowT]):
    """The part of a list that reads: the first page, the last, the neighbours, and all anew.

    Counting never delays rows and never comes with a neighbour page: it follows the rows of a list
    that was opened, filtered, reloaded or gone to the end of.
    """

    class Answered(Message, bubble=False):
        """A page is read, or could not be; for the list itself."""

        def __init__(self, request: Request, answer: Page[Any] | Exception) -> None:
            super().__init__()
            self.request = request
            self.answer = answer

    class Counted(Message, bubble=False):
        """The list is counted, or could not be; for the list itself."""

        def __init__(self, request: Request, answer: Counts | Exception) -> None:
            super().__init__()
            self.request = request
            self.answer = answer

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        loader: Loader[RowT] | None,
        counting: Counting | None,
        *,
        empty: str,
        id: str | None,
        classes: str | None,
    ) -> None:
        super().__init__(columns, empty=empty, id=id, classes=classes)
        self._loader = loader
        self._counting = counting
        self._last_number = 0
        self._replacing: Request | None = None
        self._extending: dict[Errand, int] = {}
        self._uncounted: Request | None = None
        self._reload_again = False
        self._is_another_list = False
        self._jump_by = 0

    @property
    def page_rows(self) -> int:
        """How many rows are asked for at a time."""
        return PAGE

    @property
    def is_replacing(self) -> bool:
        return self._replacing is not None

    @property
    def is_reading(self) -> bool:
        """Whether rows or counts are on their way."""
        return self.is_replacing or bool(self._extending) or self._uncounted is not None

    def reload(self) -> None:
        """Read the rows in memory anew; the cursor stays on its record."""
        if self._loader is None:
            return
        if self._replacing is not None or self._uncounted is not None:
            self._reload_again = True
            return
        rows = self._window.rows
        limit = max(len(rows), self.page_rows)
        if self._window.at_start or not rows:
            self._replace("reload", Span(limit))
        else:
            self._replace("reload", Span(limit, since=rows[0].key))

    @property
    def is_opening(self) -> bool:
        """Its first rows are on their way: a key that chooses one waits for them."""
        return self._is_jumping or (self.is_replacing and not self._window.rows)

    @property
    def _is_jumping(self) -> bool:
        return self._replacing is not None and self._replacing.errand != "reload"

    def _settle(self) -> None:
        """Bring pages, messages and the screen in line with the window."""
        raise NotImplementedError

    def _failed(self, error: Exception) -> None:
        """Tell whoever shows the list that it could not be read."""
        raise NotImplementedError

    # --- asking -----------------------------------------------------------------------------

    def _jump(self, edge: Literal["first", "last"]) -> None:
        self._jump_by = 0
        self._replace(edge, Span(self.page_rows, last=edge == "last"))

    def _replace(self, errand: Errand, span: Span) -> None:
        self._extending.clear()  # what they bring would no longer adjoin
        self._replacing = self._ask(errand, span)
        self._uncounted = self._replacing if self._counting is not None else None

    def _extend(self) -> None:
        """Fetch the neighbour pages before the cursor gets there."""
        window, margin = self._window, 2 * self._window.height
        if self._replacing is not None or not window.rows or self._loader is None:
            return
        wants_after = window.wants_after(margin) or (window.goal or 0) >= len(window.rows)
        if wants_after and "after" not in self._extending:
            request = self._ask("after", Span(self.page_rows, after=window.rows[-1].key))
            self._extending["after"] = request.number
        wants_before = window.wants_before(margin) or (window.goal or 0) < 0
        if wants_before and "before" not in self._extending:
            request = self._ask("before", Span(self.page_rows, before=window.rows[0].key))
            self._extending["before"] = request.number

    def _ask(self, errand: Errand, span: Span) -> Request:
        self._last_number += 1
        request = Request(self._last_number, errand, span)
        if self._loader is not None:
            counting = None if errand in ("after", "before") else self._counting
            read = partial(self._read, self._loader, counting, request)
            self.run_worker(read, thread=True, group="pages", exit_on_error=False)
        return request

    def _read(self, loader: Loader[RowT], counting: Counting | None, request: Request) -> None:
        """Read one page, then count; runs in a thread and only posts."""
        answer: Page[RowT] | Exception
        try:
            answer = loader(request.span)
        except Exception as error:
            answer = error
        self.post_message(self.Answered(request, answer))
        if counting is None or isinstance(answer, Exception):
            return
        counts: Counts | Exception
        try:
            counts = counting(answer.rows[0].key if answer.rows else None)
        except Exception as error:
            counts = error
        self.post_message(self.Counted(request, counts))

    # --- taking what comes ------------------------------------------------------------------

    def on_list_pages_answered(self, message: Answered) -> None:
        request, answer = message.request, message.answer
        if not self._is_awaited(request):
            return
        if self._replacing == request:
            self._replacing = None
        self._extending.pop(request.errand, None)
        if isinstance(answer, Exception):
            self._fail(request, answer)
        else:
            self._take(request, answer)
        self._catch_up()

    def on_list_pages_counted(self, message: Counted) -> None:
        if self._uncounted != message.request:
            return
        self._uncounted = None
        if isinstance(message.answer, Exception):
            self._failed(message.answer)
        else:
            self.counts = message.answer
            if message.answer.place is not None:
                self._window.place(message.answer.place)
            self._settle()
        self._catch_up()

    def _catch_up(self) -> None:
        """Reload, when that was asked for meanwhile."""
        if self._reload_again and self._replacing is None and self._uncounted is None:
            self._reload_again = False
            self.reload()

    def _is_awaited(self, request: Request) -> bool:
        """Whether an answer is still wanted; threads cannot be stopped, so stale ones come."""
        if request.errand in ("after", "before"):
            return self._extending.get(request.errand) == request.number
        return self._replacing == request

    def _fail(self, request: Request, error: Exception) -> None:
        self.failure = error
        self._window.goal = None
        if self._is_another_list:  # what stands there answers another question
            self._forget()
        if self._uncounted == request:
            self._uncounted = None
        self._jump_by = 0
        self._failed(error)
        self._repaint()  # not _settle: that would ask for the same page again, at once and for ever

    def _forget(self) -> None:
        height = self._window.height
        self._window = Window()
        self._window.height = height
        self.counts = None

    def _take(self, request: Request, page: Page[RowT]) -> None:
        self.failure = None
        if self._is_another_list:
            self._is_another_list = False
            self.counts = None
        window = self._window
        if request.errand == "after":
            window.append(page, request.span.limit)
        elif request.errand == "before":
            window.prepend(page, request.span.limit)
        elif request.errand == "reload":
            self._take_reload(request.span, page)
        else:
            self._take_jump(request, page)
        self._settle()

    def _take_jump(self, request: Request, page: Page[RowT]) -> None:
        window, first = self._window, request.errand == "first"
        short = len(page.rows) < request.span.limit
        window.replace(page, at_start=first or short, at_end=short or not first)
        self._lines.clear()
        window.cursor = 0 if first else max(len(page.rows) - 1, 0)
        window.top = window.cursor
        window.move(self._jump_by)
        self._jump_by = 0

    def _take_reload(self, span: Span, page: Page[RowT]) -> None:
        if not page.rows and span.since is not None:  # everything from here on vanished
            self._jump("last")
            return
        window = self._window
        old = window.rows
        ahead = None if window.goal is None else window.goal - window.cursor
        at_start, at_end = span.since is None, len(page.rows) < span.limit
        window.replace(page, at_start=at_start, at_end=at_end, start=window.start)
        self._lines.clear()
        window.stay(old)
        if ahead is not None:
            window.move(ahead)
        self._renew_marks(old)

    def _renew_marks(self, old: list[RowT]) -> None:
        """Marked rows as they are now, without those that vanished.

        What stood last may only have been pushed out of the rows that were read.
        """
        window = self._window
        now = {row.id: row for row in window.rows}
        still = [at for at, row in enumerate(old) if row.id in now]
        end = len(old) if window.at_end else max(still, default=-1)
        gone = {row.id for row in old[:end]} - now.keys()
        self._marks = {
            row_id: now.get(row_id, row)
            for row_id, row in self._marks.items()
            if row_id not in gone
        }
