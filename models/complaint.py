"""What a complaint has beyond its ticket."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Mutable, check, not_empty, one_of, reference, table_args
from models.terms import ComplaintStatus, Demand, Severity


class Complaint(Mutable, table=True):
    """投诉, one to one with its ticket. ``level`` is 0 to 3 (service clocks, rule 10)."""

    __tablename__ = "complaint"
    __table_args__ = table_args(
        one_of("demand", Demand),
        one_of("severity", Severity),
        one_of("status", ComplaintStatus),
        check("level_known", "level BETWEEN 0 AND 3"),
        check("claim_not_negative", "amount_claimed_minor >= 0"),
        *not_empty("authority_ref", "batch_no"),
    )

    ticket_id: int = reference("ticket", unique=True)
    status: str = Field(default=ComplaintStatus.REGISTERED)
    demand: str = Field(default=Demand.OTHER)
    severity: str = Field(default=Severity.NORMAL)
    level: int = 0
    amount_claimed_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    authority_ref: str | None = Field(default=None, max_length=64)
    batch_no: str | None = Field(default=None, max_length=64)
