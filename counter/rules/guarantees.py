"""Defects of goods under the three guarantees (三包): return, exchange, repair."""

from __future__ import annotations

from typing import Final

from counter.rules.case import Case, RuleFunction, Ruling
from counter.rules.deadlines import Window
from counter.rules.defects import burden_of_proof
from counter.rules.verdict import Rule
from models.terms import FaultPart, Remedy, VerdictWord, WaitCause

_PAID_REPAIR: Final = (Remedy.PAID_REPAIR,)
_REPAIR: Final = (Remedy.REPAIR,)
_EXCHANGE_OR_LESS: Final = (Remedy.EXCHANGE, Remedy.REFUND_WITH_DEPRECIATION)


def misuse(case: Case) -> Ruling | None:
    """W7: misuse, or opened by somebody who is not authorised."""
    if not case.facts.misuse:
        return None
    return Ruling(Rule.W7, VerdictWord.REFUSE, _PAID_REPAIR, fields=("misuse",))


def papers_lost(case: Case) -> Ruling | None:
    """W11: a phone of which only the serial number is left: repair only.

    After its warranty the papers are still missing, but it is W8 that decides.
    """
    period = case.warranty
    is_open = case.is_open(period)
    return Ruling(Rule.W11, VerdictWord.REPAIR, _REPAIR, period, ("proof",), is_open)


def first_days(case: Case) -> Ruling | None:
    """W1: to day 7 from the sale; an exchange does not begin it anew."""
    if period := case.open_days(case.policy.three_guarantees_refund_days):
        remedies = (Remedy.REFUND, Remedy.EXCHANGE, Remedy.REPAIR)
        return Ruling(Rule.W1, VerdictWord.REFUND, remedies, period)
    return None


def exchange_days(case: Case) -> Ruling | None:
    """W2: to day 15, from the exchange where there was one; whenever W1 does not hold."""
    period = case.open_days(case.policy.three_guarantees_exchange_days, case.guarantee_start)
    if period is None:
        return None
    return _exchange(case, Rule.W2, (Remedy.EXCHANGE, Remedy.REPAIR), period)


def warranty_over(case: Case) -> Ruling | None:
    """W8: the warranty of the faulty part is over."""
    period = case.warranty
    if case.is_open(period):
        return None
    return Ruling(Rule.W8, VerdictWord.REFUSE, _PAID_REPAIR, period, ("checked_on",))


def repairer_delay(case: Case) -> Ruling | None:
    """W6: the repairer himself takes longer than 30 days; day 30 itself is not enough."""
    longest = case.policy.repairer_delay_days
    if longest is None or not _waits_longer(case, WaitCause.REPAIRER, longest):
        return None
    return _exchange(case, Rule.W6, _EXCHANGE_OR_LESS, case.warranty)


def parts_wait(case: Case) -> Ruling | None:
    """W5: parts take longer than 90 days (1995 list) or 60 (phones); the day itself is in time."""
    guarantee = case.guarantee
    if guarantee is None or not _waits_longer(case, WaitCause.PARTS, guarantee.parts_wait_days):
        return None
    return _exchange(case, Rule.W5, _EXCHANGE_OR_LESS, case.warranty)


def repaired_in_vain(case: Case) -> Ruling | None:
    """W4: two completed repairs, and it still does not work properly."""
    enough = case.policy.repairs_before_exchange
    if enough is None or case.facts.repairs_done < enough:
        return None
    return _exchange(case, Rule.W4, _EXCHANGE_OR_LESS, case.warranty)


def free_repair(case: Case) -> Ruling | None:
    """W12 for a main part, W3 for the rest: free repair until the warranty ends."""
    rule = Rule.W12 if case.facts.fault_part is FaultPart.MAIN else Rule.W3
    return Ruling(rule, VerdictWord.REPAIR, _REPAIR, case.warranty)


def _exchange(case: Case, rule: Rule, remedies: tuple[Remedy, ...], period: Window) -> Ruling:
    """The exchange by ``rule``, or W9: without the same model the whole price goes back."""
    if case.facts.same_model_available:
        return Ruling(rule, VerdictWord.EXCHANGE, remedies, period)
    instead = (Remedy.REFUND, Remedy.EXCHANGE_OTHER_MODEL)
    return Ruling(Rule.W9, VerdictWord.REFUND, instead, case.warranty)


def _waits_longer(case: Case, cause: WaitCause, days: int) -> bool:
    return case.facts.wait_cause is cause and case.facts.wait_days > days


GUARANTEED: Final[tuple[RuleFunction, ...]] = (
    misuse,
    burden_of_proof,
    first_days,
    exchange_days,
    warranty_over,
    repairer_delay,
    parts_wait,
    repaired_in_vain,
    free_repair,
)
WITHOUT_PAPERS: Final[tuple[RuleFunction, ...]] = (misuse, papers_lost, warranty_over)
