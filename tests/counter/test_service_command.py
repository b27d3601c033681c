"""``counter service`` and ``counter calendar``: shown, checked, compared and added."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.commands.session import invocation
from models.terms import Role
from tests.premises import PIN, Clock, hire, shop_at
from tests.service_times import times_at

Run = Callable[..., Result]

SLOWER = ("resolution_min = 480", "resolution_min = 600")


@pytest.fixture
def counter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, founded_store: Path, pin_hash: str
) -> Run:
    """Types ``counter`` where ``sun`` is a supervisor and ``li`` is a clerk."""
    shop = shop_at(tmp_path / "home", Clock(), founded_store)
    for login, role in (("sun", Role.SUPERVISOR), ("li", Role.CLERK)):
        hire(shop, login, role, pin_hash)
    shop.close()
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    monkeypatch.setenv("LC_ALL", "en")

    def counter(*words: str, who: str = "") -> Result:
        signed = ("--as", who, "--pin-stdin") if who else ()
        result = CliRunner().invoke(app, [*words, *signed], input=f"{PIN}\n")
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return counter


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result, status: int) -> str:
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    return result.stderr


def test_everybody_may_read_the_versions_and_what_they_say(counter: Run) -> None:
    (row,) = answer(counter("service", "list", "--json"))["versions"]
    assert (row["version_no"], row["name"], row["added_by"]) == (1, "default", "system")
    assert "default" in said(counter("service", "list"))

    shown = answer(counter("service", "show", "--json"))
    assert shown["sha256"] == row["sha256"]
    assert shown["parameters"]["targets"]["P1"]["resolution_min"] == 240
    text = said(counter("service", "show", "1"))
    for part in ("1,440 min", "150 %", "Mon-Fri 09:00-12:00, 13:30-18:00", row["sha256"]):
        assert part in text


def test_a_good_file_is_said_to_be_one(counter: Run, tmp_path: Path) -> None:
    path = times_at(tmp_path)
    assert answer(counter("service", "check", path, "--json")) == {
        "name": "default",
        "calendars": ["counter", "repair", "always"],
    }
    assert "has no fault: default" in said(counter("service", "check", path))


def test_every_fault_of_a_file_is_told_with_its_line(counter: Run, tmp_path: Path) -> None:
    path = times_at(tmp_path, ("warn_percent = 80", "warn_percent = 100"), ('"21:00"]', '"08:00"]'))
    text = refused(counter("service", "check", path), 2)
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    for wrong in ("warn_percent = 100", '1 = [["09:00", "08:00"]]'):
        assert f"line {lines.index(wrong) + 1}" in text


def test_a_version_is_added_by_who_may_and_compared_in_words(counter: Run, tmp_path: Path) -> None:
    path = times_at(tmp_path, SLOWER)
    assert "Not allowed" in refused(counter("service", "add", path, who="li"), 1)
    text = said(counter("service", "add", path, who="sun"))
    assert "Version 2 (default) holds for tickets that are opened from now on." in text
    assert "Version 2 says the same already." in refused(
        counter("service", "add", path, who="sun"), 1
    )

    assert said(counter("service", "diff", "1", "2")) == "P2, solution: 480 min -> 600 min\n"
    assert "Nothing differs." in said(counter("service", "diff", "2", path))
    assert answer(counter("service", "diff", "1", "2", "--json")) == {
        "changes": [{"key": "targets.P2.resolution_min", "was": 480, "now": 600}]
    }
    assert answer(counter("service", "add", "default", "--json", who="sun"))["version_no"] == 3


def test_what_is_not_there_is_refused_with_what_is(counter: Run) -> None:
    assert "counter service list" in refused(counter("service", "show", "9"), 1)
    assert "counter service list" in refused(counter("service", "diff", "1", "9"), 1)
    assert "There are: default." in refused(counter("service", "diff", "1", "mine"), 2)
    assert "counter, repair, always" in refused(counter("calendar", "show", "shop"), 1)


def test_a_month_of_a_calendar_shows_hours_closed_days_and_make_up_days(counter: Run) -> None:
    text = said(counter("calendar", "show", "repair", "--month", "2026-05"))
    days = {line[:10].strip(): line[10:].split() for line in text.splitlines()}
    assert days["Fri 1 May"] == ["closed", "closed", "day"]
    assert days["Sat 2 May"] == ["closed"]
    assert days["Sat 9 May"] == ["09:00-12:00,", "13:30-18:00", "make-up", "day"]

    shown = answer(counter("calendar", "show", "repair", "--month", "2026-05", "--json"))
    assert (shown["month"], shown["tz"], len(shown["days"])) == ("2026-05", "Asia/Shanghai", 31)
    assert shown["days"][8] == {
        "day": "2026-05-09",
        "windows": [["09:00", "12:00"], ["13:30", "18:00"]],
        "kind": "extra_workday",
    }


@pytest.mark.parametrize("month", ["2026-13", "2026", "0000-01", "May", "2026-5", "٢٠٢٦-05"])
def test_what_is_no_month_is_refused(counter: Run, month: str) -> None:
    assert "is no month" in refused(counter("calendar", "show", "repair", "--month", month), 2)
