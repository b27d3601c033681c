"""The line on the home screen that says what the last shift left."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from counter.desk import ReadingDesk
from counter.handover import left_note, note_line
from models.errors import CounterError
from screens.widgets.plain import PlainText

if TYPE_CHECKING:
    from screens.frame import FramedScreen


class LeftNote(PlainText):
    """One line that says what the last shift left; nothing where it left nothing.

    Its screen lets it :meth:`look` whenever it reads what it shows itself.
    """

    DEFAULT_CSS = """
    LeftNote { height: auto; max-height: 2; padding: 0 1; display: none; }
    LeftNote.left { display: block; }
    """

    def __init__(self) -> None:
        super().__init__("", id="left-note")

    def look(self) -> None:
        """Read the last note; for a screen whose store changed."""
        screen = cast("FramedScreen", self.screen)
        screen.read(_left, self._tell, group="left-note", failed=_said_by_the_screen)

    def _tell(self, line: str) -> None:
        self.update(line)
        self.set_class(bool(line), "left")


def _left(desk: ReadingDesk) -> str:
    found = left_note(desk)
    return "" if found is None else note_line(desk, found)


def _said_by_the_screen(_error: CounterError) -> None:
    """The screen around it reads the same store, and says why it could not."""
