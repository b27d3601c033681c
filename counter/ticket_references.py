"""What a ticket is about, found by what was typed: a receipt and its line, a customer, a ticket."""

from __future__ import annotations

from sqlmodel import select

from counter.desk import WritingDesk
from counter.rules.fields import Faults, line_number
from models.customer import Customer
from models.messages import N_
from models.receipt import Receipt, ReceiptLine
from models.ticket import Ticket


def named_receipt(
    desk: WritingDesk, typed: str, faults: Faults
) -> tuple[Receipt | None, ReceiptLine | None]:
    """The receipt, and the line, that ``no`` or ``no/line`` names."""
    text = faults.text("receipt_no", typed, limit=80)
    if text is None:
        return None, None
    receipt = desk.session.exec(select(Receipt).where(Receipt.receipt_no == text)).first()
    if receipt is not None:
        return receipt, None
    receipt_no, _, line_no = text.rpartition("/")
    receipt = desk.session.exec(select(Receipt).where(Receipt.receipt_no == receipt_no)).first()
    if receipt is None:
        faults.add("receipt_no", N_("The store has no receipt {no}."), no=text)
        return None, None
    line, number = None, line_number(line_no)
    if number is not None:
        line = desk.session.exec(
            select(ReceiptLine).where(
                ReceiptLine.receipt_id == receipt.id, ReceiptLine.line_no == number
            )
        ).first()
    if line is None:
        faults.add(
            "receipt_no", N_("Receipt {no} has no line {line}."), no=receipt_no, line=line_no
        )
    return receipt, line


def named_customer(
    desk: WritingDesk, customer_id: int | None, receipt: Receipt | None, faults: Faults
) -> Customer | None:
    """The customer who was chosen, else the one on the receipt."""
    if customer_id is None:
        customer_id = receipt.customer_id if receipt else None
    if customer_id is None:
        return None
    customer = living_customer(desk, customer_id)
    if customer is None:
        faults.add("customer", N_("The store does not know this customer."))
    return customer


def living_customer(desk: WritingDesk, customer_id: int | None) -> Customer | None:
    """The customer with that key, or the one into whom the record was merged."""
    customer = desk.session.get(Customer, customer_id) if customer_id is not None else None
    while customer is not None and customer.merged_into_id is not None:
        customer = desk.session.get(Customer, customer.merged_into_id)
    return customer


def named_parent(desk: WritingDesk, typed: str, faults: Faults) -> Ticket | None:
    """The earlier ticket that this one follows."""
    no = faults.text("parent", typed, limit=24)
    if no is None:
        return None
    parent = desk.session.exec(select(Ticket).where(Ticket.no == no.upper())).first()
    if parent is None:
        faults.add("parent", N_("There is no ticket {no}."), no=no)
    return parent
