"""Any list as a spreadsheet: every row, not only the page in sight, masked as on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from counter import lookup, overdue, return_reading, staff
from counter.cash_up import day_refunds, paid_for
from counter.desk import ReadingDesk
from counter.exporting import ViewFile, export_view
from counter.language import _
from counter.lateness import Lateness
from counter.lookup import TicketQuery
from counter.overdue import OverdueLine, OverdueQuery
from counter.return_reading import ReturnQuery
from counter.waiting_words import level_words, waits_for
from counter.words import label, person
from models.messages import N_
from models.money import from_minor
from models.return_views import ReturnRow
from models.views import Listed, Page, ReceiptRow, Span, StaffRow, TicketRow

_ROWS_AT_ONCE: Final = 500

_TICKET_HEADS: Final = (
    N_("ticket"),
    N_("kind"),
    N_("status"),
    N_("priority"),
    N_("opened"),
    N_("owner"),
    N_("customer"),
    N_("phone ends"),
    N_("about"),
    N_("wakes up"),
    N_("due"),
    N_("late, minutes"),
    N_("clock"),
    N_("level"),
    N_("severity"),
)


def export_tickets(desk: ReadingDesk, query: TicketQuery, folder: Path) -> ViewFile:
    """Write every ticket that ``query`` finds, in its order, for a spreadsheet.

    Args:
        desk: a reading desk; all rows belong to its one moment.
        query: the list as it stands on the screen, its filter included.
        folder: the counter's folder for exports.

    Raises:
        NotAllowed: the role does not permit it.
        FileRefused: the folder or the disk refuses; no file is left behind.
    """
    rows = _every(lambda span: lookup.ticket_list(desk, query, span))
    return _write(desk, folder, f"tickets-{query.view}", _TICKET_HEADS, _tickets(desk, rows))


def export_customer_tickets(desk: ReadingDesk, customer_id: int, folder: Path) -> ViewFile:
    """Write all tickets of a customer, the newest first; refusals as :func:`export_tickets`."""
    rows = _every(lambda span: lookup.tickets_of(desk, customer_id, span))
    return _write(desk, folder, "customer-tickets", _TICKET_HEADS, _tickets(desk, rows))


def export_customer_receipts(desk: ReadingDesk, customer_id: int, folder: Path) -> ViewFile:
    """Write all receipts of a customer, the newest first; refusals as :func:`export_tickets`."""
    heads = (N_("receipt"), N_("sold"), N_("where"), N_("paid"), N_("currency"), N_("goods"))
    rows = _every(lambda span: lookup.receipts_of(desk, customer_id, span))
    return _write(desk, folder, "customer-receipts", heads, map(_receipt, rows))


def export_receipt_lines(desk: ReadingDesk, receipt_no: str, folder: Path) -> ViewFile:
    """Write the lines of a receipt; refusals as :func:`export_tickets`.

    Raises:
        NotFound: there is no receipt of that number.
    """
    receipt = lookup.receipt(desk, receipt_no)
    heads = (
        N_("receipt"),
        N_("line"),
        N_("goods"),
        N_("number"),
        N_("barcode"),
        N_("serial number"),
        N_("sold"),
        N_("left"),
        N_("price"),
        N_("currency"),
    )
    rows = (
        (
            receipt.receipt_no,
            line.line_no,
            line.name,
            line.sku,
            line.barcode,
            line.serial_no,
            _quantity(line.qty_milli),
            _quantity(line.left_milli),
            from_minor(line.unit_paid_minor, receipt.currency),
            receipt.currency,
        )
        for line in receipt.lines
    )
    return _write(desk, folder, "receipt-lines", heads, rows)


def export_receipt_tickets(desk: ReadingDesk, receipt_no: str, folder: Path) -> ViewFile:
    """Write all tickets about a receipt, the newest first; refusals as the lines'."""
    receipt = lookup.receipt(desk, receipt_no)
    rows = _every(lambda span: lookup.tickets_about_receipt(desk, receipt.id, span))
    return _write(desk, folder, "receipt-tickets", _TICKET_HEADS, _tickets(desk, rows))


def export_return_cases(desk: ReadingDesk, query: ReturnQuery, folder: Path) -> ViewFile:
    """Write every return case that ``query`` finds; refusals as :func:`export_tickets`."""
    heads = (
        N_("ticket"),
        N_("status"),
        N_("remedy"),
        N_("way back"),
        N_("due"),
        N_("submitted"),
        N_("owner"),
        N_("customer"),
        N_("phone ends"),
        N_("receipt"),
        N_("goods"),
    )
    rows = _every(lambda span: return_reading.case_list(desk, query, span))
    return _write(desk, folder, f"returns-{query.view}", heads, map(_case, rows))


def export_paid_out(desk: ReadingDesk, day: date, folder: Path) -> ViewFile:
    """Write what was paid out on a day by clerk and means; refusals as :func:`export_tickets`."""
    heads = (
        N_("number"),
        N_("name"),
        N_("what"),
        N_("way back"),
        N_("payments"),
        N_("amount"),
        N_("currency"),
    )
    rows = (
        (
            row.login,
            row.name,
            paid_for(row),
            label(row.method),
            row.payments,
            from_minor(row.amount_minor, row.currency),
            row.currency,
        )
        for row in day_refunds(desk, day)
    )
    return _write(desk, folder, f"paid-out-{day:%Y%m%d}", heads, rows)


OVERDUE_HEADS: Final = (
    N_("level"),
    N_("minutes late"),
    N_("due"),
    N_("ticket"),
    N_("kind"),
    N_("clock"),
    N_("status"),
    N_("priority"),
    N_("customer"),
    N_("phone ends"),
    N_("owner"),
    N_("department"),
    N_("waits for"),
)
"""Heads of the overdue board; what is not due yet has negative minutes."""


def export_overdue(desk: ReadingDesk, query: OverdueQuery, folder: Path) -> ViewFile:
    """Write what the overdue board shows; refusals as :func:`export_tickets`."""
    found = overdue.board(desk, query)
    lines = overdue.every_line(desk, found.rows)
    rows = (overdue_cells(line, late=line.row.due_at < found.at) for line in lines)
    return _write(desk, folder, "overdue", OVERDUE_HEADS, rows)


def overdue_cells(line: OverdueLine, *, late: bool) -> Sequence[Any]:
    """A line of the overdue board under :data:`OVERDUE_HEADS`."""
    row, detail = line.row, line.detail
    minutes = row.seconds // 60 if late else -(row.seconds // 60)
    first = (level_words(row.level), minutes, row.due_at)
    if detail is None:  # its clock has ended since
        return (*first, "", label(row.ticket_kind), label(row.clock), *("",) * 7)
    return (
        *first,
        detail.no,
        label(row.ticket_kind),
        label(row.clock),
        label(detail.status),
        str(detail.priority),
        detail.customer,
        detail.phone_end,
        person(detail.owner_name) or None,
        detail.department,
        waits_for(row, detail),
    )


def export_staff(desk: ReadingDesk, folder: Path) -> ViewFile:
    """Write the staff list by login; refusals as :func:`export_tickets`."""
    heads = (N_("number"), N_("name"), N_("role"), N_("works here"), N_("has a PIN"))
    rows = _every(lambda span: staff.staff_list(desk, span))
    return _write(desk, folder, "staff", heads, map(_person, rows))


def _write(
    desk: ReadingDesk,
    folder: Path,
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> ViewFile:
    return export_view(desk, folder, name, [_(head) for head in heads], rows)


def _every(page: Callable[[Span], Page[Any]]) -> Iterator[Any]:
    span = Span(_ROWS_AT_ONCE)
    while rows := page(span).rows:
        yield from rows
        if len(rows) < _ROWS_AT_ONCE:
            return
        last: Listed = rows[-1]
        span = Span(_ROWS_AT_ONCE, after=last.key)


def _tickets(desk: ReadingDesk, rows: Iterable[TicketRow]) -> Iterator[Sequence[Any]]:
    lateness = Lateness()
    for row in rows:
        lateness.learn(desk, (row,))
        yield _ticket(row, lateness.minutes(row, desk.now))


def _ticket(row: TicketRow, late: int | None) -> Sequence[Any]:
    return (
        row.no,
        label(row.kind),
        label(row.status),
        str(row.priority),
        row.opened_at,
        person(row.owner_name) or None,
        row.customer,
        row.phone_end,
        row.summary,
        row.wake_on,
        row.due_at,
        late,
        label(row.due_clock) if row.due_clock else None,
        row.level,
        label(row.severity) if row.severity else None,
    )


def _case(row: ReturnRow) -> Sequence[Any]:
    return (
        row.no,
        label(row.status),
        label(row.remedy),
        label(row.mode),
        row.due_at,
        row.submitted_at,
        person(row.owner_name) or None,
        row.customer,
        row.phone_end,
        row.receipt_no,
        row.goods,
    )


def _receipt(row: ReceiptRow) -> Sequence[Any]:
    paid = from_minor(row.paid_minor, row.currency)
    return (row.receipt_no, row.sold_at, label(row.channel), paid, row.currency, row.goods)


def _person(row: StaffRow) -> Sequence[Any]:
    return (row.login, row.name, label(row.role), _yes_no(row.active), _yes_no(row.has_pin))


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _quantity(milli: int) -> Decimal:
    return Decimal(milli) / 1000
