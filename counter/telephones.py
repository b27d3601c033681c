"""A customer's telephone, masked everywhere until somebody asks for it; the asking is audited."""

from __future__ import annotations

from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules.fields import ticket_number
from data.overdue import phone_of
from models.errors import NotFound
from models.messages import N_


def telephone(desk: WritingDesk, no: str) -> str:
    """The number at which the customer of a ticket is called.

    Raises:
        NotAllowed: the role may not work on tickets.
        InvalidInput: no number of a ticket was given.
        NotFound: no customer is known, or none with a telephone.
    """
    desk.require(Action.WORK_TICKET)
    no = ticket_number(no)
    found = phone_of(desk.ask, no)
    if found is None or found[1] is None:
        raise NotFound(N_("No telephone of the customer of {no} is known."), no=no)
    desk.work.audit("customer.phone_shown", "customer", found[0], no=no)
    return found[1]
