"""The return check: the goods in hand, the answers about them, and the verdict beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from counter import drafts, returns
from counter.desk import ReadingDesk, WritingDesk
from counter.language import _, sentence, short_moment, time_of_day
from counter.return_check import Judged
from counter.return_outlook import CheckedReceipt, check_receipt
from models.errors import CounterError, InvalidInput
from models.messages import N_
from models.return_views import ReturnHead
from models.terms import HitKind
from models.views import DraftRow
from screens.drafting import DraftKeeper
from screens.hits import hit_columns
from screens.return_answers import AnswerForm
from screens.return_exchange import exchange_now
from screens.return_fields import MoreLine
from screens.return_finding import NOTHING_FOUND
from screens.return_judging import ReturnJudging
from screens.return_lines import LineTable, line_columns
from screens.return_typing import FORM, receipt_of
from screens.return_verdict import VerdictPanel, in_full
from screens.typed_receipt import TypeReceipt
from screens.widgets.dialog import open_dialog
from screens.widgets.findbox import FindBox
from screens.widgets.form import Form
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText
from screens.widgets.sheet import Sheet

NOTHING_YET: Final = N_(
    "Scan the receipt; a phone, a name, a barcode or a serial number finds it, too."
)


class ReturnCheck(ReturnJudging):
    """From the scan to the verdict, and from there into a case."""

    CSS_PATH = "styles/returns.tcss"
    AUTO_FOCUS = "FindBox Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", N_("Submit"), id="returns.submit"),
        Binding("x", "why", N_("Why"), id="returns.why"),
        Binding("plus", "more", N_("More"), key_display="+", id="returns.more"),
        Binding("v", "receipt", N_("Receipt"), show=False, id="returns.receipt"),
        Binding("insert", "type_receipt", N_("Type a receipt"), show=False, id="returns.type"),
        Binding("ctrl+r", "clear", N_("Clear form"), id="returns.clear"),
        Binding("pageup", "scroll(-1)", N_("Scroll up"), show=False, id="returns.up"),
        Binding("pagedown", "scroll(1)", N_("Scroll down"), show=False, id="returns.down"),
        Binding("down", "to_list", N_("To the list"), show=False, id="returns.list"),
        Binding("escape", "back", N_("Back"), id="returns.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._is_saving = False
        self._draft = DraftKeeper(
            self, FORM, self.typing.content, kept=self._draft_kept, refused=self.say_error
        )

    def compose_body(self) -> ComposeResult:
        yield FindBox(id="find")
        yield PlainText(_(NOTHING_YET), id="receipt")
        yield LineTable(line_columns(), id="lines")
        yield PagedTable(
            hit_columns(lambda: self._zone), empty=NOTHING_FOUND, markable=False, id="hits"
        )
        with Container(id="work"):
            yield AnswerForm(self.focus_lines)
            yield VerdictPanel(id="verdict")

    def on_mount(self) -> None:
        self.show_parts(hits=False)
        self.lay_out()
        self.read(drafts.drafts_of, self._restore, group="drafts")

    def on_screen_resume(self) -> None:
        self.begin_as_asked()

    def begin_as_asked(self, *, again: bool = False) -> None:
        """Look for what another screen has in hand, or wait for a scan; answers stay as they are.

        Args:
            again: the key was pressed here: it goes to the find box whatever was answered.
        """
        text, self.counter_app.return_text = self.counter_app.return_text, None
        if text:
            self.look_up(text, act=True)
        elif text is not None and (again or not self.typing.content()):
            self.focus_find()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Scan the receipt; the verdict follows every answer and can be read aloud."),
            _("Enter goes on, arrows move; a digit chooses; y and n answer a question."),
            _("Space takes a line into the case or out of it; each line has its own answers."),
            _("Ctrl+S submits from anywhere; + shows proof, kind of goods, way back and note."),
            _("What is answered is kept as you type; after a power cut F4 shows it again."),
        ]

    # --- keys -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is a receipt for."""
        if action in ("submit", "why", "more", "receipt", "clear"):
            return self.typing.checked is not None
        return True

    def action_to_list(self) -> None:
        """Go from the find box to what stands below it."""
        hits = self.query_one("#hits")
        if hits.display:
            self.set_focus(hits)
        elif self.typing.checked is not None:
            self.focus_lines()

    def action_back(self) -> None:
        """From what was found back to the receipt, else to the screen before."""
        if self.query_one("#hits").display and self.typing.checked is not None:
            self.query_one(FindBox).value = self.taken
            self.show_parts(hits=False)
            self.focus_lines()
        else:
            super().action_back()

    def action_scroll(self, pages: int) -> None:
        """Scroll the verdict's sentences."""
        self.panel.scroll_by(pages)

    def action_why(self) -> None:
        """Show the whole explanation with its articles."""
        here = self.verdict_on(self.typing.line_no)
        if isinstance(here, Judged):
            own = self.typing.outlook_of(here, self.counter_app.today())
            parts = [part for part in in_full(here, own) if part.lines]
            open_dialog(self.app, Sheet(here.goods.name, parts))

    def action_submit(self) -> None:
        """Make a case of the answers, from anywhere."""
        self.form.action_submit()

    @on(MoreLine.Pressed)
    def action_more(self) -> None:
        """Show what is seldom asked, or hide it again."""
        form = self.form
        form.open_more(is_open=not form.more_is_open)
        if form.more_is_open:
            self.set_focus(form.fields["mode"].control_widget)
        else:
            self.set_focus(form.more_line)

    def action_receipt(self) -> None:
        """Show the receipt with everything about it."""
        self.counter_app.open_record(HitKind.RECEIPT, self.taken)

    def action_type_receipt(self) -> None:
        """Type a receipt that the store does not have."""
        self.type_by_hand("")

    def type_by_hand(self, receipt_no: str) -> None:
        window = TypeReceipt(receipt_no)

        def closed(_values: object) -> None:
            if window.stored is not None:
                self.look_up(window.stored, act=True)

        open_dialog(self.app, window, closed)

    def action_clear(self) -> None:
        """Give up the answers and the receipt, and forget their draft."""
        self._empty()
        self._begin(self._draft.forget, lambda _nothing: None, self.say_error, "draft")
        self.say(_("The form is empty."))
        self.focus_find()

    # --- drafts -----------------------------------------------------------------------------

    def answered(self) -> None:
        self._draft.typed()

    def _draft_kept(self) -> None:
        if self.typing.content():
            shop = self.counter_app.shop
            saved = _("draft saved {time}").format(time=time_of_day(shop.clock(), shop.site.zone))
            self.say_aside(saved)

    async def save_draft_now(self) -> None:
        """Keep what was answered before the counter locks or closes."""
        if self.typing.content():
            await self._draft.keep_now()

    def _restore(self, found: tuple[DraftRow, ...]) -> None:
        """Bring back what was answered before a crash, a lock or a power cut."""
        row = next((row for row in found if row.form == FORM), None)
        if row is None or self.typing.checked is not None or self.counter_app.return_text:
            return
        content = {name: str(value) for name, value in row.content.items()}
        at = short_moment(row.saved_at, self._zone)

        def again(checked: CheckedReceipt) -> None:
            if self.typing.checked is None:
                self.typing.restore(content, checked)
                self.show_receipt()
                self.form.focus_first()
                back = _("What you were answering {when} is back. Ctrl+R clears it.")
                self.say(back.format(when=at))

        def read(desk: ReadingDesk) -> CheckedReceipt:
            return check_receipt(desk, receipt_of(content))

        self.read(read, again, group="draft", opens=True)

    def _empty(self) -> None:
        self._draft.rest()
        self.typing.forget()
        self.customer = None
        self.query_one(FindBox).clear()
        self.query_one("#receipt", PlainText).update(_(NOTHING_YET))
        self.say_aside("")
        self.show_parts(hits=False)

    # --- submitting -------------------------------------------------------------------------

    @on(Form.Submitted, "#answers")
    def _submitted(self) -> None:
        if self._is_saving:  # a store that is busy takes seconds; the key again is impatience
            return
        self.take_answers()
        if self.typing.case.get("customer") and self.customer is None:
            unknown = _("The store does not know this customer.")
            self._show_faults({"customer": unknown})
            return
        chosen = self.customer.id if self.customer else None
        try:
            draft = self.typing.draft(chosen, self.outlook)
        except InvalidInput as error:
            self._refused(error)
            return
        if self.is_at_once():
            exchange_now(self, draft, self._save)
        else:
            self._save(lambda desk: returns.submit(desk, draft), None)

    def _save(self, operation: Callable[[WritingDesk], ReturnHead], said: str | None) -> None:
        """Make a case of the answers; their draft goes in the same unit of work."""
        self._is_saving = True
        shop, actor = self.counter_app.shop, self.counter_app.actor

        def save() -> ReturnHead:
            with self._draft.ending(), shop.writing(actor) as desk:
                head = operation(desk)
                drafts.forget(desk, FORM)
                return head

        self.say(_("One moment ..."))
        self._begin(save, lambda head: self._kept(head, said), self._refused, "save", opens=True)

    def _kept(self, head: ReturnHead, said: str | None) -> None:
        self._is_saving = False
        self.nothing_newer("draft")
        self.say("")
        self._empty()
        said = said or _("Saved as {no}. Tell the customer this number.")
        self.counter_app.open_return(head.no, news=said.format(no=head.no))

    def _refused(self, error: CounterError) -> None:
        """Say what is wrong under its field, on the line that it is about; nothing is lost."""
        self._is_saving = False
        self.say("")
        self.store_changed()
        if not isinstance(error, InvalidInput):
            self._show_faults({})
            self.say_error(error)
            return
        self.go_to_line(error.values.get("line"))
        faults = {fault.field or "": sentence(fault) for fault in error.faults or (error,)}
        self._show_faults(faults)
        if not faults.keys() & self.form.in_sight:
            self.say_error(error)

    def _show_faults(self, faults: dict[str, str]) -> None:
        seldom = [name for name in faults if name in self.form.seldom]
        if seldom and not self.form.more_is_open:
            self.form.open_more(is_open=True)
        self.form.show_errors(faults)
