"""The find box: one line that takes whatever is scanned or typed."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from models.messages import N_
from models.text import clean_text
from screens.widgets.controls import LineInput, Spoken, said
from screens.widgets.plain import plain

PAUSE: Final = 0.1
"""Seconds without a key after which what was typed is worth looking up."""

HINT_FROM: Final = 76
"""Cells from which on the hint stands beside the line; below, the line needs the room."""

LABEL: Final = N_("Find >")
HINT: Final = N_("receipt, ticket, barcode, serial, phone, name")


_LEAST_DIGITS: Final = 3
"""Digits from which on a number is looked for by its end."""

MORE_DIGITS: Final = N_("Type more digits: at least three are looked for.")


def too_few_digits(text: str) -> bool:
    """Whether nothing was found because only one or two digits were typed."""
    return text.isdigit() and len(text) < _LEAST_DIGITS


class _FindInput(LineInput):
    """Enter asks; the arrows stay the screen's."""

    def leave(self, key: str, step: int) -> bool:
        if key != "enter":
            return False
        self.post_message(self.Entered(self, self.value))
        self.select_all()  # the next scan replaces this one
        return True


class _Words(Widget):
    """A word or a sentence that is translated when it is drawn."""

    def __init__(self, words: Spoken, classes: str) -> None:
        super().__init__(classes=classes)
        self._words = words

    def render(self) -> Content:
        return plain(said(self._words))


class FindBox(Horizontal):
    """``Find >``, a line to type in, and what may be typed.

    Args:
        label: what stands before the line, an untranslated message.
        hint: what stands after it; left out where the screen is narrow.
        id: the widget's id.
    """

    DEFAULT_CSS = """
    FindBox {
        height: 1;
        padding: 0 1;
        & > .findbox--label { width: 8; height: 1; color: $foreground 65%; }
        &:focus-within > .findbox--label { color: $foreground; text-style: bold; }
        & > .findbox--hint { width: auto; height: 1; padding: 0 0 0 2; color: $foreground 65%; }
    }
    """

    class Asked(Message):
        """Enter, or a scanner: look this up and act on it."""

        def __init__(self, box: FindBox, text: str) -> None:
            super().__init__()
            self.box = box
            self.text = text

        @property
        def control(self) -> FindBox:
            """The find box."""
            return self.box

    class Typed(Message):
        """Something was typed and the hand rests: show what it could mean."""

        def __init__(self, box: FindBox, text: str) -> None:
            super().__init__()
            self.box = box
            self.text = text

        @property
        def control(self) -> FindBox:
            """The find box."""
            return self.box

    def __init__(
        self,
        label: Spoken = LABEL,
        hint: Spoken = HINT,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._label = label
        self._hint = hint
        self._resting: Timer | None = None
        self.input = _FindInput()

    def compose(self) -> ComposeResult:
        yield _Words(self._label, "findbox--label")
        yield self.input
        yield _Words(self._hint, "findbox--hint")

    @property
    def value(self) -> str:
        """What stands in the box, cleaned."""
        return clean_text(self.input.value)

    @value.setter
    def value(self, value: str) -> None:
        self.input.put(value)

    def clear(self) -> None:
        """Empty the box without telling anybody."""
        self._forget_typing()
        self.value = ""

    def focus(self, scroll_visible: bool = True) -> FindBox:
        """Give the line the focus, what stands in it selected."""
        self.input.focus(scroll_visible)
        self.input.select_all()
        return self

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(".findbox--hint").display = event.size.width >= HINT_FROM

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._forget_typing()
        self._resting = self.set_timer(PAUSE, self._tell)

    def on_line_input_entered(self, event: LineInput.Entered) -> None:
        event.stop()
        self._forget_typing()
        self.post_message(self.Asked(self, self.value))

    def _tell(self) -> None:
        self._resting = None
        self.post_message(self.Typed(self, self.value))

    def _forget_typing(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
