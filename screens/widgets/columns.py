"""What a list shows of a row: columns, and how wide each is at a given width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from models.views import Listed
from screens.widgets.cells import Align

RowT = TypeVar("RowT", bound=Listed)

CellTone = Literal["plain", "muted", "strong", "done", "warning", "problem"]

ROOMY: Final = 100
"""From this many cells on, two blanks stand between columns; below, one."""


class Toned(NamedTuple):
    """A cell's text with what it means; the word or sign in the text says the same as the tone."""

    text: str
    tone: CellTone = "plain"


Cell = str | Toned


@dataclass(frozen=True, slots=True)
class Flex:
    """A column's share of the room that fixed columns leave.

    Attributes:
        least: its smallest width in cells.
        weight: its share beside other flexible columns.
    """

    least: int = 8
    weight: int = 1


@dataclass(frozen=True)  # slots would forbid to write Column[Row](...)
class Column(Generic[RowT]):
    """One column of a list.

    Attributes:
        title: heading, an untranslated message.
        cell: what the column shows of a row.
        width: cells, or a share of the room that is left.
        align: side on which the text stands.
        hide_below: width of the terminal, in cells, under which the column is left out.
        name: what the list's owner calls it when sorting; the title where empty.
    """

    title: str
    cell: Callable[[RowT], Cell]
    width: int | Flex = Flex()
    align: Align = "left"
    hide_below: int = 0
    name: str = ""

    @property
    def least(self) -> int:
        """The smallest width in cells."""
        return self.width.least if isinstance(self.width, Flex) else self.width


class Placed(NamedTuple):
    """A column that is shown, and its width in cells."""

    column: Column[Any]
    width: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns that are shown, from left to right, and the blanks between them."""

    placed: tuple[Placed, ...]
    gap: int


def lay_out(columns: Sequence[Column[Any]], width: int, terminal: int) -> Grid:
    """Choose and measure columns for ``width`` cells of a terminal that is ``terminal`` wide.

    Columns leave in the order their ``hide_below`` says; where even that is too wide, the one that
    would leave next goes first, then the last. The first column always stays.
    """
    gap = 2 if width >= ROOMY else 1
    shown = [column for column in columns if terminal >= column.hide_below] or list(columns[:1])
    while len(shown) > 1 and _needed(shown, gap) > width:
        leaving = max(range(1, len(shown)), key=lambda at: (shown[at].hide_below, at))
        del shown[leaving]
    room = max(width - _needed(shown, gap), 0)
    return Grid(tuple(_stretched(shown, room)), gap)


def _needed(columns: Sequence[Column[Any]], gap: int) -> int:
    return sum(column.least for column in columns) + gap * (len(columns) - 1)


def _stretched(columns: Sequence[Column[Any]], room: int) -> list[Placed]:
    """Share ``room`` cells among the flexible columns, by weight, without a remainder."""
    weights = sum(c.width.weight for c in columns if isinstance(c.width, Flex))
    placed: list[Placed] = []
    for column in columns:
        width = column.least
        if isinstance(column.width, Flex) and weights:
            share = room * column.width.weight // weights
            room -= share
            weights -= column.width.weight
            width += share
        placed.append(Placed(column, width))
    return placed
