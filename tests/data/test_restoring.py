"""A copy that is put in the store's place begins a new epoch, exactly once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from counter.doctor import examine
from counter.exporting import export_batch
from counter.safekeeping import back_up_store
from counter.shop import Shop
from data import chain
from data.backup import back_up
from data.driver import connect
from data.location import Location
from data.opening import prepare
from data.restoring import begin_anew
from models.errors import FileRefused
from tests.premises import MORNING, Clock, Sale, places_at, rows, sell, shop_at

CHECKOUT = Path(__file__).parents[2]


def epoch(shop: Shop) -> str:
    return str(rows(shop, "SELECT value FROM store_fact WHERE name = 'epoch'")[0][0])


def put_back(shop: Shop, copy: Path) -> Shop:
    """The shop again, with ``copy`` in its store's place."""
    shop.close()
    path = shop.places.store.path
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.copyfile(copy, path)
    path.chmod(0o600)
    return shop_at(shop.places.home, Clock())


def test_a_copy_put_back_makes_batches_of_a_new_epoch(shop: Shop, sale: Sale) -> None:
    first = export_batch(shop, shop.system)
    copy = back_up_store(shop, shop.system)
    sell(shop, "20250308-0001")
    second = export_batch(shop, shop.system)
    restored = put_back(shop, copy)
    sell(restored, "20250308-0002")
    third = export_batch(restored, restored.system)

    assert first.epoch == second.epoch != third.epoch
    assert (third.full, third.from_seq) == (True, 0)
    assert third.batch == second.batch + 1
    assert examine(restored, restored.system).healthy
    restored.close()


def test_the_new_epoch_is_audited_and_the_mark_is_gone(shop: Shop) -> None:
    before = epoch(shop)
    restored = put_back(shop, back_up_store(shop, shop.system))

    assert rows(restored, "SELECT name FROM store_fact") == [("epoch",)]
    said = rows(
        restored, "SELECT action, actor, actor_id IS NULL, diff FROM audit_entry ORDER BY id"
    )
    diff = chain.canonical({"copied_from": before, "epoch": epoch(restored)})
    assert said[-1] == ("store.restored", "system", 0, diff)
    with restored.reading(restored.system) as desk:
        entries = desk.reader.all(f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id")
    assert chain.verify(entries).broken_at is None
    restored.close()


def test_opening_it_again_changes_nothing(shop: Shop) -> None:
    restored = put_back(shop, back_up_store(shop, shop.system))
    given = epoch(restored)
    restored.close()
    again = shop_at(shop.places.home, Clock())

    assert epoch(again) == given
    begin_anew(again.places.store, MORNING)
    assert epoch(again) == given
    again.close()


OPEN = """
import sys
from pathlib import Path
from tests.premises import *
shop = shop_at(Path(sys.argv[1]), Clock())
print(rows(shop, "SELECT value FROM store_fact WHERE name = 'epoch'")[0][0])
shop.close()
"""


def test_terminals_that_open_a_copy_at_once_give_it_one_epoch(shop: Shop, tmp_path: Path) -> None:
    home = tmp_path / "restored"
    home.mkdir()
    shutil.copyfile(back_up_store(shop, shop.system), places_at(home).store.path)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(home)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60) for process in running]

    assert [errors for _, errors in said] == ["", "", ""]
    assert len({given for given, _ in said} - {epoch(shop)}) == 1
    opened = shop_at(home, Clock())
    entries = rows(opened, "SELECT count(*) FROM audit_entry WHERE action = 'store.restored'")
    assert entries == [(1,)]
    opened.close()


def test_a_copy_of_a_store_that_was_not_founded_is_founded(tmp_path: Path) -> None:
    empty = Location(tmp_path / "empty.db")
    prepare(empty, now=MORNING, backups=tmp_path)
    copy = back_up(empty, tmp_path / "copies", MORNING)
    shop = shop_at(tmp_path / "home", Clock(), founded=copy)

    assert rows(shop, "SELECT name FROM store_fact") == [("epoch",)]
    assert rows(shop, "SELECT action FROM audit_entry ORDER BY id") == [
        ("store.found",),
        ("policy.begin",),
        ("service.begin",),
    ]
    shop.close()


def test_a_store_copied_by_hand_gives_no_number_away_twice(shop: Shop, sale: Sale) -> None:
    export_batch(shop, shop.system)
    path = shop.places.store.path
    by_hand = path.with_name("by-hand.db")
    connection = connect(path)
    connection.execute("VACUUM INTO ?", (str(by_hand),))
    connection.close()
    sell(shop, "20250308-0001")
    second = export_batch(shop, shop.system, date="2025-03-09")
    restored = put_back(shop, by_hand)
    sell(restored, "20250308-0002")

    with pytest.raises(FileRefused, match=r"copied back by hand") as refused:
        export_batch(restored, restored.system, date="2025-03-10")
    assert refused.value.values["path"] == second.folder
    assert sorted(found.name for found in second.folder.parent.iterdir()) == [
        "2025-03-08-0001",
        "2025-03-09-0002",
    ]

    advised = put_back(restored, back_up_store(restored, restored.system))
    assert export_batch(advised, advised.system, date="2025-03-10").full
    advised.close()
