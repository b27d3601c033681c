"""What runs against time: the clocks of a ticket itself by their terms, and what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from counter.rules.calendars import WorkingTime
from counter.rules.clocks import Due, Pause, due
from counter.rules.lifecycle import Event
from counter.rules.service import Target
from models.terms import ClockKind, Priority

OF_TICKET: Final = "ticket"
"""The subject of a clock that is about the ticket itself."""

LONGEST_WAIT: Final = timedelta(days=7)
"""After so long a wait ends by itself where no day was named."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What runs against time beside the ticket itself: a refund, an appointment, a call-back.

    Attributes:
        kind: the kind of clock.
        subject: the uid of what was promised.
        started_at: when it was promised; levels that were reached before are of an earlier one.
        due_at: the last moment in time.
        warned_at: when it becomes urgent; None for no warning.
        ended_at: when it was kept or called off; None while it is awaited.
        explanation: how the day was counted.
    """

    kind: ClockKind
    subject: str
    started_at: datetime
    due_at: datetime
    warned_at: datetime | None = None
    ended_at: datetime | None = None
    explanation: tuple[str, ...] = ()


class Term(NamedTuple):
    """So much working time from a moment on.

    Attributes:
        first: whether it is the first-response target, of whichever clock.
        priority: whose target counts.
    """

    started_at: datetime
    first: bool
    priority: Priority
    target: Target
    work: WorkingTime
    service_version_no: int

    @property
    def minutes(self) -> int:
        """The target in working minutes."""
        return self.target.first_response_min if self.first else self.target.resolution_min

    def due(self, pauses: Sequence[Pause]) -> Due:
        """When it is used up but for the pauses; those before it began do not touch it."""
        return due(
            self.work,
            self.started_at,
            self.minutes * 60,
            pauses,
            warn_percent=self.target.warn_percent,
            level3_percent=self.target.level3_percent,
        )


@dataclass(slots=True)
class Run:
    """One of the two clocks of the ticket itself while its history is read."""

    kind: ClockKind
    terms: list[Term] = field(default_factory=list)
    ended: Event | None = None
    late: bool = False

    def dues(self, pauses: Sequence[Pause]) -> list[tuple[Due, Term]]:
        """When each term is used up; the latest counts."""
        ended_at = self.ended.at if self.ended is not None else None
        mine = [
            (begin, end if end is not None or ended_at is None else ended_at)
            for begin, end in (pauses if self.kind is not ClockKind.FIRST_RESPONSE else ())
        ]
        return [(term.due(mine), term) for term in self.terms]

    def note_breach(self, at: datetime, pauses: Sequence[Pause]) -> None:
        """A breach that happened before the terms change stays on record."""
        ends = [found.due_at for found, _term in self.dues(pauses)]
        self.late = self.late or all(end is not None and end < at for end in ends)


@dataclass(slots=True)
class Wait:
    """The times in which one thing was waited for; the last may be open."""

    pauses: list[Pause] = field(default_factory=list)
    wakes_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is waited for now."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def begin(self, at: datetime, wakes_at: datetime | None) -> None:
        """Wait from now on, at the longest until ``wakes_at``."""
        if not self.open:
            self.pauses.append((at, None))
        self.wakes_at = wakes_at or self.pauses[-1][0] + LONGEST_WAIT

    def end(self, at: datetime) -> None:
        """Wait no longer."""
        if self.open:
            self.pauses[-1] = (self.pauses[-1][0], at)
        self.wakes_at = None


def stretch(begins: datetime, ends: datetime, zone: tzinfo) -> str:
    """Time on the wall as an explanation keeps it."""
    minutes = int((ends - begins).total_seconds() // 60)
    first, last = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (begins, ends))
    return f"{first} - {last} {minutes}"
