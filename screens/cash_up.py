"""What was paid back on a day by clerk and means of payment, for whoever counts the tills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from counter.cash_up import day_refunds, paid_for, totals
from counter.language import _, full_day, money, number
from counter.list_files import export_paid_out
from counter.permissions import Action, allowed
from counter.words import label
from models.messages import N_
from models.return_views import CashRow
from models.views import Counts, Page, Span
from screens.frame import FramedScreen
from screens.widgets.columns import Cell, Column, Flex
from screens.widgets.held import counts_of, page_of
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText


@dataclass(frozen=True, slots=True)
class PaidRow:
    """What one clerk paid by one means, as a row of a list."""

    id: int
    paid: CashRow

    @property
    def key(self) -> tuple[Any, ...]:
        """Its place in the list."""
        return (self.id,)


class _Paid(PagedTable[PaidRow]):
    """The payments; there is nothing to open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Open"), show=False, id="paid.open"),
    ]


class CashUp(FramedScreen):
    """The refunds and compensations of one day; other days by key."""

    CSS_PATH = "styles/cash_up.tcss"
    AUTO_FOCUS = "#paid"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "turn(-1)", N_("Day before"), id="paid.before"),
        Binding("n", "turn(1)", N_("Day after"), id="paid.after"),
        Binding("t", "today", N_("Today"), id="paid.today"),
        Binding("e", "export", N_("CSV"), id="paid.export"),
        Binding("escape", "back", N_("Back"), id="paid.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.day = date.min
        self._rows: tuple[PaidRow, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield PlainText("", id="paid-day", classes="headline")
        yield _Paid(
            [
                Column(N_("number"), lambda row: row.paid.login, width=8),
                Column(N_("name"), lambda row: row.paid.name, width=Flex(8)),
                Column(N_("what"), lambda row: paid_for(row.paid), width=13),
                Column(N_("paid by"), lambda row: label(row.paid.method), width=10),
                Column(N_("payments"), _payments, width=8, align="right"),
                Column(N_("amount"), _amount, width=16, align="right"),
            ],
            self._page,
            self._counts,
            empty=N_("Nothing was paid out on that day."),
            markable=False,
            id="paid",
        )
        yield PlainText("", id="paid-totals")

    def on_mount(self) -> None:
        self.day = self.counter_app.today()
        self.store_changed()

    def store_changed(self) -> None:
        """Read the day again."""
        day = self.day
        if day != date.min:
            self.read(lambda desk: day_refunds(desk, day), self._show, group="paid", opens=True)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("What each clerk paid out on the day, by the means it went back, and the sums."),
            _("p and n show the day before and after, t today; e writes it as CSV."),
        ]

    def _show(self, rows: tuple[CashRow, ...]) -> None:
        self._rows = tuple(PaidRow(at, row) for at, row in enumerate(rows, 1))
        heading = _("Paid out on {day}").format(day=full_day(self.day))
        self.query_one("#paid-day", PlainText).update(heading)
        self.query_one("#paid", _Paid).reload()
        sums = [
            Content.assemble(
                (f"{label(total.method)} ", "dim"),
                (money(total.amount_minor, total.currency), "bold"),
                (f" ({number(total.payments)})", "dim"),
            )
            for total in totals(rows)
        ]
        self.query_one("#paid-totals", PlainText).update(Content("   ").join(sums))
        self.refresh_bindings()

    def _page(self, span: Span) -> Page[PaidRow]:
        return page_of(self._rows, span)

    def _counts(self, first: tuple[Any, ...] | None) -> Counts:
        return counts_of(self._rows, first)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    # --- days -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No day after today; and only what the role allows."""
        if action == "turn" and parameters[0] == 1:
            return self.day < self.counter_app.today()
        if action == "today":
            return self.day != self.counter_app.today()
        return action != "export" or allowed(self.counter_app.actor.role, Action.EXPORT_VIEW)

    def action_turn(self, days: int) -> None:
        """Show another day."""
        self._go_to(self.day + timedelta(days=days))

    def action_today(self) -> None:
        """Show today."""
        self._go_to(self.counter_app.today())

    def _go_to(self, day: date) -> None:
        self.day = day
        self.say("")
        self.store_changed()

    def action_export(self) -> None:
        """Write the day for a spreadsheet."""
        day = self.day
        self.export(lambda desk, folder: export_paid_out(desk, day, folder))


def _payments(row: PaidRow) -> Cell:
    return number(row.paid.payments)


def _amount(row: PaidRow) -> Cell:
    return money(row.paid.amount_minor, row.paid.currency)
