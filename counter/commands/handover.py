"""``counter handover``: the numbers of a shift, a note to the next one, and the last notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from counter.commands.output import print_json, print_table, safe
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.language import _, moment

if TYPE_CHECKING:
    from models.handover_views import ShiftNoteRow, ShiftNumbers


@ending_in_words
def handover(
    note: Annotated[
        str | None,
        typer.Option("--note", "-n", help="End the shift and leave this to the next one."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-l", min=1, max=1000, help="At most so many notes.")
    ] = 5,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what was done in this shift and is left, and the last notes; or leave one."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import handover as shifts

        zone = shop.site.zone
        if note is not None:
            with shop.writing(actor) as desk:
                row = shifts.hand_over(desk, note)
            if as_json:
                print_json(_note_values(row))
                return
            print(_("Noted for the next shift."))
            print_table((_("This shift"), ""), shifts.number_lines(row.numbers))
            return
        with shop.reading(actor) as reading:
            shift = shifts.shift(reading)
            found = shifts.notes(reading, limit)
        if as_json:
            told = {"began_at": shift.began_at, "numbers": _values(shift.numbers)}
            print_json({**told, "notes": [_note_values(one) for one in found]})
            return
        print(_("Since {moment}").format(moment=moment(shift.began_at, zone)))
        print_table((_("This shift"), ""), shifts.number_lines(shift.numbers))
        for one in found:
            print()
            print(safe(f"{moment(one.ended_at, zone)}  {one.name}"))
            for line in (one.text or "").splitlines():
                print(safe(f"  {line}"))


def _values(numbers: ShiftNumbers) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(numbers) | {"paid": [one._asdict() for one in numbers.paid]}


def _note_values(row: ShiftNoteRow) -> dict[str, Any]:
    return {
        "login": row.login,
        "name": row.name,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "text": row.text,
        "numbers": _values(row.numbers),
    }
