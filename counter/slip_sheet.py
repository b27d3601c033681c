"""What stands on a slip while it is put together."""

from __future__ import annotations

from counter.slip_layout import SlipLine, Style


class Sheet:
    """The lines of a slip, from the top."""

    def __init__(self) -> None:
        self.lines: list[SlipLine] = []

    def say(self, text: str, style: Style = Style.PLAIN) -> None:
        """A sentence or a name, on as many lines as it needs."""
        self.lines.append(SlipLine(text, style=style))

    def pair(self, text: str, value: str, style: Style = Style.PLAIN) -> None:
        """What something is called, and at the right end what it is."""
        self.lines.append(SlipLine(text, value, style))

    def heading(self, text: str) -> None:
        """Bold, with air above."""
        self.gap()
        self.say(text, Style.BOLD)

    def gap(self) -> None:
        """An empty line."""
        self.lines.append(SlipLine())

    def rule(self) -> None:
        """A line across."""
        self.lines.append(SlipLine(style=Style.RULE))
