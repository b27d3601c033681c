"""A slip laid out in lines of so many cells, for paper, a screen and a file alike.

What stands on it comes from people and from files: nothing of it reaches a printer or a terminal
that would be obeyed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from counter.wrapping import broken, cell_len
from models.text import clean_text


class Style(Enum):
    """How a line of a slip looks."""

    PLAIN = auto()
    BOLD = auto()
    CENTRE = auto()
    TITLE = auto()
    BIG = auto()
    RULE = auto()


class SlipLine(NamedTuple):
    """One line as it is meant; it takes as many on the paper as it needs.

    Attributes:
        value: stands at the right end, below where there is no room beside ``text``.
    """

    text: str = ""
    value: str = ""
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Slip:
    """What the customer takes along.

    Attributes:
        no: number of the case or ticket.
        title: what it is, in a few words.
        lines: everything that stands on it, its head too.
        barcode: what the barcode below holds; a list has none.
        copy: it was printed before.
    """

    no: str
    title: str
    lines: tuple[SlipLine, ...]
    barcode: str
    copy: bool


class LaidLine(NamedTuple):
    """One line on the paper, in no more cells than it has; one in ``BIG`` takes two for each."""

    text: str
    style: Style


def laid_out(slip: Slip, columns: int) -> list[LaidLine]:
    """The lines of a slip on paper of ``columns`` cells."""
    return [LaidLine(text, line.style) for line in slip.lines for text in _laid(line, columns)]


def text_of(slip: Slip, columns: int) -> str:
    """The slip as plain text of ``columns`` cells, for a screen, a terminal or a file."""
    return "\n".join(_plain(line, columns) for line in laid_out(slip, columns))


def _plain(line: LaidLine, columns: int) -> str:
    if line.style not in (Style.CENTRE, Style.TITLE, Style.BIG):
        return line.text
    return " " * ((columns - cell_len(line.text)) // 2) + line.text


def _laid(line: SlipLine, columns: int) -> Iterator[str]:
    if line.style is Style.RULE:
        yield "-" * columns
        return
    width = columns // 2 if line.style is Style.BIG else columns
    text, value = clean_text(line.text), clean_text(line.value)
    if not value:
        mark, hanging = ("- ", "  ") if text.startswith("- ") else ("", "")
        first, *rest = broken(text.removeprefix(mark), width - len(mark))
        yield f"{mark}{first}"
        yield from (f"{hanging}{more}" for more in rest)
        return
    room = width - cell_len(text) - cell_len(value)
    if room >= 1:
        yield f"{text}{' ' * room}{value}"
        return
    yield from broken(text, width)
    parts = broken(value, width - 2)
    for part in parts:
        indent = width - cell_len(part) if len(parts) == 1 else 2
        yield " " * indent + part
