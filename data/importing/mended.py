"""Mended rows without a number of their own: which row of which original file each one was.

A reject file names the line of the original file, but not the file, and several files may have
rejected a row of the same invoice in the same line. The row is compared with each of them: what the
reject file said of it, its cells, the name of the file, and how many neighbours came from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath
from typing import Final

from data.importing.batches import Earlier
from data.importing.rejection import Rejection
from data.importing.rejects import reject_file_name
from data.importing.source import MendedCells, RawRow
from models.messages import N_
from models.terms import RejectCode

EarlierRows = Callable[[Iterable[int]], dict[int, list[Earlier]]]
"""The rows that earlier imports rejected at these lines, newest import first."""

_FROM: Final = 1_000_000
"""Added to the line of a mended row whose invoice number was itself at fault: its running number
cannot be known, and this one meets no other and stays the same when it comes again."""


class Mended:
    """The rows of one mended file."""

    def __init__(self, name: str, earlier_rows: EarlierRows) -> None:
        self._name = name
        self._earlier_rows = earlier_rows
        self._at: dict[int, list[Earlier]] = {}
        self._neighbours: Counter[int] = Counter()
        self._used: set[tuple[str, int]] = set()

    def look_up(self, chunk: Sequence[RawRow]) -> None:
        """Find what was rejected at the lines of these rows."""
        self._at = self._earlier_rows(line for line, _, _ in chunk)
        self._neighbours = Counter(
            batch
            for line, cells, _ in chunk
            for batch in {row.batch for row in self._at.get(line, ()) if row.said == _said(cells)}
        )

    def number(self, line: int, invoice: str, cells: list[str]) -> int:
        """The row's running number within its invoice, in the original file.

        Raises:
            Rejection: its original file was not imported here, or cannot be told from another.
        """
        earlier = self._at.get(line, ())
        if not earlier:
            raise Rejection(
                RejectCode.UNKNOWN_REFERENCE,
                N_("No row of line {line} was rejected here. Import the original file first."),
                field="line",
                line=line,
            )
        likely: dict[int, tuple[bool, int, bool, int]] = {}
        for row in earlier:
            known, _, number_text = (row.key or "").rpartition("/")
            if known == invoice:
                number, likeness = int(number_text), self._likeness(row, cells)
                likely[number] = max(likeness, likely.get(number, likeness))
        if not likely:
            return _FROM + line
        best = max(likely.values())
        numbers = [number for number, likeness in likely.items() if likeness == best]
        if len(numbers) > 1:
            raise Rejection(
                RejectCode.UNKNOWN_REFERENCE,
                N_(
                    "Several files had this row in line {line}. Name this file after its own, as "
                    "in till.rejects.csv for till.csv."
                ),
                field="line",
                line=line,
            )
        return numbers[0]

    def _likeness(self, row: Earlier, cells: list[str]) -> tuple[bool, int, bool, int]:
        equal = sum(old == new for old, new in zip(row.raw, cells, strict=False))
        own_name = reject_file_name(PurePath(row.file)).removesuffix(".csv")
        named = self._name.startswith((f"{own_name}.", f"{own_name}-"))
        return row.said == _said(cells), equal, named, self._neighbours[row.batch]

    def use(self, invoice: str, number: int, line: int) -> None:
        """Note that the row is taken in.

        Raises:
            Rejection: another row of this file was the same row of the original.
        """
        if (invoice, number) in self._used:
            raise Rejection(
                RejectCode.DUPLICATE_KEY,
                N_("The row of line {line} stands in this file already."),
                field="line",
                line=line,
            )
        self._used.add((invoice, number))


def _said(cells: list[str]) -> tuple[str, str]:
    return cells.said if isinstance(cells, MendedCells) else ("", "")
