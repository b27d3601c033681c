"""A bare application to put widgets on, and patience with a bound."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.widget import Widget

PAYLOADS = ("[/x]", "5[/", "[b]bold", "\x1b[31mred\x1b[2J", "[@click=app.quit]x[/]")
"""What ends an application that reads text as markup, or moves the cursor of one that does not."""

HANG: Final = 60.0
"""Seconds after which a test names what did not happen: a hang, and not a machine that is busy."""


class Stage(App[None]):
    """Shows widgets and keeps every message that reaches the application.

    Args:
        widgets: what stands on the screen, from top to bottom.
    """

    CSS = "Screen { layout: vertical; }"

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    async def _on_message(self, message: Message) -> None:
        self.heard.append(message)
        await super()._on_message(message)

    def heard_of(self, kind: type[Any]) -> list[Any]:
        """The messages of one kind, in their order."""
        return [message for message in self.heard if type(message) is kind]


def lines(app: App[Any]) -> list[str]:
    """What stands on the screen, line by line."""
    return [strip.text for strip in app.screen._compositor.render_strips(app.size)]


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = HANG) -> None:
    """Wait for ``condition``; fail by name when it does not come true in time."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"{condition} did not come true"
        await settle(pilot, 0.01)


async def settle(pilot: Pilot[Any], delay: float | None = None) -> None:
    """Let what was begun take effect.

    The pilot asks every widget and waits for its answer; one that went away meanwhile gives none.
    It is gone when they are asked again: whoever does not answer then hangs.
    """
    try:
        await pilot.pause(delay)
    except WaitForScreenTimeout:
        await pilot.pause(delay)


def on_stage(
    play: Callable[[Pilot[None]], Awaitable[None]],
    app: App[None],
    size: tuple[int, int] = (80, 24),
) -> None:
    """Run ``play`` against ``app`` in a terminal of ``size`` cells."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await play(pilot)

    asyncio.run(run())
