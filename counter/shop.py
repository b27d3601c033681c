"""The open shop: one store, its settings and clock, lending a desk for each operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from counter.advice import damage_advised, refuse_missing
from counter.desk import Actor, ReadingDesk, SigningDesk, SiteFacts, WritingDesk
from counter.places import Places
from data.driver import damaged
from data.opening import prepare
from data.policy_versions import is_due
from data.reading import ChangeWatch, ReadingSide
from data.service_versions import has_versions
from data.signing import SigningSide
from models.errors import ClockSetBack, SessionEnded, StoreUnusable
from models.messages import N_
from models.people import SYSTEM
from models.terms import Role

if TYPE_CHECKING:
    from counter.settings import Settings
    from data.store import Store

__all__ = ["SYSTEM", "ChangeWatch", "Shop", "open_shop", "system_time"]

_YEARS: Final = range(2000, 2200)
"""A computer whose battery is empty starts in 1970 or 1980; near 9999 no date can be added to."""


def system_time() -> datetime:
    """Now, UTC. The one place that asks the system for the time."""
    return datetime.now(UTC)


_ACTOR: Final = "SELECT login, name, role, active, session_no FROM staff WHERE id = :id"
_SITE: Final = "SELECT id, code, name, tz, currency, language FROM site LIMIT 1"

Ask = Callable[..., "tuple[Any, ...] | None"]
"""Answers SQL with named values by the first row, inside one snapshot or one transaction."""


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
        self._signing = SigningSide(places.store)
        self._site: SiteFacts | None = None

    @cached_property
    def store(self) -> Store:
        """The writing side; operations reach it through :meth:`writing`."""
        from data.store import Store

        return Store(self.places.store)

    @property
    def site(self) -> SiteFacts:
        """The shop's own facts as the last desk read them, at this terminal or for it.

        Only the first question asks the store, and :func:`open_shop` has put it already.
        """
        if self._site is None:
            self.site_changed()
        if self._site is None:
            raise RuntimeError("The store has no site: it was not founded.")
        return self._site

    @cached_property
    def system(self) -> Actor:
        """The actor of machine commands."""
        with self._reading.snapshot() as reader:
            row = reader.one("SELECT id, login, name FROM staff WHERE login = :login", login=SYSTEM)
        if row is None:
            raise damaged(self.places.store.path)
        return Actor(row[0], row[1], row[2], Role.ADMIN)

    def site_changed(self) -> None:
        """Read the shop's own facts again."""
        with self._reading.snapshot() as reader:
            self._site_now(reader.one)

    @contextmanager
    def reading(self, actor: Actor) -> Iterator[ReadingDesk]:
        """A desk with one snapshot of the store.

        Raises:
            SessionEnded: the actor's session has ended, whatever the screen still shows.
        """
        with damage_advised(self.places), self._reading.snapshot() as reader:
            known = as_known_now(reader.one, actor)
            yield ReadingDesk(known, self._site_now(reader.one), self.clock(), reader)

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[WritingDesk]:
        """A desk with one unit of work: stored together when the block ends, or not at all.

        Raises:
            SessionEnded: the actor's session has ended, whatever the screen still shows.
        """
        from data.store import Author

        now = self.clock()
        author = Author(actor.id, actor.login)
        with damage_advised(self.places), self.store.writing(author, now) as work:

            def ask(sql: str, **values: Any) -> Any:
                return work.session.connection().exec_driver_sql(sql, values).first()

            known = as_known_now(ask, actor)
            yield WritingDesk(known, self._site_now(ask), now, work)

    @contextmanager
    def signing(self, actor: Actor) -> Iterator[SigningDesk]:
        """A desk for signing in, which does not wait for SQLModel; else as :meth:`writing`.

        Raises:
            SessionEnded: the actor's session has ended, whatever the screen still shows.
        """
        now = self.clock()
        with damage_advised(self.places), self._signing.transaction() as book:
            known = as_known_now(book.one, actor)
            yield SigningDesk(known, self._site_now(book.one), now, book)

    def _site_now(self, ask: Ask) -> SiteFacts:
        """The facts of the desk's own moment; another terminal may have changed them."""
        row = ask(_SITE)
        if row is None:
            raise damaged(self.places.store.path)
        found = SiteFacts(row[0], row[1], row[2], self._zone(row[3]), row[4], row[5])
        if found != self._site:
            self._site = found
        return found

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise StoreUnusable(
                N_(
                    "{path} names the time zone '{zone}', which this computer does not know. "
                    "Bring its time zones up to date: pip install -U tzdata"
                ),
                path=self.places.store,
                zone=name,
            ) from error

    def watch(self) -> ChangeWatch:
        """A watch that tells whether another terminal wrote; for one thread."""
        return ChangeWatch(self.places.store)

    def warm_up(self) -> None:
        """Import the writing side and open its connection, in a background thread."""
        with self.store.engine.connect():
            pass

    def bring_policies_up_to_date(self) -> None:
        """Write what is due of the return rules and the service times; most starts only ask."""
        today = self.clock().astimezone(self.site.zone).date()
        with self._reading.snapshot() as reader:
            rules_are_due, times_are_kept = is_due(reader, today), has_versions(reader)
        if rules_are_due:
            from counter import first_policy

            first_policy.bring_up_to_date(self)
        if not times_are_kept:
            from counter import first_service

            first_service.bring_up_to_date(self)

    def close(self) -> None:
        """Close every connection."""
        self._reading.close()
        self._signing.close()
        if "store" in self.__dict__:
            self.store.close()


def open_shop(
    places: Places, settings: Settings, *, clock: Callable[[], datetime] = system_time
) -> Shop:
    """The shop at ``places``; a fresh folder gets a store with a default site.

    Raises:
        ClockSetBack: the clock cannot be right; numbers and deadlines would come from it.
        StoreUnusable: the store cannot be opened; the sentence says why and what to do.
    """
    refuse_missing(places)
    now = clock()
    if now.year not in _YEARS:
        raise ClockSetBack(
            N_("This computer's clock says {date}. Set it right, then start again."),
            date=now.date(),
        )
    with damage_advised(places):
        prepare(places.store, now=now, backups=places.backups)
        shop = Shop(places, settings, clock)
        with shop._reading.snapshot() as reader:
            is_founded = reader.value("SELECT count(*) FROM site")
            if not is_founded and reader.value("SELECT count(*) FROM staff"):
                raise damaged(places.store.path)
        if not is_founded:
            from counter.founding import found

            found(shop)
        shop.site_changed()
        shop.bring_policies_up_to_date()
    return shop


def as_known_now(ask: Ask, actor: Actor) -> Actor:
    """The actor with the role and name of this moment.

    A role that was taken away, a person who left and a PIN that was reset count from the next
    operation on, not from the next sign-in on. One row by its key.

    Raises:
        SessionEnded: the person left, or the PIN was reset since the sign-in.
    """
    row = ask(_ACTOR, id=actor.id)
    if row is None:
        raise _ended(actor, N_("The store no longer knows you. Please sign in again."))
    login, name, role, active, session_no = row
    if login != SYSTEM:  # nobody can sign in as system: its row is inactive for ever
        if not active:
            raise _ended(actor, N_("{login} no longer works here. Ask a supervisor."))
        if session_no != actor.session_no:
            raise _ended(actor, N_("The PIN of {login} was reset. Please sign in again."))
    return Actor(actor.id, login, name, Role(role), session_no)


def _ended(actor: Actor, sentence: str) -> SessionEnded:
    error = SessionEnded(sentence, field="pin", login=actor.login)
    error.session = actor.id, actor.session_no
    return error
