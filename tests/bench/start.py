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
    return [
        painted("exec to the first frame (the doorway)", "Number", "<= 1.25x"),
        painted("exec to the sign-in form, focused", "Your staff number", "not set yet"),
        help_text(),
    ]


def painted(name: str, word: str, limit: str) -> Figure:
    """From exec to ``word`` on the screen, on a founded store, against a bare application."""
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
        _painted(bare, environment, "Hello")
        _painted(counter, environment, word)
        floors, values = [], []
        for _ in range(ROUNDS):
            floors.append(_painted(bare, environment, "Hello"))
            values.append(_painted(counter, environment, word))
    return paired(name, values, floors, "bare Textual hello world", limit)


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
