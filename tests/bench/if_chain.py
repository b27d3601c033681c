"""The floor of the return check: the shipped rules as somebody in a hurry would write them down.

One chain of conditions over plain values, every number of the pack ``cn`` written into it, the
first match returned: the verdict, its rule, the last day and the refund, and nothing of what else
is missing. Only the days that rest are a table here, too.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from counter.rules.facts import Facts
from counter.rules.rest_days import RestDays

Answer = tuple[str, str, date | None, int | None]
"""Verdict, rule, last day, refund in minor units."""

_DAY: Final = timedelta(1)
_3_DAYS: Final = timedelta(3)
_7_DAYS: Final = timedelta(7)
_15_DAYS: Final = timedelta(15)
_90_DAYS: Final = timedelta(90)


class IfChain:
    """The chain, and every day that rests, by the word of the roll rule (None is the usual one)."""

    def __init__(self, rest_days: RestDays, first: date, last: date) -> None:
        days = [first + timedelta(day) for day in range((last - first).days)]
        named = frozenset(day for day in days if day in rest_days.named - rest_days.working)
        resting = frozenset(
            day
            for day in days
            if day in named or (day.isoweekday() > 5 and day not in rest_days.working)
        )
        self._resting: Mapping[str | None, frozenset[date]] = {
            None: resting, "rest_day": resting, "holiday": named, "none": frozenset(),
        }  # fmt: skip

    def decide(self, facts: Facts) -> Answer:
        """The first rule that applies."""
        if facts.open_refund:
            return "refer", "R03", None, None
        requested = facts.quantity_requested
        if requested > facts.quantity_sold - facts.quantity_returned_before:
            return "refuse", "R00", None, None
        price = facts.unit_price_minor * requested
        reason: str = facts.reason
        if reason == "recall":
            return "refund", "K1", None, price
        proof: str = facts.proof
        category: str = facts.category
        defect = reason == "quality" or reason == "not_as_described" or reason == "delivery_damage"
        if proof == "none":
            return "refer", "R01", None, None
        if proof == "serial_only" and not (
            defect and category == "phone" and facts.production_date is not None
        ):
            return "refer", "R01", None, None
        resting = self._resting[facts.roll_rule]
        start = facts.purchase_date
        if facts.received_date is not None and facts.received_date > start:
            start = facts.received_date
        if facts.installed_date is not None and facts.installed_date > start:
            start = facts.installed_date
        if defect:
            if category == "phone" or category == "computer":
                return _guaranteed(facts, category, start, price, resting)
            if category == "appliance" or category == "tv":
                return _guaranteed(facts, category, start, price, resting)
            if category == "fresh_food":
                return _fresh(facts, start, price, resting)
            return _general(facts, start, price, resting)
        if reason == "no_reason":
            return _no_reason(facts, category, start, price, resting)
        if reason == "label_flaw":
            verdict, _rule, last_day, refund = _no_reason(facts, category, start, price, resting)
            return verdict, "F2", last_day, refund
        if reason == "wrong_item" or reason == "short_quantity":
            return _wrong(facts, start, price, resting)
        if reason == "counterfeit":
            return "refer", "D1", None, price
        if reason == "authority_failed":
            return "refund", "A1", None, price
        return "refer", "F1", None, price


def _guaranteed(
    facts: Facts, category: str, start: date, price: int, resting: frozenset[date]
) -> Answer:
    if facts.misuse:
        return "refuse", "W7", None, None
    today = facts.checked_on
    begun = facts.exchanged_on or start
    lost = category == "phone" and facts.proof == "serial_only"
    if lost and facts.production_date is not None:
        begun = facts.production_date + _90_DAYS
    main = facts.fault_part == "main"
    months = 12
    if main and category == "computer":
        months = 24
    elif main and category != "phone":
        months = 36
    if lost:
        last = _warranty(begun, months, facts.repair_days, resting)
        return ("repair", "W11", last, None) if today <= last else ("refuse", "W8", last, None)
    if facts.fault_disputed and category != "phone":
        last = _rolled(_months(start, 6), resting)
        if today <= last:
            return "refer", "B1", last, None
    last = _rolled(start + _7_DAYS, resting)
    if today <= last:
        return "refund", "W1", last, price
    last = _rolled(begun + _15_DAYS, resting)
    if today <= last:
        if facts.same_model_available:
            return "exchange", "W2", last, None
        return "refund", "W9", _warranty(begun, months, facts.repair_days, resting), price
    last = _warranty(begun, months, facts.repair_days, resting)
    if today > last:
        return "refuse", "W8", last, None
    if facts.wait_cause == "repairer" and facts.wait_days > 30:
        rule = "W6"
    elif facts.wait_cause == "parts" and facts.wait_days > (
        60 if category == "phone" or category == "computer" else 90
    ):
        rule = "W5"
    elif facts.repairs_done >= 2:
        rule = "W4"
    else:
        return "repair", "W12" if main else "W3", last, None
    if not facts.same_model_available:
        return "refund", "W9", last, price
    if category == "phone" or category == "computer":
        days = max((today - facts.purchase_date).days - facts.repair_days, 0)
        lost_minor = (price * days * (20 if category == "phone" else 10) + 2000) // 4000
        return "exchange", rule, last, price - min(lost_minor, price)
    return "exchange", rule, last, None


def _fresh(facts: Facts, start: date, price: int, resting: frozenset[date]) -> Answer:
    if facts.misuse:
        return "refuse", "Q3", None, None
    last = _rolled(start + _DAY, resting)
    if facts.checked_on <= last:
        return "refund", "F3", last, price
    last = _rolled(start + _7_DAYS, resting)
    if facts.checked_on <= last:
        return "refer", "F3", last, price
    return "refuse", "F3", last, None


def _general(facts: Facts, start: date, price: int, resting: frozenset[date]) -> Answer:
    if facts.misuse:
        return "refuse", "Q3", None, None
    last = _rolled(start + _7_DAYS, resting)
    if facts.checked_on <= last:
        return "refund", "Q1", last, price
    last = _rolled(_months(start, 24), resting)
    if facts.checked_on > last:
        return "refuse", "Q2", last, None
    if facts.purpose_defeated:
        return "refer", "Q2", last, price
    return "exchange", "Q2", last, None


def _wrong(facts: Facts, start: date, price: int, resting: frozenset[date]) -> Answer:
    last = _rolled(start + _7_DAYS, resting)
    if facts.checked_on <= last:
        return "refund", "S1", last, price
    last = _rolled(_months(start, 24), resting)
    return "exchange" if facts.checked_on <= last else "refuse", "S1", last, None


def _no_reason(
    facts: Facts, category: str, start: date, price: int, resting: frozenset[date]
) -> Answer:
    if facts.channel != "store":
        return _distance(facts, category, start, price, resting)
    if not facts.store_promise:
        return "refuse", "NR0", None, None
    if category in _NEVER_BACK or (
        facts.opened and (category == "cosmetics" or category == "packaged_food")
    ):
        return "refuse", "NR2-X", None, None
    if not (facts.packaging_intact and facts.accessories_complete and facts.resale_ok):
        return "refuse", "NR2-I", None, None
    tier: str = facts.tier
    if tier == "gold":
        start += _3_DAYS
    elif tier == "diamond":
        start += _7_DAYS
    last = _rolled(start + _7_DAYS, resting)
    if facts.checked_on <= last:
        return "refund", "NR2", last, price
    last = _rolled(start + _15_DAYS, resting)
    if facts.checked_on <= last:
        return "exchange", "NR2", last, None
    return "refuse", "NR2-T", last, None


def _distance(
    facts: Facts, category: str, start: date, price: int, resting: frozenset[date]
) -> Answer:
    if category == "custom_made" or category == "fresh_food" or category == "periodical":
        return "refuse", "NR1-X", None, None
    if category == "digital" and (facts.opened or facts.activated or not facts.seal_intact):
        return "refuse", "NR1-X", None, None
    device = category in _DEVICES
    if facts.confirmed_no_return and (
        category == "near_expiry_food"
        or (device and (facts.activated or facts.used))
        or (facts.opened and category in _SPOILED_BY_OPENING)
    ):
        return "refuse", "NR1-C", None, None
    if (
        not facts.accessories_complete
        or not facts.resale_ok
        or facts.misuse
        or (not facts.seal_intact and category in _SEALED)
        or (not facts.tags_attached and category in _LABELLED)
        or (device and facts.activated)
    ):
        return "refuse", "NR1-I", None, None
    refund = price if facts.gift_returned else max(price - facts.gift_price_minor, 0)
    if facts.received_date is None:
        return "refund", "NR1", None, refund
    last = _rolled(start + _7_DAYS, resting)
    if facts.checked_on > last:
        return "refuse", "NR1-T", last, None
    return "refund", "NR1", last, refund


_NEVER_BACK: Final = frozenset(
    ("fresh_food", "custom_made", "digital", "periodical", "medicine", "underwear")
)
_DEVICES: Final = frozenset(("phone", "computer", "tv", "appliance"))
_SPOILED_BY_OPENING: Final = frozenset(("medicine", "underwear", "cosmetics", "packaged_food"))
_SEALED: Final = frozenset(
    ("cosmetics", "packaged_food", "near_expiry_food", "medicine", "underwear")
)
_LABELLED: Final = frozenset(("clothing", "shoes", "underwear"))


def _warranty(begun: date, months: int, repair_days: int, resting: frozenset[date]) -> date:
    return _rolled(_months(begun, months) + timedelta(repair_days), resting)


def _rolled(day: date, resting: frozenset[date]) -> date:
    while day in resting:
        day += _DAY
    return day


def _months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if day.day < 29:
        return date(year, month, day.day)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
