"""What is due when: one row a clock, derived from the events of its ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, check, not_empty, one_of, reference, table_args
from models.terms import ClockKind, ClockState

_OPEN: Final = sa.text("open")
_LEADS: Final = sa.text("leads")
_REACHES: Final = sa.text("next_level_at IS NOT NULL")


class Clock(Changed, table=True):
    """计时. Kept for lists; ``counter doctor`` works it out again and compares.

    ``subject`` is ``ticket`` for a clock of the ticket itself, else the uid of the refund,
    appointment or call-back that it is about. ``open`` says running or paused. ``leads`` marks the
    one of a ticket's open clocks that is due first: a list by due time shows each ticket once.
    ``order_at`` is ``due_at``, or, while that is unknown, the moment at which the wait ends.
    ``next_level`` is reached at ``next_level_at``. ``calendar_id`` says whose working time counts;
    none is the time on the wall. ``explanation`` holds the working time that was counted, a line a
    span: local date, times, minutes. Each lean index holds all that its question asks for.
    """

    __tablename__ = "clock"
    __table_args__ = table_args(
        one_of("kind", ClockKind),
        one_of("state", ClockState),
        sa.UniqueConstraint("ticket_id", "kind", "subject"),
        check("level_known", "level BETWEEN 0 AND 3"),
        check("open_means_going_on", "open = (state IN ('running', 'paused'))"),
        check("leads_while_open", "open OR NOT leads"),
        check("paused_has_no_due_time", "(state = 'paused') = (due_at IS NULL)"),
        *not_empty("subject"),
        check("level_to_come", "(next_level IS NULL) = (next_level_at IS NULL)"),
        sa.Index(
            "ix_clock_open_due",
            "due_at",
            "id",
            "ticket_id",
            "kind",
            "calendar_id",
            "level",
            "next_level",
            "next_level_at",
            "open",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index(
            "ix_clock_leads",
            "order_at",
            "id",
            sqlite_where=_LEADS,
            postgresql_where=_LEADS,
        ),
        sa.Index(
            "ix_clock_next_level",
            "next_level_at",
            "id",
            sqlite_where=_REACHES,
            postgresql_where=_REACHES,
        ),
    )

    ticket_id: int = reference("ticket")
    kind: str
    subject: str = Field(default="ticket", max_length=36)
    state: str
    open: bool = True
    leads: bool = False
    started_at: datetime
    due_at: datetime | None = None
    order_at: datetime
    level: int = 0
    next_level: int | None = None
    next_level_at: datetime | None = None
    service_version_no: int
    calendar_id: int | None = reference("calendar", default=None)
    explanation: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    ended_at: datetime | None = None
