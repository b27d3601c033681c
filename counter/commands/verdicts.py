"""A verdict for a person: what can be had, until when, by which rule, how much, and why."""

from __future__ import annotations

from collections.abc import Iterable

from counter.commands.output import print_facts, safe
from counter.language import _, full_day, money
from counter.rules.facts import Facts
from counter.rules.policy import Policy
from counter.rules.verdict import Verdict
from counter.words import label


def print_verdict(
    facts: Facts,
    verdict: Verdict,
    policy: Policy,
    *,
    about: Iterable[tuple[str, str | None]],
    currency: str | None = None,
    payable_minor: int | None = None,
) -> None:
    """Print a verdict with the sentences that explain it.

    Args:
        facts: what was judged.
        verdict: what came out.
        policy: by which version.
        about: what it is about, printed before it.
        currency: of the amounts, where it is not the policy's own.
        payable_minor: what goes back, where that is not the refund of the verdict alone.
    """
    from counter.verdict_words import any_of, explanation

    paid_in = currency or policy.currency
    refund = verdict.refund_minor if payable_minor is None else payable_minor

    def amount(minor: int | None) -> str | None:
        return None if minor is None else money(minor, paid_in)

    print_facts(
        [
            *about,
            (_("verdict"), label(verdict.verdict)),
            (_("remedies"), any_of(verdict.remedies) if verdict.remedies else None),
            (_("last day"), full_day(verdict.last_day) if verdict.last_day else None),
            (_("rule"), f"{verdict.rule} ({verdict.policy.name} {verdict.policy.version})"),
            (_("refund"), amount(refund)),
            (_("depreciation"), amount(verdict.depreciation_minor)),
            (_("compensation"), amount(verdict.compensation_minor)),
        ]
    )
    for sentence in explanation(facts, policy, verdict, currency):
        print(f"  {safe(sentence)}")
