"""The steps of a ticket from the command line: one command each, several with many tickets."""

from __future__ import annotations

from typing import Annotated

import typer

from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
)
from counter.commands.ticket_working import Note, Number, Numbers, work
from models.errors import InvalidInput
from models.messages import N_
from models.terms import Cause, Liability, Outcome, Priority

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("take")
@ending_in_words
def take(
    numbers: Numbers,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Become the owner of tickets."""
    from counter import tickets

    work(numbers, login, pin_stdin, as_json, tickets.take)


@app.command("note")
@ending_in_words
def note(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What happened or was said.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write something down."""
    from counter import tickets

    work([number], login, pin_stdin, as_json, lambda desk, no: tickets.note(desk, no, text))


@app.command("assign")
@ending_in_words
def assign(
    numbers: Numbers,
    to: Annotated[str | None, typer.Option("--to", help="A colleague's staff number.")] = None,
    department: Annotated[str | None, typer.Option(help="A department.")] = None,
    due: Annotated[
        str, typer.Option("--due", metavar="DAY", help="They deal with it until then: 2025-03-08.")
    ] = "",
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give tickets to a colleague or a department."""
    from counter import tickets

    work(
        numbers,
        login,
        pin_stdin,
        as_json,
        lambda desk, no: tickets.assign(
            desk, no, to=to, department=department, note=text, due_on=due or None
        ),
    )


@app.command("wait")
@ending_in_words
def wait(
    numbers: Numbers,
    until: Annotated[str, typer.Option("--until", "-u", help="Wakes up on this day: 2025-03-08.")],
    text: Annotated[str, typer.Option("--note", "-n", help="What was asked, or sent to whom.")],
    party: Annotated[str, typer.Option("--for", help="customer or third_party.")] = "customer",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let tickets wait for the customer or for somebody outside."""
    from counter import tickets

    waits = {
        "customer": tickets.wait_for_customer,
        "third_party": tickets.wait_for_third_party,
    }
    if party not in waits:
        raise InvalidInput(
            N_("'{value}' is not one of: {choices}."),
            field="for",
            value=party,
            choices=", ".join(waits),
        )
    operation = waits[party]
    work(numbers, login, pin_stdin, as_json, lambda desk, no: operation(desk, no, text, until))


@app.command("answer")
@ending_in_words
def answer(
    numbers: Numbers,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """What tickets waited for has come."""
    from counter import tickets

    work(numbers, login, pin_stdin, as_json, lambda desk, no: tickets.answer(desk, no, text))


@app.command("respond")
@ending_in_words
def respond(
    numbers: Numbers,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The customer was told something for the first time."""
    from counter import tickets

    work(numbers, login, pin_stdin, as_json, lambda desk, no: tickets.respond(desk, no, text))


@app.command("resolve")
@ending_in_words
def resolve(
    numbers: Numbers,
    outcome: Annotated[Outcome, typer.Option(help="How it ended.")],
    cause: Annotated[Cause, typer.Option(help="Why it happened.")],
    liability: Annotated[Liability | None, typer.Option(help="Who answers for it.")] = None,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say how tickets ended and why it happened."""
    from counter import tickets

    work(
        numbers,
        login,
        pin_stdin,
        as_json,
        lambda desk, no: tickets.resolve(
            desk, no, outcome=outcome, cause=cause, liability=liability, text=text
        ),
    )


@app.command("close")
@ending_in_words
def close(
    numbers: Numbers,
    informed: Annotated[
        bool, typer.Option("--informed/--not-informed", help="Was the customer told?")
    ],
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """End resolved tickets."""
    from counter import tickets

    work(
        numbers,
        login,
        pin_stdin,
        as_json,
        lambda desk, no: tickets.close(desk, no, informed=informed, text=text),
    )


@app.command("reopen")
@ending_in_words
def reopen(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="REASON", help="Why.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Open a ticket again, within a week of closing."""
    from counter import tickets

    work([number], login, pin_stdin, as_json, lambda desk, no: tickets.reopen(desk, no, text))


@app.command("cancel")
@ending_in_words
def cancel(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="REASON", help="Why.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a ticket that nobody has begun to work on."""
    from counter import tickets

    work([number], login, pin_stdin, as_json, lambda desk, no: tickets.cancel(desk, no, text))


@app.command("priority")
@ending_in_words
def priority(
    number: Number,
    level: Annotated[Priority, typer.Argument(metavar="LEVEL", help="P1 is the most urgent.")],
    text: Annotated[str, typer.Option("--note", "-n", help="Why.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Change a ticket's priority."""
    from counter import tickets

    work(
        [number],
        login,
        pin_stdin,
        as_json,
        lambda desk, no: tickets.prioritise(desk, no, level, text),
    )


@app.command("undo")
@ending_in_words
def undo(
    number: Number,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take back one's own last step, within a minute."""
    from counter import undoing

    work([number], login, pin_stdin, as_json, undoing.undo)
