"""Two tickets about the same matter become one; both keep their number and their history.

What is urgent stays so: the ticket that goes on keeps the first priority of either, and of two
complaints the severity that gave it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from counter.clock_keeping import history
from counter.complaint_keeping import complaint_of
from counter.desk import WritingDesk
from counter.follow_ups import cancel_planned
from counter.permissions import Action
from counter.return_events import case_of
from counter.rules.fields import Faults
from counter.ticket_events import TicketHead, happen, head_of, ticket_to_work_on
from counter.ticket_opening import BODY_LIMIT, enter_second_level
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.terms import OPEN_STATUSES, Priority, Severity, TicketAction, TicketKind
from models.ticket import Ticket


def merge(
    desk: WritingDesk, no: str, into: str, text: str = "", *, seen: int | None = None
) -> TicketHead:
    """Let a ticket go on as another one, which keeps the earlier opening of the two.

    Args:
        desk: who merges; a clerk merges tickets of one customer, a supervisor any two.
        no: the ticket that ends.
        into: the one that goes on.
        text: why.
        seen: the version of the first that the actor read.

    Returns:
        The ticket that goes on.

    Raises:
        InvalidInput: it is the same ticket.
        NotAllowed: the customers differ and the actor is no supervisor.
        WrongState: one of them is over, or the first is a return under way.
        NotFound, Conflict: nothing was changed.
    """
    faults = Faults()
    written = faults.text("note", text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    source = ticket_to_work_on(desk, no, seen)
    target = ticket_to_work_on(desk, into, None)
    if source.id == target.id:
        raise InvalidInput(N_("That is the same ticket."), field="into")
    if source.customer_id is None or source.customer_id != target.customer_id:
        desk.require(Action.ASSIGN_OTHERS)
    if target.status not in OPEN_STATUSES:
        raise WrongState(
            N_("{no} is '{status}': merge into a ticket that is worked on."),
            no=target.no,
            status=target.status,
        )
    if source.kind == TicketKind.RETURN and case_of(desk, source) is not None:
        raise WrongState(N_("{no} is a return: it ends by its own steps."), no=source.no)
    happen(desk, source, TicketAction.MERGE, text=written, payload={"into": target.no})
    cancel_planned(desk, source, N_("merged into another ticket"))
    _keep_urgent(desk, source, target)
    payload = {"from": source.no, "opened_at": _opened_at(desk, source).isoformat()}
    return happen(desk, target, TicketAction.ABSORB, text=written, payload=payload)


def _opened_at(desk: WritingDesk, source: Ticket) -> datetime:
    """When the matter began: a ticket may go on for others that were opened before it."""
    absorbed = [
        datetime.fromisoformat(event.payload["opened_at"])
        for event in history(desk.ask, head_of(source).id)
        if event.kind is TicketAction.ABSORB
    ]
    return min([source.opened_at, *absorbed])


def _keep_urgent(desk: WritingDesk, source: Ticket, target: Ticket) -> None:
    """The first priority of what ends is not lost with it; nor is what its checklist follows."""
    if source.priority != Priority.P1 or target.priority == Priority.P1:
        return
    told, kept = complaint_of(desk, source), complaint_of(desk, target)
    payload: dict[str, Any] = {"priority": Priority.P1}
    if told is None or kept is None or told.severity == Severity.NORMAL:
        happen(desk, target, TicketAction.PRIORITISE, payload=payload)
    else:
        payload["complaint"] = {"severity": told.severity}
        happen(desk, target, TicketAction.DETAIL, payload=payload)
    enter_second_level(desk, target)
