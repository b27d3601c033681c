"""The life of a return case: which step is possible, and what each event changes.

The case has no log of its own: its steps are events of its ticket. :func:`changes` says what one
of them sets on the case, :func:`fold` adds up a whole history; operations write the cached columns
from :func:`changes` and ``counter doctor`` compares them with :func:`fold`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from counter.rules.lifecycle import Event
from models.errors import WrongState
from models.messages import N_
from models.terms import (
    OPEN_RETURNS,
    RETURN_MACHINE,
    RefundStatus,
    Remedy,
    ReturnStatus,
    TicketAction,
    VerdictWord,
)

FOLDED: Final = (
    "status working remedy mode freight_payer tracking_no submitted_at decided_at goods_due_on "
    "received_at due_at"
).split()
"""What the events say of a case."""


def next_status(action: TicketAction, status: ReturnStatus) -> ReturnStatus:
    """The status of the case that ``action`` leads to from ``status``.

    Raises:
        WrongState: the step is not possible from there.
    """
    reached = RETURN_MACHINE[action].get(status)
    if reached is None:
        raise WrongState(
            N_("This return is '{status}'; that step is possible only from {possible}."),
            status=status,
            possible=tuple(RETURN_MACHINE[action]),
        )
    return reached


def possible_steps(status: ReturnStatus) -> frozenset[TicketAction]:
    """Every step that the status of a case allows."""
    return frozenset(action for action, steps in RETURN_MACHINE.items() if status in steps)


def changes(event: Event, status: ReturnStatus) -> dict[str, Any]:
    """What the event sets on a case that stood at ``status``; nothing for a step that is none.

    ``due_at`` is the moment by which the next step is due, while there is one.
    """
    if event.kind not in RETURN_MACHINE:
        return {}
    reached = RETURN_MACHINE[event.kind].get(status, status)
    payload = event.payload
    fields: dict[str, Any] = {"status": reached, "working": reached in OPEN_RETURNS}
    fields |= {name: payload[name] for name in _GIVEN if name in payload}
    match event.kind:
        case TicketAction.SUBMIT:
            fields["submitted_at"] = event.at
            fields["due_at"] = _moment(payload, "due_at")
        case TicketAction.REFER | TicketAction.APPEAL:
            fields["due_at"] = _moment(payload, "due_at")
        case TicketAction.APPROVE | TicketAction.REFUSE:
            fields["decided_at"] = event.at
            fields["goods_due_on"] = _day(payload, "goods_due_on")
            fields["due_at"] = _moment(payload, "due_at")
        case TicketAction.RECEIVE:
            fields["received_at"] = event.at
            fields["due_at"] = _moment(payload, "due_at")
        case TicketAction.REFUND:
            fields["due_at"] = _moment(payload, "due_at")
    if not fields["working"]:
        fields["due_at"] = None
    return fields


_GIVEN: Final = ("remedy", "mode", "freight_payer", "tracking_no")


def _day(payload: Mapping[str, Any], name: str) -> date | None:
    given = payload.get(name)
    return date.fromisoformat(given) if given else None


def _moment(payload: Mapping[str, Any], name: str) -> datetime | None:
    given = payload.get(name)
    return datetime.fromisoformat(given) if given else None


def fold(events: Iterable[Event]) -> dict[str, Any]:
    """The case after all of ``events``, in their order; empty where none is a step of it."""
    fields: dict[str, Any] = {}
    status = ReturnStatus.DRAFT
    for event in events:
        if event.kind is not TicketAction.SUBMIT and not fields:
            continue
        if not fields:
            fields = dict.fromkeys(FOLDED)
        fields |= changes(event, status)
        status = fields["status"]
    return fields


REFUND_STEPS: Final[Mapping[TicketAction, RefundStatus]] = {
    TicketAction.REFUND: RefundStatus.REQUESTED,
    TicketAction.AUTHORISE: RefundStatus.AUTHORISED,
    TicketAction.SETTLE: RefundStatus.SETTLED,
    TicketAction.FAIL: RefundStatus.FAILED,
}
"""What each step makes of the refunds that its event names."""


def refund_statuses(events: Iterable[Event]) -> dict[str, RefundStatus]:
    """Where every refund of the case stands, by its uid."""
    found: dict[str, RefundStatus] = {}
    for event in events:
        if event.kind in REFUND_STEPS:
            found |= dict.fromkeys(event.payload.get("refunds", ()), REFUND_STEPS[event.kind])
    return found


def quantities(events: Iterable[Event]) -> tuple[dict[str, int], dict[str, int]]:
    """What was asked for of every line of the case, and what came in of it, by the line's uid.

    In thousandths; a line is not in the second one before goods were taken in.
    """
    asked: dict[str, int] = {}
    came: dict[str, int] = {}
    for event in events:
        for line in event.payload.get("lines", ()):
            if event.kind is TicketAction.SUBMIT:
                asked[line["line"]] = line["requested_milli"]
            elif event.kind is TicketAction.RECEIVE:
                came[line["line"]] = line["received_milli"]
    return asked, came


def counted(
    status: ReturnStatus, requested_milli: int, received_milli: int, *, waived: bool = False
) -> int:
    """How much of what was sold a line of a case takes, in thousandths (invariant 1).

    What was asked for while the goods are not in or need not come in, else what came; nothing once
    the customer has the goods again, or a replacement: that may come back in its turn.
    """
    if status in _AWAITING or (waived and status in _KEPT):
        return requested_milli
    return received_milli if status in _KEPT else 0


_AWAITING: Final = frozenset(
    {
        ReturnStatus.DRAFT,
        ReturnStatus.SUBMITTED,
        ReturnStatus.REFERRED,
        ReturnStatus.APPROVED,
    }
)
_KEPT: Final = frozenset(
    {
        ReturnStatus.RECEIVED,
        ReturnStatus.REFUND_PENDING,
        ReturnStatus.REFUNDED,
        ReturnStatus.CLOSED,
    }
)


REFUNDS: Final = frozenset({Remedy.REFUND, Remedy.REFUND_WITH_DEPRECIATION})
"""Remedies by which money goes back."""


def grants(verdict: VerdictWord, remedies: Iterable[str], wish: str) -> bool:
    """Whether a clerk may grant ``wish`` by the verdict alone."""
    return verdict is not VerdictWord.REFER and wish in remedies


def is_exception(
    overrides_id: int | None, remedies: Collection[str], result: Mapping[str, Any]
) -> bool:
    """Whether a supervisor decided against what the rule supports, or another amount.

    A referral that was granted as the rule supports it is none.

    Args:
        overrides_id: the decision before; None where nobody overrode.
        remedies: what the supervisor grants.
        result: the verdict as the rules gave it, with what goes back now.
    """
    if overrides_id is None:
        return False
    if not remedies or not set(remedies) <= set(result["remedies"]):
        return True
    by_rule = (result["refund_minor"] or 0) + (result.get("remainder_minor") or 0)
    payable = result.get("payable_minor")
    return payable is not None and payable != max(by_rule, 0)
