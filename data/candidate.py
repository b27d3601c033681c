"""A backup on its way back: copied beside the store, verified, brought to today's schema."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from data.backup import refuse_without_room, sums_of
from data.damage import damages, is_beyond_repair
from data.driver import connect, failures_named, make_private_file
from data.location import Location
from data.migrations import HEAD
from data.opening import standing_at
from data.reading import maybe_instant
from data.restoring import COPIED_AT, begin_anew, is_copy, mark_copy
from models.errors import CounterError, FileRefused, StoreDamaged
from models.messages import N_
from models.refusals import reason

_BLOCK: Final = 1 << 20
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite may keep beside a file of that name."""

_SHOP: Final = "SELECT name, code, tz FROM site LIMIT 1"
_TICKETS: Final = "SELECT count(*), coalesce(max(id), 0) FROM ticket"
_LAST_ENTRY: Final = "SELECT id, hash, at FROM audit_entry ORDER BY id DESC LIMIT 1"
_ENTRY: Final = "SELECT hash FROM audit_entry WHERE id = ?"
_LAST_CHANGE: Final = "SELECT value FROM change_counter WHERE id = 1"
_FACT: Final = "SELECT value FROM store_fact WHERE name = ?"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a store, as far as it tells one moment of its life from another.

    Attributes:
        name: of the shop; empty before it was founded, like ``code`` and ``zone``.
        copied_at: when the copy was taken, or None for a store that is no copy.
        last_ticket: the key of the newest ticket.
        last_entry: key and hash of the end of the audit chain.
        last_at: when that entry was made: nothing was done later.
        changes: the last change number.
    """

    name: str
    code: str
    zone: str
    copied_at: datetime | None
    tickets: int
    last_ticket: int
    last_entry: tuple[int, str] | None
    last_at: datetime | None
    changes: int


def contents(path: Path) -> Contents:
    """What is in the store at ``path``.

    Raises:
        StoreUnusable: it cannot be read.
    """
    with failures_named(path), closing(connect(path, query_only=True)) as connection:

        def ask(sql: str, *values: Any) -> Any:
            return connection.execute(sql, values).fetchone()

        name, code, zone = ask(_SHOP) or ("", "", "UTC")
        tickets, last_ticket = ask(_TICKETS)
        entry = ask(_LAST_ENTRY)
        copied_at = ask(_FACT, COPIED_AT)
        return Contents(
            name=name,
            code=code,
            zone=zone,
            copied_at=maybe_instant(copied_at[0] if copied_at else None),
            tickets=tickets,
            last_ticket=last_ticket,
            last_entry=entry[:2] if entry else None,
            last_at=maybe_instant(entry[2] if entry else None),
            changes=ask(_LAST_CHANGE)[0],
        )


def entry_hash_at(path: Path, entry: int) -> str | None:
    """The hash of one entry of the audit of the store at ``path``, or None.

    Raises:
        StoreUnusable: it cannot be read.
    """
    with failures_named(path), closing(connect(path, query_only=True)) as connection:
        row = connection.execute(_ENTRY, (entry,)).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A verified copy of a backup, beside the store that it is to replace.

    Attributes:
        path: where it lies; it is gone when the restore is over, whatever came of it.
        sha256: of the backup.
        has_sum: whether a SHA-256 stood beside the backup and was right.
        revision: the schema of the backup.
    """

    path: Path
    sha256: str
    has_sum: bool
    revision: str
    contents: Contents

    def modernise(self, now: datetime) -> None:
        """Bring it to today's schema, and let it say that it is a copy if it does not yet."""
        location = Location(self.path)
        if self.revision != HEAD:
            from data.migrations import migrate

            migrate(location)
        with failures_named(self.path), closing(connect(self.path)) as connection:
            if not is_copy(connection):
                mark_copy(connection, now)

    def begin_life(self, now: datetime, **told: Any) -> None:
        """Give it its own epoch and an entry in its audit; then the disk keeps it."""
        begin_anew(Location(self.path), now, **told)
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())


@contextmanager
def staged(store: Location, backup: Path) -> Iterator[Candidate]:
    """``backup``, copied beside ``store`` and verified; nothing is done to either of them.

    What a killed restore left there is overwritten; call under :func:`data.opening.lock_for`.

    Raises:
        FileRefused: no backup of Counter, damaged, changed since it was written, or unreadable.
        StoreNewer: a newer program wrote it.
    """
    path = store.path.with_name(f".{store.path.name}.restoring")
    _remove(path)
    try:
        digest = _copied(backup, path)
        has_sum = _compare_with_sum(backup, digest)
        yield Candidate(path, digest, has_sum, _verified(path, backup, has_sum), contents(path))
    finally:
        _remove(path)


def matches_its_sum(backup: Path) -> bool | None:
    """Whether the file still has the SHA-256 that stands beside it; None without one.

    Raises:
        OSError: it cannot be read.
    """
    expected = _expected(backup)
    if expected is None:
        return None
    with backup.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == expected


def _copied(backup: Path, path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with backup.open("rb") as source:
            refuse_without_room(path.parent, backup.stat().st_size)
            make_private_file(path)
            with path.open("wb") as copy:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    copy.write(block)
        log = backup.with_name(f"{backup.name}-wal")
        if log.exists():  # of a store that was copied by hand while it was used
            make_private_file(path.with_name(f"{path.name}-wal"))
            shutil.copyfile(log, path.with_name(f"{path.name}-wal"))
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be read or copied: {detail}."),
            path=backup,
            detail=reason(error),
        ) from error
    return digest.hexdigest()


def _expected(backup: Path) -> str | None:
    try:
        words = sums_of(backup).read_text(encoding="ascii", errors="replace").split()
    except FileNotFoundError:
        return None
    return words[0] if words else ""


def _compare_with_sum(backup: Path, digest: str) -> bool:
    expected = _expected(backup)
    if expected is not None and expected != digest:
        raise FileRefused(
            N_("{path} is not as it was written: {sums} says otherwise. Use another backup."),
            path=backup,
            sums=sums_of(backup).name,
        )
    return expected is not None


def _verified(path: Path, backup: Path, has_sum: bool) -> str:
    """The schema of a copy that is whole.

    With its SHA-256 it is byte by byte what was verified when it was taken; without one each row
    is looked up in each index, too, which takes minutes at a million tickets.

    Raises:
        FileRefused: it is damaged, empty, or something else.
        StoreNewer: a newer program wrote it.
    """
    try:
        revision = standing_at(Location(path)).revision
        is_damaged = revision is not None and _is_damaged(path, full=not has_sum)
    except StoreDamaged:
        is_damaged = True
    except CounterError as error:  # it names the copy that we made
        error.values = {**error.values, "path": backup}
        raise
    if is_damaged:
        raise FileRefused(
            N_("{path} is damaged or no store of Counter. Use another backup."),
            path=backup,
        )
    if revision is None:
        raise FileRefused(N_("{path} is no backup: it is empty."), path=backup)
    return revision


def _is_damaged(path: Path, *, full: bool) -> bool:
    pragma = "integrity_check" if full else "quick_check"
    with failures_named(path), closing(connect(path)) as connection:
        found = damages(connection.execute(f"PRAGMA {pragma}(100)"))
    return is_beyond_repair(found)


def _remove(path: Path) -> None:
    for end in _BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
