"""The overdue board: what is late by how much, added up and filtered. Pure.

Late is the working time of the clock's calendar since it was due, or the time on the wall where no
calendar counts. Totals are counted over exactly the rows that the board shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from counter.rules.calendars import WorkingTime
from models.overdue_views import About, Board, Facet, OpenClock, OverdueQuery, OverdueRow, Total
from models.terms import ClockKind

SOON: Final = timedelta(hours=2)
"""What falls due within so much time is shown, too."""

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
    worked = {key: work.index(now) for key, work in works.items()}
    rows = [_row(clock, now, works, worked) for clock in clocks]
    if not query.soon:
        rows = [row for row in rows if row.due_at < now]
    shown = _shown(rows, query)
    late = sorted((row for row in shown if row.due_at < now), key=_latest_first)
    soon = sorted((row for row in shown if row.due_at >= now), key=_next_first)
    return Board(
        now,
        tuple(late),
        tuple(soon),
        _facet(late, rows, replace(query, about=None), lambda row: row.about, now),
        _facet(late, rows, replace(query, owner_id=None), lambda row: row.owner_id, now),
        _levels(shown, rows, replace(query, level=None)),
        hidden=len(rows) - len(shown),
    )


def _row(
    clock: OpenClock,
    now: datetime,
    works: Mapping[int, WorkingTime],
    worked: Mapping[int, int],
) -> OverdueRow:
    """A clock as a row; ``worked`` is what each calendar counts at ``now``."""
    due_at, level, calendar = clock.due_at, clock.level, clock.calendar_id
    if due_at >= now:
        seconds = int((due_at - now).total_seconds())
    else:
        level = max(level, _LATE)
        seconds = (
            int((now - due_at).total_seconds())
            if calendar is None
            else worked[calendar] - works[calendar].index(due_at)
        )
    return OverdueRow(
        clock.id,
        (clock.id,),
        clock.ticket_id,
        clock.kind,
        clock.ticket_kind,
        _ABOUT.get(clock.kind, clock.ticket_kind),
        due_at,
        seconds,
        level,
        clock.owner_id,
        clock.department,
    )


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


def _latest_first(row: OverdueRow) -> tuple[Any, ...]:
    return (-row.seconds, row.due_at, row.id)


def _next_first(row: OverdueRow) -> tuple[Any, ...]:
    return (row.due_at, row.id)


def _facet(
    late: Sequence[OverdueRow],
    rows: list[OverdueRow],
    others: OverdueQuery,
    value: Callable[[OverdueRow], About | int],
    now: datetime,
) -> Facet:
    """The late rows by a value, and what else could be chosen beside the other filters."""
    reached = _shown(rows, others)
    found = Counter(value(row) for row in reached if row.due_at < now)
    for row in reached:
        found.setdefault(value(row), 0)  # only soon due by now
    totals = Counter(value(row) for row in late)
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
