"""Frozen rows about policies: what the reading side hands to whoever judges or lists by them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from models.terms import PolicyStatus

CODE: Final = "return"
"""The return rules; other policies of the shop have codes of their own."""

SCOPE: Final = "all"
"""The whole shop; the key leaves room for a part of it."""


class VersionKept(NamedTuple):
    """Which version a question found; its parameters are read apart, once.

    Attributes:
        effective_from: its first day; None reaches back before the store began.
        effective_to: its last day; None while nothing follows.
    """

    id: int
    version_no: int
    sha256: str
    effective_from: date | None
    effective_to: date | None


class VersionRow(NamedTuple):
    """One line of the list of versions.

    Attributes:
        pack: the name inside the pack.
        pack_version: the version that the pack gives itself.
        status: as it was written; the day tells whether an approved one is in force already.
        added_by: login of whoever added it; ``system`` where the store began with it.
    """

    id: int
    version_no: int
    status: PolicyStatus
    pack: str
    pack_version: str
    effective_from: date | None
    effective_to: date | None
    added_by: str | None
    added_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    sha256: str
