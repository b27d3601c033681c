"""Which steps have keys now: what the ticket, its complaint and the role allow."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from counter.beside_ticket import checklist
from counter.desk import Actor
from counter.permissions import Action, allowed
from counter.rules.complaint_case import HIGHEST_LEVEL, possible_steps
from counter.rules.lifecycle import possible_actions
from models.complaint_views import BesideTicket
from models.terms import CompensationStatus, Priority, TicketAction, TicketKind, TicketStatus
from models.views import TicketDetail
from screens.steps import STEPS

OF_COMPLAINT: Final = MappingProxyType(
    {
        "investigate": TicketAction.INVESTIGATE,
        "propose": TicketAction.PROPOSE,
        "accept": TicketAction.ACCEPT,
        "dispute": TicketAction.DISPUTE,
        "mediate": TicketAction.MEDIATE,
        "perform": TicketAction.PERFORM,
        "escalate": TicketAction.ESCALATE,
        "detail": TicketAction.DETAIL,
        "check": TicketAction.CHECK,
    }
)
"""Names of the steps that complaints alone have, and what each is in a ticket's life."""

BESIDE: Final = MappingProxyType(
    {
        "urgent": TicketAction.PRIORITISE,
        "merge": TicketAction.MERGE,
        "compensate": TicketAction.COMPENSATE,
    }
)
"""Steps of every ticket that lead to a window of their own kind."""


def offered(name: str, ticket: TicketDetail, beside: BesideTicket, actor: Actor) -> bool:
    """Whether the step of that name can be taken now, by who is signed in."""
    if not allowed(actor.role, Action.WORK_TICKET):
        return False
    possible = possible_actions(ticket.status)
    if name in OF_COMPLAINT:
        return OF_COMPLAINT[name] in possible and _of_complaint(name, ticket, beside)
    if name in BESIDE:
        return BESIDE[name] in possible and _beside(name, ticket, beside, actor)
    if name == "priority" and not allowed(actor.role, Action.CHANGE_PRIORITY):
        return False
    if name == "take" and ticket.owner == actor.login:
        return ticket.status is TicketStatus.NEW
    if name == "respond" and ticket.first_response_at is not None:
        return False
    if name == "answer":
        return TicketAction.ANSWER in possible or TicketAction.BACK in possible
    return STEPS[name] in possible


def _of_complaint(name: str, ticket: TicketDetail, beside: BesideTicket) -> bool:
    complaint = beside.complaint
    if complaint is None or OF_COMPLAINT[name] not in possible_steps(complaint.status):
        return False
    if name == "escalate":
        return complaint.level < HIGHEST_LEVEL
    return name != "check" or bool(checklist(ticket, beside.complaint))


def _beside(name: str, ticket: TicketDetail, beside: BesideTicket, actor: Actor) -> bool:
    if name == "urgent":
        return ticket.priority is not Priority.P1
    if name == "compensate":
        if ticket.kind is TicketKind.RETURN or not allowed(actor.role, Action.HANDLE_RETURN):
            return False  # a return has its own key for it
        is_granted = any(row.status is CompensationStatus.APPROVED for row in beside.compensations)
        return ticket.status is not TicketStatus.CANCELLED or is_granted
    return True
