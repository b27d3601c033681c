"""The life of a complaint: which step is possible, and what the events of its ticket make of it.

A complaint has no log of its own: its steps are events of its ticket. :func:`fold` adds up a whole
history; operations write the cached columns from it and ``counter doctor`` compares them with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from counter.rules.lifecycle import Event, effective
from models.errors import WrongState
from models.messages import N_
from models.terms import (
    COMPLAINED,
    COMPLAINT_MACHINE,
    DEFAULT_PRIORITY,
    ComplaintStatus,
    CrisisStep,
    Demand,
    Outcome,
    Priority,
    Severity,
    TicketAction,
    TicketKind,
)

HIGHEST_LEVEL: Final = 3
"""The store manager's (service clocks, rule 10)."""

DETAILS: Final = (
    "complaint_class demand severity amount_claimed_minor currency authority_ref batch_no"
).split()
"""What is written down of a complaint beside its ticket; an event may set any of them."""

FOLDED: Final = ("status", "level", "proposal", "checklist", *DETAILS)
"""What the events say of a complaint."""

_SETTLED_ALONE: Final = frozenset(
    {ComplaintStatus.PROPOSED, ComplaintStatus.ESCALATED, ComplaintStatus.MEDIATION}
)
"""The customer has a say in how it ends: it is accepted first, or ends unsettled."""

_ACKNOWLEDGES: Final = frozenset({TicketAction.RESPOND, TicketAction.ASK_CUSTOMER})

_WITHOUT_CONSENT: Final = frozenset({Outcome.UNSETTLED, Outcome.REFUSED})


def next_status(action: TicketAction, status: ComplaintStatus) -> ComplaintStatus:
    """The status of the complaint that ``action`` leads to from ``status``.

    Raises:
        WrongState: the step is not possible from there.
    """
    reached = COMPLAINT_MACHINE[action].get(status)
    if reached is None:
        raise WrongState(
            N_("This complaint is '{status}'; that step is possible only from {possible}."),
            status=status,
            possible=tuple(COMPLAINT_MACHINE[action]),
        )
    return reached


def possible_steps(status: ComplaintStatus) -> frozenset[TicketAction]:
    """Every step that the status of a complaint allows."""
    return frozenset(action for action, steps in COMPLAINT_MACHINE.items() if status in steps)


def fold(events: Sequence[Event]) -> dict[str, Any]:
    """The complaint after all of ``events``, in their order, as :data:`FOLDED` names it."""
    fields: dict[str, Any] = {
        **dict.fromkeys(FOLDED),
        "status": ComplaintStatus.REGISTERED,
        "demand": Demand.OTHER,
        "severity": Severity.NORMAL,
        "level": 0,
        "checklist": [],
    }
    outcome: str | None = None
    for event in effective(events):
        if event.kind is TicketAction.RESOLVE:
            outcome = event.payload.get("outcome")
        _apply(fields, event, outcome)
    return fields


def _apply(fields: dict[str, Any], event: Event, outcome: str | None) -> None:
    status, payload = ComplaintStatus(fields["status"]), event.payload
    told = payload.get("complaint", {})
    fields |= {name: told[name] for name in DETAILS if name in told}
    match event.kind:
        case TicketAction.RESOLVE if outcome != Outcome.UNSETTLED:
            fields["status"] = ComplaintStatus.PERFORMED
        case TicketAction.CLOSE:
            unsettled = outcome == Outcome.UNSETTLED
            fields["status"] = (
                ComplaintStatus.CLOSED_UNSETTLED if unsettled else ComplaintStatus.CLOSED
            )
        case TicketAction.CANCEL | TicketAction.MERGE:
            fields["status"] = ComplaintStatus.CLOSED
        case TicketAction.REOPEN:
            fields["status"] = ComplaintStatus.INVESTIGATING
        case TicketAction.ESCALATE | TicketAction.DISPUTE:
            fields["level"] = min(fields["level"] + 1, HIGHEST_LEVEL)
        case TicketAction.LEVEL:
            fields["level"] = max(fields["level"], payload["level"])
        case TicketAction.PROPOSE:
            fields["proposal"] = payload["proposal"]
        case TicketAction.CHECK:
            step, done = payload["step"], payload["done"]
            others = [one for one in fields["checklist"] if one != step]
            fields["checklist"] = [*others, step] if done else others
        case _:
            pass
    if event.kind in COMPLAINT_MACHINE:
        fields["status"] = COMPLAINT_MACHINE[event.kind].get(status, status)
    elif status is ComplaintStatus.REGISTERED and event.kind in _ACKNOWLEDGES:
        fields["status"] = ComplaintStatus.ACKNOWLEDGED


def checklist_of(severity: Severity, priority: Priority) -> tuple[CrisisStep, ...]:
    """What has to be done, step by step, about a complaint of the first priority.

    Goods that may hurt somebody are taken out of sale and set apart; whatever the press or an
    authority asks goes to the manager and is answered.
    """
    if priority is not Priority.P1 and severity is Severity.NORMAL:
        return ()
    if severity in (Severity.SAFETY, Severity.HEALTH):
        return tuple(CrisisStep)
    if severity is Severity.AUTHORITY:
        return (CrisisStep.INFORM_MANAGER, CrisisStep.CALL_BACK, CrisisStep.INFORM_AUTHORITY)
    return (CrisisStep.INFORM_MANAGER, CrisisStep.CALL_BACK)


def check_resolving(
    status: ComplaintStatus, outcome: Outcome, missing: Collection[CrisisStep]
) -> None:
    """A complaint is not resolved over the customer's head, nor with steps of a crisis left out.

    Raises:
        WrongState: a proposal waits for an answer or was disputed, or the checklist has open steps.
    """
    if status in _SETTLED_ALONE and outcome not in _WITHOUT_CONSENT:
        raise WrongState(
            N_(
                "This complaint is '{status}': note that the customer accepts, or resolve it as "
                "unsettled or refused."
            ),
            status=status,
        )
    if missing:
        raise WrongState(
            N_("The checklist is not done: {missing}. Tick each step, saying so if not needed."),
            missing=list(missing),
        )


def least_priority(severity: Severity) -> Priority:
    """What is a matter of safety, health, press or authority comes first (service clocks, 2)."""
    return Priority.P2 if severity is Severity.NORMAL else Priority.P1


def first_priority(
    kind: TicketKind, wished: Priority | None, severity: Severity | None
) -> Priority:
    """The priority with which a ticket begins.

    Args:
        kind: of the ticket.
        wished: what a supervisor chose; None for what is usual.
        severity: of a complaint, where it is known already.
    """
    priority = wished or DEFAULT_PRIORITY[kind]
    if kind not in COMPLAINED or severity is None:
        return priority
    return min(priority, least_priority(severity))
