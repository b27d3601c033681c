"""Frozen rows of the overdue board: what is late, what will be soon, and the totals of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from models.terms import (
    ClockKind,
    ComplaintStatus,
    Priority,
    RefundStatus,
    Remedy,
    ReturnStatus,
    TicketKind,
    TicketStatus,
)

NOBODY: Final = 0
"""Stands for the key of a staff member where a ticket has no owner."""

About = TicketKind | ClockKind
"""What a row is about: the ticket's kind, or what was promised beside it: a refund, a call-back."""


class OpenClocks(NamedTuple):
    """Clocks that go on, as far as the board sorts and filters by them, by due time and key.

    A column of each value, because thousands of clocks are read each time the board is: as objects
    of their own they would keep a screen waiting, and the collector of garbage busy. ``kinds`` and
    ``ticket_kinds`` hold the text of a term. ``levels`` are what events and the time by now
    brought each clock to.
    """

    ids: Sequence[int]
    kinds: Sequence[str]
    ticket_kinds: Sequence[str]
    calendars: Sequence[int | None]
    due: Sequence[datetime]
    levels: Sequence[int]
    owners: Sequence[int]
    departments: Sequence[str | None]


class OverdueRow(NamedTuple):
    """A line of the board.

    Attributes:
        about: what it is counted under.
        seconds: how late it is, in the working time of its calendar; for what is not due yet the
            seconds that are left of the time on the wall.
        level: 0 to 3, as it stands at the board's moment.
        owner_id: :data:`NOBODY` where the ticket has no owner.
    """

    id: int
    clock: ClockKind
    ticket_kind: TicketKind
    about: About
    due_at: datetime
    seconds: int
    level: int
    owner_id: int
    department: str | None

    @property
    def key(self) -> tuple[Any, ...]:
        """Its identity: the order changes with time, a clock stays the same."""
        return (self.id,)


class Total(NamedTuple):
    """How many rows of the board have ``value``: a kind, an owner's key, a level."""

    value: Any
    rows: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One of the three ways to add the board up; each total is a filter.

    Attributes:
        totals: counted over exactly the rows of the board, the biggest first.
        choices: every value that a filter by this would find something of, in the same order.
    """

    totals: tuple[Total, ...]
    choices: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The overdue board at one moment.

    Attributes:
        at: the moment.
        late: what is overdue, the latest first; a row is made when it is looked at.
        soon: what falls due within the next hours, the next first.
        kinds: what is late by what it is about.
        owners: what is late by who has it.
        levels: what is late or soon due by its level, the highest first.
        hidden: rows that the filter hides.
        names: login and name of each owner, by key.
    """

    at: datetime
    late: Sequence[OverdueRow]
    soon: Sequence[OverdueRow]
    kinds: Facet
    owners: Facet
    levels: Facet
    hidden: int = 0
    names: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def worst(self) -> OverdueRow | None:
        """What is latest."""
        return self.late[0] if self.late else None

    @property
    def rows(self) -> tuple[OverdueRow, ...]:
        """Everything that is shown, from the top."""
        return (*self.late, *self.soon)

    def first(self, limit: int) -> tuple[OverdueRow, ...]:
        """The first rows of it, at most ``limit``, without making the others."""
        late = self.late[:limit]
        return (*late, *self.soon[: limit - len(late)])


class OverdueDetail(NamedTuple):
    """What a line of the board says of its ticket; read for the lines in sight only.

    Attributes:
        customer: the name as a board may show it; None where nobody is known.
        phone_end: the last four digits.
        attempts: calls that were tried, of a call-back.
    """

    clock_id: int
    no: str
    version: int
    status: TicketStatus
    priority: Priority
    customer: str | None
    phone_end: str | None
    owner: str | None
    owner_name: str | None
    department: str | None
    complaint: ComplaintStatus | None
    complaint_level: int | None
    return_status: ReturnStatus | None
    remedy: Remedy | None
    refund: RefundStatus | None
    attempts: int | None


class OverdueLine(NamedTuple):
    """A line of the board with what it says; ``detail`` is None where its clock has ended since."""

    row: OverdueRow
    detail: OverdueDetail | None

    @property
    def id(self) -> int:
        """The clock's key."""
        return self.row.id

    @property
    def key(self) -> tuple[Any, ...]:
        """Its identity."""
        return self.row.key


@dataclass(frozen=True, slots=True)
class OverdueQuery:
    """What the board shows; None is everything.

    Attributes:
        about: what it is counted under.
        kind: the ticket's kind.
        clock: the kind of clock.
        owner_id: who has it; :data:`NOBODY` for what nobody has.
        department: where it was handed over to.
        level: 0 to 3.
        soon: whether what falls due soon belongs to it.
    """

    about: About | None = None
    kind: TicketKind | None = None
    clock: ClockKind | None = None
    owner_id: int | None = None
    department: str | None = None
    level: int | None = None
    soon: bool = True

    @property
    def is_filter(self) -> bool:
        """Whether it hides anything."""
        asked = (self.about, self.kind, self.clock, self.owner_id, self.department, self.level)
        return any(one is not None for one in asked)
