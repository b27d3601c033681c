"""A list that is held in memory whole, handed to a table in the pages it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.views import Count, Counts, Page, Span
from screens.widgets.columns import RowT


def page_of(rows: Sequence[RowT], span: Span) -> Page[RowT]:
    """The rows that ``span`` names, in the order of ``rows``.

    There is nothing after or before a row that vanished meanwhile; a list that begins with one
    begins anew.
    """
    if span.after is not None:
        place = _place(rows, span.after)
        start = len(rows) if place is None else place + 1
    elif span.since is not None:
        start = _place(rows, span.since) or 0
    elif span.before is not None:
        end = _place(rows, span.before) or 0
        return Page(tuple(rows[max(end - span.limit, 0) : end]))
    else:
        start = max(len(rows) - span.limit, 0) if span.last else 0
    return Page(tuple(rows[start : start + span.limit]))


def counts_of(rows: Sequence[RowT], first: tuple[Any, ...] | None) -> Counts:
    """How many rows there are, and how many stand before the key ``first``."""
    return Counts(Count(len(rows)), place=None if first is None else _place(rows, first))


def _place(rows: Sequence[RowT], key: tuple[Any, ...]) -> int | None:
    """Where the row of that key stands; rows after it are not even made."""
    for at in range(len(rows)):
        if rows[at].key == key:
            return at
    return None
