"""Totals as bars of text in one line: what each is, how long, how many; the numbers in bold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.content import Content

from counter.language import _, number
from screens.widgets.cells import cut, fit, width_of
from screens.widgets.plain import printable

HEAD: Final = 9
"""Cells of what the totals are by."""

_LONGEST: Final = 24
_LONGEST_NAME: Final = 18
_BETWEEN: Final = "   "
_LEAST: Final = len(_BETWEEN) + 2
"""Cells of the shortest total, a space and a digit, with what stands before the next one."""

_NUMBER: Final = re.compile(r"(\d[\d,.:]*)")


class Bar(NamedTuple):
    """One total: a word that is translated, or a name; ``chosen`` where it is the filter."""

    word: str
    rows: int
    chosen: bool = False


def most_bars(width: int) -> int:
    """How many totals could stand in a line at most: of a thousand clerks no more are looked at."""
    return max((width - HEAD + len(_BETWEEN)) // _LEAST, 1)


def bar_line(head: str, bars: Sequence[Bar], width: int, others: int = 0) -> Content:
    """``kind    complaint ============ 12   refund ====== 6``, cut to ``width`` cells.

    The longest bar is as long as the line allows; where even words and numbers are too many, the
    last totals are counted instead, and with them ``others`` that come after these.
    """
    room = width - HEAD
    most = most_bars(width)
    named = [bar._replace(word=cut(printable(bar.word), _LONGEST_NAME)) for bar in bars[:most]]
    others += len(bars) - len(named)
    shown = _fitting(named, room, others)
    left_out = others + len(named) - len(shown)
    longest = _longest(shown, room - _room_of_more(left_out))
    parts = [_drawn(bar, longest, max(one.rows for one in shown)) for bar in shown]
    if left_out:
        parts.append(Content.styled(_more(left_out), "dim"))
    return Content.assemble((fit(head, HEAD), "dim"), Content(_BETWEEN).join(parts))


def bold_numbers(text: str) -> Content:
    """A sentence with its numbers in bold: they are read from afar."""
    parts = _NUMBER.split(printable(text))
    return Content.assemble(
        *(
            Content.styled(part, "bold") if at % 2 else Content(part)
            for at, part in enumerate(parts)
        )
    )


def _fitting(bars: Sequence[Bar], room: int, others: int) -> list[Bar]:
    """As many totals as their words and numbers leave room for, beside ``others`` that do not."""
    shown = list(bars)
    while len(shown) > 1:
        if _needed(shown, 0) + _room_of_more(others + len(bars) - len(shown)) <= room:
            break
        del shown[-1]
    return shown


def _longest(bars: Sequence[Bar], room: int) -> int:
    """How many signs the longest bar may have; none where there is no room for any."""
    for longest in range(_LONGEST, 0, -1):
        if _needed(bars, longest) <= room:
            return longest
    return 0


def _needed(bars: Sequence[Bar], longest: int) -> int:
    most = max((bar.rows for bar in bars), default=0)
    cells = sum(
        width_of(bar.word)
        + 1
        + len(number(bar.rows))
        + 2 * bar.chosen
        + _room_of(bar, longest, most)
        for bar in bars
    )
    return cells + len(_BETWEEN) * max(len(bars) - 1, 0)


def _room_of(bar: Bar, longest: int, most: int) -> int:
    length = _length(bar, longest, most)
    return length + 1 if length else 0


def _length(bar: Bar, longest: int, most: int) -> int:
    return max(round(longest * bar.rows / most), 1) if longest and bar.rows else 0


def _drawn(bar: Bar, longest: int, most: int) -> Content:
    signs = "=" * _length(bar, longest, most)
    drawn = f" {signs} " if signs else " "
    if bar.chosen:
        return Content.styled(f"[{bar.word}{drawn}{number(bar.rows)}]", "bold reverse")
    return Content.assemble(bar.word, (drawn, "dim"), (number(bar.rows), "bold"))


def _room_of_more(left_out: int) -> int:
    return len(_BETWEEN) + width_of(_more(left_out)) if left_out else 0


def _more(count: int) -> str:
    return _("+{count} more").format(count=number(count))
