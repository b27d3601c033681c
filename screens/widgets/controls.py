"""What a person types or chooses in: one line of text, one of several words, a line to submit.

A barcode scanner and a fast hand press keys faster than the focus moves. So every control moves
the focus itself, at once, and hands keys that still reach it afterwards to the control that has
the focus now; nothing is typed into the wrong field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple, Protocol, runtime_checkable

from textual import events
from textual.actions import parse
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from counter.language import _
from models.text import clean_text
from screens.widgets.cells import cut, width_of
from screens.widgets.plain import printable

Spoken = str | Callable[[], str]
"""A word on the screen: an untranslated message, or what says it in the active language."""


def said(word: Spoken) -> str:
    """``word`` in the active language, cleaned."""
    if callable(word):
        return printable(word())
    return printable(_(word)) if word else ""


@runtime_checkable
class Walked(Protocol):
    """Something whose controls stand in an order: a form."""

    def walk(self, control: Widget, step: int) -> None:
        """Move the focus from ``control`` to the next (1) or the previous (-1) one."""


def walk(control: Widget, step: int) -> bool:
    """Leave ``control`` for its neighbour in its form, at once; false when it is in no form."""
    for node in control.ancestors:
        if isinstance(node, Walked):
            node.walk(control, step)
            return True
    return False


def passed_on(control: Widget, event: events.Key) -> bool:
    """Hand a key to whoever has the focus by now, when that is no longer ``control``."""
    focused = control.screen.focused
    if focused is None or focused is control or not control.screen.is_current:
        return False
    event.stop()
    event.prevent_default()
    key = events.Key(event.key, event.character)
    key._set_forwarded()  # it has been through the application once
    focused.post_message(key)
    return True


_EDITING: Final = {
    key: binding.action
    for binding in Input.BINDINGS
    if isinstance(binding, Binding) and binding.action != "submit"
    for key in binding.key.split(",")
}
"""What each key does inside a line of text."""


class LineInput(Input):
    """One line of text: arrows and Enter leave it, a paste of several lines becomes one.

    Attributes:
        submits: Enter does what the last line of the form does: the only line of a window.
    """

    DEFAULT_CSS = """
    LineInput {
        width: 1fr;
        background: $surface;
        &:focus { background: $surface; background-tint: $foreground 8%; }
    }
    """

    class Entered(Message):
        """Enter was pressed outside a form."""

        def __init__(self, control: LineInput, text: str) -> None:
            super().__init__()
            self.line = control
            self.text = text

    def __init__(
        self, value: str = "", *, password: bool = False, longest: int = 0, id: str | None = None
    ) -> None:
        super().__init__(
            password=password, max_length=longest, compact=True, select_on_focus=False, id=id
        )
        self.set_reactive(
            Input.value, printable(value)
        )  # a form may be made before there is a screen
        self.cursor_blink = False
        self.submits = False

    def put(self, value: str) -> None:
        """Let ``value`` stand in the line, cleaned, without telling anybody."""
        with self.prevent(Input.Changed):
            self.value = printable(value)
            self.cursor_position = len(self.value)

    def on_mount(self) -> None:
        self.cursor_position = len(self.value)

    async def _on_key(self, event: events.Key) -> None:
        if passed_on(self, event):
            return
        step = {"enter": 1, "down": 1, "up": -1}.get(event.key)
        if (step is not None and self.leave(event.key, step)) or self._edit(event.key):
            event.prevent_default()
            event.stop()

    def _edit(self, key: str) -> bool:
        """Do at once what an editing key does.

        A binding's action comes through further queues, and letters typed behind a backspace would
        overtake it.
        """
        action = _EDITING.get(key)
        if action is None:
            return False
        _namespace, name, arguments = parse(action)
        getattr(self, f"action_{name}")(*arguments)
        return True

    def leave(self, key: str, step: int) -> bool:
        """What Enter and the arrows do: go to the neighbour in the form.

        Returns:
            Whether anything was done; else the key goes on to the screen.
        """
        if key == "enter" and self.submits:
            self.post_message(SubmitLine.Pressed())
            return True
        return walk(self, step)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = clean_text(" ".join(line.strip() for line in event.text.splitlines()))
        if text:
            self.replace(text, *sorted(self.selection))


class Choice(NamedTuple):
    """One of several values, and the word for it."""

    value: str
    word: Spoken


@dataclass(frozen=True, slots=True)
class Piece:
    """A choice as it stands on the screen: ``[1 inquiry]``."""

    index: int
    text: str


class ChoiceLine(Widget, can_focus=True):
    """One of several words, chosen by digit, by first letter, or with left and right.

    The chosen one stands in brackets as well as in another style, and nothing moves when the
    choice does. On a narrow screen the words go on in the next line.

    Attributes:
        value: the chosen value; empty while nothing is chosen.
    """

    COMPONENT_CLASSES = {"choice--chosen", "choice--key"}
    DEFAULT_CSS = """
    ChoiceLine {
        width: 1fr;
        height: auto;
        & > .choice--key { text-style: bold; }
        & > .choice--chosen { background: $foreground 20%; text-style: bold; }
        &:focus > .choice--chosen {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
        &:focus { background-tint: $foreground 8%; }
    }
    """
    DIGITS: ClassVar[str] = "1234567890"
    BURST: ClassVar[float] = 0.5
    """Seconds between two keys within which they are typing and not choosing."""

    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, control: ChoiceLine, value: str) -> None:
            super().__init__()
            self.line = control
            self.value = value

    class Typed(Message):
        """Words were typed where letters choose; the choice is what it was before them."""

    def __init__(
        self, choices: Sequence[Choice], value: str = "", *, keys: str = "", id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._choices = tuple(choices)
        self._keys = keys or self.DIGITS
        self._letter = ""
        self._letter_at = float("-inf")
        self._before = value
        self.set_reactive(ChoiceLine.value, value)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be chosen."""
        return self._choices

    def offer(self, choices: Sequence[Choice]) -> None:
        """Offer other choices; a value that is not among them is no longer chosen."""
        self._choices = tuple(choices)
        if self.value not in {choice.value for choice in choices}:
            self.value = ""
        self.refresh(layout=True)

    def watch_value(self, value: str) -> None:
        self.post_message(self.Changed(self, value))

    async def _on_key(self, event: events.Key) -> None:
        if passed_on(self, event):
            return
        if event.key in ("enter", "down", "up"):
            event.stop()
            event.prevent_default()
            walk(self, -1 if event.key == "up" else 1)
        elif event.key in ("left", "right"):
            event.stop()
            self._letter_at = float("-inf")
            self._step(1 if event.key == "right" else -1)
        elif event.is_printable and event.character:
            if self._is_typing(event.character.casefold(), event.time):
                event.stop()
                self.value = self._before
                self.post_message(self.Typed())
            elif self._pick(event.character):
                event.stop()

    def _is_typing(self, letter: str, at: float) -> bool:
        """Whether ``letter`` follows another one as fast as in a word; a key that repeats chooses.

        The times are those at which the keys were pressed, however late they are dealt with.
        """
        follows = at - self._letter_at < self.BURST
        is_typing = follows and letter != self._letter
        if not follows:
            self._before = self.value
        # A double letter in a word goes on being typing.
        self._letter, self._letter_at = "" if is_typing else letter, at
        return is_typing

    def _step(self, by: int) -> None:
        values = [choice.value for choice in self._choices]
        if not values:
            return
        at = values.index(self.value) + by if self.value in values else (0 if by > 0 else -1)
        self.value = values[
            at if at < 0 and self.value not in values else min(max(at, 0), len(values) - 1)
        ]

    def _pick(self, character: str) -> bool:
        """Choose by key: its digit, or the next word that begins with the letter."""
        at = self._keys.find(character.casefold())
        if at < 0:  # digits work beside letters: y and n, 1 and 2
            at = self.DIGITS.find(character)
        if 0 <= at < len(self._choices):
            self.value = self._choices[at].value
            return True
        letter = character.casefold()
        fitting = [c.value for c in self._choices if said(c.word).casefold().startswith(letter)]
        if not fitting or character.isspace():
            return False
        after = fitting.index(self.value) + 1 if self.value in fitting else 0
        self.value = fitting[after % len(fitting)]
        return True

    def on_click(self, event: events.Click) -> None:
        column = 0
        for y, line in enumerate(self._wrapped(self.size.width)):
            column = 0
            for piece in line:
                column += width_of(piece.text)
                if y == event.y and event.x < column:
                    self.value = self._choices[piece.index].value
                    return

    def _wrapped(self, width: int) -> list[list[Piece]]:
        lines: list[list[Piece]] = [[]]
        used = 0
        for index, choice in enumerate(self._choices):
            key = self._keys[index] if index < len(self._keys) else ""
            label = f"{key} {said(choice.word)}".strip()
            sides = "[]" if choice.value == self.value else "  "
            text = f"{sides[0]}{cut(label, max(width - 2, 1))}{sides[1]}"
            if used + width_of(text) > width and lines[-1]:
                lines.append([])
                used = 0
            lines[-1].append(Piece(index, text))
            used += width_of(text)
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def render(self) -> Content:
        chosen = self.get_visual_style("choice--chosen")
        lines: list[Content] = []
        for line in self._wrapped(self.size.width):
            pieces = [
                Content.styled(piece.text, chosen)
                if self._choices[piece.index].value == self.value
                else Content(piece.text)
                for piece in line
            ]
            lines.append(Content("").join(pieces))
        return Content("\n").join(lines)


class SubmitLine(Widget, can_focus=True):
    """The last line of a form: Enter on it submits."""

    DEFAULT_CSS = """
    SubmitLine {
        width: auto;
        height: 1;
        padding: 0 1;
        background: $foreground 12%;
        &:focus {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
    }
    """

    class Pressed(Message):
        """Enter or a click on the line."""

    def __init__(self, word: Spoken, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._word = word

    def _text(self) -> str:
        return f"[ {said(self._word)} ]"

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return width_of(self._text())

    def render(self) -> Content:
        return Content(self._text())

    async def _on_key(self, event: events.Key) -> None:
        if passed_on(self, event):
            return
        if event.key == "enter":
            event.stop()
            self.post_message(self.Pressed())
        elif event.key in ("up", "down"):
            event.stop()
            walk(self, -1 if event.key == "up" else 1)

    def on_click(self) -> None:
        self.post_message(self.Pressed())
