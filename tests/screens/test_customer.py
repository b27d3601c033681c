from __future__ import annotations

import pytest
from sqlmodel import select

from counter.desk import Actor
from counter.shop import Shop
from counter.ticket_events import TicketHead
from counter.tickets import TicketDraft, open_ticket
from models.customer import Customer
from models.terms import CareFlag, Role
from screens.customer import CARE, CustomerScreen
from screens.receipt import ReceiptScreen
from screens.ticket import TicketScreen
from screens.widgets.form import Form
from screens.widgets.paged_table import PagedTable
from tests.premises import Sale, hire, sell
from tests.screens.front import Front, at_counter
from tests.screens.widgets.stage import PAYLOADS


async def opened(front: Front, sale: Sale) -> CustomerScreen:
    screen = CustomerScreen(sale.customer_id)
    await front.push(screen)
    await front.until(lambda: screen.customer is not None)
    await front.until(lambda: screen.query_one("#customer-receipts", PagedTable).counts)
    return screen


def ticket(shop: Shop, clerk: Actor, sale: Sale, summary: str) -> TicketHead:
    draft = TicketDraft(
        kind="inquiry", channel="counter", summary=summary, receipt_no=sale.receipt_no
    )
    with shop.writing(clerk) as desk:
        return open_ticket(desk, draft)


def test_a_customer_is_shown_masked_with_tickets_and_receipts(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    head = ticket(shop, clerk, sale, "电饭煲不通电")

    async def play(front: Front) -> None:
        await opened(front, sale)
        await front.shows(
            "王伟", "138****5678", "1 open ticket", "Tickets: 1", head.no, "Receipts: 1"
        )
        await front.shows(sale.receipt_no, "358.00 CNY", "Rice cooker")
        assert "13800135678" not in front.text

    at_counter(shop, play, actor=clerk)


def test_a_care_flag_says_what_to_do(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.writing(shop.system) as desk:
        customer = desk.session.exec(select(Customer)).one()
        customer.care_flags = [CareFlag.HEARING, CareFlag.ELDERLY]
        desk.session.add(customer)

    async def play(front: Front) -> None:
        await opened(front, sale)
        await front.shows("! hearing: face the customer", "! elderly: offer a seat")

    at_counter(shop, play, actor=clerk)


def test_every_care_flag_has_a_remark_that_fits_a_small_terminal() -> None:
    assert set(CARE) == set(CareFlag)
    assert all(len(f"! {flag}: {remark}") < 78 for flag, remark in CARE.items())


def test_enter_opens_a_ticket_and_after_tab_a_receipt(shop: Shop, clerk: Actor, sale: Sale) -> None:
    ticket(shop, clerk, sale, "电饭煲不通电")

    async def play(front: Front) -> None:
        await opened(front, sale)
        await front.press("enter")
        await front.reaches(TicketScreen)
        await front.press("escape")
        await front.reaches(CustomerScreen)
        await front.press("tab", "enter")
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("key", ["f2", "n"])
def test_a_new_ticket_is_for_this_customer(shop: Shop, clerk: Actor, sale: Sale, key: str) -> None:
    async def play(front: Front) -> None:
        await opened(front, sale)
        await front.press(key)
        await front.until(lambda: front.app.current_mode == "intake")
        await front.shows("王伟", "138****5678")
        assert front.app.screen.query_one(Form).values()["about"] == ""

    at_counter(shop, play, actor=clerk)


def test_only_this_customers_things_are_listed(shop: Shop, clerk: Actor, sale: Sale) -> None:
    other = sell(shop, "20250304-0001")
    ticket(shop, clerk, other, "不是他的")

    async def play(front: Front) -> None:
        await opened(front, sale)
        await front.shows("Receipts: 1", "No ticket yet.", "no open ticket")
        assert other.receipt_no not in front.text

    at_counter(shop, play, actor=clerk)


def test_what_another_terminal_opens_shows(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await opened(front, sale)
        head = ticket(shop, clerk, sale, "电饭煲不通电")
        await front.shows(head.no, "1 open ticket")

    at_counter(shop, play, actor=clerk)


def test_a_customer_nobody_knows_is_said(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.push(CustomerScreen(4711))
        await front.until(lambda: "does not know this customer" in front.status)
        await front.press("n")
        assert isinstance(front.app.screen, CustomerScreen)

    at_counter(shop, play, actor=clerk)


def test_a_technician_cannot_open_a_ticket(shop: Shop, sale: Sale, pin_hash: str) -> None:
    technician = hire(shop, "tech", Role.TECHNICIAN, pin_hash)

    async def play(front: Front) -> None:
        screen = await opened(front, sale)
        await front.press("n")
        assert front.app.screen is screen

    at_counter(shop, play, actor=technician)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_name_is_text_and_nothing_else(shop: Shop, clerk: Actor, sale: Sale, name: str) -> None:
    with shop.writing(shop.system) as desk:
        customer = desk.session.exec(select(Customer)).one()
        customer.name = customer.customer_ref = name
        desk.session.add(customer)

    async def play(front: Front) -> None:
        await opened(front, sale)
        await front.press("enter")
        assert "\x1b" not in front.text

    at_counter(shop, play, actor=clerk)
