"""Bringing a backup back: what it is, what will be gone, and the store replaced.

Nobody can sign in to a store that is damaged or gone. So a restore is work on the machine, like
``init``, ``doctor`` and ``backup``: whoever may write the files may do it, it acts as ``system``,
and the restored store's audit keeps what came from where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import Timeout

from counter.places import Places
from data.candidate import Candidate, Contents, contents, entry_hash_at, matches_its_sum, staged
from data.damage import log_is_damaged
from data.driver import refuse_network_folder
from data.opening import lock_for
from data.replacing import replace_store
from models.errors import FileRefused, StoreBusy, StoreUnusable
from models.messages import N_
from models.refusals import reason

REPLACED: Final = "-replaced-"
"""In the names of stores that a restore took away; none of them is offered as the newest backup."""

_STAMP: Final = re.compile(r"-(2\d{7}T\d{6}Z)")


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that looks like a backup of the store, by its name."""

    path: Path
    taken_at: datetime
    size: int

    def is_verified(self) -> bool | None:
        """Whether it still has its SHA-256; None where none stands beside it. Reads the file."""
        try:
            return matches_its_sum(self.path)
        except OSError:
            return False


def backups(places: Places) -> list[Backup]:
    """The backups in the counter's own folder, newest first."""
    found = []
    for path in places.backups.glob(f"{_glob_escaped(places.store.path.stem)}-*.db"):
        try:
            state = path.stat()
        except OSError:  # removed at this moment, or a link to nowhere
            continue
        found.append(Backup(path, _taken_at(path, state.st_mtime), state.st_size))
    return sorted(found, key=lambda backup: (backup.taken_at, backup.path.name), reverse=True)


def newest_backup(places: Places) -> Path | None:
    """The backup to bring back when the store is damaged or gone."""
    own = (backup.path for backup in backups(places) if REPLACED not in backup.path.name)
    return next(own, None)


def _taken_at(path: Path, modified: float) -> datetime:
    named = _STAMP.search(path.name)
    if named:
        with suppress(ValueError):  # somebody else gave the name, with a 31st of February
            return datetime.strptime(named[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.fromtimestamp(modified, UTC)


def _glob_escaped(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


@dataclass(frozen=True, slots=True)
class Losses:
    """What is in today's store and not in the backup.

    Attributes:
        store: today's store, or None where there is none or it cannot be read.
        readable: False for a store that cannot be read.
        goes_on: whether today's store goes on from the backup; else it is another life or shop.
        changes: rows that were written since the backup; of a store that does not go on, all.
        tickets: tickets among them.
    """

    store: Contents | None
    readable: bool
    goes_on: bool
    changes: int
    tickets: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the store, and where the one before it is kept."""

    store: Path
    replaced: Path | None


@dataclass(frozen=True, slots=True)
class Restoration:
    """A verified backup, ready to take the store's place."""

    places: Places
    backup: Path
    candidate: Candidate
    losses: Losses
    now: datetime

    def carry_out(self, stepped: Callable[[str], None] = lambda _: None) -> Restored:
        """Replace the store, which is kept; at every moment a whole store can be opened.

        Args:
            stepped: called with the name of each step that is done; tests stop the process there.

        Raises:
            StoreBusy: other terminals have the store open; nothing was changed.
            StoreUnusable: the disk refused; the store is as it was.
        """
        replaced: list[Path | None] = []

        def kept(old: Path | None) -> None:
            replaced.append(old)
            self.candidate.begin_life(
                self.now,
                file=self.backup.name,
                sha256=self.candidate.sha256,
                replaced=old.name if old else None,
            )

        self.candidate.modernise(self.now)
        stepped("verified")
        try:
            replace_store(
                self.places.store,
                self.candidate.path,
                self.places.backups,
                self.now,
                kept,
                stepped,
            )
        except OSError as error:
            raise FileRefused(
                N_("{path} cannot be written: {detail}."),
                path=error.filename or self.places.store,
                detail=reason(error),
            ) from error
        return Restored(self.places.store.path, replaced[-1])


@contextmanager
def restoration(places: Places, backup: Path, now: datetime) -> Iterator[Restoration]:
    """Verify ``backup`` and compare it with today's store; nothing is changed yet.

    Raises:
        FileRefused: no backup of Counter, damaged, changed since it was written, or unreadable.
        StoreNewer: a newer program wrote it.
        StoreBusy: another terminal creates, migrates or restores the store right now.
    """
    refuse_network_folder(places.store.path.parent)
    if backup.exists() and places.store.path.exists() and backup.samefile(places.store.path):
        raise FileRefused(N_("{path} is the store itself. Name a backup."), path=backup)
    try:
        with lock_for(places.store).acquire(timeout=0), staged(places.store, backup) as candidate:
            losses = _losses(places, candidate.contents)
            yield Restoration(places, backup, candidate, losses, now)
    except Timeout as error:
        raise StoreBusy(
            N_("Another terminal is setting up {path}. Please try again in a minute."),
            path=places.store,
        ) from error


def _losses(places: Places, copied: Contents) -> Losses:
    path = places.store.path
    if not path.exists() or not path.stat().st_size:
        return Losses(None, readable=True, goes_on=True, changes=0, tickets=0)
    unreadable = Losses(None, readable=False, goes_on=False, changes=0, tickets=0)
    if log_is_damaged(path):  # to open it would be to throw the log away
        return unreadable
    try:
        today = contents(path)
        last = copied.last_entry
        goes_on = last is not None and entry_hash_at(path, last[0]) == last[1]
    except StoreUnusable:
        return unreadable
    if not goes_on:
        return Losses(today, True, goes_on, today.changes, today.tickets)
    tickets = today.tickets - copied.tickets
    return Losses(today, True, goes_on, today.changes - copied.changes, tickets)
