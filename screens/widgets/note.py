"""A field for several lines."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.widget import Widget
from textual.widgets import TextArea

from models.messages import N_
from models.text import clean_text
from screens.widgets.controls import Spoken, passed_on, walk
from screens.widgets.form import LABEL_WIDTH, Field
from screens.widgets.plain import printable

HINT: Final = N_("Enter: new line.  Tab: next field.")


class NoteArea(TextArea):
    """Several lines; Tab leaves it, and so do the arrows above the first and below the last."""

    DEFAULT_CSS = """
    NoteArea {
        width: 1fr;
        height: 4;
        padding: 0;
        border: none;
        background: $surface;
        &:focus { border: none; background: $surface; background-tint: $foreground 8%; }
    }
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(
            printable(text, lines=True),
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
        )
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        if passed_on(self, event):
            return
        if event.key == "up" and self.cursor_at_first_line:
            step = -1
        elif event.key == "down" and self.cursor_at_last_line:
            step = 1
        else:
            return
        event.stop()
        event.prevent_default()
        walk(self, step)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = printable(event.text, lines=True)
        self.move_cursor(self.replace(text, *sorted(self.selection)).end_location)


class NoteField(Field):
    """Several lines of text. Enter begins a new line; Tab or an arrow past the end goes on.

    Args:
        height: visible lines.
    """

    def __init__(
        self,
        name: str,
        label: Spoken,
        *,
        hint: Spoken = HINT,
        value: str = "",
        height: int = 4,
        label_width: int = LABEL_WIDTH,
        classes: str | None = None,
    ) -> None:
        super().__init__(
            name, label, hint=hint, value=value, label_width=label_width, classes=classes
        )
        self.area = NoteArea(value)
        self.area.styles.height = height

    @property
    def control_widget(self) -> Widget:
        return self.area

    @property
    def value(self) -> str:
        return clean_text(self.area.text, lines=True)

    @value.setter
    def value(self, value: str) -> None:
        with self.area.prevent(TextArea.Changed):
            self.area.load_text(printable(value, lines=True))
        self.area.move_cursor(self.area.document.end)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))
