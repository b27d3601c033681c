"""What the benchmarks say where they cannot measure, and that their floors do the same work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from shutil import copyfile

import pytest

from counter.making import make_store
from counter.rules.eligibility import decide
from counter.rules.facts import Facts
from counter.rules.verdict import Rule, Verdict
from counter.shop import Shop
from counter.ticking import tick
from tests.bench import import_complaints, rebuild, stores, ticks, zen_model
from tests.bench.board import heard
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
from tests.bench.due_times import by_walk, calendars, questions, worked
from tests.bench.figures import table
from tests.bench.if_chain import IfChain
from tests.bench.import_receipts import measure
from tests.bench.return_mix import mixed_facts
from tests.bench.stores import PRESENT, TODAY, made_store, shop_in
from tests.premises import rows
from tests.returns import CN


def test_a_missing_file_is_said_and_leaves_no_empty_table(tmp_path: Path) -> None:
    (figure,) = measure(tmp_path / "missing.csv.gz")

    assert figure.value.startswith("not measured")
    assert figure.value in table([figure])


def test_missing_files_of_complaints_are_said(tmp_path: Path) -> None:
    (figure,) = import_complaints.measure([tmp_path / "missing.csv"])

    assert figure.value.startswith("not measured")


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


# --- clocks ---------------------------------------------------------------------------------


def test_the_walk_finds_the_due_times_that_the_rules_find() -> None:
    known = calendars()

    for one in questions(120):
        assert by_walk(one, known) == worked(one, known).due_at, one


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a little made-up shop."""
    path = tmp_path_factory.mktemp("made") / "counter.db"
    make_store(path, tickets=1000, seed=1, today=date.fromisoformat(TODAY))
    return path


@pytest.fixture
def made(made_once: Path, tmp_path: Path) -> Iterator[tuple[Shop, ticks.Moving]]:
    """A little made-up shop at the moment at which its past ends, and its clock."""
    copyfile(made_once, tmp_path / "counter.db")
    clock = ticks.Moving(PRESENT)
    with shop_in(tmp_path, clock) as shop:
        yield shop, clock


def test_a_made_shop_is_whole_and_has_nothing_due_at_its_moment(
    made: tuple[Shop, ticks.Moving],
) -> None:
    shop, _clock = made

    rebuild.examine(shop)
    assert not tick(shop)


def test_the_floor_of_the_tick_writes_every_level_a_second_time(
    made: tuple[Shop, ticks.Moving],
) -> None:
    shop, clock = made
    levels = "SELECT ticket_id, payload FROM ticket_event WHERE kind = 'level' ORDER BY id"
    before = len(rows(shop, levels))

    run = ticks.written(shop, clock, 3)

    after = rows(shop, levels)[before:]
    assert run.levels >= 3
    assert after[: run.levels] == after[run.levels :]


def test_the_floor_of_the_board_asks_what_the_board_asks(made: tuple[Shop, ticks.Moving]) -> None:
    shop, _clock = made
    late = rows(shop, "SELECT id FROM clock WHERE open AND due_at < '2025-03-07 10:00'")

    found = [sql for sql, _values, _taken in heard(shop).asked]

    assert len(late) > 0
    assert any("FROM clock c CROSS JOIN ticket" in sql for sql in found)
    assert any("json_each" in sql and "customer" in sql for sql in found)


def test_missing_clocks_are_put_right_for_the_bench(made: tuple[Shop, ticks.Moving]) -> None:
    shop, _clock = made
    clocks = "SELECT kind, state, due_at FROM clock ORDER BY ticket_id, kind"
    before = rows(shop, clocks)
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("DELETE FROM clock")

    rebuild.mend(shop)

    assert rows(shop, clocks) == before


# --- made-up shops --------------------------------------------------------------------------


def test_a_kept_shop_of_another_program_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def make(home: Path, tickets: int) -> None:
        home.mkdir(parents=True)
        (home / "counter.db").touch()
        made.append(tickets)

    monkeypatch.setenv("COUNTER_BENCH_STORES", str(tmp_path))
    monkeypatch.setattr(stores, "_make", make)
    monkeypatch.setattr(stores, "fingerprint", lambda: "one")
    home = made_store(7)
    assert made_store(7) == home
    assert made == [7]

    monkeypatch.setattr(stores, "fingerprint", lambda: "another")
    made_store(7)
    assert made == [7, 7]


def test_the_program_can_be_run_at_an_earlier_moment(shop: Shop) -> None:
    environment = {**os.environ, "COUNTER_HOME": str(shop.places.home), "COUNTER_LANGUAGE": "en"}
    fifty_years = 50 * 365.25 * 86_400

    done = subprocess.run(
        [*stores.in_made_time(fifty_years), "tick"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )

    assert "clock says 19" in done.stderr
