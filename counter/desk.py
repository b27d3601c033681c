"""The desk: who works, in which shop, at what time. The first argument of every operation.

Operations are plain functions ``operation(desk, ...) -> frozen row``: they check the permission,
then the rules, then write. A desk lives for one operation; the shop lends it (``counter.shop``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from counter.permissions import Action, require
from models.terms import Role

if TYPE_CHECKING:
    from sqlmodel import Session

    from data.reading import Asks, Reader
    from data.signing import SignInBook
    from data.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in staff member, or ``system`` for what looks after the machine.

    Attributes:
        role: held at the sign-in; good for hiding what would be refused. A desk's actor holds the
            role of this moment.
        session_no: which of the person's sessions this is; it ends when the PIN is reset.
    """

    id: int
    login: str
    name: str
    role: Role
    session_no: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The shop as operations and screens need it."""

    id: int
    code: str
    name: str
    zone: ZoneInfo
    currency: str
    language: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading and writing desks share.

    Attributes:
        actor: who acts, as the store knows the person now and not as at the sign-in.
        site: the shop.
        now: the moment of the operation, UTC; nothing below asks the system for the time.
    """

    actor: Actor
    site: SiteFacts
    now: datetime

    @property
    def today(self) -> date:
        """The local calendar date in the shop's zone."""
        return self.now.astimezone(self.site.zone).date()

    def require(self, action: Action) -> None:
        """Refuse what the actor's role does not permit.

        Raises:
            NotAllowed: with the role and the action in words.
        """
        require(self.actor.role, action)


class AskingDesk(Desk, ABC):
    """A desk at which the store can be asked, whether or not it can be written, too."""

    __slots__ = ()

    @property
    @abstractmethod
    def ask(self) -> Asks:
        """What answers plain SQL at this desk: its snapshot, or its open transaction."""


@dataclass(frozen=True, slots=True)
class ReadingDesk(AskingDesk):
    """A desk with one snapshot of the store; it can change nothing."""

    reader: Reader

    @property
    def ask(self) -> Asks:
        """The snapshot."""
        return self.reader


@dataclass(frozen=True, slots=True)
class WritingDesk(AskingDesk):
    """A desk with one unit of work, committed when the operation ends."""

    work: UnitOfWork

    @property
    def session(self) -> Session:
        """The unit of work's session; it never leaves the operation."""
        return self.work.session

    @property
    def ask(self) -> Asks:
        """The open transaction, with what it wrote."""
        return self.work


@dataclass(frozen=True, slots=True)
class SigningDesk(Desk):
    """A desk with one short transaction that knows nothing but who works here."""

    book: SignInBook
