"""Taking in files: receipts of the till, products, customers, staff, complaints of an authority."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from counter import language
from counter.desk import Actor
from counter.permissions import Action
from counter.rules.people import may_manage
from counter.shop import Shop
from counter.signin import CODE_LIFETIME, new_code
from data.auditing import Deed, append
from data.bulk import BulkWriter, Writes
from data.csvfile import Written, refusal, refusals_named
from data.driver import failures_named, sqlite3
from data.importing import batches
from data.importing.batches import Batch
from data.importing.kinds import Importer
from data.importing.opening import check_profile, importer_for, profile_of
from data.importing.rejects import remove_stale, write_rejects
from data.importing.run import CHUNK, Manner, Progress, import_rows
from data.importing.source import Source
from data.importing.staff import Hiring, StaffRows
from models.errors import AlreadyRunning
from models.messages import N_
from models.terms import ImportKind, ImportProfile

_COUNTED: Final = ("rows", "accepted", "unchanged", "matched_returns", "rejected")

_REHEARSAL: Final = ".dry-run-"
"""Beginning of the name of the folder that a dry run copies the store into; a mark of the store
follows, because several stores may share the counter's folder."""

_TOGETHER: Final = {ImportKind.STAFF: 100_000, ImportKind.COMPLAINTS: 100}
"""Rows that are stored together, where they are not the usual number. All of a file of staff: more
than any shop has people. A complaint is seven rows of the store, so that a hundred of them hold it
for 11 ms, and five hundred for 47."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a file: accepted + unchanged + matched_returns + rejected = rows.

    Attributes:
        batch: number of the import in the store's book; None for a dry run.
        file: the path as it was named.
        sha256: over the file as it lies on the disk.
        rows: rows of the file; the header and blank lines are none.
        accepted: rows that were new or changed something.
        unchanged: rows that the store held already.
        matched_returns: returned rows matched to earlier sales.
        rejected: rows that were not taken in.
        reasons: how many rows for each reject code.
        rejects_file: where the rejected rows are, to be mended; None when there are none.
        codes: one-time codes given to staff, by login. They are kept nowhere else.
        was_known: the very same file was taken in before; nothing was read this time.
    """

    batch: int | None
    file: str
    sha256: str
    rows: int
    accepted: int
    unchanged: int
    matched_returns: int
    rejected: int
    reasons: dict[str, int]
    rejects_file: str | None
    codes: dict[str, str] = field(default_factory=dict)
    was_known: bool = False

    def to_json(self) -> dict[str, Any]:
        """The summary for machines; ``codes`` only where there are any."""
        values = asdict(self)
        del values["was_known"]
        if not self.codes:
            del values["codes"]
        return values


def import_file(
    shop: Shop,
    actor: Actor,
    kind: ImportKind,
    path: Path,
    *,
    profile: ImportProfile | None = None,
    dry_run: bool = False,
    again: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Take in ``path``; an import that broke off is continued where it stopped.

    Good rows are stored in short transactions, bad ones go to a reject file. A file that was taken
    in before is recognised by its hash: all its rows count as unchanged and nothing is written. A
    dry run reads it all the same.

    Args:
        shop: the open shop.
        actor: who imports; needs :attr:`Action.IMPORT`, for staff also ``MANAGE_STAFF``.
        kind: what the file holds.
        path: the file.
        profile: whose columns the file has, one of :data:`models.terms.PROFILES`; told by its
            header when absent.
        dry_run: check everything and store nothing. It runs on a copy of the store, which needs
            that much free space for the while.
        again: go through a file that was taken in before; people of a staff file who have no PIN
            get new codes even where the old ones still hold.
        progress: is told rows done, bytes read and bytes in all after each chunk.

    Raises:
        NotAllowed: the role does not permit it.
        InvalidInput: the profile is none of this kind.
        FileRefused: the file cannot be read or is no table of its kind; nothing was stored.
        AlreadyRunning: another import into the same store goes on.
        StoreUnusable: the store cannot be written; run again to continue.
    """
    with shop.reading(actor) as desk:
        desk.require(Action.IMPORT)
        if kind is ImportKind.STAFF:
            desk.require(Action.MANAGE_STAFF)
        actor = desk.actor
    check_profile(kind, profile)
    with Source(path) as source, _alone(shop):
        found = profile_of(source, kind, profile)
        job = _Job(shop, actor, kind, path, source, found, progress, again)
        earlier = None if again or dry_run else job.finished_before()
        if earlier is not None:
            summary = job.summary(
                Batch(earlier.id, earlier.uid, rows=earlier.rows, unchanged=earlier.rows),
                None,
                job.codes_again(),
            )
            return replace(summary, was_known=True)
        return job.rehearse() if dry_run else job.run()


@contextmanager
def _alone(shop: Shop) -> Iterator[None]:
    """One import at a time into a store; a dead process holds no lock."""
    store = shop.places.store.path
    lock = FileLock(store.with_name(f"{store.name}.import.lock"), mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise AlreadyRunning(
            N_("Another import into {store} is still going on. Wait until it has ended."),
            store=store,
        ) from error
    except OSError as error:
        raise refusal(error, store.parent) from error
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Job:
    shop: Shop
    actor: Actor
    kind: ImportKind
    path: Path
    source: Source
    profile: str
    progress: Progress | None
    again: bool

    def finished_before(self) -> Batch | None:
        with _writer(self.shop.places.store.path) as writer:
            return batches.find_finished(
                writer.connection, self.kind, self.profile, self.source.recognised.sha256
            )

    def run(self) -> ImportSummary:
        """Store the file, audited at both ends."""
        with _writer(self.shop.places.store.path) as writer:
            batch = self._begin(writer)
            with writer.transaction() as connection:
                append(connection, [self._deed(batch, "continue" if batch.continued else "begin")])
            importer = self._importer(writer)
            self._import(importer, writer, batch, pauses=True)
            written = self._rejects_file(writer, batch)
            with self._codes_given(importer, writer, anew=self.again) as connection:
                sha256 = None if written is None else written.sha256
                batches.finish(connection, batch, self.shop.clock(), sha256)
                counted = {name: getattr(batch, name) for name in _COUNTED}
                append(connection, [self._deed(batch, "end", **counted)])
            writer.fold_log()
        codes = importer.codes if isinstance(importer, StaffRows) else {}
        return self.summary(batch, None if written is None else written.path, codes)

    def _rejects_file(self, writer: BulkWriter, batch: Batch) -> Written | None:
        """Write the reject file; where there is nothing to reject, an untouched older one goes."""
        ours = partial(batches.wrote_rejects, writer.connection)
        if not batch.rejected:
            remove_stale(self.path, self._own_folder, ours)
            return None
        return write_rejects(
            self.path,
            self.source.columns,
            lambda: batches.rejects(writer.connection, batch.id),
            self._own_folder,
            ours,
        )

    @property
    def _own_folder(self) -> Path:
        return self.shop.places.home / "imports"

    def rehearse(self) -> ImportSummary:
        """Do all of it on a copy of the store that is thrown away."""
        store = self.shop.places.store.path
        mark = hashlib.sha256(str(store.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
        prefix = f"{_REHEARSAL}{mark[:16]}-"
        with _scratch_folder(self._own_folder, prefix) as folder:
            copy = folder / "store.db"
            with _writer(store) as original:
                original.copy_to(copy)
            with _writer(copy) as writer:
                batch = self._begin(writer)
                self._import(self._importer(writer), writer, batch, pauses=False)
        return replace(self.summary(batch, None), batch=None)

    def _begin(self, writer: BulkWriter) -> Batch:
        return batches.begin_or_continue(
            writer,
            self.kind,
            self.profile,
            self.path.name,
            self.source.recognised.sha256,
            self.shop.clock(),
        )

    def codes_again(self) -> dict[str, str]:
        """Fresh codes for people of a file that was taken in before, whose codes are too old."""
        if self.kind is not ImportKind.STAFF:
            return {}
        with _writer(self.shop.places.store.path) as writer:
            importer = self._importer(writer)
            importer.read(list(self.source.rows()))
            with self._codes_given(importer, writer, anew=False):
                pass
        return importer.codes if isinstance(importer, StaffRows) else {}

    @contextmanager
    def _codes_given(
        self, importer: Importer, writer: BulkWriter, *, anew: bool
    ) -> Iterator[sqlite3.Connection]:
        """The last transaction of an import; people who cannot sign in get their codes in it."""

        def prepared() -> Writes:
            writes = Writes(writer.connection)
            if isinstance(importer, StaffRows):
                importer.give_codes(writer.connection, writes, anew=anew)
            return writes

        writes = prepared()  # hashes take their time, and nobody waits for them here
        with writer.transaction() as connection:
            if not writes.still_true():
                writes = prepared()
            writes.store()
            yield connection

    def _importer(self, writer: BulkWriter) -> Importer:
        return importer_for(
            self.source,
            self.kind,
            self.profile,
            connection=writer.connection,
            clock=self.shop.clock,
            hiring=Hiring(
                self.actor.id,
                self.actor.login,
                partial(may_manage, self.actor.role),
                new_code,
                CODE_LIFETIME,
            ),
            machine=self.shop.system.id,
        )

    def _import(
        self, importer: Importer, writer: BulkWriter, batch: Batch, *, pauses: bool
    ) -> None:
        together = _TOGETHER.get(self.kind, CHUNK)
        manner = Manner(self.shop.clock, language.sentence, self.progress, pauses, together)
        import_rows(self.source, importer, writer, batch, manner)

    def _deed(self, batch: Batch, stage: str, **counts: int) -> Deed:
        return Deed(
            self.actor.id,
            self.actor.login,
            self.shop.clock(),
            f"import.{self.kind}",
            "import_batch",
            batch.uid,
            {
                "stage": stage,
                "file": self.path.name,
                "sha256": self.source.recognised.sha256,
                "profile": self.profile,
                **counts,
            },
        )

    def summary(
        self,
        batch: Batch,
        rejects_file: Path | None,
        codes: dict[str, str] | None = None,
    ) -> ImportSummary:
        """The batch's counters in the form that is handed out."""
        return ImportSummary(
            batch=batch.id,
            file=str(self.path),
            sha256=self.source.recognised.sha256,
            rows=batch.rows,
            accepted=batch.accepted,
            unchanged=batch.unchanged,
            matched_returns=batch.matched_returns,
            rejected=batch.rejected,
            reasons=dict(sorted(batch.reasons.items())),
            rejects_file=None if rejects_file is None else str(rejects_file),
            codes=codes or {},
        )


@contextmanager
def _writer(path: Path) -> Iterator[BulkWriter]:
    with failures_named(path):
        writer = BulkWriter(path)
        try:
            yield writer
        finally:
            writer.close()


@contextmanager
def _scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder for the while; those of dry runs that were killed go."""
    with refusals_named(parent):
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left_over in parent.glob(f"{prefix}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        folder = tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True)
    with folder as name:
        yield Path(name)
