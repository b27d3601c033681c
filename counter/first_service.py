"""The service times with which a store begins: the file that comes with the program, by ``system``.

It leaves the time zone and the public holidays to the shop. A shop that is described otherwise
before anybody works there gets a further version; later its own people add one (``counter service
add``).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlmodel import select

from counter.service_versions import shipped_service, write_version
from counter.shop import SYSTEM
from data.policies import fingerprint
from data.service_versions import has_versions, newest_kept
from models.errors import StoreUnusable
from models.site import Site
from models.staff import Staff

if TYPE_CHECKING:
    from counter.desk import WritingDesk
    from counter.shop import Shop
    from data.store import UnitOfWork

FIRST: Final = "default"
"""The file with which every store begins."""

BEGUN: Final = "service.begin"
"""What the audit says of it."""


def begin_with(work: UnitOfWork, site: Site, system_id: int | None, now: datetime) -> None:
    """Keep the first version, in the transaction that founds the store or finds none."""
    file, rules = shipped_service(FIRST, site.tz, site.jurisdiction)
    row = write_version(work, file, rules, system_id, now)
    work.audit(
        BEGUN,
        "service_version",
        row.uid,
        version_no=row.version_no,
        name=row.name,
        sha256=row.sha256,
    )


def fit(desk: WritingDesk, site: Site) -> None:
    """Go on with times that suit the shop where it is described as another one.

    Only as long as nobody works there: later the shop's own people add versions.
    """
    file, _rules = shipped_service(FIRST, site.tz, site.jurisdiction)
    found = newest_kept(desk.ask)
    if found is not None and found.sha256 == fingerprint(file.values):
        return
    if desk.session.exec(select(Staff).where(Staff.login != SYSTEM)).first() is None:
        begin_with(desk.work, site, desk.actor.id, desk.now)


def bring_up_to_date(shop: Shop) -> None:
    """Write the first version into a store that was made by an older program.

    A store that cannot be written is read all the same; its next start tries again.
    """
    with suppress(StoreUnusable), shop.writing(shop.system) as desk:
        if not has_versions(desk.ask):
            site = desk.session.exec(select(Site)).one()
            begin_with(desk.work, site, desk.actor.id, desk.now)
