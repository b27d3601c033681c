"""Frozen rows about complaints and clocks of one ticket: what the reading side hands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from models.return_views import CompensationRow
from models.terms import (
    Cause,
    ClockKind,
    ClockState,
    ComplaintStatus,
    CrisisStep,
    Demand,
    FollowUpStatus,
    Severity,
    TicketKind,
    TicketStatus,
)


class ComplaintRow(NamedTuple):
    """A complaint beside its ticket, as its events leave it.

    Attributes:
        level: 0 to 3, the highest that it was lifted to.
        proposal: what was offered last.
        checklist: the steps of a crisis that were done.
        offered_minor: the money that is part of the proposal, in ``offered_currency``.
    """

    status: ComplaintStatus
    demand: Demand
    severity: Severity
    level: int
    amount_claimed_minor: int | None
    currency: str | None
    authority_ref: str | None
    batch_no: str | None
    complaint_class: Cause | None
    proposal: str | None
    checklist: tuple[CrisisStep, ...]
    offered_minor: int | None = None
    offered_currency: str | None = None


class ClockRow(NamedTuple):
    """A clock of a ticket; see :class:`models.clock.Clock`.

    Attributes:
        order_at: ``due_at``, or the moment at which a wait ends.
        calendar: the code of the calendar whose working time counts; None for the wall's.
        explanation: the spans that were counted, as stored: ``YYYY-MM-DD HH:MM-HH:MM MIN``.
    """

    kind: ClockKind
    subject: str
    state: ClockState
    open: bool
    leads: bool
    started_at: datetime
    due_at: datetime | None
    order_at: datetime
    level: int
    next_level: int | None
    next_level_at: datetime | None
    service_version_no: int
    calendar: str | None
    explanation: tuple[str, ...]
    ended_at: datetime | None


class OpenCase(NamedTuple):
    """A ticket that is worked on already, as a warning names it."""

    no: str
    kind: TicketKind
    status: TicketStatus
    summary: str
    opened_at: datetime


class CallRow(NamedTuple):
    """A call-back about a ticket."""

    uid: str
    due_on: date
    status: FollowUpStatus
    attempts: int

    @property
    def is_awaited(self) -> bool:
        """Somebody is still to be called."""
        return self.status in (FollowUpStatus.SCHEDULED, FollowUpStatus.DUE)


@dataclass(frozen=True, slots=True)
class BesideTicket:
    """What stands beside a ticket: the complaint, its clocks, compensations and the last call.

    Attributes:
        complaint: None where the ticket is none.
        clocks: the one that leads first, then the open ones by due time, then those that ended.
        compensations: the oldest first.
        call: the call-back that is planned, or the last one there was.
    """

    complaint: ComplaintRow | None = None
    clocks: tuple[ClockRow, ...] = ()
    compensations: tuple[CompensationRow, ...] = ()
    call: CallRow | None = None


class ReplyRow(NamedTuple):
    """A sentence to answer with.

    Attributes:
        code: what names it.
        kind: the kind of ticket it goes with; None for every kind.
        body: with ``{no}``, ``{customer}``, ``{due}`` and ``{store}`` to be filled in.
        own: it is the store's, and did not come with the program.
    """

    code: str
    kind: TicketKind | None
    title: str
    body: str
    own: bool
