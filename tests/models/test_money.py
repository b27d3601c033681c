from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import from_minor, minor_digits, to_milli, to_minor

CURRENCIES = st.sampled_from(["CNY", "EUR", "USD", "JPY", "KWD", "CLF"])


@given(st.integers(-(10**15), 10**15), CURRENCIES)
def test_minor_units_survive_being_written_out(minor: int, currency: str) -> None:
    assert to_minor(f"{from_minor(minor, currency):f}", currency) == minor


@given(st.decimals(-(10**9), 10**9, places=6), CURRENCIES)
def test_rounding_moves_an_amount_by_half_a_unit_at_most(amount: Decimal, currency: str) -> None:
    moved = abs(from_minor(to_minor(f"{amount:f}", currency), currency) - amount)

    assert moved * 2 <= Decimal(1).scaleb(-minor_digits(currency))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("4.15", "CNY", 415),
        ("1.005", "CNY", 101),
        ("1.0049", "CNY", 100),
        ("-1.005", "CNY", -101),
        ("0.5", "JPY", 1),
        ("299", "JPY", 299),
        ("1.2345", "KWD", 1235),
        ("007.10", "GBP", 710),
    ],
)
def test_halves_go_up_in_the_currencys_own_unit(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", "1,5", "1e3", "NaN", "Infinity", "1.", ".5", " 1", "1\n", "１", "0x1", "--1"]
)
def test_anything_but_a_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        to_minor(text, "CNY")
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        to_milli(text)


@given(st.integers(-(10**12), 10**12))
def test_thousandths_are_exact(milli: int) -> None:
    assert to_milli(f"{Decimal(milli).scaleb(-3):f}") == milli


def test_a_fourth_decimal_of_a_quantity_is_refused_unless_it_is_nothing() -> None:
    assert to_milli("0.3500") == 350
    with pytest.raises(ValueError, match=r"0\.3501"):
        to_milli("0.3501")
