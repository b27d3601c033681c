"""What signing in reads and writes: rows of staff in plain SQL, in short transactions.

Whoever signs in waits for this, at the first frame and at every command, and importing SQLModel
takes longer than all the rest together. Rows get their version and change number, and the audit
chain its entries, as :mod:`data.store` gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from queue import Empty, LifoQueue
from typing import Any, Final

from data.auditing import Deed, append
from data.changes import ChangeNumbers
from data.driver import connect, sqlite3, transaction
from data.location import Location
from data.reading import maybe_instant, stored_instant


@dataclass(frozen=True, slots=True)
class SignInRow:
    """A person as far as signing in looks; columns of :class:`models.staff.Staff`."""

    id: int
    uid: str
    login: str
    name: str
    role: str
    active: bool
    session_no: int
    pin_hash: str | None
    code_hash: str | None
    code_expires_at: datetime | None
    failed_tries: int
    locked_until: datetime | None


_COLUMNS: Final = ", ".join(field.name for field in fields(SignInRow))
_KEPT: Final = ("pin_hash", "code_hash", "code_expires_at", "failed_tries", "locked_until")
_KEEP: Final = (
    f"UPDATE staff SET {', '.join(f'{name} = :{name}' for name in _KEPT)}, "
    "version = version + 1, change_no = :change_no WHERE id = :id"
)


class SignInBook:
    """One write transaction about who signs in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers = ChangeNumbers(connection)
        self._read: dict[int, SignInRow] = {}

    def one(self, sql: str, **values: Any) -> tuple[Any, ...] | None:
        """The first row of the answer, or None."""
        row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return row

    def by_login(self, login: str) -> SignInRow | None:
        """The person of that staff number, ``system`` too."""
        return self._found("login = :key", login)

    def by_id(self, staff_id: int) -> SignInRow | None:
        """The person with that key."""
        return self._found("id = :key", staff_id)

    def keep(self, row: SignInRow) -> None:
        """Write what signing in may change; nothing where it is as it was read."""
        if self._read.get(row.id) == row:
            return
        values = {name: _stored(value) for name, value in asdict(row).items() if name in _KEPT}
        self._connection.execute(_KEEP, {**values, "change_no": self._numbers.take(), "id": row.id})
        self._read[row.id] = row

    def audit(self, deed: Deed) -> None:
        """Append ``deed`` to the audit chain."""
        append(self._connection, [deed])

    def finish(self) -> None:
        """Write back the change numbers that were drawn; the last thing before the commit."""
        self._numbers.write_back()

    def _found(self, condition: str, key: int | str) -> SignInRow | None:
        found = self.one(f"SELECT {_COLUMNS} FROM staff WHERE {condition}", key=key)
        if found is None:
            return None
        values = dict(zip(_COLUMNS.split(", "), found, strict=True))
        values["active"] = bool(values["active"])
        for name in ("code_expires_at", "locked_until"):
            values[name] = maybe_instant(values[name])
        row = self._read[values["id"]] = SignInRow(**values)
        return row


class SigningSide:
    """Connections for signing in, kept open between the tries."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()

    @contextmanager
    def transaction(self) -> Iterator[SignInBook]:
        """One write transaction: committed when the block ends, rolled back when it raises.

        Raises:
            StoreBusy: another writer held the store for longer than the busy timeout.
            StoreUnusable: the disk is full, the file read-only or damaged; nothing was stored.
        """
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = connect(self._location.path)
        try:
            with transaction(connection, self._location.path):
                book = SignInBook(connection)
                yield book
                book.finish()
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while not self._idle.empty():
            self._idle.get_nowait().close()


def _stored(value: Any) -> Any:
    return stored_instant(value) if isinstance(value, datetime) else value
