"""What other terminals write shows by itself, and disturbs nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.events import ScreenResume

from counter import language, tickets
from counter.desk import Actor
from counter.shop import Shop
from models.views import DayNumbers
from screens.headings import title_parts
from screens.receipt import ReceiptScreen
from screens.tickets import Tickets
from screens.widgets.ask import Ask
from screens.widgets.form import Form
from screens.widgets.titlebar import TitleBar
from tests.premises import Sale
from tests.screens.cases import case, type_text, work
from tests.screens.front import Front, at_counter
from tests.screens.test_intake import intake
from tests.screens.test_ticket import look_at


def test_a_ticket_that_is_looked_at_shows_what_a_colleague_does(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows("t Take", "owner: nobody")
        work(shop, supervisor, lambda desk: tickets.take(desk, no))
        await front.shows("owner: Sun", "[open]", "i Look into")

    at_counter(shop, play, actor=clerk)


def test_a_window_over_a_ticket_keeps_its_typing(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        await front.press("n")
        await front.reaches(Ask)
        await type_text(front, "Half a sen")
        work(shop, supervisor, lambda desk: tickets.take(desk, no))
        await front.until(lambda: screen.ticket and screen.ticket.owner == "sun")
        ask = front.app.screen
        assert isinstance(ask, Ask)
        assert ask.form.values()["note"] == "Half a sen"
        assert front.app.focused is ask.form.fields["note"].control_widget

    at_counter(shop, play, actor=clerk)


def test_a_form_is_not_disturbed(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await front.press("down", "down", *"Lid")
        case(shop, supervisor)
        await front.until(lambda: front.app.numbers and front.app.numbers.working == 1)
        assert form.values()["summary"] == "Lid"
        assert front.app.focused is form.fields["summary"].control_widget
        assert isinstance(front.app.screen.query_one(Form), Form)

    at_counter(shop, play, actor=clerk)


def test_a_receipt_shows_the_ticket_that_was_just_opened_about_it(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await front.push(ReceiptScreen(sale.receipt_no))
        await front.shows("No ticket is about this receipt.")
        head = case(shop, supervisor, receipt_no=sale.receipt_no)
        await front.shows(head.no)

    at_counter(shop, play, actor=clerk)


def test_a_screen_behind_another_catches_up_when_it_comes_back(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk, "First").no

    async def play(front: Front) -> None:
        await front.press("f5")
        await front.reaches(Tickets)
        await look_at(front, no)
        case(shop, supervisor, "Second")
        await front.press("escape")
        await front.shows("First", "Second", "2 tickets")

    at_counter(shop, play, actor=clerk)


def test_the_title_counts_what_has_not_left(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    async def play(front: Front) -> None:
        await front.until(lambda: front.app.numbers)
        assert front.app.numbers
        before = front.app.numbers.unsent_changes
        case(shop, supervisor)
        await front.until(lambda: front.app.numbers and front.app.numbers.unsent_changes > before)
        await front.shows(f"{front.app.numbers.unsent_changes:,} unsent")

    async def as_a_clerk(front: Front) -> None:
        await front.until(lambda: front.app.numbers)
        assert "unsent" not in front.text  # it rises with every sign-in, and is nothing to do

    at_counter(shop, play, actor=supervisor)
    at_counter(shop, as_a_clerk, actor=clerk)


def test_the_title_keeps_the_name_of_who_is_signed_in_beside_what_has_not_left(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    async def play(front: Front) -> None:
        language.use("zh_CN")
        numbers = DayNumbers(0, 0, 0, 0, 0, 0, 0, 1_234_567_890, shop.clock())
        bar = front.app.screen.query_one(TitleBar)
        bar.left, bar.right = title_parts(shop, replace(supervisor, name="Tom Barker"), numbers)
        line = bar.render().plain
        assert "Tom Barker" in line
        assert "1,234,567,890 项未导出" in line

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("turns", range(4))
def test_leaving_while_the_store_is_read_is_no_crash(shop: Shop, clerk: Actor, turns: int) -> None:
    async def play(front: Front) -> None:
        front.app.refresh_numbers()
        for screen in front.app.screen_stack:
            screen.post_message(ScreenResume())
        for _ in range(turns):
            await asyncio.sleep(0)

    app = at_counter(shop, play, actor=clerk)
    assert app._exception is None
