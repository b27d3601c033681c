"""A ticket was opened for the wrong customer or receipt: put right, with a reason, and told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from counter import lookup
from counter.desk import ReadingDesk, WritingDesk
from counter.return_events import case_of
from counter.rules.fields import Faults
from counter.ticket_events import TicketHead, happen, ticket_to_work_on
from counter.ticket_opening import BODY_LIMIT, is_cared_for
from counter.ticket_references import living_customer, named_customer, named_receipt
from models.customer import Customer
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.receipt import Receipt, ReceiptLine
from models.terms import TicketAction
from models.ticket import Ticket


class Unchanged(Enum):
    """What stays as it is; None takes a reference away."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED
"""The default of what a correction may change."""

_NAMED: Final = 3
"""Customers who are named where several fit."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a ticket is about."""

    customer: Customer | None
    receipt: Receipt | None
    line: ReceiptLine | None

    def names(self) -> dict[str, str | None]:
        """The references by the names that events know."""
        return {
            "customer": self.customer.uid if self.customer else None,
            "receipt": self.receipt.uid if self.receipt else None,
            "receipt_line": self.line.uid if self.line else None,
        }


def correct(
    desk: WritingDesk,
    no: str,
    *,
    customer_id: int | Unchanged | None = UNCHANGED,
    receipt_no: str | Unchanged | None = UNCHANGED,
    text: str,
    confirmed: bool = False,
    seen: int | None = None,
) -> TicketHead:
    """Put right whom or which purchase a ticket is about.

    The event keeps what stood there before. A ticket without a customer takes the receipt's.

    Args:
        desk: who corrects.
        no: the ticket's number.
        customer_id: the right customer; None for nobody.
        receipt_no: the right receipt, or ``receipt_no/line``; None or empty for none.
        text: the reason.
        confirmed: the receipt is known to be another customer's; so are both when both are given.
        seen: the version that the actor read.

    Raises:
        InvalidInput: no reason, nothing different, something unknown, or a receipt of another
            customer that was not confirmed.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    ticket = ticket_to_work_on(desk, no, seen)
    faults = Faults()
    written = faults.text("note", text, required=True, limit=BODY_LIMIT, lines=True)
    was = _about(desk, ticket)
    now = _corrected(desk, was, customer_id, receipt_no, faults)
    faults.raise_if_any()
    payload = _differing(was, now)
    given = "customer" if isinstance(receipt_no, Unchanged) else "receipt_no"
    if not payload:
        raise InvalidInput(N_("That is how it stands already."), field=given)
    if "receipt" in payload and case_of(desk, ticket) is not None:
        raise WrongState(
            N_(
                "{no} was checked against its receipt. Withdraw it, and open a return of the other."
            ),
            no=ticket.no,
        )
    if "customer" in payload:
        payload["care"] = is_cared_for(now.customer)
    if not confirmed and UNCHANGED in (customer_id, receipt_no):
        _check_owner(desk, now, given)
    return happen(desk, ticket, TicketAction.CORRECT, text=written, payload=payload)


def customer_meant(desk: ReadingDesk, typed: str) -> int | None:
    """The one customer whom a phone, a number or a name means; None for nothing typed.

    Raises:
        InvalidInput: nobody fits, or several do; they are named.
    """
    if not typed.strip():
        return None
    found = lookup.find_customers(desk, typed, _NAMED + 1)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise InvalidInput(N_("No customer fits '{text}'."), field="customer", text=typed)
    raise InvalidInput(
        N_("{names}: who of them? The whole phone number tells."),
        field="customer",
        names=", ".join(f"{hit.text} {hit.detail}".strip() for hit in found[:_NAMED]),
    )


def _about(desk: WritingDesk, ticket: Ticket) -> _About:
    get = desk.session.get
    return _About(
        get(Customer, ticket.customer_id) if ticket.customer_id else None,
        get(Receipt, ticket.receipt_id) if ticket.receipt_id else None,
        get(ReceiptLine, ticket.receipt_line_id) if ticket.receipt_line_id else None,
    )


def _corrected(
    desk: WritingDesk,
    was: _About,
    customer_id: int | Unchanged | None,
    receipt_no: str | Unchanged | None,
    faults: Faults,
) -> _About:
    customer, receipt, line = was.customer, was.receipt, was.line
    if not isinstance(receipt_no, Unchanged):
        receipt, line = named_receipt(desk, receipt_no or "", faults)
        if customer is None and customer_id is UNCHANGED:
            customer = named_customer(desk, None, receipt, faults)
    if not isinstance(customer_id, Unchanged):
        customer = named_customer(desk, customer_id, None, faults)
    return _About(customer, receipt, line)


def _differing(was: _About, now: _About) -> dict[str, Any]:
    """What the event changes and what stood there; a receipt and its line go together."""
    before, after = was.names(), now.names()
    changed = {name for name in after if after[name] != before[name]}
    if changed & {"receipt", "receipt_line"}:
        changed |= {"receipt", "receipt_line"}
    if not changed:
        return {}
    payload: dict[str, Any] = {name: value for name, value in after.items() if name in changed}
    payload["was"] = {name: value for name, value in before.items() if name in changed}
    return payload


def _check_owner(desk: WritingDesk, now: _About, field: str) -> None:
    """A receipt of another customer is a slip more often than not."""
    buyer = living_customer(desk, now.receipt.customer_id) if now.receipt else None
    if now.receipt is None or buyer is None:
        return
    owner = living_customer(desk, now.customer.id) if now.customer else None
    if owner is None or owner.id != buyer.id:
        raise InvalidInput(
            N_("Receipt {no} is of {buyer}. Correct the customer too, or confirm that it is so."),
            field=field,
            no=now.receipt.receipt_no,
            buyer=buyer.name or buyer.customer_ref or "?",
        )
