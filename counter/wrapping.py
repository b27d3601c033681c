"""Plain text in lines of so many cells, for a terminal, a slip or a notice: Chinese takes two."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CLOSING: Final = "，。；：、！？）》"
_WIDE: Final = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_PIECES: Final = rf" +|（*(?:[{_WIDE}]|[^ {_WIDE}]+)[{_CLOSING}]*"
"""Where a line may be broken: at blanks, and between wide characters but before no full stop.

Compiled when a text is laid out: most commands lay out none.
"""


def cell_len(text: str) -> int:
    """The cells ``text`` takes; Rich would tell, but importing it takes as long as all of this."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells; a longer word stands alone."""
    lines, line, taken = [], "", 0
    for piece in re.findall(_PIECES, text):
        cells, is_blank = cell_len(piece), piece.isspace()
        if line and not is_blank and taken + cells > width:
            lines.append(line.rstrip())
            line, taken = "", 0
        if line or not is_blank:
            line += piece
            taken += cells
    return [*lines, line.rstrip()]


def broken(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells; a longer word is broken where the line ends."""
    return [part for line in wrapped(text, width) for part in _cut(line, width)]


def _cut(line: str, width: int) -> list[str]:
    """A line in pieces that fit."""
    if cell_len(line) <= width:
        return [line]
    parts, part, cells = [], "", 0
    for sign in line:
        taken = cell_len(sign)
        if part and cells + taken > width:
            parts.append(part)
            part, cells = "", 0
        part, cells = part + sign, cells + taken
    return [*parts, part]
