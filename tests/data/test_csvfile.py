from __future__ import annotations

import csv
import errno
import hashlib
import os
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import csvfile
from data.csvfile import MARK, MachineFile, SpreadsheetFile, guarded
from models.errors import FileRefused

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 11, 22, 2, 30, 5, 7, tzinfo=UTC)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FORMULAS = st.builds(str.__add__, st.sampled_from(csvfile.GUARDED), TEXTS)


def rows_of(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    """What any reader of RFC 4180 finds."""
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, strict=True))


def read_spreadsheet(path: Path) -> list[list[str]]:
    """The rows as our own readers take them: the mark's column and one apostrophe taken off."""
    header, *rows = rows_of(path, "utf-8-sig")
    assert header[0] == MARK
    return [[cell.removeprefix("'") for cell in row[1:]] for row in [header, *rows]]


def machine_file(path: Path, *rows: list[Any]) -> csvfile.Written:
    with MachineFile(path) as file:
        file.header(["a", "b"])
        for row in rows:
            file.row(row)
    return file.written


def test_machine_file_is_exact_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    machine_file(
        path, ["=1+1", 'say "x", 退货'], [None, True], [MOMENT, date(2026, 1, 2)], ["\n", -5]
    )

    assert (
        path.read_bytes()
        == (
            'a,b\r\n=1+1,"say ""x"", 退货"\r\n,true\r\n'
            '2026-11-22T02:30:05.000007Z,2026-01-02\r\n"\n",-5\r\n'
        ).encode()
    )


def test_written_tells_rows_bytes_and_hash_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    written = machine_file(path, ["1", "2"], ["3", "4"])

    content = path.read_bytes()
    assert (written.rows, written.bytes) == (2, len(content))
    assert written.sha256 == hashlib.sha256(content).hexdigest()


@given(rows=st.lists(st.tuples(TEXTS | FORMULAS, TEXTS), max_size=20))
def test_machine_file_reads_back_to_the_same_texts(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("machine") / "a.csv"

    machine_file(path, *(list(row) for row in rows))

    assert [tuple(row) for row in rows_of(path)[1:]] == rows


@given(rows=st.lists(st.tuples(TEXTS | FORMULAS, TEXTS | FORMULAS), max_size=20))
def test_spreadsheet_file_reads_back_to_the_same_texts(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("spreadsheet") / "a.csv"

    with SpreadsheetFile(path, SHANGHAI) as file:
        file.header(["a", "b"])
        for row in rows:
            file.row(row)

    assert [tuple(row) for row in read_spreadsheet(path)[1:]] == rows


def test_two_who_write_a_spreadsheet_file_of_one_name_get_a_file_each(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with SpreadsheetFile(path, SHANGHAI) as mine:
        with SpreadsheetFile(path, SHANGHAI) as yours:
            yours.row(["yours"])
        mine.row(["mine"])
    with SpreadsheetFile(path, SHANGHAI) as later:
        later.row(["later"])

    found = {file.path.name: rows_of(file.path, "utf-8-sig") for file in (mine, yours, later)}
    assert found == {
        "a.csv": [["", "mine"]],
        "a-2.csv": [["", "yours"]],
        "a-3.csv": [["", "later"]],
    }
    assert len(list(tmp_path.iterdir())) == 3


@given(text=FORMULAS)
def test_no_text_in_a_spreadsheet_file_begins_like_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_spreadsheet_file_is_marked_and_guards_texts_but_no_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    with SpreadsheetFile(path, SHANGHAI) as file:
        file.header(["phone", "amount", "at"])
        file.row(["+86 138", -5, MOMENT])
        file.row(["'", Decimal("-4.15"), None])

    assert path.read_bytes().startswith(b"\xef\xbb\xbf#counter,phone,")
    assert rows_of(path, "utf-8-sig")[1:] == [
        ["", "'+86 138", "-5", "2026-11-22 10:30"],
        ["", "''", "-4.15", ""],
    ]


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    with MachineFile(path) as file:
        file.header(["a"])
        file.row(["x"])
        assert not path.exists()

    assert path.exists()


def test_failing_halfway_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    machine_file(path, ["old", "old"])
    before = path.read_bytes()

    def fail() -> NoReturn:
        with MachineFile(path) as file:
            file.header(["a"])
            file.row(["x" * 3_000_000])
            raise KeyError("a bug")

    with pytest.raises(KeyError):
        fail()

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_only_this_account_can_read_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    machine_file(path)

    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EFBIG, "disk is full"),
        (errno.EROFS, "right to write"),
        (errno.EIO, "cannot be read or written"),
    ],
)
def test_disk_that_refuses_is_named_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", refuse)
    path = tmp_path / "a.csv"

    with pytest.raises(FileRefused, match=words):
        machine_file(path, ["a", "b"])

    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_disk_that_gets_full_in_the_middle_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = os.write, []

    def fill_up(descriptor: int, block: Any) -> int:
        calls.append(descriptor)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "full")
        return write(descriptor, block)

    monkeypatch.setattr(os, "write", fill_up)

    with pytest.raises(FileRefused, match="disk is full"):
        machine_file(tmp_path / "a.csv", *([["x" * 1_000_000, "y"]] * 6))

    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="does not exist"):
        machine_file(tmp_path / "missing" / "a.csv")


def test_file_is_synced_before_its_name_and_its_folder_after(
    tmp_path: Path, syncs: list[str]
) -> None:
    machine_file(tmp_path / "a.csv", ["a", "b"])

    if sys.platform == "linux":
        assert syncs == ["sync file", "rename to a.csv", "sync folder"]


def test_rename_waits_for_whoever_holds_the_file_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, tries = os.replace, []

    def held_twice(source: Path, target: Path) -> None:
        tries.append(source)
        if len(tries) < 3:
            error = PermissionError(errno.EACCES, "held")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        rename(source, target)

    monkeypatch.setattr(os, "replace", held_twice)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    machine_file(tmp_path / "a.csv")

    assert len(tries) == 3
    assert (tmp_path / "a.csv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be synced on this system")
def test_a_whole_file_is_synced_before_it_is_renamed_and_the_folder_after(
    tmp_path: Path, syncs: list[str]
) -> None:
    path = tmp_path / "kept.toml"
    path.write_text("old", encoding="utf-8")
    csvfile.write_whole(path, b"new")

    assert syncs == ["sync file", "rename to kept.toml", "sync folder"]
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_whole_file_that_the_disk_refuses_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "kept.toml"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        csvfile.write_whole(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be synced on this system")
def test_new_folders_are_synced_into_those_they_lie_in(tmp_path: Path, syncs: list[str]) -> None:
    csvfile.make_folder(tmp_path / "exports" / "views")
    csvfile.make_folder(tmp_path / "exports" / "views")

    assert syncs == ["sync folder", "sync folder"]
    assert (tmp_path / "exports" / "views").stat().st_mode & 0o777 == 0o700


def test_a_file_where_a_folder_is_wanted_is_refused(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("", encoding="utf-8")

    with pytest.raises(OSError, match="exports"):
        csvfile.make_folder(tmp_path / "exports" / "views")
