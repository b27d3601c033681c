"""``counter receipt``: a receipt that the store does not have, typed from what the customer has."""

from __future__ import annotations

from typing import Annotated

import typer

from counter.commands.answers import NONE_SET, values_by_line
from counter.commands.output import print_json
from counter.commands.session import AsOption, JsonOption, PinOption, ending_in_words, signed_in
from counter.language import phrase
from models.errors import InvalidInput
from models.messages import N_
from models.terms import Proof, SaleChannel, TenderMethod

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def receipt() -> None:
    """Type a receipt that the store does not have."""


@app.command("type")
@ending_in_words
def type_(
    receipt: Annotated[
        str, typer.Argument(metavar="RECEIPT", help="The number, as it stands on the paper.")
    ],
    sold_on: Annotated[
        str, typer.Option("--sold", metavar="DATE", help="The day of the sale: 2025-03-03.")
    ],
    lines: Annotated[
        list[str],
        typer.Option(
            "--line",
            "-l",
            metavar="ARTICLE,QUANTITY,PRICE",
            help="One line: number, barcode or name of the goods, how much of it, and the price of "
            "one. 'Rice cooker,1,299.00'; once for each line, in their order.",
        ),
    ],
    serials: Annotated[
        list[str],
        typer.Option(
            "--serial",
            metavar="LINE=SERIAL",
            show_default=False,
            help="The serial number of a line's unit; of a single line the number alone will do.",
        ),
    ] = NONE_SET,
    categories: Annotated[
        list[str],
        typer.Option(
            "--category",
            metavar="LINE=CODE",
            show_default=False,
            help="The category of goods that the store does not know.",
        ),
    ] = NONE_SET,
    received: Annotated[
        list[str],
        typer.Option(
            "--received",
            metavar="LINE=DATE",
            show_default=False,
            help="The day on which a line of a distance sale was signed for.",
        ),
    ] = NONE_SET,
    channel: Annotated[SaleChannel, typer.Option(help="How the goods were sold.")] = (
        SaleChannel.STORE
    ),
    proof: Annotated[Proof, typer.Option(help="What the customer shows.")] = Proof.RECEIPT,
    paid_by: Annotated[
        TenderMethod | None, typer.Option(help="How all of it was paid, where that is known.")
    ] = None,
    customer: Annotated[
        int | None, typer.Option(help="The customer's number, as 'counter find' shows it.")
    ] = None,
    note: Annotated[str, typer.Option("--note", "-n", help="What else is known of it.")] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Store a receipt that the store does not have; the till's own sets it right later."""
    numbers = list(range(1, len(lines) + 1))
    serial = values_by_line(numbers, serials, "serial")
    category = values_by_line(numbers, categories, "category")
    signed = values_by_line(numbers, received, "received")
    parts = [_parts(line) for line in lines]
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.typed_receipts import TypedLine, TypedReceiptDraft, type_receipt

        draft = TypedReceiptDraft(
            receipt_no=receipt,
            sold_on=sold_on,
            lines=[
                TypedLine(
                    article=article,
                    qty=qty,
                    unit_price=price,
                    serial_no=serial.get(number, ""),
                    category=category.get(number, ""),
                    received_on=signed.get(number, ""),
                )
                for number, (article, qty, price) in zip(numbers, parts, strict=True)
            ],
            channel=channel,
            proof=proof,
            note=note,
            customer_id=customer,
            paid_by=paid_by or "",
        )
        with shop.writing(actor) as desk:
            no = type_receipt(desk, draft)
        if as_json:
            print_json({"receipt_no": no, "lines": len(lines)})
            return
        print(phrase(N_("Receipt {no} is in the store."), {"no": no}))


def _parts(line: str) -> tuple[str, str, str]:
    """Article, quantity and price of a line; the article's name may hold commas.

    Raises:
        InvalidInput: there are fewer than three.
    """
    rest, _comma, price = line.rpartition(",")
    article, comma, qty = rest.rpartition(",")
    if not comma:
        raise InvalidInput(
            N_("'{text}' has to be written as ARTICLE,QUANTITY,PRICE."),
            field="line",
            text=line,
        )
    return article, qty, price
