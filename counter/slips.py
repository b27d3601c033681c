"""The slip that a customer takes along: for a return at any step, and for any other ticket.

Everything on it is read from the store when it is asked for, in the active language. A slip that
was printed before says that it is a copy. Nothing here imports SQLModel.
"""

from __future__ import annotations

from typing import Final

from counter.desk import ReadingDesk, WritingDesk
from counter.language import _, full_day, moment
from counter.permissions import Action
from counter.return_slips import return_part
from counter.rules.fields import ticket_number
from counter.slip_layout import Slip, SlipLine, Style, laid_out, text_of
from counter.slip_sheet import Sheet
from counter.words import label
from data.records import ticket_by_no, times_audited
from data.return_cases import case_by_no
from models.errors import NotFound
from models.messages import N_
from models.terms import TicketStatus
from models.text import clean_text, shortened
from models.views import TicketDetail

__all__ = ["Slip", "SlipLine", "Style", "laid_out", "record_print", "slip_for", "text_of"]

_PRINTED: Final = "slip.print"
"""What the audit calls it."""

_SAID_LIMIT: Final = 600
"""Characters of what the customer said: a slip is no letter."""


def slip_for(desk: ReadingDesk, no: str) -> Slip:
    """The slip about a ticket as it stands now.

    Raises:
        NotAllowed: the role may not read tickets.
        InvalidInput: no number was given.
        NotFound: there is no ticket of that number.
    """
    desk.require(Action.READ)
    no = ticket_number(no)
    ticket = ticket_by_no(desk.reader, no)
    if ticket is None:
        raise NotFound(N_("There is no ticket {no}."), no=no)
    case = case_by_no(desk.reader, no)
    copy = times_audited(desk.ask, ticket.uid, _PRINTED) > 0
    title = label(ticket.kind)
    title = title[:1].upper() + title[1:]
    sheet = Sheet()
    _head(sheet, desk, ticket, title, copy=copy)
    if case is None:
        _ticket_part(sheet, ticket)
    else:
        return_part(sheet, desk, case)
    _foot(sheet)
    return Slip(ticket.no, title, tuple(sheet.lines), ticket.no, copy)


def record_print(desk: WritingDesk, no: str) -> int:
    """Note in the audit that the slip was printed; how often it was by now.

    Raises:
        NotAllowed: the role may not work on tickets.
        InvalidInput: no number was given.
        NotFound: there is no ticket of that number.
    """
    desk.require(Action.WORK_TICKET)
    no = ticket_number(no)
    found = desk.ask.one("SELECT uid FROM ticket WHERE no = :no", no=no)
    if found is None:
        raise NotFound(N_("There is no ticket {no}."), no=no)
    desk.work.audit(_PRINTED, "ticket", found[0], no=no)
    return times_audited(desk.ask, found[0], _PRINTED)


def _head(sheet: Sheet, desk: ReadingDesk, ticket: TicketDetail, title: str, *, copy: bool) -> None:
    sheet.say(desk.site.name, Style.TITLE)
    sheet.say(title, Style.CENTRE)
    sheet.say(ticket.no, Style.BIG)
    if copy:
        sheet.say(_("COPY"), Style.TITLE)
    sheet.gap()
    sheet.pair(_("Printed"), moment(desk.now, desk.site.zone))
    sheet.pair(_("Served by"), desk.actor.name)
    if ticket.customer is not None:
        sheet.pair(_("Customer"), ticket.customer)
    if ticket.phone_masked is not None:
        sheet.pair(_("Telephone"), ticket.phone_masked)
    if ticket.receipt_no is not None:
        sheet.pair(_("Receipt"), ticket.receipt_no)
    sheet.pair(_("Opened"), moment(ticket.opened_at, desk.site.zone))
    sheet.rule()


def _foot(sheet: Sheet) -> None:
    sheet.rule()
    sheet.say(_("Please keep this slip and name its number when you ask."))


# --- a ticket that is no return case --------------------------------------------------------


def _ticket_part(sheet: Sheet, ticket: TicketDetail) -> None:
    sheet.say(ticket.summary, Style.BOLD)
    said = shortened(clean_text(ticket.body or "", lines=True), _SAID_LIMIT)
    for line in said.splitlines():
        sheet.say(line)
    sheet.heading(_("What happens next"))
    sheet.say(_next_of(ticket))


def _next_of(ticket: TicketDetail) -> str:
    """What the customer hears, and when."""
    day = full_day(ticket.wake_on) if ticket.wake_on is not None else None
    match ticket.status:
        case TicketStatus.WAITING_CUSTOMER if day is not None:
            return _("We wait for your answer and ask again on {day}.").format(day=day)
        case TicketStatus.WAITING_THIRD_PARTY if day is not None:
            return _("It is with our partner. You hear from us on {day} at the latest.").format(
                day=day
            )
        case TicketStatus.RESOLVED | TicketStatus.CLOSED if ticket.outcome is not None:
            return _("This is done: {outcome}.").format(outcome=label(ticket.outcome))
        case TicketStatus.MERGED if ticket.merged_into is not None:
            return _("Goes on as {no}.").format(no=ticket.merged_into)
        case TicketStatus.CANCELLED:
            return _("This was cancelled.")
    return _("We look into it and tell you as soon as we know more.")
