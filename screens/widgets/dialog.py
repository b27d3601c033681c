"""What every dialog has in common: it opens once, and its frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from models.messages import N_
from screens.widgets.keybar import KeyBar
from screens.widgets.toosmall import cover_when_too_small

ResultT = TypeVar("ResultT")


class Dialog(ModalScreen[ResultT]):
    """A small window over a screen; its content stands in ``#dialog``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # The application's own keys end at a dialog; help is wanted here, too.
        Binding("f1,ctrl+question_mark", "app.help", N_("Help"), show=False),
    ]

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

    def __init__(self) -> None:
        super().__init__()
        self._late: tuple[ResultT | None] | None = None

    def dismiss(self, result: ResultT | None = None) -> AwaitComplete:
        """Close; a window that is not in front, as behind the lock, closes when it is again.

        Textual would take away whichever screen is in front.
        """
        if self.is_active:
            return super().dismiss(result)
        self._late = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Let the bar below show this window's keys; close, when that was decided meanwhile."""
        for below in self.app.screen_stack[:-1]:
            for bar in below.query(KeyBar):
                bar.show_keys_of(self)
        if self._late is not None:
            super().dismiss(*self._late)

    def on_resize(self) -> None:
        """Cover what takes no keys in a terminal that is too small."""
        cover_when_too_small(self)


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
