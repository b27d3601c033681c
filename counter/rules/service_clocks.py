"""Every clock of a ticket, derived from its events (service clocks, section 1).

Nothing is counted: :func:`clocks_of` is a pure function of the history, the service targets and
what else was promised. Rows of the table ``clock`` keep what it says for sorting and filtering;
``counter doctor`` works it out again and compares.

A due time is the latest of a few *terms*, each so much working time from a moment on: the target
from creation; after a raised priority or a reopening also the first-response target from that
moment on, so that nothing is late by being raised; after a lowered one also what counted before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from counter.rules.calendars import WorkingTime
from counter.rules.clocks import Due, due
from counter.rules.lifecycle import Event, effective, tells_customer
from counter.rules.service import ServiceRules, Target
from models.terms import (
    ClockKind,
    ClockState,
    Priority,
    TicketAction,
    TicketStatus,
)

OF_TICKET: Final = "ticket"
"""The subject of a clock that is about the ticket itself."""

FIRST_SERVICE: Final = 1
"""The version under which a ticket runs that was opened before there were versions."""

NO_CLOCK: Final = "imported"
"""A ticket whose first event says so was taken over from elsewhere and runs under no target."""

_FASTER: Final = {
    Priority.P1: Priority.P1,
    Priority.P2: Priority.P1,
    Priority.P3: Priority.P2,
    Priority.P4: Priority.P3,
}
LONGEST_WAIT: Final = timedelta(days=7)
"""After so long a wait ends by itself where no day was named."""

_STARTS: Final = frozenset({TicketAction.ASK_CUSTOMER, TicketAction.SEND_OUT, TicketAction.APPROVE})
_STOPS: Final = frozenset(
    {
        TicketAction.ANSWER,
        TicketAction.BACK,
        TicketAction.WAKE,
        TicketAction.RECEIVE,
        TicketAction.RESOLVE,
        TicketAction.CANCEL,
        TicketAction.MERGE,
        TicketAction.REFER,
        TicketAction.WITHDRAW,
        TicketAction.EXPIRE,
    }
)
_ENDS: Final = frozenset(
    {TicketAction.RESOLVE, TicketAction.CANCEL, TicketAction.MERGE, TicketAction.CLOSE}
)
_TAKES_OVER: Final = frozenset({TicketAction.TAKE, TicketAction.ASSIGN, *_ENDS})


@dataclass(frozen=True, slots=True)
class Promise:
    """What runs against time beside the ticket itself: a refund, an appointment, a call-back.

    Attributes:
        kind: the kind of clock.
        subject: the uid of what was promised.
        started_at: when it was promised.
        due_at: the last moment in time.
        warned_at: when it becomes urgent; None for no warning.
        ended_at: when it was kept or called off; None while it is awaited.
        explanation: how the day was counted.
    """

    kind: ClockKind
    subject: str
    started_at: datetime
    due_at: datetime
    warned_at: datetime | None = None
    ended_at: datetime | None = None
    explanation: tuple[str, ...] = ()


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


def faster(priority: Priority) -> Priority:
    """The priority under which somebody is answered who is to be served faster."""
    return _FASTER[priority]


class _Term(NamedTuple):
    started_at: datetime
    minutes: int
    target: Target
    work: WorkingTime
    since: datetime
    """Pauses that began earlier do not touch it."""


@dataclass(slots=True)
class _Run:
    """One of the two clocks of the ticket itself while its history is read."""

    kind: ClockKind
    terms: list[_Term] = field(default_factory=list)
    ended: Event | None = None

    def restart(self, first: _Term, *more: _Term) -> None:
        self.terms = [first, *more]


@dataclass(slots=True)
class _Story:
    """What a history says that clocks depend on, event by event."""

    zone: tzinfo
    rules: Callable[[int], ServiceRules]
    opened_at: datetime
    service: ServiceRules
    priority: Priority
    care: bool
    response: _Run = field(default_factory=lambda: _Run(ClockKind.FIRST_RESPONSE))
    resolution: _Run = field(default_factory=lambda: _Run(ClockKind.RESOLUTION))
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    wakes_at: datetime | None = None
    audit: Promise | None = None
    hand_over: Promise | None = None
    late: set[str] = field(default_factory=set)

    def term(self, kind: ClockKind, started_at: datetime, *, first: bool = False) -> _Term:
        """The target of the moment from ``started_at`` on; ``first``: the first-response one."""
        is_response = first or kind is ClockKind.FIRST_RESPONSE
        priority = faster(self.priority) if is_response and self.care else self.priority
        target = self.service.target(priority)
        minutes = target.first_response_min if is_response else target.resolution_min
        return _Term(
            started_at, minutes, target, self.service.working_time(target.calendar), started_at
        )

    def begin(self) -> None:
        for run in (self.response, self.resolution):
            run.restart(self.term(run.kind, self.opened_at))

    def prioritise(self, to: Priority, at: datetime) -> None:
        if to is self.priority:
            return
        raised = to < self.priority  # P1 sorts before P4
        self.priority = to
        for run in (self.response, self.resolution):
            if run.ended is not None:
                continue
            anew = self.term(run.kind, self.opened_at)
            if raised:
                run.restart(anew, self.term(run.kind, at, first=True))
            else:
                run.restart(anew, *run.terms)

    def pause(self, at: datetime) -> None:
        if not self.pauses or self.pauses[-1][1] is not None:
            self.pauses.append((at, None))

    def go_on(self, at: datetime) -> None:
        if self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1] = (self.pauses[-1][0], at)
        self.wakes_at = None

    def local_midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)


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
    story = _read(counted, rules, zone)
    reached = _levels(events)
    found = [
        _of_run(story, story.response, reached),
        _of_run(story, story.resolution, reached),
    ]
    promised = [story.audit, story.hand_over, *promises]
    found += [_of_promise(story, one, counted, reached) for one in promised if one is not None]
    return _with_leader(found)


def _read(events: Sequence[Event], rules: Callable[[int], ServiceRules], zone: tzinfo) -> _Story:
    first = events[0]
    story = _Story(
        zone,
        rules,
        first.at,
        rules(first.payload.get("service", FIRST_SERVICE)),
        Priority(first.payload["priority"]),
        bool(first.payload.get("care")),
    )
    story.begin()
    for event in events:
        _take_in(story, event)
    return story


def _take_in(story: _Story, event: Event) -> None:
    payload, at = event.payload, event.at
    if story.response.ended is None and (tells_customer(event) or event.kind in _ENDED_UNHEARD):
        story.response.ended = event
    if event.kind in _STARTS:
        story.pause(at)
        wakes_on = payload.get("wake_on") or payload.get("goods_due_on")
        story.wakes_at = story.local_midnight(date.fromisoformat(wakes_on)) if wakes_on else None
    elif event.kind in _STOPS:
        story.go_on(at)
    if story.hand_over is not None and event.kind in _TAKES_OVER:
        story.hand_over = _ended(story.hand_over, at)
    match event.kind:
        case TicketAction.ASSIGN if "due_on" in payload:
            story.hand_over = _handed_over(story, event)
        case TicketAction.PRIORITISE | TicketAction.DETAIL | TicketAction.CORRECT:
            if "priority" in payload:
                story.prioritise(Priority(payload["priority"]), at)
            if "care" in payload and bool(payload["care"]) != story.care:
                story.care = bool(payload["care"])
                if story.response.ended is None:
                    story.response.restart(story.term(ClockKind.FIRST_RESPONSE, story.opened_at))
        case TicketAction.RETARGET:
            story.service = story.rules(payload["service"])
            story.begin()
        case TicketAction.ABSORB:
            earlier = datetime.fromisoformat(payload["opened_at"])
            if earlier < story.opened_at:
                story.opened_at = earlier
                story.begin()
        case TicketAction.RESOLVE | TicketAction.CANCEL | TicketAction.MERGE:
            story.resolution.ended = event
        case TicketAction.REOPEN:
            _reopen(story, event)
        case TicketAction.LEVEL if payload.get("late"):
            story.late.add(payload["clock"])
        case TicketAction.SUBMIT | TicketAction.REFER | TicketAction.APPEAL:
            _audit(story, event)
        case TicketAction.APPROVE | TicketAction.REFUSE | TicketAction.WITHDRAW:
            story.audit = _ended(story.audit, at)
        case _:
            pass


_ENDED_UNHEARD: Final = frozenset({TicketAction.CLOSE, TicketAction.CANCEL, TicketAction.MERGE})
"""The ticket is over: nobody is going to answer."""


def _reopen(story: _Story, event: Event) -> None:
    ended = story.resolution.ended
    if ended is None:
        return
    story.pauses.append((ended.at, event.at))
    story.resolution.ended = None
    story.resolution.terms.append(story.term(ClockKind.RESOLUTION, event.at, first=True))


def _audit(story: _Story, event: Event) -> None:
    if "due_at" not in event.payload:
        return
    due_at = datetime.fromisoformat(event.payload["due_at"])
    started = event.at if story.audit is None or story.audit.ended_at else story.audit.started_at
    length = due_at - started
    story.audit = Promise(
        ClockKind.RETURN_AUDIT,
        OF_TICKET,
        started,
        due_at,
        started + length * 8 / 10 if length > timedelta() else None,
        None,
        (_stretch(started, due_at, story),),
    )


def _handed_over(story: _Story, event: Event) -> Promise:
    day = date.fromisoformat(event.payload["due_on"])
    target = story.service.target(story.priority)
    windows = story.service.calendars[target.calendar].windows_on(day)
    minutes = windows[-1].closes if windows else 24 * 60
    due_at = story.local_midnight(day) + timedelta(minutes=minutes)
    return Promise(ClockKind.HAND_OVER, OF_TICKET, event.at, due_at, explanation=(day.isoformat(),))


def _ended(promise: Promise | None, at: datetime) -> Promise | None:
    if promise is None or promise.ended_at is not None:
        return promise
    return replace(promise, ended_at=at)


def _stretch(begins: datetime, ends: datetime, story: _Story) -> str:
    """Time on the wall as an explanation keeps it."""
    minutes = int((ends - begins).total_seconds() // 60)
    return f"{_local(begins, story)} - {_local(ends, story)} {minutes}"


def _local(at: datetime, story: _Story) -> str:
    return f"{at.astimezone(story.zone):%Y-%m-%d %H:%M}"


# --- from what was read to what is due ------------------------------------------------------


def _of_run(story: _Story, run: _Run, reached: dict[tuple[str, str], int]) -> ClockFacts:
    ended_at = run.ended.at if run.ended is not None else None
    paused = run.kind is not ClockKind.FIRST_RESPONSE
    pauses = [
        (begin, end if end is not None or ended_at is None else ended_at)
        for begin, end in (story.pauses if paused else ())
    ]
    dues = [(_due(term, pauses), term) for term in run.terms]
    waiting = [due for due, _term in dues if due.due_at is None]
    level = reached.get((run.kind, OF_TICKET), 0)
    if waiting and ended_at is None:
        wakes_at = story.wakes_at or pauses[-1][0] + LONGEST_WAIT
        return ClockFacts(
            run.kind,
            OF_TICKET,
            ClockState.PAUSED,
            story.opened_at,
            None,
            wakes_at,
            level,
            None,
            None,
            story.service.version_no,
            run.terms[0].target.calendar,
            _lines(waiting[0], story),
            None,
            False,
        )
    decides, term = max(dues, key=lambda pair: pair[0].due_at or pair[1].started_at)
    due_at = decides.due_at
    if due_at is None:
        raise RuntimeError("A clock that does not wait has no due time.")
    state = ClockState.RUNNING
    if run.ended is not None:
        state = _end_state(run.ended, due_at, was_late=run.kind in story.late)
    levels = ((1, decides.level1_at), (2, due_at), (3, decides.level3_at))
    at_once = _first_priority(story, run)
    next_level, next_at = (None, None) if ended_at else _next(levels, level, at_once)
    return ClockFacts(
        run.kind,
        OF_TICKET,
        state,
        story.opened_at,
        due_at,
        due_at,
        level,
        next_level,
        next_at,
        story.service.version_no,
        term.target.calendar,
        _lines(decides, story),
        ended_at,
        False,
    )


def _first_priority(story: _Story, run: _Run) -> datetime | None:
    """P1 enters level 2 at creation, or when it became P1."""
    if story.priority is Priority.P1 and run.kind is ClockKind.RESOLUTION:
        return run.terms[-1].started_at
    return None


def _due(term: _Term, pauses: Sequence[tuple[datetime, datetime | None]]) -> Due:
    mine = [
        (max(begin, term.since), end) for begin, end in pauses if end is None or end > term.since
    ]
    return due(
        term.work,
        term.started_at,
        term.minutes * 60,
        mine,
        warn_percent=term.target.warn_percent,
        level3_percent=term.target.level3_percent,
    )


def _end_state(ended: Event, due_at: datetime, *, was_late: bool) -> ClockState:
    """How a clock ended; a breach that happened stays on record, whatever changed later."""
    if ended.kind is TicketAction.MERGE:
        return ClockState.MERGED
    return ClockState.BREACHED if was_late or ended.at > due_at else ClockState.MET


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


def _levels(events: Sequence[Event]) -> dict[tuple[str, str], int]:
    """The highest level that each clock reached; a reopened clock begins anew."""
    reached: dict[tuple[str, str], int] = {}
    for event in events:
        if event.kind is TicketAction.LEVEL:
            key = (event.payload["clock"], event.payload.get("subject", OF_TICKET))
            reached[key] = max(reached.get(key, 0), event.payload["level"])
        elif event.kind is TicketAction.REOPEN:
            reached.pop((ClockKind.RESOLUTION, OF_TICKET), None)
    return reached


def _of_promise(
    story: _Story, promise: Promise, events: Sequence[Event], reached: dict[tuple[str, str], int]
) -> ClockFacts:
    level = reached.get((promise.kind, promise.subject), 0)
    merged = events[-1].to_status is TicketStatus.MERGED
    if promise.ended_at is None and merged:
        state, ended_at = ClockState.MERGED, events[-1].at
    elif promise.ended_at is None:
        state, ended_at = ClockState.RUNNING, None
    else:
        ended_at = promise.ended_at
        state = ClockState.BREACHED if ended_at > promise.due_at else ClockState.MET
    span = promise.due_at - promise.started_at
    third = promise.due_at + span / 2
    levels = ((1, promise.warned_at), (2, promise.due_at), (3, third))
    next_level, next_at = (None, None) if ended_at else _next(levels, level)
    return ClockFacts(
        promise.kind,
        promise.subject,
        state,
        promise.started_at,
        promise.due_at,
        promise.due_at,
        level,
        next_level,
        next_at,
        story.service.version_no,
        None,
        promise.explanation,
        ended_at,
        False,
    )


def _lines(due: Due, story: _Story) -> tuple[str, ...]:
    """The working time that was counted: local date, times, minutes, a line a span."""
    return tuple(
        f"{span.opens.astimezone(story.zone):%Y-%m-%d %H:%M}"
        f"-{_closing(span.closes.astimezone(story.zone), span.opens.astimezone(story.zone))}"
        f" {span.minutes}"
        for span in due.spans
    )


def _closing(closes: datetime, opens: datetime) -> str:
    return "24:00" if closes.date() != opens.date() else f"{closes:%H:%M}"


def _with_leader(found: Sequence[ClockFacts]) -> tuple[ClockFacts, ...]:
    """The clocks, with the one marked that is due first of those that go on."""
    going = [clock for clock in found if clock.open]
    if not going:
        return tuple(found)
    first = min(going, key=lambda clock: (clock.state is ClockState.PAUSED, clock.order_at))
    return tuple(clock._replace(leads=clock is first) for clock in found)
