"""The first frame: the sign-in as it is about to be, drawn by one widget, taking keys at once.

The form with its fields costs a fifth of a start: imports, styles, two dozen widgets. This screen
shows the same picture before that. What is typed at it echoes, and the form begins with it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip

from counter.language import _
from models.text import clean_text

MOST: Final = 32
"""Characters that a field takes here; what is longer waits for the form."""

LOGIN: Final = 0
PIN: Final = 1


class Typing:
    """What is typed before the form is there.

    Letters, digits, Backspace, Enter and pasted text take effect at once. From the first key that
    only the form knows, that key and all after it wait for the form in their order.

    Attributes:
        texts: staff number and PIN as far as they are typed.
        field: the index of the one that takes keys.
        later: what waits for the form.
        is_held: the form is being put up; everything waits.
    """

    def __init__(self) -> None:
        self.texts = ["", ""]
        self.field = LOGIN
        self.later: list[events.Key | events.Paste] = []
        self.is_held = False

    def take(self, event: events.Key | events.Paste) -> None:
        """Do what a key or a paste does, or keep it for the form."""
        if self.is_held or self.later or not self._does(event):
            self.later.append(event)

    def _does(self, event: events.Key | events.Paste) -> bool:
        if isinstance(event, events.Paste):
            return self._add(clean_text(" ".join(line.strip() for line in event.text.split("\n"))))
        if event.key == "backspace":
            self.texts[self.field] = self.texts[self.field][:-1]
            return True
        if event.key in ("enter", "down") and self.field == LOGIN:
            self.field = PIN
            return True
        return event.is_printable and self._add(event.character or "")

    def _add(self, text: str) -> bool:
        """Add what is certain to be one cell a character; the form can do the rest."""
        fits = len(self.texts[self.field]) + len(text) <= MOST
        if not (fits and text.isascii() and text.isprintable()):
            return False
        self.texts[self.field] += text
        return True


class Doorway(Screen[None]):
    """The sign-in form, drawn line by line; a test holds it against the form itself."""

    AUTO_FOCUS = None
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "doorway--line",
        "doorway--bar",
        "doorway--strong",
        "doorway--label",
        "doorway--name",
        "doorway--active",
        "doorway--hint",
        "doorway--field",
        "doorway--field-active",
        "doorway--caret",
    }
    DEFAULT_CSS = """
    Doorway {
        & > .doorway--line { color: $foreground; }
        & > .doorway--bar { background: $panel; color: $foreground; }
        & > .doorway--strong { background: $panel; color: $foreground; text-style: bold; }
        & > .doorway--label { background: $panel; color: $foreground 80%; }
        & > .doorway--name { color: $foreground 65%; }
        & > .doorway--active { color: $foreground; text-style: bold; }
        & > .doorway--hint { color: $foreground 65%; }
        & > .doorway--field { background: $surface; color: $foreground; }
        & > .doorway--field-active {
            background: $surface;
            background-tint: $foreground 8%;
            color: $foreground;
        }
        & > .doorway--caret {
            background: $input-cursor-background;
            color: $input-cursor-foreground;
            text-style: $input-cursor-text-style;
        }
    }
    """

    FORM: ClassVar[Size] = Size(76, 12)
    """The block in the middle of the form: the shop's name, the fields, a note."""
    LABEL: ClassVar[int] = 14

    def __init__(self, typing: Typing) -> None:
        super().__init__()
        self._typing = typing

    def echo(self) -> None:
        """Paint what was typed now: Textual would wait for its next sixtieth of a second."""
        self.refresh()
        self._compositor.update_widgets({self})
        self._compositor_refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        top = 1 + max(height - 3 - self.FORM.height, 0) // 2
        if y == 0:
            return self._line(0, (" ", "bar"), ("Counter", "strong"), rest="bar")
        if y == height - 1:
            return self._keys(width)
        fields = {top + 2: LOGIN, top + 4: PIN}
        if y in fields:
            return self._field(fields[y])
        if y - 1 in fields and fields[y - 1] == self._typing.field:
            return self._line(self._left + self.LABEL, (self._hint(), "hint"))
        return self._line(0)

    @property
    def _left(self) -> int:
        return max(self.size.width - self.FORM.width, 0) // 2 + 1

    def _hint(self) -> str:
        if self._typing.field == LOGIN:
            return _("Your staff number.")
        return _("At least six digits, or a one-time code.")

    def _field(self, field: int) -> Strip:
        active = field == self._typing.field
        text = self._typing.texts[field]
        name, shown = (_("Number"), text) if field == LOGIN else (_("PIN"), "•" * len(text))
        label = f"{'>' if active else ' '} {name}"
        paper = "field-active" if active else "field"
        room = min(self.FORM.width - 2, self.size.width - self._left) - self.LABEL
        return self._line(
            self._left,
            (label + " " * (self.LABEL - cell_len(label)), "active" if active else "name"),
            (shown, paper),
            (" " * active, "caret"),
            (" " * (room - len(shown) - active), paper),
        )

    def _keys(self, width: int) -> Strip:
        """The key bar: what the form's own will say, the last two at the right."""
        control = "Ctrl+" if width >= 100 else "^"
        hints = [(f"{control}S", _("Sign in")), ("Esc", _("Start again")), ("F1", _("Help"))]
        pieces = [
            [(f" {key}", "strong"), (" ", "bar"), (f"{label}", "label"), (" ", "bar")]
            for key, label in hints
        ]
        used = sum(cell_len(text) for piece in pieces for text, _name in piece)
        gap = (" " * max(width - used, 0), "bar")
        return self._line(0, *pieces[0], gap, *pieces[1], *pieces[2], rest="bar")

    def _line(self, left: int, *pieces: tuple[str, str], rest: str = "line") -> Strip:
        """A whole line: ``left`` cells free, then pieces of text with the name of their style."""
        texts = [Segment(text, self._style(name)) for text, name in pieces if text]
        strip = Strip([Segment(" " * left, self._style(rest)), *texts])
        return strip.adjust_cell_length(self.size.width, self._style(rest))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"doorway--{name}")
