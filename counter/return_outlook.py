"""A receipt at the return check, and what a case about several of its lines would bring.

Nothing is written here: what stands on the screen before a return is submitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from counter import lookup
from counter.desk import ReadingDesk
from counter.policy_versions import StoredPolicy
from counter.return_check import Judged, check_lines, check_policy
from counter.rules import refunds
from counter.rules.return_case import REFUNDS, grants
from data.returns import granted_alone, is_typed, paid_by
from models.return_views import SoldGoods
from models.terms import Remedy
from models.views import ReceiptDetail


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """Everything that the store knows of a receipt whose goods are brought back.

    Attributes:
        goods: its lines, in their order.
        paid: how it was paid, and what of it went back.
        stored: the return rules of today.
        granted_minor: what went back of it without a second person.
        is_typed: whether it was typed at the counter.
    """

    receipt: ReceiptDetail
    goods: tuple[SoldGoods, ...]
    paid: tuple[refunds.Paid, ...]
    stored: StoredPolicy
    granted_minor: int
    is_typed: bool

    def line(self, line_no: int) -> SoldGoods | None:
        """The line of that number."""
        return next((one for one in self.goods if one.line_no == line_no), None)


def check_receipt(desk: ReadingDesk, receipt_no: str) -> CheckedReceipt:
    """The receipt with all its lines, for the return check.

    Raises:
        InvalidInput: no number was given.
        NotFound: there is no receipt of that number.
        WrongState: the store has no return rules for today.
        NotAllowed: the role may not read receipts.
    """
    receipt = lookup.receipt(desk, receipt_no)
    return CheckedReceipt(
        receipt,
        check_lines(desk, receipt.receipt_no),
        tuple(refunds.Paid(*one) for one in paid_by(desk.ask, receipt.id)),
        check_policy(desk),
        granted_alone(desk.ask, receipt.id),
        is_typed(desk.ask, receipt.id),
    )


class Outlook(NamedTuple):
    """What a case would bring.

    Attributes:
        remedies: what every line's verdict supports, the strongest first.
        remedy: what is wished for: the choice, else the strongest.
        amount_minor: what would go back; None where no money does, or nobody knows how much.
        shares: by which means; empty where the receipt does not say, or too little is left.
        due: by when, if the goods come in today.
        needs_second: somebody else has to authorise the refund.
        unsupported: numbers of the lines whose verdict alone does not grant it.
    """

    remedies: tuple[Remedy, ...]
    remedy: Remedy
    amount_minor: int | None
    shares: tuple[refunds.Share, ...]
    due: refunds.Due
    needs_second: bool
    unsupported: tuple[int, ...]


def outlook(
    judged: Sequence[Judged],
    checked: CheckedReceipt,
    wish: Remedy | None,
    today: date,
) -> Outlook:
    """What a case about these lines of one receipt would bring; pure, so that every key may ask.

    Args:
        judged: the verdicts on its lines, at least one.
        checked: the receipt, how it was paid and what of it went back.
        wish: the remedy that was chosen; one that is not supported any more counts as none.
        today: the local day.
    """
    remedies = supported(judged)
    remedy = wish if wish in remedies else next(iter(remedies), Remedy.REFUND)
    unsupported = tuple(
        one.goods.line_no
        for one in judged
        if not grants(one.verdict.verdict, one.verdict.remedies, remedy)
    )
    policy = judged[0].stored.policy
    due = refunds.due_days(today, judged[0].goods.channel, policy)
    amounts = [one.payable_minor for one in judged]
    known = [amount for amount in amounts if amount is not None]
    paid = checked.paid
    if remedy not in REFUNDS or remedy not in remedies or len(known) < len(amounts):
        return Outlook(remedies, remedy, None, (), due, False, unsupported)
    return Outlook(
        remedies,
        remedy,
        sum(known),
        _shares(known, paid),
        due,
        refunds.needs_second_person(
            [*known, checked.granted_minor],
            policy,
            checked.receipt.currency,
            by_rule=not unsupported and not checked.is_typed,
            as_paid=bool(paid),
        ),
        unsupported,
    )


def supported(judged: Sequence[Judged]) -> tuple[Remedy, ...]:
    """The remedies that all verdicts support, in the order of the first one."""
    return tuple(
        remedy
        for remedy in judged[0].verdict.remedies
        if remedy is not Remedy.COMPENSATION
        and all(remedy in one.verdict.remedies for one in judged)
    )


def _shares(amounts: Sequence[int], paid: Sequence[refunds.Paid]) -> tuple[refunds.Share, ...]:
    """By which means the amounts go back, each after the ones before."""
    left = {one.tender_id: one for one in paid}
    total: dict[int | None, refunds.Share] = {}
    for amount in amounts:
        shares = refunds.shared_out(amount, list(left.values())) if left else None
        if shares is None:
            return ()
        for share in shares:
            if share.tender_id is None:
                continue
            before = total.get(share.tender_id)
            so_far = share.amount_minor + (before.amount_minor if before else 0)
            total[share.tender_id] = share._replace(amount_minor=so_far)
            tender = left[share.tender_id]
            left[share.tender_id] = tender._replace(
                returned_minor=tender.returned_minor + share.amount_minor
            )
    return tuple(total.values())
