"""The customers of a large made-up shop, each a pure function of a number: none is kept."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from data.demo import MadeShop
from data.searchable import name_initials
from models.terms import Tier
from models.text import digits_of, search_text

_BITS: Final = (1 << 64) - 1
_SPREAD: Final = 0x9E37_79B9_7F4A_7C15
_STIR: Final = 0xBF58_476D_1CE4_E5B9
_STRIDE: Final = 7_368_787
"""Shares no factor with ten: neighbours get numbers far apart, and no two get the same one before
all have been given."""

_TIERS: Final = (Tier.NONE,) * 3 + (Tier.SILVER,) * 5 + (Tier.GOLD,) * 3 + (Tier.DIAMOND,)
_CARE: Final = ("elderly", "elderly", "language", "hearing", "disability")
_CARED_FOR: Final = tuple(json.dumps([flag]) for flag in _CARE for _ in range(2))
_CONSENTS: Final = (1, 0, None)
_INITIALS: Final = "ABCDEFGHJKLMNPRSTW"


class MadePeople:
    """Customers by their number, counted from 1.

    Of ten, six are members; nineteen of twenty gave a telephone number, no two the same; one in
    six is to be served faster.
    """

    def __init__(self, made: MadeShop) -> None:
        words = made.words
        self._chinese = made.language == "zh_CN"
        self._surnames: list[str] = words["surnames"]
        # Chinese given names are put together anew from their characters, English ones get a second
        # initial: a thousand people of one name would be no shop.
        given: list[str] = words["given"]
        self._given = sorted({sign for name in given for sign in name}) if self._chinese else given
        self._second = ["", *self._given] if self._chinese else ["", *_INITIALS]
        self._phones: list[str] = words["many_phones"]
        self._streets: list[str] = words["streets"]
        self._address: str = words["address"]
        self._salt = made.seed * _SPREAD & _BITS

    def _bits(self, number: int) -> int:
        """Sixty-four bits of chance that belong to that number."""
        bits = (number * _SPREAD + self._salt) & _BITS
        bits = (bits ^ bits >> 31) * _STIR & _BITS
        return bits ^ bits >> 29

    def name(self, number: int) -> str:
        """The customer's name."""
        surname, given, second = self._parts(number)
        if self._chinese:
            return f"{surname}{given}{second}"
        return f"{given} {second} {surname}" if second else f"{given} {surname}"

    def name_words(self, number: int) -> str:
        """The name as full-text search reads it."""
        surname, given, second = self._parts(number)
        parts = (surname, given, second) if self._chinese else (given, second, surname)
        return " ".join([_words(part) for part in parts if part])

    def _parts(self, number: int) -> tuple[str, str, str]:
        bits = self._bits(number)
        bits, surname = divmod(bits, len(self._surnames))
        bits, given = divmod(bits, len(self._given))
        return self._surnames[surname], self._given[given], self._second[bits % len(self._second)]

    def _name_initials(self, number: int) -> str:
        surname, given, second = self._parts(number)
        if self._chinese:
            return _initials(surname) + _later_initial(given) + _later_initial(second)
        return _initials(given) + _initials(second) + _initials(surname)

    def tier(self, number: int) -> str:
        """The tier of the membership; ``none`` for those who are no members, too."""
        bits = self._bits(number)
        return _TIERS[bits // 10 % len(_TIERS)] if _is_member(bits) else Tier.NONE

    def is_cared_for(self, number: int) -> bool:
        """Whether the customer is to be served faster."""
        return self._bits(number) >> 9 & 63 < len(_CARED_FOR)

    def customer_row(self, number: int) -> tuple[Any, ...]:
        """The values of :data:`data.making.tables.CUSTOMER`."""
        bits = self._bits(number)
        words, customer_ref, member_no = self.name_words(number), None, None
        care = bits >> 9 & 63
        if _is_member(bits):
            customer_ref, member_no = f"M{10_000 + number}", _member_no(number)
            words = f"{words} m{10_000 + number} {member_no}"
        return (
            customer_ref,
            self.name(number),
            self._address_of(bits >> 7) if bits >> 6 & 1 else None,
            f"{bits % 12 + 1:02d}-{bits // 12 % 28 + 1:02d}" if member_no else None,
            _CARED_FOR[care] if care < len(_CARED_FOR) else "[]",
            1,
            _CONSENTS[bits // 3 % 3],
            self._name_initials(number),
            words,
        )

    def _address_of(self, bits: int) -> str:
        bits, street = divmod(bits, len(self._streets))
        return self._address.format(
            street=self._streets[street],
            number=bits % 120 + 1,
            door=(bits // 120 % 6 + 1) * 100 + bits // 720 % 4 + 1,
        )

    def phone_row(self, number: int) -> tuple[Any, ...] | None:
        """The values of :data:`data.making.tables.CUSTOMER_PHONE`, None for one in twenty."""
        if self._bits(number) >> 20 & 1023 < 51:
            return None
        pattern = self._phones[number % len(self._phones)]
        places = pattern.count("#")
        figures = f"{(number * _STRIDE + self._salt) % 10**places:0{places}d}"
        phone = _filled(pattern, figures)
        digits = digits_of(phone) if " " in phone else phone
        return number, phone, digits, 1

    def member_row(self, number: int, joined: list[str]) -> tuple[Any, ...] | None:
        """The values of :data:`data.making.tables.MEMBERSHIP`; ``joined`` are days to choose of."""
        bits = self._bits(number)
        if not _is_member(bits):
            return None
        return number, _member_no(number), self.tier(number), joined[bits >> 33 & 0xFF]


def _is_member(bits: int) -> bool:
    return bits % 10 < 6


def _member_no(number: int) -> str:
    return f"66{10_000_000 + number}"


def _filled(pattern: str, figures: str) -> str:
    """The pattern with its marks replaced by the figures, which are as many."""
    first = pattern.index("#")
    if pattern.endswith("#" * len(figures)):
        return pattern[:first] + figures
    given = iter(figures)
    return "".join(next(given) if sign == "#" else sign for sign in pattern)


@cache
def _words(part: str) -> str:
    return search_text(part)


@cache
def _initials(name: str) -> str:
    return name_initials(name) if name else ""


@cache
def _later_initial(sign: str) -> str:
    """The initial of a character that is no surname: surnames have readings of their own."""
    return name_initials(f"王{sign}")[1:]
