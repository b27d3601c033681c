"""``counter ticket list`` and ``counter ticket show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counter.clock_words import mark
from counter.commands.output import jsonable, print_facts, print_json, print_table, safe
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.commands.ticket_working import Number
from counter.counting import amount, hidden_words
from counter.event_words import details, taken_back
from counter.language import _, moment, ngettext, short_moment
from counter.words import label, person
from models.terms import Cause, Priority, Severity, TicketChannel, TicketOrder, TicketView

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from models.views import EventRow, TicketDetail

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("list")
@ending_in_words
def list_(
    view: Annotated[TicketView, typer.Option("--view", "-v", help="Which tickets.")] = (
        TicketView.WORKING
    ),
    text: Annotated[str, typer.Option("--filter", "-f", help="Only those with these words.")] = "",
    order: Annotated[TicketOrder, typer.Option(help="Sorted by what.")] = TicketOrder.URGENT,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", "-k", metavar="KIND", help="Only this kind; complaints: all of the queue."
        ),
    ] = None,
    priority: Annotated[
        list[Priority] | None, typer.Option("--priority", "-p", help="Only this priority.")
    ] = None,
    channel: Annotated[
        list[TicketChannel] | None, typer.Option("--channel", help="Only by this way.")
    ] = None,
    severity: Annotated[
        list[Severity] | None, typer.Option("--severity", help="Only complaints so serious.")
    ] = None,
    cause: Annotated[
        list[Cause] | None, typer.Option("--class", help="Only about this, or caused by it.")
    ] = None,
    level: Annotated[
        int, typer.Option("--level", min=0, max=3, help="Only from this level on.")
    ] = 0,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    authority: Annotated[
        bool, typer.Option("--authority", help="Only what an authority keeps, too.")
    ] = False,
    owner: Annotated[str, typer.Option("--owner", help="Only this staff number's.")] = "",
    department: Annotated[str, typer.Option("--department", help="Only this department's.")] = "",
    first: Annotated[str, typer.Option("--from", help="Opened on this day or later.")] = "",
    last: Annotated[str, typer.Option("--to", help="Opened on this day or before.")] = "",
    limit: Annotated[
        int, typer.Option("--limit", "-l", min=1, max=100_000, help="At most so many.")
    ] = 50,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """List tickets, the most urgent first."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.lateness import Lateness
        from counter.lookup import TicketQuery, ticket_counts, ticket_list
        from counter.narrowing import narrowing
        from models.views import Span

        wanted = narrowing(
            {
                "kind": kind or (),
                "priority": priority or (),
                "channel": channel or (),
                "severity": severity or (),
                "class": cause or (),
                "level": str(level or ""),
                "late": "yes" if overdue else "",
                "authority": "yes" if authority else "",
                "owner": owner,
                "department": department,
                "from": first,
                "to": last,
            }
        )
        mine = actor.id if view is TicketView.MINE else None
        query = TicketQuery(view, mine, text, order, wanted)
        lateness = Lateness()
        with shop.reading(actor) as desk:
            page = ticket_list(desk, query, Span(limit))
            counts = ticket_counts(desk, query)
            lateness.learn(desk, page.rows)
            now = desk.now
        total, hidden = counts.total, counts.hidden
        if as_json:
            print_json(
                {
                    "tickets": [
                        {**jsonable(row), "late_minutes": lateness.minutes(row, now)}
                        for row in page.rows
                    ],
                    "total": total.rows,
                    "total_is_least": total.more,
                    "hidden": hidden.rows,
                    "hidden_is_least": hidden.more,
                }
            )
            return
        print_table(
            [
                *(_("ticket"), _("level"), "", _("kind"), _("status"), _("due")),
                *(_("opened"), _("who"), _("about")),
            ],
            [
                [
                    row.no,
                    mark(row.level),
                    row.priority,
                    label(row.kind),
                    label(row.status),
                    lateness.words(row, now, shop.site.zone),
                    short_moment(row.opened_at, shop.site.zone),
                    person(row.owner_name) or _("nobody"),
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
            (_("opened"), f"{moment(found.opened_at, zone)}, {person(found.opened_by)}"),
            (_("channel"), label(found.channel)),
            (_("owner"), person(found.owner_name)),
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
    print_history(found, zone)


def print_history(found: TicketDetail, zone: ZoneInfo) -> None:
    """Everything that happened to a ticket."""
    print_table(
        ["#", _("when"), _("who"), _("what"), _("note")],
        [
            [
                str(event.no),
                short_moment(event.at, zone),
                person(event.actor),
                _what(event, found, zone),
                event.text or "",
            ]
            for event in found.events
        ],
    )


def _what(event: EventRow, found: TicketDetail, zone: ZoneInfo) -> str:
    parts = [label(event.kind), details(event, found.events, zone)]
    if event.no in taken_back(found.events):
        parts.append(_("(taken back)"))
    return " ".join(part for part in parts if part)
