"""What a line of the overdue board shows; fewer columns on a narrow terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from counter.clock_words import mark
from counter.language import _
from counter.waiting_words import how_late, waits_for
from counter.words import label, person
from models.messages import N_
from models.overdue_views import OverdueLine
from screens.widgets.columns import Cell, CellTone, Column, Flex, Toned

_TONES: tuple[CellTone, ...] = ("muted", "plain", "warning", "problem")
"""Beside the sign of each level, which says the same."""


def overdue_columns(
    at: Callable[[], datetime], late: str = N_("late")
) -> list[Column[OverdueLine]]:
    """The columns of a list of the board.

    Args:
        at: says the board's moment.
        late: what the column is called that says how late a line is, an untranslated message.
    """

    def lateness(line: OverdueLine) -> Cell:
        return Toned(how_late(line.row, at()), "strong")

    return [
        Column("", _sign, width=3, name="level"),
        Column(late, lateness, width=10, align="right", name="late"),
        Column(N_("ticket"), lambda line: line.detail.no if line.detail else "", width=15),
        Column(N_("clock"), lambda line: label(line.row.clock), width=14),
        Column(N_("customer"), _customer, width=Flex(13, 1), hide_below=96),
        Column(N_("who"), _owner, width=Flex(8, 1)),
        Column(N_("waits for"), _waits_for, width=Flex(14, 2)),
    ]


def customer_of(line: OverdueLine) -> str:
    """The customer as a board may show one: short name and last four digits."""
    detail = line.detail
    if detail is None:
        return ""
    return " ".join(part for part in (detail.customer, detail.phone_end) if part)


def _sign(line: OverdueLine) -> Cell:
    return Toned(mark(line.row.level), _TONES[line.row.level])


def _customer(line: OverdueLine) -> Cell:
    return customer_of(line)


def _owner(line: OverdueLine) -> Cell:
    if line.detail is None:
        return ""
    return person(line.detail.owner_name) or Toned(_("nobody"), "muted")


def _waits_for(line: OverdueLine) -> Cell:
    if line.detail is None:
        return Toned(_("has just ended"), "muted")
    return waits_for(line.row, line.detail)
