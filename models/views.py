"""Frozen rows: what the reading side hands to screens and commands.

No row knows the store; a screen may keep one as long as it likes. Instants are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable


@runtime_checkable
class Listed(Protocol):
    """A row of a list: its identity, and its place in the order the list is sorted by."""

    @property
    def id(self) -> int:
        """The row's key in the store."""

    @property
    def key(self) -> tuple[Any, ...]:
        """The row's place: the values that the list is sorted by, the last one unique."""


RowT_co = TypeVar("RowT_co", bound=Listed, covariant=True)


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of a list are wanted: at most ``limit`` of them by keyset, never by offset.

    Exactly one of the four holds: ``after`` a key, ``before`` a key, ``since`` a key (that row
    included: a reload that stays where it is), ``last`` ones; none of them means the first rows.
    """

    limit: int
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    since: tuple[Any, ...] | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT_co]):
    """Rows in the list's order, and how they sit in the whole.

    Attributes:
        rows: the rows themselves.
        start: how many rows of the list stand before the first one.
        total: how many rows the list has with its filter.
        hidden: how many rows the filter hides (every list shows it, invariant 28).
    """

    rows: tuple[RowT_co, ...]
    start: int
    total: int
    hidden: int
