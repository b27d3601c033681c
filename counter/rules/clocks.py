"""When working time is used up that is worked off between pauses: the arithmetic of every clock.

Targets are worked off within the windows of a calendar. What was used up stays used up: a pause
that begins later adds nothing. Due times and levels are whole minutes, rounded up, so that nobody
is late before the minute that is shown has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from counter.rules.calendars import Span, WorkingTime
from models.errors import InvalidInput
from models.terms import ClockKind

Pause: TypeAlias = "tuple[datetime, datetime | None]"
"""From when until when a clock waits; without an end it still does."""

WARN_PERCENT: Final = 80
"""Part of a target after which level 1 is reached, where nothing else is said."""

LEVEL3_PERCENT: Final = 150
"""Part of a target after which level 3 is reached, where nothing else is said."""

NEVER_PAUSED: Final = frozenset({ClockKind.FIRST_RESPONSE, ClockKind.REFUND_STATUTORY})
"""Clocks that run on whatever is waited for."""

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When so much working time is used up, or what is left of it while it waits.

    Attributes:
        due_at: to the minute; None while a pause is open.
        remaining_seconds: what is left while a pause is open, else None.
        spans: the time that is counted, until it is due or the open pause began.
        level1_at: when it becomes urgent; None while a pause is open.
        level3_at: when it is far overdue; None while a pause is open, or never.
    """

    due_at: datetime | None
    remaining_seconds: int | None
    spans: tuple[Span, ...]
    level1_at: datetime | None
    level3_at: datetime | None


def due(
    work: WorkingTime,
    started_at: datetime,
    target_seconds: int,
    pauses: Sequence[Pause] = (),
    *,
    warn_percent: int = WARN_PERCENT,
    level3_percent: int = LEVEL3_PERCENT,
) -> Due:
    """When a target is used up that is worked off from ``started_at`` on, but for the pauses.

    Args:
        work: the working time of the calendar that counts.
        started_at: the clock's start.
        target_seconds: at least one.
        pauses: in any order; they may touch, overlap, and begin before the start.
        warn_percent: of the target, for level 1.
        level3_percent: of the target, for level 3. What lies beyond the target is counted through
            all pauses: waiting does not heal a breach.

    Raises:
        InvalidInput: the calendar has not so much working time until the horizon.
    """
    # Python compares and adds local times of one zone as the wall shows them, hour twice or not.
    started_at = started_at.astimezone(UTC)
    waits = _united(pauses, started_at)
    found = _used_up(work, started_at, target_seconds, waits)
    if found.left:
        return Due(None, found.left, found.spans(work), None, None)
    urgent = min(_part(target_seconds, warn_percent), target_seconds)
    warned = _used_up(work, started_at, urgent, waits)
    return Due(
        _whole_minute(found.until),
        None,
        found.spans(work),
        _whole_minute(warned.until),
        _far_overdue(work, found.until, _part(target_seconds, level3_percent) - target_seconds),
    )


def _far_overdue(work: WorkingTime, due_at: datetime, more: int) -> datetime | None:
    """When so much more was worked; None in a calendar that ends before."""
    if more <= 0:
        return _whole_minute(due_at)
    try:
        return _whole_minute(work.add(due_at, more))
    except InvalidInput:
        return None


def later(one: Due, other: Due) -> Due:
    """The one of two that is due later; whatever waits is later than what does not."""
    return max(one, other, key=_order)


def _order(found: Due) -> tuple[bool, float]:
    if found.due_at is None:
        return True, found.remaining_seconds or 0
    return False, found.due_at.timestamp()


class _Used(NamedTuple):
    """How far a target is used up: all of it at ``until``, or but for ``left`` seconds.

    ``runs`` are the times between pauses in which it was.
    """

    until: datetime
    left: int
    runs: list[tuple[datetime, datetime]]

    def spans(self, work: WorkingTime) -> tuple[Span, ...]:
        """What was worked in its runs."""
        found: list[Span] = []
        worked = 0
        for begin, end in self.runs:
            found += work.spans(begin, end, worked)
            worked += work.between(begin, end)
        return tuple(found)


def _used_up(work: WorkingTime, start: datetime, seconds: int, waits: Iterable[Pause]) -> _Used:
    runs: list[tuple[datetime, datetime]] = []
    for begin, end in waits:
        worked = work.between(start, begin)
        if worked >= seconds:
            break
        seconds -= worked
        runs.append((start, begin))
        if end is None:
            return _Used(begin, seconds, runs)
        start = end
    until = work.add(start, seconds)
    return _Used(until, 0, [*runs, (start, until)])


def _united(pauses: Sequence[Pause], start: datetime) -> list[Pause]:
    """The union of what lies after ``start``, in order; the last one may be open."""
    united: list[Pause] = []
    opened = [(begin.astimezone(UTC), end) for begin, end in pauses]
    for begin, end in sorted(opened, key=lambda pause: pause[0]):
        begin, end = max(begin, start), None if end is None else end.astimezone(UTC)
        if end is not None and end <= begin:
            continue
        if united:
            before, until = united[-1]
            if until is None:
                break
            if begin <= until:
                united[-1] = before, None if end is None else max(until, end)
                continue
        united.append((begin, end))
    return united


def _part(seconds: int, percent: int) -> int:
    """A part of a target, rounded up to the minute."""
    return -(-seconds * percent // 6000) * 60


def _whole_minute(at: datetime) -> datetime:
    over = timedelta(seconds=at.second, microseconds=at.microsecond)
    return at - over + _MINUTE if over else at
