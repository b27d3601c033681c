"""A complaint from the shell: its steps, its clocks, its call-back, and replies."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter.cli import app
from counter.commands.session import invocation
from counter.shop import open_shop
from models.terms import Role
from tests.premises import PIN, Clock, hire, sell, shop_at

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, founded_store: Path, pin_hash: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types a command as ``who``; the counter has ``sun``, ``li`` and one sale."""
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("counter.shop.open_shop", partial(open_shop, clock=Clock()))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    shop = shop_at(tmp_path / "home", Clock(), founded_store)
    hire(shop, "sun", Role.SUPERVISOR, pin_hash)
    hire(shop, "li", Role.CLERK, pin_hash)
    sell(shop)
    shop.close()

    def run(*words: str, who: str = "li", pins: str = PIN) -> Result:
        words = (*words, "--as", who, "--pin-stdin")
        result = CliRunner().invoke(app, list(words), input=f"{pins}\n")
        assert "Traceback" not in result.output
        return result

    return run


def said(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def opened(run: Run, *more: str) -> str:
    head = said(
        run("ticket", "new", "Mouldy bread", "-k", "complaint", "-r", "20250303-0117", *more,
            "--json")
    )  # fmt: skip
    return str(head["no"])


def test_a_complaint_from_the_shell_from_first_to_last(run: Run) -> None:
    no = opened(run, "--demand", "refund", "--amount", "59.90")
    for words in (
        ("detail", no, "--about", "product", "--authority", "12315-1"),
        ("investigate", no),
        ("propose", no, "A new one and 20 yuan", "--amount", "20.00"),
        ("dispute", no, "Wants 100"),
        ("escalate", no, "Shouts"),
        ("mediate", no, "12315, number 1"),
        ("accept", no, "-n", "50 it is"),
        ("perform", no),
    ):
        assert run("complaint", *words).exit_code == 0, words
    shown = said(run("complaint", "show", no, "--json"))
    assert shown["complaint"]["status"] == "performed"
    assert shown["complaint"]["level"] == 2
    assert shown["complaint"]["amount_claimed_minor"] == 5990
    text = run("complaint", "show", no).stdout
    assert "12315-1" in text
    assert "A new one and 20 yuan (20.00 CNY)" in text
    assert shown["complaint"]["offered_minor"] == 2000

    resolve = ("--outcome", "compensated", "--cause", "product", "--liability", "supplier")
    assert run("ticket", "resolve", no, *resolve).exit_code == 0
    assert run("ticket", "close", no, "--informed").exit_code == 0
    assert said(run("call", no, "--result", "no_answer", "--json"))["status"] == "due"
    assert said(run("call", no, "-r", "reached", "-n", "Content", "--json"))["status"] == "done"
    assert run("call", no, "-r", "reached").exit_code == 1


def test_a_step_out_of_turn_is_refused_with_where_it_is_possible(run: Run) -> None:
    no = opened(run)
    refused = run("complaint", "accept", no)

    assert refused.exit_code == 1
    assert "possible only from" in refused.stderr


def test_what_is_no_complaint_has_no_steps_of_one(run: Run) -> None:
    no = said(run("ticket", "new", "When open?", "-k", "inquiry", "--json"))["no"]

    assert "is no complaint" in run("complaint", "investigate", no).stderr
    assert "is no complaint" in run("complaint", "show", no).stderr


def test_a_matter_of_safety_asks_for_its_checklist(run: Run) -> None:
    no = opened(run, "--severity", "safety")
    shown = said(run("complaint", "show", no, "--json"))
    assert shown["asked"] == [
        "stop_sale", "isolate_batch", "inform_manager", "call_back", "inform_authority",
    ]  # fmt: skip
    assert run("complaint", "check", no, "stop_sale").exit_code == 0
    assert run("complaint", "check", no, "call_back", "-n", "No telephone").exit_code == 0
    assert run("complaint", "check", no, "stop_sale", "--open").exit_code == 0

    assert said(run("complaint", "show", no, "--json"))["complaint"]["checklist"] == ["call_back"]


def test_clocks_are_told_with_state_due_time_and_how_they_were_counted(run: Run) -> None:
    no = opened(run)
    found = said(run("ticket", "clocks", no, "--json"))["clocks"]

    assert [clock["kind"] for clock in found] == ["first_response", "resolution"]
    assert all(clock["state"] == "running" and clock["due_at"] for clock in found)
    assert all(clock["explanation"] for clock in found)
    text = run("ticket", "clocks", no.lower()).stdout
    assert "first response: " in text
    assert "\n    Due " in text


def test_a_ticket_is_raised_merged_and_handed_over_until_a_day(run: Run) -> None:
    first, second = opened(run), opened(run)
    assert run("ticket", "urgent", second, "--reason", "The press calls").exit_code == 0
    assert said(run("ticket", "show", second, "--json"))["priority"] == "P1"
    merged = said(run("ticket", "merge", second, first, "-n", "The same", "--json"))
    assert merged["no"] == first
    assert said(run("ticket", "show", second, "--json"))["merged_into"] == first

    handed = run("ticket", "assign", first, "--department", "Workshop", "--due", "2099-01-08")
    assert handed.exit_code == 0
    kinds = {clock["kind"] for clock in said(run("ticket", "clocks", first, "--json"))["clocks"]}
    assert "hand_over" in kinds
    late = run("ticket", "assign", first, "--department", "Workshop", "--due", "2001-01-08")
    assert "That day is over." in late.stderr


def test_a_supervisor_sets_the_limit_of_goodwill(run: Run) -> None:
    assert run("staff", "limit", "li", "50").exit_code == 1
    set_to = said(run("staff", "limit", "li", "50", "--json", who="sun"))

    assert set_to == {"login": "li", "goodwill_limit_minor": 5000, "currency": "CNY"}
    no = opened(run)
    run("return", "compensate", no, "--amount", "50.00", "--base", "goodwill")
    last = said(run("ticket", "show", no, "--json"))["events"][-1]
    assert last["kind"] == "grant_compensation"


def test_replies_come_filled_in_and_the_stores_own_come_first(run: Run) -> None:
    no = opened(run)
    add = ("reply", "add", "fruit", "--title", "Fruit", "--text", "{no}: bring it, {customer}.")
    assert run(*add).exit_code == 1
    assert said(run(*add, "--json", who="sun"))["own"] is True

    found = said(run("reply", "list", "--for", no, "--json"))["replies"]
    assert found[0]["body"] == f"{no}: bring it, 王伟."
    assert {row["code"] for row in found} > {"received", "sorry"}
    assert "repaired" not in {row["code"] for row in found}
    assert all("{" not in row["body"] for row in found)
    assert run("reply", "remove", "fruit", who="sun").exit_code == 0
    assert run("reply", "remove", "fruit", who="sun").exit_code == 1
    assert "fruit" not in run("reply", "list").stdout


def test_a_reply_with_a_name_that_nothing_fills_is_refused(run: Run) -> None:
    refused = run("reply", "add", "x", "--title", "X", "--text", "{phone}", who="sun")

    assert refused.exit_code == 2
    assert "'phone' cannot be filled in" in refused.stderr
