"""Frozen rows about returns: a line that may come back, a case with its lines, money and goods.

Quantities are thousandths of a unit, amounts minor units of the receipt's currency, instants UTC,
dates local days of the shop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from models.terms import (
    AppointmentStatus,
    CategoryFlag,
    CompensationStatus,
    DeductionKind,
    FreightPayer,
    GoodsCategory,
    MovementKind,
    Proof,
    RefundStatus,
    Remedy,
    ReturnMode,
    ReturnReason,
    ReturnStatus,
    SaleChannel,
    TenderMethod,
    Tier,
    VerdictWord,
)
from models.views import TicketDetail

Explained = tuple[tuple[str, Mapping[str, Any]], ...]
"""How days were counted: untranslated messages with their values."""


class EarlierReturn(NamedTuple):
    """What came back of a line before, at the till (``status`` None) or by a case."""

    no: str
    at: datetime
    qty_milli: int
    status: ReturnStatus | None


@dataclass(frozen=True, slots=True)
class SoldGoods:
    """One line of a receipt as far as the return rules look at it.

    Attributes:
        left_milli: what can still come back: sold, less what the till took back and cases hold.
        total_minor: what was paid for all of it, the receipt's rounding included.
        gone_minor: what was paid for that which is not left, as it goes back or went back.
        category_code: of the product's category, and its flags; None where it has none.
        serial_no: of the unit that the customer has now.
        exchanged_on: when that unit, or all that is left, was handed out in exchange.
        gift_taken_off: whether the price of a gift that was kept lowered an earlier refund.
        proof: what shows the purchase: the receipt, or what one was typed from.
        earlier: what came back before, the oldest first.
    """

    receipt_id: int
    receipt_uid: str
    receipt_no: str
    receipt_line_id: int
    receipt_line_uid: str
    line_no: int
    product_id: int
    sku: str
    name: str
    category_code: str | None
    category_flags: tuple[CategoryFlag, ...]
    serialised: bool
    channel: SaleChannel
    currency: str
    customer_id: int | None
    sold_at: datetime
    qty_milli: int
    left_milli: int
    unit_paid_minor: int
    total_minor: int
    gone_minor: int
    received_on: date | None
    serial_no: str | None
    exchanged_on: date | None
    no_return_confirmed: bool
    open_refund: bool
    gift_taken_off: bool
    proof: Proof
    tier: Tier
    earlier: tuple[EarlierReturn, ...]


class DecisionRow(NamedTuple):
    """A verdict as it was kept; of an override, who said otherwise and why."""

    id: int
    at: datetime
    actor: str
    policy_version_id: int
    facts: Mapping[str, Any]
    result: Mapping[str, Any]
    verdict: VerdictWord
    remedies: tuple[Remedy, ...]
    rule: str
    last_day: date | None
    sha256: str
    overrides_id: int | None
    override_reason: str | None

    @property
    def payable_minor(self) -> int | None:
        """What goes back by it, with the rounding remainder of the last unit."""
        payable: int | None = self.result.get("payable_minor")
        return payable


class AllocationRow(NamedTuple):
    """What goes back one way."""

    method: TenderMethod
    amount_minor: int
    executed_ref: str | None
    as_paid: bool


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One refund of one line."""

    uid: str
    amount_minor: int
    currency: str
    status: RefundStatus
    requested_by: str
    requested_at: datetime
    authorised_by: str | None
    due_target: date | None
    due_working: date | None
    due_statutory: date | None
    explained: Explained
    other_reason: str | None
    failed_reason: str | None
    settled_at: datetime | None
    deductions: tuple[tuple[DeductionKind, int], ...]
    allocations: tuple[AllocationRow, ...]


class MovementRow(NamedTuple):
    """Goods that came over the counter, or went back over it."""

    kind: MovementKind
    qty_milli: int
    sku: str
    name: str
    serial_no: str | None
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class ReturnLineDetail:
    """One line of a case, with every decision about it, the newest last."""

    id: int
    uid: str
    receipt_line_id: int
    line_no: int
    sku: str
    name: str
    category: GoodsCategory
    sold_milli: int
    unit_paid_minor: int
    reason: ReturnReason
    remedy: Remedy | None
    requested_milli: int
    received_milli: int
    resellable_milli: int
    scrapped_milli: int
    counted_milli: int
    serial_no: str | None
    waived: str | None
    decisions: tuple[DecisionRow, ...]
    refunds: tuple[RefundRow, ...]
    movements: tuple[MovementRow, ...]

    @property
    def decision(self) -> DecisionRow:
        """The decision that holds: the newest one."""
        return self.decisions[-1]


class CompensationRow(NamedTuple):
    """Compensation beyond the price."""

    uid: str
    legal_base: str
    formula: str | None
    amount_minor: int
    currency: str
    proposed_by: str
    approver: str | None
    status: CompensationStatus
    method: TenderMethod | None
    paid_at: datetime | None


class AppointmentRow(NamedTuple):
    """When somebody comes for the goods."""

    slot_from: datetime
    slot_to: datetime
    address: str | None
    status: AppointmentStatus


class AttachmentRow(NamedTuple):
    """A file about the ticket, kept under its sum."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class ReturnCaseDetail:
    """A return case with everything about it.

    Attributes:
        ticket: its ticket with the whole history; the version to be seen is the ticket's.
        submitted_by: login and name of who submitted it; nobody approves his own.
        due_at: when the next step is due, and ``explained`` how that was counted.
    """

    id: int
    ticket: TicketDetail
    receipt_no: str
    channel: SaleChannel
    currency: str
    status: ReturnStatus
    mode: ReturnMode
    freight_payer: FreightPayer | None
    tracking_no: str | None
    remedy: Remedy
    submitted_by: str
    submitted_by_name: str
    submitted_at: datetime | None
    decided_at: datetime | None
    goods_due_on: date | None
    received_at: datetime | None
    due_at: datetime | None
    explained: Explained
    lines: tuple[ReturnLineDetail, ...]
    compensations: tuple[CompensationRow, ...]
    appointments: tuple[AppointmentRow, ...]
    attachments: tuple[AttachmentRow, ...]

    @property
    def no(self) -> str:
        """The number that the customer is told."""
        return self.ticket.no


class ReturnRow(NamedTuple):
    """One line of a list of return cases."""

    id: int
    key: tuple[Any, ...]
    no: str
    status: ReturnStatus
    remedy: Remedy
    mode: ReturnMode
    due_at: datetime | None
    submitted_at: datetime | None
    owner: str | None
    owner_name: str | None
    customer: str | None
    phone_end: str | None
    receipt_no: str
    goods: str
    version: int


class ReturnHead(NamedTuple):
    """What a step of a return gives back: the case as it stands now.

    Attributes:
        version: of the ticket, which every step raises.
    """

    no: str
    status: ReturnStatus
    remedy: Remedy
    version: int


class CashRow(NamedTuple):
    """What one clerk paid out by one means on one day.

    Attributes:
        compensation: whether it was compensation and not a refund.
        payments: how many there were.
    """

    login: str
    name: str
    method: TenderMethod
    currency: str
    compensation: bool
    payments: int
    amount_minor: int
