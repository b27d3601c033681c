"""The list of returns: what has to be decided, awaited or paid back, by when it is due."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from counter import return_reading
from counter.counting import amount
from counter.language import _, age, ngettext
from counter.list_files import export_return_cases
from counter.permissions import Action, allowed
from counter.return_reading import ReturnQuery
from counter.ticking import tick
from counter.words import label, person
from models.errors import CounterError
from models.messages import N_
from models.return_views import ReturnRow
from models.terms import ReturnStatus, ReturnView
from models.views import Counts, Page, Span
from screens.frame import FramedScreen
from screens.widgets.columns import Cell, CellTone, Column, Flex, Toned
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, printable

_TONES: Final[Mapping[ReturnStatus, CellTone]] = {
    ReturnStatus.SUBMITTED: "strong",
    ReturnStatus.REFERRED: "warning",
    ReturnStatus.REFUNDED: "done",
    ReturnStatus.CLOSED: "muted",
    ReturnStatus.EXPIRED: "muted",
    ReturnStatus.WITHDRAWN: "muted",
    ReturnStatus.REFUSED: "muted",
    ReturnStatus.RETURNED_TO_CUSTOMER: "muted",
}


class ReturnList(FramedScreen):
    """Return cases of one view; a supervisor sees first what has to be decided."""

    CSS_PATH = "styles/return_list.tcss"
    AUTO_FOCUS = "#cases"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", N_("Sort"), id="cases.sort"),
        Binding("e", "export", N_("CSV"), id="cases.export"),
        Binding("c", "cash_up", N_("Paid out"), id="cases.cash_up"),
        Binding("escape", "back", N_("Back"), id="cases.back"),
        *(
            Binding(str(at), f"view({at - 1})", N_("View"), show=False, id=f"cases.view_{at}")
            for at in range(1, len(ReturnView) + 1)
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.case_query = ReturnQuery()

    def compose_body(self) -> ComposeResult:
        decides = allowed(self.counter_app.actor.role, Action.APPROVE_RETURN)
        self.case_query = ReturnQuery(ReturnView.TO_DECIDE if decides else ReturnView.OPEN)
        yield PlainText("", id="case-views")
        yield PagedTable(
            self._columns(),
            self._load,
            self._count,
            empty=N_("No return in this view."),
            markable=False,
            sorted_by=self._sorted_by(),
            id="cases",
        )
        yield PlainText("", id="case-counts")

    def on_mount(self) -> None:
        self._show_views()
        self.run_worker(self._tick(), group="tick")

    async def _tick(self) -> None:
        """Let end what is over before anybody works on it."""
        try:
            expired = (await asyncio.to_thread(tick, self.counter_app.shop)).expired
        except CounterError as error:
            self.say_error(error)
            return
        if expired:
            said = ngettext(
                "{count} return ended: its goods did not come.",
                "{count} returns ended: their goods did not come.",
                len(expired),
            )
            self.say(said.format(count=len(expired)))
            self.store_changed()

    def store_changed(self) -> None:
        """Read the list again; the cursor stays on its case."""
        self._table.reload()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Digits 1 to 5 choose the view; what is due first stands first, s turns it round."),
            _("Enter opens a return; its next step is Enter again."),
            _("c shows what was paid out today by clerk and means, e writes the view as CSV."),
        ]

    @property
    def _table(self) -> PagedTable[ReturnRow]:
        return self.query_one("#cases", PagedTable)

    def _load(self, span: Span) -> Page[ReturnRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return return_reading.case_list(desk, self.case_query, span)

    def _count(self, first: tuple[Any, ...] | None) -> Counts:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return return_reading.case_counts(desk, self.case_query, first)

    def _columns(self) -> list[Column[ReturnRow]]:
        shop = self.counter_app.shop

        def due(row: ReturnRow) -> Cell:
            if row.due_at is None:
                return ""
            return due_cell(row.due_at, shop.clock())

        def submitted(row: ReturnRow) -> Cell:
            at = row.submitted_at
            return at.astimezone(shop.site.zone).date().isoformat() if at is not None else ""

        ended = self.case_query.view is ReturnView.ENDED
        first = (
            Column(N_("submitted"), submitted, width=11, name="order")
            if ended
            else Column(N_("due in"), due, width=10, align="right", name="order")
        )
        return [
            first,
            Column(N_("return"), lambda row: row.no, width=15),
            Column(N_("status"), _status, width=19),
            Column(N_("remedy"), lambda row: label(row.remedy), width=10, hide_below=104),
            Column(N_("goods"), lambda row: row.goods, width=Flex(14, 3)),
            Column(N_("customer"), _customer, width=Flex(8, 1)),
            Column(N_("who"), _owner, width=9, hide_below=96),
        ]

    # --- views and order --------------------------------------------------------------------

    def show_cases(self, query: ReturnQuery) -> None:
        """Show other cases, or the same ones in another order."""
        self.case_query = query
        self._table.show_columns(self._columns())
        self._table.show(self._load, self._count)
        self._table.sorted_by = self._sorted_by()
        self._show_views()

    def action_view(self, at: int) -> None:
        """Show the view on that digit key."""
        self.say("")  # what was said of the other view is not true of this one
        self.show_cases(ReturnQuery(tuple(ReturnView)[at], self.case_query.reverse))

    def action_sort(self) -> None:
        """Turn the order round."""
        self.show_cases(replace(self.case_query, reverse=not self.case_query.reverse))

    def _sorted_by(self) -> tuple[str, bool]:
        ended = self.case_query.view is ReturnView.ENDED
        return ("order", ended != self.case_query.reverse)

    def _show_views(self) -> None:
        words = [
            (printable(f"{at} {label(view)}"), view is self.case_query.view)
            for at, view in enumerate(ReturnView, 1)
        ]
        shown = [
            Content.styled(f"[{word}]", "bold reverse")
            if chosen
            else Content.styled(f" {word} ", "dim")
            for word, chosen in words
        ]
        self.query_one("#case-views", PlainText).update(Content(" ").join(shown))

    @on(PagedTable.CountsChanged)
    def _show_counts(self) -> None:
        counts = self._table.counts
        said = ""
        if counts is not None:
            words = ngettext("{count} return", "{count} returns", counts.total.rows)
            said = words.format(count=amount(counts.total))
        self.query_one("#case-counts", PlainText).update(said)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    # --- acting -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the role allows."""
        return action != "export" or allowed(self.counter_app.actor.role, Action.EXPORT_VIEW)

    @on(PagedTable.RowChosen)
    def _open(self, event: PagedTable.RowChosen) -> None:
        self.counter_app.open_return(event.row.no)

    def action_cash_up(self) -> None:
        """Show what was paid out today."""
        from screens.cash_up import CashUp

        self.app.push_screen(CashUp())

    def action_export(self) -> None:
        """Write all rows of the view for a spreadsheet."""
        query = self.case_query
        self.export(lambda desk, folder: export_return_cases(desk, query, folder))


def due_cell(due_at: datetime, now: datetime) -> Cell:
    """What is left of the time, or with a sign how late it is."""
    if now < due_at:
        return age(now, due_at)
    return Toned(f"! {age(due_at, now)}", "problem")


def _status(row: ReturnRow) -> Cell:
    return Toned(label(row.status), _TONES.get(row.status, "plain"))


def _owner(row: ReturnRow) -> Cell:
    return person(row.owner_name) or Toned(_("nobody"), "muted")


def _customer(row: ReturnRow) -> Cell:
    return " ".join(part for part in (row.customer, row.phone_end) if part)
