"""Sales and till returns: how a checked row meets what the store holds.

A row fills gaps of the product and the customer that it names and never wipes what is known: an
empty cell says nothing. A receipt's own facts come from the first row that names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Any, Final

from data.bulk import Table, Values, Writes
from data.driver import sqlite3
from data.importing.kinds import Outcome, known_categories, listed
from data.importing.people import Buyer, Buyers
from data.importing.receipt_rows import Content, Gaps, Head, ReturnedRow, Run, Sale
from data.importing.rejection import Rejection
from data.returns import HELD
from models.messages import N_
from models.terms import RejectCode

PRODUCT: Final = Table("product", ("sku", "barcode", "name", "category_id"), {"serialised": "0"})
RECEIPT: Final = Table("receipt", ("receipt_no", "sold_at", "channel", "currency", "customer_id"))
_REMEMBERED: Final = 50_000
_CONTENT: Final = (
    "description",
    "qty_milli",
    "unit_paid_minor",
    "list_minor",
    "serial_no",
    "received_on",
    "no_return_confirmed",
)
LINE: Final = Table(
    "receipt_line", ("receipt_id", "line_no", "product_id", *_CONTENT), {"returned_milli": "0"}
)
TENDER: Final = Table("tender", ("receipt_id", "tender_no", "method", "amount_minor"))
TILL_RETURN: Final = Table(
    "till_return",
    ("return_no", "return_line_no", "receipt_line_id", "qty_milli", "returned_at"),
    mutable=False,
)


@dataclass(slots=True)
class _Product:
    id: int
    sku: str
    barcode: str | None = None
    name: str | None = None
    category_id: int | None = None

    def values(self) -> Values:
        return self.sku, self.barcode, self.name, self.category_id


@dataclass(slots=True)
class _Receipt:
    id: int
    receipt_no: str
    head: Head
    customer_id: int | None

    def values(self) -> Values:
        return (self.receipt_no, *self.head, self.customer_id)


@dataclass(slots=True)
class _Tender:
    id: int | None
    receipt_id: int
    tender_no: int
    method: str
    amount_minor: int
    as_typed: bool = False
    went_back_minor: int = 0

    def values(self) -> Values:
        return self.receipt_id, self.tender_no, self.method, self.amount_minor


_TENDERS: Final = """
    SELECT id, receipt_id, tender_no, method, amount_minor,
           version = 1 AND tender_no = 1
           AND EXISTS (SELECT 1 FROM typed_receipt y WHERE y.receipt_id = t.receipt_id),
           (SELECT coalesce(sum(a.amount_minor), 0)
            FROM refund_allocation a JOIN refund f ON f.id = a.refund_id
            WHERE a.tender_id = t.id AND f.status <> 'failed')
    FROM tender t WHERE receipt_id IN (SELECT value FROM json_each(?)) ORDER BY tender_no
"""
"""With each whether it is still as somebody typed it, and what went back by it."""

_CLAIMED: Final = """
    SELECT l.id FROM typed_receipt y JOIN receipt_line l ON l.receipt_id = y.receipt_id
    WHERE y.receipt_id IN (SELECT value FROM json_each(?))
    AND EXISTS (SELECT 1 FROM return_line x WHERE x.receipt_line_id = l.id)
"""
"""Lines that somebody typed and a return is about."""


@dataclass(slots=True)
class _Open:
    """A line that a return may be matched to; what cases at the counter hold was never sold."""

    sold_at: str
    line_id: int
    qty_milli: int
    returned_milli: int


class _Chunk:
    """What one chunk of rows needs from the store, and what it is going to write."""

    def __init__(self, writes: Writes) -> None:
        self.writes = writes
        self.first_product = writes.next_id(PRODUCT)
        self.first_receipt = writes.next_id(RECEIPT)
        self.first_line = writes.next_id(LINE)
        self.receipts: dict[str, _Receipt] = {}
        self.lines: dict[tuple[int, int], tuple[int, int, Values]] = {}
        self.claimed: set[int] = set()
        self.tenders: dict[int, list[_Tender]] = {}
        self.wanted: set[tuple[Buyer, str, int]] = set()
        self.wanted_buyers: set[Buyer | None] = set()
        self.open: dict[tuple[int, int, int], list[_Open]] = {}
        self.matched_before: dict[tuple[str, int], int] = {}
        self.new_products: list[_Product] = []
        self.changed_products: dict[int, _Product] = {}
        self.new_receipts: list[_Receipt] = []
        self.changed_receipts: dict[int, _Receipt] = {}
        self.new_lines: list[Values] = []
        self.changed_lines: list[Values] = []
        self.returned: dict[int, int] = {}
        self.till_returns: list[Values] = []
        self.new_tenders: list[_Tender] = []
        self.changed_tenders: dict[int, _Tender] = {}


class _Named:
    """Everything that the rows of a chunk name, to be read from the store at once."""

    def __init__(
        self, runs: Sequence[Run], sales: Sequence[Sale], returns: Sequence[ReturnedRow]
    ) -> None:
        self.skus = {row.sku for row in sales} | {row.sku for row in returns}
        self.skus.update(*(run.skus for run in runs))
        buyers = {row.buyer for row in sales} | {row.buyer for row in runs}
        self.buyers = {buyer for buyer in buyers if buyer is not None}
        self.buyers.update(row.buyer for row in returns)
        self.receipts = {row.receipt_no for row in sales} | {row.receipt_no for row in runs}
        self.categories = {row.gaps[2] for row in sales if row.gaps[2] is not None}
        self.tenders = any(row.tender for row in sales)


class Sales:
    """The part of a receipts import that knows the store.

    Args:
        first_head_stays: the receipt keeps the instant it was first stored with; else the file
            may set it right.
    """

    def __init__(self, *, first_head_stays: bool) -> None:
        self._first_head_stays = first_head_stays
        self._products: dict[str, _Product] = {}
        self._complete: dict[str, int] = {}
        self._categories: dict[str, int] = {}
        self._buyers = Buyers()

    def forget(self) -> None:
        """Drop what was read from the store."""
        self._products.clear()
        self._complete.clear()
        self._categories.clear()
        self._buyers.forget()

    def prepare(
        self, connection: sqlite3.Connection, writes: Writes, rows: Sequence[Any]
    ) -> list[Any]:
        """See :meth:`data.importing.kinds.Importer.prepare`."""
        runs = [row for row in rows if type(row) is Run]
        sales = [row for row in rows if type(row) is Sale]
        returns = [row for row in rows if type(row) is ReturnedRow]
        named = _Named(runs, sales, returns)
        self._load_products(connection, named.skus)
        self._load_categories(connection, writes, named.categories)
        self._buyers.load(connection, writes, named.buyers)
        chunk = _Chunk(writes)
        self._load_receipts(connection, chunk, named.receipts, tenders=named.tenders)
        if returns:
            self._load_open_lines(connection, chunk, returns)
        outcomes: list[Any] = []
        for row in rows:
            if type(row) is Run:
                outcomes.extend(self._run(chunk, row))
            elif type(row) is Rejection:
                outcomes.append(row)
            else:
                outcomes.append(self._row(chunk, row))
        self._buyers.write(writes)
        self._write(chunk)
        return outcomes

    # --- what the store holds ---------------------------------------------------------------

    def _load_products(self, connection: sqlite3.Connection, skus: set[str]) -> None:
        if len(self._products) > _REMEMBERED:
            self._products.clear()
            self._complete.clear()
        missing = skus.difference(self._products)
        if not missing:
            return
        for row in connection.execute(
            "SELECT id, sku, barcode, name, category_id FROM product "
            "WHERE sku IN (SELECT value FROM json_each(?))",
            listed(missing),
        ):
            product = self._products[row[1]] = _Product(*row)
            if product.name is not None:
                self._complete[product.sku] = product.id

    def _load_categories(
        self, connection: sqlite3.Connection, writes: Writes, codes: set[str]
    ) -> None:
        missing = codes.difference(self._categories)
        if missing:
            self._categories.update(known_categories(connection, writes, missing))

    def _load_receipts(
        self, connection: sqlite3.Connection, chunk: _Chunk, numbers: set[str], *, tenders: bool
    ) -> None:
        for receipt_id, number, sold_at, channel, currency, customer_id in connection.execute(
            "SELECT id, receipt_no, sold_at, channel, currency, customer_id FROM receipt "
            "WHERE receipt_no IN (SELECT value FROM json_each(?))",
            listed(numbers),
        ):
            head = (sold_at, channel, currency)
            chunk.receipts[number] = _Receipt(receipt_id, number, head, customer_id)
        if not chunk.receipts:
            return
        ids = listed(receipt.id for receipt in chunk.receipts.values())
        for row in connection.execute(
            f"SELECT receipt_id, line_no, id, returned_milli + {HELD}, product_id, "
            f"{', '.join(_CONTENT)} FROM receipt_line l "
            "WHERE receipt_id IN (SELECT value FROM json_each(?))",
            ids,
        ):
            chunk.lines[row[0], row[1]] = (row[2], row[3], row[4:])
        chunk.claimed = {line_id for (line_id,) in connection.execute(_CLAIMED, ids)}
        if tenders:
            for row in connection.execute(_TENDERS, ids):
                chunk.tenders.setdefault(row[1], []).append(_Tender(*row))

    def _load_open_lines(
        self, connection: sqlite3.Connection, chunk: _Chunk, returns: Sequence[ReturnedRow]
    ) -> None:
        chunk.wanted = {(row.buyer, row.sku, row.unit_paid_minor) for row in returns}
        chunk.wanted_buyers = {row.buyer for row in returns}
        wanted: dict[int, set[int]] = {}
        for row in returns:
            customer_id = self._buyers.find(row.buyer)
            product = self._products.get(row.sku)
            if customer_id is not None and product is not None:
                wanted.setdefault(customer_id, set()).add(product.id)
        for customer_id, product_ids in wanted.items():
            for product_id, price, *line in connection.execute(
                "SELECT l.product_id, l.unit_paid_minor, r.sold_at, l.id, "
                f"l.qty_milli - {HELD}, l.returned_milli "
                "FROM receipt r JOIN receipt_line l ON l.receipt_id = r.id "
                "WHERE r.customer_id = ? AND +l.product_id IN (SELECT value FROM json_each(?))",
                (customer_id, *listed(product_ids)),
            ):
                key = (customer_id, product_id, price)
                chunk.open.setdefault(key, []).append(_Open(*line))
        chunk.matched_before = {
            (number, line_no): qty
            for number, line_no, qty in connection.execute(
                "SELECT return_no, return_line_no, sum(qty_milli) FROM till_return "
                "WHERE return_no IN (SELECT value FROM json_each(?)) GROUP BY 1, 2",
                listed({row.return_no for row in returns}),
            )
        }

    # --- rows -------------------------------------------------------------------------------

    def _run(self, chunk: _Chunk, run: Run) -> list[Any]:
        """Lines that are all new, of products that are all known; else one by one."""
        count = len(run.skus)
        product_ids = list(map(self._complete.get, run.skus))
        receipt = chunk.receipts.get(run.receipt_no)
        if (
            None in product_ids
            or run.buyer in chunk.wanted_buyers
            or (receipt is not None and self._is_told_more(chunk, receipt, run))
        ):
            return [self._row(chunk, sale) for sale in run.sales()]
        if receipt is None:
            customer_id = None if run.buyer is None else self._buyers.need(run.buyer)[0]
            receipt = self._new_receipt(chunk, run.receipt_no, run.head, customer_id)
        chunk.new_lines.extend(
            zip(
                repeat(receipt.id, count),
                range(run.first_line, run.first_line + count),
                product_ids,
                run.names,
                run.quantities,
                run.prices,
                repeat(None, count),
                repeat(None, count),
                repeat(run.received_on, count),
                repeat(0, count),
                strict=True,
            )
        )
        return [Outcome.ACCEPTED] * count

    def _is_told_more(self, chunk: _Chunk, receipt: _Receipt, run: Run) -> bool:
        """Whether the run concerns lines or facts that the store holds of the receipt."""
        last = run.first_line + len(run.skus)
        customer_id = None if run.buyer is None else self._buyers.find(run.buyer)
        return (
            receipt.head != run.head
            or receipt.customer_id != customer_id
            or any((receipt.id, number) in chunk.lines for number in range(run.first_line, last))
        )

    def _row(self, chunk: _Chunk, row: Sale | ReturnedRow) -> Outcome | Rejection:
        outcome = self._sale(chunk, row) if isinstance(row, Sale) else self._returned(chunk, row)
        if isinstance(outcome, Rejection):
            outcome.key = f"{row[0]}/{row[1]}"
        return outcome

    def _sale(self, chunk: _Chunk, row: Sale) -> Outcome | Rejection:
        receipt_no, line_no, head, buyer, sku, gaps, content, tender, _ = row
        receipt = chunk.receipts.get(receipt_no)
        line: tuple[int, int, Values] | None = None
        if receipt is not None:
            line = chunk.lines.get((receipt.id, line_no))
            if receipt.head[2] != head[2]:
                return _other_currency(receipt, head)
            if line and content[1] < line[1]:
                return _less_than_returned(line[1], content[1])
            if line and line[0] in chunk.claimed and self._are_other_goods(line[2], sku, content):
                return _typed_for_other_goods(receipt_no, line_no)
        customer_id, changed = (None, False) if buyer is None else self._buyers.need(buyer)
        product = self._products.get(sku)
        if product is None or not (product.name and gaps[0] is None and gaps[2] is None):
            product, filled = self._product(chunk, product, sku, gaps)
            changed = changed or filled
        if receipt is None:
            receipt = self._new_receipt(chunk, receipt_no, head, customer_id)
        elif receipt.head != head or receipt.customer_id != customer_id:
            changed = self._refresh(chunk, receipt, head, customer_id) or changed
        if tender is not None:
            changed = self._tender(chunk, receipt.id, row) or changed
        if line is not None:
            changed = self._change_line(chunk, line[0], line[2], product.id, content) or changed
            return Outcome.ACCEPTED if changed else Outcome.UNCHANGED
        if chunk.wanted and (buyer, sku, content[2]) in chunk.wanted and customer_id is not None:
            line_id = chunk.first_line + len(chunk.new_lines)
            chunk.open.setdefault((customer_id, product.id, content[2]), []).append(
                _Open(receipt.head[0], line_id, content[1], 0)
            )
        content = (*content[:6], int(content[6] or 0))
        chunk.new_lines.append((receipt.id, line_no, product.id, *content))
        return Outcome.ACCEPTED

    def _are_other_goods(self, stored: Values, sku: str, content: Content) -> bool:
        """Whether a line that was typed is about other goods: neither their number nor their price.

        Goods that the store did not know bear a number that no till has.
        """
        product = self._products.get(sku)
        same = product is not None and product.id == stored[0]
        return not same and bool(content[2] != stored[3])

    def _product(
        self, chunk: _Chunk, product: _Product | None, sku: str, gaps: Gaps
    ) -> tuple[_Product, bool]:
        """The product with its gaps filled, and whether that changed anything."""
        barcode, name, category = gaps
        category_id = None if category is None else self._categories[category]
        if product is None:
            product_id = chunk.first_product + len(chunk.new_products)
            product = _Product(product_id, sku, barcode, name, category_id)
            self._products[sku] = product
            chunk.new_products.append(product)
            if name is not None:
                self._complete[sku] = product_id
            return product, True
        before = (product.barcode, product.name, product.category_id)
        product.barcode = product.barcode or barcode
        product.name = product.name or name
        product.category_id = product.category_id or category_id
        if before == (product.barcode, product.name, product.category_id):
            return product, False
        if product.name is not None:
            self._complete[sku] = product.id
        if product.id < chunk.first_product:
            chunk.changed_products[product.id] = product
        return product, True

    def _new_receipt(
        self, chunk: _Chunk, receipt_no: str, head: Head, customer_id: int | None
    ) -> _Receipt:
        receipt_id = chunk.first_receipt + len(chunk.new_receipts)
        receipt = chunk.receipts[receipt_no] = _Receipt(receipt_id, receipt_no, head, customer_id)
        chunk.new_receipts.append(receipt)
        return receipt

    def _refresh(
        self, chunk: _Chunk, receipt: _Receipt, head: Head, customer_id: int | None
    ) -> bool:
        """Set the receipt's own facts right; whether that changed anything."""
        before = (receipt.head, receipt.customer_id)
        if self._first_head_stays:
            receipt.customer_id = receipt.customer_id or customer_id
        else:
            receipt.head = head
            receipt.customer_id = customer_id or receipt.customer_id
        if before == (receipt.head, receipt.customer_id):
            return False
        if receipt.id < chunk.first_receipt:
            chunk.changed_receipts[receipt.id] = receipt
        return True

    def _change_line(
        self, chunk: _Chunk, line_id: int, stored: Values, product_id: int, content: Content
    ) -> bool:
        """Set a stored line right; an empty cell leaves what is known."""
        told = (product_id, *content)
        new = tuple(old if cell is None else cell for old, cell in zip(stored, told, strict=True))
        if new == stored:
            return False
        chunk.changed_lines.append((line_id, *new))
        return True

    def _tender(self, chunk: _Chunk, receipt_id: int, row: Sale) -> bool:
        """Make sure that the receipt holds the row's means of payment.

        The same method with the same amount is the same tender. A method with another amount sets
        right a stored tender that the file does not name, and any method sets right what somebody
        typed, unless more went back by it; else it is one more, as when a receipt was paid with two
        cards.
        """
        if row.tender is None:
            return False
        method, amount = row.tender
        known = chunk.tenders.setdefault(receipt_id, [])
        if any(row.tender == (tender.method, tender.amount_minor) for tender in known):
            return False
        for tender in sorted(known, key=lambda tender: tender.method != method):
            named = (tender.method, tender.amount_minor) in row.tenders
            kept = amount < tender.went_back_minor
            if (tender.method == method or tender.as_typed) and not named and not kept:
                tender.method, tender.amount_minor, tender.as_typed = method, amount, False
                chunk.changed_tenders[id(tender)] = tender
                return True
        number = max((tender.tender_no for tender in known), default=0) + 1
        tender = _Tender(None, receipt_id, number, method, amount)
        known.append(tender)
        chunk.new_tenders.append(tender)
        return True

    def _returned(self, chunk: _Chunk, row: ReturnedRow) -> Outcome | Rejection:
        before = chunk.matched_before.get((row.return_no, row.line_no))
        if before is not None:
            return Outcome.UNCHANGED if before == row.qty_milli else _matched_otherwise(row, before)
        customer_id, product = self._buyers.find(row.buyer), self._products.get(row.sku)
        key = (customer_id or 0, product.id if product else 0, row.unit_paid_minor)
        lines = [line for line in chunk.open.get(key, ()) if line.sold_at <= row.returned_at]
        if not lines:
            return _no_sale_found(row)
        left = row.qty_milli
        balance = sum(line.qty_milli - line.returned_milli for line in lines)
        if balance < left:
            return _exceeds_sold(row, balance)
        lines.sort(key=lambda line: (line.sold_at, line.line_id), reverse=True)
        for line in lines:
            taken = min(left, line.qty_milli - line.returned_milli)
            if taken:
                line.returned_milli += taken
                left -= taken
                chunk.returned[line.line_id] = line.returned_milli
                chunk.till_returns.append(
                    (row.return_no, row.line_no, line.line_id, taken, row.returned_at)
                )
        chunk.matched_before[row.return_no, row.line_no] = row.qty_milli
        return Outcome.MATCHED

    # --- what is written --------------------------------------------------------------------

    def _write(self, chunk: _Chunk) -> None:
        writes = chunk.writes
        writes.insert(PRODUCT, [product.values() for product in chunk.new_products])
        writes.update(
            PRODUCT,
            ("barcode", "name", "category_id"),
            [(product.id, *product.values()[1:]) for product in chunk.changed_products.values()],
        )
        writes.insert(RECEIPT, [receipt.values() for receipt in chunk.new_receipts])
        writes.update(
            RECEIPT,
            RECEIPT.columns[1:],
            [(receipt.id, *receipt.values()[1:]) for receipt in chunk.changed_receipts.values()],
        )
        writes.insert(LINE, chunk.new_lines)
        writes.update(LINE, LINE.columns[2:], chunk.changed_lines)
        writes.update(LINE, ("returned_milli",), list(chunk.returned.items()))
        writes.insert(TILL_RETURN, chunk.till_returns)
        writes.insert(TENDER, [tender.values() for tender in chunk.new_tenders])
        writes.update(
            TENDER,
            ("method", "amount_minor"),
            [
                (tender.id, tender.method, tender.amount_minor)
                for tender in chunk.changed_tenders.values()
                if tender.id is not None
            ],
        )


def _other_currency(receipt: _Receipt, head: Head) -> Rejection:
    return Rejection(
        RejectCode.BAD_VALUE,
        N_("Receipt {receipt_no} is kept in {kept}; this row says {currency}."),
        field="currency",
        receipt_no=receipt.receipt_no,
        kept=receipt.head[2],
        currency=head[2],
    )


def _less_than_returned(returned_milli: int, qty_milli: int) -> Rejection:
    return Rejection(
        RejectCode.EXCEEDS_SOLD,
        N_("{returned} of this line were taken back already; it cannot have sold {qty}."),
        field="qty",
        returned=Decimal(returned_milli) / 1000,
        qty=Decimal(qty_milli) / 1000,
    )


def _typed_for_other_goods(receipt_no: str, line_no: int) -> Rejection:
    return Rejection(
        RejectCode.BAD_VALUE,
        N_(
            "Line {line_no} of receipt {receipt_no} was typed by hand for other goods, and a "
            "return is about them: it stays as it was typed."
        ),
        field="sku",
        receipt_no=receipt_no,
        line_no=line_no,
    )


def _matched_otherwise(row: ReturnedRow, before: int) -> Rejection:
    return Rejection(
        RejectCode.DUPLICATE_KEY,
        N_("Row {line_no} of {return_no} was already taken in with a quantity of {before}."),
        line_no=row.line_no,
        return_no=row.return_no,
        before=Decimal(before) / 1000,
    )


def _no_sale_found(row: ReturnedRow) -> Rejection:
    return Rejection(
        RejectCode.NO_SALE_FOUND,
        N_("Customer {customer} has bought no {sku} at this price before."),
        customer=row.buyer.ref,
        sku=row.sku,
    )


def _exceeds_sold(row: ReturnedRow, balance: int) -> Rejection:
    return Rejection(
        RejectCode.EXCEEDS_SOLD,
        N_("{qty} came back, and of what was sold only {balance} are left to return."),
        qty=Decimal(row.qty_milli) / 1000,
        balance=Decimal(balance) / 1000,
    )
