"""The reject file: what was not taken in, in the file's own columns, ready to be mended.

A person mends it where it lies. It is replaced or removed only while its bytes are those that an
import wrote; otherwise the next one gets a number behind its name.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path, PurePath
from typing import Any, Final

from data.csvfile import MachineFile, Written, make_folder, refusals_named
from data.importing.portions import portion
from data.importing.source import REJECT_COLUMNS
from models.errors import FileRefused

_TOGETHER: Final = 1000

Ours = Callable[[str], bool]
"""Whether an import wrote a reject file with this SHA-256."""


def reject_file_name(source: PurePath, number: int = 1) -> str:
    """``till.rejects.csv`` for ``till.csv``, ``till.csv.gz`` or ``till.tsv``.

    With a number above 1 ``till.rejects-2.csv``, for when somebody mends the first.
    """
    name = source.name
    for ending in (".gz", ".csv", ".tsv", ".txt"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return f"{name}.rejects.csv" if number == 1 else f"{name}.rejects-{number}.csv"


def write_rejects(
    source: Path,
    columns: Sequence[str],
    rows: Callable[[], Iterator[Sequence[Any]]],
    fallback: Path,
    ours: Ours,
) -> Written:
    """Write the reject file beside ``source``, or into ``fallback`` where that is not possible.

    Raises:
        FileRefused: neither folder can be written to.
    """
    try:
        return _write(source.absolute().parent, source, columns, rows(), ours)
    except FileRefused:
        with refusals_named(fallback):
            make_folder(fallback)
        return _write(fallback, source, columns, rows(), ours)


def _write(
    folder: Path, source: Path, columns: Sequence[str], rows: Iterator[Sequence[Any]], ours: Ours
) -> Written:
    kept: list[tuple[Path, str | None]] = []
    for number in count(1):
        path = folder / reject_file_name(source, number)
        if not os.path.lexists(path):
            break
        found = _sha256(path)
        if found is not None and ours(found):
            break
        kept.append((path, found))
    with MachineFile(path) as file:
        file.header([*columns, *REJECT_COLUMNS])
        while together := portion(rows, _TOGETHER, _characters):
            file.raw_rows(together)
    written = file.written
    for same, found in kept:
        if found == written.sha256:  # written by this very import before it was broken off
            path.unlink()
            return Written(same, written.rows, written.bytes, written.sha256)
    return written


def _characters(row: Sequence[Any]) -> int:
    return sum(len(cell) for cell in row if isinstance(cell, str))


def remove_stale(source: Path, fallback: Path, ours: Ours) -> None:
    """Remove the reject files of earlier files of this name that nobody has touched."""
    for folder in (source.absolute().parent, fallback):
        for number in count(1):
            path = folder / reject_file_name(source, number)
            if not os.path.lexists(path):
                break
            found = _sha256(path)
            if found is not None and ours(found):
                try:
                    os.unlink(path)
                except OSError:  # it stays; it is older than the import that had none
                    continue


def _sha256(path: Path) -> str | None:
    """The hash of a file; None for what is no file of its own or cannot be read."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
