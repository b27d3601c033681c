"""A version of a policy: every number that the return rules read, and the words of their sources.

The same facts and the same version always give the same verdict; other countries are other packs
(``data/reference/policies``). A parameter that is None is a right or a rate that does not exist
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from counter.rules.facts import FIELDS, Facts
from counter.rules.rest_days import RestDays
from models.terms import GoodsCategory, RollRule, Tier


class Condition(NamedTuple):
    """What a pack says of the goods: ``opened cosmetics``, ``not misuse``, ``fresh_food``.

    Attributes:
        category: the goods it is said of; all goods where there is none.
        field: the fact that it looks at; none where the category alone decides.
        value: what that fact has to be.
    """

    category: GoodsCategory | None
    field: str | None
    value: bool


class Conditions:
    """The conditions of one parameter, by category and in the order of the facts."""

    __slots__ = ("_by_category", "written")

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self.written = tuple(conditions)
        ordered = sorted(self.written, key=lambda one: FIELDS.index(one.field) if one.field else -1)
        self._by_category = {
            category: tuple(
                dict.fromkeys(
                    (one.field, one.value) for one in ordered if one.category in (category, None)
                )
            )
            for category in GoodsCategory
        }

    def is_met(self, facts: Facts) -> bool:
        """Whether one of the conditions holds: these goods are excluded."""
        for fact, value in self._by_category[facts.category]:
            if fact is None or getattr(facts, fact) is value:
                return True
        return False

    def unmet(self, facts: Facts) -> tuple[str, ...]:
        """The facts that are not as the conditions need them, in the order of the facts."""
        failing = [
            fact
            for fact, value in self._by_category[facts.category]
            if fact is not None and getattr(facts, fact) is not value
        ]
        return tuple(failing)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The three guarantees (三包) of one category.

    Attributes:
        warranty_months: the whole goods.
        main_part_months: main parts; as long as the whole where no longer period is known.
        parts_wait_days: longest wait for parts since hand-in.
        depreciation_per_day: part of the price; None where no rate is known.
    """

    warranty_months: int
    main_part_months: int
    parts_wait_days: int
    depreciation_per_day: Fraction | None


@dataclass(frozen=True, slots=True)
class Fraud:
    """Punitive compensation after fraud."""

    times: int
    minimum_minor: int


@dataclass(frozen=True, slots=True)
class Food:
    """Punitive compensation for unsafe food."""

    times_price: int
    times_loss: int
    minimum_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of a pack; ``sha256`` is of everything that it holds, the rest days too."""

    name: str
    version: str
    effective_from: date
    currency: str
    sha256: str
    rest_days: RestDays = field(repr=False)
    roll_rule: RollRule

    distance_days: int
    distance_excludes: Conditions
    distance_excludes_when_confirmed: Conditions
    distance_needs: Conditions

    store_refund_days: int | None
    store_exchange_days: int | None
    tier_extra_days: Mapping[Tier, int]
    """By how many days the shop's promise is longer for members of a tier."""
    store_promise_needs: Conditions
    store_promise_excludes: Conditions

    defect_refund_days: int | None
    general_defect_outer_months: int
    fresh_defect_days_at_counter: int | None
    fresh_defect_refer_days: int | None

    three_guarantees: Mapping[GoodsCategory, Guarantee]
    three_guarantees_refund_days: int | None
    three_guarantees_exchange_days: int | None
    serial_only_start_days: int | None
    repairs_before_exchange: int | None
    repairer_delay_days: int | None
    burden_of_proof_months: int | None
    burden_of_proof_categories: frozenset[GoodsCategory]

    fraud: Fraud | None
    food: Food | None

    clerk_refund_limit_minor: int | None
    """Up to it the rule itself authorises a refund, above it a second person. None: no limit."""
    goods_due_days: int
    """How long an approved case waits for the goods."""
    audit_hours: int
    refund_target_working_days: int
    refund_limit_working_days: int
    refund_statutory_days: int | None
    """Calendar days that the law gives for the refund of a distance sale."""

    articles: Mapping[str, Mapping[str, str]] = field(repr=False)
    """By language, then by rule (or ``day_0``, ``months``, ``roll``): where it is written."""

    def article(self, code: str, language: str) -> str | None:
        """The source of a rule as a clerk names it."""
        return self.articles.get(language, self.articles["en"]).get(code)
