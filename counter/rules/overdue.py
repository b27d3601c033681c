"""The overdue board: what is late by how much, added up and filtered. Pure.

Late is the working time of the clock's calendar since it was due, or the time on the wall where no
calendar counts. Totals are counted over exactly the rows that the board shows; the rows themselves
are made when somebody looks at them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, overload

from counter.rules.calendars import WorkingTime
from models.overdue_views import About, Board, Facet, OpenClocks, OverdueQuery, OverdueRow, Total
from models.terms import ClockKind, TicketKind

SOON: Final = timedelta(hours=2)
"""What falls due within so much time is shown, too."""

_SECOND: Final = timedelta(seconds=1)

_LATE: Final = 2
"""The level of whatever is overdue."""

_AT_ONCE: Final = 100
"""So many rows are made at least: what a list asks for first."""

_PROMISES: Final[Mapping[str, ClockKind]] = {
    ClockKind.REFUND: ClockKind.REFUND,
    ClockKind.REFUND_STATUTORY: ClockKind.REFUND,
    ClockKind.CALL_BACK: ClockKind.CALL_BACK,
    ClockKind.APPOINTMENT: ClockKind.APPOINTMENT,
}
"""Clocks that are counted by what was promised; all others by the kind of their ticket."""

_ABOUTS: Final[Mapping[str, About]] = {
    **{kind: kind for kind in TicketKind},
    **{kind: kind for kind in _PROMISES.values()},
}
"""What a clock is counted under, by its text."""


class LateRows(Sequence[OverdueRow]):
    """The late rows, the latest first, made as far as somebody looked.

    Within one calendar lateness follows the due time, so that the first rows of all are among the
    first of each calendar.

    Args:
        runs: where the clocks of each calendar stand, by due time and key.
        make: the row of a clock.
    """

    def __init__(self, runs: Sequence[Sequence[int]], make: Callable[[int], OverdueRow]) -> None:
        self._runs = runs
        self._make = make
        self._count = sum(map(len, runs))
        self._made: Sequence[OverdueRow] = ()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[OverdueRow]:
        return iter(self._first(self._count))

    @overload
    def __getitem__(self, at: int) -> OverdueRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[OverdueRow]: ...
    def __getitem__(self, at: int | slice) -> OverdueRow | Sequence[OverdueRow]:
        places = range(self._count)[at]
        if isinstance(places, range):
            rows = self._first(max(places, default=-1) + 1)
            return tuple(rows[place] for place in places)
        return self._first(places + 1)[places]

    def _first(self, count: int) -> Sequence[OverdueRow]:
        """At least so many of the first rows, where there are so many.

        Twice as many each time, and never changed: threads may look at the same time.
        """
        made = self._made
        if len(made) >= count:
            return made
        count = min(max(count, 2 * len(made), _AT_ONCE), self._count)
        rows = [self._make(at) for run in self._runs for at in run[:count]]
        rows.sort(key=_latest_first)
        made = self._made = tuple(rows[:count])
        return made


def board(
    clocks: OpenClocks,
    query: OverdueQuery,
    now: datetime,
    works: Mapping[int, WorkingTime],
) -> Board:
    """The board of ``now``.

    Args:
        clocks: every open clock that is due before ``now`` plus :data:`SOON`.
        query: what is shown of them.
        now: the moment.
        works: the working time of each calendar, by its row's key.
    """
    are_late = bisect_left(clocks.due, now)
    levels = [_LATE if level < _LATE else level for level in clocks.levels[:are_late]]
    levels += clocks.levels[are_late:]
    columns: dict[str, Sequence[Any]] = {
        "about": list(map(_PROMISES.get, clocks.kinds, clocks.ticket_kinds)),
        "kind": clocks.ticket_kinds,
        "clock": clocks.kinds,
        "owner_id": clocks.owners,
        "department": clocks.departments,
        "level": levels,
    }
    rows = range(len(clocks.ids) if query.soon else are_late)
    shown = _shown(rows, columns, query)
    late, soon = _parted(shown, are_late)
    runs = defaultdict(list)
    for at in late:
        runs[clocks.calendars[at]].append(at)
    make = _maker(clocks, columns, now, works)

    def facet(part: str) -> Facet:
        totals = Counter(map(columns[part].__getitem__, late))
        if getattr(query, part) is None:
            return _facet(totals, totals, map(columns[part].__getitem__, soon))
        without: dict[str, Any] = {part: None}  # what this very filter hides could be chosen, too
        others, next_ones = _parted(_shown(rows, columns, replace(query, **without)), are_late)
        found = Counter(map(columns[part].__getitem__, others))
        return _facet(totals, found, map(columns[part].__getitem__, next_ones))

    reached = _shown(rows, columns, replace(query, level=None))
    return Board(
        now,
        LateRows(list(runs.values()), make),
        tuple(map(make, soon)),
        _named(facet("about")),
        facet("owner_id"),
        _levels(levels, shown, reached),
        hidden=len(rows) - len(shown),
    )


def _shown(
    rows: Sequence[int], columns: Mapping[str, Sequence[Any]], query: OverdueQuery
) -> Sequence[int]:
    """Those of the clocks that the filter lets through, by where they stand."""
    for part, column in columns.items():
        wanted = getattr(query, part)
        if wanted is not None:
            rows = [at for at in rows if column[at] == wanted]
    return rows


def _parted(rows: Sequence[int], are_late: int) -> tuple[Sequence[int], Sequence[int]]:
    """What is late, and what is not yet."""
    end = bisect_left(rows, are_late)
    return rows[:end], rows[end:]


def _maker(
    clocks: OpenClocks,
    columns: Mapping[str, Sequence[Any]],
    now: datetime,
    works: Mapping[int, WorkingTime],
) -> Callable[[int], OverdueRow]:
    """What makes the row of the clock that stands somewhere."""
    worked = {key: work.index(now) for key, work in works.items()}

    def make(at: int) -> OverdueRow:
        due_at, calendar = clocks.due[at], clocks.calendars[at]
        if due_at >= now:
            seconds = (due_at - now) // _SECOND
        elif calendar is None:
            seconds = (now - due_at) // _SECOND
        else:
            seconds = worked[calendar] - works[calendar].index(due_at)
        return OverdueRow(
            clocks.ids[at],
            ClockKind(clocks.kinds[at]),
            TicketKind(clocks.ticket_kinds[at]),
            _ABOUTS[columns["about"][at]],
            due_at,
            seconds,
            columns["level"][at],
            clocks.owners[at],
            clocks.departments[at],
        )

    return make


def _latest_first(row: OverdueRow) -> tuple[Any, ...]:
    return (-row.seconds, row.due_at, row.id)


def _facet(totals: Counter[Any], found: Counter[Any], others: Iterator[Any]) -> Facet:
    """The late rows by a value, and what else could be chosen beside the other filters."""
    choices = sorted({**dict.fromkeys(others, 0), **found}.items(), key=_biggest_first)
    return Facet(
        tuple(Total(one, count) for one, count in choices if totals[one]),
        tuple(one for one, _count in choices),
    )


def _biggest_first(counted: tuple[Any, int]) -> tuple[int, str]:
    return (-counted[1], str(counted[0]))


def _named(facet: Facet) -> Facet:
    """A facet by what clocks are about, as terms instead of their texts."""
    return Facet(
        tuple(Total(_ABOUTS[total.value], total.rows) for total in facet.totals),
        tuple(_ABOUTS[one] for one in facet.choices),
    )


def _levels(levels: Sequence[int], shown: Sequence[int], reached: Sequence[int]) -> Facet:
    totals = Counter(map(levels.__getitem__, shown))
    return Facet(
        tuple(Total(level, totals[level]) for level in sorted(totals, reverse=True)),
        tuple(sorted(set(map(levels.__getitem__, reached)), reverse=True)),
    )
