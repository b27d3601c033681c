"""Decisions as they are kept: facts, version of the rules, verdict; never edited, only overridden.

The same facts and the same version give the same verdict years later (invariant 11);
:func:`recomputed` says whether a kept one still does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from sqlmodel import col, select

from counter.desk import Actor, WritingDesk
from counter.return_check import Judged
from counter.rules.eligibility import decide
from counter.rules.facts import Facts, read_facts
from counter.rules.policy import Policy
from counter.rules.verdict import Verdict
from models.errors import InvalidInput
from models.returns import ConditionCheck, EligibilityDecision, ReturnLine
from models.terms import Remedy, VerdictWord

CONDITIONS: Final = (
    "opened",
    "used",
    "activated",
    "misuse",
    "packaging_intact",
    "accessories_complete",
    "resale_ok",
    "tags_attached",
    "seal_intact",
)
"""The facts that somebody sees on the goods."""

_WORDS: Final = {
    Remedy.REFUND: VerdictWord.REFUND,
    Remedy.REFUND_WITH_DEPRECIATION: VerdictWord.REFUND,
    Remedy.EXCHANGE: VerdictWord.EXCHANGE,
    Remedy.EXCHANGE_OTHER_MODEL: VerdictWord.EXCHANGE,
    Remedy.REPAIR: VerdictWord.REPAIR,
    Remedy.PAID_REPAIR: VerdictWord.REFUSE,
    Remedy.COMPENSATION: VerdictWord.REFER,
}
"""What a supervisor's decision for a remedy is called."""


def keep(desk: WritingDesk, line: ReturnLine, judged: Judged) -> EligibilityDecision:
    """Keep a verdict on a line, and what the goods looked like to whoever gave it."""
    desk.session.add(
        ConditionCheck(
            return_line_id=_key(line),
            at=desk.now,
            checked_by_id=desk.actor.id,
            **{name: getattr(judged.facts, name) for name in CONDITIONS},
        )
    )
    verdict = judged.verdict
    facts = judged.facts.to_json()
    result = _result(verdict, judged.payable_minor, judged.remainder_minor)
    row = EligibilityDecision(
        return_line_id=_key(line),
        policy_version_id=judged.stored.id,
        computed_at=desk.now,
        actor_id=desk.actor.id,
        facts=facts,
        verdict=verdict.verdict,
        remedies=list(verdict.remedies),
        rule=verdict.rule,
        failed_rules=[{"rule": rule, "field": field} for rule, field in verdict.failed_rules],
        last_day=verdict.last_day,
        result=result,
        sha256=fingerprint(facts, judged.stored.policy.sha256, result),
    )
    desk.session.add(row)
    desk.session.flush()
    return row


def overridden(
    desk: WritingDesk,
    line: ReturnLine,
    before: EligibilityDecision,
    by: Actor,
    remedy: Remedy | None,
    reason: str,
    *,
    payable_minor: int | None,
) -> EligibilityDecision:
    """Add a row that says otherwise; the one before stays as it was (invariant 9).

    Args:
        desk: where.
        line: of which case.
        before: the decision that is overridden.
        by: the supervisor.
        remedy: what is granted against the rule; None refuses what it supports.
        reason: why.
        payable_minor: what goes back, where the remedy is a refund.
    """
    result = {**before.result, "payable_minor": payable_minor}
    row = EligibilityDecision(
        return_line_id=_key(line),
        policy_version_id=before.policy_version_id,
        computed_at=desk.now,
        actor_id=by.id,
        facts=before.facts,
        verdict=_WORDS[remedy] if remedy is not None else VerdictWord.REFUSE,
        remedies=[remedy] if remedy is not None else [],
        rule=before.rule,
        failed_rules=before.failed_rules,
        last_day=before.last_day,
        result=result,
        sha256=_overriding(before.sha256, result),
        overrides_id=before.id,
        override_reason=reason,
    )
    desk.session.add(row)
    desk.session.flush()
    return row


def newest(desk: WritingDesk, line: ReturnLine) -> EligibilityDecision:
    """The decision that holds for a line."""
    found = desk.session.exec(
        select(EligibilityDecision)
        .where(EligibilityDecision.return_line_id == line.id)
        .order_by(col(EligibilityDecision.id).desc())
    ).first()
    if found is None:
        raise RuntimeError("A line of a return has no decision.")
    return found


def facts_of(decision: Mapping[str, Any]) -> Facts:
    """The facts that a decision was made on."""
    return read_facts(decision)


def recomputed(
    facts: Mapping[str, Any], policy: Policy, result: Mapping[str, Any], sha256: str
) -> bool:
    """Whether the rules still give the verdict that was kept, and nothing of it was changed."""
    try:
        verdict = decide(read_facts(facts), policy)
    except InvalidInput:
        return False
    again = _result(verdict, result.get("payable_minor"), result.get("remainder_minor", 0))
    return again == dict(result) and fingerprint(facts, policy.sha256, result) == sha256


def is_override_of(before_sha256: str, result: Mapping[str, Any], sha256: str) -> bool:
    """Whether a supervisor's decision is the one that was written about the row before."""
    return sha256 == _overriding(before_sha256, result)


def _overriding(before_sha256: str, result: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{before_sha256}{_canonical(result)}".encode()).hexdigest()


def fingerprint(facts: Mapping[str, Any], policy_sha256: str, result: Mapping[str, Any]) -> str:
    """SHA-256 over facts, version of the rules and verdict."""
    text = f"{_canonical(facts)}{policy_sha256}{_canonical(result)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _result(verdict: Verdict, payable_minor: int | None, remainder_minor: int) -> dict[str, Any]:
    kept = verdict.to_json()
    del kept["explanation"]  # made again in the language of whoever asks
    kept |= {"payable_minor": payable_minor, "remainder_minor": remainder_minor}
    return json.loads(_canonical(kept))  # type: ignore[no-any-return]


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _key(line: ReturnLine) -> int:
    if line.id is None:
        raise RuntimeError("A line of a return was not stored.")
    return line.id
