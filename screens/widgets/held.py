"""A list that is held in memory whole, handed to a table in the pages it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.views import Count, Counts, Page, Span
from screens.widgets.columns import RowT


def page_of(rows: Sequence[RowT], span: Span) -> Page[RowT]:
    """The rows that ``span`` names; ``rows`` stand in the order of their keys."""
    keys = [row.key for row in rows]
    if span.after is not None:
        start = keys.index(span.after) + 1
    elif span.since is not None:
        start = keys.index(span.since) if span.since in keys else 0
    elif span.before is not None:
        start = max(keys.index(span.before) - span.limit, 0)
        return Page(tuple(rows[start : keys.index(span.before)]))
    else:
        start = max(len(rows) - span.limit, 0) if span.last else 0
    return Page(tuple(rows[start : start + span.limit]))


def counts_of(rows: Sequence[RowT], first: tuple[Any, ...] | None) -> Counts:
    """How many rows there are, and how many stand before the key ``first``."""
    keys = [row.key for row in rows]
    return Counts(Count(len(rows)), place=keys.index(first) if first in keys else None)
