from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest

from counter.desk import Actor
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from models.errors import StoreUnusable
from models.receipt import ReceiptLine, TillReturn
from models.terms import Role
from screens.customer import CustomerScreen
from screens.help import help_parts
from screens.receipt import ReceiptScreen
from screens.ticket import TicketScreen
from screens.widgets.form import Form
from tests.premises import MORNING, Sale, hire, rows
from tests.screens.front import Front, at_counter
from tests.screens.widgets.stage import PAYLOADS


async def opened(front: Front, no: str) -> ReceiptScreen:
    screen = ReceiptScreen(no)
    await front.push(screen)
    await front.until(lambda: screen.receipt is not None)
    await front.until(lambda: screen.focused is not None)
    return screen


def take_back(shop: Shop, sale: Sale, qty_milli: int) -> None:
    """The till takes towels back, two days before the morning of the tests."""
    from sqlmodel import select

    with shop.writing(shop.system) as desk:
        line = desk.session.exec(
            select(ReceiptLine).where(ReceiptLine.uid == sale.line_uids[1])
        ).one()
        assert line.id is not None
        line.returned_milli = qty_milli
        desk.session.add(line)
        desk.session.add(
            TillReturn(
                receipt_line_id=line.id,
                return_no="R-0306-0004",
                return_line_no=1,
                returned_at=MORNING - timedelta(days=2),
                qty_milli=qty_milli,
            )
        )


def test_a_receipt_says_what_was_sold_paid_and_left(shop: Shop, clerk: Actor, sale: Sale) -> None:
    take_back(shop, sale, 3000)

    async def play(front: Front) -> None:
        await opened(front, sale.receipt_no)
        await front.shows(
            f"Receipt {sale.receipt_no}",
            "Mon 3 Mar 2025 10:00",
            "王伟 138****5678",
            "WeChat 358.00 CNY",
            "1 of 1",
            "299.00 CNY",
            "2 of 5",
            "No ticket is about this receipt.",
        )
        await front.shows("the till took back: nothing", f"serial number: SN-{sale.receipt_no}")
        await front.press("down")
        await front.shows("the till took back: 3 on Thu 6 Mar (R-0306-0004)")

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("key", ["f2", "n", "ctrl+n", "enter"])
def test_a_new_ticket_is_about_the_line_under_the_cursor(
    shop: Shop, clerk: Actor, sale: Sale, key: str
) -> None:
    async def play(front: Front) -> None:
        screen = await opened(front, sale.receipt_no)
        goods = screen.query_one("#goods")
        await front.until(lambda: len(goods.visible_rows) == 2)  # type: ignore[attr-defined]
        await front.press("down", key)
        await front.until(lambda: front.app.current_mode == "intake")
        form = front.app.screen.query_one(Form)
        await front.until(lambda: form.values()["about"] == f"{sale.receipt_no}/2")

    at_counter(shop, play, actor=clerk)


def test_tickets_about_the_receipt_open(shop: Shop, clerk: Actor, sale: Sale) -> None:
    draft = TicketDraft(
        kind="return",
        channel="counter",
        summary="毛巾掉色",
        receipt_no=f"{sale.receipt_no}/2",
    )
    with shop.writing(clerk) as desk:
        head = open_ticket(desk, draft)

    async def play(front: Front) -> None:
        await opened(front, sale.receipt_no)
        await front.shows("Tickets about this receipt", head.no, "毛巾掉色")
        await front.press("tab", "enter")
        await front.reaches(TicketScreen)
        await front.press("escape")
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_tickets_that_the_receipt_does_not_show_are_counted(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    for number in range(22):
        with shop.writing(clerk) as desk:
            draft = TicketDraft(
                kind="return",
                summary=f"Towel {number}",
                receipt_no=f"{sale.receipt_no}/2",
            )
            open_ticket(desk, draft)

    async def play(front: Front) -> None:
        await opened(front, sale.receipt_no)
        await front.shows("Tickets about this receipt: the newest 20 of 22", "Towel 21")

    at_counter(shop, play, actor=clerk)


def test_the_customer_is_a_key_away_and_escape_leads_back(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await opened(front, sale.receipt_no)
        await front.press("c")
        await front.reaches(CustomerScreen)
        await front.press("escape")
        await front.reaches(ReceiptScreen)
        await front.press("escape")
        await front.until(lambda: len(front.app.screen_stack) == 1)

    at_counter(shop, play, actor=clerk)


def test_what_another_terminal_takes_back_shows_and_the_cursor_stays(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        screen = await opened(front, sale.receipt_no)
        await front.shows("5 of 5")
        await front.press("down")
        take_back(shop, sale, 5000)
        await front.shows("0 of 5")
        goods = screen.query_one("#goods")
        assert goods.current.line_no == 2  # type: ignore[attr-defined]

    at_counter(shop, play, actor=clerk)


def test_a_receipt_that_is_not_there_is_said(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.push(ReceiptScreen("20250303-9999"))
        await front.until(lambda: "The store has no receipt 20250303-9999." in front.status)
        await front.press("n", "enter", "c")
        assert isinstance(front.app.screen, ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_an_auditor_reads_and_opens_nothing(shop: Shop, sale: Sale, pin_hash: str) -> None:
    auditor = hire(shop, "auditor", Role.AUDITOR, pin_hash)

    async def play(front: Front) -> None:
        screen = await opened(front, sale.receipt_no)
        await front.press("n", "enter")
        assert front.app.screen is screen
        said = [line for part in help_parts(screen)[1:] for line in part.lines]
        assert not any(line.startswith("n  F2") for line in said)

    at_counter(shop, play, actor=auditor)


def test_a_wide_terminal_shows_the_numbers_of_the_goods(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def narrow(front: Front) -> None:
        await opened(front, sale.receipt_no)
        await front.shows("barcode: 0690123456789")
        assert front.text.count("0690123456789") == 1

    async def wide(front: Front) -> None:
        await opened(front, sale.receipt_no)
        await front.until(lambda: front.text.count("0690123456789") == 2)

    at_counter(shop, narrow, actor=clerk)
    at_counter(shop, wide, actor=clerk, size=(120, 40))


@pytest.mark.parametrize("name", PAYLOADS)
def test_goods_are_text_and_nothing_else(shop: Shop, clerk: Actor, sale: Sale, name: str) -> None:
    from sqlmodel import select

    with shop.writing(shop.system) as desk:
        for line in desk.session.exec(select(ReceiptLine)):
            line.description = line.serial_no = name
            desk.session.add(line)

    async def play(front: Front) -> None:
        await opened(front, sale.receipt_no)
        await front.shows("5 of 5")
        assert "\x1b" not in front.text

    at_counter(shop, play, actor=clerk, size=(120, 40))


def test_e_writes_the_goods_for_a_spreadsheet(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await front.push(ReceiptScreen(sale.receipt_no))
        await front.shows("Cotton towel")
        await front.press("e")
        await front.until(lambda: "2 rows: " in front.status)

    at_counter(shop, play, actor=clerk)
    (file,) = (shop.places.exports / "views").iterdir()
    assert "Cotton towel" in file.read_text(encoding="utf-8-sig")
    last = rows(shop, "SELECT actor, action FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert last == [("li", "view.exported")]


def test_a_file_that_the_audit_cannot_be_told_of_is_said_with_the_reason(
    shop: Shop, clerk: Actor, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Actor) -> NoReturn:
        raise StoreUnusable("The disk is full.")

    async def play(front: Front) -> None:
        await front.push(ReceiptScreen(sale.receipt_no))
        await front.shows("Cotton towel")
        monkeypatch.setattr(front.app.shop, "writing", refuses)
        await front.press("e")
        await front.until(lambda: "audit could not be told: The disk is full" in front.status)
        assert "2 rows: " in front.status

    at_counter(shop, play, actor=clerk)
