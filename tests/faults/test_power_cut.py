"""The plug is pulled: what was said to be saved is on the disk, and the rest leaves no half.

A disk keeps what was synced and any part of what was not. So two things are shown: that nothing is
said before it was synced (the system's own calls, recorded), and that a log which ends anywhere,
in anything, opens with every whole saving before that place and none behind it.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from counter import drafts, tickets
from counter.desk import Actor
from counter.shop import Shop
from data.damage import log_of
from data.driver import connect
from models.terms import Role
from tests.faults.clerks import CHECKOUT, command
from tests.faults.judging import assert_whole
from tests.premises import Clock, Sale, hire, sell, shop_at

# --- nothing is said before it was synced -----------------------------------------------------

STRACE: Final = shutil.which("strace")
CALLS: Final = (
    "write,pwrite64,writev,pwritev,fsync,fdatasync,"
    "rename,renameat,renameat2,mkdir,mkdirat,unlink,unlinkat"
)


@dataclass
class Unsynced:
    """What a power cut now could take: contents of files, and names in folders."""

    home: str
    contents: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    def follow(self, call: str, path: str, target: str) -> None:
        """One call of the system that succeeded."""
        if not path.startswith(self.home) or path.endswith(("-shm", ".lock")):
            return  # what other processes hold on to needs no disk
        if call in ("fsync", "fdatasync"):
            self.contents.discard(path)
            self.folders.discard(path)
        elif call.startswith("rename"):
            self._rename(path, target)
        elif call.startswith("mkdir"):
            self.folders.add(str(Path(path).parent))
        elif call.startswith("unlink"):
            self.contents.discard(path)
        else:
            self.contents.add(path)

    def _rename(self, path: str, target: str) -> None:
        inside = f"{path}/"
        lost = {one for one in self.contents | self.folders if f"{one}/".startswith(inside)}
        assert not lost, f"{target} got its name before {sorted(lost)} was synced"
        self.folders.add(str(Path(target).parent))


CALL: Final = re.compile(
    r'(?P<call>\w+)\((?:AT_FDCWD[^,]*, )?(?:\d+<(?P<open>[^>]*)>|"(?P<named>[^"]*)")'
    r'(?:, (?:AT_FDCWD[^,]*, )?"(?P<target>[^"]*)")?.* = (?P<result>-?\d+)'
)

SAID: Final = re.compile(r'write\(1<[^>]*>, "(\w+)\\n"')


def calls(record: str) -> Iterator[tuple[str, str, str]]:
    """The calls in a record of strace that succeeded: which, to what, and the second name."""
    for line in record.splitlines():
        found = CALL.match(line)
        if found and int(found["result"]) >= 0:
            yield found["call"], found["open"] or found["named"], found["target"] or ""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder, and every call that changed something in it while a shop worked there."""
    if STRACE is None:
        pytest.skip("strace is not here to record what the system is asked for")
    folder = tmp_path_factory.mktemp("recorded")
    home = folder / "home"
    shop = shop_at(home, Clock())
    sell(shop)
    sun = hire(shop, "sun", Role.SUPERVISOR)
    shop.close()
    written = folder / "calls"
    done = subprocess.run(
        [STRACE, "-qq", "-y", "-s", "20", "-e", "signal=none", "-e", f"trace={CALLS}",
         "-o", str(written), *command("each", shop, sun)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not look at processes here")
    assert done.returncode == 0, done.stderr
    return home, written.read_text(encoding="utf-8", errors="replace")


WHAT: Final = ("ticket", "batch", "list", "settings", "copy", "import")


@pytest.mark.parametrize("what", WHAT)
def test_nothing_is_said_to_be_saved_before_a_power_cut_cannot_take_it(
    record: tuple[Path, str], what: str
) -> None:
    home, recorded = record
    unsynced, said = Unsynced(str(home)), 0
    for line in recorded.splitlines():
        for call in calls(line):
            unsynced.follow(*call)
        words = SAID.match(line)
        if words:
            if words[1] == what:
                said += 1
                assert (unsynced.contents, unsynced.folders) == (set(), set())
            unsynced = Unsynced(str(home))
    assert said


# --- a log that ends anywhere -----------------------------------------------------------------

HEADER: Final = 32
"""Bytes before the first frame of a write-ahead log."""


@dataclass(frozen=True)
class Told:
    """What stood in the store when somebody was told so, and how long the log was then."""

    log: int
    state: tuple[object, ...]


@dataclass(frozen=True)
class Pulled:
    """A store and its log as they lay on the disk while the shop was open."""

    store: bytes
    log: bytes
    told: tuple[Told, ...]
    frame: int

    def whole_until(self, end: int) -> tuple[object, ...]:
        """What the last saving left that was in the log before ``end``."""
        return [told.state for told in self.told if told.log <= end][-1]

    def boundaries(self) -> range:
        """Where a frame of the log ends."""
        return range(HEADER, len(self.log) + 1, self.frame)


STATE: Final = """
    SELECT (SELECT group_concat(no || status || event_count || version) FROM ticket ORDER BY id),
           (SELECT count(*) FROM ticket_event), (SELECT value FROM change_counter),
           (SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1),
           (SELECT group_concat(series || day || value) FROM number_counter),
           (SELECT group_concat(content) FROM draft)
"""


def state_at(path: Path) -> tuple[object, ...]:
    connection = connect(path)
    try:
        state: tuple[object, ...] = connection.execute(STATE).fetchone()
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    finally:
        connection.close()
    return state


@pytest.fixture
def pulled(shop: Shop, supervisor: Actor, sale: Sale) -> Pulled:
    """A few minutes of work, and the files at the moment at which the light goes out."""
    store = shop.places.store.path
    shop.close()  # the log begins with what is done here
    told: list[Told] = []

    def tell() -> None:
        told.append(Told(log_of(store).stat().st_size, state_at(store)))

    with shop.reading(shop.system):  # keeps the log from being folded by those who look
        tell()
        for number in range(4):
            no = save_a_ticket(shop, supervisor)
            tell()
            with shop.writing(supervisor) as desk:
                drafts.save(desk, "intake", {"summary": f"Lid {number}"})
            tell()
            with shop.writing(supervisor) as desk:
                tickets.take(desk, no)
            tell()
        log = log_of(store).read_bytes()
        frame = 24 + int.from_bytes(log[8:12], "big")
        return Pulled(store.read_bytes(), log, tuple(told), frame)


def save_a_ticket(shop: Shop, actor: Actor) -> str:
    """Open one more ticket; its number."""
    with shop.writing(actor) as desk:
        return tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel")).no


def again_with(pulled: Pulled, folder: Path, log: bytes) -> Path:
    """A store that wakes up with ``log``."""
    folder.mkdir(mode=0o700, exist_ok=True)
    store = folder / "counter.db"
    store.write_bytes(pulled.store)
    log_of(store).write_bytes(log)
    for path in (store, log_of(store)):
        path.chmod(0o600)
    return store


def test_a_log_that_ends_at_any_frame_holds_every_saving_before_and_none_behind(
    pulled: Pulled, tmp_path: Path
) -> None:
    reached = []
    for end in pulled.boundaries():
        store = again_with(pulled, tmp_path / "again", pulled.log[:end])
        assert state_at(store) == pulled.whole_until(end)
        reached.append(pulled.whole_until(end))
    assert reached[-1] == pulled.told[-1].state
    assert len(set(reached)) == len(pulled.told)


@pytest.mark.parametrize("rest", ["nothing", "zeros", "garbage", "an older log"])
def test_a_log_that_is_torn_inside_a_frame_ends_with_the_frame_before(
    pulled: Pulled, tmp_path: Path, rest: str
) -> None:
    chance = random.Random(rest)
    for _ in range(40):
        end = chance.randrange(HEADER, len(pulled.log))
        left = len(pulled.log) - end
        tail = {
            "nothing": b"",
            "zeros": bytes(left),
            "garbage": chance.randbytes(left),
            "an older log": pulled.log[HEADER : HEADER + left],
        }[rest]
        store = again_with(pulled, tmp_path / "again", pulled.log[:end] + tail)
        assert state_at(store) == pulled.whole_until(end)


def test_pages_that_reached_the_disk_in_another_order_save_nothing_by_half(
    pulled: Pulled, tmp_path: Path
) -> None:
    """Of the saving that was not synced yet, some pages are there and one is not."""
    before, last = pulled.told[-2], pulled.told[-1]
    missing = range(before.log, last.log, pulled.frame)
    assert len(missing) > 2
    for frame in missing:
        log = pulled.log[:frame] + bytes(pulled.frame) + pulled.log[frame + pulled.frame :]
        assert state_at(again_with(pulled, tmp_path / "again", log)) == before.state


@pytest.mark.parametrize("seed", range(3))
def test_the_next_start_is_a_whole_shop_that_goes_on(
    pulled: Pulled, supervisor: Actor, tmp_path: Path, seed: int
) -> None:
    end = random.Random(seed).randrange(HEADER, len(pulled.log))
    again_with(pulled, tmp_path / "again", pulled.log[:end])
    opened = shop_at(tmp_path / "again", Clock())
    assert_whole(opened)
    save_a_ticket(opened, supervisor)
    assert_whole(opened)
    opened.close()


def test_a_store_whose_log_was_never_begun_is_as_it_was_folded(
    pulled: Pulled, tmp_path: Path
) -> None:
    for end in (0, 1, HEADER - 1, HEADER):
        store = again_with(pulled, tmp_path / "again", pulled.log[:end])
        assert state_at(store) == pulled.told[0].state
