"""A made-up shop from a seed: people, goods, sales and what happens at the counter.

Pure: the same seed, language and moment give the same shop. Nothing here writes;
``counter.demo`` founds a store from it. Names, goods and stories are data
(``data/reference/demo.toml``, ``demo_stories.toml``, ``demo_complaints.toml`` and
``demo_returns.toml``), side by side in both languages.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import accumulate, count
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from models.terms import SaleChannel, TenderMethod, Tier

DAYS: Final = 60
"""How far back the made-up shop's sales and tickets reach, unless more is asked for."""

_MONDAY: Final = date(2001, 1, 1)
"""Where the opening clock begins; no made-up sale is older."""

_ROUNDS: Final = 20
"""Of so many rounds of stories one holds those without an end."""

_CALLED: Final = ("complaint", "repair", "delivery")
"""Kinds of tickets whose customers are called when all is over."""

_FORGOTTEN: Final = 0.04
"""Of those so many are not."""

_AGE: Final = 3.0
"""Least age of a ticket in opening days, unless its story says otherwise."""


def chance_for(seed: int, purpose: str) -> Random:
    """Chance of its own for each purpose: more customers do not change the goods."""
    return Random(f"{seed}/{purpose}")


@dataclass(frozen=True, slots=True)
class MadeSite:
    """The shop's own facts."""

    name: str
    code: str
    zone: str
    currency: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class MadePerson:
    """Somebody who works there."""

    login: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class MadeCategory:
    """A kind of goods; ``warranty`` is the code of a profile or None."""

    code: str
    name: str
    flags: tuple[str, ...]
    warranty: str | None


@dataclass(frozen=True, slots=True)
class MadeProduct:
    """Goods; a weighed product's price is that of a kilogram. ``tags`` are what stories name."""

    sku: str
    barcode: str
    name: str
    category: str
    tags: frozenset[str]
    brand: str
    supplier: str
    price_minor: int
    weighed: bool
    serialised: bool
    delivered: bool
    shelf_life_days: int | None


@dataclass(frozen=True, slots=True)
class MadeCustomer:
    """A customer; ``place`` counts from 0. Only members have references and numbers."""

    place: int
    name: str
    phone: str | None
    address: str | None
    birthday_md: str | None
    care_flags: tuple[str, ...]
    consent_marketing: bool | None
    customer_ref: str | None
    member_no: str | None
    tier: str
    since: date | None


@dataclass(frozen=True, slots=True)
class MadeLine:
    """One line of a receipt; amounts are minor units of one unit, quantities thousandths."""

    line_no: int
    product: MadeProduct
    qty_milli: int
    unit_paid_minor: int
    list_minor: int
    serial_no: str | None
    received_on: date | None
    no_return_confirmed: bool

    @property
    def total_minor(self) -> int:
        """What the line cost, half up."""
        return (self.qty_milli * self.unit_paid_minor + 500) // 1000


@dataclass(frozen=True, slots=True)
class MadeReceipt:
    """A sale, in opening hours; ``tenders`` are methods with their amounts in minor units."""

    receipt_no: str
    sold_at: datetime
    channel: str
    customer: MadeCustomer | None
    lines: tuple[MadeLine, ...]
    tenders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MadeStep:
    """One thing that happens to a ticket: what, when, by whose login, and what is said."""

    at: datetime
    action: str
    by: str
    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MadeTicket:
    """A ticket as it is opened, the sale it is about, and everything that follows in order.

    ``complaint`` holds what is written down of a complaint beside it.
    """

    kind: str
    channel: str
    summary: str
    body: str
    opened_at: datetime
    opened_by: str
    customer: MadeCustomer | None
    receipt: MadeReceipt | None
    line_no: int | None
    steps: tuple[MadeStep, ...]
    complaint: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """A return as it is claimed, with the ticket that it becomes and all that follows.

    Attributes:
        ticket: its sale, what the customer said, and the steps of the case.
        reason: why the goods come back.
        remedy: what the customer wishes; empty where that is left to the rules.
        mode: how they come back.
        lines: each line of the receipt with the answers about it.
        replacements: the numbers of the units that go out for them, by line, should they.
        at_once: whether all of it happens in one go.
    """

    ticket: MadeTicket
    reason: str
    remedy: str
    mode: str
    lines: Mapping[int, Mapping[str, Any]]
    replacements: Mapping[int, str]
    at_once: bool


class OpeningHours:
    """The shop's own clock, which runs only while the shop is open.

    A place on it is opening minutes since its first Monday, so that ages and pauses of a made-up
    life never fall into the night.
    """

    def __init__(self, zone: ZoneInfo, workday: Sequence[str], sunday: Sequence[str]) -> None:
        self._zone = zone
        week = [*[workday] * 6, sunday]
        self._opens = [time.fromisoformat(opens) for opens, _ in week]
        minutes = [_minutes(closes) - _minutes(opens) for opens, closes in week]
        self.day = minutes[0]
        self._starts = [0, *accumulate(minutes)]

    @property
    def _week(self) -> int:
        return self._starts[-1]

    def opening(self, day: date) -> tuple[datetime, int]:
        """When the shop opens on that day, UTC, and how many minutes it stays open."""
        weekday = day.weekday()
        opened = datetime.combine(day, self._opens[weekday], self._zone)
        return opened.astimezone(UTC), self._starts[weekday + 1] - self._starts[weekday]

    def at(self, minutes: float) -> datetime:
        """The moment at that place of the clock, UTC, to the second."""
        weeks, rest = divmod(minutes, self._week)
        weekday = bisect_right(self._starts, rest) - 1
        day = _MONDAY + timedelta(days=7 * int(weeks) + weekday)
        opened = datetime.combine(day, self._opens[weekday], self._zone)
        return opened.astimezone(UTC) + timedelta(seconds=int((rest - self._starts[weekday]) * 60))

    def place(self, moment: datetime) -> float:
        """The clock's place at ``moment``; while the shop is closed it stands still."""
        local = moment.astimezone(self._zone)
        weeks, weekday = divmod((local.date() - _MONDAY).days, 7)
        opened = datetime.combine(local.date(), self._opens[weekday], self._zone)
        since = (moment - opened).total_seconds() / 60
        today = self._starts[weekday + 1] - self._starts[weekday]
        return weeks * self._week + self._starts[weekday] + min(max(since, 0), today)


class MadeShop:
    """A believable shop.

    Args:
        language: ``en`` or ``zh_CN``.
        seed: another one gives other people, sales and tickets.
        until: the shop's present; nothing happens after it.
        customers: how many people are known by name.
    """

    def __init__(self, language: str, *, seed: int, until: datetime, customers: int = 60) -> None:
        shop, stories = _read("demo.toml"), _read("demo_stories.toml")
        self.language = language
        self.seed = seed
        self.words: Mapping[str, Any] = shop[language]
        self.stories: tuple[Mapping[str, Any], ...] = tuple(stories["story"])
        self.waits: Mapping[str, Sequence[Mapping[str, Any]]] = {
            kind: wait["steps"] for wait in stories["wait"] for kind in wait["kinds"]
        }
        self.site = MadeSite(**self.words["site"])
        self.people = made_people(language)
        self.warranties: tuple[Mapping[str, Any], ...] = tuple(shop["warranty"])
        self.categories = tuple(
            MadeCategory(
                raw["code"], raw[language], tuple(raw.get("flags", ())), raw.get("warranty")
            )
            for raw in shop["category"]
        )
        self.products = tuple(self._make_products(shop["category"]))
        self.zone = ZoneInfo(self.site.zone)
        self.hours = OpeningHours(self.zone, **self.words["hours"])
        self.until = until
        self._now = self.hours.place(until)
        self._numbers: dict[date, set[int]] = {}
        self._tagged: dict[str, list[MadeProduct]] = {}
        for product in self.products:
            for tag in product.tags:
                self._tagged.setdefault(tag, []).append(product)
        # Large appliances are bought seldom: half a basket of them is no shop.
        self._basket = [product for product in self.products for _ in range(sold_often(product))]
        self.customers = tuple(self._make_customers(customers))

    def _chance(self, purpose: str) -> Random:
        return chance_for(self.seed, purpose)

    # --- goods ------------------------------------------------------------------------------

    def _make_products(self, categories: Sequence[Mapping[str, Any]]) -> Iterator[MadeProduct]:
        chance = self._chance("goods")
        chinese = self.language == "zh_CN"
        for number, raw in enumerate(categories, 10):
            brands = raw["brands"][self.language]
            for place, (tag, zh_name, en_name, fen, pence) in enumerate(raw["goods"], 1):
                brand = brands[place % len(brands)]
                yield MadeProduct(
                    sku=f"{number}{place:04d}",
                    barcode=_barcode(chance, imported=raw.get("imported", False)),
                    name=zh_name if chinese else en_name,
                    category=raw["code"],
                    tags=frozenset((tag, raw["code"])),
                    brand=brand,
                    supplier=brand,
                    price_minor=fen if chinese else pence,
                    weighed=raw.get("weighed", False),
                    serialised=raw.get("serialised", False),
                    delivered=raw.get("delivered", False),
                    shelf_life_days=raw.get("shelf_life_days"),
                )

    # --- people -----------------------------------------------------------------------------

    def _make_customers(self, number: int) -> Iterator[MadeCustomer]:
        chance = self._chance("customers")
        names: set[str] = set()
        phones: set[str] = set()
        for place in range(number):
            name = _unused(names, lambda: self._name(chance))
            phone = _unused(phones, lambda: self._phone(chance))
            member = chance.random() < 0.6
            flags = ("elderly", "elderly", "language", "hearing", "disability")
            yield MadeCustomer(
                place=place,
                name=name,
                phone=phone if chance.random() < 0.95 else None,
                address=self._address(chance) if chance.random() < 0.5 else None,
                birthday_md=f"{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
                if member
                else None,
                care_flags=(chance.choice(flags),) if chance.random() < 0.2 else (),
                consent_marketing=chance.choice((True, False, None)),
                customer_ref=f"M{10001 + place}" if member else None,
                member_no=f"6600{10001 + place}" if member else None,
                tier=chance.choices(
                    (Tier.NONE, Tier.SILVER, Tier.GOLD, Tier.DIAMOND), (3, 5, 3, 1)
                )[0]
                if member
                else Tier.NONE,
                since=self._date(self._now - chance.uniform(70, 900) * self.hours.day)
                if member
                else None,
            )

    def _name(self, chance: Random) -> str:
        words = self.words
        return str(
            words["name"].format(
                surname=chance.choice(words["surnames"]), given=chance.choice(words["given"])
            )
        )

    def _phone(self, chance: Random) -> str:
        pattern = chance.choice(self.words["phones"])
        return "".join(str(chance.randrange(10)) if sign == "#" else sign for sign in pattern)

    def _address(self, chance: Random) -> str:
        return str(
            self.words["address"].format(
                street=chance.choice(self.words["streets"]),
                number=chance.randint(1, 120),
                door=chance.randint(1, 6) * 100 + chance.randint(1, 4),
            )
        )

    # --- sales ------------------------------------------------------------------------------

    def receipts(self, number: int, days: int = DAYS, *, till: int = 0) -> Iterator[MadeReceipt]:
        """So many sales of the last ``days`` opening days, in no order.

        ``till`` is the first figure of the day's running numbers; each till has its own sales.
        """
        chance = self._chance(f"receipts/{till}")
        for _ in range(number):
            customer = chance.choice(self.customers) if chance.random() < 0.6 else None
            channel = chance.choices(
                (SaleChannel.STORE, SaleChannel.ONLINE, SaleChannel.PHONE_ORDER), (86, 10, 4)
            )[0]
            basket = chance.choices(self._basket, k=chance.choice((1, 1, 2, 2, 3, 3, 4, 5, 6)))
            yield self._sale(
                chance, self._now - chance.uniform(0, days) * self.hours.day, customer,
                channel, basket, till,
            )  # fmt: skip

    def _sale(
        self,
        chance: Random,
        place: float,
        customer: MadeCustomer | None,
        channel: SaleChannel,
        basket: Sequence[MadeProduct],
        till: int = 0,
    ) -> MadeReceipt:
        sold_at = self.hours.at(place)
        distance = channel is not SaleChannel.STORE
        received = place + chance.uniform(0.5, 3) * self.hours.day
        received_on = self._date(received) if distance and received <= self._now else None
        lines = tuple(
            _line(chance, number, product, received_on, distance=distance)
            for number, product in enumerate(dict.fromkeys(basket), 1)
        )
        return MadeReceipt(
            receipt_no=self._receipt_no(place, till),
            sold_at=sold_at,
            channel=channel,
            customer=customer,
            lines=lines,
            tenders=self._tenders(chance, lines),
        )

    def _receipt_no(self, place: float, till: int) -> str:
        """Date and running number of a till's day: the later the sale, the greater."""
        day = self._date(place)
        used = self._numbers.setdefault(day, set())
        since_opening = place - self.hours.place(datetime.combine(day, time(), self.zone))
        first = till * 1000 + int(since_opening * 0.9) + 1
        number = next(number for number in count(first) if number not in used)
        used.add(number)
        return f"{day:%Y%m%d}-{number:04d}"

    def _tenders(self, chance: Random, lines: Sequence[MadeLine]) -> tuple[tuple[str, int], ...]:
        """One means of payment, now and then a voucher beside it.

        The till's file has one column for it, a means of payment per line, so that a voucher
        comes with two lines at least.
        """
        total = sum(line.total_minor for line in lines)
        weights: Mapping[str, int] = self.words["payments"]
        method = chance.choices(list(weights), list(weights.values()))[0]
        voucher = 2000
        if len(lines) > 1 and total > 2 * voucher and chance.random() < 0.12:
            rest = TenderMethod.CARD if method == TenderMethod.GIFT_CARD else method
            return (TenderMethod.GIFT_CARD, voucher), (rest, total - voucher)
        return ((method, total),)

    def _date(self, place: float) -> date:
        return self.hours.at(place).astimezone(self.zone).date()

    # --- tickets ----------------------------------------------------------------------------

    def tickets(self, number: int, days: int = DAYS) -> Iterator[MadeTicket]:
        """So many tickets of the last ``days`` opening days, in no order.

        Every story is told once before one is told again; what would happen after the shop's
        present has not happened yet.
        """
        chance = self._chance("tickets")
        told: list[Mapping[str, Any]] = []
        rounds = count()
        for _ in range(number):
            if not told:
                told = self._shuffled_stories(chance, next(rounds))
            yield self._ticket(chance, told.pop(), days)

    def _shuffled_stories(self, chance: Random, already: int) -> list[Mapping[str, Any]]:
        """Every story, or those that come to an end: a counter has far more work done than open."""
        unfinished_too = already % _ROUNDS == 0
        stories = [
            story
            for story in self.stories
            if "large" not in story
            and story["kind"] != "return"  # these are claims, which the return rules judge
            and (unfinished_too or "age" not in story)
        ]
        return chance.sample(stories, len(stories))

    def _ticket(self, chance: Random, story: Mapping[str, Any], days: int) -> MadeTicket:
        youngest, oldest = story.get("age", (_AGE, max(days - 2, _AGE)))
        begun = self._now - chance.uniform(youngest, oldest) * self.hours.day
        channel = story.get("channel", "counter")
        customer = self._asker(chance, story)
        receipt, product = None, None
        if "goods" in story:
            product = chance.choice(self._goods(story["goods"]))
            receipt = self._bought(chance, story, begun, customer, [product])
        words = spoken_of(product.name) if product else {}
        clerk = chance.choice(self._of_role("clerk"))
        steps = [*self._steps(chance, story, begun, clerk)]
        if customer is not None and story["kind"] in _CALLED:
            steps += self._called(chance, steps)
        return MadeTicket(
            kind=story["kind"],
            channel=channel,
            summary=self._said(story["summary"], words),
            body=self._said(story.get("body", {}), words),
            opened_at=self.hours.at(begun),
            opened_by=clerk,
            customer=customer,
            receipt=receipt,
            line_no=1 if receipt else None,
            steps=tuple(steps),
            complaint=story.get("complaint", {}),
        )

    def _called(self, chance: Random, steps: Sequence[MadeStep]) -> Iterator[MadeStep]:
        """Somebody calls back a day or two after the end; now and then it is forgotten."""
        if not steps or steps[-1].action != "close" or chance.random() < _FORGOTTEN:
            return
        place = self.hours.place(steps[-1].at) + chance.uniform(1, 2.5) * self.hours.day
        if place < self._now:
            values = {"result": "reached"}
            yield MadeStep(self.hours.at(place), "call", steps[-1].by, "", values)

    def cases(self) -> Iterator[MadeTicket]:
        """Complaints in every state, and what else is due: one of each, in no order."""
        chance = self._chance("cases")
        for story in _read("demo_complaints.toml")["case"]:
            yield self._ticket(chance, story, DAYS)

    def _asker(self, chance: Random, story: Mapping[str, Any]) -> MadeCustomer | None:
        """Who came; a slip in the box has no name, and who only asks often leaves none."""
        nameless = story.get("channel") == "box" or ("goods" not in story and chance.random() < 0.5)
        return None if nameless else chance.choice(self.customers)

    def _goods(self, tags: Sequence[str]) -> list[MadeProduct]:
        return [product for tag in tags for product in self._tagged[tag]]

    def _bought(
        self,
        chance: Random,
        story: Mapping[str, Any],
        begun: float,
        customer: MadeCustomer | None,
        goods: Sequence[MadeProduct],
    ) -> MadeReceipt:
        """The sale that the ticket is about; its first lines hold the goods."""
        least, most = story["bought"]
        place = begun - max(chance.uniform(least, most) * self.hours.day, 30)
        online = story.get("sold", story.get("channel")) == "online"
        basket = [*goods, *chance.sample(self._basket, chance.choice((0, 0, 1, 2)))]
        channel = SaleChannel.ONLINE if online else SaleChannel.STORE
        return self._sale(chance, place, customer, channel, basket)

    def _steps(
        self, chance: Random, story: Mapping[str, Any], begun: float, clerk: str
    ) -> Iterator[MadeStep]:
        owner, place = clerk, begun
        for raw in story["steps"]:
            if raw.get("only", self.language) != self.language:
                continue
            place += raw["after"] * (1 if "sharp" in raw else chance.uniform(0.7, 1.6))
            if place > self._now:
                return
            by = self._actor(chance, raw.get("by", "owner"), owner, clerk)
            if raw["do"] == "take":
                owner = by
            values = {name: raw[name] for name in _STEP_VALUES if name in raw}
            if "to" in values:
                values["to"] = self._of_role(values["to"])[0]
                owner = values["to"]
            if "department" in values:
                values["department"] = self.words["departments"][values["department"]]
            yield MadeStep(self.hours.at(place), raw["do"], by, raw.get(self.language, ""), values)

    def _actor(self, chance: Random, role: str, owner: str, clerk: str) -> str:
        if role == "owner":
            return owner
        if role == "clerk" and chance.random() < 0.7:
            return clerk
        return chance.choice(self._of_role(role))

    # --- returns ----------------------------------------------------------------------------

    def claims(self) -> Iterator[MadeClaim]:
        """Every return that the shop sees, in no order."""
        chance = self._chance("returns")
        for claim in _read("demo_returns.toml")["claim"]:
            if claim.get("only", self.language) == self.language:
                for _ in range(claim.get("times", 1)):
                    yield self._claim(chance, claim)

    def _claim(self, chance: Random, claim: Mapping[str, Any]) -> MadeClaim:
        youngest, oldest = claim["age"]
        begun = self._now - chance.uniform(youngest, oldest) * self.hours.day
        customer = chance.choice(self.customers)
        tags = [claim[name] for name in ("goods", "also") if name in claim]
        goods = [chance.choice(self._goods(one)) for one in tags]
        receipt = self._bought(chance, claim, begun, customer, goods)
        lines = receipt.lines[: len(goods)]
        clerk = chance.choice(self._of_role("clerk"))
        ticket = MadeTicket(
            kind="return",
            channel=claim.get("channel", "counter"),
            summary="",
            body=self._said(claim.get("note", {}), {}),
            opened_at=self.hours.at(begun),
            opened_by=clerk,
            customer=customer,
            receipt=receipt,
            line_no=1,
            steps=tuple(self._steps(chance, claim, begun, clerk)),
        )
        return MadeClaim(
            ticket,
            claim["reason"],
            claim.get("remedy", ""),
            claim.get("mode", "counter"),
            {line.line_no: self._answers(claim, line) for line in lines},
            {
                line.line_no: _serial_no(chance, line.product)
                for line in lines
                if line.serial_no is not None
            },
            claim.get("at_once", False),
        )

    def _answers(self, claim: Mapping[str, Any], line: MadeLine) -> Mapping[str, Any]:
        """What is said of a line; the serial number is read off the goods."""
        answers = {**claim.get("answers", {}), "reason": claim["reason"]}
        if line.serial_no is not None:
            answers["serial_no"] = line.serial_no
        if "part" in claim:
            answers["quantity"] = f"{line.qty_milli * claim['part'] / 1000:.3f}"
        return answers

    def _of_role(self, role: str) -> list[str]:
        return [person.login for person in self.people if person.role == role]

    def _said(self, texts: Mapping[str, str], words: Mapping[str, str]) -> str:
        return texts.get(self.language, "").format(**words)


_SIZE: Final = re.compile(r",.*| [\d(].*| \S+码$")
"""What stands on the shelf label and nobody says: sizes and numbers of pieces."""


def spoken_of(name: str) -> dict[str, str]:
    """How people call the goods: ``{goods}`` by itself, ``{item}`` within an English sentence."""
    goods = _SIZE.sub("", name)
    return {"goods": goods, "item": goods[0].lower() + goods[1:]}


_STEP_VALUES: Final = (
    "to", "department", "days", "priority", "outcome", "cause", "liability", "informed",
    "with", "remedy", "method", "amount", "base", "step", "offer", "result", "due",
)  # fmt: skip
"""What a step of a story may say beyond its text."""


def made_site(language: str) -> MadeSite:
    """The made-up shop's own facts."""
    return MadeSite(**_read("demo.toml")[language]["site"])


def made_people(language: str) -> tuple[MadePerson, ...]:
    """Who works in the made-up shop, the supervisor first."""
    return tuple(
        MadePerson(raw["login"], raw[language], raw["role"]) for raw in _read("demo.toml")["staff"]
    )


def check_digit(digits: str) -> int:
    """The last digit of a GTIN whose others are ``digits`` (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -total % 10


def _barcode(chance: Random, *, imported: bool) -> str:
    """An EAN-13 of China's own prefixes, or an American number with its leading zero."""
    prefix = "0" if imported else f"69{chance.randrange(10)}"
    digits = prefix + "".join(str(chance.randrange(10)) for _ in range(12 - len(prefix)))
    return f"{digits}{check_digit(digits)}"


def sold_often(product: MadeProduct) -> int:
    """How often it is sold beside other goods."""
    if product.delivered:
        return 1
    return 3 if product.serialised else 8


def _line(
    chance: Random,
    line_no: int,
    product: MadeProduct,
    received_on: date | None,
    *,
    distance: bool,
) -> MadeLine:
    if product.weighed:
        qty = chance.randrange(150, 2400, 5)
    else:
        qty = 1000 if product.serialised else 1000 * chance.choice((1, 1, 1, 1, 2, 2, 3, 5))
    reduced = chance.random() < 0.2
    paid = product.price_minor * chance.choice((70, 80, 85, 90, 95)) // 100
    return MadeLine(
        line_no=line_no,
        product=product,
        qty_milli=qty,
        unit_paid_minor=paid if reduced else product.price_minor,
        list_minor=product.price_minor,
        serial_no=_serial_no(chance, product) if product.serialised else None,
        received_on=received_on,
        no_return_confirmed=distance and product.weighed,
    )


def _serial_no(chance: Random, product: MadeProduct) -> str:
    """Such as ``23K04718233``: line of goods, factory, running number."""
    return f"{product.sku[:2]}{chance.choice('ABGKLT')}{chance.randrange(10**8):08d}"


def _unused(used: set[str], make: Callable[[], str]) -> str:
    """A made-up text that nobody else has, as far as a few tries find one."""
    for _ in range(20):
        text = make()
        if text not in used:
            break
    used.add(text)
    return text


def _minutes(clock: str) -> int:
    parsed = time.fromisoformat(clock)
    return parsed.hour * 60 + parsed.minute


@cache
def _read(name: str) -> Mapping[str, Any]:
    text = (resources.files("data") / "reference" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)
