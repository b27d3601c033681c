"""What a window of a return asks for: its fields, and the operation that they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from counter.approvals import Approval
from counter.desk import WritingDesk
from counter.language import _
from counter.ticket_events import TicketHead
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.money import from_minor, minor_digits, to_minor
from models.return_views import ReturnCaseDetail, ReturnHead, ReturnLineDetail
from screens.widgets.controls import Choice
from screens.widgets.form import ChoiceField, Field, TextField
from screens.widgets.note import NoteField

Head = ReturnHead | TicketHead
"""What a step gives back: the case, or the ticket behind it."""


class Taking(NamedTuple):
    """A step that is taken: of which case, as it was seen, and what was typed for it.

    Attributes:
        approval: the second person, where one stands at the counter.
    """

    no: str
    seen: int | None
    typed: Mapping[str, str]
    approval: Approval | None = None


Operation = Callable[[WritingDesk, Taking], Head]


@dataclass(frozen=True, slots=True)
class Asked:
    """A step's window: its question, translated, its fields, and what it becomes."""

    title: str
    fields: Sequence[Field]
    operation: Operation


@dataclass(frozen=True, slots=True)
class Known:
    """What a window begins with: the case as it was seen, and what the rules say of it.

    Attributes:
        refusal: what a customer is told who gets a no.
        questions: what is asked about the goods, by the number of their line.
    """

    case: ReturnCaseDetail
    refusal: str = ""
    questions: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def reason_field(value: str = "", height: int = 4) -> NoteField:
    """The field for the reason of a step."""
    return NoteField("reason", N_("Reason"), value=value, height=height)


def money_field(name: str, title: str, hint: str, currency: str) -> TextField:
    """A field for an amount; ``{currency}`` in its hint is the receipt's."""
    return TextField(name, title, hint=lambda: _(hint).format(currency=currency), longest=20)


def choice_field(
    name: str, title: str, terms: type[StrEnum], value: str = "", hint: str = ""
) -> ChoiceField:
    """A field for one of the terms."""
    choices = [Choice(str(term), partial(label, term)) for term in terms]
    return ChoiceField(name, title, choices, value=value, hint=hint)


def line_field(case: ReturnCaseDetail) -> list[Field]:
    """The field for the line that is meant; none where there is but one."""
    if len(case.lines) == 1:
        return []
    lines = [Choice(str(line.line_no), goods_of(line)) for line in case.lines]
    return [ChoiceField("line_no", N_("Line"), lines, value=lines[0].value)]


def goods_of(line: ReturnLineDetail) -> Callable[[], str]:
    """A line by its number and name: data, and not a message."""
    return lambda: f"{line.line_no} {line.name}"


def minor_of(typed: str, currency: str, name: str) -> int | None:
    """An amount as typed, in minor units; None where nothing was.

    Raises:
        InvalidInput: it is no amount; ``name`` is the field's.
    """
    if not typed:
        return None
    text = typed.replace(",", ".")
    try:
        minor = to_minor(text, currency)
    except ValueError:
        minor = -1
    decimals = len(text.partition(".")[2])
    if not 0 <= minor <= _MOST_MINOR or decimals > minor_digits(currency):
        example = from_minor(29900, currency)
        raise InvalidInput(N_("Write an amount such as {example}."), field=name, example=example)
    return minor


_MOST_MINOR: Final = 10**12
"""No amount at a counter is higher: a slip of the finger is told."""
