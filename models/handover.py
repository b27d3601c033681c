"""What one shift leaves to the next, and sentences that are kept for answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, check, not_empty, one_of, reference, table_args
from models.terms import TicketKind


class ShiftNote(Changed, table=True):
    """交接班记录: what a person leaves to the next one, with the numbers of the shift."""

    __tablename__ = "shift_note"
    __table_args__ = table_args(
        check("shift_in_order", "ended_at >= began_at"),
        sa.Index("ix_shift_note_ended_at", "ended_at", "id"),
        *not_empty("text"),
    )

    staff_id: int = reference("staff")
    began_at: datetime
    ended_at: datetime
    text: str | None = None
    numbers: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class ReplyTemplate(Mutable, table=True):
    """回复模板: a sentence to answer with; ``{name}`` and the like are filled in at use."""

    __tablename__ = "reply_template"
    __table_args__ = table_args(one_of("kind", TicketKind), *not_empty("code", "title", "body"))

    code: str = Field(unique=True, max_length=40)
    kind: str | None = None
    title: str = Field(max_length=80)
    body: str
    active: bool = True
