from __future__ import annotations

from time import monotonic

import pytest

from counter.desk import Actor
from counter.shop import Shop
from counter.signin import choose_pin
from counter.staff import change_staff, reset_pin
from screens.home import Home
from screens.receipt import ReceiptScreen
from screens.sign_in import SignIn
from screens.widgets.confirm import Confirm
from screens.widgets.form import Form
from tests.premises import PIN, Sale
from tests.screens.front import Front, at_counter


async def lock(front: Front) -> None:
    await front.press("ctrl+l")
    await front.reaches(SignIn)


def test_a_locked_counter_shows_nothing_of_what_was_on_it(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await front.push(ReceiptScreen(sale.receipt_no))
        await front.shows("王伟")
        await lock(front)
        assert "王伟" not in front.text
        await front.press("f2", "f5", "f9", "ctrl+p", "escape")
        assert isinstance(front.app.screen, SignIn)

    at_counter(shop, play, actor=clerk)


def test_the_same_person_goes_on_where_the_counter_was_locked(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await front.push(ReceiptScreen(sale.receipt_no))
        await lock(front)
        await front.press(*"li", "enter", *PIN, "enter")
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_what_is_being_typed_survives_the_lock(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("f2")
        await front.until(lambda: front.app.current_mode == "intake")
        form = front.app.screen.query_one(Form)
        await front.until(lambda: front.app.screen.focused is not None)
        form.fill({"summary": "电饭煲不通电"})
        await lock(front)
        await front.app.signed_in(clerk)
        await front.until(lambda: front.app.current_mode == "intake")
        assert front.app.screen.query_one(Form).values()["summary"] == "电饭煲不通电"

    at_counter(shop, play, actor=clerk)


def test_somebody_else_starts_at_home_and_sees_nothing_of_the_person_before(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await front.push(ReceiptScreen(sale.receipt_no))
        await front.shows("王伟")
        await lock(front)
        await front.app.signed_in(supervisor)
        await front.reaches(Home)
        assert len(front.app.screen_stack) == 1
        await front.press("f2")
        await front.until(lambda: front.app.current_mode == "intake")
        assert not front.app.screen.query_one(Form).values()["summary"]

    at_counter(shop, play, actor=clerk)


def test_an_open_window_waits_for_the_same_person_and_for_nobody_else(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    answers: list[bool | None] = []

    async def play(front: Front) -> None:
        front.app.push_screen(Confirm("Sure?"), answers.append)
        await front.reaches(Confirm)
        front.app.action_lock()
        await front.reaches(SignIn)
        await front.app.signed_in(clerk)
        await front.reaches(Confirm)
        front.app.action_lock()
        await front.reaches(SignIn)
        await front.app.signed_in(supervisor)
        await front.reaches(Home)
        assert len(front.app.screen_stack) == 1
        assert answers == []

    at_counter(shop, play, actor=clerk)


def test_an_idle_counter_locks_itself(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        idle = shop.settings.lock_after_minutes * 60 + 1
        now = monotonic()
        monkeypatch.setattr("screens.watching.monotonic", lambda: now + idle)
        await front.reaches(SignIn)

    at_counter(shop, play, actor=clerk)


def test_a_key_keeps_the_counter_awake(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        idle = shop.settings.lock_after_minutes * 60
        now = monotonic()
        monkeypatch.setattr("screens.presence.monotonic", lambda: now + idle - 5)
        await front.press("x")
        monkeypatch.setattr("screens.watching.monotonic", lambda: now + 2 * idle - 10)
        front.app._look_around()
        await front.pilot.pause()
        assert isinstance(front.app.screen, Home)

        monkeypatch.setattr("screens.watching.monotonic", lambda: now + 2 * idle)
        front.app._look_around()
        await front.reaches(SignIn)

    at_counter(shop, play, actor=clerk)


def test_a_session_that_was_ended_elsewhere_locks_the_counter_and_says_why(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    async def play(front: Front) -> None:
        await front.app.switch_mode("tickets")
        with shop.writing(supervisor) as desk:
            code = reset_pin(desk, clerk.login).code
        await front.reaches(SignIn)
        await front.until(lambda: "The PIN of li was reset" in front.status)
        await front.app.signed_in(choose_pin(shop, clerk.login, code, "573829"))
        await front.until(lambda: front.app.current_mode == "tickets")
        await front.pilot.pause(1.5)
        assert front.app.current_mode == "tickets"

    at_counter(shop, play, actor=clerk)


def test_who_left_can_do_nothing_more_at_any_counter(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    async def play(front: Front) -> None:
        with shop.writing(supervisor) as desk:
            change_staff(desk, clerk.login, active=False)
        await front.press("f5")
        await front.reaches(SignIn)
        await front.until(lambda: "li no longer works here" in front.status)

    at_counter(shop, play, actor=clerk)


def test_locking_twice_asks_once(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("ctrl+l", "ctrl+l")
        await front.reaches(SignIn)
        await front.app.signed_in(clerk)
        await front.reaches(Home)

    at_counter(shop, play, actor=clerk)


def test_ctrl_c_is_no_way_out(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.app.switch_mode("tickets")
        await front.press("ctrl+c")
        assert front.status == "Ctrl+Q leaves the counter."

    at_counter(shop, play, actor=clerk)
