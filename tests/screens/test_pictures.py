"""Pictures of every screen, at two sizes and in both languages, as they were looked at and taken.

A picture that differs is either a fault or a change to look at; ``make test
ARGS="tests/screens/test_pictures.py --snapshot-update"`` takes new ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.timer import Timer

from counter import language
from counter.demo import PIN, throw_away_shop
from counter.places import Places
from screens.app import CounterApp
from screens.cash_up import CashUp
from screens.customer import CustomerScreen
from screens.frame import FramedScreen
from screens.home import Home
from screens.overdue import Overdue
from screens.policies import Policies
from screens.receipt import ReceiptScreen
from screens.return_case import ReturnCaseScreen
from screens.service import ServiceTimes
from screens.themes import HIGH_CONTRAST
from screens.typed_receipt import TypeReceipt
from screens.widgets.list_pages import ListPages
from screens.widgets.menu import ActionMenu
from tests.premises import places_at, rows
from tests.screens.front import Front
from tests.screens.widgets.stage import settle

TODAY = date(2025, 3, 8)
AFTERNOON = time(15, 30)

SOON = 1.0
"""Seconds; what comes later, such as the end of a sentence on the status line, is not awaited."""

ROUNDS = 6
"""How often in a row nothing has to be under way: widgets a message goes through, and some more."""

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
LANGUAGES = ("en", "zh_CN")

Scene = Callable[[Front], Awaitable[None]]


@pytest.fixture(scope="session")
def demo_shops(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The demo shop in a language, made once."""
    made: dict[str, Path] = {}

    def shop_in(spoken: str) -> Path:
        if spoken not in made:
            language.use(spoken)
            home = tmp_path_factory.mktemp(f"demo-{spoken}")
            with throw_away_shop(today=TODAY) as places:
                shutil.copytree(places.home, home, dirs_exist_ok=True)
            made[spoken] = home
        return made[spoken]

    return shop_in


@pytest.fixture
def places(tmp_path: Path, demo_shops: Callable[[str], Path], spoken: str) -> Places:
    """The demo shop in that language, for one test alone."""
    home = tmp_path / "home"
    shutil.copytree(demo_shops(spoken), home)
    language.use(spoken)
    return places_at(home)


async def settled(front: Front) -> None:
    """Let everything that is under way come to its end, and whatever that begins in its turn.

    What was read or pressed is handed on as a message, from one widget to the next, and often
    leads to the next reading: only where nothing was found under way time and again, nothing is.
    """
    quiet = 0
    while quiet < ROUNDS:
        await front.app.workers.wait_for_complete()
        await settle(front.pilot, 0)
        quiet = 0 if _is_busy(front) else quiet + 1


def _is_busy(front: Front) -> bool:
    reads = any(table.is_reading for table in front.app.screen.query(ListPages))
    waits = any(map(_comes_soon, _timers(front.app)))
    return reads or waits or any(not worker.is_finished for worker in front.app.workers)


def _timers(app: CounterApp) -> Iterator[Timer]:
    """The timers of everything that is shown."""
    for node in (app, app.screen, *app.screen.walk_children()):
        yield from node._timers


def _comes_soon(timer: Timer) -> bool:
    """Whether something is put off for a moment: what is found while a name is being typed."""
    going_on = timer._task is not None and not timer._task.done()
    return going_on and timer._repeat == 0 and timer._interval < SOON


async def at_home(front: Front, login: str = "102") -> None:
    """Sign in and wait for the queue."""
    await keys(front, *login, "enter", *PIN, "enter")
    await front.reaches(Home)
    await front.until(lambda: front.app.numbers is not None)
    await settled(front)


async def keys(front: Front, *pressed: str) -> None:
    """Press keys one by one, each when the one before has taken effect, as a hand would.

    The pilot would wait after each for a processor with nothing to do.
    """
    for key in pressed:
        front.type_apart(key)
        await settled(front)


def after(*pressed: str, login: str = "102") -> Scene:
    """The screen that these keys lead to from home."""

    async def scene(front: Front) -> None:
        await at_home(front, login)
        await keys(front, *pressed)

    return scene


async def sign_in(front: Front) -> None:
    await settled(front)


async def wrong_pin(front: Front) -> None:
    await keys(front, *"102", "enter", *"000000", "enter")
    await front.until(lambda: len(front.app.screen.query(".-faulty")) > 0)
    await settled(front)


async def locked(front: Front) -> None:
    await at_home(front)
    await keys(front, "ctrl+l")


async def faulty_intake(front: Front) -> None:
    await at_home(front)
    await keys(front, "f2", "down", "2", "ctrl+s")


async def receipt(front: Front) -> None:
    await at_home(front)
    ((no,),) = rows(front.app.shop, "SELECT receipt_no FROM receipt ORDER BY id LIMIT 1")
    await front.push(ReceiptScreen(no))
    await settled(front)


async def customer(front: Front) -> None:
    await at_home(front)
    await front.push(CustomerScreen(1))
    await settled(front)


def on_board(*pressed: str, opens: bool = False) -> Scene:
    """The overdue board after these keys, or the window that they open."""

    async def scene(front: Front) -> None:
        await at_home(front)
        await keys(front, "f7")
        await front.reaches(Overdue)
        board = front.app.screen
        assert isinstance(board, Overdue)
        await front.until(lambda: board.line is not None and board.line.detail is not None)
        await keys(front, *pressed)
        await front.until(lambda: front.app.screen.is_modal is opens)
        await settled(front)

    return scene


def mode(name: str, login: str = "101") -> Scene:
    """The screen of that mode."""

    async def scene(front: Front) -> None:
        await at_home(front, login)
        front.app.action_go(name)
        await settled(front)

    return scene


def return_case(view: str, *pressed: str, login: str = "102") -> Scene:
    """A return of that view of the list, and the keys that are pressed there."""

    async def scene(front: Front) -> None:
        await at_home(front, login)
        front.app.action_go("cases")
        await settled(front)
        await keys(front, view, "enter", *pressed)

    return scene


async def second_person(front: Front) -> None:
    """A refund that a clerk may not pay back alone, and the window for whoever may."""
    await at_home(front)
    (no,) = rows(
        front.app.shop,
        "SELECT t.no FROM refund f JOIN return_line l ON l.id = f.return_line_id "
        "JOIN return_case c ON c.id = l.return_case_id JOIN ticket t ON t.id = c.ticket_id "
        "WHERE f.status = 'requested' ORDER BY f.id LIMIT 1",
    )[0]
    await front.push(ReturnCaseScreen(no))
    await settled(front)
    await keys(front, "enter")


async def typed_receipt(front: Front) -> None:
    """A receipt that the store does not have, typed by hand with all that is missing."""
    await at_home(front)
    await keys(front, "f4", *"K-1", "enter")
    await front.until(lambda: "K-1" in front.status)
    await keys(front, "enter")
    await front.reaches(TypeReceipt)
    await keys(front, "ctrl+s")


def pushed(screen: Callable[[], FramedScreen], *pressed: str, login: str = "101") -> Scene:
    """That screen, and the keys that are pressed there."""

    async def scene(front: Front) -> None:
        await at_home(front, login)
        await front.push(screen())
        await settled(front)
        await keys(front, *pressed)

    return scene


async def small(front: Front) -> None:
    await at_home(front)
    await front.pilot.resize_terminal(60, 15)
    await settled(front)


def return_check(*pressed: str) -> Scene:
    """The return check of a receipt with several lines, after these keys."""

    async def scene(front: Front) -> None:
        await at_home(front)
        ((no,),) = rows(
            front.app.shop,
            "SELECT r.receipt_no FROM receipt r JOIN receipt_line l ON l.receipt_id = r.id "
            "WHERE r.channel = 'store' AND NOT EXISTS "
            "(SELECT 1 FROM return_case c WHERE c.receipt_id = r.id) "
            "GROUP BY r.id HAVING count(*) > 3 ORDER BY r.sold_at DESC, r.id LIMIT 1",
        )
        await keys(front, "f4", *no, "enter", *pressed)

    return scene


SCENES: dict[str, Scene] = {
    "sign_in": sign_in,
    "wrong_pin": wrong_pin,
    "locked": locked,
    "home": after(),
    "found": after("z", "s"),
    "nothing_found": after("q", "q", "x"),
    "intake": after("f2"),
    "faulty_intake": faulty_intake,
    "tickets": after("f5"),
    "marked_tickets": after("f5", "space", "space"),
    "all_tickets": after("f5", "k", "7"),
    "filtered_tickets": after("f5", "slash", "1"),
    "ticket": after("f5", "down", "enter"),
    "note": after("f5", "down", "down", "enter", "n"),
    "resolve": after("f5", "down", "down", "enter", "r"),
    "correct": after("f5", "down", "down", "enter", "k"),
    "bulk": after("f5", "space", "space", "b"),
    "own_views": after("f5", "v"),
    "overdue": on_board(),
    "overdue_filtered": on_board("c"),
    "overdue_why": on_board("x", opens=True),
    "overdue_call": on_board("t", opens=True),
    "staff": mode("staff"),
    "imports": mode("imports"),
    "keys": mode("keys"),
    "receipt": receipt,
    "customer": customer,
    "returns_list": mode("cases"),
    "ended_returns": return_case("5", "escape"),
    "return_to_decide": return_case("2"),
    "return_awaited": return_case("3"),
    "return_to_settle": return_case("4"),
    "return_ended": return_case("5"),
    "return_refused": return_case("2", "f"),
    "return_exception": return_case("2", "o"),
    "return_goods_in": return_case("3", "g"),
    "return_why": return_case("4", "x"),
    "return_slip": return_case("5", "p"),
    "second_person": second_person,
    "paid_out": pushed(CashUp),
    "policies": pushed(Policies),
    "service_times": pushed(ServiceTimes),
    "return_scan": after("f4"),
    "return_found": after("f4", *"2025"),
    "return_lines": return_check("space", "down"),
    "return_verdict": return_check("end", "enter", "2", "enter", "enter"),
    "return_refusal": return_check("enter", "1", "enter"),
    "return_articles": return_check("end", "enter", "1", "x"),
    "return_more": return_check("end", "enter", "1", "plus", "2"),
    "return_faulty": return_check("ctrl+s"),
    "typed_receipt": typed_receipt,
    "more": after("f9", login="101"),
    "actions": after("f5", "ctrl+g"),
    "palette": after("ctrl+p"),
    "help": after("f5", "f1"),
    "small": small,
}


def compare(
    snap_compare: Any,
    app: CounterApp,
    scene: Scene,
    size: tuple[int, int],
) -> bool:
    """Whether ``scene`` looks as it did, with the shop's clock standing still."""

    async def play(pilot: Pilot[None]) -> None:
        front = Front(app, pilot)
        await front.until(app.opened.is_set)
        moment = datetime.combine(TODAY, AFTERNOON, app.shop.site.zone).astimezone(UTC)
        app.shop.clock = lambda: moment
        await settled(front)
        await scene(front)
        app.in_front(lambda screen: screen.show_title())
        await settled(front)  # a list reads anew what time did to the store meanwhile

    return bool(snap_compare(app, terminal_size=size, run_before=play))


@pytest.fixture(autouse=True)
def no_draft_is_kept_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a draft was kept by then depends on the machine: in pictures none is."""
    monkeypatch.setattr("screens.drafting.DRAFT_PAUSE", 3600.0)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_looks_as_it_did(
    snap_compare: Any, places: Places, spoken: str, size: str, scene: str
) -> None:
    assert compare(snap_compare, CounterApp(places, demo=True), SCENES[scene], SIZES[size])


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_first_run_looks_as_it_did(
    snap_compare: Any, tmp_path: Path, spoken: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_LANGUAGE", spoken)
    language.use(spoken)

    async def play(pilot: Pilot[None]) -> None:
        front = Front(app, pilot)
        await front.reaches(ActionMenu)  # how to begin is asked on top of it
        await settled(front)

    app = CounterApp(places_at(tmp_path))
    assert snap_compare(app, terminal_size=SIZES[size], run_before=play)


@pytest.mark.parametrize("spoken", ["en"])
@pytest.mark.parametrize(
    "scene", ["sign_in", "wrong_pin", "home", "tickets", "ticket", "more", "return_to_settle"]
)
def test_it_can_be_read_without_colours(
    snap_compare: Any, places: Places, spoken: str, scene: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert compare(snap_compare, CounterApp(places, demo=True), SCENES[scene], (80, 24))


@pytest.mark.parametrize("spoken", ["zh_CN"])
@pytest.mark.parametrize(
    "scene", ["sign_in", "wrong_pin", "home", "tickets", "ticket", "more", "return_to_settle"]
)
def test_it_can_be_read_with_strong_contrast(
    snap_compare: Any, places: Places, spoken: str, scene: str
) -> None:
    app = CounterApp(places, demo=True)
    (places.home / "settings.toml").write_text(
        f'language = "{spoken}"\ntheme = "high-contrast"\n', encoding="utf-8"
    )
    assert compare(snap_compare, app, SCENES[scene], (80, 24))
    assert app.theme == HIGH_CONTRAST
