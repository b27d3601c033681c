"""``counter complaint``: the steps of a complaint, from what is asked for to what was agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.output import print_facts, print_json, print_table
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.commands.ticket_working import Note, Number, work
from counter.language import _, money
from counter.words import label
from models.terms import Cause, CrisisStep, Demand, Severity

if TYPE_CHECKING:
    from counter.desk import WritingDesk
    from counter.ticket_events import TicketHead

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Text = Annotated[str, typer.Argument(metavar="TEXT", help="What is said, in words.")]
Why = Annotated[str, typer.Argument(metavar="REASON", help="Why.")]


@app.command("show")
@ending_in_words
def show(
    number: Number,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show where a complaint stands, what is asked for, and its checklist."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.beside_ticket import checklist, complaint_of
        from counter.beside_words import proposal_words

        with shop.reading(actor) as desk:
            ticket, found = complaint_of(desk, number)
        complaint, steps = found.complaint, checklist(ticket, found.complaint)
        if complaint is None:
            raise RuntimeError("A complaint was asked for and is not there.")
        if as_json:
            print_json({"no": ticket.no, "complaint": complaint, "asked": list(steps)})
            return
        claimed = complaint.amount_claimed_minor
        print(f"{ticket.no}  {label(complaint.status)}  {ticket.priority}")
        print_facts(
            [
                (_("what about"), label(complaint.complaint_class) if complaint.complaint_class
                 else None),
                (_("demand"), label(complaint.demand)),
                (_("severity"), label(complaint.severity)),
                (_("level"), str(complaint.level)),
                (_("claimed"), money(claimed, complaint.currency)
                 if claimed is not None and complaint.currency else None),
                (_("authority"), complaint.authority_ref),
                (_("batch"), complaint.batch_no),
                (_("proposal"), proposal_words(complaint)),
            ]
        )  # fmt: skip
        if steps:
            print_table(
                [_("step"), "", ""],
                [
                    [step, label(step), _("done") if step in complaint.checklist else "-"]
                    for step in steps
                ],
            )


@app.command("detail")
@ending_in_words
def detail(
    number: Number,
    about: Annotated[Cause | None, typer.Option("--about", help="What it is about.")] = None,
    demand: Annotated[Demand | None, typer.Option(help="What the customer asks for.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="How serious it is.")] = None,
    amount: Annotated[
        str, typer.Option(metavar="AMOUNT", help="What the customer claims, such as 299.00.")
    ] = "",
    authority: Annotated[
        str, typer.Option(metavar="NUMBER", help="The number under which an authority keeps it.")
    ] = "",
    batch: Annotated[str, typer.Option(metavar="NUMBER", help="The batch of the goods.")] = "",
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write down what a complaint is about, what is asked for and how serious it is."""

    def step(desk: WritingDesk, no: str) -> TicketHead:
        from counter import complaints
        from counter.complaint_details import ComplaintDraft

        draft = ComplaintDraft(
            complaint_class=about or "",
            demand=demand or "",
            severity=severity or "",
            amount_claimed=amount,
            authority_ref=authority,
            batch_no=batch,
        )
        return complaints.detail(desk, no, draft, text)

    work([number], login, pin_stdin, as_json, step)


@app.command("investigate")
@ending_in_words
def investigate(
    number: Number,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Somebody looks into it."""
    _take("investigate", number, text, login, pin_stdin, as_json)


@app.command("propose")
@ending_in_words
def propose(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the shop offers.")],
    amount: Annotated[str, typer.Option(metavar="AMOUNT", help="Such as 50.00.")] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Tell the customer what the shop offers."""

    def step(desk: WritingDesk, no: str) -> TicketHead:
        from counter import complaints

        return complaints.propose(desk, no, text, amount=amount)

    work([number], login, pin_stdin, as_json, step)


@app.command("accept")
@ending_in_words
def accept(
    number: Number,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The customer takes what was proposed."""
    _take("accept", number, text, login, pin_stdin, as_json)


@app.command("dispute")
@ending_in_words
def dispute(
    number: Number,
    text: Text,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The customer does not take it: it goes one level up."""
    _take("dispute", number, text, login, pin_stdin, as_json)


@app.command("mediate")
@ending_in_words
def mediate(
    number: Number,
    text: Text,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """It goes to an authority or a consumer association."""
    _take("mediate", number, text, login, pin_stdin, as_json)


@app.command("perform")
@ending_in_words
def perform(
    number: Number,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """What was agreed is done."""
    _take("perform", number, text, login, pin_stdin, as_json)


@app.command("escalate")
@ending_in_words
def escalate(
    number: Number,
    text: Why,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Lift it one level; three is the store manager's."""
    _take("escalate", number, text, login, pin_stdin, as_json)


@app.command("check")
@ending_in_words
def check(
    number: Number,
    step_: Annotated[CrisisStep, typer.Argument(metavar="STEP", help="A step of its checklist.")],
    done: Annotated[
        bool, typer.Option("--done/--open", help="Done, or still to be done after all.")
    ] = True,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Tick a step of the checklist; a note says why it is not needed."""

    def step(desk: WritingDesk, no: str) -> TicketHead:
        from counter import complaints

        return complaints.check(desk, no, step_, text, done=done)

    work([number], login, pin_stdin, as_json, step)


def _take(
    name: str, number: str, text: str, login: str | None, pin_stdin: bool, as_json: bool
) -> None:
    """Take a step that asks for words only."""

    def step(desk: WritingDesk, no: str) -> TicketHead:
        from counter import complaints

        operation: Callable[[WritingDesk, str, str], TicketHead] = getattr(complaints, name)
        return operation(desk, no, text)

    work([number], login, pin_stdin, as_json, step)
