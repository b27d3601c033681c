"""What each step of a ticket's life asks for, and the operation it becomes.

The window of one ticket and the one for many marked tickets ask the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Final

from counter import tickets
from counter.approvals import Approval
from counter.desk import WritingDesk
from counter.language import _
from counter.ticket_events import TicketHead
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.terms import Cause, Liability, Outcome, Priority, TicketAction
from screens.widgets.controls import Choice
from screens.widgets.form import ChoiceField, Field, TextField, YesNoField
from screens.widgets.note import NoteField

Operation = Callable[[WritingDesk, str, int | None, dict[str, str]], TicketHead]
"""A step with what was typed: desk, the ticket's number, the version that was seen, the fields."""

Approved = Callable[[WritingDesk, str, int | None, dict[str, str], Approval], TicketHead]
"""The same with a second person's word."""

STEPS: Final[Mapping[str, TicketAction]] = MappingProxyType(
    {
        "take": TicketAction.TAKE,
        "assign": TicketAction.ASSIGN,
        "note": TicketAction.NOTE,
        "respond": TicketAction.RESPOND,
        "wait": TicketAction.ASK_CUSTOMER,
        "send_out": TicketAction.SEND_OUT,
        "answer": TicketAction.ANSWER,
        "resolve": TicketAction.RESOLVE,
        "close": TicketAction.CLOSE,
        "reopen": TicketAction.REOPEN,
        "cancel": TicketAction.CANCEL,
        "priority": TicketAction.PRIORITISE,
        "correct": TicketAction.CORRECT,
    }
)
"""Names of the steps that screens offer, and what each is in a ticket's life."""

WAIT_DAYS: Final = 3
"""Days until a waiting ticket wakes up, unless something else is typed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the fields of a step depend on.

    Attributes:
        today: the shop's date.
        people: logins and names of those it may be assigned to; empty for who may not assign.
        asks_liability: a complaint is among the tickets.
        priority: the priority that stands there, if there is one.
    """

    today: date
    people: Sequence[tuple[str, str]] = ()
    asks_liability: bool = False
    priority: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step's window: its question, translated, its fields, and what it becomes.

    Attributes:
        approved: what it becomes with a second person's word; None where it takes none.
    """

    title: str
    fields: Sequence[Field]
    operation: Operation
    approved: Approved | None = None


def asked_for(step: str, moment: Moment) -> Asked:
    """What ``step`` asks for.

    Raises:
        KeyError: that step asks for nothing, or for more than a form.
    """
    return _ASKED[step](moment)


def take(desk: WritingDesk, no: str, seen: int | None) -> TicketHead:
    """Become the owner: the one step that asks for nothing."""
    return tickets.take(desk, no, seen=seen)


def _assign(moment: Moment) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return tickets.assign(
            desk,
            no,
            to=v.get("to") or None,
            department=v["department"],
            note=v["note"],
            due_on=v["due_on"] or None,
            seen=seen,
        )

    choices = [Choice(login, said_as(name)) for login, name in moment.people]
    to: list[Field] = [ChoiceField("to", N_("To"), choices)] if choices else []
    unit = TextField("department", N_("Department"), longest=80)
    due = TextField("due_on", N_("By"), hint=N_("They deal with it until then: 2025-03-08."))
    return Asked(_("Assign"), [*to, unit, due, note_field()], operation)


def _wait(moment: Moment, *, outside: bool = False) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        wait = tickets.wait_for_third_party if outside else tickets.wait_for_customer
        return wait(desk, no, v["note"], v["wake_on"], seen=seen)

    day = (moment.today + timedelta(days=WAIT_DAYS)).isoformat()
    title = _("What was sent out, and to whom?") if outside else _("What was the customer asked?")
    wakes = TextField("wake_on", N_("Wakes up on"), hint=N_("Such as 2025-03-08."), value=day)
    return Asked(title, [note_field(), wakes], operation)


def _resolve(moment: Moment) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return tickets.resolve(
            desk,
            no,
            outcome=v["outcome"],
            cause=v["cause"],
            liability=v.get("liability"),
            text=v["note"],
            seen=seen,
        )

    fields: list[Field] = [
        choice("outcome", N_("Outcome"), Outcome),
        choice("cause", N_("Cause"), Cause),
    ]
    if moment.asks_liability:
        fields.append(choice("liability", N_("Liability"), Liability))
    return Asked(_("How did it end?"), [*fields, note_field(3)], operation)


def _close(_moment: Moment) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        if not v["informed"]:
            raise InvalidInput(N_("Please choose one."), field="informed")
        return tickets.close(desk, no, informed=v["informed"] == "yes", text=v["note"], seen=seen)

    fields: list[Field] = [YesNoField("informed", N_("Told?")), note_field()]
    return Asked(_("Was the customer told how it ended?"), fields, operation)


def _priority(moment: Moment) -> Asked:
    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return tickets.prioritise(desk, no, v["priority"], v["note"], seen=seen)

    field = choice("priority", N_("Priority"), Priority, value=moment.priority)
    return Asked(_("Priority"), [field, note_field()], operation)


Told = Callable[..., TicketHead]


def told(title: str, tell: Told, _moment: object = None) -> Asked:
    """A step that asks for words only; the title is an untranslated message."""

    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        return tell(desk, no, v["note"], seen=seen)

    return Asked(_(title), [note_field()], operation)


_ASKED: Final[Mapping[str, Callable[[Moment], Asked]]] = MappingProxyType(
    {
        "assign": _assign,
        "note": partial(told, N_("Note"), tickets.note),
        "respond": partial(told, N_("What was the customer told?"), tickets.respond),
        "wait": _wait,
        "send_out": partial(_wait, outside=True),
        "answer": partial(told, N_("What came?"), tickets.answer),
        "resolve": _resolve,
        "close": _close,
        "reopen": partial(told, N_("Why is it opened again?"), tickets.reopen),
        "cancel": partial(told, N_("Why is it withdrawn?"), tickets.cancel),
        "priority": _priority,
    }
)


def note_field(height: int = 4) -> NoteField:
    """The field for words, with an input method or without; lower beside many choices."""
    return NoteField("note", N_("Note"), height=height)


def said_as(text: str) -> Callable[[], str]:
    """A word that is data and not a message: a person's name."""
    return lambda: text


def choice(name: str, title: str, terms: type[StrEnum], value: str = "") -> ChoiceField:
    """The field for one of the terms."""
    choices = [Choice(str(term), partial(label, term)) for term in terms]
    return ChoiceField(name, title, choices, value=value)
