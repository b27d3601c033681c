"""The window in which a ticket list is narrowed: one choice a line, by digit or first letter."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from counter.language import _, sentence
from counter.narrowing import ANY, COMPLAINT_QUEUE, narrowing, typed_of
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.terms import Cause, Priority, Severity, TicketChannel, TicketKind
from models.ticket_filter import TicketFilter
from screens.widgets.ask import Ask
from screens.widgets.controls import Choice
from screens.widgets.dialog import open_dialog
from screens.widgets.form import ChoiceField, Field, TextField, YesNoField

if TYPE_CHECKING:
    from screens.tickets import Tickets

_ANY: Final = Choice(ANY, N_("any"))
_SHOW: Final = N_("Show")


def open_filter(screen: Tickets) -> None:
    """Ask what the list is to be narrowed to; it shows that, sorted as it was."""
    wanted = screen.ticket_query.filter
    found: list[TicketFilter] = []

    def check(values: dict[str, str]) -> dict[str, str]:
        try:
            found.append(narrowing(values))
        except InvalidInput as error:
            return {fault.field or "": sentence(fault) for fault in error.faults or (error,)}
        return {}

    def done(values: dict[str, str] | None) -> None:
        if values is not None and found:
            screen.narrow(found[-1])

    window = Ask(_("Show only"), _fields(wanted), validate=check, submit=_SHOW)
    open_dialog(screen.app, window, done)


def _fields(wanted: TicketFilter) -> list[Field]:
    typed = typed_of(wanted)
    kinds = [_ANY, Choice(COMPLAINT_QUEUE, N_("queue")), *_choices(TicketKind)]
    levels = [_ANY, *(Choice(str(level), "!" * level) for level in (1, 2, 3))]
    queue = N_("Queue: complaint, suggestion, crisis.")
    day = N_("Such as 2025-03-08.")
    return [
        ChoiceField("kind", N_("Kind"), kinds, hint=queue, value=typed["kind"]),
        _choice("priority", N_("Priority"), Priority, typed),
        ChoiceField("level", N_("Level"), levels, hint=N_("Or above it."), value=typed["level"]),
        YesNoField("late", N_("Late"), value=typed["late"]),
        _choice("severity", N_("Severity"), Severity, typed),
        _choice("class", N_("Cause"), Cause, typed),
        _choice("channel", N_("Channel"), TicketChannel, typed),
        YesNoField("authority", N_("Authority"), value=typed["authority"]),
        TextField("owner", N_("Owner"), hint=N_("A staff number."), value=typed["owner"]),
        TextField("department", N_("Department"), value=typed["department"], longest=80),
        TextField("from", N_("Opened from"), hint=day, value=typed["from"]),
        TextField("to", N_("Opened to"), hint=day, value=typed["to"]),
    ]


def _choice(name: str, title: str, terms: type[StrEnum], typed: dict[str, str]) -> ChoiceField:
    return ChoiceField(name, title, [_ANY, *_choices(terms)], value=typed[name])


def _choices(terms: type[StrEnum]) -> list[Choice]:
    return [Choice(str(term), partial(label, term)) for term in terms]
