"""The return check: facts and a policy version give a verdict, always the same one.

``reason`` selects exactly one track; a claim that fails there is not tried in another. The first
rule that applies names the verdict; every rule that can fail is asked, so that all that is missing
can be said at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from counter.rules import amounts, defects, guarantees, no_reason
from counter.rules.case import Case, RuleFunction, Ruling
from counter.rules.facts import Facts
from counter.rules.policy import Policy
from counter.rules.verdict import FailedRule, PolicyName, Rule, Verdict
from models.terms import GoodsCategory, Proof, Remedy, ReturnReason, VerdictWord

DEFECTS: Final = frozenset(
    {ReturnReason.QUALITY, ReturnReason.NOT_AS_DESCRIBED, ReturnReason.DELIVERY_DAMAGE}
)
"""The reasons that are judged as a defect."""


def decide(facts: Facts, policy: Policy) -> Verdict:
    """The verdict on ``facts`` under ``policy``: pure, for the same two always the same."""
    case = Case(facts, policy)
    found = rulings(case)
    decisive = deciding(found)
    refund, depreciation = _refund(case, decisive)
    rule = named_rule(case, decisive)
    return Verdict(
        facts.id,
        decisive.verdict,
        decisive.remedies,
        rule,
        tuple([FailedRule(one.rule, field) for one in found for field in one.fields]),
        decisive.window.last_day if decisive.window else None,
        facts.quantity_sold - facts.quantity_returned_before,
        refund,
        depreciation,
        _compensation(case, rule),
        PolicyName(policy.name, policy.version),
    )


# --- which rules apply ----------------------------------------------------------------------


def rulings(case: Case) -> list[Ruling]:
    """What the rules that apply say, in their order: what decides, and all that is missing."""
    facts = case.facts
    if facts.open_refund:
        return [_OPEN_REFUND]
    if facts.quantity_requested > facts.quantity_sold - facts.quantity_returned_before:
        return [_TOO_MANY]
    if facts.reason is ReturnReason.RECALL:
        return [_RECALL]
    found = [] if has_proof(case) else [_NO_PROOF]
    for rule in track(case):
        if found and rule in _GRANTS:
            continue
        ruling = rule(case)
        if ruling is not None:
            found.append(ruling)
    return found


def deciding(found: Sequence[Ruling]) -> Ruling:
    """The first ruling that can name the verdict; each track ends with one."""
    for ruling in found:
        if ruling.decides:
            return ruling
    raise LookupError("no rule of the track decided")


def named_rule(case: Case, decisive: Ruling) -> Rule:
    """The rule of the verdict: a harmless flaw of a label is judged as another, but named F2."""
    flaw = case.facts.reason is ReturnReason.LABEL_FLAW
    return Rule.F2 if flaw and decisive.rule not in _GATES else decisive.rule


def has_proof(case: Case) -> bool:
    """Whether anything shows the purchase; a serial number does for a phone's defect alone."""
    proof = case.facts.proof
    if proof is Proof.SERIAL_ONLY:
        return case.facts.reason in DEFECTS and case.papers_are_lost
    return proof is not Proof.NONE


def track(case: Case) -> tuple[RuleFunction, ...]:
    """The rules that the reason selects, in order."""
    reason = case.facts.reason
    if reason in DEFECTS:
        return _defect_track(case)
    if reason in _BY_REASON:
        return _BY_REASON[reason]
    return no_reason.DISTANCE if case.is_distance_sale else no_reason.STORE


def _defect_track(case: Case) -> tuple[RuleFunction, ...]:
    if case.guarantee is not None:
        return guarantees.WITHOUT_PAPERS if case.papers_are_lost else guarantees.GUARANTEED
    fresh = case.facts.category is GoodsCategory.FRESH_FOOD
    if fresh and case.policy.fresh_defect_refer_days is not None:
        return defects.FRESH
    return defects.GENERAL


# --- gates, and tracks of one rule ----------------------------------------------------------

_OPEN_REFUND: Final = Ruling(Rule.R03, VerdictWord.REFER, fields=("open_refund",))
_TOO_MANY: Final = Ruling(Rule.R00, VerdictWord.REFUSE, fields=("quantity_requested",))
_NO_PROOF: Final = Ruling(Rule.R01, VerdictWord.REFER, fields=("proof",))
_RECALL: Final = Ruling(Rule.K1, VerdictWord.REFUND, (Remedy.REFUND,))
_GATES: Final = frozenset({Rule.R03, Rule.R00, Rule.R01})


def unqualified(case: Case) -> Ruling | None:
    """A1: an authority found the goods unqualified (CPL art. 54)."""
    return Ruling(Rule.A1, VerdictWord.REFUND, (Remedy.REFUND,))


def unsafe_food(case: Case) -> Ruling | None:
    """F1: food unsafe or past its date when it was sold (FSL art. 148)."""
    return Ruling(Rule.F1, VerdictWord.REFER, _with_compensation(case.policy.food is not None))


def fraud(case: Case) -> Ruling | None:
    """D1: fake, adulterated, falsely dated (CPL art. 55)."""
    return Ruling(Rule.D1, VerdictWord.REFER, _with_compensation(case.policy.fraud is not None))


def _with_compensation(there_is: bool) -> tuple[Remedy, ...]:
    return (Remedy.REFUND, Remedy.COMPENSATION) if there_is else (Remedy.REFUND,)


_BY_REASON: Final[dict[ReturnReason, tuple[RuleFunction, ...]]] = {
    ReturnReason.AUTHORITY_FAILED: (unqualified,),
    ReturnReason.EXPIRED_AT_SALE: (unsafe_food,),
    ReturnReason.FOOD_UNSAFE: (unsafe_food,),
    ReturnReason.COUNTERFEIT: (fraud,),
    ReturnReason.WRONG_ITEM: defects.WRONG,
    ReturnReason.SHORT_QUANTITY: defects.WRONG,
}

_GRANTS: Final[frozenset[RuleFunction]] = frozenset(
    {
        no_reason.withdrawal,
        no_reason.promise,
        defects.early_defect,
        defects.late_defect,
        defects.fresh_defect,
        guarantees.first_days,
        guarantees.exchange_days,
        guarantees.repairer_delay,
        guarantees.parts_wait,
        guarantees.repaired_in_vain,
        guarantees.free_repair,
    }
)
"""The rules that say nothing of what is missing: not asked once another has named the verdict."""

# --- amounts --------------------------------------------------------------------------------


def _refund(case: Case, decisive: Ruling) -> tuple[int | None, int | None]:
    """Refund and depreciation; both None where no rate is known for the goods."""
    if not decisive.remedies:
        return None, None
    facts, price = case.facts, case.price_minor
    if Remedy.REFUND_WITH_DEPRECIATION in decisive.remedies:
        rate = case.guarantee.depreciation_per_day if case.guarantee else None
        if rate is None:
            return None, None
        lost = amounts.depreciation(price, rate, depreciation_days(facts))
        return price - lost, lost
    if Remedy.REFUND not in decisive.remedies:
        return None, None
    kept_gift = decisive.rule is Rule.NR1 and not facts.gift_returned
    refund = max(price - facts.gift_price_minor, 0) if kept_gift else price
    return refund, 0 if decisive.rule is Rule.W9 else None


def depreciation_days(facts: Facts) -> int:
    """Days of use: from the invoice to today, less the days in repair."""
    return max((facts.checked_on - facts.purchase_date).days - facts.repair_days, 0)


def _compensation(case: Case, rule: Rule) -> int | None:
    """The punitive amount alone, for the units asked about."""
    if rule not in _PUNITIVE:
        return None
    policy, price = case.policy, case.price_minor
    if rule is Rule.F2:
        return 0
    if rule is Rule.F1 and policy.food is not None:
        return amounts.food_compensation(policy.food, price, case.facts.loss_minor)
    if rule is Rule.D1 and policy.fraud is not None:
        return amounts.fraud_compensation(policy.fraud, price)
    return None


_PUNITIVE: Final = frozenset({Rule.F1, Rule.F2, Rule.D1})
