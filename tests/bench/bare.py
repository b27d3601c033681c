"""The floor of every start-up figure: a Textual application that says hello and nothing else."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        yield Static("Hello world")


if __name__ == "__main__":
    Bare().run()
