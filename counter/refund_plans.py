"""What goes back for the lines of a return: the amount, what lowers it, and by which means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import select

from counter.desk import WritingDesk
from counter.return_check import check_line
from counter.return_decisions import facts_of, newest
from counter.return_events import OpenCase
from counter.return_parts import receipt_line, refuse_not_granted
from counter.rules import refunds as rules
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.receipt import Receipt
from models.returns import (
    EligibilityDecision,
    Refund,
    RefundAllocation,
    RefundDeduction,
    ReturnLine,
)
from models.terms import DeductionKind, RefundStatus, TenderMethod


class Planned(NamedTuple):
    """What goes back for one line."""

    line: ReturnLine
    decision: EligibilityDecision
    amount_minor: int
    deductions: dict[DeductionKind, int]
    shares: list[rules.Share]


def plan(
    desk: WritingDesk,
    opened: OpenCase,
    receipt: Receipt,
    paid: list[rules.Paid],
    way: TenderMethod | None,
    freight_minor: int,
) -> list[Planned]:
    """What goes back for every line, each after the ones before."""
    planned: list[Planned] = []
    freight = freight_minor
    for line in opened.lines:
        if not line.received_milli and line.waived is None:
            continue
        decision = newest(desk, line)
        amount, deductions = _amount(desk, opened, receipt, line, decision)
        if freight:
            deductions[DeductionKind.FREIGHT] = min(freight, amount)
            amount -= deductions[DeductionKind.FREIGHT]
            freight -= deductions[DeductionKind.FREIGHT]
        shares = _shared(amount, paid, way)
        paid = _less(paid, shares)
        planned.append(Planned(line, decision, amount, deductions, shares))
    if freight:
        raise InvalidInput(N_("The freight is more than what goes back."), field="freight_minor")
    return planned


def _amount(
    desk: WritingDesk,
    opened: OpenCase,
    receipt: Receipt,
    line: ReturnLine,
    decision: EligibilityDecision,
) -> tuple[int, dict[DeductionKind, int]]:
    """What goes back for one line by its decision, and what lowered it.

    Raises:
        WrongState: the decision does not grant a refund, or more would go back than was paid.
        InvalidInput: no amount is known.
    """
    refuse_not_granted(opened, decision)
    payable: int | None = decision.result.get("payable_minor")
    if payable is None:
        raise InvalidInput(
            N_("No rate is known for these goods: a supervisor names the amount."),
            field="amount_minor",
        )
    facts = facts_of(decision.facts)
    deductions: dict[DeductionKind, int] = {}
    if decision.overrides_id is None:
        if decision.result.get("depreciation_minor"):
            deductions[DeductionKind.DEPRECIATION] = decision.result["depreciation_minor"]
        elif not facts.gift_returned:
            price = facts.unit_price_minor * facts.quantity_requested
            deductions[DeductionKind.GIFT] = price - decision.result["refund_minor"]
    goods = check_line(desk, receipt.receipt_no, receipt_line(desk, line).line_no)
    if goods.left_milli < 0:
        raise WrongState(
            N_("The till took goods of line {line} back meanwhile: nothing of it is left."),
            line=goods.line_no,
        )
    price = rules.price_of(line.counted_milli, goods.unit_paid_minor)
    worth = max(price + decision.result.get("remainder_minor", 0), 0)
    before = desk.session.exec(
        select(Refund.amount_minor)
        .where(Refund.receipt_line_id == line.receipt_line_id)
        .where(Refund.status == RefundStatus.SETTLED)
    ).all()
    most = max(goods.total_minor, rules.price_of(goods.qty_milli, goods.unit_paid_minor))
    if payable > worth or sum(before) + payable > most:  # the till may have set the price right
        raise WrongState(
            N_("More would go back for line {line} than was paid for it."), line=goods.line_no
        )
    return payable, deductions


def _shared(amount: int, paid: Sequence[rules.Paid], way: TenderMethod | None) -> list[rules.Share]:
    """By which means an amount goes back.

    Raises:
        InvalidInput: the receipt does not say how it was paid, or not enough is left of it.
    """
    if way is not None:
        return [rules.Share(None, way, amount)]
    if not paid:
        raise InvalidInput(
            N_("The receipt does not say how it was paid: choose the way."), field="method"
        )
    shares = rules.shared_out(amount, paid)
    if shares is None:
        raise InvalidInput(
            N_("Less was paid than has to go back: choose another way."), field="method"
        )
    return shares


def _less(paid: Iterable[rules.Paid], shares: Iterable[rules.Share]) -> list[rules.Paid]:
    """The means of payment after these shares went back."""
    taken = {share.tender_id: share.amount_minor for share in shares}
    return [
        one._replace(returned_minor=one.returned_minor + taken.get(one.tender_id, 0))
        for one in paid
    ]


def keep_refund(
    desk: WritingDesk, receipt: Receipt, planned: Planned, due: rules.Due, why: str | None
) -> Refund:
    """Write a refund down as it was worked out; ``why`` it goes another way than it was paid."""
    row = Refund(
        return_line_id=_key(planned.line.id),
        receipt_line_id=planned.line.receipt_line_id,
        amount_minor=planned.amount_minor,
        currency=receipt.currency,
        requested_by_id=desk.actor.id,
        requested_at=desk.now,
        due_target=due.target,
        due_working=due.limit,
        due_statutory=due.statutory,
        explained=[
            {"sentence": sentence, "values": {k: _plain(v) for k, v in values.items()}}
            for sentence, values in due.explained
        ],
        other_reason=why,
    )
    desk.session.add(row)
    desk.session.flush()
    for kind, amount in planned.deductions.items():
        if amount:
            desk.session.add(
                RefundDeduction(refund_id=_key(row.id), kind=kind, amount_minor=amount)
            )
    for share in planned.shares:
        desk.session.add(
            RefundAllocation(
                refund_id=_key(row.id),
                tender_id=share.tender_id,
                method=share.method,
                amount_minor=share.amount_minor,
            )
        )
    desk.session.flush()
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _key(key: int | None) -> int:
    if key is None:
        raise RuntimeError("A row was not stored.")
    return key
