"""Putting another store in a store's place, so that there is a whole one at every moment.

Where the old store can be opened, the new one is written *into its file* in one transaction of
SQLite: whoever dies midway leaves the old store, which the next opening brings back by itself; a
terminal that starts meanwhile waits for the lock and then reads the new store; and no log of the
old one is left to be applied to the new one. A file that SQLite cannot open has no transactions:
it gets another name first, its log with it, and the new file takes its name in one step.
What is left of its log (opening it, SQLite has folded in what it could) is kept and synced before
it is removed, and it is removed last; no file is ever given the log of another.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from data.backup import copy_store, stamp
from data.csvfile import make_folder, replace, sync_folder
from data.damage import log_is_damaged, log_of
from data.driver import connect, failures_named, sqlite3
from data.location import Location
from models.errors import StoreBusy, StoreDamaged
from models.messages import N_

Kept = Callable[[Path | None], None]
"""Told where the old store was kept, None when there was none, before the new one is there."""

Stepped = Callable[[str], None]
"""Told the name of each step when it is done; tests stop the process there."""

_PAGES: Final = 100
"""Pages of the new store that are written between two steps."""

_SHARED_LOCK: Final = (0x4000_0002, 510)
"""Where SQLite's readers lock the file: first byte and length (``os_unix.c``)."""


def replace_store(
    location: Location, fresh: Path, folder: Path, now: datetime, kept: Kept, stepped: Stepped
) -> None:
    """Put ``fresh`` in the place of the store at ``location``, which is kept in ``folder``.

    Args:
        location: where the store is, or was.
        fresh: a whole store on the same disk, open nowhere.
        folder: where the old store goes, as ``<name>-replaced-<time>.db``: a verified copy with
            its log folded in, or the file byte by byte when it is damaged.
        now: names the old store.
        kept: see :data:`Kept`.
        stepped: see :data:`Stepped`.

    Raises:
        StoreBusy: other terminals have the store open.
        StoreUnusable: the disk refused; the old store stands as it was.
    """
    if not location.path.exists() or not location.path.stat().st_size:
        _put_aside(location, folder, now)
        kept(None)
        stepped("kept")
        _take_the_name(location, fresh, stepped)
        return
    try:
        _write_into(location, fresh, folder, now, kept, stepped)
    except StoreDamaged:
        _refuse_where_open(location)
        kept(_put_aside(location, folder, now))
        stepped("kept")
        _take_the_name(location, fresh, stepped)


@contextmanager
def alone_with(location: Location) -> Iterator[sqlite3.Connection]:
    """The only connection to the store; every other one waits until the block ends.

    Raises:
        StoreBusy: others have the store open.
        StoreDamaged: SQLite cannot open it.
    """
    try:
        with failures_named(location.path), closing(connect(location.path)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # and the lock stays
            yield connection
    except StoreBusy as error:
        raise _held(location) from error


def _write_into(
    location: Location, fresh: Path, folder: Path, now: datetime, kept: Kept, stepped: Stepped
) -> None:
    if log_is_damaged(location.path):  # SQLite throws it away
        _copy(log_of(location.path), _name_for(folder, location, now, "-wal.damaged"))
    # The bytes are opened first and closed last: closing any descriptor of a file takes all locks
    # of the process off it.
    with location.path.open("rb") as bytes_, alone_with(location) as connection:
        stepped("alone")
        try:
            name = copy_store(connection, location, folder, _kept_name(location, now), now)
        except StoreDamaged:
            name = _name_for(folder, location, now, "")
            _copy_bytes(bytes_, name)
        kept(name)
        stepped("kept")
        with closing(sqlite3.connect(fresh)) as source:
            source.backup(connection, pages=_PAGES, progress=lambda *_: stepped("copying"))
        stepped("replaced")


def _put_aside(location: Location, folder: Path, now: datetime) -> Path | None:
    """Keep a store that cannot be opened as it is, under both names, and copies of its logs."""
    target = _name_for(folder, location, now, "")
    store, kept = location.path, False
    if store.exists() and store.stat().st_size:
        make_folder(target.parent)
        try:
            os.link(store, target)
        except OSError:  # another disk, or one without second names
            _copy(store, target)
        kept = True
    for log in _logs(store):
        if log.exists() and log.stat().st_size:
            _copy(log, target.with_name(target.name + log.name.removeprefix(store.name)))
            kept = True
    if kept:
        sync_folder(target.parent)
    return target if target.exists() else None


def _take_the_name(location: Location, fresh: Path, stepped: Stepped) -> None:
    store = location.path
    for path in (*_logs(store), store.with_name(f"{store.name}-shm")):
        path.unlink(missing_ok=True)
    sync_folder(store.parent)
    stepped("cleared")
    replace(fresh, store)
    sync_folder(store.parent)
    stepped("replaced")


def _logs(store: Path) -> tuple[Path, Path]:
    return log_of(store), store.with_name(f"{store.name}-journal")


def _kept_name(location: Location, now: datetime) -> str:
    return f"{location.path.stem}-replaced-{stamp(now)}"


def _name_for(folder: Path, location: Location, now: datetime, end: str) -> Path:
    stem, number = _kept_name(location, now), 1
    target = folder / f"{stem}.db{end}"
    while any(path.exists() for path in (target, *_logs(target))):
        number += 1
        target = folder / f"{stem}-{number}.db{end}"
    return target


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as old:
        _copy_bytes(old, target)


def _copy_bytes(source: IO[bytes], target: Path) -> None:
    make_folder(target.parent)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with open(os.open(target, flags, 0o600), "wb") as new:
        shutil.copyfileobj(source, new, 1 << 20)
        new.flush()
        os.fsync(new.fileno())


def _refuse_where_open(location: Location) -> None:
    """SQLite does not open the file any more, so its readers' locks are looked for by hand.

    On Windows a file that somebody has open gives its name to no other, and says so then.
    """
    if sys.platform == "win32":
        return
    import fcntl

    first, length = _SHARED_LOCK
    with location.path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, first)
        except OSError as error:
            raise _held(location) from error


def _held(location: Location) -> StoreBusy:
    return StoreBusy(
        N_(
            "Other terminals have {path} open. Nothing was changed. Leave Counter at every "
            "terminal (Ctrl+Q) and type the command again."
        ),
        path=location,
    )
