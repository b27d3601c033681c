"""Examining what lies around a store: rights, room, its log, and what was not ended."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from counter.findings import Finding, fault, note, ok
from counter.shop import Shop
from data import checks
from data.reading import Reader
from models.messages import N_
from models.terms import ExportStatus

LEAST_FREE: Final = 256 * 1024 * 1024
"""Bytes of free space below which saving is about to fail; a backup needs the store's size too."""


def access(shop: Shop) -> Iterator[Finding]:
    """Whether other accounts of the computer can read customers' data."""
    if sys.platform == "win32":
        yield note("access", N_("Rights of files are not examined on Windows."))
        return
    files, folders = open_files(shop), open_folders(shop)
    for path in files:
        yield fault("access", N_("Others may read {path}. Take that right away (0600)."), path=path)
    for path in folders:
        yield note("access", N_("Others may look into {path}. Better is 0700."), path=path)
    if not files and not folders:
        yield ok("access", N_("Only this account can read the files."))


def open_files(shop: Shop) -> list[Path]:
    """Files with customers' data that other accounts may read."""
    store = shop.places.store.path
    files = [store, *(store.with_name(f"{store.name}{end}") for end in ("-wal", "-shm"))]
    for folder in (shop.places.backups, shop.places.attachments):
        files += [path for path in folder.glob("*") if path.is_file()]
    return [path for path in files if _open_to_others(path)]


def open_folders(shop: Shop) -> list[Path]:
    """Folders with customers' data that other accounts may look into."""
    places = shop.places
    folders = [places.home, places.exports, places.backups, places.attachments]
    return [path for path in folders if _open_to_others(path)]


def _open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except FileNotFoundError:
        return False


def space(shop: Shop) -> Iterator[Finding]:
    """Whether the disk has room for the next saving, and for a backup."""
    store = shop.places.store.path
    free = shutil.disk_usage(store.parent).free
    needed = LEAST_FREE + store.stat().st_size
    values = {"free": f"{free / 1e9:.1f}", "path": store.parent}
    if free >= needed:
        yield ok("space", N_("{free} GB are free at {path}."), **values)
    else:
        yield note("space", N_("Only {free} GB are free at {path}: make room soon."), **values)


def log(shop: Shop) -> Iterator[Finding]:
    """Whether the write-ahead log grows because somebody holds on to an old moment of the store."""
    length = checks.log_bytes(shop.places.store)
    if length > checks.LOG_LIMIT:
        yield note(
            "log",
            N_(
                "The log of the store has {size} MB: a terminal or program reads without an end. "
                "Close those that stand idle; then it is folded."
            ),
            size=length // 1_000_000,
        )


def unfinished_exports(reader: Reader) -> Iterator[Finding]:
    """Batches that a crash left."""
    rows = checks.unfinished_exports(reader)
    for batch_no, business_date, status, error in rows:
        yield note(
            "exports",
            N_("Batch {batch} of {date} is {status}, not verified; the next run makes it. {error}"),
            batch=batch_no,
            date=business_date,
            status=ExportStatus(status),
            error=error or "",
        )
    if not rows:
        last = checks.last_export_day(reader)
        yield ok("exports", N_("No export is unfinished; the last is of {date}."), date=last or "-")


def unfinished_imports(reader: Reader) -> Iterator[Finding]:
    """Files that were not taken in to their end."""
    rows = checks.unfinished_imports(reader)
    for file, next_row in rows:
        yield note(
            "imports",
            N_("The import of {file} stopped at row {row}. Import the file again to go on."),
            file=file,
            row=next_row,
        )
    if not rows:
        yield ok("imports", N_("No import is unfinished."))
