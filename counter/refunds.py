"""Refunds: worked out, authorised, paid back as it was paid, or failed and tried again.

What the rule grants goes back by the receipt's own means of payment in proportion, up to the
clerk's limit without anybody else. Another way, an exception or more than the limit needs a second
person. Invariants 2, 3, 4, 5, 6, 10 and 18 are kept here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from counter.approvals import Approval, approver
from counter.desk import Actor, WritingDesk
from counter.points import settle_points
from counter.refund_plans import keep_refund, plan
from counter.return_events import OpenCase, case_to_work_on, end, end_of_day, step
from counter.return_parts import optional, policy_of, refuse_other_remedy, written
from counter.rules import refunds as rules
from counter.rules.fields import Faults
from counter.rules.return_case import REFUNDS, is_exception, next_status
from data.returns import granted_alone, is_typed, paid_by
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.receipt import Receipt
from models.return_views import ReturnHead
from models.returns import (
    Refund,
    RefundAllocation,
)
from models.terms import (
    FreightPayer,
    Outcome,
    RefundStatus,
    SaleChannel,
    TenderMethod,
    TicketAction,
)


def refund(
    desk: WritingDesk,
    no: str,
    *,
    method: str = "",
    reason: str = "",
    freight_minor: int = 0,
    approval: Approval | None = None,
    seen: int | None = None,
) -> ReturnHead:
    """Work out what goes back for the goods that came in, and authorise it where that is allowed.

    One is needed for more than the clerk's limit, another way than it was paid, an exception,
    money without goods, and a receipt that was typed at the counter. Where that person stands
    there, it is authorised at once; else it waits for :func:`authorise`.

    Args:
        desk: who pays back.
        no: the case.
        method: another way than it was paid; needs a reason and a second person. Of a receipt that
            names no payment: the way.
        reason: why it does not go back as it was paid.
        freight_minor: freight that the store laid out and the customer bears.
        approval: the second person.
        seen: the version that the actor read.

    Raises:
        WrongState: the goods are not in, the verdict does not grant it, or a refund is under way.
        InvalidInput: no way is known, or a reason is missing.
        NotAllowed: the second person may not authorise it.
        NotFound, Conflict: nothing was changed.
    """
    faults = Faults()
    way = faults.term("method", method, TenderMethod)
    why = faults.text("reason", reason, limit=400)
    if freight_minor < 0:
        faults.add("freight_minor", N_("Freight is an amount above nothing, or none."))
    faults.raise_if_any()
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.REFUND, opened.status)
    refuse_other_remedy(opened, REFUNDS)
    _refuse_second(desk, opened)
    if freight_minor and opened.case.freight_payer != FreightPayer.CUSTOMER:
        raise InvalidInput(
            N_("The store pays the way back of these goods: no freight is taken off."),
            field="freight_minor",
        )
    receipt = desk.session.get_one(Receipt, opened.case.receipt_id)
    paid = [rules.Paid(*one) for one in paid_by(desk.ask, opened.case.receipt_id)]
    as_paid = way is None or not paid
    if not as_paid and why is None:
        raise InvalidInput(N_("Say why it does not go back as it was paid."), field="reason")
    planned = plan(desk, opened, receipt, paid, way, freight_minor)
    day = opened.case.received_at or desk.now
    due = rules.due_days(
        day.astimezone(desk.site.zone).date(), SaleChannel(receipt.channel), policy_of(desk, opened)
    )
    rows = [keep_refund(desk, receipt, one, due, None if as_paid else why) for one in planned]
    step(
        desk,
        opened,
        TicketAction.REFUND,
        text=None if as_paid else why,
        payload={
            "refunds": [row.uid for row in rows],
            "amount_minor": sum(row.amount_minor for row in rows),
            "currency": receipt.currency,
            "method": way,
            "due_at": end_of_day(desk, due.promised),
        },
    )
    waived = any(one.line.waived is not None for one in planned)
    exceptions = any(
        is_exception(one.decision.overrides_id, one.decision.remedies, one.decision.result)
        for one in planned
    )
    trusted = not (waived or exceptions or is_typed(desk.ask, opened.case.receipt_id))
    amounts = [row.amount_minor for row in rows]
    if not rules.needs_second_person(
        [*amounts, granted_alone(desk.ask, opened.case.receipt_id)],
        policy_of(desk, opened),
        receipt.currency,
        by_rule=trusted,
        as_paid=as_paid,
    ):
        _authorise(desk, opened, rows, None)
    elif approval is not None:
        _authorise(desk, opened, rows, _second(desk, opened, rows, approval))
    return opened.head


def authorise(
    desk: WritingDesk, no: str, *, approval: Approval | None = None, seen: int | None = None
) -> ReturnHead:
    """The second person says yes to a refund that the clerk may not pay alone.

    Raises:
        NotAllowed: the role may not, or it is who submitted the case or worked the refund out.
        WrongState: no refund waits for it.
        NotFound, Conflict: nothing was changed.
    """
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.AUTHORISE, opened.status)
    waiting = _refunds(desk, opened, (RefundStatus.REQUESTED,))
    if not waiting:
        raise WrongState(N_("No refund of {no} waits for a second person."), no=opened.ticket.no)
    _authorise(desk, opened, waiting, _second(desk, opened, waiting, approval))
    return opened.head


def settle(desk: WritingDesk, no: str, *, ref: str = "", seen: int | None = None) -> ReturnHead:
    """The money is back with the customer: every refund of the case is executed, and it ends.

    Args:
        desk: who paid it back.
        no: the case.
        ref: what the terminal or the till printed.
        seen: the version that the actor read.

    Raises:
        WrongState: a refund still waits for a second person, or there is none.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    number = optional("ref", ref)
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.SETTLE, opened.status)
    if _refunds(desk, opened, (RefundStatus.REQUESTED,)):
        raise WrongState(
            N_("The refund of {no} waits for a second person's PIN."), no=opened.ticket.no
        )
    rows = _refunds(desk, opened, (RefundStatus.AUTHORISED,))
    if not rows:
        raise WrongState(N_("No refund of {no} can be paid back."), no=opened.ticket.no)
    for row in rows:
        row.status = RefundStatus.SETTLED
        row.settled_at = desk.now
        row.settled_by_id = desk.actor.id
        desk.session.add(row)
        for share in _shares(desk, row):
            share.executed_ref = number
            desk.session.add(share)
    desk.session.flush()
    settle_points(desk, opened, rows)
    step(
        desk,
        opened,
        TicketAction.SETTLE,
        payload={
            "refunds": [row.uid for row in rows],
            "amount_minor": sum(row.amount_minor for row in rows),
            "currency": rows[0].currency,
            "ref": number,
        },
    )
    end(desk, opened, Outcome.REFUNDED)
    return opened.head


def fail(desk: WritingDesk, no: str, reason: str, *, seen: int | None = None) -> ReturnHead:
    """The money did not go back: the refunds are failed for ever, others may be worked out.

    Raises:
        InvalidInput: the reason is missing.
        WrongState: no refund is under way.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    why = written("reason", reason)
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.FAIL, opened.status)
    rows = _refunds(desk, opened, (RefundStatus.REQUESTED, RefundStatus.AUTHORISED))
    if not rows:
        raise WrongState(N_("No refund of {no} can be paid back."), no=opened.ticket.no)
    for row in rows:
        row.status, row.failed_reason = RefundStatus.FAILED, why
        desk.session.add(row)
    step(
        desk,
        opened,
        TicketAction.FAIL,
        text=why,
        payload={"refunds": [row.uid for row in rows]},
    )
    return opened.head


# --- who says yes ---------------------------------------------------------------------------


def _authorise(
    desk: WritingDesk, opened: OpenCase, rows: Sequence[Refund], who: Actor | None
) -> None:
    """Let the refunds be paid; ``who`` is None where the rule itself says so."""
    for row in rows:
        row.status = RefundStatus.AUTHORISED
        row.authorised_by_id = who.id if who is not None else None
        desk.session.add(row)
    step(
        desk,
        opened,
        TicketAction.AUTHORISE,
        payload={"refunds": [row.uid for row in rows], "by": who.login if who else None},
    )


def _second(
    desk: WritingDesk, opened: OpenCase, rows: Sequence[Refund], approval: Approval | None
) -> Actor:
    """The second person: neither who submitted the case nor who worked a refund out."""
    who = approver(desk, approval, opened.case.submitted_by_id)
    for asked_by in {row.requested_by_id for row in rows}:
        approver(desk, approval, asked_by)
    return who


def _refuse_second(desk: WritingDesk, opened: OpenCase) -> None:
    """One refund at a time for each line (invariant 2).

    Raises:
        WrongState: one is under way, of this case or of another.
    """
    lines = [line.receipt_line_id for line in opened.lines]
    under_way = desk.session.exec(
        select(Refund.id)
        .where(col(Refund.receipt_line_id).in_(lines))
        .where(col(Refund.status).in_((RefundStatus.REQUESTED, RefundStatus.AUTHORISED)))
    ).first()
    if under_way is not None:
        raise WrongState(N_("A refund of these goods is under way already."))


def _refunds(desk: WritingDesk, opened: OpenCase, statuses: Sequence[RefundStatus]) -> list[Refund]:
    found = desk.session.exec(
        select(Refund)
        .where(col(Refund.return_line_id).in_([line.id for line in opened.lines]))
        .where(col(Refund.status).in_(statuses))
        .order_by(col(Refund.id))
    )
    return list(found)


def _shares(desk: WritingDesk, row: Refund) -> list[RefundAllocation]:
    found = desk.session.exec(select(RefundAllocation).where(RefundAllocation.refund_id == row.id))
    return list(found)
