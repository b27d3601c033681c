"""The nightly export, checking a batch, and the list on a screen as a file for a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counter.desk import Actor, Desk, ReadingDesk
from counter.permissions import Action
from counter.shop import Shop
from data.csvfile import SpreadsheetFile, make_folder, refusals_named
from data.exporting import book
from data.exporting.book import BatchRow
from data.exporting.verifying import Verified, verify
from data.location import at_home
from models.errors import CounterError, FileRefused, InvalidInput
from models.messages import N_

if TYPE_CHECKING:
    from data.exporting.publishing import Progress, Step

_NAME: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What left with one batch.

    Attributes:
        adopted: an earlier run had made the batch and was cut off before it was checked.
        tables: rows of each table.
    """

    batch: int
    store: str
    epoch: str
    business_date: str
    full: bool
    from_seq: int
    to_seq: int
    rows: int
    bytes: int
    folder: Path
    manifest_sha256: str
    adopted: bool
    tables: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**asdict(self), "folder": str(self.folder)}


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Whether a batch is as it was made; ``faults`` are sentences with values, untranslated."""

    folder: Path
    batch: int | None
    store: str | None
    rows: int
    files: int
    faults: tuple[FileRefused, ...]

    @property
    def sound(self) -> bool:
        """Nothing is wrong with it."""
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "folder": str(self.folder),
            "sound": self.sound,
            "batch": self.batch,
            "store": self.store,
            "rows": self.rows,
            "files": self.files,
            "faults": [str(fault) for fault in self.faults],
        }


@dataclass(frozen=True, slots=True)
class ViewFile:
    """A list as a file: where it lies, and how many rows it has.

    Attributes:
        name: of the list.
        unrecorded: why the audit does not say that it was written, or None.
    """

    path: Path
    rows: int
    name: str
    unrecorded: CounterError | None = None

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {"path": str(self.path), "rows": self.rows}


def export_batch(
    shop: Shop,
    actor: Actor,
    *,
    out: Path | None = None,
    full: bool = False,
    date: str | date | None = None,
    progress: Progress = lambda _table, _rows: None,
    after_step: Step = lambda _: None,
) -> ExportSummary:
    """Let everything that changed since the last verified batch leave as the next one.

    Args:
        shop: the open shop.
        actor: who asks.
        out: the folder for batches, which exists; the configured one when absent.
        full: begin at change number 0.
        date: the business date that labels the batch, ISO text or a date; the shop's local date
            when absent.
        progress: called with a table's name and the rows written so far.
        after_step: called with the name of each step that is done.

    Raises:
        NotAllowed: the role does not permit it.
        InvalidInput: the date is none.
        AlreadyRunning: another export of this store is under way.
        FileRefused: the folder is missing or read-only, or the disk is full; nothing has left.
    """
    from data.exporting.ledger import Request
    from data.exporting.publishing import publish
    from data.store import Author

    with shop.reading(actor) as desk:
        desk.require(Action.EXPORT)
        epoch = book.epoch(desk.reader)
        request = Request(
            store=desk.site.code,
            epoch=epoch,
            out=out or _configured_folder(shop),
            business_date=_business_date(date) or desk.today,
            full=full,
            personal_data=shop.settings.personal_data,
            author=Author(actor.id, actor.login),
            now=desk.now,
        )
    published = publish(shop.store, request, after_step=after_step, progress=progress)
    return _summary(published.found, adopted=published.adopted)


def verify_batch(path: Path) -> VerifyReport:
    """Read a batch back and say everything that is not as the manifest has it."""
    found = verify(path)
    faults = tuple(FileRefused(fault.sentence, **fault.values) for fault in found.faults)
    says = found.manifest
    return VerifyReport(
        folder=path,
        batch=says.get("batch"),
        store=says.get("store"),
        rows=found.rows,
        files=len(says.get("resources", ())),
        faults=faults,
    )


def list_batches(shop: Shop, actor: Actor) -> list[BatchRow]:
    """Every batch this store knows of, the newest first.

    Raises:
        NotAllowed: the role does not permit it.
    """
    with shop.reading(actor) as desk:
        desk.require(Action.EXPORT)
        return book.batches(desk.reader)


def export_view(
    desk: Desk,
    folder: Path,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> ViewFile:
    """Write the rows of a list for a spreadsheet, all of them and not only the page in sight.

    Args:
        desk: whose clock names the file and whose zone times are written in.
        folder: ``shop.places.exports``; the file goes to ``views`` in it.
        name: of the list: lower-case letters, digits and hyphens.
        columns: heads, in the language of the screen.
        rows: Python values, read one by one; text is guarded against formulas, numbers never are.

    Raises:
        NotAllowed: the role does not permit it.
        FileRefused: the folder or the disk refuses; no file is left behind.
    """
    desk.require(Action.EXPORT_VIEW)
    if not _NAME.match(name):
        raise ValueError(name)
    views = folder / "views"
    with refusals_named(views):
        make_folder(views)
    stamp = f"{desk.now.astimezone(desk.site.zone):%Y%m%d-%H%M%S}"
    with SpreadsheetFile(views / f"{name}-{stamp}.csv", desk.site.zone) as file:
        file.header(columns)
        for row in rows:
            file.row(row)
    return ViewFile(file.path, file.rows, name)


def export_recorded(
    shop: Shop, actor: Actor, write: Callable[[ReadingDesk, Path], ViewFile]
) -> ViewFile:
    """Write a list for a spreadsheet, and let the audit say who took which, and its rows.

    A file that is whole stays, whatever the store says of the entry: it names what was refused.

    Args:
        shop: the open shop.
        actor: who asks.
        write: one of :mod:`counter.list_files`, given a desk and the folder for exports.

    Raises:
        NotAllowed: the role does not permit it.
        FileRefused: the folder or the disk refuses; no file is left behind.
    """
    with shop.reading(actor) as desk:
        file = write(desk, shop.places.exports)
    try:
        with shop.writing(actor) as entering:
            entering.work.audit("view.exported", "view", view=file.name, rows=file.rows)
    except CounterError as error:
        return replace(file, unrecorded=error)
    return file


def _business_date(named: str | date | None) -> date | None:
    if not isinstance(named, str):
        return named
    try:
        return date.fromisoformat(named)
    except ValueError as error:
        raise InvalidInput(
            N_("'{date}' is no date. Write it like 2026-11-22."), field="date", date=named
        ) from error


def _configured_folder(shop: Shop) -> Path:
    """The folder of the settings, which must exist; our own place is made when it is missing."""
    named: Path | None = shop.settings.exports
    if named is not None:
        return at_home(str(named), field="exports")
    folder = shop.places.exports
    with refusals_named(folder):
        make_folder(folder)
    return folder


def _summary(found: Verified, *, adopted: bool) -> ExportSummary:
    says = found.manifest
    return ExportSummary(
        batch=says["batch"],
        store=says["store"],
        epoch=says["epoch"],
        business_date=says["business_date"],
        full=says["full"],
        from_seq=says["from_seq"],
        to_seq=says["to_seq"],
        rows=found.rows,
        bytes=sum(resource["bytes"] for resource in says["resources"]),
        folder=found.folder,
        manifest_sha256=found.manifest_sha256 or "",
        adopted=adopted,
        tables={resource["name"]: resource["rows"] for resource in says["resources"]},
    )
