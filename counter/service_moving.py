"""Open tickets are moved to another version of the service times, on order only (rule 11).

What would change is listed beforehand; moving appends one event to each ticket, a portion at a
time, and leaves alone those that run under that version already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from sqlmodel import col, select

from counter.clock_keeping import after
from counter.desk import Actor, ReadingDesk, WritingDesk
from counter.permissions import Action
from counter.rules.lifecycle import Event
from counter.rules.service_clocks import ClockFacts
from counter.service_versions import service_of
from counter.shop import Shop
from counter.ticket_events import happen
from counter.turns import Turns
from models.terms import ClockKind, TicketAction, TicketKind, TicketStatus
from models.ticket import Ticket

PORTION: Final = 10
"""Tickets in one transaction, some 20 ms: a clerk's save waits for no more than that."""

OTHERS: Final = """
    SELECT t.id, t.no, t.kind, t.status
    FROM clock c JOIN ticket t ON t.id = c.ticket_id
    WHERE c.leads AND c.service_version_no <> :version AND t.working
    ORDER BY c.order_at, c.id
"""
"""Tickets that are worked on under another version, through the index of what is due first."""


class MovedClock(NamedTuple):
    """What moving changes of one clock; a due time is None while it waits.

    Attributes:
        ticket_no: the ticket's number.
        kind: the kind of clock.
        due_before: UTC.
        due_after: UTC.
    """

    ticket_no: str
    kind: ClockKind
    due_before: datetime | None
    due_after: datetime | None


def moving(desk: ReadingDesk, version_no: int) -> Iterator[MovedClock]:
    """What would change if open tickets were moved to a version: each due time that differs.

    Raises:
        NotAllowed: the role may not manage policies.
        NotFound: there is no such version.
    """
    desk.require(Action.MANAGE_POLICY)
    service_of(desk.ask, version_no)
    for key, no, kind, status in desk.ask.all(OTHERS, version=version_no):
        facts = (int(key), TicketKind(kind), TicketStatus(status))
        event = Event(TicketAction.RETARGET, desk.now, facts[2], {"service": version_no})
        before, then = after(desk.ask, desk.site, facts, event)
        for name, clock in then.items():
            was = before.get(name)
            if clock.open and was is not None and _differs(was, clock):
                yield MovedClock(no, clock.kind, was.due_at, clock.due_at)


def _differs(was: ClockFacts, clock: ClockFacts) -> bool:
    return (was.due_at, was.state) != (clock.due_at, clock.state)


def move(shop: Shop, actor: Actor, version_no: int) -> int:
    """Move every open ticket to a version; how many were moved.

    Killed in between, the rest is moved by the same order again.

    Raises:
        NotAllowed: the role may not manage policies.
        NotFound: there is no such version.
    """
    with shop.reading(actor) as desk:
        desk.require(Action.MANAGE_POLICY)
        service_of(desk.ask, version_no)
        keys = [key for key, *_rest in desk.ask.all(OTHERS, version=version_no)]
    moved, turns = 0, Turns(shop, actor)
    for first in range(0, len(keys), PORTION):
        with turns.writing() as writing:
            moved += _move_some(writing, keys[first : first + PORTION], version_no)
    return moved


def _move_some(desk: WritingDesk, keys: list[int], version_no: int) -> int:
    """Move these, but for what ended or was moved since they were looked for."""
    desk.require(Action.MANAGE_POLICY)
    others = {
        key for key, *_rest in desk.ask.all(_AMONG, version=version_no, keys=json.dumps(keys))
    }
    found = select(Ticket).where(col(Ticket.id).in_(others)).order_by(col(Ticket.id))
    tickets = desk.session.exec(found).all()
    for ticket in tickets:
        happen(desk, ticket, TicketAction.RETARGET, payload={"service": version_no})
    return len(tickets)


_AMONG: Final = """
    SELECT t.id FROM json_each(:keys) AS chosen
    JOIN ticket t ON t.id = chosen.value
    JOIN clock c ON c.ticket_id = t.id
    WHERE t.working AND c.leads AND c.service_version_no <> :version
"""
