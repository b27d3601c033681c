"""Opening a ticket, durably: against its rows in one sqlite3 transaction on the same file.

Both sides keep every row: the ticket, its event, the entry of the audit chain, the day's number and
the change counter; triggers keep the search index. The file is a copy, which the plain side may
spoil: its audit entries are no chain.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Final

from counter.desk import Actor
from counter.shop import Shop
from counter.ticket_opening import TicketDraft, open_ticket
from data.driver import connect
from models.identity import new_uid
from tests.bench.figures import Figure, table
from tests.bench.same_sql import p95
from tests.bench.stores import LARGE, SMALL, clerk_of, copied_store, shop_in

ROUNDS: Final = 300
WARM: Final = 20
LIMIT: Final = 8.0
LIMIT_SECONDS: Final = 0.005

_TABLES: Final = ("ticket", "ticket_event", "audit_entry")


def measure() -> list[Figure]:
    """The figures at a thousand and at a million tickets."""
    figures = []
    for tickets in (SMALL, LARGE):
        with tempfile.TemporaryDirectory(dir=_room()) as scratch:
            home = copied_store(tickets, Path(scratch))
            with shop_in(home) as shop:
                figures += _figures(shop, tickets)
    return figures


def _room() -> Path:
    """Where a copy of a large store fits, on the disk that the stores are on."""
    from tests.bench.stores import stores_folder

    folder = stores_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _figures(shop: Shop, tickets: int) -> list[Figure]:
    opened, plain = opening(shop, clerk_of(shop)), same_rows(shop)
    values, floors = [], []
    for number in range(WARM + ROUNDS):
        value, floor = _seconds(opened), _seconds(plain)
        if number >= WARM:
            values.append(value)
            floors.append(floor)
    ratios = [value / floor for value, floor in zip(values, floors, strict=True)]
    name = f"open one ticket at {tickets:,}, committed"
    return [
        Figure(
            name,
            f"p50 {median(values) * 1000:.1f} ms",
            f"the same rows in one sqlite3 transaction, {median(floors) * 1000:.1f} ms",
            median(ratios),
            f"{LIMIT:.0f}x",
        ),
        Figure(
            f"{name}, p95",
            f"{p95(values) * 1000:.1f} ms",
            f"the same, p95 {p95(floors) * 1000:.1f} ms",
            p95(values) / p95(floors),
            f"{LIMIT_SECONDS * 1000:.0f} ms",
        ),
    ]


def opening(shop: Shop, clerk: Actor) -> Callable[[], object]:
    """Open a ticket about a line of the newest receipt that has a customer."""
    with shop.reading(clerk) as desk:
        receipt_no = desk.reader.value(
            "SELECT receipt_no FROM receipt WHERE customer_id IS NOT NULL ORDER BY id DESC LIMIT 1"
        )
    draft = TicketDraft(
        kind="repair",
        summary="电饭煲 leaks 漏水",
        body="The lid leaks when it is hot.",
        receipt_no=f"{receipt_no}/1",
    )

    def once() -> object:
        with shop.writing(clerk) as writing:
            return open_ticket(writing, draft)

    return once


def same_rows(shop: Shop) -> Callable[[], object]:
    """The rows of the newest ticket once more, with other keys, in one transaction."""
    opening(shop, clerk_of(shop))()
    connection = connect(shop.places.store.path)
    rows = {}
    for name in _TABLES:
        cursor = connection.execute(f"SELECT * FROM {name} ORDER BY id DESC LIMIT 1")
        names = [column[0] for column in cursor.description]
        rows[name] = {
            key: value for key, value in zip(names, cursor.fetchone(), strict=True) if key != "id"
        }
    statements = {name: _insert(name, list(row)) for name, row in rows.items()}
    numbers = count(1)

    def once() -> None:
        number = next(numbers)
        fresh: dict[str, dict[str, Any]] = {
            name: {**row, "uid": new_uid()} for name, row in rows.items()
        }
        fresh["ticket"]["no"] = f"X-{number:09d}"
        fresh["audit_entry"]["hash"] = f"{number:064d}"
        connection.execute("BEGIN IMMEDIATE")
        ticket = connection.execute(statements["ticket"], fresh["ticket"]).lastrowid
        fresh["ticket_event"]["ticket_id"] = ticket
        connection.execute(statements["ticket_event"], fresh["ticket_event"])
        connection.execute(statements["audit_entry"], fresh["audit_entry"])
        connection.execute("UPDATE number_counter SET value = value + 1 WHERE series = 'P'")
        connection.execute("UPDATE change_counter SET value = value + 2 WHERE id = 1")
        connection.execute("COMMIT")

    return once


def _insert(name: str, columns: list[str]) -> str:
    places = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})"


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
