from __future__ import annotations

import re

import pytest

from counter import language
from counter.desk import Actor
from counter.shop import Shop
from screens.palette import Palette, commands
from screens.widgets.ask import Ask
from tests.screens.front import Front, at_counter, speak_in_brackets


def test_an_action_is_found_by_its_words_and_run(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("ctrl+p")
        await front.reaches(Palette)
        await front.shows("What do you want to do?", "Show the returns")
        await front.press("m", "y", "space", "p")
        await front.until(lambda: "Show the returns" not in front.text)
        await front.shows("Change my PIN")
        await front.press("enter")
        await front.reaches(Ask)

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize(("typed", "shown"), [("tak", "No action fits."), ("is kept", "Quit")])
def test_an_explanation_answers_to_its_words_and_not_to_strewn_letters(
    shop: Shop, clerk: Actor, typed: str, shown: str
) -> None:
    async def play(front: Front) -> None:
        await front.press("ctrl+p")
        await front.reaches(Palette)
        await front.press(*typed)
        await front.until(lambda: "Show the returns" not in front.text)
        await front.shows(shown)
        assert ("Quit" in front.text) == (shown == "Quit")

    at_counter(shop, play, actor=clerk)


def test_an_action_of_the_screen_runs_on_that_screen(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.app.switch_mode("tickets")
        await front.press("ctrl+p")
        await front.reaches(Palette)
        await front.press("s", "o", "r", "t")
        await front.until(lambda: "Quit" not in front.text)
        await front.press("enter")
        await front.until(lambda: front.status.startswith("Sorted:"))

    at_counter(shop, play, actor=clerk)


def test_escape_changes_nothing(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        before = front.app.screen
        await front.press("ctrl+p")
        await front.reaches(Palette)
        await front.press("ctrl+p", "escape")
        await front.until(lambda: front.app.screen is before)

    at_counter(shop, play, actor=clerk)


def test_nobody_signed_in_has_no_palette(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        before = front.app.screen
        await front.press("ctrl+p")
        assert front.app.screen is before

    at_counter(shop, play)


def test_nothing_english_shows_in_another_language(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_in_brackets(monkeypatch)
    language.use("zh_CN")

    async def play(front: Front) -> None:
        await front.press("ctrl+p")
        await front.reaches(Palette)
        await front.shows("«What do you want to do?»", "«Show the returns»")
        picked = [line for line in front.text.splitlines() if line.startswith("  │")]
        bare = [line for line in picked if not re.search("[«»]", line)]  # one may be broken
        assert not any(re.search("[A-Za-z]", line) for line in bare)
        await front.press(*"qqqq")
        await front.shows("«No action fits.»")
        assert "No matches" not in front.text

    at_counter(shop, play, actor=clerk)


def test_names_of_actions_are_told_apart(shop: Shop, supervisor: Actor) -> None:
    async def play(front: Front) -> None:
        for mode in ("home", "tickets", "staff"):
            await front.app.switch_mode(mode)
            await front.pilot.pause()
            words = [command.words for command in commands(front.app)]
            assert len(words) == len(set(words)), mode

    at_counter(shop, play, actor=supervisor)
