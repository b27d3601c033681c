"""The first frame: the sign-in as it is about to be, drawn by one widget.

The form with its fields costs a fifth of a start: imports, styles, two dozen widgets. This screen
is there before that, and keys that a fast hand types meanwhile are handed to the form.
"""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from counter.language import _
from screens.widgets.plain import PlainText


class Doorway(Screen[None]):
    """What stands for the sign-in until it is there.

    Attributes:
        typed: the keys that were pressed meanwhile, in their order.
    """

    DEFAULT_CSS = """
    Doorway { align: center middle; background: $background; }
    Doorway > PlainText { width: 76; height: 12; padding: 2 0 0 1; color: $foreground 65%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.typed: list[events.Key] = []

    def compose(self) -> ComposeResult:
        yield PlainText(f"> {_('Number')}\n\n  {_('PIN')}")

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.typed.append(event)
