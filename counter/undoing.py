"""One's own last step is taken back within a minute, as if it had never happened.

Nothing is deleted: the step stays in the history, followed by the event that took it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from counter.desk import ReadingDesk, WritingDesk
from counter.follow_ups import cancel_planned, plan_after
from counter.permissions import Action, allowed
from counter.rules import lifecycle
from counter.rules.lifecycle import Event
from counter.ticket_events import TicketHead, happen, history_of, ticket_to_work_on
from data import records
from models.errors import WrongState
from models.messages import N_
from models.staff import Staff
from models.terms import TicketAction, TicketStatus
from models.text import clean_text
from models.ticket import TicketEvent


@dataclass(frozen=True, slots=True)
class Undoable:
    """A step that its author can still take back.

    Attributes:
        no: the ticket's number.
        action: what was done.
        until: the last moment at which it can be taken back.
    """

    no: str
    action: TicketAction
    until: datetime


def undo(desk: WritingDesk, no: str, *, seen: int | None = None) -> TicketHead:
    """Take back the actor's own last step with the ticket.

    Raises:
        WrongState: it is somebody else's, older than a minute, the opening, or taken back already.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    ticket = ticket_to_work_on(desk, no, seen)
    history = history_of(desk, ticket)
    events = [_event(row) for row in history]
    last = lifecycle.last_step(events) - 1
    author = desk.session.get_one(Staff, history[last].actor_id)
    own = author.id == desk.actor.id
    lifecycle.check_undo(events[last], own=own, who=author.name, now=desk.now)
    event = lifecycle.undo_of(events, desk.now)
    head = happen(desk, ticket, event.kind, payload=event.payload, restores=event.to_status)
    if events[last].kind is TicketAction.CLOSE:
        cancel_planned(desk, ticket, N_("closing the ticket was taken back"))
    elif events[last].kind is TicketAction.REOPEN and head.status is TicketStatus.CLOSED:
        plan_after(desk, ticket)  # reopening had called it off
    return head


def undoable(desk: ReadingDesk, no: str) -> Undoable | None:
    """What the actor could take back of the ticket now, for a status line; None for nothing."""
    if not allowed(desk.actor.role, Action.WORK_TICKET):
        return None
    step = records.last_step(desk.reader, clean_text(no).upper())
    if step is None or desk.now < step.at:  # the clock was set back
        return None
    last = Event(step.action, step.at, step.to_status, {})
    try:
        lifecycle.check_undo(last, own=step.actor_id == desk.actor.id, who="", now=desk.now)
    except WrongState:
        return None
    return Undoable(step.no, step.action, step.at + timedelta(seconds=lifecycle.UNDO_SECONDS))


def _event(row: TicketEvent) -> Event:
    return Event(TicketAction(row.kind), row.at, TicketStatus(row.to_status), row.payload)
