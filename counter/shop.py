"""The open shop: one store, its settings and clock, lending a desk for each operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from counter.desk import Actor, ReadingDesk, SiteFacts, WritingDesk
from counter.places import Places
from data.opening import prepare
from data.reading import ChangeWatch, ReadingSide
from models.terms import Role

if TYPE_CHECKING:
    from counter.settings import Settings
    from data.store import Store

__all__ = ["SYSTEM", "ChangeWatch", "Shop", "open_shop", "system_time"]

SYSTEM: Final = "system"
"""Login of the row that schedulers and machine commands act as; nobody can sign in with it."""


def system_time() -> datetime:
    """Now, UTC. The one place that asks the system for the time."""
    return datetime.now(UTC)


class Shop:
    """An open shop.

    The reading side is there at once; SQLModel is imported with the first write (or by
    :meth:`warm_up` in the background), so that lists and the first frame never wait for it.
    """

    def __init__(
        self, places: Places, settings: Settings, clock: Callable[[], datetime] = system_time
    ) -> None:
        self.places = places
        self.settings = settings
        self.clock = clock
        self._reading = ReadingSide(places.store)

    @cached_property
    def store(self) -> Store:
        """The writing side; operations reach it through :meth:`writing`."""
        from data.store import Store

        return Store(self.places.store)

    @cached_property
    def site(self) -> SiteFacts:
        """The shop's own facts; :meth:`site_changed` forgets them."""
        with self._reading.snapshot() as reader:
            row = reader.one("SELECT id, code, name, tz, currency, language FROM site LIMIT 1")
        if row is None:
            raise RuntimeError("The store has no site: it was not founded.")
        return SiteFacts(row[0], row[1], row[2], ZoneInfo(row[3]), row[4], row[5])

    @cached_property
    def system(self) -> Actor:
        """The actor of machine commands."""
        with self._reading.snapshot() as reader:
            row = reader.one("SELECT id, login, name FROM staff WHERE login = :login", login=SYSTEM)
        if row is None:
            raise RuntimeError("The store has no system row: it was not founded.")
        return Actor(row[0], row[1], row[2], Role.ADMIN)

    def site_changed(self) -> None:
        """Read the shop's own facts again when they are asked for next."""
        self.__dict__.pop("site", None)

    @contextmanager
    def reading(self, actor: Actor) -> Iterator[ReadingDesk]:
        """A desk with one snapshot of the store."""
        with self._reading.snapshot() as reader:
            yield ReadingDesk(actor, self.site, self.clock(), reader)

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[WritingDesk]:
        """A desk with one unit of work: stored together when the block ends, or not at all."""
        from data.store import Author

        site, now = self.site, self.clock()
        with self.store.writing(Author(actor.id, actor.login), now) as work:
            yield WritingDesk(actor, site, now, work)

    def watch(self) -> ChangeWatch:
        """A watch that tells whether another terminal wrote; for one thread."""
        return ChangeWatch(self.places.store)

    def warm_up(self) -> None:
        """Import the writing side and open its connection, in a background thread."""
        with self.store.engine.connect():
            pass

    def close(self) -> None:
        """Close every connection."""
        self._reading.close()
        if "store" in self.__dict__:
            self.store.close()


def open_shop(
    places: Places, settings: Settings, *, clock: Callable[[], datetime] = system_time
) -> Shop:
    """The shop at ``places``; a fresh folder gets a store with a default site.

    Raises:
        StoreUnusable: the store cannot be opened; the sentence says why and what to do.
    """
    prepare(places.store, now=clock(), backups=places.backups)
    shop = Shop(places, settings, clock)
    with shop._reading.snapshot() as reader:
        founded = reader.value("SELECT count(*) FROM site")
    if not founded:
        from counter.founding import found

        found(shop)
    return shop
