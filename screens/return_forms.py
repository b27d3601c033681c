"""The windows of a return that ask for more than a reason, and what their typing becomes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from counter import exchanges, receiving, refunds, returns, tickets
from counter.desk import WritingDesk
from counter.exchanges import Replacement
from counter.language import _, quantity
from counter.receiving import WITHOUT_GOODS, ReceivedLine
from counter.return_decisions import CONDITIONS
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.return_views import ReturnLineDetail
from models.terms import Remedy, TenderMethod
from screens.return_asked import (
    Asked,
    Head,
    Known,
    Taking,
    choice_field,
    goods_of,
    line_field,
    minor_of,
    money_field,
    reason_field,
)
from screens.widgets.controls import Choice
from screens.widgets.flags import NO, YES, FlagsField, Question
from screens.widgets.form import ChoiceField, Field, TextField, YesNoField
from screens.widgets.note import NoteField

# --- decisions ------------------------------------------------------------------------------


def approval(known: Known) -> Asked:
    """Granting it, with another remedy or a reason."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        return returns.approve(
            desk,
            it.no,
            remedy=it.typed["remedy"],
            reason=it.typed["reason"],
            approval=it.approval,
            seen=it.seen,
        )

    fields = [_remedy(known), reason_field()]
    return Asked(_("What is granted, and why?"), fields, operation)


def refusal(known: Known) -> Asked:
    """Saying no; what the rules say stands there to be told."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        return returns.refuse(desk, it.no, it.typed["reason"], approval=it.approval, seen=it.seen)

    fields = [reason_field(known.refusal, height=7 if known.refusal else 4)]
    return Asked(_("Why not? The customer is told this."), fields, operation)


def exception(known: Known) -> Asked:
    """A supervisor's own decision on a line."""
    case = known.case

    def operation(desk: WritingDesk, it: Taking) -> Head:
        return returns.override(
            desk,
            it.no,
            int(it.typed.get("line_no") or case.lines[0].line_no),
            it.typed["remedy"],
            it.typed["reason"],
            amount_minor=minor_of(it.typed["amount_minor"], case.currency, "amount_minor"),
            approval=it.approval,
            seen=it.seen,
        )

    amount = money_field(
        "amount_minor",
        N_("Amount"),
        N_("In {currency}; empty: by the rule, else the price."),
        case.currency,
    )
    fields = [*line_field(case), _remedy(known), amount, reason_field(height=3)]
    return Asked(_("Decide against the verdict: what, and why?"), fields, operation)


def _remedy(known: Known) -> ChoiceField:
    """What the customer gets; compensation is paid beside it and has a window of its own."""
    choices = [
        Choice(str(remedy), partial(label, remedy))
        for remedy in Remedy
        if remedy is not Remedy.COMPENSATION
    ]
    return ChoiceField("remedy", N_("Remedy"), choices, value=known.case.remedy)


# --- goods ----------------------------------------------------------------------------------

_LOOKS: Final[Mapping[str, str]] = {
    "opened": N_("opened"),
    "used": N_("used"),
    "activated": N_("activated"),
    "misuse": N_("damaged by use"),
    "packaging_intact": N_("packaging intact"),
    "accessories_complete": N_("complete"),
    "resale_ok": N_("fit for sale"),
    "tags_attached": N_("labels on"),
    "seal_intact": N_("seal unbroken"),
}
"""What somebody sees on the goods (:data:`counter.return_decisions.CONDITIONS`), in a word."""


class _Looks(FlagsField):
    """How the goods look, with an answer for each; kept with what is typed in the window."""

    def __init__(self, line: ReturnLineDetail, names: tuple[str, ...]) -> None:
        super().__init__(_name("looks", line), N_("Looks"))
        facts = line.decision.facts
        self.ask([Question(name, _LOOKS[name], _said(facts.get(name))) for name in names], {})

    @property
    def value(self) -> str:
        return ",".join(f"{name}={answer}" for name, answer in self.answers.items())

    @value.setter
    def value(self, value: str) -> None:
        self.ask(self.line.questions, _answered(value))


def taking_in(known: Known) -> Asked:
    """What came in of every line, and how it looks."""
    case = known.case

    def operation(desk: WritingDesk, it: Taking) -> Head:
        lines = [_received(line, it.typed) for line in case.lines]
        waived = it.typed.get("waived", "")
        return receiving.receive(
            desk, it.no, lines, text=it.typed["note"], waived=waived, seen=it.seen
        )

    fields: list[Field] = []
    for line in case.lines:
        fields += _came(line, known.questions.get(line.line_no, ()), len(case.lines) > 1)
    if all(line.reason in WITHOUT_GOODS for line in case.lines):
        why = N_("Why nothing has to come in; else leave it empty.")
        fields.append(TextField("waived", N_("No goods"), hint=why, longest=400))
    fields.append(NoteField("note", N_("Note"), height=2))
    return Asked(_("What came in?"), fields, operation)


def _came(line: ReturnLineDetail, questions: tuple[str, ...], named: bool) -> list[Field]:
    goods, asked = goods_of(line), quantity(line.requested_milli)
    received = TextField(
        _name("received", line),
        (lambda: _("Line {no}").format(no=line.line_no)) if named else N_("Came in"),
        hint=lambda: _("{goods}: {asked} announced.").format(goods=goods(), asked=asked),
        value=_plain(line.requested_milli),
        longest=20,
    )
    hint = N_("How many cannot be sold again; empty: as the answers say.")
    scrapped = TextField(_name("scrapped", line), N_("To scrap"), hint=hint, longest=20)
    names = tuple(name for name in CONDITIONS if name in questions)
    return [received, *([_Looks(line, names)] if names else []), scrapped]


def _received(line: ReturnLineDetail, typed: Mapping[str, str]) -> ReceivedLine:
    """What differs from what was announced; the rest is as it was answered."""
    came = typed[_name("received", line)]
    looks = _answered(typed.get(_name("looks", line), ""))
    facts = line.decision.facts
    return ReceivedLine(
        line.line_no,
        "" if came == _plain(line.requested_milli) else came,
        typed[_name("scrapped", line)],
        {name: answer == YES for name, answer in looks.items() if answer != _said(facts.get(name))},
    )


def _answered(value: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in value.split(",") if pair)
    return {name: answer for name, _sign, answer in pairs}


def _said(fact: object) -> str:
    return YES if fact else NO


def _plain(milli: int) -> str:
    return quantity(milli).replace(",", "")


def _name(field: str, line: ReturnLineDetail) -> str:
    """The name of a field that every line has."""
    return f"{field}-{line.line_no}"


def replacement(known: Known) -> Asked:
    """What goes out in exchange: article and serial number of the new unit."""
    case = known.case
    other = case.remedy is Remedy.EXCHANGE_OTHER_MODEL

    def operation(desk: WritingDesk, it: Taking) -> Head:
        units = [
            Replacement(
                line.line_no,
                serial_no=it.typed.get(_name("serial_no", line), ""),
                sku=it.typed.get(_name("sku", line), ""),
            )
            for line in case.lines
        ]
        return exchanges.exchange(desk, it.no, units, seen=it.seen)

    fields: list[Field] = []
    for line in case.lines:
        goods = goods_of(line)
        if other:
            fields.append(TextField(_name("sku", line), N_("Article"), hint=goods, longest=64))
        title = N_("New serial")
        fields.append(TextField(_name("serial_no", line), title, hint=goods, longest=64))
    return Asked(_("Scan what goes out"), fields, operation)


# --- the way back ---------------------------------------------------------------------------


def parcel(_known: Known) -> Asked:
    """The number of the parcel."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        return returns.ship(desk, it.no, it.typed["tracking_no"], seen=it.seen)

    number = TextField("tracking_no", N_("Parcel no."), longest=64)
    return Asked(_("The parcel is on its way"), [number], operation)


def pickup(known: Known) -> Asked:
    """When and where the goods are picked up."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        typed = it.typed
        return returns.schedule(
            desk, it.no, typed["slot_from"], typed["slot_to"], typed["address"], seen=it.seen
        )

    appointments = known.case.appointments
    address = appointments[-1].address if appointments else None
    hint = N_("Such as 2025-03-08 14:00.")
    fields = [
        TextField("slot_from", N_("From"), hint=hint, longest=20),
        TextField("slot_to", N_("To"), hint=hint, longest=20),
        TextField("address", N_("Address"), value=address or "", longest=400),
    ]
    return Asked(_("When is it picked up?"), fields, operation)


# --- money ----------------------------------------------------------------------------------


def money_back(known: Known) -> Asked:
    """Another way than it was paid, and freight that the customer bears."""
    currency = known.case.currency

    def operation(desk: WritingDesk, it: Taking) -> Head:
        freight = minor_of(it.typed["freight_minor"], currency, "freight_minor")
        return refunds.refund(
            desk,
            it.no,
            method=it.typed["method"],
            reason=it.typed["reason"],
            freight_minor=freight or 0,
            approval=it.approval,
            seen=it.seen,
        )

    fields = [
        choice_field("method", N_("Way"), TenderMethod, hint=N_("Leave it: as it was paid.")),
        TextField("reason", N_("Reason"), hint=N_("Why not as it was paid."), longest=400),
        money_field(
            "freight_minor",
            N_("Freight"),
            N_("In {currency}: laid out by the store, borne by the customer."),
            currency,
        ),
    ]
    return Asked(_("How does the money go back?"), fields, operation)


def paid_back(_known: Known) -> Asked:
    """What the terminal or the till printed."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        return refunds.settle(desk, it.no, ref=it.typed["ref"], seen=it.seen)

    ref = TextField("ref", N_("Reference"), hint=N_("What the terminal printed."), longest=80)
    return Asked(_("The money is back with the customer"), [ref], operation)


# --- of any ticket --------------------------------------------------------------------------


def note(_known: Known) -> Asked:
    """Words for the history."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        return tickets.note(desk, it.no, it.typed["note"], seen=it.seen)

    return Asked(_("Note"), [NoteField("note", N_("Note"))], operation)


def closing(_known: Known) -> Asked:
    """Whether the customer was told how it ended."""

    def operation(desk: WritingDesk, it: Taking) -> Head:
        if not it.typed["informed"]:
            raise InvalidInput(N_("Please choose one."), field="informed")
        informed = it.typed["informed"] == YES
        return tickets.close(desk, it.no, informed=informed, text=it.typed["note"], seen=it.seen)

    fields: list[Field] = [YesNoField("informed", N_("Told?")), NoteField("note", N_("Note"))]
    return Asked(_("Was the customer told how it ended?"), fields, operation)
