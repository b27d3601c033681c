"""A ticket is opened: what was typed at intake is checked and becomes its first event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import select

from counter.clock_keeping import history
from counter.complaint_details import ComplaintDraft, details_of
from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules import complaint_case
from counter.rules.fields import Faults
from counter.rules.service_clocks import level_of_resolution
from counter.service_versions import newest
from counter.ticket_events import TicketHead, happen, head_of, searched
from counter.ticket_references import named_customer, named_parent, named_receipt
from models.customer import Customer, MembershipAccount
from models.terms import (
    COMPLAINED,
    DEFAULT_PRIORITY,
    NUMBER_PREFIX,
    ClockKind,
    Priority,
    Severity,
    TicketAction,
    TicketChannel,
    TicketKind,
    TicketStatus,
    Tier,
)
from models.ticket import Ticket

SUMMARY_LIMIT: Final = 200
BODY_LIMIT: Final = 20_000

SECOND_LEVEL: Final = 2
"""The supervisor's."""


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket as typed at intake. ``receipt_no`` may name a line as ``receipt_no/line``."""

    kind: str = ""
    summary: str = ""
    body: str = ""
    channel: str = TicketChannel.COUNTER
    priority: str = ""
    customer_id: int | None = None
    receipt_no: str = ""
    parent: str = ""
    complaint: ComplaintDraft | None = None


def open_ticket(
    desk: WritingDesk, draft: TicketDraft, *, at_least: Priority | None = None
) -> TicketHead:
    """Open a ticket and give it the next number of its kind and day.

    Args:
        desk: who opens it.
        draft: as typed.
        at_least: a priority that a rule asks for, whoever opens the ticket.

    Raises:
        NotAllowed: the role may not open tickets, or not raise the priority.
        InvalidInput: every faulty field is named.
    """
    desk.require(Action.OPEN_TICKET)
    faults = Faults()
    kind = faults.term("kind", draft.kind, TicketKind, required=True)
    summary = faults.text("summary", draft.summary, required=True, limit=SUMMARY_LIMIT)
    body = faults.text("body", draft.body, limit=BODY_LIMIT, lines=True)
    channel = faults.term("channel", draft.channel, TicketChannel, required=True)
    priority = faults.term("priority", draft.priority, Priority)
    receipt, line = named_receipt(desk, draft.receipt_no, faults)
    parent = named_parent(desk, draft.parent, faults)
    customer = named_customer(desk, draft.customer_id, receipt, faults)
    told = details_of(desk, draft.complaint, faults) if kind in COMPLAINED else {}
    faults.raise_if_any()
    if kind is None or summary is None or channel is None:
        raise RuntimeError("Checked fields are missing.")
    severity = Severity(told["severity"]) if "severity" in told else None
    begins = complaint_case.first_priority(kind, priority, severity)
    if priority is not None and priority != DEFAULT_PRIORITY[kind]:
        desk.require(Action.CHANGE_PRIORITY)
    ticket = Ticket(
        no=_next_no(desk, kind),
        kind=kind,
        channel=channel,
        summary=summary,
        body=body,
        opened_at=desk.now,
        opened_by_id=desk.actor.id,
        parent_id=parent.id if parent else None,
        tier_at_creation=_tier(desk, customer),
        status=TicketStatus.NEW,
        priority=min(begins, at_least or Priority.P4),
        last_event_at=desk.now,
    )
    ticket.search_text = searched(desk, ticket)
    payload: dict[str, Any] = {"kind": kind, "priority": ticket.priority, "channel": channel}
    if customer is not None:
        payload["customer"] = customer.uid
    if receipt is not None:
        payload["receipt"] = receipt.uid
    if line is not None:
        payload["receipt_line"] = line.uid
    if parent is not None:
        payload["parent"] = parent.no
    if told:
        payload["complaint"] = told
    if is_cared_for(customer):
        payload["care"] = True
    payload["service"] = newest(desk.ask).version_no
    head = happen(desk, ticket, TicketAction.CREATE, payload=payload)
    if ticket.priority == Priority.P1:
        head = enter_second_level(desk, ticket)
    return head


def is_cared_for(customer: Customer | None) -> bool:
    """Whether a customer's first answer comes one priority step faster."""
    return customer is not None and bool(customer.care_flags)


def enter_second_level(desk: WritingDesk, ticket: Ticket) -> TicketHead:
    """What has the first priority is the supervisor's from the first moment on (rule 10).

    Call it right after the step that gave it: taking that back takes the level back. Where the
    clock has reached that level it is not written again.
    """
    head = head_of(ticket)
    if level_of_resolution(history(desk.ask, head.id)) >= SECOND_LEVEL:
        return head
    payload = {
        "clock": ClockKind.RESOLUTION,
        "level": SECOND_LEVEL,
        "step": ticket.event_count,
    }
    return happen(desk, ticket, TicketAction.LEVEL, payload=payload)


def _next_no(desk: WritingDesk, kind: TicketKind) -> str:
    day = f"{desk.today:%Y%m%d}"
    prefix = NUMBER_PREFIX[kind]
    return f"{prefix}-{day}-{desk.work.next_number(prefix, day):04d}"


def _tier(desk: WritingDesk, customer: Customer | None) -> Tier:
    if customer is None:
        return Tier.NONE
    account = desk.session.exec(
        select(MembershipAccount).where(MembershipAccount.customer_id == customer.id)
    ).first()
    if account is None or (account.valid_to is not None and account.valid_to < desk.today):
        return Tier.NONE
    return Tier(account.tier)
