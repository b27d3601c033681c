"""Commands from a cold start: against an interpreter that does nothing, and small against large.

Whoever asks signs in, and the PIN's hash is made to take its time: it is measured, too, because no
command can be faster. They run at the moment at which the made-up shop's past ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from counter.signin import hash_pin
from tests.bench.figures import Figure, paired, table
from tests.bench.stores import CLERK, CLERK_PIN, LARGE, SMALL, behind, in_made_time, made_store

ROUNDS: Final = 15
FLOOR: Final = "`python -c pass`"

_COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "ticket list": ("ticket", "list"),
    "find 5678": ("find", "5678"),
    "overdue": ("overdue",),
    "overdue --csv": ("overdue", "--csv"),
}

_LONG: Final = frozenset({"overdue --csv"})
"""What prints every row there is: a hundred times as many in the large store."""


def measure() -> list[Figure]:
    """The figures of every command, at a thousand and at a million tickets."""
    small, large = made_store(SMALL), made_store(LARGE)
    return [figure for name in _COMMANDS for figure in _figures(name, small, large)] + [_hash()]


def _figures(name: str, small: Path, large: Path) -> list[Figure]:
    command = [*in_made_time(behind()), *_COMMANDS[name]]
    nothing = [sys.executable, "-c", "pass"]
    floors: list[float] = []
    values: list[float] = []
    littles: list[float] = []
    for at in range(ROUNDS + 1):
        seconds = _ran(nothing, large), _ran(command, large), _ran(command, small)
        if at:  # the first round brings everything into memory
            for taken, kept in zip(seconds, (floors, values, littles), strict=True):
                kept.append(taken)
    reach, flat = ("not set", "not set") if name in _LONG else ("25x", "1.3x")
    return [
        paired(f"cold `counter {name}` at {LARGE:,} tickets", values, floors, FLOOR, reach),
        paired(
            f"`counter {name}`, {LARGE:,} against {SMALL:,}",
            values,
            littles,
            f"at {SMALL:,}",
            flat,
        ),
    ]


def _hash() -> Figure:
    """The part of each command that is the PIN's hash."""
    floors, values = [], []
    for _round in range(ROUNDS):
        floors.append(_ran([sys.executable, "-c", "pass"], Path()))
        begun = time.perf_counter()
        hash_pin(CLERK_PIN)
        values.append(time.perf_counter() - begun)
    name = "of it the PIN's hash"
    ratio = median(value / floor for value, floor in zip(values, floors, strict=True))
    floor = f"{FLOOR}, {median(floors) * 1000:.0f} ms"
    return Figure(name, f"{median(values) * 1000:.0f} ms", floor, ratio, "")


def _ran(command: list[str], home: Path) -> float:
    environment = {**os.environ, "COUNTER_HOME": str(home), "COUNTER_LANGUAGE": "en"}
    environment["COUNTER_AS"] = CLERK
    environment["PYTHONDONTWRITEBYTECODE"] = ""  # as installed, compiled beforehand
    if command[-1] != "pass":
        command = [*command, "--pin-stdin"]
    begun = time.perf_counter()
    done = subprocess.run(
        command, env=environment, input=f"{CLERK_PIN}\n".encode(), capture_output=True, check=False
    )
    taken = time.perf_counter() - begun
    if done.returncode not in (0, 1):  # 1: nothing found
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return taken


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
