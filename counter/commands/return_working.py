"""What the commands about returns share: naming one, the second person, a step, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from counter.commands.output import print_json
from counter.commands.session import read_secret, signed_in
from counter.language import _
from counter.rules.fields import Faults
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.terms import TicketAction

if TYPE_CHECKING:
    from counter.approvals import Approval
    from counter.desk import Actor, WritingDesk
    from counter.shop import Shop
    from models.return_views import ReturnCaseDetail, ReturnHead

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Such as R-20250303-0007.")]
Why = Annotated[str, typer.Argument(metavar="REASON", help="Why.")]
ApproveBy = Annotated[
    str,
    typer.Option(
        "--approve-by",
        metavar="LOGIN",
        show_default=False,
        help="The staff number of the second person, who says yes with an own PIN.",
    ),
]
ApprovePin = Annotated[
    bool,
    typer.Option(
        "--approve-pin-stdin",
        help="Read the second person's PIN from standard input, the line after the first PIN.",
    ),
]

AnswerT = TypeVar("AnswerT")

Step = Callable[["WritingDesk", str], "ReturnHead"]
Approved = Callable[["WritingDesk", str, "Approval | None"], AnswerT]


def take(number: str, login: str | None, pin_stdin: bool, as_json: bool, operation: Step) -> None:
    """Sign in, take one step of a return, and say how it stands now."""
    with signed_in(login, pin_stdin) as (shop, actor):
        with shop.writing(actor) as desk:
            head = operation(desk, number)
        say_return(shop, actor, head, as_json)


def take_approved(
    number: str,
    login: str | None,
    pin_stdin: bool,
    approve_by: str,
    approve_pin: bool,
    as_json: bool,
    operation: Approved[ReturnHead],
) -> None:
    """The same for a step to which a second person may have to say yes."""
    with signed_in(login, pin_stdin) as (shop, actor):
        approval = second_person(shop, approve_by, approve_pin)
        with shop.writing(actor) as desk:
            head = operation(desk, number, approval)
        say_return(shop, actor, head, as_json)


def second_person(shop: Shop, login: str, pin_stdin: bool) -> Approval | None:
    """The second person, after the own PIN; None where none is named.

    Raises:
        InvalidInput: a PIN is to be read of nobody.
        SignInRefused: number and PIN do not go together.
    """
    if not login:
        if pin_stdin:
            raise InvalidInput(
                N_("Say whose PIN it is: --approve-by and a staff number."), field="approve-by"
            )
        return None
    from counter.approvals import second_person as proved

    return proved(shop, login, read_secret(_("PIN of the second person"), pin_stdin))


def say_return(shop: Shop, actor: Actor, head: ReturnHead, as_json: bool) -> None:
    """How a return stands now, and the command for what it waits for."""
    if as_json:
        print_json(head)
        return
    print(f"{head.no}  {label(head.status)}  {label(head.remedy)}")
    from counter.return_reading import case

    with shop.reading(actor) as desk:
        found = case(desk, head.no)
    command = next_command(found)
    if command:
        print(_("next: {command}").format(command=command))


_COMMANDS: Final[Mapping[TicketAction, str]] = {
    TicketAction.APPROVE: "approve",
    TicketAction.REFUSE: "refuse",
    TicketAction.REFER: "refer",
    TicketAction.RECEIVE: "receive",
    TicketAction.REFUND: "refund",
    TicketAction.AUTHORISE: "authorise",
    TicketAction.SETTLE: "settle",
    TicketAction.EXCHANGE: "exchange",
    TicketAction.REPAIR: "repair",
    TicketAction.GIVE_BACK: "give-back",
    TicketAction.COMPENSATE: "compensate",
}
"""The command of each step that a return may wait for."""


def next_command(found: ReturnCaseDetail) -> str | None:
    """How the step is typed that a return waits for; None once it has ended."""
    from counter.return_reading import next_step

    step = next_step(found)
    if step is None:
        return None
    return f"counter return {_COMMANDS[step]} {found.no}"


def line_numbers_of(shop: Shop, actor: Actor, number: str) -> list[int]:
    """The numbers of a return's lines on the receipt.

    Raises:
        NotFound: there is no such return.
    """
    from counter.return_reading import case

    with shop.reading(actor) as desk:
        return [line.line_no for line in case(desk, number).lines]


def amount(shop: Shop, actor: Actor, number: str, typed: str, field: str) -> int | None:
    """A typed amount in minor units of the money that the goods were paid in.

    Raises:
        InvalidInput: it is no amount.
        NotFound: there is no such ticket.
    """
    if not typed:
        return None
    faults = Faults()
    minor = faults.money(field, typed, _currency(shop, actor, number))
    faults.raise_if_any()
    return minor


def _currency(shop: Shop, actor: Actor, number: str) -> str:
    """The currency of the receipt that a ticket is about, else the shop's."""
    from counter import lookup

    with shop.reading(actor) as desk:
        receipt_no = lookup.ticket(desk, number).receipt_no
        return lookup.receipt(desk, receipt_no).currency if receipt_no else desk.site.currency
