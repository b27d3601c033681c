"""``counter tick`` and ``counter service move``: for a scheduler, and on order only."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter import tickets
from counter.cli import app
from counter.commands.session import invocation
from counter.desk import Actor
from counter.service_versions import add_version
from counter.shop import Shop
from counter.ticking import tick
from models.terms import Role
from tests.counter.test_clock_keeping import clocks, do, opened, shorter
from tests.premises import PIN, Clock, hire, shop_at

Run = Callable[..., Result]


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> Run:
    """Types ``counter`` in the shop, years later by the computer's own clock."""
    monkeypatch.setenv("COUNTER_HOME", str(shop.places.home))
    monkeypatch.setenv("LC_ALL", "en")
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def run(*words: str, who: str = "") -> Result:
        signed = ("--as", who, "--pin-stdin") if who else ()
        result = CliRunner().invoke(app, [*words, *signed], input=f"{PIN}\n")
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def test_a_tick_says_what_it_did_and_a_second_one_that_nothing_was_left(
    shop: Shop, clerk: Actor, counter: Run, clock: Clock
) -> None:
    no = opened(shop, clerk)
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    do(shop, clerk, lambda desk: tickets.wait_for_customer(desk, no, "?", "2025-03-09"))
    opened(shop, clerk)
    clock.forward(days=2)

    first, second = (json.loads(counter("tick", "--json").stdout) for _time in range(2))
    assert (first["woken"], first["levels"]) == ([no], 6)
    assert second == {"expired": [], "woken": [], "levels": 0, "built": 0}
    assert "0 levels reached" in counter("tick").stdout


def test_what_moving_would_change_is_listed_and_nothing_is_changed(
    shop: Shop, clerk: Actor, counter: Run, tmp_path: Path, pin_hash: str
) -> None:
    no = opened(shop, clerk)
    zhou = hire(shop, "zhou", Role.SUPERVISOR, pin_hash)
    do(shop, zhou, lambda desk: add_version(desk, str(shorter(tmp_path))))
    said: dict[str, Any] = json.loads(
        counter("service", "move", "2", "--dry-run", "--json", who="zhou").stdout
    )

    assert [change["ticket_no"] for change in said["changes"]] == [no]
    assert said["moved"] == 0
    assert clocks(shop, no)["resolution"][1] == "Sat 18:00"
    assert no in counter("service", "move", "2", "--dry-run", who="zhou").stdout


def test_moving_moves_and_with_json_asks_for_a_yes(
    shop: Shop, clerk: Actor, counter: Run, tmp_path: Path, pin_hash: str
) -> None:
    no = opened(shop, clerk)
    zhou = hire(shop, "zhou", Role.SUPERVISOR, pin_hash)
    do(shop, zhou, lambda desk: add_version(desk, str(shorter(tmp_path))))

    assert counter("service", "move", "2", "--json", who="zhou").exit_code != 0
    assert counter("service", "move", "9", "--yes", who="zhou").exit_code != 0
    assert "1 ticket moved" in counter("service", "move", "2", "--yes", who="zhou").stdout
    assert clocks(shop, no)["resolution"][1] == "Sat 14:00"


def test_two_terminals_share_what_is_due(shop: Shop, clerk: Actor, clock: Clock) -> None:
    for _ticket in range(30):
        opened(shop, clerk)
    clock.forward(days=1)
    others = [shop_at(shop.places.home, clock) for _terminal in range(3)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(tick, others))
    for other in others:
        other.close()

    assert sum(one.levels for one in done) == 30 * 6
    with shop.reading(clerk) as desk:
        (count,) = desk.ask.one(
            "SELECT count(DISTINCT ticket_id || payload) FROM ticket_event WHERE kind = 'level'"
        ) or (0,)
    assert count == 30 * 6
