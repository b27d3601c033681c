"""Defects of goods without a special state rule, fresh food, and deliveries that were wrong."""

from __future__ import annotations

from typing import Final

from counter.rules.case import Case, RuleFunction, Ruling
from counter.rules.verdict import Rule
from models.terms import Remedy, VerdictWord

_ALL: Final = (Remedy.REFUND, Remedy.EXCHANGE, Remedy.REPAIR)
_REFUND_OR_EXCHANGE: Final = (Remedy.REFUND, Remedy.EXCHANGE)


def damaged_by_customer(case: Case) -> Ruling | None:
    """Q3: damage shown to come from the customer."""
    if not case.facts.misuse:
        return None
    return Ruling(Rule.Q3, VerdictWord.REFUSE, (Remedy.PAID_REPAIR,), fields=("misuse",))


def burden_of_proof(case: Case) -> Ruling | None:
    """B1: the cause is disputed soon after the sale: the store has to prove it (CPL art. 23)."""
    months = case.policy.burden_of_proof_months
    if months is None or not case.facts.fault_disputed:
        return None
    if case.facts.category not in case.policy.burden_of_proof_categories:
        return None
    period = case.months(months)
    if not case.is_open(period):
        return None
    return Ruling(Rule.B1, VerdictWord.REFER, (Remedy.REPAIR,), period, ("fault_disputed",))


def early_defect(case: Case) -> Ruling | None:
    """Q1: within seven days the customer chooses (CPL art. 24)."""
    if period := case.open_days(case.policy.defect_refund_days):
        return Ruling(Rule.Q1, VerdictWord.REFUND, _ALL, period)
    return None


def late_defect(case: Case) -> Ruling | None:
    """Q2: later, to the outer limit of two years (Civil Code art. 563, 610, 621)."""
    period = case.outer_limit
    if not case.is_open(period):
        return Ruling(Rule.Q2, VerdictWord.REFUSE, (Remedy.PAID_REPAIR,), period)
    if case.facts.purpose_defeated:
        return Ruling(Rule.Q2, VerdictWord.REFER, _ALL, period)
    return Ruling(Rule.Q2, VerdictWord.EXCHANGE, (Remedy.EXCHANGE, Remedy.REPAIR), period)


def fresh_defect(case: Case) -> Ruling | None:
    """F3: fresh food, next day at the counter; then the supervisor; then no more (CC art. 622)."""
    if period := case.open_days(case.policy.fresh_defect_days_at_counter):
        return Ruling(Rule.F3, VerdictWord.REFUND, _REFUND_OR_EXCHANGE, period)
    period = case.days(case.policy.fresh_defect_refer_days or 0)
    if case.is_open(period):
        return Ruling(Rule.F3, VerdictWord.REFER, _REFUND_OR_EXCHANGE, period)
    return Ruling(Rule.F3, VerdictWord.REFUSE, window=period)


def wrong_delivery(case: Case) -> Ruling | None:
    """S1: the wrong item, or too few (CPL art. 48, 52)."""
    if period := case.open_days(case.policy.defect_refund_days):
        return Ruling(Rule.S1, VerdictWord.REFUND, _REFUND_OR_EXCHANGE, period)
    period = case.outer_limit
    if case.is_open(period):
        return Ruling(Rule.S1, VerdictWord.EXCHANGE, (Remedy.EXCHANGE,), period)
    return Ruling(Rule.S1, VerdictWord.REFUSE, window=period)


GENERAL: Final[tuple[RuleFunction, ...]] = (
    damaged_by_customer,
    burden_of_proof,
    early_defect,
    late_defect,
)
FRESH: Final[tuple[RuleFunction, ...]] = (damaged_by_customer, fresh_defect)
WRONG: Final[tuple[RuleFunction, ...]] = (wrong_delivery,)
