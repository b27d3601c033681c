"""A line of steps: which are done, which one is at hand, and whether it ended otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple

from textual.content import Content

from screens.widgets.plain import PlainText, printable


class Stage(Enum):
    """Where one step stands."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to come"
    STOPPED = "stopped"


class BarStep(NamedTuple):
    """One step of the bar; the word is translated."""

    word: str
    stage: Stage


_SIGNS: Final = {
    Stage.DONE: ("+", "", "$text-success"),
    Stage.NOW: ("[", "]", "bold reverse"),
    Stage.TO_COME: (" ", "", "dim"),
    Stage.STOPPED: ("!", "", "bold $text-error"),
}
"""What stands before and after the word, and how it looks: colours may be missing."""


def step_line(steps: Iterable[BarStep]) -> Content:
    """``+1 check > [2 approve] > 3 receive``."""
    pieces = []
    for at, (word, stage) in enumerate(steps, 1):
        before, after, style = _SIGNS[stage]
        pieces.append(Content.styled(f"{before}{at} {printable(word)}{after}", style))
    return Content(" > ").join(pieces)


class StepBar(PlainText):
    """The steps in one line.

    Args:
        steps: at first.
        id: the widget's id.
    """

    DEFAULT_CSS = """
    StepBar { height: 1; padding: 0 1; }
    """

    def __init__(self, steps: Iterable[BarStep] = (), *, id: str | None = None) -> None:
        super().__init__(step_line(steps), id=id)

    def show(self, steps: Iterable[BarStep]) -> None:
        """Show other steps, or the same ones further on."""
        self.update(step_line(steps))
