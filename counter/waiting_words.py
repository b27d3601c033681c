"""What an overdue matter waits for next, in words, and how late it is.

Nothing here imports SQLModel.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from counter.clock_words import mark, time_words
from counter.language import _
from models.messages import N_
from models.overdue_views import OverdueDetail, OverdueRow
from models.terms import (
    ClockKind,
    ComplaintStatus,
    RefundStatus,
    Remedy,
    ReturnStatus,
    TicketKind,
    TicketStatus,
)

_LEVELS: Final = (
    N_("in time"),
    N_("soon due"),
    N_("overdue"),
    N_("long overdue"),
)

_COMPLAINT: Final[Mapping[ComplaintStatus, str]] = {
    ComplaintStatus.REGISTERED: N_("an answer to the customer"),
    ComplaintStatus.ACKNOWLEDGED: N_("an investigation"),
    ComplaintStatus.INVESTIGATING: N_("a proposal"),
    ComplaintStatus.PROPOSED: N_("the customer's agreement"),
    ComplaintStatus.AGREED: N_("what was agreed"),
    ComplaintStatus.PERFORMED: N_("its end"),
    ComplaintStatus.ESCALATED: N_("a new proposal or mediation"),
    ComplaintStatus.MEDIATION: N_("the mediation"),
}

_RETURN: Final[Mapping[ReturnStatus, str]] = {
    ReturnStatus.SUBMITTED: N_("a decision"),
    ReturnStatus.REFERRED: N_("a supervisor"),
    ReturnStatus.APPROVED: N_("the goods"),
    ReturnStatus.REFUND_PENDING: N_("the payment"),
    ReturnStatus.TO_REPAIR: N_("the repair"),
}

_REMEDY: Final[Mapping[Remedy, str]] = {
    Remedy.REFUND: N_("a refund"),
    Remedy.REFUND_WITH_DEPRECIATION: N_("a refund"),
    Remedy.EXCHANGE: N_("an exchange"),
    Remedy.EXCHANGE_OTHER_MODEL: N_("an exchange"),
    Remedy.REPAIR: N_("the repair"),
    Remedy.PAID_REPAIR: N_("the repair"),
    Remedy.COMPENSATION: N_("compensation"),
}

_REFUND: Final[Mapping[RefundStatus, str]] = {
    RefundStatus.REQUESTED: N_("a supervisor"),
    RefundStatus.AUTHORISED: N_("the payment"),
    RefundStatus.FAILED: N_("another way to pay"),
}

_TICKET: Final[Mapping[TicketStatus, str]] = {
    TicketStatus.NEW: N_("somebody to take it"),
    TicketStatus.WAITING_CUSTOMER: N_("the customer"),
    TicketStatus.WAITING_THIRD_PARTY: N_("somebody outside"),
    TicketStatus.RESOLVED: N_("word to the customer"),
}


def waits_for(row: OverdueRow, detail: OverdueDetail) -> str:
    """What the matter behind a line of the board waits for."""
    said = _of_promise(row, detail) or _of_case(row, detail)
    if said is None and row.ticket_kind is TicketKind.REPAIR:
        said = N_("the repair")
    return _(said) if said else detail.department or _("its end")


def _of_promise(row: OverdueRow, detail: OverdueDetail) -> str | None:
    """What was promised beside the ticket, or to answer at all."""
    match row.clock:
        case ClockKind.CALL_BACK:
            return N_("another call") if detail.attempts else N_("a call")
        case ClockKind.REFUND | ClockKind.REFUND_STATUTORY if detail.refund:
            return _REFUND.get(detail.refund)
        case ClockKind.APPOINTMENT:
            return N_("the appointment")
        case ClockKind.HAND_OVER if detail.department:
            return detail.department  # a name: no catalogue has it
        case ClockKind.FIRST_RESPONSE if detail.status is not TicketStatus.NEW:
            return N_("an answer to the customer")
    return None


def _of_case(row: OverdueRow, detail: OverdueDetail) -> str | None:
    """What the ticket, the return or the complaint waits for."""
    if detail.status in (TicketStatus.WAITING_CUSTOMER, TicketStatus.WAITING_THIRD_PARTY):
        return _TICKET[detail.status]
    if row.ticket_kind is TicketKind.RETURN and detail.return_status:
        if detail.return_status is ReturnStatus.RECEIVED and detail.remedy:
            return _REMEDY.get(detail.remedy)
        if detail.return_status in _RETURN:
            return _RETURN[detail.return_status]
    if detail.status in _TICKET:
        return _TICKET[detail.status]
    return _COMPLAINT.get(detail.complaint) if detail.complaint else None


def level_words(level: int) -> str:
    """A level with its sign and in words: ``!! overdue``."""
    return f"{mark(level)} {_(_LEVELS[level])}".strip()


def how_late(row: OverdueRow, now: datetime) -> str:
    """``76 h 05`` late, or ``in 0 h 35`` what is left."""
    time = time_words(row.seconds // 60)
    return time if row.due_at < now else _("in {time}").format(time=time)
