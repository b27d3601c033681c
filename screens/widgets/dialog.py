"""What every dialog has in common: it opens once, and its frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App
from textual.screen import ModalScreen

ResultT = TypeVar("ResultT")


class Dialog(ModalScreen[ResultT]):
    """A small window over a screen; its content stands in ``#dialog``."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        & > #dialog {
            width: 64;
            max-width: 96%;
            height: auto;
            max-height: 96%;
            overflow-y: auto;
            padding: 1 2;
            border: solid $foreground 60%;
            background: $panel;
        }
        & .dialog--title { text-style: bold; }
        & .dialog--detail { color: $foreground 80%; margin: 1 0 0 0; }
        & .dialog--keys { color: $foreground 65%; margin: 1 0 0 0; }
    }
    """


def open_dialog(
    app: App[Any],
    dialog: Dialog[ResultT],
    answered: Callable[[ResultT | None], None] | None = None,
) -> bool:
    """Open ``dialog`` unless one of its kind is already on top: a key that repeats opens one.

    Args:
        app: the application.
        dialog: what to open.
        answered: called with the dialog's result.

    Returns:
        Whether it was opened.
    """
    if type(app.screen) is type(dialog):
        return False
    app.push_screen(dialog, answered)
    return True
