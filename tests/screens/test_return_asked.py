from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.errors import InvalidInput
from models.money import from_minor
from screens.return_asked import minor_of


@given(some.integers(0, 10**12), some.sampled_from(["CNY", "JPY", "KWD"]))
def test_an_amount_is_read_as_it_is_written(minor: int, currency: str) -> None:
    assert minor_of(str(from_minor(minor, currency)), currency, "amount") == minor


@pytest.mark.parametrize(
    ("typed", "currency"),
    [("ten", "CNY"), ("-1", "CNY"), ("1.005", "CNY"), ("1.5", "JPY"), ("1e3", "CNY"), ("٣", "CNY")],
)
def test_what_is_no_amount_is_refused_at_its_field(typed: str, currency: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        minor_of(typed, currency, "amount_minor")
    assert refused.value.field == "amount_minor"


def test_nothing_typed_is_no_amount() -> None:
    assert minor_of("", "CNY", "amount_minor") is None


def test_a_comma_does_for_the_point() -> None:
    assert minor_of("12,50", "EUR", "amount_minor") == 1250
