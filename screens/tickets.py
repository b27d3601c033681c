"""The list of tickets: views on digit keys, filter as one types, take the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from counter import lookup, saved_views, tickets
from counter.counting import amount, hidden_words
from counter.desk import WritingDesk
from counter.language import _, ngettext, number
from counter.list_files import export_tickets
from counter.lookup import TicketQuery
from counter.permissions import Action, allowed
from counter.ticket_events import TicketHead
from counter.undoing import undo
from counter.words import label
from models.messages import N_
from models.terms import TicketOrder, TicketView
from models.views import Counts, Page, SavedViewRow, Span, TicketRow
from screens.bulk import open_bulk, undo_all
from screens.frame import FramedScreen
from screens.keymap import key_for
from screens.own_views import key_of, open_views
from screens.ticket_columns import SORTED_BY, ticket_columns
from screens.widgets.columns import Column
from screens.widgets.findbox import FindBox
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, printable
from screens.widgets.statusline import StatusLine

VIEWS: Final = tuple(TicketView)
ORDERS: Final = tuple(TicketOrder)


class Tickets(FramedScreen):
    """All tickets of one view; the cursor stays on its ticket whatever other terminals do."""

    CSS_PATH = "styles/tickets.tcss"
    AUTO_FOCUS = "#tickets"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", N_("Take next"), id="tickets.next"),
        Binding("t", "take", N_("Take"), id="tickets.take"),
        Binding("slash", "filter", N_("Filter"), id="tickets.filter", key_display="/"),
        Binding("s", "sort", N_("Sort"), id="tickets.sort"),
        Binding("b", "bulk", N_("With marked"), id="tickets.bulk"),
        Binding("u", "undo", N_("Undo"), id="tickets.undo"),
        Binding("v", "views", N_("My views"), id="tickets.views"),
        Binding("e", "export", N_("CSV"), id="tickets.export"),
        Binding("escape", "back", N_("Back"), id="tickets.back"),
        Binding("down", "to_list", N_("To the list"), show=False, id="tickets.list"),
        *(
            Binding(str(at), f"view({at - 1})", N_("View"), show=False, id=f"tickets.view_{at}")
            for at in range(1, len(VIEWS) + 1)
        ),
        *(
            Binding(
                key_of(at), f"own_view({at})", N_("My view"), show=False, id=f"tickets.own_{at}"
            )
            for at in range(3)
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.ticket_query = TicketQuery()
        self._own: tuple[SavedViewRow, ...] = ()
        self._shown_own: str | None = None
        self._had_marks = False

    def compose_body(self) -> ComposeResult:
        yield PlainText("", id="views")
        with Horizontal(id="filter-line"):
            yield FindBox(N_("Filter >"), N_("words in number, text or customer"), id="filter")
        yield PagedTable(
            self._columns(),
            self._load,
            self._count,
            empty=N_("No ticket in this view."),
            sorted_by=SORTED_BY[self.ticket_query.order],
            id="tickets",
        )
        yield PlainText("", id="counts")

    def on_mount(self) -> None:
        self.query_one("#filter-line").display = False
        self._show_views()
        self.read_own_views()

    def store_changed(self) -> None:
        """Read the list again; the cursor stays where it is."""
        self._table.reload()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Digits 1 to 7 choose the view. / filters as you type, Esc ends the filter."),
            _("n takes the most urgent ticket that is nobody's and opens it."),
            _("Space marks tickets, b does one thing with all of them, Esc takes the marks away."),
            _("u takes your last step back within a minute; v keeps the list as your own view."),
            _("e writes all rows of the view, not only those in sight, for a spreadsheet."),
        ]

    @property
    def _table(self) -> PagedTable[TicketRow]:
        return self.query_one("#tickets", PagedTable)

    def _columns(self) -> list[Column[TicketRow]]:
        app = self.counter_app
        owners = self.ticket_query.view is not TicketView.MINE
        return ticket_columns(lambda: app.shop.clock(), app.today, owners=owners)

    def _load(self, span: Span) -> Page[TicketRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.ticket_list(desk, self._asked_for(), span)

    def _count(self, first: tuple[Any, ...] | None) -> Counts:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.ticket_counts(desk, self._asked_for(), first)

    def _asked_for(self) -> TicketQuery:
        """The list as it stands, with the person whose tickets it shows."""
        query = self.ticket_query
        if query.view is TicketView.MINE:
            query = replace(query, owner_id=self.counter_app.actor.id)
        return query

    # --- views, order, filter ---------------------------------------------------------------

    def show(self, **changes: object) -> None:
        """Show the list with another view, order or filter."""
        self.ticket_query = replace(self.ticket_query, **changes)  # type: ignore[arg-type]
        self._table.show_columns(self._columns())
        self._table.show(self._load, self._count)
        self._table.sorted_by = SORTED_BY[lookup.order_of(self.ticket_query)]
        self._show_views()

    def action_view(self, at: int) -> None:
        """Show the view on that digit key."""
        self._shown_own = None
        self.say("")  # what was said of the other view is not true of this one
        self.show(view=VIEWS[at])

    def read_own_views(self) -> None:
        """Read one's own views again."""

        def answered(own: tuple[SavedViewRow, ...]) -> None:
            self._own = own
            self._show_views()

        self.read(saved_views.views_of, answered, group="views")

    def action_views(self) -> None:
        """List one's own views."""
        open_views(self, self._own)

    def action_own_view(self, at: int) -> None:
        """Show one's own view on that digit key."""
        if at < len(self._own):
            self.show_own(self._own[at])
        else:
            self.say(_("No view of yours on that key: v keeps the list as one."))

    def show_own(self, own: SavedViewRow) -> None:
        """Show one's own view: its view, order and filter."""
        self._shown_own = own.name
        self.query_one(FindBox).value = own.text
        self.query_one("#filter-line").display = bool(own.text)
        self.show(view=own.view, order=own.order, text=own.text)

    def action_sort(self) -> None:
        """Sort by the next order."""
        order = ORDERS[(ORDERS.index(self.ticket_query.order) + 1) % len(ORDERS)]
        self.show(order=order)
        self.say(_("Sorted: {order}").format(order=label(order)))

    def action_filter(self) -> None:
        """Show only tickets with the words that are typed."""
        self.query_one("#filter-line").display = True
        self.query_one(FindBox).focus()

    @on(FindBox.Typed)
    def _filter_typed(self, event: FindBox.Typed) -> None:
        self._filter(event.text)

    @on(FindBox.Asked)
    def _filter_asked(self, event: FindBox.Asked) -> None:
        self._filter(event.text)
        self._table.focus()

    def _filter(self, text: str) -> None:
        if text != self.ticket_query.text:
            self.show(text=text)

    def action_back(self) -> None:
        """End the filter; without one, go home."""
        if self.query_one("#filter-line").display:
            self.query_one(FindBox).clear()
            self.query_one("#filter-line").display = False
            self._table.focus()
            if self.ticket_query.text:
                self.show(text="")
        else:
            super().action_back()

    def action_to_list(self) -> None:
        """Go from the filter to the list."""
        self._table.focus()

    def _show_views(self) -> None:
        """The views on digit keys; one's own stand on a line of theirs."""
        own = self._shown_own
        lines = [
            [
                _view_name(str(at), label(view), own is None and view is self.ticket_query.view)
                for at, view in enumerate(VIEWS, 1)
            ]
        ]
        if self._own:
            lines.append(
                [
                    _view_name(key_of(at), row.name, row.name == own)
                    for at, row in enumerate(self._own)
                ]
            )
        shown = Content("\n").join(Content(" ").join(line) for line in lines)
        self.query_one("#views", PlainText).update(shown)

    @on(PagedTable.CountsChanged)
    def _show_counts(self) -> None:
        counts = self._table.counts
        if counts is None:
            self.query_one("#counts", PlainText).update("")
            return
        total, hidden = counts.total, counts.hidden
        said = ngettext("{count} ticket", "{count} tickets", total.rows)
        said = said.format(count=amount(total))
        said += hidden_words(hidden)
        said += f" - {label(lookup.order_of(self.ticket_query))}"
        if marked := len(self._table.marked):
            words = ngettext(" - {count} marked", " - {count} marked", marked)
            said += words.format(count=number(marked))
        self.query_one("#counts", PlainText).update(said)
        self._say_what_marks_are_for(marked)

    def _say_what_marks_are_for(self, marked: int) -> None:
        """Say it at the first mark, until the last one is gone or something else is said."""
        what_for = _("b does one thing with all that are marked, Esc unmarks them.")
        if marked and not self._had_marks:
            self.say(what_for)
        elif not marked and self.query_one(StatusLine).text == what_for:
            self.say("")
        self._had_marks = marked > 0

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        if event.table.current is None:  # not "0 tickets": nobody knows how many there are
            self.query_one("#counts", PlainText).update("")
        self.say_failure(event.error)

    # --- acting -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the role allows."""
        needed = {
            "next": Action.WORK_TICKET,
            "take": Action.WORK_TICKET,
            "bulk": Action.WORK_TICKET,
            "undo": Action.WORK_TICKET,
            "views": Action.KEEP_VIEWS,
            "export": Action.EXPORT_VIEW,
        }
        return action not in needed or allowed(self.counter_app.actor.role, needed[action])

    @on(PagedTable.RowChosen)
    def _open(self, event: PagedTable.RowChosen) -> None:
        self.counter_app.open_ticket(event.row.no)

    def action_take(self) -> None:
        """Become the owner of the ticket under the cursor; the cursor stays in the list."""
        row = self._table.current
        if row is None:
            return

        def done(head: TicketHead) -> None:
            self.counter_app.last_steps = (head.no,)
            said = _("{no} is yours. {key} takes it back.")
            self.say(said.format(no=head.no, key=key_for(self, "tickets.undo")), "done")
            self._table.reload()

        self.write(lambda desk: tickets.take(desk, row.no, seen=row.version), done)

    def action_next(self) -> None:
        """Take the most urgent ticket that is nobody's, and open it."""

        def done(head: TicketHead | None) -> None:
            if head is None:
                self.say(_("Every open ticket has an owner."))
                return
            self.counter_app.last_steps = (head.no,)
            if self.is_active:
                self.counter_app.open_ticket(head.no)
            else:  # the hand went on to another screen
                self.say(_("{no} is yours.").format(no=head.no), "done")

        def take_next(desk: WritingDesk) -> TicketHead | None:
            return tickets.take_next(desk)

        self.write(take_next, done, opens=True)

    def action_bulk(self) -> None:
        """Do one thing with the marked tickets, or with the one under the cursor."""
        rows = self._table.marked or tuple(filter(None, (self._table.current,)))
        if rows:
            open_bulk(self, rows)

    def keep_marked(self, row_ids: Iterable[int]) -> None:
        """Keep only these marks: the others are done."""
        self._table.mark(row_ids)
        self._table.reload()

    def action_undo(self) -> None:
        """Take back the last step that was taken at this counter by this person."""
        numbers = self.counter_app.last_steps
        if not numbers:
            self.say(_("Nothing to take back: you took no step here."))
        elif len(numbers) > 1:
            undo_all(self, numbers)
        else:
            self._undo(numbers[0])

    def _undo(self, no: str) -> None:

        def done(head: TicketHead) -> None:
            self.counter_app.last_steps = ()
            said = _("Taken back. {no}: {status}.")
            self.say(said.format(no=head.no, status=label(head.status)), "done")
            self._table.reload()

        self.write(lambda desk: undo(desk, no), done)

    def action_export(self) -> None:
        """Write all rows of the view for a spreadsheet."""
        query = self._asked_for()
        self.export(lambda desk, folder: export_tickets(desk, query, folder))


def _view_name(key: str, name: str, chosen: bool) -> Content:
    words = printable(f"{key} {name}".strip())
    return (
        Content.styled(f"[{words}]", "bold reverse")
        if chosen
        else Content.styled(f" {words} ", "dim")
    )
