"""Returns looked at from the command line: one, the lists, its slip, and what was paid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.output import print_facts, print_json, print_table, safe
from counter.commands.return_working import Number, next_command
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    signed_in,
)
from counter.commands.ticket_reading import print_history
from counter.counting import amount
from counter.goodwill import base_words
from counter.language import _, full_day, listed, moment, money, ngettext, quantity, short_moment
from counter.rules.fields import Faults
from counter.words import label, person
from models.terms import ReturnView

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from counter.return_words import LineWords
    from models.return_views import RefundRow, ReturnCaseDetail, ReturnLineDetail

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("list")
@ending_in_words
def list_(
    view: Annotated[ReturnView, typer.Option("--view", "-v", help="Which returns.")] = (
        ReturnView.OPEN
    ),
    limit: Annotated[
        int, typer.Option("--limit", "-l", min=1, max=100_000, help="At most so many.")
    ] = 50,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """List returns, those due first at the top."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.return_reading import ReturnQuery, case_counts, case_list
        from models.views import Span

        query = ReturnQuery(view)
        with shop.reading(actor) as desk:
            page = case_list(desk, query, Span(limit))
            total = case_counts(desk, query).total
        if as_json:
            print_json({"returns": page.rows, "total": total.rows, "total_is_least": total.more})
            return
        zone = shop.site.zone
        print_table(
            [
                _("return"),
                _("status"),
                _("remedy"),
                _("way back"),
                _("due"),
                _("customer"),
                _("about"),
            ],
            [
                [
                    row.no,
                    label(row.status),
                    label(row.remedy),
                    label(row.mode),
                    _due(row.due_at, zone),
                    row.customer or "",
                    row.goods,
                ]
                for row in page.rows
            ],
        )
        print(
            ngettext("{shown} of {total} return", "{shown} of {total} returns", total.rows).format(
                shown=len(page.rows), total=amount(total)
            )
        )


@app.command("show")
@ending_in_words
def show(
    number: Number,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a return: its goods with their verdicts and money, and its history."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.return_reading import case
        from counter.return_words import line_words

        with shop.reading(actor) as desk:
            found = case(desk, number)
            words = line_words(desk, found)
        if as_json:
            print_json(found)
        else:
            _print_return(found, words, shop.site.zone)


@app.command("slip")
@ending_in_words
def slip(
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="Of a return or of any other ticket.")
    ],
    columns: Annotated[
        int | None,
        typer.Option(min=24, max=120, help="Characters of a line; the printer's when absent."),
    ] = None,
    to_printer: Annotated[
        bool, typer.Option("--print", help="Print it on the printer of the settings.")
    ] = False,
    login: AsOption = None,
    pin_stdin: PinOption = False,
) -> None:
    """Print the slip for the customer: as text, or on paper."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.slips import record_print, slip_for, text_of

        with shop.reading(actor) as desk:
            found = slip_for(desk, number)
        if to_printer:
            from counter.printing import print_slip

            print_slip(shop.settings, found)
            with shop.writing(actor) as desk:
                record_print(desk, number)
            return
        print(safe(text_of(found, columns or shop.settings.printer_columns), lines=True))


@app.command("cash-up")
@ending_in_words
def cash_up(
    day: Annotated[
        str,
        typer.Option("--day", metavar="DATE", help="Such as 2025-03-08; today when absent."),
    ] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Print what was paid out on a day, by clerk and by means of payment."""
    faults = Faults()
    wanted = faults.day("day", day)
    faults.raise_if_any()
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.cash_up import day_refunds, paid_for, totals

        with shop.reading(actor) as desk:
            chosen = wanted or desk.today
            rows = day_refunds(desk, chosen)
        if as_json:
            print_json({"day": chosen, "rows": rows})
            return
        print(full_day(chosen))
        print_table(
            [_("number"), _("name"), _("means"), _("what"), _("payments"), _("amount")],
            [
                [
                    row.login,
                    row.name,
                    label(row.method),
                    paid_for(row),
                    str(row.payments),
                    money(row.amount_minor, row.currency),
                ]
                for row in rows
            ],
        )
        for means in totals(rows):
            paid = money(means.amount_minor, means.currency)
            print(_("{means} in all: {amount}").format(means=label(means.method), amount=paid))
        if not rows:
            print(_("Nothing was paid out."))


# --- one return -----------------------------------------------------------------------------


def _print_return(found: ReturnCaseDetail, words: Iterable[LineWords], zone: ZoneInfo) -> None:
    print(f"{found.no}  {label(found.status)}  {label(found.remedy)}")
    print(safe(found.ticket.summary))
    if found.ticket.body:
        print(safe(found.ticket.body, lines=True))
    print_facts(_facts(found, zone))
    for one in words:
        print()
        _print_line(one, found.currency)
    for row in found.compensations:
        print()
        print_facts(
            [
                (_("compensation"), money(row.amount_minor, row.currency)),
                (_("status"), label(row.status)),
                (_("legal base"), base_words(row.legal_base)),
                (_("proposed"), row.proposed_by),
                (_("granted"), row.approver),
            ]
        )
    print()
    print_history(found.ticket, zone)


def _facts(found: ReturnCaseDetail, zone: ZoneInfo) -> Iterator[tuple[str, str | None]]:
    ticket = found.ticket
    yield _("receipt"), found.receipt_no
    yield _("customer"), " ".join(part for part in (ticket.customer, ticket.phone_masked) if part)
    if found.submitted_at:
        yield _("submitted"), f"{moment(found.submitted_at, zone)}, {found.submitted_by_name}"
    yield _("way back"), label(found.mode)
    yield _("freight"), label(found.freight_payer) if found.freight_payer else None
    yield _("parcel"), found.tracking_no
    for one in found.appointments:
        slot = f"{moment(one.slot_from, zone)} - {moment(one.slot_to, zone)}"
        yield _("pick-up"), f"{slot}, {label(one.status)}"
    yield _("goods due"), full_day(found.goods_due_on) if found.goods_due_on else None
    if found.due_at:
        day = _last_day(found.due_at, zone)
        yield _("due"), full_day(day) if day else moment(found.due_at, zone)
    for attachment in found.attachments:
        yield _("file"), attachment.name
    command = next_command(found)
    yield _("next"), command


def _last_day(due_at: datetime, zone: ZoneInfo) -> date | None:
    """The day whose end a term is; None where it ends at another time of the day."""
    local = due_at.astimezone(zone)
    if local.time() != time.min:
        return None
    return local.date() - timedelta(days=1)


def _due(due_at: datetime | None, zone: ZoneInfo) -> str:
    """When a step is due, as short as a list needs it."""
    if due_at is None:
        return ""
    day = _last_day(due_at, zone)
    return day.isoformat() if day else short_moment(due_at, zone)


def _print_line(words: LineWords, currency: str) -> None:
    line = words.line
    decision = line.decision
    print_facts(
        [
            (_("line"), f"{line.line_no}  {line.name} ({line.sku})"),
            (_("serial number"), line.serial_no),
            (_("quantity"), _quantities(line)),
            (_("reason"), label(line.reason)),
            (_("verdict"), label(decision.verdict)),
            (_("rule"), f"{decision.rule} ({words.policy})"),
            (_("last day"), full_day(decision.last_day) if decision.last_day else None),
            (
                _("refund"),
                None if decision.payable_minor is None else money(decision.payable_minor, currency),
            ),
            (
                _("exception"),
                f"{decision.override_reason} ({person(decision.actor)})"
                if decision.override_reason
                else None,
            ),
            (_("nothing came in"), line.waived),
        ]
    )
    for sentence in words.said:
        print(f"  {safe(sentence)}")
    for refund in line.refunds:
        print_facts(_refund(refund))


def _quantities(line: ReturnLineDetail) -> str:
    if not line.received_milli:
        return quantity(line.requested_milli)
    return _("{requested} asked for, {received} came in").format(
        requested=quantity(line.requested_milli), received=quantity(line.received_milli)
    )


def _refund(refund: RefundRow) -> Iterator[tuple[str, str | None]]:
    """A refund: where it stands, by which means, less what, and until when."""
    ways = listed(
        f"{label(one.method)} {money(one.amount_minor, refund.currency)}"
        for one in refund.allocations
    )
    yield _("money back"), f"{money(refund.amount_minor, refund.currency)}  {label(refund.status)}"
    yield _("means"), ways
    for kind, minor in refund.deductions:
        yield label(kind), money(minor, refund.currency)
    yield _("promised"), full_day(refund.due_target) if refund.due_target else None
    yield _("another way because"), refund.other_reason
    yield _("failed because"), refund.failed_reason
