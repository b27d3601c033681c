"""What an event says beside its kind, and which events were taken back, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from counter.language import _, money
from counter.words import label
from models.terms import Cause, Outcome, Remedy, TenderMethod, TicketAction
from models.views import Correction, EventRow


def taken_back(events: Iterable[EventRow]) -> frozenset[int]:
    """Numbers of the events that a later one took back."""
    return frozenset(event.payload["event"] for event in events if event.kind is TicketAction.UNDO)


def details(event: EventRow, events: Iterable[EventRow]) -> str:
    """What changed by ``event``, one of ``events``, in a few words; empty where its kind says all.

    Text from people is among it: whoever shows it has to make it harmless.
    """
    payload = event.payload
    match event.kind:
        case TicketAction.ASSIGN:
            parts = [str(payload[name]) for name in ("owner", "department") if payload.get(name)]
        case TicketAction.ASK_CUSTOMER | TicketAction.SEND_OUT:
            parts = [_("wakes up {day}").format(day=payload["wake_on"])]
        case TicketAction.RESOLVE:
            parts = [label(Outcome(payload["outcome"])), label(Cause(payload["cause"]))]
        case TicketAction.CLOSE:
            told = payload.get("customer_informed")
            parts = [_("customer told") if told else _("customer not told")]
        case TicketAction.PRIORITISE:
            parts = [str(payload["priority"])]
        case TicketAction.CORRECT:
            parts = [_corrected(correction) for correction in event.corrections]
        case TicketAction.UNDO:
            undone = [label(other.kind) for other in events if other.no == payload["event"]]
            parts = [_("'{step}'").format(step=step) for step in undone]
        case TicketAction.EXCHANGE:
            parts = [line["serial_no"] for line in payload["lines"] if line["serial_no"]]
        case TicketAction.SHIP:
            parts = [payload["tracking_no"]]
        case TicketAction.ATTACH:
            parts = [payload["name"]]
        case _:
            parts = list(_of_return(event))
    return ", ".join(parts)


def _of_return(event: EventRow) -> Iterator[str]:
    """What a decision or a payment of a return says: remedy, amount, way, and the second person."""
    payload = event.payload
    if event.kind is TicketAction.OVERRIDE:
        yield _("line {line}").format(line=payload["line_no"])
    if event.kind in (TicketAction.APPROVE, TicketAction.OVERRIDE):
        yield label(Remedy(payload["remedy"]))
    if event.kind in _PAYING:
        yield money(payload["amount_minor"], payload["currency"])
        if payload.get("method"):
            yield label(TenderMethod(payload["method"]))
        if payload.get("ref"):
            yield str(payload["ref"])
    if payload.get("by") and payload["by"] != event.login:
        yield _("by {login}").format(login=payload["by"])


_PAYING: Final = frozenset(
    {
        TicketAction.REFUND,
        TicketAction.SETTLE,
        TicketAction.COMPENSATE,
        TicketAction.GRANT_COMPENSATION,
        TicketAction.PAY_COMPENSATION,
    }
)
"""Events that name an amount."""


def _corrected(correction: Correction) -> str:
    if correction.what == "customer":
        said, nothing = _("customer {now}, was {was}"), _("nobody")
    else:
        said, nothing = _("receipt {now}, was {was}"), _("none")
    return said.format(now=correction.now or nothing, was=correction.was or nothing)
