"""A store begins its life: the site, the system row, a new epoch; and what the first run asks."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from sqlmodel import select

from counter import first_service, language
from counter.desk import Actor
from counter.first_policy import begin_with, fit
from counter.permissions import Action
from counter.places import Places
from counter.preferences import keep
from counter.rules.fields import Faults
from counter.shop import SYSTEM, Shop
from data.restoring import EPOCH
from data.store import Author
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.site import Site, StoreFact
from models.staff import Staff
from models.terms import Jurisdiction, Role

if TYPE_CHECKING:
    from counter.desk import WritingDesk

_CODE = re.compile(r"[A-Z0-9_-]{1,16}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """What the first run asks about the shop; None leaves a fact as it is.

    Attributes:
        jurisdiction: whose law it sells under; where it is not said, a currency that was said
            tells (:func:`likely_jurisdiction`).
    """

    name: str | None = None
    code: str | None = None
    language: str | None = None
    zone: str | None = None
    currency: str | None = None
    jurisdiction: str | None = None


def found(shop: Shop) -> None:
    """Write the rows without which nothing works; a second terminal's attempt changes nothing."""
    now = shop.clock()
    with shop.store.writing(Author(None, SYSTEM), now) as work:
        if work.session.exec(select(Site)).first() is not None:
            return
        site = Site(
            code="SHOP",
            name="Counter",
            tz="Asia/Shanghai",
            currency="CNY",
            jurisdiction=Jurisdiction.CN,
            language=language.active(),
        )
        system = Staff(login=SYSTEM, name=SYSTEM, role=Role.ADMIN, active=False)
        work.session.add_all((site, system))
        work.session.add(StoreFact(name=EPOCH, value=str(uuid.uuid4())))
        work.audit("store.found", "store")
        begin_with(work, site, system.id, now)
        first_service.begin_with(work, site, system.id, now)


def describe_site(desk: WritingDesk, draft: SiteDraft) -> None:
    """Say the shop's name, code, language, zone, currency and law better than the default.

    As long as nobody works there, the return rules and the service times with which it begins
    follow.

    Raises:
        NotAllowed: the role may not change the shop's facts.
        InvalidInput: a value is impossible; every faulty one is named.
    """
    desk.require(Action.CHANGE_SITE)
    faults = Faults()
    changes = {
        "name": faults.text("name", draft.name, limit=80),
        "code": faults.matching(
            "code", draft.code, _CODE, N_("Use 1 to 16 of the characters A-Z, 0-9, _ and -.")
        ),
        "language": faults.choice("language", draft.language, language.LANGUAGES),
        "tz": faults.choice("zone", draft.zone, available_timezones()),
        "currency": faults.matching(
            "currency", draft.currency, _CURRENCY, N_("Use the three letters of a currency: CNY.")
        ),
        "jurisdiction": faults.term("jurisdiction", draft.jurisdiction, Jurisdiction),
    }
    faults.raise_if_any()
    if changes["jurisdiction"] is None and changes["currency"] is not None:
        changes["jurisdiction"] = likely_jurisdiction(changes["currency"])
    site = desk.session.exec(select(Site)).one()
    changed = {name: value for name, value in changes.items() if value is not None}
    for name, value in changed.items():
        setattr(site, name, value)
    desk.session.add(site)
    desk.work.audit("site.describe", "site", site.uid, **changed)
    fit(desk, site)
    first_service.fit(desk, site)


@dataclass(frozen=True, slots=True)
class FirstSupervisor:
    """Who sets the shop up, as typed."""

    login: str
    name: str
    pin: str


def begin(shop: Shop, site: SiteDraft, person: FirstSupervisor) -> Actor:
    """Describe the shop and add its first supervisor, together or not at all; signs them in.

    Raises:
        InvalidInput: every faulty value is named, the person's with ``supervisor_`` before it.
        WrongState: somebody works here already; whoever that is adds others.
    """
    from counter.signin import sign_in
    from counter.staff import StaffDraft, add_staff

    faults: list[InvalidInput] = []
    with shop.writing(shop.system) as desk:
        # Asked inside the transaction: of two first runs at once the second must find somebody.
        if desk.session.exec(select(Staff).where(Staff.login != SYSTEM)).first() is not None:
            raise WrongState(N_("This shop was set up in the meantime. Please sign in."))
        try:
            describe_site(desk, site)
        except InvalidInput as error:
            faults += error.faults or (error,)
        try:
            add_staff(desk, StaffDraft(person.login, person.name, Role.SUPERVISOR), person.pin)
        except InvalidInput as error:
            faults += _of_supervisor(error.faults or (error,))
        if faults:
            faults[0].faults = tuple(faults)
            raise faults[0]
    shop.site_changed()
    signed_in = sign_in(shop, person.login, person.pin)
    if not isinstance(signed_in, Actor):
        raise RuntimeError("The first supervisor's PIN was taken for a one-time code.")
    return signed_in


def _of_supervisor(faults: Iterable[InvalidInput]) -> Iterator[InvalidInput]:
    for fault in faults:
        fault.field = f"supervisor_{fault.field}"
        yield fault


_CURRENCIES: Final = {
    "Asia/Hong_Kong": "HKD",
    "Asia/Macau": "MOP",
    "Asia/Shanghai": "CNY",
    "Asia/Singapore": "SGD",
    "Asia/Taipei": "TWD",
    "Asia/Tokyo": "JPY",
    "Asia/Urumqi": "CNY",
    "Australia/Sydney": "AUD",
    "Europe/Copenhagen": "DKK",
    "Europe/Dublin": "EUR",
    "Europe/London": "GBP",
    "Europe/Oslo": "NOK",
    "Europe/Prague": "CZK",
    "Europe/Stockholm": "SEK",
    "Europe/Warsaw": "PLN",
    "Europe/Zurich": "CHF",
    "America/Chicago": "USD",
    "America/Denver": "USD",
    "America/Los_Angeles": "USD",
    "America/New_York": "USD",
    "America/Toronto": "CAD",
}


def likely_zone(language_name: str) -> str:
    """The time zone to suggest to somebody who speaks that language at this machine."""
    if language_name == "zh_CN":
        return "Asia/Shanghai"
    named = os.environ.get("TZ", "").removeprefix(":")
    if not named:
        named = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    is_place = "/" in named and not named.startswith("Etc/") and named in available_timezones()
    return named if is_place else "Europe/London"


def likely_currency(zone: str) -> str:
    """The currency to suggest in a time zone; empty where a guess would more often be wrong."""
    return _CURRENCIES.get(zone, "EUR" if zone.startswith("Europe/") else "")


_LAWS: Final = {
    "CNY": Jurisdiction.CN,
    "GBP": Jurisdiction.GB,
    "USD": Jurisdiction.US,
    **dict.fromkeys("EUR BGN CZK DKK HUF PLN RON SEK".split(), Jurisdiction.EU),
}


def likely_jurisdiction(currency: str) -> Jurisdiction | None:
    """Whose law a shop with that currency sells under; None where a guess would tell nothing."""
    return _LAWS.get(currency)


def speak(places: Places, name: str) -> None:
    """Let this counter speak the language ``name`` from now on: written to its settings."""
    keep(places, "language", name)
