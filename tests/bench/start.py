"""Start-up in a real terminal: the prompt, its first echo, the queue after the PIN, the help.

The floor is a bare Textual application; the store holds a million tickets.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from counter.signin import hash_pin
from tests.bench.figures import Figure, paired
from tests.bench.stores import CLERK, CLERK_PIN, LARGE, behind, copied_store, in_made_time
from tests.bench.terminal import Terminal

ROUNDS = 15

BARE: Final = (sys.executable, "-m", "tests.bench.bare")
COUNTER: Final = (sys.executable, "-m", "counter")
FLOOR: Final = "bare Textual hello world"

PROMPT: Final = "F1 Help"
"""The last words of the first frame."""
ROW: Final = "-20"
"""In the number of every ticket, and nowhere else on the home screen."""
DIGIT: Final = "7"


def environment_of(home: Path) -> dict[str, str]:
    """What a counter at ``home`` is started with; as installed, compiled beforehand."""
    return {
        "COUNTER_HOME": str(home),
        "COUNTER_LANGUAGE": "en",
        "TERM": "xterm-256color",
        "PYTHONDONTWRITEBYTECODE": "",
    }


def sign_in(terminal: Terminal) -> float:
    """Sign in as the clerk, at a hand's pace; seconds from the PIN's Enter to the queue's rows."""
    terminal.wait_for(PROMPT)
    terminal.settle(1.0)
    terminal.press(f"{CLERK}\r")
    terminal.press(CLERK_PIN)
    terminal.settle()
    return terminal.answer("\r", ROW)


def measure() -> list[Figure]:
    """The figures of start-up."""
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(copied_store(LARGE, Path(folder)))
        seconds = behind()
        prompt(environment)
        floors, prompts, echoes, rows, hashes = [], [], [], [], []
        for _ in range(ROUNDS):
            floors.append(bare(environment))
            painted, echoed = prompt(environment)
            prompts.append(painted)
            echoes.append(echoed)
            hashes.append(hashed())
            rows.append(queue(environment, seconds))
    beyond = [row - one for row, one in zip(rows, hashes, strict=True)]
    hash_time = f"; the hash alone {median(hashes) * 1000:.0f} ms"
    return [
        paired("exec to the sign-in prompt, 1M tickets", prompts, floors, FLOOR, "<= 1.3x"),
        paired("exec to the echo of a digit typed at it", echoes, floors, FLOOR, "<= 1.3x"),
        paired(
            "the PIN's Enter to the queue's rows, beyond the hash's own time, 1M tickets",
            beyond,
            floors,
            FLOOR + hash_time,
            "<= 1x",
        ),
        help_text(),
    ]


def bare(environment: dict[str, str]) -> float:
    """From exec to the text of the bare application."""
    with Terminal(BARE, environment) as terminal:
        return terminal.wait_for("Hello")


def prompt(environment: dict[str, str]) -> tuple[float, float]:
    """From exec to the prompt, and to the echo of a digit that is typed as soon as it stands."""
    with Terminal(COUNTER, environment) as terminal:
        painted = terminal.wait_for(PROMPT)
        terminal.answer(DIGIT, DIGIT)
        return painted, time.perf_counter() - terminal.started


def queue(environment: dict[str, str], seconds: float) -> float:
    """From the PIN's Enter to the rows of the clerk's queue, at the made-up shop's moment."""
    with Terminal(in_made_time(seconds), environment) as terminal:
        return sign_in(terminal)


def hashed() -> float:
    """What a PIN's hash takes by itself, to make or to verify: the work is the same."""
    begun = time.perf_counter()
    hash_pin(CLERK_PIN)
    return time.perf_counter() - begun


def help_text() -> Figure:
    """``counter --help`` against an interpreter that does nothing."""
    values, floors = [], []
    for _ in range(ROUNDS):
        floors.append(_ran([sys.executable, "-c", "pass"]))
        values.append(_ran([sys.executable, "-m", "counter", "--help"]))
    return paired("`counter --help`", values, floors, "`python -c pass`", "<= 10x")


def _ran(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    for figure in measure():
        print(figure)
