"""A terminal that is killed at any moment: what it had shown as saved is there, and whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from time import sleep

import pytest

from counter.desk import Actor
from counter.shop import Shop
from tests.faults.clerks import start
from tests.faults.judging import assert_whole
from tests.premises import Clock, Sale, rows, shop_at

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")

EVENTS = """
    SELECT t.no, e.event_no, e.to_status, e.at
    FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id
"""


def killed_after(process: subprocess.Popen[str], lines: int, chance: random.Random) -> list[str]:
    """Everything the clerk said until it was killed, some moment after ``lines`` lines."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    sleep(chance.uniform(0, 0.02))
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout  # what was read ahead stands in this object and not in the pipe
    _, errors = process.communicate()
    assert errors == ""
    return [line.rstrip("\n") for line in said]


def stored_events(shop: Shop) -> dict[tuple[str, int, str], str]:
    """Every event, and when it happened; the clerk does one thing a second."""
    return {(no, number, status): at for no, number, status, at in rows(shop, EVENTS)}


def typing(shop: Shop) -> str:
    found = rows(shop, "SELECT content FROM draft")
    return json.loads(found[0][0])["summary"] if found else ""


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_being_done_everything_shown_is_there_and_nothing_is_half_done(
    shop: Shop, supervisor: Actor, clerk: Actor, sale: Sale, seed: int
) -> None:
    chance = random.Random(seed)
    home = shop.places.home
    shop.close()
    before = set[tuple[str, int, str]]()
    for again in range(2):  # the second one begins with the log that the first one left
        process = start("everything", shop, supervisor, 10 * seed + again, again)
        said = killed_after(process, chance.randint(1, 60), chance)
        opened = shop_at(home, Clock())
        words = [line.split(" ") for line in said if line.startswith("event ")]
        shown = {(no, int(number), status) for _, no, number, status in words}
        kept = [line.removeprefix("draft ") for line in said if line.startswith("draft ")]
        happened = stored_events(opened)
        stored = set(happened)

        assert shown
        assert shown <= stored
        assert before <= stored
        unsaid = stored - before - shown  # saved, and killed before it was said
        assert len({(event[0], happened[event]) for event in unsaid}) <= 1
        if kept:
            assert typing(opened) in (kept[-1], following(kept), "")
        assert_whole(opened)
        before = stored
        opened.close()


def following(kept: list[str]) -> str:
    """What was being kept when the process was killed after it had said ``kept``."""
    last = max((int(text.removeprefix("Typed ")) for text in kept if text), default=0)
    return f"Typed {last + 1}"
