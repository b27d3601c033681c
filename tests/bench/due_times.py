"""Due times worked out: by the rules alone, and by ``counter clock --json`` from exec to the end.

The rules are held against a walk that looks at the clock on the wall for every minute, over the
same questions; both give the same answers. The command is held against an interpreter that parses
the same lines and writes an answer of the same length, and nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from counter.rules.calendars import Calendar, calendar_of, working_time
from counter.rules.clocks import Due, Pause, due
from tests.bench.clock_walk import walked
from tests.bench.figures import Figure, paired, table
from tests.bench.same_sql import in_turn, ratio
from tests.bench.stores import SEED

QUESTIONS: Final = 4_000
WALKED: Final = 40
"""The walk takes so long that it is asked a part of the questions."""

LINES: Final = 20_000
ROUNDS: Final = 5

_BOTH: Final = [["09:00", "12:00"], ["13:30", "18:00"]]
_LONG: Final = [["09:00", "21:00"]]
CALENDARS: Final[tuple[dict[str, Any], ...]] = (
    {"tz": "Asia/Shanghai", "weekly": {str(day): _LONG for day in range(1, 8)}},
    {
        "tz": "Asia/Shanghai",
        "weekly": {str(day): _BOTH for day in range(1, 6)},
        "closed_dates": ["2025-01-28", "2025-01-29", "2025-01-30", "2025-04-04", "2025-05-01"],
        "extra_workdays": ["2025-01-26", "2025-02-08", "2025-04-27"],
    },
    {
        "tz": "Europe/Berlin",
        "weekly": {str(day): _BOTH for day in range(1, 7)},
        "special_hours": {"2025-03-29": [["10:00", "14:00"]]},
    },
)
"""A shop's long days, working days with their holidays, and a zone whose clocks change."""

_FIRST: Final = datetime(2025, 1, 2, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_TARGETS: Final = (30, 120, 480, 720, 1440, 3600)


class Asked(NamedTuple):
    """One question: ``minutes`` of a calendar since a start, but for the pauses."""

    place: int
    started_at: datetime
    minutes: int
    pauses: tuple[Pause, ...]


def questions(count: int) -> list[Asked]:
    """Questions of a quarter of a year; one in three has pauses, some of them open."""
    random = Random(SEED)
    found = []
    for _number in range(count):
        start = _FIRST + random.randrange(90 * 1440) * _MINUTE
        pauses: list[Pause] = []
        for _pause in range(random.choice((0, 0, 0, 0, 1, 2))):
            begin = start + random.randrange(6000) * _MINUTE
            is_open = random.random() < 0.2
            pauses.append((begin, None if is_open else begin + random.randrange(4000) * _MINUTE))
        found.append(
            Asked(random.randrange(len(CALENDARS)), start, random.choice(_TARGETS), tuple(pauses))
        )
    return found


def calendars() -> list[Calendar]:
    """The calendars, read."""
    return [calendar_of(one) for one in CALENDARS]


def worked(asked: Asked, known: Sequence[Calendar]) -> Due:
    """The answer of the rules."""
    work = working_time(known[asked.place])
    return due(work, asked.started_at, asked.minutes * 60, asked.pauses)


def by_walk(asked: Asked, known: Sequence[Calendar]) -> datetime | None:
    """The answer of the walk."""
    return walked(known[asked.place], asked.started_at, asked.minutes, asked.pauses)


def line_of(asked: Asked) -> str:
    """The question as the command reads it."""
    return json.dumps(
        {
            "calendar": CALENDARS[asked.place],
            "clock": "resolution",
            "target": asked.minutes,
            "unit": "working_minutes",
            "created_at": asked.started_at.isoformat(),
            "pauses": [
                [begin.isoformat(), None if end is None else end.isoformat()]
                for begin, end in asked.pauses
            ],
        }
    )


def measure() -> list[Figure]:
    """The figures of the rules and of the command."""
    return [_rules(), *_command()]


def _rules() -> Figure:
    known, asked = calendars(), questions(QUESTIONS)
    few = asked[:WALKED]

    def over(ask: Callable[[Asked, Sequence[Calendar]], object], some: Sequence[Asked]) -> None:
        for one in some:
            ask(one, known)

    ours, same, walk = in_turn(
        lambda: over(worked, asked),
        lambda: over(worked, few),
        lambda: over(by_walk, few),
        rounds=ROUNDS,
    )
    return Figure(
        f"due times with levels and spans, {QUESTIONS:,} questions of three calendars",
        f"{QUESTIONS / median(ours):,.0f} a second",
        f"a walk minute by minute, {WALKED / median(walk):,.0f} a second",
        ratio(walk, same),
        "not set",
    )


_FLOOR: Final = """
import json, sys
answer = json.dumps({answer!r})
for line in open(sys.argv[1], encoding='utf-8'):
    json.loads(line)
    print(answer)
"""


def _command() -> list[Figure]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "questions.jsonl"
        path.write_text("".join(f"{line_of(one)}\n" for one in questions(LINES)), encoding="utf-8")
        home = Path(folder) / "home"
        answer = _ran([sys.executable, "-m", "counter", "clock", "--json", str(path)], home)[1]
        script = _FLOOR.format(answer=json.loads(answer.splitlines()[0]))
        ours, floors = [], []
        for _round in range(ROUNDS):
            floors.append(_ran([sys.executable, "-c", script, str(path)], home)[0])
            command = [sys.executable, "-m", "counter", "clock", "--json", str(path)]
            ours.append(_ran(command, home)[0])
    if answer.count(b"\n") != LINES or b'"error"' in answer:
        raise RuntimeError("A line was not answered.")
    return [
        paired(
            f"`counter clock --json`, {LINES:,} lines, exec to the end",
            ours,
            floors,
            "`json.loads` of the lines and as many answers printed",
            "not set",
        ),
        Figure("the same, lines a second", f"{LINES / median(ours):,.0f}", "", None, ""),
    ]


def _ran(command: list[str], home: Path) -> tuple[float, bytes]:
    environment = {**os.environ, "COUNTER_HOME": str(home), "COUNTER_LANGUAGE": "en"}
    environment["PYTHONDONTWRITEBYTECODE"] = ""
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun, done.stdout


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
