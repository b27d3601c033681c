"""``counter ticket``: the life of a ticket from the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.output import print_facts, print_json, print_table, safe
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.counting import amount, hidden_words
from counter.language import _, moment, ngettext, short_moment
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.terms import (
    Cause,
    Liability,
    Outcome,
    Priority,
    TicketChannel,
    TicketKind,
    TicketOrder,
    TicketView,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from counter.desk import WritingDesk
    from counter.ticket_events import TicketHead
    from models.views import TicketDetail

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Such as C-20250303-0007.")]
Note = Annotated[str, typer.Option("--note", "-n", help="What happened, in words.")]


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
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Open a ticket."""
    with signed_in(login, pin_stdin) as (shop, actor):
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
            )
            head = open_ticket(desk, draft)
        _answer(head, as_json)


@app.command("list")
@ending_in_words
def list_(
    view: Annotated[TicketView, typer.Option("--view", "-v", help="Which tickets.")] = (
        TicketView.WORKING
    ),
    text: Annotated[str, typer.Option("--filter", "-f", help="Only those with these words.")] = "",
    order: Annotated[TicketOrder, typer.Option(help="Sorted by what.")] = TicketOrder.URGENT,
    limit: Annotated[
        int, typer.Option("--limit", "-l", min=1, max=100_000, help="At most so many.")
    ] = 50,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """List tickets, the most urgent first."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.lookup import TicketQuery, ticket_counts, ticket_list
        from models.views import Span

        query = TicketQuery(view, actor.id if view is TicketView.MINE else None, text, order)
        with shop.reading(actor) as desk:
            page = ticket_list(desk, query, Span(limit))
            counts = ticket_counts(desk, query)
        total, hidden = counts.total, counts.hidden
        if as_json:
            print_json(
                {
                    "tickets": page.rows,
                    "total": total.rows,
                    "total_is_least": total.more,
                    "hidden": hidden.rows,
                    "hidden_is_least": hidden.more,
                }
            )
            return
        print_table(
            [_("ticket"), "", _("kind"), _("status"), _("opened"), _("who"), _("about")],
            [
                [
                    row.no,
                    row.priority,
                    label(row.kind),
                    label(row.status),
                    short_moment(row.opened_at, shop.site.zone),
                    row.owner_name or _("nobody"),
                    row.summary,
                ]
                for row in page.rows
            ],
        )
        print(
            ngettext("{shown} of {total} ticket", "{shown} of {total} tickets", total.rows).format(
                shown=len(page.rows), total=amount(total)
            )
            + hidden_words(hidden)
        )


@app.command("show")
@ending_in_words
def show(
    number: Number,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a ticket with its history."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.lookup import ticket

        with shop.reading(actor) as desk:
            found = ticket(desk, number)
        if as_json:
            print_json(found)
        else:
            _print_ticket(found, shop.site.zone)


def _print_ticket(found: TicketDetail, zone: ZoneInfo) -> None:
    print(f"{found.no}  {label(found.kind)}  {label(found.status)}  {found.priority}")
    print(safe(found.summary))
    if found.body:
        print(safe(found.body, lines=True))
    receipt = found.receipt_no and (
        f"{found.receipt_no}/{found.receipt_line_no}" if found.receipt_line_no else found.receipt_no
    )
    print_facts(
        [
            (_("opened"), f"{moment(found.opened_at, zone)}, {found.opened_by}"),
            (_("channel"), label(found.channel)),
            (_("owner"), found.owner_name),
            (_("department"), found.department),
            (
                _("customer"),
                " ".join(part for part in (found.customer, found.phone_masked) if part),
            ),
            (_("receipt"), receipt),
            (_("follows"), found.parent),
            (_("merged into"), found.merged_into),
            (_("wakes up"), found.wake_on.isoformat() if found.wake_on else None),
            (_("outcome"), label(found.outcome) if found.outcome else None),
            (_("cause"), label(found.cause) if found.cause else None),
            (_("liability"), label(found.liability) if found.liability else None),
        ]
    )
    print_table(
        ["#", _("when"), _("who"), _("what"), _("note")],
        [
            [
                str(event.no),
                short_moment(event.at, zone),
                event.actor,
                label(event.kind),
                event.text or "",
            ]
            for event in found.events
        ],
    )


def _step(
    number: str,
    login: str | None,
    pin_stdin: bool,
    as_json: bool,
    operation: Callable[[WritingDesk, str], TicketHead],
) -> None:
    """Sign in, take one step with the ticket, and say how it stands now."""
    with signed_in(login, pin_stdin) as (shop, actor):
        with shop.writing(actor) as desk:
            head = operation(desk, number)
        _answer(head, as_json)


def _answer(head: TicketHead, as_json: bool) -> None:
    if as_json:
        print_json(head)
    else:
        print(f"{head.no}  {label(head.kind)}  {label(head.status)}  {head.priority}")
        print(safe(head.summary))


@app.command("take")
@ending_in_words
def take(
    number: Number,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Become the owner of a ticket."""
    from counter import tickets

    _step(number, login, pin_stdin, as_json, tickets.take)


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

    _step(number, login, pin_stdin, as_json, lambda desk, no: tickets.note(desk, no, text))


@app.command("assign")
@ending_in_words
def assign(
    number: Number,
    to: Annotated[str | None, typer.Option("--to", help="A colleague's staff number.")] = None,
    department: Annotated[str | None, typer.Option(help="A department.")] = None,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give a ticket to a colleague or a department."""
    from counter import tickets

    _step(
        number,
        login,
        pin_stdin,
        as_json,
        lambda desk, no: tickets.assign(desk, no, to=to, department=department, note=text),
    )


@app.command("wait")
@ending_in_words
def wait(
    number: Number,
    until: Annotated[str, typer.Option("--until", "-u", help="Wakes up on this day: 2025-03-08.")],
    text: Annotated[str, typer.Option("--note", "-n", help="What was asked, or sent to whom.")],
    party: Annotated[str, typer.Option("--for", help="customer or third_party.")] = "customer",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let a ticket wait for the customer or for somebody outside."""
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
    _step(number, login, pin_stdin, as_json, lambda desk, no: operation(desk, no, text, until))


@app.command("answer")
@ending_in_words
def answer(
    number: Number,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """What a ticket waited for has come."""
    from counter import tickets

    _step(number, login, pin_stdin, as_json, lambda desk, no: tickets.answer(desk, no, text))


@app.command("respond")
@ending_in_words
def respond(
    number: Number,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """The customer was told something for the first time."""
    from counter import tickets

    _step(number, login, pin_stdin, as_json, lambda desk, no: tickets.respond(desk, no, text))


@app.command("resolve")
@ending_in_words
def resolve(
    number: Number,
    outcome: Annotated[Outcome, typer.Option(help="How it ended.")],
    cause: Annotated[Cause, typer.Option(help="Why it happened.")],
    liability: Annotated[Liability | None, typer.Option(help="Who answers for it.")] = None,
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say how a ticket ended and why it happened."""
    from counter import tickets

    _step(
        number,
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
    number: Number,
    informed: Annotated[
        bool, typer.Option("--informed/--not-informed", help="Was the customer told?")
    ],
    text: Note = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """End a resolved ticket."""
    from counter import tickets

    _step(
        number,
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

    _step(number, login, pin_stdin, as_json, lambda desk, no: tickets.reopen(desk, no, text))


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

    _step(number, login, pin_stdin, as_json, lambda desk, no: tickets.cancel(desk, no, text))


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

    _step(
        number,
        login,
        pin_stdin,
        as_json,
        lambda desk, no: tickets.prioritise(desk, no, level, text),
    )
