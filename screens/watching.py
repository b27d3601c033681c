"""What changes by itself: the clock, other terminals' writes, an idle counter that locks."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual import work

from counter.language import sentence
from models.errors import CounterError
from screens.presence import Presence
from screens.themes import theme_for

if TYPE_CHECKING:
    from counter.desk import Actor
    from counter.places import Places
    from counter.shop import ChangeWatch, Shop
    from models.views import DayNumbers

TICK_SECONDS: Final = 20.0
"""How often is looked for what time alone brings about: a level is told within so long."""

WATCH_SECONDS: Final = 1.0
"""How often other terminals' writes are looked for (a microsecond a look)."""


class Watching(Presence):
    """The part of the application that notices what nobody in front of it did."""

    def __init__(self, places: Places | None = None, *, demo: bool = False) -> None:
        super().__init__(places, demo=demo)
        self._watch: ChangeWatch | None = None
        self._reading_numbers = False
        self._ticking = False

    def shop_opened(self, shop: Shop, watch: ChangeWatch) -> None:
        """The store is there: settings apply, sign-in may go on."""
        self._shop, self._watch = shop, watch
        self.theme = theme_for(shop.settings.theme)
        if shop.settings.keymap:
            self._use_keys(shop)
        self.opened.set()
        self.set_interval(WATCH_SECONDS, self._look_around)
        self.set_interval(TICK_SECONDS, self._tick)

    def on_unmount(self) -> None:
        """The application ends: close what it opened of the store."""
        if self._watch is not None:
            self._watch.close()
        if self._shop is not None:
            self._shop.close()

    def _use_keys(self, shop: Shop) -> None:
        """Give actions the keys of the settings; an entry that cannot be meant is said."""
        from counter.keymap import sorted_out

        keys, faults = sorted_out(shop.settings.keymap, shop.places.settings_file)
        self.set_keymap(keys)
        if faults:
            self.in_front(lambda screen: screen.say(sentence(faults[0]), "problem"))

    async def signed_in(self, actor: Actor) -> None:
        """Somebody signed in: the locked counter goes on, or another person starts at home."""
        await super().signed_in(actor)
        self.refresh_numbers()
        self._end_what_is_over()

    @work(group="tick")
    async def _end_what_is_over(self) -> None:
        """Let time have its effect on the store, before anybody works on what is over."""
        from counter.ticking import tick

        if self._ticking:
            return
        self._ticking = True
        try:
            if await asyncio.to_thread(tick, self.shop):
                self.refresh_numbers()
                self.in_front(lambda screen: screen.store_changed())
        except CounterError as error:
            self.say_in_front(error)
        finally:
            self._ticking = False

    def _tick(self) -> None:
        """Let time have its effect while somebody works here."""
        if self.is_signed_in:
            self._end_what_is_over()

    def _look_around(self) -> None:
        """Lock when idle, keep the clock right, and notice what other terminals wrote."""
        if not self.is_signed_in or self._watch is None:
            return
        idle = monotonic() - self._last_touch
        if idle > self.shop.settings.lock_after_minutes * 60:
            self.action_lock()
            return
        if self._watch.changed():
            self.refresh_numbers()
            self.in_front(lambda screen: screen.store_changed())
        self.in_front(lambda screen: screen.show_title())

    @property
    def store_version(self) -> int | None:
        """What is another number once anybody wrote to the store, this application as well."""
        return self._watch.version if self._watch is not None else None

    def refresh_numbers(self) -> None:
        """Read the numbers of the title bar and of the home screen again."""
        if not self._reading_numbers and self._actor is not None:
            self._reading_numbers = True
            self._read_numbers()

    @work(group="numbers")
    async def _read_numbers(self) -> None:
        from counter import lookup

        asked_by = self.actor

        def ask() -> DayNumbers:
            with self.shop.reading(asked_by) as desk:
                return lookup.day_numbers(desk)

        try:
            self.numbers = await asyncio.to_thread(ask)
        except CounterError as error:
            self.say_in_front(error)
            return
        finally:
            self._reading_numbers = False
        if self._actor != asked_by:  # another person signed in meanwhile
            self.numbers = None
            self.refresh_numbers()
            return
        self.in_front(lambda screen: screen.show_title())

    def title_parts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What the title bar shows at its left and at its right."""
        from screens.headings import title_parts

        return title_parts(self._shop, self._actor, self.numbers)
