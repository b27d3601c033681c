"""A supervisor decides otherwise than the verdict, which stays beside it (invariant 9)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import select

from counter.approvals import Approval, approver
from counter.desk import Actor, WritingDesk
from counter.language import _, money
from counter.return_decisions import newest, overridden
from counter.return_events import OpenCase, case_to_work_on, step
from counter.return_parts import line_numbered, receipt_line
from counter.rules.fields import Faults
from counter.rules.refunds import price_of
from counter.rules.return_case import REFUNDS, next_status
from counter.ticket_opening import BODY_LIMIT
from models.errors import InvalidInput
from models.messages import N_
from models.receipt import Receipt
from models.return_views import ReturnHead
from models.returns import EligibilityDecision, ReturnLine
from models.terms import Remedy, TicketAction
from models.ticket import TicketEvent


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
        amount_minor: what goes back, at most the price of what is asked for, or came in; all of it
            where it is missing and the rule names none.
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
    who = supervisor_for(desk, opened, approval)
    decision = newest(desk, line)
    if wish is None:
        raise RuntimeError("A checked remedy is missing.")
    row = override_line(desk, line, decision, who, wish, why, amount_minor=amount_minor)
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


def override_line(
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
        price = price_of(line.counted_milli, sold.unit_paid_minor)
        price = max(price + decision.result.get("remainder_minor", 0), 0)
        by_rule = decision.result.get("payable_minor") if supported else None
        payable = min(by_rule, price) if by_rule is not None else price
        payable = amount_minor if amount_minor is not None else payable
        if not 0 <= payable <= price:
            raise InvalidInput(
                N_("At most the price can go back: {price}."),
                field="amount_minor",
                price=money(price, desk.session.get_one(Receipt, sold.receipt_id).currency),
            )
    elif amount_minor is not None:
        raise InvalidInput(N_("An amount belongs to a refund only."), field="amount_minor")
    said = reason if reason is not None else _("as the rule supports")
    return overridden(desk, line, decision, who, wish, said, payable_minor=payable)


def supervisor_for(desk: WritingDesk, opened: OpenCase, approval: Approval | None) -> Actor:
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
