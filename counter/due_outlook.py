"""What a ticket would promise if it were opened now: its priority, and when what is due."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from counter.desk import ReadingDesk
from counter.permissions import Action
from counter.rules.complaint_case import first_priority
from counter.rules.lifecycle import Event
from counter.rules.service import ServiceRules
from counter.rules.service_clocks import clocks_of
from counter.service_versions import newest, service_of
from counter.ticket_opening import TicketDraft
from models.terms import (
    ClockKind,
    Priority,
    Severity,
    TicketAction,
    TicketKind,
    TicketStatus,
)


class DueOutlook(NamedTuple):
    """Priority and due times, UTC."""

    priority: Priority
    response_due: datetime
    resolution_due: datetime


def due_outlook(desk: ReadingDesk, draft: TicketDraft) -> DueOutlook | None:
    """What the ticket of a draft would promise; None while its kind is not chosen.

    Whatever else is wrong with the draft is passed over: it is still being typed.

    Raises:
        NotAllowed: the role may not read.
    """
    desk.require(Action.READ)
    kind = next((one for one in TicketKind if one == draft.kind), None)
    if kind is None:
        return None
    severity = draft.complaint.severity if draft.complaint is not None else ""
    priority = first_priority(
        kind,
        next((one for one in Priority if one == draft.priority), None),
        next((one for one in Severity if one == severity), None),
    )
    payload = {
        "priority": priority,
        "service": newest(desk.ask).version_no,
        "care": draft.customer_id is not None and _is_cared_for(desk, draft.customer_id),
    }

    def rules(version_no: int) -> ServiceRules:
        return service_of(desk.ask, version_no)

    first = Event(TicketAction.CREATE, desk.now, TicketStatus.NEW, payload)
    due = {clock.kind: clock.due_at for clock in clocks_of([first], rules, desk.site.zone)}
    response, resolution = due[ClockKind.FIRST_RESPONSE], due[ClockKind.RESOLUTION]
    if response is None or resolution is None:
        raise RuntimeError("A clock that begins now has no due time.")
    return DueOutlook(priority, response, resolution)


def _is_cared_for(desk: ReadingDesk, customer_id: int) -> bool:
    row = desk.ask.one("SELECT care_flags FROM customer WHERE id = :id", id=customer_id)
    return row is not None and row[0] not in (None, "", "[]")
