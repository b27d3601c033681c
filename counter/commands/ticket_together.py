"""Tickets that become one, that come first, and when what is due: ``counter ticket merge`` ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.output import print_json
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.commands.ticket_working import Note, Number, work

if TYPE_CHECKING:
    from counter.desk import WritingDesk
    from counter.ticket_events import TicketHead

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("merge")
@ending_in_words
def merge(
    number: Number,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The ticket that goes on.")],
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let a ticket go on as another one; both keep their number and history."""

    def step(desk: WritingDesk, no: str) -> TicketHead:
        from counter import merging

        return merging.merge(desk, no, into, text)

    work([number], login, pin_stdin, as_json, step)


@app.command("urgent")
@ending_in_words
def urgent(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", "-n", help="Why it comes first.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give a ticket the first priority, with a reason."""

    def step(desk: WritingDesk, no: str) -> TicketHead:
        from counter import complaints

        return complaints.raise_to_first(desk, no, reason)

    work([number], login, pin_stdin, as_json, step)


@app.command("clocks")
@ending_in_words
def clocks(
    number: Number,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what of a ticket is due when, how late it is, and how that was counted."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.beside_ticket import clocks as clocks_of
        from counter.beside_words import clock_line, why

        with shop.reading(actor) as desk:
            looked, now = clocks_of(desk, number), desk.now
        zone = shop.site.zone
        found = looked.beside.clocks
        if as_json:
            print_json(
                {
                    "no": number.upper(),
                    "clocks": [
                        {
                            **clock._asdict(),
                            "late_minutes": looked.late_seconds(clock, now) // 60,
                        }
                        for clock in found
                    ],
                }
            )
            return
        for clock in found:
            print(clock_line(looked, clock, now, zone))
            for line in why(clock, zone):
                print(f"    {line}")
