"""The steps of a return on its screen: which are possible, which need words, what each becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from counter import exchanges, receiving, refunds, returns
from counter.desk import WritingDesk
from counter.language import _
from counter.permissions import Action, allowed
from counter.return_reading import is_granted, next_step, steps_now
from models.messages import N_
from models.return_views import ReturnCaseDetail
from models.terms import Remedy, ReturnMode, Role, TicketAction, TicketStatus
from screens import return_forms as forms
from screens.return_asked import Asked, Head, Known, Operation, Taking, reason_field
from screens.return_compensation import compensation

STEPS: Final[Mapping[str, TicketAction]] = MappingProxyType(
    {
        "approve": TicketAction.APPROVE,
        "refuse": TicketAction.REFUSE,
        "refer": TicketAction.REFER,
        "appeal": TicketAction.APPEAL,
        "receive": TicketAction.RECEIVE,
        "override": TicketAction.OVERRIDE,
        "refund": TicketAction.REFUND,
        "authorise": TicketAction.AUTHORISE,
        "settle": TicketAction.SETTLE,
        "fail": TicketAction.FAIL,
        "exchange": TicketAction.EXCHANGE,
        "repair": TicketAction.REPAIR,
        "give_back": TicketAction.GIVE_BACK,
        "withdraw": TicketAction.WITHDRAW,
        "ship": TicketAction.SHIP,
        "schedule": TicketAction.SCHEDULE,
        "compensate": TicketAction.COMPENSATE,
        "close": TicketAction.CLOSE,
        "note": TicketAction.NOTE,
    }
)
"""Names of the steps that the case screen offers, and what each is in the history."""

_NAMES: Final = {action: name for name, action in STEPS.items()}

_WAYS: Final = {ReturnMode.MAIL: TicketAction.SHIP, ReturnMode.PICKUP: TicketAction.SCHEDULE}


def offered(case: ReturnCaseDetail, role: Role) -> frozenset[str]:
    """Names of the steps that are possible now for somebody of that role."""
    possible = set(steps_now(case, role))
    possible -= {way for mode, way in _WAYS.items() if mode is not case.mode}
    if allowed(role, Action.HANDLE_RETURN):
        possible.add(TicketAction.COMPENSATE)
    if allowed(role, Action.WORK_TICKET):
        possible.add(TicketAction.NOTE)
        if case.ticket.status is TicketStatus.RESOLVED:
            possible.add(TicketAction.CLOSE)
    return frozenset(_NAMES[action] for action in possible if action in _NAMES)


def at_hand(case: ReturnCaseDetail) -> str | None:
    """The step that the case waits for, or else telling the customer how it ended."""
    action = next_step(case)
    if action is not None:
        return _NAMES[action]
    return "close" if case.ticket.status is TicketStatus.RESOLVED else None


# --- steps that need no words ---------------------------------------------------------------


def direct(step: str, case: ReturnCaseDetail) -> Operation | None:
    """How ``step`` is taken at once; None where something has to be typed."""
    if step == "approve" and not is_granted(case):
        return None
    if step == "exchange" and _asks_for_units(case):
        return None
    return _DIRECT.get(step)


def _asks_for_units(case: ReturnCaseDetail) -> bool:
    other = case.remedy is Remedy.EXCHANGE_OTHER_MODEL
    return other or any(line.serial_no is not None for line in case.lines)


def _approve(desk: WritingDesk, it: Taking) -> Head:
    return returns.approve(desk, it.no, approval=it.approval, seen=it.seen)


def _refer(desk: WritingDesk, it: Taking) -> Head:
    return returns.refer(desk, it.no, seen=it.seen)


def _receive(desk: WritingDesk, it: Taking) -> Head:
    return receiving.receive(desk, it.no, seen=it.seen)


def _refund(desk: WritingDesk, it: Taking) -> Head:
    return refunds.refund(desk, it.no, approval=it.approval, seen=it.seen)


def _authorise(desk: WritingDesk, it: Taking) -> Head:
    return refunds.authorise(desk, it.no, approval=it.approval, seen=it.seen)


def _settle(desk: WritingDesk, it: Taking) -> Head:
    return refunds.settle(desk, it.no, seen=it.seen)


def _exchange(desk: WritingDesk, it: Taking) -> Head:
    return exchanges.exchange(desk, it.no, seen=it.seen)


def _repair(desk: WritingDesk, it: Taking) -> Head:
    return receiving.repair(desk, it.no, seen=it.seen)


_DIRECT: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "approve": _approve,
        "refer": _refer,
        "receive": _receive,
        "refund": _refund,
        "authorise": _authorise,
        "settle": _settle,
        "exchange": _exchange,
        "repair": _repair,
    }
)


# --- what is asked --------------------------------------------------------------------------


def asked_for(step: str, known: Known) -> Asked:
    """What ``step`` asks for.

    Raises:
        KeyError: that step asks for nothing.
    """
    return _ASKED[step](known)


_Tell = Callable[..., Head]


def _told(title: str, tell: _Tell, _known: Known) -> Asked:
    """A step that asks for words only."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        return tell(desk, it.no, it.typed["reason"], seen=it.seen)

    return Asked(_(title), [reason_field()], operation)


_ASKED: Final[Mapping[str, Callable[[Known], Asked]]] = MappingProxyType(
    {
        "approve": forms.approval,
        "refuse": forms.refusal,
        "refer": partial(_told, N_("What should the supervisor know?"), returns.refer),
        "appeal": partial(_told, N_("What does the customer say against it?"), returns.appeal),
        "override": forms.exception,
        "receive": forms.taking_in,
        "refund": forms.money_back,
        "settle": forms.paid_back,
        "fail": partial(_told, N_("Why did the money not go back?"), refunds.fail),
        "exchange": forms.replacement,
        "give_back": partial(_told, N_("Why do the goods go back?"), receiving.give_back),
        "repair": partial(_told, N_("What should the repairer know?"), receiving.repair),
        "withdraw": partial(_told, N_("Why does the customer keep it?"), returns.withdraw),
        "ship": forms.parcel,
        "schedule": forms.pickup,
        "compensate": compensation,
        "note": forms.note,
        "close": forms.closing,
    }
)
