"""What is damaged: in words of SQLite's own check, and where SQLite itself sees nothing.

Indexes can be made anew from their tables, so damage of theirs is told from damage of content. A
write-ahead log whose beginning was overwritten is what SQLite does not see.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_MAGIC: Final = {0x377F0682: "<", 0x377F0683: ">"}
"""First word of a log, always big-endian; it says in which order its checksums read bytes."""

_OF_SEARCH: Final = re.compile(r"^fts5:|FTS5 table")
_OF_INDEX: Final = re.compile(r"(?:missing from index|wrong # of entries in index) (\S+)$")


def damages(found: Iterable[tuple[Any, ...]]) -> list[str]:
    """What ``integrity_check`` or ``quick_check`` found, full-text indexes aside.

    Those have an examination and a repair of their own, and nothing but finding depends on them.
    """
    told = [str(row[0]) for row in found]
    return [one for one in told if one != "ok" and not _OF_SEARCH.search(one)]


def indexes_out_of_step(damages: list[str]) -> list[str]:
    """The indexes that do not fit their tables, among ``damages``."""
    return sorted({index[1] for one in damages if (index := _OF_INDEX.search(one))})


def is_beyond_repair(damages: list[str]) -> bool:
    """Whether more is damaged than indexes, which can be made anew from their tables."""
    return any(not _OF_INDEX.search(one) for one in damages)


def log_of(store: Path) -> Path:
    """The write-ahead log beside ``store``; it need not exist."""
    return store.with_name(f"{store.name}-wal")


def log_is_damaged(store: Path) -> bool:
    """Whether the log holds something that SQLite would silently throw away.

    SQLite takes a log with a wrong header for an empty one: what was saved since it was last
    folded into the store would be gone without a word. The header is synced before anything
    follows it, so no crash leaves a wrong one with something behind it. Looked at twice, because
    another terminal may be writing it at this moment.
    """
    return _is_damaged(store) and _is_damaged(store)


def _is_damaged(store: Path) -> bool:
    try:
        with log_of(store).open("rb") as log:
            header = log.read(_HEADER)
            more = len(log.read(_FRAME_HEADER)) == _FRAME_HEADER
    except OSError:  # there is none
        return False
    return more and not _is_sound(header)


def _is_sound(header: bytes) -> bool:
    order = _MAGIC.get(int.from_bytes(header[:4]))
    if order is None:
        return False
    words = struct.unpack(f"{order}6I", header[:24])
    one = two = 0
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFF_FFFF
        two = (two + second + one) & 0xFFFF_FFFF
    return struct.unpack(">2I", header[24:]) == (one, two)
