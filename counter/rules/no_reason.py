"""Returns without a reason: the seven days of distance sales, and the shop's own promise."""

from __future__ import annotations

from typing import Final

from counter.rules.case import Case, RuleFunction, Ruling
from counter.rules.verdict import Rule
from models.terms import Remedy, VerdictWord

# --- distance sales: CPL art. 25 ------------------------------------------------------------


def excluded_by_law(case: Case) -> Ruling | None:
    """NR1-X: made to order, perishable, opened software, newspapers (CPL art. 25)."""
    if case.policy.distance_excludes.is_met(case.facts):
        return Ruling(Rule.NR1_X, VerdictWord.REFUSE, fields=("category",))
    return None


def excluded_by_confirmation(case: Case) -> Ruling | None:
    """NR1-C: goods of three kinds, and the buyer confirmed it at that purchase (Regs art. 19)."""
    facts = case.facts
    if facts.confirmed_no_return and case.policy.distance_excludes_when_confirmed.is_met(facts):
        return Ruling(Rule.NR1_C, VerdictWord.REFUSE, fields=("confirmed_no_return",))
    return None


def not_intact(case: Case) -> Ruling | None:
    """NR1-I: the goods are not intact; opening the box is no reason (measure art. 8, 9)."""
    failing = case.policy.distance_needs.unmet(case.facts)
    return Ruling(Rule.NR1_I, VerdictWord.REFUSE, fields=failing) if failing else None


def withdrawal_over(case: Case) -> Ruling | None:
    """NR1-T: later than the last day; it has not begun for what was not signed for."""
    period = case.days(case.policy.distance_days)
    if case.facts.received_date is None or case.is_open(period):
        return None
    return Ruling(Rule.NR1_T, VerdictWord.REFUSE, window=period, fields=("checked_on",))


def withdrawal(case: Case) -> Ruling | None:
    """NR1: money back without a reason (CPL art. 25)."""
    signed = case.facts.received_date is not None
    period = case.days(case.policy.distance_days) if signed else None
    return Ruling(Rule.NR1, VerdictWord.REFUND, (Remedy.REFUND,), period)


DISTANCE: Final[tuple[RuleFunction, ...]] = (
    excluded_by_law,
    excluded_by_confirmation,
    not_intact,
    withdrawal_over,
    withdrawal,
)

# --- sales in the shop: what it has promised (Regs art. 12) ---------------------------------


def has_promise(case: Case) -> bool:
    """Whether the shop takes goods back without a reason at all."""
    return case.facts.store_promise and case.policy.store_refund_days is not None


def no_promise(case: Case) -> Ruling | None:
    """NR0: without a promise there is no right; the rules of the promise are not looked at."""
    if has_promise(case):
        return None
    return Ruling(Rule.NR0, VerdictWord.REFUSE, fields=("store_promise",))


def excluded_by_promise(case: Case) -> Ruling | None:
    """NR2-X: goods that the promise leaves out."""
    if has_promise(case) and case.policy.store_promise_excludes.is_met(case.facts):
        return Ruling(Rule.NR2_X, VerdictWord.REFUSE, fields=("category",))
    return None


def promise_condition_failed(case: Case) -> Ruling | None:
    """NR2-I: packaging, accessories, fit for resale: whatever the promise needs."""
    failing = case.policy.store_promise_needs.unmet(case.facts) if has_promise(case) else ()
    return Ruling(Rule.NR2_I, VerdictWord.REFUSE, fields=failing) if failing else None


def promise_over(case: Case) -> Ruling | None:
    """NR2-T: the exchange period is over, and the refund period, should it be the longer one."""
    if not has_promise(case):
        return None
    lengths = case.policy.store_refund_days, case.policy.store_exchange_days
    period = case.promised(max(length for length in lengths if length is not None))
    if period is None or case.is_open(period):
        return None
    return Ruling(Rule.NR2_T, VerdictWord.REFUSE, window=period, fields=("checked_on",))


def promise(case: Case) -> Ruling | None:
    """NR2: refund or exchange, later exchange only."""
    period = case.promised(case.policy.store_refund_days)
    if period is not None and case.is_open(period):
        return Ruling(Rule.NR2, VerdictWord.REFUND, (Remedy.REFUND, Remedy.EXCHANGE), period)
    period = case.promised(case.policy.store_exchange_days)
    if period is not None and case.is_open(period):
        return Ruling(Rule.NR2, VerdictWord.EXCHANGE, (Remedy.EXCHANGE,), period)
    return None


STORE: Final[tuple[RuleFunction, ...]] = (
    no_promise,
    excluded_by_promise,
    promise_condition_failed,
    promise_over,
    promise,
)
