"""The life of a ticket at the counter: worked, resolved, closed; every step one event.

Each operation checks the permission, then the rules (``counter.rules.lifecycle``), then appends
one event and writes the cached columns from it, in the desk's one unit of work. Opening is in
``counter.ticket_opening``, putting right in ``counter.corrections``, taking back in
``counter.undoing``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import select

from counter.complaints import refuse_unfinished
from counter.desk import WritingDesk
from counter.follow_ups import cancel_planned, plan_after
from counter.permissions import Action
from counter.return_events import OpenCase, case_of, lines_of
from counter.return_events import close as close_with_case
from counter.rules import lifecycle
from counter.rules.fields import Faults
from counter.shop import SYSTEM
from counter.ticket_events import TicketHead, happen, head_of, ticket_to_work_on
from counter.ticket_opening import (
    BODY_LIMIT,
    SUMMARY_LIMIT,
    TicketDraft,
    enter_second_level,
    open_ticket,
)
from data.pages import first_ticket
from data.ticket_listing import TicketQuery
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.staff import Staff
from models.terms import (
    Cause,
    Liability,
    Outcome,
    Priority,
    TicketAction,
    TicketKind,
    TicketOrder,
    TicketStatus,
    TicketView,
)
from models.ticket import Ticket

__all__ = [
    "BODY_LIMIT",
    "SUMMARY_LIMIT",
    "TicketDraft",
    "answer",
    "assign",
    "cancel",
    "close",
    "note",
    "open_ticket",
    "prioritise",
    "reopen",
    "resolve",
    "respond",
    "take",
    "take_next",
    "wait_for_customer",
    "wait_for_third_party",
]


def take(desk: WritingDesk, no: str, *, seen: int | None = None) -> TicketHead:
    """Become the owner; a new ticket is open from then on.

    Raises:
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed. ``seen`` is the version
            that the actor read; somebody else's change since then is told and not overwritten.
    """
    ticket = ticket_to_work_on(desk, no, seen)
    return happen(desk, ticket, TicketAction.TAKE, payload={"owner": desk.actor.login})


def take_next(desk: WritingDesk, within: TicketQuery | None = None) -> TicketHead | None:
    """Become the owner of the ticket that is due first of those nobody owns; None for none.

    One writer at a time: two clerks who press the key together get two tickets.

    Args:
        desk: whose it becomes.
        within: a list: only what its filter and its words let through is taken.
    """
    desk.require(Action.WORK_TICKET)
    free = replace(within or TicketQuery(), view=TicketView.UNOWNED, owner_id=None)
    for order in (TicketOrder.DUE, TicketOrder.URGENT):  # the second: what has no clock that runs
        asked = replace(free, order=order)
        key = first_ticket(desk.ask, asked, desk.now, desk.site.zone)
        ticket = None if key is None else desk.session.get(Ticket, key)
        if ticket is not None:
            return happen(desk, ticket, TicketAction.TAKE, payload={"owner": desk.actor.login})
    return None


def assign(
    desk: WritingDesk,
    no: str,
    *,
    to: str | None = None,
    department: str | None = None,
    note: str | None = None,
    due_on: str | date | None = None,
    seen: int | None = None,
) -> TicketHead:
    """Give the ticket to a colleague, to a department, or to both.

    ``due_on`` is the day by which they are to have dealt with it: the hand-over has a clock.

    Raises:
        NotAllowed: only supervisors assign to others; a clerk takes or hands over to a department.
        InvalidInput: nobody of that login works here, or neither was named.
        NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    login = faults.text("to", to, limit=32)
    unit = faults.text("department", department, limit=80)
    text = faults.text("note", note, limit=BODY_LIMIT, lines=True)
    day = faults.day("due_on", due_on)
    if login is None and unit is None:
        faults.add("to", N_("Name a colleague or a department."))
    if day is not None and day < desk.today:
        faults.add("due_on", N_("That day is over."))
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    payload: dict[str, Any] = {}
    if login is not None:
        if login != desk.actor.login:
            desk.require(Action.ASSIGN_OTHERS)
        payload["owner"] = _colleague(desk, login).login
    if unit is not None:
        payload["department"] = unit
    if day is not None:
        payload["due_on"] = day.isoformat()
    return happen(desk, ticket, TicketAction.ASSIGN, text=text, payload=payload)


def note(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Write down what happened or was said."""
    written = _required("note", text)
    return happen(desk, ticket_to_work_on(desk, no, seen), TicketAction.NOTE, text=written)


def respond(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> TicketHead:
    """The customer was told something for the first time; stops the first-response clock."""
    faults = Faults()
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return happen(desk, ticket_to_work_on(desk, no, seen), TicketAction.RESPOND, text=written)


def wait_for_customer(
    desk: WritingDesk, no: str, text: str, wake_on: str | date, *, seen: int | None = None
) -> TicketHead:
    """The customer was asked; the ticket wakes up on ``wake_on``, at most a week from now."""
    return _wait(desk, no, TicketAction.ASK_CUSTOMER, text, wake_on, seen)


def wait_for_third_party(
    desk: WritingDesk, no: str, text: str, wake_on: str | date, *, seen: int | None = None
) -> TicketHead:
    """Handed over in writing to somebody outside, expected back on ``wake_on``."""
    return _wait(desk, no, TicketAction.SEND_OUT, text, wake_on, seen)


def _wait(
    desk: WritingDesk,
    no: str,
    kind: TicketAction,
    text: str,
    wake_on: str | date,
    seen: int | None,
) -> TicketHead:
    faults = Faults()
    written = faults.text("note", text, required=True, limit=BODY_LIMIT, lines=True)
    day = faults.day("wake_on", wake_on, required=True)
    faults.raise_if_any()
    if day is None:
        raise RuntimeError("A checked date is missing.")
    lifecycle.check_wake_up(kind, day, desk.today)
    ticket = ticket_to_work_on(desk, no, seen)
    return happen(desk, ticket, kind, text=written, payload={"wake_on": day.isoformat()})


def answer(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> TicketHead:
    """What the ticket waited for has come, from the customer or from outside."""
    faults = Faults()
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    outside = ticket.status == TicketStatus.WAITING_THIRD_PARTY
    return happen(desk, ticket, TicketAction.BACK if outside else TicketAction.ANSWER, text=written)


def resolve(
    desk: WritingDesk,
    no: str,
    *,
    outcome: str,
    cause: str,
    liability: str | None = None,
    text: str = "",
    seen: int | None = None,
) -> TicketHead:
    """Say how it ended and why it happened.

    Raises:
        InvalidInput: outcome or cause is missing, or a complaint's liability.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    ticket = ticket_to_work_on(desk, no, seen)
    _refuse_open_case(desk, ticket)
    faults = Faults()
    got = faults.term("outcome", outcome, Outcome, required=True)
    why = faults.term("cause", cause, Cause, required=True)
    who = faults.term(
        "liability",
        liability,
        Liability,
        required=lifecycle.needs_liability(TicketKind(ticket.kind)),
    )
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    refuse_unfinished(desk, ticket, str(got))
    payload = {"outcome": got, "cause": why, "liability": who}
    return happen(desk, ticket, TicketAction.RESOLVE, text=written, payload=payload)


def close(
    desk: WritingDesk, no: str, *, informed: bool, text: str = "", seen: int | None = None
) -> TicketHead:
    """End the ticket, saying whether the customer was told."""
    faults = Faults()
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    if (case := _case_of(desk, ticket)) is not None:
        close_with_case(desk, case, informed=informed, text=written)
        return head_of(ticket)
    payload = {"customer_informed": informed}
    head = happen(desk, ticket, TicketAction.CLOSE, text=written, payload=payload)
    plan_after(desk, ticket)
    return head


def reopen(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Open it again, with a reason, within a week of closing."""
    written = _required("note", text)
    ticket = ticket_to_work_on(desk, no, seen)
    lifecycle.check_reopening(TicketStatus(ticket.status), ticket.closed_at, desk.now)
    head = happen(desk, ticket, TicketAction.REOPEN, text=written)
    cancel_planned(desk, ticket, N_("the ticket was reopened"))
    return enter_second_level(desk, ticket) if head.priority is Priority.P1 else head


def cancel(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> TicketHead:
    """Withdraw a ticket that nobody has begun to work on, with a reason."""
    written = _required("note", text)
    ticket = ticket_to_work_on(desk, no, seen)
    _refuse_open_case(desk, ticket)
    return happen(desk, ticket, TicketAction.CANCEL, text=written)


def prioritise(
    desk: WritingDesk, no: str, priority: str, text: str, *, seen: int | None = None
) -> TicketHead:
    """Raise or lower the priority, with a reason.

    Raises:
        NotAllowed: only supervisors change priorities.
        InvalidInput, NotFound, WrongState, Conflict: nothing was changed.
    """
    desk.require(Action.CHANGE_PRIORITY)
    faults = Faults()
    level = faults.term("priority", priority, Priority, required=True)
    written = faults.text("note", text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    ticket = ticket_to_work_on(desk, no, seen)
    if ticket.priority == level:
        raise InvalidInput(N_("It is {priority} already."), field="priority", priority=level)
    payload = {"priority": level}
    head = happen(desk, ticket, TicketAction.PRIORITISE, text=written, payload=payload)
    return enter_second_level(desk, ticket) if level is Priority.P1 else head


def _case_of(desk: WritingDesk, ticket: Ticket) -> OpenCase | None:
    """The return case behind a ticket, if it is one."""
    if ticket.kind != TicketKind.RETURN:
        return None
    case = case_of(desk, ticket)
    return None if case is None else OpenCase(ticket, case, lines_of(desk, case))


def _refuse_open_case(desk: WritingDesk, ticket: Ticket) -> None:
    """A return ends by its own steps: its goods and money must not be left hanging.

    Raises:
        WrongState: the case is still under way.
    """
    case = _case_of(desk, ticket)
    if case is not None and case.case.working:
        raise WrongState(
            N_("{no} is a return that is '{status}': end it by its own steps."),
            no=ticket.no,
            status=case.status,
        )


def _colleague(desk: WritingDesk, login: str) -> Staff:
    staff = desk.session.exec(select(Staff).where(Staff.login == login)).first()
    if staff is None or not staff.active or staff.login == SYSTEM:
        raise InvalidInput(N_("Nobody here has the staff number {login}."), field="to", login=login)
    return staff


def _required(field: str, text: str) -> str:
    faults = Faults()
    written = faults.text(field, text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return written or ""
