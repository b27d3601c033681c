"""What a file of receipts says, row by row: typed, checked, not yet compared with the store."""

from __future__ import annotations

from typing import NamedTuple

from data.importing.people import Buyer

Head = tuple[str, str, str]
"""Of a receipt: stored instant of the sale, channel, currency."""

Gaps = tuple[str | None, str | None, str | None]
"""What a row knows of its product: barcode, name, category code."""

Content = tuple[str | None, int, int, int | None, str | None, str | None, int | None]
"""A line's columns in the order of the table."""

PaidBy = tuple[str, int]
"""A means of payment: method, minor units."""


class Sale(NamedTuple):
    """One line of a receipt. ``tenders`` are all that the file names for the receipt so far."""

    receipt_no: str
    line_no: int
    head: Head
    buyer: Buyer | None
    sku: str
    gaps: Gaps
    content: Content
    tender: PaidBy | None = None
    tenders: frozenset[PaidBy] | set[PaidBy] = frozenset()


class ReturnedRow(NamedTuple):
    """One row that the till took back; quantity in thousandths, above zero."""

    return_no: str
    line_no: int
    returned_at: str
    buyer: Buyer
    sku: str
    unit_paid_minor: int
    qty_milli: int


class Run(NamedTuple):
    """Neighbouring lines of one receipt that differ in nothing but their goods.

    Half a million rows are some ten thousand receipts: what is said once is compared once.
    ``first_line`` is the number of the first; the following ones count up.
    """

    receipt_no: str
    first_line: int
    head: Head
    buyer: Buyer | None
    received_on: str
    skus: list[str]
    names: list[str | None]
    quantities: list[int]
    prices: list[int]

    def sales(self) -> list[Sale]:
        """The lines one by one."""
        return [
            Sale(
                self.receipt_no,
                self.first_line + place,
                self.head,
                self.buyer,
                sku,
                (None, name, None),
                (name, self.quantities[place], self.prices[place], None, None, self.received_on, 0),
            )
            for place, (sku, name) in enumerate(zip(self.skus, self.names, strict=True))
        ]
