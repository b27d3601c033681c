"""Intake: what a clerk types while the customer speaks becomes a ticket, in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from counter import drafts, lookup
from counter.complaint_details import ComplaintDraft
from counter.customers import CustomerDraft, add_customer
from counter.desk import ReadingDesk, WritingDesk
from counter.permissions import Action
from counter.ticket_events import TicketHead
from counter.tickets import TicketDraft, open_ticket
from data.beside_ticket import working_about, working_of_phone
from models.complaint_views import OpenCase
from models.terms import COMPLAINED, HitKind
from models.views import CustomerRow, Hit, ReceiptDetail, TicketRow

FORM: Final = "intake"
"""Name of the form's draft."""

HITS: Final = 3
"""How many answers stand beside the form; whoever needs more types more."""

SAME: Final = 9
"""How many open tickets about the same receipt are told, each with a digit."""

DETAILS: Final = (
    "complaint_class",
    "demand",
    "severity",
    "amount_claimed",
    "authority_ref",
    "batch_no",
)
"""Fields of the form that a complaint alone has."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the text in the form's first field means.

    Attributes:
        receipt: the receipt, when the text is its number.
        customer: the customer, on the receipt or found by name, number or phone.
        open_cases: the customer's tickets that are still worked on: the duplicate warning.
        hits: other things it may mean, when it is nothing for certain.
        same: tickets that are worked on about the same receipt, or the same line of it where one
            is named; complaints first. Whoever comes again is most likely meant by one of them.
        of_phone: tickets that are worked on of customers with the telephone that was typed, but
            for those of ``same``. A name alone says nothing: many share one.
    """

    receipt: ReceiptDetail | None = None
    customer: CustomerRow | None = None
    open_cases: tuple[TicketRow, ...] = ()
    hits: tuple[Hit, ...] = ()
    same: tuple[OpenCase, ...] = ()
    of_phone: tuple[OpenCase, ...] = ()


def recognise(desk: ReadingDesk, text: str, phone: str = "") -> Recognised:
    """Say what a scanned or typed text means: a receipt (or one of its lines) or a customer.

    Args:
        desk: who asks.
        text: what was scanned or typed.
        phone: the telephone that was typed for a customer who is not known.
    """
    return _with_phone(desk, _meant(desk, text.strip()), phone)


def _meant(desk: ReadingDesk, text: str) -> Recognised:
    if not text:
        return Recognised()
    number, slash, line = text.rpartition("/")
    wanted = number if slash and line.isdigit() else text
    hits = lookup.find(desk, wanted, HITS + 1)
    receipts = [hit for hit in hits if hit.kind is HitKind.RECEIPT and hit.ref == wanted]
    if receipts:
        receipt = lookup.receipt(desk, wanted)
        named = [row.id for row in receipt.lines if wanted != text and str(row.line_no) == line]
        same = working_about(desk.ask, receipt.id, named[0] if named else None, SAME)
        return replace(_with_customer(desk, receipt, receipt.customer_id), same=same)
    if len(hits) == 1 and hits[0].kind is HitKind.CUSTOMER:
        return _with_customer(desk, None, hits[0].id)
    return Recognised(hits=hits[:HITS])


def about_customer(desk: ReadingDesk, customer_id: int, phone: str = "") -> Recognised:
    """The customer who was chosen on another screen, with the open cases."""
    return _with_phone(desk, _with_customer(desk, None, customer_id), phone)


def _with_phone(desk: ReadingDesk, found: Recognised, phone: str) -> Recognised:
    desk.require(Action.READ)
    told = {row.no for row in found.same}
    rows = working_of_phone(desk.ask, phone, SAME)
    return replace(found, of_phone=tuple(row for row in rows if row.no not in told))


def _with_customer(
    desk: ReadingDesk, receipt: ReceiptDetail | None, customer_id: int | None
) -> Recognised:
    if customer_id is None:
        return Recognised(receipt=receipt)
    return Recognised(
        receipt=receipt,
        customer=lookup.customer(desk, customer_id),
        open_cases=lookup.open_cases(desk, customer_id),
    )


def draft_of(values: Mapping[str, str], customer_id: int | None, receipt_no: str) -> TicketDraft:
    """The ticket that the form's fields say.

    Args:
        values: the fields as typed: kind, summary, body, channel, priority, and of a complaint
            those of :data:`DETAILS`.
        customer_id: the customer, if one is known.
        receipt_no: the receipt, or receipt and line; empty for none.
    """
    told = {name: values.get(name, "") for name in DETAILS}
    return TicketDraft(
        kind=values.get("kind", ""),
        summary=values.get("summary", ""),
        body=values.get("body", ""),
        channel=values.get("channel", ""),
        priority=values.get("priority", ""),
        customer_id=customer_id,
        receipt_no=receipt_no,
        complaint=ComplaintDraft(**told) if values.get("kind") in COMPLAINED else None,
    )


def take_in(
    desk: WritingDesk, values: Mapping[str, str], known: int | None, receipt_no: str
) -> TicketHead:
    """Open a ticket from the form's fields; its draft is gone in the same transaction.

    Args:
        desk: a clerk's.
        values: the fields as typed, see :func:`draft_of`, with customer_name and customer_phone.
        known: the customer who was recognised, if any; a name that was typed wins.
        receipt_no: the receipt, or receipt and line, that was recognised; empty for none.

    Raises:
        NotAllowed, InvalidInput: nothing was stored.
    """
    name, phone = values.get("customer_name", ""), values.get("customer_phone", "")
    customer_id = add_customer(desk, CustomerDraft(name, phone)) if name or phone else known
    head = open_ticket(desk, draft_of(values, customer_id, receipt_no))
    drafts.forget(desk, FORM)
    return head
