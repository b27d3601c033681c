"""The writing side: SQLModel sessions in one short transaction, opened by ``Store.writing``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from data import chain
from data.changes import ChangeNumbers
from data.driver import connect, sqlite3, store_failure
from data.location import Location
from models import schema  # noqa: F401  every table must be known before one is written
from models.audit import AuditEntry
from models.base import Changed, Mutable
from models.identity import new_uid

_ENTRY: Final[sa.Table] = AuditEntry.__table__  # type: ignore[attr-defined]

# Made once: SQLAlchemy finds what it compiled of a statement by what the statement is.
_LAST_HASH: Final = sa.select(_ENTRY.c.hash).order_by(_ENTRY.c.id.desc()).limit(1)
_APPEND: Final = sa.insert(_ENTRY)
_COUNT_UP: Final = sa.text(
    "INSERT INTO number_counter (series, day, value) VALUES (:series, :day, 1) "
    "ON CONFLICT (series, day) DO UPDATE SET value = number_counter.value + 1 RETURNING value"
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who a transaction is written for: a staff row, and the name the audit keeps."""

    staff_id: int | None
    login: str


class UnitOfWork:
    """One write transaction: everything in it is stored together, or nothing is.

    Rows get their change number and version at each flush; audit entries are chained in order.
    """

    def __init__(self, session: _NumberedSession, author: Author, now: datetime) -> None:
        self.session: Session = session
        self.author = author
        self.now = now
        self._numbers = ChangeNumbers(_Driver(session))
        self._last_hash: str | None = None
        self._last_steps: dict[object, Callable[[], object]] = {}
        session.number_rows = self._number_rows

    def audit(
        self,
        action: str,
        entity: str | None = None,
        entity_uid: str | None = None,
        **diff: Any,
    ) -> None:
        """Append who did what to the audit chain, after the rows that it did it to."""
        self.session.flush()
        connection = self.session.connection()
        previous = self._last_hash or connection.scalar(_LAST_HASH) or chain.GENESIS
        text = chain.canonical(diff)
        self._last_hash = chain.entry_hash(
            previous,
            at=self.now,
            actor=self.author.login,
            action=action,
            entity=entity,
            entity_uid=entity_uid,
            diff=text,
        )
        connection.execute(
            _APPEND,
            {
                "uid": new_uid(),
                "at": self.now,
                "actor_id": self.author.staff_id,
                "actor": self.author.login,
                "action": action,
                "entity": entity,
                "entity_uid": entity_uid,
                "diff": text,
                "prev_hash": previous,
                "hash": self._last_hash,
            },
        )

    def one(self, sql: str, /, **values: Any) -> tuple[Any, ...] | None:
        """The first row of the answer to plain SQL inside this transaction, or None."""
        rows = self.all(sql, **values)
        return rows[0] if rows else None

    def all(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        """Every row of the answer to plain SQL inside this transaction, with what it wrote."""
        self.session.flush()
        found = self.session.connection().exec_driver_sql(sql, values)
        return [tuple(row) for row in found]

    def insert_many(self, table: type[Changed], rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows of one table that nothing else refers to, for more of them than a step has.

        Ten times as fast as a row object each; ``uid`` and change number come by themselves.
        """
        self.session.flush()
        numbered = [{"uid": new_uid(), "change_no": self._numbers.take(), **row} for row in rows]
        if numbered:
            self.session.connection().execute(sa.insert(table), numbered)

    def next_number(self, series: str, day: str) -> int:
        """The next human number of a series on a local day, beginning with 1, without gaps."""
        values = {"series": series, "day": day}
        return int(self.session.connection().execute(_COUNT_UP, values).scalar_one())

    def take_numbers(self, count: int) -> int:
        """Draw change numbers for ``count`` rows that plain SQL writes; the first of them."""
        return self._numbers.take(count)

    def at_end(self, key: object, step: Callable[[], object]) -> None:
        """Have ``step`` taken before the commit, once for each ``key`` however often it is said."""
        self._last_steps[key] = step

    def finish(self) -> None:
        """Take the last steps, write everything and commit; then the unit of work is over."""
        while self._last_steps:
            self._last_steps.pop(next(iter(self._last_steps)))()
        self.session.flush()
        self._numbers.write_back()
        self.session.commit()

    def _number_rows(self, session: Session) -> None:
        for row in session.new:
            if isinstance(row, Changed):
                row.change_no = self._numbers.take()
        for row in session.dirty:
            if not session.is_modified(row):
                continue
            if isinstance(row, Mutable):
                row.version += 1
            if isinstance(row, Changed):
                row.change_no = self._numbers.take()


class _NumberedSession(Session):
    """A session that has its rows numbered before each flush."""

    number_rows: Callable[[Session], None] = staticmethod(lambda _session: None)


@event.listens_for(_NumberedSession, "before_flush")
def _number_rows(session: _NumberedSession, _context: Any, _instances: Any) -> None:
    # One listener for all: to listen to one session costs a tenth of a small write.
    session.number_rows(session)


class _Driver:
    """The session's connection in the one form that :mod:`data.changes` asks for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def execute(self, sql: str, /) -> Any:
        return self._session.connection().exec_driver_sql(sql)


class Store:
    """The writing side of a store that :func:`data.opening.prepare` has made ready."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.engine = make_engine(location)

    @contextmanager
    def writing(self, author: Author, now: datetime) -> Iterator[UnitOfWork]:
        """One unit of work; committed when the block ends, rolled back when it raises.

        Raises:
            StoreBusy: another writer held the store for longer than the busy timeout.
            StoreUnusable: the disk is full, the file read-only or damaged; nothing was stored.
        """
        with (
            engine_failures_named(self.location),
            _NumberedSession(self.engine, expire_on_commit=False, autoflush=False) as session,
        ):
            work = UnitOfWork(session, author, now)
            yield work
            work.finish()

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """A session that only asks, under the lock of a writer; nothing of it is kept.

        Raises:
            StoreBusy: another writer held the store for longer than the busy timeout.
            StoreUnusable: the file is read-only or damaged.
        """
        with engine_failures_named(self.location), Session(self.engine) as session:
            yield session

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        self.engine.dispose()


@contextmanager
def engine_failures_named(location: Location) -> Iterator[None]:
    """As :func:`data.driver.failures_named`, for a block that works through SQLAlchemy."""
    try:
        yield
    except DBAPIError as error:
        named = store_failure(error.orig, location.path) if error.orig else None
        if named is None:
            raise
        raise named from error


def make_engine(location: Location, *, foreign_keys: bool = True) -> sa.Engine:
    """An engine whose every transaction begins with ``BEGIN IMMEDIATE``.

    The driver's default loses updates silently: 442 of 600 in a test with four processes.

    Args:
        location: the store.
        foreign_keys: off for migrations only; SQLite's rebuild of a table would delete children.
    """

    def open_connection() -> Any:
        connection = connect(location.path)
        if not foreign_keys:
            connection.execute("PRAGMA foreign_keys = OFF")
        return connection

    engine = sa.create_engine(
        "sqlite://",
        module=sqlite3,
        creator=open_connection,
        poolclass=sa.QueuePool,
        hide_parameters=True,  # an error's text holds the statement, never what customers said
    )

    @event.listens_for(engine, "begin")
    def _begin_immediate(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
