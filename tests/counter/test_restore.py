"""A backup takes the store's place whole, the old one is kept, and no death harms either."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from counter.advice import restore_command
from counter.cli import app
from counter.commands.session import invocation
from counter.desk import Actor
from counter.doctor import examine
from counter.places import Places
from counter.restoring import backups, restoration
from counter.safekeeping import back_up_store
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from data import chain, csvfile, driver, replacing
from data.driver import connect, sqlite3
from data.migrations import HEAD
from models.errors import (
    CounterError,
    FileRefused,
    StoreBusy,
    StoreDamaged,
    StoreMissing,
    StoreNewer,
)
from models.terms import Role
from tests.premises import MORNING, Clock, hire, places_at, rows, shop_at

CHECKOUT = Path(__file__).parents[2]


def ticket(shop: Shop, actor: Actor, summary: str) -> None:
    with shop.writing(actor) as desk:
        open_ticket(desk, TicketDraft(kind="return", summary=summary))


def summaries(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT summary FROM ticket ORDER BY id").fetchall()
    return [row[0] for row in found]


@pytest.fixture
def backup(shop: Shop, clerk: Actor) -> Path:
    """Taken between two tickets; the shop is closed."""
    ticket(shop, clerk, "before")
    path = back_up_store(shop, shop.system)
    ticket(shop, clerk, "after")
    shop.close()
    return path


@pytest.fixture
def places(shop: Shop) -> Places:
    return shop.places


def restore(places: Places, backup: Path) -> Path | None:
    with restoration(places, backup, MORNING) as ready:
        return ready.carry_out().replaced


@contextlib.contextmanager
def opened(places: Places) -> Iterator[Shop]:
    shop = shop_at(places.home, Clock())
    try:
        yield shop
    finally:
        shop.close()


def test_what_was_written_after_the_backup_is_gone_and_kept(places: Places, backup: Path) -> None:
    kept = restore(places, backup)

    assert summaries(places.store.path) == ["before"]
    assert kept is not None
    assert kept.name == "counter-replaced-20250308T020000Z.db"
    assert summaries(kept) == ["before", "after"]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not list(places.home.glob(".*restoring*"))


def test_restored_store_is_healthy_and_tells_where_it_came_from(
    places: Places, backup: Path
) -> None:
    kept = restore(places, backup)
    with opened(places) as shop:
        assert examine(shop, shop.system, full=True).healthy
        diff = json.loads(
            rows(shop, "SELECT diff FROM audit_entry WHERE action = 'store.restored'")[0][0]
        )
        epoch = rows(shop, "SELECT value FROM store_fact WHERE name = 'epoch'")[0][0]
        names = rows(shop, "SELECT name FROM store_fact WHERE name LIKE 'copied%'")
        entries = rows(shop, f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id")

    assert kept is not None
    assert (diff["file"], diff["replaced"]) == (backup.name, kept.name)
    assert diff["epoch"] == epoch != diff["copied_from"]
    assert names == []
    assert chain.verify(entries).broken_at is None


def test_kept_store_can_be_brought_back_in_its_turn(places: Places, backup: Path) -> None:
    kept = restore(places, backup)
    assert kept is not None
    restore(places, kept)

    assert summaries(places.store.path) == ["before", "after"]


def test_what_will_be_lost_is_counted(places: Places, backup: Path) -> None:
    with restoration(places, backup, MORNING) as ready:
        losses = ready.losses
        held = ready.candidate.contents

    assert (losses.goes_on, losses.tickets) == (True, 1)
    assert losses.changes > 0
    assert (held.tickets, held.copied_at) == (1, MORNING)
    assert summaries(places.store.path) == ["before", "after"], "asking changes nothing"


def test_backup_of_another_life_is_said_to_be_one(
    places: Places, backup: Path, tmp_path: Path
) -> None:
    other = shop_at(tmp_path / "other", Clock())
    hire(other, "wu", Role.CLERK)
    foreign = back_up_store(other, other.system)
    other.close()

    with restoration(places, foreign, MORNING) as ready:
        assert not ready.losses.goes_on
        assert ready.losses.tickets == 2


def test_store_that_is_gone_is_brought_back(places: Places, backup: Path) -> None:
    log = places.store.path.with_name("counter.db-wal")
    log.write_bytes(b"of the store that was lost")
    places.store.path.unlink()

    restore(places, backup)

    assert not log.exists()
    assert summaries(places.store.path) == ["before"]
    with opened(places) as shop:
        assert examine(shop, shop.system, full=True).healthy


def test_log_of_the_old_store_is_never_applied_to_the_new_one(
    places: Places, backup: Path, clerk: Actor
) -> None:
    connection = connect(places.store.path)  # as a terminal that lost its power leaves it
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("UPDATE ticket SET summary = 'in the log'")
    log = places.store.path.with_name("counter.db-wal")
    left = log.read_bytes()
    connection.close()
    log.write_bytes(left)

    kept = restore(places, backup)

    assert summaries(places.store.path) == ["before"]
    assert kept is not None
    assert summaries(kept) == ["in the log", "in the log"], "the log is folded into what is kept"


# --- what is refused ------------------------------------------------------------------------


def damage_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xee" * 4096)


def forget_sum(path: Path) -> None:
    path.with_suffix(".db.sha256").unlink()


def damaged_without_sum(path: Path) -> None:
    forget_sum(path)
    damage_page(path)


def cut(path: Path) -> None:
    forget_sum(path)
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    forget_sum(path)
    path.write_bytes(b"")


def of_another_program(path: Path) -> None:
    forget_sum(path)
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE song (name TEXT)")


def a_photograph(path: Path) -> None:
    forget_sum(path)
    path.write_bytes(b"\xff\xd8\xff\xe0" * 5000)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (damage_page, "not as it was written"),
        (damaged_without_sum, "damaged"),
        (cut, "damaged"),
        (emptied, "empty"),
        (of_another_program, "another program"),
        (a_photograph, "damaged or no store"),
    ],
)
def test_file_that_is_no_whole_backup_is_refused_and_nothing_changed(
    places: Places, backup: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(backup)
    before = places.store.path.read_bytes()

    with pytest.raises(CounterError) as refused:
        restore(places, backup)

    assert said in str(refused.value)
    assert str(backup) in str(refused.value)
    assert places.store.path.read_bytes() == before
    assert not list(places.home.glob(".*restoring*"))


def test_newer_backup_is_refused_in_words(places: Places, backup: Path) -> None:
    forget_sum(backup)
    with contextlib.closing(connect(backup)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreNewer, match="update this program") as refused:
        restore(places, backup)
    assert str(backup) in str(refused.value)
    assert summaries(places.store.path) == ["before", "after"]


def test_missing_file_and_the_store_itself_are_refused(places: Places, backup: Path) -> None:
    with pytest.raises(FileRefused, match="No such file"):
        restore(places, backup.with_name("nowhere.db"))
    with pytest.raises(FileRefused, match="is the store itself"):
        restore(places, places.store.path)


HOLD = """
import sys
from pathlib import Path
from tests.premises import Clock, shop_at
shop = shop_at(Path(sys.argv[1]), Clock())
watch = shop.watch()
print("open", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def another_terminal(places: Places) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(places.home)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    try:
        yield
    finally:
        process.communicate("")


def test_store_that_an_idle_terminal_has_open_is_not_replaced(
    places: Places, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.1)
    with another_terminal(places), pytest.raises(StoreBusy, match="Other terminals have"):
        restore(places, backup)
    assert summaries(places.store.path) == ["before", "after"]

    restore(places, backup)
    assert summaries(places.store.path) == ["before"]


def test_idle_terminal_with_a_rollback_journal_reads_the_new_store(
    places: Places, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "wal_is_sound", lambda _: False)
    idle = connect(places.store.path)
    assert idle.execute("SELECT count(*) FROM ticket").fetchall() == [(2,)]

    restore(places, backup)

    assert idle.execute("SELECT count(*) FROM ticket").fetchall() == [(1,)]
    idle.execute("UPDATE ticket SET summary = 'written by the idle terminal'")
    idle.close()
    assert summaries(places.store.path) == ["written by the idle terminal"]


# --- an older backup ------------------------------------------------------------------------


def test_older_backup_is_brought_to_todays_schema(
    places: Places, backup: Path, tmp_path: Path
) -> None:
    from alembic import command

    from data.location import Location
    from data.migrations import migration_config
    from data.store import make_engine

    old = tmp_path / "old.db"
    driver.make_private_file(old)
    engine = make_engine(Location(old), foreign_keys=False)
    with engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()

    with restoration(places, old, MORNING) as ready:
        assert ready.candidate.revision == "0001"
        assert not ready.candidate.has_sum
        ready.carry_out()

    with contextlib.closing(connect(places.store.path)) as connection_:
        found = connection_.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found == [(HEAD,)]


# --- killed on the way ----------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from counter.restoring import restoration
from tests.premises import MORNING, places_at

wanted, seen = sys.argv[3], 0

def stepped(step):
    global seen
    seen += step == wanted.split("-")[0]
    if seen == int(wanted.split("-")[1]):
        os.kill(os.getpid(), signal.SIGKILL)

with restoration(places_at(Path(sys.argv[1])), Path(sys.argv[2]), MORNING) as ready:
    ready.carry_out(stepped)
"""


def killed_at(places: Places, backup: Path, step: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", KILLED, str(places.home), str(backup), step],
        cwd=CHECKOUT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == -9, process.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not killed by signals")
@pytest.mark.parametrize("step", ["verified-1", "alone-1", "kept-1", "copying-1", "replaced-1"])
def test_restore_that_is_killed_leaves_the_old_store_or_the_new_one(
    places: Places, backup: Path, step: str
) -> None:
    killed_at(places, backup, step)

    with opened(places) as shop:
        found = rows(shop, "SELECT summary FROM ticket ORDER BY id")
        assert examine(shop, shop.system, full=True).healthy
    assert found == ([("before",)] if step == "replaced-1" else [("before",), ("after",)])

    restore(places, backup)
    assert summaries(places.store.path) == ["before"]
    assert not list(places.home.glob(".*restoring*"))


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not killed by signals")
@pytest.mark.parametrize("step", ["verified-1", "kept-1", "cleared-1", "replaced-1"])
def test_restore_over_a_damaged_store_that_is_killed_is_ended_by_the_next(
    places: Places, backup: Path, step: str
) -> None:
    spoil_header(places.store.path)
    damaged = places.store.path.read_bytes()
    killed_at(places, backup, step)
    assert places.store.path.exists()
    if step != "replaced-1":
        assert places.store.path.read_bytes() == damaged
        restore(places, backup)

    assert summaries(places.store.path) == ["before"]
    kept = places.backups.glob("counter-replaced-*.db")
    assert step == "verified-1" or damaged in [path.read_bytes() for path in kept]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not killed by signals")
@pytest.mark.parametrize("step", ["kept-1", "cleared-1", "replaced-1"])
@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_a_log_without_its_store_is_kept_and_applied_to_no_other(
    places: Places, backup: Path, step: str, end: str
) -> None:
    store = places.store.path
    log = store.with_name(f"{store.name}{end}")
    left = b"what the disk left of it"
    log.write_bytes(left)
    store.unlink()
    killed_at(places, backup, step)

    kept = [path.read_bytes() for path in places.backups.glob(f"counter-replaced-*{end}")]
    assert kept == [left]
    assert log.exists() is (step == "kept-1")
    assert store.exists() is (step == "replaced-1")
    restore(places, backup)
    assert summaries(store) == ["before"]


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not synced there")
def test_a_power_cut_takes_no_log_before_its_copy_is_there_to_stay(
    places: Places, backup: Path, monkeypatch: pytest.MonkeyPatch, syncs: list[str]
) -> None:
    log = places.store.path.with_name("counter.db-wal")
    log.write_bytes(b"what the disk left of it")
    places.store.path.unlink()
    sync = csvfile.sync_folder

    def noted(folder: Path) -> None:
        sync(folder)
        syncs.append(f"{folder.name}, with the log" if log.exists() else folder.name)

    monkeypatch.setattr(replacing, "sync_folder", noted)
    restore(places, backup)

    assert [one for one in syncs if not one.startswith(("sync", "rename"))] == [
        "backups, with the log",
        places.home.name,
        places.home.name,
    ]


# --- a damaged store ------------------------------------------------------------------------


def spoil_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"garbage garbage garbage garbage ")


def spoil_table(path: Path) -> None:
    with contextlib.closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ticket'"
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xee" * 4096)


def spoil_log(path: Path) -> None:
    log = path.with_name(f"{path.name}-wal")
    connection = connect(path)
    connection.execute("UPDATE ticket SET summary = 'in the log'")
    left = log.read_bytes()
    connection.close()
    log.write_bytes(b"\xee" * 32 + left[32:])


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


DAMAGES = [spoil_header, spoil_table, spoil_log, truncate]


@pytest.fixture
def run(places: Places, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COUNTER_HOME", str(places.home))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)

    def run(*words: str, typed: str = "") -> Result:
        result = CliRunner().invoke(app, list(words), input=typed)
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.mark.parametrize("spoil", DAMAGES)
def test_damaged_store_names_the_backup_and_the_command_that_brings_it_back(
    places: Places,
    backup: Path,
    run: Callable[..., Result],
    spoil: Callable[[Path], None],
) -> None:
    spoil(places.store.path)
    command = f"counter restore {backup}"

    said = run("ticket", "list", "--as", "li", "--pin-stdin", typed="482913\n")
    assert said.exit_code == 1
    assert command in said.stderr
    done = run(*command.split()[1:], "--yes")

    assert done.exit_code == 0, done.output
    assert summaries(places.store.path) == ["before"]
    assert run("doctor", "--full").exit_code == 0


@pytest.mark.parametrize("spoil", DAMAGES)
def test_damaged_store_is_kept_as_it_is(
    places: Places, backup: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(places.store.path)
    path, log = places.store.path, places.store.path.with_name("counter.db-wal")
    spoiled = (log if spoil is spoil_log else path).read_bytes()

    restore(places, backup)

    kept = [one.read_bytes() for one in places.backups.iterdir() if "-replaced-" in one.name]
    first = 100 if spoil is spoil_table else 0  # its header says that the log was folded in
    assert spoiled[first:] in [content[first:] for content in kept]


def test_damaged_store_without_a_backup_says_so(
    places: Places, backup: Path, run: Callable[..., Result]
) -> None:
    shutil.rmtree(places.backups)
    spoil_header(places.store.path)

    said = run("doctor")

    assert said.exit_code == 1
    assert "holds no backup of it" in said.stderr
    assert said.stderr.count("\n") == 1


def test_store_that_is_gone_is_not_founded_anew_while_there_are_backups(
    places: Places, backup: Path
) -> None:
    places.store.path.unlink()

    with pytest.raises(StoreMissing, match="There is no store at") as missing:
        shop_at(places.home, Clock())

    assert str(backup) in str(missing.value)
    assert not places.store.path.exists()


def test_command_to_restore_names_the_home_it_is_for(
    places: Places, backup: Path, tmp_path: Path
) -> None:
    elsewhere = Places(places.home, places_at(tmp_path).store)

    assert restore_command(places, backup) == f"counter --home {places.home} restore {backup}"
    assert f"--db {tmp_path / 'counter.db'}" in restore_command(elsewhere, backup)


def test_open_shop_that_meets_damage_gives_the_same_advice(places: Places, backup: Path) -> None:
    spoil_table(places.store.path)
    with opened(places) as shop, pytest.raises(StoreDamaged, match="bring back the newest backup"):
        rows(shop, "SELECT * FROM ticket")


# --- the command ----------------------------------------------------------------------------


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_name_with_a_day_that_is_none_is_listed_by_its_files_own_time(
    places: Places, backup: Path
) -> None:
    others = ("20250231T020000Z", "99999999T999999Z", "00010101T000000Z")
    for stamp in others:
        copy = places.backups / f"counter-{stamp}.db"
        copy.write_bytes(backup.read_bytes())
        os.utime(copy, (0, 86_400))

    taken = {found.path.name: found.taken_at for found in backups(places)}

    assert [taken[f"counter-{stamp}.db"].isoformat() for stamp in others] == [
        "1970-01-02T00:00:00+00:00"
    ] * len(others)


def test_command_shows_asks_and_restores(
    places: Places, backup: Path, run: Callable[..., Result]
) -> None:
    declined = run("restore", str(backup), typed="n\n")
    assert declined.exit_code == 1
    assert "new tickets 1" in declined.stdout
    assert str(places.store) in declined.stdout
    assert summaries(places.store.path) == ["before", "after"]

    done = run("restore", str(backup), typed="y\n")
    assert done.exit_code == 0
    assert "kept" in done.stdout
    assert summaries(places.store.path) == ["before"]


def test_command_for_scripts_asks_nothing(
    places: Places, backup: Path, run: Callable[..., Result]
) -> None:
    assert run("restore", str(backup), "--json").exit_code == 2

    said = answer(run("restore", str(backup), "--yes", "--json"))

    assert said["gone"] == {
        "store_readable": True,
        "store_goes_on": True,
        "changes": said["gone"]["changes"],
        "tickets": 1,
    }
    assert Path(said["replaced"]).exists()
    assert summaries(places.store.path) == ["before"]


def test_without_a_file_the_backups_are_listed(
    places: Places, backup: Path, run: Callable[..., Result]
) -> None:
    shop = shop_at(places.home, Clock())
    changed = back_up_store(shop, shop.system)
    shop.close()
    bare = back_up_store(shop_at(places.home, Clock()), shop.system)
    forget_sum(bare)
    with changed.open("ab") as file:
        file.write(b"x")

    listed = answer(run("restore", "--json"))

    verified = {Path(one["file"]): one["verified"] for one in listed}
    assert verified == {backup: True, changed: False, bare: None}
    assert [one["file"] for one in listed] == [str(one.path) for one in backups(places)]
    assert "WRONG" in run("restore").stdout
