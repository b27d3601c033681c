"""A receipt: what was sold, what is left of it, and the tickets about it."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from counter import lookup
from counter.desk import ReadingDesk
from counter.language import _, day, listed, moment, money, quantity
from counter.list_files import export_receipt_lines, export_receipt_tickets
from counter.permissions import Action, allowed
from counter.words import label
from models.errors import CounterError
from models.messages import N_
from models.terms import HitKind
from models.views import Counts, Page, ReceiptDetail, ReceiptLineRow, Span, TicketRow
from screens.facts import fact
from screens.frame import FramedScreen
from screens.ticket_columns import ticket_columns
from screens.widgets.columns import Cell, Column, Flex, Toned
from screens.widgets.held import counts_of, page_of
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, plain

MOST_TICKETS: Final = 5
"""Lines for tickets below the goods; the list scrolls when there are more."""


class _Goods(PagedTable[ReceiptLineRow]):
    """The lines of the receipt; Enter begins a ticket about one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("New ticket about this line"), show=False, id="goods.open"),
    ]


class ReceiptScreen(FramedScreen):
    """One receipt; the cursor stands on a line, and a new ticket is about that line.

    Args:
        no: the receipt's number.
    """

    CSS_PATH = "styles/receipt.tcss"
    AUTO_FOCUS = "#goods"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n,f2,ctrl+n",
            "new_ticket",
            N_("New ticket"),
            id="receipt.new_ticket",
            key_display="F2",
        ),
        Binding("r", "check_return", N_("Return check"), id="receipt.returns"),
        Binding("c", "customer", N_("Customer"), id="receipt.customer"),
        Binding("e", "export", N_("CSV"), id="receipt.export"),
        Binding("escape", "back", N_("Back"), id="receipt.back"),
    ]

    def __init__(self, no: str) -> None:
        super().__init__()
        self._no = no
        self.receipt: ReceiptDetail | None = None
        self._is_awaited = True

    def compose_body(self) -> ComposeResult:
        yield PlainText("", id="receipt-facts")
        yield _Goods(
            _columns(self),
            self._load_lines,
            self._count_lines,
            empty="",
            markable=False,
            id="goods",
        )
        yield PlainText("", id="line-facts")
        yield PlainText("", id="tickets-heading")
        now, today = self.counter_app.shop.clock, self.counter_app.today
        yield PagedTable(
            ticket_columns(now, today),
            self._load_tickets,
            self._count_tickets,
            markable=False,
            id="receipt-tickets",
        )

    def on_mount(self) -> None:
        self.query_one("#receipt-tickets").display = False

    def store_changed(self) -> None:
        """Read the receipt again; the cursor stays on its line."""
        self.read(self._question, self._show, group="receipt", failed=self._not_read)

    @property
    def is_opening(self) -> bool:
        """Until the receipt is read, keys wait for its lines."""
        return self._is_awaited or super().is_opening

    def _not_read(self, error: CounterError) -> None:
        self._is_awaited = False
        self.say_error(error)

    def _question(self, desk: ReadingDesk) -> ReceiptDetail:
        return lookup.receipt(desk, self._no)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _(
                "Choose the line it is about with the arrows, then F2, n or Enter: the form for a"
                " new ticket opens with receipt, line and customer filled in."
            ),
            _("r or F4 checks a return of that line: what the customer is entitled to."),
            _("'2 of 5' left means that the till took three back already; below stands when."),
            _("Tab goes to the tickets about this receipt, Enter opens one."),
            _("e writes the list in which the cursor stands for a spreadsheet."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _show(self, receipt: ReceiptDetail) -> None:
        before, self.receipt = self.receipt, receipt
        self._is_awaited = False
        if before == receipt:
            return
        zone = self.counter_app.shop.site.zone
        self.query_one("#receipt-facts", PlainText).update(
            _facts(receipt, moment(receipt.sold_at, zone))
        )
        goods = self.query_one("#goods", _Goods)
        goods.empty = N_("This receipt has no lines.")
        goods.styles.max_height = max(len(receipt.lines), 1) + 2  # the facts stand close below
        goods.reload()
        self._show_tickets(len(receipt.tickets), receipt.tickets_total)
        self.refresh_bindings()

    def _show_tickets(self, count: int, total: int) -> None:
        if not count:
            heading = _("No ticket is about this receipt.")
        elif count == total:
            heading = _("Tickets about this receipt")
        else:
            heading = _("Tickets about this receipt: the newest {count} of {total}").format(
                count=count, total=total
            )
        self.query_one("#tickets-heading", PlainText).update(heading)
        table = self.query_one("#receipt-tickets", PagedTable)
        table.display = bool(count)
        table.styles.height = min(count, MOST_TICKETS) + 1
        table.reload()

    def _load_lines(self, span: Span) -> Page[ReceiptLineRow]:
        return page_of(self.receipt.lines if self.receipt else (), span)

    def _count_lines(self, first: tuple[Any, ...] | None) -> Counts:
        return counts_of(self.receipt.lines if self.receipt else (), first)

    def _load_tickets(self, span: Span) -> Page[TicketRow]:
        return page_of(self.receipt.tickets if self.receipt else (), span)

    def _count_tickets(self, first: tuple[Any, ...] | None) -> Counts:
        return counts_of(self.receipt.tickets if self.receipt else (), first)

    @on(PagedTable.RowHighlighted, "#goods")
    def _line_highlighted(self, event: PagedTable.RowHighlighted) -> None:
        zone = self.counter_app.shop.site.zone
        line: ReceiptLineRow = event.row
        taken = [
            _("{count} on {day} ({no})").format(
                count=quantity(back.qty_milli),
                day=day(back.returned_at.astimezone(zone).date()),
                no=back.return_no,
            )
            for back in line.returns
        ]
        facts: list[list[tuple[str, str | None]]] = [
            [(_("the till took back"), listed(taken) or _("nothing"))],
            [
                (_("serial number"), line.serial_no),
                (_("received"), day(line.received_on) if line.received_on else None),
            ],
            [(_("article"), line.sku), (_("barcode"), line.barcode)],
        ]
        lines = [_facts_of(pairs) for pairs in facts if any(value for _name, value in pairs)]
        self.query_one("#line-facts", PlainText).update(Content("\n").join(lines))

    # --- going on ---------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what this receipt and the role allow."""
        if action == "new_ticket":
            role = self.counter_app.actor.role
            return self.receipt is not None and allowed(role, Action.OPEN_TICKET)
        if action == "check_return":
            role = self.counter_app.actor.role
            return self.receipt is not None and allowed(role, Action.HANDLE_RETURN)
        if action == "customer":
            return self.receipt is not None and self.receipt.customer_id is not None
        if action == "export":
            return allowed(self.counter_app.actor.role, Action.EXPORT_VIEW)
        return True

    def action_export(self) -> None:
        """Write the list with the focus for a spreadsheet: the goods, or the tickets."""
        no = self._no
        of_tickets = self.query_one("#receipt-tickets").has_focus
        write = export_receipt_tickets if of_tickets else export_receipt_lines
        self.export(lambda desk, folder: write(desk, no, folder))

    def action_new_ticket(self) -> None:
        """Open the form for a new ticket about the line under the cursor."""
        line = self.query_one("#goods", _Goods).current
        about = f"{self._no}/{line.line_no}" if line is not None else self._no
        self.counter_app.open_intake(about=about)

    @property
    def receipt_in_hand(self) -> str:
        line = self.query_one("#goods", _Goods).current
        return f"{self._no}/{line.line_no}" if line is not None else self._no

    def action_check_return(self) -> None:
        """Check what the customer is entitled to who brings the line under the cursor back."""
        self.counter_app.open_return_check(self.receipt_in_hand)

    def action_customer(self) -> None:
        """Show the customer who bought it."""
        if self.receipt is not None and self.receipt.customer_id is not None:
            self.counter_app.open_record(HitKind.CUSTOMER, str(self.receipt.customer_id))

    @on(PagedTable.RowChosen, "#goods")
    def _line_chosen(self, event: PagedTable.RowChosen) -> None:
        if self.check_action("new_ticket", ()):
            self.action_new_ticket()

    @on(PagedTable.RowChosen, "#receipt-tickets")
    def _ticket_chosen(self, event: PagedTable.RowChosen) -> None:
        self.counter_app.open_ticket(event.row.no)


def _columns(screen: ReceiptScreen) -> list[Column[ReceiptLineRow]]:
    def price(line: ReceiptLineRow) -> str:
        receipt = screen.receipt
        return money(line.unit_paid_minor, receipt.currency) if receipt else ""

    return [
        Column("", lambda line: str(line.line_no), width=3, align="right"),
        Column(N_("article"), lambda line: line.name, width=Flex(20)),
        Column(N_("left"), _left, width=15),
        Column(N_("paid for one"), price, width=15, align="right"),
        Column(N_("serial number"), lambda line: line.serial_no or "", width=18, hide_below=90),
        Column(N_("barcode"), lambda line: line.barcode or "", width=14, hide_below=110),
    ]


def _left(line: ReceiptLineRow) -> Cell:
    left, sold = quantity(line.left_milli), quantity(line.qty_milli)
    words = _("{left} of {sold}").format(left=left, sold=sold)
    if not line.left_milli:
        return Toned(words, "muted")
    return Toned(words, "warning") if line.left_milli < line.qty_milli else words


def _facts(receipt: ReceiptDetail, sold_at: str) -> Content:
    customer = " ".join(part for part in (receipt.customer, receipt.phone_masked) if part)
    paid = listed(
        f"{label(tender.method)} {money(tender.amount_minor, receipt.currency)}"
        for tender in receipt.tenders
    )
    lines = [
        Content.assemble(
            (_("Receipt {no}").format(no=plain(receipt.receipt_no).plain), "bold"),
            f"   {sold_at}   {label(receipt.channel)}",
        ),
        fact(_("customer"), customer or _("nobody known")),
        fact(_("paid"), paid or _("not known how")),
    ]
    return Content("\n").join(lines)


def _facts_of(pairs: list[tuple[str, str | None]]) -> Content:
    return Content("   ").join(fact(name, value) for name, value in pairs if value)
