"""One question about a clock and its answer: a pure function, and what ``counter clock`` says.

Counted in working minutes or elapsed hours a clock runs from its start (``counter.rules.clocks``);
in working days it ends at the last closing of the last of them, in calendar days with that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from counter.rules.calendars import Calendar, Span, WorkingTime, always, working_time
from counter.rules.clocks import LEVEL3_PERCENT, NEVER_PAUSED, WARN_PERCENT, Due, Pause, due, later
from counter.rules.worked_seconds import DAY, HORIZON, beyond
from models.terms import ClockKind, ClockUnit

_ONE_DAY: Final = timedelta(days=1)
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class AnswerState(StrEnum):
    """How a clock stands at a time, or whether it runs where no time is asked about."""

    RUNNING = "running"
    PAUSED = "paused"
    ON_TIME = "on_time"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class PriorityChange:
    """Another priority from a moment on.

    Attributes:
        at: when.
        raised: whether it became more urgent; a lowered one is never due earlier than before.
        target_min: the new target, in minutes of the clock.
        least_min: what is left at least from the change on where it became more urgent.
        warn_percent: of the new targets, for level 1.
        level3_percent: of the new targets, for level 3.
    """

    at: datetime
    raised: bool
    target_min: int
    least_min: int
    warn_percent: int = WARN_PERCENT
    level3_percent: int = LEVEL3_PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about one clock.

    Attributes:
        id: whatever the asker calls it.
        target: in ``unit``.
        calendar: also says the zone of dates.
        pauses: they count for working minutes only.
        is_changed: whether the priority changed, even where this clock does not hang on it.
        change: what the changed priority means for this clock.
        now: the time of day that is asked about.
    """

    id: str | int | None = None
    clock: ClockKind
    unit: ClockUnit
    target: int
    calendar: Calendar
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    is_changed: bool = False
    change: PriorityChange | None = None
    now: datetime | None = None
    warn_percent: int = WARN_PERCENT
    level3_percent: int = LEVEL3_PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """When a clock is due and how it stands; instants in UTC.

    Attributes:
        zone: of the calendar, in which instants are shown.
        due_on: the last day, where calendar days are counted.
        previous_due_at: when it was due before the priority changed.
        remaining_minutes: what is left now, or stands still while a pause is open.
        overdue_minutes: how long it has been overdue.
        explanation: what was counted.
    """

    id: str | int | None
    zone: ZoneInfo
    due_at: datetime | None = None
    due_on: date | None = None
    previous_due_at: datetime | None = None
    state: AnswerState
    remaining_minutes: int | None = None
    overdue_minutes: int | None = None
    level1_at: datetime | None = None
    level3_at: datetime | None = None
    explanation: tuple[str, ...] = ()

    def to_json(self) -> Mapping[str, Any]:
        """The answer in JSON's types, every key present."""
        return {
            "id": self.id,
            "due_at": self._iso(self.due_at),
            "due_on": None if self.due_on is None else self.due_on.isoformat(),
            "previous_due_at": self._iso(self.previous_due_at),
            "state": self.state.value,
            "remaining_minutes": self.remaining_minutes,
            "overdue_minutes": self.overdue_minutes,
            "level1_at": self._iso(self.level1_at),
            "level3_at": self._iso(self.level3_at),
            "explanation": list(self.explanation),
        }

    def _iso(self, at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(self.zone).isoformat(timespec="minutes")


def clock(question: Question) -> Answer:
    """When the clock is due, how it stands, and why.

    Raises:
        InvalidInput: the calendar has not so much working time until the horizon.
    """
    if question.unit is ClockUnit.CALENDAR_DAYS:
        return _in_calendar_days(question)
    if question.unit is ClockUnit.WORKING_DAYS:
        return _in_working_days(question)
    return _in_minutes(question)


def _in_minutes(question: Question) -> Answer:
    if question.unit is ClockUnit.WORKING_MINUTES:
        work, seconds = working_time(question.calendar), question.target * 60
        pauses = () if question.clock in NEVER_PAUSED else question.pauses
    else:
        work, seconds = working_time(always(question.calendar.tz)), question.target * 3600
        pauses = ()

    def from_(start: datetime, target_seconds: int, said: Question | PriorityChange) -> Due:
        return due(
            work,
            start,
            target_seconds,
            pauses,
            warn_percent=said.warn_percent,
            level3_percent=said.level3_percent,
        )

    before = found = from_(question.started_at, seconds, question)
    change = question.change
    if change is not None:
        anew = from_(question.started_at, change.target_min * 60, change)
        least = from_(change.at, change.least_min * 60, change) if change.raised else before
        found = later(anew, least)
    state, remaining, overdue = _standing(question, work, found)
    return Answer(
        id=question.id,
        zone=work.zone,
        due_at=found.due_at,
        previous_due_at=before.due_at if question.is_changed else None,
        state=state,
        remaining_minutes=remaining,
        overdue_minutes=overdue,
        level1_at=found.level1_at,
        level3_at=found.level3_at,
        explanation=tuple(_span_words(work, span) for span in found.spans if span.minutes),
    )


def _standing(
    question: Question, work: WorkingTime, found: Due
) -> tuple[AnswerState, int | None, int | None]:
    """State, remaining and overdue minutes."""
    now = question.now
    if found.due_at is None:
        left = (found.remaining_seconds or 0) // 60
        return AnswerState.PAUSED, left, None if now is None else 0
    if now is None:
        return AnswerState.RUNNING, None, None
    left = sum(work.between(max(now, span.opens), span.closes) for span in found.spans
               if span.closes > now)  # fmt: skip
    return _state(found.due_at, now), left // 60, _overdue(work, found.due_at, now)


def _in_working_days(question: Question) -> Answer:
    work = working_time(question.calendar)
    days = work.working_days(work.local(question.started_at).date(), question.target)
    due_at = work.closing(days[-1])
    now = question.now
    return Answer(
        id=question.id,
        zone=work.zone,
        due_at=due_at,
        previous_due_at=due_at if question.is_changed else None,
        state=_state(due_at, now),
        remaining_minutes=None if now is None else max(0, work.between(now, due_at)) // 60,
        overdue_minutes=None if now is None else _overdue(work, due_at, now),
        explanation=tuple(f"{_day_words(day)} day {at}" for at, day in enumerate(days, 1)),
    )


def _in_calendar_days(question: Question) -> Answer:
    work = working_time(question.calendar)
    start = work.local(question.started_at).date()
    if question.target > HORIZON // DAY:
        raise beyond(start)
    due_on = start + timedelta(question.target)
    over = work.midnight(due_on + _ONE_DAY)
    state = AnswerState.RUNNING
    if question.now is not None:
        state = AnswerState.OVERDUE if question.now >= over else AnswerState.ON_TIME
    said = f"{_day_words(start)} + {question.target} days: {_day_words(due_on)}"
    return Answer(id=question.id, zone=work.zone, due_on=due_on, state=state, explanation=(said,))


def _state(due_at: datetime, now: datetime | None) -> AnswerState:
    if now is None:
        return AnswerState.RUNNING
    return AnswerState.OVERDUE if now > due_at else AnswerState.ON_TIME


def _overdue(work: WorkingTime, due_at: datetime, now: datetime) -> int:
    """Minutes; one that has begun is one."""
    return -(-max(0, work.between(due_at, now)) // 60)


# --- in words -------------------------------------------------------------------------------


def _day_words(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.isoformat()}"


def _span_words(work: WorkingTime, span: Span) -> str:
    opens, closes = map(work.local, span.shown())
    until = f"{closes:%H:%M}" if closes.date() == opens.date() else "24:00"
    return f"{_WEEKDAYS[opens.weekday()]} {opens:%H:%M}-{until} {span.minutes} min"
