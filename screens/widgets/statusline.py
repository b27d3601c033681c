"""The line that says what came of the last action."""

from __future__ import annotations

from typing import Final, Literal

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from counter.language import pgettext
from models.messages import NP_
from screens.widgets.cells import cut, width_of
from screens.widgets.plain import printable

Tone = Literal["done", "hint", "problem"]

_SIGNS: Final[dict[Tone, str]] = {"done": NP_("Tone", "OK"), "hint": "-", "problem": "!"}


class StatusLine(Widget):
    """One line of feedback after each action, with a sign as well as a colour.

    Attributes:
        aside: a short remark at the right (``draft saved 10:42``), already translated.
    """

    COMPONENT_CLASSES = {"status--done", "status--hint", "status--problem", "status--aside"}
    DEFAULT_CSS = """
    StatusLine {
        width: 100%;
        height: 1;
        & > .status--done { background: $success; color: $background; text-style: bold; }
        & > .status--hint { color: $foreground 65%; }
        & > .status--problem { background: $error; color: $background; text-style: bold; }
        &:nocolor > .status--problem { background: $foreground; }
        & > .status--aside { color: $foreground 65%; }
    }
    """

    aside: reactive[str] = reactive("")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = ""
        self._tone: Tone = "hint"

    @property
    def text(self) -> str:
        """What was said last, cleaned; empty when nothing was."""
        return self._text

    @property
    def tone(self) -> Tone:
        """How it was said."""
        return self._tone

    def say(self, text: str, tone: Tone = "hint") -> None:
        """Show ``text`` (already translated) until something else is said."""
        self._text = printable(text)
        self._tone = tone
        self.refresh()

    def clear(self) -> None:
        """Say nothing any more; the aside stays."""
        self.say("")

    def render(self) -> Content:
        width = self.size.width
        aside = cut(f" {printable(self.aside)} ", width // 2) if self.aside else ""
        room = width - width_of(aside)
        line = self._said(room)
        gap = " " * max(room - line.cell_length, 0)
        style = self.get_visual_style("status--aside")
        return Content.assemble(line, gap, (aside, style))

    def _said(self, room: int) -> Content:
        if not self._text:
            return Content("")
        sign = " " + pgettext("Tone", _SIGNS[self._tone]) + " "
        style = self.get_visual_style(f"status--{self._tone}")
        text = cut(f" {self._text}", max(room - width_of(sign), 0))
        return Content.assemble((sign, style), text)
