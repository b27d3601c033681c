"""What the benchmarks say where they cannot measure, and that their floors do the same work."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from counter.rules.eligibility import decide
from counter.rules.facts import Facts
from counter.rules.verdict import Rule, Verdict
from tests.bench import zen_model
from tests.bench.decisions import (
    CASES,
    LOADED,
    MADE,
    NOT_MEASURED,
    REST_DAYS_FROM,
    REST_DAYS_TO,
    against_engine,
    engines,
)
from tests.bench.figures import table
from tests.bench.if_chain import IfChain
from tests.bench.import_receipts import measure
from tests.bench.return_mix import mixed_facts
from tests.returns import CN


def test_a_missing_file_is_said_and_leaves_no_empty_table(tmp_path: Path) -> None:
    (figure,) = measure(tmp_path / "missing.csv.gz")

    assert figure.value.startswith("not measured")
    assert figure.value in table([figure])


@cache
def measured() -> Sequence[tuple[Facts, Verdict]]:
    """Every case of the mix with its verdict."""
    return [(facts, decide(facts, CN)) for facts in mixed_facts(CASES)]


def test_the_mix_of_returns_is_decided_by_every_rule() -> None:
    assert {verdict.rule for _facts, verdict in measured()} == set(Rule)


def test_the_hand_written_chain_decides_as_the_rules_do() -> None:
    chain = IfChain(CN.rest_days, REST_DAYS_FROM, REST_DAYS_TO)

    for facts, verdict in measured():
        expected = verdict.verdict, verdict.rule, verdict.last_day, verdict.refund_minor
        assert chain.decide(facts) == expected, facts


@pytest.mark.parametrize("name", [MADE, LOADED])
def test_the_model_of_the_rules_engine_decides_as_the_rules_do(name: str) -> None:
    asked = engines()
    if not asked:
        pytest.skip("zen-engine is not installed")

    for facts, verdict in measured():
        answer = asked[name](zen_model.prepared(facts, CN))
        assert zen_model.decided_by(answer) == (verdict.verdict, verdict.rule), facts


def test_a_missing_rules_engine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zen", None)

    (figure,) = against_engine([])

    assert figure.value == NOT_MEASURED
