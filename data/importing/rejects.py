"""The reject file: what was not taken in, in the file's own columns, ready to be mended."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from data.csvfile import MachineFile
from data.importing.source import LONGEST_FIELD, REJECT_COLUMNS
from models.errors import FileRefused

_TOGETHER: Final = 1000


def reject_file_name(source: Path) -> str:
    """``till.rejects.csv`` for ``till.csv``, ``till.csv.gz`` or ``till.tsv``."""
    name = source.name
    for ending in (".gz", ".csv", ".tsv", ".txt"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return f"{name}.rejects.csv"


def write_rejects(
    source: Path,
    columns: Sequence[str],
    rows: Callable[[], Iterator[Sequence[Any]]],
    fallback: Path,
) -> Path:
    """Write the reject file beside ``source``, or into ``fallback`` where that is not possible.

    Raises:
        FileRefused: neither folder can be written to.
    """
    name = reject_file_name(source)
    try:
        return _write(source.absolute().parent / name, columns, rows())
    except FileRefused:
        fallback.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _write(fallback / name, columns, rows())


def _write(path: Path, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> Path:
    with MachineFile(path) as file:
        file.header([*columns, *REJECT_COLUMNS])
        while together := list(islice(rows, _TOGETHER)):
            file.raw_rows(together)
    return path


def remove_stale(source: Path, columns: Sequence[str], fallback: Path) -> None:
    """Remove the reject file of an earlier run of the same file, and nothing else."""
    name = reject_file_name(source)
    for path in (source.absolute().parent / name, fallback / name):
        if _is_reject_file(path, columns):
            try:
                os.unlink(path)
            except OSError:  # it stays; it is older than the import that had none
                continue


def _is_reject_file(path: Path, columns: Sequence[str]) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader([file.readline(LONGEST_FIELD)]), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    return header == [*columns, *REJECT_COLUMNS]
