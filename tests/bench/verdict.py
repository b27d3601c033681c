"""A changed answer on the return screen: how long our own work takes until the words stand.

From the answers as they were given to facts, verdict, the sentences that explain it and those that
say what would change it; the terminal's own time is no part of it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Any, Final

from counter import language
from counter.policies import shipped_policy
from counter.rules.eligibility import decide
from counter.rules.facts import read_facts
from counter.rules.policy import Policy
from counter.verdict_words import changing, explanation
from tests.bench.figures import Figure, table
from tests.bench.return_mix import written_facts

CASES: Final = 2000
LIMIT: Final = "<= 16 ms"


def measure() -> list[Figure]:
    """The figure of each language."""
    return [_figure(name) for name in language.LANGUAGES]


def _figure(name: str) -> Figure:
    policy, answers = shipped_policy("cn"), written_facts(CASES)
    with _speaking(name):
        seconds = [_shown(given, policy) for given in answers]
    worst = quantiles(seconds, n=20)[-1]
    middle = median(seconds)
    return Figure(
        f"answer to verdict, explanation and what would change it ({name}), p95 of {CASES:,} cases",
        f"{worst * 1000:.2f} ms (median {middle * 1000:.2f}, longest {max(seconds) * 1000:.2f})",
        "",
        None,
        LIMIT,
    )


def _shown(given: dict[str, Any], policy: Policy) -> float:
    """Seconds from the answers of one case to the words."""
    begun = time.perf_counter()
    facts = read_facts(given)
    verdict = decide(facts, policy)
    explanation(facts, policy, verdict)
    changing(facts, policy, verdict)
    return time.perf_counter() - begun


@contextmanager
def _speaking(name: str) -> Iterator[None]:
    before = language.active()
    language.use(name)
    try:
        yield
    finally:
        language.use(before)


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
