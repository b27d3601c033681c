"""``counter return new``: goods come back, and how far the return is carried out at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.answers import (
    NONE_SET,
    CategoryOption,
    LineSetOption,
    ProofOption,
    QuantityOption,
    Reason,
    SerialOption,
    answers_by_line,
    line_numbers,
    values_by_line,
)
from counter.commands.return_working import ApproveBy, ApprovePin, say_return, second_person
from counter.commands.session import AsOption, JsonOption, PinOption, ending_in_words, signed_in
from models.errors import InvalidInput
from models.messages import N_
from models.terms import FreightPayer, Remedy, ReturnMode, TenderMethod, TicketChannel

if TYPE_CHECKING:
    from counter.approvals import Approval
    from counter.desk import WritingDesk
    from counter.exchanges import Replacement
    from counter.return_opening import ReturnDraft
    from models.return_views import ReturnHead

app = typer.Typer(add_completion=False, rich_markup_mode=None)

NewSerials = Annotated[
    list[str],
    typer.Option(
        "--new-serial",
        metavar="LINE=SERIAL",
        show_default=False,
        help="The serial number of the unit that goes out for a line, for goods that have one; of "
        "a single line the number alone will do.",
    ),
]
NewModels = Annotated[
    list[str],
    typer.Option(
        "--new-model",
        metavar="LINE=ARTICLE",
        show_default=False,
        help="The number of another article that goes out for a line, where that was granted.",
    ),
]


class Through(StrEnum):
    """How far a return is carried out at once."""

    APPROVE = "approve"
    RECEIVE = "receive"
    REFUND = "refund"
    SETTLE = "settle"
    EXCHANGE = "exchange"


@app.command("new")
@ending_in_words
def new(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="The number of the receipt.")],
    lines: Annotated[
        str,
        typer.Argument(metavar="LINES", help="The lines that come back: 1, or 1,3."),
    ],
    reason: Reason = "",
    quantity: QuantityOption = "",
    proof: ProofOption = "",
    category: CategoryOption = "",
    serial: SerialOption = "",
    sets: LineSetOption = NONE_SET,
    remedy: Annotated[
        Remedy | None,
        typer.Option(help="What the customer wishes; the strongest supported when absent."),
    ] = None,
    mode: Annotated[ReturnMode, typer.Option(help="How the goods come back.")] = (
        ReturnMode.COUNTER
    ),
    freight: Annotated[
        FreightPayer | None,
        typer.Option(help="Who pays the way back; as the law says when absent."),
    ] = None,
    tracking: Annotated[str, typer.Option(help="The number of a parcel on its way.")] = "",
    pickup_from: Annotated[
        str, typer.Option("--from", metavar="TIME", help="Begin of a pick-up: 2025-03-08 14:00.")
    ] = "",
    pickup_to: Annotated[str, typer.Option("--to", metavar="TIME", help="Its end.")] = "",
    address: Annotated[str, typer.Option(help="Where the goods are picked up.")] = "",
    note: Annotated[str, typer.Option("--note", "-n", help="What the customer said.")] = "",
    channel: Annotated[TicketChannel, typer.Option(help="How the customer came.")] = (
        TicketChannel.COUNTER
    ),
    customer: Annotated[
        int | None,
        typer.Option(help="The customer's number, as 'counter find' shows it."),
    ] = None,
    through: Annotated[
        Through | None,
        typer.Option(help="Carry it out as far as this step, all of it or nothing."),
    ] = None,
    method: Annotated[
        TenderMethod | None, typer.Option(help="Pay back another way than it was paid.")
    ] = None,
    because: Annotated[str, typer.Option(help="Why another way.")] = "",
    new_serials: NewSerials = NONE_SET,
    new_models: NewModels = NONE_SET,
    approve_by: ApproveBy = "",
    approve_pin: ApprovePin = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Open a return: its lines are judged, and what was decided is kept."""
    numbers = line_numbers(lines)
    common = {
        "reason": reason,
        "quantity": quantity,
        "proof": proof,
        "category": category,
        "serial_no": serial,
    }
    answers = answers_by_line(numbers, sets, common)
    serials = values_by_line(numbers, new_serials, "new-serial")
    models = values_by_line(numbers, new_models, "new-model")
    if through is not Through.EXCHANGE and (serials or models):
        raise InvalidInput(N_("Nothing goes out yet: add --through exchange."), field="through")
    if through not in (Through.REFUND, Through.SETTLE) and (method or because):
        raise InvalidInput(N_("Nothing is paid back yet: add --through refund."), field="through")
    if through is Through.EXCHANGE and remedy is None:
        remedy = Remedy.EXCHANGE_OTHER_MODEL if models else Remedy.EXCHANGE
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.exchanges import Replacement
        from counter.return_opening import ReturnDraft, ReturnLineDraft

        approval = second_person(shop, approve_by, approve_pin)
        draft = ReturnDraft(
            receipt_no=receipt,
            lines=[ReturnLineDraft(line_no, said) for line_no, said in answers.items()],
            remedy=remedy or "",
            mode=mode,
            freight_payer=freight or "",
            tracking_no=tracking,
            note=note,
            channel=channel,
            customer_id=customer,
            slot_from=pickup_from,
            slot_to=pickup_to,
            address=address,
        )
        replacements = [
            Replacement(line_no, serials.get(line_no, ""), models.get(line_no, ""))
            for line_no in sorted(serials.keys() | models.keys())
        ]
        with shop.writing(actor) as desk:
            if through is Through.EXCHANGE:
                head = _exchanged(desk, draft, replacements, approval)
            else:
                head = _carried_out(desk, draft, through, approval, method or "", because)
        say_return(shop, actor, head, as_json)


def _exchanged(
    desk: WritingDesk,
    draft: ReturnDraft,
    replacements: Sequence[Replacement],
    approval: Approval | None,
) -> ReturnHead:
    from counter.exchanges import exchange_at_once

    return exchange_at_once(desk, draft, replacements, approval=approval)


def _carried_out(
    desk: WritingDesk,
    draft: ReturnDraft,
    through: Through | None,
    approval: Approval | None,
    method: str,
    because: str,
) -> ReturnHead:
    """Submit a return and take its steps up to ``through``, in the desk's one transaction."""
    from counter import receiving, refunds, returns

    head = returns.submit(desk, draft)
    if through is None:
        return head
    head = returns.approve(desk, head.no, approval=approval)
    if through is Through.APPROVE:
        return head
    head = receiving.receive(desk, head.no)
    if through is Through.RECEIVE:
        return head
    head = refunds.refund(desk, head.no, method=method, reason=because, approval=approval)
    return head if through is Through.REFUND else refunds.settle(desk, head.no)
