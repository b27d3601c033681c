"""A receipt that the store does not have, typed from what the customer brings.

It becomes a receipt like any other. When the till sends it later, the till's rows set right what
was typed (:mod:`data.importing.sales`); what cases hold of it stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple

from sqlmodel import col, select

from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules.fields import Faults
from counter.rules.refunds import price_of
from counter.ticket_references import living_customer
from models.customer import Customer
from models.messages import N_
from models.money import minor_digits, to_milli, to_minor
from models.product import Category, Product
from models.receipt import Receipt, ReceiptLine, Tender, TypedReceipt
from models.terms import GoodsCategory, Proof, SaleChannel, TenderMethod
from models.text import clean_text

MOST_LINES: Final = 200
"""Lines that can be typed; as many as one return may have."""

NOTE_LIMIT: Final = 400

_SERIES: Final = "TYPED"
"""Beginning of the article numbers of goods that the store does not know."""

_EARLIEST: Final = date(1990, 1, 1)
_MOST_PAID: Final = 10**13
"""Minor units of a whole receipt: sums of it fit the store's integers with room to spare."""

_QUANTITY: Final = re.compile(r"[0-9]{1,6}([.,][0-9]{1,3})?")
_PRICE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One line as typed.

    Attributes:
        article: number or barcode of goods that the store knows, else what they are called.
        qty: units, or kilograms such as ``0.35``.
        unit_price: what was paid for one, in the shop's currency, such as ``299.00``.
        serial_no: of the unit, where it has one.
        category: code of a category, for goods that have none; empty: not known.
        received_on: the day of signing for a distance sale.
    """

    article: str = ""
    qty: str = "1"
    unit_price: str = ""
    serial_no: str = ""
    category: str = ""
    received_on: str | date = ""


@dataclass(frozen=True, slots=True)
class TypedReceiptDraft:
    """A receipt as typed.

    Attributes:
        receipt_no: as it stands on the paper.
        sold_on: the local day of the sale.
        lines: numbered from 1 in their order.
        channel: how the goods were sold.
        proof: what the customer shows.
        note: what else is known of it.
        customer_id: who was chosen.
        paid_by: the means by which all of it was paid; empty: not known.
    """

    receipt_no: str
    sold_on: str | date
    lines: Sequence[TypedLine]
    channel: str = SaleChannel.STORE
    proof: str = Proof.RECEIPT
    note: str = ""
    customer_id: int | None = None
    paid_by: str = ""


class _Line(NamedTuple):
    """A line, checked."""

    product: Product | None
    name: str
    category: str | None
    qty_milli: int
    unit_paid_minor: int
    serial_no: str | None
    received_on: date | None


class _Checked(NamedTuple):
    """What was typed, checked."""

    receipt_no: str
    sold_on: date
    channel: SaleChannel
    proof: Proof
    note: str | None
    customer: Customer | None
    paid_by: TenderMethod | None
    lines: list[_Line]


def type_receipt(desk: WritingDesk, draft: TypedReceiptDraft) -> str:
    """Store a receipt that the store does not have; its number.

    Raises:
        NotAllowed: the role may not handle returns.
        InvalidInput: every faulty field is named, those of a line as ``lines.N.field`` with the
            line's number; also where the store has a receipt of that number.
    """
    desk.require(Action.HANDLE_RETURN)
    checked = _checked(desk, draft)
    receipt = Receipt(
        receipt_no=checked.receipt_no,
        sold_at=_begin_of(desk, checked.sold_on),
        channel=checked.channel,
        customer_id=checked.customer.id if checked.customer is not None else None,
        currency=desk.site.currency,
    )
    desk.session.add(receipt)
    desk.session.flush()
    receipt_id = _key(receipt.id)
    for number, line in enumerate(checked.lines, start=1):
        desk.session.add(
            ReceiptLine(
                receipt_id=receipt_id,
                line_no=number,
                product_id=_product(desk, line),
                description=line.name if line.product is None else None,
                qty_milli=line.qty_milli,
                unit_paid_minor=line.unit_paid_minor,
                serial_no=line.serial_no,
                received_on=line.received_on,
            )
        )
    if checked.paid_by is not None:
        paid = sum(price_of(line.qty_milli, line.unit_paid_minor) for line in checked.lines)
        desk.session.add(
            Tender(receipt_id=receipt_id, tender_no=1, method=checked.paid_by, amount_minor=paid)
        )
    desk.session.add(
        TypedReceipt(
            receipt_id=receipt_id,
            typed_by_id=desk.actor.id,
            typed_at=desk.now,
            proof=checked.proof,
            note=checked.note,
        )
    )
    desk.session.flush()
    desk.work.audit(
        "receipt.type",
        "receipt",
        receipt.uid,
        receipt_no=receipt.receipt_no,
        proof=checked.proof,
        lines=len(checked.lines),
    )
    return receipt.receipt_no


# --- what was typed -------------------------------------------------------------------------


def _checked(desk: WritingDesk, draft: TypedReceiptDraft) -> _Checked:
    faults = Faults()
    receipt_no = _new_number(desk, draft.receipt_no, faults)
    sold_on = _past_day(desk, "sold_on", draft.sold_on, faults, required=True)
    channel = faults.term("channel", draft.channel, SaleChannel, required=True)
    proof = faults.term("proof", draft.proof, Proof, required=True)
    note = faults.text("note", draft.note, limit=NOTE_LIMIT)
    customer = living_customer(desk, draft.customer_id)
    if customer is None and draft.customer_id is not None:
        faults.add("customer", N_("The store does not know this customer."))
    paid_by = faults.term("paid_by", draft.paid_by, TenderMethod)
    if not draft.lines:
        faults.add("lines", N_("Type at least one line of the receipt."))
    elif len(draft.lines) > MOST_LINES:
        faults.add("lines", N_("At most {most} lines can be typed."), most=MOST_LINES)
    lines = [
        _checked_line(desk, f"lines.{number}", line, sold_on, channel, faults)
        for number, line in enumerate(draft.lines[:MOST_LINES], start=1)
    ]
    whole = [line for line in lines if line is not None]
    if sum(price_of(line.qty_milli, line.unit_paid_minor) for line in whole) > _MOST_PAID:
        faults.add("lines", N_("That is more than a receipt can be about. Look at the prices."))
    faults.raise_if_any()
    if receipt_no is None or sold_on is None or channel is None or proof is None:
        raise RuntimeError("Checked fields are missing.")
    return _Checked(receipt_no, sold_on, channel, proof, note, customer, paid_by, whole)


def _new_number(desk: WritingDesk, typed: str, faults: Faults) -> str | None:
    number = faults.text("receipt_no", typed, required=True, limit=64)
    if number is None or len(number) > 64:
        return None
    if desk.ask.one("SELECT 1 FROM receipt WHERE receipt_no = :no", no=number) is not None:
        faults.add("receipt_no", N_("The store has receipt {no}: use that one."), no=number)
    return number


def _past_day(
    desk: WritingDesk,
    field: str,
    typed: str | date,
    faults: Faults,
    *,
    required: bool = False,
) -> date | None:
    day = faults.day(field, typed, required=required)
    if day is not None and not _EARLIEST <= day <= desk.today:
        faults.add(
            field,
            N_("The day has to be between {first} and today."),
            first=_EARLIEST,
        )
    return day


def _checked_line(
    desk: WritingDesk,
    place: str,
    line: TypedLine,
    sold_on: date | None,
    channel: SaleChannel | None,
    faults: Faults,
) -> _Line | None:
    article = faults.text(f"{place}.article", line.article, required=True, limit=200)
    product = _known(desk, article) if article is not None else None
    category = _category_code(desk, f"{place}.category", line.category, faults)
    qty = _quantity(f"{place}.qty", line.qty, faults)
    price = _price(desk, f"{place}.unit_price", line.unit_price, faults)
    serial = faults.text(f"{place}.serial_no", line.serial_no, limit=64)
    if serial is not None and qty not in (None, 1000):
        faults.add(
            f"{place}.serial_no",
            N_("A serial number belongs to one unit: give each unit its own line."),
        )
    received = _past_day(desk, f"{place}.received_on", line.received_on, faults)
    if received is not None and sold_on is not None and received < sold_on:
        faults.add(f"{place}.received_on", N_("The goods cannot have come before they were sold."))
    if received is not None and channel is SaleChannel.STORE:
        faults.add(f"{place}.received_on", N_("Sold in the shop: there is no day of signing."))
    if article is None or qty is None or price is None:
        return None
    return _Line(product, article, category, qty, price, serial, received)


def _number(typed: str) -> str:
    """Digits as an input method may write them, too: ``２９９．００`` is ``299.00``."""
    return clean_text(unicodedata.normalize("NFKC", typed))


def _quantity(field: str, typed: str, faults: Faults) -> int | None:
    text = _number(typed)
    milli = to_milli(text.replace(",", ".")) if _QUANTITY.fullmatch(text) else 0
    if milli <= 0:
        faults.add(field, N_("Write a quantity such as 2, or 0.35 for goods by weight."))
        return None
    return milli


def _price(desk: WritingDesk, field: str, typed: str, faults: Faults) -> int | None:
    text, currency = _number(typed), desk.site.currency
    decimals = len(text.partition(".")[2])
    if not _PRICE.fullmatch(text) or decimals > minor_digits(currency):
        example = "299.00" if minor_digits(currency) else "299"
        faults.add(
            field,
            N_("Write what was paid for one, such as {example} {currency}."),
            example=example,
            currency=currency,
        )
        return None
    return to_minor(text, currency)


def _category_code(desk: WritingDesk, field: str, typed: str, faults: Faults) -> str | None:
    code = faults.text(field, typed, limit=64)
    if code is None or code in set(GoodsCategory):
        return code
    if desk.ask.one("SELECT 1 FROM category WHERE code = :code", code=code) is None:
        faults.add(field, N_("The store has no category {code}."), code=code)
    return code


# --- what it is about -----------------------------------------------------------------------


def _begin_of(desk: WritingDesk, day: date) -> datetime:
    """The first moment of the local day: nothing that the till did on that day lies before it."""
    return datetime.combine(day, time.min, desk.site.zone).astimezone(UTC)


def _known(desk: WritingDesk, article: str) -> Product | None:
    """The goods with that number, else with that barcode."""
    for column in (Product.sku, Product.barcode):
        asked = select(Product).where(col(column) == article).order_by(col(Product.id)).limit(1)
        found = desk.session.exec(asked).first()
        if found is not None:
            return found
    return None


def _product(desk: WritingDesk, line: _Line) -> int:
    """The goods of a line: those that the store knows, else new ones under a number of their own.

    A category fills the gap of goods that have none, as an import does.
    """
    product = line.product
    if product is None:
        product = _same_name(desk, line.name) or Product(sku=_new_sku(desk), name=line.name)
        product.serialised = product.serialised or line.serial_no is not None
    if product.category_id is None and line.category is not None:
        product.category_id = _category(desk, line.category)
    desk.session.add(product)
    desk.session.flush()
    return _key(product.id)


def _same_name(desk: WritingDesk, name: str) -> Product | None:
    """Goods of that very name that were typed before: they are not new twice."""
    return desk.session.exec(
        select(Product)
        .where(col(Product.sku) > f"{_SERIES}-", col(Product.sku) < f"{_SERIES}-a")
        .where(Product.name == name)
    ).first()


def _new_sku(desk: WritingDesk) -> str:
    while True:
        sku = f"{_SERIES}-{desk.work.next_number(_SERIES, ''):06d}"
        if desk.session.exec(select(Product.id).where(Product.sku == sku)).first() is None:
            return sku


def _category(desk: WritingDesk, code: str) -> int:
    category = desk.session.exec(select(Category).where(Category.code == code)).first()
    if category is None:
        category = Category(code=code, name=code)
        desk.session.add(category)
        desk.session.flush()
    return _key(category.id)


def _key(key: int | None) -> int:
    if key is None:
        raise RuntimeError("A typed receipt was not stored.")
    return key
