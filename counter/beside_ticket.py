"""What stands beside a ticket when it is looked at: its complaint, its clocks, its call-back.

Nothing here imports SQLModel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from counter import lookup
from counter.desk import ReadingDesk
from counter.permissions import Action
from counter.rules import complaint_case
from counter.rules.calendars import Calendar, working_time
from counter.rules.fields import ticket_number
from counter.service_versions import service_of
from data import beside_ticket as beside
from data.return_cases import compensations_of
from models.complaint_views import BesideTicket, CallRow, ClockRow, ComplaintRow, OpenCase
from models.errors import NotFound
from models.messages import N_
from models.terms import CrisisStep, Priority
from models.views import TicketDetail


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands beside a ticket, and the calendars that its clocks count by.

    Attributes:
        calendars: by the number of the version and the calendar's code.
    """

    beside: BesideTicket
    calendars: Mapping[tuple[int, str], Calendar]

    def late_seconds(self, clock: ClockRow, now: datetime) -> int:
        """How late a clock is, in the working time that counts for it; 0 before it is due."""
        if clock.due_at is None or now <= clock.due_at:
            return 0
        if clock.calendar is None:
            return int((now - clock.due_at).total_seconds())
        calendar = self.calendars[clock.service_version_no, clock.calendar]
        return working_time(calendar).between(clock.due_at, now)


def look(desk: ReadingDesk, ticket: TicketDetail) -> Looked:
    """Everything that stands beside a ticket that was read at the same desk."""
    desk.require(Action.READ)
    found = BesideTicket(
        beside.complaint_beside(desk.ask, ticket.id),
        beside.clocks_beside(desk.ask, ticket.id),
        compensations_of(desk.ask, ticket.id),
        beside.last_call(desk.ask, ticket.id),
    )
    return Looked(found, _calendars(desk, found.clocks))


def clocks(desk: ReadingDesk, no: str) -> Looked:
    """The clocks of a ticket, by its number.

    Raises:
        InvalidInput: no number was given.
        NotFound: there is no ticket of that number.
        NotAllowed: the role may not read.
    """
    desk.require(Action.READ)
    no = ticket_number(no)
    row = desk.ask.one("SELECT id FROM ticket WHERE no = :no", no=no)
    if row is None:
        raise NotFound(N_("There is no ticket {no}."), no=no)
    found = BesideTicket(clocks=beside.clocks_beside(desk.ask, row[0]))
    return Looked(found, _calendars(desk, found.clocks))


def complaint_of(desk: ReadingDesk, no: str) -> tuple[TicketDetail, BesideTicket]:
    """A complaint with its ticket.

    Raises:
        InvalidInput: no number was given.
        NotFound: there is no ticket of that number, or it is no complaint.
        NotAllowed: the role may not read.
    """
    ticket = lookup.ticket(desk, no)
    found = look(desk, ticket).beside
    if found.complaint is None:
        raise NotFound(N_("{no} is no complaint."), no=ticket.no)
    return ticket, found


def call_of(desk: ReadingDesk, no: str) -> CallRow | None:
    """The call-back about a ticket that is planned, or the last one there was."""
    desk.require(Action.READ)
    row = desk.ask.one("SELECT id FROM ticket WHERE no = :no", no=ticket_number(no))
    return beside.last_call(desk.ask, row[0]) if row is not None else None


def others(desk: ReadingDesk, ticket: TicketDetail, limit: int = 9) -> tuple[OpenCase, ...]:
    """Tickets of the same customer that the ticket could become one with, the newest first."""
    desk.require(Action.READ)
    if ticket.customer_id is None:
        return ()
    return beside.others_of_customer(desk.ask, ticket.customer_id, ticket.id, limit)


def checklist(ticket: TicketDetail, complaint: ComplaintRow | None) -> tuple[CrisisStep, ...]:
    """The steps that a complaint asks for; none for another ticket."""
    if complaint is None:
        return ()
    return complaint_case.checklist_of(complaint.severity, Priority(ticket.priority))


def _calendars(desk: ReadingDesk, clocks: tuple[ClockRow, ...]) -> dict[tuple[int, str], Calendar]:
    return {
        (clock.service_version_no, clock.calendar): service_of(
            desk.ask, clock.service_version_no
        ).calendar(clock.calendar)
        for clock in clocks
        if clock.calendar is not None
    }
