"""How a list is drawn: only the visible lines are ever made, and each of them once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Generic

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from counter.language import _, active, sentence
from models.errors import CounterError
from models.views import Counts
from screens.widgets.cells import fit, width_of
from screens.widgets.columns import Cell, Column, Grid, RowT, Toned, lay_out
from screens.widgets.window import Window

_GUTTER: Final = 3
_RIM: Final = 2
_LINES_KEPT: Final = 4000


class ListLines(ScrollView, Generic[RowT]):
    """The part of a list that draws what stands in its window.

    Args:
        columns: what is shown of a row.
        empty: the sentence for a list without rows, an untranslated message.
        id: the widget's id.
        classes: the widget's style classes.

    Attributes:
        sorted_by: the ``name`` (or title) of the column the list is sorted by, and whether it
            descends; drawn in the heading. Sorting itself is the loader's.
        empty: see above; may be changed at any time.
        failure: the error of the last page that could not be read, until one could.
        counts: how many rows there are; None until they are counted.
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
    ListLines {
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

    sorted_by: reactive[tuple[str, bool] | None] = reactive(None)
    empty: reactive[str] = reactive("")
    rests: reactive[bool] = reactive(False)
    """Whether the cursor stands in another list beside this one: no row is shown under it."""

    def __init__(
        self, columns: Sequence[Column[RowT]], *, empty: str, id: str | None, classes: str | None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(ListLines.empty, empty)
        self.failure: Exception | None = None
        self.counts: Counts | None = None
        self._columns = tuple(columns)
        self._window: Window[RowT] = Window()
        self._marks: dict[int, RowT] = {}
        self._lines: dict[tuple[object, ...], Strip] = {}
        self._frame: tuple[object, ...] = ()
        self._grid = Grid((), 1)
        self._drawn: dict[int, Strip] = {}

    @property
    def is_replacing(self) -> bool:
        """Whether rows are on their way that will stand in place of those in memory."""
        raise NotImplementedError

    def show_columns(self, columns: Sequence[Column[RowT]]) -> None:
        """Show other columns of the same rows."""
        self._columns = tuple(columns)
        self._frame = ()
        self.refresh()

    def watch_sorted_by(self) -> None:
        self._frame = ()
        self.refresh()

    def notify_style_update(self) -> None:
        self._frame = ()
        super().notify_style_update()

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
        row, on_cursor = window.rows[at], at == window.cursor and not self.rests
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
        thumb = self._window.thumb(self.counts.total if self.counts else None)
        if not thumb:
            return " "
        return "┃" if line in thumb else "│"

    def _header(self) -> Strip:
        style = self.get_component_rich_style("paged-table--header")
        segments = [Segment(" " * _GUTTER, self.rich_style)]
        for index, (column, width) in enumerate(self._grid.placed):
            if index:
                segments.append(Segment(" " * self._grid.gap, self.rich_style))
            segments.append(Segment(fit(self._heading(column, width), width, column.align), style))
        return self._strip(segments, self.rich_style, " ")

    def _heading(self, column: Column[RowT], width: int) -> str:
        heading = _(column.title) if column.title else ""
        if self.sorted_by is None or self.sorted_by[0] != (column.name or column.title):
            return heading
        sign = "v" if self.sorted_by[1] else "^"
        gap = " " if width_of(heading) + 2 <= width else ""
        return f"{heading}{gap}{sign}".strip()

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
            return "! " + _("The list could not be read.") + f" {reason}"
        if self.is_replacing:
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
