"""``counter overdue``: what is late and what falls due next, as a table, JSON or CSV."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from counter.commands.output import print_json, print_table, safe
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.language import _, listed, ngettext, number
from models.errors import InvalidInput
from models.messages import N_
from models.terms import ClockKind, TicketKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counter.desk import Actor, ReadingDesk
    from counter.shop import Shop
    from models.overdue_views import Board, OverdueLine, OverdueQuery

LOOK_SECONDS: Final = 1.0
"""How often ``--watch`` looks whether somebody wrote."""

_RENEW: Final = timedelta(minutes=1)
_CLEAR: Final = "\x1b[H\x1b[2J"
_NOBODY: Final = "nobody"


@ending_in_words
def overdue(
    kind: Annotated[
        TicketKind | None, typer.Option("--kind", "-k", help="Only tickets of this kind.")
    ] = None,
    clock: Annotated[
        ClockKind | None, typer.Option("--clock", "-c", help="Only clocks of this kind.")
    ] = None,
    clerk: Annotated[
        str,
        typer.Option(
            metavar="LOGIN", help="Only what this person has; 'nobody' for what nobody has."
        ),
    ] = "",
    department: Annotated[
        str, typer.Option("--department", help="Only what was handed over to it.")
    ] = "",
    level: Annotated[
        int | None, typer.Option("--level", min=0, max=3, help="Only this level.")
    ] = None,
    soon: Annotated[
        bool, typer.Option("--soon", help="Also what falls due within two hours.")
    ] = False,
    limit: Annotated[
        int, typer.Option("--limit", "-l", min=1, max=100_000, help="At most so many.")
    ] = 100,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, all rows.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Print it again when something changes; Ctrl+C ends.")
    ] = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what is late, whatever its clock, the latest first."""
    if as_json and as_csv:
        raise InvalidInput(N_("Choose one of --json and --csv."), field="csv")
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.overdue import NOBODY, OverdueQuery, owner_called

        owner_id = NOBODY if clerk == _NOBODY else None
        if clerk and owner_id is None:
            with shop.reading(actor) as desk:
                owner_id = owner_called(desk, clerk)
        query = OverdueQuery(
            kind=kind,
            clock=clock,
            owner_id=owner_id,
            department=department or None,
            level=level,
            soon=soon,
        )
        show = _csv if as_csv else _json if as_json else _table
        if not watch:
            _print(shop, actor, query, limit, show)
            return
        try:
            _watch(shop, actor, query, limit, show)
        except KeyboardInterrupt:  # how it is meant to end
            print()


def _print(shop: Shop, actor: Actor, query: OverdueQuery, limit: int, show: Any) -> None:
    from counter.overdue import board

    with shop.reading(actor) as desk:
        show(desk, board(desk, query), limit)


def _watch(shop: Shop, actor: Actor, query: OverdueQuery, limit: int, show: Any) -> None:
    """Print the board again after every write, and each minute."""
    changes = shop.watch()
    try:
        while True:
            if sys.stdout.isatty():
                print(_CLEAR, end="")
            printed = shop.clock()
            _print(shop, actor, query, limit, show)
            sys.stdout.flush()
            while not changes.changed() and timedelta() <= shop.clock() - printed < _RENEW:
                time.sleep(LOOK_SECONDS)
    finally:
        changes.close()


# --- as people read it ----------------------------------------------------------------------


def _table(desk: ReadingDesk, found: Board, limit: int) -> None:
    from counter.overdue import lines
    from counter.waiting_words import how_late

    late = ngettext("{late} late", "{late} late", len(found.late))
    said = [late.format(late=number(len(found.late)))]
    if found.soon:
        soon = ngettext(
            "{soon} more within two hours", "{soon} more within two hours", len(found.soon)
        )
        said.append(soon.format(soon=number(len(found.soon))))
    if found.worst is not None:
        said.append(_("worst {time}").format(time=how_late(found.worst, found.at)))
    if found.hidden:
        hidden = ngettext("{count} hidden", "{count} hidden", found.hidden)
        said.append(hidden.format(count=number(found.hidden)))
    print(listed(said))
    for name, words in _totals(found).items():
        if words:
            print(f"{name}: {safe(listed(words))}")
    shown = found.first(limit)
    if not shown:
        return
    print()
    print_table(
        [
            _("level"),
            _("late"),
            _("ticket"),
            _("clock"),
            _("customer"),
            _("who"),
            _("waits for"),
        ],
        [_cells(line, found) for line in lines(desk, shown)],
    )
    count = len(found.late) + len(found.soon)
    if len(shown) < count:
        counted = {"seen": number(len(shown)), "count": number(count)}
        print(_("{seen} of {count} shown").format(**counted))


def _totals(found: Board) -> dict[str, list[str]]:
    from counter.overdue import NOBODY
    from counter.waiting_words import level_words
    from counter.words import label, person

    def name(owner: int) -> str:
        return person(found.names[owner][1]) if owner != NOBODY else _("nobody")

    return {
        _("kind"): [f"{label(one.value)} {number(one.rows)}" for one in found.kinds.totals],
        _("clerk"): [f"{name(one.value)} {number(one.rows)}" for one in found.owners.totals],
        _("level"): [f"{level_words(one.value)} {number(one.rows)}" for one in found.levels.totals],
    }


def _cells(line: OverdueLine, found: Board) -> Sequence[str]:
    from counter.clock_words import mark
    from counter.waiting_words import how_late, waits_for
    from counter.words import label, person

    row, detail = line.row, line.detail
    first = (mark(row.level), how_late(row, found.at))
    if detail is None:
        return (*first, "", label(row.clock), "", "", "")
    customer = " ".join(part for part in (detail.customer, detail.phone_end) if part)
    who = person(detail.owner_name) or _("nobody")
    return (*first, detail.no, label(row.clock), customer, who, waits_for(row, detail))


# --- as programs read it --------------------------------------------------------------------


def _json(desk: ReadingDesk, found: Board, limit: int) -> None:
    """One object: the moment, totals over all rows, and the rows, at most ``limit``."""
    from counter.overdue import NOBODY, lines

    def login(owner: int) -> str | None:
        return found.names[owner][0] if owner != NOBODY else None

    shown = found.first(limit)
    print_json(
        {
            "at": found.at,
            "late": len(found.late),
            "soon": len(found.soon),
            "hidden": found.hidden,
            "totals": {
                "kind": [{"kind": one.value, "rows": one.rows} for one in found.kinds.totals],
                "clerk": [
                    {"clerk": login(one.value), "rows": one.rows} for one in found.owners.totals
                ],
                "level": [{"level": one.value, "rows": one.rows} for one in found.levels.totals],
            },
            "rows": [_object(line, found) for line in lines(desk, shown)],
        }
    )


def _object(line: OverdueLine, found: Board) -> dict[str, Any]:
    row, detail = line.row, line.detail
    is_late = row.due_at < found.at
    minutes = row.seconds // 60
    said: dict[str, Any] = {
        "ticket": detail.no if detail else None,
        "kind": row.ticket_kind,
        "clock": row.clock,
        "level": row.level,
        "due_at": row.due_at,
        "late_minutes": minutes if is_late else None,
        "minutes_left": None if is_late else minutes,
    }
    if detail is not None:
        from counter.waiting_words import waits_for

        said |= {
            "status": detail.status,
            "priority": detail.priority,
            "customer": detail.customer,
            "phone_end": detail.phone_end,
            "clerk": detail.owner,
            "department": detail.department,
            "waits_for": waits_for(row, detail),
        }
    return said


def _csv(desk: ReadingDesk, found: Board, _limit: int) -> None:
    """Every row, as the screen writes it for a spreadsheet."""
    import csv

    from counter.list_files import OVERDUE_HEADS, overdue_cells
    from counter.overdue import every_line
    from counter.permissions import Action
    from data.csvfile import spreadsheet_cell

    desk.require(Action.EXPORT_VIEW)
    sheet = csv.writer(sys.stdout, lineterminator="\n")
    sheet.writerow([_(head) for head in OVERDUE_HEADS])
    for line in every_line(desk, found.rows):
        cells = overdue_cells(line, late=line.row.due_at < found.at)
        sheet.writerow([spreadsheet_cell(cell, desk.site.zone) for cell in cells])
