"""A verdict in words: the sentences that a clerk reads aloud, in the active language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache, reduce

from counter import language
from counter.language import _
from counter.rules.explaining import Amount, Step, steps
from counter.rules.facts import Facts
from counter.rules.policy import Policy
from counter.rules.verdict import Verdict
from counter.words import label
from models.terms import Remedy


def explanation(facts: Facts, policy: Policy, verdict: Verdict) -> list[str]:
    """Why ``verdict`` came out, a sentence for each step, with the article where there is one."""
    return [_said(step, policy) for step in steps(facts, policy, verdict)]


def any_of(remedies: Iterable[Remedy]) -> str:
    """The remedies as a choice: ``refund, exchange or free repair``."""
    *some, last = [label(remedy) for remedy in remedies]
    if not some:
        return last
    before = reduce(lambda one, other: _("{first}, {next}").format(first=one, next=other), some)
    return _("{some} or {last}").format(some=before, last=last)


def _said(step: Step, policy: Policy) -> str:
    sentence = _(step.sentence).format_map(_Shown(step.values, policy.currency))
    article = policy.article(step.source, language.active()) if step.source else None
    if article is None:
        return sentence
    return _("{sentence} ({article})").format(sentence=sentence, article=article)


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
        return any_of(value) if isinstance(value, tuple) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@lru_cache(1000)
def _day(value: date, _language: str) -> str:
    """The day in words; the same few dates stand in every case of a day."""
    return language.full_day(value)
