"""What a ticket's history says that its clocks depend on, read event by event.

A due time is the latest of a few *terms*, each so much working time from a moment on: the target
from creation; after a raised priority or a reopening also the first-response target from that
moment on, so that nothing is late by being raised; after a lowered one also what counted before.
What has ended keeps the terms under which it ended, and what was late when a term changed is late
for good (service clocks, rule 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from counter.rules.clock_runs import OF_TICKET, Promise, Run, Term, Wait, stretch
from counter.rules.clocks import Pause
from counter.rules.lifecycle import Event, tells_customer
from counter.rules.service import ServiceRules
from models.terms import ClockKind, Priority, TicketAction

FIRST_SERVICE: Final = 1
"""The version under which a ticket runs that was opened before there were versions."""

_FASTER: Final = {
    Priority.P1: Priority.P1,
    Priority.P2: Priority.P1,
    Priority.P3: Priority.P2,
    Priority.P4: Priority.P3,
}
_ENDS: Final = frozenset({TicketAction.RESOLVE, TicketAction.CANCEL, TicketAction.MERGE})
_UNHEARD: Final = frozenset({TicketAction.CLOSE, TicketAction.CANCEL, TicketAction.MERGE})
"""The ticket is over: nobody is going to answer."""

_TAKES_OVER: Final = frozenset(
    {
        TicketAction.TAKE,
        TicketAction.ASSIGN,
        TicketAction.RESOLVE,
        TicketAction.CANCEL,
        TicketAction.CLOSE,
    }
)
_ASKED: Final = (
    frozenset({TicketAction.ASK_CUSTOMER, TicketAction.SEND_OUT}),
    frozenset({TicketAction.ANSWER, TicketAction.BACK, TicketAction.WAKE, *_ENDS}),
)
"""What lets somebody outside be waited for, and what ends it."""

_GOODS: Final = (
    frozenset({TicketAction.APPROVE}),
    frozenset(
        {
            TicketAction.RECEIVE,
            TicketAction.REFER,
            TicketAction.WITHDRAW,
            TicketAction.EXPIRE,
            *_ENDS,
        }
    ),
)
"""What lets goods be waited for, and what ends it; the customer may be asked meanwhile."""


@dataclass(slots=True)
class Story:
    """What a history says that clocks depend on, event by event."""

    zone: tzinfo
    rules: Callable[[int], ServiceRules]
    opened_at: datetime
    service: ServiceRules
    priority: Priority
    care: bool
    response: Run = field(default_factory=lambda: Run(ClockKind.FIRST_RESPONSE))
    resolution: Run = field(default_factory=lambda: Run(ClockKind.RESOLUTION))
    asked: Wait = field(default_factory=Wait)
    goods: Wait = field(default_factory=Wait)
    resolved: list[Pause] = field(default_factory=list)
    audit: Promise | None = None
    hand_over: Promise | None = None
    merged_at: datetime | None = None

    @property
    def pauses(self) -> list[Pause]:
        """Everything that lets the clock of the solution wait."""
        return [*self.asked.pauses, *self.goods.pauses, *self.resolved]

    @property
    def wakes_at(self) -> datetime | None:
        """When the last of the waits ends that are open now."""
        ends = [wait.wakes_at for wait in (self.asked, self.goods) if wait.wakes_at is not None]
        return max(ends, default=None)

    def term(self, kind: ClockKind, started_at: datetime, *, first: bool = False) -> Term:
        """The target of the moment from ``started_at`` on; ``first``: the first-response one."""
        is_response = first or kind is ClockKind.FIRST_RESPONSE
        priority = faster(self.priority) if is_response and self.care else self.priority
        return self._term(started_at, priority, first=is_response)

    def _term(self, started_at: datetime, priority: Priority, *, first: bool) -> Term:
        target = self.service.target(priority)
        work = self.service.working_time(target.calendar)
        return Term(started_at, first, priority, target, work, self.service.version_no)

    def going(self, at: datetime) -> list[Run]:
        """The runs that go on, with it noted which of them are late before their terms change."""
        found = [run for run in (self.response, self.resolution) if run.ended is None]
        for run in found:
            run.note_breach(at, self.pauses)
        return found

    def raise_or_lower(self, run: Run, at: datetime, *, raised: bool) -> None:
        """Give a run that goes on the target of the moment (rule 7)."""
        anew = self.term(run.kind, self.opened_at)
        run.terms = [anew, self.term(run.kind, at, first=True)] if raised else [anew, *run.terms]

    def prioritise(self, to: Priority, at: datetime) -> None:
        """The priority becomes ``to``."""
        if to is self.priority:
            return
        raised = to < self.priority  # P1 sorts before P4
        going = self.going(at)
        self.priority = to
        for run in going:
            self.raise_or_lower(run, at, raised=raised)

    def care_for(self, care: bool, at: datetime) -> None:
        """It turns out that somebody is to be answered faster, or is not."""
        if care is self.care:
            return
        going = self.going(at)
        self.care = care
        if self.response in going:
            self.raise_or_lower(self.response, at, raised=care)

    def retarget(self, version_no: int, at: datetime) -> None:
        """Every term counts anew with the targets of another version."""
        going = self.going(at)
        self.service = self.rules(version_no)
        for run in going:
            run.terms = [
                self._term(one.started_at, one.priority, first=one.first) for one in run.terms
            ]

    def begin_earlier(self, opened_at: datetime, at: datetime) -> None:
        """It goes on for a ticket that was opened before it."""
        if opened_at >= self.opened_at:
            return
        for run in self.going(at):
            run.terms = [
                one._replace(started_at=opened_at) if one.started_at == self.opened_at else one
                for one in run.terms
            ]
        self.opened_at = opened_at

    def reopen(self, at: datetime) -> None:
        """The resolved time was a pause, and the first-response target is left (rule 8).

        So it is of the first answer, where the ticket was closed without one.
        """
        if self.resolution.ended is not None:
            self._go_on(self.resolution, self.resolution.ended, at)
            self.resolved.append((self.resolution.ended.at, at))
            self.resolution.ended = None
        unheard = self.response.ended
        if unheard is not None and not tells_customer(unheard):
            self._go_on(self.response, unheard, at)
            self.response.ended = None

    def _go_on(self, run: Run, ended: Event, at: datetime) -> None:
        run.note_breach(ended.at, self.pauses)
        run.terms.append(self.term(run.kind, at, first=True))

    def local_midnight(self, day: date) -> datetime:
        """The first moment of a day in the shop."""
        return datetime.combine(day, time.min, self.zone)


def faster(priority: Priority) -> Priority:
    """The priority under which somebody is answered who is to be served faster."""
    return _FASTER[priority]


def read(events: Sequence[Event], rules: Callable[[int], ServiceRules], zone: tzinfo) -> Story:
    """What the events that count say, in their order.

    Args:
        events: with the opening first, without what was taken back.
        rules: the service targets of a version.
        zone: the shop's.
    """
    first = events[0]
    story = Story(
        zone,
        rules,
        first.at,
        rules(first.payload.get("service", FIRST_SERVICE)),
        Priority(first.payload["priority"]),
        bool(first.payload.get("care")),
    )
    for run in (story.response, story.resolution):
        run.terms = [story.term(run.kind, first.at)]
    for event in events:
        _take_in(story, event)
    return story


def _take_in(story: Story, event: Event) -> None:
    payload, at = event.payload, event.at
    if story.response.ended is None and (tells_customer(event) or event.kind in _UNHEARD):
        story.response.ended = event
    _wait(story, event)
    if event.kind in _TAKES_OVER:
        story.hand_over = _ended(story.hand_over, at)
    match event.kind:
        case TicketAction.ASSIGN if "due_on" in payload:
            story.hand_over = _handed_over(story, event)
        case TicketAction.PRIORITISE | TicketAction.DETAIL | TicketAction.CORRECT:
            if "priority" in payload:
                story.prioritise(Priority(payload["priority"]), at)
            if "care" in payload:
                story.care_for(bool(payload["care"]), at)
        case TicketAction.RETARGET:
            story.retarget(payload["service"], at)
        case TicketAction.ABSORB:
            story.begin_earlier(datetime.fromisoformat(payload["opened_at"]), at)
        case TicketAction.RESOLVE | TicketAction.CANCEL | TicketAction.MERGE:
            story.resolution.ended = event
            story.merged_at = at if event.kind is TicketAction.MERGE else None
        case TicketAction.REOPEN:
            story.reopen(at)
        case TicketAction.LEVEL if payload.get("late"):
            for run in (story.response, story.resolution):
                run.late = run.late or run.kind == payload["clock"]
        case TicketAction.SUBMIT | TicketAction.REFER | TicketAction.APPEAL:
            _audit(story, event)
        case TicketAction.APPROVE | TicketAction.REFUSE | TicketAction.WITHDRAW:
            story.audit = _ended(story.audit, at)
        case _:
            pass


def _wait(story: Story, event: Event) -> None:
    for wait, (starts, stops) in ((story.asked, _ASKED), (story.goods, _GOODS)):
        if event.kind in starts:
            day = event.payload.get("wake_on") or event.payload.get("goods_due_on")
            wakes_at = story.local_midnight(date.fromisoformat(day)) if day else None
            wait.begin(event.at, wakes_at)
        elif event.kind in stops:
            wait.end(event.at)


def _audit(story: Story, event: Event) -> None:
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
        (stretch(started, due_at, story.zone),),
    )


def _handed_over(story: Story, event: Event) -> Promise:
    """Until the last closing time of the day, or its midnight where that is over."""
    day = date.fromisoformat(event.payload["due_on"])
    target = story.service.target(story.priority)
    windows = story.service.calendars[target.calendar].windows_on(day)
    closes = windows[-1].closes if windows else 24 * 60
    due_at = story.local_midnight(day) + timedelta(minutes=closes)
    if due_at <= event.at:
        due_at = story.local_midnight(day) + timedelta(days=1)
    counted = (stretch(event.at, due_at, story.zone),)
    return Promise(ClockKind.HAND_OVER, OF_TICKET, event.at, due_at, explanation=counted)


def _ended(promise: Promise | None, at: datetime) -> Promise | None:
    if promise is None or promise.ended_at is not None:
        return promise
    return replace(promise, ended_at=at)
