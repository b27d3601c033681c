"""Receipts, profile ``online-retail``: the public file of a British mail-order house.

UCI Machine Learning Repository, data set 352, and every file with the same columns: pounds
sterling, London time. A row has no number of its own; it gets its running number within the
invoice, every row of the invoice counted, wherever in the file it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

from data.bulk import Writes
from data.driver import sqlite3
from data.importing import cells
from data.importing.cells import Remembered, required
from data.importing.mended import EarlierRows, Mended
from data.importing.people import Buyer
from data.importing.receipt_rows import Head, ReturnedRow, Run, Sale
from data.importing.rejection import Rejection
from data.importing.sales import Sales
from data.importing.source import RawRow, Source
from models.messages import N_
from models.terms import RejectCode, SaleChannel

COLUMNS: Final = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
)

_CURRENCY: Final = "GBP"
_RETURN: Final = "C"


class OnlineRetail:
    """See :class:`data.importing.kinds.Importer`."""

    def __init__(self, source: Source, earlier_rows: EarlierRows) -> None:
        self._pick = itemgetter(*(source.columns.index(name) for name in COLUMNS))
        self._mended = Mended(source.name, earlier_rows) if source.mends_rejects else None
        self._sales = Sales(first_head_stays=True)
        self._counted: dict[str, int] = {}
        zone = ZoneInfo("Europe/London")

        def date_of(cell: str) -> tuple[str, Head, str]:
            sold_at, day = required("InvoiceDate", cells.local_instant("InvoiceDate", cell, zone))
            return sold_at, (sold_at, SaleChannel.ONLINE.value, _CURRENCY), day

        self._invoices = Remembered(
            lambda cell: required("InvoiceNo", cells.text("InvoiceNo", cell, 64))
        )
        self._skus = Remembered(
            lambda cell: required("StockCode", cells.text("StockCode", cell, 64))
        )
        self._names = Remembered(lambda cell: cells.text("Description", cell, 200))
        self._quantities = Remembered(
            lambda cell: required("Quantity", cells.quantity("Quantity", cell))
        )
        self._dates = Remembered(date_of)
        self._prices = Remembered(
            lambda cell: required("UnitPrice", cells.amount("UnitPrice", cell, _CURRENCY))
        )
        self._buyers = Remembered(_buyer)

    def read(self, chunk: Sequence[RawRow]) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.read`."""
        if self._mended is not None:
            self._mended.look_up(chunk)
        elif not any(map(itemgetter(2), chunk)):
            try:
                return self._together(chunk)
            except Rejection:  # some cell is at fault: one by one finds which
                pass
        return self._one_by_one(chunk)

    def _together(self, chunk: Sequence[RawRow]) -> list[Any]:
        """The rows read column by column, which takes a quarter of the time.

        Raises:
            Rejection: a cell cannot be read; nothing has been counted yet.
        """
        columns = list(zip(*map(itemgetter(1), chunk), strict=True))
        invoices, skus, names, quantities, dates, prices, buyers = self._pick(columns)
        skus = list(map(self._skus.__getitem__, skus))
        names = list(map(self._names.__getitem__, names))
        sold = list(map(self._quantities.__getitem__, quantities))
        paid = list(map(self._prices.__getitem__, prices))
        found: list[tuple[str, slice, int]] = []
        start = 0
        for cell, group in groupby(invoices):
            end = start + len(list(group))
            part, count = slice(start, end), end - start
            alike = (
                dates[part].count(dates[start]) == count
                and buyers[part].count(buyers[start]) == count
            )
            found.append((self._invoices[cell], part, count if alike else 0))
            self._dates[dates[start]], self._buyers[buyers[start]]
            start = end
        rows: list[Any] = []
        for invoice, part, count in found:
            if not count or invoice[0].isalpha() or min(sold[part]) <= 0 or min(paid[part]) < 0:
                rows.extend(self._one_by_one(chunk[part]))
                continue
            _, head, day = self._dates[dates[part.start]]
            first = self._counted.get(invoice, 0) + 1
            self._counted[invoice] = first + count - 1
            rows.append(
                Run(
                    invoice,
                    first,
                    head,
                    self._buyers[buyers[part.start]],
                    day,
                    skus[part],
                    names[part],
                    sold[part],
                    paid[part],
                )
            )
        return rows

    def _one_by_one(self, chunk: Sequence[RawRow]) -> list[Any]:
        rows: list[Any] = []
        for line, values, flaw in chunk:
            key: tuple[str, int] | None = None
            try:
                invoice = self._invoices[self._pick(values)[0]]
                line_no = self._number(line, invoice, values)
                key = (invoice, line_no)
                if flaw is None:
                    row = self._row(invoice, line_no, values)
                    if self._mended is not None:
                        self._mended.use(invoice, line_no, line)
                    rows.append(row)
                    continue
            except Rejection as rejection:
                flaw = flaw or rejection
            flaw.key = f"{key[0]}/{key[1]}" if key else None
            rows.append(flaw.with_traceback(None))  # else it would keep this chunk in memory
        return rows

    def _row(self, invoice: str, line_no: int, values: list[str]) -> Sale | ReturnedRow:
        _, sku_cell, name_cell, qty_cell, date_cell, price_cell, buyer_cell = self._pick(values)
        sku, name, qty = self._skus[sku_cell], self._names[name_cell], self._quantities[qty_cell]
        sold_at, head, day = self._dates[date_cell]
        first = invoice[0]
        if first.isalpha() and first != _RETURN:
            raise Rejection(
                RejectCode.ADJUSTMENT, N_("This invoice is an adjustment of accounts, no sale.")
            )
        price, buyer = self._prices[price_cell], self._buyers[buyer_cell]
        if price < 0:
            raise Rejection(RejectCode.BAD_NUMBER, N_("{column} is below zero."), field="UnitPrice")
        if first == _RETURN:
            return _return(invoice, line_no, sold_at, buyer, sku, price, -qty)
        if qty <= 0:
            raise _not_sold(qty)
        content = (name, qty, price, None, None, day, 0)
        return Sale(invoice, line_no, head, buyer, sku, (None, name, None), content)

    def _number(self, line: int, invoice: str, values: list[str]) -> int:
        """The row's running number within its invoice, in the original file.

        Raises:
            Rejection: a mended row whose original file was not imported here.
        """
        if self._mended is not None:
            return self._mended.number(line, invoice, values)
        number = self._counted[invoice] = self._counted.get(invoice, 0) + 1
        return number

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        return self._sales.prepare(connection, writes, rows)

    def forget(self) -> None:
        """See :meth:`data.importing.kinds.Importer.forget`."""
        self._sales.forget()


def _buyer(cell: str) -> Buyer | None:
    ref = cells.text("CustomerID", cell.strip().removesuffix(".0"), 64)
    return None if ref is None else Buyer(ref)


def _return(
    invoice: str,
    line_no: int,
    at: str,
    buyer: Buyer | None,
    sku: str,
    price: int,
    qty: int,
) -> ReturnedRow:
    if qty <= 0:
        raise Rejection(
            RejectCode.BAD_NUMBER, N_("A return has a quantity below zero."), field="Quantity"
        )
    if buyer is None:
        raise Rejection(
            RejectCode.NO_CUSTOMER,
            N_("A return without a customer cannot be matched to a sale."),
            field="CustomerID",
        )
    return ReturnedRow(invoice, line_no, at, buyer, sku, price, qty)


def _not_sold(qty: int) -> Rejection:
    if qty < 0:
        return Rejection(
            RejectCode.STOCK_CORRECTION,
            N_("A negative quantity outside a return is a correction of stock, no sale."),
            field="Quantity",
        )
    return Rejection(RejectCode.BAD_NUMBER, N_("{column} is zero."), field="Quantity")
