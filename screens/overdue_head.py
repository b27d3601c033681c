"""What stands around the lists of the overdue board: how much there is, totals, the filter."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from textual.content import Content

from counter.language import _, ngettext, number
from counter.overdue import NOBODY, Board, OverdueQuery
from counter.waiting_words import how_late, level_words
from counter.words import label, person
from models.overdue_views import Facet
from screens.overdue_bars import Bar, bar_line, bold_numbers, most_bars

_PARTS: Final = ("about", "owner_id", "level")
"""What the totals are by: fields of a query."""


def head_line(found: Board, zone: ZoneInfo, *, roomy: bool) -> Content:
    """``OVERDUE  27 late, 9 more within two hours  worst 76 h 05  renewed 10:42:09``."""
    late = ngettext("{late} late", "{late} late", len(found.late))
    soon = ngettext("{soon} more within two hours", "{soon} more within two hours", len(found.soon))
    counted = (late.format(late=number(len(found.late))), soon.format(soon=number(len(found.soon))))
    parts = [_("OVERDUE") + "  " + ", ".join(counted)]
    if found.worst is not None:
        parts.append(_("worst {time}").format(time=how_late(found.worst, found.at)))
    parts.append(_("renewed {time}").format(time=f"{found.at.astimezone(zone):%H:%M:%S}"))
    return bold_numbers(("      " if roomy else "  ").join(parts))


def bar_lines(found: Board, query: OverdueQuery, width: int, *, roomy: bool) -> Content:
    """The totals by kind, clerk and level, each in one line of ``width`` cells."""
    heads = (_("kind"), _("clerk"), _("level"))
    lines = [
        _line(head, found, query, part, width) for head, part in zip(heads, _PARTS, strict=True)
    ]
    return Content("\n\n" if roomy else "\n").join(lines)


def counts_line(found: Board, query: OverdueQuery, seen: int) -> str:
    """How many lines are in sight, what the filter is, and how many it hides."""
    counted = {"seen": number(seen), "count": number(len(found.late))}
    parts = [_("{seen} of {count} shown").format(**counted)]
    chosen = [
        word_of(found, part, value)
        for part in _PARTS
        if (value := getattr(query, part)) is not None
    ]
    if chosen:
        parts.append(_("only {what}").format(what=" + ".join(chosen)))
        hidden = ngettext("{count} hidden", "{count} hidden", found.hidden)
        parts.append(hidden.format(count=number(found.hidden)))
        parts.append(_("Esc shows all"))
    return " - ".join(parts)


def next_choice(found: Board, query: OverdueQuery, part: str) -> Any:
    """The kind, clerk or level after the one that is chosen; None after the last."""
    choices = _facet(found, part).choices
    chosen = getattr(query, part)
    at = choices.index(chosen) + 1 if chosen in choices else 0
    return choices[at] if at < len(choices) else None


def word_of(found: Board, part: str, value: Any) -> str:
    """A kind, a clerk or a level in words."""
    if part == "about":
        return label(value)
    if part == "level":
        return level_words(value)
    if value == NOBODY or value not in found.names:
        return _("nobody")
    return person(found.names[value][1])


def _line(head: str, found: Board, query: OverdueQuery, part: str, width: int) -> Content:
    bars = _bars(found, query, part, most_bars(width))
    return bar_line(head, bars, width, len(_facet(found, part).totals) - len(bars))


def _bars(found: Board, query: OverdueQuery, part: str, most: int) -> list[Bar]:
    chosen = getattr(query, part)
    return [
        Bar(word_of(found, part, total.value), total.rows, total.value == chosen)
        for total in _facet(found, part).totals[:most]
    ]


def _facet(found: Board, part: str) -> Facet:
    return {"about": found.kinds, "owner_id": found.owners, "level": found.levels}[part]
