"""One step of a return case: appended to its ticket's history, and what it changes written.

The only way in which a case's columns change. Steps are in ``counter.returns``,
``counter.refunds`` and ``counter.exchanges``, the rules in ``counter.rules.return_case``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlmodel import col, select

from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules import lifecycle, return_case
from counter.ticket_events import happen, ticket_to_work_on
from models.appointment import Appointment
from models.errors import NotFound
from models.messages import N_
from models.return_views import ReturnHead
from models.returns import ReturnCase, ReturnLine
from models.terms import (
    AppointmentStatus,
    Cause,
    Outcome,
    Remedy,
    ReturnMode,
    ReturnStatus,
    TicketAction,
    TicketStatus,
)
from models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case inside one operation: its rows, to be changed by :func:`step` only."""

    ticket: Ticket
    case: ReturnCase
    lines: tuple[ReturnLine, ...]

    @property
    def status(self) -> ReturnStatus:
        """Where the case stands."""
        return ReturnStatus(self.case.status)

    @property
    def head(self) -> ReturnHead:
        """What the operation gives back."""
        return ReturnHead(
            self.ticket.no, self.status, Remedy(self.case.remedy), self.ticket.version
        )


def case_to_work_on(desk: WritingDesk, no: str, seen: int | None) -> OpenCase:
    """The return case of a ticket.

    Raises:
        NotAllowed: the role may not handle returns.
        NotFound: there is no such ticket, or it is no return case.
        Conflict: it is not as the actor saw it.
    """
    desk.require(Action.HANDLE_RETURN)
    ticket = ticket_to_work_on(desk, no, seen)
    case = case_of(desk, ticket)
    if case is None:
        raise NotFound(N_("{no} is no return that was checked here."), no=ticket.no)
    return OpenCase(ticket, case, lines_of(desk, case))


def case_of(desk: WritingDesk, ticket: Ticket) -> ReturnCase | None:
    """The case behind a ticket, or None."""
    return desk.session.exec(select(ReturnCase).where(ReturnCase.ticket_id == ticket.id)).first()


def lines_of(desk: WritingDesk, case: ReturnCase) -> tuple[ReturnLine, ...]:
    """The lines of a case, in their order."""
    found = desk.session.exec(
        select(ReturnLine).where(ReturnLine.return_case_id == case.id).order_by(col(ReturnLine.id))
    )
    return tuple(found)


def step(
    desk: WritingDesk,
    open_case: OpenCase,
    kind: TicketAction,
    *,
    text: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Append one step to the history and write what it changes on the case and its lines.

    Raises:
        WrongState: the step is not possible from where the case stands; nothing was changed.
    """
    before = open_case.status
    return_case.next_status(kind, before)
    happen(desk, open_case.ticket, kind, text=text, payload=payload)
    follow(desk, open_case, kind, before, payload or {})
    if kind in _APPOINTMENTS:
        end_appointments(desk, open_case.ticket, _APPOINTMENTS[kind])


_APPOINTMENTS: Final = {
    TicketAction.RECEIVE: AppointmentStatus.DONE,
    TicketAction.REFUSE: AppointmentStatus.CANCELLED,
    TicketAction.WITHDRAW: AppointmentStatus.CANCELLED,
    TicketAction.EXPIRE: AppointmentStatus.CANCELLED,
}
"""What becomes of the appointment to pick the goods up."""


def end_appointments(
    desk: WritingDesk, ticket: Ticket, status: AppointmentStatus
) -> Sequence[Appointment]:
    """Give what was agreed upon another status; those appointments."""
    agreed = (AppointmentStatus.PROPOSED, AppointmentStatus.CONFIRMED)
    found = desk.session.exec(
        select(Appointment)
        .where(Appointment.ticket_id == ticket.id)
        .where(col(Appointment.status).in_(agreed))
        .order_by(col(Appointment.id))
    ).all()
    for one in found:
        one.status = status
        desk.session.add(one)
    desk.session.flush()
    return found


def follow(
    desk: WritingDesk,
    open_case: OpenCase,
    kind: TicketAction,
    before: ReturnStatus,
    payload: Mapping[str, Any],
) -> None:
    """Write on the case what an event of its ticket, just appended, changes."""
    status = TicketStatus(open_case.ticket.status)
    event = lifecycle.Event(kind, desk.now, status, dict(payload))
    case = open_case.case
    for name, value in return_case.changes(event, before).items():
        setattr(case, name, value)
    desk.session.add(case)
    for line in open_case.lines:
        line.counted_milli = return_case.counted(
            ReturnStatus(case.status),
            line.requested_milli,
            line.received_milli,
            waived=line.waived is not None,
        )
        desk.session.add(line)
    desk.session.flush()


def end(
    desk: WritingDesk, open_case: OpenCase, outcome: Outcome, *, text: str | None = None
) -> None:
    """Let the ticket end with its case: resolved, and closed where the customer stands there."""
    ticket = open_case.ticket
    if ticket.status == TicketStatus.WAITING_CUSTOMER:
        happen(desk, ticket, TicketAction.ANSWER)
    elif ticket.status == TicketStatus.WAITING_THIRD_PARTY:
        happen(desk, ticket, TicketAction.BACK)
    elif ticket.status == TicketStatus.NEW:
        happen(desk, ticket, TicketAction.TAKE, payload={"owner": desk.actor.login})
    cause = Cause.PRODUCT if outcome not in (Outcome.REFUSED, Outcome.NOTED) else Cause.POLICY
    happen(
        desk,
        ticket,
        TicketAction.RESOLVE,
        text=text,
        payload={"outcome": outcome, "cause": cause, "liability": None},
    )
    if open_case.case.mode == ReturnMode.COUNTER:
        close(desk, open_case, informed=True)


def close(
    desk: WritingDesk, open_case: OpenCase, *, informed: bool, text: str | None = None
) -> None:
    """Close the ticket, and a refunded case with it."""
    payload = {"customer_informed": informed}
    before = open_case.status
    happen(desk, open_case.ticket, TicketAction.CLOSE, text=text, payload=payload)
    follow(desk, open_case, TicketAction.CLOSE, before, payload)


def end_of_day(desk: WritingDesk, day: date) -> str:
    """The end of a local day as an event keeps it: the first moment that is too late."""
    later = datetime.combine(day + timedelta(days=1), time.min, desk.site.zone)
    return later.astimezone(desk.now.tzinfo).isoformat()
