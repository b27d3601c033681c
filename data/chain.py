"""The audit chain: each entry's hash covers the entry and the hash before it.

Whoever changes a past entry must change every later one, and the head of the chain has already
left with each nightly export.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

GENESIS: Final = "0" * 64
"""What stands before the first entry."""

COLUMNS: Final = "id, at, actor, action, entity, entity_uid, diff, prev_hash, hash"


def canonical(diff: Mapping[str, Any]) -> str:
    """The one JSON text of ``diff``: sorted keys, no blanks, dates as ISO text."""
    return json.dumps(diff, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def entry_hash(
    prev_hash: str,
    *,
    at: datetime,
    actor: str,
    action: str,
    entity: str | None,
    entity_uid: str | None,
    diff: str,
) -> str:
    """SHA-256 over the previous hash and every field of the entry, as hexadecimal text."""
    moment = f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    return hash_of_fields(prev_hash, moment, actor, action, entity or "", entity_uid or "", diff)


def hash_of_fields(*fields: str) -> str:
    """The hash of an entry whose fields are texts already, the hash before it first."""
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainState:
    """What a walk over the chain found.

    Attributes:
        entries: how many entries were read.
        head: hash of the last good entry.
        broken_at: id of the first entry that does not fit, or None.
    """

    entries: int
    head: str
    broken_at: int | None


def verify(rows: Iterable[tuple[Any, ...]]) -> ChainState:
    """Walk ``rows`` (:data:`COLUMNS`, by id) and stop at the first entry that does not fit."""
    head, count = GENESIS, 0
    for row_id, *fields, prev_hash, stored in rows:
        if prev_hash != head or _hash_of_row(head, *fields) != stored:
            return ChainState(count, head, row_id)
        head, count = stored, count + 1
    return ChainState(count, head, None)


def _hash_of_row(
    head: str, at: Any, actor: str, action: str, entity: str | None, uid: str | None, diff: str
) -> str | None:
    """The hash of a stored entry; None where a field holds what nobody could have written."""
    try:
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)
        return entry_hash(
            head, at=moment, actor=actor, action=action, entity=entity, entity_uid=uid, diff=diff
        )
    except (TypeError, ValueError, OverflowError):
        return None
