"""What was sold, how it was paid, and what the till already took back."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, check, not_empty, one_of, reference, table_args
from models.identity import new_uid
from models.terms import Proof, SaleChannel, TenderMethod


class Receipt(Mutable, table=True):
    """小票: one sale."""

    __tablename__ = "receipt"
    __table_args__ = table_args(
        one_of("channel", SaleChannel),
        *not_empty("receipt_no", "currency"),
        sa.Index("ix_receipt_customer_id_sold_at", "customer_id", "sold_at"),
    )

    receipt_no: str = Field(unique=True, max_length=64)
    sold_at: datetime
    channel: str
    customer_id: int | None = reference("customer", default=None)
    currency: str = Field(max_length=3)


class ReceiptLine(Mutable, table=True):
    """小票行. Amounts are minor units of one unit, quantities thousandths of a unit.

    ``returned_milli`` is the cached sum of :class:`TillReturn`; ``received_on`` is the day of
    signing for a distance sale. ``uid`` has no index of its own here: nothing looks a line up by
    it, and at half a million lines a year the index is a tenth of the import.
    """

    __tablename__ = "receipt_line"
    __table_args__ = table_args(
        sa.UniqueConstraint("receipt_id", "line_no"),
        *not_empty("description", "serial_no"),
        check("qty_positive", "qty_milli > 0"),
        check("price_not_negative", "unit_paid_minor >= 0"),
        check("returned_within_sold", "returned_milli BETWEEN 0 AND qty_milli"),
    )

    uid: str = Field(default_factory=new_uid, max_length=36)
    receipt_id: int = reference("receipt")
    line_no: int
    product_id: int = reference("product")
    description: str | None = Field(default=None, max_length=200)
    qty_milli: int = Field(sa_type=sa.BigInteger)
    unit_paid_minor: int = Field(sa_type=sa.BigInteger)
    list_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    serial_no: str | None = Field(default=None, max_length=64)
    received_on: date | None = None
    no_return_confirmed: bool = False
    returned_milli: int = Field(default=0, sa_type=sa.BigInteger)


# By product within blocks of 4,096 lines. A plain index on the product scatters: 500 new lines
# touch as many of its pages, each is written whole, and an import takes twice as long. So they
# touch some dozen, and a look-up asks block by block (a million lines are 245).
sa.Index(
    "ix_receipt_line_block_product_id",
    sa.text("(id / 4096)"),
    ReceiptLine.__table__.c.product_id,  # type: ignore[attr-defined]
)
sa.Index(
    "ix_receipt_line_serial_no",
    ReceiptLine.__table__.c.serial_no,  # type: ignore[attr-defined]
    sqlite_where=sa.text("serial_no IS NOT NULL"),
    postgresql_where=sa.text("serial_no IS NOT NULL"),
)


class Tender(Mutable, table=True):
    """支付方式: one means of payment of a receipt."""

    __tablename__ = "tender"
    __table_args__ = table_args(
        one_of("method", TenderMethod), sa.UniqueConstraint("receipt_id", "tender_no")
    )

    receipt_id: int = reference("receipt")
    tender_no: int
    method: str
    amount_minor: int = Field(sa_type=sa.BigInteger)


class TillReturn(Changed, table=True):
    """What the till took back of one line, before the counter knew; append-only.

    One returned row of the till's file may be spread over several lines, so the natural key is
    (return_no, return_line_no, receipt_line_id).
    """

    __tablename__ = "till_return"
    __table_args__ = table_args(
        sa.UniqueConstraint("return_no", "return_line_no", "receipt_line_id"),
        *not_empty("return_no"),
        check("qty_positive", "qty_milli > 0"),
    )

    return_no: str = Field(max_length=64)
    return_line_no: int
    receipt_line_id: int = reference("receipt_line", index=True)
    qty_milli: int = Field(sa_type=sa.BigInteger)
    returned_at: datetime


class TypedReceipt(Changed, table=True):
    """手工录入的小票: a receipt that the till never sent, typed from the customer's paper.

    The receipt itself is a :class:`Receipt` like any other; when the till sends it later, its rows
    set right what was typed, and this row still says who typed it and from what.
    """

    __tablename__ = "typed_receipt"
    __table_args__ = table_args(one_of("proof", Proof), *not_empty("note"))

    receipt_id: int = reference("receipt", unique=True)
    typed_by_id: int = reference("staff")
    typed_at: datetime
    proof: str
    note: str | None = Field(default=None, max_length=400)
