"""The overdue board: everything that is late, by how much, and what falls due next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus
from textual.message import Message

from counter import overdue
from counter.language import _
from counter.list_files import export_overdue
from counter.overdue import Board, OverdueQuery, OverdueRow
from counter.overdue_paper import print_board
from counter.permissions import Action, allowed
from models.errors import CounterError
from models.messages import N_
from models.overdue_views import OverdueLine
from models.views import Counts, Page, Span
from screens.overdue_columns import overdue_columns
from screens.overdue_head import bar_lines, counts_line, head_line, next_choice
from screens.overdue_steps import OverdueSteps
from screens.widgets.held import counts_of, page_of
from screens.widgets.list_pages import PAGE, Request
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText

RENEW: Final = timedelta(minutes=1)
"""What is late grows later by itself: so often the board is read again."""

_LEAST: Final = 24
"""Lines that are read at least."""

_ROOMY: Final = (120, 34)
"""From so many cells and lines on there is air between the lines."""


class _Lines(PagedTable[OverdueLine]):
    """A list of the board; the cursor goes on to the other one at its edge."""

    class Left(Message):
        """The cursor wants to leave the list, downwards or upwards."""

        def __init__(self, delta: int) -> None:
            super().__init__()
            self.delta = delta

    class Taken(Message):
        """The list shows rows that were just read."""

    class Seen(Message):
        """More lines are in sight, or fewer: other rows, or another height."""

    _seen = 0

    @property
    def page_rows(self) -> int:
        """A few screens: lines are looked up one by one, and boards are read from the top."""
        return min(max(4 * self._window.height, _LEAST), PAGE)

    def action_move(self, delta: int) -> None:
        """Move the cursor, or leave the list at its edge."""
        window = self._window
        at_edge = window.cursor == (len(window.rows) - 1 if delta > 0 else 0)
        if not window.rows or (at_edge and (window.at_end if delta > 0 else window.at_start)):
            self.post_message(self.Left(delta))
        else:
            super().action_move(delta)

    def _settle(self) -> None:
        super()._settle()
        seen = len(self.visible_rows)
        if seen != self._seen:
            self._seen = seen
            self.post_message(self.Seen())

    def _take(self, request: Request, page: Page[OverdueLine]) -> None:
        super()._take(request, page)
        if request.errand not in ("after", "before"):
            self.post_message(self.Taken())


class Overdue(OverdueSteps):
    """Every kind of clock in one list; each total above it is a filter."""

    CSS_PATH = "styles/overdue.tcss"
    AUTO_FOCUS = "#late"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "assign", N_("Assign"), id="overdue.assign"),
        Binding("exclamation_mark", "escalate", N_("Escalate"), id="overdue.escalate",
                key_display="!"),
        Binding("t", "call", N_("Call"), id="overdue.call"),
        Binding("n", "take", N_("Take"), id="overdue.take"),
        Binding("k", "filter('about')", N_("Kind"), id="overdue.kind"),
        Binding("c", "filter('owner_id')", N_("Clerk"), id="overdue.clerk"),
        Binding("l", "filter('level')", N_("Level"), id="overdue.level"),
        Binding("x", "explain", N_("Why"), id="overdue.explain"),
        Binding("e", "export", N_("CSV"), id="overdue.export"),
        Binding("p", "print", N_("Print"), id="overdue.print"),
        Binding("r", "renew", N_("Renew"), id="overdue.renew"),
        Binding("escape", "back", N_("Back"), id="overdue.back"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.board_query = OverdueQuery()
        self.board: Board | None = None
        self._asked: tuple[int | None, OverdueQuery] | None = None
        self._asked_at: datetime | None = None
        self._is_another = True
        self._is_printing = False

    def compose_body(self) -> ComposeResult:
        yield PlainText("", id="board-head")
        yield PlainText("", id="board-bars")
        yield _Lines(
            overdue_columns(self._at), empty=N_("Nothing is overdue."), markable=False, id="late",
            sorted_by=("late", True),
        )  # fmt: skip
        yield _Lines(overdue_columns(self._at, N_("due soon")), empty="", markable=False, id="soon")
        yield PlainText("", id="board-counts")

    def on_mount(self) -> None:
        soon = self._table("#soon")
        soon.display, soon.rests = False, True

    def on_resize(self) -> None:
        width, height = self.size
        self.set_class(width >= _ROOMY[0] and height >= _ROOMY[1], "-roomy")
        self._show_totals()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Everything that is late, whatever its clock; hours are those that count for it."),
            _("k, c and l go through the kinds, the clerks and the levels; Esc shows all again."),
            _("! soon due, !! overdue, !!! long overdue. x says how a due time was counted."),
            _("! lifts a complaint one level, and gives anything else the first priority."),
            _("e writes what is shown as CSV, p prints it; the list renews itself."),
        ]

    # --- reading ----------------------------------------------------------------------------

    def store_changed(self) -> None:
        """Read the board again, where anybody wrote since or a minute passed.

        The cursor stays on its clock. A board that was left and is shown again within the minute,
        with nothing written, is read already.
        """
        query, now = self.board_query, self.counter_app.shop.clock()
        asked = (self.counter_app.store_version, query)
        passed = None if self._asked_at is None else now - self._asked_at
        if asked == self._asked and passed is not None and timedelta() <= passed < RENEW:
            return
        self._asked, self._asked_at = asked, now
        self.read(
            lambda desk: overdue.board(desk, query),
            self._take_in,
            group="board",
            failed=self._not_read,
            opens=self._is_another,
        )

    def show_title(self) -> None:
        """Also the board, once a minute: what is late grows later by itself."""
        super().show_title()
        if self._asked_at is not None and self.is_active:
            self.store_changed()

    def action_renew(self) -> None:
        """Read the board again."""
        self.say("")
        self._asked_at = None
        self.store_changed()

    def _not_read(self, error: CounterError) -> None:
        self._asked_at = None  # whatever happens next asks again
        self.say_error(error)

    def _take_in(self, found: Board) -> None:
        is_another, self._is_another, self.board = self._is_another, False, found
        for table in (self._table("#late"), self._table("#soon")):
            if is_another:
                self._list(table)
            else:
                table.reload()

    @on(_Lines.Taken)
    def _show_board(self) -> None:
        """Show what is around the lists once both have their lines: totals are always the list."""
        found, late, soon = self.board, self._table("#late"), self._table("#soon")
        if found is None or late.is_replacing or soon.is_replacing:
            return
        has_soon = bool(found.soon)
        soon.display = has_soon
        soon.styles.height = min(len(found.soon), 7 if self.has_class("-roomy") else 3) + 1
        if not has_soon and soon.has_focus:
            late.focus()
        self._show_totals()
        self.refresh_bindings()

    def _list(self, table: PagedTable[OverdueLine]) -> None:
        """Show a list from its first row."""
        rows = self._late if table.id == "late" else self._soon

        def load(span: Span) -> Page[OverdueLine]:
            app = self.counter_app
            page = page_of(rows(), span)
            with app.shop.reading(app.actor) as desk:
                return Page(overdue.lines(desk, page.rows))

        def count(first: tuple[Any, ...] | None) -> Counts:
            return counts_of(rows(), first)

        table.show(load, count)

    def _at(self) -> datetime:
        return self.board.at if self.board is not None else self.counter_app.shop.clock()

    def _late(self) -> Sequence[OverdueRow]:
        return self.board.late if self.board is not None else ()

    def _soon(self) -> Sequence[OverdueRow]:
        return self.board.soon if self.board is not None else ()

    def _table(self, name: str) -> _Lines:
        return self.query_one(name, _Lines)

    @property
    def _focused_table(self) -> _Lines:
        soon = self._table("#soon")
        return soon if soon.has_focus else self._table("#late")

    @property
    def line(self) -> OverdueLine | None:
        """The line under the cursor."""
        return self._focused_table.current

    @on(PagedTable.RowChosen)
    def _chosen(self) -> None:
        self.action_open()

    @on(DescendantFocus)
    def _focus_moved(self, event: DescendantFocus) -> None:
        """One cursor for both lists: it stands in the one that was worked in last."""
        if isinstance(event.widget, _Lines):
            for table in self.query(_Lines):
                table.rests = table is not event.widget

    @on(_Lines.Left)
    def _leave(self, event: _Lines.Left) -> None:
        name = "#soon" if event.delta > 0 else "#late"
        if self.stands and self._table(name).display and self._table(name).current is not None:
            self._table(name).focus()

    @on(PagedTable.CountsChanged)
    @on(PagedTable.RowHighlighted)
    @on(_Lines.Seen)
    def _moved(self) -> None:
        self._show_counts()

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self._show_totals()  # a list that could not be read keeps none of them back
        self.say_failure(event.error)

    # --- totals and filters -----------------------------------------------------------------

    def _show_totals(self) -> None:
        found = self.board
        if found is None:
            return
        roomy, width = self.has_class("-roomy"), max(self.size.width - 2, 20)
        zone = self.counter_app.shop.site.zone
        self.query_one("#board-head", PlainText).update(head_line(found, zone, roomy=roomy))
        bars = bar_lines(found, self.board_query, width, roomy=roomy)
        self.query_one("#board-bars", PlainText).update(bars)
        self._show_counts()

    def _show_counts(self) -> None:
        if self.board is not None and self.stands:
            seen = len(self._table("#late").visible_rows)
            said = counts_line(self.board, self.board_query, seen)
            self.query_one("#board-counts", PlainText).update(said)

    def action_filter(self, part: str) -> None:
        """Show the next of the kinds, clerks or levels alone, and after the last one all."""
        if self.board is not None:
            self._filter(**{part: next_choice(self.board, self.board_query, part)})

    def _filter(self, **changes: Any) -> None:
        self.board_query = replace(self.board_query, **changes)
        self._is_another = True  # another list: it is shown from its first row
        self.say("")
        self.store_changed()

    def action_back(self) -> None:
        """End the filter; without one, go back."""
        if self.board_query.is_filter:
            self._filter(about=None, owner_id=None, level=None)
        else:
            super().action_back()

    # --- what is shown, taken along ---------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the role allows."""
        needed = {
            "assign": Action.WORK_TICKET,
            "escalate": Action.WORK_TICKET,
            "call": Action.WORK_TICKET,
            "take": Action.WORK_TICKET,
            "export": Action.EXPORT_VIEW,
            "print": Action.EXPORT_VIEW,
        }
        return action not in needed or allowed(self.counter_app.actor.role, needed[action])

    def action_export(self) -> None:
        """Write what is shown for a spreadsheet."""
        query = self.board_query
        self.export(lambda desk, folder: export_overdue(desk, query, folder))

    def action_print(self) -> None:
        """Print what is shown, or write it as text where there is no printer."""
        if not self._is_printing:
            self._is_printing = True
            self.say(_("Printing ..."))
            self.app.run_worker(self._print(self.board_query), group="print")

    async def _print(self, query: OverdueQuery) -> None:
        app = self.counter_app
        try:
            path = await asyncio.to_thread(print_board, app.shop, app.actor, query)
        except CounterError as error:
            app.say_in_front(error)
            return
        finally:
            self._is_printing = False
        said = (
            _("The list is printed.")
            if path is None
            else _("No printer is set up: {name} in {folder}").format(
                name=path.name, folder=path.parent
            )
        )
        app.in_front(lambda screen: screen.say(said, "done"))
