"""Returns of the demo shop: what is made up goes through the operations of a real counter.

The return rules of the shop judge every claim, so that cases, decisions, money and goods are those
that a clerk would have made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from counter import compensations, exchanges, receiving, refunds, returns
from counter.approvals import Approval
from counter.desk import Actor, WritingDesk
from counter.exchanges import Replacement
from counter.return_opening import ReturnDraft, ReturnLineDraft
from data.demo import MadeClaim, MadeStep

_STEPS: Final = frozenset(
    {
        "approve",
        "refuse",
        "refer",
        "appeal",
        "withdraw",
        "override",
        "expire",
        "ship",
        "schedule",
        "receive",
        "give_back",
        "repair",
        "exchange",
        "refund",
        "authorise",
        "settle",
        "fail",
        "compensate",
        "grant_compensation",
        "pay_compensation",
    }
)

_PICKUP: Final = ("{day} 14:00", "{day} 16:00")
"""When the made-up shop collects goods."""


def knows(step: MadeStep) -> bool:
    """Whether it is a step of a return, and not one of any ticket."""
    return step.action in _STEPS


def claim(desk: WritingDesk, made: MadeClaim) -> str:
    """Submit a made-up return, or exchange the goods at once; the number of its ticket."""
    receipt = made.ticket.receipt
    if receipt is None:
        raise ValueError("A made-up return has no sale.")
    draft = ReturnDraft(
        receipt_no=receipt.receipt_no,
        lines=[ReturnLineDraft(number, answers) for number, answers in made.lines.items()],
        remedy=made.remedy,
        mode=made.mode,
        note=made.ticket.body,
        channel=made.ticket.channel,
    )
    if made.at_once:
        return exchanges.exchange_at_once(desk, draft, _replacements(made)).no
    return returns.submit(desk, draft).no


def go_on(
    desk: WritingDesk, no: str, made: MadeClaim, step: MadeStep, actors: Mapping[str, Actor]
) -> None:
    """One step of a return through the operation of its name."""
    text, values = step.text, step.values
    beside = values.get("with")
    second = next((Approval(one) for one in actors.values() if one.role == beside), None)
    match step.action:
        case "approve":
            wish = values.get("remedy", "")
            returns.approve(desk, no, remedy=wish, reason=text, approval=second)
        case "override":
            for number in made.lines:
                returns.override(desk, no, number, values["remedy"], text, approval=second)
        case "expire":
            returns.expire_due(desk)
        case "ship":
            returns.ship(desk, no, _parcel(made))
        case "schedule":
            day = desk.today + timedelta(days=values["days"])
            begin, end = (pattern.format(day=day) for pattern in _PICKUP)
            customer = made.ticket.customer
            where = customer.address if customer else None
            returns.schedule(desk, no, begin, end, where or "")
        case "receive":
            receiving.receive(desk, no, text=text)
        case "give_back" | "repair":
            getattr(receiving, step.action)(desk, no, text)
        case "exchange":
            exchanges.exchange(desk, no, _replacements(made), text=text)
        case "refund":
            method = values.get("method", "")
            refunds.refund(desk, no, method=method, reason=text, approval=second)
        case "authorise":
            refunds.authorise(desk, no, approval=second)
        case "settle":
            refunds.settle(desk, no, ref=_parcel(made)[-6:])
        case "fail":
            refunds.fail(desk, no, text)
        case "compensate":
            base = values.get("base", "")
            compensations.propose(desk, no, amount_minor=values.get("amount"), legal_base=base)
        case "grant_compensation":
            compensations.grant(desk, no, approval=second)
        case "pay_compensation":
            compensations.pay(desk, no, values["method"])
        case _:  # refuse, refer, appeal, withdraw
            getattr(returns, step.action)(desk, no, text)


def _replacements(made: MadeClaim) -> list[Replacement]:
    return [Replacement(number, serial) for number, serial in made.replacements.items()]


def _parcel(made: MadeClaim) -> str:
    """The number of a made-up parcel or payment: that of the sale in another order."""
    receipt = made.ticket.receipt
    digits = "".join(sign for sign in receipt.receipt_no if sign.isdigit()) if receipt else ""
    return digits[::-1]
