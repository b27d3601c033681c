"""Whatever stands where the store should be: a sentence, an exit status, and not a byte changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from data import driver, opening
from tests.badinput.shell import Shell, refusal
from tests.premises import PIN

COMMANDS: Final = {
    "init": ("init", "--name", "Corner"),
    "doctor": ("doctor",),
    "backup": ("backup",),
    "export": ("export",),
    "export list": ("export", "list"),
    "import": ("import", "products", "goods.csv"),
    "dry run": ("import", "products", "goods.csv", "--dry-run"),
    "find": ("find", "x"),
    "ticket list": ("ticket", "list"),
    "ticket show": ("ticket", "show", "X"),
    "ticket new": ("ticket", "new", "x", "-k", "return"),
    "policy list": ("policy", "list"),
    "policy add": ("policy", "add", "eu"),
    "staff list": ("staff", "list"),
    "staff add": ("staff", "add", "nn", "--name", "N"),
    "set-pin": ("staff", "set-pin", "sun", "--pin-stdin"),
}
"""Every command that opens the store."""

READING: Final = ("doctor", "export list", "dry run", "policy list")
"""Commands that write nothing into the store, and need nobody's PIN."""


@pytest.fixture(autouse=True)
def _goods(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "goods.csv").write_text("sku,name\nP1,a\n", encoding="utf-8")
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.02)
    monkeypatch.setattr(opening, "MIGRATION_SECONDS", 0.05)


def type_everything(shell: Shell, **environment: str) -> Iterator[tuple[str, str]]:
    """Type every command; its name and the sentence that it ended with."""
    for name, words in COMMANDS.items():
        needs_pin = words[0] in ("find", "ticket") or words[:2] in (
            ("staff", "list"),
            ("staff", "add"),
            ("policy", "add"),
        )
        signed = (*words, "--as", "sun", "--pin-stdin") if needs_pin else words
        yield name, refusal(shell.type(*signed, typed=f"{PIN}\n{PIN}\n", **environment))


def change(store: Path, *statements: str) -> None:
    """Do to a store what another tool might have done."""
    with closing(driver.connect(store)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        named = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        for (name,) in named.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def overwrite(store: Path, start: int, content: bytes) -> None:
    """Write bytes over a part of the file."""
    with store.open("r+b") as file:
        file.seek(start)
        file.write(content)


def _replaced(content: bytes) -> Callable[[Path], object]:
    return lambda store: store.write_bytes(content)


def _another_program(store: Path) -> None:
    store.unlink()
    store.touch()
    with closing(driver.connect(store)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _page_of(table: str, store: Path) -> None:
    with closing(driver.connect(store)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    overwrite(store, (page - 1) * size, b"\xa5" * size)


def _in_its_place(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def put(store: Path) -> None:
        store.unlink()
        make(store)

    return put


REVISION = "UPDATE alembic_version SET version_num = "

FAULTS: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "no database": (_replaced(b"receipt_no,sold_at\r\n" * 500), "no store of Counter"),
    "another header": (lambda store: overwrite(store, 0, b"X" * 16), "no store of Counter"),
    "an impossible page size": (lambda store: overwrite(store, 16, b"\0\3"), "damaged"),
    "a broken schema": (lambda store: overwrite(store, 100, b"\xff" * 3000), "damaged"),
    "a page of people": (lambda store: _page_of("staff", store), "damaged"),
    "half of it": (lambda store: os.truncate(store, store.stat().st_size // 2), "damaged"),
    "its first bytes": (lambda store: os.truncate(store, 100), "damaged"),
    "another program's": (_another_program, "a database of another program"),
    "a newer program's": (
        lambda store: change(store, f"{REVISION}'9999'"),
        "Please update this program",
    ),
    "a hostile revision": (
        lambda store: change(store, f"{REVISION}'x' || char(27) || '[2J'"),
        "Please update this program",
    ),
    "no revision": (lambda store: change(store, "DELETE FROM alembic_version"), "damaged"),
    "no table of revisions": (lambda store: change(store, "DROP TABLE alembic_version"), "damaged"),
    "no site": (lambda store: change(store, "DELETE FROM site"), "damaged"),
    "a zone nobody knows": (
        lambda store: change(store, "UPDATE site SET tz = 'Mars/Base'"),
        "time zone 'Mars/Base'",
    ),
    "a folder": (_in_its_place(Path.mkdir), "no ordinary file"),
    "a device": (_in_its_place(lambda path: path.symlink_to(os.devnull)), "no ordinary file"),
    "a link to itself": (_in_its_place(lambda path: path.symlink_to(path)), "cannot be"),
    "a link into nowhere": (
        _in_its_place(lambda path: path.symlink_to(path.parent / "gone" / "x.db")),
        "cannot be created",
    ),
}
if hasattr(os, "mkfifo"):
    FAULTS["a pipe"] = (_in_its_place(os.mkfifo), "no ordinary file")


@pytest.mark.parametrize("name", FAULTS)
def test_no_command_opens_what_is_no_sound_store(shell: Shell, name: str) -> None:
    spoil, word = FAULTS[name]
    spoil(shell.store)
    before = shell.digest

    for command, said in type_everything(shell):
        assert word in said, (command, said)
        assert str(shell.store) in said, (command, said)
    assert shell.digest == before
    assert not (shell.home / "exports").exists()


@pytest.mark.parametrize("name", ["another program's", "a newer program's"])
def test_it_is_said_in_chinese(shell: Shell, name: str) -> None:
    FAULTS[name][0](shell.store)

    for _command, said in type_everything(shell, COUNTER_LANGUAGE="zh_CN"):
        assert "counter.db" in said
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said)


def test_a_store_without_a_table_is_damaged_wherever_that_is_noticed(shell: Shell) -> None:
    change(shell.store, "DROP TABLE ticket_event", "DROP TABLE ticket")

    for words in (("ticket", "list"), ("ticket", "show", "X"), ("find", "x")):
        assert "damaged" in refusal(shell.work(*words), 1)
    assert "damaged" in refusal(shell.work("ticket", "new", "x", "-k", "return"), 1)


def test_a_page_that_is_broken_spoils_only_what_needs_it(shell: Shell) -> None:
    _page_of("ticket", shell.store)

    assert "damaged" in refusal(shell.work("ticket", "new", "x", "-k", "return"), 1)
    assert shell.work("staff", "list").exit_code == 0
    said = refusal(shell.type("import", "products", "goods.csv", "--dry-run"), 1)
    assert str(shell.store) in said


# --- a store that cannot be had now -------------------------------------------------------


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Another program writes to the store and does not come to an end."""
    with closing(driver.connect(store)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_held_store_is_busy_for_whoever_writes_and_open_to_readers(shell: Shell) -> None:
    before = shell.digest
    with held(shell.store):
        assert "Another program is writing" in refusal(shell.type("init", "--name", "X"), 1)
        assert "Another program is writing" in refusal(shell.type("export"), 1)
        said = refusal(shell.type("import", "products", "goods.csv"), 1)
        assert "Another program is writing" in said
        for name in READING:
            assert shell.type(*COMMANDS[name]).exit_code == 0, name
    assert shell.digest == before
    assert shell.type("import", "products", "goods.csv").exit_code == 0


def test_whoever_signs_in_at_a_held_store_is_told(shell: Shell) -> None:
    with held(shell.store):
        said = refusal(shell.work("ticket", "new", "x", "-k", "return"), 1)
    assert "Another program is writing" in said
    assert shell.answer("ticket", "list", "-v", "all")["tickets"] == []


def test_a_store_on_a_network_drive_is_left_alone(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_mounts", lambda: [(Path("/"), "ext4"), (shell.home, "nfs4")])
    before = shell.digest

    for command, said in type_everything(shell):
        assert "network drive (nfs4)" in said, command
    assert shell.digest == before


@contextmanager
def unchangeable(path: Path) -> Iterator[None]:
    """A file or folder that not even root may write to."""
    chattr = shutil.which("chattr")
    mark = ["+i"] if chattr else []
    done = subprocess.run([chattr or "", *mark, path], check=False) if chattr else None
    if done is None or done.returncode:
        if os.geteuid() == 0:
            pytest.skip("root may write to everything here")
        path.chmod(0o500)
    try:
        yield
    finally:
        if done is not None and not done.returncode:
            subprocess.run([chattr or "", "-i", path], check=True)
        else:
            path.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are not kept as bits on this system")
def test_a_read_only_store_is_named_and_can_still_be_examined(shell: Shell) -> None:
    before = shell.digest
    with unchangeable(shell.store):
        for name, words in COMMANDS.items():
            if words[0] in ("init", "export", "import") and name not in READING:
                assert "is read-only" in refusal(shell.type(*words), 1), name
        assert "is read-only" in refusal(shell.work("ticket", "new", "x", "-k", "return"), 1)
        assert shell.type("doctor").exit_code == 0
    assert shell.digest == before


@pytest.mark.skipif(sys.platform == "win32", reason="rights are not kept as bits on this system")
def test_a_read_only_folder_is_told_by_every_command(shell: Shell) -> None:
    before = shell.digest
    with unchangeable(shell.home):
        for command, said in type_everything(shell):
            assert str(shell.home) in said, command
    assert shell.digest == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exports", ("export",)),
        ("backups", ("backup",)),
        ("imports", ("import", "products", "goods.csv", "--dry-run")),
    ],
)
def test_a_file_in_the_place_of_a_folder_is_named(
    shell: Shell, name: str, words: tuple[str, ...]
) -> None:
    (shell.home / name).write_text("x", encoding="utf-8")

    assert str(shell.home / name) in refusal(shell.type(*words), 1)


# --- where the counter's folder should be -------------------------------------------------


@pytest.mark.parametrize(
    ("home", "word"),
    [
        (os.devnull, "cannot be created"),
        ("/proc/counter/home", "cannot be created"),
        (f"/{'x' * 5000}", "cannot be"),
        ("~nobody-of-that-name/x", "no such home folder"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of another system")
def test_a_folder_that_cannot_be_made_is_named(shell: Shell, home: str, word: str) -> None:
    for words in (("export", "list"), ("backup",), ("init",)):
        assert word in refusal(shell.type(*words, COUNTER_HOME=home))


@pytest.mark.parametrize(
    "store",
    ["postgresql://host/db", "sqlite://host/x", "://", "sqlite://[x", "sqlite://", "sqlite:///"],
)
def test_a_store_that_is_no_file_is_refused(shell: Shell, store: str) -> None:
    assert "cannot be opened" in refusal(shell.type("export", "list", COUNTER_DB=store), 2)
    assert "cannot be opened" in refusal(shell.type("--db", store, "backup"), 2)


@pytest.mark.parametrize(
    "words",
    [
        ("--home", "", "export", "list"),
        ("--db", " ", "export", "list"),
        ("backup", "--to", ""),
        ("export", "--out", ""),
        ("export", "verify", ""),
        ("import", "products", ""),
        ("demo", "--receipts", ""),
    ],
)
def test_a_variable_that_was_never_set_names_nothing(
    shell: Shell, tmp_path: Path, words: tuple[str, ...]
) -> None:
    before = sorted(tmp_path.rglob("*"))

    assert "The name is empty" in refusal(shell.type(*words), 2)
    assert sorted(tmp_path.rglob("*")) == before
