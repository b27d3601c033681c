"""``counter call``: how the call-back about a ticket went."""

from __future__ import annotations

from typing import Annotated

import typer

from counter.commands.output import print_json
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.commands.ticket_working import Note, Number
from counter.language import _, day
from counter.words import label
from models.terms import ContactResult


@ending_in_words
def call(
    number: Number,
    result: Annotated[ContactResult, typer.Option("--result", "-r", help="How it went.")],
    text: Note = "",
    again: Annotated[
        str, typer.Option("--again", metavar="DAY", help="The next try; else tomorrow.")
    ] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say how the call-back about a ticket went; it ends, or is tried again."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.beside_ticket import call_of
        from counter.follow_ups import record_call
        from counter.rules.fields import Faults

        faults = Faults()
        on = faults.day("on", again)
        faults.raise_if_any()
        with shop.writing(actor) as desk:
            status = record_call(desk, number, result, text, on=on)
        with shop.reading(actor) as reading:
            found = call_of(reading, number)
        if as_json:
            print_json({"no": number.upper(), "status": status, "call": found})
            return
        print(f"{number.upper()}  {label(status)}")
        if found is not None and found.is_awaited:
            print(_("The next try: {day}.").format(day=day(found.due_on)))
