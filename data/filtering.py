"""Lists that show only what holds the words typed: as fast for common words as for rare ones.

The full-text index names every row that holds a word. Where these are few, the list is read from
them. Where they are many, that would be a million rows for each page: there the list itself is read
in its order, row by row, and each is looked at; a page of a common word is soon full.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from data.listing import (
    Listing,
    RowT,
    count_list,
    count_rows,
    keys_of,
    read_page,
    read_rows,
)
from data.matching import MOST_WORDS, parts_of, quoted, without_accents, words_beginning
from data.reading import Reader
from models.text import is_written_without_spaces, search_phrases
from models.views import Count, Counts, Page, Span

FEW: Final = 10_000
"""Rows that the full-text index may name: sorting them anew for each page takes 10 ms."""

LOOKED_AT: Final = 10_000
"""Rows that are looked at one by one: 35 ms. Words on one row in a hundred fill a page by then."""

GLIMPSED: Final = 200
"""Rows that are looked at first: where one in ten holds the words, the index is not asked."""

_FULL: Final = 100
"""Found so many, the number is worth saying without counting on: a page of the list."""

_MERGED: Final = " *"


@dataclass(frozen=True, slots=True)
class Filter:
    """What was typed: phrases of words that a row must hold.

    Attributes:
        phrases: each the words of one phrase, as the index keeps them.
        is_open: the last word may go on.
    """

    phrases: tuple[tuple[str, ...], ...]
    is_open: bool

    @classmethod
    def of(cls, typed: str) -> Filter:
        """The filter that was typed; without phrases where it holds no word."""
        found = (map(without_accents, parts_of(words)) for words in search_phrases(typed))
        phrases = tuple(parts for words in found if (parts := tuple(words)))
        whole = typed.endswith(" ") or not phrases or is_written_without_spaces(phrases[-1][-1])
        return cls(phrases, is_open=not whole)

    def test(self) -> Callable[[str], bool]:
        """What tells of a row's search text whether the full-text index would name the row."""
        sought = [f" {' '.join(phrase)} " for phrase in self.phrases]
        if self.is_open:
            sought[-1] = sought[-1].rstrip()

        def holds(text: str) -> bool:
            if not text.isascii() and not unicodedata.is_normalized("NFD", text):
                text = without_accents(text)
            words = f" {text.replace('_', ' ')} "
            for phrase in sought:  # noqa: SIM110  twice as fast as all(), and asked of every row
                if phrase not in words:
                    return False
            return True

        return holds

    @property
    def _whole(self) -> tuple[tuple[str, ...], ...]:
        return self.phrases[:-1] if self.is_open else self.phrases

    def expression(self, reader: Reader, table: str) -> str:
        """The filter for ``table``'s full-text index, with the words that the open one may become.

        Where those are too many to be named it ends in a star: SQLite first merges the rows of all
        of them, which takes a tenth of a second for a letter at a million tickets.
        """
        wanted = [quoted(list(phrase)) for phrase in self._whole]
        if self.is_open:
            *head, last = self.phrases[-1]
            words = words_beginning(reader, table, last)
            if len(words) < MOST_WORDS:
                named = " OR ".join(quoted([*head, word]) for word in words or [last])
                wanted.append(f"({named})")
            else:
                wanted.append(f"{quoted([*head, last])}{_MERGED}")
        return " AND ".join(wanted)


def read_filtered(
    reader: Reader,
    listing: Listing,
    wanted: Filter,
    span: Span,
    row: Callable[[tuple[Any, ...]], RowT],
) -> Page[RowT]:
    """One page of the rows of ``listing`` that hold the words."""
    found = _found(reader, listing, wanted, span)
    if found is not None:
        return read_rows(reader, listing, found, row)
    return read_page(reader, _named(listing, wanted.expression(reader, listing.table)), span, row)


def count_filtered(
    reader: Reader, listing: Listing, wanted: Filter, first: tuple[Any, ...] | None
) -> Counts:
    """How many rows of ``listing`` hold the words, how many do not, and the place of a key."""
    expression = wanted.expression(reader, listing.table)
    if _names_few(reader, listing, expression):
        counts = count_list(reader, _named(listing, expression), first)
        everything = count_rows(reader, listing)
        return replace(counts, hidden=less(everything, counts.total))
    total, hidden = _look(reader, listing, wanted, Span(LOOKED_AT))
    if total.more and total.rows < _FULL:
        total = count_rows(reader, _named(listing, expression))
    place = None
    if first is not None:
        before, _others = _look(reader, listing, wanted, Span(LOOKED_AT, before=first))
        place = None if before.more else before.rows
    return Counts(total, hidden, place)


def less(everything: Count, shown: Count) -> Count:
    """How many of ``everything`` are not ``shown``, as far as that is known."""
    return Count(max(everything.rows - shown.rows, 0), everything.more)


def _names_few(reader: Reader, listing: Listing, expression: str) -> bool:
    """Whether the index names few rows; not asked where the answer alone would take long."""
    if expression.endswith(_MERGED):
        return False
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {_matches(listing)} LIMIT :most) AS counted"
    return int(reader.value(sql, match=expression, most=FEW + 1)) <= FEW


def _named(listing: Listing, expression: str) -> Listing:
    """The list of those rows only that the index names."""
    return replace(
        listing,
        conditions=(
            *listing.conditions,
            f"{listing.table}.id IN (SELECT rowid FROM {_matches(listing)})",
        ),
        values={**listing.values, "match": expression},
    )


def _matches(listing: Listing) -> str:
    index = f"{listing.table}_search"
    return f"{index} WHERE {index} MATCH :match"


# --- row by row -----------------------------------------------------------------------------


def _found(reader: Reader, listing: Listing, wanted: Filter, span: Span) -> list[int] | None:
    """The keys of the page's rows; None where the index had better name them.

    That is where a glimpse shows few, and there are few; or where the page is still not full after
    so many rows were looked at.
    """
    holds = wanted.test()
    found: list[int] = []
    looked_at = 0
    for row_id, text in _texts(reader, listing, span):
        looked_at += 1
        if holds(text):
            found.append(row_id)
            if len(found) == span.limit:
                return found
        if looked_at == GLIMPSED and len(found) * 10 < GLIMPSED:
            expression = wanted.expression(reader, listing.table)
            if _names_few(reader, listing, expression):
                return None
    return found if looked_at < LOOKED_AT else None


def _look(reader: Reader, listing: Listing, wanted: Filter, span: Span) -> tuple[Count, Count]:
    """How many rows hold the words and how many do not, as far as they are looked at."""
    holds = wanted.test()
    answers = [holds(text) for _row_id, text in _texts(reader, listing, span)]
    more, held = len(answers) == LOOKED_AT, sum(answers)
    return Count(held, more), Count(len(answers) - held, more)


def _texts(reader: Reader, listing: Listing, span: Span) -> Iterator[tuple[Any, ...]]:
    """The keys and search texts of the rows from the span on, one by one."""
    sql, values = keys_of(listing, span, "search_text")
    return reader.each(sql, **values | {"limit": LOOKED_AT})
