"""Rows that are taken together: many, but never more text than memory should hold.

A row may have fields of a mebibyte, and a file as many such rows as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, TypeVar

TEXT: Final = 8 << 20
"""Characters after which a portion ends; it is at most one row longer."""

RowT = TypeVar("RowT")


def portion(rows: Iterator[RowT], most: int, length: Callable[[RowT], int]) -> list[RowT]:
    """The next rows; none when there are no more.

    Args:
        rows: is asked for no more rows than are given back.
        most: how many at most.
        length: the characters of a row.
    """
    taken, room = [], TEXT
    for row in islice(rows, most):
        taken.append(row)
        room -= length(row)
        if room <= 0:
            break
    return taken
