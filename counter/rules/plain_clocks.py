"""The two clocks of a ticket itself by counting seconds: for histories without surprises.

Says what ``counter.rules.service_clocks`` says, several times as fast, where one target counted
from the beginning to the end: hardly a ticket in twenty was raised, reopened or moved. About any
other it says nothing, and whoever asks works it out the long way; a test holds both side by side.

Moments are microseconds since 1970, UTC.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from counter.rules.plain_histories import Happened, Story, read
from counter.rules.service import ServiceRules, Target
from counter.rules.service_clocks import LONGEST_WAIT, faster
from counter.rules.worked_seconds import DAY, WorkedSeconds, as_shown, minutes_more
from models.errors import InvalidInput
from models.terms import ClockKind, ClockState, Priority, TicketAction

SECOND: Final = 1_000_000
"""Microseconds of one."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_QUARTER: Final = 900
"""Seconds for which the offset of a zone is looked up at once."""


class PlainClock(NamedTuple):
    """One of the two clocks as it stands; as :class:`counter.rules.service_clocks.ClockFacts`."""

    kind: ClockKind
    state: ClockState
    started: int
    due: int | None
    order: int
    level: int
    next_level: int | None
    next_level_at: int | None
    service_version_no: int
    calendar: str
    explanation: tuple[str, ...]
    ended: int | None
    leads: bool


class Reached(NamedTuple):
    """When a clock reaches a level, where nothing else happens."""

    at: int
    clock: ClockKind
    level: int


class _Used(NamedTuple):
    """When a target is used up, None while it waits, and the seconds in which it was."""

    until: int | None
    runs: list[tuple[int, int]]


class PlainClocks:
    """Works clocks out for one shop.

    Args:
        rules: the service targets of a version.
        zone: the shop's.
    """

    def __init__(self, rules: Callable[[int], ServiceRules], zone: ZoneInfo) -> None:
        self._rules = rules
        self._zone = zone
        self._targets: dict[tuple[int, str], tuple[Target, WorkedSeconds]] = {}
        self._seconds: dict[tuple[int, str], WorkedSeconds] = {}
        self._whole: dict[tuple[int, int, int], str] = {}
        self._offsets: dict[int, int | None] = {}
        self._days: dict[int, str] = {}

    def of(self, events: Sequence[Happened]) -> tuple[PlainClock, ...] | None:
        """The clocks after all of ``events``, in their order; None where it is no plain history.

        Raises:
            KeyError, ValueError: an event cannot be read.
        """
        story = read(events)
        if story is None or isinstance(story, tuple):
            return story
        try:
            found = (self._answering(story), self._solving(story))
        except InvalidInput:  # a calendar that ends: the long way says it in words
            return None
        return _with_leader(found)

    def reached(self, events: Sequence[Happened], until: int) -> list[Reached] | None:
        """The levels that the two clocks reach before they end or ``until``, in order of time.

        None where it is no plain history. What the first priority reaches as it is opened is not
        among them: whoever opens the ticket writes that.
        """
        story = read(events)
        if story is None:
            return None
        if isinstance(story, tuple):
            return []
        found: list[Reached] = []
        for kind, over, waits in (
            (ClockKind.FIRST_RESPONSE, story.answered, []),
            (ClockKind.RESOLUTION, story.over, story.waits),
        ):
            target, work = self._target(story, kind)
            minutes = _minutes(target, kind)
            last = min(until, over[0]) if over else until
            if last - story.opened < _part(minutes * 60, target.warn_percent) * SECOND:
                continue  # no calendar works off more than the wall does
            at_once = kind is ClockKind.RESOLUTION and story.priority == Priority.P1
            for level, at in self._levels(target, work, story.opened, minutes, waits):
                if at is None or at > last:
                    break
                if not (at_once and level < 3):
                    found.append(Reached(at, kind, level))
        found.sort()
        return found

    # --- one clock ------------------------------------------------------------------------

    def _answering(self, story: Story) -> PlainClock:
        return self._clock(story, ClockKind.FIRST_RESPONSE, story.answered, [])

    def _solving(self, story: Story) -> PlainClock:
        return self._clock(story, ClockKind.RESOLUTION, story.over, story.waits)

    def _clock(
        self,
        story: Story,
        kind: ClockKind,
        over: tuple[int, str] | None,
        waits: list[tuple[int, int | None]],
    ) -> PlainClock:
        target, work = self._target(story, kind)
        minutes = _minutes(target, kind)
        used = _used_up(work, story.opened, minutes * 60, waits)
        level = story.levels.get(kind, 0)
        lines = tuple(self._lines(work, used.runs))
        facts = (story.version_no, target.calendar, lines)
        if used.until is None:
            wakes = self._wakes(story)
            return PlainClock(
                kind, ClockState.PAUSED, story.opened, None, wakes, level, None, None, *facts,
                None, leads=False,
            )  # fmt: skip
        due = _whole_minute(used.until)
        next_level: int | None = None
        next_at: int | None = None
        if over is not None:
            state = _end_state(over, due, was_late=kind in story.late)
        else:
            state = ClockState.RUNNING
            at_once = kind is ClockKind.RESOLUTION and story.priority == Priority.P1
            if at_once and level < 2:
                next_level, next_at = 2, story.opened
            else:
                levels = self._levels(target, work, story.opened, minutes, waits)
                next_level, next_at = next(
                    ((nth, at) for nth, at in levels if nth > level and at is not None),
                    (None, None),
                )
        return PlainClock(
            kind, state, story.opened, due, due, level, next_level, next_at, *facts,
            over[0] if over else None, leads=False,
        )  # fmt: skip

    def _levels(
        self,
        target: Target,
        work: WorkedSeconds,
        opened: int,
        minutes: int,
        waits: list[tuple[int, int | None]],
    ) -> Iterator[tuple[int, int | None]]:
        seconds = minutes * 60
        warned = _used_up(work, opened, _part(seconds, target.warn_percent), waits).until
        yield 1, None if warned is None else _whole_minute(warned)
        until = _used_up(work, opened, seconds, waits).until
        yield 2, None if until is None else _whole_minute(until)
        if until is None:
            yield 3, None
            return
        more = _part(seconds, target.level3_percent) - seconds
        try:
            later = work.reached(until // SECOND, more) * SECOND if more > 0 else until
            yield 3, _whole_minute(later)
        except InvalidInput:  # the calendar ends before
            yield 3, None

    def _target(self, story: Story, kind: ClockKind) -> tuple[Target, WorkedSeconds]:
        priority = story.priority
        if story.care and kind is ClockKind.FIRST_RESPONSE:
            priority = faster(Priority(priority))
        key = (story.version_no, priority)
        found = self._targets.get(key)
        if found is None:
            rules = self._rules(story.version_no)
            target = rules.target(Priority(priority))
            place = (story.version_no, target.calendar)
            if place not in self._seconds:
                self._seconds[place] = WorkedSeconds(rules.calendars[target.calendar])
            found = self._targets[key] = (target, self._seconds[place])
        return found

    def _wakes(self, story: Story) -> int:
        """When a wait ends by itself."""
        day = json.loads(story.asked).get("wake_on") if story.asked else None
        if not day:
            return story.waits[-1][0] + int(LONGEST_WAIT.total_seconds()) * SECOND
        midnight = datetime.combine(date.fromisoformat(day), time.min, self._zone)
        return int(midnight.timestamp()) * SECOND

    # --- in words -------------------------------------------------------------------------

    def _lines(self, work: WorkedSeconds, runs: list[tuple[int, int]]) -> Iterator[str]:
        before = 0
        for low, high in runs:
            if high <= low:
                continue
            table = work.covering(low, high)
            opened, closed = table.opens, table.closes
            for at in range(bisect_right(closed, low), bisect_left(opened, high)):
                opens, closes = max(low, opened[at]), min(high, closed[at])
                minutes = minutes_more(before, closes - opens)
                before += closes - opens
                if not minutes:
                    continue
                if low <= opened[at] and closed[at] <= high:
                    line = self._whole.get((opens, closes, minutes))
                    if line is None:
                        line = self._line(opens, closes, minutes)
                        self._whole[opens, closes, minutes] = line
                    yield line
                else:
                    yield self._line(opens, closes, minutes)

    def _line(self, opens: int, closes: int, minutes: int) -> str:
        opens, closes = as_shown(opens, closes)
        day, begins = divmod(opens + self._offset(opens), DAY)
        last, ends = divmod(closes + self._offset(closes), DAY)
        shown = "24:00" if last != day else _clock(ends)
        return f"{self._day(day)} {_clock(begins)}-{shown} {minutes}"

    def _day(self, number: int) -> str:
        text = self._days.get(number)
        if text is None:
            text = self._days[number] = date.fromordinal(number + _EPOCH).isoformat()
        return text

    def _offset(self, second: int) -> int:
        """Seconds that the shop's clock is ahead; looked up for a quarter of an hour at once."""
        quarter = second // _QUARTER
        if quarter not in self._offsets:
            first, last = (
                self._offset_at(at) for at in (quarter * _QUARTER, (quarter + 1) * _QUARTER - 1)
            )
            self._offsets[quarter] = first if first == last else None
        found = self._offsets[quarter]
        return self._offset_at(second) if found is None else found

    def _offset_at(self, second: int) -> int:
        ahead = datetime.fromtimestamp(second, UTC).astimezone(self._zone).utcoffset()
        return int((ahead or timedelta()).total_seconds())


def _minutes(target: Target, kind: ClockKind) -> int:
    return target.first_response_min if kind is ClockKind.FIRST_RESPONSE else target.resolution_min


def _end_state(over: tuple[int, str], due: int, *, was_late: bool) -> ClockState:
    if over[1] == TicketAction.MERGE:
        return ClockState.MERGED
    return ClockState.BREACHED if was_late or over[0] > due else ClockState.MET


def _used_up(
    work: WorkedSeconds, opened: int, seconds: int, waits: list[tuple[int, int | None]]
) -> _Used:
    """When so many seconds are worked off, but for the waits, which are in order and apart."""
    start = opened // SECOND
    runs: list[tuple[int, int]] = []
    for begin, end in _joined(waits):
        until = begin // SECOND
        table = work.covering(start, until)
        worked = table.worked(until) - table.worked(start)
        if worked >= seconds:
            break
        seconds -= worked
        runs.append((start, until))
        if end is None:
            return _Used(None, runs)
        start = end // SECOND
    until = work.reached(start, seconds)
    runs.append((start, until))
    return _Used(until * SECOND, runs)


def _joined(waits: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """Waits that follow at the same moment as one, without those that were over at once."""
    joined: list[tuple[int, int | None]] = []
    for begin, end in waits:
        if end is not None and end <= begin:
            continue
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _part(seconds: int, percent: int) -> int:
    """A part of a target, rounded up to the minute."""
    return -(-seconds * percent // 6000) * 60


def _whole_minute(at: int) -> int:
    return -(-at // (60 * SECOND)) * 60 * SECOND


def _clock(second: int) -> str:
    return _CLOCK[second // 60]


_CLOCK: Final = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(24 * 60)]


def _with_leader(found: tuple[PlainClock, PlainClock]) -> tuple[PlainClock, ...]:
    """The clocks, with the one marked that is due first of those that go on."""
    going = [clock for clock in found if clock.ended is None]
    if not going:
        return found
    first = min(going, key=lambda clock: (clock.due is None, clock.order))
    return tuple(clock._replace(leads=clock is first) for clock in found)
