"""A ticket, the events that are its truth, what was being typed, and how lists are shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, Stored, check, not_empty, one_of, reference, table_args
from models.terms import (
    OPEN_STATUSES,
    Cause,
    Liability,
    Outcome,
    Priority,
    TicketAction,
    TicketChannel,
    TicketKind,
    TicketStatus,
    Tier,
)

_WORKING: Final = "status IN ({})".format(", ".join(f"'{status}'" for status in OPEN_STATUSES))
_WAITING: Final = "working AND wake_on IS NOT NULL"


class Ticket(Mutable, table=True):
    """工单. Everything from ``status`` to ``closed_at`` is a fold over the events, kept for lists.

    ``working`` says that the status is one of :data:`models.terms.OPEN_STATUSES`; it is the whole
    condition of the partial indexes (``WHERE working``), which a list of statuses would not use.
    The few that wait for a day have indexes of their own, which all others never touch; they hold
    every column that is asked for, because SQLite without statistics takes none that does not.
    ``search_text`` is computed in Python from number, summary and body.
    """

    __tablename__ = "ticket"
    __table_args__ = table_args(
        one_of("kind", TicketKind),
        one_of("channel", TicketChannel),
        one_of("priority", Priority),
        one_of("status", TicketStatus),
        one_of("outcome", Outcome),
        one_of("cause", Cause),
        one_of("liability", Liability),
        one_of("tier_at_creation", Tier),
        *not_empty("no", "summary", "body", "department"),
        check("closed_has_time", "(status = 'closed') = (closed_at IS NOT NULL)"),
        check("closed_has_outcome", "status <> 'closed' OR outcome IS NOT NULL"),
        check("merged_has_target", "(status = 'merged') = (merged_into_id IS NOT NULL)"),
        check("working_means_open", f"working = ({_WORKING})"),
        check("waiting_wakes", "status NOT LIKE 'waiting%' OR wake_on IS NOT NULL"),
        sa.Index("ix_ticket_opened_at_id", "opened_at", "id"),
        sa.Index(
            "ix_ticket_working",
            "priority",
            "opened_at",
            "id",
            sqlite_where=sa.text("working"),
            postgresql_where=sa.text("working"),
        ),
        sa.Index(
            "ix_ticket_working_opened",
            "opened_at",
            "id",
            sqlite_where=sa.text("working"),
            postgresql_where=sa.text("working"),
        ),
        sa.Index(
            "ix_ticket_working_owner",
            "owner_id",
            "priority",
            "opened_at",
            "id",
            sqlite_where=sa.text("working"),
            postgresql_where=sa.text("working"),
        ),
        sa.Index(
            "ix_ticket_working_owner_opened",
            "owner_id",
            "opened_at",
            "id",
            sqlite_where=sa.text("working"),
            postgresql_where=sa.text("working"),
        ),
        sa.Index(
            "ix_ticket_waiting",
            "priority",
            "opened_at",
            "id",
            "wake_on",
            "working",
            sqlite_where=sa.text(_WAITING),
            postgresql_where=sa.text(_WAITING),
        ),
        sa.Index(
            "ix_ticket_waiting_opened",
            "opened_at",
            "id",
            "wake_on",
            "working",
            sqlite_where=sa.text(_WAITING),
            postgresql_where=sa.text(_WAITING),
        ),
        sa.Index(
            "ix_ticket_waiting_wake",
            "wake_on",
            "working",
            sqlite_where=sa.text(_WAITING),
            postgresql_where=sa.text(_WAITING),
        ),
        sa.Index("ix_ticket_status_opened_at", "status", "opened_at", "id"),
        # All that the overdue board asks of a ticket: its own rows are wide, each on a page apart.
        sa.Index("ix_ticket_board", "id", "kind", "owner_id", "department"),
        sa.Index(
            "ix_ticket_closed_at",
            "closed_at",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        ),
    )

    no: str = Field(unique=True, max_length=24)
    kind: str
    channel: str
    summary: str = Field(max_length=200)
    body: str | None = None
    opened_at: datetime
    opened_by_id: int = reference("staff")
    customer_id: int | None = reference("customer", default=None, index=True)
    receipt_id: int | None = reference("receipt", default=None, index=True)
    receipt_line_id: int | None = reference("receipt_line", default=None)
    parent_id: int | None = reference("ticket", default=None, index=True)
    tier_at_creation: str = Field(default=Tier.NONE)
    policy_version_id: int | None = reference("policy_version", default=None)
    status: str
    working: bool = True
    priority: str
    owner_id: int | None = reference("staff", default=None)
    department: str | None = Field(default=None, max_length=80)
    wake_on: date | None = None
    merged_into_id: int | None = reference("ticket", default=None)
    outcome: str | None = None
    cause: str | None = None
    liability: str | None = None
    customer_informed: bool | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    event_count: int = 0
    last_event_at: datetime
    search_text: str = Field(default="")


class TicketEvent(Changed, table=True):
    """工单事件: one thing that happened to a ticket; append-only, numbered without gaps."""

    __tablename__ = "ticket_event"
    __table_args__ = table_args(
        one_of("kind", TicketAction),
        one_of("from_status", TicketStatus),
        one_of("to_status", TicketStatus),
        sa.UniqueConstraint("ticket_id", "event_no"),
        check("event_no_positive", "event_no > 0"),
        *not_empty("text"),
    )

    ticket_id: int = reference("ticket")
    event_no: int
    at: datetime
    actor_id: int = reference("staff")
    kind: str
    from_status: str | None = None
    to_status: str
    text: str | None = None
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class Attachment(Changed, table=True):
    """附件: a file about a ticket, copied into the counter's folder under its SHA-256.

    ``name`` is what it was called; ``media_type`` as its ending says.
    """

    __tablename__ = "attachment"
    __table_args__ = table_args(
        sa.UniqueConstraint("ticket_id", "sha256"),
        check("bytes_not_negative", "bytes >= 0"),
        *not_empty("name", "media_type"),
    )

    ticket_id: int = reference("ticket")
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=80)
    bytes: int = Field(sa_type=sa.BigInteger)
    sha256: str = Field(max_length=64)
    added_at: datetime
    added_by_id: int = reference("staff")


class Draft(Stored, table=True):
    """What a person was typing in a form; offered again after a crash, a lock or a power cut."""

    __tablename__ = "draft"
    __table_args__ = table_args(sa.UniqueConstraint("staff_id", "form"))

    staff_id: int = reference("staff")
    form: str = Field(max_length=64)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    saved_at: datetime


class SavedView(Stored, table=True):
    """A list as one person likes it: ``place`` names the list, ``content`` how it is shown."""

    __tablename__ = "saved_view"
    __table_args__ = table_args(
        sa.UniqueConstraint("staff_id", "place", "name"), *not_empty("place", "name")
    )

    staff_id: int = reference("staff")
    place: str = Field(max_length=40)
    name: str = Field(max_length=40)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    saved_at: datetime
