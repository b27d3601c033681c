"""The one way to put text on the screen: cleaned, and never read as markup.

Text from people reaches a terminal raw even with markup off (an escape sequence in a customer's
note would move the cursor), and as markup a note such as ``[/x]`` ends the application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static

from counter.wrapping import broken
from models.text import clean_text

if TYPE_CHECKING:
    from textual.css.styles import RulesMap
    from textual.strip import Strip
    from textual.style import Style
    from textual.visual import RenderOptions

_FIRST_WIDE: Final = "\u2e80"
"""From here on signs are wide: a line may be broken between any two of them."""


def printable(text: str, *, lines: bool = False) -> str:
    """``text`` without anything a terminal would obey; indentation stays.

    Args:
        text: any text, also from people.
        lines: keep line breaks; otherwise they become spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    indent = text[: len(text) - len(text.lstrip(" "))]
    rest = text[len(indent) :]
    trail = rest[len(rest.rstrip(" ")) :]
    return f"{indent}{clean_text(rest, lines=lines)}{trail}"


class Folded(Content):
    """A text with wide signs, broken wherever Chinese may be broken.

    Textual breaks at blanks alone: a sentence in Chinese is one word to it, and leaves the line
    before it half empty.
    """

    _lines: tuple[int, Content] | None = None

    def get_height(self, rules: RulesMap, width: int) -> int:
        """How many lines it takes."""
        if rules.get("text_wrap") == "nowrap":
            return super().get_height(rules, width)
        return self._in_lines(width).get_height(rules, width)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Its lines as they stand on the screen."""
        if options.rules.get("text_wrap") == "nowrap":
            return super().render_strips(width, height, style, options)
        return self._in_lines(width).render_strips(width, height, style, options)

    def _in_lines(self, width: int) -> Content:
        """Worked out once: its height is asked for before its lines are."""
        if self._lines is None or self._lines[0] != width:
            self._lines = width, Content("\n".join(_folded(self.plain, width)))
        return self._lines[1]


def _folded(text: str, width: int) -> list[str]:
    lines = []
    for line in text.split("\n"):
        rest = line.lstrip(" ")
        indent = line[: len(line) - len(rest)]
        room = max(width - len(indent), 2)
        lines += [f"{indent}{part}" for part in broken(rest, room)]
    return lines


def plain(text: str) -> Content:
    """``text`` as content for any widget: cleaned, several lines allowed, no markup."""
    shown = printable(text, lines=True)
    return Folded(shown) if max(shown, default="") >= _FIRST_WIDE else Content(shown)


class PlainText(Static):
    """A text on the screen that shows exactly what it is given.

    Args:
        text: what to show; a ``Content`` is taken as it is, with its styles.
        id: the widget's id.
        classes: the widget's style classes.
    """

    def __init__(
        self, text: str | Content = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(
            plain(text) if isinstance(text, str) else text, markup=False, id=id, classes=classes
        )

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show ``content`` instead, cleaned where it is a string."""
        super().update(plain(content) if isinstance(content, str) else content, layout=layout)
