"""Keys take effect one after another, in the order in which they were typed.

Textual hands a key to the widget that has the focus and goes on with the next one at once. While a
screen is being put up, or a slow widget is behind, a fast hand's keys would then land in the field
that had the focus before, or on the screen that is about to go. Here a key waits until the one
before it has been dealt with and the screen in front takes keys.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.app import ScreenStackError

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.screen import Screen

Typed = events.Key | events.Paste

PATIENCE: Final = 2.0
"""Seconds after which a key goes on although the one before is still being dealt with."""

_LOOK_AGAIN: Final = 0.002
"""Seconds between two looks at a screen that is being put up."""

_ROUNDS: Final = 8
"""How often what a key sets off (a message, and the message that sets off) is waited for."""


class TypeAhead:
    """The keys that were typed and have not taken effect yet.

    Args:
        app: the application.
        deliver: hands a key to whatever has the focus.
    """

    def __init__(self, app: App[Any], deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[Typed] = deque()
        self._is_going = False

    def take(self, event: Typed) -> None:
        """Let ``event`` take effect when everything that was typed before it has."""
        self._waiting.append(event)
        if not self._is_going:
            self._is_going = True
            self._app.run_worker(self._go(), group="typeahead")

    async def _go(self) -> None:
        try:
            while self._waiting:
                event = self._waiting.popleft()
                target = self._target()
                await self._deliver(event)
                await self._settle(target)
        finally:
            self._is_going = False

    def _target(self) -> MessagePump:
        """What the next key goes to first."""
        try:
            return self._app.focused or self._app.screen
        except ScreenStackError:
            return self._app

    async def _settle(self, target: MessagePump) -> None:
        """Wait until the key has been dealt with and the screen in front takes keys."""
        try:
            async with asyncio.timeout(PATIENCE):
                for _round in range(_ROUNDS):
                    pumps = list(_upwards(target))
                    for pump in pumps:
                        await _all_handled(pump)
                    if not any(pump.message_queue_size for pump in pumps):
                        break
                while not self._takes_keys():
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError:
            pass

    def _takes_keys(self) -> bool:
        """Whether the screen in front stands and has given the focus to something."""
        try:
            screen: Screen[Any] = self._app.screen
        except ScreenStackError:
            return False
        if not screen.is_running or not screen.is_mounted:
            return not self._app.is_running
        if any(getattr(one, "is_opening", False) for one in (screen, screen.focused)):
            return False  # an answer is on its way that brings what the next key is meant for
        return screen.focused is not None or not screen.focus_chain


def _upwards(pump: MessagePump) -> Iterator[MessagePump]:
    """The widget and whatever its messages bubble to, the application last."""
    at: MessagePump | None = pump
    while at is not None:
        yield at
        at = at._parent


async def _all_handled(pump: MessagePump) -> None:
    """Wait until ``pump`` has handled everything that was posted to it so far."""
    handled = asyncio.Event()
    if pump.is_running and pump.call_later(handled.set):
        await handled.wait()
