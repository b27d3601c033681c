from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from counter.__main__ import open_application
from counter.desk import Actor
from counter.founding import likely_currency, likely_zone
from counter.settings import load_settings
from counter.shop import Shop
from counter.signin import sign_in
from models.terms import Role
from screens.app import CounterApp
from screens.first_run import FirstRun
from screens.widgets.form import Form
from screens.widgets.menu import ActionMenu
from screens.widgets.titlebar import TitleBar
from tests.premises import PIN, hire, places_at, rows
from tests.screens.front import Front, at_counter, speak_in_brackets

VALUES = {
    "name": "枫叶街店",
    "code": "s01",
    "language": "en",
    "zone": "Europe/London",
    "currency": "gbp",
    "supervisor_login": "wang",
    "supervisor_name": "王芳",
    "supervisor_pin": PIN,
    "again": PIN,
}


async def form_of(front: Front) -> Form:
    await front.reaches(ActionMenu)
    await front.press("1")
    await front.reaches(FirstRun)
    return front.app.screen.query_one(Form)


def test_the_first_supervisor_describes_the_shop_and_is_signed_in(shop: Shop) -> None:
    async def play(front: Front) -> None:
        form = await form_of(front)
        form.fill(VALUES)
        await front.press("ctrl+s")
        await front.until(lambda: front.app.current_mode == "home")
        assert front.app.actor.login == "wang"
        assert front.app.actor.role is Role.SUPERVISOR
        await front.shows("枫叶街店", "王芳")

    at_counter(shop, play)
    assert rows(shop, "SELECT name, code, language, tz, currency FROM site") == [
        ("枫叶街店", "S01", "en", "Europe/London", "GBP")
    ]
    assert isinstance(sign_in(shop, "wang", PIN), Actor)
    assert load_settings(shop.places).language == "en"


def test_everything_that_is_wrong_is_said_at_once_under_its_field(shop: Shop) -> None:
    async def play(front: Front) -> None:
        form = await form_of(front)
        form.fill({**VALUES, "zone": "Mars/Olympus", "supervisor_login": "王", "name": ""})
        await front.press("ctrl+s")
        await front.until(lambda: form.fields["name"].error)
        form.fill({"name": "Maple Street"})
        await front.press("ctrl+s")
        await front.until(lambda: form.fields["zone"].error)
        assert form.fields["supervisor_login"].error.startswith("Use 1 to 32 letters")
        assert front.app.screen.focused is form.fields["zone"].control_widget
        assert form.values()["supervisor_name"] == "王芳"

    at_counter(shop, play)
    assert rows(shop, "SELECT count(*) FROM staff WHERE login <> 'system'") == [(0,)]
    assert rows(shop, "SELECT name FROM site") == [("Counter",)]


@pytest.mark.parametrize(
    ("pin", "again", "field"),
    [("482913", "482914", "again"), ("4711", "4711", "supervisor_pin"), ("", "", "supervisor_pin")],
)
def test_a_pin_is_typed_twice_and_sound(shop: Shop, pin: str, again: str, field: str) -> None:
    async def play(front: Front) -> None:
        form = await form_of(front)
        form.fill({**VALUES, "supervisor_pin": pin, "again": again})
        await front.press("ctrl+s")
        await front.until(lambda: form.fields[field].error)

    at_counter(shop, play)
    assert rows(shop, "SELECT count(*) FROM staff WHERE login <> 'system'") == [(0,)]


def test_another_language_speaks_at_once_and_the_typing_stays(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_in_brackets(monkeypatch)

    async def play(front: Front) -> None:
        form = await form_of(front)
        form.fill({"name": "Maple Street"})
        form.fields["language"].control_widget.focus()
        await front.press("2")
        await front.shows("«The shop»", "Maple Street", "Asia/Shanghai", "CNY", "«Help»")
        await front.press("1")
        await front.until(lambda: "«" not in front.text)
        assert form.values()["name"] == "Maple Street"

    at_counter(shop, play)


def test_the_menu_speaks_the_other_language_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_in_brackets(monkeypatch)

    async def play(front: Front) -> None:
        await front.reaches(ActionMenu)
        await front.press("3")
        await front.shows("«Welcome to Counter»", "3  English")

    at_counter(shop, play)


def test_the_demo_shop_is_asked_for_by_leaving(shop: Shop) -> None:
    async def play(front: Front) -> None:
        await front.reaches(ActionMenu)
        await front.press("2")

    app = at_counter(shop, play)
    assert app.wants_demo
    assert app.return_code in (None, 0)


def test_who_asks_for_the_demo_gets_a_shop_that_is_thrown_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[tuple[bool, Path]] = []

    def run(app: CounterApp) -> None:
        opened.append((app.demo, app.places.home))
        app.wants_demo = not app.demo

    monkeypatch.setattr(CounterApp, "run", run)
    monkeypatch.setattr("counter.__main__.has_terminal", lambda: True)
    monkeypatch.delenv("TERM", raising=False)
    monkeypatch.setattr(
        "counter.demo.throw_away_shop", lambda: nullcontext(places_at(tmp_path / "demo"))
    )
    assert open_application(tmp_path / "own", None) == 0
    assert opened == [(False, tmp_path / "own"), (True, tmp_path / "demo")]


def test_help_works_before_anybody_works_here(shop: Shop) -> None:
    async def play(front: Front) -> None:
        await form_of(front)
        await front.press("f1")
        await front.shows("Nobody works here yet", "Ctrl+S")
        await front.press("f1")
        await front.reaches(FirstRun)

    at_counter(shop, play)


def test_whoever_was_faster_at_another_terminal_stays_the_first(shop: Shop, pin_hash: str) -> None:
    async def play(front: Front) -> None:
        form = await form_of(front)
        hire(shop, "sun", Role.SUPERVISOR, pin_hash)
        form.fill(VALUES)
        await front.press("ctrl+s")
        await front.until(lambda: front.app.current_mode == "sign_in")

    at_counter(shop, play)
    assert rows(shop, "SELECT login FROM staff WHERE login <> 'system'") == [("sun",)]


def test_the_form_fits_a_small_terminal(shop: Shop) -> None:
    async def play(front: Front) -> None:
        await form_of(front)
        assert "[ Set up the shop ]" in front.text

    at_counter(shop, play, size=(80, 24))


@pytest.mark.parametrize(
    ("spoken", "tz", "zone"),
    [
        ("zh_CN", "America/New_York", "Asia/Shanghai"),
        ("en", "America/New_York", "America/New_York"),
        ("en", ":Europe/Berlin", "Europe/Berlin"),
        ("en", "UTC", "Europe/London"),
        ("en", "nonsense", "Europe/London"),
    ],
)
def test_a_zone_is_suggested_by_language_and_machine(
    monkeypatch: pytest.MonkeyPatch, spoken: str, tz: str, zone: str
) -> None:
    monkeypatch.setenv("TZ", tz)
    assert likely_zone(spoken) == zone


def test_a_currency_is_suggested_only_where_it_is_likely() -> None:
    assert likely_currency("Asia/Shanghai") == "CNY"
    assert likely_currency("Europe/Berlin") == "EUR"
    assert likely_currency("Africa/Nairobi") == ""


def test_no_clock_is_shown_before_the_zone_is_known(shop: Shop) -> None:
    async def play(front: Front) -> None:
        await form_of(front)
        assert front.app.screen.query_one(TitleBar).right == ()
        assert "10:00" not in front.text

    at_counter(shop, play)
