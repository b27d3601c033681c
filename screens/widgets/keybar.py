"""The line of keys at the foot of a screen.

Textual's own ``Footer`` makes widgets on every focus change and keeps the dead ones (80 KiB each),
and cuts off F1 at 80 columns; this one is a single widget that draws one line.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from textual.binding import Binding
from textual.content import Content
from textual.keys import format_key
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from counter.language import _
from screens.widgets.cells import cut

LONG_NAMES_FROM: Final = 100
"""From this many cells on, control keys are spelt ``Ctrl+S`` instead of ``^S``."""

_NAMES: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "insert": "Ins",
    "delete": "Del",
    "backspace": "Backspace",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
}


class Hint(NamedTuple):
    """One key and what it does, the label untranslated."""

    binding: Binding
    label: str


def key_name(binding: Binding, *, long: bool = False) -> str:
    """The key as it is written in the bar: ``F2``, ``^S`` or ``Ctrl+S``, ``Esc``."""
    if binding.key_display:
        return binding.key_display
    *modifiers, key = binding.key.split("+")
    name = _NAMES.get(key) or (key.upper() if len(key) > 1 and key[1:].isdigit() else None)
    if name is None:
        name = format_key(key)
    if "ctrl" in modifiers:
        modifiers.remove("ctrl")
        name = f"Ctrl+{name.upper()}" if long else f"^{name.upper()}"
    return "+".join([*(modifier.title() for modifier in modifiers), name])


class KeyBar(Widget):
    """One line of key hints: the focused widget's and the screen's first, then the application's.

    It follows the focus by itself, into a window over its screen, too. What does not fit is left
    out from the end, but the ways out and to the help, Esc and F1, stand at the right as long as
    they are bound.
    Descriptions are translated when drawn.
    """

    COMPONENT_CLASSES = {"keybar--key", "keybar--label"}
    DEFAULT_CSS = """
    KeyBar {
        width: 100%;
        height: 1;
        background: $panel;
        color: $foreground;
        & > .keybar--key { text-style: bold; }
        & > .keybar--label { color: $foreground 80%; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hints: tuple[Hint, ...] = ()
        self._help: Hint | None = None
        self._back: Hint | None = None
        self._of: Screen[Any] | None = None

    def on_mount(self) -> None:
        self.show_keys_of(self.screen)

    def show_keys_of(self, screen: Screen[Any]) -> None:
        """Show what works in ``screen``: a window's keys while it is in front, then its own."""
        if not self.is_running:
            return
        if self._of is not screen:
            if self._of is not None:
                self._of.bindings_updated_signal.unsubscribe(self)
            self._of = screen
            screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self._bindings_changed(screen)

    def _bindings_changed(self, screen: Screen[Any]) -> None:
        if screen is not self._of:
            return
        before = (self._hints, self._back, self._help)
        self._read_bindings(screen)
        if before != (self._hints, self._back, self._help):
            self.refresh()

    def _read_bindings(self, screen: Screen[Any]) -> None:
        hints: list[Hint] = []
        seen: set[tuple[object, str]] = set()
        self._help = self._back = None
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.key == "f1":
                self._help = Hint(binding, binding.description or "Help")
                seen.add((active.node, binding.action))
                continue
            same = (active.node, binding.action)
            if not binding.show or not binding.description or not active.enabled or same in seen:
                continue
            seen.add(same)
            if binding.key == "escape" and self._back is None:
                self._back = Hint(binding, binding.description)
                continue
            hints.append(Hint(binding, binding.description))
        help_action = self._help.binding.action if self._help else None
        self._hints = tuple(hint for hint in hints if hint.binding.action != help_action)

    @property
    def shown(self) -> str:
        """The line as it stands on the screen."""
        return self._compose_line().plain

    def render(self) -> Content:
        return self._compose_line()

    def _compose_line(self) -> Content:
        width = self.size.width
        long = width >= LONG_NAMES_FROM
        keys = self.get_visual_style("keybar--key")
        labels = self.get_visual_style("keybar--label")
        tail = Content("")
        for last in (self._back, self._help):
            if last is not None:
                tail = tail + self._piece(last, keys, labels, long=long)
        room = width - tail.cell_length
        line = Content("")
        for hint in self._hints:
            piece = self._piece(hint, keys, labels, long=long)
            if line.cell_length + piece.cell_length > room:
                break
            line = line + piece
        gap = max(room - line.cell_length, 0)
        return line + " " * gap + tail

    @staticmethod
    def _piece(hint: Hint, keys: Style, labels: Style, *, long: bool) -> Content:
        name = key_name(hint.binding, long=long)
        label = cut(_(hint.label), 24)
        return Content.assemble(" ", (name, keys), " ", (label, labels), " ")
