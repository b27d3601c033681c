"""The life of a complaint: looked into, proposed, agreed or disputed, done; every step one event.

Telling the customer, waiting, resolving, closing and reopening are the ticket's own steps
(``counter.tickets``); the rules are in ``counter.rules.complaint_case``.
"""

from __future__ import annotations

from typing import Any, Final

from counter.complaint_details import ComplaintDraft, details_of
from counter.complaint_keeping import complaint_of
from counter.desk import WritingDesk
from counter.rules import complaint_case
from counter.rules.fields import Faults
from counter.ticket_events import TicketHead, happen, ticket_to_work_on
from counter.ticket_opening import BODY_LIMIT, enter_second_level
from models.complaint import Complaint
from models.errors import InvalidInput, NotFound, WrongState
from models.messages import N_
from models.terms import (
    COMPLAINED,
    ComplaintStatus,
    CrisisStep,
    Outcome,
    Priority,
    Severity,
    TicketAction,
    TicketStatus,
)
from models.ticket import Ticket


def detail(
    desk: WritingDesk,
    no: str,
    draft: ComplaintDraft,
    text: str = "",
    *,
    seen: int | None = None,
) -> TicketHead:
    """Write down what the complaint is about, what is asked for, and how serious it is.

    What concerns safety, health, press or an authority gets the first priority with it.

    Raises:
        InvalidInput: every faulty field is named, or nothing would change.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    said = details_of(desk, draft, faults)
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket, complaint = _complaint(desk, no, seen)
    new = {name: value for name, value in said.items() if getattr(complaint, name) != value}
    if not new:
        raise InvalidInput(N_("Nothing would change."), field="demand")
    payload: dict[str, Any] = {"complaint": new}
    least = complaint_case.least_priority(Severity(new.get("severity", Severity.NORMAL)))
    # What a supervisor lowered stays so until it turns out to be more serious.
    raised = least is Priority.P1 and ticket.priority != least
    if raised:
        payload["priority"] = least
    return _step(desk, ticket, complaint, TicketAction.DETAIL, written, payload, raised=raised)


def investigate(
    desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None
) -> TicketHead:
    """Somebody looks into it."""
    return _told(desk, no, TicketAction.INVESTIGATE, text, seen)


def propose(
    desk: WritingDesk,
    no: str,
    text: str,
    *,
    amount: str = "",
    seen: int | None = None,
) -> TicketHead:
    """Tell the customer what the shop offers; a further proposal takes the place of the first.

    Raises:
        InvalidInput: there is no text, or the amount is none.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    offered = faults.text("proposal", text, required=True, limit=BODY_LIMIT, lines=True)
    amount_minor = faults.money("amount", amount, desk.site.currency)
    faults.raise_if_any()
    ticket, complaint = _complaint(desk, no, seen)
    payload: dict[str, Any] = {"proposal": offered}
    if amount_minor is not None:
        payload |= {"amount_minor": amount_minor, "currency": desk.site.currency}
    return _step(desk, ticket, complaint, TicketAction.PROPOSE, offered, payload)


def accept(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> TicketHead:
    """The customer takes what was proposed, or what a mediation brought."""
    return _told(desk, no, TicketAction.ACCEPT, text, seen)


def dispute(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """The customer does not take it: it goes one level up."""
    return _told(desk, no, TicketAction.DISPUTE, text, seen, required=True)


def mediate(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """It goes to an authority or a consumer association; who, and under which number."""
    return _told(desk, no, TicketAction.MEDIATE, text, seen, required=True)


def perform(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> TicketHead:
    """What was agreed is done."""
    return _told(desk, no, TicketAction.PERFORM, text, seen)


def escalate(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Lift it one level by hand, with a reason; three is the store manager's.

    Raises:
        InvalidInput: the reason is missing, or it stands at the highest level.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    why = faults.text("note", text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket, complaint = _complaint(desk, no, seen)
    if complaint.level >= complaint_case.HIGHEST_LEVEL:
        raise InvalidInput(N_("It is with the store manager already."), field="note")
    payload = {"level": complaint.level + 1}
    return _step(desk, ticket, complaint, TicketAction.ESCALATE, why, payload)


def check(
    desk: WritingDesk,
    no: str,
    step: str,
    text: str = "",
    *,
    done: bool = True,
    seen: int | None = None,
) -> TicketHead:
    """Tick a step of the checklist, or take the tick away; a note says why it is not needed.

    Raises:
        InvalidInput: it is no step of this complaint's checklist.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    which = faults.term("step", step, CrisisStep, required=True)
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket, complaint = _complaint(desk, no, seen)
    if which not in checklist(ticket, complaint):
        raise InvalidInput(N_("That step is not on this complaint's checklist."), field="step")
    payload = {"step": which, "done": done}
    return _step(desk, ticket, complaint, TicketAction.CHECK, written, payload)


def raise_to_first(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Anybody who works on tickets may give one the first priority, with a reason.

    Raises:
        InvalidInput: the reason is missing, or it has the first priority.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    why = faults.text("note", text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    if ticket.priority == Priority.P1:
        raise InvalidInput(N_("It is {priority} already."), field="priority", priority=Priority.P1)
    payload = {"priority": Priority.P1}
    happen(desk, ticket, TicketAction.PRIORITISE, text=why, payload=payload)
    return enter_second_level(desk, ticket)


def refuse_unfinished(desk: WritingDesk, ticket: Ticket, outcome: str) -> None:
    """A complaint is not resolved over the customer's head, nor with its checklist undone.

    Raises:
        WrongState: with what is missing.
    """
    complaint = complaint_of(desk, ticket) if ticket.kind in COMPLAINED else None
    if complaint is None:
        return
    missing = [step for step in checklist(ticket, complaint) if step not in complaint.checklist]
    status = ComplaintStatus(complaint.status)
    complaint_case.check_resolving(status, Outcome(outcome), missing)
    if desk.ask.one(_UNDECIDED, ticket=ticket.id) is not None:
        raise WrongState(
            N_("A compensation is proposed for {no}: it is granted or refused first."), no=ticket.no
        )


_UNDECIDED: Final = """
    SELECT 1 FROM compensation WHERE ticket_id = :ticket AND status = 'proposed' LIMIT 1
"""


def checklist(ticket: Ticket, complaint: Complaint) -> tuple[CrisisStep, ...]:
    """The steps that this complaint asks for."""
    return complaint_case.checklist_of(Severity(complaint.severity), Priority(ticket.priority))


def _told(
    desk: WritingDesk,
    no: str,
    kind: TicketAction,
    text: str,
    seen: int | None,
    *,
    required: bool = False,
) -> TicketHead:
    faults = Faults()
    written = faults.text("note", text, required=required, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket, complaint = _complaint(desk, no, seen)
    return _step(desk, ticket, complaint, kind, written, {})


def _complaint(desk: WritingDesk, no: str, seen: int | None) -> tuple[Ticket, Complaint]:
    ticket = ticket_to_work_on(desk, no, seen)
    complaint = complaint_of(desk, ticket)
    if complaint is None:
        raise NotFound(N_("{no} is no complaint."), no=ticket.no)
    return ticket, complaint


def _step(
    desk: WritingDesk,
    ticket: Ticket,
    complaint: Complaint,
    kind: TicketAction,
    text: str | None,
    payload: dict[str, Any],
    *,
    raised: bool = False,
) -> TicketHead:
    """One step: what is nobody's becomes the actor's with it."""
    complaint_case.next_status(kind, ComplaintStatus(complaint.status))
    if ticket.status == TicketStatus.NEW and kind is not TicketAction.DETAIL:
        happen(desk, ticket, TicketAction.TAKE, payload={"owner": desk.actor.login})
    head = happen(desk, ticket, kind, text=text, payload=payload)
    return enter_second_level(desk, ticket) if raised else head
