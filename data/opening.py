"""Opening a store: create it, migrate it after a backup, or refuse it in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from data.damage import log_is_damaged, log_of
from data.driver import (
    APPLICATION_ID,
    connect,
    damaged,
    failures_named,
    make_private_file,
    refuse_network_folder,
)
from data.location import Location
from data.migrations import HEAD
from data.restoring import begin_anew, is_copy
from models.errors import StoreBusy, StoreDamaged, StoreNewer, StoreUnusable
from models.messages import N_
from models.refusals import reason

if TYPE_CHECKING:
    from filelock import FileLock

    from data.driver import sqlite3

MIGRATION_SECONDS = 120.0
"""How long a second terminal waits for the first one to create or migrate the store."""


def prepare(location: Location, *, now: datetime, backups: Path) -> None:
    """Make sure that today's schema stands at ``location``, without importing SQLAlchemy.

    Only a store that is new or old brings in the migrations. A copy that was put in the store's
    place begins a new epoch here, before anybody writes to it.

    Args:
        location: where the store is, or is to be.
        now: names the backup that is taken before a migration, and dates a new epoch.
        backups: the folder for that backup.

    Raises:
        StoreNewer: a newer program wrote it; nothing was touched.
        StoreUnusable: no store of Counter, damaged, read-only, or on a network drive.
        StoreBusy: another terminal is still setting it up.
    """
    refuse_network_folder(location.path.parent)
    standing = standing_at(location)
    if standing.revision != HEAD:
        standing = _set_up(location, now, backups)
    if standing.copied:
        begin_anew(location, now)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is at a location: a revision, None where no schema stands, and whether it is a copy."""

    revision: str | None
    copied: bool


def _set_up(location: Location, now: datetime, backups: Path) -> Standing:
    """Create or migrate the store; of several terminals at once, one does."""
    from filelock import Timeout  # most starts find the store as it should be

    from data.backup import back_up

    lock = lock_for(location)
    try:
        with lock.acquire(timeout=MIGRATION_SECONDS):
            found = standing_at(location)
            if found.revision == HEAD:  # another terminal was faster
                return found
            if found.revision is None:
                make_private_file(location.path)
            else:
                back_up(location, backups, now, f"-before-{HEAD}")
            from data.migrations import migrate

            migrate(location)
            return Standing(HEAD, found.copied)
    except Timeout as error:
        raise StoreBusy(
            N_("Another terminal is setting up {path}. Please try again in a minute."),
            path=location,
        ) from error
    except OSError as error:
        raise StoreUnusable(
            N_("{path} cannot be created ({detail}). Check the disk and the rights."),
            path=location,
            detail=reason(error),
        ) from error


def lock_for(location: Location) -> FileLock:
    """The lock of whoever creates, migrates or replaces the store; none of them is ever two.

    Raises:
        StoreUnusable: the store's folder cannot be made.
    """
    from filelock import FileLock

    from data.csvfile import make_folder

    try:
        make_folder(location.path.parent)
    except OSError as error:
        raise StoreUnusable(
            N_("{path} cannot be created ({detail}). Check the disk and the rights."),
            path=location,
            detail=reason(error),
        ) from error
    return FileLock(location.path.with_name(location.path.name + ".lock"), mode=0o600)


def standing_at(location: Location) -> Standing:
    """What stands there; a file that is missing or empty has no revision.

    Raises:
        StoreNewer: the revision is greater than ours.
        StoreDamaged: the file or its log is not as it was written.
        StoreUnusable: the file is something else.
    """
    if _is_missing_or_empty(location):
        return Standing(None, False)
    if log_is_damaged(location.path):
        raise StoreDamaged(
            N_("The log {log} is damaged: what was saved last may be lost."),
            log=log_of(location.path),
            path=location,
        )
    connection = connect(location.path, query_only=True)
    try:
        revision = _read_revision(connection, location)
        if revision is None:
            return Standing(None, False)
        with failures_named(location.path):
            copied = revision <= HEAD and is_copy(connection)
    finally:
        connection.close()
    if revision > HEAD:
        raise StoreNewer(
            N_(
                "{path} was written by a newer Counter (schema {revision}; this program knows "
                "{head}). Nothing was changed. Please update this program."
            ),
            path=location,
            revision=revision,
            head=HEAD,
        )
    return Standing(revision, copied)


def _is_missing_or_empty(location: Location) -> bool:
    path = location.path
    try:
        if not path.exists():
            return True
        if path.is_file():
            return path.stat().st_size == 0
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise StoreUnusable(
            N_("{path} cannot be read or written ({detail}). Check the disk and the rights."),
            path=location,
            detail=reason(error),
        ) from error
    # A device or a pipe looks empty, too, and opening it may take for ever.
    raise StoreUnusable(
        N_("{path} cannot be a store: it is no ordinary file. Name another file."), path=location
    )


def _read_revision(connection: sqlite3.Connection, location: Location) -> str | None:
    with failures_named(location.path):
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application_id == APPLICATION_ID and tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if row is None:  # tables and version are written in one transaction
                raise damaged(location.path)
            return str(row[0])
    if tables:
        raise StoreUnusable(
            N_("{path} is a database of another program. Nothing was changed. Name another file."),
            path=location,
        )
    return None
