from __future__ import annotations

import sys

import pytest

from counter.desk import Actor
from counter.shop import Shop
from screens.intake import Intake
from screens.ticket import TicketScreen
from screens.widgets.form import Form
from tests.premises import PIN, Sale, rows
from tests.screens.cases import case
from tests.screens.front import Front, at_counter


def post(front: Front, *keys: str) -> None:
    """Type faster than anything can be put up: every key before the first takes effect."""
    from textual import events

    for key in keys:
        character = " " if key == "space" else key if len(key) == 1 else None
        front.app.post_message(events.Key(key, character))


def test_keys_wait_for_the_form_they_are_meant_for(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        post(front, "f2", "tab", "2", "tab", *"Lid is", "space", *"loose", "tab", *"Glass")
        await front.reaches(Intake)
        form = front.app.screen.query_one(Form)
        await front.until(lambda: form.values()["body"] == "Glass")
        assert form.values()["about"] == ""
        assert form.values()["kind"] == "complaint"
        assert form.values()["summary"] == "Lid is loose"

    at_counter(shop, play, actor=clerk)


def test_keys_wait_for_the_list_and_the_window_that_others_open(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        post(front, "f5")
        await front.shows("Lid is loose")
        post(front, "enter", "n", *"Rang", "ctrl+s")
        await front.until(lambda: ("Rang",) in rows(shop, "SELECT text FROM ticket_event"))
        await front.reaches(TicketScreen)

    at_counter(shop, play, actor=clerk)


@pytest.mark.skipif(sys.platform == "win32", reason="no pty on this system")
def test_a_whole_ticket_typed_in_one_breath(shop: Shop, clerk: Actor) -> None:
    from tests.bench.terminal import Terminal

    shop.close()
    command = [sys.executable, "-m", "counter", "--home", str(shop.places.home)]
    environment = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8", "COUNTER_LANGUAGE": "en"}
    with Terminal(command, environment) as terminal:
        terminal.wait_for("Number")
        terminal.press(f"li\r{PIN}\r")
        terminal.wait_for("My queue")
        terminal.press("\x1bOQ\t2\tGlass cracked\x13")
        terminal.wait_for("Saved as")

    assert rows(shop, "SELECT kind, summary FROM ticket") == [("complaint", "Glass cracked")]


def test_a_step_that_waits_for_its_ticket_gets_the_words_typed_after_it(
    shop: Shop, supervisor: Actor
) -> None:
    no = case(shop, supervisor).no

    async def play(front: Front) -> None:
        front.app.open_ticket(no)
        post(front, "a", "tab", *"Workshop", "tab", "tab", *"Please", "space", *"look", "ctrl+s")
        await front.until(lambda: rows(shop, "SELECT department FROM ticket") == [("Workshop",)])

    at_counter(shop, play, actor=supervisor)
    assert ("Please look",) in rows(shop, "SELECT text FROM ticket_event")


def test_what_follows_a_scan_waits_for_what_it_opens(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        post(front, *sale.receipt_no, "enter", "down", "enter", "4", "tab", *"Torn", "ctrl+s")
        await front.until(lambda: rows(shop, "SELECT summary FROM ticket") == [("Torn",)])

    at_counter(shop, play, actor=clerk)
    assert rows(
        shop, "SELECT kind, l.line_no FROM ticket t JOIN receipt_line l ON l.id = t.receipt_line_id"
    ) == [("return", 2)]


def test_what_follows_a_save_goes_to_the_ticket_it_opens(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        post(front, "f2", "tab", "2", "tab", *"Lid", "ctrl+s", "t")
        await front.until(lambda: rows(shop, "SELECT status FROM ticket") == [("open",)])

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM draft") == [(0,)]
