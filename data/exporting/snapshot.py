"""One consistent view of the store for the length of an export, and what it knows of persons."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from data.changes import READ
from data.driver import connect, failures_named
from data.location import Location
from models.text import digits_of, mask_name, mask_phone


class Snapshot:
    """A reading connection that stays at one moment; ``to_seq`` is the last change it sees."""

    def __init__(self, location: Location, pseudonym_key: str = "") -> None:
        self._location = location
        self._connection = connect(location.path, query_only=True)
        self._add_functions(pseudonym_key.encode())
        self._connection.execute("BEGIN")
        self.to_seq: int = self.value(READ)

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        with failures_named(self._location.path):
            row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def each(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of the answer one by one."""
        with failures_named(self._location.path):
            yield from self._connection.execute(sql, values)

    def blocks(self, sql: str, values: dict[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of the answer in lists of a few thousand: memory stays flat."""
        with failures_named(self._location.path):
            cursor = self._connection.execute(sql, values)
            while rows := cursor.fetchmany(2000):
                yield rows

    def _add_functions(self, key: bytes) -> None:
        add = self._connection.create_function
        add("mask_name", 1, _unless_null(mask_name), deterministic=True)
        add("mask_phone", 1, _unless_null(mask_phone), deterministic=True)
        add("pseudonym", 2, lambda kind, value: pseudonym(key, kind, value), deterministic=True)


def _unless_null(masking: Any) -> Any:
    return lambda value: None if value is None else masking(value)


def pseudonym(key: bytes, kind: str, value: str | None) -> str | None:
    """HMAC-SHA256 of a value under the store's key: the same person gives the same text.

    Telephone numbers count by their digits, so that two ways of writing one number agree.
    """
    if value is None:
        return None
    known = digits_of(value) if kind == "phone" else value
    return hmac.new(key, f"{kind}:{known}".encode(), sha256).hexdigest()
