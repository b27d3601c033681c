"""A shop to test in: a clock that stands still, people who work there, a sale that was made."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from counter.desk import Actor
from counter.places import Places
from counter.settings import Settings
from counter.shop import Shop, open_shop
from data.location import Location
from data.searchable import customer_search_text, name_initials
from models.customer import Customer, CustomerPhone
from models.product import Product
from models.receipt import Receipt, ReceiptLine, Tender
from models.staff import Staff
from models.terms import Role, SaleChannel, TenderMethod

PIN: Final = "482913"
"""Everybody's PIN."""

MORNING: Final = datetime(2025, 3, 8, 2, 0, tzinfo=UTC)
"""Saturday, ten o'clock in Shanghai."""


class Clock:
    """A shop's clock that stands still until it is moved; always UTC."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move the clock (backwards with negative values); the new time."""
        self.now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self.now


def places_at(home: Path) -> Places:
    """The places of a counter whose files are all in ``home``."""
    return Places(home, Location(home / "counter.db"))


def shop_at(home: Path, clock: Clock, founded: Path | None = None) -> Shop:
    """An open shop in ``home``; ``founded`` is a fresh store to begin with a copy of."""
    places = places_at(home)
    if founded is not None:
        home.mkdir(parents=True, mode=0o700)
        shutil.copyfile(founded, places.store.path)
        places.store.path.chmod(0o600)
    return open_shop(places, Settings(), clock=clock)


def hire(shop: Shop, login: str, role: Role, pin_hash: str | None = None) -> Actor:
    """Somebody who works in ``shop``; with a hash made before, because hashing takes its time."""
    with shop.writing(shop.system) as desk:
        staff = Staff(login=login, name=login.capitalize(), role=role, pin_hash=pin_hash)
        desk.session.add(staff)
        desk.session.flush()
        desk.work.audit("staff.add", "staff", staff.uid, login=login)
        assert staff.id is not None
        return Actor(staff.id, staff.login, staff.name, role)


def rows(shop: Shop, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """What stands in the store, asked through the reading side."""
    with shop.reading(shop.system) as desk:
        return desk.reader.all(sql, **values)


@dataclass(frozen=True)
class Sale:
    """What :func:`sell` sold, by the numbers that find it."""

    receipt_no: str
    customer_id: int
    customer_uid: str
    receipt_uid: str
    line_uids: tuple[str, ...]
    product_ids: tuple[int, ...]


def sell(shop: Shop, receipt_no: str = "20250303-0117", *, phone: bool = True) -> Sale:
    """One receipt of 王伟 (138-0013-5678): a rice cooker with a serial number, and five towels.

    Args:
        shop: where.
        receipt_no: of the receipt.
        phone: not into a store of the first schema, whose telephones had another column.
    """
    sold_at = shop.clock() - timedelta(days=5)
    with shop.writing(shop.system) as desk:
        add, flush = desk.session.add, desk.session.flush
        customer = Customer(
            customer_ref=f"K-{receipt_no}",
            name="王伟",
            name_initials=name_initials("王伟"),
            search_text=customer_search_text("王伟", f"K-{receipt_no}"),
        )
        cooker = Product(sku=f"RC4-{receipt_no}", barcode="0690123456789", name="Rice cooker 4 l")
        towel = Product(sku=f"TW-{receipt_no}", name="Cotton towel")
        for row in (customer, cooker, towel):
            add(row)
        flush()
        assert customer.id is not None
        assert cooker.id is not None
        assert towel.id is not None
        if phone:
            add(CustomerPhone(customer_id=customer.id, phone="138-0013-5678", digits="13800135678"))
        receipt = Receipt(
            receipt_no=receipt_no,
            sold_at=sold_at,
            channel=SaleChannel.STORE,
            customer_id=customer.id,
            currency="CNY",
        )
        add(receipt)
        flush()
        assert receipt.id is not None
        lines = [
            ReceiptLine(
                receipt_id=receipt.id,
                line_no=1,
                product_id=cooker.id,
                qty_milli=1000,
                unit_paid_minor=29900,
                serial_no=f"SN-{receipt_no}",
            ),
            ReceiptLine(
                receipt_id=receipt.id,
                line_no=2,
                product_id=towel.id,
                qty_milli=5000,
                unit_paid_minor=1180,
            ),
        ]
        for line in lines:
            add(line)
        add(
            Tender(
                receipt_id=receipt.id,
                tender_no=1,
                method=TenderMethod.WECHAT,
                amount_minor=35800,
            )
        )
        flush()
        return Sale(
            receipt_no,
            customer.id,
            customer.uid,
            receipt.uid,
            tuple(line.uid for line in lines),
            (cooker.id, towel.id),
        )
