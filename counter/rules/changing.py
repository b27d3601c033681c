"""What would change a verdict: another day, another answer, another reason.

No rule is written here a second time: each sentence comes of asking :func:`decide` about the same
facts with one thing otherwise. The screen asks at every key, so few questions are asked, and no
more than the sentences that are shown need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from counter.rules.case import Case
from counter.rules.eligibility import DEFECTS, decide
from counter.rules.explaining import Listed, Step
from counter.rules.facts import FLAGS, Facts
from counter.rules.goods import questions_of
from counter.rules.policy import Policy
from counter.rules.verdict import Rule, Verdict
from models.messages import N_, Marked
from models.terms import FaultPart, Proof, Remedy, ReturnReason, VerdictWord

MOST: Final = 4
"""Sentences that a customer still listens to."""

_TURNS: Final = 2
"""Days on which the verdict changes that are worth naming."""


def changes(facts: Facts, policy: Policy, verdict: Verdict) -> list[Step]:
    """What would change ``verdict``, which these facts have under this policy; most useful first.

    What helps comes first where nothing is granted yet, else the days on which it ends.
    """
    asking = _Asking(facts, policy, verdict)
    if verdict.rule is Rule.R03:
        return []
    if verdict.rule is Rule.R00:
        return list(_quantity(asking))
    if verdict.verdict in (VerdictWord.REFUSE, VerdictWord.REFER):
        said = chain(
            _mended(asking), _better(asking), _reason(asking), _time(asking), _worse(asking)
        )
    else:
        said = chain(
            _mended(asking), _time(asking), _reason(asking), _better(asking), _worse(asking)
        )
    return list(islice(said, MOST))


def worth(verdict: Verdict) -> tuple[int, int, int]:
    """How much a verdict is for the customer: the best that it supports, who grants it, the choice.

    A refund is more than an exchange, that more than a repair; what the supervisor may grant is
    less than the same from the clerk.
    """
    if verdict.verdict is VerdictWord.REFUSE:
        return 0, 0, 0
    best = _BEST[verdict.remedies[0]] if verdict.remedies else 0
    granted = 1 if verdict.verdict is VerdictWord.REFER else 2
    return best, granted, len(verdict.remedies)


_BEST: Final = {
    Remedy.REFUND: 3,
    Remedy.EXCHANGE: 2,
    Remedy.EXCHANGE_OTHER_MODEL: 2,
    Remedy.REFUND_WITH_DEPRECIATION: 2,
    Remedy.REPAIR: 1,
    Remedy.COMPENSATION: 1,
    Remedy.PAID_REPAIR: 0,
}


class _Otherwise(NamedTuple):
    """A fact with another value, and the verdict that it brings."""

    field: str
    value: Any
    verdict: Verdict


class _Asking:
    """The facts, the verdict on them, and the same asked once more with something otherwise."""

    def __init__(self, facts: Facts, policy: Policy, verdict: Verdict) -> None:
        self.facts, self.policy, self.verdict = facts, policy, verdict
        self.case = Case(facts, policy)
        self.asked = questions_of(self.case)
        self._flipped: list[_Otherwise] | None = None

    def with_facts(self, **otherwise: Any) -> Verdict:
        """The verdict on the facts with these values instead of their own."""
        return decide(replace(self.facts, **otherwise), self.policy)

    def flipped(self) -> list[_Otherwise]:
        """Each question that is answered by yes or no, answered the other way."""
        if self._flipped is None:
            self._flipped = [
                _Otherwise(name, value, self.with_facts(**{name: value}))
                for name, value in self._alternatives()
            ]
        return self._flipped

    def _alternatives(self) -> Iterator[tuple[str, Any]]:
        for name in self.asked:
            if name in FLAGS and name != "gift_returned":  # which changes an amount alone
                yield name, not getattr(self.facts, name)
        if "fault_part" in self.asked and self.facts.fault_part is FaultPart.WHOLE:
            yield "fault_part", FaultPart.MAIN


# --- by quantity ----------------------------------------------------------------------------


def _quantity(asking: _Asking) -> Iterator[Step]:
    left = asking.verdict.returnable_quantity
    if left > 0:
        then = asking.with_facts(quantity_requested=left)
        if then.remedies:
            said = {"left": left, "outcome": _outcome(then)}
            yield Step(N_("{left} can still be returned: {outcome}."), said)


# --- by time --------------------------------------------------------------------------------


def _time(asking: _Asking) -> Iterator[Step]:
    now = asking.verdict
    for day, then in islice(_turns(asking, asking.facts, now), _TURNS):
        said = {"day": day, "outcome": _outcome(then, now)}
        yield Step(N_("From {day} on: {outcome}."), said)
        now = then


def _turns(asking: _Asking, facts: Facts, now: Verdict) -> Iterator[tuple[date, Verdict]]:
    """The days from which on the customer gets something else, if nothing but the day changes."""
    case, day = Case(facts, asking.policy), facts.checked_on
    while now.verdict is not VerdictWord.REFUSE:
        ends = [last_day for last_day in _last_days(case, now) if day <= last_day < date.max]
        if not ends:
            return
        day = min(ends) + timedelta(1)
        then = decide(replace(facts, checked_on=day), asking.policy)
        if _gets(then) != _gets(now):
            yield day, then
        now = then


def _last_days(case: Case, verdict: Verdict) -> Iterator[date]:
    """The last days on which a verdict may end; W9 may stand on the exchange's or the warranty's.

    Every other verdict names the day itself.
    """
    exchange_days = case.policy.three_guarantees_exchange_days
    if verdict.rule is Rule.W9 and exchange_days is not None:
        yield case.days(exchange_days, case.guarantee_start).last_day
    if verdict.last_day is not None:
        yield verdict.last_day


def _gets(verdict: Verdict) -> tuple[VerdictWord, tuple[Remedy, ...]]:
    return verdict.verdict, verdict.remedies


# --- by another answer ----------------------------------------------------------------------


def _mended(asking: _Asking) -> Iterator[Step]:
    """All that fails and can be answered otherwise, put right at once."""
    failed = {field for _rule, field in asking.verdict.failed_rules}
    right: dict[str, Any] = {"proof": Proof.RECEIPT} if "proof" in failed else {}
    right |= {name: not getattr(asking.facts, name) for name in asking.asked if name in failed}
    unusual = {}
    if "category" in failed:  # their state excludes some goods: then it is no fact that fails
        unusual = {
            name: _USUAL[name]
            for name in asking.asked
            if name in FLAGS and name not in right and getattr(asking.facts, name) != _USUAL[name]
        }
    if not right and not unusual:
        return
    then = asking.with_facts(**right, **unusual)
    if worth(then) <= worth(asking.verdict):
        return
    for name in list(unusual):
        without = {other: value for other, value in unusual.items() if other != name}
        if _gets(asking.with_facts(**right, **without)) == _gets(then):
            unusual = without
    yield _improvement(_listed(_both(right, unusual), "and"), then)


_USUAL: Final[dict[str, Any]] = {one.name: one.default for one in fields(Facts)}
"""How goods are that nothing is wrong with."""


def _both(*answers: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return chain.from_iterable(one.items() for one in answers)


def _better(asking: _Asking) -> Iterator[Step]:
    """Single answers that would give the customer more, and another repair in vain."""
    failed = {field for _rule, field in asking.verdict.failed_rules}
    more = [
        one
        for one in asking.flipped()
        if one.field not in failed
        and one.value != _USUAL[one.field]
        and worth(one.verdict) > worth(asking.verdict)
    ]
    for group in sorted(_grouped(more), key=lambda group: worth(group[0].verdict), reverse=True):
        yield _improvement(_listed(((one.field, one.value) for one in group), "or"),
                           group[0].verdict)  # fmt: skip
    enough = asking.policy.repairs_before_exchange
    if "repairs_done" in asking.asked and enough and asking.facts.repairs_done < enough:
        then = asking.with_facts(repairs_done=enough)
        if worth(then) > worth(asking.verdict):
            said = {"repairs": enough, "outcome": _outcome(then)}
            yield Step(N_("After {repairs} completed repairs it would be: {outcome}."), said)


def _worse(asking: _Asking) -> Iterator[Step]:
    """Single answers by which the customer would get less, those with the same effect together."""
    now = asking.verdict
    less = [one for one in asking.flipped() if worth(one.verdict) < worth(now)]
    for group in sorted(_grouped(less), key=lambda group: worth(group[0].verdict)):
        said = {
            "conditions": _listed(((one.field, one.value) for one in group), "or"),
            "outcome": _outcome(group[0].verdict, now),
        }
        yield Step(N_("{conditions}: {outcome}."), said)


def _grouped(found: Iterable[_Otherwise]) -> list[list[_Otherwise]]:
    groups: dict[tuple[VerdictWord, tuple[Remedy, ...]], list[_Otherwise]] = {}
    for one in found:
        groups.setdefault(_gets(one.verdict), []).append(one)
    return list(groups.values())


# --- by another reason ----------------------------------------------------------------------


def _reason(asking: _Asking) -> Iterator[Step]:
    """A hint that the customer may ask again; a claim is never tried in another track."""
    facts, now = asking.facts, asking.verdict
    if facts.reason in _WITHOUT:
        fault = replace(facts, reason=ReturnReason.QUALITY)
        then = decide(fault, asking.policy)
        if _gives_more(then, now):
            yield _fault_hint(asking, fault, then)
    elif facts.reason in DEFECTS or facts.reason in _WRONG:
        then = asking.with_facts(reason=ReturnReason.NO_REASON)
        if _gives_more(then, now):
            said = {"outcome": _outcome(then, until=True)}
            yield Step(N_("Without naming a reason it would be: {outcome}."), said)


def _gives_more(then: Verdict, now: Verdict) -> bool:
    """Whether it is worth asking again: a repair more to choose from is not."""
    return worth(then)[:2] > worth(now)[:2]


_WITHOUT: Final = frozenset({ReturnReason.NO_REASON, ReturnReason.LABEL_FLAW})
_WRONG: Final = frozenset({ReturnReason.WRONG_ITEM, ReturnReason.SHORT_QUANTITY})


def _fault_hint(asking: _Asking, fault: Facts, then: Verdict) -> Step:
    for day, later in _turns(asking, fault, then):
        if later.verdict is VerdictWord.REFUSE:
            said = {"day": day - timedelta(1)}
            return Step(N_("A fault would still be judged: until {day}."), said)
    return Step(N_("A fault would still be judged."), {})


# --- the words ------------------------------------------------------------------------------


def _improvement(conditions: Listed, then: Verdict) -> Step:
    said = {"conditions": conditions, "outcome": _outcome(then, until=True)}
    return Step(N_("With {conditions} it would be: {outcome}."), said)


def _outcome(then: Verdict, now: Verdict | None = None, *, until: bool = False) -> Step:
    """What the customer would get; ``only`` where it is a part of what there is now."""
    said = {"remedies": then.remedies, "last_day": then.last_day}
    if then.verdict is VerdictWord.REFER:
        if not then.remedies:
            return Step(N_("the supervisor decides"), said)
        return Step(N_("the supervisor decides, the rule supports {remedies}"), said)
    if not then.remedies:
        return Step(N_("no return"), said)
    part = now is not None and set(then.remedies) < set(now.remedies)
    if part or then.verdict is VerdictWord.REFUSE:
        return Step(N_("{remedies} only"), said)
    if until and then.last_day is not None:
        return Step(N_("{remedies}, until {last_day}"), said)
    return Step("{remedies}", said)


def _listed(answers: Iterable[tuple[str, Any]], joint: str) -> Listed:
    return Listed(tuple(Marked(_CONDITIONS[answer]) for answer in answers), joint)


_CONDITIONS: Final[dict[tuple[str, Any], str]] = {
    ("proof", Proof.RECEIPT): N_("a proof of the purchase"),
    ("seal_intact", False): N_("a broken seal"),
    ("seal_intact", True): N_("the seal intact"),
    ("tags_attached", False): N_("removed labels"),
    ("tags_attached", True): N_("the labels attached"),
    ("activated", True): N_("an activated device"),
    ("activated", False): N_("the device not activated"),
    ("used", True): N_("used goods"),
    ("used", False): N_("the goods unused"),
    ("opened", True): N_("opened goods"),
    ("opened", False): N_("the goods unopened"),
    ("packaging_intact", False): N_("torn packaging"),
    ("packaging_intact", True): N_("the packaging intact"),
    ("accessories_complete", False): N_("missing accessories"),
    ("accessories_complete", True): N_("all accessories"),
    ("resale_ok", False): N_("goods that cannot be sold again"),
    ("resale_ok", True): N_("the goods fit for resale"),
    ("misuse", True): N_("damage by the customer"),
    ("misuse", False): N_("no damage by the customer"),
    ("fault_disputed", True): N_("a disputed cause"),
    ("fault_disputed", False): N_("the cause undisputed"),
    ("purpose_defeated", True): N_("the purpose of the purchase defeated"),
    ("purpose_defeated", False): N_("the purpose of the purchase not defeated"),
    ("confirmed_no_return", True): N_("an exclusion confirmed when buying"),
    ("confirmed_no_return", False): N_("no exclusion confirmed when buying"),
    ("same_model_available", True): N_("the same model in stock"),
    ("same_model_available", False): N_("the same model out of stock"),
    ("fault_part", FaultPart.MAIN): N_("a fault of a main part"),
}
"""Each answer as a condition, for the middle of a sentence."""
