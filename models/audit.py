"""Who did what: an append-only chain of hashes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from models.base import Stored, not_empty, reference, table_args


class AuditEntry(Stored, table=True):
    """审计记录. ``hash`` covers the entry and the hash before it (``data.chain``).

    ``diff`` is canonical JSON, kept as the very text that was hashed. The bookkeeping of audit,
    imports and exports draws no change number: an idle night stays an empty batch.
    """

    __tablename__ = "audit_entry"
    __table_args__ = table_args(*not_empty("action"))

    at: datetime
    actor_id: int | None = reference("staff", default=None)
    actor: str = Field(max_length=32)
    action: str = Field(max_length=64)
    entity: str | None = Field(default=None, max_length=64)
    entity_uid: str | None = Field(default=None, max_length=64, index=True)
    diff: str = Field(default="{}")
    prev_hash: str = Field(max_length=64)
    hash: str = Field(unique=True, max_length=64)
