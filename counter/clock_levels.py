"""Levels that clocks reached and waits that are over: written once, by whoever notices first.

Level 1 is reached at the warning, level 2 when it is due, level 3 at half as much again (service
clocks, rule 10). Each is an event of the ticket, never written again for the same run of the clock.
It is the machine's own event: it changes no version, so nobody's typing meets a conflict.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlmodel import col, select

from counter.clock_keeping import history, promised
from counter.desk import WritingDesk
from counter.rules.lifecycle import Event
from counter.rules.service_clocks import OF_TICKET, ClockFacts, clocks_of
from counter.service_versions import service_of
from counter.ticket_events import COUNTED, happen
from data.reading import stored_instant
from models.identity import new_uid
from models.terms import COMPLAINED, ClockState, TicketAction, TicketKind, TicketStatus
from models.ticket import Ticket

PORTION: Final = 8
"""Clocks in one transaction, some 15 ms: a clerk's save waits for no more than that."""

WOKEN_TOGETHER: Final = 10
"""Tickets that are taken up in one transaction, which takes as long."""

REACHED: Final = """
    SELECT c.ticket_id FROM clock c JOIN ticket t ON t.id = c.ticket_id
    WHERE c.next_level_at <= :now AND t.last_event_at <= :now
    ORDER BY c.next_level_at, c.id LIMIT :most
"""
"""Tickets with a clock that reached a level, through the index of what comes next; but for those
that were changed later than this computer's clock says: another tick will do them."""

WOKEN: Final = """
    SELECT t.id FROM ticket t
    WHERE t.working AND t.wake_on IS NOT NULL AND t.wake_on <= :today
      AND t.last_event_at <= :now
    LIMIT :most
"""
"""Tickets whose wait is over, through the index of those that wait; but for those as above."""

_TICKET: Final = """
    SELECT t.kind, t.status, t.event_count FROM ticket t WHERE t.id = :ticket
"""

_APPEND: Final = """
    INSERT INTO ticket_event (uid, change_no, ticket_id, event_no, at, actor_id, kind,
                              from_status, to_status, payload)
    VALUES (:uid, :change_no, :ticket, :event_no, :at, :actor, 'level', :status, :status, :payload)
"""

_RAISED: Final = """
    UPDATE clock SET level = :level, next_level = :next, next_level_at = :next_at,
                     change_no = :change_no
    WHERE ticket_id = :ticket AND kind = :kind AND subject = :subject
"""

_COMPLAINT: Final = """
    UPDATE complaint SET level = :level, version = version + 1, change_no = :change_no
    WHERE ticket_id = :ticket AND level < :level
"""


@dataclass(slots=True)
class _Written:
    """Rows of one transaction, to be written together."""

    events: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[dict[str, Any]] = field(default_factory=list)


def reach(desk: WritingDesk, most: int = PORTION) -> int:
    """Write the levels that clocks have reached by now; how many, 0 when none is left.

    Args:
        desk: of ``system``.
        most: tickets at a time.
    """
    found = desk.ask.all(REACHED, now=stored_instant(desk.now), most=most)
    written = _Written()
    for (ticket_id,) in dict.fromkeys(found):
        _reach_of(desk, ticket_id, written)
    if not written.events:
        return 0
    execute = desk.session.connection().exec_driver_sql
    for sql, rows in (
        (_APPEND, written.events),
        (COUNTED, written.tickets),
        (_RAISED, written.clocks),
        (_COMPLAINT, written.complaints),
    ):
        if rows:
            first = desk.work.take_numbers(len(rows))
            execute(sql, [row | {"change_no": first + nth} for nth, row in enumerate(rows)])
    desk.work.audit(
        "clock.levels",
        "clock",
        levels=len(written.events),
        tickets=len(written.tickets),
    )
    return len(written.events)


def _reach_of(desk: WritingDesk, ticket_id: int, written: _Written) -> None:
    row = desk.ask.one(_TICKET, ticket=ticket_id)
    if row is None:
        raise RuntimeError("A clock has no ticket.")
    kind, status, count = TicketKind(row[0]), TicketStatus(row[1]), int(row[2])
    events = history(desk.ask, ticket_id)
    added: list[Event] = []
    clocks = _clocks(desk, ticket_id, kind, status, events)
    while reached := [clock for clock in clocks if _is_due(clock, desk.now)]:
        added += [_event(clock, status, desk.now) for clock in reached]
        clocks = _clocks(desk, ticket_id, kind, status, [*events, *added])
    if not added:
        return
    for nth, event in enumerate(added, 1):
        written.events.append(
            {
                "uid": new_uid(),
                "ticket": ticket_id,
                "event_no": count + nth,
                "at": stored_instant(desk.now),
                "actor": desk.actor.id,
                "status": status,
                "payload": json.dumps(dict(event.payload)),
            }
        )
    written.tickets.append(
        {"ticket": ticket_id, "count": count + len(added), "at": stored_instant(desk.now)}
    )
    touched = {(one.payload["clock"], one.payload.get("subject", OF_TICKET)) for one in added}
    for clock in clocks:
        if (clock.kind, clock.subject) in touched:
            written.clocks.append(
                {
                    "ticket": ticket_id,
                    "kind": clock.kind,
                    "subject": clock.subject,
                    "level": clock.level,
                    "next": clock.next_level,
                    "next_at": stored_instant(clock.next_level_at) if clock.next_level_at else None,
                }
            )
    if kind in COMPLAINED:
        level = max(event.payload["level"] for event in added)
        written.complaints.append({"ticket": ticket_id, "level": level})


def _clocks(
    desk: WritingDesk,
    ticket_id: int,
    kind: TicketKind,
    status: TicketStatus,
    events: Sequence[Event],
) -> tuple[ClockFacts, ...]:
    zone = desk.site.zone
    return clocks_of(
        events,
        lambda version_no: service_of(desk.ask, version_no),
        zone,
        promised(desk.ask, zone, ticket_id, kind, status, events),
    )


def _is_due(clock: ClockFacts, now: datetime) -> bool:
    return clock.next_level_at is not None and clock.next_level_at <= now


def _event(clock: ClockFacts, status: TicketStatus, now: datetime) -> Event:
    if clock.next_level is None or clock.next_level_at is None:
        raise RuntimeError("This clock reaches no level.")
    payload: dict[str, Any] = {
        "clock": clock.kind,
        "level": clock.next_level,
        "reached_at": clock.next_level_at.isoformat(),
    }
    if clock.subject != OF_TICKET:
        payload["subject"] = clock.subject
    if clock.state is ClockState.RUNNING and clock.due_at is not None and now > clock.due_at:
        payload["late"] = True
    return Event(TicketAction.LEVEL, now, status, payload)


def wake(desk: WritingDesk, most: int = WOKEN_TOGETHER) -> tuple[str, ...]:
    """Take up the tickets whose wait is over; their numbers, none when nothing waits too long.

    Args:
        desk: of ``system``.
        most: tickets at a time.
    """
    told = {"today": desk.today.isoformat(), "now": stored_instant(desk.now)}
    keys = [key for (key,) in desk.ask.all(WOKEN, most=most, **told)]
    woken = desk.session.exec(
        select(Ticket).where(col(Ticket.id).in_(keys)).order_by(col(Ticket.id))
    ).all()
    for ticket in woken:
        happen(desk, ticket, TicketAction.WAKE)
    return tuple(ticket.no for ticket in woken)
