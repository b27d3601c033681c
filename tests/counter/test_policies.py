"""Policy packs: what is shipped, and what is said of one that is wrong."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from counter.policies import policy_file, policy_from, shipped, shipped_policy
from counter.rules.policy import Policy
from counter.rules.verdict import Rule
from data.policies import fingerprint, read_pack, shipped_pack
from models.errors import FileRefused, InvalidInput
from models.terms import GoodsCategory
from tests.returns import CN, EU, failed, judged

PACKS = Path(__file__).parents[2] / "data" / "reference" / "policies"
GOOD = (PACKS / "cn.toml").read_text(encoding="utf-8")

PARAMETERS = {
    "roll_rule": "rest_day",
    "distance_days": 7,
    "defect_refund_days": 7,
    "three_guarantees_refund_days": 7,
    "three_guarantees_exchange_days": 15,
    "serial_only_start_days": 90,
    "fresh_defect_refer_days": 7,
    "store_refund_days": 7,
    "store_exchange_days": 15,
    "fresh_defect_days_at_counter": 1,
    "general_defect_outer_months": 24,
    "repairer_delay_days": 30,
    "repairs_before_exchange": 2,
    "burden_of_proof_months": 6,
    "clerk_refund_limit_minor": 100000,
    "goods_due_days": 15,
    "audit_hours": 24,
    "refund_target_working_days": 3,
    "refund_limit_working_days": 7,
    "refund_statutory_days": 7,
}
GUARANTEES = {
    "appliance": (12, 36, 90, None),
    "tv": (12, 36, 90, None),
    "phone": (12, 12, 60, Fraction("0.005")),
    "computer": (12, 24, 60, Fraction("0.0025")),
}


def pack_at(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> InvalidInput:
    """What is said of a pack that is wrong."""
    with pytest.raises(InvalidInput) as refused:
        policy_file(pack_at(folder, text))
    return refused.value


# --- what is shipped ------------------------------------------------------------------------


def test_three_packs_are_shipped() -> None:
    assert shipped() == ["cn", "eu", "gb"]


def test_the_parameters_of_the_shipped_pack() -> None:
    assert {name: getattr(CN, name) for name in PARAMETERS} == PARAMETERS
    assert {
        str(category): (
            one.warranty_months, one.main_part_months, one.parts_wait_days,
            one.depreciation_per_day,
        )
        for category, one in CN.three_guarantees.items()
    } == GUARANTEES  # fmt: skip
    assert CN.fraud is not None
    assert CN.food is not None
    assert CN.tier_extra_days == {"silver": 0, "gold": 3, "diamond": 7}
    assert (CN.fraud.times, CN.fraud.minimum_minor) == (3, 50000)
    assert (CN.food.times_price, CN.food.times_loss, CN.food.minimum_minor) == (10, 3, 100000)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_rule_of_the_shipped_pack_names_its_source(language: str) -> None:
    assert [rule for rule in Rule if not CN.article(rule, language)] == []
    assert CN.articles["en"].keys() == CN.articles["zh_CN"].keys()
    assert EU.articles["en"].keys() == EU.articles["zh_CN"].keys()


def test_a_language_without_articles_hears_the_english_ones() -> None:
    assert CN.article(Rule.NR1, "fr") == CN.article(Rule.NR1, "en")


# --- another jurisdiction -------------------------------------------------------------------

DISTANCE = {"channel": "online", "received_date": "2025-03-03", "purchase_date": "2025-03-01"}


def test_a_withdrawal_in_the_union_has_fourteen_days() -> None:
    found = judged(EU, **DISTANCE, checked_on="2025-03-17")

    assert (found.rule, found.verdict, found.last_day) == ("NR1", "refund", date(2025, 3, 17))
    assert judged(EU, **DISTANCE, checked_on="2025-03-18").rule == "NR1-T"
    assert found.policy == ("eu", EU.version)


def test_goods_that_were_used_may_go_back_in_the_union() -> None:
    assert judged(EU, **DISTANCE, resale_ok=False, misuse=True).rule == "NR1"
    assert judged(EU, **DISTANCE, category="cosmetics", seal_intact=False).rule == "NR1-X"


def test_goods_in_the_union_conform_for_two_years() -> None:
    found = judged(EU, reason="quality", category="phone")

    assert (found.rule, found.verdict, found.last_day) == ("Q2", "exchange", date(2027, 3, 3))
    assert judged(EU, reason="quality", checked_on="2027-03-04").verdict == "refuse"


def test_a_fault_in_the_first_year_is_the_sellers_to_disprove_in_the_union() -> None:
    found = judged(EU, reason="quality", fault_disputed=True)

    assert (found.rule, found.last_day) == ("B1", date(2026, 3, 3))


def test_what_was_bought_in_a_shop_stays_bought_in_the_union() -> None:
    assert failed(judged(EU)) == [("NR0", "store_promise")]


def test_there_is_no_punitive_compensation_in_the_union() -> None:
    found = judged(EU, reason="food_unsafe", category="packaged_food")

    assert (found.remedies, found.compensation_minor) == (("refund",), None)
    assert judged(EU, reason="counterfeit").remedies == ("refund",)


def test_fresh_food_and_wrong_deliveries_follow_conformity_in_the_union() -> None:
    assert judged(EU, reason="quality", category="fresh_food").rule == "Q2"
    assert judged(EU, reason="wrong_item").verdict == "exchange"


# --- a version that was kept ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["cn", "eu", "gb"])
def test_a_version_that_was_kept_as_json_is_the_same_policy(name: str) -> None:
    kept = json.loads(json.dumps(shipped_pack(name).values))
    again, first = policy_from(kept), shipped_policy(name)

    assert again.sha256 == first.sha256
    for field in fields(Policy):
        if not field.name.endswith(("excludes", "confirmed", "needs")):
            assert getattr(again, field.name) == getattr(first, field.name)


def test_the_hash_is_of_what_a_pack_says_and_not_of_how_it_is_written(tmp_path: Path) -> None:
    same = policy_file(pack_at(tmp_path, "# mine\n" + GOOD.replace(" = ", "  =  ")))
    other = policy_file(pack_at(tmp_path, GOOD.replace("times = 3", "times = 4")))

    assert same.sha256 == CN.sha256
    assert other.sha256 != CN.sha256
    assert len(CN.sha256) == 64


def test_the_hash_covers_the_rest_days() -> None:
    values = json.loads(json.dumps(shipped_pack("cn").values))
    values["rest_days"]["years"]["2025"]["work"].pop()

    assert fingerprint(values) != CN.sha256


# --- a pack that is wrong -------------------------------------------------------------------

WRONG = [
    ("distance_days = 7", "distance_days = -7", "distance_days"),
    ("distance_days = 7", "distance_days = true", "distance_days"),
    ("distance_days = 7", 'distance_days = "none"', "distance_days"),
    ("distance_days = 7", "distance_day = 7", "distance_days"),
    ('roll_rule = "rest_day"', 'roll_rule = "sunday"', "roll_rule"),
    ('effective_from = "2024-07-01"', 'effective_from = "2024-07-32"', "effective_from"),
    ('currency = "CNY"', 'currency = "yuan"', "currency"),
    ('    "resale_ok",', '    "resale",', "distance_needs"),
    ('    "resale_ok",', '    "fresh_food",', "distance_needs"),
    ('    "resale_ok",', '    "resale_ok fish",', "distance_needs"),
    ('    "periodical",', '    "not periodical",', "distance_excludes"),
    ('    "periodical",', '    "",', "distance_excludes"),
    ('    "periodical",', '    "not",', "distance_excludes"),
    ('    "periodical",', "    7,", "distance_excludes"),
    ('"appliance", "tv", "computer"]', '"car"]', "burden_of_proof_categories"),
    ("parts_wait_days = 60", 'parts_wait_days = "60"', "three_guarantees.phone.parts_wait_days"),
    ('= "0.005"', "= 0.005", "three_guarantees.phone.depreciation_per_day"),
    ('= "0.005"', '= "1.5"', "three_guarantees.phone.depreciation_per_day"),
    ("[three_guarantees.tv]", "[three_guarantees.radio]", "three_guarantees.radio"),
    ("gold = 3", "", "tier_extra_days.gold"),
    ("gold = 3", "gold = -3", "tier_extra_days.gold"),
    ("gold = 3", "gold = 3\nbrass = 1", "tier_extra_days.brass"),
    ("times_loss = 3", "", "food.times_loss"),
    ("times_loss = 3", "times_loss = 3\ntimes_luck = 1", "food.times_luck"),
    ('rest_days = "cn"', 'rest_days = "mars"', "rest_days"),
    ("[articles.en]", "[articles.de]", "articles.en"),
    ('NR1-X = "消费', 'NR1-Y = "消费', "articles.zh_CN.NR1-Y"),
]


ELSEWHERE = {
    ("distance_days", "distance_day = 7"): "# The return rules",
    ("three_guarantees.radio", "[three_guarantees.radio]"): "[three_guarantees.radio]",
    ("food.times_loss", ""): "[food]",
    ("tier_extra_days.gold", ""): "[tier_extra_days]",
    ("articles.en", "[articles.de]"): "[articles.de]",
}
"""Where a key is not written as it is named: the line that says it, or the table that lacks it."""


@pytest.mark.parametrize(("good", "wrong", "key"), WRONG)
def test_a_fault_is_told_with_file_line_and_key(
    tmp_path: Path, good: str, wrong: str, key: str
) -> None:
    assert good in GOOD
    text = GOOD.replace(good, wrong, 1)
    error = refusal(tmp_path, text)
    told = {fault.field: fault for fault in error.faults}

    assert key in told
    assert str(told[key]).startswith(f"{tmp_path / 'mine.toml'}, line ")
    assert key in str(told[key])
    line = text.splitlines()[int(str(told[key].values["line"])) - 1]
    assert line.startswith(ELSEWHERE.get((key, wrong), key.rpartition(".")[2]))


def test_the_line_of_a_list_is_the_one_where_it_begins(tmp_path: Path) -> None:
    text = GOOD.replace('    "resale_ok",', '    "resale",', 1)
    error = refusal(tmp_path, text)

    assert text.splitlines()[int(str(error.values["line"])) - 1] == "distance_needs = ["


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("distance_days = 7", "distance_days = 0.5").replace(
        "times = 3", "times = 0.1"
    )
    error = refusal(tmp_path, text)

    assert [fault.field for fault in error.faults] == ["distance_days", "fraud.times"]


def test_a_pack_that_says_nothing_is_told_all_that_it_lacks(tmp_path: Path) -> None:
    error = refusal(tmp_path, "")

    assert {fault.field for fault in error.faults} >= {"name", "distance_days", "articles"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name = ", "no valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = " + b"[" * 5000, "no valid TOML"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_pack_is_refused(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises((FileRefused, InvalidInput)) as refused:
        policy_file(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"weekend": [8]}, "rest_days.weekend"),
        ({"announced": [2026, 2020]}, "rest_days.announced"),
        ({"years": {"2025": {"rest": ["02-30"], "work": []}}}, "rest_days.years.2025.rest"),
        ({"years": {"2025": {"rest": []}}}, "rest_days.years.2025.work"),
        ({"years": {"soon": {"rest": ["01-01"], "work": []}}}, "rest_days.years.soon.rest"),
    ],
)
def test_a_table_of_rest_days_is_checked(change: dict[str, object], key: str) -> None:
    values = dict(shipped_pack("cn").values)
    values["rest_days"] = {**values["rest_days"], **change}

    with pytest.raises(InvalidInput) as refused:
        policy_from(values)
    assert [fault.field for fault in refused.value.faults] == [key]


def test_a_fault_in_the_table_of_rest_days_is_told_with_its_own_file(tmp_path: Path) -> None:
    path, line = read_pack(PACKS / "cn.toml").place_of("rest_days", "years", "2025", "work")

    assert path.parent.name == "rest_days"
    assert path.read_text(encoding="utf-8").splitlines()[line - 1].startswith('work = ["01-26"')


def test_an_unknown_policy_is_told_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match="There are: cn, eu"):
        shipped_policy("mars")


def test_a_condition_may_name_any_category_and_fact() -> None:
    assert {one.category for one in CN.distance_needs.written} <= {None, *GoodsCategory}
