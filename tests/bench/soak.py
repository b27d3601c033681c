"""A long day at one terminal: what lives in memory after 2,000 focus changes and 500 screens.

The application runs headless, in this process, so that the garbage collector can be asked what is
alive. The floor is the same application when its caches are full (Textual's of styles and strips
fill for some hundred screens, and then stay as they are).
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from textual.binding import Binding
from textual.dom import DOMNode
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.signal import Signal
from textual.timer import Timer
from textual.widget import Widget

from counter.desk import Actor
from counter.shop import Shop
from models.terms import Role
from screens.app import CounterApp
from screens.help import open_help
from tests.bench.figures import Figure
from tests.premises import Clock, hire, sell, shop_at
from tests.screens.cases import case

FOCUS_CHANGES: Final = 2000
SWITCHES: Final = 500

FIRST_FOCUS_CHANGES: Final = 800
FIRST_SWITCHES: Final = 350
"""What fills the caches."""

_KINDS: Final = (Screen, Widget, DOMNode, Binding, Message, Timer, Signal, asyncio.Task)


def alive() -> Counter[str]:
    """How many screens, widgets, bindings and the like are alive, once garbage is collected.

    A task that finished is not alive: see :func:`finished`.
    """
    gc.collect()
    found: Counter[str] = Counter()
    for thing in gc.get_objects():
        for kind in _KINDS:
            if isinstance(thing, kind):
                if not (isinstance(thing, asyncio.Task) and thing.done()):
                    found[kind.__name__] += 1
                break
    return found


def finished() -> WeakSet[asyncio.Task[Any]]:
    """The tasks that finished and are held by something still, once garbage is collected.

    A few always are: the newest workers' results. Which ones depends on the machine; that they are
    let go when others take their place does not.
    """
    gc.collect()
    tasks = [thing for thing in gc.get_objects() if isinstance(thing, asyncio.Task)]
    return WeakSet(task for task in tasks if task.done())


async def change_focus(pilot: Pilot[Any], times: int) -> None:
    """Walk the focus through the fields of the intake form."""
    app = pilot.app
    assert isinstance(app, CounterApp)
    await app.switch_mode("intake")
    await pilot.pause()
    for _ in range(times):
        app.screen.focus_next()
        await pilot.pause()


async def switch_screens(pilot: Pilot[Any], times: int, ticket: str) -> None:
    """Go from screen to screen: list, intake, home, a ticket and back, the help and back."""
    app = pilot.app
    assert isinstance(app, CounterApp)

    async def go(mode: str) -> None:
        await app.switch_mode(mode)

    async def show_ticket() -> None:
        app.open_ticket(ticket)

    async def show_help() -> None:
        open_help(app)

    async def back() -> None:
        await app.pop_screen()

    round_trip: tuple[Callable[[], Awaitable[None]], ...] = (
        lambda: go("tickets"),
        lambda: go("intake"),
        lambda: go("home"),
        show_ticket,
        back,
        show_help,
        back,
    )
    for at in range(times - times % len(round_trip)):
        await round_trip[at % len(round_trip)]()
        await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def soaked(
    pilot: Pilot[Any], ticket: str, *, focus_changes: int, switches: int
) -> Counter[str]:
    """What is alive after so many changes, back on the home screen."""
    await change_focus(pilot, focus_changes)
    await switch_screens(pilot, switches, ticket)
    app = pilot.app
    assert isinstance(app, CounterApp)
    await app.switch_mode("home")
    await pilot.pause()
    await app.workers.wait_for_complete()  # what is still under way is not left behind
    await pilot.pause()
    return alive()


def measure() -> list[Figure]:
    """What is alive when the caches are full, and after the day."""
    with tempfile.TemporaryDirectory() as folder:
        shop = shop_at(Path(folder) / "home", Clock())
        try:
            actor = hire(shop, "li", Role.CLERK)
            sell(shop)
            return asyncio.run(_measured(shop, actor, case(shop, actor).no))
        finally:
            shop.close()


async def _measured(shop: Shop, actor: Actor, ticket: str) -> list[Figure]:
    app = CounterApp(shop.places)
    async with app.run_test(size=(80, 24)) as pilot:
        await asyncio.wait_for(app.opened.wait(), 30)
        app.shop.clock = shop.clock
        await app.signed_in(actor)
        await pilot.pause()
        before = await soaked(
            pilot, ticket, focus_changes=FIRST_FOCUS_CHANGES, switches=FIRST_SWITCHES
        )
        memory_before = _resident_kib()
        after = await soaked(pilot, ticket, focus_changes=FOCUS_CHANGES, switches=SWITCHES)
        memory_after = _resident_kib()
    changes = f"{FOCUS_CHANGES:,} focus changes and {SWITCHES} screens"
    return [
        _figure(f"live widgets after {changes}", after["Widget"], before["Widget"], ""),
        _figure("live screens", after["Screen"], before["Screen"], ""),
        _figure(
            "resident memory of the process", memory_after // 1024, memory_before // 1024, " MiB"
        ),
    ]


def _figure(name: str, value: int, floor: int, unit: str) -> Figure:
    return Figure(
        name,
        f"{value}{unit}",
        f"when its caches are full, {floor}{unit}",
        value / floor,
        "no growth",
    )


def _resident_kib() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


if __name__ == "__main__":
    for figure in measure():
        print(figure)
