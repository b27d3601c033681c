from __future__ import annotations

import pytest

from counter.desk import Actor
from counter.shop import Shop
from screens.home import Home
from screens.widgets.findbox import FindBox
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
