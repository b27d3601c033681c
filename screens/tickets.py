"""The queue: complaints by due time first, views on digit keys, filters, what stands beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from counter import lookup, saved_views
from counter.counting import amount, hidden_words
from counter.language import _, ngettext, number
from counter.lookup import TicketQuery
from counter.narrowing import filter_words
from counter.standing import Standing
from counter.words import label
from models.messages import N_
from models.terms import TicketOrder, TicketView
from models.ticket_filter import COMPLAINTS, TicketFilter
from models.views import Counts, Page, SavedViewRow, Span, TicketRow
from screens.beside import FROM_WIDTH, Beside, beside
from screens.keymap import key_for, key_on
from screens.own_views import key_of, open_views
from screens.ticket_columns import SORTED_BY, ticket_columns
from screens.ticket_filter import open_filter
from screens.ticket_list import TicketList
from screens.widgets.columns import Column
from screens.widgets.findbox import FindBox
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, printable
from screens.widgets.statusline import StatusLine

VIEWS: Final = tuple(TicketView)
ORDERS: Final = tuple(TicketOrder)


class Tickets(TicketList):
    """Tickets of one view, complaints first; the cursor stays on its ticket whatever others do."""

    CSS_PATH = "styles/tickets.tcss"
    AUTO_FOCUS = "#tickets"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "kinds", N_("All kinds"), id="tickets.kinds"),
        Binding("f", "narrow", N_("Narrow"), id="tickets.narrow"),
        Binding("slash", "filter", N_("Filter"), id="tickets.filter", key_display="/"),
        Binding("s", "sort", N_("Sort"), id="tickets.sort"),
        Binding("v", "views", N_("My views"), id="tickets.views"),
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
        self.ticket_query = TicketQuery(order=TicketOrder.DUE, filter=COMPLAINTS)
        self._own: tuple[SavedViewRow, ...] = ()
        self._shown_own: str | None = None
        self._had_marks = False

    def compose_body(self) -> ComposeResult:
        yield PlainText("", id="views")
        yield PlainText("", id="narrowed")
        with Horizontal(id="filter-line"):
            yield FindBox(N_("Filter >"), N_("words in number, text or customer"), id="filter")
        with Horizontal(id="queue"):
            yield PagedTable(
                self._columns(),
                self._load,
                self._count,
                empty=N_("No ticket in this view."),
                sorted_by=SORTED_BY[self.ticket_query.order],
                id="tickets",
            )
            yield Beside(id="beside")
        yield PlainText("", id="counts")

    def on_mount(self) -> None:
        self.query_one("#filter-line").display = False
        self._show_views()
        self.read_own_views()
        self.on_resize()

    def on_resize(self) -> None:
        """Show the ticket under the cursor beside the list where there is room."""
        roomy = self.app.size.width >= FROM_WIDTH
        panel = self.query_one(Beside)
        if panel.display != roomy:
            panel.display = roomy
            self._show_beside()

    def store_changed(self) -> None:
        """Read the list again; the cursor stays where it is."""
        self.table.reload()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Complaints stand first, what is due first on top; k shows every kind and back."),
            _("Digits 1 to 7 choose the view. / filters as you type, Esc ends the filter."),
            _("f narrows by priority, level, owner and more; n takes the next of what is shown."),
            _("a, o and w act on the ticket under the cursor; x says why it is due then."),
            _("! lifts a complaint one level up; on the ticket's own screen g does, and ! is P1."),
            _("Space marks tickets, b does one thing with all of them, Esc takes the marks away."),
            _("u takes your last step back within a minute; v keeps the list as your own view."),
            _("e writes all rows of the view, not only those in sight, for a spreadsheet."),
        ]

    def _columns(self) -> list[Column[TicketRow]]:
        app = self.counter_app
        query = self.ticket_query
        done = query.view in (TicketView.RESOLVED, TicketView.CLOSED, TicketView.ALL)

        def due(row: TicketRow) -> str:
            return self.lateness.words(row, app.shop.clock(), app.shop.site.zone)

        return ticket_columns(
            lambda: app.shop.clock(),
            app.today,
            due=None if done else due,
            owners=query.view is not TicketView.MINE,
            kinds=len(query.filter.kinds) != 1,
            aged=SORTED_BY[lookup.order_of(query)][0] == "age",
        )

    def _load(self, span: Span) -> Page[TicketRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            page = lookup.ticket_list(desk, self.asked_for(), span)
            self.lateness.learn(desk, page.rows)
            return page

    def _count(self, first: tuple[Any, ...] | None) -> Counts:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return lookup.ticket_counts(desk, self.asked_for(), first)

    def asked_for(self) -> TicketQuery:
        """The list as it stands, with the person whose tickets it shows."""
        query = self.ticket_query
        if query.view is TicketView.MINE:
            query = replace(query, owner_id=self.counter_app.actor.id)
        return query

    # --- views, order, filter ---------------------------------------------------------------

    def show(self, **changes: object) -> None:
        """Show the list with another view, order or filter."""
        self.ticket_query = replace(self.ticket_query, **changes)  # type: ignore[arg-type]
        self.table.show_columns(self._columns())
        self.table.show(self._load, self._count)
        self.table.sorted_by = SORTED_BY[lookup.order_of(self.ticket_query)]
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
        """Show one's own view: its view, order and filters."""
        self._shown_own = own.name
        self.query_one(FindBox).value = own.text
        self.query_one("#filter-line").display = bool(own.text)
        self.show(view=own.view, order=own.order, text=own.text, filter=own.filter)

    def action_sort(self) -> None:
        """Sort by the next order."""
        order = ORDERS[(ORDERS.index(self.ticket_query.order) + 1) % len(ORDERS)]
        self.show(order=order)
        self.say(_("Sorted: {order}").format(order=label(order)))

    def action_kinds(self) -> None:
        """Show every kind of ticket, or complaints alone again."""
        wanted = self.ticket_query.filter
        kinds = () if wanted.kinds else COMPLAINTS.kinds
        self.narrow(replace(wanted, kinds=kinds))

    def action_narrow(self) -> None:
        """Ask what the list is to be narrowed to."""
        open_filter(self)

    def narrow(self, wanted: TicketFilter) -> None:
        """Show only what that filter lets through."""
        self._shown_own = None
        self.show(filter=wanted)

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
        self.table.focus()

    def _filter(self, text: str) -> None:
        if text != self.ticket_query.text:
            self.show(text=text)

    def action_back(self) -> None:
        """End the filter; without one, go home."""
        if self.query_one("#filter-line").display:
            self.query_one(FindBox).clear()
            self.query_one("#filter-line").display = False
            self.table.focus()
            if self.ticket_query.text:
                self.show(text="")
        else:
            super().action_back()

    def action_to_list(self) -> None:
        """Go from the filter to the list."""
        self.table.focus()

    def _show_views(self) -> None:
        """The views on digit keys; one's own stand on a line of theirs."""
        own = self._shown_own
        lines = [
            [
                _view_name(str(at), label(view), own is None and view is self.ticket_query.view)
                for at, view in enumerate(VIEWS, 1)
            ],
            [_view_name(key_of(at), row.name, row.name == own) for at, row in enumerate(self._own)],
        ]
        shown = Content("\n").join(Content(" ").join(line) for line in lines if line)
        self.query_one("#views", PlainText).update(shown)
        words = filter_words(self.ticket_query.filter)
        said = (
            _("Only: {filter}  ({kinds}: all kinds, {narrow}: narrow)")
            if words
            else _("All kinds  ({kinds}: complaints, {narrow}: narrow)")
        ).format(
            filter=words,
            kinds=key_for(self, "tickets.kinds"),
            narrow=key_for(self, "tickets.narrow"),
        )
        self.query_one("#narrowed", PlainText).update(said)

    @on(PagedTable.CountsChanged)
    def _show_counts(self) -> None:
        if not self.stands:
            return
        counts = self.table.counts
        if counts is None:
            self.query_one("#counts", PlainText).update("")
            return
        total, hidden = counts.total, counts.hidden
        said = ngettext("{count} ticket", "{count} tickets", total.rows)
        said = said.format(count=amount(total))
        said += hidden_words(hidden)
        said += f" - {label(lookup.order_of(self.ticket_query))}"
        if marked := len(self.table.marked):
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

    # --- beside the list --------------------------------------------------------------------

    @on(PagedTable.RowHighlighted)
    def _show_beside(self) -> None:
        """Read the ticket under the cursor; what a newer cursor overtakes is dropped."""
        if not self.stands:
            return
        panel, row = self.query_one(Beside), self.table.current
        if row is None or not panel.display:
            self.nothing_newer("beside")
            panel.update("")
            return

        def answered(found: Standing) -> None:
            shop = self.counter_app.shop
            now, zone = shop.clock(), shop.site.zone
            panel.update(beside(found, self.lateness, now, zone, self._key_on_ticket))

        self.read(self.standing_of(row.no), answered, group="beside")

    def _key_on_ticket(self, name: str) -> str:
        """The key of a step once the ticket is open."""
        from screens.ticket import TicketScreen

        return _("Enter, then {key}").format(key=key_on(TicketScreen, self.app, name))


def _view_name(key: str, name: str, chosen: bool) -> Content:
    words = printable(f"{key} {name}".strip())
    return (
        Content.styled(f"[{words}]", "bold reverse")
        if chosen
        else Content.styled(f" {words} ", "dim")
    )
