from __future__ import annotations

import re

import pytest

from counter.desk import Actor
from counter.shop import Shop
from counter.signin import CodeAccepted, sign_in
from counter.staff import reset_pin
from models.terms import Role
from screens.sign_in import SignIn
from screens.staff import CodeShown, StaffScreen
from screens.widgets.ask import Ask
from screens.widgets.confirm import Confirm
from tests.premises import PIN, Clock, hire, rows
from tests.screens.cases import type_text
from tests.screens.front import Front, at_counter
from tests.screens.widgets.stage import PAYLOADS


async def people(front: Front, login: str) -> StaffScreen:
    """The list with the cursor on somebody."""
    await front.app.switch_mode("staff")
    screen = front.app.screen
    assert isinstance(screen, StaffScreen)
    await front.until(lambda: any(row.login == login for row in screen._table.visible_rows))
    (found,) = [row for row in screen._table.visible_rows if row.login == login]
    screen._table.select(found.id)
    return screen


def test_whoever_is_added_gets_a_code_that_is_shown_once(shop: Shop, supervisor: Actor) -> None:
    codes: list[str] = []

    async def play(front: Front) -> None:
        await people(front, "sun")
        await front.press("a")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        ask.form.fill({"login": "wu", "name": "吴敏", "role": "technician"})
        await front.press("ctrl+s")
        await front.reaches(CodeShown)
        await front.shows("One-time code for wu, 吴敏")
        spaced = re.search(r"((?:\d ){4}  (?:\d ?){4})", front.text)
        assert spaced is not None
        codes.append(spaced.group(1).replace(" ", ""))
        await front.press("enter")
        await front.reaches(StaffScreen)
        await front.shows("吴敏", "technician", "waits for the code", "2 people")
        assert codes[0] not in front.text.replace(" ", "")

    at_counter(shop, play, actor=supervisor)
    assert sign_in(shop, "wu", codes[0]) == CodeAccepted("wu")


def test_what_is_wrong_stands_under_its_field_and_the_typing_stays(
    shop: Shop, supervisor: Actor
) -> None:
    async def play(front: Front) -> None:
        await people(front, "sun")
        await front.press("a")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        ask.form.fill({"login": "sun", "name": "", "role": "clerk"})
        await front.press("ctrl+s")
        await front.until(lambda: ask.form.fields["login"].error == "sun is taken already.")
        assert ask.form.fields["name"].error == "Please fill this in."
        ask.form.fill({"login": "wu", "name": "Wu", "role": "admin"})
        await front.press("ctrl+s")
        await front.shows("! Only an admin")
        assert ask.form.values()["name"] == "Wu"

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT count(*) FROM staff WHERE login = 'wu'") == [(0,)]


def test_a_session_that_was_ended_elsewhere_locks_through_the_window(
    shop: Shop, supervisor: Actor
) -> None:
    async def play(front: Front) -> None:
        await people(front, "sun")
        await front.press("a")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        ask.form.fill({"login": "wu", "name": "Wu"})
        front.app._watch = None  # nothing but the window finds out
        with shop.writing(hire(shop, "root", Role.ADMIN)) as desk:
            reset_pin(desk, supervisor.login)
        await front.press("ctrl+s")
        await front.reaches(SignIn)

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT count(*) FROM staff WHERE login = 'wu'") == [(0,)]


def test_somebody_whose_number_is_add_is_not_the_one_being_added(
    shop: Shop, supervisor: Actor
) -> None:
    hire(shop, "add", Role.CLERK)

    async def play(front: Front) -> None:
        await people(front, "add")
        await front.press("a")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        await type_text(front, "wu")
        await front.press("escape")
        await front.reaches(StaffScreen)
        await front.press("c")
        await front.reaches(Ask)
        assert isinstance(front.app.screen, Ask)
        assert front.app.screen.form.values() == {"name": "Add", "role": "clerk"}

    at_counter(shop, play, actor=supervisor)


def test_a_pin_is_taken_away_only_by_a_yes(shop: Shop, supervisor: Actor, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await people(front, "li")
        await front.press("r")
        await front.reaches(Confirm)
        await front.shows("Take the PIN of li, Li, away?")
        await front.press("enter")
        await front.reaches(StaffScreen)
        assert rows(shop, "SELECT pin_hash IS NULL FROM staff WHERE login = 'li'") == [(0,)]
        await front.press("r", "y")
        await front.reaches(CodeShown)

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT pin_hash IS NULL FROM staff WHERE login = 'li'") == [(1,)]


def test_name_and_role_change_and_the_cursor_stays(
    shop: Shop, supervisor: Actor, clerk: Actor
) -> None:
    async def play(front: Front) -> None:
        screen = await people(front, "sun")
        await people(front, "li")
        await front.press("c")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        assert ask.form.values() == {"name": "Li", "role": "clerk"}
        ask.form.fill({"name": "Li Na", "role": "supervisor"})
        await front.press("ctrl+s")
        await front.shows("Li Na")
        await front.until(lambda: front.status == "Saved: Li Na.")
        current = screen._table.current
        assert current is not None
        assert current.login == "li"

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT name, role FROM staff WHERE login = 'li'") == [
        ("Li Na", "supervisor")
    ]


def test_a_person_leaves_and_comes_back(shop: Shop, supervisor: Actor, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await people(front, "li")
        await front.press("d")
        await front.shows("Does li, Li, leave?")
        await front.press("y")
        await front.until(lambda: re.search(r"li .* left", front.text))
        await front.press("d")
        await front.shows("Is li, Li, back?")
        await front.press("y")
        await front.until(lambda: not re.search(r"li .* left", front.text))

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT active FROM staff WHERE login = 'li'") == [(1,)]


def test_the_last_supervisor_cannot_leave_and_is_told_why(shop: Shop, supervisor: Actor) -> None:
    async def play(front: Front) -> None:
        await people(front, "sun")
        await front.press("d", "y")
        await front.until(lambda: "This is the last supervisor" in front.status)

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT active FROM staff WHERE login = 'sun'") == [(1,)]


def test_who_may_not_manage_staff_sees_a_list_without_keys(
    shop: Shop, supervisor: Actor, clerk: Actor
) -> None:
    async def play(front: Front) -> None:
        await people(front, "li")
        assert "New code" not in front.text
        await front.press("a", "r", "c", "d", "enter")
        assert isinstance(front.app.screen, StaffScreen)

    at_counter(shop, play, actor=clerk)


def test_a_lock_out_is_shown_with_its_end(
    shop: Shop, supervisor: Actor, clerk: Actor, clock: Clock
) -> None:
    from counter.signin import sign_in as try_to
    from models.errors import SignInRefused

    for _ in range(6):
        with pytest.raises(SignInRefused):
            try_to(shop, "li", "000000")

    async def play(front: Front) -> None:
        await people(front, "li")
        await front.shows("! locked until 10:0")

    at_counter(shop, play, actor=supervisor)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_name_is_text_and_nothing_else(shop: Shop, supervisor: Actor, name: str) -> None:
    person = hire(shop, "odd", Role.CLERK)
    with shop.writing(shop.system) as desk:
        from counter.staff import change_staff

        change_staff(desk, person.login, name=name)

    async def play(front: Front) -> None:
        await people(front, "odd")
        await front.press("r")
        await front.reaches(Confirm)
        await front.press("y")
        await front.reaches(CodeShown)
        assert "\x1b" not in front.text

    at_counter(shop, play, actor=supervisor)


def test_a_code_starts_the_first_day(shop: Shop, supervisor: Actor) -> None:
    """The whole way: added, code typed at the sign-in, PIN chosen, home."""
    from counter.staff import StaffDraft, add_staff

    with shop.writing(supervisor) as desk:
        issued = add_staff(desk, StaffDraft("wu", "Wu", "clerk"))
    assert issued is not None

    async def play(front: Front) -> None:
        await front.press("w", "u", "enter", *issued.code, "enter")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        ask.form.fill({"pin": PIN, "again": PIN})
        await front.press("ctrl+s")
        await front.until(lambda: front.app.current_mode == "home")
        assert front.app.actor.login == "wu"

    at_counter(shop, play)


def test_the_limit_of_goodwill_is_set_by_a_key(shop: Shop, supervisor: Actor, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await people(front, "li")
        await front.press("l")
        await front.reaches(Ask)
        await front.press("ctrl+u")
        await type_text(front, "much")
        await front.press("enter")
        await front.shows("! Write an amount such as 12.50.")
        await front.pilot.pause(0.35)  # a key that repeats submits once
        await front.press("ctrl+u")
        await type_text(front, "50.00")
        await front.press("enter")
        await front.until(lambda: "Saved: Li." in front.status)
        await front.shows("50.00 CNY")

    at_counter(shop, play, actor=supervisor, size=(120, 40))
    assert rows(shop, "SELECT goodwill_limit_minor FROM staff WHERE login = 'li'") == [(5000,)]
