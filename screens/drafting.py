"""What is being typed into one form, kept in the store while it is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, runtime_checkable

from counter import drafts
from models.errors import CounterError

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from screens.app import CounterApp

DRAFT_PAUSE: Final = 1.0
"""Seconds between the first key that is not kept yet and the keeping, whether the hand rests or
not: at most two seconds of typing are ever lost."""


@runtime_checkable
class Typed(Protocol):
    """A screen or a window in which something may be half typed."""

    async def save_draft_now(self) -> None:
        """Keep what is being typed, before the counter locks or closes."""


class DraftKeeper:
    """Keeps one form's typing as the draft of whoever is signed in.

    Args:
        screen: the screen or window of the form.
        form: the draft's name, of 64 characters at most.
        content: what stands in the form now, by field; asked on the event loop.
        kept: called when a draft was kept.
        refused: called when it could not be; another try follows by itself.
    """

    def __init__(
        self,
        screen: Screen[Any],
        form: str,
        content: Callable[[], Mapping[str, str]],
        *,
        kept: Callable[[], None],
        refused: Callable[[CounterError], None],
    ) -> None:
        self.form = form
        self._screen = screen
        self._content = content
        self._kept = kept
        self._refused = refused
        self._resting: Timer | None = None
        self._turn = Lock()
        self._asked = 0
        self._over = 0  # drafts asked for up to here are older than the form's end

    @property
    def _counter_app(self) -> CounterApp:
        return cast("CounterApp", self._screen.app)

    def typed(self) -> None:
        """A key changed something: have it kept soon."""
        if self._resting is None:
            self._resting = self._screen.set_timer(DRAFT_PAUSE, self._due)

    def rest(self) -> None:
        """Nothing is waiting to be kept any more."""
        if self._resting is not None:
            self._resting.stop()
            self._resting = None

    async def keep_now(self) -> None:
        """Keep what stands in the form.

        Raises:
            CounterError: the store refused; the typing is where it was.
        """
        self.rest()
        await asyncio.to_thread(self.saving())

    def keep_behind(self) -> None:
        """Keep what stands in the form while its window closes."""
        self.rest()
        save, app = self.saving(), self._counter_app

        async def run() -> None:
            try:
                await asyncio.to_thread(save)
            except CounterError as error:
                app.say_in_front(error)

        app.run_worker(run(), group="draft")

    @contextmanager
    def ending(self) -> Iterator[None]:
        """The block, in a thread, makes the typing into something that is kept, or gives it up.

        A draft that is late must not come back after it.
        """
        with self._turn:
            yield
            self._over = self._asked

    def forget(self) -> None:
        """Give the typing up; to be called in a thread."""
        shop, actor = self._counter_app.shop, self._counter_app.actor
        with self.ending(), shop.writing(actor) as desk:
            drafts.forget(desk, self.form)

    def saving(self) -> Callable[[], bool]:
        """What keeps the form as it stands now, in a thread; true when it did."""
        app, content = self._counter_app, dict(self._content())
        shop, actor = app.shop, app.actor
        self._asked += 1
        number = self._asked

        def save() -> bool:
            with self._turn:
                if number <= self._over:
                    return False
                with shop.writing(actor) as desk:
                    drafts.save(desk, self.form, content)
                app.kept_typing[self.form] = content
                self._over = number  # one that was asked for before is late
                return True

        return save

    def _due(self) -> None:
        self._resting = None
        if self._screen.is_mounted:
            self._screen.run_worker(self._keep(), group="draft")

    async def _keep(self) -> None:
        try:
            was_kept = await asyncio.to_thread(self.saving())
        except CounterError as error:
            self._refused(error)
            self.typed()
            return
        if was_kept and self._screen.is_mounted:
            self._kept()
