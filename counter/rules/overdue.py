"""The overdue board: what is late by how much, added up and filtered. Pure.

Late is the working time of the clock's calendar since it was due, or the time on the wall where no
calendar counts. Totals are counted over exactly the rows that the board shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from counter.rules.calendars import WorkingTime
from models.overdue_views import Board, Facet, OpenClock, OverdueQuery, OverdueRow, Total
from models.terms import ClockKind

SOON: Final = timedelta(hours=2)
"""What falls due within so much time is shown, too."""

_SECOND: Final = timedelta(seconds=1)

_LATE: Final = 2
"""The level of whatever is overdue."""

_ABOUT: Final[Mapping[ClockKind, ClockKind]] = {
    ClockKind.REFUND: ClockKind.REFUND,
    ClockKind.REFUND_STATUTORY: ClockKind.REFUND,
    ClockKind.CALL_BACK: ClockKind.CALL_BACK,
    ClockKind.APPOINTMENT: ClockKind.APPOINTMENT,
}
"""Clocks that are counted by what was promised; all others by the kind of their ticket."""


def board(
    clocks: Iterable[OpenClock],
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
    rows = _rows(clocks, now, works)
    if not query.soon:
        rows = [row for row in rows if row.due_at < now]
    shown = _shown(rows, query)
    late, soon = _parted(shown, now)
    late.sort(key=_latest_first)
    soon.sort(key=_next_first)
    return Board(
        now,
        tuple(late),
        tuple(soon),
        _facet(late, soon, rows, query, "about", now),
        _facet(late, soon, rows, query, "owner_id", now),
        _levels(shown, rows, replace(query, level=None)),
        hidden=len(rows) - len(shown),
    )


def _rows(
    clocks: Iterable[OpenClock], now: datetime, works: Mapping[int, WorkingTime]
) -> list[OverdueRow]:
    """The clocks as rows; there are thousands of them, and somebody waits for the board."""
    counted = {key: (work.index, work.index(now)) for key, work in works.items()}
    rows, make, abouts = [], OverdueRow._make, _ABOUT
    for key, ticket, kind, of, calendar, due_at, level, owner, department in clocks:
        if due_at >= now:
            seconds = (due_at - now) // _SECOND
        else:
            if level < _LATE:
                level = _LATE
            if calendar is None:
                seconds = (now - due_at) // _SECOND
            else:
                index, worked = counted[calendar]
                seconds = worked - index(due_at)
        about = abouts.get(kind, of)
        rows.append(
            make((key, (key,), ticket, kind, of, about, due_at, seconds, level, owner, department))
        )
    return rows


def _shown(rows: list[OverdueRow], query: OverdueQuery) -> list[OverdueRow]:
    """The rows that the filter lets through."""
    asked: list[tuple[int, Any]] = [
        (OverdueRow._fields.index(name), value)
        for name, value in (
            ("about", query.about),
            ("ticket_kind", query.kind),
            ("clock", query.clock),
            ("owner_id", query.owner_id),
            ("department", query.department),
            ("level", query.level),
        )
        if value is not None
    ]
    if not asked:
        return rows
    return [row for row in rows if all(row[at] == value for at, value in asked)]


def _parted(rows: Iterable[OverdueRow], now: datetime) -> tuple[list[OverdueRow], list[OverdueRow]]:
    """What is late, and what is not yet."""
    late: list[OverdueRow] = []
    soon: list[OverdueRow] = []
    for row in rows:
        (late if row.due_at < now else soon).append(row)
    return late, soon


def _latest_first(row: OverdueRow) -> tuple[Any, ...]:
    return (-row.seconds, row.due_at, row.id)


def _next_first(row: OverdueRow) -> tuple[Any, ...]:
    return (row.due_at, row.id)


def _facet(
    late: Sequence[OverdueRow],
    soon: Sequence[OverdueRow],
    rows: list[OverdueRow],
    query: OverdueQuery,
    part: str,
    now: datetime,
) -> Facet:
    """The late rows by a value, and what else could be chosen beside the other filters."""
    value, totals = attrgetter(part), Counter(map(attrgetter(part), late))
    if getattr(query, part) is None:
        found = totals.copy()
    else:  # what this very filter hides could be chosen, too
        without: dict[str, Any] = {part: None}
        reached = _shown(rows, replace(query, **without))
        late, soon = _parted(reached, now)
        found = Counter(map(value, late))
    for one in map(value, soon):
        found.setdefault(one, 0)
    return Facet(
        tuple(Total(one, count) for one, count in sorted(totals.items(), key=_biggest_first)),
        tuple(one for one, _count in sorted(found.items(), key=_biggest_first)),
    )


def _biggest_first(counted: tuple[Any, int]) -> tuple[int, str]:
    return (-counted[1], str(counted[0]))


def _levels(shown: Sequence[OverdueRow], rows: list[OverdueRow], others: OverdueQuery) -> Facet:
    totals = Counter(row.level for row in shown)
    found = {row.level for row in _shown(rows, others)}
    return Facet(
        tuple(Total(level, totals[level]) for level in sorted(totals, reverse=True)),
        tuple(sorted(found, reverse=True)),
    )
