"""What every kind of file has in common: columns, reading rows, preparing what they write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, Final, Protocol

from data.bulk import Table, Writes
from data.driver import sqlite3
from data.importing.source import RawRow

CATEGORY: Final = Table("category", ("code", "name"), {"flags": "'[]'"})


class Outcome(Enum):
    """What became of a row that was not rejected."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    MATCHED = "matched"


class Importer(Protocol):
    """One kind of file.

    Every row passes through :meth:`read` in order, those of an earlier, broken-off run included:
    what a row means may depend on the rows before it. Only :meth:`prepare` looks at the store.
    """

    def read(self, chunk: Sequence[RawRow]) -> list[Any]:
        """The rows checked and typed; a rejected one is its :class:`Rejection`.

        An item may stand for several neighbouring rows.
        """

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """Prepare what good rows write; one :class:`Outcome` or :class:`Rejection` a row."""

    def forget(self) -> None:
        """Somebody else wrote: what was read from the store may not hold any longer."""


def listed(values: Iterable[Any]) -> tuple[str]:
    """Values as the one parameter of ``IN (SELECT value FROM json_each(?))``."""
    return (json.dumps(list(values)),)


def cell_reader(columns: Sequence[str], wanted: str) -> Callable[[list[str]], str]:
    """How to take the column ``wanted`` from a row; always empty where the file has none."""
    if wanted not in columns:
        return lambda _cells: ""
    place = columns.index(wanted)
    return lambda cells: cells[place]


def known_categories(
    connection: sqlite3.Connection, writes: Writes, named: set[str]
) -> dict[str, int]:
    """The keys of the categories ``named``; those that are new are made."""
    codes = sorted(named)
    found: dict[str, int] = dict(
        connection.execute(
            "SELECT code, id FROM category WHERE code IN (SELECT value FROM json_each(?))",
            listed(codes),
        )
    )
    new = [code for code in codes if code not in found]
    first = writes.next_id(CATEGORY)
    writes.insert(CATEGORY, [(code, code) for code in new])
    found.update(zip(new, range(first, first + len(new)), strict=True))
    return found
