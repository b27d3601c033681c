"""What came in as a file, and what left as one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Key, Stored, not_empty, one_of, reference, table_args
from models.terms import ExportStatus, ImportKind, ImportStatus, PersonalData, RejectCode


class ImportBatch(Stored, table=True):
    """导入批次: one file. ``next_row`` is the place reached; a killed import goes on from there.

    ``rejects_sha256`` is over the reject file as it was written: as long as the bytes on the disk
    are these, nobody has begun to mend it.
    """

    __tablename__ = "import_batch"
    __table_args__ = table_args(
        one_of("kind", ImportKind),
        one_of("status", ImportStatus),
        sa.Index("ix_import_batch_sha256", "sha256", "kind", "profile"),
    )

    kind: str
    profile: str
    file: str
    sha256: str = Field(max_length=64)
    status: str = Field(default=ImportStatus.RUNNING)
    started_at: datetime
    finished_at: datetime | None = None
    next_row: int = 0
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    matched_returns: int = 0
    rejected: int = 0
    rejects_sha256: str | None = Field(default=None, max_length=64)


class RejectRow(Stored, table=True):
    """One row that was not taken in: where it stood, why, and as it was.

    ``key`` is the natural key it would have had, so that a mended row keeps its line number.
    """

    __tablename__ = "reject_row"
    __table_args__ = table_args(
        one_of("reason", RejectCode),
        sa.UniqueConstraint("import_batch_id", "row_no"),
        sa.Index("ix_reject_row_line", "line"),
    )

    import_batch_id: int = reference("import_batch")
    row_no: int
    line: int
    key: str | None = None
    reason: str
    field: str | None = None
    message: str
    raw: list[str] = Field(default_factory=list, sa_type=sa.JSON)


class ExportBatch(Stored, table=True):
    """导出批次: one folder of CSV files with its manifest (``data.exporting``)."""

    __tablename__ = "export_batch"
    __table_args__ = table_args(
        one_of("status", ExportStatus),
        one_of("personal_data", PersonalData),
        sa.UniqueConstraint("epoch", "batch_no"),
        *not_empty("folder"),
    )

    epoch: str = Field(max_length=36)
    batch_no: int
    business_date: date
    covers_from: date
    schema_version: int
    personal_data: str
    full: bool = False
    from_change: int = Field(sa_type=sa.BigInteger)
    to_change: int | None = Field(default=None, sa_type=sa.BigInteger)
    made_at: datetime
    status: str = Field(default=ExportStatus.PLANNED)
    attempt: int = 1
    folder: str | None = None
    manifest_sha256: str | None = Field(default=None, max_length=64)
    error: str | None = None
    totals: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class ExportFile(Stored, table=True):
    """One CSV file of a batch."""

    __tablename__ = "export_file"
    __table_args__ = table_args(sa.UniqueConstraint("export_batch_id", "name"))

    export_batch_id: int = reference("export_batch")
    name: str = Field(max_length=64)
    path: str
    rows: int
    bytes: int = Field(sa_type=sa.BigInteger)
    sha256: str = Field(max_length=64)


class ControlBlock(SQLModel, table=True):
    """What eight neighbouring rows of one exported table add to its control totals.

    A cache (``data.exporting.totals``): only the blocks that a changed row lies in are added up
    again. ``hash`` is 128 bits in hexadecimal, ``sums`` a JSON list in the order of the columns.
    """

    __tablename__ = "control_block"
    __table_args__ = ({"sqlite_strict": True, "sqlite_with_rowid": False},)

    table_name: str = Field(primary_key=True, max_length=64)
    block_no: int = Field(primary_key=True, sa_type=Key)
    rows: int
    hash: str = Field(max_length=32)
    sums: str
