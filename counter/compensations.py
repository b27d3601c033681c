"""Compensation beyond the price: proposed with its legal base, granted by a second person, paid.

Unsafe food and fraud have an amount by law (RULES F1, D1), which a case's verdict has worked out
already; anything else is goodwill, and says so. Goodwill within the limit that a supervisor gave to
whoever proposes it is granted at once, by their own right.
"""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from counter.approvals import Approval, approver
from counter.desk import WritingDesk
from counter.goodwill import GOODWILL, is_goodwill
from counter.permissions import Action
from counter.policy_versions import policy_by_id
from counter.return_decisions import newest
from counter.return_events import case_of, lines_of
from counter.rules.fields import Faults
from counter.ticket_events import TicketHead, happen, ticket_to_work_on
from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.receipt import Receipt
from models.returns import Compensation
from models.staff import Staff
from models.terms import CompensationStatus, TenderMethod, TicketAction, VerdictWord
from models.ticket import Ticket

MOST_MINOR = 10**12
"""No compensation is higher: a slip of the finger is told."""


def propose(
    desk: WritingDesk,
    no: str,
    *,
    amount_minor: int | None = None,
    amount: str = "",
    legal_base: str = "",
    formula: str = "",
    seen: int | None = None,
) -> TicketHead:
    """Propose a compensation; of a return whose verdict knows one, amount and base are the law's.

    Goodwill within the actor's own limit is granted with it.

    What the law gives is given once for the same goods, and not where a supervisor refused them:
    otherwise an amount and a base have to be named.

    Args:
        desk: who proposes.
        no: the ticket.
        amount_minor: in the receipt's or else the shop's currency.
        amount: the same as typed, such as ``50.00``.
        legal_base: the article, or that it is goodwill.
        formula: how the amount came about.
        seen: the version that the actor read.

    Raises:
        InvalidInput: amount or base is missing and no verdict names it.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    desk.require(Action.HANDLE_RETURN)
    ticket = ticket_to_work_on(desk, no, seen)
    known = _by_verdict(desk, ticket)
    faults = Faults()
    base = faults.text("legal_base", legal_base, limit=200) or known[1]
    how = faults.text("formula", formula, limit=400) or known[2]
    receipt = desk.session.get(Receipt, ticket.receipt_id) if ticket.receipt_id else None
    currency = receipt.currency if receipt else desk.site.currency
    typed = faults.money("amount_minor", amount, currency)
    minor = next((one for one in (amount_minor, typed, known[0]) if one is not None), None)
    if minor is None and not faults.found:
        faults.add("amount_minor", N_("Please fill this in."))
    elif minor is not None and not 0 < minor <= MOST_MINOR:
        faults.add("amount_minor", N_("This is no possible amount."))
    if base is None:
        faults.add("legal_base", N_("Name the article, or say that it is goodwill."))
    faults.raise_if_any()
    if minor is None or base is None:
        raise RuntimeError("Checked values are missing.")
    if is_goodwill(base):
        base = GOODWILL
    _refuse_second(desk, ticket)
    row = Compensation(
        ticket_id=_key(ticket),
        legal_base=base,
        formula=how,
        amount_minor=minor,
        currency=currency,
        proposed_by_id=desk.actor.id,
    )
    desk.session.add(row)
    desk.session.flush()
    head = happen(
        desk,
        ticket,
        TicketAction.COMPENSATE,
        payload={
            "compensation": row.uid,
            "amount_minor": minor,
            "currency": currency,
            "legal_base": base,
        },
    )
    own_limit = _own_limit(desk, ticket, row)
    return head if own_limit is None else _granted_alone(desk, ticket, row, own_limit)


def _own_limit(desk: WritingDesk, ticket: Ticket, row: Compensation) -> int | None:
    """The actor's limit, where it covers this goodwill with what they gave of it before.

    What somebody granted alone about one ticket counts together: a limit is not passed in parts.
    """
    limit = desk.session.get_one(Staff, desk.actor.id).goodwill_limit_minor
    if row.legal_base != GOODWILL or row.currency != desk.site.currency:
        return None
    before = desk.session.exec(
        select(Compensation)
        .where(Compensation.ticket_id == ticket.id)
        .where(Compensation.approver_id == desk.actor.id)
        .where(Compensation.proposed_by_id == desk.actor.id)
    )
    given = sum(one.amount_minor for one in before if one.id != row.id)
    return limit if given + row.amount_minor <= limit else None


def _granted_alone(
    desk: WritingDesk, ticket: Ticket, row: Compensation, own_limit: int
) -> TicketHead:
    row.status, row.approver_id = CompensationStatus.APPROVED, desk.actor.id
    desk.session.add(row)
    desk.session.flush()
    payload = {
        "compensation": row.uid,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "by": desk.actor.login,
        "own_limit": own_limit,
    }
    return happen(desk, ticket, TicketAction.GRANT_COMPENSATION, payload=payload)


def grant(
    desk: WritingDesk, no: str, *, approval: Approval | None = None, seen: int | None = None
) -> TicketHead:
    """The second person says yes.

    Raises:
        NotAllowed: the role may not, or it is who proposed it.
        WrongState: nothing is proposed.
        NotFound, Conflict: nothing was changed.
    """
    ticket, row = _standing(desk, no, seen, CompensationStatus.PROPOSED)
    who = approver(desk, approval, row.proposed_by_id)
    row.status, row.approver_id = CompensationStatus.APPROVED, who.id
    return _happened(desk, ticket, row, TicketAction.GRANT_COMPENSATION, by=who.login)


def refuse(
    desk: WritingDesk,
    no: str,
    text: str,
    *,
    approval: Approval | None = None,
    seen: int | None = None,
) -> TicketHead:
    """The second person says no, and why; who proposed it may take it back alone.

    Raises:
        InvalidInput: the reason is missing.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    why = faults.text("reason", text, required=True, limit=400)
    faults.raise_if_any()
    ticket, row = _standing(desk, no, seen, CompensationStatus.PROPOSED)
    own = approval is None and desk.actor.id == row.proposed_by_id
    who = desk.actor if own else approver(desk, approval, row.proposed_by_id)
    row.status, row.approver_id = CompensationStatus.REFUSED, None if own else who.id
    return _happened(desk, ticket, row, TicketAction.REFUSE_COMPENSATION, text=why, by=who.login)


def pay(desk: WritingDesk, no: str, method: str, *, seen: int | None = None) -> TicketHead:
    """The money was handed over.

    Raises:
        InvalidInput: the way is missing.
        WrongState: nothing was granted.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    faults = Faults()
    way = faults.term("method", method, TenderMethod, required=True)
    faults.raise_if_any()
    ticket, row = _standing(desk, no, seen, CompensationStatus.APPROVED)
    row.status, row.method = CompensationStatus.PAID, way
    row.paid_at, row.paid_by_id = desk.now, desk.actor.id
    return _happened(desk, ticket, row, TicketAction.PAY_COMPENSATION, method=str(way))


def _by_verdict(desk: WritingDesk, ticket: Ticket) -> tuple[int | None, str | None, str | None]:
    """Amount, legal base and rule of what the verdicts of a return worked out."""
    case = case_of(desk, ticket)
    if case is None or _is_given(desk, ticket):
        return None, None, None
    receipt = desk.session.get_one(Receipt, case.receipt_id)
    total, base, rule = 0, None, None
    for line in lines_of(desk, case):
        decision = newest(desk, line)
        amount = decision.result.get("compensation_minor")
        if amount and decision.verdict != VerdictWord.REFUSE:  # a supervisor did not believe it
            policy = policy_by_id(desk.ask, decision.policy_version_id).policy
            if policy.currency != receipt.currency:  # its least amount is in another money
                return None, None, None
            total += amount
            rule = decision.rule
            base = policy.article(rule, desk.site.language) or rule
    return (total, base, rule) if total else (None, None, None)


def _is_given(desk: WritingDesk, ticket: Ticket) -> bool:
    """Whether the law's amount was paid for these goods.

    By this case, or by one about the same line that holds nothing of it: it ended and the customer
    has the goods, so that these may be the same.
    """
    found = desk.ask.one(
        _GIVEN,
        ticket=ticket.id,
        paid=str(CompensationStatus.PAID),
        refused=str(CompensationStatus.REFUSED),
    )
    return found is not None


_GIVEN: Final = """
    SELECT 1 FROM compensation WHERE ticket_id = :ticket AND status = :paid
    UNION ALL
    SELECT 1
    FROM return_case c
    JOIN return_line x ON x.return_case_id = c.id
    JOIN return_line y ON y.receipt_line_id = x.receipt_line_id AND y.counted_milli = 0
    JOIN return_case d ON d.id = y.return_case_id AND d.id <> c.id
    JOIN compensation k ON k.ticket_id = d.ticket_id AND k.status <> :refused
    WHERE c.ticket_id = :ticket
    LIMIT 1
"""


def _standing(
    desk: WritingDesk, no: str, seen: int | None, status: CompensationStatus
) -> tuple[Ticket, Compensation]:
    """The ticket, and its compensation that stands at ``status``.

    Raises:
        WrongState: there is none.
    """
    desk.require(Action.HANDLE_RETURN)
    ticket = ticket_to_work_on(desk, no, seen)
    row = desk.session.exec(
        select(Compensation)
        .where(Compensation.ticket_id == ticket.id)
        .where(Compensation.status == status)
        .order_by(col(Compensation.id))
    ).first()
    if row is None:
        raise WrongState(
            N_("No compensation of {no} stands at '{status}'."), no=ticket.no, status=status
        )
    return ticket, row


def _refuse_second(desk: WritingDesk, ticket: Ticket) -> None:
    """One compensation at a time."""
    open_one = desk.session.exec(
        select(Compensation)
        .where(Compensation.ticket_id == ticket.id)
        .where(
            col(Compensation.status).in_((CompensationStatus.PROPOSED, CompensationStatus.APPROVED))
        )
    ).first()
    if open_one is not None:
        raise InvalidInput(N_("A compensation is under way already."), field="amount_minor")


def _happened(
    desk: WritingDesk,
    ticket: Ticket,
    row: Compensation,
    kind: TicketAction,
    *,
    text: str | None = None,
    **told: str,
) -> TicketHead:
    desk.session.add(row)
    desk.session.flush()
    payload = {
        "compensation": row.uid,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        **told,
    }
    return happen(desk, ticket, kind, text=text, payload=payload)


def _key(ticket: Ticket) -> int:
    if ticket.id is None:
        raise RuntimeError("A ticket was not stored.")
    return ticket.id
