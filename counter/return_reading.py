"""Looking at return cases: one whole, the lists, and which step comes next.

Nothing here imports SQLModel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from counter.desk import ReadingDesk
from counter.permissions import Action, allowed
from counter.rules.fields import ticket_number
from counter.rules.return_case import grants, possible_steps
from data import return_cases
from data.return_cases import ReturnQuery
from models.errors import NotFound
from models.messages import N_
from models.return_views import ReturnCaseDetail, ReturnRow
from models.terms import RefundStatus, Remedy, ReturnStatus, Role, TicketAction
from models.views import Counts, Page, Span

__all__ = [
    "ReturnQuery",
    "case",
    "case_counts",
    "case_list",
    "is_return_case",
    "next_step",
    "steps_now",
]


def case(desk: ReadingDesk, no: str) -> ReturnCaseDetail:
    """A return case with everything about it.

    Raises:
        InvalidInput: no number was given.
        NotFound: there is no ticket of that number, or it is no return case.
    """
    desk.require(Action.READ)
    no = ticket_number(no)
    found = return_cases.case_by_no(desk.reader, no)
    if found is None:
        raise NotFound(N_("{no} is no return that was checked here."), no=no)
    return found


def is_return_case(desk: ReadingDesk, no: str) -> bool:
    """Whether the ticket of that number is a return case."""
    desk.require(Action.READ)
    found = desk.ask.one(
        "SELECT 1 FROM ticket t JOIN return_case c ON c.ticket_id = t.id WHERE t.no = :no", no=no
    )
    return found is not None


def case_list(desk: ReadingDesk, query: ReturnQuery, span: Span) -> Page[ReturnRow]:
    """One page of a list of return cases."""
    desk.require(Action.READ)
    return return_cases.case_page(desk.reader, query, span)


def case_counts(
    desk: ReadingDesk, query: ReturnQuery, first: tuple[Any, ...] | None = None
) -> Counts:
    """How many cases a list has, and how many stand before the key ``first``."""
    desk.require(Action.READ)
    return return_cases.case_counts(desk.reader, query, first)


# --- what comes next ------------------------------------------------------------------------

_BY_REMEDY: Final = {
    Remedy.REFUND: TicketAction.REFUND,
    Remedy.REFUND_WITH_DEPRECIATION: TicketAction.REFUND,
    Remedy.EXCHANGE: TicketAction.EXCHANGE,
    Remedy.EXCHANGE_OTHER_MODEL: TicketAction.EXCHANGE,
    Remedy.REPAIR: TicketAction.REPAIR,
    Remedy.PAID_REPAIR: TicketAction.REPAIR,
    Remedy.COMPENSATION: TicketAction.COMPENSATE,
}


def is_granted(found: ReturnCaseDetail) -> bool:
    """Whether the newest decision on every line grants what is wished for."""
    return all(
        grants(line.decision.verdict, line.decision.remedies, found.remedy) for line in found.lines
    )


def next_step(found: ReturnCaseDetail) -> TicketAction | None:
    """The step that the case waits for, whoever takes it; None once it has ended."""
    match found.status:
        case ReturnStatus.SUBMITTED:
            if is_granted(found):
                return TicketAction.APPROVE
            return TicketAction.REFUSE if _is_refused(found) else TicketAction.REFER
        case ReturnStatus.REFERRED:
            return TicketAction.APPROVE
        case ReturnStatus.APPROVED:
            return TicketAction.RECEIVE
        case ReturnStatus.RECEIVED:
            return _BY_REMEDY[found.remedy] if is_granted(found) else TicketAction.GIVE_BACK
        case ReturnStatus.REFUND_PENDING:
            return _of_refunds(found)
    return None


def steps_now(found: ReturnCaseDetail, role: Role) -> Sequence[TicketAction]:
    """Every step that is possible now, the one that the case waits for first.

    Steps that only a supervisor may take are among them for everybody: a clerk takes them with the
    PIN of the supervisor beside him.
    """
    if not allowed(role, Action.HANDLE_RETURN):
        return ()
    possible = set(possible_steps(found.status)) - {TicketAction.CLOSE, TicketAction.EXPIRE}
    refunds = {one.status for line in found.lines for one in line.refunds}
    under_way = refunds & {RefundStatus.REQUESTED, RefundStatus.AUTHORISED}
    if RefundStatus.REQUESTED not in refunds:
        possible.discard(TicketAction.AUTHORISE)
    if RefundStatus.AUTHORISED not in refunds or RefundStatus.REQUESTED in refunds:
        possible.discard(TicketAction.SETTLE)
    if not under_way:
        possible.discard(TicketAction.FAIL)
    else:
        possible.discard(TicketAction.REFUND)
    if found.status is ReturnStatus.RECEIVED:
        possible -= set(_BY_REMEDY.values()) - {_BY_REMEDY[found.remedy]}
    first = next_step(found)
    order = [first] if first in possible else []
    return (*order, *(action for action in TicketAction if action in possible - {first}))


def _is_refused(found: ReturnCaseDetail) -> bool:
    return all(line.decision.verdict == "refuse" for line in found.lines)


def _of_refunds(found: ReturnCaseDetail) -> TicketAction:
    statuses = {one.status for line in found.lines for one in line.refunds}
    if RefundStatus.REQUESTED in statuses:
        return TicketAction.AUTHORISE
    return TicketAction.SETTLE if RefundStatus.AUTHORISED in statuses else TicketAction.REFUND
