"""A sheet of text to read: a window that scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from counter.language import _
from models.messages import N_
from screens.widgets.dialog import Dialog
from screens.widgets.plain import PlainText

_AROUND: Final = 8
"""Lines of the screen that the frame, the title and the hint take."""


class Part(NamedTuple):
    """A heading (may be empty) and the lines under it, all translated."""

    heading: str
    lines: Sequence[str]


class Sheet(Dialog[None]):
    """Parts of text under a title; arrows and page keys scroll, escape closes.

    Args:
        title: what the sheet is, already translated.
        parts: what stands on it.
    """

    DEFAULT_CSS = """
    Sheet {
        & > #dialog { width: 100; }
        & #sheet { height: auto; scrollbar-size-vertical: 1; }
        & .sheet--heading { text-style: bold; margin: 1 0 0 0; }
        & .sheet--line { padding: 0 0 0 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "close", N_("Back"))]

    def __init__(self, title: str, parts: Sequence[Part]) -> None:
        super().__init__()
        self._title = title
        self._parts = tuple(parts)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield PlainText(self._title, classes="dialog--title")
            with VerticalScroll(id="sheet"):
                for heading, lines in self._parts:
                    if heading:
                        yield PlainText(heading, classes="sheet--heading")
                    for line in lines:
                        yield PlainText(line, classes="sheet--line")
            yield PlainText(_("Arrows and page keys scroll.  Esc: back."), classes="dialog--keys")

    def on_mount(self) -> None:
        self.query_one("#sheet").focus()

    def on_resize(self) -> None:
        self.query_one("#sheet").styles.max_height = max(self.app.size.height - _AROUND, 3)

    def action_close(self) -> None:
        """Close the sheet."""
        if self.is_current:
            self.dismiss()
