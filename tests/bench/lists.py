"""The next page of every list, with and without a filter, at a million tickets.

Held against the same SQL through sqlite3 on the same file, and against the list of a store of a
thousand: the page in the middle of the list, of as many rows in both.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any, Final

from counter import lookup
from counter import shop as shops
from counter.lookup import TicketQuery
from counter.shop import Shop
from data import pages
from data.driver import connect
from models.terms import TicketOrder, TicketView
from models.views import Span
from tests.bench.figures import Figure, table
from tests.bench.same_sql import Listening, in_turn, ratio, replayed
from tests.bench.stores import LARGE, SMALL, clerk_of, made_store, shop_in

_ROWS: Final = 100
_FEWEST: Final = 4
"""Shorter lists have no page in their middle."""

_LISTS: Final[tuple[TicketQuery, ...]] = (
    *(
        TicketQuery(view, order=order)
        for view in TicketView
        for order in TicketOrder
        if lookup.order_of(TicketQuery(view, order=order)) is order
    ),
    *(
        TicketQuery(view, text=text)
        for view in (TicketView.WORKING, TicketView.ALL)
        for text in ("{word} ", "{beginning}", "{letter}")
    ),
)
"""What is shown; the word in braces is one that many tickets hold."""


class _List:
    """One list of one store."""

    def __init__(self, shop: Shop, query: TicketQuery, word: str) -> None:
        self.shop = shop
        self.actor = clerk_of(shop)
        text = query.text.format(word=word, beginning=word[:3], letter=word[0])
        self.query = replace(query, owner_id=self.actor.id, text=text)

    def rows(self) -> int:
        """How many rows it has, counted as far as any list is."""
        with self.shop.reading(self.actor) as desk:
            return lookup.ticket_counts(desk, self.query).total.rows

    def page(self, limit: int) -> Callable[[], object]:
        """The page in the middle, as a screen asks for it."""
        span = self._middle(limit)

        def answer() -> object:
            with self.shop.reading(self.actor) as desk:
                return lookup.ticket_list(desk, self.query, span)

        return answer

    def counting(self) -> Callable[[], object]:
        """The counts, as a screen asks for them once the rows are shown."""
        key = self._middle(1).after

        def answer() -> object:
            with self.shop.reading(self.actor) as desk:
                return lookup.ticket_counts(desk, self.query, key)

        return answer

    def plain(self, limit: int) -> Callable[[], object]:
        """The same questions through sqlite3; every desk asks first who acts and where."""
        store = self.shop.places.store
        connection = connect(store.path, query_only=True)
        listening = Listening(connection, store)
        listening.one(shops._ACTOR, id=self.actor.id)
        listening.one(shops._SITE)
        pages.ticket_page(listening, self.query, self._middle(limit))
        return replayed(connection, listening)

    def _middle(self, limit: int) -> Span:
        half = min(self.rows() // 2, _ROWS * 10)
        with self.shop.reading(self.actor) as desk:
            before = lookup.ticket_list(desk, self.query, Span(max(half, 1))).rows
        key: tuple[Any, ...] | None = before[-1].key if before else None
        return Span(limit, after=key)


def measure() -> list[Figure]:
    """The figures of every list."""
    with shop_in(made_store(SMALL)) as few, shop_in(made_store(LARGE)) as many:
        word = _common_word(few)
        return [figure for query in _LISTS for figure in _figures(query, few, many, word)]


def _common_word(shop: Shop) -> str:
    """The word of four letters or more that most tickets are about."""
    with shop.reading(clerk_of(shop)) as desk:
        rows = lookup.ticket_list(desk, TicketQuery(TicketView.ALL), Span(SMALL)).rows
    words = Counter(word for row in rows for word in set(row.summary.lower().split()))
    return next(word for word, _count in words.most_common() if len(word) > 3 and word.isalpha())


def _figures(query: TicketQuery, few: Shop, many: Shop, word: str) -> list[Figure]:
    small, large = _List(few, query, word), _List(many, query, word)
    rows = min(small.rows(), large.rows())
    if rows < _FEWEST:
        return []
    limit = min(rows // 2, _ROWS)
    here, same, there = in_turn(large.page(limit), large.plain(limit), small.page(limit))
    name = f"{_name(large.query)}, {limit} rows"
    figures = [
        Figure(
            f"{name} at {LARGE:,}",
            f"{median(here) * 1000:.2f} ms",
            f"the same SQL through sqlite3, {median(same) * 1000:.2f} ms",
            ratio(here, same),
            "1.5x",
        ),
        Figure(
            f"{name}, {LARGE:,} against {SMALL:,}",
            f"{median(here) * 1000:.2f} ms",
            f"at {SMALL:,}, {median(there) * 1000:.2f} ms",
            ratio(here, there),
            "1.3x",
        ),
    ]
    (counted,) = in_turn(large.counting())
    counts = f"{median(counted) * 1000:.2f} ms"
    return [
        *figures,
        Figure(f"{_name(large.query)}: its counts, at {LARGE:,}", counts, "", None, ""),
    ]


def _name(query: TicketQuery) -> str:
    filtered = f", filter '{query.text}'" if query.text else ""
    return f"{query.view}, {lookup.order_of(query)}{filtered}"


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
