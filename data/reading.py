"""The reading side: plain SQL through the driver, on connections that can never write.

Lists and look-ups are three times faster here than through the ORM, their plan is in sight, and
neither the first list nor a command has to import SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from queue import Empty, LifoQueue
from typing import Any, Protocol

from data.driver import connect, failures_named, sqlite3
from data.location import Location


class Asks(Protocol):
    """What answers plain SQL with named values: a snapshot, or an open transaction.

    A rule that an operation checks before it writes is asked in the same words as a screen asks it.
    """

    def one(self, sql: str, /, **values: Any) -> tuple[Any, ...] | None:
        """The first row of the answer, or None."""

    def all(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        """Every row of the answer."""


class Reader:
    """One snapshot of the store: everything it reads belongs to the same moment."""

    def __init__(self, connection: sqlite3.Connection, location: Location) -> None:
        self._connection = connection
        self._location = location
        self._unread: list[sqlite3.Cursor] = []

    def all(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        """Every row of the answer; ``:name`` in the SQL stands for ``values[name]``."""
        try:  # costs nothing where nothing fails, unlike entering a context
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error:
            with failures_named(self._location.path):
                raise

    def each(self, sql: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of the answer one by one, for answers that do not fit into memory."""
        with failures_named(self._location.path):
            cursor = self._connection.execute(sql, values)
            self._unread.append(cursor)
            try:
                yield from cursor
            finally:
                cursor.close()
                self._unread.remove(cursor)

    def let_go(self) -> None:
        """End the answers that were not read to their end: each of them holds the snapshot."""
        for cursor in self._unread:
            cursor.close()

    def one(self, sql: str, /, **values: Any) -> tuple[Any, ...] | None:
        """The first row of the answer, or None."""
        try:
            row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        except sqlite3.Error:
            with failures_named(self._location.path):
                raise
        return row

    def value(self, sql: str, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, **values)
        return row[0] if row else None

    def plan(self, sql: str, **values: Any) -> list[str]:
        """How SQLite would answer, a line a step; tests refuse plans that scan a table."""
        return [str(row[3]) for row in self.all(f"EXPLAIN QUERY PLAN {sql}", **values)]


class ReadingSide:
    """Connections for reading, kept open between questions (a page cache survives)."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """One consistent view of the store for the length of the block; keep it short."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = connect(self._location.path, query_only=True)
        try:
            with failures_named(self._location.path):
                connection.execute("BEGIN")
            reader = Reader(connection, self._location)
            yield reader
            reader.let_go()
        except BaseException:
            connection.close()
            raise
        connection.execute("ROLLBACK")
        self._idle.put(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while not self._idle.empty():
            self._idle.get_nowait().close()


class ChangeWatch:
    """Tells whether any other connection has committed since the last look (about 1 us a look)."""

    def __init__(self, location: Location) -> None:
        self._connection = connect(location.path, query_only=True)
        self._seen = self.version

    def changed(self) -> bool:
        """Whether something was committed since the last call."""
        version = self.version
        changed, self._seen = version != self._seen, version
        return changed

    @property
    def version(self) -> int:
        """A number that is another one after every commit of any other connection."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the watching connection."""
        self._connection.close()


def instant(value: Any) -> datetime:
    """A stored instant as an aware UTC datetime."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(f"{value}+00:00")


def maybe_instant(value: Any) -> datetime | None:
    """A stored instant, or None."""
    return None if value is None else instant(value)


def maybe_day(value: Any) -> date | None:
    """A stored date, or None."""
    return value if value is None or isinstance(value, date) else date.fromisoformat(value)


def stored_instant(value: datetime) -> str:
    """An instant in the one fixed-width form that the store keeps, for comparing in SQL."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
