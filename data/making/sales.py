"""The sales of a large made-up shop, day by day, and what comes of them at the counter later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final, NamedTuple

from data.bulk import Values
from data.demo import MadeProduct, MadeShop, chance_for, check_digit, sold_often
from data.making.days import OpenDays
from data.making.filling import Filling
from data.making.tables import RECEIPT, RECEIPT_LINE, TENDER
from models.terms import SaleChannel, TenderMethod

_BASKETS: Final = (1, 1, 1, 1, 1, 2, 2, 2, 3, 3)
_PIECES: Final = (1000, 1000, 1000, 1000, 2000, 2000, 3000, 5000)
_REDUCED: Final = (70, 80, 85, 90, 95)
_VOUCHER: Final = 2000
_KNOWN: Final = 0.6
"""Share of sales whose customer is known; of those that come back to the counter, nearly all."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A story that begins with a sale.

    Attributes:
        number: the story's.
        goods: places of the goods it may be about, in the made-up shop's list.
        least: fewest days between the sale and the ticket.
        most: most of them.
        online: whether the goods were ordered online.
        weight: how often it happens beside the others.
    """

    number: int
    goods: tuple[int, ...]
    least: float
    most: float
    online: bool
    weight: float


class Claim(NamedTuple):
    """Somebody is going to come: when, why, and about what; goods -1 and no keys for none."""

    place: float
    story: int
    goods: int
    receipt_id: int | None
    line_id: int | None
    customer: int | None


class Good(NamedTuple):
    """Goods as a receipt needs them; ``base`` is the place in the made-up shop's list."""

    key: int
    base: int
    product: MadeProduct


def made_goods(made: MadeShop, variants: int) -> list[Good]:
    """The made-up shop's goods in so many variants each; loose goods have only one.

    Every number is an EAN-13 of the prefixes 690 to 699, each its own.
    """
    chance = chance_for(made.seed, "variants")
    goods: list[Good] = []
    used: set[str] = set()
    for base, product in enumerate(made.products):
        for number in range(1 if product.weighed else variants):
            barcode = _unused_barcode(chance, product.barcode, used)
            changed = replace(product, barcode=barcode)
            if number:
                changed = replace(
                    changed,
                    sku=f"{product.sku}-{number + 1:02d}",
                    name=made.words["variant"].format(name=product.name, number=number + 1),
                    price_minor=product.price_minor * (95 + 3 * number) // 100,
                )
            goods.append(Good(len(goods) + 1, base, changed))
    return goods


def _unused_barcode(chance: Random, barcode: str, used: set[str]) -> str:
    """The barcode itself where it is a Chinese one that nothing else has."""
    while not barcode.startswith("69") or barcode in used:
        digits = f"69{chance.randrange(10**10):010d}"
        barcode = f"{digits}{check_digit(digits)}"
    used.add(barcode)
    return barcode


class MadeSales:
    """Writes the sales of one day after another; claims wait for their day.

    Memory: what was sold and comes back later, a few months of claims, however many the sales are.

    Args:
        made: the made-up shop.
        goods: what it sells.
        days: its days.
        customers: how many customers there are.
        occasions: the stories that begin with a sale.
        returning: how many of a sale come back to the counter, at most 1.
    """

    def __init__(
        self,
        made: MadeShop,
        goods: Sequence[Good],
        days: OpenDays,
        customers: int,
        occasions: Sequence[Occasion],
        returning: float,
    ) -> None:
        self._days = days
        self._chance = chance_for(made.seed, "sales")
        self._customers = customers
        self._returning = returning
        self._currency = made.site.currency
        self._basket = [good for good in goods for _ in range(sold_often(good.product))]
        self._variants: list[list[Good]] = [[] for _ in made.products]
        for good in goods:
            self._variants[good.base].append(good)
        self._slots = _slots(occasions)
        weights: dict[str, int] = made.words["payments"]
        self._payments = [method for method, weight in weights.items() for _ in range(weight)]
        self._due: dict[int, list[Claim]] = {}
        self._iso = [day.isoformat() for day in days.dates]
        self.lines = 0

    def claims(self, day: int) -> list[Claim]:
        """Who comes on that day; asked once."""
        return self._due.pop(day, [])

    def _wait(self, claim: Claim) -> None:
        if claim.place < self._days.now:
            self._due.setdefault(self._days.day_of(claim.place), []).append(claim)

    def customer(self, chance: Random) -> int:
        """Somebody; a few come again and again."""
        share = chance.random()
        return int(self._customers * share * share**0.5) + 1

    def sell(self, filling: Filling, day: int, count: int) -> None:
        """Write that day's sales."""
        receipts: list[Values] = []
        lines: list[Values] = []
        tenders: list[Values] = []
        first_receipt = filling.next_id(RECEIPT.name)
        first_line = filling.next_id(RECEIPT_LINE.name)
        head = f"{self._days.dates[day]:%Y%m%d}-"
        for number, place in enumerate(self._moments(day, count)):
            receipt_id = first_receipt + number
            customer, channel, basket = self._sale(place, receipt_id, first_line + len(lines))
            stored = self._days.stored(self._days.seconds(place, day))
            receipts.append((f"{head}{number + 1:04d}", stored, channel, customer, self._currency))
            paid = self._fill(lines, receipt_id, basket, day, channel != SaleChannel.STORE)
            tenders += self._tenders(receipt_id, paid, len(basket))
        filling.insert(RECEIPT, receipts)
        filling.insert(RECEIPT_LINE, lines)
        filling.insert(TENDER, tenders)
        self.lines += len(lines)

    def _moments(self, day: int, count: int) -> list[float]:
        start = self._days.starts[day]
        length = min(self._days.starts[day + 1], self._days.now) - start
        chance = self._chance.random
        return sorted(start + chance() * length for _ in range(count))

    def _sale(
        self, place: float, receipt_id: int, line_id: int
    ) -> tuple[int | None, str, list[Good]]:
        """Who bought what and how; whoever comes back for it is remembered."""
        chance = self._chance.random
        share, wanted = chance(), _BASKETS[int(chance() * len(_BASKETS))]
        basket = [self._basket[int(chance() * len(self._basket))] for _ in range(wanted)]
        if chance() >= self._returning:
            customer = self.customer(self._chance) if chance() < _KNOWN else None
            channel = "store" if share < 0.86 else "online" if share < 0.96 else "phone_order"
            return customer, channel, basket
        occasion = self._slots[int(chance() * len(self._slots))]
        base = occasion.goods[int(chance() * len(occasion.goods))]
        variants = self._variants[base]
        basket[0] = variants[int(chance() * len(variants))]
        customer = self.customer(self._chance) if chance() < 0.95 else None
        passed = occasion.least + chance() * (occasion.most - occasion.least)
        later = max(passed * (self._days.starts[1] - self._days.starts[0]), 30.0)
        self._wait(Claim(place + later, occasion.number, base, receipt_id, line_id, customer))
        return customer, "online" if occasion.online else "store", basket

    def _fill(
        self,
        lines: list[Values],
        receipt_id: int,
        basket: Sequence[Good],
        day: int,
        distance: bool,
    ) -> int:
        """Add the lines of one receipt; what they cost together."""
        chance, paid = self._chance.random, 0
        received = day + 1 + int(chance() * 3) if distance else len(self._iso)
        received_on = self._iso[received] if received < len(self._iso) else None
        for line_no, good in enumerate(basket, 1):
            product = good.product
            price = unit = product.price_minor
            if product.weighed:
                quantity = 150 + 5 * int(chance() * 450)
            else:
                quantity = 1000 if product.serialised else _PIECES[int(chance() * len(_PIECES))]
            if chance() < 0.2:
                unit = price * _REDUCED[int(chance() * len(_REDUCED))] // 100
            paid += (quantity * unit + 500) // 1000
            serial = None
            if product.serialised:
                letter = "ABGKLT"[int(chance() * 6)]
                serial = f"{product.sku[:2]}{letter}{int(chance() * 10**8):08d}"
            lines.append(
                (
                    receipt_id, line_no, good.key, product.name, quantity, unit, price, serial,
                    received_on, int(distance and product.weighed),
                )
            )  # fmt: skip
        return paid

    def _tenders(self, receipt_id: int, paid: int, lines: int) -> Iterator[Values]:
        """One means of payment, now and then a voucher beside it."""
        chance = self._chance.random
        method = self._payments[int(chance() * len(self._payments))]
        if lines > 1 and paid > 2 * _VOUCHER and chance() < 0.12:
            rest = TenderMethod.CARD if method == TenderMethod.GIFT_CARD else method
            yield receipt_id, 1, "gift_card", _VOUCHER
            yield receipt_id, 2, str(rest), paid - _VOUCHER
        else:
            yield receipt_id, 1, method, paid


def _slots(occasions: Sequence[Occasion]) -> list[Occasion]:
    """Every occasion as often as it weighs: one draw of chance takes one."""
    whole = sum(occasion.weight for occasion in occasions)
    return [
        occasion
        for occasion in occasions
        for _ in range(max(round(2000 * occasion.weight / whole), 1))
    ]
