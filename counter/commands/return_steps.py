"""The steps of a return from the command line: decided upon, and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.output import print_json
from counter.commands.return_working import (
    ApproveBy,
    ApprovePin,
    Number,
    Why,
    amount,
    say_return,
    second_person,
    take,
    take_approved,
)
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    opened_shop,
    signed_in,
)
from counter.commands.ticket_working import Note
from counter.language import ngettext
from models.terms import Remedy

if TYPE_CHECKING:
    from counter.approvals import Approval
    from counter.desk import WritingDesk
    from models.return_views import ReturnHead

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("approve")
@ending_in_words
def approve(
    number: Number,
    remedy: Annotated[
        Remedy | None, typer.Option(help="Another remedy than the one wished for.")
    ] = None,
    because: Annotated[
        str, typer.Option(help="Why, where the rules do not support it; takes a supervisor.")
    ] = "",
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Grant what is wished for, by the verdict or as a supervisor."""

    def step(desk: WritingDesk, no: str, approval: Approval | None) -> ReturnHead:
        from counter import returns

        return returns.approve(desk, no, remedy=remedy or "", reason=because, approval=approval)

    take_approved(number, login, pin_stdin, approve_by, approve_pin, as_json, step)


@app.command("refuse")
@ending_in_words
def refuse(
    number: Number,
    text: Annotated[
        str, typer.Argument(metavar="REASON", help="The reason that the customer is told.")
    ],
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say no; against the verdict it takes a supervisor."""

    def step(desk: WritingDesk, no: str, approval: Approval | None) -> ReturnHead:
        from counter import returns

        return returns.refuse(desk, no, text, approval=approval)

    take_approved(number, login, pin_stdin, approve_by, approve_pin, as_json, step)


@app.command("refer")
@ending_in_words
def refer(
    number: Number,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Leave the decision to a supervisor."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import returns

        return returns.refer(desk, no, text)

    take(number, login, pin_stdin, as_json, step)


@app.command("appeal")
@ending_in_words
def appeal(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the customer says.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The customer does not accept the refusal."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import returns

        return returns.appeal(desk, no, text)

    take(number, login, pin_stdin, as_json, step)


@app.command("override")
@ending_in_words
def override(
    number: Number,
    line: Annotated[int, typer.Argument(metavar="LINE", min=1, help="The line of the receipt.")],
    remedy: Annotated[Remedy, typer.Argument(metavar="REMEDY", help="What the customer gets.")],
    text: Why,
    amount_: Annotated[
        str,
        typer.Option(
            "--amount", metavar="AMOUNT", help="What goes back, such as 299.00; at most the price."
        ),
    ] = "",
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Decide one line against its verdict, as a supervisor."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import returns

        approval = second_person(shop, approve_by, approve_pin)
        minor = amount(shop, actor, number, amount_, "amount_minor")
        with shop.writing(actor) as desk:
            head = returns.override(
                desk, number, line, remedy, text, amount_minor=minor, approval=approval
            )
        say_return(shop, actor, head, as_json)


@app.command("withdraw")
@ending_in_words
def withdraw(
    number: Number,
    text: Why,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The customer keeps the goods."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import returns

        return returns.withdraw(desk, no, text)

    take(number, login, pin_stdin, as_json, step)


@app.command("expire")
@ending_in_words
def expire(as_json: JsonOption = False) -> None:
    """End approved returns whose goods did not come in time; asks nobody, and may run nightly."""
    with opened_shop() as shop:
        from counter.ticking import tick

        expired = tick(shop).expired
        if as_json:
            print_json({"expired": expired})
            return
        for no in expired:
            print(no)
        said = ngettext("{count} return expired", "{count} returns expired", len(expired))
        print(said.format(count=len(expired)))
