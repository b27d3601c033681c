"""A terminal is killed between two steps of a return, or inside one: what it said was saved is
there, the step it was in is not begun, and every invariant holds.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from counter import compensations, exchanges, receiving, refunds, returns
from counter.desk import Actor, WritingDesk
from counter.exchanges import Replacement
from counter.receiving import ReceivedLine
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.terms import Role, Tier
from tests.claims import Item, draft, sell_goods
from tests.faults.clerks import start
from tests.faults.judging import assert_whole
from tests.faults.test_killed_writers import killed_after
from tests.premises import Clock, Sale, hire, rows, shop_at
from tests.return_invariants import assert_returns_hold

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")

NO = "R-20250308-0001"

# --- inside any step ------------------------------------------------------------------------

Step = tuple[str, Callable[[WritingDesk], Any]]


def _two_lines() -> ReturnDraft:
    reasons = ({"reason": "quality"}, {"reason": "no_reason", "quantity": "3"})
    lines = [ReturnLineDraft(at, given) for at, given in enumerate(reasons, 1)]
    return ReturnDraft("K-1", lines, remedy="refund")


STORIES: dict[str, list[Step]] = {
    "money": [
        ("li", lambda d: returns.submit(d, _two_lines())),
        ("li", lambda d: compensations.propose(d, NO, amount_minor=500, legal_base="Goodwill")),
        ("li", lambda d: returns.approve(d, NO)),
        ("sun", lambda d: compensations.grant(d, NO)),
        ("li", lambda d: receiving.receive(d, NO, [ReceivedLine(2, "2")])),
        ("li", lambda d: refunds.refund(d, NO)),
        ("sun", lambda d: refunds.authorise(d, NO)),
        ("li", lambda d: refunds.fail(d, NO, "Card refused")),
        ("li", lambda d: refunds.refund(d, NO)),
        ("sun", lambda d: refunds.authorise(d, NO)),
        ("li", lambda d: compensations.pay(d, NO, "cash")),
        ("li", lambda d: refunds.settle(d, NO)),
    ],
    "goods": [
        ("li", lambda d: returns.submit(d, draft("K-1", 1, reason="no_reason", resale_ok=False))),
        ("li", lambda d: returns.refuse(d, NO, "Worn")),
        ("li", lambda d: returns.appeal(d, NO, "Was so")),
        ("sun", lambda d: returns.override(d, NO, 1, "exchange", "Kind")),
        ("sun", lambda d: returns.approve(d, NO)),
        ("li", lambda d: receiving.receive(d, NO)),
        ("li", lambda d: exchanges.exchange(d, NO, [Replacement(1, "SN-NEW")])),
        ("li", lambda d: exchanges.exchange_at_once(
            d, draft("K-1", 1, reason="quality"), [Replacement(1, "SN-NEWER")])),
    ],
}  # fmt: skip

TABLES = (
    "ticket", "ticket_event", "return_case", "return_line", "condition_check",
    "eligibility_decision", "refund", "refund_deduction", "refund_allocation", "goods_movement",
    "serial_unit", "compensation", "points_entry", "audit_entry", "number_counter",
)  # fmt: skip

State = tuple[list[tuple[Any, ...]], ...]


@contextmanager
def told_of_each_statement(shop: Shop, tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` before each statement, and before and after each commit."""

    def before(*_words: object) -> None:
        tell()

    engine = shop.store.engine
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "commit", before)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "commit", before)


def state(shop: Shop) -> State:
    """What stands in the store, but for keys and sums that differ with each run."""
    counts = [(table, *rows(shop, f"SELECT count(*) FROM {table}")[0]) for table in TABLES]
    return (
        counts,
        rows(shop, "SELECT no, status, version, event_count FROM ticket ORDER BY id"),
        rows(shop, "SELECT status, remedy, due_at, version FROM return_case ORDER BY id"),
        rows(shop, "SELECT counted_milli, received_milli, remedy FROM return_line ORDER BY id"),
        rows(shop, "SELECT status, amount_minor, version FROM refund ORDER BY id"),
        rows(shop, "SELECT serial_no, exchanged_to_id FROM serial_unit ORDER BY id"),
        rows(shop, "SELECT kind, points FROM points_entry ORDER BY id"),
        rows(shop, "SELECT status FROM compensation ORDER BY id"),
    )


def play(shop: Shop, clock: Clock, people: dict[str, Actor], story: str) -> Iterator[None]:
    """Take the steps of a story, one minute after the other."""
    for who, step in STORIES[story]:
        clock.forward(minutes=1)
        with shop.writing(people[who]) as desk:
            step(desk)
        yield


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, founded_store: Path) -> Path:
    """The folder of a shop with two people and a receipt; tests get copies."""
    home = tmp_path_factory.mktemp("opened") / "home"
    shop = shop_at(home, Clock(), founded_store)
    hire(shop, "li", Role.CLERK)
    hire(shop, "sun", Role.SUPERVISOR)
    sell_goods(
        shop,
        "K-1",
        [Item("COOKER", 129900, serial_no="SN-1"), Item("SOCK", 333, 3000)],
        [("card", 130000), ("points", 900)],
        tier=Tier.GOLD,
        earned=130,
        spent=90,
    )
    shop.close()
    return home


def people_of(shop: Shop) -> dict[str, Actor]:
    found = rows(shop, "SELECT id, login, name, role FROM staff WHERE login IN ('li', 'sun')")
    return {login: Actor(key, login, name, Role(role)) for key, login, name, role in found}


@pytest.fixture(scope="module")
def courses(
    opened: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[list[State], list[int]]]:
    """For each story: what stands there after each step, and how many statements it took."""
    found = {}
    for story in (*STORIES, *STORIES):  # the rules are read once in a process: the second counts
        home = tmp_path_factory.mktemp("course") / "home"
        shutil.copytree(opened, home)
        clock = Clock()
        shop = shop_at(home, clock)
        told = [0]

        def tell(told: list[int] = told) -> None:
            told[0] += 1

        states, counts = [state(shop)], [0]
        people = people_of(shop)
        with told_of_each_statement(shop, tell):
            for _ in play(shop, clock, people, story):
                states.append(state(shop))
                counts.append(told[0])
        assert_returns_hold(shop)
        shop.close()
        found[story] = states, counts
    return found


def play_until_killed(home: Path, story: str, at: int, pipe: int) -> None:
    """In a process of its own: say each step that was saved; die before statement ``at``."""
    clock = Clock()
    shop = shop_at(home, clock)
    left = [at]

    def tell() -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    people = people_of(shop)
    with told_of_each_statement(shop, tell):
        for _ in play(shop, clock, people, story):
            os.write(pipe, b"+")


def killed_at(home: Path, story: str, at: int) -> int:
    """How many steps were said to be saved before the process was killed."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:  # nothing of the test's own process may be ended here
        try:
            os.close(reads)
            play_until_killed(home, story, at, writes)
        finally:
            os._exit(3)
    os.close(writes)
    said = b""
    while more := os.read(reads, 100):
        said += more
    os.close(reads)
    _, result = os.waitpid(child, 0)
    assert os.WIFSIGNALED(result), "it was to be killed"
    assert os.WTERMSIG(result) == signal.SIGKILL
    return len(said)


PLACES = [
    pytest.param(story, at, part, id=f"{story}, step {at + 1}, {part}")
    for story, steps in STORIES.items()
    for at in range(len(steps))
    for part in ("before it", "inside it", "before the commit")
]


@pytest.mark.parametrize(("story", "step", "part"), PLACES)
def test_a_step_that_was_not_saved_is_as_if_it_had_not_begun(
    opened: Path,
    courses: dict[str, tuple[list[State], list[int]]],
    tmp_path: Path,
    story: str,
    step: int,
    part: str,
) -> None:
    states, counts = courses[story]
    first, after = counts[step], counts[step + 1]
    at = {"before it": first, "inside it": (first + after) // 2, "before the commit": after - 1}
    home = tmp_path / "home"
    shutil.copytree(opened, home)

    assert killed_at(home, story, at[part]) == step
    clock = Clock()
    clock.forward(minutes=step)
    shop = shop_at(home, clock)
    assert state(shop) == states[step]
    assert_returns_hold(shop)
    if part == "inside it":  # the whole examination takes its time
        assert_whole(shop)
    shop.close()


@pytest.mark.parametrize("story", STORIES)
def test_what_was_killed_in_the_middle_goes_on_to_the_same_end(
    opened: Path,
    courses: dict[str, tuple[list[State], list[int]]],
    tmp_path: Path,
    story: str,
) -> None:
    states, counts = courses[story]
    home = tmp_path / "home"
    shutil.copytree(opened, home)
    done = killed_at(home, story, (counts[4] + counts[5]) // 2)
    clock = Clock()
    shop = shop_at(home, clock)
    people = people_of(shop)
    clock.forward(minutes=done)
    for who, step in STORIES[story][done:]:
        clock.forward(minutes=1)
        with shop.writing(people[who]) as desk:
            step(desk)

    assert state(shop) == states[-1]
    assert_returns_hold(shop)
    shop.close()


# --- at any moment --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_whenever_a_terminal_is_killed_what_it_showed_is_there_and_the_invariants_hold(
    shop: Shop, clerk: Actor, sale: Sale, seed: int
) -> None:
    hire(shop, "wu", Role.SUPERVISOR)
    for number in range(6):
        sell_goods(
            shop,
            f"B-{number}",
            [Item("POT", 29900, serial_no=f"S-{number}"), Item("SOCK", 333, 3000)],
            [("card", 25000), ("cash", 5900)],
            signed_for=date(2025, 3, 5),
        )
    chance = random.Random(seed)
    home = shop.places.home
    shop.close()
    before: dict[str, int] = {}
    for again in range(2):
        process = start("returns", shop, clerk, 10 * seed + again, again)
        said = killed_after(process, chance.randint(5, 50), chance)
        opened = shop_at(home, Clock())
        words = [line.split(" ") for line in said if line.startswith("case ")]
        stored: dict[str, int] = dict(rows(opened, "SELECT no, event_count FROM ticket"))

        assert len(words) >= 5
        shown = before | {no: int(events) for _, no, events, _ in words}
        assert all(stored[no] >= events for no, events in shown.items())
        further = {no for no, events in stored.items() if events > shown.get(no, 0)}
        assert len(further) <= 1  # saved, and killed before it was said
        assert_returns_hold(opened)
        assert_whole(opened)
        before = stored
        opened.close()
