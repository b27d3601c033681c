from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from datetime import datetime
from pathlib import Path

import pytest

from counter.desk import Actor
from counter.safekeeping import back_up_store
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from data import backup
from data.backup import back_up, sums_of
from data.candidate import matches_its_sum
from data.driver import connect, sqlite3
from data.location import Location
from models.errors import FileRefused, StoreDamaged, StoreUnusable
from tests.premises import MORNING, Clock, places_at, rows, shop_at

CHECKOUT = Path(__file__).parents[2]


def roots_of(shop: Shop) -> list[int]:
    """Pages that hold the rows of tables."""
    question = "SELECT rootpage FROM sqlite_schema WHERE name IN ('ticket', 'staff', 'audit_entry')"
    return [page for (page,) in rows(shop, question)]


@pytest.fixture
def with_a_ticket(shop: Shop, clerk: Actor) -> Shop:
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft(kind="return", summary="Towel with a hole"))
    return shop


def test_a_copy_opens_as_the_same_shop(with_a_ticket: Shop, tmp_path: Path) -> None:
    copy = back_up(with_a_ticket.places.store, tmp_path / "copies", MORNING)
    home = tmp_path / "restored"
    restored = shop_at(home, Clock(), founded=copy)

    question = "SELECT * FROM ticket JOIN ticket_event ON ticket_id = ticket.id"
    assert rows(restored, question) == rows(with_a_ticket, question)
    assert rows(restored, "SELECT rowid FROM ticket_search('towel')") == [(1,)]
    restored.close()
    assert places_at(home).store.path.exists()


def test_the_hash_beside_the_copy_is_the_copys(with_a_ticket: Shop, tmp_path: Path) -> None:
    copy = back_up(with_a_ticket.places.store, tmp_path, MORNING)
    digest, name = copy.with_suffix(".db.sha256").read_text(encoding="ascii").split()

    assert name == copy.name
    assert digest == hashlib.sha256(copy.read_bytes()).hexdigest()


def test_a_copy_is_named_for_its_moment_and_never_replaced(shop: Shop, tmp_path: Path) -> None:
    names = [back_up(shop.places.store, tmp_path, MORNING).name for _ in range(3)]

    assert names == [
        "counter-20250308T020000Z.db",
        "counter-20250308T020000Z-2.db",
        "counter-20250308T020000Z-3.db",
    ]


def test_a_copy_is_taken_while_somebody_writes(
    with_a_ticket: Shop, clerk: Actor, tmp_path: Path
) -> None:
    with with_a_ticket.writing(clerk) as desk:
        open_ticket(desk, TicketDraft(kind="return", summary="Not yet saved"))
        copy = back_up(with_a_ticket.places.store, tmp_path, MORNING)

    kept = sqlite3.connect(copy)
    summaries = kept.execute("SELECT summary FROM ticket").fetchall()
    kept.close()
    assert summaries == [("Towel with a hole",)]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are not kept as bits on this system")
def test_only_this_account_can_read_a_copy(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    back_up(shop.places.store, folder, MORNING)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_copy_that_does_not_verify_is_not_kept(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[4096:8192] = bytes(4096)
        path.write_bytes(content)
        check(path)

    check = backup._check
    monkeypatch.setattr(backup, "_check", damage)

    with pytest.raises(FileRefused, match="does not verify"):
        back_up(shop.places.store, tmp_path / "copies", MORNING)
    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text on this system")
def test_a_folder_whose_name_is_no_text_gets_a_copy(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xff\xe4 %20?#")

    copy = back_up(shop.places.store, folder, MORNING)

    assert copy.parent == folder
    assert matches_its_sum(copy)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text on this system")
def test_a_store_whose_name_is_no_text_gets_a_copy(shop: Shop, tmp_path: Path) -> None:
    shop.close()
    store = tmp_path / os.fsdecode(b"\xff.db")
    shutil.copyfile(shop.places.store.path, store)

    copy = back_up(Location(store), tmp_path / "copies", MORNING)

    assert copy.name == f"{store.stem}-20250308T020000Z.db"
    assert matches_its_sum(copy)


def test_a_damaged_store_is_named_and_no_copy_is_kept(with_a_ticket: Shop, tmp_path: Path) -> None:
    """Some bytes of a page that holds rows: the copy is as damaged as the store is."""
    store, pages = with_a_ticket.places.store.path, roots_of(with_a_ticket)
    with_a_ticket.close()
    whole, blamed = store.read_bytes(), set()
    for page in pages:
        for at in range(0, 4096, 64):
            content = bytearray(whole)
            content[page * 4096 - 4096 + at] ^= 0xFF
            store.write_bytes(content)
            try:
                kept = back_up(with_a_ticket.places.store, tmp_path / "copies", MORNING)
            except StoreDamaged as error:
                blamed.add(error.values["path"])
            else:  # nothing that SQLite could know
                kept.unlink()
                sums_of(kept).unlink()
            assert list((tmp_path / "copies").iterdir()) == []
    assert blamed == {store}


def test_a_disk_that_cannot_be_read_is_the_stores(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_READ"
        raise error

    monkeypatch.setattr(backup, "_tops", fails)

    with pytest.raises(StoreUnusable) as refused:
        back_up(shop.places.store, tmp_path / "copies", MORNING)
    assert refused.value.values["path"] == shop.places.store.path


def test_a_folder_that_cannot_be_made_is_told_in_words(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("a file", encoding="utf-8")

    with pytest.raises(FileRefused, match=r"copies cannot be written: File exists"):
        back_up(shop.places.store, tmp_path / "copies", MORNING)


def test_a_backup_is_in_the_audit_trail(shop: Shop) -> None:
    path = back_up_store(shop, shop.system)

    assert path.parent == shop.places.backups
    last = rows(shop, "SELECT action, diff FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert last == [("store.backup", f'{{"file":"{path.name}"}}')]


def test_a_copy_says_that_it_is_one_and_the_store_does_not(shop: Shop, tmp_path: Path) -> None:
    copy = back_up(shop.places.store, tmp_path, MORNING)

    kept = sqlite3.connect(copy)
    facts = dict(kept.execute("SELECT name, value FROM store_fact").fetchall())
    kept.close()
    assert facts["copied_from"] == facts["epoch"]
    assert rows(shop, "SELECT name FROM store_fact") == [("epoch",)]


def test_copy_and_hash_are_synced_before_they_have_their_names(
    shop: Shop, tmp_path: Path, syncs: list[str]
) -> None:
    name = back_up(shop.places.store, tmp_path, MORNING).name

    files = ["sync file", f"rename to {name}", "sync file", f"rename to {name}.sha256"]
    assert syncs == files + ["sync folder"] * (sys.platform != "win32")


def test_disk_without_room_for_the_copy_is_told_before_it_is_filled(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 4096))

    with pytest.raises(FileRefused, match="has no room for a copy"):
        back_up(shop.places.store, tmp_path / "copies", MORNING)
    assert list((tmp_path / "copies").iterdir()) == []


def test_copy_with_other_rows_than_the_store_does_not_verify(
    with_a_ticket: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_a_row(path: Path, now: datetime) -> None:
        mark(path, now)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("DELETE FROM ticket")
        connection.close()

    mark = backup._mark
    monkeypatch.setattr(backup, "_mark", lose_a_row)

    with pytest.raises(FileRefused, match=r"does not verify: ticket"):
        back_up(with_a_ticket.places.store, tmp_path / "copies", MORNING)


def test_copy_with_another_end_of_the_audit_does_not_verify(
    with_a_ticket: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forge(path: Path, now: datetime) -> None:
        mark(path, now)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET hash = 'another' || id")
        connection.close()

    mark = backup._mark
    monkeypatch.setattr(backup, "_mark", forge)

    with pytest.raises(FileRefused, match=r"does not verify: audit_entry"):
        back_up(with_a_ticket.places.store, tmp_path / "copies", MORNING)


def test_copy_is_taken_of_a_store_whose_search_index_is_damaged(
    with_a_ticket: Shop, tmp_path: Path
) -> None:
    connection = connect(with_a_ticket.places.store.path)
    connection.execute("DELETE FROM ticket_search_data WHERE id > 10")
    connection.close()

    assert back_up(with_a_ticket.places.store, tmp_path, MORNING).exists()


def test_half_copies_of_killed_processes_are_cleared_away(shop: Shop, tmp_path: Path) -> None:
    left, being_written = (tmp_path / f".counter-1.db.{number}.part" for number in (1, 2))
    left.write_bytes(b"half")
    being_written.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(left, (two_days_ago, two_days_ago))

    back_up(shop.places.store, tmp_path, MORNING)

    assert not left.exists()
    assert being_written.exists()


WRITE = """
import sys
from pathlib import Path
from counter.desk import Actor
from counter.tickets import TicketDraft, open_ticket
from models.terms import Role
from tests.premises import Clock, shop_at

shop = shop_at(Path(sys.argv[1]), Clock())
actor = Actor(int(sys.argv[2]), "li", "Li", Role.CLERK)
for number in range(200):
    with shop.writing(actor) as desk:
        print(open_ticket(desk, TicketDraft("return", "Towel")).no, flush=True)
shop.close()
"""


def test_every_row_acknowledged_before_the_backup_is_in_it(
    shop: Shop, clerk: Actor, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(shop.places.home), str(clerk.id)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(20)][:-1]
    while process.poll() is None and len(acknowledged) < 190:
        copy = back_up(shop.places.store, tmp_path, MORNING)
        connection = sqlite3.connect(copy)
        found = [row[0] for row in connection.execute("SELECT no FROM ticket ORDER BY id")]
        connection.close()
        assert found[: len(acknowledged)] == acknowledged
        acknowledged = found
    process.communicate()
    assert process.returncode == 0
    assert len(rows(shop, "SELECT id FROM ticket")) == 200


LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
sys.argv = ["counter", "--home", sys.argv[1], "backup"]
from counter.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit on this system")
def test_disk_that_is_full_midway_leaves_no_file_and_ends_in_a_sentence(shop: Shop) -> None:
    shop.close()
    size = shop.places.store.path.stat().st_size

    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(shop.places.home), str(size // 2)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert str(shop.places.backups) in ended.stderr
    assert list(shop.places.backups.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from data import backup
from data.location import Location
from tests.premises import MORNING

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(backup, sys.argv[3], die)
backup.back_up(Location(Path(sys.argv[1])), Path(sys.argv[2]), MORNING)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not killed by signals")
@pytest.mark.parametrize("step", ["_mark", "_check", "_compare", "_sha256_synced", "replace"])
def test_backup_that_is_killed_leaves_nothing_under_a_copys_name(
    shop: Shop, tmp_path: Path, step: str
) -> None:
    words = (str(shop.places.store.path), str(tmp_path), step)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, *words], cwd=CHECKOUT, timeout=60, check=False
    )

    assert ended.returncode == -9
    assert not list(tmp_path.glob("counter-*"))
