"""The reading side of lists: keyset pages in plain SQL, returned as frozen rows.

Every query here is served by an index (a test reads the plans); no page costs more because the
list is longer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from data.reading import Reader, instant, maybe_day, maybe_instant
from data.search import match_expression
from models.terms import (
    Priority,
    Role,
    SaleChannel,
    TicketKind,
    TicketOrder,
    TicketStatus,
    TicketView,
)
from models.views import Listed, Page, ReceiptRow, Span, StaffRow, TicketRow

RowT = TypeVar("RowT", bound=Listed)


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: columns that end with a unique one, all in one direction."""

    columns: tuple[str, ...]
    descending: bool = False

    def clause(self, *, backwards: bool = False, alias: str = "") -> str:
        """The ``ORDER BY`` list, with the columns of ``alias`` where several tables are joined."""
        direction = "DESC" if self.descending != backwards else "ASC"
        prefix = f"{alias}." if alias else ""
        return ", ".join(f"{prefix}{column} {direction}" for column in self.columns)

    def beyond(self, *, backwards: bool, inclusive: bool = False) -> str:
        """The condition for rows behind (or before) the key ``:key_0``, ``:key_1`` ..."""
        sign = "<" if self.descending != backwards else ">"
        names = ", ".join(f":key_{at}" for at in range(len(self.columns)))
        return f"({', '.join(self.columns)}) {sign}{'=' if inclusive else ''} ({names})"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as SQL: where the rows are, which of them, in which order, and what is shown.

    Attributes:
        table: the table that the list is sorted by.
        alias: what ``select`` calls that table.
        conditions: all must hold.
        hidden_from: conditions of the list without its filter, for counting what it hides.
        order: the list's order.
        select: the columns of a row, with joins, over the page's ids in ``page``.
        values: bound values of the conditions.
    """

    table: str
    alias: str
    order: Order
    select: str
    conditions: tuple[str, ...] = ()
    hidden_from: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


def read_page(
    reader: Reader, listing: Listing, span: Span, row: Callable[[tuple[Any, ...]], RowT]
) -> Page[RowT]:
    """One page of ``listing``, with its place in the whole."""
    backwards = span.before is not None or span.last
    key = span.after or span.before or span.since
    values = dict(listing.values)
    conditions = list(listing.conditions)
    if key is not None:
        values |= {f"key_{at}": part for at, part in enumerate(key)}
        conditions.append(
            listing.order.beyond(backwards=backwards, inclusive=span.since is not None)
        )
    sql = (
        f"WITH page AS MATERIALIZED (SELECT id FROM {listing.table}{_where(conditions)}"
        f" ORDER BY {listing.order.clause(backwards=backwards)} LIMIT :limit) "
        f"{listing.select} ORDER BY {listing.order.clause(alias=listing.alias)}"
    )
    rows = tuple(row(values_) for values_ in reader.all(sql, **values, limit=span.limit))
    total = _count(reader, listing, listing.conditions)
    everything = total
    if listing.hidden_from != listing.conditions:
        everything = _count(reader, listing, listing.hidden_from)
    if key is None:
        start = total - len(rows) if span.last else 0
    elif not rows:
        start = 0 if backwards else total
    else:
        start = _place(reader, listing, rows)
    return Page(rows, start, total, everything - total)


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _count(reader: Reader, listing: Listing, conditions: tuple[str, ...]) -> int:
    sql = f"SELECT count(*) FROM {listing.table}{_where(list(conditions))}"
    return int(reader.value(sql, **listing.values))


def _place(reader: Reader, listing: Listing, rows: tuple[RowT, ...]) -> int:
    """How many rows stand before the first of ``rows``."""
    values = dict(listing.values) | {f"key_{at}": part for at, part in enumerate(rows[0].key)}
    conditions = [*listing.conditions, listing.order.beyond(backwards=True)]
    sql = f"SELECT count(*) FROM {listing.table}{_where(conditions)}"
    return int(reader.value(sql, **values))


# --- tickets --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Which tickets a list shows, and in which order.

    Attributes:
        view: the saved view.
        owner_id: whose tickets, for :attr:`models.terms.TicketView.MINE`.
        text: what was typed to filter; every word must occur.
        order: what the list is sorted by.
    """

    view: TicketView = TicketView.WORKING
    owner_id: int | None = None
    text: str = ""
    order: TicketOrder = TicketOrder.URGENT


_TICKET_ORDERS: Final[Mapping[TicketOrder, Order]] = {
    TicketOrder.URGENT: Order(("priority", "opened_at", "id")),
    TicketOrder.OLDEST: Order(("opened_at", "id")),
    TicketOrder.NEWEST: Order(("opened_at", "id"), descending=True),
}

_VIEWS: Final[Mapping[TicketView, tuple[str, ...]]] = {
    TicketView.WORKING: ("working",),
    TicketView.MINE: ("working", "owner_id = :owner_id"),
    TicketView.UNOWNED: ("working", "owner_id IS NULL"),
    TicketView.WAITING: ("working", "wake_on IS NOT NULL"),
    TicketView.RESOLVED: ("status = 'resolved'",),
    TicketView.CLOSED: ("status = 'closed'",),
    TicketView.ALL: (),
}

TICKET_COLUMNS: Final = """
    t.id, t.no, t.kind, t.status, t.priority, t.opened_at, o.login, o.name, c.name,
    (SELECT substr(p.digits, -4) FROM customer_phone p
      WHERE p.customer_id = t.customer_id AND p.active ORDER BY p.id LIMIT 1),
    t.summary, t.wake_on, t.version
"""

TICKET_JOINS: Final = """
    LEFT JOIN staff o ON o.id = t.owner_id LEFT JOIN customer c ON c.id = t.customer_id
"""


def ticket_page(reader: Reader, query: TicketQuery, span: Span) -> Page[TicketRow]:
    """One page of a ticket list."""
    order = _TICKET_ORDERS[order_of(query)]
    view = _VIEWS[query.view]
    values: dict[str, Any] = {"owner_id": query.owner_id} if query.owner_id is not None else {}
    filtered = view
    expression = match_expression(query.text)
    if expression:
        values["match"] = expression
        filtered = (
            *view,
            "id IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH :match)",
        )
    listing = Listing(
        table="ticket",
        alias="t",
        order=order,
        conditions=filtered,
        hidden_from=view,
        values=values,
        select=(
            f"SELECT {TICKET_COLUMNS}, {', '.join(f't.{name}' for name in order.columns)} "
            f"FROM page JOIN ticket t ON t.id = page.id {TICKET_JOINS}"
        ),
    )
    return read_page(reader, listing, span, ticket_row)


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
    # By key alone: that is what the index on the customer is sorted by, and tickets come in order.
    listing = _of_customer(
        customer_id,
        table="ticket",
        alias="t",
        order=Order(("id",), descending=True),
        select=f"SELECT {TICKET_COLUMNS}, t.id FROM page JOIN ticket t ON t.id = page.id"
        f" {TICKET_JOINS}",
    )
    return read_page(reader, listing, span, ticket_row)


def order_of(query: TicketQuery) -> TicketOrder:
    """The order that the list really has: urgency means nothing once a ticket is done."""
    done = query.view in (TicketView.RESOLVED, TicketView.CLOSED, TicketView.ALL)
    if done and query.order is TicketOrder.URGENT:
        return TicketOrder.NEWEST
    return query.order


def ticket_row(row: tuple[Any, ...]) -> TicketRow:
    """A row of :data:`TICKET_COLUMNS`; what follows them is the row's key."""
    return TicketRow(
        id=row[0],
        no=row[1],
        kind=TicketKind(row[2]),
        status=TicketStatus(row[3]),
        priority=Priority(row[4]),
        opened_at=instant(row[5]),
        owner=row[6],
        owner_name=row[7],
        customer=row[8],
        phone_end=row[9],
        summary=row[10],
        wake_on=maybe_day(row[11]),
        version=row[12],
        key=tuple(row[13:]) or (row[0],),
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
    listing = _of_customer(
        customer_id,
        table="receipt",
        alias="r",
        order=Order(("sold_at", "id"), descending=True),
        select=f"SELECT {_RECEIPT_COLUMNS}, r.sold_at, r.id"
        " FROM page JOIN receipt r ON r.id = page.id",
    )
    return read_page(reader, listing, span, receipt_row)


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


def _of_customer(customer_id: int, *, table: str, alias: str, order: Order, select: str) -> Listing:
    conditions = ("customer_id = :customer",)
    return Listing(
        table=table,
        alias=alias,
        order=order,
        select=select,
        conditions=conditions,
        hidden_from=conditions,
        values={"customer": customer_id},
    )


# --- staff ----------------------------------------------------------------------------------

_STAFF_COLUMNS: Final = """
    s.id, s.login, s.name, s.role, s.active, s.pin_hash IS NOT NULL, s.code_hash IS NOT NULL,
    s.locked_until
"""


def staff_page(reader: Reader, span: Span) -> Page[StaffRow]:
    """One page of the staff list by login; the ``system`` row is not a person."""
    person = ("login <> 'system'",)
    listing = Listing(
        table="staff",
        alias="s",
        order=Order(("login",)),
        conditions=person,
        hidden_from=person,
        select=f"SELECT {_STAFF_COLUMNS}, s.login FROM page JOIN staff s ON s.id = page.id",
    )
    return read_page(reader, listing, span, staff_row)


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
        key=tuple(row[8:]),
    )
