"""The version of the return rules with which a store begins, approved by ``system``.

Which pack that is: ``cn`` where the store keeps its books in CNY, unless its law is the Union's;
``gb`` where its law is Britain's; ``eu`` everywhere else. The United States have no pack of their
own: ``eu`` is kinder and not their law. Such a shop adds a pack of its own (``counter policy
add``); until then every explanation names ``eu``.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from counter.policies import shipped_policy
from counter.policy_versions import kept_version, settle
from counter.rules.policy_periods import HELD
from counter.shop import SYSTEM
from data.policies import shipped_pack
from models.errors import StoreUnusable
from models.policy import PolicyVersion
from models.policy_views import CODE, SCOPE
from models.site import Site
from models.staff import Staff
from models.terms import Jurisdiction, PolicyStatus

if TYPE_CHECKING:
    from counter.desk import WritingDesk
    from counter.shop import Shop
    from data.store import UnitOfWork

BEGUN: Final = "policy.begin"
"""What the audit says of it."""


def first_pack(jurisdiction: str, currency: str) -> str:
    """The name of the pack with which a store of that law and currency begins."""
    if currency == "CNY" and jurisdiction != Jurisdiction.EU:
        return "cn"
    return "gb" if jurisdiction == Jurisdiction.GB else "eu"


def first_version(name: str, version_no: int) -> PolicyVersion:
    """The row of a shipped pack that is in force since ever; who added it is not said yet."""
    row = kept_version(shipped_pack(name), shipped_policy(name), version_no)
    row.status = PolicyStatus.EFFECTIVE
    return row


def begin_with(work: UnitOfWork, site: Site, system_id: int | None, now: datetime) -> None:
    """Put the first version in force, in the transaction that founds the store or finds none."""
    name = first_pack(site.jurisdiction, site.currency)
    row = first_version(name, _next_number(work))
    row.added_by_id = row.approved_by_id = system_id
    row.added_at = row.approved_at = now
    work.session.add(row)
    _audit(work, row, name)


def fit(desk: WritingDesk, site: Site) -> None:
    """Begin with another pack where the shop is described as another one.

    Only as long as nobody works there: later the shop's own people add and approve versions.
    """
    name = first_pack(site.jurisdiction, site.currency)
    policy, pack = shipped_policy(name), shipped_pack(name)
    row = desk.session.exec(_mine().where(PolicyVersion.added_by_id == desk.actor.id)).first()
    if row is None or row.sha256 == policy.sha256 or _somebody_works_here(desk):
        return
    row.body, row.parameters, row.sha256 = pack.files[0][1], dict(pack.values), policy.sha256
    desk.session.add(row)
    _audit(desk.work, row, name)


def bring_up_to_date(shop: Shop) -> None:
    """Write what is due when a store is opened: the first version, or what time has done.

    A store that cannot be written is read all the same; its next start tries again.
    """
    with suppress(StoreUnusable), shop.writing(shop.system) as desk:
        if any(row.status in HELD for row in desk.session.exec(_mine())):
            settle(desk)
            return
        begin_with(desk.work, desk.session.exec(select(Site)).one(), desk.actor.id, desk.now)


def _mine() -> SelectOfScalar[PolicyVersion]:
    return select(PolicyVersion).where(PolicyVersion.code == CODE, PolicyVersion.scope == SCOPE)


def _next_number(work: UnitOfWork) -> int:
    return 1 + max((row.version_no for row in work.session.exec(_mine())), default=0)


def _somebody_works_here(desk: WritingDesk) -> bool:
    return desk.session.exec(select(Staff).where(Staff.login != SYSTEM)).first() is not None


def _audit(work: UnitOfWork, row: PolicyVersion, pack: str) -> None:
    work.audit(
        BEGUN,
        "policy_version",
        row.uid,
        version_no=row.version_no,
        pack=pack,
        sha256=row.sha256,
    )
