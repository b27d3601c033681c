"""CSV files as we write them: exact ones for machines, safe ones for spreadsheets.

Machine files are RFC 4180: UTF-8 without a byte order mark (PostgreSQL's ``HEADER match`` fails on
one), a header, commas, CRLF; null is empty. Spreadsheet files are for people: a byte order mark, an
empty first column headed ``#counter``, and one apostrophe before a text that a spreadsheet would
run as a formula; our readers take it off again in files with that mark only.

Nobody ever sees half a file: it is written under a temporary name in the same folder, flushed,
synced and renamed, and the folder is synced. Without the sync a power cut left a published file of
no bytes.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from models.errors import FileRefused
from models.messages import N_
from models.refusals import reason

MARK: Final = "#counter"
"""Head of the first column of a spreadsheet file."""

GUARDED: Final = ("=", "+", "-", "@", "'", "\t", "\r")
"""First characters of a text that get an apostrophe before them in a spreadsheet file."""

_BUFFER: Final = 1 << 20
_RETRY_SECONDS: Final = 3.0
_HELD_BY_OTHERS: Final = frozenset({5, 32, 33})  # Windows: virus scanners and indexers


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file: data rows without the header, bytes, SHA-256 as hexadecimal text."""

    path: Path
    rows: int
    bytes: int
    sha256: str


class _Hashed(io.RawIOBase):
    """The file's bytes on their way to the disk, counted and hashed."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.abandoned = False
        self.count = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, block: Any, /) -> int:
        if self.abandoned:  # what is still buffered goes nowhere
            return len(block)
        written = os.write(self.descriptor, block)
        self.digest.update(memoryview(block)[:written])
        self.count += written
        return written


class _CsvFile:
    """One CSV file that appears as a whole when the block ends, or not at all."""

    _encoding = "utf-8"

    def __init__(self, path: Path, *, rename: bool = True) -> None:
        """Write to ``path``.

        Args:
            path: the file's final name.
            rename: write under a temporary name first. Off where the whole folder is new and gets
                its own name later; the file is synced all the same.
        """
        self.path = path
        self.rows = 0
        self._renames = rename
        self._part = path.with_name(f"{path.name}.part") if rename else path
        self._written: Written | None = None

    def __enter__(self) -> Self:
        with refusals_named(self.path):
            self._raw = _Hashed(self._begun())
        buffered = io.BufferedWriter(self._raw, _BUFFER)
        self._text = io.TextIOWrapper(buffered, encoding=self._encoding, newline="")
        self._csv = csv.writer(self._text, lineterminator="\r\n")
        return self

    def _begun(self) -> int:
        """The descriptor of the file that is written to; what a killed process left there goes."""
        if self._renames:
            self._part.unlink(missing_ok=True)
        return _created(self._part)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with refusals_named(self.path):
                if error is None:
                    self._text.flush()
                    os.fsync(self._raw.descriptor)
        except BaseException:
            self._abandon()
            raise
        if error is not None:
            self._abandon()
            if isinstance(error, OSError):
                raise refusal(error, self.path) from error
            return
        os.close(self._raw.descriptor)
        self._written = Written(self.path, self.rows, self._raw.count, self._raw.digest.hexdigest())
        if self._renames:
            self._put_into_place()

    def _put_into_place(self) -> None:
        try:
            with refusals_named(self.path):
                replace(self._part, self.path)
                sync_folder(self.path.parent)
        except BaseException:
            self._part.unlink(missing_ok=True)
            raise

    def _abandon(self) -> None:
        self._raw.abandoned = True
        os.close(self._raw.descriptor)
        self._part.unlink(missing_ok=True)

    @property
    def written(self) -> Written:
        """What was written; to be asked after the block has ended."""
        if self._written is None:
            raise RuntimeError("The file is not finished.")
        return self._written


class MachineFile(_CsvFile):
    """A CSV file for programs: exact values. An existing file of that name is replaced.

    Raises:
        FileRefused: the disk is full, the folder is missing or read-only; nothing was left behind.
    """

    def header(self, names: Sequence[str]) -> None:
        """Write the first line."""
        self._csv.writerow(names)

    def row(self, values: Iterable[Any]) -> None:
        """Write one row of Python values (see :func:`machine_cell`)."""
        self._csv.writerow([machine_cell(value) for value in values])
        self.rows += 1

    def raw_rows(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows whose cells are texts, integers and None in their final form already."""
        self._csv.writerows(rows)
        self.rows += len(rows)


class SpreadsheetFile(_CsvFile):
    """A CSV file for a spreadsheet: marked, guarded, instants in the shop's time.

    It replaces no file: where its name is taken, or is being written by somebody else, a number
    stands behind it; :attr:`path` is the name that it got.

    Raises:
        FileRefused: the disk is full, the folder is missing or read-only; nothing was left behind.
    """

    _encoding = "utf-8-sig"

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        super().__init__(path)
        self._zone = zone

    def _begun(self) -> int:
        wanted, number = self.path, 1
        while (descriptor := self._claimed()) is None:
            number += 1
            self.path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
            self._part = self.path.with_name(f"{self.path.name}.part")
        return descriptor

    def _claimed(self) -> int | None:
        try:
            descriptor = _created(self._part)
        except FileExistsError:  # somebody is writing it
            return None
        if not os.path.lexists(self.path):  # asked last: the name is ours from here on
            return descriptor
        os.close(descriptor)
        self._part.unlink()
        return None

    def header(self, names: Sequence[str]) -> None:
        """Write the first line, the mark before the names."""
        self._csv.writerow([MARK, *(guarded(name) for name in names)])

    def row(self, values: Iterable[Any]) -> None:
        """Write one row of Python values (see :func:`spreadsheet_cell`)."""
        self._csv.writerow(["", *(spreadsheet_cell(value, self._zone) for value in values)])
        self.rows += 1


def machine_cell(value: Any) -> Any:
    """A value in its exact form: ``true``, ``2026-11-22T02:30:00.000000Z``, ``2026-11-22``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value


def spreadsheet_cell(value: Any, zone: ZoneInfo) -> Any:
    """A value as a spreadsheet shows it: text guarded, numbers as they are, local time."""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return machine_cell(value)


def guarded(text: str) -> str:
    """``text`` with one apostrophe before it where a spreadsheet would not take it as text."""
    return f"'{text}" if text.startswith(GUARDED) else text


# --- files and folders ----------------------------------------------------------------------


def replace(source: Path, target: Path) -> None:
    """Rename, over an existing file too; on Windows again and again while others hold it open."""
    deadline = time.monotonic() + _RETRY_SECONDS
    while True:
        try:
            os.replace(source, target)
        except OSError as error:
            held = getattr(error, "winerror", None) in _HELD_BY_OTHERS
            if not held or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _created(path: Path) -> int:
    """The descriptor of a new file that only this account can read."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o600)


def write_whole(path: Path, content: bytes) -> None:
    """Let ``path`` hold ``content`` (0600), as before or as it is to be after a power cut too.

    Raises:
        OSError: the folder or the disk refuses; what stood there is as it was.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)
        with open(_created(part), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make ``folder`` (0700) and those it lies in; a power cut takes none of them away again.

    Raises:
        OSError: the disk refuses, or something else has that name.
    """
    if folder.is_dir() or folder == folder.parent:  # the latter is a drive that is not there
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(PermissionError):  # of one that may be written and not be looked into
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` outlive a power cut; Windows has no such call."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class refusals_named:  # noqa: N801  reads as a verb, like contextlib's own
    """A block in which a failure of the disk becomes a :class:`FileRefused` with a sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError):
            raise refusal(error, self._path) from error


def refusal(error: OSError, path: Path) -> FileRefused:
    """The sentence for a file or folder that the disk refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FileRefused(
            N_("The disk is full: {path} was not written. Free some space and try again."),
            path=path,
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return FileRefused(
            N_("{path} cannot be written. Give this account the right to write there."), path=path
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return FileRefused(
            N_("The folder of {path} does not exist. Create it or name another one."), path=path
        )
    return FileRefused(
        N_("{path} cannot be read or written ({detail})."),
        path=path,
        detail=reason(error),
    )
