"""What every list is made of: an order, keyset pages in plain SQL, and counts that have a limit.

Every query here is served by an index (a test reads the plans). A page costs the rows of the page,
however long the list is; counting stops at a limit and says "more than".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from data.reading import Reader
from models.views import Count, Counts, Listed, Page, Span

RowT = TypeVar("RowT", bound=Listed)

MOST_COUNTED: Final = 10_000
"""Rows that are counted one by one: half a millisecond in an index, whatever the list's length."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: columns that end with a unique one, all in one direction."""

    columns: tuple[str, ...]
    descending: bool = False

    def clause(self, *, backwards: bool = False, alias: str = "") -> str:
        """The ``ORDER BY`` list, with the columns of ``alias`` where several tables are joined."""
        direction = "DESC" if self.descending != backwards else "ASC"
        return ", ".join(f"{name} {direction}" for name in self.named(alias))

    def named(self, alias: str = "") -> tuple[str, ...]:
        """The columns, those of ``alias`` where several tables are joined.

        A column that names its table is that table's.
        """
        if not alias:
            return self.columns
        return tuple(name if "." in name else f"{alias}.{name}" for name in self.columns)

    def beyond(self, *, backwards: bool, inclusive: bool = False) -> str:
        """The condition for rows behind (or before) the key ``:key_0``, ``:key_1`` ..."""
        sign = "<" if self.descending != backwards else ">"
        names = ", ".join(f":key_{at}" for at in range(len(self.columns)))
        return f"({', '.join(self.columns)}) {sign}{'=' if inclusive else ''} ({names})"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as SQL: where the rows are, which of them, in which order, and what is shown.

    Attributes:
        table: the table whose rows the list shows.
        alias: what ``select`` calls that table.
        order: the list's order.
        select: the columns of a row, with joins, over the page's ids in ``page``.
        conditions: all must hold.
        values: bound values of the conditions.
        joined: the table with those that its order and conditions name; empty for itself alone.
    """

    table: str
    alias: str
    order: Order
    select: str
    conditions: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    joined: str = ""

    @property
    def source(self) -> str:
        """Where the rows are looked for."""
        return self.joined or self.table


def read_page(
    reader: Reader, listing: Listing, span: Span, row: Callable[[tuple[Any, ...]], RowT]
) -> Page[RowT]:
    """One page of ``listing``."""
    page, values = keys_of(listing, span)
    return _rows_of(reader, listing, page, values, row)


def read_rows(
    reader: Reader, listing: Listing, ids: list[int], row: Callable[[tuple[Any, ...]], RowT]
) -> Page[RowT]:
    """The page of these rows of ``listing``, in its order."""
    page = "SELECT value AS id FROM json_each(:ids) AS chosen"
    return _rows_of(reader, listing, page, {"ids": json.dumps(ids)}, row)


def keys_of(listing: Listing, span: Span, *columns: str) -> tuple[str, dict[str, Any]]:
    """The question for keys and ``columns`` of the rows that ``span`` names, and its values.

    Rows before a key, and the last ones, come in the opposite order.
    """
    backwards = span.before is not None or span.last
    key = span.after or span.before or span.since
    values = {**listing.values, "limit": span.limit}
    conditions = list(listing.conditions)
    if key is not None:
        values |= _key_values(key)
        conditions.append(
            listing.order.beyond(backwards=backwards, inclusive=span.since is not None)
        )
    asked = ", ".join((f"{listing.table}.id", *columns))
    sql = (
        f"SELECT {asked} FROM {listing.source}{_where(conditions)}"
        f" ORDER BY {listing.order.clause(backwards=backwards)} LIMIT :limit"
    )
    return sql, values


def _rows_of(
    reader: Reader,
    listing: Listing,
    page: str,
    values: Mapping[str, Any],
    row: Callable[[tuple[Any, ...]], RowT],
) -> Page[RowT]:
    sql = (
        f"WITH page(id) AS MATERIALIZED ({page}) "
        f"{listing.select} ORDER BY {listing.order.clause(alias=listing.alias)}"
    )
    return Page(tuple(row(found) for found in reader.all(sql, **values)))


def count_list(reader: Reader, listing: Listing, first: tuple[Any, ...] | None) -> Counts:
    """How many rows ``listing`` has, and how many of them stand before the key ``first``."""
    total = count_rows(reader, listing)
    return Counts(total, place=None if first is None else place_of(reader, listing, first))


def count_rows(reader: Reader, listing: Listing) -> Count:
    """How many rows ``listing`` has, counted as far as :data:`MOST_COUNTED`."""
    return _counted(reader, f"FROM {listing.source}{_where(listing.conditions)}", listing.values)


def place_of(reader: Reader, listing: Listing, key: tuple[Any, ...]) -> int | None:
    """How many rows of ``listing`` stand before ``key``; None beyond :data:`MOST_COUNTED`."""
    conditions = [*listing.conditions, listing.order.beyond(backwards=True)]
    before = (
        f"FROM {listing.source}{_where(conditions)} ORDER BY {listing.order.clause(backwards=True)}"
    )
    count = _counted(reader, before, {**listing.values, **_key_values(key)})
    return None if count.more else count.rows


def _key_values(key: tuple[Any, ...]) -> dict[str, Any]:
    return {f"key_{at}": part for at, part in enumerate(key)}


def _where(conditions: Iterable[str]) -> str:
    joined = " AND ".join(conditions)
    return f" WHERE {joined}" if joined else ""


def _counted(reader: Reader, rows: str, values: Mapping[str, Any]) -> Count:
    sql = f"SELECT count(*) FROM (SELECT 1 {rows} LIMIT :counted) AS counted"
    found = int(reader.value(sql, **values, counted=MOST_COUNTED + 1))
    return Count(found, more=found > MOST_COUNTED)
