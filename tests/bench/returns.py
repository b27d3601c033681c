"""The return check in a real terminal: from the scan to the lines on the screen.

A store with half a million receipt lines against one with some two thousand, the same kind of
scan, in turn. A changed answer is timed to the last byte of its repaint, and our own part of it
inside the application; what of that is judging and putting into words is measured by ``verdict``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

from data.driver import connect
from models.terms import Role
from screens.return_judging import ReturnJudging
from tests.bench.figures import Figure, table
from tests.bench.same_sql import p95
from tests.bench.stores import CLERK, CLERK_PIN, SEED, SMALL, behind, copied_store, in_made_time
from tests.bench.terminal import Terminal
from tests.premises import Clock, hire, sell, shop_at
from tests.screens.front import Front, at_counter

TICKETS: Final = 300_000
"""A made-up store of so many tickets has as many receipts, and half a million lines on them."""

SCANS: Final = 40
ANSWERS: Final = 60

_F4, _CLEAR = "\x1bOS", "\x12"
_LINES: Final = "paid for one"
"""A heading above the lines of a receipt; it stands nowhere else."""

_BY_NUMBER: Final = "SELECT receipt_no FROM receipt WHERE id % :every = :every / 2 LIMIT 400"
_BY_PHONE: Final = """
    SELECT p.digits FROM customer_phone p
    WHERE p.id % :every = :every / 2 AND length(p.digits) > 8
      AND (SELECT count(*) FROM receipt r WHERE r.customer_id = p.customer_id) = 1
      AND (SELECT count(*) FROM customer_phone q WHERE q.digits = p.digits) = 1
    LIMIT 400
"""
_BY_BARCODE: Final = "SELECT barcode FROM product WHERE barcode IS NOT NULL ORDER BY id"


class _Counter:
    """The application on one store, signed in, at the return check."""

    def __init__(self, tickets: int, folder: Path, seconds: float, stack: ExitStack) -> None:
        home = copied_store(tickets, folder)
        environment = {
            "COUNTER_HOME": str(home),
            "COUNTER_LANGUAGE": "en",
            "TERM": "xterm-256color",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        self.terminal = stack.enter_context(
            Terminal(in_made_time(seconds), environment, columns=80, lines=24)
        )
        self.terminal.wait_for("Your staff number")
        self.terminal.settle(1.0)
        for keys in (f"{CLERK}\r", f"{CLERK_PIN}\r"):
            self.terminal.press(keys)
        self.terminal.wait_for("My queue")
        self.terminal.settle(1.0)
        self.terminal.press(_F4)
        self.terminal.settle(1.0)
        self._scans = _scans_in(home, tickets)

    def answered(self) -> list[float]:
        """Seconds from each key that changes the reason to the last byte of its verdict."""
        scan = self._scans["receipt number"][0]
        self.terminal.answer(f"{scan}\r", _LINES)
        self.terminal.settle(0.3)
        self.terminal.press("\r")  # from the lines to the reason, or on the reason already
        self.terminal.settle(0.3)
        taken = []
        for at in range(ANSWERS):
            self.terminal.forget()
            taken.append(self.terminal.press("12"[at % 2], paints=True))
        return taken

    def scanned(self, way: str, at: int) -> float:
        """Seconds from the first key of a scan until the receipt's lines are on the screen."""
        scan = self._scans[way][at % len(self._scans[way])]
        if way == "barcode":  # goods are on many receipts: those are listed, and Enter takes one
            taken = self.terminal.answer(f"{scan}\r", "receipt")
            taken += self.terminal.answer("\r", _LINES)
        else:
            taken = self.terminal.answer(f"{scan}\r", _LINES)
        self.terminal.settle(0.1)
        self.terminal.press(_CLEAR)
        self.terminal.settle(0.1)
        return taken


def _scans_in(home: Path, tickets: int) -> dict[str, Sequence[str]]:
    """What is scanned in that store, by way of finding: the same places of every run."""
    connection = connect(home / "counter.db", query_only=True)
    every = max(tickets // 500, 1)
    found = {
        "receipt number": [row[0] for row in connection.execute(_BY_NUMBER, {"every": every})],
        "phone": [row[0] for row in connection.execute(_BY_PHONE, {"every": max(every // 4, 1)})],
        "barcode": [row[0] for row in connection.execute(_BY_BARCODE)],
    }
    connection.close()
    for scans in found.values():
        Random(SEED).shuffle(scans)
    return {way: scans[:SCANS] for way, scans in found.items()}


def _own_work() -> list[float]:
    """Seconds that the return check itself works for each changed answer, on the event loop."""
    taken: list[float] = []
    judge = ReturnJudging.judge

    def timed(screen: ReturnJudging) -> None:
        begun = time.perf_counter()
        judge(screen)
        taken.append(time.perf_counter() - begun)

    async def play(front: Front) -> None:
        await front.press("f4", *receipt_no, "enter")
        await front.shows("Cotton towel")
        await front.press("down", "enter")
        await front.press("1", "2")
        taken.clear()
        for at in range(ANSWERS):
            await front.press("12"[at % 2])

    with TemporaryDirectory() as folder, patch.object(ReturnJudging, "judge", timed):
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        shop = shop_at(home, Clock())
        clerk = hire(shop, "li", Role.CLERK)
        receipt_no = sell(shop).receipt_no
        at_counter(shop, play, actor=clerk)
        shop.close()
    return taken


def measure() -> list[Figure]:
    """The figures of each way of finding, and of a changed answer."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        seconds = behind()
        large, small = (
            _Counter(tickets, Path(folder), seconds, stack) for tickets in (TICKETS, SMALL)
        )
        figures = []
        for way in ("receipt number", "phone", "barcode"):
            taken = [(large.scanned(way, at), small.scanned(way, at)) for at in range(SCANS)]
            figures.append(_figure(way, [one[0] for one in taken], [one[1] for one in taken]))
        changed = sorted(large.answered())
        figures.append(
            Figure(
                f"a changed reason to the last byte of its verdict, p95 of {ANSWERS}",
                f"{p95(changed) * 1000:.1f} ms (median {changed[ANSWERS // 2] * 1000:.1f})",
                "",
                None,
                "not set",
            )
        )
    own = sorted(_own_work())
    figures.append(
        Figure(
            f"our own work for a changed reason, on the event loop, p95 of {len(own)}",
            f"{p95(own) * 1000:.1f} ms (median {own[len(own) // 2] * 1000:.1f})",
            "",
            None,
            "16 ms",
        )
    )
    return figures


def _figure(way: str, values: Sequence[float], floors: Sequence[float]) -> Figure:
    value, floor = p95(values), p95(floors)
    middle = sorted(values)[len(values) // 2]
    return Figure(
        f"{way} to the lines of its receipt, p95 of {len(values)}, at half a million lines",
        f"{value * 1000:.1f} ms (median {middle * 1000:.1f})",
        f"at 1,710 lines, {floor * 1000:.1f} ms",
        value / floor,
        "not set",
    )


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
