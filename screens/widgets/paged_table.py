"""The list: a window of lines over keyset pages, as fast over a million rows as over ten.

Textual's ``DataTable`` measures every row that is added on the event loop (22 s for 100,000); here
only the visible lines are ever made, a row's line is made once, and a key repaints the lines that
look different afterwards. Pages are read in threads; keys pressed meanwhile are not lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Generic, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from models.messages import N_
from models.views import Counts
from screens.widgets.columns import Cell, Column, Flex, RowT, Toned
from screens.widgets.list_pages import Counting, ListPages, Loader

__all__ = ["Cell", "Column", "Counting", "Flex", "Loader", "PagedTable", "Toned"]

_WHEEL: Final = 3


class PagedTable(ListPages[RowT], Generic[RowT], can_focus=True, inherit_bindings=False):
    """A list of records, one line each, with a cursor and marks.

    Args:
        columns: what is shown of a row.
        loader: reads a page of the list; without one the list waits for :meth:`show`.
        counting: counts the list; without it nobody says how many rows there are.
        empty: the sentence for a list without rows, an untranslated message.
        markable: whether space marks rows.
        sorted_by: the column that the list is sorted by, see below.
        id: the widget's id.
        classes: the widget's style classes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Open"), id="list.open"),
        Binding("space", "mark", N_("Mark"), id="list.mark"),
        Binding("escape", "unmark", N_("Unmark"), show=False, id="list.unmark"),
        Binding("up", "move(-1)", N_("Up"), show=False, id="list.up"),
        Binding("down", "move(1)", N_("Down"), show=False, id="list.down"),
        Binding("pageup", "page(-1)", N_("Page up"), show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", N_("Page down"), show=False, id="list.page_down"),
        Binding("home", "edge('first')", N_("First row"), show=False, id="list.first"),
        Binding("end", "edge('last')", N_("Last row"), show=False, id="list.last"),
    ]

    class RowChosen(Message):
        """Enter was pressed on a row, or the row under the cursor was clicked."""

        def __init__(self, table: PagedTable[Any], row: Any) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> PagedTable[Any]:
            """The list."""
            return self.table

    class RowHighlighted(Message):
        """The cursor came to stand on another row, or its row was read anew and differs.

        Not a kind of :class:`RowChosen`: whoever handles that one would open every row in passing.
        """

        def __init__(self, table: PagedTable[Any], row: Any) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> PagedTable[Any]:
            """The list."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, PagedTable.RowHighlighted) and message.table is self.table

    class CountsChanged(Message):
        """The number of rows, hidden rows or marked rows changed, or they are being counted."""

        def __init__(self, table: PagedTable[Any], counts: Counts | None, marked: int) -> None:
            super().__init__()
            self.table = table
            self.counts = counts
            self.marked = marked

        @property
        def control(self) -> PagedTable[Any]:
            """The list."""
            return self.table

    class LoadFailed(Message):
        """A page could not be read; the rows that stand there are older."""

        def __init__(self, table: PagedTable[Any], error: Exception) -> None:
            super().__init__()
            self.table = table
            self.error = error

        @property
        def control(self) -> PagedTable[Any]:
            """The list."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        loader: Loader[RowT] | None = None,
        counting: Counting | None = None,
        *,
        empty: str = N_("Nothing here."),
        markable: bool = True,
        sorted_by: tuple[str, bool] | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(columns, loader, counting, empty=empty, id=id, classes=classes)
        self.set_reactive(PagedTable.sorted_by, sorted_by)
        self._markable = markable
        self._announced: RowT | None = None
        self._announced_counts: tuple[Counts | None, int] = (None, 0)

    # --- what the owner asks ----------------------------------------------------------------

    @property
    def current(self) -> RowT | None:
        """The row under the cursor."""
        return self._window.current

    @property
    def position(self) -> int | None:
        """Which row of the whole list the cursor is on, counted from 1; None where nobody knows."""
        window = self._window
        if not window.rows or window.start is None or not window.start_is_known:
            return None
        return window.start + window.cursor + 1

    @property
    def marked(self) -> tuple[RowT, ...]:
        """The marked rows, in the order they were marked, also those out of sight."""
        return tuple(self._marks.values())

    @property
    def visible_rows(self) -> tuple[RowT, ...]:
        """The rows on the screen now, from top to bottom."""
        window = self._window
        return tuple(window.rows[window.top : window.top + window.height])

    # --- what the owner tells ---------------------------------------------------------------

    def show(self, loader: Loader[RowT], counting: Counting | None = None) -> None:
        """Show another list (a filter, another order) from its first row, without marks."""
        self._loader, self._counting = loader, counting
        self.clear_marks()
        self._is_another_list = True
        self._jump("first")

    def select(self, row_id: int) -> bool:
        """Put the cursor on a record; false when it is not among the rows in memory."""
        for at, row in enumerate(self._window.rows):
            if row.id == row_id:
                self._window.aim(at)
                self._window.keep_visible()
                self._settle()
                return True
        return False

    def clear_marks(self) -> None:
        """Unmark every row."""
        self._marks.clear()
        self._settle()
        self.refresh_bindings()  # escape goes back again

    def mark(self, row_ids: Iterable[int]) -> None:
        """Mark exactly these of the rows in memory or marked before."""
        known = {**self._marks, **{row.id: row for row in self._window.rows}}
        self._marks = {row_id: known[row_id] for row_id in row_ids if row_id in known}
        self._settle()
        self.refresh_bindings()

    # --- keys and mouse ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "unmark":
            return bool(self._marks)
        return self._markable if action == "mark" else True

    def action_move(self, delta: int) -> None:
        """Move the cursor by ``delta`` rows."""
        self._move(delta)

    def action_page(self, pages: int) -> None:
        """Move the cursor and the view by ``pages`` screens."""
        self._move(pages * self._window.height, scroll=True)

    def action_edge(self, edge: Literal["first", "last"]) -> None:
        """Go to the first or the last row of the whole list."""
        window = self._window
        if self._is_jumping or not (window.at_start if edge == "first" else window.at_end):
            self._jump(edge)
            return
        window.aim(0 if edge == "first" else len(window.rows) - 1)
        window.keep_visible()
        self._settle()

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if (row := self.current) is not None:
            self.post_message(self.RowChosen(self, row))

    def action_mark(self) -> None:
        """Mark or unmark the row under the cursor and go on to the next."""
        if (row := self.current) is None:
            return
        if self._marks.pop(row.id, None) is None:
            self._marks[row.id] = row
        self._move(1)
        self.refresh_bindings()

    def action_unmark(self) -> None:
        """Unmark every row; without marks the key is the screen's."""
        self.clear_marks()

    def on_click(self, event: events.Click) -> None:
        at = self._window.top + event.y - self.gutter.top - 1
        if event.y <= self.gutter.top or at >= len(self._window.rows):
            return
        if at == self._window.cursor:
            self.action_choose()
            return
        self._window.aim(at)
        self._settle()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._window.scroll(_WHEEL)
        self._settle()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._window.scroll(-_WHEEL)
        self._settle()

    def on_mount(self) -> None:
        if self._loader is not None and self._replacing is None:
            self._jump("first")

    def on_resize(self, event: events.Resize) -> None:
        self._window.height = max(self.size.height - 1, 1)
        self.virtual_size = Size(self.size.width, self.size.height)
        self._window.keep_visible()
        self._settle()

    def on_focus(self) -> None:
        self._repaint()

    def on_blur(self) -> None:
        self._repaint()

    def _move(self, delta: int, *, scroll: bool = False) -> None:
        if self._is_jumping:
            self._jump_by += delta
        else:
            self._window.move(delta, scroll=scroll)
        self._settle()

    # --- telling ----------------------------------------------------------------------------

    def _settle(self) -> None:
        if not self.is_mounted:
            return
        self._extend()
        self._repaint()
        row = self.current
        if row is not None and row != self._announced:
            self.post_message(self.RowHighlighted(self, row))
        self._announced = row
        counts = (self.counts, len(self._marks))
        if counts != self._announced_counts:
            self._announced_counts = counts
            self.post_message(self.CountsChanged(self, *counts))

    def _failed(self, error: Exception) -> None:
        self.post_message(self.LoadFailed(self, error))
