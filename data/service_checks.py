"""What the examination of the service times asks: the rows that a version brought."""

from __future__ import annotations

from typing import Any

from data.reading import Reader

Row = tuple[Any, ...]


def numbers(reader: Reader) -> list[int]:
    """The numbers of all versions."""
    rows = reader.all("SELECT version_no FROM service_version ORDER BY version_no")
    return [int(row[0]) for row in rows]


def targets(reader: Reader, version_no: int) -> list[Row]:
    """Priority, calendar's key, both targets in minutes and both percentages."""
    return reader.all(
        "SELECT priority, calendar_id, first_response_min, resolution_min, warn_percent, "
        "level3_percent FROM service_target WHERE version_no = :no",
        no=version_no,
    )


def calendar(reader: Reader, key: int) -> Row | None:
    """Zone and weekly windows of a calendar."""
    return reader.one("SELECT tz, weekly FROM calendar WHERE id = :id", id=key)


def exceptions(reader: Reader, key: int) -> list[Row]:
    """Date, kind and windows of the days that differ from the weekly ones."""
    return reader.all(
        "SELECT on_date, kind, windows FROM calendar_exception WHERE calendar_id = :id", id=key
    )
