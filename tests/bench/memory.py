"""Resident memory in a real terminal, on a store of a million tickets.

The floor is a bare Textual application. With the queue open no table library is loaded; it comes
with the first key of somebody who signed in, so the second figure is that of a clerk at work.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.figures import Figure
from tests.bench.start import BARE, FLOOR, environment_of, sign_in
from tests.bench.stores import LARGE, behind, copied_store, in_made_time
from tests.bench.terminal import Terminal

ROUNDS: Final = 5
_F2, _F5, _ESCAPE, _PAGE_DOWN = "\x1bOQ", "\x1b[15~", "\x1b", "\x1b[6~"

WORK: Final = (_F2, _ESCAPE, _F5, *[_PAGE_DOWN] * 50, "\r", _ESCAPE, _ESCAPE)
"""The intake, fifty pages of the list of all tickets, one ticket, and home again."""


def measure() -> list[Figure]:
    """Resident memory with the queue open, and after some work."""
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(copied_store(LARGE, Path(folder)))
        floors = [bare(environment) for _ in range(ROUNDS)]
        seconds = behind()
        pairs = [queue_and_work(environment, seconds) for _ in range(ROUNDS)]
    floor = median(floors)
    queues, works = zip(*pairs, strict=True)
    return [
        _figure("resident memory, queue open, 1M tickets", median(queues), floor, "<= 2.2x"),
        _figure(
            "the same after an intake, 50 pages of the list and a ticket",
            median(works),
            floor,
            "not set",
        ),
    ]


def bare(environment: dict[str, str]) -> int:
    """KiB of the bare application."""
    with Terminal(BARE, environment) as terminal:
        terminal.wait_for("Hello")
        terminal.settle()
        return terminal.resident_kib()


def queue_and_work(environment: dict[str, str], seconds: float) -> tuple[int, int]:
    """KiB with the queue open, and after somebody worked."""
    with Terminal(in_made_time(seconds), environment) as terminal:
        sign_in(terminal)
        terminal.settle(0.5)
        queue = terminal.resident_kib()
        for keys in WORK:
            terminal.press(keys)
        terminal.settle(0.5)
        return queue, terminal.resident_kib()


def _figure(name: str, value: float, floor: float, limit: str) -> Figure:
    return Figure(
        name, f"{value / 1024:.1f} MiB", f"{FLOOR}, {floor / 1024:.1f} MiB", value / floor, limit
    )


if __name__ == "__main__":
    for figure in measure():
        print(figure)
