"""``datapackage.json``: what a batch is, and how to tell that it is whole.

A Frictionless Data Package with our own properties beside the standard ones. A folder without it is
no batch, so it is the last file that is written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from data.csvfile import Written, refusals_named
from data.exporting.tables import SCHEMA_VERSION, TABLES
from models.terms import PersonalData

MANIFEST: Final = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch before it is written: everything that is settled when it is planned.

    Attributes:
        uid: of its row in the store.
        batch_no: counts the batches of an epoch without gaps.
        business_date: labels the batch; it never selects a row.
        covers_from: first day that no earlier batch covers.
        full: begins at change number 0.
        from_seq: last change number of the verified batch before.
        made_at: when it was planned, UTC.
        personal_data: how much of a person leaves.
        previous_sha256: of the manifest of the batch before, None for the first of an epoch.
    """

    uid: str
    store: str
    epoch: str
    batch_no: int
    business_date: date
    covers_from: date
    full: bool
    from_seq: int
    made_at: datetime
    personal_data: PersonalData
    previous_sha256: str | None

    @property
    def folder_name(self) -> str:
        """``2026-11-22-0007``."""
        return f"{self.business_date:%Y-%m-%d}-{self.batch_no:04d}"


def describe(
    plan: Plan, to_seq: int, audit_head: str, totals: dict[str, Any], files: Sequence[Written]
) -> dict[str, Any]:
    """The manifest of a batch whose ``files`` are written, one for each table in order."""
    return {
        "profile": "tabular-data-package",
        "name": f"{plan.store.lower()}-{plan.folder_name}",
        "store": plan.store,
        "epoch": plan.epoch,
        "batch": plan.batch_no,
        "business_date": plan.business_date.isoformat(),
        "days_covered": {
            "from": plan.covers_from.isoformat(),
            "to": plan.business_date.isoformat(),
        },
        "schema_version": SCHEMA_VERSION,
        "full": plan.full,
        "from_seq": plan.from_seq,
        "to_seq": to_seq,
        "personal_data": str(plan.personal_data),
        "previous_sha256": plan.previous_sha256,
        "audit_head": audit_head,
        "made_at": plan.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "totals": totals,
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table.name,
                "title": table.title,
                "path": f"{table.name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
                "rows": file.rows,
                "bytes": file.bytes,
                "hash": f"sha256:{file.sha256}",
                "schema": table.schema(whole=plan.full),
            }
            for table, file in zip(TABLES, files, strict=True)
        ],
    }


def write(manifest: dict[str, Any], folder: Path) -> str:
    """Write the manifest into ``folder`` and sync it.

    Returns:
        Its SHA-256 as hexadecimal text.

    Raises:
        FileRefused: the disk is full or read-only.
    """
    content = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    path = folder / MANIFEST
    with refusals_named(path):
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    return hashlib.sha256(content).hexdigest()


def epoch_of(folder: Path) -> str | None:
    """The epoch that a batch names; None where no manifest can be read."""
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    epoch = said.get("epoch") if isinstance(said, dict) else None
    return epoch if isinstance(epoch, str) else None
