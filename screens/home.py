"""Home: the find box, what was found, the numbers of the day, and my queue."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from counter import drafts, lookup
from counter.desk import ReadingDesk
from counter.language import _, ngettext, number
from counter.lateness import Lateness
from counter.lookup import TicketQuery
from models.messages import N_
from models.terms import HitKind, TicketOrder, TicketView
from models.views import Counts, DayNumbers, DraftRow, Hit, Page, Span, TicketRow
from screens.frame import FramedScreen
from screens.hits import MOST_HITS, Found, found_rows, hit_columns
from screens.left_note import LeftNote
from screens.ticket_columns import SORTED_BY, ticket_columns
from screens.widgets.columns import RowT
from screens.widgets.controls import passed_on
from screens.widgets.findbox import MORE_DIGITS, FindBox, too_few_digits
from screens.widgets.held import counts_of, page_of
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText
from screens.widgets.statusline import StatusLine

NOTHING_FOUND: Final = N_("Nothing found. F2 opens a ticket without a receipt.")


class _ScannedPast(PagedTable[RowT]):
    """A list that has no letter keys: what is typed or scanned while it has the focus is a search.

    The Enter at the end of a scan would else open whatever the cursor stands on.
    """

    async def _on_key(self, event: events.Key) -> None:
        if passed_on(self, event):
            return
        if event.is_printable and event.key != "space" and isinstance(self.screen, Home):
            line = self.screen.query_one(FindBox).input
            self.screen.set_focus(line)  # at once: the next key is on its way
            line.select_all()
            passed_on(self, event)


class Home(FramedScreen):
    """Where a clerk stands between two customers: scan, type, or take the next ticket."""

    CSS_PATH = "styles/home.tcss"
    AUTO_FOCUS = "FindBox Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "to_list", N_("To the list"), show=False, id="home.list"),
        Binding("escape", "clear", N_("Clear"), show=False, id="home.clear"),
        Binding("ctrl+b", "resume", N_("Go on typing"), show=False, id="home.resume"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._offer = ""
        self._shown_numbers: DayNumbers | None = None
        self._lateness = Lateness()

    def compose_body(self) -> ComposeResult:
        yield FindBox(id="find")
        yield PlainText("", id="numbers")
        yield LeftNote()
        yield PlainText("", id="list-title")
        yield _ScannedPast(
            ticket_columns(
                lambda: self.counter_app.shop.clock(),
                self.counter_app.today,
                due=self._due,
                owners=False,
                aged=False,
            ),
            self._load_mine,
            self._count_mine,
            empty=N_("Nothing waits for you. F5 shows what is nobody's."),
            markable=False,
            sorted_by=SORTED_BY[TicketOrder.DUE],
            id="mine",
        )
        yield _ScannedPast(
            hit_columns(lambda: self.counter_app.shop.site.zone),
            empty=NOTHING_FOUND,
            markable=False,
            id="hits",
        )

    def on_mount(self) -> None:
        self.query_one("#hits").display = False
        self._show_title_of_list()
        self.read(_half_typed, self._offer_drafts, group="drafts")

    def on_screen_resume(self) -> None:
        if self._offer and self.query_one(StatusLine).text == self._offer:
            self.say("")  # the draft may have been used meanwhile
        self.focus_find()

    @property
    def receipt_in_hand(self) -> str:
        found = self._hits.current if self._hits.display else None
        is_receipt = found is not None and found.hit.kind is HitKind.RECEIPT
        return found.hit.ref if found is not None and is_receipt else ""

    def focus_find(self) -> None:
        """Let the next scan land in the find box."""
        self.query_one(FindBox).focus()

    def store_changed(self) -> None:
        """Read my queue again; the cursor stays where it is."""
        self._mine.reload()
        self.query_one(LeftNote).look()

    def show_title(self) -> None:
        super().show_title()
        if self.counter_app.numbers != self._shown_numbers:  # this is asked every second
            self._shown_numbers = self.counter_app.numbers
            self.query_one("#numbers", PlainText).update(self._numbers())

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Scan or type a receipt, ticket, barcode, serial number, phone or name; Enter."),
            _("Of a phone the last four digits suffice, of a name the initials (zs: 张三)."),
            _("Arrow down goes to the list, Enter opens, Esc clears the box."),
        ]

    # --- numbers and my queue ---------------------------------------------------------------

    @property
    def _mine(self) -> PagedTable[TicketRow]:
        return self.query_one("#mine", PagedTable)

    @property
    def _hits(self) -> PagedTable[Found]:
        return self.query_one("#hits", PagedTable)

    def _load_mine(self, span: Span) -> Page[TicketRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            page = lookup.ticket_list(desk, self._my_queue(), span)
            self._lateness.learn(desk, page.rows)
            return page

    def _count_mine(self, first: tuple[Any, ...] | None) -> Counts:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.ticket_counts(desk, self._my_queue(), first)

    def _my_queue(self) -> TicketQuery:
        """One's own tickets, what is due first on top."""
        mine = self.counter_app.actor.id
        return TicketQuery(TicketView.MINE, mine, order=TicketOrder.DUE)

    def _due(self, row: TicketRow) -> str:
        shop = self.counter_app.shop
        return self._lateness.words(row, shop.clock(), shop.site.zone)

    def _numbers(self) -> Content:
        numbers = self.counter_app.numbers
        if numbers is None:
            return Content("")
        parts = [
            (_("mine"), number(numbers.mine), False),
            (_("nobody's"), number(numbers.unowned), False),
            *([(_("came back"), number(numbers.came_back), True)] if numbers.came_back else []),
            *([(_("calls due"), number(numbers.calls_due), True)] if numbers.calls_due else []),
            (_("woken up"), number(numbers.waiting_woken), numbers.waiting_woken > 0),
            *([(_("to decide"), number(numbers.to_decide), True)] if numbers.to_decide else []),
            (_("open"), number(numbers.working), False),
            (_("to close"), number(numbers.resolved), False),
            (_("today"), _today(numbers), False),
        ]
        pieces = [
            Content.assemble(
                (f"{name} ", "dim"),
                (figure, "bold $warning" if alarm else "bold"),
            )
            for name, figure, alarm in parts
        ]
        # What is not work to be done goes first where there is no room for all.
        room = self.size.width - 2
        some = len(pieces) - 1
        ways = (("   ", len(pieces)), ("  ", len(pieces)), ("   ", some), ("  ", some))
        lines = [Content(gap).join(pieces[:most]) for gap, most in ways]
        return next((line for line in lines if line.cell_length <= room), lines[-1])

    def on_resize(self) -> None:
        self.query_one("#numbers", PlainText).update(self._numbers())

    def _show_title_of_list(self, found: str = "") -> None:
        text = found if self._hits.display else _("My queue")
        self.query_one("#list-title", PlainText).update(text)

    def _offer_drafts(self, found: tuple[DraftRow, ...]) -> None:
        if not found:
            self._offer = ""
            return
        from screens import resuming

        self._offer = resuming.offer(self, found)
        if self._offer:
            self.say(self._offer)

    def action_resume(self) -> None:
        """Go on with what was being typed before a crash, a lock or a power cut."""

        def answered(found: tuple[DraftRow, ...]) -> None:
            from screens import resuming

            resuming.resume(self, found)

        self.read(_half_typed, answered, group="drafts", opens=True)

    # --- finding ----------------------------------------------------------------------------

    @on(FindBox.Typed)
    def _typed(self, event: FindBox.Typed) -> None:
        self._look_up(event.text, act=False)

    @on(FindBox.Asked)
    def _asked(self, event: FindBox.Asked) -> None:
        self._look_up(event.text, act=True)

    def _look_up(self, text: str, *, act: bool) -> None:
        line = self.query_one(StatusLine)
        if line.tone == "problem":
            line.clear()  # it was about what was looked for before
        if not text:
            self.nothing_newer("find")
            self._show_hits(())
            self._hits.display, self._mine.display = False, True
            self._show_title_of_list()
            return

        def answered(hits: tuple[Hit, ...]) -> None:
            if not self.is_current:  # the hand went on to another screen
                return
            if act and len(hits) == 1:
                self.query_one(FindBox).clear()
                self._look_up("", act=False)
                self.open_hit(hits[0])
                return
            few = not hits and too_few_digits(text)
            self._hits.empty = MORE_DIGITS if few else NOTHING_FOUND
            self._show_hits(hits)
            if act and hits:
                self._hits.focus()
            elif act and few:
                self.say(_(MORE_DIGITS))
            elif act:
                self.say(_("Nothing found for '{text}'.").format(text=text), "problem")

        self.read(
            lambda desk: lookup.find(desk, text, MOST_HITS + 1), answered, group="find", opens=act
        )

    def _show_hits(
        self, hits: tuple[Hit, ...], more: str = N_("more than {count} found; type more")
    ) -> None:
        """Show what was found; ``more`` says that it is not all, where one too many came."""
        rows = found_rows(hits)
        self._hits.show(partial(page_of, rows), partial(counts_of, rows))
        self._mine.display, self._hits.display = False, True
        said = ngettext("{count} found", "{count} found", len(rows))
        found = _(more) if len(hits) > len(rows) else said
        self._show_title_of_list(found.format(count=len(rows)))

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    @on(PagedTable.RowChosen, "#mine")
    def _open_mine(self, event: PagedTable.RowChosen) -> None:
        self.counter_app.open_ticket(event.row.no)

    @on(PagedTable.RowChosen, "#hits")
    def _open_hit(self, event: PagedTable.RowChosen) -> None:
        self.open_hit(event.row.hit)

    def open_hit(self, hit: Hit) -> None:
        """Show what was found; goods lead to the receipts they are on."""
        if hit.kind is HitKind.PRODUCT:
            self._show_receipts_with(hit)
        else:
            self.counter_app.open_record(hit.kind, hit.ref)

    def _show_receipts_with(self, hit: Hit) -> None:
        def question(desk: ReadingDesk) -> tuple[Hit, ...]:
            return lookup.receipts_with(desk, hit.id, MOST_HITS + 1)

        def answered(hits: tuple[Hit, ...]) -> None:
            self._show_hits(hits, N_("more than {count} found; these are the newest"))
            if hits:
                self._hits.focus()
                self.say(_("Newest receipts with {name}").format(name=hit.text))
            else:
                self.say(_("No receipt holds {name}.").format(name=hit.text), "problem")

        self.read(question, answered, group="find")

    # --- keys -------------------------------------------------------------------------------

    def action_to_list(self) -> None:
        """Go from the find box to the list that is shown."""
        (self._hits if self._hits.display else self._mine).focus()

    def action_clear(self) -> None:
        """Empty the find box and show my queue again."""
        self.query_one(FindBox).clear()
        self._look_up("", act=False)
        self.say("")
        self.focus_find()


def _today(numbers: DayNumbers) -> str:
    said = _("{opened} new, {closed} closed")
    return said.format(opened=number(numbers.opened_today), closed=number(numbers.closed_today))


def _half_typed(desk: ReadingDesk) -> tuple[DraftRow, ...]:
    """The person's drafts; where there are any, what goes on with them comes in, in this thread.

    There hardly ever are, and it brings every table with it.
    """
    found = drafts.drafts_of(desk)
    if found:
        import screens.resuming  # noqa: F401
    return found
