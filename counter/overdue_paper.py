"""The overdue board on paper: through the slip printer, or as a text file where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from counter.clock_words import mark
from counter.desk import Actor, ReadingDesk
from counter.language import _, moment, ngettext, number
from counter.overdue import OverdueLine, OverdueQuery, board, every_line
from counter.permissions import Action
from counter.printing import is_set_up, print_slip
from counter.shop import Shop
from counter.slip_layout import Slip, Style, text_of
from counter.slip_sheet import Sheet
from counter.waiting_words import how_late, level_words, waits_for
from counter.words import label, person
from data.csvfile import make_folder, refusals_named, write_whole

_FILE_COLUMNS: Final = 80
"""Cells of a line in a file."""


def print_board(shop: Shop, actor: Actor, query: OverdueQuery) -> Path | None:
    """Print what the board shows; without a printer, write it as text.

    It takes as long as the printer: never to be called on the event loop.

    Returns:
        The file that was written, or None where it was printed.

    Raises:
        NotAllowed: the role may not take lists along.
        FileRefused: the printer does not answer, or the disk refuses.
    """
    with shop.reading(actor) as desk:
        sheet = board_sheet(desk, query)
        stamp = f"{desk.now.astimezone(desk.site.zone):%Y%m%d-%H%M%S}"
    path = None
    if is_set_up(shop.settings):
        print_slip(shop.settings, sheet)
    else:
        views = shop.places.exports / "views"
        path = views / f"overdue-{stamp}.txt"
        with refusals_named(path):
            make_folder(views)
            write_whole(path, f"{text_of(sheet, _FILE_COLUMNS)}\n".encode())
    with shop.writing(actor) as entering:
        entering.work.audit("view.printed", "view", view="overdue")
    return path


def board_sheet(desk: ReadingDesk, query: OverdueQuery) -> Slip:
    """What stands on the paper: totals, what is late, and what falls due soon.

    Raises:
        NotAllowed: the role may not take lists along.
    """
    desk.require(Action.EXPORT_VIEW)
    found = board(desk, query)
    title = _("Overdue")
    sheet = Sheet()
    sheet.say(desk.site.name, Style.TITLE)
    sheet.say(title, Style.CENTRE)
    sheet.pair(_("Printed"), moment(desk.now, desk.site.zone))
    for total in found.levels.totals:
        sheet.pair(level_words(total.value), number(total.rows))
    if found.hidden:
        hidden = ngettext("{count} hidden", "{count} hidden", found.hidden)
        sheet.say(hidden.format(count=number(found.hidden)))
    for heading, rows in ((_("late"), found.late), (_("due soon"), found.soon)):
        sheet.rule()
        sheet.pair(heading, number(len(rows)), Style.BOLD)
        for line in every_line(desk, rows):
            _say(sheet, desk, line)
    return Slip("", title, tuple(sheet.lines), "", copy=False)


def _say(sheet: Sheet, desk: ReadingDesk, line: OverdueLine) -> None:
    row, detail = line.row, line.detail
    if detail is None:
        return
    sheet.pair(f"{mark(row.level)} {detail.no} {label(row.clock)}".strip(), how_late(row, desk.now))
    who = person(detail.owner_name) or _("nobody")
    customer = " ".join(part for part in (detail.customer, detail.phone_end) if part)
    said = " - ".join(part for part in (customer, who, waits_for(row, detail)) if part)
    sheet.say(f"    {said}")
