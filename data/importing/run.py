"""Importing a file: chunk by chunk, so that no clerk waits and a crash is continued.

What a chunk is going to write is worked out before its transaction begins, and the place reached is
part of the transaction. Between two transactions the store is free for at least as long as one of
them held it: a clerk's save tries again after 1, 3, 8, 18 and 33 ms and finds its gap.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from data.bulk import BulkWriter, Writes
from data.importing import batches
from data.importing.batches import Batch, Rejected
from data.importing.kinds import Importer, Outcome
from data.importing.rejection import Rejection
from data.importing.source import RawRow, Source

CHUNK: Final = 500
"""Rows in one transaction."""

_FREE_SHARE: Final = 1.0
"""Least time the store is free after a transaction, in lengths of that transaction."""

_OTHERS_WRITE: Final = 0.004
"""Seconds that are added while somebody else writes too."""

Progress = Callable[[int, int, int], None]
"""Is told: rows done, bytes of the file read, bytes of the file."""

Say = Callable[[Rejection], str]
"""Puts a rejection into words for the reject file."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an import runs.

    Attributes:
        clock: the time, UTC.
        say: puts rejections into words.
        progress: is told after every chunk.
        pauses: leave the store free between transactions; off where nobody else can write.
    """

    clock: Callable[[], datetime]
    say: Say
    progress: Progress | None = None
    pauses: bool = True


def import_rows(
    source: Source, importer: Importer, writer: BulkWriter, batch: Batch, manner: Manner
) -> None:
    """Store every row that is not stored yet; ``batch`` then holds the counters of the file.

    Raises:
        FileRefused: the file changed meanwhile; what was stored stays, with its place.
        StoreBusy: another writer held the store for too long; run again to continue.
        StoreUnusable: the disk is full or the store damaged; run again to continue.
    """
    pen = _Pen(source, importer, writer, batch, manner)
    rows, done = source.rows(), 0
    while chunk := list(islice(rows, CHUNK)):
        checked = importer.read(chunk)
        skip = min(max(batch.next_row - done, 0), len(chunk))
        if skip < len(chunk):
            pen.store(chunk[skip:], checked[skip:])
        done += len(chunk)
        if manner.progress is not None:
            manner.progress(done, source.bytes_read, source.recognised.size)


class _Pen:
    def __init__(
        self,
        source: Source,
        importer: Importer,
        writer: BulkWriter,
        batch: Batch,
        manner: Manner,
    ) -> None:
        self._source = source
        self._importer = importer
        self._writer = writer
        self._batch = batch
        self._manner = manner
        self._held = 0.0
        self._released = 0.0
        self._expected: int | None = None

    def store(self, chunk: Sequence[RawRow], checked: Sequence[Any]) -> None:
        """Store one chunk and the place reached, in one transaction."""
        connection = self._writer.connection
        writes, outcomes = self._prepare(checked)
        self._breathe(alone=writes.begins_at == self._expected)
        self._source.check_unchanged()
        with self._writer.transaction():
            began = time.perf_counter()
            if not writes.still_true():
                self._importer.forget()
                writes, outcomes = self._prepare(checked)
            rejected = self._tally(chunk, outcomes)
            writes.store()
            batches.note_progress(connection, self._batch, rejected)
        self._released = time.perf_counter()
        self._held = self._released - began
        self._expected = writes.ends_at

    def _prepare(self, checked: Sequence[Any]) -> tuple[Writes, list[Any]]:
        writes = Writes(self._writer.connection)
        if writes.begins_at != self._expected:
            self._importer.forget()
        return writes, self._importer.prepare(self._writer.connection, writes, checked)

    def _breathe(self, *, alone: bool) -> None:
        if not self._manner.pauses:
            return
        pause = self._held * _FREE_SHARE + (0.0 if alone else _OTHERS_WRITE)
        rest = self._released + pause - time.perf_counter()
        if rest > 0:
            time.sleep(rest)

    def _tally(self, chunk: Sequence[RawRow], outcomes: Sequence[Any]) -> list[Rejected]:
        batch = self._batch
        rejected = [
            Rejected(
                batch.next_row + place,
                chunk[place][0],
                told,
                self._manner.say(told),
                chunk[place][1],
            )
            for place, told in enumerate(outcomes)
            if isinstance(told, Rejection)
        ]
        counts = Counter(told for told in outcomes if isinstance(told, Outcome))
        for row in rejected:
            reason = row.rejection.reason.value
            batch.reasons[reason] = batch.reasons.get(reason, 0) + 1
        batch.accepted += counts[Outcome.ACCEPTED]
        batch.unchanged += counts[Outcome.UNCHANGED]
        batch.matched_returns += counts[Outcome.MATCHED]
        batch.rejected += len(rejected)
        batch.rows += len(chunk)
        batch.next_row += len(chunk)
        return rejected
