"""F1: what the screen is for, what the focused thing takes, and every key of the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual.binding import Binding, BindingType

from counter.language import _
from models.messages import N_
from screens.keymap import KeyAction, keys_of
from screens.widgets.cells import fit, width_of
from screens.widgets.dialog import open_dialog
from screens.widgets.sheet import Part, Sheet

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen


@runtime_checkable
class Helpful(Protocol):
    """A screen or a widget that can say what it is for."""

    def help_lines(self) -> list[str]:
        """A few translated sentences."""


class Help(Sheet):
    """The sheet that F1 opens and closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,f1,ctrl+question_mark", "close", N_("Back")),
    ]


def open_help(app: App[Any]) -> None:
    """Explain the screen that is in front, also a dialog; F1 again closes it."""
    if isinstance(app.screen, Help):
        app.screen.action_close()
        return
    open_dialog(app, Help(_("Help"), help_parts(app.screen)))


def help_parts(screen: Screen[Any]) -> list[Part]:
    """What there is to say about ``screen`` and its keys, in the active language."""
    parts = [Part("", _said_by(screen)), Part("", _said_by(screen.focused))]
    actions = keys_of(screen)
    here = [action for action in actions if not action.is_everywhere]
    everywhere = [action for action in actions if action.is_everywhere]
    room = max((width_of(action.keys) for action in actions), default=0) + 2
    parts.append(Part(_("Keys here"), _key_lines(here, room)))
    parts.append(Part(_("Keys everywhere"), _key_lines(everywhere, room)))
    return [part for part in parts if part.lines]


def _said_by(thing: object) -> list[str]:
    return thing.help_lines() if isinstance(thing, Helpful) else []


def _key_lines(actions: list[KeyAction], room: int) -> list[str]:
    lines = [
        f"{fit(action.keys, room)}{action.label}" for action in actions if not action.is_moving
    ]
    if len(lines) < len(actions):
        lines.append(_("Arrows, page keys, Home and End move the cursor."))
    return lines
