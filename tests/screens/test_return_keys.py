"""How many keys a return takes after the scan; the Enter that ends the scan is the scanner's."""

from __future__ import annotations

from counter.desk import Actor
from counter.shop import Shop
from screens.return_case import ReturnCaseScreen
from screens.returns import ReturnCheck
from tests.premises import Sale, rows
from tests.screens.cases import type_text
from tests.screens.front import Front, at_counter

PLAIN_REFUND = 12
EXCHANGE = 14


class Hand:
    """Presses keys and counts them."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.pressed += 1
            await self.front.press(key)


async def scan(front: Front, text: str) -> None:
    """F4, and what the scanner types."""
    await front.press("f4")
    await front.reaches(ReturnCheck)
    await type_text(front, text)
    await front.press("enter")
    await front.until(lambda: front.app.screen.query_one("#work").display)


def statuses(shop: Shop) -> list[tuple[object, ...]]:
    return rows(
        shop,
        "SELECT c.status, f.status FROM return_case c "
        "JOIN return_line l ON l.return_case_id = c.id "
        "LEFT JOIN refund f ON f.return_line_id = l.id",
    )


def settled(shop: Shop) -> bool:
    return statuses(shop) == [("closed", "settled")]


def test_a_plain_refund_takes_at_most_twelve_keys_from_field_to_field(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        hand = Hand(front)
        await scan(front, f"{sale.receipt_no}/2")
        await hand.press("1", "enter", "enter", "enter", "enter", "enter")
        await front.reaches(ReturnCaseScreen)
        while not settled(shop):
            assert hand.pressed < PLAIN_REFUND
            await hand.press("enter")
            await front.app.workers.wait_for_complete()
        assert hand.pressed <= PLAIN_REFUND

    at_counter(shop, play, actor=clerk)


def test_a_plain_refund_from_the_list_takes_seven_keys_with_ctrl_s(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        hand = Hand(front)
        await scan(front, sale.receipt_no)
        await hand.press("enter", "1", "ctrl+s")
        await front.reaches(ReturnCaseScreen)
        while not settled(shop):
            assert hand.pressed < 7
            await hand.press("enter")
            await front.app.workers.wait_for_complete()

    at_counter(shop, play, actor=clerk)


def test_an_exchange_takes_at_most_fourteen_keys(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        hand = Hand(front)
        await scan(front, sale.receipt_no)
        await hand.press("down", "enter", "1", "enter", "enter", "enter", "2", "enter", "enter")
        await hand.press("enter", "enter")
        await front.reaches(ReturnCaseScreen)
        assert hand.pressed <= EXCHANGE

    at_counter(shop, play, actor=clerk)
    assert statuses(shop) == [("exchange_done", None)]
    moved = rows(shop, "SELECT kind, qty_milli FROM goods_movement ORDER BY id")
    assert moved == [("return_in", 5000), ("replacement_out", -5000)]


def test_an_exchange_of_a_unit_with_a_number_takes_its_scan_and_at_most_fourteen_keys(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        hand = Hand(front)
        await scan(front, sale.receipt_no)
        await hand.press("enter", "1", "enter", "enter", "enter", "2", "ctrl+s")
        await front.shows("New serial")
        await type_text(front, "SN-NEW")
        await front.press("enter")  # the scanner's
        await hand.press("enter", "enter")
        await front.reaches(ReturnCaseScreen)
        assert hand.pressed <= EXCHANGE

    at_counter(shop, play, actor=clerk)
    assert statuses(shop) == [("exchange_done", None)]
    assert rows(shop, "SELECT serial_no FROM serial_unit WHERE exchanged_to_id IS NULL") == [
        ("SN-NEW",)
    ]
