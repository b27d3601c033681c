"""One case under one policy version: its day 0, its windows, and what a single rule says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from counter.rules.deadlines import Window, days_after, window
from counter.rules.facts import Facts
from counter.rules.policy import Guarantee, Policy
from counter.rules.verdict import Rule
from models.terms import FaultPart, GoodsCategory, Proof, Remedy, SaleChannel, VerdictWord


class Ruling(NamedTuple):
    """What a rule says when it applies.

    Attributes:
        rule: which one.
        verdict: the strongest thing a clerk may grant by it.
        remedies: what it supports, strongest first.
        window: the period whose last day the verdict names.
        fields: the facts that fail it; none where the rule speaks for the customer.
        decides: whether it can name the verdict, or only says what else is missing.
    """

    rule: Rule
    verdict: VerdictWord
    remedies: tuple[Remedy, ...] = ()
    window: Window | None = None
    fields: tuple[str, ...] = ()
    decides: bool = True


class Case:
    """Facts and policy, with the dates that several rules need.

    Attributes:
        start: day 0, the latest of sale, receipt and installation.
    """

    __slots__ = ("_warranty", "facts", "policy", "roll_rule", "start", "today")

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self.facts = facts
        self.policy = policy
        self.today = facts.checked_on
        self.roll_rule = facts.roll_rule or policy.roll_rule
        start = facts.purchase_date
        for later in (facts.received_date, facts.installed_date):
            if later is not None and later > start:
                start = later
        self.start: date = start
        self._warranty: Window | None = None

    @property
    def is_distance_sale(self) -> bool:
        """Whether the goods were not bought in the shop."""
        return self.facts.channel is not SaleChannel.STORE

    @property
    def price_minor(self) -> int:
        """The price of what is asked to go back."""
        return self.facts.unit_price_minor * self.facts.quantity_requested

    @property
    def guarantee(self) -> Guarantee | None:
        """The three guarantees of the category, where it has them."""
        return self.policy.three_guarantees.get(self.facts.category)

    @property
    def serial_number_will_do(self) -> bool:
        """Whether a phone's serial number is all that there is (2001 rules for phones)."""
        return (
            self.facts.proof is Proof.SERIAL_ONLY
            and self.facts.category is GoodsCategory.PHONE
            and self.guarantee is not None
            and self.policy.serial_only_start_days is not None
        )

    @property
    def papers_are_lost(self) -> bool:
        """Whether the serial number alone says how old the phone is."""
        return self.serial_number_will_do and self.facts.production_date is not None

    def days(self, days: int, start: date | None = None) -> Window:
        """The window of so many days, by default from day 0."""
        return window(start or self.start, self.policy.rest_days, self.roll_rule, days=days)

    def months(self, months: int) -> Window:
        """The window of so many months from day 0."""
        return window(self.start, self.policy.rest_days, self.roll_rule, months=months)

    def open_days(self, days: int | None, start: date | None = None) -> Window | None:
        """The window of so many days while it is open; None later, or where there is no right."""
        if days is None:
            return None
        found = self.days(days, start)
        return found if self.is_open(found) else None

    def is_open(self, period: Window) -> bool:
        """Whether a request today is in time: the last day counts until closing time."""
        return self.today <= period.last_day

    @property
    def tier_days(self) -> int:
        """By how many days the shop's promise is longer for this member."""
        return self.policy.tier_extra_days.get(self.facts.tier, 0)

    def promised(self, days: int | None) -> Window | None:
        """The window of so many days of the shop's promise, and of the member's tier."""
        return None if days is None else self.days(days + self.tier_days)

    @property
    def outer_limit(self) -> Window:
        """Until when a defect can be claimed at all (Civil Code art. 621)."""
        return self.months(self.policy.general_defect_outer_months)

    @property
    def guarantee_start(self) -> date:
        """Day 0 of repair and exchange: an exchange begins both anew."""
        return self.facts.exchanged_on or self.start

    @property
    def warranty(self) -> Window:
        """The warranty of the faulty part, with the days in repair (Regs art. 18).

        Only of goods with three guarantees.
        """
        if self._warranty is None:
            guarantee = self.policy.three_guarantees[self.facts.category]
            main = self.facts.fault_part is FaultPart.MAIN
            self._warranty = window(
                self._warranty_start(),
                self.policy.rest_days,
                self.roll_rule,
                months=guarantee.main_part_months if main else guarantee.warranty_months,
                repair_days=self.facts.repair_days,
            )
        return self._warranty

    def _warranty_start(self) -> date:
        """Of a phone whose papers are lost: a time after it was made, whenever it was sold."""
        made, wait = self.facts.production_date, self.policy.serial_only_start_days
        if self.papers_are_lost and made is not None and wait is not None:
            return days_after(made, wait)
        return self.guarantee_start


RuleFunction = Callable[[Case], Ruling | None]
"""A rule: None where it does not apply to the case."""
