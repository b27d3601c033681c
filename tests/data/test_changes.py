from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.changes import ChangeNumbers
from data.driver import sqlite3


@pytest.fixture
def counter() -> Iterator[sqlite3.Connection]:
    connection = a_counter(41)
    yield connection
    connection.close()


def a_counter(value: int) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE change_counter (id INTEGER PRIMARY KEY, value INTEGER)")
    connection.execute("INSERT INTO change_counter VALUES (1, ?)", (value,))
    return connection


def value(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT value FROM change_counter").fetchone()[0])


@given(st.lists(st.integers(1, 600)))
def test_numbers_follow_each_other_without_a_gap(counts: list[int]) -> None:
    connection = a_counter(41)
    numbers = ChangeNumbers(connection)
    drawn: list[int] = []
    for count in counts:
        first = numbers.take(count)
        drawn += range(first, first + count)
    numbers.write_back()

    assert drawn == list(range(42, 42 + sum(counts)))
    assert value(connection) == 41 + sum(counts)
    connection.close()


def test_nothing_is_stored_before_the_end(counter: sqlite3.Connection) -> None:
    numbers = ChangeNumbers(counter)
    numbers.take()

    assert value(counter) == 41


def test_an_idle_transaction_writes_nothing(counter: sqlite3.Connection) -> None:
    ChangeNumbers(counter).write_back()

    assert counter.total_changes == 1


def test_a_store_without_its_counter_is_not_written_to(counter: sqlite3.Connection) -> None:
    counter.execute("DELETE FROM change_counter")

    with pytest.raises(RuntimeError, match="migrations did not finish"):
        ChangeNumbers(counter)
