"""Cases to judge: the facts of somebody who brings one line back."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from counter.policies import shipped_policy
from counter.rules.eligibility import decide
from counter.rules.facts import Facts, read_facts
from counter.rules.policy import Policy
from counter.rules.verdict import Verdict

CN: Final = shipped_policy("cn")
EU: Final = shipped_policy("eu")

BOUGHT: Final = date(2025, 3, 3)
"""A Monday; neither the 7 nor the 15 days after it end on a rest day."""


def facts_of(**given: Any) -> Facts:
    """One unit bought on :data:`BOUGHT` and checked two days later, unless it is said otherwise."""
    usual = {"purchase_date": str(BOUGHT), "checked_on": "2025-03-05", "reason": "no_reason"}
    return read_facts({**usual, **given})


def judged(policy: Policy = CN, /, **given: Any) -> Verdict:
    """The verdict on such a case."""
    return decide(facts_of(**given), policy)


def failed(verdict: Verdict) -> list[tuple[str, str]]:
    """The failed rules as plain pairs."""
    return [(str(rule), field) for rule, field in verdict.failed_rules]
