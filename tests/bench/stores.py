"""Made-up stores of any size for the benchmarks, made once: a million tickets take minutes.

``COUNTER_BENCH_STORES`` names the folder that keeps them between runs; without it they are in the
system's folder for temporary files. One that another version of the program made is made anew: a
little shop is made each time, and what is in it tells.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta, timezone
from functools import cache
from hashlib import sha256
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

PRESENT: Final = datetime.combine(
    datetime.fromisoformat(TODAY), time.min, timezone(timedelta(hours=14))
).astimezone(UTC)
"""The moment at which the past of a made-up shop ends: before its day begins anywhere."""

CLERK: Final = "102"
"""A clerk of the made-up shop; everybody's PIN there is :data:`CLERK_PIN`."""
CLERK_PIN: Final = PIN
SUPERVISOR: Final = "101"


def stores_folder() -> Path:
    """Where the stores are kept."""
    named = os.environ.get("COUNTER_BENCH_STORES")
    return Path(named) if named else Path(tempfile.gettempdir()) / "counter-bench-stores"


def made_store(tickets: int) -> Path:
    """The folder of a counter with so many tickets, customers and receipts; made if need be."""
    home = stores_folder() / f"{tickets}-{SEED}-{TODAY}"
    told = home / "made-by"
    if (home / "counter.db").exists():
        if told.exists() and told.read_text(encoding="ascii") == fingerprint():
            return home
        shutil.rmtree(home)
    _make(home, tickets)
    told.write_text(fingerprint(), encoding="ascii")
    return home


@cache
def fingerprint() -> str:
    """What tells the made-up shops of this version of the program from those of another."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "little"
        _make(home, _LITTLE)
        connection = connect(home / "counter.db", query_only=True)
        found = sha256()
        tables = connection.execute(_TABLES).fetchall()
        for name, sql in tables:
            found.update(sql.encode())
            if sql.startswith("CREATE TABLE") and name not in _EVER_NEW:
                for row in connection.execute(f"SELECT * FROM {name}"):
                    found.update(repr(row).encode())
        connection.close()
    return found.hexdigest()


_LITTLE: Final = 200
_TABLES: Final = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
_EVER_NEW: Final = frozenset({"store_fact"})
"""What tells one file's life from another's."""


def _make(home: Path, tickets: int) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "counter", "demo", "--make", str(home)]
    command += ["--tickets", str(tickets), "--seed", str(SEED), "--today", TODAY]
    environment = {**os.environ, "COUNTER_LANGUAGE": "zh_CN"}  # names of both kinds of writing
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def behind() -> float:
    """How many seconds the end of a made-up shop's past lies behind this moment."""
    return (datetime.now(UTC) - PRESENT).total_seconds()


def in_made_time(seconds: float) -> tuple[str, ...]:
    """The command that runs the program so many seconds behind the computer's clock."""
    return (sys.executable, "-m", "tests.bench.in_made_time", f"{seconds:.6f}")


def copied_store(tickets: int, folder: Path) -> Path:
    """A copy of the store in ``folder``, for what writes."""
    home = folder / str(tickets)
    home.mkdir()
    shutil.copyfile(made_store(tickets) / "counter.db", home / "counter.db")
    return home


@contextmanager
def shop_in(home: Path, clock: Callable[[], datetime] | None = None) -> Iterator[Shop]:
    """The shop in ``home`` with that clock, or standing still some time after its last ticket."""
    places = Places(home, Location(home / "counter.db"))
    if clock is None:
        connection = connect(places.store.path, query_only=True)
        (last,) = connection.execute("SELECT max(opened_at) FROM ticket").fetchone()
        connection.close()
        now = instant(last) + timedelta(days=40)

        def clock() -> datetime:
            return now

    shop = open_shop(places, Settings(), clock=clock)
    try:
        yield shop
    finally:
        shop.close()


def clerk_of(shop: Shop) -> Actor:
    """A clerk who works there."""
    return _actor(shop, CLERK, Role.CLERK)


def supervisor_of(shop: Shop) -> Actor:
    """A supervisor who works there."""
    return _actor(shop, SUPERVISOR, Role.SUPERVISOR)


def _actor(shop: Shop, login: str, role: Role) -> Actor:
    with shop.reading(shop.system) as desk:
        row = desk.reader.one("SELECT id, login, name FROM staff WHERE login = :login", login=login)
    if row is None:
        raise RuntimeError("The made-up shop has no such person.")
    return Actor(row[0], row[1], row[2], role)
