"""What was paid out on a day, by clerk and means, so that the tills can be counted."""

from __future__ import annotations

from datetime import UTC, date, datetime

from counter import compensations, refunds
from counter.cash_up import day_refunds
from counter.desk import Actor
from counter.shop import Shop
from models.return_views import CashRow
from models.terms import Role, TenderMethod
from tests.claims import Item, do, draft, pending, refunded, sell_goods, submitted
from tests.premises import Clock, Sale, hire

CASH, CARD = TenderMethod.CASH, TenderMethod.CARD


def paid(shop: Shop, day: date | None = None) -> list[CashRow]:
    with shop.reading(shop.system) as desk:
        return list(day_refunds(desk, day))


def test_refunds_are_added_up_by_clerk_and_means(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "C-1", [Item("A", 1000, 10000)], [("cash", 4000), ("card", 6000)])
    zhao = hire(shop, "zhao", Role.CLERK)
    for who, count in ((clerk, "1"), (clerk, "2"), (zhao, "1")):
        refunded(shop, who, draft(receipt, 1, count))

    assert paid(shop) == [
        CashRow("li", "Li", CARD, "CNY", False, 2, 1800),
        CashRow("li", "Li", CASH, "CNY", False, 2, 1200),
        CashRow("zhao", "Zhao", CARD, "CNY", False, 1, 600),
        CashRow("zhao", "Zhao", CASH, "CNY", False, 1, 400),
    ]


def test_who_paid_counts_and_not_who_worked_it_out(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, quantity="1"))
    do(shop, hire(shop, "zhao", Role.CLERK), refunds.settle, no)

    assert [row.login for row in paid(shop)] == ["zhao"]


def test_what_was_not_paid_or_failed_is_not_in_the_till(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, quantity="1"))
    do(shop, clerk, refunds.fail, no, "Card refused")
    pending(shop, clerk, draft(sale.receipt_no, quantity="1"))

    assert paid(shop) == []


def test_a_day_begins_and_ends_at_local_midnight(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    clock.now = datetime(2025, 3, 8, 15, 59, 59, tzinfo=UTC)
    refunded(shop, clerk, draft(sale.receipt_no, quantity="1"))
    clock.forward(seconds=1)
    refunded(shop, clerk, draft(sale.receipt_no, quantity="2"))

    assert [row.amount_minor for row in paid(shop, date(2025, 3, 8))] == [1180]
    assert [row.amount_minor for row in paid(shop)] == [2360]  # of the 9th, which is today
    assert paid(shop, date(2025, 3, 7)) == []


def test_compensation_stands_beside_the_refunds(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="1"))
    do(shop, clerk, compensations.propose, no, amount_minor=5000, legal_base="Goodwill")
    do(shop, supervisor, compensations.grant, no)
    assert paid(shop) == []
    do(shop, clerk, compensations.pay, no, "cash")

    assert paid(shop) == [CashRow("li", "Li", CASH, "CNY", True, 1, 5000)]


def test_an_auditor_may_count_the_tills(shop: Shop, clerk: Actor, sale: Sale) -> None:
    refunded(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with shop.reading(hire(shop, "xu", Role.AUDITOR)) as desk:
        assert [row.amount_minor for row in day_refunds(desk)] == [1180]
