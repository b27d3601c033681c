"""A file to import: opened once, recognised, hashed, and read as rows with their line numbers."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Final, cast

from data.csvfile import MARK
from data.importing.encodings import (
    BLOCK,
    Hashed,
    Recognised,
    is_empty,
    recognise,
    refused_when_damaged,
)
from data.importing.rejection import Rejection
from models.errors import FileRefused
from models.messages import N_
from models.terms import RejectCode
from models.text import clean_text

LONGEST_FIELD: Final = 1 << 20
"""Characters that one field may have."""

_LONGEST_HEADER: Final = 100_000
"""Characters of the first line, which names the columns."""

SHOWN: Final = 1000
"""Characters of a row with an overlong field that its reject keeps."""

DELIMITERS: Final = (",", ";", "\t")
REJECT_COLUMNS: Final = ("line", "reason", "message")
"""The last columns of a reject file; what a person mends lies before them."""


RawRow = tuple[int, list[str], Rejection | None]
"""One row: the line where it begins, counted from 1 (of the original file where this is a reject
file); its cells under :attr:`Source.columns`; and why they cannot be trusted, if so."""


class MendedCells(list[str]):
    """The cells of a row of a reject file, and what the file says was wrong with them."""

    said: tuple[str, str] = ("", "")
    """Reason and message."""


class Source:
    """An open file. Use it as a context; :meth:`rows` reads it once, streaming.

    Attributes:
        name: the file's name, as sentences name it.
        recognised: hash, size and encoding.
        header: the cells of the first line as they stand.
        columns: the header's names without the marks of spreadsheet and reject files.
        mends_rejects: the file is a reject file that was mended.
    """

    def __init__(self, path: Path) -> None:
        """Open and recognise ``path``.

        Raises:
            FileRefused: it cannot be read or is no table; the sentence says why.
        """
        self.path = path
        self.name = path.name or str(path)
        with refused_when_damaged(self.name):
            self._file: IO[bytes] = path.open("rb")
        try:
            with refused_when_damaged(self.name):
                self._stamp = self._state()
                self.recognised: Recognised = recognise(self._file, self.name)
            self.check_unchanged()
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    @property
    def bytes_read(self) -> int:
        """How far the file on the disk has been read."""
        return min(self._hashed.count, self.recognised.size)

    def _state(self) -> tuple[int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns

    def check_unchanged(self) -> None:
        """Ask before storing what was read.

        Raises:
            FileRefused: somebody writes to the file.
        """
        if self._state() != self._stamp:
            raise _still_written(self.name)

    def _open_text(self) -> io.TextIOWrapper:
        self._file.seek(0)
        self._hashed = Hashed(self._file)
        raw = cast("IO[bytes]", _Readable(self._hashed))
        plain = gzip.GzipFile(fileobj=raw, mode="rb") if self.recognised.packed else raw
        return io.TextIOWrapper(
            io.BufferedReader(cast("io.RawIOBase", plain), 1 << 16),
            encoding=self.recognised.encoding,
            errors="surrogateescape" if self.recognised.damaged else "strict",
            newline="",
        )

    # --- the header -------------------------------------------------------------------------

    def _read_header(self) -> None:
        with refused_when_damaged(self.name):
            first = self._open_text().readline(_LONGEST_HEADER + 1)
        if not first.strip("\ufeff\r\n") and self._has_no_text():
            raise is_empty(self.name)
        if len(first) > _LONGEST_HEADER:
            raise FileRefused(
                N_(
                    "{file} is no table: its first line has more than {limit} characters. It has "
                    "to name the columns."
                ),
                file=self.name,
                limit=_LONGEST_HEADER,
            )
        self.delimiter = max(DELIMITERS, key=first.count)
        try:
            self.header = next(csv.reader([first], delimiter=self.delimiter, strict=True), [])
        except csv.Error as error:
            raise FileRefused(
                N_(
                    "{file} is no table: a quote in its first line is not closed as it should be. "
                    "Save it as CSV again."
                ),
                file=self.name,
            ) from error
        names = [clean_text(name) for name in self.header]
        self.marked = names[:1] == [MARK]
        names = names[1:] if self.marked else names
        self.mends_rejects = tuple(names[-len(REJECT_COLUMNS) :]) == REJECT_COLUMNS
        self.columns = names[: -len(REJECT_COLUMNS)] if self.mends_rejects else names
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise FileRefused(
                N_("{file} has this column more than once: {columns}.")
                if len(twice) == 1
                else N_("{file} has these columns more than once: {columns}."),
                file=self.name,
                columns=", ".join(twice),
            )

    def _has_no_text(self) -> bool:
        with refused_when_damaged(self.name):
            blocks = iter(partial(self._open_text().read, BLOCK), "")
            return all(not block.strip("\ufeff\r\n") for block in blocks)

    def missing(self, required: tuple[str, ...]) -> list[str]:
        """Those of ``required`` that are no column of this file."""
        return [name for name in required if name not in self.columns]

    # --- the rows ---------------------------------------------------------------------------

    def rows(self) -> Iterator[RawRow]:
        """Every row once, in order; blank lines are none.

        Raises:
            FileRefused: the file changed since it was recognised.
        """
        plain = not (self.marked or self.mends_rejects or self.recognised.damaged)
        with refused_when_damaged(self.name):
            records = iter(_Records(self._open_text(), self.delimiter, len(self.header)))
            next(records, None)  # the header
            yield from records if plain else map(self._prepared, records)
            while self._hashed.read(BLOCK):  # what follows a gzip member is part of the file
                pass
        self.check_unchanged()
        if self._hashed.sha256 != self.recognised.sha256:
            raise _still_written(self.name)

    def _prepared(self, row: RawRow) -> RawRow:
        line, cells, flaw = row
        if self.marked:
            cells = [cell.removeprefix("'") for cell in cells[1:]]
        if self.recognised.damaged:
            if flaw is None and not all(map(_decoded, cells)):
                flaw = Rejection(
                    RejectCode.BAD_ENCODING, N_("This row holds bytes that are not valid UTF-8.")
                )
            cells = [_readable(cell) for cell in cells]
        if self.mends_rejects:
            original = cells[len(self.columns)].strip()
            if flaw is None and original.isdecimal() and len(original) < 10:
                line = int(original)
            width = len(self.columns)
            mended = MendedCells(cells[:width])
            mended.said = (cells[width + 1], cells[width + 2])
            cells = mended
        return line, cells, flaw


class _Readable(io.RawIOBase):
    """The hashed bytes as the buffered readers of the standard library want them."""

    def __init__(self, hashed: Hashed) -> None:
        self._hashed = hashed

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._hashed.read(size)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        block = self._hashed.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)


class _Records:
    """CSV records with the line each begins in; a quote that is never closed costs one line.

    Strict quoting: a quote that opens and is not closed would take the rest of the file into one
    field. Wherever a record of several lines does not come out whole, its first line is handed out
    as damaged and the lines behind it are read again as records of their own.
    """

    def __init__(self, text: Iterable[str], delimiter: str, width: int) -> None:
        self._delimiter = delimiter
        self._width = width
        self._text = iter(text)
        self._behind: deque[str] = deque()  # what was read from the current record's first line on
        self._line = 1

    def __iter__(self) -> Iterator[RawRow]:
        limit = csv.field_size_limit(LONGEST_FIELD)
        try:
            while (yield from self._until_damage()):
                yield self._first_line_only()
        finally:
            csv.field_size_limit(limit)

    def _until_damage(self) -> Generator[RawRow, None, bool]:
        """The records up to one that does not come out whole; whether there is one."""
        behind = self._behind
        reader = csv.reader(self._ahead(), delimiter=self._delimiter, strict=True)
        width, line, read = self._width, self._line, 0
        try:
            for cells in reader:
                lines = reader.line_num - read
                if len(cells) == width:
                    yield line, cells, None
                elif lines > 1:
                    break
                elif cells:
                    yield self._misfit(line, cells)
                for _ in range(lines):
                    behind.popleft()
                read += lines
                line += lines
            else:
                return False
        except csv.Error:
            pass
        self._line = line
        return True

    def _ahead(self) -> Iterator[str]:
        """The lines from the current record on; each stays behind until its record is through.

        ``itertools.tee`` would keep up to 57 lines that nobody needs, of a mebibyte each.
        """
        yield from tuple(self._behind)
        keep = self._behind.append
        for line in self._text:
            keep(line)
            yield line

    def _misfit(self, line: int, cells: list[str]) -> RawRow:
        """A row of another width; no more of it is kept than a reject file can hold."""
        fitted = self._fitted(cells)
        flaw = Rejection(
            RejectCode.SHIFTED_COLUMNS,
            N_("This row has {found} cells; the header has {wanted}."),
            found=len(cells),
            wanted=self._width,
        )
        if len(fitted[-1]) > LONGEST_FIELD:
            flaw = Rejection(
                RejectCode.TOO_LONG,
                N_("A field of this row has more than {limit} characters."),
                limit=LONGEST_FIELD,
            )
            fitted = [cell[:SHOWN] for cell in fitted]
        return line, fitted, flaw

    def _first_line_only(self) -> RawRow:
        """Hand out the first line of the record as damaged; read the others again."""
        line, first = self._line, self._behind.popleft().rstrip("\r\n")
        self._line += 1
        if len(first) > LONGEST_FIELD:
            flaw = Rejection(
                RejectCode.TOO_LONG,
                N_("A field of this row has more than {limit} characters."),
                limit=LONGEST_FIELD,
            )
            return line, self._fitted(first[:SHOWN].split(self._delimiter)), flaw
        flaw = Rejection(
            RejectCode.SHIFTED_COLUMNS,
            N_("A quote that opens in line {line} is not closed as it should be."),
            line=line,
        )
        cells = next(csv.reader([first], delimiter=self._delimiter), [])
        return line, self._fitted(cells), flaw

    def _fitted(self, cells: list[str]) -> list[str]:
        """As many cells as the header has; what is too much stays visible in the last one."""
        width = self._width
        if len(cells) > width:
            return [*cells[: width - 1], self._delimiter.join(cells[width - 1 :])]
        return cells + [""] * (width - len(cells))


def _decoded(cell: str) -> bool:
    return cell.isascii() or not any("\udc80" <= character <= "\udcff" for character in cell)


def _readable(cell: str) -> str:
    return cell if _decoded(cell) else cell.encode("utf-8", "replace").decode("utf-8")


def _still_written(name: str) -> FileRefused:
    return FileRefused(
        N_("{file} is still being written: it changed while it was read. Try again later."),
        file=name,
    )
