from __future__ import annotations

import asyncio
import threading

import pytest

from counter.desk import Actor
from counter.places import Places
from counter.settings import Settings
from counter.shop import Shop, open_shop
from counter.signin import change_pin, sign_in
from models.errors import InvalidInput, SignInRefused
from screens.app import CounterApp
from screens.home import Home
from screens.pin import change_pin as ask_for_pin
from screens.sign_in import SignIn
from screens.widgets.ask import Ask
from screens.widgets.form import Form
from screens.widgets.plain import PlainText
from tests.premises import PIN, Clock, places_at, rows
from tests.screens.front import Front, at_counter


def form_of(front: Front) -> Form:
    return front.app.screen.query_one(Form)


async def type_in(front: Front, login: str, secret: str) -> None:
    """As a hand does: number, Enter, PIN, Enter."""
    await front.reaches(SignIn)
    await front.press(*login, "enter", *secret, "enter")


def test_number_enter_pin_enter_signs_in(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await type_in(front, "li", PIN)
        await front.reaches(Home)
        assert front.app.actor == clerk
        await front.shows("Counter | Li")

    at_counter(shop, play)


def test_a_pin_never_stands_on_the_screen(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press(*"li", "enter", *PIN)
        assert PIN not in front.text
        assert form_of(front).values() == {"login": "li", "pin": PIN}

    at_counter(shop, play)


@pytest.mark.parametrize(("login", "secret"), [("li", "111222"), ("nobody", PIN), ("system", PIN)])
def test_what_does_not_go_together_is_said_without_telling_which(
    shop: Shop, clerk: Actor, login: str, secret: str
) -> None:
    async def play(front: Front) -> None:
        await type_in(front, login, secret)
        form = form_of(front)
        await front.until(lambda: form.fields["pin"].error)
        assert form.fields["pin"].error.startswith("Staff number and PIN do not go together")
        assert form.values() == {"login": login, "pin": ""}
        await front.press(*"4711")  # the PIN once more, whatever was wrong
        assert form.values() == {"login": login, "pin": "4711"}
        assert not front.app.is_signed_in

    at_counter(shop, play)


def test_empty_fields_are_pointed_at_and_cost_no_try(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("enter", "enter")
        await front.until(lambda: form_of(front).fields["login"].error == "Please fill this in.")
        await front.press(*"li", "enter", "enter")
        await front.until(lambda: form_of(front).fields["pin"].error == "Please fill this in.")

    at_counter(shop, play)
    assert rows(shop, "SELECT failed_tries FROM staff WHERE login = 'li'") == [(0,)]


def test_after_too_many_tries_the_counter_says_how_long_to_wait(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(shop, "li", "111222")

    async def play(front: Front) -> None:
        await type_in(front, "li", PIN)
        form = form_of(front)
        await front.until(lambda: "Too many wrong tries" in form.fields["pin"].error)
        clock.forward(hours=1)
        form.fill({"pin": PIN})
        await front.press("ctrl+s")
        await front.reaches(Home)

    at_counter(shop, play)


def test_escape_starts_again(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press(*"li", "enter", *"48", "escape")
        form = form_of(front)
        assert form.values() == {"login": "", "pin": ""}
        assert front.app.screen.focused is form.fields["login"].control_widget

    at_counter(shop, play)


def test_a_hand_that_is_faster_than_the_store_waits_without_noticing(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_open = threading.Event()

    def slowly(places: Places, settings: Settings) -> Shop:
        may_open.wait(10)
        return open_shop(places, settings)

    monkeypatch.setattr("counter.shop.open_shop", slowly)

    async def run() -> None:
        app = CounterApp(shop.places)
        async with app.run_test(size=(80, 24)) as pilot:
            front = Front(app, pilot)
            await front.reaches(SignIn)
            await front.press(*"li", "enter", *PIN, "enter")
            await front.until(lambda: front.status == "One moment ...")
            assert not app.is_signed_in
            may_open.set()
            await front.reaches(Home)

    asyncio.run(run())


def test_keys_of_the_counter_do_nothing_before_the_sign_in(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("f2", "f5", "f9", "ctrl+f", "ctrl+g", "ctrl+p", "ctrl+l")
        assert isinstance(front.app.screen, SignIn)
        assert len(front.app.screen_stack) == 1
        assert "New ticket" not in front.text

    at_counter(shop, play)


def test_a_store_that_cannot_be_opened_is_said_and_not_hidden(shop: Shop) -> None:
    home = shop.places.home.parent / "broken"
    home.mkdir()
    (home / "counter.db").write_bytes(b"this is no store" * 400)

    async def run() -> None:
        app = CounterApp(places_at(home))
        async with app.run_test(size=(80, 24)) as pilot:
            front = Front(app, pilot)
            await front.until(lambda: "The store is damaged" in front.status)
            note = app.screen.query_one("#sign-in-note", PlainText)
            assert str(note.render())

    asyncio.run(run())


def test_one_changes_ones_own_pin_with_the_old_one(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        screen = front.app.screen
        assert isinstance(screen, Home)
        ask_for_pin(screen)
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        ask.form.fill({"old": "111222", "pin": "739164", "again": "739164"})
        await front.press("ctrl+s")
        await front.until(lambda: ask.form.fields["old"].error)
        ask.form.fill({"old": PIN, "again": "739165"})
        await front.press("ctrl+s")
        await front.until(lambda: ask.form.fields["again"].error == "This is not the same PIN.")
        ask.form.fill({"again": "739164"})
        await front.press("ctrl+s")
        await front.until(lambda: front.status == "Your PIN was changed.")

    at_counter(shop, play, actor=clerk)
    with pytest.raises(InvalidInput):
        change_pin(shop, clerk, "739164", "123456")
    assert isinstance(sign_in(shop, "li", "739164"), Actor)
