"""The verdict on one line that comes back: codes, dates and amounts; sentences on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from models.terms import Remedy, VerdictWord


class Rule(StrEnum):
    """The return rules, by the codes that decisions keep."""

    R03 = "R03"
    R00 = "R00"
    K1 = "K1"
    R01 = "R01"
    A1 = "A1"
    F1 = "F1"
    F2 = "F2"
    D1 = "D1"
    S1 = "S1"
    W7 = "W7"
    W11 = "W11"
    B1 = "B1"
    W1 = "W1"
    W2 = "W2"
    W8 = "W8"
    W6 = "W6"
    W5 = "W5"
    W4 = "W4"
    W9 = "W9"
    W12 = "W12"
    W3 = "W3"
    Q3 = "Q3"
    F3 = "F3"
    Q1 = "Q1"
    Q2 = "Q2"
    NR1_X = "NR1-X"
    NR1_C = "NR1-C"
    NR1_I = "NR1-I"
    NR1_T = "NR1-T"
    NR1 = "NR1"
    NR0 = "NR0"
    NR2_X = "NR2-X"
    NR2_I = "NR2-I"
    NR2_T = "NR2-T"
    NR2 = "NR2"


class FailedRule(NamedTuple):
    """A rule that speaks against the customer's wish, and the fact that failed it."""

    rule: Rule
    field: str


class PolicyName(NamedTuple):
    """The version of a pack that a verdict was given by."""

    name: str
    version: str


class Verdict(NamedTuple):
    """What a clerk may grant, until when, by which rule, and all that is missing.

    Attributes:
        id: the facts' own, where they had one.
        verdict: the strongest thing a clerk may grant.
        remedies: what the rule supports, strongest first.
        rule: the first rule that decided.
        failed_rules: every rule that speaks against it, in order.
        last_day: the last day of the strongest remedy, or the day on which its time was over.
        returnable_quantity: units sold and not yet returned, before this request.
        refund_minor: what is paid back, where a refund is among the remedies.
        depreciation_minor: what is kept for use.
        compensation_minor: punitive compensation, on top of the refund.
        policy: the version that decided.
    """

    id: str | int | None
    verdict: VerdictWord
    remedies: tuple[Remedy, ...]
    rule: Rule
    failed_rules: tuple[FailedRule, ...]
    last_day: date | None
    returnable_quantity: int
    refund_minor: int | None
    depreciation_minor: int | None
    compensation_minor: int | None
    policy: PolicyName

    def to_json(self, explanation: Sequence[str] = ()) -> dict[str, Any]:
        """The verdict in JSON's types with every key, and the sentences that explain it."""
        return {
            "id": self.id,
            "verdict": self.verdict,
            "remedies": list(self.remedies),
            "rule": self.rule,
            "failed_rules": [{"rule": rule, "field": field} for rule, field in self.failed_rules],
            "last_day": self.last_day and self.last_day.isoformat(),
            "returnable_quantity": self.returnable_quantity,
            "refund_minor": self.refund_minor,
            "depreciation_minor": self.depreciation_minor,
            "compensation_minor": self.compensation_minor,
            "explanation": list(explanation),
            "policy": {"name": self.policy.name, "version": self.policy.version},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Verdict:
        """The verdict that was kept as :meth:`to_json` made it, without its sentences."""
        last_day = kept["last_day"]
        return cls(
            kept["id"],
            VerdictWord(kept["verdict"]),
            tuple(Remedy(remedy) for remedy in kept["remedies"]),
            Rule(kept["rule"]),
            tuple(FailedRule(Rule(one["rule"]), one["field"]) for one in kept["failed_rules"]),
            date.fromisoformat(last_day) if last_day else None,
            kept["returnable_quantity"],
            kept["refund_minor"],
            kept["depreciation_minor"],
            kept["compensation_minor"],
            PolicyName(kept["policy"]["name"], kept["policy"]["version"]),
        )
