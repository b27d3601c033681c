from __future__ import annotations

import tomllib

import pytest

from counter import language
from counter.desk import Actor
from counter.permissions import ROLES, Action, allowed
from counter.settings import load_settings
from counter.shop import Shop
from models.terms import Role
from screens.help import Help
from screens.more import errands
from screens.themes import HIGH_CONTRAST, NORMAL
from screens.widgets.ask import Ask
from screens.widgets.menu import KEYS, ActionMenu
from screens.widgets.sheet import Sheet
from tests.premises import Sale, hire
from tests.screens.front import Front, at_counter, speak_in_brackets


def labels(front: Front) -> list[str]:
    return [errand.label for errand in errands(front.app)]


async def pick(front: Front, label: str) -> None:
    """Open F9 and pick the line that says so."""
    key = KEYS[labels(front).index(label)]
    await front.press("f9")
    await front.reaches(ActionMenu)
    await front.press(key)


def test_f9_offers_what_the_role_permits(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    async def as_clerk(front: Front) -> None:
        assert "Manage staff" not in labels(front)
        assert "Export now" not in labels(front)
        await front.press("f9")
        await front.shows("Change my PIN", "Lock the counter")

    async def as_supervisor(front: Front) -> None:
        await pick(front, "Manage staff")
        await front.until(lambda: front.app.current_mode == "staff")

    at_counter(shop, as_clerk, actor=clerk)
    at_counter(shop, as_supervisor, actor=supervisor)


def test_a_key_that_repeats_opens_one_menu(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        before = len(front.app.screen_stack)
        await front.press("f9", "f9", "ctrl+g")
        assert len(front.app.screen_stack) <= before + 1

    at_counter(shop, play, actor=clerk)


def test_another_look_is_worn_at_once_and_kept(shop: Shop, clerk: Actor) -> None:
    shop.places.settings_file.write_text("# mine\nlock_after_minutes = 7\n", encoding="utf-8")

    async def play(front: Front) -> None:
        await pick(front, "Show strong contrast")
        await front.until(lambda: front.app.theme == HIGH_CONTRAST)
        await front.until(lambda: load_settings(shop.places).theme == "high-contrast")
        await pick(front, "Show calm colours")
        await front.until(lambda: front.app.theme == NORMAL)
        await front.until(lambda: load_settings(shop.places).theme == "normal")

    at_counter(shop, play, actor=clerk)
    kept = shop.places.settings_file.read_text(encoding="utf-8")
    assert kept.startswith("# mine\n")
    assert tomllib.loads(kept)["lock_after_minutes"] == 7


def test_another_language_is_spoken_at_once_and_kept(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_in_brackets(monkeypatch)

    async def play(front: Front) -> None:
        await pick(front, "Speak 简体中文")
        await front.until(lambda: language.active() == "zh_CN")
        await front.until(lambda: front.app.current_mode == "home")
        await front.shows("«Find >»")
        assert front.app.actor == clerk

    at_counter(shop, play, actor=clerk)
    assert load_settings(shop.places).language == "zh_CN"


def test_a_setting_that_cannot_be_kept_is_said(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        shop.places.settings_file.write_text("this is = = no toml", encoding="utf-8")
        await pick(front, "Show strong contrast")
        await front.until(lambda: "no valid TOML" in front.status)

    at_counter(shop, play, actor=clerk)
    assert shop.places.settings_file.read_text(encoding="utf-8") == "this is = = no toml"


def test_an_export_says_what_left(shop: Shop, supervisor: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await pick(front, "Export now")
        await front.until(lambda: "Batch 1 with" in front.status)
        await front.until(lambda: front.app.numbers and not front.app.numbers.unsent_changes)

    at_counter(shop, play, actor=supervisor)
    assert any(shop.places.exports.iterdir())


def test_a_clerk_is_not_offered_what_would_be_refused(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("f9")
        await front.shows("Change my PIN")
        assert "Examine the store" not in front.text
        assert "Manage staff" not in front.text

    at_counter(shop, play, actor=clerk)


def test_an_examined_store_is_described(shop: Shop, supervisor: Actor) -> None:
    async def play(front: Front) -> None:
        await pick(front, "Examine the store")
        await front.reaches(Sheet)
        await front.shows("The store was examined", "In order")
        await front.press("escape")
        assert front.status == ""

    at_counter(shop, play, actor=supervisor)


def test_the_table_of_roles_says_what_the_operations_refuse(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await pick(front, "Show who may do what")
        await front.reaches(Sheet)
        await front.shows("Yours is 1: clerk.")
        await front.until(lambda: "manage staff and reset PINs" in front.text)
        row = next(line for line in front.text.splitlines() if "manage staff" in line)
        marks = row.split("PINs")[1].split()[: len(ROLES)]
        assert marks == ["x" if allowed(role, Action.MANAGE_STAFF) else "-" for role in ROLES]

    at_counter(shop, play, actor=clerk, size=(80, 40))


def test_the_pin_is_asked_for_by_name(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await pick(front, "Change my PIN")
        await front.reaches(Ask)
        await front.shows("Old PIN")

    at_counter(shop, play, actor=clerk)


def test_ctrl_g_runs_an_action_of_the_moment_by_digit(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.app.switch_mode("tickets")
        await front.press("ctrl+g")
        await front.reaches(ActionMenu)
        await front.shows("Take next", "Undo")
        assert "Page down" not in front.text
        line = next(line for line in front.text.splitlines() if " Undo" in line)
        before = front.app.current_mode
        await front.press(line.split("│")[1].split()[0])
        await front.until(lambda: front.status.startswith("Nothing to take back"))
        assert front.app.current_mode == before

    at_counter(shop, play, actor=clerk)


def test_ctrl_g_offers_what_works_everywhere_too(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("ctrl+g")
        await front.reaches(ActionMenu)
        line = next(line for line in front.text.splitlines() if " Help" in line)
        await front.press(line.split("│")[1].replace(">", " ").split()[0])
        await front.reaches(Help)

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_finds_something_to_do(shop: Shop, pin_hash: str, role: Role) -> None:
    actor = hire(shop, "somebody", role, pin_hash)

    async def play(front: Front) -> None:
        await front.press("f9")
        await front.reaches(ActionMenu)
        assert len(labels(front)) <= len(KEYS)

    at_counter(shop, play, actor=actor)
