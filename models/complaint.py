"""What a complaint has beyond its ticket, and complaints that were taken over from elsewhere."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, check, not_empty, one_of, reference, table_args
from models.terms import Cause, ComplaintStatus, Demand, Severity


class Complaint(Mutable, table=True):
    """投诉, one to one with its ticket; a fold over the ticket's events, kept for lists.

    ``level`` is 0 to 3: the highest that its clocks or its people reached (service clocks, rule
    10). ``complaint_class`` is what it is about as the customer tells it; why it happened is the
    ticket's ``cause``. ``checklist`` holds the steps of a crisis that were done.
    """

    __tablename__ = "complaint"
    __table_args__ = table_args(
        one_of("complaint_class", Cause),
        one_of("demand", Demand),
        one_of("severity", Severity),
        one_of("status", ComplaintStatus),
        check("level_known", "level BETWEEN 0 AND 3"),
        check("claim_not_negative", "amount_claimed_minor >= 0"),
        check("claim_has_currency", "(amount_claimed_minor IS NULL) = (currency IS NULL)"),
        *not_empty("authority_ref", "batch_no", "proposal"),
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
    complaint_class: str | None = None
    proposal: str | None = None
    checklist: list[str] = Field(default_factory=list, sa_type=sa.JSON)


class MediatedComplaint(Changed, table=True):
    """A complaint that an authority mediated and closed, taken over from its published file.

    ``source`` is the file's profile, ``source_key`` what the row is known by in it; ``industry``,
    ``complaint_class`` and ``ended_as`` are the source's own words.
    """

    __tablename__ = "mediated_complaint"
    __table_args__ = table_args(
        sa.UniqueConstraint("source", "source_key"),
        sa.Index("ix_mediated_complaint_closed_on", "closed_on", "id"),
        check("dates_in_order", "closed_on >= opened_on"),
        check("restitution_not_negative", "restitution_minor >= 0"),
        *not_empty("source", "source_key", "respondent", "industry", "complaint_class", "ended_as"),
    )

    ticket_id: int = reference("ticket", unique=True)
    source: str = Field(max_length=40)
    source_key: str = Field(max_length=64)
    respondent: str | None = Field(default=None, max_length=200)
    industry: str | None = Field(default=None, max_length=120)
    complaint_class: str | None = Field(default=None, max_length=120)
    opened_on: date
    closed_on: date
    ended_as: str | None = Field(default=None, max_length=200)
    satisfied: bool | None = None
    restitution_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
