"""What one shift leaves to the next, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from models.terms import TenderMethod


class PaidBack(NamedTuple):
    """What somebody paid back by one means in a shift; minor units."""

    method: TenderMethod
    currency: str
    payments: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ShiftNumbers:
    """What somebody did in a shift, and what is left.

    Attributes:
        opened: tickets opened.
        taken: tickets taken on.
        answered: customers told something.
        resolved: tickets resolved.
        closed: tickets closed.
        decided: returns granted or refused.
        open: tickets that the person still has.
        overdue: those of the person's tickets that are late.
        paid: what was paid back, by means.
    """

    opened: int = 0
    taken: int = 0
    answered: int = 0
    resolved: int = 0
    closed: int = 0
    decided: int = 0
    open: int = 0
    overdue: int = 0
    paid: tuple[PaidBack, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that is not over yet; moments are UTC."""

    began_at: datetime
    now: datetime
    numbers: ShiftNumbers


@dataclass(frozen=True, slots=True)
class ShiftNoteRow:
    """A hand-over note; moments are UTC."""

    id: int
    login: str
    name: str
    began_at: datetime
    ended_at: datetime
    text: str | None
    numbers: ShiftNumbers
