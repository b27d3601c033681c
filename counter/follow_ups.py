"""Call-backs: closing plans one, reopening calls it off, a call ends it or tries again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlmodel import col, select

from counter.clock_keeping import follow
from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules.fields import Faults
from counter.ticket_events import TicketHead, happen, refuse_set_back, ticket_to_work_on
from models.customer import Customer
from models.errors import NotFound
from models.followup import ContactAttempt, FollowUp
from models.messages import N_
from models.terms import (
    ContactResult,
    FollowUpKind,
    FollowUpStatus,
    TicketAction,
    TicketKind,
)
from models.text import clean_text
from models.ticket import Ticket

CALL_BACK_DAYS: Final = 3
"""A customer is called within so many days of the end of a matter (service clocks, section 2)."""

WINDOW: Final = ("10:00", "20:00")
"""Local time of day in which people are called."""

MOST_ATTEMPTS: Final = 3
"""After so many calls without an answer somebody counts as out of reach."""

PLANNED_AFTER: Final = frozenset({TicketKind.COMPLAINT, TicketKind.REPAIR, TicketKind.DELIVERY})
"""What is followed by a call-back when it is closed (invariant 19)."""

_AWAITED: Final = (FollowUpStatus.SCHEDULED, FollowUpStatus.DUE)


def plan_after(desk: WritingDesk, ticket: Ticket) -> FollowUp | None:
    """Plan the call-back that the closing of a ticket asks for.

    None where nobody is to be called: no customer is known, or calls are not wanted.
    """
    if ticket.kind not in PLANNED_AFTER or ticket.customer_id is None:
        return None
    customer = desk.session.get_one(Customer, ticket.customer_id)
    if customer.consent_contact is False:
        return None
    row = FollowUp(
        kind=FollowUpKind.AFTER_SERVICE,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        owner_id=ticket.owner_id,
        due_on=desk.today + timedelta(days=CALL_BACK_DAYS),
        window_from=WINDOW[0],
        window_to=WINDOW[1],
        planned_at=desk.now,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.work.audit("follow_up.plan", "follow_up", row.uid, no=ticket.no, due_on=row.due_on)
    return row


def cancel_planned(desk: WritingDesk, ticket: Ticket, because: str) -> None:
    """Call off what was planned about a ticket, with a reason."""
    awaited = desk.session.exec(
        select(FollowUp)
        .where(FollowUp.ticket_id == ticket.id)
        .where(col(FollowUp.status).in_(_AWAITED))
    )
    for row in awaited:
        row.status, row.ended_at, row.ended_because = FollowUpStatus.CANCELLED, desk.now, because
        desk.session.add(row)
        desk.session.flush()
        desk.work.audit("follow_up.cancel", "follow_up", row.uid, no=ticket.no, because=because)


def record_call(
    desk: WritingDesk, no: str, result: str, note: str = "", *, on: date | None = None
) -> FollowUpStatus:
    """Note how the call about a ticket went: it ends, or is tried again on another day.

    Args:
        desk: who called.
        no: the ticket's number.
        result: a :class:`models.terms.ContactResult`.
        note: what was said.
        on: the day of the next try; tomorrow where none is named.

    Returns:
        Where the call-back stands now.

    Raises:
        InvalidInput: the result is none, or the day is over.
        NotFound: no call-back is planned about that ticket.
        NotAllowed, ClockSetBack: nothing was changed.
    """
    desk.require(Action.WORK_TICKET)
    faults = Faults()
    how, said = _outcome(faults, result, note)
    if on is not None and on < desk.today:
        faults.add("on", N_("That day is over."))
    faults.raise_if_any()
    found = desk.session.exec(
        select(FollowUp, Ticket)
        .join(Ticket)
        .where(Ticket.no == clean_text(no).upper())
        .where(col(FollowUp.status).in_(_AWAITED))
        .order_by(col(FollowUp.due_on))
    ).first()
    if found is None or how is None:
        raise NotFound(N_("No call-back is planned about {no}."), no=no)
    row, ticket = found
    refuse_set_back(desk, ticket)
    if row.id is None:
        raise RuntimeError("A call-back was not stored.")
    desk.session.add(
        ContactAttempt(
            follow_up_id=row.id, at=desk.now, actor_id=desk.actor.id, result=how, note=said
        )
    )
    row.attempts += 1
    row.status = _status_after(how, row.attempts)
    if row.status in _AWAITED:
        row.due_on = on or desk.today + timedelta(days=1)
    else:
        row.ended_at = desk.now
    desk.session.add(row)
    desk.session.flush()
    desk.work.audit("follow_up.call", "follow_up", row.uid, no=ticket.no, result=how)
    follow(desk, ticket, TicketAction.CLOSE)  # its clock ends or moves with it
    return FollowUpStatus(row.status)


def note_call(
    desk: WritingDesk, no: str, result: str, note: str = "", *, seen: int | None = None
) -> TicketHead:
    """Let the history of a ticket say that the customer was called, and how that went.

    Args:
        desk: who called.
        no: the ticket's number.
        result: a :class:`models.terms.ContactResult`.
        note: what was said.
        seen: the version of the ticket that the caller saw.

    Raises:
        InvalidInput: the result is none, or the note is too long.
        NotAllowed, NotFound, WrongState, Conflict, ClockSetBack: nothing was changed.
    """
    faults = Faults()
    how, said = _outcome(faults, result, note)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    return happen(desk, ticket, TicketAction.NOTE, text=said, payload={"call": how})


def _outcome(faults: Faults, result: str, note: str) -> tuple[ContactResult | None, str | None]:
    """How a call went and what was said, as it is kept."""
    how = faults.term("result", result, ContactResult, required=True)
    return how, faults.text("note", note, limit=2_000, lines=True)


def _status_after(result: ContactResult, attempts: int) -> FollowUpStatus:
    if result is ContactResult.REACHED:
        return FollowUpStatus.DONE
    if result is ContactResult.REFUSED:
        return FollowUpStatus.REFUSED
    if result is ContactResult.WRONG_NUMBER or attempts >= MOST_ATTEMPTS:
        return FollowUpStatus.UNREACHABLE
    return FollowUpStatus.DUE
