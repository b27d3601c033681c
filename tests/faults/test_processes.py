"""Several terminals at once, and terminals that die: nothing that was said is taken back."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from counter.desk import Actor
from counter.shop import Shop
from data import chain
from tests.counter.test_lifecycle import check
from tests.premises import Clock, rows, shop_at

CHECKOUT = Path(__file__).parents[2]

OPEN_TICKETS = """
import sys
from pathlib import Path
from counter.desk import Actor
from counter.tickets import TicketDraft, note, open_ticket, take
from models.terms import Role
from tests.premises import Clock, shop_at

home, key, count, more = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
shop = shop_at(home, Clock())
actor = Actor(key, "li", "Li", Role.CLERK)
for number in range(count):
    with shop.writing(actor) as desk:
        head = open_ticket(desk, TicketDraft("return", "Towel"))
    print(head.no, flush=True)
    if more:
        with shop.writing(actor) as desk:
            take(desk, head.no)
            note(desk, head.no, "Seen")
shop.close()
"""


def start(shop: Shop, clerk: Actor, count: int, *more: str) -> subprocess.Popen[str]:
    words = (str(shop.places.home), str(clerk.id), str(count), *more)
    return subprocess.Popen(
        [sys.executable, "-c", OPEN_TICKETS, *words],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_six_terminals_take_ticket_numbers_and_none_is_lost_or_given_twice(
    shop: Shop, clerk: Actor
) -> None:
    running = [start(shop, clerk, 25) for _ in range(6)]
    said = [process.communicate(timeout=100) for process in running]
    given = [no for output, _ in said for no in output.split()]

    assert [errors for _, errors in said] == [""] * 6
    assert sorted(given) == [f"R-20250308-{number:04d}" for number in range(1, 151)]
    assert {no for (no,) in rows(shop, "SELECT no FROM ticket")} == set(given)
    assert rows(shop, "SELECT count(*), count(DISTINCT event_no) FROM ticket_event") == [(150, 1)]
    whole = chain.verify(rows(shop, f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id"))
    assert whole.broken_at is None
    assert whole.entries >= 150


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")
@pytest.mark.parametrize("seed", range(3))
def test_a_terminal_that_is_killed_keeps_every_ticket_it_had_shown(
    shop: Shop, clerk: Actor, seed: int
) -> None:
    chance = random.Random(seed)
    shop.close()
    process = start(shop, clerk, 100_000, "and work on it")
    assert process.stdout is not None
    assert process.stderr is not None
    shown = [process.stdout.readline().strip() for _ in range(chance.randint(1, 30))]
    sleep(chance.uniform(0, 0.02))
    os.kill(process.pid, signal.SIGKILL)
    shown += process.stdout.read().split()
    process.stderr.close()
    process.stdout.close()
    process.wait()
    shown = [no for no in shown if re.fullmatch(r"R-\d{8}-\d{4}", no)]
    again = shop_at(shop.places.home, Clock())

    stored = [no for (no,) in rows(again, "SELECT no FROM ticket ORDER BY id")]
    assert shown
    assert stored[: len(shown)] == shown
    assert len(stored) - len(shown) <= 1
    assert rows(again, "PRAGMA integrity_check") == [("ok",)]
    assert rows(again, "PRAGMA foreign_key_check") == []
    for no in stored:
        check(again, no)
    whole = chain.verify(rows(again, f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id"))
    assert whole.broken_at is None
    (highest,) = rows(
        again,
        "SELECT max(n) FROM (SELECT change_no AS n FROM ticket UNION ALL "
        "SELECT change_no FROM ticket_event)",
    )
    assert highest == rows(again, "SELECT value FROM change_counter")[0]
    again.close()
