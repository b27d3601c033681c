"""A reader that notes how SQLite answers, and a store with enough rows for it to have a choice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from counter.shop import Shop
from data.driver import sqlite3
from data.location import Location
from data.reading import Reader, stored_instant
from models.customer import Customer, CustomerPhone, MembershipAccount
from models.identity import new_uid
from models.product import Product
from models.receipt import Receipt, ReceiptLine, Tender
from models.staff import Staff
from models.terms import (
    OPEN_STATUSES,
    Outcome,
    Priority,
    Role,
    SaleChannel,
    Severity,
    TenderMethod,
    TicketChannel,
    TicketKind,
    TicketStatus,
    Tier,
)
from models.text import search_text
from tests.premises import MORNING


@dataclass(frozen=True)
class Row:
    """A ticket as far as lists look at it."""

    status: TicketStatus = TicketStatus.NEW
    priority: Priority = Priority.P3
    opened_at: datetime = MORNING
    owner_id: int | None = None
    wake_on: date | None = None
    summary: str = "towel"
    customer_id: int | None = None
    kind: TicketKind = TicketKind.RETURN
    order_at: datetime | None = None
    waits: bool = False
    level: int = 0
    severity: Severity | None = None
    department: str | None = None

    @property
    def working(self) -> bool:
        return self.status in OPEN_STATUSES


def insert(connection: sqlite3.Connection, rows: list[Row]) -> list[int]:
    """Write the tickets as they are, without their events; their keys."""
    return [_insert(connection, number, row) for number, row in enumerate(rows, 1)]


def _insert(connection: sqlite3.Connection, number: int, row: Row) -> int:
    no = f"R-20250308-{number:04d}"
    merged = row.status is TicketStatus.MERGED
    values: dict[str, Any] = {
        "change_no": 0,
        "version": 1,
        "no": no,
        "kind": row.kind,
        "channel": TicketChannel.COUNTER,
        "summary": row.summary,
        "opened_at": stored_instant(row.opened_at),
        "opened_by_id": 1,
        "tier_at_creation": Tier.NONE,
        "status": TicketStatus.CANCELLED if merged else row.status,
        "working": row.working,
        "priority": row.priority,
        "owner_id": row.owner_id,
        "department": row.department,
        "customer_id": row.customer_id,
        "wake_on": row.wake_on.isoformat() if row.wake_on else None,
        "outcome": Outcome.NOTED if row.status is TicketStatus.CLOSED else None,
        "closed_at": (stored_instant(row.opened_at) if row.status is TicketStatus.CLOSED else None),
        "event_count": 1,
        "last_event_at": stored_instant(row.opened_at),
        "search_text": search_text(no, row.summary),
    }
    ticket_id = _insert_into(connection, "ticket", values)
    if row.order_at is not None:
        _insert_clock(connection, ticket_id, row, row.order_at)
    if row.severity is not None:
        complaint = {
            "ticket_id": ticket_id, "status": "registered", "demand": "other", "level": row.level,
            "severity": row.severity, "checklist": "[]",
        }  # fmt: skip
        _insert_into(connection, "complaint", {**_STORED, "version": 1, **complaint})
    return ticket_id


_STORED: dict[str, Any] = {"change_no": 0}


def _insert_clock(
    connection: sqlite3.Connection, ticket_id: int, row: Row, order_at: datetime
) -> None:
    """The clock that leads, open where the ticket is, and one behind it that does not lead."""
    for kind, leads in (("resolution", row.working), ("first_response", False)):
        at = stored_instant(order_at if kind == "resolution" else order_at + timedelta(days=1))
        paused = row.waits and row.working
        clock = {
            "ticket_id": ticket_id,
            "kind": kind,
            "subject": "ticket",
            "state": "paused" if paused else "running" if row.working else "met",
            "open": row.working,
            "leads": leads,
            "started_at": stored_instant(row.opened_at),
            "due_at": None if paused else at,
            "order_at": at,
            "level": row.level,
            "service_version_no": 1,
            "explanation": "[]",
        }
        _insert_into(connection, "clock", {**_STORED, **clock})


def _insert_into(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    values = {"uid": new_uid(), **values}
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    inserted = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
    assert inserted.lastrowid is not None
    return inserted.lastrowid


def many_rows(count: int, customer_ids: list[int]) -> list[Row]:
    """Tickets of a year; one in ten is still worked on."""
    chance = random.Random(7)
    finished = [TicketStatus.CLOSED, TicketStatus.CLOSED, TicketStatus.RESOLVED]
    rows = []
    for number in range(count):
        status = chance.choice(finished if number % 10 else list(OPEN_STATUSES))
        waiting = str(status).startswith("waiting")
        rows.append(
            Row(
                status=status,
                priority=chance.choice(list(Priority)),
                opened_at=MORNING - timedelta(hours=count - number),
                owner_id=chance.choice([None, 1]),
                wake_on=MORNING.date() if waiting else None,
                summary=chance.choice(["towel", "rice cooker", "退货"]),
                customer_id=chance.choice([None, *customer_ids]),
                kind=chance.choice([TicketKind.COMPLAINT, TicketKind.RETURN, TicketKind.REPAIR]),
                order_at=MORNING + timedelta(minutes=chance.randrange(-300, 3000)),
                waits=waiting,
                level=chance.choice([0, 0, 1, 2]),
                severity=chance.choice([None, Severity.NORMAL, Severity.SAFETY]),
                department=chance.choice([None, "Appliances"]),
            )
        )
    return rows


def populate(shop: Shop, count: int) -> list[int]:
    """Customers with phones, and a receipt of two lines for each; the customers' keys."""
    chance = random.Random(11)
    with shop.writing(shop.system) as desk:
        add, flush = desk.session.add, desk.session.flush
        for number in range(60):
            add(Staff(login=f"p{number}", name=f"P {number}", role=Role.CLERK))
        products = [Product(sku=f"SKU-{number}", barcode=f"069{number}") for number in range(count)]
        customers = [
            Customer(
                customer_ref=f"K-{number}",
                name=f"{chance.choice('王张李赵')}{number}",
                name_initials="".join(chance.choices("abcdefghij", k=3)),
                search_text=search_text(f"K-{number}"),
            )
            for number in range(count)
        ]
        for row in (*products, *customers):
            add(row)
        flush()
        for number, (product, customer) in enumerate(zip(products, customers, strict=True)):
            assert customer.id is not None
            assert product.id is not None
            digits = "1" + "".join(chance.choices("0123456789", k=10))
            add(
                CustomerPhone(
                    customer_id=customer.id,
                    phone=digits,
                    digits=digits,
                )
            )
            add(MembershipAccount(customer_id=customer.id, member_no=f"M-{number}"))
            receipt = Receipt(
                receipt_no=f"20250303-{number:04d}",
                sold_at=MORNING - timedelta(hours=number),
                channel=SaleChannel.STORE,
                customer_id=customer.id,
                currency="CNY",
            )
            add(receipt)
            flush()
            assert receipt.id is not None
            for line_no in (1, 2):
                add(
                    ReceiptLine(
                        receipt_id=receipt.id,
                        line_no=line_no,
                        product_id=product.id,
                        qty_milli=2000,
                        unit_paid_minor=100,
                        serial_no=f"SN-{number}" if line_no == 1 else None,
                    )
                )
            add(
                Tender(
                    receipt_id=receipt.id, tender_no=1, method=TenderMethod.CASH, amount_minor=400
                )
            )
        flush()
        return [customer.id for customer in customers if customer.id is not None]


@dataclass(frozen=True)
class Step:
    """One line of a plan, and the lines above it."""

    sql: str
    text: str
    above: tuple[str, ...]


@dataclass
class PlanReader(Reader):
    """Answers like any reader and keeps the plan of every question."""

    connection: sqlite3.Connection
    location: Location
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.connection, self.location)

    def all(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        self._note(sql, values)
        return super().all(sql, **values)

    def one(self, sql: str, /, **values: Any) -> tuple[Any, ...] | None:
        self._note(sql, values)
        return super().one(sql, **values)

    def each(self, sql: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        self._note(sql, values)
        yield from super().each(sql, **values)

    def _note(self, sql: str, values: dict[str, Any]) -> None:
        above: dict[int, tuple[str, ...]] = {0: ()}
        for key, parent, _, text in self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values):
            self.steps.append(Step(" ".join(sql.split()), text, above[parent]))
            above[key] = (*above[parent], text)
