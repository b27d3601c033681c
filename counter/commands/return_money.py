"""Money of a return from the command line: refunds, and compensation beyond the price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

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
from counter.commands.session import AsOption, JsonOption, PinOption, ending_in_words, signed_in
from counter.commands.ticket_working import say_head, work
from models.terms import TenderMethod

if TYPE_CHECKING:
    from counter.approvals import Approval
    from counter.desk import WritingDesk
    from counter.ticket_events import TicketHead
    from models.return_views import ReturnHead

app = typer.Typer(add_completion=False, rich_markup_mode=None)
compensation = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command("refund")
@ending_in_words
def refund(
    number: Number,
    method: Annotated[
        TenderMethod | None,
        typer.Option(help="Another way than it was paid; takes a second person."),
    ] = None,
    because: Annotated[str, typer.Option(help="Why another way.")] = "",
    freight: Annotated[
        str,
        typer.Option(
            metavar="AMOUNT",
            help="Freight that the store laid out and the customer bears, such as 12.50.",
        ),
    ] = "",
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Work out what goes back, and authorise it where the rules and the limit allow."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import refunds

        approval = second_person(shop, approve_by, approve_pin)
        minor = amount(shop, actor, number, freight, "freight_minor") or 0
        with shop.writing(actor) as desk:
            head = refunds.refund(
                desk,
                number,
                method=method or "",
                reason=because,
                freight_minor=minor,
                approval=approval,
            )
        say_return(shop, actor, head, as_json)


@app.command("authorise")
@ending_in_words
def authorise(
    number: Number,
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say yes, as the second person, to a refund that a clerk may not pay alone."""

    def step(desk: WritingDesk, no: str, approval: Approval | None) -> ReturnHead:
        from counter import refunds

        return refunds.authorise(desk, no, approval=approval)

    take_approved(number, login, pin_stdin, approve_by, approve_pin, as_json, step)


@app.command("settle")
@ending_in_words
def settle(
    number: Number,
    ref: Annotated[str, typer.Option("--ref", help="What the terminal or the till printed.")] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The money is back with the customer."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import refunds

        return refunds.settle(desk, no, ref=ref)

    take(number, login, pin_stdin, as_json, step)


@app.command("fail")
@ending_in_words
def fail(
    number: Number,
    text: Why,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The money did not go back; the refund may be worked out again."""

    def step(desk: WritingDesk, no: str) -> ReturnHead:
        from counter import refunds

        return refunds.fail(desk, no, text)

    take(number, login, pin_stdin, as_json, step)


# --- compensation ---------------------------------------------------------------------------


@app.command("compensate")
@ending_in_words
def compensate(
    number: Number,
    amount_: Annotated[
        str,
        typer.Option(
            "--amount",
            metavar="AMOUNT",
            help="Such as 500.00; what the law of the verdict says when absent.",
        ),
    ] = "",
    base: Annotated[str, typer.Option("--base", help="The article, or that it is goodwill.")] = "",
    formula: Annotated[str, typer.Option(help="How the amount came about.")] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Propose a compensation beyond the price, for any ticket."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import compensations

        minor = amount(shop, actor, number, amount_, "amount_minor")
        with shop.writing(actor) as desk:
            head = compensations.propose(
                desk, number, amount_minor=minor, legal_base=base, formula=formula
            )
        say_head(head, as_json)


@compensation.command("grant")
@ending_in_words
def grant(
    number: Number,
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say yes, as the second person."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import compensations

        approval = second_person(shop, approve_by, approve_pin)
        with shop.writing(actor) as desk:
            head = compensations.grant(desk, number, approval=approval)
        say_head(head, as_json)


@compensation.command("refuse")
@ending_in_words
def refuse(
    number: Number,
    text: Why,
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say no, as the second person, and why."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter import compensations

        approval = second_person(shop, approve_by, approve_pin)
        with shop.writing(actor) as desk:
            head = compensations.refuse(desk, number, text, approval=approval)
        say_head(head, as_json)


@compensation.command("pay")
@ending_in_words
def pay(
    number: Number,
    method: Annotated[TenderMethod, typer.Option(help="How it was paid.")],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The money was handed over."""

    def step(desk: WritingDesk, no: str) -> TicketHead:
        from counter import compensations

        return compensations.pay(desk, no, method)

    work([number], login, pin_stdin, as_json, step)
