"""A verified copy of the store while it is being used."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from data.csvfile import make_folder, replace, write_whole
from data.damage import damages, is_beyond_repair
from data.driver import connect, damaged, sqlite3, store_failure
from data.location import Location
from data.restoring import mark_copy
from models.errors import FileRefused, StoreBusy, StoreDamaged
from models.messages import N_
from models.refusals import reason

_ABANDONED_AFTER: Final = 24 * 3600.0
"""Seconds after which a half copy has nobody who still writes it: its process was killed."""

_QUICK_CHECK: Final = "PRAGMA quick_check(100)"

_OF_READING: Final = frozenset({"SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ"})
"""Failures of the disk that the store lies on: a copy is only written until it is whole."""

_LAST_ENTRY: Final = "SELECT id, hash FROM audit_entry ORDER BY id DESC LIMIT 1"
_ENTRY: Final = "SELECT hash FROM audit_entry WHERE id = ?"
_NEVER_DELETED: Final = """
    SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND c.name = 'change_no' ORDER BY m.name
"""


def back_up(location: Location, folder: Path, now: datetime, label: str = "") -> Path:
    """Copy the store into ``folder`` and verify the copy; writers go on meanwhile.

    Raises:
        FileRefused: the folder has no room, cannot be written, or the copy does not verify.
        StoreUnusable: the store cannot be read, or the disk refused; the store is untouched.
    """
    with closing(connect(location.path)) as source:
        name = f"{location.path.stem}-{stamp(now)}{label}"
        return copy_store(source, location, folder, name, now)


def copy_store(
    source: sqlite3.Connection, location: Location, folder: Path, name: str, now: datetime
) -> Path:
    """Copy the store behind ``source`` to ``folder`` as ``name``, or with a number if it is taken.

    ``VACUUM INTO`` writes the copy: the driver's own stepwise backup starts over at each foreign
    write and did not finish in 40 s beside one writer. The copy has another name until it is
    marked as one (:mod:`data.restoring`), verified and synced. A SHA-256 stands beside it
    (``sha256sum -c`` reads it), because SQLite's own check misses changed content.

    Returns:
        The path of the copy.

    Raises:
        FileRefused: the folder has no room, cannot be written, or the copy does not verify.
        StoreUnusable: the store cannot be read, or the disk refused.
    """
    try:
        make_folder(folder)
        _remove_abandoned(folder)
        refuse_without_room(folder, _size(source))
        return _copy(source, location.path, _free_name(folder, name), now)
    except sqlite3.Error as error:
        raise _named(error, location.path, folder) from error
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be written: {detail}."),
            path=folder,
            detail=reason(error),
        ) from error


def stamp(now: datetime) -> str:
    """The moment as it stands in names of files, UTC."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def sums_of(path: Path) -> Path:
    """The file beside a copy that holds its SHA-256."""
    return path.with_suffix(path.suffix + ".sha256")


def refuse_without_room(folder: Path, needed: int) -> None:
    """A copy that fills the disk would take the clerks' room to save while it is written.

    Raises:
        FileRefused: fewer than ``needed`` bytes are free at ``folder``.
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise FileRefused(
            N_("{path} has no room for a copy: {needed} MB are needed, {free} MB are free."),
            path=folder,
            needed=-(-needed // 1_000_000),
            free=free // 1_000_000,
        )


def _copy(source: sqlite3.Connection, store: Path, target: Path, now: datetime) -> Path:
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        last, tops = source.execute(_LAST_ENTRY).fetchone(), _tops(source)
        # A name that is no UTF-8 passes as a URI only.
        source.execute("VACUUM INTO ?", (part.absolute().as_uri(),))
        _mark(part, now)
        try:
            _check(part)
            _compare(part, source, last, tops)
        except FileRefused as error:
            if is_beyond_repair(damages(source.execute(_QUICK_CHECK))):
                raise damaged(store) from error  # it was copied as faithfully as it could be
            raise
        digest = _sha256_synced(part)
        replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    try:  # and the folder with both names
        write_whole(sums_of(target), f"{digest}  ".encode() + os.fsencode(target.name) + b"\n")
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def _named(error: sqlite3.Error, store: Path, folder: Path) -> Exception:
    """What the store is to blame for names the store, what the disk is to blame for the folder."""
    named = store_failure(error, store)
    of_store = isinstance(named, StoreBusy | StoreDamaged)
    if named is None or of_store or getattr(error, "sqlite_errorname", "") in _OF_READING:
        return named or error
    return store_failure(error, folder) or error


def _remove_abandoned(folder: Path) -> None:
    """Half copies that a killed process left; a copy that is being written is never that old."""
    for part in folder.glob(".*.db.*.part"):
        if time.time() - part.stat().st_mtime > _ABANDONED_AFTER:
            part.unlink(missing_ok=True)


def _size(source: sqlite3.Connection) -> int:
    """Bytes of a copy: the pages in use."""
    pages, unused, size = (
        source.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - unused) * size)


def _free_name(folder: Path, stem: str) -> Path:
    target, number = folder / f"{stem}.db", 1
    while target.exists():
        number += 1
        target = folder / f"{stem}-{number}.db"
    return target


def _mark(path: Path, now: datetime) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        mark_copy(connection, now)


def _check(path: Path) -> None:
    # integrity_check would also look each row up in each index: minutes at a million tickets, and
    # it says nothing of the copying.
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = damages(connection.execute(_QUICK_CHECK))
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if is_beyond_repair(found):
        raise _unverified(path, "; ".join(found[:3]))


def _tops(connection: sqlite3.Connection) -> dict[str, int]:
    """The last key of every table whose rows are never deleted."""
    tables = [row[0] for row in connection.execute(_NEVER_DELETED)]
    last = "SELECT coalesce(max(id), 0) FROM "
    return {table: connection.execute(last + table).fetchone()[0] for table in tables}


def _compare(
    path: Path,
    source: sqlite3.Connection,
    last: tuple[int, str] | None,
    tops: dict[str, int],
) -> None:
    """The end of the audit chain and the number of rows, against the store that goes on.

    The copy holds some moment after ``last`` and ``tops`` were read: it reaches as far as they do,
    and up to its own end the store has exactly as many rows.
    """
    with closing(sqlite3.connect(path)) as copy:
        end = copy.execute(_LAST_ENTRY).fetchone()
        if end is None or last is None:
            same = last is None
        else:
            same = end[0] >= last[0] and source.execute(_ENTRY, end[:1]).fetchone() == end[1:]
        if not same:
            raise _unverified(path, f"audit_entry: {end}")
        for table, top in _tops(copy).items():
            rows = f"SELECT count(*) FROM {table} WHERE id <= {top}"  # whatever an index says
            count = copy.execute(rows).fetchone()
            if top < tops.get(table, 0) or source.execute(rows).fetchone() != count:
                raise _unverified(path, f"{table}: {count[0]}")


def _unverified(path: Path, found: object) -> FileRefused:
    return FileRefused(N_("The copy {path} does not verify: {found}."), path=path, found=found)


def _sha256_synced(path: Path) -> str:
    with path.open("r+b") as file:
        digest = hashlib.file_digest(file, "sha256")
        os.fsync(file.fileno())
    return digest.hexdigest()
