"""The return check's middle: a receipt's lines, the answers about them, and the verdicts."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from textual import events, on

from counter import lookup
from counter.language import _, sentence
from counter.outlook_words import case_in_words
from counter.return_check import Judged
from counter.return_outlook import CheckedReceipt, Outlook, check_receipt
from counter.words import label
from models.errors import InvalidInput
from models.return_views import SoldGoods
from models.terms import Remedy, ReturnReason
from models.views import Counts, Hit, Page, Span
from screens.facts import fact
from screens.return_answers import AnswerForm
from screens.return_fields import REASONS
from screens.return_finding import ReceiptFinder
from screens.return_lines import LineRow, LineTable, came_back, receipt_line
from screens.return_typing import ReturnTyping
from screens.return_verdict import NO_REASON_YET, VerdictPanel
from screens.widgets.findbox import FindBox
from screens.widgets.form import Form
from screens.widgets.held import counts_of, page_of
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText

WIDE: Final = 110
"""Cells from which on the verdict stands beside the answers and not below them."""

TALL: Final = 30
"""Lines from which on the headline has room around it."""


class ReturnJudging(ReceiptFinder):
    """Keeps answers, questions, verdict and list in line with each other at every key."""

    def __init__(self) -> None:
        super().__init__()
        self.typing = ReturnTyping()
        self.outlook: Outlook | None = None
        self.customer: Hit | None = None
        self._rows: tuple[LineRow, ...] = ()

    def answered(self) -> None:
        """Something was answered: time to keep a draft."""
        raise NotImplementedError

    @on(events.DescendantFocus)
    def _focus_moved(self, event: events.DescendantFocus) -> None:
        """Give the verdict the room of the lines that are not answered now."""
        self._lines.fit(answering=self.form in event.widget.ancestors)

    def on_resize(self) -> None:
        self.lay_out()

    # --- parts ------------------------------------------------------------------------------

    @property
    def form(self) -> AnswerForm:
        """The answers."""
        return self.query_one(AnswerForm)

    @property
    def taken(self) -> str:
        checked = self.typing.checked
        return checked.receipt.receipt_no if checked else ""

    @property
    def _lines(self) -> LineTable:
        return self.query_one("#lines", LineTable)

    @property
    def panel(self) -> VerdictPanel:
        """The verdict."""
        return self.query_one(VerdictPanel)

    @property
    def _zone(self) -> ZoneInfo:
        return self.counter_app.shop.site.zone

    def lay_out(self) -> None:
        """Place the parts as the terminal's size allows."""
        size = self.app.size
        self.set_class(size.width >= WIDE, "-wide")
        self.set_class(size.height >= TALL, "-tall")
        self._lines.room = size.height // 6
        self._show_receipt_line()

    def show_parts(self, *, hits: bool) -> None:
        has_receipt = self.typing.checked is not None and not hits
        self.query_one("#hits").display = hits
        self.query_one("#receipt").display = not hits
        self._lines.display = has_receipt
        self.query_one("#work").display = has_receipt
        self.refresh_bindings()

    def focus_lines(self) -> bool:
        """Go to the lines of the receipt."""
        self.set_focus(self._lines)
        return True

    # --- the receipt ------------------------------------------------------------------------

    def take_receipt(self, checked: CheckedReceipt, line_no: int | None) -> None:
        self.say("")
        self.typing.begin(checked, line_no)
        self.show_receipt()
        if line_no is not None or len(checked.goods) == 1:
            self.form.focus_first()
        else:
            self.set_focus(self._lines)

    def show_receipt(self) -> None:
        """Show the receipt that was taken, with the answers so far."""
        with self.app.batch_update():
            self.query_one(FindBox).value = self.taken
            self._rows = self._line_rows()
            aim, rows = self.typing.line_no, len(self._rows)
            self._lines.begin(self._load_lines, self._count_lines, rows, aim)
            self._show_receipt_line()
            self.show_parts(hits=False)
            self.form.fill_case(self.typing.case)
            self._show_line()
            self.form.open_more(is_open=False)

    def _show_receipt_line(self) -> None:
        checked = self.typing.checked
        if checked is not None:
            shown = receipt_line(checked, self._zone, self.app.size.width - 2)
            self.query_one("#receipt", PlainText).update(shown)

    def store_changed(self) -> None:
        """Read the receipt again: somebody may have taken goods of it back meanwhile."""
        no = self.taken

        def again(newer: CheckedReceipt) -> None:
            if self.taken == no and self.typing.checked != newer:
                self.typing.begin(newer)
                self.judge()

        if no:
            self.read(lambda desk: check_receipt(desk, no), again, group="receipt")

    def _line_rows(self) -> tuple[LineRow, ...]:
        checked = self.typing.checked
        return tuple(self._line_row(goods) for goods in checked.goods) if checked else ()

    def _line_row(self, goods: SoldGoods) -> LineRow:
        reason = self.typing.lines.get(goods.line_no, {}).get("reason")
        if reason not in set(ReturnReason):
            return LineRow(goods.line_no, goods, came_back(goods, self._zone), is_answered=False)
        said = _(REASONS[ReturnReason(reason)])
        judged = self.verdict_on(goods.line_no)
        if isinstance(judged, Judged):
            said = fact(said, label(judged.verdict.verdict)).plain
        return LineRow(goods.line_no, goods, said, is_answered=True)

    def _load_lines(self, span: Span) -> Page[LineRow]:
        return page_of(self._rows, span)

    def _count_lines(self, first: tuple[Any, ...] | None) -> Counts:
        return counts_of(self._rows, first)

    @on(PagedTable.RowHighlighted, "#lines")
    def _line_highlighted(self, event: PagedTable.RowHighlighted) -> None:
        if event.row.id != self.typing.line_no:
            self.typing.line_no = event.row.id
            self._show_line()

    @on(PagedTable.RowChosen, "#lines")
    def _line_chosen(self, event: PagedTable.RowChosen) -> None:
        self.form.focus_first()

    @on(PagedTable.CountsChanged, "#lines")
    def _lines_read(self, event: PagedTable.CountsChanged) -> None:
        self._lines.mark(self.typing.marked)

    @on(LineTable.Turned)
    def _line_turned(self, event: LineTable.Turned) -> None:
        self.typing.turn(event.line_no)
        self.judge()
        self.answered()

    def go_to_line(self, number: object) -> None:
        """Put the cursor on a line that something is wrong with."""
        checked = self.typing.checked
        if isinstance(number, int) and checked is not None and checked.line(number) is not None:
            self.typing.line_no = number
            self._lines.select(number)
            self._show_line()

    # --- the answers ------------------------------------------------------------------------

    def _show_line(self) -> None:
        """Show the answers about the line under the cursor, and the verdict on it."""
        goods, asked = self.typing.goods, self.typing.asked(self.typing.line_no)
        if goods is None or asked is None:
            return
        self.form.show_line(goods, asked, self.typing.typed)
        self.judge()

    @on(Form.Changed, "#answers")
    def _changed(self, event: Form.Changed) -> None:
        goods = self.typing.goods
        if goods is None:
            return
        self.take_answers(event.field.key)
        asked = self.typing.asked(goods.line_no)
        if asked is not None:
            self.form.adapt(goods, asked, self.typing.typed)
        if event.field.key == "mode":
            self.form.show_way_back()
        if event.field.key == "customer":
            self._look_for_customer(event.field.value)
        self.form.tell_more()
        self.judge()
        self.answered()

    def take_answers(self, changed: str = "") -> None:
        """Take what stands in the form; ``changed`` is the field that a hand changed."""
        goods = self.typing.goods
        if goods is not None:
            self.typing.case = self.form.case_typing(self.typing.case, changed)
            self.typing.answer(self.form.line_typing(goods, self.typing.typed))

    def verdict_on(self, line_no: int) -> Judged | InvalidInput:
        """The verdict on a line, or why there is none yet."""
        try:
            return self.typing.verdict_on(line_no, self.counter_app.today(), self._zone)
        except InvalidInput as error:
            return error

    def judge(self) -> None:
        """Let verdict, wishes and list follow the answers."""
        today, zone = self.counter_app.today(), self._zone
        judged = self.typing.judged(today, zone)
        self.outlook = shown = self.typing.outlook(today, zone)
        remedies = shown.remedies if shown else ()
        self.form.offer(remedies, shown.remedy if shown else None)
        self.form.say_submit(exchange=self.is_at_once())
        here = self.verdict_on(self.typing.line_no)
        if isinstance(here, Judged):
            several = len(self.typing.in_case) > 1 and shown is not None
            case = case_in_words(judged, shown, here.goods.currency) if several and shown else ""
            self.panel.show(here, shown or self.typing.outlook_of(here, today), case)
        elif "reason" in self.typing.typed:
            self.panel.wait(_("No verdict yet"), sentence(here))
        else:
            self.panel.wait(_("No verdict yet"), _(NO_REASON_YET))
        rows = self._line_rows()
        if rows != self._rows:
            self._rows = rows
            self._lines.reload()
        self._lines.mark(self.typing.marked)

    def is_at_once(self) -> bool:
        """Whether the wish can be carried out while the customer stands there."""
        shown = self.outlook
        return (
            shown is not None
            and shown.remedy is Remedy.EXCHANGE
            and not shown.unsupported
            and not self.typing.case.get("mode")
        )

    def _look_for_customer(self, text: str) -> None:
        """Say who it is that was typed."""

        def answered(hits: tuple[Hit, ...]) -> None:
            self.customer = hits[0] if len(hits) == 1 else None
            if self.customer is not None:
                self.say(f"{self.customer.text} {self.customer.detail}".strip())
            elif hits:
                self.say(_("Several customers answer to that: type more."))
            else:
                self.say(_("The store does not know this customer."))

        if text:
            self.read(lambda desk: lookup.find_customers(desk, text, 2), answered, group="who")
        else:
            self.nothing_newer("who")
            self.customer = None
            self.say("")
