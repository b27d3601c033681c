"""Importing a file: chunk by chunk, so that no clerk waits and a crash is continued.

What a chunk is going to write is worked out before its transaction begins, and the place reached is
part of the transaction. Between two transactions the store is free for at least as long as one of
them held it: a clerk's save tries again after 1, 3, 8, 18 and 33 ms and finds its gap.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from data.bulk import BulkWriter, Writes
from data.importing import batches
from data.importing.batches import Batch, Rejected
from data.importing.kinds import Importer, Outcome
from data.importing.portions import portion
from data.importing.rejection import Rejection
from data.importing.source import RawRow, Source
from models.text import harmless

CHUNK: Final = 500
"""Rows in one transaction, unless they are long ones (:mod:`data.importing.portions`)."""

_FREE_SHARE: Final = 0.7
"""Least time the store is free after a transaction, in lengths of that transaction."""

_LONGEST_COMMIT: Final = 0.005
"""Seconds of a commit that count for the pause; what is longer is the log being folded, which keeps
nobody from writing."""

_QUICK: Final = 0.008
"""Seconds that a transaction takes on a machine that is not overloaded. After a longer one, with
other programs at the processors, the store is free as long as it was held, or a clerk who waits
finds it taken at every try (with a load of six on two processors the p99 of a clerk's save fell
from some 110 ms to 60)."""

_LONGEST_HELD: Final = 0.02
"""Seconds of the rows being written that count for the pause: somebody may have stopped us."""

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
        together: rows in one transaction, at most.
    """

    clock: Callable[[], datetime]
    say: Say
    progress: Progress | None = None
    pauses: bool = True
    together: int = CHUNK


def import_rows(
    source: Source, importer: Importer, writer: BulkWriter, batch: Batch, manner: Manner
) -> None:
    """Store every row that is not stored yet; ``batch`` then holds the counters of the file.

    Raises:
        FileRefused: the file changed meanwhile; what was stored stays, with its place.
        StoreBusy: another writer held the store for too long; run again to continue.
        StoreUnusable: the disk is full or the store damaged; run again to continue.
    """
    with _collector_at_rest():
        _import_rows(_Pen(source, importer, writer, batch, manner))


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Rows make no reference cycles; looking for some after each 700 costs a tenth of an import."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _import_rows(pen: _Pen) -> None:
    source, batch, manner = pen.source, pen.batch, pen.manner
    rows, done = source.rows(), 0
    most = manner.together
    while chunk := portion(rows, min(batch.next_row - done, most) or most, _characters):
        checked = pen.importer.read(chunk)
        if done == batch.next_row:
            pen.store(chunk, checked)
        done += len(chunk)
        if manner.progress is not None:
            manner.progress(done, source.bytes_read, source.recognised.size)


def _characters(row: RawRow) -> int:
    return sum(map(len, row[1]))


class _Pen:
    def __init__(
        self,
        source: Source,
        importer: Importer,
        writer: BulkWriter,
        batch: Batch,
        manner: Manner,
    ) -> None:
        self.source = source
        self.importer = importer
        self._writer = writer
        self.batch = batch
        self.manner = manner
        self._held = 0.0
        self._released = 0.0
        self._expected: int | None = None

    def store(self, chunk: Sequence[RawRow], checked: Sequence[Any]) -> None:
        """Store one chunk and the place reached, in one transaction."""
        connection = self._writer.connection
        writes, outcomes = self._prepare(checked)
        self._breathe(alone=writes.begins_at == self._expected)
        self.source.check_unchanged()
        with self._writer.transaction():
            began = time.perf_counter()
            if not writes.still_true():
                self.importer.forget()
                writes, outcomes = self._prepare(checked)
            rejected = self._tally(chunk, outcomes)
            writes.store()
            batches.note_progress(connection, self.batch, rejected)
            written = time.perf_counter()
        self._released = time.perf_counter()
        self._held = min(written - began, _LONGEST_HELD)
        self._held += min(self._released - written, _LONGEST_COMMIT)
        self._expected = writes.ends_at

    def _prepare(self, checked: Sequence[Any]) -> tuple[Writes, list[Any]]:
        writes = Writes(self._writer.connection)
        if writes.begins_at != self._expected:
            self.importer.forget()
        return writes, self.importer.prepare(self._writer.connection, writes, checked)

    def _breathe(self, *, alone: bool) -> None:
        if not self.manner.pauses:
            return
        pause = self._held * (_FREE_SHARE if self._held <= _QUICK else 1.0)
        pause += 0.0 if alone else _OTHERS_WRITE
        rest = self._released + pause - time.perf_counter()
        if rest > 0:
            time.sleep(rest)

    def _tally(self, chunk: Sequence[RawRow], outcomes: Sequence[Any]) -> list[Rejected]:
        batch = self.batch
        rejected = [
            Rejected(
                batch.next_row + place,
                chunk[place][0],
                told,
                self.manner.say(told),
                [harmless(cell) for cell in chunk[place][1]],
            )
            for place, told in enumerate(outcomes)
            if isinstance(told, Rejection)
        ]
        for row in rejected:
            reason = row.rejection.reason.value
            batch.reasons[reason] = batch.reasons.get(reason, 0) + 1
        batch.accepted += outcomes.count(Outcome.ACCEPTED)
        batch.unchanged += outcomes.count(Outcome.UNCHANGED)
        batch.matched_returns += outcomes.count(Outcome.MATCHED)
        batch.rejected += len(rejected)
        batch.rows += len(chunk)
        batch.next_row += len(chunk)
        return rejected
