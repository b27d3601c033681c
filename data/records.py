"""Single records by the number a person reads or scans, whole and frozen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from data.pages import ticket_row
from data.reading import Asks, Reader, instant, maybe_day, maybe_instant
from data.returns import HELD
from data.search import CUSTOMER, customer_row
from data.ticket_listing import TICKET_COLUMNS, TICKET_JOINS
from models.terms import (
    Cause,
    Liability,
    Outcome,
    Priority,
    SaleChannel,
    TenderMethod,
    TicketAction,
    TicketChannel,
    TicketKind,
    TicketStatus,
)
from models.text import mask_phone
from models.views import (
    Correction,
    CustomerRow,
    EventRow,
    LastStep,
    ReceiptDetail,
    ReceiptLineRow,
    TenderRow,
    TicketDetail,
    TillReturnRow,
)

_TICKET: Final = """
    SELECT t.id, t.uid, t.no, t.kind, t.channel, t.status, t.priority, t.summary, t.body,
           t.opened_at, s.name, o.login, o.name, t.department, t.customer_id,
           coalesce(c.name, c.customer_ref),
           (SELECT p.digits FROM customer_phone p
             WHERE p.customer_id = t.customer_id AND p.active ORDER BY p.id LIMIT 1),
           r.receipt_no, l.line_no, parent.no, target.no, t.wake_on, t.outcome, t.cause,
           t.liability, t.customer_informed, t.first_response_at, t.resolved_at, t.closed_at,
           t.version
    FROM ticket t
    JOIN staff s ON s.id = t.opened_by_id
    LEFT JOIN staff o ON o.id = t.owner_id
    LEFT JOIN customer c ON c.id = t.customer_id
    LEFT JOIN receipt r ON r.id = t.receipt_id
    LEFT JOIN receipt_line l ON l.id = t.receipt_line_id
    LEFT JOIN ticket parent ON parent.id = t.parent_id
    LEFT JOIN ticket target ON target.id = t.merged_into_id
    WHERE t.no = :no
"""

_EVENTS: Final = """
    SELECT e.event_no, e.at, s.name, e.kind, e.from_status, e.to_status, e.text, e.payload,
           s.login
    FROM ticket_event e JOIN staff s ON s.id = e.actor_id
    WHERE e.ticket_id = :id ORDER BY e.event_no
"""

_LAST_STEP: Final = """
    SELECT t.no, e.at, e.actor_id, e.kind, e.to_status
    FROM ticket t JOIN ticket_event e ON e.ticket_id = t.id
    WHERE t.no = :no AND e.kind NOT IN ('level', 'retarget')
    ORDER BY e.event_no DESC LIMIT 1
"""

_RECEIPT_NAMED: Final = """
    SELECT r.receipt_no, l.line_no
    FROM receipt r LEFT JOIN receipt_line l ON l.receipt_id = r.id AND l.uid = :line
    WHERE r.uid = :receipt
"""


def ticket_by_no(reader: Reader, no: str) -> TicketDetail | None:
    """The ticket with that human number and its whole history, or None."""
    row = reader.one(_TICKET, no=no)
    if row is None:
        return None
    events = tuple(_event_row(reader, event) for event in reader.all(_EVENTS, id=row[0]))
    return TicketDetail(
        id=row[0],
        uid=row[1],
        no=row[2],
        kind=TicketKind(row[3]),
        channel=TicketChannel(row[4]),
        status=TicketStatus(row[5]),
        priority=Priority(row[6]),
        summary=row[7],
        body=row[8],
        opened_at=instant(row[9]),
        opened_by=row[10],
        owner=row[11],
        owner_name=row[12],
        department=row[13],
        customer_id=row[14],
        customer=row[15],
        phone_masked=mask_phone(row[16]) if row[16] else None,
        receipt_no=row[17],
        receipt_line_no=row[18],
        parent=row[19],
        merged_into=row[20],
        wake_on=maybe_day(row[21]),
        outcome=Outcome(row[22]) if row[22] else None,
        cause=Cause(row[23]) if row[23] else None,
        liability=Liability(row[24]) if row[24] else None,
        customer_informed=None if row[25] is None else bool(row[25]),
        first_response_at=maybe_instant(row[26]),
        resolved_at=maybe_instant(row[27]),
        closed_at=maybe_instant(row[28]),
        version=row[29],
        events=events,
    )


def times_audited(ask: Asks, entity_uid: str, action: str) -> int:
    """How often something was done with a row, as the audit knows it."""
    row = ask.one(
        "SELECT count(*) FROM audit_entry WHERE entity_uid = :uid AND action = :action",
        uid=entity_uid,
        action=action,
    )
    return int(row[0]) if row is not None else 0


def followers_of(ask: Asks, ticket_id: int) -> list[str]:
    """Numbers of the tickets that follow a ticket, the oldest first."""
    found = ask.all("SELECT no FROM ticket WHERE parent_id = :id ORDER BY id", id=ticket_id)
    return [no for (no,) in found]


def _event_row(reader: Reader, row: tuple[Any, ...]) -> EventRow:
    action, payload = TicketAction(row[3]), json.loads(row[7])
    return EventRow(
        row[0],
        instant(row[1]),
        row[2],
        action,
        TicketStatus(row[4]) if row[4] else None,
        TicketStatus(row[5]),
        row[6],
        payload,
        _corrections(reader, payload) if action is TicketAction.CORRECT else (),
        row[8],
    )


def _corrections(reader: Reader, payload: Mapping[str, Any]) -> tuple[Correction, ...]:
    """The references of a correction by the names that people know, which events never hold."""
    was = payload.get("was", {})
    found = []
    for what, named in (("customer", _customer_named), ("receipt", _receipt_named)):
        if what in payload:
            found.append(Correction(what, named(reader, was), named(reader, payload)))
    return tuple(found)


def _customer_named(reader: Reader, names: Mapping[str, Any]) -> str | None:
    if not names.get("customer"):
        return None
    row = reader.one(
        "SELECT name, customer_ref FROM customer WHERE uid = :uid", uid=names["customer"]
    )
    return (row and (row[0] or row[1])) or str(names["customer"])


def _receipt_named(reader: Reader, names: Mapping[str, Any]) -> str | None:
    if not names.get("receipt"):
        return None
    row = reader.one(_RECEIPT_NAMED, receipt=names["receipt"], line=names.get("receipt_line"))
    if row is None:
        return str(names["receipt"])
    return f"{row[0]}/{row[1]}" if row[1] is not None else str(row[0])


def last_step(reader: Reader, no: str) -> LastStep | None:
    """The last event of the ticket with that human number, or None."""
    row = reader.one(_LAST_STEP, no=no)
    if row is None:
        return None
    return LastStep(row[0], instant(row[1]), row[2], TicketAction(row[3]), TicketStatus(row[4]))


_RECEIPT: Final = """
    SELECT r.id, r.uid, r.receipt_no, r.sold_at, r.channel, r.currency, r.customer_id,
           coalesce(c.name, c.customer_ref),
           (SELECT p.digits FROM customer_phone p
             WHERE p.customer_id = r.customer_id AND p.active ORDER BY p.id LIMIT 1)
    FROM receipt r LEFT JOIN customer c ON c.id = r.customer_id
    WHERE r.receipt_no = :no
"""

_RECEIPT_LINES: Final = f"""
    SELECT l.id, l.uid, l.line_no, p.sku, p.barcode, coalesce(l.description, p.name, p.sku),
           l.qty_milli, l.qty_milli - l.returned_milli - {HELD}, l.unit_paid_minor, l.serial_no,
           l.received_on, l.returned_milli
    FROM receipt_line l JOIN product p ON p.id = l.product_id
    WHERE l.receipt_id = :id ORDER BY l.line_no
"""


def receipt_by_no(reader: Reader, no: str) -> ReceiptDetail | None:
    """The receipt with that number, its lines, payments and tickets, or None."""
    row = reader.one(_RECEIPT, no=no)
    if row is None:
        return None
    tenders = reader.all(
        "SELECT method, amount_minor FROM tender WHERE receipt_id = :id ORDER BY tender_no",
        id=row[0],
    )
    tickets = reader.all(
        f"SELECT {TICKET_COLUMNS}, t.id FROM ticket t {TICKET_JOINS} "
        "WHERE t.receipt_id = :id ORDER BY t.id DESC LIMIT 20",
        id=row[0],
    )
    return ReceiptDetail(
        id=row[0],
        uid=row[1],
        receipt_no=row[2],
        sold_at=instant(row[3]),
        channel=SaleChannel(row[4]),
        currency=row[5],
        customer_id=row[6],
        customer=row[7],
        phone_masked=mask_phone(row[8]) if row[8] else None,
        tenders=tuple(TenderRow(TenderMethod(method), amount) for method, amount in tenders),
        lines=tuple(_line_row(reader, line) for line in reader.all(_RECEIPT_LINES, id=row[0])),
        tickets=tuple(map(ticket_row, tickets)),
        tickets_total=reader.value("SELECT count(*) FROM ticket WHERE receipt_id = :id", id=row[0]),
    )


def _line_row(reader: Reader, row: tuple[Any, ...]) -> ReceiptLineRow:
    returns: tuple[TillReturnRow, ...] = ()
    if row[11]:
        returns = tuple(
            TillReturnRow(no, instant(at), qty)
            for no, at, qty in reader.all(
                "SELECT return_no, returned_at, qty_milli FROM till_return "
                "WHERE receipt_line_id = :id ORDER BY returned_at, id",
                id=row[0],
            )
        )
    return ReceiptLineRow(
        id=row[0],
        uid=row[1],
        line_no=row[2],
        sku=row[3],
        barcode=row[4],
        name=row[5],
        qty_milli=row[6],
        left_milli=row[7],
        unit_paid_minor=row[8],
        serial_no=row[9],
        received_on=maybe_day(row[10]),
        returns=returns,
    )


def customer_by_id(reader: Reader, customer_id: int) -> CustomerRow | None:
    """The customer with that key, or None."""
    row = reader.one(f"{CUSTOMER} WHERE c.id = :id", id=customer_id)
    return customer_row(row) if row else None
