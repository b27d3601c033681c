"""What is known of something, in words: a name and what it is, one after another."""

from __future__ import annotations

from textual.content import Content

from counter.language import _
from screens.widgets.plain import plain


def fact(name: str, value: str) -> Content:
    """``name: value`` as the active language writes it, the name dim."""
    before, _value, after = _("{name}: {value}").partition("{value}")
    return Content.assemble((plain(before.format(name=name)).plain, "dim"), plain(value), after)
