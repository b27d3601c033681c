"""A list of records that were read whole, such as versions or notes: few, and each shown below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from models.views import Counts, Page, Span
from screens.widgets.columns import Column
from screens.widgets.held import counts_of, page_of
from screens.widgets.paged_table import PagedTable

T = TypeVar("T")


class HeldRow(NamedTuple, Generic[T]):
    """A record as a row of a list; its number stays with it, wherever it comes to stand."""

    id: int
    value: T

    @property
    def key(self) -> tuple[Any, ...]:
        """Its place among the rows that are held."""
        return (self.id,)


class HeldTable(PagedTable[HeldRow[T]], Generic[T]):
    """A list that is given its records; the cursor stays on its record when they are given anew.

    Args:
        columns: what is shown of a record.
        empty: the sentence for a list without records, an untranslated message.
        id: the widget's id.
    """

    def __init__(
        self, columns: Sequence[Column[HeldRow[T]]], *, empty: str, id: str | None = None
    ) -> None:
        super().__init__(
            columns, self._page_held, self._count_held, empty=empty, markable=False, id=id
        )
        self._held: tuple[HeldRow[T], ...] = ()

    def hold(self, rows: Iterable[tuple[int, T]]) -> None:
        """Show these records, each with a number of its own, in their order."""
        self._held = tuple(HeldRow(number, value) for number, value in rows)
        self.reload()

    def _page_held(self, span: Span) -> Page[HeldRow[T]]:
        return page_of(self._held, span)

    def _count_held(self, first: tuple[Any, ...] | None) -> Counts:
        return counts_of(self._held, first)
