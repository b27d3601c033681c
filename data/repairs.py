"""Writing what can be worked out again: short raw transactions, audited, beside the clerks."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from data import phone_tails
from data.auditing import Deed, append
from data.bulk import BulkWriter
from data.changes import ChangeNumbers
from data.driver import sqlite3
from data.exporting.tables import SEND_ALL, TABLES
from data.location import Location
from data.reading import Reader
from models.identity import new_uid

TOGETHER: Final = 500
"""Rows in one transaction: a few milliseconds, so that a clerk's save gets its turn."""

_PAUSE: Final = 0.005

_GUARDS: Final = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'trigger' AND tbl_name = ? AND name = tbl_name || '_no_update'
"""
_FOLLOW: Final = """
    UPDATE change_counter
    SET value = max(value, coalesce((SELECT max(change_no) FROM {table}), 0)) WHERE id = 1
"""


@dataclass(slots=True)
class Repair:
    """One transaction of a repair.

    Attributes:
        connection: for writing; the transaction has begun.
        reader: reads inside the transaction.
        deeds: what the audit keeps of it.
    """

    connection: sqlite3.Connection
    reader: Reader
    numbers: ChangeNumbers
    deeds: list[Deed] = field(default_factory=list)

    def update(
        self, table: str, key: int, values: dict[str, Any], *, versioned: bool = True
    ) -> None:
        """Write columns of a row that leaves with the exports: as a new version, newly numbered."""
        sets = ", ".join(f"{column} = ?" for column in values)
        counted = ", version = version + 1" if versioned else ""
        self.connection.execute(
            f"UPDATE {table} SET {sets}, change_no = ?{counted} WHERE id = ?",
            (*values.values(), self.numbers.take(), key),
        )

    def insert(self, table: str, values: dict[str, Any], *, versioned: bool = True) -> None:
        """Write a row that was missing, newly numbered."""
        whole = {"uid": new_uid(), "change_no": self.numbers.take(), **values}
        if versioned:
            whole["version"] = 1
        marks = ", ".join("?" * len(whole))
        self.connection.execute(
            f"INSERT INTO {table} ({', '.join(whole)}) VALUES ({marks})", tuple(whole.values())
        )

    def remove(self, table: str, key: int) -> None:
        """Take away a row that should not be; the next batch holds everything, to be without it."""
        self.connection.execute(f"DELETE FROM {table} WHERE id = ?", (key,))
        send_all(self)


class RepairWriter:
    """A connection for repairs; what each transaction did stands in the audit."""

    def __init__(self, location: Location, actor_id: int, actor: str, now: datetime) -> None:
        self._location = location
        self._writer = BulkWriter(location.path)
        self._actor = actor_id, actor, now

    def deed(self, action: str, entity: str, uid: str, **diff: Any) -> Deed:
        """What the audit is to keep."""
        actor_id, actor, now = self._actor
        return Deed(actor_id, actor, now, action, entity, uid, diff)

    @contextmanager
    def transaction(self) -> Iterator[Repair]:
        """One transaction; everything in it is stored together, or nothing is."""
        with self._writer.transaction() as connection:
            reader = Reader(connection, self._location)
            repair = Repair(connection, reader, ChangeNumbers(connection))
            yield repair
            repair.numbers.write_back()
            append(connection, repair.deeds)

    def portions(self, keys: Sequence[int]) -> Iterator[Sequence[int]]:
        """The keys, as many at a time as belong into one transaction, with pauses between."""
        for start in range(0, len(keys), TOGETHER):
            if start:
                time.sleep(_PAUSE)
            yield keys[start : start + TOGETHER]

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


def open_writer(
    location: Location, actor_id: int, actor: str, now: datetime
) -> closing[RepairWriter]:
    """A writer that is closed when its block ends."""
    return closing(RepairWriter(location, actor_id, actor, now))


def shop_uid(repair: Repair) -> str:
    """The shop, for entries of the audit about the store as a whole."""
    return str(repair.reader.value("SELECT uid FROM site LIMIT 1"))


# --- change numbers -------------------------------------------------------------------------


def unnumbered(reader: Reader) -> dict[str, array[int]]:
    """The keys of the rows that have no change number, by table."""
    found = {}
    for table in TABLES:
        rows = reader.each(f"SELECT id FROM {table.name} WHERE change_no < 1 ORDER BY id")
        keys = array("q", (row[0] for row in rows))
        if keys:
            found[table.name] = keys
    return found


def follow_numbers(repair: Repair) -> None:
    """Let the counter stand at the highest number that any row bears; call it first."""
    for table in TABLES:
        repair.connection.execute(_FOLLOW.format(table=table.name))
    repair.numbers = ChangeNumbers(repair.connection)


def send_all(repair: Repair) -> None:
    """Let the next batch hold every row: some changed and drew no change number."""
    repair.connection.execute(
        "INSERT OR REPLACE INTO store_fact (name, value) VALUES (?, ?)",
        (SEND_ALL, str(repair.numbers.take())),
    )


def number_rows(repair: Repair, table: str, keys: Sequence[int]) -> int:
    """Give rows the next change numbers; the guard of an append-only table is off meanwhile.

    Nobody sees it off: it is put back in the same transaction, word for word.
    """
    run = repair.connection.execute
    guards = run(_GUARDS, (table,)).fetchall()
    for name, _ in guards:
        run(f"DROP TRIGGER {name}")
    done = 0
    for key in keys:
        number = repair.numbers.take()
        statement = f"UPDATE {table} SET change_no = ? WHERE id = ? AND change_no < 1"
        done += run(statement, (number, key)).rowcount
    for _, sql in guards:
        run(sql)
    return done


# --- what is computed -----------------------------------------------------------------------

_CUSTOMER: Final = """
    SELECT c.id, c.name, c.customer_ref, a.member_no, c.name_initials, c.search_text
    FROM customer AS c LEFT JOIN membership_account AS a ON a.customer_id = c.id
"""
_TICKET: Final = """
    SELECT t.id, t.no, t.summary, t.body, c.name, t.search_text
    FROM ticket AS t LEFT JOIN customer AS c ON c.id = t.customer_id
"""


def customers_as_searched(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Key, name, reference, member number, and what is kept to find them by."""
    return reader.each(f"{_CUSTOMER} ORDER BY c.id")


def customer_as_searched(reader: Reader, key: int) -> tuple[Any, ...] | None:
    """One of :func:`customers_as_searched`."""
    return reader.one(f"{_CUSTOMER} WHERE c.id = :id", id=key)


def tickets_as_searched(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Key, number, summary, body, the customer's name, and what is kept to find it by."""
    return reader.each(f"{_TICKET} ORDER BY t.id")


def ticket_as_searched(reader: Reader, key: int) -> tuple[Any, ...] | None:
    """One of :func:`tickets_as_searched`."""
    return reader.one(f"{_TICKET} WHERE t.id = :id", id=key)


def write_customer_words(repair: Repair, key: int, initials: str, text: str) -> None:
    """By what a customer is found; none of it leaves, so no change number is drawn."""
    repair.connection.execute(
        "UPDATE customer SET name_initials = ?, search_text = ? WHERE id = ?", (initials, text, key)
    )


def write_ticket_words(repair: Repair, key: int, text: str) -> None:
    """By what a ticket is found; it does not leave, so no change number is drawn."""
    repair.connection.execute("UPDATE ticket SET search_text = ? WHERE id = ?", (text, key))


def returned_of(reader: Reader, key: int) -> tuple[int, int, int] | None:
    """What a receipt line counts as returned, what was sold, and what the till took back."""
    row: tuple[int, int, int] | None = reader.one(
        "SELECT l.returned_milli, l.qty_milli, (SELECT coalesce(sum(qty_milli), 0) "
        "FROM till_return WHERE receipt_line_id = l.id) FROM receipt_line AS l WHERE l.id = :id",
        id=key,
    )
    return row


def uid_of(reader: Reader, table: str, key: int) -> str:
    """The uid of a row."""
    return str(reader.value(f"SELECT uid FROM {table} WHERE id = :id", id=key))


# --- indexes --------------------------------------------------------------------------------


def rebuild_search_index(repair: Repair, table: str) -> None:
    """Make one of ``data.checks.FOUND`` anew from its table."""
    if table == phone_tails.TABLE:
        phone_tails.make_anew(repair.connection)
    else:
        repair.connection.execute(f"INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')")


def rebuild_index(repair: Repair, name: str) -> None:
    """Make an index anew from its table."""
    quoted = name.replace('"', '""')
    repair.connection.execute(f'REINDEX "{quoted}"')
