"""The one way to put text on the screen: cleaned, and never read as markup.

Text from people reaches a terminal raw even with markup off (an escape sequence in a customer's
note would move the cursor), and as markup a note such as ``[/x]`` ends the application.
"""

from __future__ import annotations

from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static

from models.text import clean_text


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


def plain(text: str) -> Content:
    """``text`` as content for any widget: cleaned, several lines allowed, no markup."""
    return Content(printable(text, lines=True))


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
