"""The tick over fifty thousand open clocks: nothing due, and five thousand levels to write.

The floor of the look are its questions through sqlite3; that of the levels are the same rows in as
many transactions of plain SQL on the same file: the events, and what they change in the rows of
ticket, clock and complaint. Both sides keep the indexes. Most of the clocks of a made-up shop wait
for somebody: days later some thousand of them are woken, and their levels are written, in a second
run while a clerk at another terminal saves. Between two portions the tick rests as long as one
took.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from counter.clock_levels import reach, wake
from counter.shop import Shop
from counter.ticking import BUILDS, DUE, REACHES, WAKES, is_due, tick
from counter.turns import Turns
from data.driver import connect, sqlite3
from data.reading import instant, stored_instant
from models.identity import new_uid
from tests.bench.figures import Figure, table
from tests.bench.import_receipts import CLERK_LIMIT, save_until
from tests.bench.same_sql import in_turn, p95, ratio
from tests.bench.stores import LARGE, PRESENT, copied_store, shop_in

LEVELS: Final = 5_000
LOOKS: Final = 200
DAYS: Final = timedelta(days=1)
"""After so long many a wait is over."""

_NOT_BEFORE: Final = """
    SELECT max(next_level_at) FROM (
        SELECT next_level_at FROM clock WHERE next_level_at > :now
        ORDER BY next_level_at LIMIT :count
    )
"""
_EVENTS: Final = """
    SELECT id, change_no, ticket_id, event_no, at, actor_id, from_status, to_status, payload
    FROM ticket_event WHERE id > :last AND kind = 'level' ORDER BY id
"""
_SAVED: Final = "SELECT value FROM number_counter WHERE series = 'bench'"
_CLOCK: Final = """
    SELECT level, next_level, next_level_at, change_no, ticket_id, kind, subject
    FROM clock WHERE ticket_id = :ticket
"""


class Moving:
    """A clock that is put forward by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Levels(NamedTuple):
    """One run.

    Attributes:
        ours: seconds that the program took.
        plain: seconds for the same rows in plain SQL.
        rests: seconds of ours in which the store was left to others.
        levels: how many were written.
    """

    ours: float
    plain: float
    rests: float
    levels: int


def measure() -> list[Figure]:
    """The figures of looking, of writing and of the clerk beside it."""
    with TemporaryDirectory() as folder:
        clock = Moving(PRESENT)
        with shop_in(copied_store(LARGE, Path(folder)), clock) as shop:
            return figures_of(shop, clock)


def figures_of(shop: Shop, clock: Moving) -> list[Figure]:
    """The figures of one store, which is spoilt: levels of the floor stand beside the real ones."""
    tick(shop)
    clocks = _value(shop, "SELECT count(*) FROM clock WHERE open")
    looked, plain = in_turn(lambda: tick(shop), looking(shop), rounds=LOOKS)
    clock.now += DAYS
    woken = wake_up(shop)
    run = written(shop, clock, LEVELS)
    with clerk_beside(shop.places.store.path) as waits:
        beside = written(shop, clock, LEVELS)
    return [
        Figure(
            f"a look when nothing is due, {clocks:,} clocks",
            f"{median(looked) * 1000:.2f} ms",
            f"the same questions through sqlite3, {median(plain) * 1000:.2f} ms",
            ratio(looked, plain),
            "not set",
        ),
        Figure(
            f"{run.levels:,} levels to write, {clocks:,} clocks",
            f"{run.levels / run.ours:,.0f} a second ({run.ours:.1f} s, of it "
            f"{run.rests:.1f} s rests)",
            f"the same rows written by sqlite3, {run.levels / run.plain:,.0f} a second",
            run.ours / run.plain,
            "not set",
        ),
        Figure("tickets whose wait is over, woken", woken, "", None, "not set"),
        Figure(
            f"a clerk's save while {beside.levels:,} levels are written, p95 of {len(waits)}",
            f"{p95(waits) * 1000:.1f} ms (median {median(waits) * 1000:.1f}, "
            f"longest {max(waits) * 1000:.0f})",
            "",
            None,
            f"{CLERK_LIMIT * 1000:.0f} ms",
        ),
    ]


def looking(shop: Shop) -> Callable[[], object]:
    """What a tick asks where nothing is due, through sqlite3."""
    connection = connect(shop.places.store.path, query_only=True)
    with shop.reading(shop.system) as desk:
        values = {"today": desk.today.isoformat(), "now": stored_instant(desk.now)}
    asked = [
        (sql, {name: value for name, value in values.items() if f":{name}" in sql})
        for sql in (BUILDS, DUE, WAKES, REACHES)
    ]

    def look() -> None:
        for sql, named in asked:
            connection.execute(sql, named).fetchone()

    return look


def written(shop: Shop, clock: Moving, count: int) -> Levels:
    """So many levels written by the program, then their rows once more in plain SQL."""
    clock.now = _when(shop, clock.now, count)
    last = _value(shop, "SELECT max(id) FROM ticket_event")
    sizes: list[int] = []
    turns = Turns(shop, shop.system)
    begun = time.perf_counter()
    held = 0.0
    while is_due(shop, REACHES):
        with turns.writing() as desk:
            started = time.perf_counter()
            sizes.append(reach(desk))
        held += time.perf_counter() - started
    ours = time.perf_counter() - begun
    again = same_rows(shop, last, sizes)
    begun = time.perf_counter()
    again()
    return Levels(ours, time.perf_counter() - begun, ours - held, sum(sizes))


def wake_up(shop: Shop) -> str:
    """Wake what waited long enough; how many a second, in words."""
    turns, tickets = Turns(shop, shop.system), 0
    begun = time.perf_counter()
    while is_due(shop, WAKES):
        with turns.writing() as desk:
            tickets += len(wake(desk))
    taken = time.perf_counter() - begun
    return f"{tickets / taken:,.0f} a second ({tickets:,} in {taken:.0f} s)"


def same_rows(shop: Shop, last: int, sizes: Sequence[int]) -> Callable[[], None]:
    """Writes the rows of the level events after ``last`` again, in portions of those sizes."""
    connection = connect(shop.places.store.path)
    events = connection.execute(_EVENTS, {"last": last}).fetchall()
    portions = []
    for size in sizes:
        portions.append([_Row(connection, event) for event in events[:size]])
        events = events[size:]
    if events:
        raise RuntimeError("More levels were written than counted.")

    def write() -> None:
        for rows in portions:
            connection.execute("BEGIN IMMEDIATE")
            for row in rows:
                row.write(connection)
            connection.execute("UPDATE change_counter SET value = value + 1 WHERE id = 1")
            connection.execute("COMMIT")
        connection.close()

    return write


_APPEND: Final = """
    INSERT INTO ticket_event (uid, change_no, ticket_id, event_no, at, actor_id, kind,
                              from_status, to_status, payload)
    VALUES (?, ?, ?, ?, ?, ?, 'level', ?, ?, ?)
"""
_COUNTED: Final = "UPDATE ticket SET event_count = ?, last_event_at = ?, change_no = ? WHERE id = ?"
_RAISED: Final = """
    UPDATE clock SET level = ?, next_level = ?, next_level_at = ?, change_no = ?
    WHERE ticket_id = ? AND kind = ? AND subject = ?
"""
_COMPLAINT: Final = """
    UPDATE complaint SET level = ?, version = version + 1, change_no = ? WHERE ticket_id = ?
"""
_FAR: Final = 10_000
"""Added to the number of an event that is written a second time."""


class _Row:
    """What one level changes, ready to be written."""

    def __init__(self, connection: sqlite3.Connection, event: tuple[Any, ...]) -> None:
        _key, change, ticket, number, at, actor, before, after, payload = event
        number += _FAR
        said = json.loads(payload)
        self._event = (new_uid(), change, ticket, number, at, actor, before, after, payload)
        self._ticket = (number, at, change, ticket)
        self._clock = next(
            row
            for row in connection.execute(_CLOCK, {"ticket": ticket})
            if row[5] == said["clock"] and row[6] == said.get("subject", row[6])
        )
        self._complaint = (said["level"], change, ticket)

    def write(self, connection: sqlite3.Connection) -> None:
        connection.execute(_APPEND, self._event)
        connection.execute(_COUNTED, self._ticket)
        connection.execute(_RAISED, self._clock)
        connection.execute(_COMPLAINT, self._complaint)


@contextmanager
def clerk_beside(store: Path) -> Iterator[list[float]]:
    """A clerk who saves at another terminal; how long each save took is there at the end."""
    connection = connect(store)
    connection.execute("INSERT INTO number_counter VALUES ('bench', '', 0)")
    spawn = multiprocessing.get_context("spawn")
    stop, waits = spawn.Event(), spawn.SimpleQueue()
    clerk = spawn.Process(target=save_until, args=(stop, store, waits))
    clerk.start()
    while not connection.execute(_SAVED).fetchone()[0]:  # it has to start first
        time.sleep(0.01)
    connection.close()
    seconds: list[float] = []
    try:
        yield seconds
    finally:
        stop.set()
        seconds += waits.get()
        clerk.join()


def _when(shop: Shop, now: datetime, count: int) -> datetime:
    """When so many clocks have reached their next level."""
    return instant(_value(shop, _NOT_BEFORE, now=stored_instant(now), count=count))


def _value(shop: Shop, sql: str, **values: Any) -> Any:
    with shop.reading(shop.system) as desk:
        return desk.reader.value(sql, **values)


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
