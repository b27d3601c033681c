"""What a ticket's columns ought to hold: where its events say otherwise, and how it is written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from counter.histories import History
from data.reading import Reader, stored_instant

COUNTS: Final = ("event_count", "last_event_at")
"""Columns that say of the events how many there are and when the last was."""


def otherwise_said(history: History) -> dict[str, Any]:
    """Fields that the events say otherwise; empty where an event is missing or cannot be read."""
    if not history.is_whole:
        return {}
    try:
        said = history.said()
    except (KeyError, ValueError, TypeError):
        return {}
    fields = {name: said[name] for name in history.differences()}
    if "receipt_line" in fields:  # a line is looked for among its receipt's
        fields = {"receipt": said["receipt"], **fields}
    if history.counted != len(history.events):
        fields["event_count"] = len(history.events)
    if history.last_at != history.events[-1][2]:
        fields["last_event_at"] = history.last_event_at
    return fields


_KEYS: Final = {
    "owner": "SELECT id FROM staff WHERE login = :name",
    "customer": "SELECT id FROM customer WHERE uid = :name",
    "receipt": "SELECT id FROM receipt WHERE uid = :name",
    "receipt_line": "SELECT id FROM receipt_line WHERE receipt_id = :receipt AND uid = :name",
    "merged_into": "SELECT id FROM ticket WHERE no = :name",
}
"""Names in events, and the key that each stands for."""


def as_columns(reader: Reader, fields: dict[str, Any]) -> dict[str, Any] | None:
    """The fields as columns; None where a name leads to no row."""
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in _KEYS:
            columns[name] = as_stored(value)
            continue
        key = None
        if value is not None:
            named = {"receipt": columns.get("receipt_id")} if name == "receipt_line" else {}
            key = reader.value(_KEYS[name], name=value, **named)
            if key is None:
                return None
        columns[f"{name}_id"] = key
    return columns


def as_stored(value: Any) -> Any:
    """A value that events say, as a column keeps it."""
    if isinstance(value, datetime):
        return stored_instant(value)
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value
