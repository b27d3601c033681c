"""The clocks of a ticket as rows: worked out from its events when a unit of work ends.

Whatever a unit of work did to a ticket, its clocks are derived once, at the end, from the whole
history (``counter.rules.service_clocks``), and only what differs is written. Nothing else writes
them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import select

from counter.desk import SiteFacts, WritingDesk
from counter.rules.lifecycle import Event
from counter.rules.service import ServiceRules
from counter.rules.service_clocks import ClockFacts, Promise, clocks_of, stretch
from counter.service_versions import service_of
from data.reading import Asks, instant, maybe_instant
from models.clock import Clock
from models.terms import (
    AppointmentStatus,
    ClockKind,
    FollowUpStatus,
    RefundStatus,
    TicketAction,
    TicketKind,
    TicketStatus,
)
from models.ticket import Ticket

_UNMOVED: Final = frozenset(
    {
        TicketAction.NOTE,
        TicketAction.ATTACH,
        TicketAction.CHECK,
        TicketAction.COMPENSATE,
        TicketAction.GRANT_COMPENSATION,
        TicketAction.REFUSE_COMPENSATION,
        TicketAction.PAY_COMPENSATION,
    }
)
"""Events that touch no clock."""

_WITH_GOODS: Final = frozenset({TicketKind.RETURN, TicketKind.REPAIR, TicketKind.DELIVERY})


def follow(desk: WritingDesk, ticket: Ticket, kind: TicketAction) -> None:
    """Have the ticket's clocks worked out when the unit of work ends."""
    if kind not in _UNMOVED:
        desk.work.at_end(("clocks", ticket.uid), lambda: keep(desk, ticket))


def keep(desk: WritingDesk, ticket: Ticket) -> tuple[ClockFacts, ...]:
    """Work the clocks of a ticket out and write what differs; how they stand."""
    key = ticket.id
    if key is None:
        raise RuntimeError("A ticket was not stored.")
    found = derived(desk.ask, desk.site, key, TicketKind(ticket.kind), TicketStatus(ticket.status))
    kept = {
        (row.kind, row.subject): row
        for row in desk.session.exec(select(Clock).where(Clock.ticket_id == key))
    }
    for facts in found:
        rules = service_of(desk.ask, facts.service_version_no)
        values = columns_of(facts, rules)
        row = kept.pop((facts.kind, facts.subject), None)
        if row is None:
            desk.session.add(Clock(ticket_id=key, **values))
            continue
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        desk.session.add(row)
    for row in kept.values():  # the step that began it was taken back
        desk.session.delete(row)
    desk.session.flush()
    return found


def columns_of(facts: ClockFacts, rules: ServiceRules) -> dict[str, Any]:
    """The columns of a clock's row, by their names, without the ticket's key."""
    return {
        "kind": facts.kind,
        "subject": facts.subject,
        "state": facts.state,
        "open": facts.open,
        "leads": facts.leads,
        "started_at": facts.started_at,
        "due_at": facts.due_at,
        "order_at": facts.order_at,
        "level": facts.level,
        "next_level": facts.next_level,
        "next_level_at": facts.next_level_at,
        "service_version_no": facts.service_version_no,
        "calendar_id": None if facts.calendar is None else rules.keys[facts.calendar],
        "explanation": list(facts.explanation),
        "ended_at": facts.ended_at,
    }


# --- reading what clocks follow from --------------------------------------------------------

EVENTS: Final = """
    SELECT kind, at, to_status, payload FROM ticket_event
    WHERE ticket_id = :ticket ORDER BY event_no
"""

_REFUNDS: Final = """
    SELECT f.uid, f.requested_at, f.due_target, f.due_working, f.due_statutory, f.status,
           f.settled_at, f.return_line_id
    FROM return_case c JOIN return_line l ON l.return_case_id = c.id
    JOIN refund f ON f.return_line_id = l.id
    WHERE c.ticket_id = :ticket ORDER BY f.id
"""

_APPOINTMENTS: Final = """
    SELECT a.uid, a.slot_from, a.slot_to, a.status
    FROM appointment a WHERE a.ticket_id = :ticket ORDER BY a.id
"""

_CALLS: Final = """
    SELECT f.uid, f.planned_at, f.due_on, f.window_to, f.status, f.ended_at,
           (SELECT max(a.at) FROM contact_attempt a
            WHERE a.follow_up_id = f.id AND (f.ended_at IS NULL OR a.at < f.ended_at))
    FROM follow_up f WHERE f.ticket_id = :ticket ORDER BY f.id
"""


def derived(
    ask: Asks, site: SiteFacts, ticket_id: int, kind: TicketKind, status: TicketStatus
) -> tuple[ClockFacts, ...]:
    """Every clock of a stored ticket, worked out from what the store holds of it.

    Args:
        ask: a reader, or a transaction with what it wrote.
        site: the shop.
        ticket_id: the ticket's key.
        kind: the ticket's kind.
        status: where it stands.
    """
    events = history(ask, ticket_id)

    def rules(version_no: int) -> ServiceRules:
        return service_of(ask, version_no)

    promises = promised(ask, site.zone, ticket_id, kind, status, events)
    return clocks_of(events, rules, site.zone, promises)


def history(ask: Asks, ticket_id: int) -> list[Event]:
    """Every event of a ticket as the rules see it."""
    return [
        Event(TicketAction(row[0]), instant(row[1]), TicketStatus(row[2]), json.loads(row[3]))
        for row in ask.all(EVENTS, ticket=ticket_id)
    ]


def promised(
    ask: Asks,
    zone: ZoneInfo,
    ticket_id: int,
    kind: TicketKind,
    status: TicketStatus,
    events: Sequence[Event],
) -> Iterable[Promise]:
    """What runs against time beside a ticket itself: refunds, appointments, call-backs."""
    if kind in _WITH_GOODS:
        if kind is TicketKind.RETURN:
            yield from _refunds(ask, zone, ticket_id)
        yield from _appointments(ask, zone, ticket_id, events)
    if status in (TicketStatus.RESOLVED, TicketStatus.CLOSED) or any(
        event.kind is TicketAction.CLOSE for event in events
    ):
        yield from _calls(ask, zone, ticket_id)


def _refunds(ask: Asks, zone: ZoneInfo, ticket_id: int) -> Iterable[Promise]:
    rows = ask.all(_REFUNDS, ticket=ticket_id)
    newest = {row[7]: row[0] for row in rows}
    for uid, requested_at, target, working, statutory, state, settled_at, line in rows:
        if state == RefundStatus.FAILED and newest[line] != uid:
            continue  # it was tried again: the new one runs
        started = instant(requested_at)
        ended = maybe_instant(settled_at)
        days = (
            (ClockKind.REFUND, working, target),
            (ClockKind.REFUND_STATUTORY, statutory, None),
        )
        for kind, last, warned in days:
            if last is not None:
                yield Promise(
                    kind,
                    uid,
                    started,
                    _end_of(date.fromisoformat(last), zone),
                    _end_of(date.fromisoformat(warned), zone) if warned else None,
                    ended,
                    (last,),
                )


def _appointments(
    ask: Asks, zone: ZoneInfo, ticket_id: int, events: Sequence[Event]
) -> Iterable[Promise]:
    rows = ask.all(_APPOINTMENTS, ticket=ticket_id)
    agreed = [event.at for event in events if event.kind is TicketAction.SCHEDULE]
    opened = events[0].at if events else None
    # The last of them were agreed upon by these events, an earlier one as the case was opened.
    begun = [*([opened] * (len(rows) - len(agreed))), *agreed][-len(rows) :] if rows else []
    for place, (uid, begins, ends, status) in enumerate(rows):
        first, due_at = instant(begins), instant(ends)
        over: datetime | None = None
        if status == AppointmentStatus.RESCHEDULED:
            over = begun[place + 1] if place + 1 < len(begun) else due_at
        elif status not in _AGREED:
            over = _over(events, since=begun[place]) or due_at
        started = min(first, due_at - timedelta(minutes=1))
        slot = (stretch(first, due_at, zone),)
        yield Promise(ClockKind.APPOINTMENT, uid, started, due_at, None, over, slot)


_AGREED: Final = (
    AppointmentStatus.PROPOSED,
    AppointmentStatus.CONFIRMED,
    AppointmentStatus.IN_PROGRESS,
)
_OVER: Final = (
    TicketAction.RECEIVE,
    TicketAction.REFUSE,
    TicketAction.WITHDRAW,
    TicketAction.EXPIRE,
)
"""Goods came in, or the case ended: the appointment ended with it."""


def _over(events: Sequence[Event], since: datetime | None) -> datetime | None:
    return next(
        (
            event.at
            for event in events
            if event.kind in _OVER and (since is None or event.at >= since)
        ),
        None,
    )


def _calls(ask: Asks, zone: ZoneInfo, ticket_id: int) -> Iterable[Promise]:
    rows = ask.all(_CALLS, ticket=ticket_id)
    for uid, planned, due_on, window_to, status, ended, tried in rows:
        last = datetime.combine(
            date.fromisoformat(due_on), time.fromisoformat(window_to or "20:00"), zone
        )
        over = maybe_instant(ended)
        if over is None and status not in (FollowUpStatus.SCHEDULED, FollowUpStatus.DUE):
            raise RuntimeError("A call-back ended without a moment.")
        started = instant(tried or planned)  # a call that nobody answered is promised anew
        counted = (stretch(started, last, zone),)
        yield Promise(ClockKind.CALL_BACK, uid, started, last, None, over, counted)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a local day: its midnight is too late."""
    return datetime.combine(day + timedelta(days=1), time.min, zone) - timedelta(seconds=1)


# --- what would change ----------------------------------------------------------------------


def after(
    ask: Asks,
    site: SiteFacts,
    ticket: tuple[int, TicketKind, TicketStatus],
    event: Event,
    rules: Callable[[int], ServiceRules] | None = None,
) -> tuple[Mapping[tuple[str, str], ClockFacts], Mapping[tuple[str, str], ClockFacts]]:
    """The clocks of a ticket as they are, and as one more event would leave them."""
    key, kind, status = ticket
    events = history(ask, key)

    def known(version_no: int) -> ServiceRules:
        return service_of(ask, version_no)

    promises = list(promised(ask, site.zone, key, kind, status, events))
    now, then = (
        clocks_of(course, rules or known, site.zone, promises)
        for course in (events, [*events, replace(event, to_status=status)])
    )
    return _by_key(now), _by_key(then)


def _by_key(clocks: Iterable[ClockFacts]) -> dict[tuple[str, str], ClockFacts]:
    return {(clock.kind, clock.subject): clock for clock in clocks}
