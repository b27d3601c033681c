"""The application in a real terminal, killed while somebody types: it is offered again.

What was typed more than two seconds ago is in the store. That is shown in two steps, because a
test that counts seconds from outside says more about the machine than about the program: inside,
by the application's own clock, the keeping is over before two seconds are; outside, whatever was
kept when the process was killed comes back, wherever that moment falls.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from counter.desk import Actor
from counter.shop import Shop
from tests.faults.judging import assert_whole
from tests.premises import PIN, rows
from tests.screens.cases import case
from tests.screens.front import Front, at_counter
from tests.screens.test_intake import intake

if TYPE_CHECKING:
    from tests.bench.terminal import Terminal

PROMISED = 2.0
"""Seconds after which what was typed is kept."""

TEXT = "The glass cracked"
PATIENCE = 30.0


def kept(shop: Shop) -> str:
    """The text of the one draft in the store."""
    found = rows(shop, "SELECT content FROM draft")
    content = json.loads(found[0][0]) if found else {}
    return content.get("summary") or content.get("note") or ""


@pytest.mark.parametrize("longest_pause", [0.0, 0.5])
def test_what_is_typed_is_kept_before_two_seconds_are_over(
    shop: Shop, clerk: Actor, longest_pause: float
) -> None:
    chance = random.Random(1)
    due = list[tuple[str, str]]()

    def promised(text: str) -> Callable[[], None]:
        return lambda: due.append((text, kept(shop)))

    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "2", "down")
        for end, letter in enumerate("Glass_cracked", 1):
            await front.press(letter)
            front.app.set_timer(PROMISED, promised("Glass_cracked"[:end]))
            await front.pilot.pause(chance.uniform(0, longest_pause))
        await front.until(lambda: len(due) == len("Glass_cracked"))

    at_counter(shop, play, actor=clerk)
    assert [(text, stored) for text, stored in due if not stored.startswith(text)] == []


def press(terminal: Terminal, keys: str, word: str) -> None:
    """Press keys and wait until ``word`` stands there."""
    terminal.forget()
    terminal.press(keys)
    terminal.wait_for(word)
    terminal.settle(0.1)


def to_intake(terminal: Terminal) -> None:
    """To the form for a new ticket, and there to the field for its words."""
    press(terminal, "\x1bOQ", "Came by")
    for _ in range(2):
        terminal.press("\t")
        terminal.settle(0.2)


def to_note(terminal: Terminal) -> None:
    """To the window for a note to the first ticket."""
    press(terminal, "\x1b[15~", "Lid is loose")
    press(terminal, "\r", "opened:")
    press(terminal, "n", "Ctrl+S: save")


def to_note_for_many(terminal: Terminal) -> None:
    """To the window for one note to many tickets."""
    press(terminal, "\x1b[15~", "Lid is loose")
    press(terminal, "b", "Write the same note")
    press(terminal, "5", "Ctrl+S: save")


def type_until_killed(terminal: Terminal, shop: Shop, chance: random.Random) -> str:
    """Type the text at a hand's pace; what was kept of it at the moment of the kill."""
    end = chance.randint(4, len(TEXT))
    stop = chance.randint(1, end)
    for letter in TEXT[:end]:
        terminal.press(letter)
        if not stop:
            break
        if kept(shop):
            stop -= 1
    patience = monotonic() + PATIENCE
    while not kept(shop):
        assert monotonic() < patience
        terminal.settle(0.05)
    sleep(chance.uniform(0, 0.2))
    found = kept(shop)
    os.kill(terminal.pid, signal.SIGKILL)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="no pty on this system")
@pytest.mark.parametrize(
    ("window", "offered", "seed"),
    [
        (to_intake, "F2 goes on", 1),
        (to_intake, "F2 goes on", 2),
        (to_note, "Ctrl+B goes on", 3),
        (to_note_for_many, "Ctrl+B goes on", 4),
    ],
)
def test_a_terminal_that_is_killed_offers_the_typing_again(
    shop: Shop, clerk: Actor, window: Callable[[Terminal], None], offered: str, seed: int
) -> None:
    from tests.bench.terminal import Terminal

    case(shop, clerk)
    command = [sys.executable, "-m", "counter", "--home", str(shop.places.home)]
    environment = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8", "COUNTER_LANGUAGE": "en"}

    with Terminal(command, environment) as terminal:
        terminal.wait_for("Number")
        press(terminal, f"li\r{PIN}\r", "My queue")
        window(terminal)
        acknowledged = type_until_killed(terminal, shop, random.Random(seed))
    stored = kept(shop)
    assert acknowledged
    assert stored.startswith(acknowledged)
    assert stored in TEXT
    assert_whole(shop)
    with Terminal(command, environment) as terminal:
        terminal.wait_for("Number")
        press(terminal, f"li\r{PIN}\r", offered)
        window(terminal)
        terminal.wait_for(stored.rstrip())
    assert kept(shop) == stored
