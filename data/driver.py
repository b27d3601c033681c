"""Which SQLite we talk to, and how every connection is set up.

SQLite before 3.51.3 (and its backports 3.44.6 and 3.50.7) can corrupt a write-ahead log that
several processes use. The ``pysqlite3`` wheel carries a sound one; where it cannot be installed
the system's library is used, with a rollback journal when it is an affected version.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.errors import CounterError, StoreBusy, StoreDamaged, StoreUnusable
from models.messages import N_, Marked

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        import pysqlite3 as sqlite3
    except ImportError:  # no wheel for this platform
        import sqlite3

__all__ = [
    "APPLICATION_ID",
    "SQLITE_VERSION",
    "connect",
    "damaged",
    "failures_named",
    "sqlite3",
    "transaction",
    "wal_is_sound",
]

APPLICATION_ID: Final = 0x434E5452
"""``CNTR`` in the file header tells our stores from other SQLite files."""

SQLITE_VERSION: Final = sqlite3.sqlite_version_info

BUSY_SECONDS: Final = 5.0
"""How long a writer waits for another one. Our own transactions last milliseconds."""

SEARCHED: Final = ("customer", "ticket")
"""Tables with a full-text index; whoever reads finds its words in ``temp.<table>_words``."""

_SAID_BY_SQLITE: Final = (
    N_("unable to open database file"),
    N_("disk I/O error"),
    N_("access permission denied"),
    N_("authorization denied"),
)
"""The library's own words for what the disk or the system refused, for the catalogues."""

_NETWORK_TYPES: Final = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs afs ceph glusterfs lustre 9p "
    "fuse.sshfs fuse.rclone davfs".split()
)
_DRIVE_REMOTE: Final = 4  # GetDriveTypeW


def wal_is_sound(version: tuple[int, ...]) -> bool:
    """Whether several processes may use a write-ahead log with this SQLite."""
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return version >= (3, 51, 3)
    backports = {(3, 44): 6, (3, 50): 7}
    fixed_in = backports.get((version[0], version[1]))
    return fixed_in is not None and version[2] >= fixed_in


def connect(path: Path, *, query_only: bool = False) -> sqlite3.Connection:
    """Open the store file with our settings; transactions are begun by hand.

    ``synchronous=FULL``: NORMAL lost up to 631 acknowledged commits in one simulated power cut,
    FULL none of 15,755.

    Args:
        path: the store file, which exists (an empty file is an empty store).
        query_only: the connection can never write (lists, search, reports).

    Raises:
        StoreUnusable: the file cannot be opened or is no SQLite database.
        StoreBusy: another process held the file for longer than the busy timeout.
    """
    with failures_named(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _set_up(connection, query_only=query_only)
        except sqlite3.Error:
            connection.close()
            raise
        except UnicodeDecodeError as error:  # the message quotes bytes of a damaged schema
            connection.close()
            raise damaged(path) from error
    return connection


def _set_up(connection: sqlite3.Connection, *, query_only: bool) -> None:
    run = connection.execute
    if not query_only:
        run(f"PRAGMA journal_mode = {'WAL' if wal_is_sound(SQLITE_VERSION) else 'DELETE'}")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA secure_delete = ON")
        run(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
    run(f"PRAGMA cache_size = {-8_000 if query_only else -32_000}")
    run("PRAGMA temp_store = MEMORY")
    run("PRAGMA trusted_schema = OFF")
    if query_only:
        for table in SEARCHED:  # nothing is stored: a view of the index, gone with the connection
            run(
                f"CREATE VIRTUAL TABLE temp.{table}_words "
                f"USING fts5vocab(main, {table}_search, instance)"
            )
        run("PRAGMA query_only = ON")


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """One write transaction: committed when the block ends, rolled back when it raises.

    Raises:
        StoreBusy: another writer held the store for longer than the busy timeout.
        StoreUnusable: the disk is full, the file read-only or damaged; nothing was stored.
    """
    with failures_named(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def failures_named(path: Path) -> Iterator[None]:
    """Turn the driver's errors about the file itself into sentences a clerk understands.

    Errors in our own SQL are not touched: those are bugs and end in a crash report.
    """
    try:
        yield
    except sqlite3.Error as error:
        named = store_failure(error, path)
        if named is None:
            raise
        raise named from error


def store_failure(error: BaseException, path: Path) -> CounterError | None:
    """The sentence for a driver error that the file or the disk is to blame for, else None."""
    name = getattr(error, "sqlite_errorname", "")
    if name in ("", "SQLITE_ERROR"):  # a table that is gone has no name of its own
        name = _errorname_from_text(str(error))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(
            N_("Another program is writing to {path}. Nothing was saved. Please try again."),
            path=path,
        )
    if name.startswith("SQLITE_FULL"):
        return StoreUnusable(
            N_("The disk of {path} is full. Nothing was saved. Free some space and try again."),
            path=path,
        )
    if name.startswith("SQLITE_READONLY"):
        return StoreUnusable(
            N_("{path} is read-only. Nothing was saved. Give this account the right to write."),
            path=path,
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(path)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR", "SQLITE_AUTH")):
        return StoreUnusable(
            N_("{path} cannot be read or written ({detail}). Check the disk and the rights."),
            path=path,
            detail=Marked(error),
        )
    return None


def damaged(path: Path) -> StoreDamaged:
    """What is said of a file that is no store, or one that lacks what every store has."""
    return StoreDamaged(
        N_("{path} is damaged or no store of Counter. Bring back the newest backup."), path=path
    )


def _errorname_from_text(text: str) -> str:
    known = {
        "locked": "SQLITE_BUSY",
        "is full": "SQLITE_FULL",
        "readonly": "SQLITE_READONLY",
        "malformed": "SQLITE_CORRUPT",
        "Could not decode to UTF-8": "SQLITE_CORRUPT",
        "no such table": "SQLITE_CORRUPT",
        "not a database": "SQLITE_NOTADB",
        "unable to open": "SQLITE_CANTOPEN",
        "disk I/O": "SQLITE_IOERR",
    }
    return next((name for words, name in known.items() if words in text), "")


def refuse_network_folder(folder: Path) -> None:
    """SQLite's locks do not hold over a network: refuse such a folder in words.

    Raises:
        StoreUnusable: the folder lies on a network file system or share.
    """
    kind = _network_kind(folder)
    if kind:
        raise StoreUnusable(
            N_(
                "{folder} is on a network drive ({kind}), where a store would get damaged. "
                "Choose a folder on this computer, or PostgreSQL for several counters."
            ),
            folder=folder,
            kind=kind,
        )


def _network_kind(folder: Path) -> str | None:
    if sys.platform == "win32":
        drive = folder.absolute().drive
        if drive.startswith("\\\\"):
            return drive
        remote = ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
        return drive if remote else None
    return network_mount(folder.absolute(), _mounts())


def network_mount(folder: Path, mounts: list[tuple[Path, str]]) -> str | None:
    """The network file system that holds ``folder``, judged by the innermost mount, else None."""
    holding = [(point, kind) for point, kind in mounts if folder.is_relative_to(point)]
    if not holding:
        return None
    kind = max(holding, key=lambda mount: len(mount[0].parts))[1]
    return kind if kind in _NETWORK_TYPES else None


def _mounts() -> list[tuple[Path, str]]:
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # no such list on this platform
        return []
    fields = [line.split(" ") for line in lines]
    return [
        (Path(field[1].encode().decode("unicode_escape")), field[2])
        for field in fields
        if len(field) > 2
    ]


def make_private_file(path: Path) -> None:
    """Create an empty file that only this account can read (0600), and its folder (0700)."""
    from data.csvfile import make_folder  # most starts make nothing

    make_folder(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
