"""Receipts, profile ``native``: one row per receipt line, in our own columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from data.bulk import Writes
from data.driver import sqlite3
from data.importing import cells
from data.importing.cells import Remembered, required
from data.importing.kinds import cell_reader
from data.importing.people import Buyer
from data.importing.receipt_rows import Content, Gaps, Head, PaidBy, Sale
from data.importing.rejection import Rejection
from data.importing.sales import Sales
from data.importing.source import RawRow, Source
from models.messages import N_
from models.terms import RejectCode, SaleChannel, TenderMethod

REQUIRED: Final = (
    "receipt_no",
    "sold_at",
    "channel",
    "line_no",
    "sku",
    "qty",
    "unit_paid_minor",
    "currency",
)
OPTIONAL: Final = (
    "customer_ref",
    "customer_phone",
    "barcode",
    "product_name",
    "category",
    "list_minor",
    "serial_no",
    "received_on",
    "no_return_confirmed",
    "tender_method",
    "tender_minor",
)

_MOST_LINES: Final = 9_999


class _Named:
    """What the file has said of a receipt so far."""

    __slots__ = ("buyer_ref", "head", "lines", "tenders")

    def __init__(self, head: Head) -> None:
        self.head = head
        self.buyer_ref: str | None = None
        self.lines = 0  # one bit per line number: a set of numbers would take thirty times as much
        self.tenders: set[PaidBy] = set()


class Native:
    """See :class:`data.importing.kinds.Importer`."""

    def __init__(self, source: Source) -> None:
        self._cell = {name: cell_reader(source.columns, name) for name in REQUIRED + OPTIONAL}
        self._sales = Sales(first_head_stays=False)
        self._named: dict[str, _Named] = {}
        self._instants = Remembered(lambda cell: cells.instant("sold_at", cell))
        self._barcodes = Remembered(lambda cell: cells.barcode("barcode", cell))
        self._phones = Remembered(lambda cell: cells.phone("customer_phone", cell))
        self._quantities = Remembered(lambda cell: cells.quantity("qty", cell))
        self._days = Remembered(lambda cell: cells.day("received_on", cell))

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

    def _row(self, values: list[str]) -> Sale:
        receipt_no = required("receipt_no", self._text("receipt_no", values, 64))
        line_no = required("line_no", self._whole("line_no", values, least=1, most=_MOST_LINES))
        head = self._head(values)
        buyer = self._buyer(values)
        sku = required("sku", self._text("sku", values, 64))
        gaps: Gaps = (
            self._barcodes[self._cell["barcode"](values)],
            self._text("product_name", values, 200),
            self._text("category", values, 64),
        )
        content = self._content(values, gaps[1])
        tender = self._tender(values)
        named = self._named.get(receipt_no)
        if named is None:
            named = self._named[receipt_no] = _Named(head)
        _check_first_row(named, receipt_no, line_no, head, buyer)
        named.lines |= 1 << line_no
        if buyer is not None:
            named.buyer_ref = named.buyer_ref or buyer.ref
        if tender is not None:
            named.tenders.add(tender)
        return Sale(receipt_no, line_no, head, buyer, sku, gaps, content, tender, named.tenders)

    def _text(self, column: str, values: list[str], limit: int) -> str | None:
        return cells.text(column, self._cell[column](values), limit)

    def _whole(self, column: str, values: list[str], **bounds: int) -> int | None:
        return cells.whole(column, self._cell[column](values), **bounds)

    def _head(self, values: list[str]) -> Head:
        return (
            required("sold_at", self._instants[self._cell["sold_at"](values)]),
            required("channel", cells.term("channel", self._cell["channel"](values), SaleChannel)),
            required("currency", cells.currency("currency", self._cell["currency"](values))),
        )

    def _buyer(self, values: list[str]) -> Buyer | None:
        ref = self._text("customer_ref", values, 64)
        phone = self._phones[self._cell["customer_phone"](values)]
        return Buyer(ref, phone) if ref or phone else None

    def _content(self, values: list[str], description: str | None) -> Content:
        qty = required("qty", self._quantities[self._cell["qty"](values)])
        if qty <= 0:
            raise Rejection(
                RejectCode.BAD_NUMBER, N_("{column} must be greater than zero."), field="qty"
            )
        return (
            description,
            qty,
            required("unit_paid_minor", self._whole("unit_paid_minor", values, least=0)),
            self._whole("list_minor", values, least=0),
            self._text("serial_no", values, 64),
            self._days[self._cell["received_on"](values)],
            cells.boolean("no_return_confirmed", self._cell["no_return_confirmed"](values)),
        )

    def _tender(self, values: list[str]) -> PaidBy | None:
        method = cells.term("tender_method", self._cell["tender_method"](values), TenderMethod)
        amount = self._whole("tender_minor", values, least=0)
        if method is None and amount is None:
            return None
        return required("tender_method", method), required("tender_minor", amount)

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        return self._sales.prepare(connection, writes, rows)

    def forget(self) -> None:
        """See :meth:`data.importing.kinds.Importer.forget`."""
        self._sales.forget()


def _check_first_row(
    named: _Named, receipt_no: str, line_no: int, head: Head, buyer: Buyer | None
) -> None:
    """The rows of one receipt agree with its first row, and no line comes twice."""
    if named.lines >> line_no & 1:
        raise Rejection(
            RejectCode.DUPLICATE_KEY,
            N_("Line {line_no} of receipt {receipt_no} stands in this file already."),
            field="line_no",
            line_no=line_no,
            receipt_no=receipt_no,
        )
    for column, first, told in zip(
        ("sold_at", "channel", "currency"), named.head, head, strict=True
    ):
        if first != told:
            raise _contradicts(column, receipt_no)
    if buyer is not None and buyer.ref and named.buyer_ref and buyer.ref != named.buyer_ref:
        raise _contradicts("customer_ref", receipt_no)


def _contradicts(column: str, receipt_no: str) -> Rejection:
    return Rejection(
        RejectCode.BAD_VALUE,
        N_("{column} is not what the first row of receipt {receipt_no} says."),
        field=column,
        receipt_no=receipt_no,
    )
