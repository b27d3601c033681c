"""What each step of a return asks for, and the operation it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Final

from counter import exchanges, receiving, refunds, returns, tickets
from counter.approvals import Approval
from counter.desk import WritingDesk
from counter.exchanges import Replacement
from counter.language import _, quantity
from counter.permissions import Action, allowed
from counter.receiving import WITHOUT_GOODS, ReceivedLine
from counter.return_reading import is_granted, steps_now
from counter.ticket_events import TicketHead
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.money import from_minor, to_minor
from models.return_views import ReturnCaseDetail, ReturnHead, ReturnLineDetail
from models.terms import (
    Remedy,
    Role,
    TenderMethod,
    TicketAction,
    TicketStatus,
)
from screens.widgets.controls import Choice
from screens.widgets.form import ChoiceField, Field, TextField, YesNoField
from screens.widgets.note import NoteField

Head = ReturnHead | TicketHead
Operation = Callable[[WritingDesk, str, int | None, dict[str, str], Approval | None], Head]
"""A step with what was typed: desk, number, version that was seen, fields, the second person."""

Direct = Callable[[WritingDesk, str, int | None, Approval | None], Head]
"""A step for which nothing has to be typed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step's window: its question, translated, its fields, and what it becomes."""

    title: str
    fields: Sequence[Field]
    operation: Operation


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
        "close": TicketAction.CLOSE,
        "note": TicketAction.NOTE,
    }
)
"""Names of the steps that the case screen offers, and what each is in the history."""


def offered(case: ReturnCaseDetail, role: Role) -> frozenset[str]:
    """Names of the steps that are possible now for somebody of that role."""
    possible = set(steps_now(case, role))
    if allowed(role, Action.WORK_TICKET):
        possible.add(TicketAction.NOTE)
        if case.ticket.status is TicketStatus.RESOLVED:
            possible.add(TicketAction.CLOSE)
    return frozenset(name for name, action in STEPS.items() if action in possible)


# --- steps that need no words ---------------------------------------------------------------


def direct(step: str, case: ReturnCaseDetail) -> Direct | None:
    """How ``step`` is taken at once; None where something has to be typed."""
    if step == "approve":
        return _approve if is_granted(case) else None
    if step == "exchange" and _asks_for_units(case):
        return None
    return _DIRECT.get(step)


def _asks_for_units(case: ReturnCaseDetail) -> bool:
    other = case.remedy is Remedy.EXCHANGE_OTHER_MODEL
    return other or any(line.serial_no is not None for line in case.lines)


def _approve(desk: WritingDesk, no: str, seen: int | None, by: Approval | None) -> Head:
    return returns.approve(desk, no, approval=by, seen=seen)


def _refer(desk: WritingDesk, no: str, seen: int | None, _by: Approval | None) -> Head:
    return returns.refer(desk, no, seen=seen)


def _receive(desk: WritingDesk, no: str, seen: int | None, _by: Approval | None) -> Head:
    return receiving.receive(desk, no, seen=seen)


def _refund(desk: WritingDesk, no: str, seen: int | None, by: Approval | None) -> Head:
    return refunds.refund(desk, no, approval=by, seen=seen)


def _authorise(desk: WritingDesk, no: str, seen: int | None, by: Approval | None) -> Head:
    return refunds.authorise(desk, no, approval=by, seen=seen)


def _settle(desk: WritingDesk, no: str, seen: int | None, _by: Approval | None) -> Head:
    return refunds.settle(desk, no, seen=seen)


def _exchange(desk: WritingDesk, no: str, seen: int | None, _by: Approval | None) -> Head:
    return exchanges.exchange(desk, no, seen=seen)


def _repair(desk: WritingDesk, no: str, seen: int | None, _by: Approval | None) -> Head:
    return receiving.repair(desk, no, seen=seen)


_DIRECT: Final[Mapping[str, Direct]] = MappingProxyType(
    {
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


def asked_for(step: str, case: ReturnCaseDetail) -> Asked:
    """What ``step`` asks for.

    Raises:
        KeyError: that step asks for nothing.
    """
    return _ASKED[step](case)


def reason_field(value: str = "", height: int = 3) -> NoteField:
    """The field for the reason of a step."""
    return NoteField("reason", N_("Reason"), value=value, height=height)


def _approval(case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], by: Approval | None
    ) -> Head:
        return returns.approve(
            desk, no, remedy=v["remedy"], reason=v["reason"], approval=by, seen=seen
        )

    fields = [_choice("remedy", N_("Remedy"), Remedy, case.remedy), reason_field()]
    return Asked(_("What is granted? A reason where the rule does not say so."), fields, operation)


_Told = Callable[..., Head]


def _told(title: str, tell: _Told, _case: ReturnCaseDetail, *, approved: bool = False) -> Asked:
    """A step that asks for a reason only."""

    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], by: Approval | None
    ) -> Head:
        more = {"approval": by} if approved else {}
        return tell(desk, no, v["reason"], seen=seen, **more)

    return Asked(_(title), [reason_field(height=4)], operation)


def _exception(case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], by: Approval | None
    ) -> Head:
        return returns.override(
            desk,
            no,
            int(v.get("line_no") or case.lines[0].line_no),
            v["remedy"],
            v["reason"],
            amount_minor=_minor(v["amount_minor"], case.currency, "amount_minor"),
            approval=by,
            seen=seen,
        )

    fields: list[Field] = []
    if len(case.lines) > 1:
        lines = [Choice(str(line.line_no), _named(line)) for line in case.lines]
        fields.append(ChoiceField("line_no", N_("Line"), lines, value=lines[0].value))
    amount = TextField(
        "amount_minor",
        N_("Amount"),
        hint=_hint_of_money(N_("In {currency}; empty: by the rule, else the price."), case),
        longest=20,
    )
    fields += [_choice("remedy", N_("Remedy"), Remedy, case.remedy), amount, reason_field()]
    return Asked(_("Decide against the verdict: what, and why?"), fields, operation)


def _taking_in(case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], _by: Approval | None
    ) -> Head:
        lines = [
            ReceivedLine(
                line.line_no,
                _changed(v[f"received-{line.line_no}"], quantity(line.requested_milli)),
                v[f"scrapped-{line.line_no}"],
                _answers(line, v),
            )
            for line in case.lines
        ]
        return receiving.receive(
            desk, no, lines, text=v["note"], waived=v.get("waived", ""), seen=seen
        )

    fields: list[Field] = []
    for line in case.lines:
        fields += _came(line, named=len(case.lines) > 1)
    if all(line.reason in WITHOUT_GOODS for line in case.lines):
        why = N_("Why nothing has to come in; else leave it empty.")
        fields.append(TextField("waived", N_("Without goods"), hint=why, longest=400))
    fields.append(NoteField("note", N_("Note"), height=2))
    return Asked(_("What came in?"), fields, operation)


LOOKS: Final = ("packaging_intact", "accessories_complete", "resale_ok", "used")
"""What is seen of the goods when they are taken in, as far as it was asked before."""

_LOOKS_WORDS: Final = {
    "packaging_intact": N_("Packaging"),
    "accessories_complete": N_("Complete"),
    "resale_ok": N_("Fit for sale"),
    "used": N_("Used"),
}


def _came(line: ReturnLineDetail, *, named: bool) -> list[Field]:
    name = _named(line)
    received = TextField(
        f"received-{line.line_no}",
        (lambda: _("Came, line {no}").format(no=line.line_no)) if named else N_("Came"),
        hint=lambda: _("{goods}: of {asked}.").format(
            goods=name(), asked=quantity(line.requested_milli)
        ),
        value=quantity(line.requested_milli).replace(",", ""),
        longest=20,
    )
    scrapped = TextField(
        f"scrapped-{line.line_no}",
        N_("To scrap"),
        hint=N_("How many cannot be sold again; empty: as answered."),
        longest=20,
    )
    looks = [
        YesNoField(
            f"{look}-{line.line_no}",
            _LOOKS_WORDS[look],
            value="yes" if line.decision.facts.get(look) else "no",
        )
        for look in LOOKS
    ]
    return [received, scrapped, *looks]


def _answers(line: ReturnLineDetail, v: Mapping[str, str]) -> dict[str, bool]:
    """What looks otherwise than it was answered."""
    found = {}
    for look in LOOKS:
        said = v[f"{look}-{line.line_no}"] == "yes"
        if said is not bool(line.decision.facts.get(look)):
            found[look] = said
    return found


def _changed(typed: str, usual: str) -> str:
    return "" if typed == usual.replace(",", "") else typed


def _money_back(case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], by: Approval | None
    ) -> Head:
        return refunds.refund(
            desk,
            no,
            method=v["method"],
            reason=v["reason"],
            freight_minor=_minor(v["freight_minor"], case.currency, "freight_minor") or 0,
            approval=by,
            seen=seen,
        )

    freight = TextField(
        "freight_minor",
        N_("Freight"),
        hint=_hint_of_money(
            N_("In {currency}: laid out by the store, borne by the customer."), case
        ),
        longest=20,
    )
    fields = [
        _choice("method", N_("Way"), TenderMethod, hint=N_("Leave it: as it was paid.")),
        TextField("reason", N_("Reason"), hint=N_("Why not as it was paid."), longest=400),
        freight,
    ]
    return Asked(_("How does the money go back?"), fields, operation)


def _paid_back(_case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], _by: Approval | None
    ) -> Head:
        return refunds.settle(desk, no, ref=v["ref"], seen=seen)

    ref = TextField("ref", N_("Reference"), hint=N_("What the terminal printed."), longest=80)
    return Asked(_("The money is back with the customer"), [ref], operation)


def _replacement(case: ReturnCaseDetail) -> Asked:
    other = case.remedy is Remedy.EXCHANGE_OTHER_MODEL

    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], _by: Approval | None
    ) -> Head:
        units = [
            Replacement(
                line.line_no,
                serial_no=v.get(f"serial_no-{line.line_no}", ""),
                sku=v.get(f"sku-{line.line_no}", ""),
            )
            for line in case.lines
        ]
        return exchanges.exchange(desk, no, units, seen=seen)

    fields: list[Field] = []
    for line in case.lines:
        name = _named(line)
        if other:
            fields.append(TextField(f"sku-{line.line_no}", N_("Article"), hint=name, longest=64))
        if line.serial_no is not None or other:
            serial = N_("New serial")
            fields.append(TextField(f"serial_no-{line.line_no}", serial, hint=name, longest=64))
    return Asked(_("Scan what goes out"), fields, operation)


def _parcel(_case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], _by: Approval | None
    ) -> Head:
        return returns.ship(desk, no, v["tracking_no"], seen=seen)

    return Asked(
        _("The parcel is on its way"),
        [TextField("tracking_no", N_("Parcel number"), longest=64)],
        operation,
    )


def _pickup(case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], _by: Approval | None
    ) -> Head:
        return returns.schedule(desk, no, v["slot_from"], v["slot_to"], v["address"], seen=seen)

    address = case.appointments[-1].address if case.appointments else None
    hint = N_("Such as 2025-03-08 14:00.")
    return Asked(
        _("When is it picked up?"),
        [
            TextField("slot_from", N_("From"), hint=hint, longest=20),
            TextField("slot_to", N_("To"), hint=hint, longest=20),
            TextField("address", N_("Address"), value=address or "", longest=400),
        ],
        operation,
    )


def _note(_case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], _by: Approval | None
    ) -> Head:
        return tickets.note(desk, no, v["note"], seen=seen)

    return Asked(_("Note"), [NoteField("note", N_("Note"))], operation)


def _closing(_case: ReturnCaseDetail) -> Asked:
    def operation(
        desk: WritingDesk, no: str, seen: int | None, v: dict[str, str], _by: Approval | None
    ) -> Head:
        if not v["informed"]:
            raise InvalidInput(N_("Please choose one."), field="informed")
        informed = v["informed"] == "yes"
        return tickets.close(desk, no, informed=informed, text=v["note"], seen=seen)

    fields: list[Field] = [YesNoField("informed", N_("Told?")), NoteField("note", N_("Note"))]
    return Asked(_("Was the customer told how it ended?"), fields, operation)


_ASKED: Final[Mapping[str, Callable[[ReturnCaseDetail], Asked]]] = MappingProxyType(
    {
        "approve": _approval,
        "refuse": partial(
            _told, N_("Why not? The customer is told this."), returns.refuse, approved=True
        ),
        "refer": partial(_told, N_("What should the supervisor know?"), returns.refer),
        "appeal": partial(_told, N_("What does the customer say against it?"), returns.appeal),
        "override": _exception,
        "receive": _taking_in,
        "refund": _money_back,
        "settle": _paid_back,
        "fail": partial(_told, N_("Why did the money not go back?"), refunds.fail),
        "exchange": _replacement,
        "give_back": partial(_told, N_("Why do the goods go back?"), receiving.give_back),
        "repair": partial(_told, N_("What should the repairer know?"), receiving.repair),
        "withdraw": partial(_told, N_("Why does the customer keep it?"), returns.withdraw),
        "ship": _parcel,
        "schedule": _pickup,
        "note": _note,
        "close": _closing,
    }
)


# --- parts of forms -------------------------------------------------------------------------


def _named(line: ReturnLineDetail) -> Callable[[], str]:
    """A line by its number and name: data, and not a message."""
    return lambda: f"{line.line_no} {line.name}"


def _choice(
    name: str, title: str, terms: type[StrEnum], value: str = "", hint: str = ""
) -> ChoiceField:
    choices = [Choice(str(term), partial(label, term)) for term in terms]
    return ChoiceField(name, title, choices, value=value, hint=hint)


def _hint_of_money(hint: str, case: ReturnCaseDetail) -> Callable[[], str]:
    return lambda: _(hint).format(currency=case.currency)


def _minor(typed: str, currency: str, field: str) -> int | None:
    """An amount as typed, in minor units; None where nothing was.

    Raises:
        InvalidInput: it is no amount.
    """
    if not typed:
        return None
    try:
        minor = to_minor(typed.replace(",", "."), currency)
    except ValueError:
        minor = -1
    if minor < 0 or from_minor(minor, currency) > _MOST:
        raise InvalidInput(
            N_("Write an amount such as {example}."),
            field=field,
            example=from_minor(29900, currency),
        )
    return minor


_MOST: Final = 10**10
"""No amount at a counter is higher."""
