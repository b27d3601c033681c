"""Every clock of a ticket, derived from its events (service clocks, section 1).

Nothing is counted: :func:`clocks_of` is a pure function of the history, the service targets and
what else was promised. Rows of the table ``clock`` keep what it says for sorting and filtering;
``counter doctor`` works it out again and compares. What the history says is read in
``counter.rules.clock_story``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from counter.rules.calendars import Span
from counter.rules.clock_runs import LONGEST_WAIT, OF_TICKET, Promise, Run, stretch
from counter.rules.clock_story import FIRST_SERVICE, Story, faster, read
from counter.rules.clocks import Due
from counter.rules.lifecycle import Event, effective
from counter.rules.service import ServiceRules
from models.terms import ClockKind, ClockState, Priority, TicketAction

__all__ = [
    "FIRST_SERVICE",
    "LONGEST_WAIT",
    "NO_CLOCK",
    "OF_TICKET",
    "ClockFacts",
    "Promise",
    "clocks_of",
    "faster",
    "level_of_resolution",
    "stretch",
]

NO_CLOCK: Final = "imported"
"""A ticket whose first event says so was taken over from elsewhere and runs under no target."""

_Levels = dict[tuple[str, str], list[tuple[datetime, int]]]


class ClockFacts(NamedTuple):
    """A clock as it stands; the columns of :class:`models.clock.Clock` but for keys.

    Attributes:
        calendar: the code of the calendar whose working time counts; None for the wall's.
    """

    kind: ClockKind
    subject: str
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    order_at: datetime
    level: int
    next_level: int | None
    next_level_at: datetime | None
    service_version_no: int
    calendar: str | None
    explanation: tuple[str, ...]
    ended_at: datetime | None
    leads: bool

    @property
    def open(self) -> bool:
        """Running or paused."""
        return self.state in (ClockState.RUNNING, ClockState.PAUSED)


def clocks_of(
    events: Sequence[Event],
    rules: Callable[[int], ServiceRules],
    zone: tzinfo,
    promises: Iterable[Promise] = (),
) -> tuple[ClockFacts, ...]:
    """Every clock of a ticket as its history leaves it.

    Args:
        events: the whole history, in order.
        rules: the service targets of a version.
        zone: the shop's.
        promises: what else was promised.
    """
    counted = effective(events)
    if not counted or NO_CLOCK in counted[0].payload:
        return ()
    story = read(counted, rules, zone)
    reached = _levels(counted)
    found = [
        _of_run(story, story.response, reached),
        _of_run(story, story.resolution, reached),
    ]
    promised = [story.audit, story.hand_over, *promises]
    found += [_of_promise(story, one, reached) for one in promised if one is not None]
    return _with_leader(found)


def level_of_resolution(events: Sequence[Event]) -> int:
    """The level that the clock of the solution has reached in a whole history."""
    return _reached(_levels(effective(events)), ClockKind.RESOLUTION, OF_TICKET)


# --- from what was read to what is due ------------------------------------------------------


def _of_run(story: Story, run: Run, reached: _Levels) -> ClockFacts:
    dues = run.dues(story.pauses)
    decides, term = next(
        (pair for pair in dues if pair[0].due_at is None),
        max(dues, key=lambda pair: pair[0].due_at or pair[1].started_at),
    )
    level = _reached(reached, run.kind, OF_TICKET)
    clock = ClockFacts(
        run.kind,
        OF_TICKET,
        ClockState.RUNNING,
        run.terms[0].started_at,
        decides.due_at,
        decides.due_at or story.wakes_at or story.opened_at,
        level,
        None,
        None,
        term.service_version_no,
        term.target.calendar,
        _lines(decides, story),
        None,
        False,
    )
    if decides.due_at is None:
        return clock._replace(state=ClockState.PAUSED)
    if run.ended is not None:
        state = _end_state(run, run.ended, decides.due_at)
        return clock._replace(state=state, ended_at=run.ended.at)
    levels = ((1, decides.level1_at), (2, decides.due_at), (3, decides.level3_at))
    next_level, next_at = _next(levels, level, _first_priority(story, run))
    return clock._replace(next_level=next_level, next_level_at=next_at)


def _first_priority(story: Story, run: Run) -> datetime | None:
    """P1 enters level 2 at creation, or when it became P1."""
    if story.priority is Priority.P1 and run.kind is ClockKind.RESOLUTION:
        return run.terms[-1].started_at
    return None


def _end_state(run: Run, ended: Event, due_at: datetime) -> ClockState:
    """How a clock ended; a breach that happened stays on record, whatever changed later."""
    if ended.kind is TicketAction.MERGE:
        return ClockState.MERGED
    return ClockState.BREACHED if run.late or ended.at > due_at else ClockState.MET


def _next(
    levels: Iterable[tuple[int, datetime | None]], reached: int, at_once: datetime | None = None
) -> tuple[int | None, datetime | None]:
    """The level that comes next and when; what was passed over is reached with the higher one."""
    for level, at in levels:
        if level > reached and at is not None:
            if level <= 2 and at_once is not None:
                return 2, at_once
            return level, at
    return None, None


def _levels(events: Sequence[Event]) -> _Levels:
    """The levels that each clock reached, and when; a reopened clock begins anew."""
    reached: _Levels = {}
    for event in events:
        if event.kind is TicketAction.LEVEL:
            key = (event.payload["clock"], event.payload.get("subject", OF_TICKET))
            reached.setdefault(key, []).append((event.at, event.payload["level"]))
        elif event.kind is TicketAction.REOPEN:
            reached.pop((ClockKind.RESOLUTION, OF_TICKET), None)
    return reached


def _reached(levels: _Levels, kind: ClockKind, subject: str, since: datetime | None = None) -> int:
    """The highest level of a clock; of one that was promised anew, since then."""
    found = levels.get((kind, subject), ())
    return max((level for at, level in found if since is None or at >= since), default=0)


def _of_promise(story: Story, promise: Promise, reached: _Levels) -> ClockFacts:
    level = _reached(reached, promise.kind, promise.subject, promise.started_at)
    due_at = promise.due_at.astimezone(UTC)  # local times are added to as the wall shows them
    if promise.ended_at is not None:
        state = ClockState.BREACHED if promise.ended_at > due_at else ClockState.MET
    else:
        state = ClockState.RUNNING if story.merged_at is None else ClockState.MERGED
    ended_at = promise.ended_at or story.merged_at
    third = due_at + max(due_at - promise.started_at, timedelta()) / 2
    levels = ((1, promise.warned_at), (2, due_at), (3, third))
    next_level, next_at = (None, None) if ended_at else _next(levels, level)
    return ClockFacts(
        promise.kind,
        promise.subject,
        state,
        promise.started_at,
        due_at,
        due_at,
        level,
        next_level,
        next_at,
        story.service.version_no,
        None,
        promise.explanation,
        ended_at,
        False,
    )


def _lines(due: Due, story: Story) -> tuple[str, ...]:
    """The working time that was counted: local date, times, minutes, a line a span."""
    return tuple(_line(span, story.zone) for span in due.spans if span.minutes)


def _line(span: Span, zone: tzinfo) -> str:
    opens, closes = (at.astimezone(zone) for at in span.shown())
    until = f"{closes:%H:%M}" if closes.date() == opens.date() else "24:00"
    return f"{opens:%Y-%m-%d %H:%M}-{until} {span.minutes}"


def _with_leader(found: Sequence[ClockFacts]) -> tuple[ClockFacts, ...]:
    """The clocks, with the one marked that is due first of those that go on."""
    going = [clock for clock in found if clock.open]
    if not going:
        return tuple(found)
    first = min(going, key=lambda clock: (clock.state is ClockState.PAUSED, clock.order_at))
    return tuple(clock._replace(leads=clock is first) for clock in found)
