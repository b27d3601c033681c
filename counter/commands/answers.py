"""Answers about goods that come back, as options: what ``check`` and ``return`` have in common.

Their values are facts as the return rules read them; a wrong one is refused by those, in the same
words wherever it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from counter.rules.facts import FLAGS, NUMBERS
from counter.rules.fields import line_number
from counter.rules.goods import ANSWERS
from models.errors import InvalidInput
from models.messages import N_
from models.terms import GoodsCategory, Proof, ReturnReason
from models.text import clean_text, shortened

_WITH_OPTION: Final = frozenset({"reason", "quantity", "proof", "category", "serial_no"})

Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        "-r",
        metavar="REASON",
        show_default=False,
        help=f"Why it comes back: {', '.join(ReturnReason)}.",
    ),
]
QuantityOption = Annotated[
    str,
    typer.Option(
        "--quantity",
        "-q",
        metavar="QUANTITY",
        show_default=False,
        help="How much comes back, such as 2 or 0.35; all that is left when absent.",
    ),
]
ProofOption = Annotated[
    str,
    typer.Option(
        "--proof",
        metavar="PROOF",
        show_default=False,
        help=f"What shows the purchase: {', '.join(Proof)}; receipt when absent.",
    ),
]
CategoryOption = Annotated[
    str,
    typer.Option(
        "--category",
        metavar="CATEGORY",
        show_default=False,
        help=f"What the goods are: {', '.join(GoodsCategory)}; as the store knows when absent.",
    ),
]
SerialOption = Annotated[
    str,
    typer.Option(
        "--serial",
        metavar="SERIAL",
        show_default=False,
        help="The serial number of the unit that comes back.",
    ),
]
_FACTS: Final = f"FACT is one of: {', '.join(sorted(ANSWERS - _WITH_OPTION))}."

SetOption = Annotated[
    list[str],
    typer.Option(
        "--set",
        "-s",
        metavar="FACT=VALUE",
        show_default=False,
        help="Another answer, such as opened=true, repairs_done=2 or installed_date=2025-03-01; as "
        f"often as needed. {_FACTS}",
    ),
]
LineSetOption = Annotated[
    list[str],
    typer.Option(
        "--set",
        "-s",
        metavar="[LINE/]FACT=VALUE",
        show_default=False,
        help="Another answer, such as opened=true, or 2/opened=true for line 2 alone; as often as "
        f"needed. {_FACTS}",
    ),
]

NONE_SET: Final[list[str]] = []
"""No further answers."""


def answers_from(sets: Iterable[str], **named: str) -> dict[str, Any]:
    """The answers of one line: those with an option of their own (``named``) and all others.

    Raises:
        InvalidInput: something is no ``FACT=VALUE``, or answered twice.
    """
    answers: dict[str, Any] = {name: value for name, value in named.items() if value}
    for text in sets:
        name, value = pair(text, "set")
        if name in answers:
            raise InvalidInput(
                N_("{name} is answered twice. Leave one of the answers out."),
                field="set",
                name=shortened(name, 100),
            )
        answers[name] = _in_jsons_type(name, value)
    return answers


def answers_by_line(
    numbers: Sequence[int], sets: Iterable[str], common: Mapping[str, str]
) -> dict[int, dict[str, Any]]:
    """The answers of several lines; ``2/opened=true`` is said of line 2 alone.

    What is said of one line alone comes before what is said of all.

    Args:
        numbers: of the lines.
        sets: what was given as ``[LINE/]FACT=VALUE``.
        common: answers with options of their own, said of all.

    Raises:
        InvalidInput: something is no ``FACT=VALUE``, answered twice, or of a line not named.
    """
    of_all: list[str] = []
    of_one: dict[int, list[str]] = {number: [] for number in numbers}
    for text in sets:
        before, slash, rest = text.partition("/")
        if slash and "=" not in before:
            of_one[_among(numbers, before)].append(rest)
        else:
            of_all.append(text)
    said = answers_from(of_all, **common)
    return {number: said | answers_from(texts) for number, texts in of_one.items()}


def values_by_line(numbers: Sequence[int], texts: Iterable[str], field: str) -> dict[int, str]:
    """What ``LINE=VALUE`` says of each line; of a single line ``VALUE`` alone says it, too.

    Args:
        numbers: the lines that may be named.
        texts: as typed.
        field: the option, for an error.

    Raises:
        InvalidInput: a line is named that is none of them, or twice.
    """
    found: dict[int, str] = {}
    for text in texts:
        _name, equals, value = text.partition("=")
        if not equals and len(numbers) == 1:
            number, value = numbers[0], text
        else:
            number = _among(numbers, pair(text, field)[0])
        if number in found:
            raise InvalidInput(N_("Line {line} is named twice."), field=field, line=number)
        found[number] = value
    return found


def line_numbers(typed: str) -> list[int]:
    """The lines of a receipt named as ``1`` or ``1,3``.

    Raises:
        InvalidInput: one of them is no number of a line, or named twice.
    """
    numbers = [_number(part) for part in typed.split(",")]
    for number in numbers:
        if numbers.count(number) > 1:
            raise InvalidInput(N_("Line {line} is named twice."), field="lines", line=number)
    return numbers


def pair(text: str, field: str) -> tuple[str, str]:
    """Name and value of ``NAME=VALUE``.

    Raises:
        InvalidInput: it is none.
    """
    name, equals, value = text.partition("=")
    name = clean_text(name)
    if not equals or not name:
        raise InvalidInput(N_("'{text}' has to be written as NAME=VALUE."), field=field, text=text)
    return name, clean_text(value)


def _number(typed: str) -> int:
    number = line_number(typed)
    if number is None:
        raise InvalidInput(
            N_("'{text}' is no number of a line. Write 1, or 1,3 for several."),
            field="lines",
            text=typed,
        )
    return number


def _among(numbers: Sequence[int], typed: str) -> int:
    number = _number(typed)
    if number not in numbers:
        raise InvalidInput(
            N_("Line {line} is not among the lines that come back."), field="lines", line=number
        )
    return number


def _in_jsons_type(name: str, value: str) -> Any:
    """The value as the rules read it; what they cannot read they refuse in their own words."""
    if name in FLAGS:
        return {"true": True, "false": False}.get(value, value)
    if name in NUMBERS and value.isascii() and value.isdigit() and len(value) <= len(str(2**63)):
        return int(value)
    return value
