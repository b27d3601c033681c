"""The lists of the counter as SQL, returned as frozen rows: tickets, receipts, staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from data.filtering import LOOKED_AT, Filter, count_filtered, less, read_filtered
from data.listing import Listing, Order, count_list, count_rows, keys_of, read_page
from data.reading import Asks, Reader, instant, maybe_day, maybe_instant
from data.ticket_listing import (
    KEY_AT,
    TICKET_COLUMNS,
    TICKET_JOINS,
    TicketQuery,
    listing_of,
    order_of,
    whole_view,
)
from models.terms import (
    ClockKind,
    Priority,
    Role,
    SaleChannel,
    Severity,
    TicketKind,
    TicketOrder,
    TicketStatus,
)
from models.views import Count, Counts, Page, ReceiptRow, Span, StaffRow, TicketRow

__all__ = [
    "TicketQuery",
    "first_ticket",
    "order_of",
    "receipt_counts_of_customer",
    "receipt_row",
    "receipts_of_customer",
    "staff_counts",
    "staff_page",
    "staff_row",
    "ticket_counts",
    "ticket_counts_of_customer",
    "ticket_page",
    "ticket_row",
    "tickets_about_receipt",
    "tickets_of_customer",
    "working_tickets_of",
]

# --- tickets --------------------------------------------------------------------------------


def ticket_page(
    reader: Reader,
    query: TicketQuery,
    span: Span,
    now: datetime | None = None,
    zone: tzinfo = UTC,
) -> Page[TicketRow]:
    """One page of a ticket list, as it stands at ``now`` in a shop's ``zone``."""
    listing = listing_of(query, now, zone)
    if query.text and (wanted := Filter.of(query.text)).phrases:
        return read_filtered(reader, listing, wanted, span, ticket_row)
    return read_page(reader, listing, span, ticket_row)


def ticket_counts(
    reader: Reader,
    query: TicketQuery,
    first: tuple[Any, ...] | None,
    now: datetime | None = None,
    zone: tzinfo = UTC,
) -> Counts:
    """How many tickets a list has, how many its filter hides, and how many stand before a key.

    By due time a ticket without a clock that goes on counts as hidden.
    """
    listing = listing_of(query, now, zone)
    if query.text and (wanted := Filter.of(query.text)).phrases:
        counts = count_filtered(reader, listing, wanted, first)
    else:
        counts = count_list(reader, listing, first)
    if not query.filter and order_of(query) is not TicketOrder.DUE:
        return counts
    total = counts.total
    if total.more:  # nobody counted on: what is hidden is not known either
        return replace(counts, hidden=Count(counts.hidden.rows, more=True))
    return replace(counts, hidden=less(count_rows(reader, whole_view(query)), total))


def first_ticket(
    ask: Asks, query: TicketQuery, now: datetime | None = None, zone: tzinfo = UTC
) -> int | None:
    """The key of the first ticket of a list; None where there is none.

    Where words were typed, so many rows are looked at as a list looks at.
    """
    listing = listing_of(query, now, zone)
    holds = Filter.of(query.text).test()
    sql, values = keys_of(listing, Span(LOOKED_AT if query.text else 1), "search_text")
    rows = ask.all(sql, **values)
    return next((int(key) for key, text in rows if holds(text)), None)


def working_tickets_of(reader: Reader, customer_id: int) -> tuple[TicketRow, ...]:
    """A customer's tickets that are still worked on, newest first."""
    rows = reader.all(
        f"SELECT {TICKET_COLUMNS}, t.id FROM ticket t {TICKET_JOINS} "
        "WHERE t.customer_id = :customer AND t.working ORDER BY t.id DESC LIMIT 20",
        customer=customer_id,
    )
    return tuple(map(ticket_row, rows))


def tickets_of_customer(reader: Reader, customer_id: int, span: Span) -> Page[TicketRow]:
    """One page of a customer's tickets, open and past, the newest first."""
    return read_page(reader, _tickets_of(customer_id), span, ticket_row)


def ticket_counts_of_customer(
    reader: Reader, customer_id: int, first: tuple[Any, ...] | None
) -> Counts:
    """How many tickets a customer has."""
    return count_list(reader, _tickets_of(customer_id), first)


def tickets_about_receipt(reader: Reader, receipt_id: int, span: Span) -> Page[TicketRow]:
    """One page of the tickets about a receipt, the newest first."""
    return read_page(reader, _tickets_with("receipt_id", receipt_id), span, ticket_row)


def _tickets_of(customer_id: int) -> Listing:
    return _tickets_with("customer_id", customer_id)


def _tickets_with(column: str, key: int) -> Listing:
    # By key alone: that is what the column's index is sorted by, and tickets come in order.
    return _rows_with(
        column,
        key,
        table="ticket",
        alias="t",
        order=Order(("id",), descending=True),
        select=f"SELECT {TICKET_COLUMNS}, t.id FROM page JOIN ticket t ON t.id = page.id"
        f" {TICKET_JOINS}",
    )


_KINDS: Final = {str(kind): kind for kind in TicketKind}
_STATUSES: Final = {str(status): status for status in TicketStatus}
_PRIORITIES: Final = {str(priority): priority for priority in Priority}
_CLOCKS: Final = {str(kind): kind for kind in ClockKind}
_SEVERITIES: Final = {str(severity): severity for severity in Severity}


def ticket_row(row: tuple[Any, ...]) -> TicketRow:
    """A row of :data:`TICKET_COLUMNS`; what follows them is the row's key."""
    return TicketRow(
        row[0],
        row[KEY_AT:] or (row[0],),
        row[1],
        _KINDS[row[2]],
        _STATUSES[row[3]],
        _PRIORITIES[row[4]],
        instant(row[5]),
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
        maybe_day(row[11]),
        row[12],
        _CLOCKS.get(row[13]),
        maybe_instant(row[14]),
        maybe_instant(row[15]),
        row[16],
        row[17],
        row[18],
        _SEVERITIES.get(row[19]),
    )


# --- receipts -------------------------------------------------------------------------------

_RECEIPT_COLUMNS: Final = """
    r.id, r.receipt_no, r.sold_at, r.channel, r.currency,
    (SELECT coalesce(sum(p.amount_minor), 0) FROM tender p WHERE p.receipt_id = r.id),
    (SELECT group_concat(coalesce(l.description, g.name, g.sku), ', ')
       FROM (SELECT * FROM receipt_line WHERE receipt_id = r.id ORDER BY line_no LIMIT 3) l
       JOIN product g ON g.id = l.product_id)
"""


def receipts_of_customer(reader: Reader, customer_id: int, span: Span) -> Page[ReceiptRow]:
    """One page of what a customer bought, the newest first."""
    return read_page(reader, _receipts_of(customer_id), span, receipt_row)


def receipt_counts_of_customer(
    reader: Reader, customer_id: int, first: tuple[Any, ...] | None
) -> Counts:
    """How many receipts a customer has."""
    return count_list(reader, _receipts_of(customer_id), first)


def _receipts_of(customer_id: int) -> Listing:
    return _rows_with(
        "customer_id",
        customer_id,
        table="receipt",
        alias="r",
        order=Order(("sold_at", "id"), descending=True),
        select=f"SELECT {_RECEIPT_COLUMNS}, r.sold_at, r.id"
        " FROM page JOIN receipt r ON r.id = page.id",
    )


def receipt_row(row: tuple[Any, ...]) -> ReceiptRow:
    """A row of the list of receipts; what follows its columns is the row's key."""
    return ReceiptRow(
        id=row[0],
        receipt_no=row[1],
        sold_at=instant(row[2]),
        channel=SaleChannel(row[3]),
        currency=row[4],
        paid_minor=row[5],
        goods=row[6] or "",
        key=tuple(row[7:]),
    )


def _rows_with(
    column: str, key: int, *, table: str, alias: str, order: Order, select: str
) -> Listing:
    return Listing(
        table=table,
        alias=alias,
        order=order,
        select=select,
        conditions=(f"{column} = :{column}",),
        values={column: key},
    )


# --- staff ----------------------------------------------------------------------------------

_STAFF_COLUMNS: Final = """
    s.id, s.login, s.name, s.role, s.active, s.pin_hash IS NOT NULL, s.code_hash IS NOT NULL,
    s.locked_until, s.goodwill_limit_minor
"""


_STAFF: Final = Listing(
    table="staff",
    alias="s",
    order=Order(("login",)),
    conditions=("login <> 'system'",),  # which is not a person
    select=f"SELECT {_STAFF_COLUMNS}, s.login FROM page JOIN staff s ON s.id = page.id",
)


def staff_page(reader: Reader, span: Span) -> Page[StaffRow]:
    """One page of the staff list by login."""
    return read_page(reader, _STAFF, span, staff_row)


def staff_counts(reader: Reader, first: tuple[Any, ...] | None) -> Counts:
    """How many people the staff list has."""
    return count_list(reader, _STAFF, first)


def staff_row(row: tuple[Any, ...]) -> StaffRow:
    """A row of the staff list; what follows its columns is the row's key."""
    return StaffRow(
        id=row[0],
        login=row[1],
        name=row[2],
        role=Role(row[3]),
        active=bool(row[4]),
        has_pin=bool(row[5]),
        waiting_for_code=bool(row[6]),
        locked_until=maybe_instant(row[7]),
        goodwill_limit_minor=row[8],
        key=tuple(row[9:]),
    )
