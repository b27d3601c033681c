"""The life of a return at the counter: decided, goods in, given back, withdrawn, expired.

Each operation checks the permission, then the rules, then appends its step to the ticket's history
(``counter.return_events``) in the desk's one unit of work. Submitting is in
``counter.return_opening``, goods in ``counter.receiving``, money in ``counter.refunds``, others
instead of them in ``counter.exchanges``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sqlmodel import col, select

from counter.approvals import Approval, approver
from counter.desk import Actor, WritingDesk
from counter.language import _, money, quantity
from counter.permissions import Action
from counter.policy_versions import policy_by_id
from counter.return_check import check_line
from counter.return_decisions import newest, overridden
from counter.return_events import (
    OpenCase,
    case_to_work_on,
    end,
    end_appointments,
    end_of_day,
    step,
)
from counter.return_opening import ReturnDraft, ReturnLineDraft, pickup_slot, submit
from counter.rules import lifecycle
from counter.rules.fields import Faults
from counter.rules.policy import Policy
from counter.rules.refunds import price_of
from counter.rules.return_case import grants, next_status
from counter.ticket_events import happen
from counter.ticket_opening import BODY_LIMIT
from models.appointment import Appointment
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.receipt import Receipt, ReceiptLine
from models.return_views import ReturnHead
from models.returns import EligibilityDecision, ReturnCase, ReturnLine
from models.terms import (
    AppointmentKind,
    AppointmentStatus,
    Outcome,
    Remedy,
    ReturnMode,
    ReturnStatus,
    TicketAction,
    TicketStatus,
    VerdictWord,
)
from models.ticket import Ticket, TicketEvent

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

REFUNDS: Final = frozenset({Remedy.REFUND, Remedy.REFUND_WITH_DEPRECIATION})
"""Remedies by which money goes back."""


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
    unsupported = [one for one in decisions if not _grants(one[1], wish)]
    if unsupported or opened.status is ReturnStatus.REFERRED:
        who = _approver(desk, opened, approval)
    for line, decision in unsupported:
        _override(desk, line, decision, who, wish, why)
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
        who = _approver(desk, opened, approval)
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
        InvalidInput: what the customer says is missing, or the goods were brought back meanwhile.
        WrongState: it was not refused, or too long ago.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    why = written("reason", text)
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.APPEAL, opened.status)
    _check_still_left(desk, opened)
    ticket = opened.ticket
    if ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        lifecycle.check_reopening(TicketStatus(ticket.status), ticket.closed_at, desk.now)
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


def override(
    desk: WritingDesk,
    no: str,
    line_no: int,
    remedy: str,
    reason: str,
    *,
    amount_minor: int | None = None,
    approval: Approval | None = None,
    seen: int | None = None,
) -> ReturnHead:
    """Decide one line against its verdict, as a supervisor; the verdict stays in the history.

    Args:
        desk: who overrides.
        no: the case.
        line_no: of the receipt.
        remedy: what the customer gets.
        reason: why.
        amount_minor: what goes back, at most the price; the whole price where it is missing and
            the rule names none.
        approval: the supervisor beside the clerk.
        seen: the version that the actor read.

    Raises:
        NotAllowed: no supervisor, or who submitted or referred the case.
        InvalidInput: the remedy, reason or amount is missing or impossible.
        NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    wish = faults.term("remedy", remedy, Remedy, required=True)
    why = faults.text("reason", reason, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    opened = case_to_work_on(desk, no, seen)
    next_status(TicketAction.OVERRIDE, opened.status)
    line = line_numbered(desk, opened, line_no)
    who = _approver(desk, opened, approval)
    decision = newest(desk, line)
    if wish is None:
        raise RuntimeError("A checked remedy is missing.")
    row = _override(desk, line, decision, who, wish, why, amount_minor=amount_minor)
    line.remedy = wish
    step(
        desk,
        opened,
        TicketAction.OVERRIDE,
        text=why,
        payload={
            "line": line.uid,
            "line_no": line_no,
            "remedy": wish,
            "by": who.login,
            "was": decision.verdict,
            "payable_minor": row.result.get("payable_minor"),
            "currency": desk.session.get_one(Receipt, opened.case.receipt_id).currency,
        },
    )
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


def ship(desk: WritingDesk, no: str, tracking_no: str, *, seen: int | None = None) -> ReturnHead:
    """The parcel is on its way: its number.

    Raises:
        InvalidInput: the number is missing.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    number = faults.text("tracking_no", tracking_no, required=True, limit=64)
    faults.raise_if_any()
    opened = case_to_work_on(desk, no, seen)
    if opened.case.mode != ReturnMode.MAIL:
        raise WrongState(N_("These goods do not come by mail: there is no parcel to follow."))
    step(desk, opened, TicketAction.SHIP, payload={"tracking_no": number})
    return opened.head


def schedule(
    desk: WritingDesk,
    no: str,
    slot_from: str,
    slot_to: str,
    address: str = "",
    *,
    seen: int | None = None,
) -> ReturnHead:
    """Agree on when the goods are picked up; an earlier appointment is put off.

    Raises:
        InvalidInput: the times are missing or impossible.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    where = faults.text("address", address, limit=400)
    slot = pickup_slot(desk, slot_from, slot_to, faults)
    if slot is None and not faults.found:
        faults.add("slot_from", N_("Write day and time as 2025-03-08 14:00."))
    faults.raise_if_any()
    opened = case_to_work_on(desk, no, seen)
    if opened.case.mode != ReturnMode.PICKUP:
        raise WrongState(N_("These goods are not picked up: there is nothing to agree on."))
    if slot is None:
        raise RuntimeError("A checked slot is missing.")
    next_status(TicketAction.SCHEDULE, opened.status)
    for earlier in end_appointments(desk, opened.ticket, AppointmentStatus.RESCHEDULED):
        where = where or earlier.address
    desk.session.add(
        Appointment(
            ticket_id=opened.case.ticket_id,
            kind=AppointmentKind.PICKUP,
            slot_from=slot[0],
            slot_to=slot[1],
            address=where,
            status=AppointmentStatus.CONFIRMED,
        )
    )
    step(
        desk,
        opened,
        TicketAction.SCHEDULE,
        payload={"from": slot[0].isoformat(), "to": slot[1].isoformat()},
    )
    return opened.head


MOST_EXPIRED: Final = 200
"""Cases that one transaction lets expire: a clerk waits at most for these."""


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


def policy_of(desk: WritingDesk, opened: OpenCase) -> Policy:
    """The version of the rules that the case was judged by."""
    version = opened.ticket.policy_version_id
    if version is None:
        raise RuntimeError("A return case names no version of the rules.")
    return policy_by_id(desk.ask, version).policy


def line_numbered(desk: WritingDesk, opened: OpenCase, line_no: int) -> ReturnLine:
    """The line of a case that has this number on the receipt.

    Raises:
        InvalidInput: the case has none.
    """
    for line in opened.lines:
        if receipt_line(desk, line).line_no == line_no:
            return line
    raise InvalidInput(
        N_("{no} has no line {line}."), field="line_no", no=opened.ticket.no, line=line_no
    )


def receipt_line(desk: WritingDesk, line: ReturnLine) -> ReceiptLine:
    """What was sold."""
    return desk.session.get_one(ReceiptLine, line.receipt_line_id)


def explain(case: ReturnCase, sentence: str, **values: object) -> None:
    """Add how a day was counted to the case (invariant 21); values are JSON's."""
    case.explained = [*case.explained, {"sentence": sentence, "values": values}]


def written(field: str, text: str) -> str:
    """Words that must not be missing.

    Raises:
        InvalidInput: they are, or are too many.
    """
    faults = Faults()
    found = faults.text(field, text, required=True, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return found or ""


def optional(field: str, text: str) -> str | None:
    """Words that may be missing.

    Raises:
        InvalidInput: they are too many.
    """
    faults = Faults()
    found = faults.text(field, text, limit=BODY_LIMIT, lines=True)
    faults.raise_if_any()
    return found


def _grants(decision: EligibilityDecision, wish: Remedy) -> bool:
    return grants(VerdictWord(decision.verdict), decision.remedies, wish)


def _approver(desk: WritingDesk, opened: OpenCase, approval: Approval | None) -> Actor:
    """The supervisor who decides: neither who submitted the case nor who referred it."""
    who = approver(desk, approval, opened.case.submitted_by_id)
    for referrer in _referrers(desk, opened):
        approver(desk, approval, referrer)
    return who


def _referrers(desk: WritingDesk, opened: OpenCase) -> Iterable[int]:
    return desk.session.exec(
        select(TicketEvent.actor_id)
        .where(TicketEvent.ticket_id == opened.ticket.id)
        .where(TicketEvent.kind == TicketAction.REFER)
    ).all()


def _override(
    desk: WritingDesk,
    line: ReturnLine,
    decision: EligibilityDecision,
    who: Actor,
    wish: Remedy,
    reason: str | None,
    *,
    amount_minor: int | None = None,
) -> EligibilityDecision:
    """A supervisor's own decision on a line, as a further row.

    Raises:
        InvalidInput: the rule does not support it and no reason is given, or the amount is more
            than the price.
    """
    supported = wish in decision.remedies
    if reason is None and not supported:
        raise InvalidInput(
            N_("The rule {rule} does not support this. Give the reason for the exception."),
            field="reason",
            rule=decision.rule,
        )
    payable = None
    if wish in REFUNDS:
        sold = receipt_line(desk, line)
        price = price_of(line.requested_milli, sold.unit_paid_minor)
        price = max(price + decision.result.get("remainder_minor", 0), 0)
        by_rule = decision.result.get("payable_minor") if supported else None
        payable = amount_minor if amount_minor is not None else by_rule
        payable = price if payable is None else payable
        if not 0 <= payable <= max(price, by_rule or 0):
            raise InvalidInput(
                N_("At most the price can go back: {price}."),
                field="amount_minor",
                price=money(price, desk.session.get_one(Receipt, sold.receipt_id).currency),
            )
    elif amount_minor is not None:
        raise InvalidInput(N_("An amount belongs to a refund only."), field="amount_minor")
    said = reason if reason is not None else _("as the rule supports")
    return overridden(desk, line, decision, who, wish, said, payable_minor=payable)


def _check_still_left(desk: WritingDesk, opened: OpenCase) -> None:
    """What was asked for can still come back: nobody has brought it back otherwise meanwhile."""
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
