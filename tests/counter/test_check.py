"""``counter check``: facts in, verdicts out, line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.commands.json_lines import LONGEST_LINE
from tests.returns import facts_of, judged

CHECKOUT = Path(__file__).parents[2]

Run = Callable[..., Result]

GOOD: dict[str, Any] = {
    "purchase_date": "2025-03-03", "checked_on": "2025-03-05", "reason": "no_reason",
}  # fmt: skip


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types ``counter check``; ``typed`` is standard input."""
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))

    def check(*words: str, typed: str | bytes = "") -> Result:
        result = CliRunner().invoke(app, ["check", *words], input=typed)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return check


def lines(*cases: object) -> str:
    return "".join(f"{case if isinstance(case, str) else json.dumps(case)}\n" for case in cases)


def answers(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- good facts -----------------------------------------------------------------------------


def test_each_line_is_answered_in_order(check: Run) -> None:
    typed = lines(*({**GOOD, "id": number} for number in range(5)))
    result = check("--json", typed=typed)

    assert result.exit_code == 0
    assert [answer["id"] for answer in answers(result)] == [0, 1, 2, 3, 4]


def test_the_answer_is_the_verdict_with_every_key_and_its_explanation(check: Run) -> None:
    (answer,) = answers(check("--json", "-", typed=lines(GOOD)))

    explanation = answer.pop("explanation")
    expected = judged().to_json()
    del expected["explanation"]
    assert answer == json.loads(json.dumps(expected))
    assert any("Mon 10 Mar" in sentence for sentence in explanation)


def test_a_file_is_read_as_standard_input_is(check: Run, tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + lines({**GOOD, "id": "张三"}, GOOD).encode())
    result = check("--json", str(path))

    assert [answer["id"] for answer in answers(result)] == ["张三", None]


def test_null_counts_as_absent(check: Run) -> None:
    given = {**GOOD, "category": None, "opened": None, "quantity_sold": None, "roll_rule": None}
    (answer,) = answers(check("--json", typed=lines({**given, "id": None})))

    assert answer == answers(check("--json", typed=lines(GOOD)))[0]


def test_another_policy_is_named(check: Run) -> None:
    online = {**GOOD, "channel": "online", "received_date": "2025-03-03"}
    (answer,) = answers(check("--json", "--policy", "eu", typed=lines(online)))

    assert (answer["policy"]["name"], answer["last_day"]) == ("eu", "2025-03-17")


def test_blank_lines_are_passed_over(check: Run) -> None:
    result = check("--json", typed=lines(GOOD, "", "  ", GOOD) + "\n")

    assert (result.exit_code, len(answers(result))) == (0, 2)


def test_nothing_asked_is_nothing_answered(check: Run) -> None:
    result = check("--json")

    assert (result.exit_code, result.stdout) == (0, "")


def test_a_person_reads_the_same(check: Run) -> None:
    result = check(typed=lines({**GOOD, "id": "A-1"}))

    assert result.exit_code == 0
    for part in ("A-1", "refund or exchange", "Mon 10 Mar 2025", "NR2", "100.00 CNY", "day 2"):
        assert part in result.stdout


# --- bad facts ------------------------------------------------------------------------------

BAD = [
    ({**GOOD, "colour": "red"}, "colour"),
    ({**GOOD, "checked_on": "2025-02-30"}, "checked_on"),
    ({**GOOD, "purchase_date": "2025-13-01"}, "purchase_date"),
    ({**GOOD, "received_date": "20250303"}, "received_date"),
    ({**GOOD, "received_date": "2025-W10-1"}, "received_date"),
    ({**GOOD, "received_date": 20250303}, "received_date"),
    ({**GOOD, "checked_on": "2025-03-02"}, "checked_on"),
    ({**GOOD, "quantity_sold": -1}, "quantity_sold"),
    ({**GOOD, "quantity_returned_before": -1}, "quantity_returned_before"),
    ({**GOOD, "quantity_requested": -1}, "quantity_requested"),
    ({**GOOD, "quantity_sold": 1.5}, "quantity_sold"),
    ({**GOOD, "quantity_sold": True}, "quantity_sold"),
    ({**GOOD, "unit_price_minor": 2**63}, "unit_price_minor"),
    ({**GOOD, "repair_days": "3"}, "repair_days"),
    ({**GOOD, "opened": "true"}, "opened"),
    ({**GOOD, "opened": 1}, "opened"),
    ({**GOOD, "category": "spaceship"}, "category"),
    ({**GOOD, "category": ["tv"]}, "category"),
    ({**GOOD, "wait_cause": "weather"}, "wait_cause"),
    ({**GOOD, "reason": "expired_at_sale"}, "reason"),
    ({**GOOD, "reason": "food_unsafe", "category": "medicine"}, "reason"),
    ({**GOOD, "reason": "label_flaw", "category": "cosmetics"}, "reason"),
    ({**GOOD, "reason": None}, "reason"),
    ({"checked_on": "2025-03-05", "reason": "recall"}, "purchase_date"),
    ({"purchase_date": "2025-03-05", "reason": "recall"}, "checked_on"),
    ({**GOOD, "id": 1.5}, "id"),
    ({**GOOD, "id": ["x"]}, "id"),
]


@pytest.mark.parametrize(("facts", "field"), BAD)
def test_bad_facts_are_told_with_their_field_and_the_others_go_on(
    check: Run, facts: dict[str, Any], field: str
) -> None:
    result = check("--json", typed=lines({"id": "bad", **facts}, {**GOOD, "id": "good"}))
    bad, good = answers(result)

    assert result.exit_code == 2
    assert list(bad) == ["id", "error", "field"]
    assert (bad["id"], bad["field"]) == (None if field == "id" else "bad", field)
    assert good["verdict"] == "refund"


NO_JSON = [
    "{", "nonsense", "[1, 2]", "7", '"text"', "null", '{"id": NaN}', "[" * 100_000,
    '{"id": ' + "9" * 5000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("line", NO_JSON, ids=lambda line: line[:12])
def test_a_line_that_is_no_object_has_no_field(check: Run, line: str) -> None:
    bad, good = answers(check("--json", typed=lines(line, GOOD)))

    assert (bad["id"], bad["field"], list(bad)) == (None, None, ["id", "error", "field"])
    assert good["verdict"] == "refund"


def test_bytes_that_are_no_text_are_one_bad_line(check: Run) -> None:
    bad, good = answers(check("--json", typed=b"\xff\xfe{}\n" + lines(GOOD).encode()))

    assert (bad["field"], good["verdict"]) == (None, "refund")


def test_a_line_without_end_takes_no_memory_and_no_other_lines_with_it(check: Run) -> None:
    long = '{"id": "' + "x" * (3 * LONGEST_LINE) + '"}'
    bad, good = answers(check("--json", typed=lines(long, GOOD)))

    assert (bad["id"], bad["field"], good["verdict"]) == (None, None, "refund")


def test_a_person_is_told_which_line_was_bad(check: Run) -> None:
    result = check(typed=lines(GOOD, {**GOOD, "quantity_sold": -1}, GOOD))

    assert result.exit_code == 2
    assert result.stdout.count("rule: NR2") == 2
    assert result.stderr.startswith("Line 2: The fact 'quantity_sold' cannot be -1.")


def test_what_a_terminal_would_obey_is_not_repeated_raw(check: Run) -> None:
    hostile = "a\x1b[2J\x9b31m\u202e"
    case = {**GOOD, "id": hostile}
    for typed in (lines(case), lines({**case, hostile: 1}), lines({**case, "category": hostile})):
        for words in ((), ("--json",)):
            result = check(*words, typed=typed)
            assert not set(result.output) & set("\x1b\x9b\u202e")
    assert answers(check("--json", typed=lines(case)))[0]["id"] == hostile


def test_the_ends_of_calendars_and_numbers_are_judged(check: Run) -> None:
    most = 2**63 - 1
    far = {
        "purchase_date": "9999-12-30", "checked_on": "9999-12-31", "reason": "quality",
        "category": "phone", "repair_days": most, "unit_price_minor": most,
        "quantity_sold": most, "quantity_requested": most, "repairs_done": most,
    }  # fmt: skip
    early = {**far, "purchase_date": "0001-01-01", "production_date": "0001-01-01"}
    result = check("--json", typed=lines(far, {**early, "proof": "serial_only"}))

    assert result.exit_code == 0
    assert answers(result)[0]["refund_minor"] == most * most
    assert check(typed=lines(far)).exit_code == 0


# --- the command ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.jsonl",), "There is no file nowhere.jsonl"),
        ((".",), "cannot be read"),
        (("--policy", "mars"), "There are: cn, eu"),
        (("",), "The name is empty"),
    ],
)
def test_what_cannot_be_begun_ends_in_words(check: Run, words: tuple[str, ...], said: str) -> None:
    result = check(*words)

    assert result.exit_code in (1, 2)
    assert said in " ".join(result.stderr.split())


def started(*words: str, home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "counter", "check", "--json", *words],
        cwd=CHECKOUT,
        env={**os.environ, "COUNTER_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_line_is_answered_before_the_next_is_written(tmp_path: Path) -> None:
    with started(home=tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(lines({**GOOD, "id": number}).encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text(lines(GOOD) * 2000, encoding="utf-8")
    with started(str(path), home=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 141


def test_no_store_and_no_folder_is_made(check: Run, tmp_path: Path) -> None:
    check("--json", typed=lines(GOOD))

    assert not (tmp_path / "home").exists()


def test_facts_come_back_from_json_as_they_went() -> None:
    facts = facts_of(received_date="2025-03-04", wait_cause="parts", id=7)

    assert facts_of(**facts.to_json()) == facts
