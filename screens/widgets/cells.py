"""Widths as the terminal counts them: a Chinese character is two cells, an accent none."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from rich.cells import cell_len, chop_cells

from screens.widgets.plain import printable

Align = Literal["left", "right", "center"]

CUT: Final = "~"
"""Stands where a text was cut; ASCII, because consoles differ on how wide an ellipsis is."""


def width_of(text: str) -> int:
    """How many cells ``text`` takes on one line."""
    return cell_len(text)


_JOINER: Final = "\u200d"  # at the end of a text it would swallow whatever is drawn next


@lru_cache(maxsize=16384)
def cut(text: str, width: int) -> str:
    """``text`` on one line in at most ``width`` cells, ended by :data:`CUT` where it is longer."""
    line = printable(text).rstrip(_JOINER)
    if cell_len(line) <= width:
        return line
    if width <= 0:
        return ""
    # chop_cells never parts a double-width character or an accent from its letter.
    head = chop_cells(line, width - len(CUT))[0] if width > 1 else ""
    # A character wider than the room is all that chop_cells can return.
    return (head.rstrip(_JOINER) if cell_len(head) < width else "") + CUT


@lru_cache(maxsize=16384)
def fit(text: str, width: int, align: Align = "left") -> str:
    """``text`` on one line in exactly ``width`` cells, cut or padded with spaces."""
    line = cut(text, width)
    room = width - cell_len(line)
    if room <= 0:
        return line
    if align == "right":
        return " " * room + line
    if align == "center":
        return " " * (room // 2) + line + " " * (room - room // 2)
    return line + " " * room
