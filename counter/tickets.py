"""The life of a ticket at the counter: opened, worked, closed; every step one event.

Each operation checks the permission, then the rules (``counter.rules.lifecycle``), then appends
one event and writes the cached columns from it, in the desk's one unit of work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules import lifecycle
from counter.rules.fields import Faults
from counter.shop import SYSTEM
from counter.ticket_events import TicketHead, happen, ticket_to_work_on
from models.customer import Customer, MembershipAccount
from models.errors import InvalidInput
from models.messages import N_
from models.receipt import Receipt, ReceiptLine
from models.staff import Staff
from models.terms import (
    DEFAULT_PRIORITY,
    NUMBER_PREFIX,
    Cause,
    Liability,
    Outcome,
    Priority,
    TicketAction,
    TicketChannel,
    TicketKind,
    TicketStatus,
    Tier,
)
from models.text import search_text
from models.ticket import Ticket

SUMMARY_LIMIT: Final = 200
BODY_LIMIT: Final = 20_000
LINE_DIGITS: Final = 9
"""Most digits of a receipt line's number; the store refuses integers over 64 bits."""


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


# --- opening --------------------------------------------------------------------------------


def open_ticket(desk: WritingDesk, draft: TicketDraft) -> TicketHead:
    """Open a ticket and give it the next number of its kind and day.

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
    receipt, line = _named_receipt(desk, draft.receipt_no, faults)
    parent = _named_parent(desk, draft.parent, faults)
    customer = _named_customer(desk, draft.customer_id, receipt, faults)
    faults.raise_if_any()
    if kind is None or summary is None or channel is None:
        raise RuntimeError("Checked fields are missing.")
    usual = DEFAULT_PRIORITY[kind]
    if priority is not None and priority != usual:
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
        priority=priority or usual,
        last_event_at=desk.now,
    )
    ticket.search_text = _search_text(ticket, customer)
    payload: dict[str, Any] = {"kind": kind, "priority": ticket.priority, "channel": channel}
    if customer is not None:
        payload["customer"] = customer.uid
    if receipt is not None:
        payload["receipt"] = receipt.uid
    if line is not None:
        payload["receipt_line"] = line.uid
    if parent is not None:
        payload["parent"] = parent.no
    return happen(desk, ticket, TicketAction.CREATE, payload=payload)


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


def _search_text(ticket: Ticket, customer: Customer | None) -> str:
    return search_text(ticket.no, ticket.summary, ticket.body, customer.name if customer else None)


def _named_receipt(
    desk: WritingDesk, typed: str, faults: Faults
) -> tuple[Receipt | None, ReceiptLine | None]:
    """The receipt, and the line, that ``no`` or ``no/line`` names."""
    text = faults.text("receipt_no", typed, limit=80)
    if text is None:
        return None, None
    receipt = desk.session.exec(select(Receipt).where(Receipt.receipt_no == text)).first()
    if receipt is not None:
        return receipt, None
    number, _, line_no = text.rpartition("/")
    receipt = desk.session.exec(select(Receipt).where(Receipt.receipt_no == number)).first()
    if receipt is None:
        faults.add("receipt_no", N_("The store has no receipt {no}."), no=text)
        return None, None
    line = None
    if line_no.isascii() and line_no.isdigit() and len(line_no) <= LINE_DIGITS:
        line = desk.session.exec(
            select(ReceiptLine).where(
                ReceiptLine.receipt_id == receipt.id, ReceiptLine.line_no == int(line_no)
            )
        ).first()
    if line is None:
        faults.add("receipt_no", N_("Receipt {no} has no line {line}."), no=number, line=line_no)
    return receipt, line


def _named_customer(
    desk: WritingDesk, customer_id: int | None, receipt: Receipt | None, faults: Faults
) -> Customer | None:
    """The customer who was chosen, else the one on the receipt."""
    if customer_id is None:
        customer_id = receipt.customer_id if receipt else None
    if customer_id is None:
        return None
    customer = desk.session.get(Customer, customer_id)
    while customer is not None and customer.merged_into_id is not None:
        customer = desk.session.get(Customer, customer.merged_into_id)
    if customer is None:
        faults.add("customer", N_("The store does not know this customer."))
    return customer


def _named_parent(desk: WritingDesk, typed: str, faults: Faults) -> Ticket | None:
    no = faults.text("parent", typed, limit=24)
    if no is None:
        return None
    parent = desk.session.exec(select(Ticket).where(Ticket.no == no.upper())).first()
    if parent is None:
        faults.add("parent", N_("There is no ticket {no}."), no=no)
    return parent


# --- working --------------------------------------------------------------------------------


def take(desk: WritingDesk, no: str, *, seen: int | None = None) -> TicketHead:
    """Become the owner; a new ticket is open from then on.

    Raises:
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed. ``seen`` is the version
            that the actor read; somebody else's change since then is told and not overwritten.
    """
    ticket = ticket_to_work_on(desk, no, seen)
    return happen(desk, ticket, TicketAction.TAKE, payload={"owner": desk.actor.login})


def take_next(desk: WritingDesk) -> TicketHead | None:
    """Become the owner of the most urgent ticket that nobody owns; None when there is none.

    One writer at a time: two clerks who press the key together get two tickets.
    """
    desk.require(Action.WORK_TICKET)
    urgent = (
        select(Ticket)
        .where(col(Ticket.working), col(Ticket.owner_id).is_(None))
        .order_by(col(Ticket.priority), col(Ticket.opened_at), col(Ticket.id))
        .limit(1)
    )
    ticket = desk.session.exec(urgent).first()
    if ticket is None:
        return None
    return happen(desk, ticket, TicketAction.TAKE, payload={"owner": desk.actor.login})


def assign(
    desk: WritingDesk,
    no: str,
    *,
    to: str | None = None,
    department: str | None = None,
    note: str | None = None,
    seen: int | None = None,
) -> TicketHead:
    """Give the ticket to a colleague, to a department, or to both.

    Raises:
        NotAllowed: only supervisors assign to others; a clerk takes or hands over to a department.
        InvalidInput: nobody of that login works here, or neither was named.
        NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    login = faults.text("to", to, limit=32)
    unit = faults.text("department", department, limit=80)
    text = faults.text("note", note, limit=BODY_LIMIT, lines=True)
    if login is None and unit is None:
        faults.add("to", N_("Name a colleague or a department."))
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    payload: dict[str, Any] = {}
    if login is not None:
        if login != desk.actor.login:
            desk.require(Action.ASSIGN_OTHERS)
        payload["owner"] = _colleague(desk, login).login
    if unit is not None:
        payload["department"] = unit
    return happen(desk, ticket, TicketAction.ASSIGN, text=text, payload=payload)


def note(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Write down what happened or was said."""
    written = _required("note", text)
    return happen(desk, ticket_to_work_on(desk, no, seen), TicketAction.NOTE, text=written)


def respond(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> TicketHead:
    """The customer was told something for the first time; stops the first-response clock."""
    faults = Faults()
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return happen(desk, ticket_to_work_on(desk, no, seen), TicketAction.RESPOND, text=written)


def wait_for_customer(
    desk: WritingDesk, no: str, text: str, wake_on: str | date, *, seen: int | None = None
) -> TicketHead:
    """The customer was asked; the ticket wakes up on ``wake_on``, at most a week from now."""
    return _wait(desk, no, TicketAction.ASK_CUSTOMER, text, wake_on, seen)


def wait_for_third_party(
    desk: WritingDesk, no: str, text: str, wake_on: str | date, *, seen: int | None = None
) -> TicketHead:
    """Handed over in writing to somebody outside, expected back on ``wake_on``."""
    return _wait(desk, no, TicketAction.SEND_OUT, text, wake_on, seen)


def _wait(
    desk: WritingDesk,
    no: str,
    kind: TicketAction,
    text: str,
    wake_on: str | date,
    seen: int | None,
) -> TicketHead:
    faults = Faults()
    written = faults.text("note", text, required=True, limit=BODY_LIMIT, lines=True)
    day = faults.day("wake_on", wake_on, required=True)
    faults.raise_if_any()
    if day is None:
        raise RuntimeError("A checked date is missing.")
    lifecycle.check_wake_up(kind, day, desk.today)
    ticket = ticket_to_work_on(desk, no, seen)
    return happen(desk, ticket, kind, text=written, payload={"wake_on": day.isoformat()})


def answer(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> TicketHead:
    """What the ticket waited for has come, from the customer or from outside."""
    faults = Faults()
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    outside = ticket.status == TicketStatus.WAITING_THIRD_PARTY
    return happen(desk, ticket, TicketAction.BACK if outside else TicketAction.ANSWER, text=written)


def resolve(
    desk: WritingDesk,
    no: str,
    *,
    outcome: str,
    cause: str,
    liability: str | None = None,
    text: str = "",
    seen: int | None = None,
) -> TicketHead:
    """Say how it ended and why it happened.

    Raises:
        InvalidInput: outcome or cause is missing, or a complaint's liability.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    ticket = ticket_to_work_on(desk, no, seen)
    faults = Faults()
    got = faults.term("outcome", outcome, Outcome, required=True)
    why = faults.term("cause", cause, Cause, required=True)
    who = faults.term(
        "liability",
        liability,
        Liability,
        required=lifecycle.needs_liability(TicketKind(ticket.kind)),
    )
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    payload = {"outcome": got, "cause": why, "liability": who}
    return happen(desk, ticket, TicketAction.RESOLVE, text=written, payload=payload)


def close(
    desk: WritingDesk, no: str, *, informed: bool, text: str = "", seen: int | None = None
) -> TicketHead:
    """End the ticket, saying whether the customer was told."""
    faults = Faults()
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    payload = {"customer_informed": informed}
    return happen(desk, ticket, TicketAction.CLOSE, text=written, payload=payload)


def reopen(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Open it again, with a reason, within a week of closing."""
    written = _required("note", text)
    ticket = ticket_to_work_on(desk, no, seen)
    lifecycle.check_reopening(TicketStatus(ticket.status), ticket.closed_at, desk.now)
    return happen(desk, ticket, TicketAction.REOPEN, text=written)


def cancel(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Withdraw a ticket that nobody has begun to work on, with a reason."""
    written = _required("note", text)
    return happen(desk, ticket_to_work_on(desk, no, seen), TicketAction.CANCEL, text=written)


def prioritise(
    desk: WritingDesk, no: str, priority: str, text: str, *, seen: int | None = None
) -> TicketHead:
    """Raise or lower the priority, with a reason.

    Raises:
        NotAllowed: only supervisors change priorities.
        InvalidInput, NotFound, WrongState, Conflict: nothing was changed.
    """
    desk.require(Action.CHANGE_PRIORITY)
    faults = Faults()
    level = faults.term("priority", priority, Priority, required=True)
    written = faults.text("note", text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    if ticket.priority == level:
        raise InvalidInput(N_("It is {priority} already."), field="priority", priority=level)
    return happen(desk, ticket, TicketAction.PRIORITISE, text=written, payload={"priority": level})


def _colleague(desk: WritingDesk, login: str) -> Staff:
    staff = desk.session.exec(select(Staff).where(Staff.login == login)).first()
    if staff is None or not staff.active or staff.login == SYSTEM:
        raise InvalidInput(N_("Nobody here has the staff number {login}."), field="to", login=login)
    return staff


def _required(field: str, text: str) -> str:
    faults = Faults()
    written = faults.text(field, text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return written or ""
