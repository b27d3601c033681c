"""The line at the head of a screen: where, who, when, and what must not be forgotten."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.cells import cut, width_of
from screens.widgets.plain import printable

BETWEEN: Final = " | "
GAP: Final = 2
"""Cells that always stay free between the two sides."""


class TitleBar(Widget):
    """Store, counter and clerk at the left; clock, unsent changes and overdue count at the right.

    When the line is too short the left side is cut first. A part that begins with ``!`` (``! 3
    overdue``) is drawn to be noticed.

    Attributes:
        left: the parts at the left, already translated; empty ones are left out.
        right: the parts at the right, likewise.
    """

    COMPONENT_CLASSES = {"titlebar--first", "titlebar--between", "titlebar--alarm"}
    DEFAULT_CSS = """
    TitleBar {
        width: 100%;
        height: 1;
        background: $panel;
        color: $foreground;
        & > .titlebar--first { text-style: bold; }
        & > .titlebar--between { color: $foreground 40%; }
        & > .titlebar--alarm { color: $warning; text-style: bold; }
        &:nocolor > .titlebar--alarm { color: $foreground; }
    }
    """

    left: reactive[tuple[str, ...]] = reactive(())
    right: reactive[tuple[str, ...]] = reactive(())

    def __init__(
        self,
        left: tuple[str, ...] = (),
        right: tuple[str, ...] = (),
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(TitleBar.left, left)
        self.set_reactive(TitleBar.right, right)

    def render(self) -> Content:
        width = self.size.width
        right = self._joined(self._fitting(width - 2))
        room = max(width - 2 - right.cell_length - GAP, 0)
        left = self._shortened(room)
        gap = " " * max(width - 2 - left.cell_length - right.cell_length, 0)
        return Content.assemble(" ", left, gap, right, " ")

    def _fitting(self, room: int) -> list[str]:
        """The parts at the right, as many from the end as ``room`` cells hold."""
        parts: list[str] = []
        for part in reversed([printable(part) for part in self.right if part]):
            room -= width_of(part) + (len(BETWEEN) if parts else 0)
            if room < 0:
                break
            parts.insert(0, part)
        return parts

    def _shortened(self, room: int) -> Content:
        parts = [printable(part) for part in self.left if part]
        while len(parts) > 1 and width_of(BETWEEN.join(parts)) > room:
            del parts[-2 if len(parts) > 2 else -1]
        if len(parts) == 1:
            parts = [cut(parts[0], room)]
        return self._joined(parts, bold_first=True)

    def _joined(self, parts: list[str], *, bold_first: bool = False) -> Content:
        first = self.get_visual_style("titlebar--first")
        alarm = self.get_visual_style("titlebar--alarm")
        between = Content.styled(BETWEEN, self.get_visual_style("titlebar--between"))
        pieces: list[Content] = []
        for index, part in enumerate(parts):
            if part.startswith("!"):
                pieces.append(Content.styled(part, alarm))
            elif bold_first and not index:
                pieces.append(Content.styled(part, first))
            else:
                pieces.append(Content(part))
        return between.join(pieces)
