"""Short raw write transactions for imports: no ORM, the lock held for the writes alone.

Rows are prepared before the lock is taken, keys and change numbers included, and the transaction
then only checks that nobody wrote in between. With 500 rows it lasts a few milliseconds, so that a
clerk's save gets its turn; through the ORM the same rows take seventeen times as long.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from time import time_ns
from typing import Any, Final

from data.auditing import Deed, append
from data.changes import READ, ChangeNumbers
from data.driver import (
    connect,
    damaged,
    failures_named,
    make_private_file,
    sqlite3,
    transaction,
)
from models.errors import StoreDamaged

Values = tuple[Any, ...]

TOGETHER: Final = 50
"""Rows in one INSERT: a statement each takes a third longer, for AUTOINCREMENT's own book."""

LOG_PAGES: Final = 4000
"""Pages of the write-ahead log before they are folded into the file. With SQLite's 1,000 the same
pages are written over and over, which took a quarter of an import; these 16 MB are folded in some
20 ms, and a clerk's commit that comes upon them is no slower than that."""

_LAST_NUMBER: Final = "SELECT value FROM number_counter WHERE series = ? AND day = ?"
_COUNT_NUMBERS: Final = (
    "INSERT INTO number_counter (series, day, value) VALUES (?, ?, ?) "
    "ON CONFLICT (series, day) DO UPDATE SET value = excluded.value"
)

_statements: dict[tuple[str, tuple[str, ...], int], str] = {}


def _insert(table: Table, columns: tuple[str, ...], rows: int) -> str:
    """The statement, put together once."""
    key = (table.name, columns, rows)
    if key not in _statements:
        _statements[key] = table.insert(columns, rows)
    return _statements[key]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that leaves at night, as bulk writes see it.

    Attributes:
        name: the table.
        columns: the columns that each inserted row brings, in their order.
        constants: columns with the same SQL value in every inserted row.
        mutable: whether the rows carry a version.
    """

    name: str
    columns: tuple[str, ...]
    constants: dict[str, str] = field(default_factory=dict)
    mutable: bool = True

    def insert(self, columns: Sequence[str], rows: int) -> str:
        """The statement for ``rows`` rows: of each id, uid, change number, then ``columns``."""
        constants = {"version": "1", **self.constants} if self.mutable else self.constants
        names = ("id", "uid", "change_no", *columns)
        marks = f"({', '.join(['?'] * len(names) + list(constants.values()))})"
        told = ", ".join([*names, *constants])
        return f"INSERT INTO {self.name} ({told}) VALUES {', '.join([marks] * rows)}"

    def update(self, columns: Sequence[str]) -> str:
        """The statement; parameters are the columns, the change number, then the id."""
        sets = [f"{column} = ?" for column in columns] + ["change_no = ?"]
        if self.mutable:
            sets.append("version = version + 1")
        return f"UPDATE {self.name} SET {', '.join(sets)} WHERE id = ?"


def new_uids(count: int) -> list[str]:
    """``count`` new UUIDv7: one random start, then counted up (RFC 9562, section 6.2, method 2)."""
    moment, chance = time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF, os.urandom(10).hex()
    variant = "89ab"[int(chance[3], 16) & 3]
    head = f"{moment:012x}"
    start = int(chance[7:18], 16)  # 44 bits: counting up never reaches the 49th
    prefix = f"{head[:8]}-{head[8:]}-7{chance[:3]}-{variant}{chance[4:7]}-"
    return [f"{prefix}{number:012x}" for number in range(start, start + count)]


class Writes:
    """What one transaction is going to write, prepared on the strength of what was read.

    Keys and change numbers are those that come next; they hold as long as the change counter does
    not move, which :meth:`store` verifies under the lock. Make a new one when it says so.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers = ChangeNumbers(connection)
        self._start = self._numbers.take(0)
        self._next: dict[str, int] = {}
        self._human: dict[tuple[str, str], int] = {}
        self._statements: list[tuple[str, list[Values]]] = []
        self._deeds: list[Deed] = []

    @property
    def begins_at(self) -> int:
        """The first change number this may use."""
        return self._start

    @property
    def ends_at(self) -> int:
        """The first change number that is left for whoever writes next."""
        return self._numbers.take(0)

    def next_id(self, table: Table) -> int:
        """The key that the next row inserted into ``table`` gets; the following ones count up."""
        known = self._next.get(table.name)
        if known is None:
            row = self._connection.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)
            ).fetchone()
            known = self._next[table.name] = row[0] + 1 if row else 1
        return known

    def next_number(self, series: str, day: str) -> int:
        """The next human number of a series on a local day, ``YYYYMMDD``, beginning with 1.

        No number is given out without a row that takes a change number, so it holds as long.
        """
        last = self._human.get((series, day))
        if last is None:
            row = self._connection.execute(_LAST_NUMBER, (series, day)).fetchone()
            last = row[0] if row else 0
        self._human[series, day] = last + 1
        return last + 1

    def insert(self, table: Table, rows: Sequence[Values]) -> list[str]:
        """Insert ``rows`` with the keys from :meth:`next_id` on, in their order.

        A column that is empty in all of them is left out: to bind None takes the driver longer
        than all other values of a row together.

        Returns:
            The uids of the rows, in their order.
        """
        if not rows:
            return []
        count, first = len(rows), self.next_id(table)
        self._next[table.name] = first + count
        number = self._numbers.take(count)
        uids = new_uids(count)
        heads = (range(first, first + count), uids, range(number, number + count))
        columns = list(zip(*rows, strict=True))
        told = [place for place, column in enumerate(columns) if column.count(None) < count]
        names = tuple(table.columns[place] for place in told)
        values = list(zip(*heads, *(columns[place] for place in told), strict=True))
        for start in range(0, count, TOGETHER):
            part = values[start : start + TOGETHER]
            statement = _insert(table, names, len(part))
            self._statements.append((statement, [tuple(chain.from_iterable(part))]))
        return uids

    def update(self, table: Table, columns: Sequence[str], rows: Sequence[Values]) -> None:
        """Change ``columns`` of rows; each of ``rows`` is the key, then the new values."""
        if not rows:
            return
        number = self._numbers.take(len(rows))
        changed = [(*row[1:], number + place, row[0]) for place, row in enumerate(rows)]
        self._statements.append((table.update(columns), changed))

    def audit(self, deed: Deed) -> None:
        """Append ``deed`` to the audit chain, after everything else."""
        self._deeds.append(deed)

    def still_true(self) -> bool:
        """Whether nobody wrote since this was prepared; ask under the lock."""
        row = self._connection.execute(READ).fetchone()
        return row is not None and bool(row[0] + 1 == self._start)

    def store(self) -> None:
        """Write everything, in the order it was prepared."""
        for statement, rows in self._statements:
            self._connection.executemany(statement, rows)
        if self._human:
            numbers = [(series, day, last) for (series, day), last in self._human.items()]
            self._connection.executemany(_COUNT_NUMBERS, numbers)
        if self._deeds:
            append(self._connection, self._deeds)
        self._numbers.write_back()


class BulkWriter:
    """A connection of its own for an import."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.connection = connect(path)
        self.connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed when the block ends, rolled back when it raises.

        Raises:
            StoreBusy: another writer held the store for longer than the busy timeout.
            StoreUnusable: the disk is full, the file read-only or damaged; nothing was stored.
        """
        with transaction(self.connection, self._path):
            yield self.connection

    def fold_log(self) -> None:
        """Bring the write-ahead log into the file and cut it, as far as readers let it."""
        with failures_named(self._path):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy_to(self, target: Path) -> None:
        """Copy the store as it stands to ``target``, a new file that only this account can read.

        Raises:
            StoreUnusable: the disk is full or cannot be written.
            StoreDamaged: the store cannot be read as a whole.
        """
        make_private_file(target)
        try:
            with failures_named(target):  # a name that is no UTF-8 passes as a URI only
                self.connection.execute("VACUUM INTO ?", (target.absolute().as_uri(),))
        except StoreDamaged as error:
            raise damaged(self._path) from error

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
