"""Ticket lists as SQL: views, orders, and what a filter narrows them to.

Views of tickets that are worked on walk a partial index in its order, also with a filter, and stop
at the page. By due time they walk the clocks that lead; one person's tickets are few and are put in
order instead. What is late is looked for among the clocks that are due. A filter that hardly any
closed ticket passes makes its view be walked to the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final

from data.listing import Listing, Order
from data.reading import stored_instant
from models.terms import TicketOrder, TicketView
from models.ticket_filter import UNFILTERED, TicketFilter


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Which tickets a list shows, and in which order.

    Attributes:
        view: the saved view.
        owner_id: whose tickets, for :attr:`models.terms.TicketView.MINE`.
        text: what was typed to filter; every word must occur.
        order: what the list is sorted by.
        filter: what the view is narrowed to.
    """

    view: TicketView = TicketView.WORKING
    owner_id: int | None = None
    text: str = ""
    order: TicketOrder = TicketOrder.URGENT
    filter: TicketFilter = UNFILTERED


TICKET_COLUMNS: Final = """
    t.id, t.no, t.kind, t.status, t.priority, t.opened_at, o.login, o.name, c.name,
    (SELECT substr(p.digits, -4) FROM customer_phone p
      WHERE p.customer_id = t.customer_id AND p.active ORDER BY p.id LIMIT 1),
    t.summary, t.wake_on, t.version,
    due.kind, due.due_at, due.order_at, due.service_version_no,
    (SELECT k.code FROM calendar k WHERE k.id = due.calendar_id),
    max(coalesce(q.level, 0), coalesce(
      (SELECT max(r.level) FROM clock r WHERE r.ticket_id = t.id AND r.open), 0)),
    q.severity
"""

KEY_AT: Final = 20
"""Where the row's key begins, behind the columns."""

TICKET_JOINS: Final = """
    LEFT JOIN staff o ON o.id = t.owner_id LEFT JOIN customer c ON c.id = t.customer_id
    LEFT JOIN clock due ON due.ticket_id = t.id AND due.leads
    LEFT JOIN complaint q ON q.ticket_id = t.id
"""

_ORDERS: Final[Mapping[TicketOrder, Order]] = {
    TicketOrder.DUE: Order(("due.order_at", "due.id")),
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

_DONE: Final = frozenset({TicketView.RESOLVED, TicketView.CLOSED, TicketView.ALL})

# CROSS JOIN, because SQLite without statistics might begin at the wrong end.
_BY_CLOCK: Final = "clock AS due CROSS JOIN ticket ON ticket.id = due.ticket_id"
_BY_OWNER: Final = "ticket CROSS JOIN clock AS due ON due.ticket_id = ticket.id"

_BEHIND: Final = "EXISTS (SELECT 1 FROM complaint q WHERE q.ticket_id = ticket.id AND {said})"


def order_of(query: TicketQuery) -> TicketOrder:
    """The order that the list really has: nothing that is done is urgent, or due."""
    if query.view in _DONE and query.order in (TicketOrder.URGENT, TicketOrder.DUE):
        return TicketOrder.NEWEST
    return query.order


def listing_of(query: TicketQuery, now: datetime | None = None, zone: tzinfo = UTC) -> Listing:
    """The list that ``query`` asks for, whatever was typed to filter it.

    Args:
        query: view, order and filter.
        now: when it is asked: what is late depends on it.
        zone: the shop's, whose days a filter names.

    Raises:
        ValueError: only what is late is asked for, and not when.
    """
    wanted = query.filter
    owned = query.view is TicketView.MINE or bool(wanted.owner)
    listing = _view(query.view, order_of(query), query.owner_id, owned)
    if not wanted:
        return listing
    conditions, values = _narrowed(wanted, order_of(query), now, zone)
    return replace(
        listing,
        conditions=(*listing.conditions, *conditions),
        values={**listing.values, **values},
    )


def whole_view(query: TicketQuery) -> Listing:
    """The view without any filter, as it is counted."""
    return _view(query.view, order_of(replace(query, order=TicketOrder.URGENT)), query.owner_id)


@lru_cache(maxsize=64)
def _view(
    view: TicketView, sorted_by: TicketOrder, owner_id: int | None, owned: bool = False
) -> Listing:
    order = _ORDERS[sorted_by]
    by_due = sorted_by is TicketOrder.DUE
    return Listing(
        table="ticket",
        alias="t",
        order=order,
        joined=(_BY_OWNER if owned else _BY_CLOCK) if by_due else "",
        conditions=(*_VIEWS[view], *(("due.leads",) if by_due else ())),
        values={"owner_id": owner_id} if owner_id is not None else {},
        select=(
            f"SELECT {TICKET_COLUMNS}, {', '.join(order.named('t'))} "
            f"FROM page JOIN ticket t ON t.id = page.id {TICKET_JOINS}"
        ),
    )


def _narrowed(
    wanted: TicketFilter, sorted_by: TicketOrder, now: datetime | None, zone: tzinfo
) -> tuple[list[str], dict[str, Any]]:
    """The conditions of a filter, and their values."""
    conditions: list[str] = []
    values: dict[str, Any] = {}

    def any_of(name: str, terms: tuple[str, ...]) -> str:
        places = [f"{name}_{at}" for at in range(len(terms))]
        values.update(zip(places, map(str, terms), strict=True))
        return f"IN ({', '.join(f':{place}' for place in places)})"

    if wanted.kinds:
        conditions.append(f"ticket.kind {any_of('kind', wanted.kinds)}")
    if wanted.priorities:
        conditions.append(f"ticket.priority {any_of('priority', wanted.priorities)}")
    if wanted.channels:
        conditions.append(f"ticket.channel {any_of('channel', wanted.channels)}")
    if wanted.severities:
        said = f"q.severity {any_of('severity', wanted.severities)}"
        conditions.append(_BEHIND.format(said=said))
    if wanted.causes:
        named = any_of("cause", wanted.causes)
        behind = _BEHIND.format(said=f"q.complaint_class {named}")
        conditions.append(f"(ticket.cause {named} OR {behind})")
    if wanted.authority:
        conditions.append(_BEHIND.format(said="q.authority_ref IS NOT NULL"))
    if wanted.level:
        values["level"] = wanted.level
        conditions.append(
            f"({_BEHIND.format(said='q.level >= :level')} OR EXISTS (SELECT 1 FROM clock r"
            " WHERE r.ticket_id = ticket.id AND r.open AND r.level >= :level))"
        )
    if wanted.department:
        values["department"] = wanted.department
        conditions.append("ticket.department = :department COLLATE NOCASE")
    if wanted.owner:
        values["owner_login"] = wanted.owner
        conditions.append("ticket.owner_id = (SELECT id FROM staff WHERE login = :owner_login)")
    if wanted.overdue:
        if now is None:
            raise ValueError("What is late depends on the moment.")
        values["now"] = stored_instant(now)
        conditions.append(_late(sorted_by))
    if wanted.opened_from is not None:
        values["opened_from"] = _midnight(wanted.opened_from, zone)
        conditions.append("ticket.opened_at >= :opened_from")
    if wanted.opened_to is not None:
        values["opened_to"] = _midnight(wanted.opened_to + timedelta(days=1), zone)
        conditions.append("ticket.opened_at < :opened_to")
    return conditions, values


def _late(sorted_by: TicketOrder) -> str:
    """Of a late ticket the clock that leads is late: it is due first of those that run."""
    if sorted_by is TicketOrder.DUE:
        return "due.order_at < :now AND due.due_at < :now"
    late = "SELECT ticket_id FROM clock WHERE leads AND order_at < :now AND due_at < :now"
    return f"ticket.id IN ({late})"


def _midnight(day: date, zone: tzinfo) -> str:
    return stored_instant(datetime.combine(day, time(), zone).astimezone(UTC))
