from __future__ import annotations

import pytest

from counter import tickets
from counter.desk import Actor
from counter.shop import Shop
from models.errors import StoreBusy
from models.terms import Role
from models.views import DayNumbers
from screens.customer import CustomerScreen
from screens.home import Home
from screens.receipt import ReceiptScreen
from screens.ticket import TicketScreen
from screens.widgets.findbox import FindBox
from screens.widgets.paged_table import PagedTable
from tests.premises import Sale, hire, sell
from tests.screens.cases import case, work
from tests.screens.front import Front, at_counter


async def find(front: Front, text: str) -> None:
    """Scan: the keys come at once, and Enter ends them."""
    await front.press(*text, "enter")


def box(front: Front) -> str:
    return front.app.screen.query_one(FindBox).value


@pytest.mark.parametrize(
    ("typed", "screen"),
    [
        ("20250303-0117", ReceiptScreen),
        ("SN-20250303-0117", ReceiptScreen),
        ("c-20250308-0001", TicketScreen),
        ("5678", CustomerScreen),
        ("138 0013 5678", CustomerScreen),
        ("王伟", CustomerScreen),
        ("ww", CustomerScreen),
        ("K-20250303-0117", CustomerScreen),
    ],
)
def test_one_hit_opens_at_once(
    shop: Shop, clerk: Actor, sale: Sale, typed: str, screen: type
) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        await find(front, typed)
        await front.reaches(screen)
        await front.press("escape")
        await front.reaches(Home)
        assert box(front) == ""
        await front.shows("My queue")

    at_counter(shop, play, actor=clerk)


def test_a_barcode_leads_to_the_receipts_with_it(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await find(front, "0690123456789")
        await front.until(lambda: front.status == "Newest receipts with Rice cooker 4 l")
        await front.shows(sale.receipt_no, "1 found")
        await front.press("enter")
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_goods_that_nobody_bought_are_no_dead_end(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.writing(clerk) as desk:
        from models.product import Product

        desk.session.add(Product(sku="TOASTER", barcode="4006381333931", name="Toaster"))

    async def play(front: Front) -> None:
        await find(front, "4006381333931")
        await front.until(lambda: front.status == "No receipt holds Toaster.")
        await find(front, sale.receipt_no)
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_a_word_of_two_chinese_characters_finds_tickets(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "顾客要求退货，包装完好")
    case(shop, clerk, "电饭煲不通电")

    async def play(front: Front) -> None:
        await find(front, "退货")
        await front.reaches(TicketScreen)
        await front.shows("顾客要求退货，包装完好")

    at_counter(shop, play, actor=clerk)


def test_several_hits_are_listed_while_one_types(shop: Shop, clerk: Actor, sale: Sale) -> None:
    sell(shop, "20250304-0001")

    async def play(front: Front) -> None:
        await front.press(*"2025")
        await front.shows("2 found", sale.receipt_no, "20250304-0001")
        assert front.app.focused is front.app.screen.query_one(FindBox).input
        await front.press("down", "down", "enter")
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_enter_at_several_hits_goes_to_their_list(shop: Shop, clerk: Actor, sale: Sale) -> None:
    sell(shop, "20250304-0001")

    async def play(front: Front) -> None:
        await find(front, "2025")
        await front.until(lambda: isinstance(front.app.focused, PagedTable))
        await front.press("enter")
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_a_scan_that_meets_a_list_is_a_new_search(shop: Shop, clerk: Actor, sale: Sale) -> None:
    """Else its Enter would open whatever the cursor stands on."""
    other = sell(shop, "20250304-0001")

    async def play(front: Front) -> None:
        await find(front, "2025")
        await front.until(lambda: isinstance(front.app.focused, PagedTable))
        await find(front, other.receipt_no)
        await front.reaches(ReceiptScreen)
        await front.shows(f"Receipt {other.receipt_no}")

    at_counter(shop, play, actor=clerk)


def test_nothing_found_is_said_and_the_typing_stays(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await find(front, "0815")
        await front.until(lambda: front.status == "Nothing found for '0815'.")
        await front.shows("0 found", "Nothing found. F2 opens a ticket without a receipt.")
        assert box(front) == "0815"
        await front.press("escape")
        assert box(front) == ""
        assert front.status == ""
        await front.shows("My queue")

    at_counter(shop, play, actor=clerk)


def test_what_was_said_of_the_last_search_goes_with_the_next(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await find(front, "0815")
        await front.until(lambda: front.status == "Nothing found for '0815'.")
        await front.press(*(["backspace"] * 4), *sale.receipt_no[:3])
        await front.shows(sale.receipt_no)
        assert front.status == ""

    at_counter(shop, play, actor=clerk)


def test_a_second_scan_replaces_the_first(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await find(front, "0815")
        await front.until(lambda: front.status)
        await find(front, sale.receipt_no)
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_an_answer_does_not_follow_the_hand_to_another_screen(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        home = front.app.screen
        await front.press(*sale.receipt_no)
        front.app.switch_mode("intake")
        assert isinstance(home, Home)
        home._look_up(sale.receipt_no, act=True)
        await front.app.workers.wait_for_complete()
        await front.pilot.pause()
        assert front.app.current_mode == "intake"
        assert len(front.app.screen_stack) == 1

    at_counter(shop, play, actor=clerk)


def test_the_numbers_of_the_day_and_my_queue(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    mine = case(shop, clerk, "Mine")
    case(shop, clerk, "Nobody's")
    work(shop, clerk, lambda desk: tickets.take(desk, mine.no))

    async def play(front: Front) -> None:
        await front.shows(
            "mine 1", "nobody's 1", "open 2", "to close 0", "today 2 new, 0 closed", mine.no
        )
        assert "Nobody's" not in front.text
        await front.press("down", "enter")
        await front.reaches(TicketScreen)
        await front.shows("Mine")

    at_counter(shop, play, actor=clerk)


def test_another_terminals_work_shows_by_itself(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    head = case(shop, clerk, "For Li")

    async def play(front: Front) -> None:
        await front.shows("mine 0", "Nothing waits for you.")
        work(shop, supervisor, lambda desk: tickets.assign(desk, head.no, to=clerk.login))
        await front.shows("mine 1", head.no)

    at_counter(shop, play, actor=clerk)


def test_a_queue_that_cannot_be_read_is_not_an_empty_one(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        await front.shows("Nothing waits for you.")

        def fail(*_: object) -> None:
            raise StoreBusy("The disk is gone.")

        monkeypatch.setattr("counter.lookup.ticket_list", fail)
        home = front.app.screen
        assert isinstance(home, Home)
        home.store_changed()
        await front.shows("The list could not be read. The disk is gone.")
        assert "The disk is gone." in front.status

    at_counter(shop, play, actor=clerk)


def test_whoever_may_not_open_tickets_has_no_key_for_it(shop: Shop, pin_hash: str) -> None:
    auditor = hire(shop, "audit", Role.AUDITOR, pin_hash)

    async def play(front: Front) -> None:
        assert "F2 New ticket" not in front.text
        await front.press("f2")
        assert front.app.current_mode == "home"
        await front.press("f5")
        await front.until(lambda: front.app.current_mode == "tickets")
        await front.shows("e CSV")
        assert "Take next" not in front.text

    at_counter(shop, play, actor=auditor)


def test_one_or_two_digits_ask_for_more(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("9", "8")
        await front.shows("0 found", "Type more digits")
        await front.press("enter")
        await front.until(lambda: "Type more digits" in front.status)
        await front.press("9", "8", "7", "6", "enter")
        await front.until(lambda: "Nothing found for '9876'" in front.status)
        await front.shows("Nothing found. F2")

    at_counter(shop, play, actor=clerk)


def test_what_is_not_work_leaves_first_where_there_is_no_room(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.shows("mine 0", "to close 0", "today 0 new, 0 closed")
        assert " who " not in front.text  # one's own queue: the words have the room
        many = 1_234
        front.app.numbers = DayNumbers(many, many, many, many, many, 1, 1, 0, None)
        front.app.screen.show_title()  # type: ignore[attr-defined]
        await front.shows("to close 1,234")
        assert "today" not in front.text

    at_counter(shop, play, actor=clerk)
