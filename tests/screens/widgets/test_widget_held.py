from __future__ import annotations

from dataclasses import dataclass

from models.views import Count, Counts, Span
from screens.widgets.held import counts_of, page_of


@dataclass(frozen=True)
class Row:
    id: int

    @property
    def key(self) -> tuple[int]:
        return (self.id,)


ROWS = [Row(number) for number in range(1, 8)]


def ids(span: Span) -> tuple[list[int], int | None]:
    rows = page_of(ROWS, span).rows
    counts = counts_of(ROWS, rows[0].key if rows else None)
    assert (counts.total, counts.hidden) == (Count(7), Count(0))
    return [row.id for row in rows], counts.place


def test_a_held_list_is_handed_out_in_pages_without_gaps() -> None:
    assert ids(Span(3)) == ([1, 2, 3], 0)
    assert ids(Span(3, after=(3,))) == ([4, 5, 6], 3)
    assert ids(Span(3, after=(6,))) == ([7], 6)
    assert ids(Span(3, after=(7,))) == ([], None)
    assert ids(Span(3, before=(4,))) == ([1, 2, 3], 0)
    assert ids(Span(3, before=(3,))) == ([1, 2], 0)
    assert ids(Span(3, since=(5,))) == ([5, 6, 7], 4)
    assert ids(Span(3, last=True)) == ([5, 6, 7], 4)


def test_a_row_that_vanished_starts_the_list_again() -> None:
    assert ids(Span(2, since=(99,))) == ([1, 2], 0)


def test_an_empty_list_has_one_empty_page() -> None:
    assert page_of([], Span(3)).rows == ()
    assert page_of([], Span(3, last=True)).rows == ()
    assert counts_of([], None) == Counts(Count(0))
