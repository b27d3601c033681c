"""The courses that a made-up ticket's life may take: each story with what every step leads to.

What a ticket is after so many steps is said by the rules (``counter.rules.lifecycle``), once for
each story; a million tickets then take it from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from counter.rules import complaint_case, lifecycle
from models.terms import (
    COMPLAINED,
    DEFAULT_PRIORITY,
    NUMBER_PREFIX,
    Severity,
    TicketAction,
    TicketKind,
    TicketStatus,
)

if TYPE_CHECKING:
    from counter.made_clocks import Told

_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Moment of the event 0 while a course is folded: moments and days say the numbers of events."""

_INTO: Final = "{into}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a course, ready to be written.

    Attributes:
        after: opening minutes since the step before.
        by: owner, clerk, technician or supervisor.
        kind: what happens.
        text: what is said, None when nothing is.
        payload: JSON; None where it depends on the ticket (``owner``, ``wake_on``).
        from_status: where the ticket stood.
        to_status: where it stands afterwards.
        takes: whether whoever does it becomes the owner.
        to: the role of the new owner who is chosen.
        days: how many days it waits from then on at most; 0 for no wait.
        ahead: whether those days begin with the shop's present, where it waits still.
        said: kind, both statuses and text as the store keeps them.
    """

    after: float
    by: str
    kind: TicketAction
    text: str | None
    payload: str | None
    from_status: TicketStatus
    to_status: TicketStatus
    takes: bool
    to: str | None
    days: int
    ahead: bool
    said: tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a ticket is after so many events; moments, owners and days are numbers of events.

    The event 0 opened it.
    """

    status: TicketStatus
    status_text: str
    working: bool
    priority: str
    owner: int | None
    department: str | None
    wakes: int | None
    outcome: str | None
    cause: str | None
    liability: str | None
    informed: int | None
    responded: int | None
    resolved: int | None
    closed: int | None


class Course:
    """One story as the life of a ticket.

    Attributes:
        kind: of the ticket; ``kind_text`` is what the store keeps.
        series: the letter of its number.
        channel: how it came.
        priority: with which it is opened.
        goods: whether it is about something on a receipt.
        rare: whether only large shops see it.
        details: what is told of a complaint as it is opened, as part of the event's payload.
        steps: what happens after it was opened.
        standings: what it is after 0, 1, 2 ... steps.
    """

    def __init__(
        self,
        story: Mapping[str, Any],
        language: str,
        departments: Mapping[str, str],
        steps: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        self._story, self._language = story, language
        self.kind = TicketKind(story["kind"])
        self.kind_text = self.kind.value
        self.series = NUMBER_PREFIX[self.kind]
        self.channel: str = story.get("channel", "counter")
        told: Mapping[str, Any] = story.get("complaint", {})
        self.details = f', "complaint": {json.dumps(told)}' if told else ""
        least = complaint_case.least_priority(Severity(told.get("severity", Severity.NORMAL)))
        usual = DEFAULT_PRIORITY[self.kind]
        self.priority = (min(usual, least) if "severity" in told else usual).value
        self.goods = "goods" in story
        self.rare = "large" in story
        raw = story["steps"] if steps is None else steps
        self.steps = tuple(self._made_steps(raw, departments))
        events = [self._event(number) for number in range(len(self.steps) + 1)]
        self.standings = tuple(_standing(events[: last + 1]) for last in range(len(events)))
        self._cases = [
            complaint_case.fold(events[: last + 1])
            for last in range(len(events) if self.kind in COMPLAINED else 0)
        ]

    def said(self, part: str, words: Mapping[str, str]) -> str:
        """The summary or the body, about the goods of those words."""
        text: str = self._story.get(part, {}).get(self._language, "")
        return text.format(**words)

    def case(self, done: int, told: Iterable[Told]) -> tuple[Any, ...]:
        """What a complaint is after so many steps, see :data:`data.making.tables.COMPLAINT`.

        Args:
            done: how many steps.
            told: every event, with the levels that were reached: they lift it.
        """
        case = self._cases[done]
        level = 0
        for one in told:
            kind = one.said[0]
            if kind == TicketAction.LEVEL:
                level = max(level, json.loads(one.payload)["level"])
            elif kind in (TicketAction.ESCALATE, TicketAction.DISPUTE):
                level = min(level + 1, complaint_case.HIGHEST_LEVEL)
        checklist = json.dumps(case["checklist"])
        about = (case["complaint_class"], str(case["demand"]), str(case["severity"]))
        return str(case["status"]), level, case["proposal"], checklist, *about

    @cached_property
    def ends(self) -> bool:
        """Whether the whole course ends the ticket."""
        return self.standings[-1].status in (TicketStatus.CLOSED, TicketStatus.CANCELLED)

    @cached_property
    def unfinished(self) -> tuple[int, ...]:
        """After how many steps it is still worked on."""
        return tuple(done for done, at in enumerate(self.standings) if at.working)

    @cached_property
    def just_resolved(self) -> tuple[int, ...]:
        """After how many steps it only waits to be closed, and somebody told the customer."""
        return tuple(
            done
            for done, at in enumerate(self.standings)
            if at.status is TicketStatus.RESOLVED and at.responded is not None
        )

    def _made_steps(
        self, raw: Sequence[Mapping[str, Any]], departments: Mapping[str, str]
    ) -> list[Step]:
        made: list[Step] = []
        status = TicketStatus.NEW
        for step in raw:
            kind = _action(step["do"], status)
            after = lifecycle.next_status(kind, status)
            text = step.get(self._language) or None
            made.append(
                Step(
                    after=step["after"],
                    by=step.get("by", "owner"),
                    kind=kind,
                    text=text,
                    payload=_payload(kind, step, text, departments),
                    from_status=status,
                    to_status=after,
                    takes=kind is TicketAction.TAKE,
                    to=step.get("to"),
                    days=step.get("days", 0),
                    ahead=step.get("ahead", False),
                    said=(kind.value, status.value, after.value, text),
                )
            )
            status = after
        return made

    def _event(self, number: int) -> lifecycle.Event:
        """The event in the form that the rules read, with its number for all that is not fixed."""
        at = _FIRST + timedelta(days=number)
        if number == 0:
            said = {"priority": self.priority, "complaint": self._story.get("complaint", {})}
            return lifecycle.Event(TicketAction.CREATE, at, TicketStatus.NEW, said)
        step = self.steps[number - 1]
        payload = json.loads(step.payload) if step.payload else {}
        if step.takes or step.to:
            payload["owner"] = number
        if step.days:
            payload["wake_on"] = at.date().isoformat()
        return lifecycle.Event(step.kind, at, step.to_status, payload)


def _action(word: str, status: TicketStatus) -> TicketAction:
    """What a word of a story means where the ticket stands."""
    if word == "answer" and status is TicketStatus.WAITING_THIRD_PARTY:
        return TicketAction.BACK
    named = {"ask": TicketAction.ASK_CUSTOMER, "send": TicketAction.SEND_OUT}
    return named.get(word) or TicketAction(word)


def _payload(
    kind: TicketAction, step: Mapping[str, Any], text: str | None, departments: Mapping[str, str]
) -> str | None:
    match kind:
        case TicketAction.TAKE | TicketAction.ASK_CUSTOMER | TicketAction.SEND_OUT:
            return None
        case TicketAction.ASSIGN:
            if "to" in step:
                return None
            return json.dumps({"department": departments[step["department"]]})
        case TicketAction.PRIORITISE:
            return json.dumps({"priority": step["priority"]})
        case TicketAction.RESOLVE:
            names = ("outcome", "cause", "liability")
            return json.dumps({name: step.get(name) for name in names})
        case TicketAction.CLOSE:
            return json.dumps({"customer_informed": step["informed"]})
        case TicketAction.MERGE:
            return json.dumps({"into": _INTO})
        case TicketAction.CHECK:
            return json.dumps({"step": step["step"], "done": True})
        case TicketAction.PROPOSE:
            return json.dumps({"proposal": text})
        case _:
            return "{}"


def _standing(events: Sequence[lifecycle.Event]) -> Standing:
    said = lifecycle.fold(events)
    informed = said.get("customer_informed")
    return Standing(
        status=said["status"],
        status_text=said["status"].value,
        working=said["working"],
        priority=said["priority"],
        owner=said.get("owner"),
        department=said.get("department"),
        wakes=_number(said.get("wake_on")),
        outcome=said.get("outcome"),
        cause=said.get("cause"),
        liability=said.get("liability"),
        informed=None if informed is None else int(informed),
        responded=_number(said.get("first_response_at")),
        resolved=_number(said.get("resolved_at")),
        closed=_number(said.get("closed_at")),
    )


def _number(moment: date | None) -> int | None:
    """The number of the event that a moment or a day stands for."""
    if moment is None:
        return None
    return moment.toordinal() - _FIRST.toordinal()


DUPLICATE: Final = ({"do": "merge", "after": 20, "by": "clerk"},)
"""What happens to a ticket that somebody else had opened already."""


def merged_into(payload: str, no: str) -> str:
    """The payload of the event that merges a ticket into the one of that number."""
    return payload.replace(_INTO, no)
