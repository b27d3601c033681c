"""Filling a new store with rows by the hundred thousand: no triggers, no indexes meanwhile.

The file is nobody's yet, so nothing is journalled and nothing synced until it is whole; whoever
gives it its name does so afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import datetime
from itertools import chain as joined
from pathlib import Path
from typing import Any, Final

from data import chain, phone_tails
from data.bulk import TOGETHER, Table
from data.changes import READ, WRITE
from data.driver import connect, sqlite3
from data.reading import stored_instant

CACHE_KIB: Final = 192 * 1024
"""Pages kept while rows come in; the hashes of the audit, in no order, want room."""

INDEXING_KIB: Final = 64 * 1024
"""Pages kept, and rows sorted at once, while indexes are made."""

_AUDIT: Final = (
    "INSERT INTO audit_entry (id, uid, at, actor_id, actor, action, entity, entity_uid, diff, "
    "prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


MadeDeed = tuple[str, int, str, str, str, str, str]
"""Moment as stored, actor's key and login, action, entity, its uid ('' for none), and what is said
of it in the canonical form (``data.chain``)."""


class Filling:
    """A connection that fills the store at ``path``; uids follow from the seed.

    Used as a context manager; :meth:`complete` makes an ordinary store of it. Errors of the driver
    come as they are: whoever uses this names them (``data.driver.failures_named``).
    """

    def __init__(self, path: Path, seed: str, moment: datetime) -> None:
        self._path = path
        self._seed = seed
        self._milliseconds = int(moment.timestamp() * 1000)
        self._uids: dict[str, str] = {}
        self._last: dict[str, int] = {}
        self._head = chain.GENESIS
        self.rows = 0
        self._connection = self._opened()
        row = self._connection.execute(READ).fetchone()
        self._change = int(row[0])
        self._later = self._put_aside()
        self._connection.execute("BEGIN")

    def _opened(self) -> sqlite3.Connection:
        connection = connect(self._path)
        for setting in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            "foreign_keys = OFF",
            "secure_delete = OFF",
            f"cache_size = -{CACHE_KIB}",
            "temp_store = FILE",
        ):
            connection.execute(f"PRAGMA {setting}").fetchall()
        return connection

    def _put_aside(self) -> list[str]:
        """Drop indexes and triggers; what makes them again, the indexes first."""
        found = self._connection.execute(
            "SELECT type, name, sql FROM sqlite_master "
            "WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, rowid"
        ).fetchall()
        for kind, name, _ in found:
            self._connection.execute(f'DROP {kind} "{name}"')
        return [sql for _, _, sql in found]

    def __enter__(self) -> Filling:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def next_id(self, name: str) -> int:
        """The key that the next row of that table gets; the following ones count up."""
        return self._last.get(name, 0) + 1

    def uid_head(self, name: str) -> str:
        """What the uids of a table's rows begin with; twelve figures of the key follow (``012x``).

        A UUIDv7 whose random part belongs to seed and table, so that rows can be named before they
        are written.
        """
        if name not in self._uids:
            chance = hashlib.sha256(f"{self._seed}/{name}".encode()).hexdigest()
            variant = "89ab"[int(chance[3], 16) & 3]
            moment = f"{self._milliseconds & 0xFFFF_FFFF_FFFF:012x}"
            self._uids[name] = f"{moment[:8]}-{moment[8:]}-7{chance[:3]}-{variant}{chance[4:7]}-"
        return self._uids[name]

    def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write ``rows`` with the next keys, uids and change numbers."""
        if not rows:
            return
        first, head, change = self.next_id(table.name), self.uid_head(table.name), self._change + 1
        count = len(rows)
        whole = [
            (key, f"{head}{key:012x}", number, *row)
            for key, number, row in zip(
                range(first, first + count), range(change, change + count), rows, strict=True
            )
        ]
        self._last[table.name] = first + count - 1
        self._change += count
        self.rows += count
        self._write(table, whole)

    def _write(self, table: Table, whole: list[tuple[Any, ...]]) -> None:
        full = len(whole) - len(whole) % TOGETHER
        if full:
            self._connection.executemany(
                table.insert(table.columns, TOGETHER),
                (
                    tuple(joined.from_iterable(whole[start : start + TOGETHER]))
                    for start in range(0, full, TOGETHER)
                ),
            )
        if full < len(whole):
            self._connection.executemany(table.insert(table.columns, 1), whole[full:])

    def audit(self, deeds: Sequence[MadeDeed]) -> None:
        """Append to the audit chain."""
        head, hashed, first = self._head, chain.hash_of_fields, self.next_id("audit_entry")
        uids, rows = self.uid_head("audit_entry"), []
        for key, (at, actor_id, actor, action, entity, uid, diff) in enumerate(deeds, first):
            moment = f"{at[:10]}T{at[11:]}Z"
            previous, head = head, hashed(head, moment, actor, action, entity, uid, diff)
            rows.append(
                (
                    key, f"{uids}{key:012x}", at, actor_id, actor, action, entity, uid or None,
                    diff, previous, head,
                )
            )  # fmt: skip
        self._head = head
        self._last["audit_entry"] = first + len(rows) - 1
        self.rows += len(rows)
        self._connection.executemany(_AUDIT, rows)

    def count_numbers(self, day: str, numbers: dict[str, int]) -> None:
        """Say how many numbers each series gave out on a local day (``YYYYMMDD``)."""
        self._connection.executemany(
            "INSERT INTO number_counter (series, day, value) VALUES (?, ?, ?)",
            [(series, day, value) for series, value in numbers.items()],
        )

    def fact(self, name: str, value: str) -> None:
        """Write one fact of the store about itself."""
        self._connection.execute(
            "INSERT INTO store_fact (name, value) VALUES (?, ?)", (name, value)
        )

    def complete(self) -> None:
        """Make indexes and triggers again and the search indexes anew; let the disk keep it all."""
        run = self._connection.execute
        run(WRITE.format(value=self._change))
        run("COMMIT")
        run(f"PRAGMA cache_size = -{INDEXING_KIB}")
        for sql in self._later:
            run(sql)
        for name in self._searched():
            run(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
        phone_tails.fill(self._connection)
        self._connection.close()
        connect(self._path).close()  # an ordinary connection gives it the usual journal again
        with self._path.open("r+b") as file:
            os.fsync(file.fileno())

    def _searched(self) -> list[str]:
        """Every full-text index, whichever the migrations have made."""
        return [
            str(name)
            for (name,) in self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%' ORDER BY rowid"
            ).fetchall()
        ]


def deed(
    at: datetime, actor_id: int, actor: str, action: str, entity: str, uid: str, **diff: Any
) -> MadeDeed:
    """One entry for :meth:`Filling.audit`."""
    return stored_instant(at), actor_id, actor, action, entity, uid, chain.canonical(diff)


def as_json(value: object) -> str:
    """A value in the form in which the store keeps JSON."""
    return json.dumps(value)
