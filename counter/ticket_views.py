"""A ticket list as a spreadsheet: every row of the view, not only the page in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from counter.desk import ReadingDesk
from counter.exporting import ViewFile, export_view
from counter.language import _
from counter.lookup import TicketQuery, ticket_list
from counter.words import label
from models.views import Span, TicketRow

_ROWS_AT_ONCE = 500


def export_tickets(desk: ReadingDesk, query: TicketQuery, folder: Path) -> ViewFile:
    """Write every ticket that ``query`` finds, in its order, for a spreadsheet.

    Args:
        desk: a reading desk; all rows belong to its one moment.
        query: the list as it stands on the screen, its filter included.
        folder: the counter's folder for exports.

    Raises:
        NotAllowed: the role does not permit it.
        FileRefused: the folder or the disk refuses; no file is left behind.
    """
    heads = [
        _("ticket"),
        _("kind"),
        _("status"),
        _("priority"),
        _("opened"),
        _("owner"),
        _("customer"),
        _("phone ends"),
        _("about"),
        _("wakes up"),
    ]
    rows = (_cells(row) for row in _every(desk, query))
    return export_view(desk, folder, f"tickets-{query.view}", heads, rows)


def _every(desk: ReadingDesk, query: TicketQuery) -> Iterator[TicketRow]:
    span = Span(_ROWS_AT_ONCE)
    while rows := ticket_list(desk, query, span).rows:
        yield from rows
        span = Span(_ROWS_AT_ONCE, after=rows[-1].key)


def _cells(row: TicketRow) -> list[Any]:
    return [
        row.no,
        label(row.kind),
        label(row.status),
        str(row.priority),
        row.opened_at,
        row.owner_name,
        row.customer,
        row.phone_end,
        row.summary,
        row.wake_on,
    ]
