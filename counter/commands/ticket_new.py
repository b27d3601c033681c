"""``counter ticket new`` and ``correct``: what a ticket is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.commands.ticket_working import Number, say_head, work
from models.errors import InvalidInput
from models.messages import N_
from models.terms import Cause, Demand, Priority, Severity, TicketChannel, TicketKind

if TYPE_CHECKING:
    from counter.desk import WritingDesk
    from counter.ticket_events import TicketHead

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("new")
@ending_in_words
def new(
    summary: Annotated[
        str, typer.Argument(metavar="SUMMARY", help="What it is about, in one line.")
    ],
    kind: Annotated[TicketKind, typer.Option("--kind", "-k", help="What kind of ticket.")],
    body: Annotated[str, typer.Option("--body", "-b", help="What happened, in full.")] = "",
    channel: Annotated[TicketChannel, typer.Option(help="How the customer came.")] = (
        TicketChannel.COUNTER
    ),
    priority: Annotated[Priority | None, typer.Option(help="Other than usual.")] = None,
    receipt: Annotated[
        str, typer.Option("--receipt", "-r", help="A receipt's number, or number/line.")
    ] = "",
    customer_name: Annotated[str, typer.Option(help="The customer's name.")] = "",
    customer_phone: Annotated[str, typer.Option(help="The customer's phone.")] = "",
    parent: Annotated[str, typer.Option(help="The earlier ticket that this one follows.")] = "",
    about: Annotated[
        Cause | None, typer.Option("--about", help="Of a complaint: what it is about.")
    ] = None,
    demand: Annotated[
        Demand | None, typer.Option(help="Of a complaint: what the customer asks for.")
    ] = None,
    severity: Annotated[
        Severity | None, typer.Option(help="Of a complaint: how serious it is.")
    ] = None,
    amount: Annotated[
        str, typer.Option(metavar="AMOUNT", help="Of a complaint: what is claimed, such as 299.00.")
    ] = "",
    authority: Annotated[
        str, typer.Option(metavar="NUMBER", help="Of a complaint: the authority's number.")
    ] = "",
    batch: Annotated[
        str, typer.Option(metavar="NUMBER", help="Of a complaint: the batch of the goods.")
    ] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Open a ticket."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.complaint_details import ComplaintDraft
        from counter.customers import CustomerDraft, add_customer
        from counter.tickets import TicketDraft, open_ticket

        with shop.writing(actor) as desk:
            customer_id = None
            if customer_name or customer_phone:
                customer_id = add_customer(desk, CustomerDraft(customer_name, customer_phone))
            draft = TicketDraft(
                kind=kind,
                summary=summary,
                body=body,
                channel=channel,
                priority=priority or "",
                customer_id=customer_id,
                receipt_no=receipt,
                parent=parent,
                complaint=ComplaintDraft(
                    about or "", demand or "", severity or "", amount, authority, batch
                ),
            )
            head = open_ticket(desk, draft)
        say_head(head, as_json)


@app.command("correct")
@ending_in_words
def correct(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="REASON", help="Why.")],
    customer: Annotated[
        int | None, typer.Option(help="The right customer's number, as 'counter find' shows it.")
    ] = None,
    customer_name: Annotated[str, typer.Option(help="The customer's name.")] = "",
    customer_phone: Annotated[str, typer.Option(help="The customer's phone.")] = "",
    no_customer: Annotated[
        bool, typer.Option("--no-customer", help="It is about no known customer.")
    ] = False,
    receipt: Annotated[
        str, typer.Option("--receipt", "-r", help="A receipt's number, or number/line.")
    ] = "",
    no_receipt: Annotated[
        bool, typer.Option("--no-receipt", help="It is about no receipt.")
    ] = False,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="The receipt is of another customer, rightly.")
    ] = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put right which customer or receipt a ticket is about."""
    from counter import corrections
    from counter.customers import CustomerDraft, add_customer

    person = "--customer-name" if customer_name else "--customer-phone"
    person_given = customer_name or customer_phone
    _choose_one(
        {"--customer": customer, person: person_given, "--no-customer": no_customer or None}
    )
    _choose_one({"--receipt": receipt, "--no-receipt": no_receipt or None})

    def step(desk: WritingDesk, no: str) -> TicketHead:
        customer_id: int | corrections.Unchanged | None = corrections.UNCHANGED
        if customer is not None:
            customer_id = customer
        elif customer_name or customer_phone:
            customer_id = add_customer(desk, CustomerDraft(customer_name, customer_phone))
        elif no_customer:
            customer_id = None
        receipt_no: str | corrections.Unchanged | None = corrections.UNCHANGED
        if receipt or no_receipt:
            receipt_no = receipt
        return corrections.correct(
            desk,
            no,
            customer_id=customer_id,
            receipt_no=receipt_no,
            text=text,
            confirmed=confirmed,
        )

    work([number], login, pin_stdin, as_json, step)


def _choose_one(options: Mapping[str, object]) -> None:
    given = [option for option, value in options.items() if value not in (None, "")]
    if len(given) > 1:
        raise InvalidInput(
            N_("{options} do not go together: choose one."), options=", ".join(given)
        )
