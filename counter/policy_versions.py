"""The versions of the return rules: added, approved by somebody else, one in force on each day.

A store begins with a pack that comes with the program, as version 1, approved by ``system``: it
holds from the first day that anything was sold. Every further one is added as a draft by somebody
and approved by somebody else from a day on, which ends the one before on the day before. What a
version says never changes, so a decision that names it can be worked out again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counter.desk import AskingDesk, ReadingDesk, WritingDesk
from counter.permissions import Action
from counter.policies import policy_file, policy_from, shipped, shipped_policy
from counter.rules.policy import Policy
from counter.rules.policy_periods import HELD, Period, continued, ended_by, status_on
from data import policy_versions as kept
from data.policies import Pack, fingerprint, read_pack, shipped_pack
from data.reading import Asks
from models.errors import InvalidInput, NotAllowed, NotFound, WrongState
from models.messages import N_
from models.policy_views import CODE, SCOPE, VersionKept, VersionRow
from models.terms import PolicyStatus

if TYPE_CHECKING:
    from models.policy import PolicyVersion


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A version as decisions are made by it.

    Attributes:
        effective_from: its first day; None reaches back before the store began.
        effective_to: its last day; None while nothing follows.
    """

    id: int
    version_no: int
    policy: Policy
    effective_from: date | None
    effective_to: date | None


# --- what is in force -----------------------------------------------------------------------


def policy_on(ask: Asks, day: date, code: str = CODE, scope: str = SCOPE) -> StoredPolicy | None:
    """The version that holds on ``day``; None where the store has none for it.

    Args:
        ask: a reader, or a transaction (:attr:`counter.desk.Desk.ask`).
        day: a local calendar day of the shop.
        code: which policy.
        scope: which part of the shop.

    Raises:
        WrongState: the version is not as it was approved.
    """
    return _stored(ask, kept.kept_on(ask, day, code, scope))


def policy_by_id(ask: Asks, version_id: int) -> StoredPolicy:
    """The version that a decision names, whatever holds today.

    Raises:
        NotFound: the store has none of that key.
        WrongState: the version is not as it was approved.
    """
    found = _stored(ask, kept.kept_by_id(ask, version_id))
    if found is None:
        raise NotFound(N_("The store has no such version of the return rules."))
    return found


def policy_numbered(ask: Asks, version_no: int) -> StoredPolicy:
    """The version of the return rules that people name, of any status.

    Raises:
        NotFound: there is none of that number.
        WrongState: the version is not as it was added.
    """
    found = _stored(ask, kept.kept_by_number(ask, version_no, CODE, SCOPE))
    if found is None:
        raise _unknown(version_no)
    return found


def parameters_of(ask: Asks, stored: StoredPolicy) -> Mapping[str, Any]:
    """Everything that a version says, in JSON's types, by its keys in a pack."""
    return kept.says(ask, stored.id) or {}


_MOST_KEPT: Final = 100
_policies: dict[str, Policy] = {}
"""By fingerprint: a version is read and checked once and not for each decision."""


def _stored(ask: Asks, found: VersionKept | None) -> StoredPolicy | None:
    if found is None:
        return None
    policy = _policies.get(found.sha256)
    if policy is None:
        policy = sound_policy(kept.says(ask, found.id), found.sha256)
        if policy is None:
            raise WrongState(
                N_(
                    "Version {no} of the return rules is not as it was written: nothing is judged "
                    "by it. Examine the store: counter doctor"
                ),
                no=found.version_no,
            )
        if len(_policies) >= _MOST_KEPT:
            _policies.clear()
        _policies[found.sha256] = policy
    return StoredPolicy(
        found.id, found.version_no, policy, found.effective_from, found.effective_to
    )


def sound_policy(values: Any, sha256: str) -> Policy | None:
    """The policy of kept parameters, or None where they have faults or another fingerprint."""
    if values is None or fingerprint(values) != sha256:
        return None
    try:
        return policy_from(values)
    except InvalidInput:
        return None


# --- the list -------------------------------------------------------------------------------


def versions(desk: ReadingDesk) -> list[VersionRow]:
    """All versions of the return rules, each with its status of today."""
    desk.require(Action.READ)
    return [_as_of_today(desk, row) for row in kept.versions(desk.reader, CODE, SCOPE)]


def version(desk: AskingDesk, version_no: int) -> VersionRow:
    """One version, with its status of today.

    Raises:
        NotFound: there is none of that number.
    """
    desk.require(Action.READ)
    row = kept.version(desk.ask, version_no, CODE, SCOPE)
    if row is None:
        raise _unknown(version_no)
    return _as_of_today(desk, row)


def _as_of_today(desk: AskingDesk, row: VersionRow) -> VersionRow:
    today = status_on(desk.today, row.status, row.effective_from, row.effective_to)
    return row._replace(status=today)


def _unknown(version_no: int) -> NotFound:
    return NotFound(
        N_("There is no version {no} of the return rules. See: counter policy list"), no=version_no
    )


# --- changing what is in force --------------------------------------------------------------


def named_policy(named: str) -> tuple[Pack, Policy]:
    """A pack that comes with the program, by its name, or else the one in a file.

    Raises:
        FileRefused: the file cannot be read.
        InvalidInput: there is neither, or the pack has faults; each names file, line and key.
    """
    if named in shipped():
        return shipped_pack(named), shipped_policy(named)
    if not os.path.exists(named):  # a Path would raise where a name is impossible
        raise InvalidInput(
            N_("There is no file '{name}', and no policy of that name. There are: {known}."),
            field="policy",
            name=named,
            known=", ".join(shipped()),
        )
    path = Path(named)
    return read_pack(path), policy_file(path)


def add_version(desk: WritingDesk, named: str) -> VersionRow:
    """Keep a pack as a draft; somebody else puts it in force.

    Args:
        desk: of somebody who may manage policies.
        named: a file, or the name of a pack that comes with the program.

    Raises:
        NotAllowed: the role may not manage policies.
        FileRefused: the file cannot be read.
        InvalidInput: there is no such pack, or it has faults; what is in force stays in force.
        WrongState: a version that was not withdrawn says the same already.
    """
    desk.require(Action.MANAGE_POLICY)
    pack, policy = named_policy(named)
    rows = _versions(desk)
    for row in rows:
        if row.sha256 == policy.sha256 and row.status != PolicyStatus.WITHDRAWN:
            raise WrongState(N_("Version {no} says the same already."), no=row.version_no)
    added = kept_version(pack, policy, 1 + max((row.version_no for row in rows), default=0))
    added.added_by_id, added.added_at = desk.actor.id, desk.now
    desk.session.add(added)
    desk.session.flush()
    _audit(desk, "policy.add", added, pack=policy.name, pack_version=policy.version)
    return version(desk, added.version_no)


def approve_version(desk: WritingDesk, version_no: int, begins: date) -> VersionRow:
    """Put a draft in force from a day on; the version before it ends on the day before.

    Raises:
        NotAllowed: the role may not manage policies, or the actor added the version.
        NotFound: there is none of that number.
        WrongState: it is no draft, or not as it was added.
        InvalidInput: the day is over, or a version begins on it or later.
    """
    desk.require(Action.MANAGE_POLICY)
    row = _get(desk, version_no)
    if row.status != PolicyStatus.DRAFT:
        raise WrongState(N_("Version {no} is no draft: it was dealt with before."), no=version_no)
    if row.added_by_id == desk.actor.id:
        raise NotAllowed(
            N_("You added version {no} yourself. Another supervisor or admin approves it."),
            no=version_no,
        )
    policy_numbered(desk.ask, version_no)
    _change_end(desk, ended_by(_periods(desk), begins, desk.today))
    row.effective_from, row.effective_to = begins, None
    row.status = PolicyStatus.APPROVED
    row.approved_by_id, row.approved_at = desk.actor.id, desk.now
    desk.session.add(row)
    settle(desk)
    _audit(desk, "policy.approve", row, effective_from=begins)
    return version(desk, version_no)


def withdraw_version(desk: WritingDesk, version_no: int) -> VersionRow:
    """Take a draft back, or an approved version that has not begun; the one before it goes on.

    Raises:
        NotAllowed: the role may not manage policies.
        NotFound: there is none of that number.
        WrongState: it has begun, or was withdrawn before.
    """
    desk.require(Action.MANAGE_POLICY)
    row = _get(desk, version_no)
    if row.status == PolicyStatus.WITHDRAWN:
        raise WrongState(N_("Version {no} was withdrawn before."), no=version_no)
    if row.status in HELD:
        _change_end(desk, continued(_periods(desk), version_no, desk.today))
    row.status = PolicyStatus.WITHDRAWN
    desk.session.add(row)
    settle(desk)
    _audit(desk, "policy.withdraw", row)
    return version(desk, version_no)


def settle(desk: WritingDesk) -> None:
    """Write what time has done: approved versions have begun, others are superseded."""
    for row in _versions(desk):
        status = PolicyStatus(row.status)
        row.status = status_on(desk.today, status, row.effective_from, row.effective_to)
        desk.session.add(row)
    desk.session.flush()


def _change_end(desk: WritingDesk, period: Period | None) -> None:
    if period is not None:
        row = _get(desk, period.version_no)
        row.effective_to = period.ends
        desk.session.add(row)


def _periods(desk: WritingDesk) -> list[Period]:
    return [
        Period(row.version_no, row.effective_from, row.effective_to)
        for row in _versions(desk)
        if row.status in HELD
    ]


def _versions(desk: WritingDesk) -> list[PolicyVersion]:
    from sqlmodel import select

    from models.policy import PolicyVersion

    mine = select(PolicyVersion).where(PolicyVersion.code == CODE, PolicyVersion.scope == SCOPE)
    return list(desk.session.exec(mine.order_by(PolicyVersion.version_no)))  # type: ignore[arg-type]


def _get(desk: WritingDesk, version_no: int) -> PolicyVersion:
    for row in _versions(desk):
        if row.version_no == version_no:
            return row
    raise _unknown(version_no)


def kept_version(pack: Pack, policy: Policy, version_no: int) -> PolicyVersion:
    """A draft of what a pack says, the rest days in it, with its text as it was written."""
    from models.policy import PolicyVersion

    return PolicyVersion(
        code=CODE,
        scope=SCOPE,
        version_no=version_no,
        body=pack.files[0][1],
        parameters=dict(pack.values),
        sha256=policy.sha256,
    )


def _audit(desk: WritingDesk, action: str, row: PolicyVersion, **diff: object) -> None:
    desk.work.audit(
        action, "policy_version", row.uid, version_no=row.version_no, sha256=row.sha256, **diff
    )
