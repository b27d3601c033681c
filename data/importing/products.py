"""Products by their sku. An empty cell says nothing and wipes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from data.bulk import Table, Values, Writes
from data.driver import sqlite3
from data.importing import cells
from data.importing.cells import required
from data.importing.kinds import Outcome, cell_reader, known_categories, listed
from data.importing.rejection import Rejection
from data.importing.source import RawRow, Source
from models.messages import N_
from models.terms import RejectCode

REQUIRED: Final = ("sku", "name")
OPTIONAL: Final = (
    "barcode",
    "category",
    "brand",
    "supplier",
    "price_minor",
    "currency",
    "warranty_profile",
    "serialised",
)

_KNOWN: Final = (
    "barcode",
    "name",
    "category_id",
    "brand",
    "supplier",
    "price_minor",
    "currency",
    "warranty_profile_id",
    "serialised",
)
PRODUCT: Final = Table("product", ("sku", *_KNOWN))


class _Row(NamedTuple):
    sku: str
    barcode: str | None
    name: str | None
    category: str | None
    brand: str | None
    supplier: str | None
    price_minor: int | None
    currency: str | None
    warranty: str | None
    serialised: bool | None


class Products:
    """See :class:`data.importing.kinds.Importer`."""

    def __init__(self, source: Source) -> None:
        self._cell = {name: cell_reader(source.columns, name) for name in REQUIRED + OPTIONAL}
        self._seen: set[str] = set()

    def read(self, chunk: Sequence[RawRow]) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.read`."""
        rows: list[Any] = []
        for _line, values, flaw in chunk:
            try:
                if flaw is not None:
                    raise flaw
                rows.append(self._row(values))
            except Rejection as rejection:
                rows.append(rejection.with_traceback(None))
        return rows

    def _row(self, values: list[str]) -> _Row:
        cell = {name: read(values) for name, read in self._cell.items()}
        sku = required("sku", cells.text("sku", cell["sku"], 64))
        price = cells.whole("price_minor", cell["price_minor"], least=0)
        currency = cells.currency("currency", cell["currency"])
        if price is not None:
            required("currency", currency)
        row = _Row(
            sku,
            cells.barcode("barcode", cell["barcode"]),
            cells.text("name", cell["name"], 200),
            cells.text("category", cell["category"], 64),
            cells.text("brand", cell["brand"], 80),
            cells.text("supplier", cell["supplier"], 80),
            price,
            currency,
            cells.text("warranty_profile", cell["warranty_profile"], 40),
            cells.boolean("serialised", cell["serialised"]),
        )
        if sku in self._seen:
            raise twice_in_file("sku", sku)
        self._seen.add(sku)
        return row

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        good = [row for row in rows if isinstance(row, _Row)]
        warranties = dict(connection.execute("SELECT code, id FROM warranty_profile"))  # some dozen
        categories = known_categories(
            connection,
            writes,
            {row.category for row in good if row.category is not None and _fits(row, warranties)},
        )
        stored: dict[str, Values] = {
            row[0]: row[1:]
            for row in connection.execute(
                f"SELECT sku, id, {', '.join(_KNOWN)} FROM product "
                "WHERE sku IN (SELECT value FROM json_each(?))",
                listed(row.sku for row in good),
            )
        }
        new: list[Values] = []
        changed: list[Values] = []
        outcomes: list[Any] = []
        for row in rows:
            if not isinstance(row, _Row):
                outcomes.append(row)
            elif not _fits(row, warranties):
                outcomes.append(_unknown_warranty(row))
            else:
                told = (
                    row.barcode,
                    row.name,
                    categories.get(row.category or ""),
                    row.brand,
                    row.supplier,
                    row.price_minor,
                    row.currency,
                    warranties.get(row.warranty or ""),
                    row.serialised,
                )
                outcomes.append(_merge(row.sku, told, stored.get(row.sku), new, changed))
        writes.insert(PRODUCT, new)
        writes.update(PRODUCT, _KNOWN, changed)
        return outcomes

    def forget(self) -> None:
        """Nothing is kept from one chunk to the next."""


def _fits(row: _Row, warranties: dict[str, int]) -> bool:
    return row.warranty is None or row.warranty in warranties


def _merge(
    sku: str, told: Values, stored: Values | None, new: list[Values], changed: list[Values]
) -> Outcome:
    if stored is None:
        new.append((sku, *told[:-1], bool(told[-1])))
        return Outcome.ACCEPTED
    merged = tuple(
        old if cell is None else cell for old, cell in zip(stored[1:], told, strict=True)
    )
    if merged == stored[1:]:
        return Outcome.UNCHANGED
    changed.append((stored[0], *merged))
    return Outcome.ACCEPTED


def twice_in_file(column: str, value: str) -> Rejection:
    """A natural key that stood in an earlier row of the same file."""
    return Rejection(
        RejectCode.DUPLICATE_KEY,
        N_("{column} {value} stands in this file already."),
        field=column,
        value=value,
    )


def _unknown_warranty(row: _Row) -> Rejection:
    return Rejection(
        RejectCode.UNKNOWN_REFERENCE,
        N_("{column}: the store knows no '{value}'."),
        field="warranty_profile",
        value=row.warranty,
    )
