"""Clerks in processes of their own: each says what it was told was saved, a line a result.

A line is written after the commit and before anything else is begun, so whoever kills the process
knows everything that somebody may have read on the screen.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from typing import Final

from counter import bulk_steps, drafts, tickets
from counter.bulk_steps import Chosen, RowResult
from counter.desk import Actor, WritingDesk
from counter.shop import Shop
from counter.ticket_events import TicketHead
from counter.undoing import undo
from models.errors import Conflict, InvalidInput, WrongState
from models.terms import Role
from tests.faults import returning
from tests.premises import Clock, rows, shop_at

EVENTS_AFTER: Final = """
    SELECT e.event_no, e.to_status FROM ticket t JOIN ticket_event e ON e.ticket_id = t.id
    WHERE t.no = :no AND e.event_no > :known ORDER BY e.event_no
"""

CHECKOUT: Final = Path(__file__).parents[2]


def command(job: str, shop: Shop, clerk: Actor, *more: object) -> list[str]:
    """The command that lets ``clerk`` do ``job``, one of :data:`JOBS`."""
    words = [job, shop.places.home, clerk.id, clerk.login, clerk.role, *more]
    return [sys.executable, "-m", "tests.faults.clerks", *map(str, words)]


def start(job: str, shop: Shop, clerk: Actor, *more: object) -> subprocess.Popen[str]:
    """A process in which ``clerk`` does ``job``."""
    return subprocess.Popen(
        command(job, shop, clerk, *more),
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def say(*words: object) -> None:
    """One line, in one call of the system."""
    os.write(1, f"{' '.join(map(str, words))}\n".encode())


def open_tickets(shop: Shop, clerk: Actor, count: str) -> None:
    """Open ``count`` tickets and say their numbers."""
    for _ in range(int(count)):
        with shop.writing(clerk) as desk:
            head = tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel"))
        say(head.no)


def take_the_next(shop: Shop, clerk: Actor) -> None:
    """Take tickets that nobody has until there is none, and say their numbers."""
    while True:
        with shop.writing(clerk) as desk:
            head = tickets.take_next(desk)
        if head is None:
            return
        say(head.no)


def note_what_was_seen(shop: Shop, clerk: Actor) -> None:
    """Look at every ticket, wait for a line, write a note to each, say who was first."""
    seen: list[tuple[str, int]] = rows(shop, "SELECT no, version FROM ticket ORDER BY id")
    say("ready")
    sys.stdin.readline()
    for no, version in seen:
        try:
            with shop.writing(clerk) as desk:
                tickets.note(desk, no, f"By {clerk.login}", seen=version)
        except Conflict as error:
            say("told", no, error)
        else:
            say("saved", no)


class Busy:
    """A clerk who does everything there is to do, as chance will have it.

    Says ``event NUMBER EVENT STATUS`` for each event and ``draft TEXT`` for what is kept of the
    typing, an empty text where it was given up.
    """

    def __init__(self, shop: Shop, clerk: Actor, seed: int, clock: Clock) -> None:
        from tests.counter.test_lifecycle import STEPS  # brings in a tool that others do without

        self._steps = [step for _, step in STEPS.values()]
        self._shop = shop
        self._clerk = clerk
        self._chance = random.Random(seed)
        self._clock = clock
        self._typed = 0
        self._events: dict[str, int] = dict(rows(shop, "SELECT no, event_count FROM ticket"))

    def work(self) -> None:
        """Go on until killed."""
        deeds: list[Callable[[], None]] = [
            self._open, self._step, self._step, self._step, self._undo, self._bulk, self._type,
        ]  # fmt: skip
        self._open()
        while True:
            self._clock.forward(seconds=1)
            try:
                self._chance.choice(deeds)()
            except (WrongState, InvalidInput):  # not possible with this ticket now
                continue

    def _open(self) -> None:
        """Open a ticket and give up the typing of it in the same unit of work."""
        with self._shop.writing(self._clerk) as desk:
            head = tickets.open_ticket(desk, tickets.TicketDraft("complaint", "Lid is loose"))
            drafts.forget(desk, "intake")
        self._tell(head)
        say("draft", "")

    def _step(self) -> None:
        self._with_one(self._chance.choice(self._steps))

    def _undo(self) -> None:
        self._with_one(undo)

    def _with_one(self, step: Callable[[WritingDesk, str], TicketHead]) -> None:
        with self._shop.writing(self._clerk) as desk:
            head = step(desk, self._chance.choice(list(self._events)))
        self._tell(head)

    def _bulk(self) -> None:
        chosen = [Chosen(no) for no in self._chance.choices(list(self._events), k=3)]
        bulk_steps.apply_to_each(
            self._shop,
            self._clerk,
            chosen,
            lambda desk, no, _seen: tickets.note(desk, no, "Rang twice"),
            told=self._tell_row,
        )

    def _tell_row(self, row: RowResult, _tried: int, _of: int) -> None:
        if row.head is not None:
            self._tell(row.head)

    def _type(self) -> None:
        self._typed += 1
        with self._shop.writing(self._clerk) as desk:
            drafts.save(desk, "intake", {"summary": f"Typed {self._typed}"})
        say("draft", f"Typed {self._typed}")

    def _tell(self, head: TicketHead) -> None:
        """Every event that the deed left; a clock may have reached a level with it."""
        left = rows(self._shop, EVENTS_AFTER, no=head.no, known=self._events.get(head.no, 0))
        self._events[head.no], last = left[-1]
        if last != head.status:
            raise RuntimeError(f"{head.no} was said to be {head.status} and is {last}.")
        for number, status in left:
            say("event", head.no, number, status)


def do_everything(shop: Shop, clerk: Actor, seed: str, hours: str) -> None:
    """Work as :class:`Busy` from ``hours`` after the morning on, until killed."""
    clock = shop.clock
    assert isinstance(clock, Clock)
    clock.forward(hours=int(hours))
    Busy(shop, clerk, int(seed), clock).work()


def do_each_once(shop: Shop, clerk: Actor) -> None:
    """Save tickets and write each kind of file there is, saying so after each."""
    from counter import lookup, preferences
    from counter.demo import write_receipts
    from counter.exporting import export_batch
    from counter.importing import import_file
    from counter.list_files import export_tickets
    from counter.safekeeping import back_up_store
    from models.terms import ImportKind, TicketView

    till = shop.places.home / "till.csv"
    write_receipts(till, lines=600)
    os.sync()  # the till's file is the till's to care for
    say("begun")
    for _ in range(3):
        with shop.writing(clerk) as desk:
            tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel"))
        say("ticket")
    export_batch(shop, shop.system)
    say("batch")
    with shop.reading(clerk) as reading:
        export_tickets(reading, lookup.TicketQuery(TicketView.ALL), shop.places.exports)
    say("list")
    preferences.keep(shop.places, "theme", "high-contrast")
    say("settings")
    back_up_store(shop, shop.system)
    say("copy")
    import_file(shop, clerk, ImportKind.RECEIPTS, till)
    say("import")


def look_and_forget(shop: Shop, clerk: Actor) -> None:
    """Begin to read and never end, until a line comes."""
    with shop.reading(clerk) as desk:
        say("looks at", desk.reader.value("SELECT count(*) FROM ticket"))
        sys.stdin.readline()


def take_in(shop: Shop, clerk: Actor, path: str) -> None:
    """Import a file of receipts; after its first rows wait for a line."""
    from counter.importing import import_file
    from models.terms import ImportKind

    waits = iter([True])

    def told(done: int, _bytes: int, _of: int) -> None:
        say("rows", done)
        if next(waits, False):
            sys.stdin.readline()

    import_file(shop, clerk, ImportKind.RECEIPTS, Path(path), progress=told)


def take_in_until(shop: Shop, clerk: Actor, path: str, owner: str, name: str) -> None:
    """Import a file of receipts and be killed when ``name`` of ``owner`` is called."""
    from counter.importing import import_file
    from models.terms import ImportKind

    def die(*_words: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(resolve_name(owner), name, die)
    import_file(shop, clerk, ImportKind.RECEIPTS, Path(path))


def export_until(shop: Shop, _clerk: Actor, step: str) -> None:
    """Export what changed and be killed after ``step``."""
    from counter.exporting import export_batch

    def told(done: str) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    export_batch(shop, shop.system, after_step=told)


JOBS: Final[dict[str, Callable[..., None]]] = {
    "open": open_tickets,
    "next": take_the_next,
    "same": note_what_was_seen,
    "everything": do_everything,
    "each": do_each_once,
    "look": look_and_forget,
    "import": take_in,
    "import until": take_in_until,
    "export until": export_until,
    "return once": returning.do_once,
    "returns": returning.busy_with_returns,
}


def main(job: str, home: str, key: str, login: str, role: str, *more: str) -> None:
    """Do the job in the shop at ``home``."""
    shop = shop_at(Path(home), Clock())
    do = partial(JOBS[job], shop, Actor(int(key), login, login.capitalize(), Role(role)))
    do(*more)
    shop.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
