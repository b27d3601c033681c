"""The audit chain in raw transactions; ``data.store`` appends to the same chain through the ORM."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data import chain
from data.driver import sqlite3
from data.reading import stored_instant
from models.identity import new_uid


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry to be appended: who did what to which row, and when."""

    actor_id: int | None
    actor: str
    at: datetime
    action: str
    entity: str | None = None
    entity_uid: str | None = None
    diff: dict[str, Any] = field(default_factory=dict)


def append(connection: sqlite3.Connection, deeds: Iterable[Deed]) -> None:
    """Append ``deeds`` in their order; to be called in a write transaction."""
    row = connection.execute("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1").fetchone()
    head = row[0] if row else chain.GENESIS
    for deed in deeds:
        diff = chain.canonical(deed.diff)
        previous, head = (
            head,
            chain.entry_hash(
                head,
                at=deed.at,
                actor=deed.actor,
                action=deed.action,
                entity=deed.entity,
                entity_uid=deed.entity_uid,
                diff=diff,
            ),
        )
        connection.execute(
            "INSERT INTO audit_entry (uid, at, actor_id, actor, action, entity, entity_uid, diff, "
            "prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new_uid(),
                stored_instant(deed.at),
                deed.actor_id,
                deed.actor,
                deed.action,
                deed.entity,
                deed.entity_uid,
                diff,
                previous,
                head,
            ),
        )
