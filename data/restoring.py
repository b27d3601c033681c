"""A copy that is opened begins a life of its own: other change numbers follow, so another epoch.

Without it a store that was copied back would make batches with the numbers of batches that left
before and with other rows, and head office would keep the wrong ones. So every copy bears a mark,
and whoever opens a store with that mark first gives it a new epoch.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from data.auditing import Deed, append
from data.driver import connect, transaction
from data.location import Location
from data.reading import stored_instant

if TYPE_CHECKING:
    from data.driver import sqlite3

EPOCH: Final = "epoch"
"""Name of the store fact that head office tells one life of a store file from the next by."""

COPIED_FROM: Final = "copied_from"
"""Name of the store fact that only copies have; its value is the epoch they were copied in."""

COPIED_AT: Final = "copied_at"
"""Name of the store fact that says when the copy was taken, UTC; only copies have it, too."""

_SYSTEM: Final = "system"
_FACT: Final = "SELECT value FROM store_fact WHERE name = ?"


def mark_copy(connection: sqlite3.Connection, now: datetime) -> None:
    """Let the store behind ``connection`` say that it is a copy, taken ``now``."""
    connection.execute(
        "INSERT OR REPLACE INTO store_fact (name, value) VALUES (?, ?)",
        (COPIED_AT, stored_instant(now)),
    )
    connection.execute(
        "INSERT OR REPLACE INTO store_fact (name, value) "
        "VALUES (?, coalesce((SELECT value FROM store_fact WHERE name = ?), ''))",
        (COPIED_FROM, EPOCH),
    )


def is_copy(connection: sqlite3.Connection) -> bool:
    """Whether the store is a copy that nobody has opened yet."""
    return connection.execute(_FACT, (COPIED_FROM,)).fetchone() is not None


def begin_anew(location: Location, now: datetime, **told: Any) -> None:
    """Give a copy a new epoch and take its mark off; nothing is done to a store without one.

    One transaction, so that of two terminals at once the second finds nothing left to do. The
    audit keeps both epochs and what is ``told``.
    """
    connection = connect(location.path)
    try:
        with transaction(connection, location.path):
            copied_from = connection.execute(_FACT, (COPIED_FROM,)).fetchone()
            if copied_from is not None:
                _renew(connection, copied_from[0], now, told)
    finally:
        connection.close()


def _renew(
    connection: sqlite3.Connection, copied_from: str, now: datetime, told: dict[str, Any]
) -> None:
    connection.execute("DELETE FROM store_fact WHERE name IN (?, ?)", (COPIED_FROM, COPIED_AT))
    if not copied_from:  # copied before it was founded; founding gives the epoch
        return
    epoch = str(uuid.uuid4())
    connection.execute("UPDATE store_fact SET value = ? WHERE name = ?", (epoch, EPOCH))
    found = connection.execute("SELECT id FROM staff WHERE login = ?", (_SYSTEM,)).fetchone()
    told = {"copied_from": copied_from, "epoch": epoch, **told}
    deed = Deed(found and found[0], _SYSTEM, now, "store.restored", "store", diff=told)
    append(connection, [deed])
