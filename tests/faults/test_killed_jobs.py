"""Exports and migrations that are killed at any step: whole or not at all, and done the next time.

Imports that are killed are in ``test_imports``, copies in the tests of backups.
"""

from __future__ import annotations

import csv
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from counter.desk import Actor
from counter.exporting import export_batch, list_batches, verify_batch
from counter.shop import Shop
from data.migrations import HEAD
from tests.data.test_exporting_batches import STEPS
from tests.data.test_migrations import fingerprint, kept_in, revision_of
from tests.faults.clerks import CHECKOUT, start
from tests.faults.earlier import TICKETS, earlier_store
from tests.faults.judging import assert_whole
from tests.premises import Clock, rows, sell, shop_at

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")

PATIENCE = 100
TIMES = ("calendar", "calendar_exception", "service_target", "service_version")


@pytest.mark.parametrize("seed", range(3))
def test_exports_killed_night_after_night_lose_no_row_and_no_number(
    shop: Shop, supervisor: Actor, seed: int
) -> None:
    chance = random.Random(seed)
    sold, stands = [], False
    for night in range(3):
        sold.append(sell(shop, f"R{night}").receipt_no)
        step = chance.choice([*STEPS, "verified"])
        killed = start("export until", shop, supervisor, step)
        killed.communicate(timeout=PATIENCE)
        # What stands whole is taken for that day's batch: no other step comes.
        assert killed.returncode == (0 if stands else -signal.SIGKILL)
        stands = not stands and step in ("renamed", "read back")
    export_batch(shop, shop.system)

    batches = list_batches(shop, shop.system)
    assert {row.status for row in batches} == {"verified"}
    folders = sorted((shop.places.exports / "SHOP").iterdir())
    numbers = [int(folder.name.rpartition("-")[2]) for folder in folders]
    assert numbers == list(range(1, len(batches) + 1))
    assert all(verify_batch(folder).sound for folder in folders)
    left = []
    for folder in folders:
        with (folder / "receipt.csv").open(encoding="utf-8", newline="") as file:
            left += [row["receipt_no"] for row in csv.DictReader(file)]
    assert left == sold
    assert_whole(shop)


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from data import store
from tests.premises import Clock, shop_at

made, statements = store.make_engine, int(sys.argv[2])

def counted(*words, **named):
    engine = made(*words, **named)

    @event.listens_for(engine, "before_cursor_execute")
    def count(*_):
        global statements
        statements -= 1
        if not statements:
            os.kill(os.getpid(), signal.SIGKILL)

    return engine

store.make_engine = counted
shop_at(Path(sys.argv[1]), Clock()).close()
print(int(sys.argv[2]) - statements)
"""


def migrate_until(store: Path, statement: int) -> subprocess.CompletedProcess[str]:
    """Open the store with today's program, killed before its ``statement``-th statement."""
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(store.parent), str(statement)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def ruled(kept: list[list[tuple[Any, ...]]]) -> list[list[tuple[Any, ...]]]:
    """What is kept once the first return rules are written: one row, its number, its audit."""
    events, keys, tickets, ((changes,),) = kept
    last = dict(keys)
    last |= {"policy_version": 1, "audit_entry": last["audit_entry"] + 1}
    return [events, sorted(last.items()), tickets, [(changes + 1,)]]


def served(kept: list[list[tuple[Any, ...]]], founded: Path) -> list[list[tuple[Any, ...]]]:
    """What is kept once the first service times are written, too: those that a new store has."""
    events, keys, tickets, ((changes,),) = kept
    found: list[tuple[Any, ...]] = kept_in(founded)[1]
    last, new = dict(keys), dict(found)
    times = {table: new[table] for table in TIMES}
    last |= times | {"audit_entry": last["audit_entry"] + 1}
    return [events, sorted(last.items()), tickets, [(changes + sum(times.values()),)]]


def test_a_migration_killed_at_any_statement_leaves_the_old_store_and_succeeds_later(
    tmp_path: Path, founded_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = earlier_store(tmp_path / "home", tmp_path / "scripts", monkeypatch)
    schema, kept = fingerprint(store, "table"), kept_in(store)
    chance, killed = random.Random(2), 0
    statement = chance.randint(1, 4)
    while (done := migrate_until(store, statement)).returncode == -signal.SIGKILL:
        if revision_of(store) == "0001":
            assert (fingerprint(store, "table"), kept_in(store)) == (schema, kept)
            killed += 1
        else:  # it was migrated, and killed while the first rules, or times, were written
            assert revision_of(store) == HEAD
            assert kept_in(store) in (kept, ruled(kept), served(ruled(kept), founded_store))
        statement += chance.randint(6, 14)

    assert done.returncode == 0, done.stderr
    assert killed > 2
    assert revision_of(store) == HEAD
    assert kept_in(store) == served(ruled(kept), founded_store)
    again = shop_at(store.parent, Clock())
    assert rows(again, "SELECT count(*) FROM ticket") == [(TICKETS,)]
    assert_whole(again)
    again.close()
