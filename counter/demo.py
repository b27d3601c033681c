"""The demo shop: a store in a temporary folder with made-up people, goods and tickets.

What happens there is made by ``data.demo``; here it goes into a store the way it would at a real
counter, through the operations, so that events, audit, numbers and search are those of a shop.

Nothing heavy is imported until a shop is made: the sign-in screen asks this module who works there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter, itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from counter import language
from counter.places import Places
from data.location import Location
from models.terms import Role

if TYPE_CHECKING:
    from counter.desk import Actor, WritingDesk
    from counter.shop import Shop
    from data.demo import MadeClaim, MadeLine, MadeReceipt, MadeShop, MadeStep, MadeTicket
    from models.base import Stored
    from models.receipt import ReceiptLine

PIN: Final = "246813"
"""Everybody's PIN in the demo shop; the sign-in screen says it."""

SEED: Final = 1
TICKETS: Final = 50
"""Those that are told by chance. Of returns and of complaints that are going on the shop has as
many as ``demo_returns.toml`` and ``demo_complaints.toml`` tell."""

CUSTOMERS: Final = 60
RECEIPTS: Final = 270
"""Sales that no ticket is about; some tickets bring theirs with them."""

_TILL: Final = 2
"""The till of the sample file: its receipts are others than those of the demo shop."""

_AFTERNOON: Final = time(15, 30)
"""When it is in the shop of a given day: open on Sundays, too."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who may sign in to the demo shop."""

    login: str
    role: Role
    pin: str

    @property
    def name(self) -> str:
        """The person's name in the shop of the active language."""
        from data.demo import made_people

        people = made_people(language.active())
        return next(person.name for person in people if person.login == self.login)


DEMO_PEOPLE: Final = (
    DemoPerson("101", Role.SUPERVISOR, PIN),
    DemoPerson("102", Role.CLERK, PIN),
    DemoPerson("103", Role.CLERK, PIN),
    DemoPerson("104", Role.TECHNICIAN, PIN),
)
"""Who works in the demo shop, in the order the sign-in screen offers them."""


@contextmanager
def throw_away_shop(*, seed: int = SEED, today: date | None = None) -> Iterator[Places]:
    """The places of a founded demo shop in the active language; gone when the block ends.

    Args:
        seed: another one gives another shop.
        today: the shop's present is the afternoon of that day; the system's time when absent.
    """
    # What a virus scanner still holds on Windows may stay behind; it must not end the block.
    with TemporaryDirectory(prefix="counter-demo-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        places = Places(home, Location(home / "counter.db"))
        places.settings_file.write_text(f'language = "{language.active()}"\n', encoding="utf-8")
        furnish(places, made_shop(seed, _afternoon_of(today)))
        yield places


def made_shop(seed: int, until: datetime | None, *, customers: int = CUSTOMERS) -> MadeShop:
    """What is made up, in the active language; until now when no other moment is named."""
    from counter.shop import system_time
    from data.demo import MadeShop

    until = until or system_time()
    return MadeShop(language.active(), seed=seed, until=until, customers=customers)


def _afternoon_of(today: date | None) -> datetime | None:
    from data.demo import made_site

    if today is None:
        return None
    zone = ZoneInfo(made_site(language.active()).zone)
    return datetime.combine(today, _AFTERNOON, zone).astimezone(UTC)


def pin_hash(salt: bytes | None = None) -> str:
    """The hash of everybody's PIN: one for all, for a hash takes a tenth of a second."""
    from counter.signin import hash_pin

    return hash_pin(PIN, salt)


def furnish(
    places: Places, made: MadeShop, *, tickets: int = TICKETS, receipts: int = RECEIPTS
) -> None:
    """Found a store at ``places`` and let the made-up shop's past happen in it."""
    from counter.settings import load_settings
    from counter.shop import open_shop

    cases = [*made.tickets(tickets), *made.cases()]
    claims = list(made.claims())
    about = (case.receipt for case in (*cases, *(claim.ticket for claim in claims)))
    sales = [*made.receipts(receipts), *(receipt for receipt in about if receipt)]
    sales.sort(key=attrgetter("sold_at"))
    begins = min(*(sale.sold_at for sale in sales), made.until - timedelta(days=90))
    founded = begins - timedelta(days=1)
    shop = open_shop(places, load_settings(places), clock=lambda: founded)
    try:
        _describe(shop, made)
        with shop.writing(shop.system) as desk:
            actors = _hire(desk, made)
            goods = _stock(desk, made)
            customers = _enrol(desk, made)
            _sell(desk, sales, goods, customers)
            _serve(desk, [*cases, *claims], actors, customers)
        with shop.writing(shop.system) as desk:
            _look_at_the_clock(_moved(desk, desk.actor, made.until))
    finally:
        shop.close()


def _describe(shop: Shop, made: MadeShop) -> None:
    from counter.founding import SiteDraft, describe_site

    site = made.site
    facts = (site.name, site.code, language.active(), site.zone, site.currency, site.jurisdiction)
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(*facts))
    shop.site_changed()


def _hire(desk: WritingDesk, made: MadeShop) -> dict[str, Actor]:
    """Add the people with their known PIN.

    Returns:
        Who acts, by login.
    """
    from counter.desk import Actor
    from models.staff import Staff

    hashed = pin_hash()
    staff = [
        Staff(login=person.login, name=person.name, role=person.role, pin_hash=hashed)
        for person in made.people
    ]
    desk.session.add_all(staff)
    desk.session.flush()
    for row in staff:
        desk.work.audit(
            "staff.add", "staff", row.uid, login=row.login, name=row.name, role=row.role
        )
    return {row.login: Actor(_key(row), row.login, row.name, Role(row.role)) for row in staff}


def _stock(desk: WritingDesk, made: MadeShop) -> dict[str, int]:
    """Put the goods on the shelves; the keys of the products by their numbers."""
    from models.product import Category, Product, WarrantyProfile

    profiles = {raw["code"]: WarrantyProfile(**raw) for raw in made.warranties}
    desk.session.add_all(profiles.values())
    desk.session.flush()
    categories = {
        category.code: Category(
            code=category.code,
            name=category.name,
            flags=list(category.flags),
            warranty_profile_id=_key(profiles[category.warranty]) if category.warranty else None,
        )
        for category in made.categories
    }
    desk.session.add_all(categories.values())
    desk.session.flush()
    products = [
        Product(
            sku=product.sku,
            barcode=product.barcode,
            name=product.name,
            category_id=_key(categories[product.category]),
            brand=product.brand,
            supplier=product.supplier,
            price_minor=product.price_minor,
            currency=made.site.currency,
            serialised=product.serialised,
            shelf_life_days=product.shelf_life_days,
        )
        for product in made.products
    ]
    desk.session.add_all(products)
    desk.session.flush()
    return {product.sku: _key(product) for product in products}


def _enrol(desk: WritingDesk, made: MadeShop) -> list[int]:
    """Add the customers with phones and memberships; their keys in the made-up order."""
    from data.searchable import customer_search_text, name_initials
    from models.customer import Customer, CustomerPhone, MembershipAccount
    from models.text import digits_of

    rows = [
        Customer(
            customer_ref=person.customer_ref,
            name=person.name,
            address=person.address,
            birthday_md=person.birthday_md,
            care_flags=list(person.care_flags),
            consent_contact=True,
            consent_marketing=person.consent_marketing,
            name_initials=name_initials(person.name),
            search_text=customer_search_text(person.name, person.customer_ref, person.member_no),
        )
        for person in made.customers
    ]
    desk.session.add_all(rows)
    desk.session.flush()
    keys = [_key(row) for row in rows]
    for key, person in zip(keys, made.customers, strict=True):
        if person.phone is not None:
            digits = digits_of(person.phone)
            desk.session.add(
                CustomerPhone(
                    customer_id=key,
                    phone=person.phone,
                    digits=digits,
                )
            )
        if person.member_no is not None:
            desk.session.add(
                MembershipAccount(
                    customer_id=key,
                    member_no=person.member_no,
                    tier=person.tier,
                    since=person.since,
                )
            )
    desk.session.flush()
    return keys


def _sell(
    desk: WritingDesk,
    sales: Sequence[MadeReceipt],
    goods: Mapping[str, int],
    customers: Sequence[int],
) -> None:
    """Write the sales as the till's file would bring them."""
    from models.receipt import Receipt, Tender

    receipts = [
        Receipt(
            receipt_no=sale.receipt_no,
            sold_at=sale.sold_at,
            channel=sale.channel,
            customer_id=customers[sale.customer.place] if sale.customer else None,
            currency=desk.site.currency,
        )
        for sale in sales
    ]
    desk.session.add_all(receipts)
    desk.session.flush()
    for receipt, sale in zip(receipts, sales, strict=True):
        key = _key(receipt)
        desk.session.add_all(_line(key, line, goods) for line in sale.lines)
        desk.session.add_all(
            Tender(receipt_id=key, tender_no=number, method=method, amount_minor=amount)
            for number, (method, amount) in enumerate(sale.tenders, 1)
        )
    desk.session.flush()


def _line(receipt_id: int, line: MadeLine, goods: Mapping[str, int]) -> ReceiptLine:
    from models.receipt import ReceiptLine

    return ReceiptLine(
        receipt_id=receipt_id,
        line_no=line.line_no,
        product_id=goods[line.product.sku],
        description=line.product.name,
        qty_milli=line.qty_milli,
        unit_paid_minor=line.unit_paid_minor,
        list_minor=line.list_minor,
        serial_no=line.serial_no,
        received_on=line.received_on,
        no_return_confirmed=line.no_return_confirmed,
    )


def _serve(
    desk: WritingDesk,
    cases: Sequence[MadeTicket | MadeClaim],
    actors: Mapping[str, Actor],
    customers: Sequence[int],
) -> None:
    """Let everything happen at the counter in the order of time, each step by who does it.

    One unit of work for all: a transaction for each of some hundred steps would wait as often for
    the disk. Author and time move with the steps, so that events and audit name the right ones.
    """
    from counter import demo_returns
    from data.demo import MadeClaim

    tickets = [case.ticket if isinstance(case, MadeClaim) else case for case in cases]
    happenings = [
        (step.at if step else ticket.opened_at, number, place, step)
        for number, ticket in enumerate(tickets)
        for place, step in enumerate((None, *ticket.steps))
    ]
    happenings.sort(key=itemgetter(0, 1, 2))
    numbers: dict[int, str] = {}
    for at, number, _, step in happenings:
        case, ticket = cases[number], tickets[number]
        moved = _moved(desk, actors[step.by if step else ticket.opened_by], at)
        if isinstance(case, MadeClaim) and step is None:
            numbers[number] = demo_returns.claim(moved, case)
        elif step is None:
            numbers[number] = _open(moved, ticket, customers)
        elif isinstance(case, MadeClaim) and demo_returns.knows(step):
            demo_returns.go_on(moved, numbers[number], case, step, actors)
        else:
            _go_on(moved, numbers[number], step)


def _look_at_the_clock(desk: WritingDesk) -> None:
    """Write the levels that were reached by the shop's present, as whoever notices would."""
    from counter.clock_levels import reach

    while reach(desk):
        pass


def _moved(desk: WritingDesk, actor: Actor, at: datetime) -> WritingDesk:
    """The desk with somebody else at it, at another time."""
    from counter.desk import WritingDesk
    from data.store import Author

    desk.work.author, desk.work.now = Author(actor.id, actor.login), at
    return WritingDesk(actor, desk.site, at, desk.work)


def _open(desk: WritingDesk, case: MadeTicket, customers: Sequence[int]) -> str:
    from counter.complaint_details import ComplaintDraft
    from counter.tickets import TicketDraft, open_ticket

    draft = TicketDraft(
        kind=case.kind,
        summary=case.summary,
        body=case.body,
        channel=case.channel,
        customer_id=customers[case.customer.place] if case.customer else None,
        receipt_no=f"{case.receipt.receipt_no}/{case.line_no}" if case.receipt else "",
        complaint=ComplaintDraft(**case.complaint) if case.complaint else None,
    )
    return open_ticket(desk, draft).no


def _go_on(desk: WritingDesk, no: str, step: MadeStep) -> None:
    """One step of a ticket's life through the operation of its name."""
    from counter import demo_complaints, tickets

    text, values = step.text, step.values
    match step.action:
        case "take":
            tickets.take(desk, no)
        case "assign":
            due = desk.today + timedelta(days=values["due"]) if "due" in values else None
            named = {name: values[name] for name in ("to", "department") if name in values}
            tickets.assign(desk, no, note=text, due_on=due, **named)
        case "ask" | "send":
            wait = (
                tickets.wait_for_customer if step.action == "ask" else tickets.wait_for_third_party
            )
            wait(desk, no, text, desk.today + timedelta(days=values["days"]))
        case "prioritise":
            tickets.prioritise(desk, no, values["priority"], text)
        case "resolve":
            tickets.resolve(desk, no, text=text, **values)
        case "close":
            tickets.close(desk, no, text=text, **values)
        case "note" | "respond" | "answer" | "reopen" | "cancel":
            getattr(tickets, step.action)(desk, no, text)
        case _:
            demo_complaints.go_on(desk, no, step)


def _key(row: Stored) -> int:
    if row.id is None:
        raise RuntimeError("A made-up row was not stored.")
    return row.id


# --- a sample of the till's file --------------------------------------------------------------

COLUMNS: Final = (
    "receipt_no",
    "sold_at",
    "channel",
    "customer_ref",
    "customer_phone",
    "line_no",
    "sku",
    "barcode",
    "product_name",
    "category",
    "qty",
    "unit_paid_minor",
    "list_minor",
    "currency",
    "serial_no",
    "received_on",
    "no_return_confirmed",
    "tender_method",
    "tender_minor",
)
"""The columns of a file of receipts, profile ``native``."""


def write_receipts(
    path: Path, *, lines: int = 600, seed: int = SEED, today: date | None = None
) -> int:
    """Write a sample of the till's file, profile ``native``, in the active language.

    Args:
        path: the file; an existing one is replaced.
        lines: how many rows; no receipt is cut to get there.
        seed: another one gives other sales.
        today: the last day of sales; the system's date when absent.

    Returns:
        The number of rows.

    Raises:
        FileRefused: the folder is missing or cannot be written.
    """
    from data.csvfile import MachineFile

    made = made_shop(seed, _afternoon_of(today))
    sales: list[MadeReceipt] = []
    wanted = lines
    for sale in made.receipts(lines, till=_TILL):
        if len(sale.lines) <= wanted:
            sales.append(sale)
            wanted -= len(sale.lines)
    sales.sort(key=attrgetter("sold_at"))
    with MachineFile(path) as file:
        file.header(COLUMNS)
        for sale in sales:
            for place, line in enumerate(sale.lines):
                tender = sale.tenders[min(place, len(sale.tenders) - 1)]
                file.row(_row(sale, line, tender, made.site.currency))
    return file.written.rows


def _row(
    sale: MadeReceipt, line: MadeLine, tender: tuple[str, int], currency: str
) -> tuple[object, ...]:
    customer, product = sale.customer, line.product
    kilograms = f"{line.qty_milli // 1000}.{line.qty_milli % 1000:03d}"
    return (
        sale.receipt_no,
        sale.sold_at,
        sale.channel,
        customer.customer_ref if customer else None,
        customer.phone if customer else None,
        line.line_no,
        product.sku,
        product.barcode,
        product.name,
        product.category,
        kilograms if product.weighed else line.qty_milli // 1000,
        line.unit_paid_minor,
        line.list_minor,
        currency,
        line.serial_no,
        line.received_on,
        line.no_return_confirmed,
        *tender,
    )
