"""What holds for all facts, whoever brings what back when."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, pairwise
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter.rules.case import Case
from counter.rules.deadlines import window
from counter.rules.eligibility import decide, rulings, track
from counter.rules.facts import FIELDS, FLAGS, FOOD, FOOD_REASONS, Facts, read_facts
from counter.rules.verdict import Rule, Verdict
from counter.verdict_words import explanation
from models.terms import (
    FaultPart,
    GoodsCategory,
    Proof,
    Remedy,
    ReturnReason,
    RollRule,
    SaleChannel,
    Tier,
    VerdictWord,
    WaitCause,
)
from tests.bench.return_mix import mixed_facts
from tests.returns import BOUGHT, CN, EU, failed, judged

KEYS: Final = (
    "id verdict remedies rule failed_rules last_day returnable_quantity refund_minor "
    "depreciation_minor compensation_minor explanation policy"
).split()

FAILING: Final = {
    "R03": {"open_refund"},
    "R00": {"quantity_requested"},
    "R01": {"proof"},
    "W7": {"misuse"},
    "Q3": {"misuse"},
    "W11": {"proof"},
    "B1": {"fault_disputed"},
    "W8": {"checked_on"},
    "NR0": {"store_promise"},
    "NR1-X": {"category"},
    "NR1-C": {"confirmed_no_return"},
    "NR1-I": {
        "activated", "misuse", "accessories_complete", "resale_ok", "tags_attached", "seal_intact",
    },
    "NR1-T": {"checked_on"},
    "NR2-X": {"category"},
    "NR2-I": {"packaging_intact", "accessories_complete", "resale_ok"},
    "NR2-T": {"checked_on"},
}  # fmt: skip
"""Every rule that can fail, in the order of the rules, and by which facts."""

BEST: Final = {
    "refund": 3, "exchange": 2, "exchange_other_model": 2, "refund_with_depreciation": 2,
    "repair": 1, "compensation": 0, "paid_repair": 0,
}  # fmt: skip
"""The order of the remedies, the same in every track; what is paid for or comes on top is none."""

PACKS: Final = {"cn": CN, "eu": EU}

NAMES: Final = st.sampled_from(sorted(PACKS))


def terms(kind: type[StrEnum]) -> st.SearchStrategy[Any]:
    return st.sampled_from(sorted(kind))


USUAL: Final[list[tuple[ReturnReason, list[GoodsCategory]]]] = [
    (ReturnReason.NO_REASON, [GoodsCategory.GENERAL, GoodsCategory.SHOES, GoodsCategory.PHONE]),
    (ReturnReason.QUALITY, [GoodsCategory.GENERAL, GoodsCategory.FRESH_FOOD]),
    (ReturnReason.QUALITY, [GoodsCategory.TV, GoodsCategory.PHONE, GoodsCategory.COMPUTER]),
]
"""What comes back every day; without it most facts meet a gate or an exclusion."""


@st.composite
def goods_and_reason(draw: st.DrawFn) -> tuple[GoodsCategory, ReturnReason]:
    """Any goods for any reason, and often the usual ones."""
    if draw(st.integers(0, 3)):
        reason, categories = draw(st.sampled_from(USUAL))
        return draw(st.sampled_from(categories)), reason
    reason = draw(terms(ReturnReason))
    food = st.sampled_from(sorted(FOOD))
    return draw(food if reason in FOOD_REASONS else terms(GoodsCategory)), reason


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    """Facts as they come: near the ends of every window, sparse in what is unusual."""
    bought = draw(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
    near = st.sampled_from([0, 1, 7, 8, 15, 16, 30, 90, 182, 365, 366, 731, 1096])
    shifted = st.builds(lambda days, more: bought + timedelta(days + more), near, st.integers(0, 3))
    made = bought - timedelta(draw(st.integers(0, 500)))
    category, reason = draw(goods_and_reason())
    seldom = st.integers(0, 11).map(lambda number: number == 11)
    counted = (4, 0, 1) if draw(st.integers(0, 3)) else (
        draw(st.integers(0, 4)), draw(st.integers(0, 2)), draw(st.integers(0, 3)),
    )  # fmt: skip
    flags = {name: draw(seldom) for name in FLAGS}
    usually_true = set(FIELDS[FIELDS.index("packaging_intact") :]) & FLAGS
    flags |= {name: not flags[name] for name in usually_true}
    maybe = st.none() | st.none() | shifted
    return Facts(
        id=draw(st.none() | st.integers(0, 99) | st.text(max_size=3)),
        purchase_date=bought,
        checked_on=draw(shifted),
        received_date=draw(maybe),
        installed_date=draw(maybe),
        exchanged_on=draw(maybe),
        production_date=draw(st.none() | st.just(made)),
        channel=draw(st.just(SaleChannel.STORE) | terms(SaleChannel)),
        category=category,
        reason=reason,
        proof=draw(st.just(Proof.RECEIPT) | st.just(Proof.RECEIPT) | terms(Proof)),
        **flags,
        quantity_sold=counted[0],
        quantity_returned_before=counted[1],
        quantity_requested=counted[2],
        repairs_done=draw(st.integers(0, 3)),
        repair_days=draw(st.integers(0, 120)),
        wait_days=draw(st.integers(0, 120)),
        wait_cause=draw(st.none() | terms(WaitCause)),
        fault_part=draw(terms(FaultPart)),
        unit_price_minor=draw(st.integers(0, 10**6)),
        gift_price_minor=draw(st.integers(0, 10**6)),
        loss_minor=draw(st.integers(0, 10**6)),
        tier=draw(terms(Tier)),
        roll_rule=draw(st.none() | terms(RollRule)),
    )


@st.composite
def flawless(draw: st.DrawFn, usual: list[tuple[ReturnReason, list[GoodsCategory]]]) -> Facts:
    """Goods with which nothing is wrong but the day, by a member of some tier."""
    facts = draw(some_facts())
    reason, categories = draw(st.sampled_from(usual))
    right: dict[str, Any] = {name: default for name, default in USUALLY.items() if name in FLAGS}
    right |= {"quantity_sold": 1, "quantity_returned_before": 0, "quantity_requested": 1}
    return replace(
        facts,
        **right,
        channel=SaleChannel.STORE,
        category=draw(st.sampled_from(categories)),
        reason=reason,
        proof=Proof.RECEIPT,
        received_date=None,
        installed_date=None,
    )


def promised() -> st.SearchStrategy[Facts]:
    """What the shop's promise covers, on the days about its ends."""
    return st.builds(
        lambda facts, days: replace(facts, checked_on=facts.purchase_date + timedelta(days)),
        flawless([(ReturnReason.NO_REASON, [GoodsCategory.GENERAL, GoodsCategory.SHOES])]),
        st.integers(0, 30),
    )


FLAWS: Final = ("packaging_intact", "accessories_complete", "resale_ok", "misuse", "fault_disputed")


def flawed() -> st.SearchStrategy[Facts]:
    """Usual goods with which several things are wrong."""
    flaws = st.fixed_dictionaries({name: st.booleans() for name in FLAWS})
    channels = st.just(SaleChannel.STORE) | terms(SaleChannel)
    return st.builds(
        lambda facts, flaws, channel: replace(facts, **flaws, channel=channel),
        flawless(USUAL), flaws, channels,
    )  # fmt: skip


USUALLY: Final[dict[str, Any]] = {one.name: one.default for one in fields(Facts)}


def good(verdict: Verdict) -> tuple[int, bool]:
    """How good a verdict is: the best remedy it supports, and whether the clerk may grant it.

    Refused is worth nothing, whatever can be had for money; to be referred is worth what the rule
    supports, less than the same from the clerk and more than any lesser remedy.
    """
    if verdict.verdict is VerdictWord.REFUSE:
        return 0, False
    best = max((BEST[remedy] for remedy in verdict.remedies), default=0)
    return best, verdict.verdict is not VerdictWord.REFER


def course(facts: Facts, pack: str) -> list[Verdict]:
    """The verdicts on the same goods about the ends of every window that can be theirs, in order.

    A window may begin on any of their dates, and end some days later where it meets a rest.
    """
    begins = (facts.purchase_date, facts.received_date, facts.installed_date, facts.exchanged_on)
    ends = (range(25), range(180, 190), range(363, 380), range(728, 745), range(1094, 1110))
    days = {
        begin + timedelta(days) for begin in begins if begin for days in chain.from_iterable(ends)
    }
    return [decide(replace(facts, checked_on=day), PACKS[pack]) for day in sorted(days)
            if day >= facts.purchase_date]  # fmt: skip


@given(some_facts() | flawless(USUAL), NAMES)
def test_a_later_day_never_makes_a_verdict_better(facts: Facts, pack: str) -> None:
    # A disputed fault is the supervisor's while the shop bears the burden, and the clerk's again.
    for now, then in pairwise(course(replace(facts, fault_disputed=False), pack)):
        assert good(then) <= good(now)
        if now.verdict is VerdictWord.REFUSE:
            assert then.verdict is VerdictWord.REFUSE
            assert set(now.failed_rules) <= set(then.failed_rules)


@given(st.integers(366, 1400), st.booleans(), st.booleans())
def test_what_fails_beside_the_warranty_is_listed_with_it(
    days: int, misuse: bool, paper: bool
) -> None:
    found = judged(
        category="phone", reason="quality", misuse=misuse, proof="receipt" if paper else "none",
        checked_on=str(BOUGHT + timedelta(days)),
    )  # fmt: skip
    expected = [("R01", "proof")] * (not paper) + [("W7", "misuse")] * misuse

    assert failed(found) == [*expected, ("W8", "checked_on")]


@given(some_facts() | flawless(USUAL), NAMES)
def test_a_disputed_fault_never_comes_to_more_than_it_would_undisputed(
    facts: Facts, pack: str
) -> None:
    disputed, settled = (
        course(replace(facts, fault_disputed=dispute), pack) for dispute in (True, False)
    )

    for one, other in zip(disputed, settled, strict=True):
        assert good(one) <= good(other)


@given(some_facts() | flawless(USUAL), NAMES)
def test_a_later_day_never_pays_back_more(facts: Facts, pack: str) -> None:
    for now, then in pairwise(course(replace(facts, fault_disputed=False), pack)):
        if now.refund_minor is not None and then.refund_minor is not None:
            assert then.refund_minor <= now.refund_minor
        assert (then.compensation_minor or 0) == (now.compensation_minor or 0)


@given(st.integers(16, 364), st.integers(1, 100), st.integers(0, 400), st.integers(0, 10**6))
def test_a_later_day_never_pays_back_more_for_a_phone_that_was_repaired_in_vain(
    first: int, more: int, repair_days: int, price: int
) -> None:
    def judged_after(days: int) -> Verdict:
        return judged(
            category="phone", reason="quality", repairs_done=2, repair_days=repair_days,
            unit_price_minor=price, checked_on=str(BOUGHT + timedelta(days)),
        )  # fmt: skip

    now, then = judged_after(first), judged_after(first + more)

    assert now.refund_minor is not None
    assert (then.refund_minor or 0) <= now.refund_minor


TIER_DAYS: Final = st.dictionaries(st.sampled_from(sorted(set(Tier) - {Tier.NONE})),
                                   st.integers(0, 30))  # fmt: skip


@given(promised() | some_facts(), TIER_DAYS)
def test_a_longer_window_of_a_tier_never_makes_it_worse(
    facts: Facts, extra: dict[Tier, int]
) -> None:
    pack = replace(CN, tier_extra_days=extra)
    member, anybody = decide(facts, pack), decide(replace(facts, tier=Tier.NONE), pack)

    assert good(member) >= good(anybody)
    assert set(member.failed_rules) <= set(anybody.failed_rules)
    if member.rule is anybody.rule and member.verdict is anybody.verdict and anybody.last_day:
        assert member.last_day is not None
        assert member.last_day >= anybody.last_day


@given(promised() | some_facts(), st.integers(1, 30), st.integers(0, 30))
def test_a_tier_of_more_days_never_gets_less(facts: Facts, days: int, more: int) -> None:
    silver, gold = (replace(facts, tier=tier) for tier in (Tier.SILVER, Tier.GOLD))
    pack = replace(CN, tier_extra_days={Tier.SILVER: days, Tier.GOLD: days + more})

    assert good(decide(gold, pack)) >= good(decide(silver, pack))


@given(promised() | some_facts())
def test_a_tier_changes_nothing_but_the_shop_s_own_promise(facts: Facts) -> None:
    ours = facts.channel is SaleChannel.STORE and facts.reason in (
        ReturnReason.NO_REASON,
        ReturnReason.LABEL_FLAW,
    )
    member, anybody = (decide(replace(facts, tier=tier), CN) for tier in (Tier.DIAMOND, Tier.NONE))

    assert member == anybody or ours


@given(promised() | some_facts(), st.integers(0, 30), st.integers(0, 30))
def test_a_longer_promise_never_makes_it_worse(facts: Facts, refund: int, exchange: int) -> None:
    longer = replace(
        CN,
        store_refund_days=(CN.store_refund_days or 0) + refund,
        store_exchange_days=(CN.store_exchange_days or 0) + exchange,
    )

    assert good(decide(facts, longer)) >= good(decide(facts, CN))
    assert set(decide(facts, longer).failed_rules) <= set(decide(facts, CN).failed_rules)


@given(st.sampled_from(sorted(CN.rest_days.working)), st.integers(0, 800), terms(RollRule))
def test_a_make_up_working_day_never_rolls(day: date, days: int, roll_rule: RollRule) -> None:
    found = window(day - timedelta(days), CN.rest_days, roll_rule, days=days)

    assert found.last_day == day


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800), terms(RollRule))
def test_a_rolled_day_is_no_rest_day_and_all_before_it_are(
    start: date, days: int, roll_rule: RollRule
) -> None:
    found = window(start, CN.rest_days, roll_rule, days=days)
    between = [found.end + timedelta(more) for more in range((found.last_day - found.end).days)]

    assert not CN.rest_days.rests(found.last_day, roll_rule)
    assert all(CN.rest_days.rests(day, roll_rule) for day in between)


@given(some_facts() | flawless(USUAL), NAMES)
@settings(max_examples=300)
def test_deciding_again_gives_the_same_after_both_were_kept_as_json(
    facts: Facts, pack: str
) -> None:
    kept_facts = json.loads(json.dumps(facts.to_json()))
    kept = json.loads(json.dumps(decide(facts, PACKS[pack]).to_json()))

    assert read_facts(kept_facts) == facts
    assert decide(read_facts(kept_facts), PACKS[pack]) == Verdict.from_json(kept)


@given(some_facts() | flawed(), NAMES)
def test_failed_rules_are_complete_in_order_and_name_facts(facts: Facts, pack: str) -> None:
    found = decide(facts, PACKS[pack])
    failed = [(str(rule), field) for rule, field in found.failed_rules]
    order = [(list(FAILING).index(rule), FIELDS.index(field)) for rule, field in failed]

    assert all(field in FAILING[rule] for rule, field in failed)
    assert order == sorted(set(order))
    assert found.rule not in FAILING or found.rule in {rule for rule, _field in failed}
    if found.rule in ("R00", "R03"):
        assert len(failed) == 1


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_every_rule_of_the_track_that_fails_is_among_the_failed_ones(pack: str) -> None:
    for facts in mixed_facts(4000):
        case, found = Case(facts, PACKS[pack]), decide(facts, PACKS[pack])
        asked = [ruling for rule in track(case) if (ruling := rule(case)) is not None]
        failed = [(one.rule, field) for one in asked for field in one.fields]

        if found.rule not in (Rule.R03, Rule.R00, Rule.K1):
            assert [one for one in found.failed_rules if one.rule is not Rule.R01] == failed


@given(some_facts() | flawed())
def test_mending_one_failed_fact_takes_its_entry_away_and_leaves_the_others(facts: Facts) -> None:
    failed = decide(facts, CN).failed_rules
    for rule, field in failed:
        if field in FLAGS and rule not in (Rule.R03, Rule.NR0):
            mended = read_facts({**facts.to_json(), field: not getattr(facts, field)})
            rest = [one for one in failed if one.field != field]
            if facts.category is not GoodsCategory.DIGITAL:  # its state decides what it is
                assert list(decide(mended, CN).failed_rules) == rest


def mended(facts: Facts, verdict: Verdict) -> Facts:
    """The facts with everything put right that the verdict lists as missing."""
    right: dict[str, Any] = {}
    for _rule, field in verdict.failed_rules:
        if field in FLAGS:
            right[field] = not getattr(facts, field)
    fields_ = {field for _rule, field in verdict.failed_rules}
    if "proof" in fields_:
        right["proof"] = Proof.RECEIPT
    if "category" in fields_:
        right["category"] = GoodsCategory.GENERAL
    if "checked_on" in fields_:
        right["checked_on"] = facts.purchase_date
    if "quantity_requested" in fields_:
        right["quantity_requested"] = 0
    return replace(facts, **right)


@given(some_facts() | flawed(), NAMES)
@settings(max_examples=300)
def test_whoever_puts_right_all_that_is_listed_misses_nothing_more(facts: Facts, pack: str) -> None:
    policy = PACKS[pack]
    facts = replace(facts, quantity_sold=4)  # so that no unit too many is left to ask for
    if policy.store_refund_days is None:
        facts = replace(facts, channel=SaleChannel.ONLINE)  # no promise, and no fact that makes one
    found = decide(facts, policy)
    for rule in (Rule.R03, Rule.R00, Rule.NR0, Rule.W11):
        if rule in {failed for failed, _field in found.failed_rules}:  # nothing else was looked at
            facts = mended(facts, found)
            found = decide(facts, policy)
    then = decide(mended(facts, found), policy)

    assert then.failed_rules == ()
    if facts.reason is ReturnReason.NO_REASON:
        assert then.verdict in (VerdictWord.REFUND, VerdictWord.EXCHANGE)


@given(some_facts() | flawed(), NAMES)
def test_a_verdict_against_the_customer_lists_what_decided(facts: Facts, pack: str) -> None:
    found = decide(facts, PACKS[pack])
    lapsed = (Rule.Q2, Rule.F3, Rule.S1)  # their own time is over: no fact fails but the day
    supervisors = (Rule.F1, Rule.D1, Rule.Q2, Rule.F3)

    if found.verdict is VerdictWord.REFUSE and found.rule not in (*lapsed, Rule.F2):
        assert found.rule in {rule for rule, _field in found.failed_rules}
    if found.verdict is VerdictWord.REFER and found.rule not in supervisors:
        assert found.rule in {rule for rule, _field in found.failed_rules}
    if found.rule is Rule.F2 and found.verdict is VerdictWord.REFUSE:
        assert found.failed_rules


@given(some_facts(), NAMES)
def test_amounts_are_never_negative_nor_above_the_price(facts: Facts, pack: str) -> None:
    found = decide(facts, PACKS[pack])
    price = facts.unit_price_minor * facts.quantity_requested

    assert found.returnable_quantity == facts.quantity_sold - facts.quantity_returned_before
    assert found.refund_minor is None or 0 <= found.refund_minor <= price
    assert found.depreciation_minor is None or 0 <= found.depreciation_minor <= price
    assert found.compensation_minor is None or found.compensation_minor >= 0
    if Remedy.REFUND in found.remedies:
        assert found.refund_minor is not None
    elif Remedy.REFUND_WITH_DEPRECIATION not in found.remedies:
        assert found.refund_minor is None
    if found.depreciation_minor and found.refund_minor is not None:
        assert found.refund_minor + found.depreciation_minor == price


@given(some_facts(), NAMES)
def test_the_last_day_is_in_time_and_the_day_after_is_late(facts: Facts, pack: str) -> None:
    found = decide(facts, PACKS[pack])
    if found.last_day is None or found.last_day < facts.purchase_date:
        return
    on_it = decide(replace(facts, checked_on=found.last_day), PACKS[pack])
    after = decide(replace(facts, checked_on=found.last_day + timedelta(1)), PACKS[pack])

    if found.verdict is VerdictWord.REFUSE:
        assert facts.checked_on > found.last_day
        assert (on_it.verdict, on_it.rule) != (found.verdict, found.rule)
        return
    assert facts.checked_on <= found.last_day
    assert (after.verdict, after.rule) != (found.verdict, found.rule)
    if found.rule is not Rule.W9:  # it names the warranty's end, and may follow from day 15
        assert (on_it.rule, on_it.last_day) == (found.rule, found.last_day)


@given(some_facts(), NAMES)
def test_a_verdict_holds_every_key_and_can_be_explained(facts: Facts, pack: str) -> None:
    found = decide(facts, PACKS[pack])
    said = explanation(facts, PACKS[pack], found)
    answer = found.to_json(said)

    assert list(answer) == KEYS
    assert answer["id"] == facts.id
    assert said
    assert all(sentence and "{" not in sentence for sentence in said)
    assert json.loads(json.dumps(answer)) == answer


@given(some_facts(), NAMES)
def test_every_track_ends_with_a_rule_that_decides(facts: Facts, pack: str) -> None:
    assert any(ruling.decides for ruling in rulings(Case(facts, PACKS[pack])))
