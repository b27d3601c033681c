"""Progress of an import: a line that renews itself on a terminal, plain lines, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Final, Self, TextIO

from counter.language import _, number

_EVERY_ROWS: Final = 100_000
"""Rows between two plain lines where the output is no terminal."""

_EVERY_SECONDS: Final = 0.25
"""Seconds between two JSON lines: whoever reads them has other work as well."""


class Progress:
    """Shows how far a file has been read. Used as a context manager."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._said = 0

    def show(self, rows: int, done: int, total: int) -> None:
        """Say that ``rows`` rows, ``done`` of ``total`` bytes, were read."""
        percent = min(100 * done // total, 100) if total else 100
        line = _("{rows} rows, {percent} %").format(rows=number(rows), percent=percent)
        if self._live:
            filled = percent // 5
            self._stream.write(f"\r[{'#' * filled}{'-' * (20 - filled)}] {line}\x1b[K")
            self._stream.flush()
        elif rows - self._said >= _EVERY_ROWS:
            self._said = rows
            print(line, file=self._stream, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


class ProgressLines:
    """Progress for programs: ``{"event": "progress", "rows": 500, "bytes": 9000, "of": 12000}``.

    ``bytes`` of the file's ``of`` bytes were read. The first and the last step are always said,
    those between a few times a second.
    """

    def __init__(self, write: Callable[[str], object], clock: Callable[[], float] = monotonic):
        self._write = write
        self._clock = clock
        self._next = 0.0

    def show(self, rows: int, done: int, total: int) -> None:
        """Say that ``rows`` rows, ``done`` of ``total`` bytes, were read."""
        now = self._clock()
        if now >= self._next or done >= total:
            self._next = now + _EVERY_SECONDS
            step = {"event": "progress", "rows": rows, "bytes": done, "of": total}
            self._write(json.dumps(step))
