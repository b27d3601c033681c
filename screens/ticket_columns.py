"""The columns of every ticket list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from counter.clock_words import mark
from counter.language import _, age
from counter.words import label, person
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
    TicketOrder.DUE: ("due", False),
    TicketOrder.URGENT: ("priority", False),
    TicketOrder.OLDEST: ("age", True),
    TicketOrder.NEWEST: ("age", False),
}
"""The column that a ticket list is sorted by, and whether it descends."""


_OWNER: Final = "owner"
_KIND: Final = "kind"
_SOON: Final = timedelta(hours=1)


def ticket_columns(
    now: Callable[[], datetime],
    today: Callable[[], date],
    *,
    due: Callable[[TicketRow], str] | None = None,
    owners: bool = True,
    kinds: bool = True,
    aged: bool = True,
) -> list[Column[TicketRow]]:
    """Columns of a ticket list; ``now`` and ``today`` are asked when a row is drawn.

    Args:
        now: the moment.
        today: the shop's date.
        due: says when a row is due; without it the list is not about that.
        owners: false where all are one person's: the words need the room.
        kinds: false where all are of one kind.
        aged: whether a narrow terminal shows how old they are, too.
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

    def is_due(row: TicketRow) -> Cell:
        return Toned(due(row) if due else "", _due_tone(row, now()))

    columns = [
        Column(N_("prio"), _priority, width=6, name="priority"),
        Column(N_("ticket"), lambda row: row.no, width=15),
        Column(N_("kind"), lambda row: label(row.kind), width=10, hide_below=96, name=_KIND),
        Column(N_("due"), is_due, width=15, name="due"),
        Column(N_("status"), status, width=12, hide_below=84 if due else 0),
        Column(
            N_("age"), how_old, width=8, align="right", name="age", hide_below=0 if aged else 100
        ),
        Column(N_("who"), _owner, width=9, hide_below=72, name=_OWNER),
        Column(N_("about"), lambda row: row.summary, width=Flex(16, 3)),
        Column(N_("customer"), _customer, width=Flex(12, 1), hide_below=104),
    ]
    left_out = {
        *(() if owners else (_OWNER,)),
        *(() if kinds else (_KIND,)),
        *(() if due else ("due",)),
    }
    return [column for column in columns if column.name not in left_out]


def _due_tone(row: TicketRow, now: datetime) -> CellTone:
    if row.due_at is None:
        woken = row.order_at is not None and row.order_at <= now
        return "warning" if woken else "muted"
    if row.due_at < now:
        return "problem"
    return "warning" if row.due_at - now < _SOON else "plain"


def _priority(row: TicketRow) -> Cell:
    urgent = row.priority is Priority.P1
    text = f"{mark(row.level) or '!' * urgent:<3} {row.priority}"
    if urgent or row.level > 1:
        return Toned(text, "problem")
    if row.level:
        return Toned(text, "warning")
    return Toned(text, "strong" if row.priority is Priority.P2 else "muted")


def _owner(row: TicketRow) -> Cell:
    return person(row.owner_name) or Toned(_("nobody"), "muted")


def _customer(row: TicketRow) -> Cell:
    return " ".join(part for part in (row.customer, row.phone_end) if part)
