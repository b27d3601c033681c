"""Making a batch, in steps that can each be repeated after a crash.

Plan - write the files - write the manifest - record what it is - rename the folder into place -
read it back - mark it verified. Before the rename there is only a ``.part`` folder, which the next
run throws away; after it the batch stands and is adopted. The store counts a batch only when it was
read back, so whatever happens, each number is published once and the numbers have no gap.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from data.chain import GENESIS
from data.csvfile import (
    MachineFile,
    Written,
    make_folder,
    refusals_named,
    replace,
    sync_folder,
)
from data.exporting import manifest as manifests
from data.exporting import totals
from data.exporting.ledger import Ledger, Request
from data.exporting.manifest import Plan
from data.exporting.snapshot import Snapshot
from data.exporting.tables import TABLES
from data.exporting.verifying import Verified, verify
from data.location import Location
from data.store import Store
from models.errors import AlreadyRunning, CounterError, FileRefused
from models.messages import N_

CODE: Final = re.compile(r"[A-Z0-9_-]{1,16}\Z")
"""What a shop's code may be, so that its folder stays inside the configured one."""

_BATCH: Final = re.compile(r"\d{4}-\d\d-\d\d-(\d{4,})\Z")
_UNFINISHED: Final = re.compile(r"\d{4}-\d\d-\d\d-\d{4,}\.part\Z")

_HEAD: Final = "SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1"

Step = Callable[[str], None]
Progress = Callable[[str, int], None]
"""Called with a table's name and the rows that the whole batch has so far."""


@dataclass(frozen=True, slots=True)
class Published:
    """A verified batch; ``adopted`` when an earlier run had made it and not lived to check it."""

    found: Verified
    adopted: bool


def publish(
    store: Store,
    request: Request,
    *,
    after_step: Step = lambda _: None,
    progress: Progress = lambda _table, _rows: None,
) -> Published:
    """Make the next batch, or finish the one that a crash left behind.

    Args:
        store: the writing side, for the book of batches.
        request: which batch, and where to.
        after_step: called with the name of each step that is done; tests fail there.
        progress: called while rows are written.

    Raises:
        AlreadyRunning: another process exports this store.
        FileRefused: the folder or the disk refuses; the store and earlier batches are as before.
    """
    with _alone(store.location):
        folder = _store_folder(request)
        ledger = Ledger(store, request)
        adopted = _adopt(ledger, after_step)
        if adopted is not None and _answers(adopted, request):
            return Published(adopted, adopted=True)
        plan = ledger.plan(_lowest_free(folder))
        after_step("planned")
        part = folder / f"{plan.folder_name}.part"
        try:
            _discard_unfinished(folder)
            _refuse_second_life(folder, plan)
            found = _make(store, request, ledger, plan, part, after_step, progress)
        except CounterError as error:
            shutil.rmtree(part, ignore_errors=True)
            ledger.failed(plan, str(error))
            raise
        ledger.verified(plan)
        after_step("verified")
        return Published(found, adopted=False)


@contextmanager
def _alone(location: Location) -> Iterator[None]:
    """Hold the lock of this store's exports; a dead process holds none."""
    lock = FileLock(location.path.with_name(location.path.name + ".export.lock"), mode=0o600)
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as error:
        raise AlreadyRunning(
            N_("Another export of {path} is running. Nothing was done."), path=location
        ) from error


def _make(
    store: Store,
    request: Request,
    ledger: Ledger,
    plan: Plan,
    part: Path,
    after_step: Step,
    progress: Progress,
) -> Verified:
    """Write the batch into ``part``, record it, give it its name and read it back."""
    target = part.with_suffix("")
    if target.exists():
        raise FileRefused(
            N_("{path} exists already and was not made by this store. Move it away."), path=target
        )
    with refusals_named(part):
        part.mkdir(mode=0o700)
    with totals.Totals() as measured:
        with Snapshot(store.location, ledger.pseudonym_key()) as snapshot:
            files = _write_files(snapshot, plan, part, after_step, progress)
            measured.measure(snapshot, anew=plan.full)
            head = snapshot.value(_HEAD) or GENESIS
        described = manifests.describe(plan, snapshot.to_seq, head, measured.as_json(), files)
        digest = manifests.write(described, part)
        with refusals_named(part):
            sync_folder(part)
        after_step("written")
        measured.keep(store, request.author, request.now)
    ledger.recorded(plan, target, described, digest, files)
    after_step("recorded")
    with refusals_named(target):
        replace(part, target)
        sync_folder(target.parent)
    after_step("renamed")
    found = verify(target)
    if found.faults or found.manifest_sha256 != digest:
        _withdraw(target)
        raise FileRefused(
            N_("{path} did not read back as it was written. Check the disk and export again."),
            path=target,
        )
    after_step("read back")
    return found


def _write_files(
    snapshot: Snapshot, plan: Plan, folder: Path, after_step: Step, progress: Progress
) -> list[Written]:
    written, rows_before = [], 0
    for table in TABLES:
        sql = table.select(plan.personal_data, whole=plan.full)
        values = {"store": plan.store, "from_seq": plan.from_seq, "to_seq": snapshot.to_seq}
        with MachineFile(folder / f"{table.name}.csv", rename=False) as file:
            file.header(table.header)
            for rows in snapshot.blocks(sql, values):
                file.raw_rows(rows)
                progress(table.name, rows_before + file.rows)
        rows_before += file.rows
        written.append(file.written)
        after_step(f"{table.name}.csv")
    return written


# --- after a crash --------------------------------------------------------------------------


def _adopt(ledger: Ledger, after_step: Step) -> Verified | None:
    """The batch that stands but was not marked, if it is whole; else its folder is withdrawn."""
    left = ledger.unfinished()
    if left is None:
        return None
    plan, folder, digest = left
    if not folder.exists():  # the crash came before the rename
        return None
    found = verify(folder)
    if found.faults or found.manifest_sha256 != digest:
        if found.manifest_sha256 in (None, digest):  # ours, and damaged: made again below
            _withdraw(folder)
        return None
    ledger.verified(plan)
    after_step("adopted")
    return found


def _answers(adopted: Verified, request: Request) -> bool:
    """Whether the adopted batch is what was asked for, so that none need follow."""
    says = adopted.manifest
    same_day = says["business_date"] == request.business_date.isoformat()
    same_place = adopted.folder.parent.resolve() == (request.out / request.store).resolve()
    return same_day and same_place and (says["full"] or not request.full)


def _withdraw(folder: Path) -> None:
    """Take a folder that does not verify out of sight: it becomes an unfinished one."""
    unfinished = folder.with_name(f"{folder.name}.part")
    with refusals_named(folder):
        shutil.rmtree(unfinished, ignore_errors=True)
        replace(folder, unfinished)


# --- folders --------------------------------------------------------------------------------


def _store_folder(request: Request) -> Path:
    """The folder of this shop's batches inside the configured one."""
    if not CODE.match(request.store):
        raise FileRefused(
            N_("The shop's code {code} cannot name a folder: use A-Z, 0-9, _ and -."),
            code=request.store,
        )
    folder = request.out / request.store
    with refusals_named(folder):
        if not request.out.is_dir():
            raise FileNotFoundError(2, "", str(request.out))
        make_folder(folder)
        inside = folder.resolve().is_relative_to(request.out.resolve())
    if not inside:
        raise FileRefused(
            N_("{path} leads out of the folder for exports. Remove that link."), path=folder
        )
    return folder


def _lowest_free(folder: Path) -> int:
    with refusals_named(folder):
        names = [path.name for path in folder.iterdir()]
    numbers = [int(match[1]) for name in names if (match := _BATCH.match(name))]
    return max(numbers, default=0) + 1


def _refuse_second_life(folder: Path, plan: Plan) -> None:
    """Never give away a number twice in one epoch: head office would keep the wrong batch.

    A copy of the store takes a new epoch when it is opened. One that was made by hand, without
    ``counter backup``, does not: its numbers begin again where the copy was made.
    """
    for path in folder.iterdir():
        match = _BATCH.match(path.name)
        if match and int(match[1]) >= plan.batch_no and manifests.epoch_of(path) == plan.epoch:
            raise FileRefused(
                N_(
                    "{path} left this store before, and batch {number} would contradict it: the "
                    "store's file was copied back by hand. Nothing was written. Run 'counter "
                    "backup', put that copy in the store's place, and export again."
                ),
                path=path,
                number=plan.batch_no,
            )


def _discard_unfinished(folder: Path) -> None:
    """Throw away what a crash left before the rename: such a folder is no batch."""
    with refusals_named(folder):
        for path in folder.iterdir():
            if _UNFINISHED.match(path.name) and not path.is_symlink():
                shutil.rmtree(path)
