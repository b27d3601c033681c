from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from data.location import Location
from data.migrations import HEAD
from data.opening import lock_for, prepare
from tests.premises import MORNING, Clock, places_at, rows, shop_at

CHECKOUT = Path(__file__).parents[2]

FOUND = """
import sys
from pathlib import Path
from tests.premises import *
shop = shop_at(Path(sys.argv[1]), Clock())
print(rows(shop, "SELECT value FROM store_fact WHERE name = 'epoch'")[0][0])
shop.close()
"""


def start(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FOUND, str(home)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_terminals_that_start_at_once_on_an_empty_folder_share_one_store(tmp_path: Path) -> None:
    running = [start(tmp_path / "home") for _ in range(3)]
    said = [process.communicate(timeout=60) for process in running]

    assert [errors for _, errors in said] == ["", "", ""]
    assert len({epoch for epoch, _ in said}) == 1
    shop = shop_at(tmp_path / "home", Clock())
    assert rows(shop, "SELECT count(*) FROM site") == [(1,)]
    assert rows(shop, "SELECT login FROM staff") == [("system",)]
    shop.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_terminal_that_dies_while_it_sets_up_leaves_a_store_that_can_be_opened(
    tmp_path: Path, seed: int
) -> None:
    home = tmp_path / "home"
    process = start(home)
    while not places_at(home).store.path.exists() and process.poll() is None:
        sleep(0.001)
    sleep(random.Random(seed).uniform(0, 0.5))
    process.kill()
    process.communicate()

    shop = shop_at(home, Clock())
    assert rows(shop, "PRAGMA integrity_check") == [("ok",)]
    assert rows(shop, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert rows(shop, "SELECT count(*) FROM site") == [(1,)]
    shop.close()


PREPARE = """
import json, sys
from datetime import datetime, UTC
from pathlib import Path
from data.location import Location
from data.location import Location
from data.opening import lock_for, prepare
prepare(Location(Path(sys.argv[1])), now=datetime.now(UTC), backups=Path(sys.argv[1]).parent)
print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""


def test_an_up_to_date_store_opens_without_the_migration_library(founded_store: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PREPARE, str(founded_store)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert {"alembic", "sqlalchemy", "sqlmodel"} & set(json.loads(done.stdout)) == set()


def test_an_empty_file_is_an_empty_store(tmp_path: Path) -> None:
    places = places_at(tmp_path)
    places.store.path.touch()
    prepare(places.store, now=MORNING, backups=places.backups)

    shop = shop_at(tmp_path, Clock())
    assert rows(shop, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert not places.backups.exists()
    shop.close()


def test_a_power_cut_takes_no_folder_of_a_new_store_away(tmp_path: Path, syncs: list[str]) -> None:
    lock_for(Location(tmp_path / "one" / "two" / "counter.db"))
    assert syncs == ["sync folder", "sync folder"]

    syncs.clear()
    lock_for(Location(tmp_path / "one" / "two" / "counter.db"))
    assert syncs == []
