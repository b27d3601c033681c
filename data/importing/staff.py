"""Staff by their login. A new person gets a one-time code to choose a PIN with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from data.bulk import Table, Values, Writes
from data.driver import sqlite3
from data.importing import cells
from data.importing.cells import required
from data.importing.kinds import Outcome, cell_reader, listed
from data.importing.products import twice_in_file
from data.importing.rejection import Rejection
from data.importing.source import RawRow, Source
from data.reading import stored_instant
from models.messages import N_
from models.terms import RejectCode, Role

REQUIRED: Final = ("login", "name", "role")
OPTIONAL: Final = ("active",)

_KNOWN: Final = ("name", "role", "active")
STAFF: Final = Table(
    "staff",
    ("login", *_KNOWN, "code_hash", "code_expires_at"),
    {"goodwill_limit_minor": "0", "failed_tries": "0", "session_no": "0"},
)
_RESERVED: Final = frozenset({"system"})

NewCode = Callable[[], tuple[str, str]]
"""Makes a one-time code: in plain text, and its hash."""


class _Row(NamedTuple):
    login: str
    known: Values


class StaffRows:
    """See :class:`data.importing.kinds.Importer`.

    Attributes:
        codes: the one-time code of each person who is new, by login. They are nowhere else.
    """

    def __init__(
        self,
        source: Source,
        clock: Callable[[], datetime],
        new_code: NewCode,
        code_lifetime: timedelta,
    ) -> None:
        self._cell = {name: cell_reader(source.columns, name) for name in REQUIRED + OPTIONAL}
        self._clock = clock
        self._new_code = new_code
        self._lifetime = code_lifetime
        self._seen: set[str] = set()
        self._hashes: dict[str, str] = {}
        self.codes: dict[str, str] = {}

    def read(self, chunk: Sequence[RawRow]) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.read`."""
        rows: list[Any] = []
        for _line, values, flaw in chunk:
            try:
                if flaw is not None:
                    raise flaw
                rows.append(self._row(values))
            except Rejection as rejection:
                rows.append(rejection.with_traceback(None))
        return rows

    def _row(self, values: list[str]) -> _Row:
        cell = {name: read(values) for name, read in self._cell.items()}
        login = required("login", cells.text("login", cell["login"], 32))
        row = _Row(
            login,
            (
                required("name", cells.text("name", cell["name"], 80)),
                required("role", cells.term("role", cell["role"], Role)),
                cells.boolean("active", cell["active"]),
            ),
        )
        if login in _RESERVED:
            raise Rejection(
                RejectCode.BAD_VALUE,
                N_("{column}: '{value}' is the name of the program itself."),
                field="login",
                value=login,
            )
        if login in self._seen:
            raise twice_in_file("login", login)
        self._seen.add(login)
        return row

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        stored: dict[str, Values] = {
            row[0]: row[1:]
            for row in connection.execute(
                f"SELECT login, id, {', '.join(_KNOWN)} FROM staff "
                "WHERE login IN (SELECT value FROM json_each(?))",
                listed(row.login for row in rows if isinstance(row, _Row)),
            )
        }
        new: list[Values] = []
        changed: list[Values] = []
        expires = stored_instant(self._clock() + self._lifetime)
        outcomes: list[Any] = []
        for row in rows:
            if not isinstance(row, _Row):
                outcomes.append(row)
                continue
            known = stored.get(row.login)
            if known is None:
                name, role, active = row.known
                values = (row.login, name, role, active is not False, self._code(row.login))
                new.append((*values, expires))
                outcomes.append(Outcome.ACCEPTED)
                continue
            merged = (*row.known[:2], known[3] if row.known[2] is None else row.known[2])
            if merged == known[1:]:
                outcomes.append(Outcome.UNCHANGED)
            else:
                changed.append((known[0], *merged))
                outcomes.append(Outcome.ACCEPTED)
        writes.insert(STAFF, new)
        writes.update(STAFF, _KNOWN, changed)
        return outcomes

    def _code(self, login: str) -> str:
        """The hash of the person's code; a hash takes a tenth of a second, so it is kept."""
        if login not in self._hashes:
            self.codes[login], self._hashes[login] = self._new_code()
        return self._hashes[login]

    def forget(self) -> None:
        """Nothing is kept from one chunk to the next."""
