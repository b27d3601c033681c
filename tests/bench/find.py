"""The find box at a million tickets, customers and receipts, for everything that it takes.

Held against the same SQL through sqlite3 on the same file, and against a store of a thousand. What
is looked for stands in the store in question, so that both answer.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any, Final

from counter import lookup
from counter import shop as shops
from counter.desk import Actor
from counter.shop import Shop
from data import search
from data.driver import connect, sqlite3
from data.reading import Reader
from tests.bench.figures import Figure, table
from tests.bench.stores import LARGE, SMALL, clerk_of, made_store, shop_in

ROUNDS: Final = 60

_ASKED: Final[tuple[tuple[str, str], ...]] = (
    ("a ticket's number", "SELECT no FROM ticket ORDER BY id DESC LIMIT 1"),
    ("a ticket's beginning", "SELECT substr(no, 1, 10) FROM ticket ORDER BY id DESC LIMIT 1"),
    ("a receipt's number", "SELECT receipt_no FROM receipt ORDER BY id DESC LIMIT 1"),
    ("a barcode", "SELECT barcode FROM product WHERE barcode IS NOT NULL LIMIT 1"),
    (
        "a serial number",
        "SELECT serial_no FROM receipt_line WHERE serial_no IS NOT NULL LIMIT 1",
    ),
    ("a whole phone", "SELECT digits FROM customer_phone LIMIT 1"),
    ("a phone's last four digits", "SELECT substr(digits, -4) FROM customer_phone LIMIT 1"),
    ("a phone's first three digits", "SELECT substr(digits, 1, 3) FROM customer_phone LIMIT 1"),
    ("four digits inside a phone", "SELECT substr(digits, 4, 4) FROM customer_phone LIMIT 1"),
    ("seven digits inside a phone", "SELECT substr(digits, 3, 7) FROM customer_phone LIMIT 1"),
    (
        "initials",
        "SELECT substr(name_initials, 1, 2) FROM customer WHERE length(name_initials) > 1 LIMIT 1",
    ),
    ("one sign of a name", "SELECT substr(name, 1, 1) FROM customer WHERE name > '一' LIMIT 1"),
    ("two signs of a name", "SELECT substr(name, 1, 2) FROM customer WHERE name > '一' LIMIT 1"),
    ("a Chinese word of two signs", "SELECT '退货'"),
    ("a Latin word", "SELECT 'kettle'"),
    ("the beginning of a Latin word", "SELECT 'ke'"),
    ("one letter", "SELECT 'r'"),
    ("what is not there", "SELECT 'qqzzx'"),
)
"""What is typed, and how it is taken from a store."""


class _Listening(Reader):
    """A reader that notes what it is asked."""

    def __init__(self, shop: Shop, connection: sqlite3.Connection) -> None:
        super().__init__(connection, shop.places.store)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def all(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        self.asked.append((sql, values))
        return super().all(sql, **values)

    def one(self, sql: str, /, **values: Any) -> tuple[Any, ...] | None:
        self.asked.append((sql, values))
        return super().one(sql, **values)


class _Box:
    """One store, its find box, and a connection of its own for the same SQL."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.actor: Actor = clerk_of(shop)
        self.connection = connect(shop.places.store.path, query_only=True)

    def typed(self, source: str) -> str | None:
        """What stands in this store to be looked for, if anything does."""
        row = self.connection.execute(source).fetchone()
        return str(row[0]) if row else None

    def finding(self, text: str) -> Callable[[], object]:
        """The find box's answer, as a screen asks for it."""

        def answer() -> object:
            with self.shop.reading(self.actor) as desk:
                return lookup.find(desk, text)

        return answer

    def plain(self, text: str) -> Callable[[], object]:
        """The same questions in one snapshot through sqlite3, and nothing else.

        Every desk asks first who acts and in which shop.
        """
        listening = _Listening(self.shop, self.connection)
        listening.one(shops._ACTOR, id=self.actor.id)
        listening.one(shops._SITE)
        search.find(listening, text)

        def answer() -> None:
            self.connection.execute("BEGIN")
            for sql, values in listening.asked:
                self.connection.execute(sql, values).fetchall()
            self.connection.execute("ROLLBACK")

        return answer


def measure() -> list[Figure]:
    """The figures of every kind of input."""
    with shop_in(made_store(SMALL)) as few, shop_in(made_store(LARGE)) as many:
        small, large = _Box(few), _Box(many)
        return [
            figure for name, source in _ASKED for figure in _figures(name, source, small, large)
        ]


def _figures(name: str, source: str, small: _Box, large: _Box) -> list[Figure]:
    typed, little_typed = large.typed(source), small.typed(source)
    if typed is None or little_typed is None:  # a store in another language
        return []
    here, there = large.finding(typed), small.finding(little_typed)
    plain = large.plain(typed)
    seconds = _in_turn(here, plain, there)
    found, same, little = (median(values) for values in seconds)
    return [
        Figure(
            f"find: {name}, at {LARGE:,}",
            f"{found * 1000:.2f} ms",
            f"the same SQL through sqlite3, {same * 1000:.2f} ms",
            _ratio(seconds[0], seconds[1]),
            "1.5x",
        ),
        Figure(
            f"find: {name}, {LARGE:,} against {SMALL:,}",
            f"{found * 1000:.2f} ms",
            f"at {SMALL:,}, {little * 1000:.2f} ms",
            _ratio(seconds[0], seconds[2]),
            "1.3x",
        ),
    ]


def _in_turn(*asked: Callable[[], object]) -> list[list[float]]:
    for ask in asked:  # the first answer of each reads the disk
        ask()
    seconds: list[list[float]] = [[] for _ in asked]
    for _round in range(ROUNDS):
        for ask, taken in zip(asked, seconds, strict=True):
            begun = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - begun)
    return seconds


def _ratio(values: list[float], floors: list[float]) -> float:
    return median(value / base for value, base in zip(values, floors, strict=True))


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
