"""The book of imports as a list: which files were taken in, when, and what was rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from data.listing import Listing, Order, read_page
from data.reading import Reader, instant
from models.terms import ImportKind, ImportStatus
from models.views import Page, Span


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import of one file: accepted + unchanged + matched_returns + rejected = rows so far."""

    id: int
    key: tuple[Any, ...]
    kind: ImportKind
    profile: str
    file: str
    status: ImportStatus
    started_at: datetime
    rows: int
    accepted: int
    unchanged: int
    matched_returns: int
    rejected: int


_COLUMNS: Final = (
    "b.id, b.kind, b.profile, b.file, b.status, b.started_at, b.rows, b.accepted, b.unchanged, "
    "b.matched_returns, b.rejected"
)

_LISTING: Final = Listing(
    table="import_batch",
    alias="b",
    order=Order(("id",), descending=True),
    select=f"SELECT {_COLUMNS} FROM page JOIN import_batch b ON b.id = page.id",
)


def imports_page(reader: Reader, span: Span) -> Page[ImportRow]:
    """One page of the imports, the newest first."""
    return read_page(reader, _LISTING, span, _import_row)


def reasons_of(reader: Reader, batch_id: int) -> dict[str, int]:
    """How many rows an import rejected, by reject code."""
    return dict(
        reader.all(
            "SELECT reason, count(*) FROM reject_row WHERE import_batch_id = :batch "
            "GROUP BY reason ORDER BY reason",
            batch=batch_id,
        )
    )


def _import_row(row: tuple[Any, ...]) -> ImportRow:
    return ImportRow(
        id=row[0],
        key=(row[0],),
        kind=ImportKind(row[1]),
        profile=row[2],
        file=row[3],
        status=ImportStatus(row[4]),
        started_at=instant(row[5]),
        rows=row[6],
        accepted=row[7],
        unchanged=row[8],
        matched_returns=row[9],
        rejected=row[10],
    )
