"""Return cases in plain SQL: one whole, lists of them, and what was paid out on a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from data.listing import Listing, Order, count_list, read_page
from data.reading import Asks, Reader, instant, maybe_day, maybe_instant, stored_instant
from data.records import ticket_by_no
from models.return_views import (
    AllocationRow,
    AppointmentRow,
    AttachmentRow,
    CashRow,
    CompensationRow,
    DecisionRow,
    Explained,
    MovementRow,
    RefundRow,
    ReturnCaseDetail,
    ReturnLineDetail,
    ReturnRow,
)
from models.terms import (
    AppointmentStatus,
    CompensationStatus,
    DeductionKind,
    FreightPayer,
    GoodsCategory,
    MovementKind,
    RefundStatus,
    Remedy,
    ReturnMode,
    ReturnReason,
    ReturnStatus,
    ReturnView,
    SaleChannel,
    TenderMethod,
    VerdictWord,
)
from models.views import Counts, Page, Span

# --- one case -------------------------------------------------------------------------------

_CASE: Final = """
    SELECT c.id, r.receipt_no, r.channel, r.currency, c.status, c.mode, c.freight_payer,
           c.tracking_no, c.remedy, s.login, s.name, c.submitted_at, c.decided_at, c.goods_due_on,
           c.received_at, c.due_at, c.explained, t.id
    FROM ticket t
    JOIN return_case c ON c.ticket_id = t.id
    JOIN receipt r ON r.id = c.receipt_id
    JOIN staff s ON s.id = c.submitted_by_id
    WHERE t.no = :no
"""

_LINES: Final = """
    SELECT x.id, x.uid, x.receipt_line_id, l.line_no, p.sku, coalesce(l.description, p.name, p.sku),
           l.qty_milli, l.unit_paid_minor, x.reason, x.remedy, x.requested_milli, x.received_milli,
           x.resellable_milli, x.scrapped_milli, x.counted_milli, x.serial_no, x.waived
    FROM return_line x
    JOIN receipt_line l ON l.id = x.receipt_line_id
    JOIN product p ON p.id = l.product_id
    WHERE x.return_case_id = :id ORDER BY x.id
"""

_DECISIONS: Final = """
    SELECT d.id, d.computed_at, s.name, d.policy_version_id, d.facts, d.result, d.verdict,
           d.remedies, d.rule, d.last_day, d.sha256, d.overrides_id, d.override_reason
    FROM eligibility_decision d JOIN staff s ON s.id = d.actor_id
    WHERE d.return_line_id = :id ORDER BY d.id
"""

_REFUNDS: Final = """
    SELECT f.id, f.uid, f.amount_minor, f.currency, f.status, q.name, f.requested_at, a.name,
           f.due_target, f.due_working, f.due_statutory, f.explained, f.other_reason,
           f.failed_reason, f.settled_at
    FROM refund f
    JOIN staff q ON q.id = f.requested_by_id
    LEFT JOIN staff a ON a.id = f.authorised_by_id
    WHERE f.return_line_id = :id ORDER BY f.id
"""

_ALLOCATIONS: Final = """
    SELECT method, amount_minor, executed_ref, tender_id IS NOT NULL
    FROM refund_allocation WHERE refund_id = :id ORDER BY id
"""
_DEDUCTIONS: Final = (
    "SELECT kind, amount_minor FROM refund_deduction WHERE refund_id = :id ORDER BY id"
)

_MOVEMENTS: Final = """
    SELECT m.kind, m.qty_milli, p.sku, coalesce(p.name, p.sku), m.serial_no, m.at, s.name
    FROM goods_movement m
    JOIN product p ON p.id = m.product_id
    JOIN staff s ON s.id = m.actor_id
    WHERE m.return_line_id = :id ORDER BY m.id
"""

_COMPENSATIONS: Final = """
    SELECT c.uid, c.legal_base, c.formula, c.amount_minor, c.currency, p.name, a.name, c.status,
           c.method, c.paid_at
    FROM compensation c
    JOIN staff p ON p.id = c.proposed_by_id
    LEFT JOIN staff a ON a.id = c.approver_id
    WHERE c.ticket_id = :id ORDER BY c.id
"""

_APPOINTMENTS: Final = """
    SELECT slot_from, slot_to, address, status FROM appointment WHERE ticket_id = :id ORDER BY id
"""

_ATTACHMENTS: Final = """
    SELECT a.name, a.media_type, a.bytes, a.sha256, a.added_at, s.name
    FROM attachment a JOIN staff s ON s.id = a.added_by_id WHERE a.ticket_id = :id ORDER BY a.id
"""


def case_by_no(reader: Reader, no: str) -> ReturnCaseDetail | None:
    """The return case of the ticket with that number, whole, or None."""
    row = reader.one(_CASE, no=no)
    ticket = ticket_by_no(reader, no) if row is not None else None
    if row is None or ticket is None:
        return None
    return ReturnCaseDetail(
        id=row[0],
        ticket=ticket,
        receipt_no=row[1],
        channel=SaleChannel(row[2]),
        currency=row[3],
        status=ReturnStatus(row[4]),
        mode=ReturnMode(row[5]),
        freight_payer=FreightPayer(row[6]) if row[6] else None,
        tracking_no=row[7],
        remedy=Remedy(row[8]),
        submitted_by=row[9],
        submitted_by_name=row[10],
        submitted_at=maybe_instant(row[11]),
        decided_at=maybe_instant(row[12]),
        goods_due_on=maybe_day(row[13]),
        received_at=maybe_instant(row[14]),
        due_at=maybe_instant(row[15]),
        explained=_explained(row[16]),
        lines=tuple(_line(reader, line) for line in reader.all(_LINES, id=row[0])),
        compensations=compensations_of(reader, row[17]),
        appointments=tuple(
            AppointmentRow(instant(begin), instant(end), address, AppointmentStatus(status))
            for begin, end, address, status in reader.all(_APPOINTMENTS, id=row[17])
        ),
        attachments=attachments_of(reader, row[17]),
    )


def compensations_of(ask: Asks, ticket_id: int) -> tuple[CompensationRow, ...]:
    """Every compensation of a ticket, the oldest first."""
    return tuple(
        CompensationRow(
            uid,
            legal_base,
            formula,
            amount,
            currency,
            proposed_by,
            approver,
            CompensationStatus(status),
            TenderMethod(method) if method else None,
            maybe_instant(paid_at),
        )
        for (
            uid,
            legal_base,
            formula,
            amount,
            currency,
            proposed_by,
            approver,
            status,
            method,
            paid_at,
        ) in ask.all(_COMPENSATIONS, id=ticket_id)
    )


def attachments_of(ask: Asks, ticket_id: int) -> tuple[AttachmentRow, ...]:
    """Every file about a ticket, the oldest first."""
    return tuple(
        AttachmentRow(name, media_type, size, sha256, instant(added_at), added_by)
        for name, media_type, size, sha256, added_at, added_by in ask.all(
            _ATTACHMENTS, id=ticket_id
        )
    )


def _line(reader: Reader, row: tuple[Any, ...]) -> ReturnLineDetail:
    decisions = tuple(map(_decision, reader.all(_DECISIONS, id=row[0])))
    return ReturnLineDetail(
        id=row[0],
        uid=row[1],
        receipt_line_id=row[2],
        line_no=row[3],
        sku=row[4],
        name=row[5],
        category=GoodsCategory(decisions[-1].facts.get("category", GoodsCategory.GENERAL)),
        sold_milli=row[6],
        unit_paid_minor=row[7],
        reason=ReturnReason(row[8]),
        remedy=Remedy(row[9]) if row[9] else None,
        requested_milli=row[10],
        received_milli=row[11],
        resellable_milli=row[12],
        scrapped_milli=row[13],
        counted_milli=row[14],
        serial_no=row[15],
        waived=row[16],
        decisions=decisions,
        refunds=tuple(_refund(reader, refund) for refund in reader.all(_REFUNDS, id=row[0])),
        movements=tuple(
            MovementRow(MovementKind(kind), qty, sku, name, serial, instant(at), actor)
            for kind, qty, sku, name, serial, at, actor in reader.all(_MOVEMENTS, id=row[0])
        ),
    )


def _decision(row: tuple[Any, ...]) -> DecisionRow:
    return DecisionRow(
        row[0],
        instant(row[1]),
        row[2],
        row[3],
        json.loads(row[4]),
        json.loads(row[5]),
        VerdictWord(row[6]),
        tuple(map(Remedy, json.loads(row[7]))),
        row[8],
        maybe_day(row[9]),
        *row[10:],
    )


def _refund(reader: Reader, row: tuple[Any, ...]) -> RefundRow:
    return RefundRow(
        uid=row[1],
        amount_minor=row[2],
        currency=row[3],
        status=RefundStatus(row[4]),
        requested_by=row[5],
        requested_at=instant(row[6]),
        authorised_by=row[7],
        due_target=maybe_day(row[8]),
        due_working=maybe_day(row[9]),
        due_statutory=maybe_day(row[10]),
        explained=_explained(row[11]),
        other_reason=row[12],
        failed_reason=row[13],
        settled_at=maybe_instant(row[14]),
        deductions=tuple(
            (DeductionKind(kind), amount) for kind, amount in reader.all(_DEDUCTIONS, id=row[0])
        ),
        allocations=tuple(
            AllocationRow(TenderMethod(method), amount, ref, bool(as_paid))
            for method, amount, ref, as_paid in reader.all(_ALLOCATIONS, id=row[0])
        ),
    )


def _explained(text: Any) -> Explained:
    found: Iterable[Mapping[str, Any]] = json.loads(text)
    return tuple((one["sentence"], one["values"]) for one in found)


# --- lists ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReturnQuery:
    """Which return cases a list shows.

    Attributes:
        reverse: in the opposite order: what is due last first, of ended ones the oldest.
    """

    view: ReturnView = ReturnView.OPEN
    reverse: bool = False


_VIEWS: Final[Mapping[ReturnView, tuple[str, ...]]] = {
    ReturnView.OPEN: ("working",),
    ReturnView.TO_DECIDE: ("working", "+status IN ('submitted', 'referred')"),
    ReturnView.AWAITED: ("working", "+status = 'approved'"),
    ReturnView.TO_SETTLE: ("working", "+status IN ('received', 'refund_pending')"),
    ReturnView.ENDED: ("NOT working",),
}
"""What must hold in each view. The plus keeps SQLite to the index of open cases, which has them in
their order: by status it would have to sort them."""

_COLUMNS: Final = """
    c.id, t.no, c.status, c.remedy, c.mode, c.due_at, c.submitted_at, o.login, o.name, u.name,
    (SELECT substr(p.digits, -4) FROM customer_phone p
      WHERE p.customer_id = t.customer_id AND p.active ORDER BY p.id LIMIT 1),
    r.receipt_no, t.summary, t.version
"""

_JOINS: Final = """
    JOIN ticket t ON t.id = c.ticket_id JOIN receipt r ON r.id = c.receipt_id
    LEFT JOIN staff o ON o.id = t.owner_id LEFT JOIN customer u ON u.id = t.customer_id
"""


def case_page(reader: Reader, query: ReturnQuery, span: Span) -> Page[ReturnRow]:
    """One page of a list of return cases: the open ones by what is due, ended ones newest first."""
    return read_page(reader, _listing(query), span, _row_for(query.view))


def case_counts(reader: Reader, query: ReturnQuery, first: tuple[Any, ...] | None) -> Counts:
    """How many cases a list has, and how many stand before a key."""
    return count_list(reader, _listing(query), first)


@lru_cache(maxsize=16)
def _listing(query: ReturnQuery) -> Listing:
    ended = query.view is ReturnView.ENDED
    order = Order(("id",) if ended else ("due_at", "id"), descending=ended != query.reverse)
    return Listing(
        table="return_case",
        alias="c",
        order=order,
        conditions=_VIEWS[query.view],
        select=f"SELECT {_COLUMNS} FROM page JOIN return_case c ON c.id = page.id {_JOINS}",
    )


def _row_for(view: ReturnView) -> Callable[[tuple[Any, ...]], ReturnRow]:
    ended = view is ReturnView.ENDED

    def made(row: tuple[Any, ...]) -> ReturnRow:
        key = (row[0],) if ended else (row[5], row[0])
        return ReturnRow(
            row[0],
            key,
            row[1],
            ReturnStatus(row[2]),
            Remedy(row[3]),
            ReturnMode(row[4]),
            maybe_instant(row[5]),
            maybe_instant(row[6]),
            *row[7:],
        )

    return made


# --- what was paid out ----------------------------------------------------------------------

_PAID_OUT: Final = """
    SELECT s.login, s.name, a.method, f.currency, 0, count(*), sum(a.amount_minor)
    FROM refund f
    JOIN refund_allocation a ON a.refund_id = f.id
    JOIN staff s ON s.id = f.settled_by_id
    WHERE f.settled_at IS NOT NULL AND f.settled_at >= :begin AND f.settled_at < :end
    GROUP BY s.login, s.name, a.method, f.currency
    UNION ALL
    SELECT s.login, s.name, c.method, c.currency, 1, count(*), sum(c.amount_minor)
    FROM compensation c JOIN staff s ON s.id = c.paid_by_id
    WHERE c.paid_at IS NOT NULL AND c.paid_at >= :begin AND c.paid_at < :end
    GROUP BY s.login, s.name, c.method, c.currency
    ORDER BY 1, 5, 3, 4
"""


def paid_out(ask: Asks, begin: datetime, end: datetime) -> tuple[CashRow, ...]:
    """What each clerk paid out by each means from ``begin`` until before ``end``, UTC."""
    rows = ask.all(_PAID_OUT, begin=stored_instant(begin), end=stored_instant(end))
    return tuple(
        CashRow(login, name, TenderMethod(method), currency, bool(kind), int(payments), int(total))
        for login, name, method, currency, kind, payments, total in rows
    )
