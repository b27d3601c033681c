"""The life of a return at the counter: approved, refused, referred, appealed, withdrawn, expired.

Each operation checks the permission, then the rules, then appends its step to the ticket's history
(``counter.return_events``) in the desk's one unit of work. Submitting is in
``counter.return_opening``, exceptions in ``counter.return_overriding``, how goods come in
``counter.return_ways``, goods in ``counter.receiving``, money in ``counter.refunds``, others
instead of them in ``counter.exchanges``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlmodel import col, select

from counter.approvals import Approval
from counter.desk import WritingDesk
from counter.language import quantity
from counter.permissions import Action
from counter.return_check import check_line
from counter.return_decisions import newest, overridden
from counter.return_events import (
    OpenCase,
    case_to_work_on,
    end,
    end_of_day,
    step,
)
from counter.return_opening import ReturnDraft, ReturnLineDraft, check_serial, submit
from counter.return_overriding import override, override_line, supervisor_for
from counter.return_parts import explain, is_granted, optional, policy_of, receipt_line, written
from counter.return_ways import schedule, ship
from counter.rules import lifecycle
from counter.rules.fields import Faults
from counter.rules.return_case import next_status
from counter.ticket_events import happen
from counter.ticket_opening import BODY_LIMIT
from models.errors import InvalidInput
from models.messages import N_
from models.receipt import Receipt
from models.return_views import ReturnHead
from models.returns import ReturnCase, ReturnLine
from models.terms import (
    Outcome,
    Remedy,
    ReturnMode,
    ReturnStatus,
    TicketAction,
    TicketStatus,
    VerdictWord,
)
from models.ticket import Ticket

__all__ = [
    "ReturnDraft",
    "ReturnLineDraft",
    "appeal",
    "approve",
    "expire_due",
    "override",
    "refer",
    "refuse",
    "schedule",
    "ship",
    "submit",
    "withdraw",
]


def approve(
    desk: WritingDesk,
    no: str,
    *,
    remedy: str = "",
    reason: str = "",
    approval: Approval | None = None,
    seen: int | None = None,
) -> ReturnHead:
    """Grant what is wished for: by the verdict, or as a supervisor where it does not say so.

    Args:
        desk: who approves.
        no: the case.
        remedy: another remedy than the one wished for.
        reason: why, where the rule does not support it.
        approval: the supervisor beside the clerk.
        seen: the version that the actor read.

    Raises:
        NotAllowed: a supervisor is needed, other than who submitted or referred it.
        InvalidInput: a reason is missing.
        NotFound, WrongState, Conflict: nothing was changed.
    """
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.APPROVE, opened.status)
    faults = Faults()
    wish = faults.term("remedy", remedy, Remedy) or Remedy(opened.case.remedy)
    why = faults.text("reason", reason, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    who = desk.actor
    decisions = [(line, newest(desk, line)) for line in opened.lines]
    unsupported = [one for one in decisions if not is_granted(one[1], wish)]
    if unsupported or opened.status is ReturnStatus.REFERRED:
        who = supervisor_for(desk, opened, approval)
    for line, decision in unsupported:
        override_line(desk, line, decision, who, wish, why)
    for line in opened.lines:
        line.remedy = wish
    policy = policy_of(desk, opened)
    at_counter = opened.case.mode == ReturnMode.COUNTER
    day = desk.today + timedelta(days=policy.goods_due_days)
    due = desk.today if at_counter else day
    explain(
        opened.case,
        N_("Approved on {start}; the goods are awaited for {days} days, to {end}."),
        start=desk.today.isoformat(),
        days=policy.goods_due_days,
        end=day.isoformat(),
    )
    step(
        desk,
        opened,
        TicketAction.APPROVE,
        text=why,
        payload={
            "remedy": wish,
            "by": who.login,
            "goods_due_on": day.isoformat(),
            "due_at": end_of_day(desk, due),
        },
    )
    return opened.head


def refuse(
    desk: WritingDesk,
    no: str,
    text: str,
    *,
    approval: Approval | None = None,
    seen: int | None = None,
) -> ReturnHead:
    """Say no, with the reason that the customer is told.

    A clerk may where the verdict does; against it, or where it refers, a supervisor may.

    Raises:
        NotAllowed: a supervisor is needed, other than who submitted or referred it.
        InvalidInput: the reason is missing.
        NotFound, WrongState, Conflict: nothing was changed.
    """
    why = written("reason", text)
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.REFUSE, opened.status)
    who = desk.actor
    decisions = [(line, newest(desk, line)) for line in opened.lines]
    kinder = [one for one in decisions if one[1].verdict != VerdictWord.REFUSE]
    if kinder or opened.status is ReturnStatus.REFERRED:
        who = supervisor_for(desk, opened, approval)
    for line, decision in kinder:
        overridden(desk, line, decision, who, None, why, payable_minor=None)
    step(desk, opened, TicketAction.REFUSE, text=why, payload={"by": who.login})
    end(desk, opened, Outcome.REFUSED)
    return opened.head


def refer(desk: WritingDesk, no: str, text: str = "", *, seen: int | None = None) -> ReturnHead:
    """Leave the decision to a supervisor; the 24 hours go on.

    Raises:
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    why = optional("reason", text)
    opened = case_to_work_on(desk, no, seen)
    due = opened.case.due_at or desk.now
    step(desk, opened, TicketAction.REFER, text=why, payload={"due_at": due.isoformat()})
    return opened.head


def appeal(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> ReturnHead:
    """The customer does not accept the refusal: a supervisor looks at it again.

    Raises:
        InvalidInput: what the customer says is missing, or the goods were brought back or
            exchanged meanwhile.
        WrongState: it was not refused, or too long ago.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    why = written("reason", text)
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.APPEAL, opened.status)
    _check_still_left(desk, opened)
    ticket = opened.ticket
    lifecycle.check_reopening(TicketStatus.CLOSED, opened.case.decided_at, desk.now)
    if ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        happen(desk, ticket, TicketAction.REOPEN, text=why)
    hours = policy_of(desk, opened).audit_hours
    due = desk.now + timedelta(hours=hours)
    explain(
        opened.case,
        N_("Appealed at {at}; {hours} hours for the decision, day and night."),
        at=desk.now.isoformat(),
        hours=hours,
    )
    step(desk, opened, TicketAction.APPEAL, text=why, payload={"due_at": due.isoformat()})
    return opened.head


def withdraw(desk: WritingDesk, no: str, text: str, *, seen: int | None = None) -> ReturnHead:
    """The customer keeps the goods; not any more once they are here.

    Raises:
        InvalidInput: the reason is missing.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    why = written("reason", text)
    opened = case_to_work_on(desk, no, seen)
    step(desk, opened, TicketAction.WITHDRAW, text=why)
    end(desk, opened, Outcome.NOTED)
    return opened.head


MOST_EXPIRED: Final = 10
"""Cases that one transaction lets expire, some 30 ms: a clerk waits at most for these."""


def expire_due(desk: WritingDesk) -> tuple[str, ...]:
    """Let approved cases end whose goods did not come in; again and again does nothing more.

    Returns:
        The numbers of the cases that expired, at most :data:`MOST_EXPIRED`.

    Raises:
        NotAllowed: the role may not handle returns.
    """
    desk.require(Action.HANDLE_RETURN)
    overdue = desk.session.exec(
        select(ReturnCase, Ticket)
        .join(Ticket, col(Ticket.id) == ReturnCase.ticket_id)
        .where(ReturnCase.status == ReturnStatus.APPROVED)
        .where(col(ReturnCase.goods_due_on) < desk.today)
        .order_by(col(ReturnCase.id))
        .limit(MOST_EXPIRED)
    ).all()
    expired = []
    for case, ticket in overdue:
        lines = desk.session.exec(select(ReturnLine).where(ReturnLine.return_case_id == case.id))
        opened = OpenCase(ticket, case, tuple(lines))
        step(desk, opened, TicketAction.EXPIRE)
        end(desk, opened, Outcome.NOTED)
        expired.append(ticket.no)
    return tuple(expired)


# --- what several steps need ----------------------------------------------------------------


def _check_still_left(desk: WritingDesk, opened: OpenCase) -> None:
    """What was asked for can still come back: it was not brought back or exchanged meanwhile."""
    receipt = desk.session.get_one(Receipt, opened.case.receipt_id)
    for line in opened.lines:
        goods = check_line(desk, receipt.receipt_no, receipt_line(desk, line).line_no)
        if line.requested_milli > goods.left_milli + line.counted_milli:
            raise InvalidInput(
                N_("Line {line}: {requested} asked for, {left} of {sold} left."),
                field="quantity",
                line=goods.line_no,
                requested=quantity(line.requested_milli),
                left=quantity(max(goods.left_milli, 0)),
                sold=quantity(goods.qty_milli),
            )
        check_serial(desk, goods, line.serial_no or "")
