"""The worked examples that were agreed on with the shop, where this checkout has them beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from counter.rules.eligibility import decide
from counter.rules.facts import read_facts
from tests.returns import CN

EXAMPLES: Final = Path(__file__).parents[3] / "shared" / "cases" / "eligibility.json"


def examples() -> list[Any]:
    """One parameter for each example, or one that is skipped."""
    if not EXAMPLES.exists():
        reason = "the worked examples are not beside this checkout"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    cases = json.loads(EXAMPLES.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["facts"]["id"]) for case in cases]


@pytest.mark.parametrize("case", examples())
def test_worked_example(case: dict[str, Any]) -> None:
    verdict = decide(read_facts(case["facts"]), CN).to_json()

    assert {name: verdict[name] for name in case["expected"]} == case["expected"], case["title"]
