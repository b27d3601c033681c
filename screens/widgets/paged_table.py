"""The list: a window of lines over keyset pages, as fast over a million rows as over ten.

Textual's ``DataTable`` measures every row that is added on the event loop (22 s for 100,000); here
only the visible lines are ever made, a row's line is made once, and a key repaints the lines that
look different afterwards. Pages are read in threads; keys pressed meanwhile are not lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final, Generic, Literal

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from counter.language import _, active, sentence
from models.errors import CounterError
from models.messages import N_
from models.views import Page, Span
from screens.widgets.cells import fit
from screens.widgets.columns import Cell, Column, Flex, Grid, RowT, Toned, lay_out
from screens.widgets.window import Window

__all__ = ["Cell", "Column", "Flex", "Loader", "PagedTable", "Toned"]

Loader = Callable[[Span], Page[RowT]]
"""Reads one page; called in a thread, so it opens what it needs and touches no widget."""

PAGE: Final = 100
"""Rows asked for at a time: 0.1 ms by keyset, four screens of a 24-line terminal."""

_WHEEL: Final = 3
_GUTTER: Final = 3
_RIM: Final = 2
_LINES_KEPT: Final = 4000

Errand = Literal["first", "last", "reload", "after", "before"]


@dataclass(frozen=True, slots=True)
class _Request:
    number: int
    errand: Errand
    span: Span


class PagedTable(ScrollView, Generic[RowT], can_focus=True, inherit_bindings=False):
    """A list of records, one line each, with a cursor and marks.

    Args:
        columns: what is shown of a row.
        loader: reads a page of the list; without one the list waits for :meth:`show`.
        empty: the sentence for a list without rows, an untranslated message.
        markable: whether space marks rows.
        id: the widget's id.
        classes: the widget's style classes.

    Attributes:
        sorted_by: the ``name`` (or title) of the column the list is sorted by, and whether it
            descends; drawn in the heading. Sorting itself is the loader's.
        empty: see above; may be changed at any time.
        failure: the error of the last page that could not be read, until one could.
    """

    COMPONENT_CLASSES = {
        "paged-table--header",
        "paged-table--cursor",
        "paged-table--marked",
        "paged-table--muted",
        "paged-table--strong",
        "paged-table--done",
        "paged-table--warning",
        "paged-table--problem",
        "paged-table--thumb",
        "paged-table--track",
    }
    DEFAULT_CSS = """
    PagedTable {
        overflow: hidden hidden;
        height: 1fr;
        min-height: 2;
        & > .paged-table--header { color: $foreground 70%; text-style: underline; }
        & > .paged-table--cursor { background: $foreground 12%; text-style: bold; }
        &:focus > .paged-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
        & > .paged-table--marked { text-style: bold; }
        & > .paged-table--muted { color: $foreground 60%; }
        & > .paged-table--strong { text-style: bold; }
        & > .paged-table--done { color: $text-success; }
        & > .paged-table--warning { color: $text-warning; text-style: bold; }
        & > .paged-table--problem { color: $text-error; text-style: bold; }
        &:nocolor > .paged-table--warning { color: $foreground; }
        &:nocolor > .paged-table--problem { color: $foreground; }
        & > .paged-table--thumb { color: $foreground; text-style: bold; }
        & > .paged-table--track { color: $foreground 20%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Open"), id="list.open"),
        Binding("space", "mark", N_("Mark"), id="list.mark"),
        Binding("up", "move(-1)", N_("Up"), show=False, id="list.up"),
        Binding("down", "move(1)", N_("Down"), show=False, id="list.down"),
        Binding("pageup", "page(-1)", N_("Page up"), show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", N_("Page down"), show=False, id="list.page_down"),
        Binding("home", "edge('first')", N_("First row"), show=False, id="list.first"),
        Binding("end", "edge('last')", N_("Last row"), show=False, id="list.last"),
    ]

    sorted_by: reactive[tuple[str, bool] | None] = reactive(None)
    empty: reactive[str] = reactive("")

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
        """The number of rows, hidden rows or marked rows changed."""

        def __init__(self, table: PagedTable[Any], total: int, hidden: int, marked: int) -> None:
            super().__init__()
            self.table = table
            self.total = total
            self.hidden = hidden
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

    class Answered(Message, bubble=False):
        """A reading thread is done; for the list itself."""

        def __init__(self, request: _Request, answer: Page[Any] | Exception) -> None:
            super().__init__()
            self.request = request
            self.answer = answer

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        loader: Loader[RowT] | None = None,
        *,
        empty: str = N_("Nothing here."),
        markable: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(PagedTable.empty, empty)
        self.failure: Exception | None = None
        self._columns = tuple(columns)
        self._loader = loader
        self._markable = markable
        self._window: Window[RowT] = Window()
        self._marks: dict[int, RowT] = {}
        self._total = 0
        self._hidden = 0
        self._counts = (0, 0, 0)
        self._announced: RowT | None = None
        self._last_number = 0
        self._replacing: _Request | None = None
        self._extending: dict[Errand, int] = {}
        self._reload_again = False
        self._is_another_list = False
        self._jump_by = 0
        self._lines: dict[tuple[object, ...], Strip] = {}
        self._frame: tuple[object, ...] = ()
        self._grid = Grid((), 1)
        self._drawn: dict[int, Strip] = {}

    # --- what the owner asks ----------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many rows the list has with its filter."""
        return self._total

    @property
    def hidden(self) -> int:
        """How many rows the filter hides."""
        return self._hidden

    @property
    def current(self) -> RowT | None:
        """The row under the cursor."""
        return self._window.current

    @property
    def position(self) -> int:
        """Which row of the whole list the cursor is on, counted from 1; 0 in an empty list."""
        return self._window.start + self._window.cursor + 1 if self._window.rows else 0

    @property
    def marked(self) -> tuple[RowT, ...]:
        """The marked rows, in the order they were marked, also those out of sight."""
        return tuple(self._marks.values())

    @property
    def is_reading(self) -> bool:
        """Whether a page is on its way."""
        return self._replacing is not None or bool(self._extending)

    @property
    def visible_rows(self) -> tuple[RowT, ...]:
        """The rows on the screen now, from top to bottom."""
        window = self._window
        return tuple(window.rows[window.top : window.top + window.height])

    # --- what the owner tells ---------------------------------------------------------------

    def show(self, loader: Loader[RowT]) -> None:
        """Show another list (a filter, another order) from its first row, without marks."""
        self._loader = loader
        self.clear_marks()
        self._is_another_list = True
        self._jump("first")

    def reload(self) -> None:
        """Read the rows in memory anew; the cursor stays on its record."""
        if self._loader is None:
            return
        if self._replacing is not None:
            self._reload_again = True
            return
        rows = self._window.rows
        limit = max(len(rows), PAGE)
        if self._window.at_start or not rows:
            self._replace("reload", Span(limit))
        else:
            self._replace("reload", Span(limit, since=rows[0].key))

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

    def mark(self, row_ids: Iterable[int]) -> None:
        """Mark exactly these of the rows in memory or marked before."""
        known = {**self._marks, **{row.id: row for row in self._window.rows}}
        self._marks = {row_id: known[row_id] for row_id in row_ids if row_id in known}
        self._settle()

    # --- keys and mouse ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
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

    def watch_sorted_by(self) -> None:
        self._frame = ()
        self.refresh()

    def notify_style_update(self) -> None:
        self._frame = ()
        super().notify_style_update()

    @property
    def _is_jumping(self) -> bool:
        return self._replacing is not None and self._replacing.errand != "reload"

    def _move(self, delta: int, *, scroll: bool = False) -> None:
        if self._is_jumping:
            self._jump_by += delta
        else:
            self._window.move(delta, scroll=scroll)
        self._settle()

    # --- reading pages ----------------------------------------------------------------------

    def _jump(self, edge: Literal["first", "last"]) -> None:
        self._jump_by = 0
        self._replace(edge, Span(PAGE, last=edge == "last"))

    def _replace(self, errand: Errand, span: Span) -> None:
        self._extending.clear()  # what they bring would no longer adjoin
        self._replacing = self._ask(errand, span)

    def _extend(self) -> None:
        """Fetch the neighbour pages before the cursor gets there."""
        window, margin = self._window, 2 * self._window.height
        if self._replacing is not None or not window.rows or self._loader is None:
            return
        wants_after = window.wants_after(margin) or (window.goal or 0) >= len(window.rows)
        if wants_after and "after" not in self._extending:
            request = self._ask("after", Span(PAGE, after=window.rows[-1].key))
            self._extending["after"] = request.number
        wants_before = window.wants_before(margin) or (window.goal or 0) < 0
        if wants_before and "before" not in self._extending:
            request = self._ask("before", Span(PAGE, before=window.rows[0].key))
            self._extending["before"] = request.number

    def _ask(self, errand: Errand, span: Span) -> _Request:
        self._last_number += 1
        request = _Request(self._last_number, errand, span)
        if self._loader is not None:
            read = partial(self._read, self._loader, request)
            self.run_worker(read, thread=True, group="pages", exit_on_error=False)
        return request

    def _read(self, loader: Loader[RowT], request: _Request) -> None:
        """Read one page; runs in a thread and only posts."""
        answer: Page[RowT] | Exception
        try:
            answer = loader(request.span)
        except Exception as error:
            answer = error
        self.post_message(self.Answered(request, answer))

    def on_paged_table_answered(self, message: Answered) -> None:
        request, answer = message.request, message.answer
        if not self._is_awaited(request):
            return
        if self._replacing == request:
            self._replacing = None
        self._extending.pop(request.errand, None)
        if isinstance(answer, Exception):
            self._fail(answer)
        else:
            self._take(request, answer)
        if self._reload_again and self._replacing is None:
            self._reload_again = False
            self.reload()

    def _is_awaited(self, request: _Request) -> bool:
        """Whether an answer is still wanted; threads cannot be stopped, so stale ones come."""
        if request.errand in ("after", "before"):
            return self._extending.get(request.errand) == request.number
        return self._replacing == request

    def _fail(self, error: Exception) -> None:
        self.failure = error
        self._window.goal = None
        if self._is_another_list:  # what stands there answers another question
            self._forget()
        self._jump_by = 0
        self.post_message(self.LoadFailed(self, error))
        self._repaint()  # not _settle: that would ask for the same page again, at once and for ever

    def _forget(self) -> None:
        height = self._window.height
        self._window = Window()
        self._window.height = height
        self._total = self._hidden = 0

    def _take(self, request: _Request, page: Page[RowT]) -> None:
        self.failure = None
        self._is_another_list = False
        self._total, self._hidden = page.total, page.hidden
        window = self._window
        if request.errand == "after":
            window.append(page, request.span.limit)
        elif request.errand == "before":
            window.prepend(page, request.span.limit)
        elif request.errand == "reload":
            self._take_reload(request.span, page)
        else:
            self._take_jump(request, page)
        self._settle()

    def _take_jump(self, request: _Request, page: Page[RowT]) -> None:
        window, first = self._window, request.errand == "first"
        short = len(page.rows) < request.span.limit
        window.replace(page, at_start=first or short, at_end=short or not first)
        self._lines.clear()
        window.cursor = 0 if first else max(len(page.rows) - 1, 0)
        window.top = window.cursor
        window.move(self._jump_by)
        self._jump_by = 0

    def _take_reload(self, span: Span, page: Page[RowT]) -> None:
        if not page.rows and page.total:  # everything from here on vanished
            self._jump("last")
            return
        window = self._window
        old = window.rows
        ahead = None if window.goal is None else window.goal - window.cursor
        at_start = span.since is None or page.start == 0
        window.replace(page, at_start=at_start, at_end=len(page.rows) < span.limit)
        self._lines.clear()
        window.stay(old)
        if ahead is not None:
            window.move(ahead)
        self._renew_marks(old)

    def _renew_marks(self, old: list[RowT]) -> None:
        """Marked rows as they are now, without those that vanished."""
        now = {row.id: row for row in self._window.rows}
        gone = {row.id for row in old} - now.keys()
        self._marks = {
            row_id: now.get(row_id, row)
            for row_id, row in self._marks.items()
            if row_id not in gone
        }

    # --- telling and drawing ----------------------------------------------------------------

    def _settle(self) -> None:
        """Bring pages, messages and the screen in line with the window."""
        if not self.is_mounted:
            return
        self._extend()
        self._repaint()
        row = self.current
        if row is not None and row != self._announced:
            self.post_message(self.RowHighlighted(self, row))
        self._announced = row
        counts = (self._total, self._hidden, len(self._marks))
        if counts != self._counts:
            self._counts = counts
            self.post_message(self.CountsChanged(self, *counts))

    def _repaint(self) -> None:
        """Refresh the lines that look different from what was drawn last."""
        lines = range(self.size.height)
        changed = [y for y in lines if self._line(y) is not self._drawn.get(y)]
        if len(changed) > len(lines) // 2:
            self.refresh()
            return
        left, top = self.gutter.top_left
        for y in changed:
            self.refresh(Region(left, top + y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        strip = self._drawn[y] = self._line(y)
        return strip

    def _line(self, y: int) -> Strip:
        self._check_frame()
        if y == 0:
            return self._kept(("header",), self._header)
        window = self._window
        at = window.top + y - 1
        if not window.rows:
            return self._kept(("notice", y, self._notice()), partial(self._notice_line, y))
        rim = self._rim(y - 1)
        if at >= len(window.rows):
            return self._kept(("blank", rim), lambda: self._strip([], self.rich_style, rim))
        row, on_cursor = window.rows[at], at == window.cursor
        marked = row.id in self._marks
        state = (row.id, on_cursor, on_cursor and self.has_focus, marked, rim)
        return self._kept(state, lambda: self._row_line(row, on_cursor, marked, rim))

    def _check_frame(self) -> None:
        """Forget all lines when the size, the language or the colours changed."""
        frame = (self.size.width, self.app.size.width, active(), self.app.theme)
        if frame != self._frame:
            self._frame = frame
            room = self.size.width - _GUTTER - _RIM
            self._grid = lay_out(self._columns, room, self.app.size.width)
            self._lines.clear()

    def _kept(self, state: tuple[object, ...], make: Callable[[], Strip]) -> Strip:
        strip = self._lines.get(state)
        if strip is None:
            if len(self._lines) > _LINES_KEPT:
                self._lines.clear()
            strip = self._lines[state] = make()
        return strip

    def _strip(self, segments: list[Segment], base: Style, rim: str) -> Strip:
        """A line of the list's width: segments, blanks, and the place in the list at the rim."""
        line = Strip(segments).adjust_cell_length(self.size.width - 1, base)
        kind = "paged-table--thumb" if rim == "┃" else "paged-table--track"
        style = self.get_component_rich_style(kind)
        return Strip([*line, Segment(rim, style)], self.size.width)

    def _rim(self, line: int) -> str:
        """The sign at the right of a visible line: where in the whole list the view stands."""
        height, total = self._window.height, max(self._total, len(self._window.rows))
        if total <= height:
            return " "
        length = max(height * height // total, 1)
        top = self._window.start + self._window.top
        first = min(round(top * (height - length) / max(total - height, 1)), height - length)
        return "┃" if first <= line < first + length else "│"

    def _header(self) -> Strip:
        style = self.get_component_rich_style("paged-table--header")
        segments = [Segment(" " * _GUTTER, self.rich_style)]
        for index, (column, width) in enumerate(self._grid.placed):
            if index:
                segments.append(Segment(" " * self._grid.gap, self.rich_style))
            segments.append(Segment(fit(self._heading(column), width, column.align), style))
        return self._strip(segments, self.rich_style, " ")

    def _heading(self, column: Column[RowT]) -> str:
        heading = _(column.title) if column.title else ""
        if self.sorted_by is None or self.sorted_by[0] != (column.name or column.title):
            return heading
        return f"{heading} {'v' if self.sorted_by[1] else '^'}"

    def _row_line(self, row: RowT, on_cursor: bool, marked: bool, rim: str) -> Strip:
        base = self.rich_style
        if on_cursor:
            base = self.get_component_rich_style("paged-table--cursor")
        elif marked:
            base = self.get_component_rich_style("paged-table--marked")
        signs = f"{'>' if on_cursor else ' '}{'*' if marked else ' '} "
        segments = [Segment(signs, base)]
        for index, (column, width) in enumerate(self._grid.placed):
            if index:
                segments.append(Segment(" " * self._grid.gap, base))
            text, tone = _parts(column.cell(row))
            style = base
            if tone != "plain" and not on_cursor:  # the cursor's colours are made to be read
                style = base + self.get_component_rich_style(f"paged-table--{tone}")
            segments.append(Segment(fit(text, width, column.align), style))
        return self._strip(segments, base, rim)

    def _notice(self) -> str:
        """What stands in place of rows."""
        if self.failure is not None:
            reason = sentence(self.failure) if isinstance(self.failure, CounterError) else ""
            return f"! {_('The list could not be read.')} {reason}"
        if self._replacing is not None:
            return _("Reading ...")
        return _(self.empty) if self.empty else ""

    def _notice_line(self, y: int) -> Strip:
        if y != 2:
            return self._strip([], self.rich_style, " ")
        tone = "problem" if self.failure is not None else "muted"
        style = self.get_component_rich_style(f"paged-table--{tone}")
        text = fit(self._notice(), max(self.size.width - _GUTTER - 1, 0))
        return self._strip(
            [Segment(" " * _GUTTER, self.rich_style), Segment(text, style)], self.rich_style, " "
        )


def _parts(cell: Cell) -> Toned:
    return Toned(cell) if isinstance(cell, str) else cell
