"""Steps that a list takes, with the ticket under the cursor or with all that are marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from counter import tickets
from counter.desk import WritingDesk
from counter.language import _
from counter.ticket_events import TicketHead
from models.messages import N_
from models.terms import TicketAction
from screens import steps
from screens.complaint_steps import in_words
from screens.steps import WAIT_DAYS, Asked, Moment
from screens.widgets.form import TextField

ACTIONS: Final[Mapping[str, TicketAction]] = MappingProxyType(
    {**steps.STEPS, "escalate": TicketAction.ESCALATE, "hand_over": TicketAction.ASSIGN}
)
"""Names of the steps, and what each is in a ticket's life."""


def asked_for(step: str, moment: Moment) -> Asked:
    """What ``step`` asks for.

    Raises:
        KeyError: that step asks for nothing, or for more than a form.
    """
    own = _OWN.get(step)
    return own(moment) if own is not None else steps.asked_for(step, moment)


def _escalate(_moment: Moment) -> Asked:
    return in_words("escalate")


def _hand_over(moment: Moment) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return tickets.assign(
            desk, no, department=v["department"], due_on=v["due_on"], note=v["note"], seen=seen
        )

    unit = TextField("department", N_("Department"), longest=80)
    day = (moment.today + timedelta(days=WAIT_DAYS)).isoformat()
    due = TextField("due_on", N_("Done by"), hint=N_("Such as 2025-03-08."), value=day)
    return Asked(_("Which department takes it over?"), [unit, due, steps.note_field()], operation)


_OWN: Final[Mapping[str, Callable[[Moment], Asked]]] = MappingProxyType(
    {"escalate": _escalate, "hand_over": _hand_over}
)
