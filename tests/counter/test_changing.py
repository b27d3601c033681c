"""What would change a verdict, said so that a customer knows what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter import language
from counter.rules import changing
from counter.rules.changing import MOST, changes, worth
from counter.rules.eligibility import decide
from counter.rules.explaining import Listed, Step
from counter.rules.facts import FLAGS, Facts
from counter.rules.goods import questions
from counter.rules.policy import Policy
from counter.rules.verdict import Rule, Verdict
from counter.verdict_words import changing as changing_in_words
from models.messages import Marked
from models.terms import VerdictWord
from tests.counter.test_eligibility_properties import NAMES, PACKS, some_facts
from tests.returns import CN, EU, facts_of, judged


def said(policy: Policy = CN, /, **given: Any) -> list[str]:
    facts = facts_of(**given)
    return changing_in_words(facts, policy, decide(facts, policy))


ONLINE = {"channel": "online", "purchase_date": "2025-03-01", "received_date": "2025-03-03"}
FAULT = {"reason": "quality"}
TV = {"category": "tv", "reason": "quality"}
PHONE = {"category": "phone", "reason": "quality"}


def test_a_towel_changes_by_its_days_and_by_its_state() -> None:
    assert said(checked_on="2025-03-08") == [
        "From Tue 11 Mar 2025 on: exchange only.",
        "From Wed 19 Mar 2025 on: no return.",
        "Torn packaging, missing accessories or goods that cannot be sold again: no return.",
    ]


SENTENCES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the packaging is torn": (
        {"packaging_intact": False},
        [
            "With the packaging intact it would be: refund or exchange, until Mon 10 Mar 2025.",
            "A fault would still be judged: until Wed 3 Mar 2027.",
        ],
    ),
    "all that fails has to be put right": (
        {"packaging_intact": False, "resale_ok": False, "proof": "none"},
        [
            "With a proof of the purchase, the packaging intact and the goods fit for resale it "
            "would be: refund or exchange, until Mon 10 Mar 2025.",
        ],
    ),
    "the time is over, whatever else is put right": (
        {"packaging_intact": False, "checked_on": "2025-03-19"},
        ["A fault would still be judged: until Wed 3 Mar 2027."],
    ),
    "opened cosmetics are left out in that state": (
        {"category": "cosmetics", "opened": True},
        [
            "With the goods unopened it would be: refund or exchange, until Mon 10 Mar 2025.",
            "A fault would still be judged: until Wed 3 Mar 2027.",
        ],
    ),
    "only what keeps software out is named": (
        {**ONLINE, "category": "digital", "seal_intact": False, "opened": True},
        [
            "With the seal intact and the goods unopened it would be: refund, until Mon 10 Mar "
            "2025.",
            "A fault would still be judged: until Wed 3 Mar 2027.",
        ],
    ),
    "what does not keep it out is not named": (
        {**ONLINE, "category": "digital", "opened": True, "gift_returned": False},
        [
            "With the goods unopened it would be: refund, until Mon 10 Mar 2025.",
            "A fault would still be judged: until Wed 3 Mar 2027.",
        ],
    ),
    "medicine is left out in every state": (
        {"category": "medicine"}, ["A fault would still be judged: until Wed 3 Mar 2027."],
    ),
    "a confirmed exclusion": (
        {**ONLINE, "category": "phone", "used": True, "confirmed_no_return": True},
        [
            "With no exclusion confirmed when buying it would be: refund, until Mon 10 Mar 2025.",
            "A fault would still be judged: until Tue 3 Mar 2026.",
        ],
    ),
    "a parcel that was not signed for": (
        {"channel": "mail"},
        [
            "Missing accessories, goods that cannot be sold again or damage by the customer: no "
            "return.",
        ],
    ),
    "a pan's fault": (
        {**FAULT, "checked_on": "2025-05-05"},
        [
            "From Thu 4 Mar 2027 on: paid repair only.",
            "With the purpose of the purchase defeated it would be: the supervisor decides, the "
            "rule supports refund, exchange or free repair.",
            "Damage by the customer: paid repair only.",
        ],
    ),
    "a television's fault on the first days": (
        TV,
        [
            "From Tue 11 Mar 2025 on: exchange or free repair only.",
            "From Wed 19 Mar 2025 on: free repair only.",
            "Damage by the customer: paid repair only.",
            "A disputed cause: the supervisor decides, the rule supports free repair.",
        ],
    ),
    "a phone's fault in its warranty": (
        {**PHONE, "checked_on": "2025-06-06"},
        [
            "From Wed 4 Mar 2026 on: paid repair only.",
            "After 2 completed repairs it would be: exchange or refund less depreciation.",
            "Damage by the customer: paid repair only.",
        ],
    ),
    "the same model is not there": (
        {**PHONE, "checked_on": "2025-03-13"},
        [
            "From Wed 19 Mar 2025 on: free repair only.",
            "From Wed 4 Mar 2026 on: paid repair only.",
            "With the same model out of stock it would be: refund or exchange for another model, "
            "until Tue 3 Mar 2026.",
            "Damage by the customer: paid repair only.",
        ],
    ),
    "an exchange that the model is missing for": (
        {**PHONE, "checked_on": "2025-03-13", "same_model_available": False},
        [
            "From Wed 19 Mar 2025 on: free repair.",
            "From Wed 4 Mar 2026 on: paid repair only.",
            "Damage by the customer: paid repair only.",
            "The same model in stock: exchange or free repair.",
        ],
    ),
    "the warranty is over, but not of a main part": (
        {**TV, "checked_on": "2026-06-06"},
        ["With a fault of a main part it would be: free repair, until Fri 3 Mar 2028."],
    ),
    "the cause is disputed": (
        {**TV, "checked_on": "2025-06-06", "fault_disputed": True},
        [
            "With the cause undisputed it would be: free repair, until Tue 3 Mar 2026.",
            "From Thu 4 Sep 2025 on: free repair.",
            "From Wed 4 Mar 2026 on: paid repair only.",
            "Damage by the customer: paid repair only.",
        ],
    ),
    "fresh food at the supervisor": (
        {**FAULT, "category": "fresh_food"},
        ["From Tue 11 Mar 2025 on: no return.", "Damage by the customer: paid repair only."],
    ),
    "a phone whose papers are lost": (
        {**PHONE, "proof": "serial_only", "production_date": "2024-09-03"},
        [
            "With a proof of the purchase it would be: refund, exchange or free repair, until Mon "
            "10 Mar 2025.",
            "From Wed 3 Dec 2025 on: paid repair only.",
            "Damage by the customer: paid repair only.",
        ],
    ),
    "too many are asked for": (
        {"quantity_sold": 5, "quantity_returned_before": 3, "quantity_requested": 3},
        ["2 can still be returned: refund or exchange."],
    ),
    "none is left": ({"quantity_returned_before": 1}, []),
    "what is left could not go back either": (
        {"quantity_sold": 5, "quantity_requested": 6, "resale_ok": False}, [],
    ),
    "a refund of the line is open": ({"open_refund": True, "packaging_intact": False}, []),
    "a recall": ({"reason": "recall"}, []),
    "a fake": ({"reason": "counterfeit"}, []),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "sentences"), SENTENCES.values(), ids=list(SENTENCES))
def test_what_is_said_when(facts: dict[str, Any], sentences: list[str]) -> None:
    assert said(**facts) == sentences


def test_where_no_reason_gives_more_than_a_fault_the_customer_may_ask_again() -> None:
    assert "Without naming a reason it would be: refund, until Mon 17 Mar 2025." in said(
        EU, **ONLINE, reason="quality"
    )


def test_a_pack_with_other_days_names_other_days() -> None:
    assert said(replace(CN, store_refund_days=10))[0] == "From Fri 14 Mar 2025 on: exchange only."
    assert said(tier="gold")[:2] == [
        "From Fri 14 Mar 2025 on: exchange only.",
        "From Sat 22 Mar 2025 on: no return.",
    ]


# --- for all facts --------------------------------------------------------------------------


def gets(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.verdict, verdict.remedies


def turns(facts: Facts, policy: Policy) -> Iterator[tuple[date, tuple[Any, ...]]]:
    """The days on which something else is given, found by asking on every day."""
    now = gets(decide(facts, policy))
    for days in range(1, 1900):
        day = facts.checked_on + timedelta(days)
        then = gets(decide(replace(facts, checked_on=day), policy))
        if then != now:
            yield day, then
            now = then


@given(some_facts(), NAMES)
@settings(max_examples=40)
def test_the_days_that_are_named_are_those_on_which_it_changes(facts: Facts, pack: str) -> None:
    policy = PACKS[pack]
    asking = changing._Asking(facts, policy, decide(facts, policy))
    named = [(day, gets(then)) for day, then in changing._turns(asking, facts, asking.verdict)]

    assert named == list(turns(facts, policy))


@given(some_facts(), NAMES)
def test_few_whole_sentences_are_said(facts: Facts, pack: str) -> None:
    policy = PACKS[pack]
    found = changing_in_words(facts, policy, decide(facts, policy))

    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(one.endswith(".") and one[:1] == one[:1].upper() for one in found)
    assert not [one for one in found if "{" in one]


ANSWERS = {marked: answer for answer, marked in changing._CONDITIONS.items()}


def answers(step: Step) -> dict[str, Any]:
    """The facts that a sentence names, as it has them."""
    listed = step.values["conditions"]
    assert isinstance(listed, Listed)
    return dict(ANSWERS[str(condition)] for condition in listed.conditions)


def conditional(facts: Facts, policy: Policy, beginning: str) -> Iterator[tuple[Step, Step]]:
    """The sentences on other answers that begin so, and what each says would come of them."""
    for step in changes(facts, policy, decide(facts, policy)):
        if step.sentence.startswith(beginning):
            outcome = step.values["outcome"]
            assert isinstance(outcome, Step)
            yield step, outcome


@given(some_facts(), NAMES)
def test_what_is_promised_for_an_improvement_is_what_the_rules_then_give(
    facts: Facts, pack: str
) -> None:
    policy = PACKS[pack]
    now = decide(facts, policy)
    for step, outcome in conditional(facts, policy, "With {conditions}"):
        listed, named = step.values["conditions"], answers(step)
        assert isinstance(listed, Listed)
        ways = [named] if listed.joint == "and" else [{name: named[name]} for name in named]
        for way in ways:
            then = decide(replace(facts, **way), policy)
            assert worth(then) > worth(now)
            assert (then.remedies, then.last_day) == tuple(outcome.values.values())


@given(some_facts(), NAMES)
def test_each_condition_that_costs_the_customer_does_so_alone(facts: Facts, pack: str) -> None:
    policy = PACKS[pack]
    now = decide(facts, policy)
    for step, outcome in conditional(facts, policy, "{conditions}"):
        for name, value in answers(step).items():
            way: dict[str, Any] = {name: value}
            then = decide(replace(facts, **way), policy)
            assert worth(then) < worth(now)
            assert then.remedies == outcome.values["remedies"]


@given(some_facts(), NAMES)
def test_no_condition_is_named_that_the_screen_does_not_ask(facts: Facts, pack: str) -> None:
    policy = PACKS[pack]
    asked = questions(facts.category, facts.reason, facts.channel, policy, facts.proof)
    steps = changes(facts, policy, decide(facts, policy))
    named = [name for step in steps if "conditions" in step.values for name in answers(step)]

    assert set(named) <= {*asked, "proof"}


@given(st.data(), some_facts(), NAMES)
def test_a_condition_that_alone_stands_in_the_way_is_named(
    data: st.DataObject, facts: Facts, pack: str
) -> None:
    policy = PACKS[pack]
    usual: dict[str, Any] = {name: changing._USUAL[name] for name in (*FLAGS, "proof")}
    fine = replace(facts, **usual, quantity_requested=0, quantity_returned_before=0)
    asked = questions(fine.category, fine.reason, fine.channel, policy)
    ways: list[dict[str, Any]] = [{name: not usual[name]} for name in asked if name in FLAGS]
    stopping = [
        way
        for way in ways
        if worth(decide(replace(fine, **way), policy)) < worth(decide(fine, policy))
    ]
    if stopping:
        [(name, value)] = data.draw(st.sampled_from(stopping)).items()
        way: dict[str, Any] = {name: value}

        [(step, _outcome), *_more] = conditional(replace(fine, **way), policy, "With {conditions}")
        assert name in answers(step)


@given(some_facts(), NAMES)
def test_a_fault_that_is_hinted_at_is_judged_until_that_day(facts: Facts, pack: str) -> None:
    policy = PACKS[pack]
    for step in changes(facts, policy, decide(facts, policy)):
        if step.sentence.startswith("A fault would still be judged: until"):
            last_day = step.values["day"]
            assert isinstance(last_day, date)
            fault = facts_of(**{**facts.to_json(), "reason": "quality"})
            on_it = decide(replace(fault, checked_on=last_day), policy)
            after = decide(replace(fault, checked_on=last_day + timedelta(1)), policy)

            assert on_it.verdict is not VerdictWord.REFUSE
            assert after.verdict is VerdictWord.REFUSE


# --- at every key ---------------------------------------------------------------------------


@given(some_facts(), NAMES)
def test_few_questions_are_asked_of_the_rules(facts: Facts, pack: str) -> None:
    asked = 0

    def counted(*given: Any) -> Verdict:
        nonlocal asked
        asked += 1
        return decide(*given)

    policy = PACKS[pack]
    verdict = decide(facts, policy)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(changing, "decide", counted)
        changes(facts, policy, verdict)

    assert asked <= 16


# --- words ----------------------------------------------------------------------------------


def test_a_refund_is_worth_more_than_an_exchange_and_that_more_than_a_repair() -> None:
    ordered = [
        judged(reason="quality", misuse=True),
        judged(proof="none"),
        judged(**{**TV, "fault_disputed": True}),
        judged(**{**TV, "checked_on": "2025-06-06"}),
        judged(checked_on="2025-03-12"),
        judged(reason="food_unsafe", category="packaged_food"),
        judged(),
    ]

    assert [worth(one) for one in ordered] == sorted({worth(one) for one in ordered})
    assert worth(judged(store_promise=False)) == worth(judged(resale_ok=False))


def test_every_remedy_that_can_come_first_has_a_worth() -> None:
    assert changing._BEST.keys() == set(type(judged().remedies[0]))


def test_every_yes_or_no_answer_has_words_both_ways() -> None:
    conditions = {name for name, value in changing._CONDITIONS if value is True}

    assert conditions == {name for name, value in changing._CONDITIONS if value is False}


def test_a_chinese_screen_hears_dates_in_chinese() -> None:
    language.use("zh_CN")

    assert "2025年3月11日 周二" in said()[0]


def test_conditions_are_translated_with_their_sentence() -> None:
    verdict = judged(packaging_intact=False)
    [step, *_more] = changes(facts_of(packaging_intact=False), CN, verdict)
    listed = step.values["conditions"]

    assert isinstance(listed, Listed)
    assert all(isinstance(condition, Marked) for condition in listed.conditions)
    assert verdict.rule is Rule.NR2_I
