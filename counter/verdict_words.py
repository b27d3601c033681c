"""A verdict in words: the sentences that a clerk reads aloud, in the active language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from counter import language
from counter.language import _, listed, pgettext
from counter.rules.changing import changes
from counter.rules.explaining import Amount, Listed, Step, steps
from counter.rules.facts import Facts
from counter.rules.policy import Policy
from counter.rules.verdict import Verdict
from counter.words import label
from models.messages import N_
from models.terms import Remedy


def explanation(
    facts: Facts,
    policy: Policy,
    verdict: Verdict,
    currency: str | None = None,
    *,
    articles: bool = True,
) -> list[str]:
    """Why ``verdict`` came out, a sentence for each step, with the article where there is one.

    Args:
        facts: what was judged.
        policy: by which version.
        verdict: what came out.
        currency: of the amounts, where the goods were not paid in the policy's own.
        articles: whether they are named; read aloud, a sentence goes without.
    """
    said = steps(facts, policy, verdict)
    if not articles:
        said = [step._replace(source=None) for step in said]
    return [_said(step, policy, currency) for step in said]


def changing(
    facts: Facts, policy: Policy, verdict: Verdict, currency: str | None = None
) -> list[str]:
    """What would change ``verdict``: at most four sentences, the most useful first."""
    return [_said(step, policy, currency) for step in changes(facts, policy, verdict)]


def any_of(remedies: Iterable[Remedy]) -> str:
    """The remedies as a choice: ``refund, exchange or free repair``."""
    return _joined([label(remedy) for remedy in remedies], _("{some} or {last}"))


def _joined(words: Iterable[str], at_last: str) -> str:
    """Words as a list, the last one joined as ``at_last`` says."""
    *some, last = words
    if not some:
        return last
    return at_last.format(some=listed(some), last=last)


_OTHER_CURRENCY: Final = N_(
    "The least compensation is known in {currency} only: a supervisor works the amount out."
)


def _said(step: Step, policy: Policy, currency: str | None) -> str:
    if currency not in (None, policy.currency) and "minimum" in step.values:
        step = Step(_OTHER_CURRENCY, {"currency": policy.currency}, step.source)
    sentence = _filled(step, currency or policy.currency)
    sentence = sentence[:1].upper() + sentence[1:]  # one may begin with a condition
    article = policy.article(step.source, language.active()) if step.source else None
    if article is None:
        return sentence
    return _("{sentence} ({article})").format(sentence=sentence, article=article)


def _filled(step: Step, currency: str) -> str:
    return _(step.sentence).format_map(_Shown(step.values, currency))


class _Shown(Mapping[str, object]):
    """The values of a step, each put into words when the sentence asks for it."""

    def __init__(self, values: Mapping[str, object], currency: str) -> None:
        self._values, self._currency = values, currency

    def __getitem__(self, name: str) -> object:
        value = self._values[name]
        if isinstance(value, date):
            return _day(value, language.active())
        if isinstance(value, Amount):
            return language.money(value.minor, self._currency)
        if isinstance(value, StrEnum):
            return label(value)
        if isinstance(value, Step):
            return _filled(value, self._currency)
        if isinstance(value, Listed):
            at_last = (
                pgettext("conditions", "{some} and {last}")  # Chinese joins clauses otherwise
                if value.joint == "and"
                else _("{some} or {last}")
            )
            return _joined([_(condition) for condition in value.conditions], at_last)
        return any_of(value) if isinstance(value, tuple) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@lru_cache(1000)
def _day(value: date, _language: str) -> str:
    """The day in words; the same few dates stand in every case of a day."""
    return language.full_day(value)
