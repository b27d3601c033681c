"""Identity of rows outside the store: UUID version 7 (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import time


def new_uid(milliseconds: int | None = None) -> str:
    """A new UUIDv7 as text: 48 bits of Unix milliseconds, then 74 random bits.

    ``uuid.uuid7`` exists from Python 3.14 on; this is the same layout for 3.11. The time part only
    makes the values sort by age; nothing in Counter reads it back.

    Args:
        milliseconds: Unix time for made-up data (the demo shop); the system's time when absent.
    """
    moment = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    return uid_from(moment, os.urandom(10))


def uid_from(milliseconds: int, randomness: bytes) -> str:
    """The UUIDv7 made of ``milliseconds`` and ten bytes, for imports that draw them in bulk."""
    high = (
        (milliseconds & 0xFFFF_FFFF_FFFF) << 16
        | 0x7000
        | (int.from_bytes(randomness[:2], "big") & 0x0FFF)
    )
    low = int.from_bytes(randomness[2:], "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    digits = f"{high:016x}{low:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
