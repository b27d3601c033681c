"""The explanation of a verdict: what a clerk reads aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from counter import language
from counter.rules import explaining
from counter.rules.eligibility import decide
from counter.rules.policy import Policy
from counter.verdict_words import explanation
from tests.returns import CN, facts_of


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh_CN")
    yield
    language.use("en")


def said(policy: Policy = CN, /, **given: Any) -> str:
    facts = facts_of(**given)
    return "\n".join(explanation(facts, policy, decide(facts, policy)))


def test_the_arithmetic_is_read_aloud_with_its_articles() -> None:
    assert said(checked_on="2025-03-08").splitlines() == [
        "Bought on Mon 3 Mar 2025: that is day 0. (Civil Code art. 201)",
        "7 days end on Mon 10 Mar 2025. (Implementation Regulations art. 12)",
        "Today, Sat 8 Mar 2025, is day 5: that is in time.",
        "The customer may have, until Mon 10 Mar 2025: refund or exchange. "
        "(Implementation Regulations art. 12)",
        "An exchange stays open to Tue 18 Mar 2025.",
        "Refund: 1 x 100.00 CNY = 100.00 CNY.",
    ]


ONLINE = {"channel": "online", "purchase_date": "2025-03-01", "received_date": "2025-03-03"}
PHONE = {"category": "phone", "reason": "quality", "checked_on": "2025-06-11"}

SENTENCES: list[tuple[dict[str, Any], str]] = [
    (ONLINE, "Bought on Sat 1 Mar 2025, received on Mon 3 Mar 2025: that is day 0."),
    ({"channel": "mail"}, "The parcel has not been signed for: the time has not begun."),
    ({**PHONE, "installed_date": "2025-03-05"}, "installed on Wed 5 Mar 2025: that is day 0."),
    ({**PHONE, "exchanged_on": "2025-05-05"}, "Exchanged on Mon 5 May 2025: that is day 0"),
    (PHONE, "12 months end on Tue 3 Mar 2026. (Civil Code art. 202)"),
    (
        {**PHONE, "repair_days": 10},
        "12 months and 10 days in repair end on Fri 13 Mar 2026. (Implementation Regulations",
    ),
    (
        {"purchase_date": "2025-03-01"},
        "Sat 8 Mar 2025 is a rest day: the last day is Mon 10 Mar 2025. (Civil Code art. 203)",
    ),
    (
        {"reason": "quality", "checked_on": "2025-06-11"},
        "The make-up working days of 2027 are not announced; its holidays are computed.",
    ),
    ({"checked_on": "2025-03-19"}, "Today, Wed 19 Mar 2025, is day 16: that is too late."),
    ({"received_date": "2025-03-20"}, "Today, Wed 5 Mar 2025, is before day 0: that is in time."),
    (
        {**PHONE, "proof": "serial_only", "production_date": "2024-09-03"},
        "Made on Tue 3 Sep 2024. Without papers the time begins 90 days later: day 0 is Mon 2 Dec",
    ),
    (
        {"quantity_sold": 5, "quantity_returned_before": 3, "quantity_requested": 3},
        "Asked for: 3. Left of the 5 that were sold: 2.",
    ),
    ({"tier": "gold"}, "A gold member has 3 days more: 10 days in all. (Implementation Regul"),
    ({"tier": "gold"}, "An exchange stays open to Fri 21 Mar 2025."),
    ({"open_refund": True}, "A refund of this line is open already"),
    ({"proof": "none"}, "Nothing shows the purchase yet."),
    ({**ONLINE, "category": "fresh_food"}, "The law excludes fresh food in this state"),
    ({"category": "medicine"}, "The shop's promise leaves out medicine in this state."),
    ({"packaging_intact": False}, "The packaging is not intact."),
    ({**ONLINE, "gift_returned": False, "gift_price_minor": 500},
     "Refund: 100.00 CNY less 5.00 CNY for the gift that was kept = 95.00 CNY."),
    (
        {**PHONE, "repairs_done": 2, "repair_days": 10, "unit_price_minor": 299900},
        "Depreciation: 2,999.00 CNY x 0.5 % x 90 days (without 10 in repair) = 1,349.55 CNY.",
    ),
    (
        {**PHONE, "repairs_done": 2, "repair_days": 10, "unit_price_minor": 299900},
        "Refund: 2,999.00 CNY - 1,349.55 CNY = 1,649.45 CNY.",
    ),
    (
        {**PHONE, "category": "tv", "repairs_done": 2},
        "The pack has no depreciation rate for these goods.",
    ),
    (
        {"reason": "food_unsafe", "category": "packaged_food", "loss_minor": 30000},
        "the larger of 10 x 100.00 CNY and 3 x 300.00 CNY, at least 1,000.00 CNY: 1,000.00 CNY.",
    ),
    ({"reason": "counterfeit"}, "3 x 100.00 CNY, at least 500.00 CNY: 500.00 CNY."),
    ({"reason": "counterfeit"}, "The supervisor decides. The rule supports: refund or compensat"),
    ({"reason": "label_flaw", "category": "packaged_food"}, "A flaw of the label that harms nob"),
    ({"reason": "quality", "misuse": True}, "what can be offered: paid repair."),
    ({"store_promise": False}, "This cannot be taken back for the reason given."),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "sentence"), SENTENCES)
def test_a_step_is_said(facts: dict[str, Any], sentence: str) -> None:
    assert sentence in said(**facts)


def test_everything_that_is_missing_is_said() -> None:
    text = said(packaging_intact=False, resale_ok=False, checked_on="2025-03-19", proof="none")

    assert "Nothing shows the purchase yet." in text
    assert "The packaging is not intact." in text
    assert "The goods cannot be sold again as they are." in text
    assert "The time of the shop's promise is over." in text


def test_every_failing_fact_of_intact_goods_has_a_sentence() -> None:
    fields = {
        condition.field
        for conditions in (CN.distance_needs, CN.store_promise_needs)
        for condition in conditions.written
    }

    assert fields <= explaining._INTACT.keys()


@pytest.mark.usefixtures("chinese")
def test_dates_and_articles_are_chinese_on_a_chinese_screen() -> None:
    text = said(checked_on="2025-03-08")

    assert "2025年3月10日 周一" in text
    assert "民法典第201条" in text


def test_a_pack_without_an_article_names_none() -> None:
    text = said(replace(CN, articles={"en": {}}))

    assert "art." not in text
    assert "7 days end on Mon 10 Mar 2025." in text
