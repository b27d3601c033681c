"""``counter overdue``: the board from the shell, plain, as JSON, as CSV, and watched."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter import tickets
from counter.cli import app
from counter.commands.session import invocation
from counter.desk import Actor
from counter.shop import Shop, system_time
from models.terms import Role
from tests.lateness import Late, let_be_late
from tests.premises import PIN, Clock, hire, sell, shop_at

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def late(
    tmp_path: Path, founded_store: Path, pin_hash: str, monkeypatch: pytest.MonkeyPatch
) -> Late:
    """A counter at which things have been late for a long time."""
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    clock = Clock()
    shop = shop_at(tmp_path / "home", clock, founded_store)
    clerk = hire(shop, "li", Role.CLERK, pin_hash)
    found = let_be_late(shop, clerk, sell(shop), clock)
    shop.close()
    return found


def run(*words: str, who: str = "li") -> Result:
    result = CliRunner().invoke(
        app, ["overdue", *words, "--as", who, "--pin-stdin"], input=f"{PIN}\n"
    )
    assert "Traceback" not in result.output
    return result


def read(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_the_table_says_what_is_late_and_adds_it_up(late: Late) -> None:
    lines = run().stdout.splitlines()
    assert lines[0].startswith("5 late, worst ")
    assert "kind: complaint 3, inquiry 2" in lines
    assert "clerk: nobody 4, Li 1" in lines
    assert sum(late.complaint in line for line in lines) == 2


def test_json_has_the_moment_the_totals_and_the_rows(late: Late) -> None:
    found = read()
    assert list(found) == ["at", "late", "soon", "hidden", "totals", "rows"]
    assert found["totals"]["clerk"] == [{"clerk": None, "rows": 4}, {"clerk": "li", "rows": 1}]
    (row,) = [row for row in found["rows"] if row["ticket"] == late.taken]
    assert list(row) == [
        "ticket", "kind", "clock", "level", "due_at", "late_minutes", "minutes_left", "status",
        "priority", "customer", "phone_end", "clerk", "department", "waits_for",
    ]  # fmt: skip
    assert (row["kind"], row["clock"], row["due_at"], row["customer"], row["clerk"]) == (
        "complaint", "resolution", "2025-03-08T10:00:00Z", "王*", "li",
    )  # fmt: skip
    assert row["late_minutes"] > 0
    assert row["minutes_left"] is None


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("--kind", "inquiry"), 2),
        (("--clock", "first_response"), 2),
        (("--clerk", "li"), 1),
        (("--clerk", "nobody"), 4),
        (("--level", "0"), 0),
        (("--department", "Kitchen"), 0),
        (("--soon",), 5),
    ],
    ids=str,
)
def test_a_filter_counts_what_it_hides(late: Late, words: tuple[str, ...], left: int) -> None:
    found = read(*words)
    assert (len(found["rows"]), found["late"], found["hidden"]) == (left, left, 5 - left)


def test_a_limit_cuts_rows_and_not_totals(late: Late) -> None:
    found = read("--limit", "2")
    assert (len(found["rows"]), found["late"]) == (2, 5)
    assert sum(total["rows"] for total in found["totals"]["kind"]) == 5


def test_csv_reads_back_as_the_rows(late: Late) -> None:
    lines = list(csv.DictReader(run("--csv").stdout.splitlines()))
    rows = read()["rows"]
    assert [line["ticket"] for line in lines] == [row["ticket"] for row in rows]
    assert [line["waits for"] for line in lines] == [row["waits_for"] for row in rows]


def test_somebody_who_does_not_work_here_is_told(late: Late) -> None:
    result = run("--clerk", "wang")
    assert result.exit_code != 0
    assert "wang" in result.stderr


def test_csv_and_json_at_once_are_refused(late: Late) -> None:
    assert run("--csv", "--json").exit_code != 0


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A process hears Ctrl+C unless this one was told to ignore it, as one in the background is."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.usefixtures("interruptible")
def test_a_watch_prints_again_after_another_terminals_write_and_ends_with_ctrl_c(
    late: Late, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with subprocess.Popen(
        [sys.executable, "-m", "counter", "overdue", "--watch", "--as", "li", "--pin-stdin"],
        cwd=CHECKOUT,
        env={**os.environ, "COUNTER_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        try:
            assert watching.stdin is not None
            assert watching.stdout is not None
            watching.stdin.write(f"{PIN}\n")
            watching.stdin.flush()
            first = watching.stdout.readline()
            assert first.startswith("5 late")

            shop = shop_at(home, Clock(system_time()))
            try:
                with shop.writing(_li(shop)) as desk:
                    tickets.respond(desk, late.inquiry, "We open at nine.")
            finally:
                shop.close()
            while not (line := watching.stdout.readline()).startswith("4 late"):
                assert line, "it ended"
            watching.send_signal(signal.SIGINT)
            _rest, errors = watching.communicate(timeout=60)
        finally:
            watching.kill()
    assert watching.returncode == 0, errors
    assert "Traceback" not in errors


def _li(shop: Shop) -> Actor:
    with shop.reading(shop.system) as desk:
        row = desk.ask.one("SELECT id, login, name, session_no FROM staff WHERE login = 'li'")
    assert row is not None
    return Actor(row[0], row[1], row[2], Role.CLERK, row[3])
