"""What a find box found, as rows of a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from counter.language import short_moment
from counter.words import label
from models.messages import N_
from models.terms import HitKind
from models.views import Hit
from screens.widgets.columns import Cell, Column, Flex, Toned

MOST_HITS: Final = 20
"""Rows of an answer that are shown: whoever has more of them types on."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as a row of a list."""

    id: int
    hit: Hit

    @property
    def key(self) -> tuple[Any, ...]:
        """Its place: hits come in the order they are to be shown."""
        return (self.id,)


def found_rows(hits: tuple[Hit, ...]) -> tuple[Found, ...]:
    """The hits that are shown, in their order."""
    return tuple(Found(at, hit) for at, hit in enumerate(hits[:MOST_HITS], 1))


def hit_columns(zone: Callable[[], ZoneInfo]) -> list[Column[Found]]:
    """What is shown of a hit; ``zone`` is the shop's."""

    def when(row: Found) -> Cell:
        return short_moment(row.hit.at, zone()) if row.hit.at else ""

    def kind(row: Found) -> Cell:
        return Toned(label(row.hit.kind), "muted")

    return [
        Column("", kind, width=9),
        Column(N_("number"), _number, width=16),
        Column(N_("what"), lambda row: row.hit.text, width=Flex(16, 3)),
        Column(N_("who"), lambda row: row.hit.detail, width=Flex(10, 1)),
        Column("", _terms, width=18, hide_below=100),
        Column(N_("when"), when, width=16),
    ]


def _number(row: Found) -> Cell:
    return "" if row.hit.kind is HitKind.CUSTOMER else row.hit.ref


def _terms(row: Found) -> Cell:
    return " ".join(label(term) for term in row.hit.terms)
