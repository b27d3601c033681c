"""The overdue board in a real terminal: opened as it was left, opened after another terminal's
write, and renewed after one.

A store of a million tickets, of which some fifty thousand are open and five thousand overdue,
against one of a thousand, in turn, both at the moment at which a made-up past ends. What is read
for it is held against the same SQL through sqlite3 on the same file. The application looks for
other terminals' writes once a second: that wait is part of the time until the board is renewed.
"""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from counter import overdue, tickets
from counter import shop as shops
from counter.desk import ReadingDesk
from counter.overdue import Board
from counter.shop import Shop, system_time
from data.driver import connect
from screens.watching import WATCH_SECONDS
from tests.bench.figures import Figure, table
from tests.bench.same_sql import Listening, in_turn, p95, ratio, replayed
from tests.bench.stores import (
    CLERK,
    CLERK_PIN,
    LARGE,
    SEED,
    SMALL,
    behind,
    clerk_of,
    copied_store,
    in_made_time,
    shop_in,
    supervisor_of,
)
from tests.bench.terminal import Terminal

ROUNDS: Final = 20
WARM: Final = 3
LIMIT: Final = "1.3x"

IN_SIGHT: Final = 12
"""Lines that a terminal of 80x24 shows at once."""

_F7: Final = "\x1b[18~"
_ESCAPE: Final = "\x1b"
_ROW: Final = re.compile(rb"renewed \d\d:.*?[A-Z]-20\d{6}-\d{4}", re.DOTALL)
"""The totals of the board, and after them a line of it: a ticket's number."""

_NOTICED: Final = 1.5 * WATCH_SECONDS
"""Seconds without a byte after which the home screen knows of another terminal's write."""

_QUIET: Final = 0.4
"""Seconds without a byte after which the board stands."""

_OWNERS: Final = """
    SELECT login, name FROM staff WHERE active AND role = 'clerk' ORDER BY id DESC LIMIT 2
"""


class Painted(NamedTuple):
    """Seconds from a key, or another terminal's write, to the last byte of the board.

    A board that was open before is shown as it was left. Where anybody wrote since, it is shown
    once more when it is read anew.
    """

    left: list[float]
    shown: list[float]
    opened: list[float]
    renewed: list[float]


class Asked(NamedTuple):
    """Seconds that the board's reading took, and the same SQL through sqlite3."""

    ours: list[float]
    plain: list[float]


class Counter:
    """The application on a copy of one store, signed in, and another terminal beside it."""

    def __init__(self, home: Path, seconds: float, stack: ExitStack) -> None:
        later = timedelta(seconds=seconds)
        self.shop = stack.enter_context(shop_in(home, lambda: system_time() - later))
        self.painted = Painted([], [], [], [])
        self._random = Random(SEED)
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
        self.terminal.settle(2.0)

    def open(self, *, counts: bool, written: bool) -> None:
        """F7 on the home screen, after another terminal's write or with the board as it was."""
        if written:
            self.assign(len(self.painted.opened))
            self.terminal.settle(_NOTICED)
        self.terminal.settle(0.1)
        begun = time.perf_counter()
        shown = self.terminal.paints(_ROW, begun, _F7)
        opened = self.terminal.goes_on(begun, _QUIET) or shown
        if counts and written:
            self.painted.shown.append(shown)
            self.painted.opened.append(opened)
        elif counts:
            self.painted.left.append(opened)

    def leave(self) -> None:
        """Go home."""
        self.terminal.answer(_ESCAPE, "My queue")
        self.terminal.settle(0.3)

    def renew(self, at: int) -> float:
        """Seconds from another terminal's write to the last byte of the renewed board."""
        time.sleep(self._random.random() * WATCH_SECONDS)  # it looks at no known moment
        self.terminal.settle(0.05)
        no, name = self.assign(at)
        line = rb"%s.{1,80}?%s" % (re.escape(no.encode()), re.escape(name.encode()))
        return self.terminal.paints(re.compile(line), time.perf_counter())

    def assign(self, at: int) -> tuple[str, str]:
        """Give what is latest to another clerk, at another terminal: its number, and to whom."""
        actor = supervisor_of(self.shop)
        with self.shop.reading(actor) as desk:
            first = overdue.lines(desk, overdue.board(desk).late[:1])[0].detail
            owners = desk.reader.all(_OWNERS)
        if first is None:
            raise RuntimeError("Nothing is overdue here.")
        login, name = next(one for one in (owners[at % 2], *owners) if one[0] != first.owner)
        with self.shop.writing(actor) as writing:
            tickets.assign(writing, first.no, to=login)
        return first.no, name


def read(desk: ReadingDesk) -> Board:
    """The board and its first lines, as the screen reads them."""
    found = overdue.board(desk)
    overdue.lines(desk, found.late[:IN_SIGHT])
    overdue.lines(desk, found.soon[:IN_SIGHT])
    return found


def heard(shop: Shop) -> Listening:
    """What the board asks the store, noted; every desk asks first who acts and where."""
    actor = clerk_of(shop)
    store = shop.places.store
    listening = Listening(connect(store.path, query_only=True), store)
    listening.one(shops._ACTOR, id=actor.id)
    listening.one(shops._SITE)
    with shop.reading(actor) as desk:
        read(ReadingDesk(desk.actor, desk.site, desk.now, listening))
    return listening


def asked(shop: Shop, rounds: int = ROUNDS) -> Asked:
    """What is read for the board, and the same SQL through sqlite3, in turn."""
    actor = clerk_of(shop)
    connection = connect(shop.places.store.path, query_only=True)
    plain = replayed(connection, heard(shop))

    def ours() -> None:
        with shop.reading(actor) as desk:
            read(desk)

    taken = Asked(*in_turn(ours, plain, rounds=rounds))
    connection.close()
    return taken


def measure() -> list[Figure]:
    """The figures of opening, of renewing and of reading."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        seconds = behind()
        large, small = (
            Counter(copied_store(tickets, Path(folder)), seconds, stack)
            for tickets in (LARGE, SMALL)
        )
        name = _size(large.shop)
        for at in range(WARM + ROUNDS):
            for counter in (large, small):
                for written in (False, True):
                    counter.open(counts=at >= WARM, written=written)
                    counter.leave()
        for counter in (large, small):
            counter.open(counts=False, written=False)
        for at in range(ROUNDS):
            for counter in (large, small):
                counter.painted.renewed.append(counter.renew(at))
        reads, little = asked(large.shop), asked(small.shop)
    return [
        *_painted("F7 to the last byte of the board, nothing written since", name,
                  large.painted.left, small.painted.left, reads.plain)[:1],
        *_painted("F7 after another terminal's write, to the board as it was left", name,
                  large.painted.shown, small.painted.shown, reads.plain)[:1],
        *_painted("F7 after another terminal's write, to the board read anew", name,
                  large.painted.opened, small.painted.opened, reads.plain),
        *_painted("another terminal's write to the renewed board", name, large.painted.renewed,
                  small.painted.renewed, reads.plain),
        Figure(
            f"the board and its lines in sight, read at {name}",
            f"{median(reads.ours) * 1000:.1f} ms",
            f"the same SQL through sqlite3, {median(reads.plain) * 1000:.1f} ms",
            ratio(reads.ours, reads.plain),
            "not set",
        ),
        Figure(
            f"the same, {LARGE:,} against {SMALL:,}",
            f"{median(reads.ours) * 1000:.1f} ms",
            f"at {SMALL:,}, {median(little.ours) * 1000:.1f} ms",
            median(reads.ours) / median(little.ours),
            "not set",
        ),
    ]  # fmt: skip


def _painted(
    what: str, name: str, values: list[float], little: list[float], plain: list[float]
) -> list[Figure]:
    here, there, floor = p95(values), p95(little), p95(plain)
    said = f"{here * 1000:.0f} ms (median {median(values) * 1000:.0f})"
    return [
        Figure(
            f"{what}, p95 of {len(values)}, at {name}",
            said,
            f"at {SMALL:,}, {there * 1000:.0f} ms (median {median(little) * 1000:.0f})",
            here / there,
            LIMIT,
        ),
        Figure(
            f"{what}, p95",
            said,
            f"the same SQL through sqlite3, p95 {floor * 1000:.1f} ms",
            here / floor,
            "not set",
        ),
    ]


def _size(shop: Shop) -> str:
    with shop.reading(shop.system) as desk:
        working = desk.reader.value("SELECT count(*) FROM ticket WHERE working")
        late = len(overdue.board(desk).late)
    return f"{LARGE:,} ({working:,} open, {late:,} clocks overdue)"


if __name__ == "__main__":
    sys.stdout.write(table(measure()) + "\n")
