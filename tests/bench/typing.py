"""A letter typed into a form field, from the key to the last byte of its repaint.

The floor is the same field of the same application while nothing else goes on; the figure is taken
while the application imports a large file. Measured in a real terminal, from outside.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from counter.demo import write_receipts
from counter.import_order import ImportOrder
from counter.import_process import ImportProcess
from counter.signin import hash_pin
from data.bulk import BulkWriter
from models.terms import ImportKind, Role
from tests.bench.figures import Figure, table
from tests.bench.import_receipts import CLERK_LIMIT, INPUT, save_until
from tests.bench.terminal import Terminal
from tests.premises import PIN, Clock, hire, shop_at

LETTERS: Final = "QXZJ"
"""What no other part of the screen is repainted with meanwhile."""

IDLE_LETTERS: Final = 200
MOST_LETTERS: Final = 2000
FEWEST_LETTERS: Final = 50
LINE: Final = 24
"""Letters before the line is emptied: it must not begin to scroll."""

BETWEEN: Final = 0.04
"""Seconds between two letters at least; chance adds as much again, so that no timer keeps step."""

IDLE_SECONDS: Final = 8.0
"""How long a clerk saves alone."""

MADE_LINES: Final = 400_000
YEARS: Final = 3
FIRST_FIGURE: Final = 5
_INVOICE: Final = re.compile(rf"^([A-Z]?){FIRST_FIGURE}")
"""Every invoice number of the public year begins with that figure, behind a letter or none."""

_CTRL_P, _CTRL_S, _CTRL_U, _F2 = "\x10", "\x13", "\x15", "\x1bOQ"


def large_file(folder: Path) -> Path:
    """The public year of invoices where it is here, else a made file; never the original itself.

    The year comes :data:`YEARS` times with other invoice numbers: one alone is over too soon.
    """
    path = folder / "till.csv"
    if not INPUT.exists():
        write_receipts(path, lines=MADE_LINES)
        return path
    with gzip.open(INPUT, "rt", encoding="utf-8", newline="") as year:
        head, *lines = year
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        for first in range(FIRST_FIGURE, FIRST_FIGURE + YEARS):
            file.writelines(_INVOICE.sub(rf"\g<1>{first}", line, count=1) for line in lines)
    return path


def type_letters(terminal: Terminal, goes_on: Callable[[int], bool]) -> list[float]:
    """Seconds for each letter typed as long as ``goes_on`` agrees, sorted."""
    chance = random.Random(1)
    seconds: list[float] = []
    while goes_on(len(seconds)):
        if len(seconds) % LINE == 0:
            terminal.press(_CTRL_U)
        seconds.append(terminal.type_letter(chance.choice(LETTERS)))
        time.sleep(BETWEEN * (1 + chance.random()))
    return sorted(seconds)


def children_of(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


def peak_mib(pid: int) -> float:
    """The most memory that a process has had; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    lines = (line.split() for line in status.splitlines())
    return next((int(line[1]) / 1024 for line in lines if line and line[0] == "VmHWM:"), 0.0)


def in_the_form(folder: Path) -> tuple[list[float], list[float], float]:
    """Letters while nothing goes on, letters while an import runs, and its memory in MiB."""
    home = folder / "home"
    shop = shop_at(home, Clock())
    hire(shop, "sun", Role.SUPERVISOR, hash_pin(PIN))
    shop.close()
    source = large_file(folder)
    environment = {"COUNTER_HOME": str(home), "COUNTER_LANGUAGE": "en", "TERM": "xterm-256color"}
    with Terminal([sys.executable, "-m", "counter"], environment) as terminal:
        terminal.wait_for("Your staff number")
        terminal.press("sun\r")
        terminal.press(f"{PIN}\r")
        terminal.wait_for("New ticket")
        _to_the_form(terminal)
        idle = type_letters(terminal, lambda count: count < IDLE_LETTERS)
        _begin_import(terminal, source)
        (child,) = children_of(terminal.pid)
        terminal.press(_F2)
        most = 0.0

        def goes_on(count: int) -> bool:
            nonlocal most
            most = max(most, peak_mib(child))
            return child in children_of(terminal.pid) and count < MOST_LETTERS

        busy = type_letters(terminal, goes_on)
    return idle, busy, most


def _to_the_form(terminal: Terminal) -> None:
    terminal.forget()
    terminal.press(_F2)
    terminal.wait_for("In full")
    for keys in ("\r", "1", "\r"):
        terminal.press(keys)


def _begin_import(terminal: Terminal, source: Path) -> None:
    terminal.forget()
    terminal.press(_CTRL_P)
    terminal.press("import files")
    terminal.wait_for("Import files")
    terminal.press("\r")
    terminal.wait_for("Earlier imports")
    for keys in ("1", "\r", "\r", str(source), "\r", "2", _CTRL_S):
        terminal.press(keys)
    terminal.wait_for("rows a second")


def clerk_waits(folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of a clerk's saves while nothing goes on, and while an import runs, sorted."""
    shop = shop_at(folder / "other", Clock())
    store = shop.places.store.path
    writer = BulkWriter(store)
    with writer.transaction() as connection:
        connection.execute("INSERT INTO number_counter VALUES ('bench', '', 0)")
    writer.close()
    file = large_file(folder)
    order = ImportOrder(shop.places, shop.system, ImportKind.RECEIPTS, file, "en")
    idle = _saves_while(store, lambda: time.sleep(IDLE_SECONDS))
    busy = _saves_while(store, lambda: asyncio.run(_imported(order)))
    shop.close()
    return idle, busy


def _saves_while(store: Path, work: Callable[[], None]) -> list[float]:
    spawn = multiprocessing.get_context("spawn")
    stop, waits = spawn.Event(), spawn.SimpleQueue()
    clerk = spawn.Process(target=save_until, args=(stop, store, waits))
    clerk.start()
    work()
    stop.set()
    found = waits.get()
    clerk.join()
    return sorted(found)


async def _imported(order: ImportOrder) -> None:
    process = await ImportProcess.start(order)
    async for said in process.lines():
        if said["event"] in ("failed", "lost"):
            raise RuntimeError(said)


def measure() -> list[Figure]:
    """The figures of typing and saving while the application imports."""
    with tempfile.TemporaryDirectory() as scratch:
        idle, busy, memory = in_the_form(Path(scratch))
        alone, beside = clerk_waits(Path(scratch))
    name = "a letter in a form field while a file is imported"
    if len(busy) < FEWEST_LETTERS:
        return [Figure(name, "not measured: the import was over too soon", "", None, "2x")]
    value, floor = _share(busy, 0.95), _share(idle, 0.95)
    return [
        Figure(
            f"{name}, p95 of {len(busy)}",
            f"{value * 1000:.1f} ms (median {median(busy) * 1000:.1f})",
            f"the same idle, {floor * 1000:.1f} ms (median {median(idle) * 1000:.1f})",
            value / floor,
            "<= 2x",
        ),
        Figure(
            "memory of the import beside the application", f"{memory:.0f} MiB", "", None, "200 MiB"
        ),
        Figure(
            f"a clerk's save beside it, p99 of {len(beside)}",
            f"{_share(beside, 0.99) * 1000:.1f} ms (median {median(beside) * 1000:.1f}, "
            f"longest {beside[-1] * 1000:.0f})",
            f"the same idle, {_share(alone, 0.99) * 1000:.1f} ms "
            f"(median {median(alone) * 1000:.1f})",
            None,
            f"{CLERK_LIMIT * 1000:.0f} ms",
        ),
    ]


def _share(seconds: list[float], share: float) -> float:
    return seconds[int(len(seconds) * share)]


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
