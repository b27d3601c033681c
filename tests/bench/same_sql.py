"""What the reading side asks, asked again through sqlite3 and nothing else: the floor of a list."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

from data.driver import sqlite3
from data.location import Location
from data.reading import Reader

ROUNDS = 60


class Listening(Reader):
    """A reader that notes what it is asked, and how many rows of each answer were taken."""

    def __init__(self, connection: sqlite3.Connection, location: Location) -> None:
        super().__init__(connection, location)
        self.asked: list[tuple[str, dict[str, Any], int]] = []

    def all(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        rows = super().all(sql, **values)
        self.asked.append((sql, values, len(rows) + 1))
        return rows

    def one(self, sql: str, /, **values: Any) -> tuple[Any, ...] | None:
        self.asked.append((sql, values, 1))
        return super().one(sql, **values)

    def each(self, sql: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        at = len(self.asked)
        self.asked.append((sql, values, 0))
        for taken, row in enumerate(super().each(sql, **values), 1):
            self.asked[at] = (sql, values, taken)
            yield row


def replayed(connection: sqlite3.Connection, listening: Listening) -> Callable[[], object]:
    """The same questions again, in one snapshot."""

    def answer() -> None:
        connection.execute("BEGIN")
        for sql, values, taken in listening.asked:
            connection.execute(sql, values).fetchmany(taken)
        connection.execute("ROLLBACK")

    return answer


def in_turn(*asked: Callable[[], object], rounds: int = ROUNDS) -> list[list[float]]:
    """Seconds of each of the questions, asked in turn A B A B."""
    for ask in asked:  # the first answer of each reads the disk
        ask()
    seconds: list[list[float]] = [[] for _ in asked]
    for _round in range(rounds):
        for ask, taken in zip(asked, seconds, strict=True):
            begun = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - begun)
    return seconds


def ratio(values: list[float], floors: list[float]) -> float:
    """The median of the ratios, pair by pair."""
    return median(value / base for value, base in zip(values, floors, strict=True))


def p95(seconds: Sequence[float]) -> float:
    """What one in twenty takes longer than."""
    return sorted(seconds)[int(len(seconds) * 0.95)]
