"""Which goods a line is about, why they may come back, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.rules.eligibility import decide
from counter.rules.facts import FIELDS, FLAGS, FOOD, FOOD_REASONS, Facts
from counter.rules.goods import goods_category, questions, reasons_for
from counter.rules.verdict import Verdict
from models.terms import (
    CategoryFlag,
    FaultPart,
    GoodsCategory,
    Proof,
    ReturnReason,
    SaleChannel,
    WaitCause,
)
from tests.counter.test_eligibility_properties import NAMES, PACKS, some_facts
from tests.returns import CN, EU, facts_of

NO_REASON: Final = ReturnReason.NO_REASON
QUALITY: Final = ReturnReason.QUALITY
STORE: Final = SaleChannel.STORE
ONLINE: Final = SaleChannel.ONLINE

# --- which goods ----------------------------------------------------------------------------


@pytest.mark.parametrize("category", sorted(GoodsCategory))
def test_a_code_that_the_rules_know_wins_over_flags(category: GoodsCategory) -> None:
    assert goods_category(category.value, list(CategoryFlag), serialised=True) is category


FLAGGED: list[tuple[list[CategoryFlag], bool, GoodsCategory]] = [
    ([], False, GoodsCategory.GENERAL),
    ([], True, GoodsCategory.GENERAL),
    ([CategoryFlag.CUSTOM, CategoryFlag.FRESH], False, GoodsCategory.CUSTOM_MADE),
    ([CategoryFlag.FRESH, CategoryFlag.SEALED_ONCE], False, GoodsCategory.FRESH_FOOD),
    ([CategoryFlag.PERIODICAL], False, GoodsCategory.PERIODICAL),
    ([CategoryFlag.NEAR_EXPIRY, CategoryFlag.SEALED_ONCE], False, GoodsCategory.NEAR_EXPIRY_FOOD),
    ([CategoryFlag.DIGITAL, CategoryFlag.SEALED_ONCE], False, GoodsCategory.DIGITAL),
    ([CategoryFlag.THREE_GUARANTEES], False, GoodsCategory.APPLIANCE),
    ([CategoryFlag.THREE_GUARANTEES], True, GoodsCategory.APPLIANCE),
    ([CategoryFlag.THREE_GUARANTEES, CategoryFlag.HYGIENE], True, GoodsCategory.APPLIANCE),
    ([CategoryFlag.THREE_GUARANTEES, CategoryFlag.HYGIENE], False, GoodsCategory.UNDERWEAR),
    ([CategoryFlag.HYGIENE], False, GoodsCategory.UNDERWEAR),
    ([CategoryFlag.HYGIENE, CategoryFlag.SEALED_ONCE], False, GoodsCategory.COSMETICS),
    ([CategoryFlag.SEALED_ONCE], False, GoodsCategory.PACKAGED_FOOD),
]


@pytest.mark.parametrize(("flags", "serialised", "category"), FLAGGED)
def test_flags_say_what_goods_of_another_code_are(
    flags: list[CategoryFlag], serialised: bool, category: GoodsCategory
) -> None:
    assert goods_category("small things", flags, serialised) is category
    assert goods_category(None, flags[::-1], serialised) is category


# --- why they come back ---------------------------------------------------------------------


def test_the_first_six_reasons_bear_the_same_digits_for_all_goods() -> None:
    for category in GoodsCategory:
        assert [str(reason) for reason in reasons_for(category)[:6]] == [
            "no_reason", "quality", "not_as_described", "wrong_item", "short_quantity",
            "delivery_damage",
        ]  # fmt: skip


@pytest.mark.parametrize("category", sorted(GoodsCategory))
def test_every_reason_is_offered_once_those_of_food_for_food_alone(
    category: GoodsCategory,
) -> None:
    offered = reasons_for(category)

    assert len(set(offered)) == len(offered)
    assert set(ReturnReason) - set(offered) == (set() if category in FOOD else FOOD_REASONS)


# --- what is asked --------------------------------------------------------------------------

PROMISED: Final = "packaging_intact accessories_complete resale_ok"
INTACT: Final = "accessories_complete resale_ok misuse"
GIFT: Final = "gift_returned gift_price_minor"
GUARANTEED: Final = "same_model_available repairs_done repair_days wait_days wait_cause fault_part"

ASKED: dict[str, tuple[tuple[Any, ...], str]] = {
    "a towel": ((GoodsCategory.GENERAL, NO_REASON, STORE, CN), PROMISED),
    "opened cosmetics": ((GoodsCategory.COSMETICS, NO_REASON, STORE, CN), f"opened {PROMISED}"),
    "a biscuit's label": (
        (GoodsCategory.PACKAGED_FOOD, ReturnReason.LABEL_FLAW, STORE, CN),
        f"opened {PROMISED}",
    ),
    "medicine is never taken back": ((GoodsCategory.MEDICINE, NO_REASON, STORE, CN), ""),
    "no promise, no question": ((GoodsCategory.GENERAL, NO_REASON, STORE, EU), ""),
    "a towel by post": ((GoodsCategory.GENERAL, NO_REASON, ONLINE, CN), f"{INTACT} {GIFT}"),
    "shoes by post": (
        (GoodsCategory.SHOES, NO_REASON, ONLINE, CN), f"tags_attached {INTACT} {GIFT}"
    ),
    "cosmetics by post": (
        (GoodsCategory.COSMETICS, NO_REASON, ONLINE, CN),
        f"seal_intact opened {INTACT} confirmed_no_return {GIFT}",
    ),
    "a phone by post": (
        (GoodsCategory.PHONE, NO_REASON, ONLINE, CN),
        f"activated used {INTACT} confirmed_no_return {GIFT}",
    ),
    "software by post": (
        (GoodsCategory.DIGITAL, NO_REASON, ONLINE, CN),
        f"seal_intact activated opened {INTACT} {GIFT}",
    ),
    "a dress made to measure": ((GoodsCategory.CUSTOM_MADE, NO_REASON, ONLINE, CN), ""),
    "a towel by post in Europe": ((GoodsCategory.GENERAL, NO_REASON, ONLINE, EU), GIFT),
    "a pan's fault": ((GoodsCategory.GENERAL, QUALITY, STORE, CN), "misuse purpose_defeated"),
    "a pan's fault in Europe": (
        (GoodsCategory.GENERAL, QUALITY, STORE, EU),
        "misuse fault_disputed purpose_defeated",
    ),
    "a fish's fault": ((GoodsCategory.FRESH_FOOD, QUALITY, STORE, CN), "misuse"),
    "a phone's fault": (
        (GoodsCategory.PHONE, QUALITY, STORE, CN), f"misuse {GUARANTEED} exchanged_on"
    ),
    "a television's fault": (
        (GoodsCategory.TV, QUALITY, STORE, CN),
        f"misuse fault_disputed {GUARANTEED} installed_date exchanged_on",
    ),
    "a phone without papers": (
        (GoodsCategory.PHONE, QUALITY, STORE, CN, Proof.SERIAL_ONLY),
        "production_date misuse repair_days",
    ),
    "unsafe food": (
        (GoodsCategory.PACKAGED_FOOD, ReturnReason.FOOD_UNSAFE, STORE, CN), "loss_minor"
    ),
    "unsafe food in Europe": (
        (GoodsCategory.PACKAGED_FOOD, ReturnReason.FOOD_UNSAFE, STORE, EU), ""
    ),
    "too few": ((GoodsCategory.GENERAL, ReturnReason.SHORT_QUANTITY, ONLINE, CN), ""),
    "a recall": ((GoodsCategory.TV, ReturnReason.RECALL, STORE, CN), ""),
    "a fake": ((GoodsCategory.TV, ReturnReason.COUNTERFEIT, STORE, CN), ""),
}  # fmt: skip


@pytest.mark.parametrize(("goods", "asked"), ASKED.values(), ids=list(ASKED))
def test_what_is_asked_of(goods: tuple[Any, ...], asked: str) -> None:
    assert list(questions(*goods)) == asked.split()


def test_what_a_pack_newly_needs_is_asked() -> None:
    strict = replace(CN, store_promise_needs=EU.distance_excludes)

    found = questions(GoodsCategory.UNDERWEAR, NO_REASON, STORE, replace(
        strict, store_promise_excludes=EU.store_promise_excludes))  # fmt: skip

    assert found == ("seal_intact",)


KNOWN: Final = frozenset(
    {
        "purchase_date", "received_date", "checked_on", "channel", "category", "reason", "proof",
        "open_refund", "store_promise", "quantity_sold", "quantity_returned_before",
        "quantity_requested", "unit_price_minor", "roll_rule", "tier",
    }
)  # fmt: skip
"""What the receipt, the member's card, the store or the pack says, and no clerk is asked."""

ASKABLE: Final = tuple(name for name in FIELDS if name not in KNOWN)

DATES: Final = frozenset({"installed_date", "exchanged_on", "production_date"})


def answers(name: str) -> st.SearchStrategy[Any]:
    """Everything that a fact can be answered with."""
    if name in FLAGS:
        return st.booleans()
    if name == "wait_cause":
        return st.none() | st.sampled_from(sorted(WaitCause))
    if name == "fault_part":
        return st.sampled_from(sorted(FaultPart))
    return st.integers(0, 10**6)


def told(verdict: Verdict) -> tuple[Any, ...]:
    """What the customer gets, by which rule; not the list of all that fails."""
    return tuple(verdict._replace(failed_rules=()))


@given(st.data(), some_facts(), NAMES)
def test_a_fact_that_is_not_asked_never_changes_what_the_customer_gets(
    data: st.DataObject, facts: Facts, pack: str
) -> None:
    policy = PACKS[pack]
    asked = questions(facts.category, facts.reason, facts.channel, policy, facts.proof)
    silent = [name for name in ASKABLE if name not in asked and name not in DATES]

    other = replace(facts, **{name: data.draw(answers(name), name) for name in silent})

    assert told(decide(other, policy)) == told(decide(facts, policy))


VALUES: Final[dict[str, list[Any]]] = {
    "wait_cause": [None, *WaitCause],
    "fault_part": [*FaultPart],
    "wait_days": [0, 31, 91],
    "repairs_done": [0, 2],
    "repair_days": [0, 90],
    "loss_minor": [0, 100000],
    "gift_price_minor": [0, 100],
    "production_date": [date(2024, 6, 3), date(2024, 9, 3)],
    "installed_date": [None, date(2025, 3, 5)],
    "exchanged_on": [None, date(2025, 5, 5)],
}


def situations(goods: dict[str, Any]) -> Iterator[Facts]:
    """Cases at every stage, and with everything that another answer may depend on."""
    stages = (5, 12, 40, 150, 300, 500)
    leads: tuple[dict[str, Any], ...] = (
        {}, {"confirmed_no_return": True}, {"opened": True}, {"used": True},
        {"activated": True}, {"repairs_done": 2},
        {"wait_days": 91}, {"wait_cause": "parts"}, {"gift_returned": False},
        {"gift_price_minor": 100},
    )  # fmt: skip
    for days in stages:
        on = str(date(2025, 3, 3) + timedelta(days))
        for lead in leads:
            yield facts_of(**{**goods, **lead, "checked_on": on})


def can_change(name: str, cases: list[Facts], policy: Any) -> bool:
    answered: list[dict[str, Any]] = [{name: value} for value in VALUES.get(name, [True, False])]
    return any(
        len({told(decide(replace(facts, **answer), policy)) for answer in answered}) > 1
        for facts in cases
    )


@pytest.mark.parametrize("proof", [Proof.RECEIPT, Proof.SERIAL_ONLY])
@pytest.mark.parametrize("channel", [STORE, ONLINE])
@pytest.mark.parametrize("pack", sorted(PACKS))
@pytest.mark.parametrize("category", sorted(GoodsCategory))
def test_every_fact_that_is_asked_can_change_something(
    category: GoodsCategory, pack: str, channel: SaleChannel, proof: Proof
) -> None:
    for reason in reasons_for(category):
        asked = questions(category, reason, channel, PACKS[pack], proof)
        if proof is Proof.SERIAL_ONLY and "production_date" not in asked:
            continue  # the serial number proves nothing here: whatever is answered, no proof
        received = {} if channel is STORE else {"received_date": "2025-03-03"}
        goods = {
            "category": category.value, "reason": reason.value, "channel": channel.value,
            "proof": proof.value, "production_date": "2024-09-03", **received,
        }  # fmt: skip
        cases = list(situations(goods))
        still = [name for name in asked if not can_change(name, cases, PACKS[pack])]

        assert not still, (reason, still)
