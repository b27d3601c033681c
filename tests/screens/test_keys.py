from __future__ import annotations

import tomllib
from threading import Event
from typing import Any

import pytest

from counter import preferences
from counter.desk import Actor
from counter.shop import Shop
from screens import keys
from screens.keys import KeysScreen, PressKey, key_rows, refusal
from screens.sign_in import SignIn
from screens.tickets import Tickets
from screens.widgets.paged_table import PagedTable
from tests.screens.cases import case
from tests.screens.front import Front, at_counter


async def key_map(front: Front, name: str) -> None:
    """The key map with the cursor on one action."""
    front.app.action_go("keys")
    await front.reaches(KeysScreen)
    await front.shows("everywhere")
    row = next(row for row in key_rows({}) if row.name == name)
    table = front.app.screen.query_one(PagedTable)
    await front.until(lambda: table.select(row.id))


def keymap(shop: Shop) -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(shop.places.settings_file.read_text())["keymap"]
    return found


def test_a_new_key_works_at_once_and_from_the_next_start_on(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await key_map(front, "app.lock")
        await front.shows("Enter Change key")
        await front.press("enter")
        await front.reaches(PressKey)
        await front.press("f8")
        await front.until(lambda: front.status == "Lock: F8")
        await front.press("f8")
        await front.reaches(SignIn)

    async def next_start(front: Front) -> None:
        await front.press("f8")
        await front.reaches(SignIn)

    at_counter(shop, play, actor=clerk)
    assert keymap(shop) == {"app.lock": "f8"}
    at_counter(shop, next_start, actor=clerk)


def test_the_usual_key_comes_back(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")
    shop.places.settings_file.write_text('[keymap]\n"tickets.take" = "y"\n', encoding="utf-8")

    async def play(front: Front) -> None:
        await key_map(front, "tickets.take")
        await front.press("d")
        await front.until(lambda: front.status == "Take: t")
        await front.press("f5")
        await front.reaches(Tickets)
        await front.shows("Lid")
        await front.press("t")
        await front.until(lambda: "is yours" in front.status)

    at_counter(shop, play, actor=clerk)
    assert keymap(shop) == {}


def test_esc_changes_nothing(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await key_map(front, "app.lock")
        await front.press("enter")
        await front.reaches(PressKey)
        await front.press("escape")
        await front.reaches(KeysScreen)

    at_counter(shop, play, actor=clerk)
    assert not shop.places.settings_file.exists()


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("app.lock", "f3", "Not every terminal"),
        ("app.lock", "ctrl+m", "Not every terminal"),
        ("app.lock", "f5", "'Complaints' already"),
        ("app.lock", "l", "would be typed"),
        ("tickets.take", "n", "'Take next' already"),
        ("tickets.take", "space", "the same everywhere"),
        ("ticket.take", "n", "'Note' already"),
        ("tickets.take", "y", ""),
        ("tickets.take", "t", ""),
        ("tickets.take", "slash", "'Filter' already"),
        ("app.lock", "slash", "would be typed"),
        ("app.lock", "delete", ""),
        ("app.lock", "ctrl+l", ""),
    ],
)
def test_a_key_that_cannot_be_meant_is_refused_with_the_reason(
    name: str, key: str, said: str
) -> None:
    rows = key_rows({})
    row = next(row for row in rows if row.name == name)

    refused = refusal(row, key, rows)

    assert said in refused
    assert bool(refused) is bool(said)


def test_a_refused_key_waits_for_another(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await key_map(front, "app.lock")
        await front.press("enter")
        await front.reaches(PressKey)
        await front.press("f5")
        await front.shows("'Complaints' already")
        await front.press("f8")
        await front.until(lambda: front.status == "Lock: F8")

    at_counter(shop, play, actor=clerk)


def test_a_sign_is_a_key_like_any_other(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        await key_map(front, "tickets.take")
        for key, said in (("slash", "'Filter' already"), ("comma", "")):
            await front.press("enter")
            await front.reaches(PressKey)
            await front.press(key)
            if said:
                await front.shows(said)
                await front.press("escape")
                await front.reaches(KeysScreen)
        await front.until(lambda: front.status == "Take: ,")
        await front.press("f5")
        await front.reaches(Tickets)
        await front.shows("Lid")
        await front.press("comma")
        await front.until(lambda: "is yours" in front.status)

    at_counter(shop, play, actor=clerk)


def test_a_fast_hand_loses_no_change_and_the_cursor_stays(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.places.settings_file.write_text(
        '[keymap]\n"tickets.take" = "y"\n"tickets.sort" = "z"\n', encoding="utf-8"
    )
    goes_on, write = Event(), preferences.keep

    def slow(*arguments: Any) -> None:
        assert goes_on.wait(20)
        write(*arguments)

    monkeypatch.setattr(keys, "keep", slow)

    async def play(front: Front) -> None:
        await key_map(front, "tickets.take")
        table = front.app.screen.query_one(PagedTable)
        await front.press("d")
        other = next(row for row in key_rows({}) if row.name == "tickets.sort")
        table.select(other.id)
        await front.press("d")
        goes_on.set()
        await front.until(lambda: front.status == "Sort: s")
        assert table.current is not None
        assert table.current.name == "tickets.sort"

    at_counter(shop, play, actor=clerk)
    assert keymap(shop) == {}


def test_settings_that_cannot_be_read_are_said(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        shop.places.settings_file.write_text("[keymap\n", encoding="utf-8")
        front.app.action_go("keys")
        await front.reaches(KeysScreen)
        await front.until(lambda: "TOML" in front.status)

    at_counter(shop, play, actor=clerk)
