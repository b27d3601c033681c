"""The line on the home screen that says what the last shift left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from counter.desk import ReadingDesk
from counter.handover import left_note, note_line
from models.errors import CounterError
from screens.widgets.plain import PlainText

if TYPE_CHECKING:
    from screens.app import CounterApp


class LeftNote(PlainText):
    """One line that says what the last shift left; nothing where it left nothing."""

    DEFAULT_CSS = """
    LeftNote { height: auto; max-height: 2; padding: 0 1; display: none; }
    LeftNote.left { display: block; }
    """

    def __init__(self) -> None:
        super().__init__("", id="left-note")

    def on_mount(self) -> None:
        self.look()

    def look(self) -> None:
        """Read the last note; for a screen whose store changed."""
        self.run_worker(self._look(), group="left-note", exclusive=True)

    async def _look(self) -> None:
        app = cast("CounterApp", self.app)
        shop, actor = app.shop, app.actor

        def ask() -> str:
            with shop.reading(actor) as desk:
                return _left(desk)

        try:
            line = await asyncio.to_thread(ask)
        except CounterError:  # the screen around it reads the same store, and says so
            return
        if self.is_attached:
            self.update(line)
            self.set_class(bool(line), "left")


def _left(desk: ReadingDesk) -> str:
    found = left_note(desk)
    return "" if found is None else note_line(desk, found)
