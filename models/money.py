"""Money: integers in minor units plus an ISO 4217 currency, never a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 minor units that differ from two; every other currency has two.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
_AMOUNT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\Z")


def minor_digits(currency: str) -> int:
    """How many decimal places the currency's minor unit stands for (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def to_minor(text: str, currency: str) -> int:
    """A decimal amount such as ``4.15`` in minor units, half up.

    Raises:
        ValueError: the text is no plain decimal number.
    """
    if not _AMOUNT.match(text):
        raise ValueError(text)
    scaled = Decimal(text).scaleb(minor_digits(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_minor(minor: int, currency: str) -> Decimal:
    """Minor units as an exact decimal of the currency's main unit."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def to_milli(text: str) -> int:
    """A quantity such as ``0.350`` in thousandths, exactly.

    Raises:
        ValueError: no plain decimal number, or more than three decimal places.
    """
    if not _AMOUNT.match(text):
        raise ValueError(text)
    scaled = Decimal(text).scaleb(3)
    if scaled != scaled.to_integral_value():
        raise ValueError(text)
    return int(scaled)
