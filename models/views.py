"""Frozen rows: what the reading side hands to screens and commands.

No row knows the store; a screen may keep one as long as it likes. Instants are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from models.terms import (
    CareFlag,
    Cause,
    ClockKind,
    HitKind,
    Liability,
    Outcome,
    Priority,
    Role,
    SaleChannel,
    Severity,
    TenderMethod,
    TicketAction,
    TicketChannel,
    TicketKind,
    TicketOrder,
    TicketStatus,
    TicketView,
    Tier,
)
from models.ticket_filter import UNFILTERED, TicketFilter


@runtime_checkable
class Listed(Protocol):
    """A row of a list: its identity, and its place in the order the list is sorted by."""

    @property
    def id(self) -> int:
        """The row's key in the store."""

    @property
    def key(self) -> tuple[Any, ...]:
        """The row's place: the values that the list is sorted by, the last one unique."""


RowT_co = TypeVar("RowT_co", bound=Listed, covariant=True)


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of a list are wanted: at most ``limit`` of them by keyset, never by offset.

    Exactly one of the four holds: ``after`` a key, ``before`` a key, ``since`` a key (that row
    included: a reload that stays where it is), ``last`` ones; none of them means the first rows.
    """

    limit: int
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    since: tuple[Any, ...] | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT_co]):
    """Rows in the list's order. How many there are in all is another question: :class:`Counts`.

    Attributes:
        rows: the rows themselves; fewer than were asked for only where the list ends.
    """

    rows: tuple[RowT_co, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are: exactly ``rows``, or ``rows`` and perhaps ``more``."""

    rows: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a list has, counted apart from its pages and never further than a limit.

    Attributes:
        total: how many rows the list has with its filter.
        hidden: how many rows the filter hides (every list shows it).
        place: how many rows stand before the one that was asked about; None where nobody knows.
    """

    total: Count
    hidden: Count = Count(0)
    place: int | None = None


class TicketRow(NamedTuple):
    """One line of a ticket list. ``phone_end`` holds the last four digits only.

    A tuple, because a page of frozen data classes takes longer to make than to read.

    Attributes:
        due_clock: the clock that is due first of those that go on; None where there is none.
        due_at: when it is due; None while it is paused.
        order_at: its place by due time: a paused one stands by when it wakes up.
        service_version_no: the version of the service times under which it runs.
        calendar: the code of the calendar whose working time counts; None for the wall's.
        level: the highest level that the complaint or a clock reached.
        severity: of a complaint.
    """

    id: int
    key: tuple[Any, ...]
    no: str
    kind: TicketKind
    status: TicketStatus
    priority: Priority
    opened_at: datetime
    owner: str | None
    owner_name: str | None
    customer: str | None
    phone_end: str | None
    summary: str
    wake_on: date | None
    version: int
    due_clock: ClockKind | None = None
    due_at: datetime | None = None
    order_at: datetime | None = None
    service_version_no: int | None = None
    calendar: str | None = None
    level: int = 0
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction changed, as people know it: a customer's name, a receipt and its line.

    Attributes:
        what: ``customer`` or ``receipt``.
        was: what stood there before; None for nothing.
        now: what stands there since.
    """

    what: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a ticket's history.

    Attributes:
        corrections: what the event put right, when it is a correction.
        login: of the actor, whose name is ``actor``.
    """

    no: int
    at: datetime
    actor: str
    kind: TicketAction
    from_status: TicketStatus | None
    to_status: TicketStatus
    text: str | None
    payload: Mapping[str, Any]
    corrections: tuple[Correction, ...] = ()
    login: str = ""


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last event of a ticket, and who is behind it."""

    no: str
    at: datetime
    actor_id: int
    action: TicketAction
    to_status: TicketStatus


@dataclass(frozen=True, slots=True)
class TicketDetail:
    """A ticket with its whole history."""

    id: int
    uid: str
    no: str
    kind: TicketKind
    channel: TicketChannel
    status: TicketStatus
    priority: Priority
    summary: str
    body: str | None
    opened_at: datetime
    opened_by: str
    owner: str | None
    owner_name: str | None
    department: str | None
    customer_id: int | None
    customer: str | None
    phone_masked: str | None
    receipt_no: str | None
    receipt_line_no: int | None
    parent: str | None
    merged_into: str | None
    wake_on: date | None
    outcome: Outcome | None
    cause: Cause | None
    liability: Liability | None
    customer_informed: bool | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int
    events: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True)
class TenderRow:
    """One means of payment of a receipt."""

    method: TenderMethod
    amount_minor: int


@dataclass(frozen=True, slots=True)
class TillReturnRow:
    """What the till took back of a line."""

    return_no: str
    returned_at: datetime
    qty_milli: int


@dataclass(frozen=True, slots=True)
class ReceiptLineRow:
    """One line of a receipt; quantities in thousandths, amounts in minor units of one unit."""

    id: int
    uid: str
    line_no: int
    sku: str
    barcode: str | None
    name: str
    qty_milli: int
    left_milli: int
    unit_paid_minor: int
    serial_no: str | None
    received_on: date | None
    returns: tuple[TillReturnRow, ...]

    @property
    def key(self) -> tuple[int]:
        """The place in the receipt."""
        return (self.line_no,)


@dataclass(frozen=True, slots=True)
class ReceiptDetail:
    """A receipt with its lines, payments and the tickets about it.

    Attributes:
        tickets: the newest of them.
        tickets_total: how many there are in all.
    """

    id: int
    uid: str
    receipt_no: str
    sold_at: datetime
    channel: SaleChannel
    currency: str
    customer_id: int | None
    customer: str | None
    phone_masked: str | None
    tenders: tuple[TenderRow, ...]
    lines: tuple[ReceiptLineRow, ...]
    tickets: tuple[TicketRow, ...]
    tickets_total: int


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One line of a list of receipts: what was paid in all, and the first three goods."""

    id: int
    key: tuple[Any, ...]
    receipt_no: str
    sold_at: datetime
    channel: SaleChannel
    currency: str
    paid_minor: int
    goods: str


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as lists show one: the phone is masked."""

    id: int
    uid: str
    customer_ref: str | None
    name: str | None
    phone_masked: str | None
    tier: Tier
    member_no: str | None
    care_flags: tuple[CareFlag, ...]
    open_tickets: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of the find box.

    ``ref`` names the thing to open: a ticket, receipt or customer by number or id; ``text`` and
    ``detail`` are data as stored, ``terms`` are put into words by whoever shows the hit.
    """

    kind: HitKind
    id: int
    ref: str
    text: str
    detail: str
    at: datetime | None
    terms: tuple[StrEnum, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A staff member as the staff list shows one; the limit is in the shop's currency."""

    id: int
    key: tuple[Any, ...]
    login: str
    name: str
    role: Role
    active: bool
    has_pin: bool
    waiting_for_code: bool
    locked_until: datetime | None
    goodwill_limit_minor: int = 0


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """The numbers of the day for the home screen.

    Attributes:
        to_decide: returns that somebody has to decide on.
        overdue: clocks of every kind that are late.
        first_priority: tickets of the first priority that are worked on.
        came_back: the person's tickets for which an answer, goods or the day came, and nobody did
            anything since.
        calls_due: call-backs for today, or for a day before.
    """

    mine: int
    unowned: int
    waiting_woken: int
    working: int
    resolved: int
    opened_today: int
    closed_today: int
    unsent_changes: int
    last_export: datetime | None
    to_decide: int = 0
    overdue: int = 0
    first_priority: int = 0
    came_back: int = 0
    calls_due: int = 0


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What a person was typing."""

    form: str
    content: Mapping[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A ticket list as one person likes it."""

    name: str
    view: TicketView
    order: TicketOrder
    text: str
    saved_at: datetime
    filter: TicketFilter = UNFILTERED
