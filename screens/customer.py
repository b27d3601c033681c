"""A customer: who it is, what to mind, the tickets and what was bought. Personal data is masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from counter import lookup
from counter.counting import amount
from counter.desk import ReadingDesk
from counter.language import _, money, ngettext, number, short_moment
from counter.list_files import export_customer_receipts, export_customer_tickets
from counter.permissions import Action, allowed
from counter.words import label
from models.messages import N_
from models.terms import CareFlag, HitKind, TicketOrder, Tier
from models.views import Count, Counts, CustomerRow, Page, ReceiptRow, Span, TicketRow
from screens.facts import fact
from screens.frame import FramedScreen
from screens.ticket_columns import SORTED_BY, ticket_columns
from screens.widgets.columns import Column, Flex
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, plain

CARE: Final[Mapping[CareFlag, str]] = {
    CareFlag.ELDERLY: N_("offer a seat, take time, write the next step down"),
    CareFlag.DISABILITY: N_("ask what helps; nothing may depend on standing in a queue"),
    CareFlag.LANGUAGE: N_("short sentences; ask for a colleague who speaks the language"),
    CareFlag.HEARING: N_("face the customer, write numbers and dates down, do not telephone"),
}
"""What to do for a customer with a care flag."""


class CustomerScreen(FramedScreen):
    """One customer; Tab goes between tickets and purchases, Enter opens either.

    Args:
        customer_id: the customer's key in the store.
    """

    CSS_PATH = "styles/customer.tcss"
    AUTO_FOCUS = "#customer-tickets"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n,f2,ctrl+n",
            "new_ticket",
            N_("New ticket"),
            id="customer.new_ticket",
            key_display="F2",
        ),
        Binding("e", "export", N_("CSV"), id="customer.export"),
        Binding("escape", "back", N_("Back"), id="customer.back"),
    ]

    def __init__(self, customer_id: int) -> None:
        super().__init__()
        self._customer_id = customer_id
        self.customer: CustomerRow | None = None

    def compose_body(self) -> ComposeResult:
        app = self.counter_app
        yield PlainText("", id="customer-facts")
        yield PlainText("", id="care")
        yield PlainText(_("Tickets"), id="tickets-heading", classes="heading")
        yield PagedTable(
            ticket_columns(app.shop.clock, app.today),
            self._load_tickets,
            self._count_tickets,
            empty=N_("No ticket yet."),
            markable=False,
            sorted_by=SORTED_BY[TicketOrder.NEWEST],
            id="customer-tickets",
        )
        yield PlainText(_("Receipts"), id="receipts-heading", classes="heading")
        yield PagedTable(
            self._receipt_columns(),
            self._load_receipts,
            self._count_receipts,
            empty=N_("Nothing bought with this name."),
            markable=False,
            sorted_by=("sold", True),
            id="customer-receipts",
        )

    def store_changed(self) -> None:
        """Read everything again; the cursors stay where they are."""
        self.read(self._question, self._show, group="customer")
        for table in self.query(PagedTable):
            table.reload()

    def _question(self, desk: ReadingDesk) -> CustomerRow:
        return lookup.customer(desk, self._customer_id)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("F2 or n opens the form for a new ticket with the customer filled in."),
            _("Tab goes between tickets and receipts, Enter opens the one under the cursor."),
            _("e writes the list in which the cursor stands for a spreadsheet."),
            _("A remark that begins with ! says how this customer wants to be served."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _show(self, customer: CustomerRow) -> None:
        self.customer = customer
        self.query_one("#customer-facts", PlainText).update(_facts(customer))
        care = self.query_one("#care", PlainText)
        notes = (fact(label(flag), _(CARE[flag])).plain for flag in customer.care_flags)
        care.update("\n".join(f"! {note}" for note in notes))
        care.display = bool(customer.care_flags)
        self.refresh_bindings()

    def _load_tickets(self, span: Span) -> Page[TicketRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.tickets_of(desk, self._customer_id, span)

    def _count_tickets(self, first: tuple[Any, ...] | None) -> Counts:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.ticket_counts_of(desk, self._customer_id, first)

    def _load_receipts(self, span: Span) -> Page[ReceiptRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.receipts_of(desk, self._customer_id, span)

    def _count_receipts(self, first: tuple[Any, ...] | None) -> Counts:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.receipt_counts_of(desk, self._customer_id, first)

    def _receipt_columns(self) -> list[Column[ReceiptRow]]:
        zone = self.counter_app.shop.site.zone
        return [
            Column(N_("receipt"), lambda row: row.receipt_no, width=Flex(16)),
            Column(N_("sold"), lambda row: short_moment(row.sold_at, zone), width=16),
            Column(N_("where"), lambda row: label(row.channel), width=11, hide_below=100),
            Column(
                N_("paid"),
                lambda row: money(row.paid_minor, row.currency),
                width=14,
                align="right",
            ),
            Column(N_("goods"), lambda row: row.goods, width=Flex(16, 3)),
        ]

    @on(PagedTable.CountsChanged, "#customer-tickets")
    def _tickets_counted(self, event: PagedTable.CountsChanged) -> None:
        if event.counts is not None:
            self._show_count("#tickets-heading", _("Tickets"), event.counts.total)
            # The receipts follow close.
            event.table.styles.max_height = max(event.counts.total.rows, 2) + 1

    @on(PagedTable.CountsChanged, "#customer-receipts")
    def _receipts_counted(self, event: PagedTable.CountsChanged) -> None:
        if event.counts is not None:
            self._show_count("#receipts-heading", _("Receipts"), event.counts.total)

    def _show_count(self, heading: str, words: str, count: Count) -> None:
        said = fact(words, amount(count)).plain if count.rows else words
        self.query_one(heading, PlainText).update(said)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    # --- going on ---------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the role allows."""
        if action == "new_ticket":
            role = self.counter_app.actor.role
            return self.customer is not None and allowed(role, Action.OPEN_TICKET)
        if action == "export":
            return allowed(self.counter_app.actor.role, Action.EXPORT_VIEW)
        return True

    def action_export(self) -> None:
        """Write the list with the focus for a spreadsheet: the tickets, or the receipts."""
        customer_id = self._customer_id
        of_receipts = self.query_one("#customer-receipts").has_focus
        write = export_customer_receipts if of_receipts else export_customer_tickets
        self.export(lambda desk, folder: write(desk, customer_id, folder))

    def action_new_ticket(self) -> None:
        """Open the form for a new ticket for this customer."""
        self.counter_app.open_intake(customer_id=str(self._customer_id))

    @on(PagedTable.RowChosen, "#customer-tickets")
    def _ticket_chosen(self, event: PagedTable.RowChosen) -> None:
        self.counter_app.open_record(HitKind.TICKET, event.row.no)

    @on(PagedTable.RowChosen, "#customer-receipts")
    def _receipt_chosen(self, event: PagedTable.RowChosen) -> None:
        self.counter_app.open_record(HitKind.RECEIPT, event.row.receipt_no)


def _facts(customer: CustomerRow) -> Content:
    name = customer.name or customer.customer_ref or _("no name")
    known = [
        (_("phone"), customer.phone_masked),
        (_("tier"), label(customer.tier) if customer.tier is not Tier.NONE else None),
        (_("member"), customer.member_no),
        (_("number"), customer.customer_ref),
    ]
    facts = [fact(word, value) for word, value in known if value]
    at_work = customer.open_tickets
    waiting = ngettext("{count} open ticket", "{count} open tickets", at_work)
    return Content.assemble(
        (plain(name).plain, "bold"),
        "   ",
        (waiting.format(count=number(at_work)), "bold") if at_work else _("no open ticket"),
        "\n",
        Content("   ").join(facts),
    )
