"""Points follow the money: what goods earned is taken off, what paid for them comes back."""

from __future__ import annotations

import pytest

from counter import refunds
from counter.desk import Actor
from counter.shop import Shop
from models.terms import Tier
from tests.claims import Item, beside, do, draft, exchanged, pending, received, refunded, sell_goods
from tests.premises import rows
from tests.return_invariants import assert_points_follow_the_money


def moved(shop: Shop) -> list[tuple[str, int]]:
    """What moved on the member's account, the sale's own entries left out."""
    return rows(
        shop,
        "SELECT kind, points FROM points_entry WHERE kind NOT IN ('earn', 'redeem') ORDER BY id",
    )


def bought(shop: Shop, *, earned: int = 0, spent: int = 0, by_points: int = 0) -> str:
    paid = [("cash", 3000 - by_points)]
    if by_points:
        paid.append(("points", by_points))
    return sell_goods(
        shop, "P-1", [Item("SOCK", 1000, 3000)], paid, tier=Tier.GOLD, earned=earned, spent=spent
    )


def test_a_refund_takes_off_what_the_goods_earned(shop: Shop, clerk: Actor) -> None:
    refunded(shop, clerk, draft(bought(shop, earned=30), 1))

    assert moved(shop) == [("reverse_earn", -30)]


def test_parts_of_a_receipt_take_off_whole_points_that_add_up(shop: Shop, clerk: Actor) -> None:
    receipt = bought(shop, earned=10)
    for _ in range(3):
        refunded(shop, clerk, draft(receipt, 1, "1"))
        assert_points_follow_the_money(shop)

    assert moved(shop) == [("reverse_earn", -3), ("reverse_earn", -4), ("reverse_earn", -3)]


def test_points_that_paid_come_back_as_points(shop: Shop, clerk: Actor) -> None:
    receipt = bought(shop, spent=100, by_points=1000)
    for _ in range(3):
        refunded(shop, clerk, draft(receipt, 1, "1"))
        assert_points_follow_the_money(shop)

    assert sum(points for kind, points in moved(shop) if kind == "restore_redeem") == 100


def test_the_balance_may_fall_below_zero(shop: Shop, clerk: Actor) -> None:
    receipt = bought(shop, earned=30)
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "INSERT INTO points_entry (uid, change_no, account_id, kind, points, ref, at) "
            "SELECT 'spent', change_no, account_id, 'redeem', -30, 'other', at FROM points_entry"
        )
    refunded(shop, clerk, draft(receipt, 1))

    assert rows(shop, "SELECT sum(points) FROM points_entry") == [(-30,)]


def test_nothing_moves_before_the_money_does(shop: Shop, clerk: Actor) -> None:
    no = pending(shop, clerk, draft(bought(shop, earned=30), 1))
    do(shop, clerk, refunds.fail, no, "Card refused")
    do(shop, clerk, refunds.refund, no)
    assert moved(shop) == []
    do(shop, clerk, refunds.settle, no)

    assert moved(shop) == [("reverse_earn", -30)]


def test_another_way_than_points_restores_none(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    no = received(shop, clerk, draft(bought(shop, spent=100, by_points=1000), 1))
    do(
        shop,
        clerk,
        refunds.refund,
        no,
        method="cash",
        reason="Left the club",
        approval=beside(supervisor),
    )
    do(shop, clerk, refunds.settle, no)

    assert moved(shop) == []


def test_an_exchange_moves_no_points(shop: Shop, clerk: Actor) -> None:
    exchanged(shop, clerk, draft(bought(shop, earned=30), 1, remedy="exchange"))

    assert moved(shop) == []


@pytest.mark.parametrize("line", [1, 2])
def test_who_is_no_member_has_no_points(shop: Shop, clerk: Actor, line: int) -> None:
    receipt = sell_goods(shop, "P-2", [Item("A", 1000), Item("B", 500)])
    refunded(shop, clerk, draft(receipt, line))

    assert rows(shop, "SELECT count(*) FROM points_entry") == [(0,)]
