from __future__ import annotations

import pytest

from counter import language
from counter.desk import Actor
from counter.shop import Shop
from screens.home import Home
from screens.widgets.ask import Ask
from screens.widgets.findbox import FindBox
from screens.widgets.form import TextField
from tests.premises import rows
from tests.screens.cases import case
from tests.screens.front import Front, at_counter


@pytest.mark.parametrize("size", [(60, 15), (79, 24), (80, 21), (20, 5)])
def test_a_terminal_that_is_too_small_is_told_what_is_needed(
    shop: Shop, clerk: Actor, size: tuple[int, int]
) -> None:
    async def play(front: Front) -> None:
        await front.until(lambda: "80 x 24" in " ".join(front.text.split()))
        said = " ".join(front.text.split())
        assert f"{size[0]} x {size[1]}" in said
        assert "My queue" not in said

    at_counter(shop, play, actor=clerk, size=size)


@pytest.mark.parametrize("size", [(80, 24), (80, 22)])
def test_a_terminal_that_lends_two_lines_is_large_enough(
    shop: Shop, clerk: Actor, size: tuple[int, int]
) -> None:
    async def play(front: Front) -> None:
        await front.shows("My queue", "F2")
        assert "80 x 24" not in front.text

    at_counter(shop, play, actor=clerk, size=size)


def test_the_typing_is_there_when_it_is_large_again(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press(*"lid")
        await front.pilot.resize_terminal(60, 15)
        await front.shows("80 x 24")
        await front.press(*"xyz")
        await front.pilot.resize_terminal(100, 30)
        await front.until(lambda: "80 x 24" not in front.text)
        assert isinstance(front.app.screen, Home)
        assert front.app.screen.query_one(FindBox).input.value == "lid"

    at_counter(shop, play, actor=clerk)


def test_no_key_works_on_what_cannot_be_seen(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        await front.press("f5")
        await front.shows("Lid is loose")
        await front.pilot.resize_terminal(60, 15)
        await front.shows("80 x 24")
        await front.press("t", "n")
        await front.pilot.resize_terminal(80, 24)
        await front.shows("Lid is loose")

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT status FROM ticket") == [("new",)]


def test_every_character_of_the_sentence_is_there_in_chinese(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        language.use("zh_CN")
        await front.press("f2")
        await front.pilot.resize_terminal(60, 15)
        for width in range(56, 66):  # wherever the line begins
            await front.pilot.resize_terminal(width, 15)
            await front.shows(f"当前窗口为 {width} x 15", "请放大窗口或缩小字号。内容不会丢失。")

    at_counter(shop, play, actor=clerk)


def test_a_window_is_covered_too_and_keeps_its_typing(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        ask = Ask("Which?", [TextField("what", "What")])
        await front.push(ask)
        await front.press(*"ab")
        await front.pilot.resize_terminal(60, 15)
        await front.shows("60 x 15; Counter needs 80 x 24.")
        assert "Which?" not in front.text
        await front.pilot.resize_terminal(80, 24)
        await front.shows("Which?")
        await front.press("c")
        assert ask.form.values() == {"what": "abc"}

    at_counter(shop, play, actor=clerk)
