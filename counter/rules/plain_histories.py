"""What a history says that the two clocks of a ticket depend on, where it is a plain one.

Plain is what counts from the beginning to the end under one target: no raised priority, no
reopening, nothing taken back, no case of a return. Moments are microseconds since 1970, UTC.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from counter.rules.lifecycle import TELLS
from counter.rules.service_clocks import FIRST_SERVICE, NO_CLOCK, OF_TICKET
from models.terms import TicketAction

_ASKS: Final = frozenset({TicketAction.ASK_CUSTOMER, TicketAction.SEND_OUT})
_ANSWERS: Final = frozenset({TicketAction.ANSWER, TicketAction.BACK, TicketAction.WAKE})
_OVER: Final = frozenset({TicketAction.RESOLVE, TicketAction.CANCEL, TicketAction.MERGE})
_TELLS: Final = TELLS | frozenset(
    {
        TicketAction.CLOSE,
        TicketAction.CANCEL,
        TicketAction.MERGE,
    }
)
_CHANGES: Final = frozenset({TicketAction.DETAIL, TicketAction.CORRECT})
_IDLE: Final = frozenset(
    {
        TicketAction.TAKE,
        TicketAction.NOTE,
        TicketAction.ATTACH,
        TicketAction.CHECK,
        TicketAction.INVESTIGATE,
        TicketAction.MEDIATE,
        TicketAction.PERFORM,
        TicketAction.ESCALATE,
        TicketAction.COMPENSATE,
        TicketAction.GRANT_COMPENSATION,
        TicketAction.REFUSE_COMPENSATION,
        TicketAction.PAY_COMPENSATION,
    }
)
"""Steps that move neither of the two clocks."""

Happened = tuple[str, int, str]
"""What happened, when, and its payload in JSON."""


@dataclass(slots=True)
class Story:
    """What is read of a plain history.

    Attributes:
        opened: when it was opened.
        version_no: of the service times.
        priority: with which it was opened.
        care: whether the customer is to be served faster.
        answered: when and how the first clock ended.
        over: when and how the second one ended.
        waits: from when until when somebody else was awaited.
        asked: the payload with which the wait that goes on began.
        levels: the highest level that each clock reached.
        late: clocks of which it was written that they are late.
    """

    opened: int
    version_no: int
    priority: str
    care: bool
    answered: tuple[int, str] | None = None
    over: tuple[int, str] | None = None
    waits: list[tuple[int, int | None]] = field(default_factory=list)
    asked: str = ""
    levels: dict[str, int] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)


def read(events: Sequence[Happened]) -> Story | tuple[()] | None:
    """What a history says that clocks depend on; None where it is no plain one."""
    kind, opened, payload = events[0]
    if kind != TicketAction.CREATE:
        return None
    said = json.loads(payload)
    if NO_CLOCK in said:
        return ()
    story = Story(
        opened, said.get("service", FIRST_SERVICE), said["priority"], bool(said.get("care"))
    )
    last = opened
    for kind, at, payload in events[1:]:
        if at < last:
            return None
        last = at
        if kind in _TELLS and story.answered is None:
            story.answered = at, kind
        if kind in _IDLE:
            continue
        if kind in _OVER:
            story.over = at, kind
            _go_on(story, at)
        elif kind in _ASKS:
            if not story.waits or story.waits[-1][1] is not None:
                story.waits.append((at, None))
            story.asked = payload
        elif kind in _ANSWERS:
            _go_on(story, at)
        elif kind == TicketAction.LEVEL:
            _level(story, json.loads(payload))
        elif kind == TicketAction.ASSIGN:
            if '"due_on"' in payload:
                return None
        elif kind in _CHANGES:
            if '"priority"' in payload or '"care"' in payload:
                return None
        elif kind not in _TELLS:
            return None
    if story.over is not None:
        _go_on(story, story.over[0])
    return story


def _go_on(story: Story, at: int) -> None:
    if story.waits and story.waits[-1][1] is None:
        story.waits[-1] = (story.waits[-1][0], at)
    story.asked = ""


def _level(story: Story, said: dict[str, object]) -> None:
    clock = str(said["clock"])
    if said.get("subject", OF_TICKET) == OF_TICKET:
        story.levels[clock] = max(story.levels.get(clock, 0), int(str(said["level"])))
    if said.get("late"):
        story.late.add(clock)
