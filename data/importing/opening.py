"""From a file and what it is said to hold to the importer for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from data.driver import sqlite3
from data.importing import customers, native, online_retail, products, staff
from data.importing.batches import rejected_at_lines
from data.importing.kinds import Importer
from data.importing.source import Source
from models.errors import FileRefused
from models.messages import N_
from models.terms import ImportKind, ReceiptProfile

PLAIN: Final = "plain"
"""Profile of the kinds that have one only."""

_REQUIRED: Final = {
    ReceiptProfile.NATIVE: native.REQUIRED,
    ReceiptProfile.ONLINE_RETAIL: online_retail.COLUMNS,
}


def profile_of(source: Source, kind: ImportKind, named: ReceiptProfile | None) -> str:
    """Whose columns the file has: the profile named, else the one that its header fits.

    Raises:
        FileRefused: columns are missing; the sentence names them.
    """
    required: dict[str, tuple[str, ...]]
    if kind is ImportKind.RECEIPTS:
        required = {str(profile): columns for profile, columns in _REQUIRED.items()}
        if named is not None:
            required = {str(named): required[named]}
    else:
        required = {PLAIN: _OTHERS[kind]}
    missing = {profile: source.missing(columns) for profile, columns in required.items()}
    profile = min(missing, key=lambda profile: len(missing[profile]))
    if missing[profile]:
        raise FileRefused(
            _LACKS_ONE if len(missing[profile]) == 1 else _LACKS_MANY,
            file=source.name,
            kind=kind,
            columns=", ".join(missing[profile]),
        )
    return profile


_LACKS_ONE: Final = N_(
    "{file} is no file of {kind}: its first line lacks the column {columns}. Columns "
    "are parted by a comma, a semicolon or a tab."
)
_LACKS_MANY: Final = N_(
    "{file} is no file of {kind}: its first line lacks the columns {columns}. Columns "
    "are parted by a comma, a semicolon or a tab."
)

_OTHERS: Final = {
    ImportKind.PRODUCTS: products.REQUIRED,
    ImportKind.CUSTOMERS: customers.REQUIRED,
    ImportKind.STAFF: staff.REQUIRED,
}


def importer_for(
    source: Source,
    kind: ImportKind,
    profile: str,
    *,
    connection: sqlite3.Connection,
    clock: Callable[[], datetime],
    hiring: staff.Hiring,
) -> Importer:
    """What reads the rows of this file and knows where they belong."""
    if kind is ImportKind.PRODUCTS:
        return products.Products(source)
    if kind is ImportKind.CUSTOMERS:
        return customers.Customers(source, clock)
    if kind is ImportKind.STAFF:
        return staff.StaffRows(source, clock, hiring)
    if profile == ReceiptProfile.NATIVE:
        return native.Native(source)
    earlier = partial(rejected_at_lines, connection, kind, profile)
    return online_retail.OnlineRetail(source, earlier)
