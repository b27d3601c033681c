"""Why a verdict came out as it did: one step each, as a sentence to be filled in and its source.

Steps are made when somebody asks, from the same facts and policy version; the words of a language
are put in where they are shown (``counter.verdict_words``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from counter.rules.case import Case, Ruling
from counter.rules.deadlines import Window
from counter.rules.eligibility import deciding, depreciation_days, rulings
from counter.rules.facts import Facts
from counter.rules.policy import Policy
from counter.rules.verdict import Rule, Verdict
from models.messages import N_, Marked
from models.terms import Remedy, ReturnReason, VerdictWord


class Step(NamedTuple):
    """One sentence to read aloud.

    Attributes:
        sentence: an untranslated message with named values.
        values: dates, numbers, terms, amounts as :class:`Amount`, conditions as :class:`Listed`,
            and steps that are a part of this one.
        source: whose article says so: a rule, or ``day_0``, ``months``, ``roll``.
    """

    sentence: str
    values: Mapping[str, object]
    source: str | None = None


class Amount(NamedTuple):
    """An amount in minor units of the policy's currency."""

    minor: int


class Listed(NamedTuple):
    """Conditions of which any (``or``) or all (``and``) are meant."""

    conditions: tuple[Marked, ...]
    joint: str


def steps(facts: Facts, policy: Policy, verdict: Verdict) -> list[Step]:
    """The way to ``verdict``, which these facts have under this policy."""
    case = Case(facts, policy)
    found = rulings(case)
    decisive = deciding(found)
    return _naming_once(
        [
            *_periods(case, found, decisive),
            *_failures(case, found),
            *_decision(case, decisive, verdict),
            *_money(case, verdict),
        ]
    )


def _naming_once(said: list[Step]) -> list[Step]:
    """The steps, of which none names the article that the one before has just named."""
    return [
        step._replace(source=None) if at and step.source == said[at - 1].source else step
        for at, step in enumerate(said)
    ]


# --- the dates ------------------------------------------------------------------------------


def _periods(case: Case, found: list[Ruling], decisive: Ruling) -> Iterator[Step]:
    """Day 0 and the end of the period that decided, and of each that is over."""
    facts = case.facts
    named = [one for one in found if one.window and (one is decisive or "checked_on" in one.fields)]
    if not named and decisive.rule not in _WAITING:
        return
    said: list[Window] = []
    for one in named:
        if one.window is not None and one.window not in said:
            if not said or said[-1].start != one.window.start:
                yield _beginning(case, one)
            if one.rule in _LENGTHENED and case.tier_days:
                values = {"tier": facts.tier, "extra": case.tier_days, "days": one.window.days}
                sentence = N_("A {tier} member has {extra} days more: {days} days in all.")
                yield Step(sentence, values, one.rule)
            said.append(one.window)
            yield from _end(case, one.window, one.rule)
    if not named:
        yield Step(N_("The parcel has not been signed for: the time has not begun."), {}, "NR1")


_WAITING: Final = frozenset({Rule.NR1})
"""Rules whose time may not have begun."""

_LENGTHENED: Final = frozenset({Rule.NR2, Rule.NR2_T})
"""Rules whose time is longer for a member."""


def _beginning(case: Case, ruling: Ruling) -> Step:
    """What day 0 is, and why."""
    facts, period = case.facts, ruling.window
    start = period.start if period else case.start
    if case.papers_are_lost and ruling.rule in (Rule.W11, Rule.W8):
        wait = case.policy.serial_only_start_days
        made = {"made": facts.production_date, "days": wait, "start": start}
        return Step(_MADE, made, "W11")
    values: dict[str, object] = {"sold": facts.purchase_date, "start": start}
    if start == facts.exchanged_on and start != case.start:
        return Step(N_("Exchanged on {start}: that is day 0 of repair and exchange."), values)
    if start == facts.purchase_date:
        return Step(N_("Bought on {sold}: that is day 0."), values, "day_0")
    if start == facts.installed_date:
        sentence = N_("Bought on {sold}, installed on {start}: that is day 0.")
    else:
        sentence = N_("Bought on {sold}, received on {start}: that is day 0.")
    return Step(sentence, values, "day_0")


_MADE: Final = N_(
    "Made on {made}. Without papers the time begins {days} days later: day 0 is {start}."
)


def _end(case: Case, period: Window, rule: Rule) -> Iterator[Step]:
    """Where the period ends, whether it moves, and what day it is today."""
    values: dict[str, object] = {
        "days": period.days,
        "months": period.months,
        "repair_days": period.repair_days,
        "end": period.end,
    }
    if not period.months:
        yield Step(N_("{days} days end on {end}."), values, rule)
    elif period.repair_days:
        sentence = N_("{months} months and {repair_days} days in repair end on {end}.")
        yield Step(sentence, values, "repair_days")
    else:
        yield Step(N_("{months} months end on {end}."), values, "months")
    if period.last_day != period.end:
        sentence = N_("{end} is a rest day: the last day is {last_day}.")
        yield Step(sentence, {"end": period.end, "last_day": period.last_day}, "roll")
    for year in sorted({period.end.year, period.last_day.year}):
        if not case.policy.rest_days.is_announced(year):
            yield Step(
                N_(
                    "The make-up working days of {year} are not announced; its holidays are "
                    "computed."
                ),
                {"year": str(year)},
            )
    yield _today(case.today, period)


def _today(today: date, period: Window) -> Step:
    day = (today - period.start).days
    values = {"today": today, "day": day, "late": (today - period.last_day).days}
    if day < 0:
        return Step(N_("Today, {today}, is before day 0: that is in time."), values)
    if today > period.last_day:
        return Step(N_("Today, {today}, is day {day}: that is too late."), values)
    return Step(N_("Today, {today}, is day {day}: that is in time."), values)


# --- what is missing ------------------------------------------------------------------------


def _failures(case: Case, found: list[Ruling]) -> Iterator[Step]:
    facts = case.facts
    values = {
        "category": facts.category,
        "requested": facts.quantity_requested,
        "sold": facts.quantity_sold,
        "left": max(facts.quantity_sold - facts.quantity_returned_before, 0),
    }
    for ruling in found:
        for field in ruling.fields:
            sentence = _FAILURES.get(ruling.rule) or _INTACT.get(field)
            if sentence is not None:
                yield Step(sentence, values, ruling.rule)


_FAILURES: Final = {
    Rule.R03: N_("A refund of this line is open already: look at that one first."),
    Rule.R00: N_("Asked for: {requested}. Left of the {sold} that were sold: {left}."),
    Rule.R01: N_(
        "Nothing shows the purchase yet. A receipt, an invoice, a record of payment, of the member "
        "or of the parcel will do."
    ),
    Rule.NR1_X: N_("The law excludes {category} in this state from returns without a reason."),
    Rule.NR1_C: N_(
        "When buying, the customer confirmed that these goods cannot be returned without a reason."
    ),
    Rule.NR1_T: N_("The time for returns without a reason is over."),
    Rule.NR0: N_(
        "Bought in the shop, which has promised no returns without a reason. A defect would still "
        "be judged."
    ),
    Rule.NR2_X: N_("The shop's promise leaves out {category} in this state."),
    Rule.NR2_T: N_("The time of the shop's promise is over."),
    Rule.Q3: N_("The damage comes from the customer."),
    Rule.W7: N_("Misuse, or opened by somebody who is not authorised: no free service."),
    Rule.W8: N_("The warranty is over."),
    Rule.W11: N_("The papers are lost and only the serial number is known: repair only."),
    Rule.B1: N_(
        "The cause is disputed this soon after the sale: the shop has to prove it and may not "
        "refuse."
    ),
}
"""What a failed rule means; of NR1-I and NR2-I each fact has a sentence of its own."""

_INTACT: Final = {
    "activated": N_("The device was activated, so it is not intact."),
    "misuse": N_("The goods were used wrongly, so they are not intact."),
    "packaging_intact": N_("The packaging is not intact."),
    "accessories_complete": N_("Accessories are missing."),
    "resale_ok": N_("The goods cannot be sold again as they are."),
    "tags_attached": N_("The labels were removed."),
    "seal_intact": N_("The seal was broken."),
    "opened": N_("The goods were opened."),
    "used": N_("The goods were used."),
}

# --- the decision ---------------------------------------------------------------------------


def _decision(case: Case, decisive: Ruling, verdict: Verdict) -> Iterator[Step]:
    if case.facts.reason is ReturnReason.LABEL_FLAW and verdict.rule is Rule.F2:
        sentence = N_(
            "A flaw of the label that harms nobody and misleads nobody: no compensation; it is "
            "judged as a return without a reason."
        )
        yield Step(sentence, {}, Rule.F2)
    if decisive.rule in _GROUNDS:
        spent = {"repairs": case.facts.repairs_done, "wait": case.facts.wait_days}
        yield Step(_GROUNDS[decisive.rule], spent, decisive.rule)
    if decisive.rule is Rule.Q2 and verdict.verdict is VerdictWord.REFER:
        yield Step(N_("The fault defeats the purpose of the purchase."), {}, decisive.rule)
    said = {"remedies": verdict.remedies, "last_day": verdict.last_day}
    yield Step(_outcome(verdict), said, decisive.rule)
    longer = case.promised(case.policy.store_exchange_days)
    if decisive.rule is Rule.NR2 and verdict.verdict is VerdictWord.REFUND and longer is not None:
        until = {"last_day": longer.last_day}
        yield Step(N_("An exchange stays open to {last_day}."), until, Rule.NR2)


_GROUNDS: Final = {
    Rule.K1: N_("The goods were recalled: they are taken back without a receipt."),
    Rule.A1: N_("An authority found the goods unqualified: they are taken back at any time."),
    Rule.F1: N_("The food was unsafe or past its date when it was sold: open a P1 ticket."),
    Rule.D1: N_("The customer says that the goods are not genuine."),
    Rule.S1: N_("The wrong goods, or too few, were delivered."),
    Rule.W4: N_("{repairs} repairs were completed, and the goods still fail."),
    Rule.W5: N_("Parts have been waited for {wait} days: that is too long."),
    Rule.W6: N_("The repairer has taken {wait} days: that is too long."),
    Rule.W9: N_("The customer may exchange, but the same model is not there: the whole price "
                "goes back."),
    Rule.W12: N_("A main part failed within its own warranty."),
}  # fmt: skip
"""What speaks for the customer, where the dates alone do not say it."""


def _outcome(verdict: Verdict) -> str:
    """The sentence that the clerk says last."""
    match verdict.verdict:
        case VerdictWord.REFUSE if verdict.remedies:
            return N_("There is no free remedy; what can be offered: {remedies}.")
        case VerdictWord.REFUSE:
            return N_("This cannot be taken back for the reason given.")
        case VerdictWord.REFER if not verdict.remedies:
            return N_("The supervisor decides.")
        case VerdictWord.REFER:
            return N_("The supervisor decides. The rule supports: {remedies}.")
    if verdict.last_day is None:
        return N_("The customer may have: {remedies}.")
    return N_("The customer may have, until {last_day}: {remedies}.")


# --- the money ------------------------------------------------------------------------------


def _money(case: Case, verdict: Verdict) -> Iterator[Step]:
    facts, policy = case.facts, case.policy
    values: dict[str, object] = {
        "quantity": facts.quantity_requested,
        "unit": Amount(facts.unit_price_minor),
        "price": Amount(case.price_minor),
        "gift": Amount(facts.gift_price_minor),
        "loss": Amount(facts.loss_minor),
        "refund": Amount(verdict.refund_minor or 0),
        "depreciation": Amount(verdict.depreciation_minor or 0),
        "compensation": Amount(verdict.compensation_minor or 0),
    }
    if verdict.depreciation_minor is not None and verdict.rule is not Rule.W9:
        guarantee = case.guarantee
        rate = guarantee.depreciation_per_day if guarantee else None
        values |= {
            "percent": _percent(rate),
            "days": depreciation_days(facts),
            "repair_days": facts.repair_days,
        }
        yield Step(_DEPRECIATION, values, verdict.rule)
    elif Remedy.REFUND_WITH_DEPRECIATION in verdict.remedies:
        yield Step(N_("The pack has no depreciation rate for these goods."), values)
    if verdict.refund_minor is not None:
        yield Step(_refund_sentence(case, verdict), values)
    if verdict.rule is Rule.F1 and policy.food is not None:
        values |= {
            "times": policy.food.times_price,
            "times_loss": policy.food.times_loss,
            "minimum": Amount(policy.food.minimum_minor),
        }
        yield Step(_FOOD, values, Rule.F1)
    if verdict.rule is Rule.D1 and policy.fraud is not None:
        values |= {"times": policy.fraud.times, "minimum": Amount(policy.fraud.minimum_minor)}
        yield Step(_FRAUD, values, Rule.D1)


_DEPRECIATION: Final = N_(
    "Depreciation: {price} x {percent} % x {days} days (without {repair_days} in repair) = "
    "{depreciation}."
)
_FOOD: Final = N_(
    "Compensation beside the refund: the larger of {times} x {price} and {times_loss} x {loss}, at "
    "least {minimum}: {compensation}."
)
_FRAUD: Final = N_(
    "Compensation beside the refund: {times} x {price}, at least {minimum}: {compensation}."
)


def _refund_sentence(case: Case, verdict: Verdict) -> str:
    if verdict.depreciation_minor:
        return N_("Refund: {price} - {depreciation} = {refund}.")
    if verdict.refund_minor != case.price_minor:
        return N_("Refund: {price} less {gift} for the gift that was kept = {refund}.")
    return N_("Refund: {quantity} x {unit} = {refund}.")


def _percent(rate: object) -> str:
    exact = Fraction(rate) * 100 if isinstance(rate, Fraction) else Fraction(0)
    return str(Decimal(exact.numerator) / Decimal(exact.denominator))
