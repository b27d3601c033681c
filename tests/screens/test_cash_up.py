from __future__ import annotations

from counter import compensations, refunds
from counter.cash_up import day_refunds, totals
from counter.desk import Actor
from counter.shop import Shop
from models.terms import TenderMethod
from screens.cash_up import CashUp
from tests.claims import Item, beside, do, draft, received, refunded, sell_goods
from tests.premises import Clock, Sale
from tests.screens.front import Front, at_counter


async def paid_out(front: Front) -> CashUp:
    screen = CashUp()
    await front.push(screen)
    await front.until(lambda: "Paid out on" in front.text)
    return screen


def test_the_days_refunds_stand_by_clerk_and_means_with_their_sums(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    sell_goods(shop, "A-1", [Item("A", 10000)])
    refunded(shop, clerk, draft(sale.receipt_no))
    refunded(shop, supervisor, draft("A-1", 1))

    async def play(front: Front) -> None:
        await paid_out(front)
        await front.shows("Paid out on Sat 8 Mar 2025", "Li", "59.00 CNY", "Sun", "100.00 CNY")
        await front.shows("cash 100.00 CNY (1)   WeChat 59.00 CNY (1)")

    at_counter(shop, play, actor=clerk)


def test_another_day_is_a_key_away_and_there_is_none_after_today(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    refunded(shop, clerk, draft(sale.receipt_no))
    clock.forward(days=1)

    async def play(front: Front) -> None:
        screen = await paid_out(front)
        await front.shows("Nothing was paid out on that day.")
        assert not screen.check_action("turn", (1,))
        await front.press("p")
        await front.shows("Sat 8 Mar 2025", "59.00 CNY")
        await front.press("n")
        await front.shows("Sun 9 Mar 2025", "Nothing was paid out on that day.")

    at_counter(shop, play, actor=clerk)


def test_compensation_stands_apart_from_refunds(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = refunded(shop, clerk, draft(sale.receipt_no))
    do(shop, clerk, compensations.propose, no, amount_minor=2000, legal_base="Goodwill")
    do(shop, clerk, compensations.grant, no, approval=beside(supervisor))
    do(shop, clerk, compensations.pay, no, "cash")

    async def play(front: Front) -> None:
        await paid_out(front)
        await front.shows("compensation", "20.00 CNY", "refund", "59.00 CNY")

    at_counter(shop, play, actor=clerk)


def test_sums_keep_currencies_apart(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    sell_goods(shop, "C-1", [Item("A", 10000)])
    sell_goods(shop, "E-1", [Item("B", 7000)], currency="EUR")
    for no in ("C-1", "E-1"):
        case = received(shop, clerk, draft(no, 1))
        do(shop, clerk, refunds.refund, case, approval=beside(supervisor))
        do(shop, clerk, refunds.settle, case)
    with shop.reading(clerk) as desk:
        sums = totals(day_refunds(desk))
    assert [(total.method, total.currency, total.amount_minor) for total in sums] == [
        (TenderMethod.CASH, "CNY", 10000),
        (TenderMethod.CASH, "EUR", 7000),
    ]


def test_the_day_leaves_as_a_file(shop: Shop, clerk: Actor, sale: Sale) -> None:
    refunded(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await paid_out(front)
        await front.shows("59.00 CNY")
        await front.press("e")
        await front.until(lambda: front.status.startswith("1 row: paid-out-20250308"))

    at_counter(shop, play, actor=clerk)
    (file,) = shop.places.exports.glob("views/paid-out-*.csv")
    assert "59.00" in file.read_text(encoding="utf-8-sig")
