"""A store begins its life: the site, the system row, a new epoch; and what the first run asks."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from sqlmodel import select

from counter import language
from counter.places import Places
from counter.preferences import keep
from counter.rules.fields import Faults
from counter.shop import SYSTEM, Shop
from data.store import Author
from models.messages import N_
from models.site import Site, StoreFact
from models.staff import Staff
from models.terms import Jurisdiction, Role

if TYPE_CHECKING:
    from counter.desk import WritingDesk

EPOCH: Final = "epoch"
"""Name of the store fact that head office tells one life of a store file from the next by."""

_CODE = re.compile(r"[A-Z0-9_-]{1,16}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """What the first run asks about the shop; None leaves a fact as it is."""

    name: str | None = None
    code: str | None = None
    language: str | None = None
    zone: str | None = None
    currency: str | None = None


def found(shop: Shop) -> None:
    """Write the rows without which nothing works; a second terminal's attempt changes nothing."""
    now = shop.clock()
    with shop.store.writing(Author(None, SYSTEM), now) as work:
        if work.session.exec(select(Site)).first() is not None:
            return
        work.session.add(
            Site(
                code="SHOP",
                name="Counter",
                tz="Asia/Shanghai",
                currency="CNY",
                jurisdiction=Jurisdiction.CN,
                language=language.active(),
            )
        )
        work.session.add(Staff(login=SYSTEM, name=SYSTEM, role=Role.ADMIN, active=False))
        work.session.add(StoreFact(name=EPOCH, value=str(uuid.uuid4())))
        work.audit("store.found", "store")


def describe_site(desk: WritingDesk, draft: SiteDraft) -> None:
    """Say the shop's name, code, language, zone and currency better than the default.

    Raises:
        InvalidInput: a value is impossible; every faulty one is named.
    """
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
    }
    faults.raise_if_any()
    site = desk.session.exec(select(Site)).one()
    changed = {name: value for name, value in changes.items() if value is not None}
    for name, value in changed.items():
        setattr(site, name, value)
    desk.session.add(site)
    desk.work.audit("site.describe", "site", site.uid, **changed)


def speak(places: Places, name: str) -> None:
    """Let this counter speak the language ``name`` from now on: written to its settings."""
    keep(places, "language", name)
