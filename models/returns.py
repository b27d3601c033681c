"""A return case from the claim to the money."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, check, not_empty, one_of, reference, table_args
from models.terms import (
    CompensationStatus,
    DeductionKind,
    FreightPayer,
    RefundStatus,
    Remedy,
    ReturnMode,
    ReturnReason,
    ReturnStatus,
    VerdictWord,
)


class ReturnCase(Mutable, table=True):
    """退换货单, one to one with its ticket."""

    __tablename__ = "return_case"
    __table_args__ = table_args(
        one_of("mode", ReturnMode),
        one_of("freight_payer", FreightPayer),
        one_of("status", ReturnStatus),
    )

    ticket_id: int = reference("ticket", unique=True)
    mode: str = Field(default=ReturnMode.COUNTER)
    freight_payer: str | None = None
    tracking_no: str | None = Field(default=None, max_length=64)
    status: str = Field(default=ReturnStatus.DRAFT)


class ReturnLine(Mutable, table=True):
    """退货行: what of one receipt line comes back, asked for and received, in thousandths."""

    __tablename__ = "return_line"
    __table_args__ = table_args(
        one_of("reason", ReturnReason),
        one_of("remedy", Remedy),
        check("requested_positive", "requested_milli > 0"),
        check("received_not_negative", "received_milli >= 0"),
        check("resellable_not_negative", "resellable_milli >= 0"),
        check("scrapped_not_negative", "scrapped_milli >= 0"),
    )

    return_case_id: int = reference("return_case", index=True)
    receipt_line_id: int = reference("receipt_line", index=True)
    requested_milli: int = Field(sa_type=sa.BigInteger)
    received_milli: int = Field(default=0, sa_type=sa.BigInteger)
    resellable_milli: int = Field(default=0, sa_type=sa.BigInteger)
    scrapped_milli: int = Field(default=0, sa_type=sa.BigInteger)
    reason: str
    remedy: str | None = None


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

    An override is a further row that names the one it overrides (invariant 9).
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
    sha256: str
    overrides_id: int | None = reference("eligibility_decision", default=None)
    override_reason: str | None = None


class Refund(Mutable, table=True):
    """退款 of one return line; ``failed`` is final, a retry is a new row."""

    __tablename__ = "refund"
    __table_args__ = table_args(
        one_of("status", RefundStatus),
        check("amount_not_negative", "amount_minor >= 0"),
        sa.Index(
            "ix_refund_one_open_per_line",
            "receipt_line_id",
            unique=True,
            sqlite_where=sa.text("status NOT IN ('settled', 'failed')"),
            postgresql_where=sa.text("status NOT IN ('settled', 'failed')"),
        ),
    )

    return_line_id: int = reference("return_line", index=True)
    receipt_line_id: int = reference("receipt_line", index=True)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    status: str = Field(default=RefundStatus.REQUESTED)
    due_working: date | None = None
    due_statutory: date | None = None
    authorised_by_id: int | None = reference("staff", default=None)
    settled_at: datetime | None = None


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
    """The share of a refund that goes back by one tender."""

    __tablename__ = "refund_allocation"
    __table_args__ = table_args(
        sa.UniqueConstraint("refund_id", "tender_id"), check("not_negative", "amount_minor >= 0")
    )

    refund_id: int = reference("refund")
    tender_id: int = reference("tender", index=True)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    executed_ref: str | None = None


class Compensation(Mutable, table=True):
    """赔偿 beyond the price, with its legal base."""

    __tablename__ = "compensation"
    __table_args__ = table_args(
        one_of("status", CompensationStatus),
        check("not_negative", "amount_minor >= 0"),
        *not_empty("legal_base"),
    )

    ticket_id: int = reference("ticket", index=True)
    legal_base: str
    formula: str | None = None
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    approver_id: int | None = reference("staff", default=None)
    status: str = Field(default=CompensationStatus.PROPOSED)
