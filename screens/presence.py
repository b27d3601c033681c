"""Who is at the counter: signing in, locking, leaving; and what is being typed meanwhile."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import App

from counter import language
from counter.language import _
from counter.places import Places
from models.errors import SessionEnded
from screens.typeahead import TypeAhead
from screens.widgets.toosmall import is_too_small

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from counter.desk import Actor
    from counter.shop import Shop
    from models.errors import CounterError
    from models.views import DayNumbers


ENTRANCES: Final = ("doorway", "sign_in", "first_run")
"""Modes before somebody is signed in."""


class Presence(App[None]):
    """The part of the application that knows the shop and the person in front of it.

    Args:
        places: where this counter's files are; found by the environment when absent.
        demo: the shop is thrown away afterwards; the sign-in names its people and their PIN.

    Attributes:
        opened: set once the shop is open.
        numbers: the numbers of the day, once they were read.
        wants_demo: set when the application ends because somebody asked for the demo shop.
        intake_values: what the form for a new ticket begins with when it is shown next.
        return_text: what the return check looks for when it is shown next; None where nobody asked
            for it.
        last_steps: numbers of the tickets with which the person took the last step; several when
            one step was taken with many.
        typed: what the person was typing into windows that were left again, by draft.
        kept_typing: what of it the store is known to have; other terminals may have changed it.
    """

    def __init__(self, places: Places | None = None, *, demo: bool = False) -> None:
        super().__init__()
        self.places = places or Places.find()
        self.demo = demo
        self.wants_demo = False
        self.opened = asyncio.Event()
        self.numbers: DayNumbers | None = None
        self.intake_values: dict[str, str] = {}
        self.return_text: str | None = None
        self.last_steps: tuple[str, ...] = ()
        self.typed: dict[str, dict[str, str]] = {}
        self.kept_typing: dict[str, dict[str, str]] = {}
        self._shop: Shop | None = None
        self._actor: Actor | None = None
        self._last_touch = monotonic()
        self._locked_mode: str | None = None
        self._is_locking = False
        self._typeahead = TypeAhead(self, super().on_event)
        self._rebuilding = asyncio.Lock()
        self._leaves_anyway = False

    @property
    def shop(self) -> Shop:
        """The open shop; :attr:`opened` is set once there is one."""
        if self._shop is None:
            raise RuntimeError("The shop is not open yet.")
        return self._shop

    @property
    def actor(self) -> Actor:
        """Who is signed in."""
        if self._actor is None:
            raise RuntimeError("Nobody is signed in.")
        return self._actor

    @property
    def locked_for(self) -> Actor | None:
        """Whose work waits behind the sign-in; None when the counter is not locked."""
        return self._actor if self._locked_mode is not None else None

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in and the counter is not locked."""
        return self._actor is not None and self.current_mode not in ENTRANCES

    def in_front(self, act: Callable[[Any], None]) -> None:
        """Let the screen in front do something, when it is all there."""
        from screens.frame import FramedScreen

        # One that was pushed a moment ago has no bars yet; it reads everything when it has.
        framed = [
            screen
            for screen in self.screen_stack
            if isinstance(screen, FramedScreen) and screen.stands
        ]
        if framed:
            act(framed[-1])

    def say_in_front(self, error: CounterError) -> None:
        """Say an error on the status line in front: the screen it belongs to is gone."""
        self.in_front(lambda screen: screen.say_error(error))

    # --- signing in -------------------------------------------------------------------------

    async def signed_in(self, actor: Actor) -> None:
        """Somebody signed in: the locked counter goes on, or another person starts at home."""
        same = self._actor is not None and self._actor.id == actor.id
        back = self._locked_mode if same else None
        if not same:
            await self._forget_screens()
            self.numbers, self.intake_values, self.typed = None, {}, {}
            self.kept_typing, self.return_text = {}, None
            self.last_steps = ()
        self._actor, self._locked_mode = actor, None
        self._last_touch = monotonic()
        await self.switch_mode(back or "home")

    async def _forget_screens(self) -> None:
        """Take down every screen but the sign-in: nothing of the person before stays."""
        for name, factory in self.MODES.items():
            if name not in (*ENTRANCES, self.current_mode) and name in self._screen_stacks:
                await self.remove_mode(name)
                self.add_mode(name, factory)

    async def start_over(self, name: str) -> None:
        """Build every screen anew in the language ``name``, where their typing can be kept."""
        async with self._rebuilding:
            error = await self._keep_typing()
            if error is not None:
                self.say_in_front(error)
                return
            language.use(name)
            await self.switch_mode("sign_in")
            await self._forget_screens()
            await self.switch_mode("home")

    # --- leaving and locking ----------------------------------------------------------------

    async def action_quit(self) -> None:
        """Leave; what is being typed is kept as a draft before.

        Where it cannot be kept the clerk decides: the key again leaves all the same.
        """
        error = await self._keep_typing()
        if error is None or self._leaves_anyway:
            self.exit()
            return
        self._leaves_anyway = True
        told = _("What you were typing is not saved. {reason} Ctrl+Q again leaves all the same.")
        reason = language.sentence(error)
        self.in_front(lambda screen: screen.say(told.format(reason=reason), "problem"))

    async def _keep_typing(self) -> CounterError | None:
        """Keep what is being typed on any screen as a draft; what prevented it, if anything."""
        from screens.frame import keep_typing

        return await keep_typing([one for stack in self._screen_stacks.values() for one in stack])

    def action_lock(self) -> None:
        """Lock the counter; everything stays as it is behind the sign-in."""
        self.lock()

    def lock(self, why: CounterError | None = None) -> None:
        """Lock the counter; ``why`` is said at the sign-in, where the clerk did not ask for it."""
        if isinstance(why, SessionEnded) and why.session != self._session:
            return  # it speaks of a session that has been followed by another
        if self.is_signed_in and not self._is_locking:
            self._is_locking = True
            self.run_worker(self._lock(why), group="lock")

    @property
    def _session(self) -> tuple[int, int] | None:
        return (self._actor.id, self._actor.session_no) if self._actor is not None else None

    async def _lock(self, why: CounterError | None) -> None:
        """Lock first and save the typing then: a store that is busy must not keep it open."""
        try:
            self._locked_mode = self.current_mode
            await self.switch_mode("sign_in")
            if why is not None:
                self.say_in_front(why)
            await self._keep_typing()
        finally:
            self._is_locking = False

    async def on_event(self, event: events.Event) -> None:
        """Remember when a key was pressed last, wherever it went; blind ones go nowhere."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            self._last_touch = monotonic()
            if self._is_covered and not (isinstance(event, events.Key) and event.key == "ctrl+q"):
                return
        if (
            isinstance(event, events.Key | events.Paste)
            and not event.is_forwarded
            and not (isinstance(event, events.Key) and event.key == "ctrl+q")
        ):
            self._typeahead.take(event)
            return
        await super().on_event(event)

    @property
    def _is_covered(self) -> bool:
        """The terminal is too small to show what a key would do."""
        return is_too_small(self.size) and self.is_running
