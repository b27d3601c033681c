"""Every row of every table of the return rules, as the law and the shop's promise have it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from counter.rules.facts import FOOD
from models.terms import GoodsCategory, Proof
from tests.returns import CN, failed, judged

PHONE = {"category": "phone", "reason": "quality"}
APPLIANCE = {"category": "appliance", "reason": "quality"}
PAN = {"category": "general", "reason": "quality"}
FISH = {"category": "fresh_food", "reason": "quality"}
ONLINE = {"channel": "online", "received_date": "2025-03-03", "purchase_date": "2025-03-01"}
SERIAL = {**PHONE, "proof": "serial_only", "production_date": "2024-09-03"}

Row = tuple[dict[str, Any], str, str, str, str | None]


def row(
    facts: dict[str, Any], rule: str, verdict: str, remedies: str = "", last: str | None = None
) -> Row:
    return facts, rule, verdict, remedies, last


# --- which rule decides, what it supports, and until when -----------------------------------

ROWS: dict[str, Row] = {
    # gates
    "R03": row({"open_refund": True}, "R03", "refer"),
    "R00": row({"quantity_requested": 2}, "R00", "refuse"),
    "R01": row({"proof": "none"}, "R01", "refer"),
    # recall, authority, food, fraud
    "K1": row({"reason": "recall", "proof": "none"}, "K1", "refund", "refund"),
    "A1 at any time": row(
        {"reason": "authority_failed", "checked_on": "2031-01-01"}, "A1", "refund", "refund"
    ),
    "F1 past its date": row(
        {"reason": "expired_at_sale", "category": "packaged_food"}, "F1", "refer",
        "refund compensation",
    ),
    "F1 unsafe": row(
        {"reason": "food_unsafe", "category": "fresh_food"}, "F1", "refer", "refund compensation"
    ),
    "F2 as the shop's promise": row(
        {"reason": "label_flaw", "category": "packaged_food"}, "F2", "refund", "refund exchange",
        "2025-03-10",
    ),
    "F2 as a distance sale": row(
        {**ONLINE, "reason": "label_flaw", "category": "packaged_food"}, "F2", "refund", "refund",
        "2025-03-10",
    ),
    "F2 too late": row(
        {"reason": "label_flaw", "category": "packaged_food", "checked_on": "2025-03-19"}, "F2",
        "refuse", "", "2025-03-18",
    ),
    "D1": row({"reason": "counterfeit"}, "D1", "refer", "refund compensation"),
    # wrong deliveries
    "S1 to day 7": row(
        {"reason": "wrong_item", "checked_on": "2025-03-10"}, "S1", "refund", "refund exchange",
        "2025-03-10",
    ),
    "S1 short": row(
        {"reason": "short_quantity"}, "S1", "refund", "refund exchange", "2025-03-10"
    ),
    "S1 later": row(
        {"reason": "wrong_item", "checked_on": "2025-03-11"}, "S1", "exchange", "exchange",
        "2027-03-03",
    ),
    "S1 past the outer limit": row(
        {"reason": "short_quantity", "checked_on": "2027-03-04"}, "S1", "refuse", "", "2027-03-03"
    ),
    # defects of general goods
    "Q1": row(
        {**PAN, "checked_on": "2025-03-10"}, "Q1", "refund", "refund exchange repair", "2025-03-10"
    ),
    "Q1 not as described": row(
        {"reason": "not_as_described"}, "Q1", "refund", "refund exchange repair", "2025-03-10"
    ),
    "Q1 damaged on the way": row(
        {"reason": "delivery_damage"}, "Q1", "refund", "refund exchange repair", "2025-03-10"
    ),
    "Q2": row(
        {**PAN, "checked_on": "2025-03-11"}, "Q2", "exchange", "exchange repair", "2027-03-03"
    ),
    "Q2 purpose defeated": row(
        {**PAN, "checked_on": "2025-03-11", "purpose_defeated": True}, "Q2", "refer",
        "refund exchange repair", "2027-03-03",
    ),
    "Q2 past the outer limit": row(
        {**PAN, "checked_on": "2027-03-04", "purpose_defeated": True}, "Q2", "refuse",
        "paid_repair", "2027-03-03",
    ),
    "Q3": row({**PAN, "misuse": True}, "Q3", "refuse", "paid_repair"),
    # fresh food
    "F3 to day 1": row(
        {**FISH, "checked_on": "2025-03-04"}, "F3", "refund", "refund exchange", "2025-03-04"
    ),
    "F3 to day 7": row(
        {**FISH, "checked_on": "2025-03-10"}, "F3", "refer", "refund exchange", "2025-03-10"
    ),
    "F3 later": row({**FISH, "checked_on": "2025-03-11"}, "F3", "refuse", "", "2025-03-10"),
    "F3 after Q3": row({**FISH, "misuse": True}, "Q3", "refuse", "paid_repair"),
    # three guarantees
    "W7": row({**APPLIANCE, "misuse": True}, "W7", "refuse", "paid_repair"),
    "W11": row(
        {**SERIAL, "checked_on": "2025-12-02"}, "W11", "repair", "repair", "2025-12-02"
    ),
    "W11 past its warranty": row(
        {**SERIAL, "checked_on": "2025-12-03"}, "W8", "refuse", "paid_repair", "2025-12-02"
    ),
    "B1": row(
        {**APPLIANCE, "fault_disputed": True, "checked_on": "2025-09-03"}, "B1", "refer", "repair",
        "2025-09-03",
    ),
    "B1 over": row(
        {**APPLIANCE, "fault_disputed": True, "checked_on": "2025-09-04"}, "W3", "repair",
        "repair", "2026-03-03",
    ),
    "W1": row(
        {**APPLIANCE, "checked_on": "2025-03-10"}, "W1", "refund", "refund exchange repair",
        "2025-03-10",
    ),
    "W2": row(
        {**APPLIANCE, "checked_on": "2025-03-18"}, "W2", "exchange", "exchange repair",
        "2025-03-18",
    ),
    "W3": row(
        {**APPLIANCE, "checked_on": "2025-03-19"}, "W3", "repair", "repair", "2026-03-03"
    ),
    "W8": row(
        {**APPLIANCE, "checked_on": "2026-03-04"}, "W8", "refuse", "paid_repair", "2026-03-03"
    ),
    "W4": row(
        {**APPLIANCE, "checked_on": "2025-06-03", "repairs_done": 2}, "W4", "exchange",
        "exchange refund_with_depreciation", "2026-03-03",
    ),
    "W4 needs two": row(
        {**APPLIANCE, "checked_on": "2025-06-03", "repairs_done": 1}, "W3", "repair", "repair",
        "2026-03-03",
    ),
    "W5 day 91": row(
        {**APPLIANCE, "checked_on": "2025-07-03", "wait_days": 91, "wait_cause": "parts"}, "W5",
        "exchange", "exchange refund_with_depreciation", "2026-03-03",
    ),
    "W5 day 90 is not enough": row(
        {**APPLIANCE, "checked_on": "2025-07-03", "wait_days": 90, "wait_cause": "parts"}, "W3",
        "repair", "repair", "2026-03-03",
    ),
    "W5 phones from day 61": row(
        {**PHONE, "checked_on": "2025-07-03", "wait_days": 61, "wait_cause": "parts"}, "W5",
        "exchange", "exchange refund_with_depreciation", "2026-03-03",
    ),
    "W5 phones, day 60 is not enough": row(
        {**PHONE, "checked_on": "2025-07-03", "wait_days": 60, "wait_cause": "parts"}, "W3",
        "repair", "repair", "2026-03-03",
    ),
    "W6 day 31": row(
        {**PHONE, "checked_on": "2025-07-03", "wait_days": 31, "wait_cause": "repairer"}, "W6",
        "exchange", "exchange refund_with_depreciation", "2026-03-03",
    ),
    "W6 day 30 is not enough": row(
        {**PHONE, "checked_on": "2025-07-03", "wait_days": 30, "wait_cause": "repairer"}, "W3",
        "repair", "repair", "2026-03-03",
    ),
    "a wait without a cause": row(
        {**PHONE, "checked_on": "2025-07-03", "wait_days": 300}, "W3", "repair", "repair",
        "2026-03-03",
    ),
    "W9 instead of W2": row(
        {**APPLIANCE, "checked_on": "2025-03-18", "same_model_available": False}, "W9", "refund",
        "refund exchange_other_model", "2026-03-03",
    ),
    "W9 instead of W4": row(
        {**PHONE, "checked_on": "2025-06-03", "repairs_done": 2, "same_model_available": False},
        "W9", "refund", "refund exchange_other_model", "2026-03-03",
    ),
    "W9 instead of W5": row(
        {**PHONE, "checked_on": "2025-06-03", "wait_days": 61, "wait_cause": "parts",
         "same_model_available": False},
        "W9", "refund", "refund exchange_other_model", "2026-03-03",
    ),
    "W9 instead of W6": row(
        {**PHONE, "checked_on": "2025-06-03", "wait_days": 31, "wait_cause": "repairer",
         "same_model_available": False},
        "W9", "refund", "refund exchange_other_model", "2026-03-03",
    ),
    "W9 not instead of W1": row(
        {**PHONE, "same_model_available": False}, "W1", "refund", "refund exchange repair",
        "2025-03-10",
    ),
    "W9 not instead of W3": row(
        {**PHONE, "checked_on": "2025-06-03", "same_model_available": False}, "W3", "repair",
        "repair", "2026-03-03",
    ),
    "W12": row(
        {**APPLIANCE, "checked_on": "2027-12-01", "fault_part": "main"}, "W12", "repair", "repair",
        "2028-03-03",
    ),
    "W12 of a computer": row(
        {**APPLIANCE, "category": "computer", "checked_on": "2027-03-03", "fault_part": "main"},
        "W12", "repair", "repair", "2027-03-03",
    ),
    "W12 of a phone lasts as long as the whole": row(
        {**PHONE, "checked_on": "2026-03-03", "fault_part": "main"}, "W12", "repair", "repair",
        "2026-03-03",
    ),
    "W8 of a main part": row(
        {**APPLIANCE, "checked_on": "2028-03-04", "fault_part": "main"}, "W8", "refuse",
        "paid_repair", "2028-03-03",
    ),
    # no reason, distance
    "NR1": row({**ONLINE, "checked_on": "2025-03-10"}, "NR1", "refund", "refund", "2025-03-10"),
    "NR1 not signed for": row(
        {"channel": "mail", "checked_on": "2025-12-01"}, "NR1", "refund", "refund"
    ),
    "NR1-T": row({**ONLINE, "checked_on": "2025-03-11"}, "NR1-T", "refuse", "", "2025-03-10"),
    "NR1-X": row({**ONLINE, "category": "custom_made"}, "NR1-X", "refuse"),
    "NR1-C": row(
        {**ONLINE, "category": "near_expiry_food", "confirmed_no_return": True}, "NR1-C", "refuse"
    ),
    "NR1-I": row({**ONLINE, "accessories_complete": False}, "NR1-I", "refuse"),
    # no reason, store
    "NR0": row({"store_promise": False}, "NR0", "refuse"),
    "NR2 to day 7": row(
        {"checked_on": "2025-03-10"}, "NR2", "refund", "refund exchange", "2025-03-10"
    ),
    "NR2 to day 15": row(
        {"checked_on": "2025-03-18"}, "NR2", "exchange", "exchange", "2025-03-18"
    ),
    "NR2-T": row({"checked_on": "2025-03-19"}, "NR2-T", "refuse", "", "2025-03-18"),
    "NR2-X": row({"category": "medicine"}, "NR2-X", "refuse"),
    "NR2-I": row({"packaging_intact": False}, "NR2-I", "refuse"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_row(name: str) -> None:
    facts, rule, verdict, remedies, last_day = ROWS[name]
    found = judged(**facts)

    assert (found.rule, found.verdict) == (rule, verdict)
    assert list(found.remedies) == remedies.split()
    assert found.last_day == (last_day and date.fromisoformat(last_day))


# --- gates ----------------------------------------------------------------------------------


def test_an_open_refund_is_said_alone_and_before_the_quantity() -> None:
    found = judged(open_refund=True, quantity_requested=9, proof="none", store_promise=False)

    assert (found.rule, failed(found)) == ("R03", [("R03", "open_refund")])


def test_too_many_units_are_said_alone() -> None:
    found = judged(quantity_requested=9, proof="none", reason="recall")

    assert (found.rule, failed(found)) == ("R00", [("R00", "quantity_requested")])
    assert found.returnable_quantity == 1


def test_what_was_returned_before_counts() -> None:
    many = {"quantity_sold": 5, "quantity_returned_before": 3}

    assert judged(**many, quantity_requested=2).rule == "NR2"
    assert judged(**many, quantity_requested=3).rule == "R00"
    assert judged(**many, quantity_requested=2).returnable_quantity == 2


def test_without_proof_everything_else_that_is_missing_is_said_too() -> None:
    found = judged(proof="none", packaging_intact=False, checked_on="2025-03-19")

    assert (found.rule, found.verdict) == ("R01", "refer")
    assert failed(found) == [
        ("R01", "proof"), ("NR2-I", "packaging_intact"), ("NR2-T", "checked_on"),
    ]  # fmt: skip


@pytest.mark.parametrize("proof", [kind for kind in Proof if kind not in ("none", "serial_only")])
def test_any_record_of_the_purchase_is_proof(proof: Proof) -> None:
    assert judged(proof=proof).rule == "NR2"


@pytest.mark.parametrize(
    "facts",
    [
        {"reason": "no_reason", "category": "phone"},
        {"reason": "counterfeit", "category": "phone"},
        {"reason": "quality", "category": "tv"},
        {"reason": "quality", "category": "general"},
    ],
)
def test_a_serial_number_alone_is_no_proof_but_for_a_phones_defect(facts: dict[str, str]) -> None:
    found = judged(proof="serial_only", production_date="2025-01-01", **facts)

    assert (found.rule, failed(found)[0]) == ("R01", ("R01", "proof"))


def test_a_serial_number_without_a_production_date_is_no_proof() -> None:
    found = judged(**PHONE, proof="serial_only", checked_on="2025-06-03", misuse=True)

    assert (found.rule, failed(found)) == ("R01", [("R01", "proof"), ("W7", "misuse")])


def test_a_recall_needs_no_proof_and_fails_nothing() -> None:
    assert failed(judged(reason="recall", proof="none", misuse=True)) == []


# --- tracks ---------------------------------------------------------------------------------


def test_a_claim_is_not_tried_in_another_track() -> None:
    late = "2025-03-19"

    assert judged(checked_on=late).verdict == "refuse"
    assert judged(checked_on=late, reason="quality").verdict == "exchange"


@pytest.mark.parametrize("channel", ["online", "phone_order", "tv_shopping", "mail"])
def test_all_but_the_shop_are_distance_sales(channel: str) -> None:
    assert judged(**{**ONLINE, "channel": channel}).rule == "NR1"


@pytest.mark.parametrize("category", ["appliance", "tv", "phone", "computer"])
def test_goods_under_the_three_guarantees(category: str) -> None:
    assert judged(category=category, reason="quality").rule == "W1"


@pytest.mark.parametrize(
    "category",
    sorted(set(GoodsCategory) - {"appliance", "tv", "phone", "computer", "fresh_food"}),
)
def test_goods_without_a_state_rule(category: GoodsCategory) -> None:
    assert judged(category=category, reason="quality").rule == "Q1"


def test_the_loser_of_the_order_is_said_too() -> None:
    found = judged(
        **APPLIANCE, misuse=True, fault_disputed=True, exchanged_on="2024-01-01",
        checked_on="2025-04-01",
    )  # fmt: skip

    assert found.rule == "W7"
    assert failed(found) == [("W7", "misuse"), ("B1", "fault_disputed"), ("W8", "checked_on")]


@pytest.mark.parametrize("category", ["appliance", "tv", "computer"])
def test_the_shop_proves_the_cause_in_a_disputed_case(category: str) -> None:
    found = judged(category=category, reason="quality", fault_disputed=True)

    assert (found.rule, failed(found)) == ("B1", [("B1", "fault_disputed")])


@pytest.mark.parametrize("category", ["phone", "general"])
def test_other_goods_know_no_dispute(category: str) -> None:
    assert failed(judged(category=category, reason="quality", fault_disputed=True)) == []


def test_delays_come_before_repairs_and_repairers_before_parts() -> None:
    late = {**PHONE, "checked_on": "2025-06-03", "repairs_done": 2, "wait_days": 99}

    assert judged(**late, wait_cause="repairer").rule == "W6"
    assert judged(**late, wait_cause="parts").rule == "W5"


def test_lapsed_tiers_and_positive_rules_are_never_listed() -> None:
    for facts in (
        {"checked_on": "2025-03-18"},
        {**APPLIANCE, "checked_on": "2025-06-03"},
        {**PAN, "checked_on": "2027-06-03"},
        {**FISH, "checked_on": "2027-06-03"},
        {"reason": "wrong_item", "checked_on": "2027-06-03"},
    ):
        assert failed(judged(**facts)) == []


def test_lost_papers_are_listed_and_a_warranty_over_beside_them() -> None:
    assert failed(judged(**SERIAL)) == [("W11", "proof")]
    assert failed(judged(**{**SERIAL, "checked_on": "2026-01-05"}, misuse=True)) == [
        ("W7", "misuse"), ("W11", "proof"), ("W8", "checked_on"),
    ]  # fmt: skip


def test_lost_papers_ignore_when_it_was_sold() -> None:
    found = judged(**{**SERIAL, "production_date": "2023-01-01"}, exchanged_on="2025-03-04")

    assert found.rule == "W8"


def test_the_day_of_production_counts_only_where_the_papers_are_lost() -> None:
    found = judged(**PHONE, production_date="2023-01-01", checked_on="2025-06-03")

    assert (found.rule, found.last_day) == ("W3", date(2026, 3, 3))


# --- no reason ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"category": "custom_made"},
        {"category": "fresh_food"},
        {"category": "periodical"},
        {"category": "digital", "opened": True},
        {"category": "digital", "activated": True},
        {"category": "digital", "seal_intact": False},
    ],
)
def test_statutory_exclusions(facts: dict[str, Any]) -> None:
    found = judged(**ONLINE, **facts)

    assert (found.rule, failed(found)) == ("NR1-X", [("NR1-X", "category")])


def test_sealed_software_is_not_excluded() -> None:
    assert judged(**ONLINE, category="digital").rule == "NR1"


CONFIRMED = [
    {"category": "near_expiry_food"},
    *({"category": kind, "used": True} for kind in ("phone", "computer", "tv", "appliance")),
    *(
        {"category": kind, "opened": True}
        for kind in ("medicine", "underwear", "cosmetics", "packaged_food")
    ),
]


@pytest.mark.parametrize("facts", CONFIRMED)
def test_confirmed_exclusions_need_the_confirmation(facts: dict[str, Any]) -> None:
    with_it = judged(**ONLINE, **facts, confirmed_no_return=True)

    assert failed(with_it) == [("NR1-C", "confirmed_no_return")]
    assert judged(**ONLINE, **facts).rule == "NR1"


@pytest.mark.parametrize("category", ["phone", "computer", "tv", "appliance"])
def test_activated_devices_are_not_intact_confirmed_or_not(category: str) -> None:
    facts = {**ONLINE, "category": category, "activated": True}

    assert failed(judged(**facts)) == [("NR1-I", "activated")]
    assert failed(judged(**facts, confirmed_no_return=True)) == [
        ("NR1-C", "confirmed_no_return"), ("NR1-I", "activated"),
    ]  # fmt: skip


def test_a_confirmation_says_nothing_of_other_goods() -> None:
    assert judged(**ONLINE, confirmed_no_return=True, used=True, opened=True).rule == "NR1"


NEEDS: dict[str, Collection[str]] = {
    "accessories_complete": set(GoodsCategory),
    "resale_ok": set(GoodsCategory),
    "misuse": set(GoodsCategory),
    "seal_intact": {"cosmetics", "packaged_food", "near_expiry_food", "medicine", "underwear"},
    "tags_attached": {"clothing", "shoes", "underwear"},
    "activated": {"phone", "computer", "tv", "appliance"},
    "packaging_intact": set(),
    "opened": set(),
    "used": set(),
}


@pytest.mark.parametrize("category", sorted(set(GoodsCategory) - {"digital"}))
@pytest.mark.parametrize("field", NEEDS)
def test_what_makes_goods_not_intact(field: str, category: GoodsCategory) -> None:
    value = field in ("misuse", "activated", "opened", "used")
    found = judged(**ONLINE, category=category, **{field: value})

    assert (("NR1-I", field) in failed(found)) is (category in NEEDS[field])


def test_every_failing_condition_is_listed_in_the_order_of_the_facts() -> None:
    found = judged(
        **{**ONLINE, "checked_on": "2025-03-11"}, category="underwear", opened=True, misuse=True,
        accessories_complete=False, resale_ok=False, tags_attached=False, seal_intact=False,
        confirmed_no_return=True,
    )  # fmt: skip

    assert found.rule == "NR1-C"
    assert found.last_day is None
    assert failed(found) == [
        ("NR1-C", "confirmed_no_return"), ("NR1-I", "misuse"), ("NR1-I", "accessories_complete"),
        ("NR1-I", "resale_ok"), ("NR1-I", "tags_attached"), ("NR1-I", "seal_intact"),
        ("NR1-T", "checked_on"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "category", ["fresh_food", "custom_made", "digital", "periodical", "medicine", "underwear"]
)
def test_what_the_promise_leaves_out(category: str) -> None:
    assert failed(judged(category=category)) == [("NR2-X", "category")]


@pytest.mark.parametrize("category", ["cosmetics", "packaged_food"])
def test_what_the_promise_leaves_out_once_it_is_opened(category: str) -> None:
    assert judged(category=category).rule == "NR2"
    assert failed(judged(category=category, opened=True)) == [("NR2-X", "category")]


def test_every_condition_of_the_promise_is_listed() -> None:
    found = judged(
        packaging_intact=False, accessories_complete=False, resale_ok=False,
        category="medicine", checked_on="2025-03-19",
    )  # fmt: skip

    assert failed(found) == [
        ("NR2-X", "category"), ("NR2-I", "packaging_intact"), ("NR2-I", "accessories_complete"),
        ("NR2-I", "resale_ok"), ("NR2-T", "checked_on"),
    ]  # fmt: skip


def test_other_conditions_are_none_of_the_promise() -> None:
    assert judged(misuse=True, tags_attached=False, seal_intact=False, opened=True).rule == "NR2"


def test_without_a_promise_its_rules_are_not_looked_at() -> None:
    found = judged(
        store_promise=False, category="medicine", packaging_intact=False, checked_on="2026-01-01"
    )

    assert failed(found) == [("NR0", "store_promise")]


def test_a_promise_that_refunds_longer_than_it_exchanges_ends_with_the_refund() -> None:
    longer = replace(CN, store_refund_days=30)

    assert judged(longer, checked_on="2025-04-02").verdict == "refund"
    assert judged(longer, checked_on="2025-04-03").last_day == date(2025, 4, 2)


def test_a_label_flaw_lists_what_fails_in_the_track_that_it_is_judged_by() -> None:
    found = judged(reason="label_flaw", category="packaged_food", opened=True)

    assert (found.rule, failed(found)) == ("F2", [("NR2-X", "category")])
    without = judged(reason="label_flaw", category="packaged_food", proof="none")
    assert (without.rule, without.compensation_minor) == ("R01", None)


# --- day 0 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "last_day"),
    [
        ({}, date(2025, 3, 10)),
        ({"received_date": "2025-03-04"}, date(2025, 3, 11)),
        ({"installed_date": "2025-03-05"}, date(2025, 3, 12)),
        ({"received_date": "2025-03-05", "installed_date": "2025-03-04"}, date(2025, 3, 12)),
        ({"received_date": "2025-02-01", "installed_date": "2025-02-02"}, date(2025, 3, 10)),
    ],
)
def test_day_0_is_the_latest_of_sale_receipt_and_installation(
    dates: dict[str, str], last_day: date
) -> None:
    assert judged(**APPLIANCE, **dates).last_day == last_day


def test_an_exchange_begins_exchange_and_repair_anew_but_not_the_refund() -> None:
    exchanged = {**APPLIANCE, "exchanged_on": "2025-04-01"}

    assert judged(**{**exchanged, "exchanged_on": "2025-03-05"}).rule == "W1"
    soon = judged(**exchanged, checked_on="2025-04-02")
    assert (soon.rule, soon.last_day) == ("W2", date(2025, 4, 16))
    later = judged(**exchanged, checked_on="2025-06-02")
    assert (later.rule, later.last_day) == ("W3", date(2026, 4, 1))


def test_an_exchange_does_not_begin_the_burden_of_proof_anew() -> None:
    found = judged(
        **APPLIANCE, exchanged_on="2025-09-01", fault_disputed=True, checked_on="2025-09-04"
    )

    assert found.rule == "W2"


def test_days_in_repair_lengthen_the_warranty_only() -> None:
    long = {**APPLIANCE, "repair_days": 30}

    assert judged(**long).last_day == date(2025, 3, 10)
    assert judged(**long, checked_on="2025-03-12").last_day == date(2025, 3, 18)
    assert judged(**long, checked_on="2025-06-03").last_day == date(2026, 4, 2)
    disputed = judged(**long, checked_on="2025-06-03", fault_disputed=True)
    assert disputed.last_day == date(2025, 9, 3)
    assert judged(**PAN, checked_on="2025-06-03", repair_days=30).last_day == date(2027, 3, 3)
    # 2 Dec and 30 days is New Year's Day; the Sunday behind it is worked.
    assert judged(**SERIAL, repair_days=30).last_day == date(2026, 1, 4)


def test_waiting_adds_no_days() -> None:
    found = judged(**APPLIANCE, checked_on="2025-06-03", wait_days=30)

    assert found.last_day == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("roll_rule", "last_day"),
    [(None, date(2025, 3, 17)), ("holiday", date(2025, 3, 15)), ("none", date(2025, 3, 15))],
)
def test_the_promise_rolls_as_every_window_does(roll_rule: str | None, last_day: date) -> None:
    found = judged(purchase_date="2025-03-08", checked_on="2025-03-08", roll_rule=roll_rule)

    assert found.last_day == last_day


# --- amounts --------------------------------------------------------------------------------


def test_the_refund_is_the_price_of_what_goes_back() -> None:
    found = judged(quantity_sold=3, quantity_requested=2, unit_price_minor=1180)

    assert (found.refund_minor, found.depreciation_minor) == (2360, None)


def test_a_kept_gift_is_deducted_once_from_a_distance_sale() -> None:
    gift = {"gift_price_minor": 500, "gift_returned": False, "quantity_sold": 2}

    assert judged(**ONLINE, **gift, quantity_requested=2).refund_minor == 19500
    assert judged(**ONLINE, **{**gift, "gift_returned": True}).refund_minor == 10000
    assert judged(**gift).refund_minor == 10000
    assert judged(**ONLINE, **{**gift, "gift_price_minor": 99999}).refund_minor == 0
    flaw = {"reason": "label_flaw", "category": "packaged_food"}
    assert judged(**ONLINE, **gift, **flaw).refund_minor == 9500


def test_the_worked_example_of_depreciation() -> None:
    found = judged(
        **PHONE, checked_on="2025-06-11", repairs_done=2, repair_days=10, unit_price_minor=299900
    )

    assert (found.rule, found.depreciation_minor, found.refund_minor) == ("W4", 134955, 164945)


def test_depreciation_counts_from_the_invoice_and_not_from_the_exchange() -> None:
    found = judged(
        **PHONE, purchase_date="2025-03-03", received_date="2025-03-13", exchanged_on="2025-05-01",
        checked_on="2025-06-11", repairs_done=2, unit_price_minor=100000,
    )  # fmt: skip

    assert found.depreciation_minor == 50000


@pytest.mark.parametrize(
    ("price", "days_in_repair", "lost"),
    [
        (100, 99, 1),  # 0.5 goes up
        (99, 99, 0),
        (10000, 500, 0),
        (2999, 0, 1500),  # 1499.5
    ],
)
def test_depreciation_is_rounded_half_up(price: int, days_in_repair: int, lost: int) -> None:
    found = judged(
        **PHONE, checked_on="2025-06-11", repairs_done=2, unit_price_minor=price,
        repair_days=days_in_repair,
    )  # fmt: skip

    assert (found.depreciation_minor, found.refund_minor) == (lost, price - lost)


def test_depreciation_is_never_above_the_price() -> None:
    found = judged(**PHONE, checked_on="2025-12-01", repairs_done=2, wait_days=0)

    assert (found.depreciation_minor, found.refund_minor) == (10000, 0)


def test_a_computer_loses_a_quarter_of_a_percent_a_day() -> None:
    found = judged(category="computer", reason="quality", checked_on="2025-06-11", repairs_done=2)

    assert found.depreciation_minor == 2500


@pytest.mark.parametrize("category", ["appliance", "tv"])
def test_without_a_rate_there_is_no_amount(category: str) -> None:
    found = judged(category=category, reason="quality", checked_on="2025-06-11", repairs_done=2)

    assert "refund_with_depreciation" in found.remedies
    assert (found.refund_minor, found.depreciation_minor) == (None, None)


def test_without_the_same_model_nothing_is_lost() -> None:
    found = judged(**PHONE, checked_on="2025-06-11", repairs_done=2, same_model_available=False)

    assert (found.refund_minor, found.depreciation_minor) == (10000, 0)


@pytest.mark.parametrize(
    "facts",
    [
        {"store_promise": False},
        {"checked_on": "2025-03-18"},
        {**APPLIANCE, "checked_on": "2025-06-03"},
        {"proof": "none"},
    ],
)
def test_where_no_refund_is_supported_no_amount_is_given(facts: dict[str, Any]) -> None:
    assert judged(**facts).refund_minor is None


@pytest.mark.parametrize(
    "facts",
    [
        {**FISH, "checked_on": "2025-03-10"},
        {**PAN, "checked_on": "2025-03-18", "purpose_defeated": True},
        {"reason": "counterfeit"},
        {"reason": "recall"},
        {"reason": "authority_failed"},
    ],
)
def test_where_a_refund_is_supported_its_amount_is_given(facts: dict[str, Any]) -> None:
    assert judged(**facts).refund_minor == 10000


@pytest.mark.parametrize(
    ("price", "loss", "units", "compensation"),
    [
        (16800, 30000, 1, 168000),  # ten times the price
        (1000, 50000, 1, 150000),  # three times the loss
        (500, 0, 1, 100000),  # the minimum
        (500, 0, 3, 100000),  # the minimum once
        (16800, 0, 2, 336000),
    ],
)
def test_compensation_for_unsafe_food(price: int, loss: int, units: int, compensation: int) -> None:
    found = judged(
        reason="food_unsafe", category="packaged_food", unit_price_minor=price, loss_minor=loss,
        quantity_sold=units, quantity_requested=units,
    )  # fmt: skip

    assert found.compensation_minor == compensation
    assert found.refund_minor == price * units


@pytest.mark.parametrize(
    ("price", "units", "compensation"), [(20000, 1, 60000), (100, 1, 50000), (20000, 2, 120000)]
)
def test_compensation_for_fraud(price: int, units: int, compensation: int) -> None:
    found = judged(
        reason="counterfeit", unit_price_minor=price, quantity_sold=units,
        quantity_requested=units, loss_minor=10**9,
    )  # fmt: skip

    assert found.compensation_minor == compensation


@pytest.mark.parametrize("category", sorted(FOOD))
def test_a_harmless_label_costs_nothing(category: GoodsCategory) -> None:
    assert judged(reason="label_flaw", category=category).compensation_minor == 0


@pytest.mark.parametrize("reason", ["no_reason", "quality", "recall", "authority_failed"])
def test_nothing_else_is_compensated(reason: str) -> None:
    assert judged(reason=reason).compensation_minor is None
