"""From a file and what it is said to hold to the importer for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from data.driver import sqlite3
from data.importing import customers, native, nyc_mediated, online_retail, products, staff
from data.importing.batches import rejected_at_lines
from data.importing.kinds import Importer
from data.importing.source import Source
from models.errors import FileRefused, InvalidInput
from models.messages import N_
from models.terms import PROFILES, ComplaintProfile, ImportKind, ImportProfile, ReceiptProfile

PLAIN: Final = "plain"
"""Profile of the kinds whose columns are ours."""

_REQUIRED: Final[dict[ImportProfile, tuple[str, ...]]] = {
    ReceiptProfile.NATIVE: native.REQUIRED,
    ReceiptProfile.ONLINE_RETAIL: online_retail.COLUMNS,
    ComplaintProfile.NYC_MEDIATED: nyc_mediated.REQUIRED,
}


def check_profile(kind: ImportKind, profile: ImportProfile | None) -> None:
    """A file of the kind may have such columns.

    Raises:
        InvalidInput: the profile belongs to another kind.
    """
    known = PROFILES.get(kind, ())
    if profile is None or profile in known:
        return
    if not known:
        raise InvalidInput(
            N_("{profile} is no profile of {kind}: such files have no profile. Leave it out."),
            field="profile",
            profile=str(profile),
            kind=kind,
        )
    raise InvalidInput(
        N_("{profile} is no profile of {kind}; choose from: {choices}."),
        field="profile",
        profile=str(profile),
        kind=kind,
        choices=", ".join(known),
    )


def profile_of(source: Source, kind: ImportKind, named: ImportProfile | None) -> str:
    """Whose columns the file has: the profile named, else the one that its header fits.

    Raises:
        FileRefused: columns are missing; the sentence names them.
    """
    required: dict[str, tuple[str, ...]]
    if kind in PROFILES:
        profiles = PROFILES[kind] if named is None else (named,)
        required = {str(profile): _REQUIRED[profile] for profile in profiles}
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
    machine: int,
) -> Importer:
    """What reads the rows of this file and knows where they belong.

    Args:
        source: the file.
        kind: what it holds.
        profile: whose columns it has.
        connection: for what has to be known of earlier imports.
        clock: the time, UTC.
        hiring: who imports, and what that person may do about staff.
        machine: key of the staff row that everything stands under which nobody here did.
    """
    if kind is ImportKind.PRODUCTS:
        return products.Products(source)
    if kind is ImportKind.CUSTOMERS:
        return customers.Customers(source, clock)
    if kind is ImportKind.STAFF:
        return staff.StaffRows(source, clock, hiring)
    if kind is ImportKind.COMPLAINTS:
        return nyc_mediated.MediatedComplaints(source, clock, machine)
    if profile == ReceiptProfile.NATIVE:
        return native.Native(source)
    earlier = partial(rejected_at_lines, connection, kind, profile)
    return online_retail.OnlineRetail(source, earlier)
