"""Start-up: the first frame in a real terminal, and ``counter --help``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, paired
from tests.bench.terminal import Terminal

ROUNDS = 15


def measure() -> list[Figure]:
    """The figures of start-up."""
    return [first_frame(), help_text()]


def first_frame() -> Figure:
    """From exec to the sign-in form, on a store with a shop, against a bare Textual application."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = {
            "COUNTER_HOME": str(home),
            "COUNTER_LANGUAGE": "en",
            "TERM": "xterm-256color",
        }
        subprocess.run(
            [sys.executable, "-m", "counter", "init", "--supervisor", "1001"],
            env={"PATH": "/usr/bin:/bin", **environment},
            check=True,
            capture_output=True,
        )
        bare = [sys.executable, "-m", "tests.bench.bare"]
        counter = [sys.executable, "-m", "counter"]
        _painted(bare, environment, "Hello"), _painted(counter, environment, "Number")
        floors, values = [], []
        for _ in range(ROUNDS):
            floors.append(_painted(bare, environment, "Hello"))
            values.append(_painted(counter, environment, "Number"))
    return paired(
        "exec to the first frame (sign-in)",
        values,
        floors,
        "bare Textual hello world",
        "<= 1.25x",
    )


def help_text() -> Figure:
    """``counter --help`` against an interpreter that does nothing."""
    values, floors = [], []
    for _ in range(ROUNDS):
        floors.append(_ran([sys.executable, "-c", "pass"]))
        values.append(_ran([sys.executable, "-m", "counter", "--help"]))
    return paired("`counter --help`", values, floors, "`python -c pass`", "<= 10x")


def _painted(command: list[str], environment: dict[str, str], word: str) -> float:
    with Terminal(command, environment) as terminal:
        return terminal.wait_for(word)


def _ran(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    for figure in measure():
        print(figure)
