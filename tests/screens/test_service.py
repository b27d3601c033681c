from __future__ import annotations

from pathlib import Path

from counter.desk import Actor
from counter.service_versions import add_version
from counter.shop import Shop
from screens.more import show_service_times
from screens.service import ServiceTimes
from tests.screens.front import Front, at_counter
from tests.service_times import times_at


async def service_times(front: Front) -> ServiceTimes:
    screen = ServiceTimes()
    await front.push(screen)
    await front.shows("Service times", "1,440 min")
    return screen


def test_f9_leads_to_the_targets_and_the_hours_of_the_month(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        show_service_times(front.app)
        await front.reaches(ServiceTimes)
        await front.shows(
            "P1", "the whole day", "15 min", "240 min", "150 %", "2025-03", "Sat 1 Mar"
        )
        await front.shows("09:00-21:00")

    at_counter(shop, play, actor=clerk)


def test_the_next_calendar_and_other_months_are_a_key_away(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        screen = await service_times(front)
        text = screen.query_one("#times-text")
        await front.press("c")
        await front.shows("the workshop's days", "09:00-12:00, 13:30-18:00")
        await front.press("n", "n")
        await front.shows("2025-05")
        assert "Thu 1 May   closed" in str(text.render())
        assert "make-up day" not in str(text.render()).partition("Sun 27 Apr")[0]
        await front.press("p")
        await front.shows("2025-04")
        await front.press("t", "c")
        await front.shows("2025-03", "00:00-24:00")
        await front.press("c")
        await front.shows("the counter's hours  2025-03")

    at_counter(shop, play, actor=clerk)


def test_enter_goes_to_the_times_and_escape_comes_back(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        screen = await service_times(front)
        await front.press("enter", "pagedown")
        await front.until(lambda: screen.query_one("#times").scroll_y > 0)
        await front.press("escape")
        assert front.app.screen is screen
        assert screen.query_one("#times-versions").has_focus
        await front.press("escape")
        await front.until(lambda: front.app.screen is not screen)

    at_counter(shop, play, actor=clerk)


def test_each_version_shows_its_own_targets(shop: Shop, supervisor: Actor, tmp_path: Path) -> None:
    path = times_at(tmp_path, ("resolution_min = 480", "resolution_min = 600"))
    with shop.writing(supervisor) as desk:
        add_version(desk, path)

    async def play(front: Front) -> None:
        await service_times(front)
        await front.shows("600 min")
        await front.press("down")
        await front.shows("480 min")

    at_counter(shop, play, actor=supervisor)
