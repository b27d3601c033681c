"""How a ticket stands, for whoever looks at it in a list: the record, its complaint, its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from counter.clock_words import explained, mark
from counter.desk import ReadingDesk
from counter.language import _, moment
from counter.lateness import Lateness
from counter.lookup import ticket
from counter.words import label
from data.beside_ticket import clocks_beside, complaint_beside
from models.complaint_views import ClockRow, ComplaintRow
from models.views import TicketDetail


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket with its history, and what stands beside it.

    Attributes:
        complaint: None where the ticket is none.
        clocks: the one that leads first.
    """

    ticket: TicketDetail
    complaint: ComplaintRow | None
    clocks: tuple[ClockRow, ...]


@dataclass(frozen=True, slots=True)
class ClockSaid:
    """A clock in words.

    Attributes:
        title: its kind, its mark, and when it is due.
        lines: the working time that was counted, the first first.
    """

    title: str
    lines: Sequence[str]


def standing(desk: ReadingDesk, no: str) -> Standing:
    """How a ticket stands.

    Raises:
        InvalidInput, NotFound: there is no ticket of that number.
    """
    found = ticket(desk, no)
    return Standing(found, complaint_beside(desk.ask, found.id), clocks_beside(desk.ask, found.id))


def said(
    clocks: Sequence[ClockRow], lateness: Lateness, now: datetime, zone: ZoneInfo
) -> list[ClockSaid]:
    """The clocks that go on in words, with what they follow from."""
    return [_said(clock, lateness, now, zone) for clock in clocks if clock.open]


def _said(clock: ClockRow, lateness: Lateness, now: datetime, zone: ZoneInfo) -> ClockSaid:
    marks = f"{mark(clock.level)} " if clock.level else ""
    lines = explained(clock.explanation)
    if clock.due_at is not None:
        lines.append(_("due {moment}").format(moment=moment(clock.due_at, zone)))
    else:
        lines.append(_("paused until {moment}").format(moment=moment(clock.order_at, zone)))
    title = _("{clock}: {how}").format(
        clock=label(clock.kind), how=lateness.words(clock, now, zone)
    )
    return ClockSaid(f"{marks}{title}", lines)
