"""A shop of any size in a store of its own, written without going through the operations.

The small demo shop (``counter.demo``) is lived through step by step; a million tickets would take
days that way. Here the same words, goods and stories become rows at once, and ``counter doctor``
finds nothing to say about them.

N tickets come from N customers with N sales of one to three lines each (1.7 on average), of which
about six in ten tickets are about. They were opened over as many days as there are tickets on one
of them (1,000,000 in a thousand days, 10,000 in a hundred), so that the numbers of a day stay as
long as usual. Of a hundred tickets five are still worked on (new, open, or waiting; some are
nobody's), mostly of the last days; one or two are resolved, one is cancelled, every second hundred
has a merged one, the rest is closed. The goods come in more variants and one person works there for
every forty tickets that are worked on.

The same language, seed, day and number give the same rows, with their uids, numbers and hashes, the
salted ones too, provided that the day is named: its past ends before that day begins, so that a
shop made for today can be worked in at once, at any hour. Without a day it reaches to this moment.
Only the epoch is new every time: it tells one file's life from another's.

Memory: the tickets that are still going on and what is sold and comes back later; the rest is
written day by day and forgotten.
"""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256
from math import isqrt
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock, Timeout

from counter import demo
from counter.lives import MadeLives, made_courses, occasions
from counter.made_clocks import MadeClocks
from counter.made_times import made_times, promise_times
from counter.places import Places
from counter.preferences import keep
from counter.rules.fields import Faults
from counter.shares import WORKING
from counter.shop import SYSTEM
from data.csvfile import replace, sync_folder
from data.demo import MadePerson
from data.driver import failures_named
from data.location import Location
from data.making.days import OpenDays
from data.making.filling import Filling, MadeDeed, as_json, deed
from data.making.people import MadePeople
from data.making.sales import Good, MadeSales, made_goods
from data.making.tables import (
    CATEGORY,
    CUSTOMER,
    CUSTOMER_PHONE,
    MEMBERSHIP,
    POLICY_VERSION,
    PRODUCT,
    SITE,
    STAFF,
    WARRANTY,
)
from data.opening import prepare
from data.reading import stored_instant
from data.restoring import EPOCH
from models.errors import AlreadyRunning, FileRefused
from models.messages import N_
from models.refusals import reason
from models.terms import Role

if TYPE_CHECKING:
    from data.demo import MadeShop

TICKETS: Final = 10_000
"""How many tickets are made unless another number is said."""

MOST_TICKETS: Final = 10_000_000

FIRST_DAY: Final = date(2012, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
"""Between which days the present of a made shop is; its past may reach nine years back."""

_FIRST_ZONE: Final = timezone(timedelta(hours=14))
"""Where a day begins first (Kiritimati)."""

_CLAIMS: Final = 0.6
"""Share of the tickets that are about something on a receipt."""

_PER_PERSON: Final = 40
AT_ONCE: Final = 5000
_MOST_VARIANTS: Final = 40

Show = Callable[[int, int, int], None]
"""Told how many rows were written, and how much of the whole is done."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, in numbers."""

    store: Path
    seed: int
    today: date
    language: str
    staff: int
    products: int
    customers: int
    receipts: int
    receipt_lines: int
    tickets: int
    working: int
    events: int
    rows: int
    bytes: int
    seconds: float


def places_for(path: Path) -> Places:
    """Where the store goes: a name that ends in ``.db`` is the file, any other a counter's folder.

    Raises:
        FileRefused: a store, or another file, is there already.
    """
    path = path.expanduser().absolute()
    is_file = path.suffix == ".db" and not path.is_dir()
    store = path if is_file else path / "counter.db"
    for taken in (store, *store.parents[:1]):
        if os.path.lexists(taken) and not (taken != store and taken.is_dir()):
            raise FileRefused(
                N_("{path} exists already. Name another file, or remove it first."), path=taken
            )
    return Places(store.parent, Location(store))


def make_store(
    path: Path,
    *,
    tickets: int = TICKETS,
    seed: int = demo.SEED,
    today: date | None = None,
    show: Show | None = None,
) -> Made:
    """Write a made-up shop into a new store, in the active language.

    It is written beside its place and gets its name when it is whole and on the disk: a make that
    is killed leaves no store under that name, and what it leaves goes with the next one.

    Args:
        path: a folder for a counter's files, or a file that ends in ``.db``.
        tickets: how many.
        seed: another one gives other people, sales and tickets.
        today: the shop's present; its past ends before that day begins anywhere on earth, so that
            whoever's calendar shows it can work there at any hour. Up to this moment when absent.
        show: is told how far it is.

    Raises:
        FileRefused: something is there already, or the folder or the disk refuses.
        InvalidInput: fewer than one ticket, more than ten million, or another century.
        AlreadyRunning: another process makes the same store.
    """
    began = perf_counter()
    _check(tickets, today)
    places = places_for(path)
    until = datetime.combine(today, time.min, _FIRST_ZONE).astimezone(UTC) if today else None
    made = demo.made_shop(seed, until, customers=0)
    try:
        with _beside(places.store.path) as part:
            making = _Making(made, tickets, show or _silent)
            making.write(part)
            if places.home == path.expanduser().absolute():
                keep(places, "language", made.language)
            places_for(path)  # somebody may have put one there meanwhile
            replace(part, places.store.path)
            sync_folder(places.store.path.parent)
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be written: {detail}."),
            path=places.store.path,
            detail=reason(error),
        ) from error
    return Made(
        store=places.store.path,
        seed=seed,
        today=today or making.days.dates[-1],
        language=made.language,
        staff=len(making.people),
        products=len(making.goods),
        customers=tickets,
        receipts=tickets,
        receipt_lines=making.sales.lines,
        tickets=tickets,
        working=making.lives.working,
        events=making.lives.events,
        rows=making.rows,
        bytes=places.store.path.stat().st_size,
        seconds=round(perf_counter() - began, 1),
    )


def _check(tickets: int, today: date | None) -> None:
    faults = Faults()
    if not 1 <= tickets <= MOST_TICKETS:
        said = N_("Choose a number from {least} to {most}.")
        faults.add("tickets", said, least=1, most=MOST_TICKETS)
    if today is not None and not FIRST_DAY <= today <= LAST_DAY:
        said = N_("Choose a day from {least} to {most}.")
        faults.add("today", said, least=FIRST_DAY, most=LAST_DAY)
    faults.raise_if_any()


def _silent(_rows: int, _done: int, _total: int) -> None:
    """Nobody asked."""


@contextmanager
def _beside(store: Path) -> Iterator[Path]:
    """A name beside the store for the time it is made; what bears it is gone afterwards."""
    store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(store.with_name(f".{store.name}.making.lock"), mode=0o600)
    part = store.with_name(f".{store.name}.part")
    try:
        with lock.acquire(blocking=False):
            _remove(part)
            try:
                yield part
            finally:
                _remove(part)
                with suppress(OSError):  # Windows lets nobody remove it while it is held
                    Path(lock.lock_file).unlink()
    except Timeout as error:
        raise AlreadyRunning(
            N_("Another process is making {path}. Nothing was done."), path=store
        ) from error


def _remove(part: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal", ".lock"):
        part.with_name(part.name + end).unlink(missing_ok=True)


class _Making:
    """One store being made."""

    def __init__(self, made: MadeShop, tickets: int, show: Show) -> None:
        self._made, self._tickets, self._show = made, tickets, show
        busy = max(isqrt(tickets), 1)
        self._lead = max(min(busy // 3, 90), 3)
        today = made.until.astimezone(made.zone).date()
        self.days = OpenDays(made.hours, today, made.until, busy + self._lead)
        self.goods = made_goods(made, max(min(busy // 25, _MOST_VARIANTS), 1))
        self._crowd = MadePeople(made)
        self.people = self._made_staff()
        courses = made_courses(made)
        returning = min(_CLAIMS * len(self.days) / busy, 1.0)
        self.sales = MadeSales(
            made, self.goods, self.days, tickets, occasions(made, courses), returning
        )
        times = made_times(made.site.zone, made.site.jurisdiction)
        clocks = MadeClocks(times, made.zone, int(made.until.timestamp()))
        self.lives = MadeLives(
            made, self.days, self.sales, self._crowd, self.people, courses, self._lead, clocks
        )
        self.rows = 0

    def _made_staff(self) -> list[MadePerson]:
        """The demo shop's people, and more of them the more there is to do."""
        people = list(self._made.people)
        last = int(people[-1].login)
        wanted = round(self._tickets * WORKING / _PER_PERSON)
        roles = (Role.CLERK,) * 3 + (Role.TECHNICIAN,) + (Role.CLERK,) * 4 + (Role.SUPERVISOR,)
        for number in range(wanted - len(people)):
            name = self._crowd.name(-1 - number)
            people.append(MadePerson(str(last + 1 + number), name, roles[number % len(roles)]))
        return people

    def write(self, part: Path) -> None:
        """Write everything to ``part``."""
        founded = self.days.morning_before()
        prepare(Location(part), now=founded, backups=part.parent)
        seed = f"{self._made.language}/{self._made.seed}"
        collecting = gc.isenabled()
        gc.disable()  # nothing here is a cycle; looking for some took a tenth of the time
        try:
            with failures_named(part), Filling(part, seed, founded) as filling:
                self._found(filling)
                self._stock(filling)
                self._enrol(filling)
                self._live(filling)
                filling.fact(EPOCH, str(uuid.uuid4()))
                filling.complete()
                self.rows = filling.rows
        finally:
            if collecting:
                gc.enable()
        self._show(self.rows, 1, 1)

    def _found(self, filling: Filling) -> None:
        """The site, the system row and the staff, as founding and a supervisor would write them."""
        made, now = self._made, self.days.morning_before()
        site = made.site
        facts = (site.code, site.name, site.zone, site.currency, site.jurisdiction, made.language)
        filling.insert(SITE, [facts])
        salt = sha256(f"{made.seed}/pin".encode()).digest()[:16]
        pin_hash = demo.pin_hash(salt)
        filling.insert(
            STAFF,
            [
                (SYSTEM, SYSTEM, str(Role.ADMIN), None, 0),
                *(
                    (person.login, person.name, str(person.role), pin_hash, 1)
                    for person in self.people
                ),
            ],
        )
        site_uid, head = f"{filling.uid_head('site')}{1:012x}", filling.uid_head("staff")
        names = ("code", "name", "tz", "currency", "jurisdiction", "language")
        changed = dict(zip(names, facts, strict=True))
        deeds = [
            deed(now, 1, SYSTEM, "store.found", "store", ""),
            deed(now, 1, SYSTEM, "site.describe", "site", site_uid, **changed),
        ]
        for key, person in enumerate(self.people, 2):
            told = {"login": person.login, "name": person.name, "role": person.role}
            deeds.append(deed(now, 1, SYSTEM, "staff.add", "staff", f"{head}{key:012x}", **told))
        times = promise_times(filling, site.zone, site.jurisdiction, now)
        filling.audit([*deeds, self._promised(filling), times])

    def _promised(self, filling: Filling) -> MadeDeed:
        """The first version of the return rules, as founding writes it; what the audit says."""
        from counter.first_policy import BEGUN, first_pack, first_version

        site, now = self._made.site, self.days.morning_before()
        name, at = first_pack(site.jurisdiction, site.currency), stored_instant(now)
        row = first_version(name, 1)
        facts = (row.code, row.scope, row.version_no, row.body, as_json(row.parameters))
        filling.insert(POLICY_VERSION, [(*facts, str(row.status), 1, at, 1, at, row.sha256)])
        uid = f"{filling.uid_head('policy_version')}{1:012x}"
        told = {"version_no": 1, "pack": name, "sha256": row.sha256}
        return deed(now, 1, SYSTEM, BEGUN, "policy_version", uid, **told)

    def _stock(self, filling: Filling) -> None:
        made = self._made
        codes = [raw["code"] for raw in made.warranties]
        filling.insert(
            WARRANTY,
            [
                (raw["code"], raw.get("whole_months"), raw.get("main_part_months"))
                for raw in made.warranties
            ],
        )
        places = {category.code: key for key, category in enumerate(made.categories, 1)}
        filling.insert(
            CATEGORY,
            [
                (
                    category.code,
                    category.name,
                    as_json(category.flags),
                    codes.index(category.warranty) + 1 if category.warranty else None,
                )
                for category in made.categories
            ],
        )
        filling.insert(PRODUCT, [_product(good, places, made.site.currency) for good in self.goods])

    def _enrol(self, filling: Filling) -> None:
        """All customers, some thousand at once."""
        crowd = self._crowd
        first = self.days.dates[0].toordinal()
        joined = [date.fromordinal(first - 1 - 4 * back).isoformat() for back in range(256)]
        for start in range(1, self._tickets + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, self._tickets + 1))
            filling.insert(CUSTOMER, [crowd.customer_row(number) for number in numbers])
            phones = map(crowd.phone_row, numbers)
            filling.insert(CUSTOMER_PHONE, [row for row in phones if row])
            members = (crowd.member_row(number, joined) for number in numbers)
            filling.insert(MEMBERSHIP, [row for row in members if row])
            self._show(filling.rows, start, 6 * self._tickets)

    def _live(self, filling: Filling) -> None:
        """One day after the other: what is sold, who comes, and what is done for them."""
        sold = self.days.shares(0, self._tickets)
        opened = [0] * self._lead + self.days.shares(self._lead, self._tickets)
        done = 0
        for day, (sales, tickets) in enumerate(zip(sold, opened, strict=True)):
            self.sales.sell(filling, day, sales)
            self.lives.live(filling, day, tickets)
            done += tickets
            self._show(filling.rows, self._tickets + 4 * done, 6 * self._tickets)


def _product(good: Good, categories: Mapping[str, int], currency: str) -> tuple[Any, ...]:
    product = good.product
    return (
        product.sku,
        product.barcode,
        product.name,
        categories[product.category],
        product.brand,
        product.supplier,
        product.price_minor,
        currency,
        int(product.serialised),
        product.shelf_life_days,
    )
