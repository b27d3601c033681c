"""What stands over a screen while the terminal is too small for it."""

from __future__ import annotations

from typing import Any, Final

from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from counter.language import _

NEEDED: Final = Size(80, 24)
"""The terminal that every screen is made for."""

LEAST: Final = Size(80, 22)
"""Down to this every screen is whole: a terminal of 24 lines may lend two of them to tmux, say."""


def is_too_small(size: Size) -> bool:
    """Whether a screen would be broken at ``size``."""
    return size.width < LEAST.width or size.height < LEAST.height


def cover_when_too_small(screen: Screen[Any]) -> None:
    """Cover a screen or a window whose terminal is too small, and uncover it again."""
    covers = screen.query(TooSmall)
    is_covered = is_too_small(screen.app.size)
    screen.set_class(is_covered, "-covered")
    if not is_covered:
        covers.remove()
    elif covers:
        covers.refresh()
    else:
        screen.mount(TooSmall())


class TooSmall(Widget):
    """Covers the screen with one sentence; what is typed under it stays where it is."""

    DEFAULT_CSS = """
    TooSmall {
        layer: cover;
        position: absolute;
        width: 100%;
        height: 100%;
        padding: 0 1;
        background: $background;
        color: $foreground;
        content-align: center middle;
        text-align: center;
    }
    """

    def render(self) -> Content:
        size = self.app.size
        said = _("This window is {width} x {height}; Counter needs {columns} x {lines}.").format(
            width=size.width, height=size.height, columns=NEEDED.width, lines=NEEDED.height
        )
        more = _("Make it larger or its letters smaller. Nothing is lost.")
        return Content(f"{said}\n{more}")
