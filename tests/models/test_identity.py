from __future__ import annotations

import time
import uuid

from hypothesis import given
from hypothesis import strategies as st

from models.identity import new_uid, uid_from

MOMENTS = st.integers(0, 2**48 - 1)
RANDOMNESS = st.binary(min_size=10, max_size=10)


@given(MOMENTS, RANDOMNESS)
def test_layout_is_that_of_rfc_9562_version_7(milliseconds: int, randomness: bytes) -> None:
    parsed = uuid.UUID(text := uid_from(milliseconds, randomness))

    assert str(parsed) == text
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122
    assert parsed.int >> 80 == milliseconds


@given(MOMENTS, MOMENTS, RANDOMNESS, RANDOMNESS)
def test_uids_sort_by_time(one: int, other: int, first: bytes, second: bytes) -> None:
    if one != other:
        assert (uid_from(one, first) < uid_from(other, second)) == (one < other)


@given(MOMENTS, RANDOMNESS, RANDOMNESS)
def test_all_74_random_bits_count(milliseconds: int, first: bytes, second: bytes) -> None:
    kept = 0x0FFF << 64 | 0x3FFF_FFFF_FFFF_FFFF
    same = int.from_bytes(first, "big") & kept == int.from_bytes(second, "big") & kept

    assert (uid_from(milliseconds, first) == uid_from(milliseconds, second)) == same


def test_a_new_uid_is_of_this_moment_and_of_its_own() -> None:
    before = time.time_ns() // 1_000_000
    made = [uuid.UUID(new_uid()) for _ in range(100)]

    assert len(set(made)) == 100
    assert all(before <= uid.int >> 80 <= before + 10_000 for uid in made)
