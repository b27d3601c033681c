"""Keys in the list of tickets: arrow and page-down to the last byte of the repaint.

A store of a thousand tickets against one of a million, the same view, in a real terminal, in turn.
Resident memory with the list open is compared the same way.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.figures import Figure, table
from tests.bench.same_sql import p95
from tests.bench.stores import CLERK, CLERK_PIN, LARGE, SMALL, behind, copied_store, in_made_time
from tests.bench.terminal import Terminal

ROUNDS: Final = 10
PRESSES: Final = 20
PAGES: Final = 20
"""Page-downs of a round: not more than the small list has, so that each of them moves."""

PAGE_DOWN_LIMIT: Final = 0.020
_DOWN, _PAGE_DOWN, _HOME, _F5, _ALL = "\x1b[B", "\x1b[6~", "\x1b[H", "\x1b[15~", "7"
_BETWEEN: Final = 0.03


class _Counter:
    """The application on one store, signed in, with the list of all tickets open."""

    def __init__(self, home: Path, seconds: float, stack: ExitStack) -> None:
        environment = {
            "COUNTER_HOME": str(home),
            "COUNTER_LANGUAGE": "en",
            "TERM": "xterm-256color",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        command = in_made_time(seconds)
        self.terminal = stack.enter_context(Terminal(command, environment))
        self.terminal.wait_for("Your staff number")
        self.terminal.settle(1.0)
        for keys in (f"{CLERK}\r", f"{CLERK_PIN}\r"):
            self.terminal.press(keys)
        self.terminal.wait_for("My queue")
        self.terminal.settle(1.0)
        self.terminal.press(_F5)
        self.terminal.settle()
        self.terminal.press(_ALL)
        self.terminal.settle(1.0)
        self.memory = self.terminal.resident_kib()
        self.arrows: list[float] = []
        self.pages: list[float] = []

    def pressed(self, key: str) -> float:
        """Seconds until the last byte of what a key paints."""
        time.sleep(_BETWEEN)
        self.terminal.output = b""  # it would be searched for nothing
        return self.terminal.press(key)


def measure() -> list[Figure]:
    """The figures of the keys and of the memory."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        homes = [copied_store(tickets, Path(folder)) for tickets in (SMALL, LARGE)]
        seconds = behind()
        small, large = (_Counter(home, seconds, stack) for home in homes)
        for _round in range(ROUNDS):
            _from_the_top(small, large)
        return [
            _figure("arrow key", large.arrows, small.arrows, "1.2x"),
            _figure("page-down", large.pages, small.pages, "1.2x and 20 ms"),
            Figure(
                f"resident memory, the list of {LARGE:,} open",
                f"{large.memory / 1024:.0f} MiB",
                f"the list of {SMALL:,}, {small.memory / 1024:.0f} MiB",
                large.memory / small.memory,
                "flat",
            ),
        ]


def _from_the_top(*counters: _Counter) -> None:
    """Arrows, then page-downs, each key at one terminal after the other."""
    for counter in counters:
        counter.pressed(_HOME)
    for _press in range(PRESSES):
        for counter in counters:
            counter.arrows.append(counter.pressed(_DOWN))
    for _press in range(PAGES):
        for counter in counters:
            counter.pages.append(counter.pressed(_PAGE_DOWN))


def _figure(name: str, values: list[float], floors: list[float], limit: str) -> Figure:
    value, floor = p95(values), p95(floors)
    return Figure(
        f"{name} to the last byte of its repaint, p95 of {len(values)}, at {LARGE:,}",
        f"{value * 1000:.1f} ms",
        f"at {SMALL:,}, {floor * 1000:.1f} ms",
        value / floor,
        limit,
    )


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
