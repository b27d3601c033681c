"""The row of a complaint: what the events of its ticket add up to, written after each of them."""

from __future__ import annotations

from sqlmodel import select

from counter.clock_keeping import history
from counter.desk import WritingDesk
from counter.rules import complaint_case
from models.complaint import Complaint
from models.ticket import Ticket


def keep(desk: WritingDesk, ticket: Ticket) -> Complaint:
    """Write what the events of a complaint's ticket say of it; the row as it stands."""
    key = ticket.id
    if key is None:
        raise RuntimeError("A ticket was not stored.")
    row = complaint_of(desk, ticket) or Complaint(ticket_id=key)
    for name, value in complaint_case.fold(history(desk.ask, key)).items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    desk.session.add(row)
    desk.session.flush()
    return row


def complaint_of(desk: WritingDesk, ticket: Ticket) -> Complaint | None:
    """The complaint behind a ticket, or None."""
    return desk.session.exec(select(Complaint).where(Complaint.ticket_id == ticket.id)).first()
