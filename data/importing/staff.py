"""Staff by their login, under the rules of the staff screen.

A file of staff is small: it is stored in one transaction, so that it may hand the last supervisor's
work to somebody else, whichever of the two stands first. A new person gets a one-time code to
choose a PIN with. Codes are given last, together with the mark that the import is finished: what is
broken off before has given none, and gives them when it is continued.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from data.auditing import Deed
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
from models.people import LAST_LEADER, LEADERS, LOGIN, LOGIN_RULE
from models.terms import RejectCode, Role

REQUIRED: Final = ("login", "name", "role")
OPTIONAL: Final = ("active",)

_KNOWN: Final = ("name", "role", "active")
STAFF: Final = Table(
    "staff",
    ("login", *_KNOWN),
    {"goodwill_limit_minor": "0", "failed_tries": "0", "session_no": "0"},
)
_RESERVED: Final = frozenset({"system"})


@dataclass(frozen=True, slots=True)
class Hiring:
    """Who changes the staff, and what that person may.

    Attributes:
        actor_id: of the audit entries.
        actor: the name that the audit keeps.
        may_manage: whether the actor may give, take or touch a role.
        new_code: makes a one-time code: in plain text, and its hash.
        code_lifetime: how long a code can be used.
    """

    actor_id: int
    actor: str
    may_manage: Callable[[Role], bool]
    new_code: Callable[[], tuple[str, str]]
    code_lifetime: timedelta


class _Row(NamedTuple):
    login: str
    name: str
    role: str
    active: bool | None


class _Known(NamedTuple):
    """A person as the store has them."""

    key: int
    uid: str
    session_no: int
    name: str
    role: str
    active: int


class StaffRows:
    """See :class:`data.importing.kinds.Importer`.

    Attributes:
        codes: the one-time codes that were given, by login. They are nowhere else.
    """

    def __init__(self, source: Source, clock: Callable[[], datetime], hiring: Hiring) -> None:
        self._cell = {name: cell_reader(source.columns, name) for name in REQUIRED + OPTIONAL}
        self._clock = clock
        self._hiring = hiring
        self._seen: set[str] = set()
        self._made: dict[str, tuple[str, str]] = {}
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
            required("name", cells.text("name", cell["name"], 80)),
            required("role", cells.term("role", cell["role"], Role)),
            cells.boolean("active", cell["active"]),
        )
        if login in _RESERVED:
            raise Rejection(
                RejectCode.BAD_VALUE,
                N_("{column}: '{value}' is the name of the program itself."),
                field="login",
                value=login,
            )
        if not LOGIN.match(login):
            raise Rejection(RejectCode.BAD_VALUE, LOGIN_RULE, field="login")
        if login in self._seen:
            raise twice_in_file("login", login)
        self._seen.add(login)
        return row

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        stored = {
            row[0]: _Known(*row[1:])
            for row in connection.execute(
                f"SELECT login, id, uid, session_no, {', '.join(_KNOWN)} FROM staff "
                "WHERE login IN (SELECT value FROM json_each(?))",
                listed(row.login for row in rows if isinstance(row, _Row)),
            )
        }
        checked = [self._permitted(row, stored) for row in rows]
        _keep_a_leader(connection, checked, stored)
        new: list[_Row] = []
        changed: list[tuple[_Known, Values]] = []
        outcomes: list[Any] = []
        for row in checked:
            known = stored.get(row.login) if isinstance(row, _Row) else None
            if not isinstance(row, _Row):
                outcomes.append(row)
            elif known is None:
                new.append(row)
                outcomes.append(Outcome.ACCEPTED)
            elif (told := (row.name, row.role, _works(row, known))) == known[3:]:
                outcomes.append(Outcome.UNCHANGED)
            else:
                changed.append((known, told))
                outcomes.append(Outcome.ACCEPTED)
        self._write(writes, new, changed)
        return outcomes

    def _permitted(self, row: Any, stored: dict[str, _Known]) -> Any:
        if not isinstance(row, _Row):
            return row
        known = stored.get(row.login)
        if known is not None and (row.name, row.role, _works(row, known)) == known[3:]:
            return row
        for role in (row.role, *((known.role,) if known else ())):
            if not self._hiring.may_manage(Role(role)):
                return Rejection(
                    RejectCode.BAD_VALUE,
                    N_("Only an admin may give or take the role '{role}'."),
                    field="role",
                    role=role,
                )
        return row

    def _write(
        self, writes: Writes, new: Sequence[_Row], changed: Sequence[tuple[_Known, Values]]
    ) -> None:
        added = [(row.login, row.name, row.role, row.active is not False) for row in new]
        for (login, name, role, active), uid in zip(
            added, writes.insert(STAFF, added), strict=True
        ):
            self._audit(writes, "staff.add", uid, login=login, name=name, role=role, active=active)
        # Who comes back signs in again.
        writes.update(
            STAFF,
            (*_KNOWN, "session_no"),
            [
                (known.key, *told, known.session_no + (bool(told[2]) != bool(known.active)))
                for known, told in changed
            ],
        )
        for known, (name, role, active) in changed:
            self._audit(
                writes, "staff.change", known.uid, name=name, role=role, active=bool(active)
            )

    def _audit(self, writes: Writes, action: str, uid: str, **diff: Any) -> None:
        hiring = self._hiring
        writes.audit(Deed(hiring.actor_id, hiring.actor, self._clock(), action, "staff", uid, diff))

    def give_codes(self, connection: sqlite3.Connection, writes: Writes, *, anew: bool) -> None:
        """Prepare a code for everyone of the file who has no PIN and no code that still holds.

        Args:
            connection: of the store.
            writes: the transaction that ends the import.
            anew: also for those whose code still holds: it was given to nobody, or lost.
        """
        now = self._clock()
        without = [
            (key, login, uid)
            for key, login, uid, role in connection.execute(
                "SELECT id, login, uid, role FROM staff WHERE login IN (SELECT value FROM "
                "json_each(?)) AND active AND pin_hash IS NULL AND (? OR code_hash IS NULL "
                "OR code_expires_at IS NULL OR code_expires_at <= ?) ORDER BY id",
                (*listed(sorted(self._seen)), anew, stored_instant(now)),
            )
            if self._hiring.may_manage(Role(role))
        ]
        expires = stored_instant(now + self._hiring.code_lifetime)
        codes = {login: self._code(login) for _, login, _ in without}
        writes.update(
            STAFF,
            ("code_hash", "code_expires_at"),
            [(key, codes[login][1], expires) for key, login, _ in without],
        )
        for _, _, uid in without:
            self._audit(writes, "staff.code", uid)
        self.codes = {login: code for login, (code, _) in codes.items()}

    def _code(self, login: str) -> tuple[str, str]:
        """A person's code and its hash, which takes a tenth of a second, so it is kept."""
        if login not in self._made:
            self._made[login] = self._hiring.new_code()
        return self._made[login]

    def forget(self) -> None:
        """Nothing is kept from one chunk to the next."""


def _works(row: _Row, known: _Known) -> bool | int:
    return known.active if row.active is None else row.active


def _keep_a_leader(
    connection: sqlite3.Connection, rows: list[Any], stored: dict[str, _Known]
) -> None:
    """Reject the row that would leave the shop without a supervisor."""
    before = {
        login
        for (login,) in connection.execute(
            "SELECT login FROM staff WHERE active AND login <> 'system' "
            "AND role IN (SELECT value FROM json_each(?))",
            listed(LEADERS),
        )
    }
    after, last = set(before), None
    for place, row in enumerate(rows):
        if not isinstance(row, _Row):
            continue
        known = stored.get(row.login)
        active = row.active is not False if known is None else _works(row, known)
        if active and row.role in LEADERS:
            after.add(row.login)
        elif row.login in after:
            after.remove(row.login)
            last = place
    if last is not None and not after:
        rows[last] = Rejection(RejectCode.BAD_VALUE, LAST_LEADER, field="role")
