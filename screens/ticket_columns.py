"""The columns of every ticket list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from counter.language import _, age
from counter.words import label
from models.messages import N_
from models.terms import Priority, TicketOrder, TicketStatus
from models.views import TicketRow
from screens.widgets.columns import Cell, CellTone, Column, Flex, Toned

_TONES: Final[Mapping[TicketStatus, CellTone]] = {
    TicketStatus.NEW: "strong",
    TicketStatus.RESOLVED: "done",
    TicketStatus.CLOSED: "muted",
    TicketStatus.CANCELLED: "muted",
    TicketStatus.MERGED: "muted",
}

SORTED_BY: Final[Mapping[TicketOrder, tuple[str, bool]]] = {
    TicketOrder.URGENT: ("priority", False),
    TicketOrder.OLDEST: ("age", True),
    TicketOrder.NEWEST: ("age", False),
}
"""The column that a ticket list is sorted by, and whether it descends."""


_OWNER: Final = "owner"


def ticket_columns(
    now: Callable[[], datetime], today: Callable[[], date], *, owners: bool = True
) -> list[Column[TicketRow]]:
    """Columns of a ticket list; ``now`` and ``today`` are asked when a row is drawn.

    Where all are one person's, ``owners`` leaves out whose they are: the words need the room.
    """

    def status(row: TicketRow) -> Cell:
        if row.wake_on is not None and row.wake_on <= today():
            return Toned(_("! wakes up"), "warning")
        done = row.status in (TicketStatus.CLOSED, TicketStatus.CANCELLED, TicketStatus.MERGED)
        if done or row.status is TicketStatus.RESOLVED:
            return Toned(
                label(row.status), "done" if row.status is TicketStatus.RESOLVED else "muted"
            )
        return Toned(label(row.status), "strong" if row.status is TicketStatus.NEW else "plain")

    def how_old(row: TicketRow) -> Cell:
        return age(row.opened_at, now())

    columns = [
        Column(N_("prio"), _priority, width=5, name="priority"),
        Column(N_("ticket"), lambda row: row.no, width=15),
        Column(N_("kind"), lambda row: label(row.kind), width=10, hide_below=96),
        Column(N_("status"), status, width=12),
        Column(N_("age"), how_old, width=8, align="right", name="age"),
        Column(N_("who"), _owner, width=9, hide_below=72, name=_OWNER),
        Column(N_("about"), lambda row: row.summary, width=Flex(16, 3)),
        Column(N_("customer"), _customer, width=Flex(12, 1), hide_below=104),
    ]
    return [column for column in columns if owners or column.name != _OWNER]


def _priority(row: TicketRow) -> Cell:
    if row.priority is Priority.P1:
        return Toned("!P1", "problem")
    return Toned(f" {row.priority}", "strong" if row.priority is Priority.P2 else "muted")


def _owner(row: TicketRow) -> Cell:
    return row.owner_name or Toned(_("nobody"), "muted")


def _customer(row: TicketRow) -> Cell:
    return " ".join(part for part in (row.customer, row.phone_end) if part)
