"""Goods of a return from the command line: on their way, taken in, given back, replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.answers import NONE_SET, LineSetOption, answers_by_line, values_by_line
from counter.commands.return_opening import NewModels, NewSerials
from counter.commands.return_working import (
    Number,
    Why,
    line_numbers_of,
    say_return,
    take,
)
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.commands.ticket_working import Note

if TYPE_CHECKING:
    from counter.desk import WritingDesk
    from models.return_views import ReturnHead

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("receive")
@ending_in_words
def receive(
    number: Number,
    received: Annotated[
        list[str],
        typer.Option(
            "--received",
            metavar="LINE=QUANTITY",
            show_default=False,
            help="How much of a line came in, where it is not all; of a single line the quantity "
            "alone will do.",
        ),
    ] = NONE_SET,
    scrapped: Annotated[
        list[str],
        typer.Option(
            "--scrapped",
            metavar="LINE=QUANTITY",
            show_default=False,
            help="How much of it cannot be sold again; as the answers say when absent.",
        ),
    ] = NONE_SET,
    sets: LineSetOption = NONE_SET,
    waived: Annotated[
        str,
        typer.Option(
            "--waive",
            metavar="REASON",
            help="Nothing has to come in, and why: a recall, an order, a short delivery.",
        ),
    ] = "",
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take the goods in: all as announced, unless it is said otherwise."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.receiving import ReceivedLine
        from counter.receiving import receive as take_in

        numbers = line_numbers_of(shop, actor, number)
        came = values_by_line(numbers, received, "received")
        useless = values_by_line(numbers, scrapped, "scrapped")
        looks = answers_by_line(numbers, sets, {})
        lines = [
            ReceivedLine(no, came.get(no, ""), useless.get(no, ""), looks[no])
            for no in numbers
            if no in came or no in useless or looks[no]
        ]
        with shop.writing(actor) as desk:
            head = take_in(desk, number, lines, text=text, waived=waived)
        say_return(shop, actor, head, as_json)


@app.command("exchange")
@ending_in_words
def exchange(
    number: Number,
    new_serials: NewSerials = NONE_SET,
    new_models: NewModels = NONE_SET,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Hand out replacements for what came in: the same articles, unless others are named."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.exchanges import Replacement
        from counter.exchanges import exchange as hand_out

        numbers = line_numbers_of(shop, actor, number)
        serials = values_by_line(numbers, new_serials, "new-serial")
        models = values_by_line(numbers, new_models, "new-model")
        replacements = [
            Replacement(no, serials.get(no, ""), models.get(no, ""))
            for no in numbers
            if no in serials or no in models
        ]
        with shop.writing(actor) as desk:
            head = hand_out(desk, number, replacements, text=text)
        say_return(shop, actor, head, as_json)


@app.command("repair")
@ending_in_words
def repair(
    number: Number,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Send the goods to be repaired; a repair ticket follows."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import receiving

        return receiving.repair(desk, no, text)

    take(number, login, pin_stdin, as_json, step)


@app.command("give-back")
@ending_in_words
def give_back(
    number: Number,
    text: Why,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Hand the goods back to the customer."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import receiving

        return receiving.give_back(desk, no, text)

    take(number, login, pin_stdin, as_json, step)


@app.command("ship")
@ending_in_words
def ship(
    number: Number,
    tracking: Annotated[str, typer.Argument(metavar="PARCEL", help="The parcel's number.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The parcel is on its way."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import returns

        return returns.ship(desk, no, tracking)

    take(number, login, pin_stdin, as_json, step)


@app.command("pickup")
@ending_in_words
def pickup(
    number: Number,
    begins: Annotated[
        str, typer.Argument(metavar="FROM", help="Day and time: '2025-03-08 14:00'.")
    ],
    ends: Annotated[str, typer.Argument(metavar="TO", help="Day and time of the end.")],
    address: Annotated[str, typer.Option(help="Where; as agreed before when absent.")] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Agree on when the goods are picked up."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import returns

        return returns.schedule(desk, no, begins, ends, address)

    take(number, login, pin_stdin, as_json, step)
