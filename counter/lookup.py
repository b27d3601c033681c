"""Looking things up: the find box, single records, lists, and the numbers of the day.

Nothing here imports SQLModel: the first list and a command that only reads are there at once.
"""

from __future__ import annotations

from typing import Any

from counter.desk import ReadingDesk
from counter.permissions import Action
from counter.rules.fields import named, ticket_number
from data import figures, pages, records, search
from data.ticket_listing import TicketQuery, order_of
from models.errors import NotFound
from models.messages import N_
from models.ticket_filter import TicketFilter
from models.views import (
    Counts,
    CustomerRow,
    DayNumbers,
    Hit,
    Page,
    ReceiptDetail,
    ReceiptRow,
    Span,
    TicketDetail,
    TicketRow,
)

__all__ = [
    "TicketFilter",
    "TicketQuery",
    "customer",
    "day_numbers",
    "find",
    "find_customers",
    "open_cases",
    "order_of",
    "receipt",
    "receipt_counts_of",
    "receipts_of",
    "receipts_with",
    "ticket",
    "ticket_counts",
    "ticket_counts_of",
    "ticket_list",
    "tickets_about_receipt",
    "tickets_of",
]


def find(desk: ReadingDesk, query: str, limit: int = 20) -> tuple[Hit, ...]:
    """What answers to whatever was scanned or typed, the surest kind of answer first."""
    desk.require(Action.FIND)
    return search.find(desk.reader, query, limit)


def find_customers(desk: ReadingDesk, query: str, limit: int = 20) -> tuple[Hit, ...]:
    """The customers alone who answer to what was typed, the surest kind of answer first."""
    desk.require(Action.FIND)
    return search.find_customers(desk.reader, query, limit)


def ticket(desk: ReadingDesk, no: str) -> TicketDetail:
    """A ticket with its whole history.

    Raises:
        InvalidInput: no number was given.
        NotFound: there is no ticket of that number.
    """
    desk.require(Action.READ)
    no = ticket_number(no)
    found = records.ticket_by_no(desk.reader, no)
    if found is None:
        raise NotFound(N_("There is no ticket {no}."), no=no)
    return found


def receipt(desk: ReadingDesk, no: str) -> ReceiptDetail:
    """A receipt with its lines, payments and tickets.

    Raises:
        InvalidInput: no number was given.
        NotFound: there is no receipt of that number.
    """
    desk.require(Action.READ)
    no = named(no, N_("Please give the number of a receipt."))
    found = records.receipt_by_no(desk.reader, no)
    if found is None:
        raise NotFound(N_("The store has no receipt {no}."), no=no)
    return found


def customer(desk: ReadingDesk, customer_id: int) -> CustomerRow:
    """A customer as lists show one: masked.

    Raises:
        NotFound: there is no such customer.
    """
    desk.require(Action.READ)
    found = records.customer_by_id(desk.reader, customer_id)
    if found is None:
        raise NotFound(N_("The store does not know this customer."))
    return found


def open_cases(desk: ReadingDesk, customer_id: int) -> tuple[TicketRow, ...]:
    """The customer's tickets that are still worked on, newest first: the duplicate warning."""
    desk.require(Action.READ)
    return pages.working_tickets_of(desk.reader, customer_id)


def tickets_of(desk: ReadingDesk, customer_id: int, span: Span) -> Page[TicketRow]:
    """One page of a customer's tickets, open and past, the newest first."""
    desk.require(Action.READ)
    return pages.tickets_of_customer(desk.reader, customer_id, span)


def ticket_counts_of(
    desk: ReadingDesk, customer_id: int, first: tuple[Any, ...] | None = None
) -> Counts:
    """How many tickets a customer has, and how many stand before the key ``first``."""
    desk.require(Action.READ)
    return pages.ticket_counts_of_customer(desk.reader, customer_id, first)


def tickets_about_receipt(desk: ReadingDesk, receipt_id: int, span: Span) -> Page[TicketRow]:
    """One page of the tickets about a receipt, the newest first."""
    desk.require(Action.READ)
    return pages.tickets_about_receipt(desk.reader, receipt_id, span)


def receipts_of(desk: ReadingDesk, customer_id: int, span: Span) -> Page[ReceiptRow]:
    """One page of what a customer bought, the newest first."""
    desk.require(Action.READ)
    return pages.receipts_of_customer(desk.reader, customer_id, span)


def receipt_counts_of(
    desk: ReadingDesk, customer_id: int, first: tuple[Any, ...] | None = None
) -> Counts:
    """How many receipts a customer has, and how many stand before the key ``first``."""
    desk.require(Action.READ)
    return pages.receipt_counts_of_customer(desk.reader, customer_id, first)


def receipts_with(desk: ReadingDesk, product_id: int, limit: int = 20) -> tuple[Hit, ...]:
    """The newest receipts that hold a product."""
    desk.require(Action.FIND)
    return search.receipts_with_product(desk.reader, product_id, limit)


def ticket_list(desk: ReadingDesk, query: TicketQuery, span: Span) -> Page[TicketRow]:
    """One page of a ticket list."""
    desk.require(Action.READ)
    return pages.ticket_page(desk.reader, query, span, desk.now, desk.site.zone)


def ticket_counts(
    desk: ReadingDesk, query: TicketQuery, first: tuple[Any, ...] | None = None
) -> Counts:
    """How many tickets a list has and its filter hides; ``first`` is a key whose place is asked."""
    desk.require(Action.READ)
    return pages.ticket_counts(desk.reader, query, first, desk.now, desk.site.zone)


def day_numbers(desk: ReadingDesk) -> DayNumbers:
    """The numbers of the day, each answered by an index."""
    desk.require(Action.READ)
    return figures.day_numbers(
        desk.reader, staff_id=desk.actor.id, now=desk.now, zone=desk.site.zone
    )
