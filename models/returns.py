"""A return case from the claim to the money."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, check, not_empty, one_of, reference, table_args
from models.terms import (
    OPEN_RETURNS,
    CompensationStatus,
    DeductionKind,
    FreightPayer,
    MovementKind,
    RefundStatus,
    Remedy,
    ReturnMode,
    ReturnReason,
    ReturnStatus,
    TenderMethod,
    VerdictWord,
)

_WORKING: Final = "status IN ({})".format(", ".join(f"'{status}'" for status in OPEN_RETURNS))


class ReturnCase(Mutable, table=True):
    """退换货单, one to one with its ticket.

    Everything from ``status`` on is a fold over the ticket's events
    (``counter.rules.return_case``). ``due_at`` is when the next step is due, and ``explained`` how
    the days were counted: sentences of messages with their values (invariant 21).
    """

    __tablename__ = "return_case"
    __table_args__ = table_args(
        one_of("mode", ReturnMode),
        one_of("freight_payer", FreightPayer),
        one_of("status", ReturnStatus),
        one_of("remedy", Remedy),
        check("working_means_open", f"working = ({_WORKING})"),
        sa.Index(
            "ix_return_case_working",
            "due_at",
            "id",
            "status",
            sqlite_where=sa.text("working"),
            postgresql_where=sa.text("working"),
        ),
        sa.Index("ix_return_case_status_due_at", "status", "due_at", "id"),
    )

    ticket_id: int = reference("ticket", unique=True)
    receipt_id: int = reference("receipt", index=True)
    submitted_by_id: int = reference("staff")
    mode: str = Field(default=ReturnMode.COUNTER)
    freight_payer: str | None = None
    tracking_no: str | None = Field(default=None, max_length=64)
    status: str = Field(default=ReturnStatus.DRAFT)
    working: bool = True
    remedy: str
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    goods_due_on: date | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    explained: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)


class ReturnLine(Mutable, table=True):
    """退货行: what of one receipt line comes back, asked for and received, in thousandths.

    ``remedy`` is what was granted in the end, ``counted_milli`` how much of what was sold the line
    takes (``counter.rules.return_case.counted``). ``serial_no`` is that of the goods which are
    brought back; ``waived`` says why money goes back without goods: a recall, an authority's
    order, a short delivery (invariant 4).
    """

    __tablename__ = "return_line"
    __table_args__ = table_args(
        one_of("reason", ReturnReason),
        one_of("remedy", Remedy),
        check("requested_positive", "requested_milli > 0"),
        check("received_not_negative", "received_milli >= 0"),
        check("resellable_not_negative", "resellable_milli >= 0"),
        check("scrapped_not_negative", "scrapped_milli >= 0"),
        check("counted_not_negative", "counted_milli >= 0"),
        check("received_is_sorted", "resellable_milli + scrapped_milli <= received_milli"),
        sa.UniqueConstraint("return_case_id", "receipt_line_id"),
        sa.Index("ix_return_line_receipt_line_id_counted", "receipt_line_id", "counted_milli"),
        *not_empty("serial_no", "waived"),
    )

    return_case_id: int = reference("return_case")
    receipt_line_id: int = reference("receipt_line")
    reason: str
    requested_milli: int = Field(sa_type=sa.BigInteger)
    received_milli: int = Field(default=0, sa_type=sa.BigInteger)
    resellable_milli: int = Field(default=0, sa_type=sa.BigInteger)
    scrapped_milli: int = Field(default=0, sa_type=sa.BigInteger)
    remedy: str | None = None
    counted_milli: int = Field(default=0, sa_type=sa.BigInteger)
    serial_no: str | None = Field(default=None, max_length=64)
    waived: str | None = None


class ConditionCheck(Changed, table=True):
    """验货: what the goods looked like; a new look is a new row."""

    __tablename__ = "condition_check"
    __table_args__ = table_args()

    return_line_id: int = reference("return_line", index=True)
    at: datetime
    checked_by_id: int = reference("staff")
    opened: bool = False
    used: bool = False
    activated: bool = False
    misuse: bool = False
    packaging_intact: bool = True
    accessories_complete: bool = True
    resale_ok: bool = True
    tags_attached: bool = True
    seal_intact: bool = True
    photo_ref: str | None = None


class EligibilityDecision(Changed, table=True):
    """退换资格判定: facts, policy version and verdict, kept as they were; append-only.

    ``result`` is the verdict as the rules gave it, with ``payable_minor``: what goes back by it
    with the rounding remainder of the last unit. ``sha256`` covers facts, policy and result. An
    override is a further row that names the one it overrides and says another verdict
    (invariant 9).
    """

    __tablename__ = "eligibility_decision"
    __table_args__ = table_args(
        one_of("verdict", VerdictWord),
        check("override_has_reason", "(overrides_id IS NULL) = (override_reason IS NULL)"),
    )

    return_line_id: int = reference("return_line", index=True)
    policy_version_id: int = reference("policy_version")
    computed_at: datetime
    actor_id: int = reference("staff")
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    verdict: str
    remedies: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    rule: str
    failed_rules: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    last_day: date | None = None
    result: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    sha256: str = Field(max_length=64)
    overrides_id: int | None = reference("eligibility_decision", default=None)
    override_reason: str | None = None


class Refund(Mutable, table=True):
    """退款 of one return line; ``failed`` is final, a retry is a new row.

    Days count local dates: ``due_target`` and ``due_working`` are the shop's promise and its limit,
    ``due_statutory`` the law's. ``authorised_by_id`` is None where the rule itself granted it
    within the clerk's limit. ``other_reason`` says why the money does not go back as it was paid.
    """

    __tablename__ = "refund"
    __table_args__ = table_args(
        one_of("status", RefundStatus),
        check("amount_not_negative", "amount_minor >= 0"),
        check("settled_has_time", "(status = 'settled') = (settled_at IS NOT NULL)"),
        sa.Index(
            "ix_refund_one_open_per_line",
            "receipt_line_id",
            unique=True,
            sqlite_where=sa.text("status NOT IN ('settled', 'failed')"),
            postgresql_where=sa.text("status NOT IN ('settled', 'failed')"),
        ),
        sa.Index(
            "ix_refund_settled_at",
            "settled_at",
            sqlite_where=sa.text("settled_at IS NOT NULL"),
            postgresql_where=sa.text("settled_at IS NOT NULL"),
        ),
        *not_empty("other_reason", "failed_reason"),
    )

    return_line_id: int = reference("return_line", index=True)
    receipt_line_id: int = reference("receipt_line", index=True)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    status: str = Field(default=RefundStatus.REQUESTED)
    requested_by_id: int = reference("staff")
    requested_at: datetime
    due_target: date | None = None
    due_working: date | None = None
    due_statutory: date | None = None
    explained: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    authorised_by_id: int | None = reference("staff", default=None)
    other_reason: str | None = None
    failed_reason: str | None = None
    settled_at: datetime | None = None
    settled_by_id: int | None = reference("staff", default=None)


class RefundDeduction(Changed, table=True):
    """What lowered a refund, and by how much."""

    __tablename__ = "refund_deduction"
    __table_args__ = table_args(
        one_of("kind", DeductionKind), check("positive", "amount_minor > 0")
    )

    refund_id: int = reference("refund", index=True)
    kind: str
    amount_minor: int = Field(sa_type=sa.BigInteger)


class RefundAllocation(Mutable, table=True):
    """The share of a refund that goes back one way; ``tender_id`` where it was paid that way."""

    __tablename__ = "refund_allocation"
    __table_args__ = table_args(
        one_of("method", TenderMethod),
        sa.UniqueConstraint("refund_id", "tender_id"),
        check("not_negative", "amount_minor >= 0"),
    )

    refund_id: int = reference("refund", index=True)
    tender_id: int | None = reference("tender", default=None, index=True)
    method: str
    amount_minor: int = Field(sa_type=sa.BigInteger)
    executed_ref: str | None = None


class GoodsMovement(Changed, table=True):
    """退换货出入: goods of a return that came over the counter, or went back over it; append-only.

    ``qty_milli`` is above zero for goods that came in and below zero for goods that went out.
    """

    __tablename__ = "goods_movement"
    __table_args__ = table_args(
        one_of("kind", MovementKind),
        check("qty_moves", "(qty_milli > 0) = (kind = 'return_in')"),
        *not_empty("serial_no"),
    )

    return_line_id: int = reference("return_line", index=True)
    kind: str
    product_id: int = reference("product")
    qty_milli: int = Field(sa_type=sa.BigInteger)
    serial_no: str | None = Field(default=None, max_length=64)
    at: datetime
    actor_id: int = reference("staff")


class SerialUnit(Mutable, table=True):
    """序列号商品: one unit with a serial number, once a return has to do with it.

    After an exchange the new unit's warranty starts on the day of the exchange, and the old one,
    which ``exchanged_to_id`` tells, cannot come back (invariant 17).
    """

    __tablename__ = "serial_unit"
    __table_args__ = table_args(*not_empty("serial_no"))

    serial_no: str = Field(unique=True, max_length=64)
    product_id: int = reference("product")
    receipt_line_id: int = reference("receipt_line", index=True)
    warranty_start: date | None = None
    exchanged_to_id: int | None = reference("serial_unit", default=None)


class Compensation(Mutable, table=True):
    """赔偿 beyond the price, with its legal base."""

    __tablename__ = "compensation"
    __table_args__ = table_args(
        one_of("status", CompensationStatus),
        one_of("method", TenderMethod),
        check("not_negative", "amount_minor >= 0"),
        check("paid_has_time", "(status = 'paid') = (paid_at IS NOT NULL)"),
        sa.Index(
            "ix_compensation_paid_at",
            "paid_at",
            sqlite_where=sa.text("paid_at IS NOT NULL"),
            postgresql_where=sa.text("paid_at IS NOT NULL"),
        ),
        *not_empty("legal_base", "formula"),
    )

    ticket_id: int = reference("ticket", index=True)
    legal_base: str
    formula: str | None = None
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    proposed_by_id: int = reference("staff")
    approver_id: int | None = reference("staff", default=None)
    status: str = Field(default=CompensationStatus.PROPOSED)
    method: str | None = None
    paid_at: datetime | None = None
    paid_by_id: int | None = reference("staff", default=None)
