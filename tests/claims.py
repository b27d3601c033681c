"""Returns to test with: receipts with all kinds of goods, and every step of a case in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from counter import exchanges, receiving, refunds, return_reading, returns
from counter.approvals import Approval
from counter.desk import Actor, WritingDesk
from counter.exchanges import Replacement
from counter.return_check import check_line
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.customer import Customer, MembershipAccount, PointsEntry
from models.product import Category, Product
from models.receipt import Receipt, ReceiptLine, Tender
from models.return_views import ReturnCaseDetail, ReturnHead
from models.terms import PointsKind, SaleChannel, TenderMethod, Tier
from tests.premises import rows

P = ParamSpec("P")
T = TypeVar("T")

COOKER: Final = 1
TOWELS: Final = 2
"""Lines of the receipt that ``tests.premises.sell`` sells."""


@dataclass(frozen=True)
class Item:
    """One line to sell: amounts in minor units, quantity in thousandths."""

    sku: str
    unit_minor: int
    qty_milli: int = 1000
    category: str = ""
    serial_no: str | None = None
    no_return: bool = False


def sell_goods(
    shop: Shop,
    receipt_no: str,
    items: Sequence[Item],
    paid: Sequence[tuple[str, int]] | None = None,
    *,
    channel: str = SaleChannel.STORE,
    days_ago: int = 5,
    signed_for: date | None = None,
    tier: Tier | None = None,
    earned: int = 0,
    spent: int = 0,
    currency: str = "CNY",
) -> str:
    """Sell a receipt; its number.

    Args:
        shop: where.
        receipt_no: its number.
        items: its lines.
        paid: means and amounts; None: all of it in cash.
        channel: how it was bought.
        days_ago: when.
        signed_for: the day on which a distance sale was received.
        tier: of the member who bought it; None for nobody.
        earned: points for it.
        spent: points that paid for it.
        currency: of all amounts.
    """
    with shop.writing(shop.system) as desk:
        add, flush = desk.session.add, desk.session.flush
        customer_id = None
        if tier is not None:
            customer = Customer(customer_ref=f"M-{receipt_no}", name="Member")
            add(customer)
            flush()
            customer_id = customer.id
        receipt = Receipt(
            receipt_no=receipt_no,
            sold_at=shop.clock() - timedelta(days=days_ago),
            channel=channel,
            customer_id=customer_id,
            currency=currency,
        )
        add(receipt)
        flush()
        if customer_id is not None:
            account = MembershipAccount(customer_id=customer_id, tier=tier or Tier.NONE)
            add(account)
            flush()
            for kind, points in ((PointsKind.EARN, earned), (PointsKind.REDEEM, -spent)):
                if points:
                    add(
                        PointsEntry(
                            account_id=account.id or 0,
                            kind=kind,
                            points=points,
                            ref=receipt_no,
                            at=receipt.sold_at,
                        )
                    )
        for number, item in enumerate(items, 1):
            add(
                ReceiptLine(
                    receipt_id=receipt.id or 0,
                    line_no=number,
                    product_id=_product(desk, item),
                    qty_milli=item.qty_milli,
                    unit_paid_minor=item.unit_minor,
                    serial_no=item.serial_no,
                    received_on=signed_for,
                    no_return_confirmed=item.no_return,
                )
            )
        whole = sum(item.unit_minor * item.qty_milli // 1000 for item in items)
        for number, (method, amount) in enumerate(paid or [(TenderMethod.CASH, whole)], 1):
            add(
                Tender(
                    receipt_id=receipt.id or 0,
                    tender_no=number,
                    method=method,
                    amount_minor=amount,
                )
            )
    return receipt_no


def _product(desk: WritingDesk, item: Item) -> int:
    """The key of the article, made where it is new."""
    found = desk.ask.one("SELECT id FROM product WHERE sku = :sku", sku=item.sku)
    if found is not None:
        return int(found[0])
    category_id = None
    if item.category:
        known = desk.ask.one("SELECT id FROM category WHERE code = :code", code=item.category)
        if known is None:
            category = Category(code=item.category, name=item.category)
            desk.session.add(category)
            desk.session.flush()
            category_id = category.id
        else:
            category_id = known[0]
    product = Product(
        sku=item.sku,
        name=item.sku,
        category_id=category_id,
        serialised=item.serial_no is not None,
    )
    desk.session.add(product)
    desk.session.flush()
    return product.id or 0


# --- steps ----------------------------------------------------------------------------------


def do(
    shop: Shop,
    who: Actor,
    operation: Callable[Concatenate[WritingDesk, P], T],
    *words: P.args,
    **more: P.kwargs,
) -> T:
    """One operation of ``who`` in a unit of work of its own."""
    with shop.writing(who) as desk:
        return operation(desk, *words, **more)


def draft(
    receipt_no: str,
    line_no: int = TOWELS,
    quantity: str = "",
    *,
    reason: str = "no_reason",
    remedy: str = "",
    mode: str = "counter",
    **answers: Any,
) -> ReturnDraft:
    """One line brought back."""
    given = {"reason": reason, **answers}
    if quantity:
        given["quantity"] = quantity
    return ReturnDraft(receipt_no, [ReturnLineDraft(line_no, given)], remedy=remedy, mode=mode)


def submitted(shop: Shop, who: Actor, return_draft: ReturnDraft) -> str:
    """The number of a case that was just submitted."""
    return do(shop, who, returns.submit, return_draft).no


def approved(shop: Shop, who: Actor, return_draft: ReturnDraft) -> str:
    """The number of a case whose goods are awaited."""
    no = submitted(shop, who, return_draft)
    do(shop, who, returns.approve, no)
    return no


def received(shop: Shop, who: Actor, return_draft: ReturnDraft) -> str:
    """The number of a case whose goods are in."""
    no = approved(shop, who, return_draft)
    do(shop, who, receiving.receive, no)
    return no


def pending(shop: Shop, who: Actor, return_draft: ReturnDraft) -> str:
    """The number of a case whose refund was worked out."""
    no = received(shop, who, return_draft)
    do(shop, who, refunds.refund, no)
    return no


def refunded(shop: Shop, who: Actor, return_draft: ReturnDraft) -> str:
    """The number of a case whose money is back."""
    no = pending(shop, who, return_draft)
    do(shop, who, refunds.settle, no)
    return no


def exchanged(
    shop: Shop, who: Actor, return_draft: ReturnDraft, *replacements: Replacement
) -> ReturnHead:
    """A case whose goods were exchanged at once."""
    return do(shop, who, exchanges.exchange_at_once, return_draft, replacements)


def beside(actor: Actor) -> Approval:
    """``actor`` stands beside the clerk, and the PIN was right."""
    return Approval(actor)


# --- what stands there ----------------------------------------------------------------------


def case_of(shop: Shop, no: str) -> ReturnCaseDetail:
    """The case as everybody may read it."""
    with shop.reading(shop.system) as desk:
        return return_reading.case(desk, no)


def left_milli(shop: Shop, receipt_no: str, line_no: int = TOWELS) -> int:
    """What of a line can still come back."""
    with shop.reading(shop.system) as desk:
        return check_line(desk, receipt_no, line_no).left_milli


def amounts(shop: Shop, no: str) -> list[int]:
    """What goes back by each refund of a case, in their order."""
    found = [one for line in case_of(shop, no).lines for one in line.refunds]
    return [one.amount_minor for one in found]


def shares(shop: Shop, no: str) -> list[tuple[str, int]]:
    """By which means the refunds of a case go back."""
    return rows(
        shop,
        "SELECT a.method, a.amount_minor FROM refund_allocation a JOIN refund f ON f.id = "
        "a.refund_id JOIN return_line x ON x.id = f.return_line_id JOIN return_case c ON c.id = "
        "x.return_case_id JOIN ticket t ON t.id = c.ticket_id WHERE t.no = :no ORDER BY a.id",
        no=no,
    )


def written_so_far(shop: Shop) -> tuple[int, int]:
    """Grows with whatever is written: the change counter and the length of the audit chain."""
    ((changes,),) = rows(shop, "SELECT value FROM change_counter")
    ((audited,),) = rows(shop, "SELECT count(*) FROM audit_entry")
    return changes, audited
