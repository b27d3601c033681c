"""The real application at a terminal that tests type at."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.screen import Screen

from counter import language
from counter.desk import Actor
from counter.shop import Shop
from screens.app import CounterApp
from screens.frame import FramedScreen
from screens.widgets.statusline import StatusLine
from tests.screens.widgets.stage import HANG, lines, settle, until

__all__ = ["Front", "at_counter", "lines", "speak_in_brackets", "until"]


LETTERS = {"enter": "\r", "space": " ", "slash": "/"}
"""What keys write that are called otherwise."""

NAMES = {"-": "minus"}
"""What keys are called that do not bear a letter or a digit."""


class Front:
    """What a test types at and looks at."""

    def __init__(self, app: CounterApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self._typed = count()

    @property
    def text(self) -> str:
        """Everything that stands on the screen, line by line."""
        return "\n".join(line.rstrip() for line in lines(self.app))

    @property
    def status(self) -> str:
        """What the status line of the screen in front says."""
        framed = [screen for screen in self.app.screen_stack if isinstance(screen, FramedScreen)]
        lines = framed[-1].query(StatusLine) if framed else ()
        return "".join(line.text for line in lines)

    async def press(self, *keys: str) -> None:
        """Press keys and let them take effect."""
        with suppress(WaitForScreenTimeout):  # a window that the key closes answers nobody
            await self.pilot.press(*keys)
        await settle(self.pilot)

    def type_apart(self, *keys: str) -> None:
        """Type without waiting, each key a second after the one before by its own clock."""
        for key in keys:
            letter = LETTERS.get(key, key if len(key) == 1 else None)
            pressed = events.Key(NAMES.get(key, key), letter)
            pressed.time = monotonic() + next(self._typed)
            self.app.post_message(pressed)

    async def until(self, condition: Callable[[], object], seconds: float = HANG) -> None:
        """Wait for ``condition``, which has to come true in time."""
        await until(self.pilot, condition, seconds)

    async def shows(self, *texts: str) -> None:
        """Wait until all of ``texts`` stand on the screen."""
        deadline = monotonic() + HANG
        while missing := [text for text in texts if text not in self.text]:
            assert monotonic() < deadline, f"{missing} not in\n{self.text}"
            await settle(self.pilot, 0.01)

    async def reaches(self, screen: type[Screen[Any]]) -> None:
        """Wait until a screen of that kind is in front and takes keys."""
        await self.until(lambda: isinstance(self.app.screen, screen) and self._takes_keys())

    def _takes_keys(self) -> bool:
        screen = self.app.screen
        return screen.is_mounted and (screen.focused is not None or not screen.focus_chain)

    async def push(self, screen: Screen[Any]) -> None:
        """Show a screen on top of the one in front."""
        self.app.push_screen(screen)
        await self.until(lambda: self.app.screen is screen and self._takes_keys())


def at_counter(
    shop: Shop,
    play: Callable[[Front], Awaitable[None]],
    *,
    actor: Actor | None = None,
    size: tuple[int, int] = (80, 24),
) -> CounterApp:
    """Run ``play`` at a terminal of ``shop``, with its clock, signed in as ``actor``.

    Returns:
        The application, after it ended.
    """
    app = CounterApp(shop.places)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await until(pilot, app.opened.is_set)
            app.shop.clock = shop.clock
            if actor is not None:
                await app.signed_in(actor)
                await until(pilot, lambda: app.current_mode == "home")
            await play(Front(app, pilot))

    try:
        asyncio.run(run())
    finally:
        gc.unfreeze()  # an application that starts freezes what is there; tests start hundreds
    return app


def speak_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Chinese be English in brackets, so that a test sees what was translated."""

    class Brackets:
        def gettext(self, message: str) -> str:
            return f"«{message}»" if message else ""

        def ngettext(self, one: str, many: str, count: int) -> str:
            return f"«{one if count == 1 else many}»"

        def pgettext(self, context: str, message: str) -> str:
            return f"«{message}»"

    before: Callable[[str], None] = language.use

    def use(name: str) -> None:
        before("en")
        if name != "en":
            monkeypatch.setattr(language, "_translations", Brackets())
            monkeypatch.setattr(language, "_active", name)

    monkeypatch.setattr(language, "use", use)
