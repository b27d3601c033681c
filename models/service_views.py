"""Frozen rows about service times: what the reading side hands on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class ServiceKept(NamedTuple):
    """Which version a question found; what it says is read apart, once.

    Attributes:
        calendars: code and key of the rows of its calendars, as JSON: the last of a code counts.
    """

    version_no: int
    sha256: str
    calendars: str


class ServiceVersionRow(NamedTuple):
    """One line of the list of versions.

    Attributes:
        name: how the file calls itself.
        added_by: login of whoever added it; ``system`` where the store began with it.
    """

    id: int
    version_no: int
    name: str
    added_by: str | None
    added_at: datetime
    sha256: str
