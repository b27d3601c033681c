"""What the examination of clocks and complaints asks: plain SQL, row by row, ticket by ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from data.reading import Reader

Row = tuple[Any, ...]

_TICKETS: Final = "SELECT id, no, kind, status, event_count FROM ticket"
_PROMISED: Final = """
    SELECT ticket_id FROM follow_up WHERE ticket_id IS NOT NULL
    UNION SELECT ticket_id FROM appointment ORDER BY 1
"""
_BUILT_TO: Final = "SELECT value FROM store_fact WHERE name = 'clocks_built_to'"


def tickets(reader: Reader) -> Iterator[Row]:
    """Key, number, kind, status and number of events of every ticket."""
    return reader.each(f"{_TICKETS} ORDER BY id")


def ticket(reader: Reader, ticket_id: int) -> Row | None:
    """One of :func:`tickets`."""
    return reader.one(f"{_TICKETS} WHERE id = :id", id=ticket_id)


def clocks(reader: Reader, columns: Sequence[str]) -> Iterator[Row]:
    """Ticket, key and ``columns`` of every clock."""
    return reader.each(f"{_clocks(columns)} ORDER BY ticket_id, kind, subject")


def clocks_of(reader: Reader, columns: Sequence[str], ticket_id: int) -> list[Row]:
    """Those of :func:`clocks` that are one ticket's."""
    return reader.all(f"{_clocks(columns)} WHERE ticket_id = :id", id=ticket_id)


def _clocks(columns: Sequence[str]) -> str:
    return f"SELECT ticket_id, id, {', '.join(columns)} FROM clock"


def complaints(reader: Reader, columns: Sequence[str]) -> Iterator[Row]:
    """Ticket, key and ``columns`` of every complaint."""
    return reader.each(f"{_complaints(columns)} ORDER BY ticket_id")


def complaints_of(reader: Reader, columns: Sequence[str], ticket_id: int) -> list[Row]:
    """Those of :func:`complaints` that are one ticket's."""
    return reader.all(f"{_complaints(columns)} WHERE ticket_id = :id", id=ticket_id)


def _complaints(columns: Sequence[str]) -> str:
    return f"SELECT ticket_id, id, {', '.join(columns)} FROM complaint"


def promised(reader: Reader) -> Iterator[Row]:
    """Every ticket about which something is promised beside what its events say."""
    return reader.each(_PROMISED)


def built_to(reader: Reader) -> int | None:
    """The last ticket of an older program whose clocks were built; None where all are."""
    value = reader.value(_BUILT_TO)
    return None if value is None else int(value)
