"""A verified copy of the store while it is being used."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from data.csvfile import replace, write_whole
from data.driver import connect, failures_named, sqlite3
from data.location import Location
from data.restoring import mark_copy
from models.errors import FileRefused
from models.messages import N_


def back_up(location: Location, folder: Path, now: datetime, label: str = "") -> Path:
    """Copy the store into ``folder`` and verify the copy; writers go on meanwhile.

    ``VACUUM INTO`` writes the copy: the driver's own stepwise backup starts over at each foreign
    write and did not finish in 40 s beside one writer. A SHA-256 stands beside the copy
    (``sha256sum -c`` reads it), because SQLite's own check misses changed content. The copy says
    of itself that it is one (:mod:`data.restoring`).

    Returns:
        The path of the copy.

    Raises:
        FileRefused: the copy cannot be written or does not verify; the store is untouched.
    """
    try:
        return _copy(location, folder, now, label)
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be written: {detail}."),
            path=folder,
            detail=error.strerror or error,
        ) from error


def _copy(location: Location, folder: Path, now: datetime, label: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = _free_name(folder, f"{location.path.stem}-{stamp}{label}")
    part = folder / f".{target.name}.{os.getpid()}.part"
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        source = connect(location.path, query_only=False)
        try:
            with failures_named(folder):
                source.execute("VACUUM INTO ?", (str(part),))
        finally:
            source.close()
        _mark(part)
        _check(part)
        digest = _sha256_synced(part)
        replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sums = target.with_suffix(target.suffix + ".sha256")
    write_whole(sums, f"{digest}  {target.name}\n".encode())  # and the folder with both names
    return target


def _free_name(folder: Path, stem: str) -> Path:
    target, number = folder / f"{stem}.db", 1
    while target.exists():
        number += 1
        target = folder / f"{stem}-{number}.db"
    return target


def _mark(path: Path) -> None:
    with failures_named(path):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            mark_copy(connection)
        finally:
            connection.close()


def _check(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.DatabaseError as error:
        found = [(str(error),)]
    finally:
        connection.close()
    if found != [("ok",)]:
        raise FileRefused(N_("The copy {path} does not verify: {found}."), path=path, found=found)


def _sha256_synced(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("r+b") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    return digest.hexdigest()
