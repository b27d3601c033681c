"""The book of batches as it is read: plain SQL, without the tables that writing it needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from data.reading import Reader, instant
from data.restoring import EPOCH

_BATCHES: Final = """
    SELECT b.id, b.epoch, b.batch_no, b.business_date, b.made_at, b.status, b.full,
           b.from_change, b.to_change,
           coalesce((SELECT sum(rows) FROM export_file WHERE export_batch_id = b.id), 0),
           b.folder, b.error
    FROM export_batch AS b ORDER BY b.id DESC
"""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch in the store's book; ``rows`` is 0 until its files are written."""

    id: int
    epoch: str
    batch_no: int
    business_date: date
    made_at: datetime
    status: str
    full: bool
    from_seq: int
    to_seq: int | None
    rows: int
    folder: str | None
    error: str | None

    @property
    def key(self) -> tuple[int]:
        """The place in the list."""
        return (self.id,)

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            **asdict(self),
            "business_date": self.business_date.isoformat(),
            "made_at": self.made_at.isoformat(),
        }


def epoch(reader: Reader) -> str:
    """The life of the store file that batches are counted in."""
    return str(reader.value("SELECT value FROM store_fact WHERE name = :name", name=EPOCH))


def batches(reader: Reader) -> list[BatchRow]:
    """Every batch the store knows of, the newest first."""
    return [
        BatchRow(
            id=row[0],
            epoch=row[1],
            batch_no=row[2],
            business_date=date.fromisoformat(row[3]),
            made_at=instant(row[4]),
            status=row[5],
            full=bool(row[6]),
            from_seq=row[7],
            to_seq=row[8],
            rows=row[9],
            folder=row[10],
            error=row[11],
        )
        for row in reader.all(_BATCHES)
    ]
