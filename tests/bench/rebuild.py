"""All due times worked out again: what the doctor does with every clock of a million tickets.

The doctor works the clocks of every ticket out from its events and compares each column with what
is kept. Putting right is measured on a smaller store whose clocks are all gone. The floor of both
reads the same events through sqlite3 and parses the JSON of each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from counter import clock_findings
from counter.clock_repairing import mend_clocks
from counter.findings import Severity
from counter.repair_round import Round
from counter.shop import Shop
from data.driver import connect
from data.repairs import open_writer
from tests.bench.figures import Figure, table
from tests.bench.stores import LARGE, PRESENT, copied_store, made_store, shop_in

MENDED: Final = 20_000
"""Tickets of the store whose clocks are all gone."""

_EVENTS: Final = """
    SELECT ticket_id, event_no, at, kind, to_status, payload
    FROM ticket_event ORDER BY ticket_id, event_no
"""


def measure() -> list[Figure]:
    """The figures of examining a million tickets and of putting right some thousand."""
    with shop_in(made_store(LARGE), lambda: PRESENT) as shop:
        examined = _figures(shop, "examined", lambda: examine(shop), LARGE)
    with TemporaryDirectory() as folder:
        home = copied_store(MENDED, Path(folder))
        connection = connect(home / "counter.db")
        connection.execute("DELETE FROM clock")
        connection.close()
        with shop_in(home, lambda: PRESENT) as shop:
            mended = _figures(shop, "missing, put right", lambda: mend(shop), MENDED)
    return [*examined, *mended]


def _figures(shop: Shop, what: str, work: Callable[[], object], tickets: int) -> list[Figure]:
    least = _seconds(lambda: read(shop))
    taken = _seconds(work)
    with shop.reading(shop.system) as desk:
        clocks = desk.reader.value("SELECT count(*) FROM clock")
        events = desk.reader.value("SELECT count(*) FROM ticket_event")
    return [
        Figure(
            f"clocks of {tickets:,} tickets {what}",
            f"{tickets / taken:,.0f} tickets a second ({taken:.0f} s, {clocks:,} clocks, "
            f"{clocks / taken:,.0f} due times a second)",
            f"the {events:,} events through sqlite3 and `json.loads`, "
            f"{tickets / least:,.0f} tickets a second",
            taken / least,
            "not set",
        )
    ]


def examine(shop: Shop) -> None:
    """Compare every clock with what follows from the events; they are made, so all agree."""
    for finding in clock_findings.clocks(shop):
        if finding.severity is not Severity.OK:
            raise RuntimeError(finding.sentence)


def mend(shop: Shop) -> None:
    """Put every clock right that is not what follows from the events."""
    store = shop.places.store
    with open_writer(store, shop.system.id, shop.system.login, shop.clock()) as writer:
        for _finding in mend_clocks(Round(shop, shop.system, writer)):
            pass


def read(shop: Shop) -> None:
    """Read every event and parse it."""
    connection = connect(shop.places.store.path, query_only=True)
    for *_told, payload in connection.execute(_EVENTS):
        json.loads(payload)
    connection.close()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
