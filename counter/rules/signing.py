"""PINs and waiting times after wrong ones. Pure: the store keeps the counts."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Final

PIN_DIGITS: Final = 6
"""Fewest digits of a PIN: four are guessed from a stolen file in half an hour, six in two days."""

PIN_MOST: Final = 32

FREE_TRIES: Final = 5
"""Wrong tries before the first delay."""

_FIRST_DELAY: Final = timedelta(seconds=30)
_LONGEST_DELAY: Final = timedelta(hours=1)


def delay_after(failed_tries: int) -> timedelta:
    """How long sign-in stays shut after so many wrong tries in a row: 30 s, doubling, to 1 h."""
    if failed_tries < FREE_TRIES:
        return timedelta()
    doublings = min(failed_tries - FREE_TRIES, 16)
    return min(_FIRST_DELAY * (1 << doublings), _LONGEST_DELAY)


def pin_is_weak(pin: str) -> bool:
    """Whether a PIN would be among the first that a thief tries: 111111, 123456, 654321."""
    steps = {(ord(second) - ord(first)) % 10 for first, second in pairwise(pin)}
    return steps <= {0} or steps <= {1} or steps <= {9}
