"""The book of imports: one row per file, the place reached, and what was rejected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from data.bulk import BulkWriter, new_uids
from data.driver import sqlite3
from data.importing.rejection import Rejection
from data.reading import stored_instant
from models.terms import ImportKind, ImportStatus

_COUNTERS = "next_row, rows, accepted, unchanged, matched_returns, rejected"


@dataclass(slots=True)
class Batch:
    """One import of one file, as far as it has come.

    ``next_row`` is the number of rows that are stored or rejected for good; the counters are
    those of these rows.
    """

    id: int
    uid: str
    next_row: int = 0
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    matched_returns: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """One rejected row on its way into the book."""

    row_no: int
    line: int
    rejection: Rejection
    message: str
    raw: list[str]


def find_finished(
    connection: sqlite3.Connection, kind: ImportKind, profile: str, sha256: str
) -> Batch | None:
    """The newest finished import of the same file."""
    return _find(connection, kind, profile, sha256, ImportStatus.DONE)


def begin_or_continue(
    writer: BulkWriter, kind: ImportKind, profile: str, file: str, sha256: str, now: datetime
) -> Batch:
    """The unfinished import of the same file with the place it reached, else a new one."""
    with writer.transaction() as connection:
        found = _find(connection, kind, profile, sha256, ImportStatus.RUNNING)
        if found is not None:
            found.continued = True
            found.reasons = _reasons(connection, found.id)
            return found
        (uid,) = new_uids(1)
        cursor = connection.execute(
            "INSERT INTO import_batch (uid, kind, profile, file, sha256, status, started_at, "
            "next_row, rows, accepted, unchanged, matched_returns, rejected) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0)",
            (uid, kind, profile, file, sha256, ImportStatus.RUNNING, stored_instant(now)),
        )
        return Batch(int(cursor.lastrowid or 0), uid)


def _find(
    connection: sqlite3.Connection,
    kind: ImportKind,
    profile: str,
    sha256: str,
    status: ImportStatus,
) -> Batch | None:
    row = connection.execute(
        f"SELECT id, uid, {_COUNTERS} FROM import_batch WHERE sha256 = ? AND kind = ? "
        "AND profile = ? AND status = ? ORDER BY id DESC LIMIT 1",
        (sha256, kind, profile, status),
    ).fetchone()
    return Batch(*row) if row else None


def _reasons(connection: sqlite3.Connection, batch_id: int) -> dict[str, int]:
    return dict(
        connection.execute(
            "SELECT reason, count(*) FROM reject_row WHERE import_batch_id = ? GROUP BY reason",
            (batch_id,),
        )
    )


def note_progress(
    connection: sqlite3.Connection, batch: Batch, rejected: Sequence[Rejected]
) -> None:
    """Write the place reached and the rejects, inside the transaction that stores the rows."""
    if rejected:
        connection.executemany(
            "INSERT INTO reject_row (uid, import_batch_id, row_no, line, key, reason, field, "
            "message, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                _reject_values(uid, batch.id, row)
                for uid, row in zip(new_uids(len(rejected)), rejected, strict=True)
            ],
        )
    connection.execute(
        "UPDATE import_batch SET next_row = ?, rows = ?, accepted = ?, unchanged = ?, "
        "matched_returns = ?, rejected = ? WHERE id = ?",
        (
            batch.next_row,
            batch.rows,
            batch.accepted,
            batch.unchanged,
            batch.matched_returns,
            batch.rejected,
            batch.id,
        ),
    )


def _reject_values(uid: str, batch_id: int, row: Rejected) -> tuple[Any, ...]:
    told = row.rejection
    raw = json.dumps(row.raw, ensure_ascii=False)
    return (
        uid,
        batch_id,
        row.row_no,
        row.line,
        told.key,
        told.reason.value,
        told.field,
        row.message,
        raw,
    )


def finish(
    connection: sqlite3.Connection, batch: Batch, now: datetime, rejects_sha256: str | None
) -> None:
    """The file is through, and its rejects are written; to be called in a transaction."""
    connection.execute(
        "UPDATE import_batch SET status = ?, finished_at = ?, rejects_sha256 = ? WHERE id = ?",
        (ImportStatus.DONE, stored_instant(now), rejects_sha256, batch.id),
    )


def wrote_rejects(connection: sqlite3.Connection, sha256: str) -> bool:
    """Whether an import wrote a reject file with these bytes."""
    row = connection.execute(
        "SELECT 1 FROM import_batch WHERE rejects_sha256 = ? LIMIT 1", (sha256,)
    ).fetchone()
    return row is not None


def rejects(connection: sqlite3.Connection, batch_id: int) -> Iterator[list[Any]]:
    """The rejected rows of an import in the file's order: cells, line, reason, message."""
    for raw, line, reason, message in connection.execute(
        "SELECT raw, line, reason, message FROM reject_row WHERE import_batch_id = ? "
        "ORDER BY row_no",
        (batch_id,),
    ):
        yield [*json.loads(raw), line, reason, message]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A row that an import rejected, as a mended row is compared with it.

    Attributes:
        batch: the import.
        file: the name of its file.
        key: the natural key that the row would have had, where it could be told.
        said: reason and message, as they stand in the reject file.
        raw: its cells.
    """

    batch: int
    file: str
    key: str | None
    said: tuple[str, str]
    raw: list[str]


AT_LINES: Final = (
    "SELECT r.line, b.id, b.file, r.key, r.reason, r.message, r.raw FROM json_each(?) wanted "
    "CROSS JOIN reject_row r ON r.line = wanted.value "
    "JOIN import_batch b ON b.id = r.import_batch_id WHERE b.kind = ? AND b.profile = ?"
)
"""Rows that were rejected at some lines, whichever import it was."""


def rejected_at_lines(
    connection: sqlite3.Connection, kind: ImportKind, profile: str, lines: Iterable[int]
) -> dict[int, list[Earlier]]:
    """The rows that earlier imports rejected at ``lines``, newest import first."""
    found: dict[int, list[Earlier]] = {}
    for line, batch, file, key, reason, message, raw in connection.execute(
        AT_LINES, (json.dumps(sorted(set(lines))), kind, profile)
    ):
        earlier = Earlier(batch, file, key, (reason, message), json.loads(raw))
        found.setdefault(line, []).append(earlier)
    for rows in found.values():
        rows.sort(key=attrgetter("batch"), reverse=True)
    return found
