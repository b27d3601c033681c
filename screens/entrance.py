"""The way in: the first frame, what is typed at it, and what is brought in behind it.

The first frame is the doorway, which takes keys at once; then the sign-in takes its place.
Settings and the store are brought in afterwards by a thread, SQLModel and the screens that write
with the first key of somebody who signed in.
"""

from __future__ import annotations

import asyncio
import gc
from importlib import import_module
from typing import TYPE_CHECKING

from textual import events

from screens.doorway import Doorway, Typing
from screens.importing import Importing

if TYPE_CHECKING:
    from counter.places import Places


class Entrance(Importing):
    """The part of the application that comes in, from the first frame to the first work."""

    def __init__(self, places: Places | None = None, *, demo: bool = False) -> None:
        super().__init__(places, demo=demo)
        self._has_begun = False
        typing = Typing()
        self._typing: Typing | None = typing
        self.add_mode("doorway", lambda: Doorway(typing))

    def on_ready(self) -> None:
        """The doorway stands: once it is painted and takes keys, bring in the rest."""
        self.screen.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._come_in(), group="opening")

    async def _come_in(self) -> None:
        """Put the sign-in in the doorway's place, with what was typed; then open the shop."""
        await asyncio.to_thread(import_module, "screens.sign_in")  # keys go on echoing
        await self._show_form()
        gc.freeze()
        gc.enable()
        from screens.opening import open_in_background

        await open_in_background(self)

    async def _show_form(self) -> None:
        """Put up the form behind a picture that does not change; then keys are the form's."""
        if (typing := self._typing) is None:
            return
        typing.is_held = True
        with self.batch_update():
            await self.switch_mode("sign_in")
            self.in_front(lambda screen: screen.begin_with(typing.texts, typing.field))
        while typing.later:
            await super().on_event(typing.later.pop(0))
        self._typing = None
        await self.remove_mode("doorway")

    async def on_event(self, event: events.Event) -> None:
        """Until the form is there, what is typed takes effect at the doorway."""
        if self._typing is None or self._is_covered:
            self._notice_work(event)
            await super().on_event(event)
        elif isinstance(event, events.Key | events.Paste):
            self._typing.take(event)
            if isinstance(self.screen, Doorway):
                self.screen.echo()
        else:
            await super().on_event(event)

    def _notice_work(self, event: events.Event) -> None:
        """With the first key of somebody who signed in, bring in what the next one may need."""
        if self._has_begun or not (isinstance(event, events.Key) and self.is_signed_in):
            return
        self._has_begun = True
        from screens.opening import bring_in_work

        self.run_worker(asyncio.to_thread(bring_in_work, self.shop), group="work")
