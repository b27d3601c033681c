from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from counter import language
from counter.desk import Actor
from counter.shop import Shop
from screens.app import CounterApp
from screens.doorway import PIN as PIN_FIELD
from screens.doorway import Doorway, Typing
from screens.home import Home
from screens.sign_in import SignIn
from screens.widgets.form import Form
from tests.premises import PIN
from tests.screens.front import Front, until

Cell = tuple[str, ...]

HANDS: tuple[tuple[str, ...], ...] = ((), ("1", "0", "2"), ("enter",), ("2", "4"), ("backspace",))
"""What a hand does, picture by picture."""


def picture(app: App[Any]) -> list[list[Cell]]:
    """What can be seen, cell by cell: the character, its colours and its weight.

    Of a space only the colour behind it can be seen.
    """
    seen: list[list[Cell]] = []
    for strip in app.screen._compositor.render_strips(app.size):
        line: list[Cell] = []
        for text, style, _control in strip:
            paper = str(style and (style.reverse, style.bgcolor))
            ink = str(style and (style.color, style.bold, style.underline))
            line += [(letter, paper, "" if letter == " " else ink) for letter in text]
        seen.append(line)
    return seen


def lines_of(seen: list[list[Cell]]) -> list[str]:
    return ["".join(cell[0] for cell in line).rstrip() for line in seen]


def in_the_doorway(
    monkeypatch: pytest.MonkeyPatch,
    app: CounterApp,
    play: Callable[[Pilot[None], asyncio.Event], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
) -> None:
    """Run ``play`` at a doorway that stays until the event it is given is set."""

    async def run() -> None:
        go_on = asyncio.Event()
        come_in = app._come_in

        async def wait() -> None:
            await go_on.wait()
            await come_in()

        monkeypatch.setattr(app, "_come_in", wait)
        async with app.run_test(size=size) as pilot:
            await play(pilot, go_on)

    asyncio.run(run())


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("colours", ["colour", "no-colour"])
def test_the_doorway_looks_like_the_form_whatever_is_typed(
    shop: Shop,
    clerk: Actor,
    monkeypatch: pytest.MonkeyPatch,
    spoken: str,
    size: tuple[int, int],
    colours: str,
) -> None:
    if colours == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    language.use(spoken)

    async def stay(app: CounterApp) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("screens.opening.open_in_background", stay)
    doorway: list[list[list[Cell]]] = []
    form: list[list[list[Cell]]] = []

    async def at_the_doorway(pilot: Pilot[None], go_on: asyncio.Event) -> None:
        for keys in HANDS:
            await pilot.press(*keys)
            await pilot.pause()
            doorway.append(picture(pilot.app))
        assert isinstance(pilot.app.screen, Doorway)

    async def at_the_form(pilot: Pilot[None], go_on: asyncio.Event) -> None:
        go_on.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, SignIn))
        for keys in HANDS:
            await pilot.press(*keys)
            await pilot.pause(0.05)
            form.append(picture(pilot.app))

    in_the_doorway(monkeypatch, CounterApp(shop.places), at_the_doorway, size)
    in_the_doorway(monkeypatch, CounterApp(shop.places), at_the_form, size)
    for one, other in zip(doorway, form, strict=True):
        assert lines_of(one) == lines_of(other)
        assert one == other


def test_the_form_takes_the_doorways_place_without_anything_moving(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[list[str]] = []
    display = CounterApp._display

    def note(app: CounterApp, screen: Any, renderable: Any) -> None:
        display(app, screen, renderable)
        if not app._batch_count:
            painted.append(lines_of(picture(app)))

    async def stay(app: CounterApp) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("screens.opening.open_in_background", stay)

    async def play(pilot: Pilot[None], go_on: asyncio.Event) -> None:
        await pilot.press(*"102", "enter", *"24")
        await pilot.pause()
        before = lines_of(picture(pilot.app))
        monkeypatch.setattr(CounterApp, "_display", note)
        go_on.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, SignIn))
        await pilot.pause(0.1)
        assert painted
        for seen in painted:
            assert seen == before

    in_the_doorway(monkeypatch, CounterApp(shop.places), play)


def test_what_is_typed_at_the_doorway_echoes_there_and_goes_on_in_the_form(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(pilot: Pilot[None], go_on: asyncio.Event) -> None:
        await pilot.press("l", "x", "backspace", "i", "enter", *PIN[:3])
        words = [line.split() for line in lines_of(picture(pilot.app))]
        assert ["Number", "li"] in words
        assert [">", "PIN", "•••"] in words
        go_on.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, SignIn))
        front = Front(pilot.app, pilot)  # type: ignore[arg-type]
        await front.press(*PIN[3:])
        assert pilot.app.screen.query_one(Form).values() == {"login": "li", "pin": PIN}
        await front.press("enter")
        await front.reaches(Home)

    in_the_doorway(monkeypatch, CounterApp(shop.places), play)


def test_a_robot_that_types_everything_at_the_doorway_is_signed_in(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(pilot: Pilot[None], go_on: asyncio.Event) -> None:
        await pilot.press(*"xli", "home", "delete", "enter", *PIN, "enter")
        go_on.set()
        await Front(pilot.app, pilot).reaches(Home)  # type: ignore[arg-type]

    in_the_doorway(monkeypatch, CounterApp(shop.places), play)


def test_a_paste_lands_in_the_field_that_has_the_hand(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(pilot: Pilot[None], go_on: asyncio.Event) -> None:
        pilot.app.post_message(events.Paste(" li\n"))
        await pilot.press("enter")
        pilot.app.post_message(events.Paste("48\x1b"))
        await pilot.pause()
        go_on.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, SignIn))
        await pilot.pause()
        assert pilot.app.screen.query_one(Form).values() == {"login": "li", "pin": "48"}

    in_the_doorway(monkeypatch, CounterApp(shop.places), play)


def test_ctrl_q_leaves_from_the_doorway(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = CounterApp(shop.places)

    async def play(pilot: Pilot[None], go_on: asyncio.Event) -> None:
        await pilot.press("ctrl+q")
        go_on.set()
        await until(pilot, lambda: app._exit)

    in_the_doorway(monkeypatch, app, play)


def test_what_only_the_form_can_do_waits_for_it_with_all_that_follows() -> None:
    typing = Typing()
    typed = ("1", "left", "2", "enter")
    for key in typed:
        typing.take(events.Key(key, key if len(key) == 1 else None))
    assert typing.texts == ["1", ""]
    assert [event.key for event in typing.later if isinstance(event, events.Key)] == [*typed[1:]]


@pytest.mark.parametrize("text", ["王芳", "x" * 33])
def test_the_doorway_draws_no_text_that_it_cannot_measure(text: str) -> None:
    typing = Typing()
    typing.field = PIN_FIELD
    typing.take(events.Paste(text))
    assert typing.texts == ["", ""]
    assert len(typing.later) == 1
