"""Made-up stores of any size for the benchmarks, made once: a million tickets take minutes.

``COUNTER_BENCH_STORES`` names the folder that keeps them between runs; without it they are in the
system's folder for temporary files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from counter.demo import PIN
from counter.desk import Actor
from counter.places import Places
from counter.settings import Settings
from counter.shop import Shop, open_shop
from data.driver import connect
from data.location import Location
from data.reading import instant
from models.terms import Role

SMALL: Final = 1_000
LARGE: Final = 1_000_000
SEED: Final = 1
TODAY: Final = "2025-03-08"

CLERK: Final = "102"
"""A clerk of the made-up shop; everybody's PIN there is :data:`CLERK_PIN`."""
CLERK_PIN: Final = PIN


def stores_folder() -> Path:
    """Where the stores are kept."""
    named = os.environ.get("COUNTER_BENCH_STORES")
    return Path(named) if named else Path(tempfile.gettempdir()) / "counter-bench-stores"


def made_store(tickets: int) -> Path:
    """The folder of a counter with so many tickets, customers and receipts; made if need be."""
    home = stores_folder() / f"{tickets}-{SEED}-{TODAY}"
    if not (home / "counter.db").exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "counter", "demo", "--make", str(home)]
        command += ["--tickets", str(tickets), "--seed", str(SEED), "--today", TODAY]
        environment = {**os.environ, "COUNTER_LANGUAGE": "zh_CN"}  # names of both kinds of writing
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return home


def copied_store(tickets: int, folder: Path) -> Path:
    """A copy of the store in ``folder``, for what writes."""
    home = folder / str(tickets)
    home.mkdir()
    shutil.copyfile(made_store(tickets) / "counter.db", home / "counter.db")
    return home


@contextmanager
def shop_in(home: Path) -> Iterator[Shop]:
    """The shop in ``home``, open some time after its last ticket."""
    places = Places(home, Location(home / "counter.db"))
    connection = connect(places.store.path, query_only=True)
    (last,) = connection.execute("SELECT max(opened_at) FROM ticket").fetchone()
    connection.close()
    now = instant(last) + timedelta(days=40)
    shop = open_shop(places, Settings(), clock=lambda: now)
    try:
        yield shop
    finally:
        shop.close()


def clerk_of(shop: Shop) -> Actor:
    """A clerk who works there."""
    with shop.reading(shop.system) as desk:
        row = desk.reader.one("SELECT id, login, name FROM staff WHERE login = :login", login=CLERK)
    if row is None:
        raise RuntimeError("The made-up shop has no such clerk.")
    return Actor(row[0], row[1], row[2], Role.CLERK)
