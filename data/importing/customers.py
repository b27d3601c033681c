"""Customers by their reference. An empty cell says nothing and wipes nothing.

What a clerk wrote down stays: telephone numbers are added, never taken away, and an erased person
stays erased. Points are the balance that the file names; the difference becomes one entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from data.bulk import Table, Values, Writes
from data.driver import sqlite3
from data.importing import cells
from data.importing.cells import required
from data.importing.kinds import Outcome, cell_reader, listed
from data.importing.people import CUSTOMER, PHONE
from data.importing.products import twice_in_file
from data.importing.rejection import Rejection
from data.importing.source import RawRow, Source
from data.reading import stored_instant
from data.searchable import customer_search_text, name_initials
from models.messages import N_
from models.terms import CareFlag, PointsKind, RejectCode, Tier

REQUIRED: Final = ("customer_ref", "name")
OPTIONAL: Final = (
    "phones",
    "member_no",
    "tier",
    "points",
    "birthday_md",
    "care_flags",
    "consent_contact",
    "consent_marketing",
)

_KNOWN: Final = ("name", "birthday_md", "care_flags", "consent_contact", "consent_marketing")
_COMPUTED: Final = ("name_initials", "search_text")
ACCOUNT: Final = Table("membership_account", ("customer_id", "member_no", "tier"))
POINTS: Final = Table(
    "points_entry",
    ("account_id", "points", "at"),
    {"kind": f"'{PointsKind.ADJUST}'"},
    mutable=False,
)


class _Row(NamedTuple):
    ref: str
    known: Values
    phones: tuple[tuple[str, str], ...]
    member_no: str | None
    tier: str | None
    points: int | None


class _Stored(NamedTuple):
    id: int
    erased: bool
    known: Values
    computed: Values
    account_id: int | None
    member_no: str | None
    tier: str | None
    points: int
    phones: dict[str, int]


class Customers:
    """See :class:`data.importing.kinds.Importer`."""

    def __init__(self, source: Source, clock: Callable[[], datetime]) -> None:
        self._cell = {name: cell_reader(source.columns, name) for name in REQUIRED + OPTIONAL}
        self._clock = clock
        self._seen: set[str] = set()
        self._members: set[str] = set()

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
        ref = required("customer_ref", cells.text("customer_ref", cell["customer_ref"], 64))
        known = (
            cells.text("name", cell["name"], 120),
            cells.month_day("birthday_md", cell["birthday_md"]),
            _care_flags(cell["care_flags"]),
            cells.boolean("consent_contact", cell["consent_contact"]),
            cells.boolean("consent_marketing", cell["consent_marketing"]),
        )
        row = _Row(
            ref,
            known,
            cells.phones("phones", cell["phones"]),
            cells.text("member_no", cell["member_no"], 64),
            cells.term("tier", cell["tier"], Tier),
            cells.whole("points", cell["points"]),
        )
        if ref in self._seen:
            raise twice_in_file("customer_ref", ref)
        if row.member_no is not None and row.member_no in self._members:
            raise twice_in_file("member_no", row.member_no)
        self._seen.add(ref)
        if row.member_no is not None:
            self._members.add(row.member_no)
        return row

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        good = [row for row in rows if isinstance(row, _Row)]
        stored = _stored(connection, [row.ref for row in good])
        owners: dict[str, int] = dict(
            connection.execute(
                "SELECT member_no, customer_id FROM membership_account "
                "WHERE member_no IN (SELECT value FROM json_each(?))",
                listed(row.member_no for row in good),
            )
        )
        pen = _Pen(writes, stored_instant(self._clock()))
        outcomes: list[Any] = []
        for row in rows:
            if not isinstance(row, _Row):
                outcomes.append(row)
                continue
            known = stored.get(row.ref)
            owner = owners.get(row.member_no or "")
            if known is not None and known.erased:
                outcomes.append(_erased(row))
            elif owner is not None and (known is None or owner != known.id):
                outcomes.append(_member_of_another(row))
            else:
                outcomes.append(pen.write(row, known))
        pen.finish()
        return outcomes

    def forget(self) -> None:
        """Nothing is kept from one chunk to the next."""


class _Pen:
    """Collects what the rows of one chunk change."""

    def __init__(self, writes: Writes, now: str) -> None:
        self._writes = writes
        self._now = now
        self._first = writes.next_id(CUSTOMER)
        self._first_account = writes.next_id(ACCOUNT)
        self._new: list[Values] = []
        self._changed: list[Values] = []
        self._phones: list[Values] = []
        self._phones_again: list[Values] = []
        self._accounts: list[Values] = []
        self._changed_accounts: list[Values] = []
        self._points: list[Values] = []

    def write(self, row: _Row, stored: _Stored | None) -> Outcome:
        if stored is None:
            name, birthday, flags, *consents = row.known
            customer_id = self._first + len(self._new)
            computed = _computed(name, row.ref, row.member_no)
            self._new.append((row.ref, name, birthday, flags or "[]", *consents, *computed))
            self._write_phones(customer_id, row, {})
            self._write_membership(customer_id, row, None)
            return Outcome.ACCEPTED
        changed = self._write_known(row, stored)
        changed = self._write_phones(stored.id, row, stored.phones) or changed
        changed = self._write_membership(stored.id, row, stored) or changed
        return Outcome.ACCEPTED if changed else Outcome.UNCHANGED

    def _write_known(self, row: _Row, stored: _Stored) -> bool:
        known = tuple(
            old if cell is None else cell for old, cell in zip(stored.known, row.known, strict=True)
        )
        computed = _computed(known[0], row.ref, row.member_no or stored.member_no)
        if (known, computed) == (stored.known, stored.computed):
            return False
        self._changed.append((stored.id, *known, *computed))
        return True

    def _write_phones(self, customer_id: int, row: _Row, known: dict[str, int]) -> bool:
        """Add numbers that are new; a number that was set aside comes back."""
        changed = False
        for given, digits in row.phones:
            if digits not in known:
                self._phones.append((customer_id, given, digits))
                changed = True
            elif known[digits]:
                self._phones_again.append((known[digits], True))
                changed = True
        return changed

    def _write_membership(self, customer_id: int, row: _Row, stored: _Stored | None) -> bool:
        if row.member_no is None and row.tier is None and row.points is None:
            return False
        if stored is None or stored.account_id is None:
            account_id = self._first_account + len(self._accounts)
            self._accounts.append((customer_id, row.member_no, row.tier or Tier.NONE.value))
            self._add_points(account_id, row.points or 0)
            return True
        told = (row.member_no or stored.member_no, row.tier or stored.tier)
        changed = told != (stored.member_no, stored.tier)
        if changed:
            self._changed_accounts.append((stored.account_id, *told))
        difference = 0 if row.points is None else row.points - stored.points
        self._add_points(stored.account_id, difference)
        return changed or difference != 0

    def _add_points(self, account_id: int, difference: int) -> None:
        if difference:
            self._points.append((account_id, difference, self._now))

    def finish(self) -> None:
        writes = self._writes
        writes.insert(CUSTOMER, self._new)
        writes.update(CUSTOMER, _KNOWN + _COMPUTED, self._changed)
        writes.insert(PHONE, self._phones)
        writes.update(PHONE, ("active",), self._phones_again)
        writes.insert(ACCOUNT, self._accounts)
        writes.update(ACCOUNT, ("member_no", "tier"), self._changed_accounts)
        writes.insert(POINTS, self._points)


def _stored(connection: sqlite3.Connection, refs: Sequence[str]) -> dict[str, _Stored]:
    found = connection.execute(
        f"SELECT c.customer_ref, c.id, c.erased_at IS NOT NULL, {_of('c', _KNOWN + _COMPUTED)}, "
        "a.id, a.member_no, a.tier, "
        "(SELECT coalesce(sum(points), 0) FROM points_entry p WHERE p.account_id = a.id) "
        "FROM customer c LEFT JOIN membership_account a ON a.customer_id = c.id "
        "WHERE c.customer_ref IN (SELECT value FROM json_each(?))",
        listed(refs),
    ).fetchall()
    phones: dict[int, dict[str, int]] = {}
    for customer_id, digits, set_aside in connection.execute(
        "SELECT customer_id, digits, CASE WHEN active THEN 0 ELSE id END FROM customer_phone "
        "WHERE customer_id IN (SELECT value FROM json_each(?))",
        listed(row[1] for row in found),
    ):
        phones.setdefault(customer_id, {})[digits] = set_aside
    return {
        row[0]: _Stored._make(
            (row[1], bool(row[2]), row[3:8], row[8:10], *row[10:14], phones.get(row[1], {}))
        )
        for row in found
    }


def _of(table: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)


def _computed(name: str | None, ref: str, member_no: str | None) -> tuple[str, str]:
    return name_initials(name or ""), customer_search_text(name, ref, member_no)


def _care_flags(cell: str) -> str | None:
    flags = [
        flag
        for part in cell.split(";")
        if (flag := cells.term("care_flags", part, CareFlag)) is not None
    ]
    return json.dumps(list(dict.fromkeys(flags))) if flags else None


def _erased(row: _Row) -> Rejection:
    return Rejection(
        RejectCode.BAD_VALUE,
        N_("Customer {ref} was erased on request and is not stored again."),
        field="customer_ref",
        ref=row.ref,
    )


def _member_of_another(row: _Row) -> Rejection:
    return Rejection(
        RejectCode.DUPLICATE_KEY,
        N_("Member number {member_no} belongs to another customer."),
        field="member_no",
        member_no=row.member_no,
    )
