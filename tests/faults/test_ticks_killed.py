"""A terminal is killed while it writes what time brought about: the next tick writes the rest."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from counter.desk import Actor
from counter.shop import Shop
from counter.ticking import Ticked, tick
from tests.counter.test_clock_keeping import clocks, opened
from tests.premises import Clock, rows

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")

CHECKOUT = Path(__file__).parents[2]
TICKETS = 20

KILLED = """
import os, signal, sys
from pathlib import Path
from counter import clock_levels
from counter.ticking import tick
from tests.premises import Clock, shop_at

left = [int(sys.argv[2])]
reach = clock_levels.reach
def killed(desk):
    levels = reach(desk, 7)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return levels

clock_levels.reach = killed
clock = Clock()
clock.forward(days=3)
tick(shop_at(Path(sys.argv[1]), clock))
"""


@pytest.mark.parametrize("portion", [1, 2, 3])
def test_the_next_tick_writes_what_a_killed_one_did_not(
    shop: Shop, clerk: Actor, clock: Clock, portion: int
) -> None:
    numbers = [opened(shop, clerk) for _ticket in range(TICKETS)]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(shop.places.home), str(portion)],
        cwd=CHECKOUT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    ((written,),) = rows(shop, "SELECT count(*) FROM ticket_event WHERE kind = 'level'")
    assert written < 6 * TICKETS
    clock.forward(days=3)

    assert tick(shop).levels == 6 * TICKETS - written
    assert tick(shop) == Ticked()
    assert rows(
        shop,
        "SELECT count(*), count(DISTINCT ticket_id || payload) FROM ticket_event "
        "WHERE kind = 'level'",
    ) == [(6 * TICKETS, 6 * TICKETS)]
    assert {state[2] for no in numbers for state in clocks(shop, no).values()} == {3}
