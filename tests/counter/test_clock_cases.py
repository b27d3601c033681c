"""The worked examples of service clocks, where this checkout has them beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from counter.cli import app
from counter.rules.clock_answers import clock
from counter.rules.clock_lines import question_of
from counter.service_versions import shipped_service

EXAMPLES: Final = Path(__file__).parents[3] / "shared" / "cases" / "clocks.json"


def cases() -> list[Any]:
    if not EXAMPLES.exists():
        return []
    return list(json.loads(EXAMPLES.read_text(encoding="utf-8"))["cases"])


def examples() -> list[Any]:
    """One parameter for each example, or one that is skipped."""
    found = cases()
    if not found:
        reason = "the worked examples are not beside this checkout"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(case, id=case["line"]["id"]) for case in found]


@pytest.mark.parametrize("case", examples())
def test_worked_example(case: dict[str, Any]) -> None:
    rules = shipped_service("default", "Asia/Shanghai", "CN")[1]
    answer = clock(question_of(case["line"], lambda: rules)).to_json()

    assert {name: answer[name] for name in case["expected"]} == case["expected"], case["title"]


@pytest.mark.skipif(
    not EXAMPLES.exists(), reason="the worked examples are not beside this checkout"
)
def test_the_command_answers_all_worked_examples_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    typed = "".join(f"{json.dumps(case['line'])}\n" for case in cases())
    result = CliRunner().invoke(app, ["clock", "--json"], input=typed)
    answers = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert [answer["id"] for answer in answers] == [case["line"]["id"] for case in cases()]
    for answer, case in zip(answers, cases(), strict=True):
        assert answer | case["expected"] == answer, case["title"]
