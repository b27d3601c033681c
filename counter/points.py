"""Points of a member whose goods went back: what they earned is taken off, what they paid restored.

Invariant 18: the balance may fall below zero, and is then not redeemed. The ledger is only added
to; entries bear the number of the receipt.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from counter.desk import WritingDesk
from counter.return_events import OpenCase
from counter.rules.refunds import price_of, share_of
from models.customer import MembershipAccount, PointsEntry
from models.receipt import Receipt, Tender
from models.returns import Refund, RefundAllocation
from models.terms import PointsKind, RefundStatus, TenderMethod


def settle_points(desk: WritingDesk, opened: OpenCase, settled: Sequence[Refund]) -> None:
    """Reverse the points that the receipt earned, and restore those that paid, in proportion.

    Each part of the receipt gets its share of whole points, so that all parts together get all
    (:func:`counter.rules.refunds.share_of`). Nothing happens where no member bought it.
    """
    receipt = desk.session.get_one(Receipt, opened.case.receipt_id)
    account = desk.session.exec(
        select(MembershipAccount).where(MembershipAccount.customer_id == receipt.customer_id)
    ).first()
    if account is None or receipt.customer_id is None or account.id is None:
        return
    tenders = desk.session.exec(select(Tender).where(Tender.receipt_id == receipt.id)).all()
    amount = sum(row.amount_minor for row in settled)
    before = _settled_before(desk, receipt, settled)
    earned = _moved(desk, account.id, receipt, PointsKind.EARN)
    whole = sum(tender.amount_minor for tender in tenders) or _price_of(desk, receipt)
    _move(
        desk,
        account.id,
        receipt,
        PointsKind.REVERSE_EARN,
        -share_of(earned, amount, before, whole),
    )
    by_points = {tender.id for tender in tenders if tender.method == TenderMethod.POINTS}
    if by_points:
        spent = -_moved(desk, account.id, receipt, PointsKind.REDEEM)
        restored = _allocated(desk, settled, by_points)
        earlier = _allocated_before(desk, receipt, settled, by_points)
        paid = sum(tender.amount_minor for tender in tenders if tender.id in by_points)
        _move(
            desk,
            account.id,
            receipt,
            PointsKind.RESTORE_REDEEM,
            share_of(spent, restored, earlier, paid),
        )


def _price_of(desk: WritingDesk, receipt: Receipt) -> int:
    """What the goods of a receipt cost that does not say how it was paid."""
    lines = desk.ask.all(
        "SELECT qty_milli, unit_paid_minor FROM receipt_line WHERE receipt_id = :id", id=receipt.id
    )
    return sum(price_of(qty, unit) for qty, unit in lines)


def _moved(desk: WritingDesk, account_id: int, receipt: Receipt, kind: PointsKind) -> int:
    found = desk.session.exec(
        select(PointsEntry.points)
        .where(PointsEntry.account_id == account_id)
        .where(PointsEntry.kind == kind)
        .where(PointsEntry.ref == receipt.receipt_no)
    )
    return sum(found)


def _move(
    desk: WritingDesk, account_id: int, receipt: Receipt, kind: PointsKind, points: int
) -> None:
    if points:
        desk.session.add(
            PointsEntry(
                account_id=account_id,
                kind=kind,
                points=points,
                ref=receipt.receipt_no,
                at=desk.now,
            )
        )
        desk.session.flush()


def _settled_before(desk: WritingDesk, receipt: Receipt, settled: Sequence[Refund]) -> int:
    """What went back of the receipt before these refunds."""
    row = desk.ask.one(
        "SELECT coalesce(sum(f.amount_minor), 0) FROM receipt_line l "
        "JOIN refund f ON f.receipt_line_id = l.id "
        "WHERE l.receipt_id = :receipt AND f.status = :settled",
        receipt=receipt.id,
        settled=str(RefundStatus.SETTLED),
    )
    return (int(row[0]) if row else 0) - sum(one.amount_minor for one in settled)


def _allocated(desk: WritingDesk, refunds: Sequence[Refund], tenders: set[int | None]) -> int:
    found = desk.session.exec(
        select(RefundAllocation.amount_minor)
        .where(col(RefundAllocation.refund_id).in_([one.id for one in refunds]))
        .where(col(RefundAllocation.tender_id).in_(tenders))
    )
    return sum(found)


def _allocated_before(
    desk: WritingDesk, receipt: Receipt, settled: Sequence[Refund], tenders: set[int | None]
) -> int:
    found = desk.session.exec(
        select(RefundAllocation.amount_minor)
        .join(Refund, col(Refund.id) == RefundAllocation.refund_id)
        .where(col(RefundAllocation.tender_id).in_(tenders))
        .where(Refund.status == RefundStatus.SETTLED)
        .where(col(Refund.id).not_in([one.id for one in settled]))
    )
    return sum(found)
