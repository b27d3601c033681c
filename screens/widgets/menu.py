"""The actions of the moment by digit: for input methods that swallow letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from counter.language import _
from models.messages import N_
from screens.widgets.cells import fit
from screens.widgets.dialog import Dialog
from screens.widgets.plain import PlainText

KEYS: Final = "1234567890abcdefghijklmnopqrstuvwxyz"
"""What the actions are picked by, in their order."""

_AROUND: Final = 10
"""Lines of the screen that the frame, the title and the hint take."""


class MenuAction(NamedTuple):
    """One line of the menu: what is returned, what is read, and the key it has elsewhere."""

    name: str
    label: str
    key: str = ""


class _Lines(Widget, can_focus=True):
    """The actions, one a line; scrolls when there are more than fit."""

    COMPONENT_CLASSES = {"menu--cursor", "menu--key"}
    DEFAULT_CSS = """
    _Lines {
        width: 100%;
        height: auto;
        margin: 1 0 0 0;
        & > .menu--key { color: $foreground 65%; }
        & > .menu--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
    }
    """

    cursor: reactive[int] = reactive(0)

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self, actions: Sequence[MenuAction]) -> None:
        super().__init__()
        self.actions = tuple(actions)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(min(len(self.actions), self.app.size.height - _AROUND), 1)

    @property
    def _top(self) -> int:
        return max(
            min(self.cursor - self.size.height // 2, len(self.actions) - self.size.height), 0
        )

    def render(self) -> Content:
        cursor_style = self.get_visual_style("menu--cursor")
        key_style = self.get_visual_style("menu--key")
        lines: list[Content] = []
        room = max(self.size.width - 16, 8)
        for at in range(self._top, min(self._top + self.size.height, len(self.actions))):
            action = self.actions[at]
            key = KEYS[at] if at < len(KEYS) else " "
            text = f"{'>' if at == self.cursor else ' '} {key}  {fit(action.label, room)}"
            other = fit(action.key, 10, "right")
            if at == self.cursor:
                lines.append(Content.styled(f"{text} {other}", cursor_style))
            else:
                lines.append(Content.assemble(text, " ", (other, key_style)))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        at = self._top + event.y
        if at < len(self.actions):
            self.post_message(self.Clicked(at))


class ActionMenu(Dialog[str | None]):
    """A list of actions; the result is the name of the one that was picked, or ``None``.

    Args:
        title: what the actions act on, already translated.
        actions: name, translated label and, where it has one, the key it has elsewhere.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home,pageup", "move(-99)", show=False),
        Binding("end,pagedown", "move(99)", show=False),
        Binding("enter", "take", N_("Do it"), show=False),
        Binding("escape,ctrl+g", "cancel", N_("Back"), show=False),
    ]

    def __init__(self, title: str, actions: Sequence[MenuAction | tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._lines = _Lines([MenuAction(*action) for action in actions])
        self._is_closing = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield PlainText(self._title, classes="dialog--title")
            yield self._lines
            yield PlainText(_("Digit, or arrows and Enter.  Esc: back."), classes="dialog--keys")

    def on_mount(self) -> None:
        self._lines.focus()

    def help_lines(self) -> list[str]:
        """How a line is picked."""
        said = [_("The digit or letter before a line does it at once; so do arrows and Enter.")]
        if any(action.key for action in self._lines.actions):
            said.append(_("The key at the right does the same without this list."))
        return said

    def on_key(self, event: events.Key) -> None:
        at = KEYS.find(event.character) if event.character else -1
        if 0 <= at < len(self._lines.actions):
            event.stop()
            self._pick(at)

    def action_move(self, by: int) -> None:
        """Move the cursor by lines; it stays at the ends."""
        self._lines.cursor = max(min(self._lines.cursor + by, len(self._lines.actions) - 1), 0)

    def action_take(self) -> None:
        """Pick the action under the cursor."""
        self._pick(self._lines.cursor)

    def action_cancel(self) -> None:
        """Close without an action."""
        self._close(None)

    def on__lines_clicked(self, event: _Lines.Clicked) -> None:
        self._pick(event.at)

    def _pick(self, at: int) -> None:
        if at < len(self._lines.actions):
            self._close(self._lines.actions[at].name)

    def _close(self, name: str | None) -> None:
        if not self._is_closing:
            self._is_closing = True
            self.dismiss(name)
