"""From the text of a cell to the value that is stored, or a :class:`Rejection` with the column.

Each reader remembers what it has read: a file of half a million rows holds some thousand different
prices, dates and names, and looking one up is ten times as fast as reading it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import InvalidOperation
from enum import StrEnum
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from data.importing.rejection import Rejection
from data.reading import stored_instant
from models.messages import N_
from models.money import to_milli, to_minor
from models.people import PHONE_LEAST, PHONE_MOST
from models.terms import RejectCode
from models.text import clean_text, digits_of

ValueT = TypeVar("ValueT")

_REMEMBERED: Final = 50_000
_LONGEST_REMEMBERED: Final = 1000
"""Characters: a mebibyte of blanks around a name is no reason to keep a mebibyte."""

_MOST: Final = 10**12
"""Greatest amount (minor units) or quantity (thousandths): products of two still fit 64 bits."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_MONTH_DAY: Final = re.compile(r"[0-9]{2}-[0-9]{2}\Z")
_BARCODE_LENGTHS: Final = frozenset({8, 12, 13, 14})
_US_DAY: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})\Z")
_LOCAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_BOOLEANS: Final = {"true": True, "false": False}
_FIRST_YEAR: Final = 1970


class Remembered(dict[str, ValueT], Generic[ValueT]):
    """A cell reader that reads each distinct text once; a refused text is read again each time."""

    def __init__(self, read: Callable[[str], ValueT]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> ValueT:
        value = self._read(text)
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = value
        return value


def required(field: str, value: ValueT | None) -> ValueT:
    """``value``, which must not be empty."""
    if value is None:
        raise Rejection(RejectCode.MISSING_FIELD, N_("{column} is empty."), field=field)
    return value


def text(field: str, cell: str, limit: int) -> str | None:
    """Cleaned text of at most ``limit`` characters; None when nothing is left."""
    value = clean_text(cell)
    if len(value) > limit:
        raise Rejection(
            RejectCode.TOO_LONG,
            N_("{column} has {length} characters; {limit} are the most."),
            field=field,
            length=len(value),
            limit=limit,
        )
    return value or None


def whole(field: str, cell: str, *, least: int | None = None, most: int = _MOST) -> int | None:
    """A whole number."""
    value = clean_text(cell)
    if not value:
        return None
    if not _WHOLE.match(value):
        raise _bad_number(field, value)
    number = int(value)
    if not (-most if least is None else least) <= number <= most:
        raise _out_of_range(field, value)
    return number


def quantity(field: str, cell: str) -> int | None:
    """A decimal quantity of at most three places, in thousandths."""
    value = clean_text(cell)
    if not value:
        return None
    try:
        milli = to_milli(value)
    except ValueError as error:
        raise _bad_number(field, value) from error
    if abs(milli) > _MOST:
        raise _out_of_range(field, value)
    return milli


def amount(field: str, cell: str, currency: str) -> int | None:
    """A decimal amount of money in minor units, half up."""
    value = clean_text(cell)
    if not value:
        return None
    try:
        minor = to_minor(value, currency)
    except ValueError as error:
        raise _bad_number(field, value) from error
    except InvalidOperation as error:  # more digits than are reckoned with
        raise _out_of_range(field, value) from error
    if abs(minor) > _MOST:
        raise _out_of_range(field, value)
    return minor


def currency(field: str, cell: str) -> str | None:
    """The three letters of an ISO 4217 currency."""
    value = clean_text(cell)
    if value and not _CURRENCY.match(value):
        raise Rejection(
            RejectCode.BAD_VALUE,
            N_("{column}: '{value}' is no currency."),
            field=field,
            value=value,
        )
    return value or None


def instant(field: str, cell: str) -> str | None:
    """A UTC instant in ISO 8601 with its zone, as the store keeps it."""
    value = clean_text(cell)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Rejection(
            RejectCode.BAD_DATE,
            N_("{column}: '{value}' is no instant such as 2025-03-08T10:42:00Z."),
            field=field,
            value=value,
        ) from error
    if moment.year < _FIRST_YEAR:
        raise _too_early(field, value)
    return stored_instant(moment)


def local_instant(field: str, cell: str, zone: ZoneInfo) -> tuple[str, str] | None:
    """A local time such as ``2010-12-01 08:26:00``: the stored instant, and the local date."""
    value = clean_text(cell)
    if not value:
        return None
    try:
        if not _LOCAL.match(value):
            raise ValueError(value)
        moment = datetime.fromisoformat(value).replace(tzinfo=zone)
    except ValueError as error:
        raise Rejection(
            RejectCode.BAD_DATE,
            N_("{column}: '{value}' is no time such as 2010-12-01 08:26:00."),
            field=field,
            value=value,
        ) from error
    if moment.year < _FIRST_YEAR:
        raise _too_early(field, value)
    return stored_instant(moment), moment.date().isoformat()


def day(field: str, cell: str) -> str | None:
    """An ISO date, as the store keeps it."""
    value = clean_text(cell)
    if not value:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise Rejection(
            RejectCode.BAD_DATE,
            N_("{column}: '{value}' is no date such as 2025-03-08."),
            field=field,
            value=value,
        ) from error
    if found.year < _FIRST_YEAR:
        raise _too_early(field, value)
    return found.isoformat()


def us_day(field: str, cell: str) -> str | None:
    """A date with the month first, ``03/23/2016``, as the store keeps it."""
    value = clean_text(cell)
    if not value:
        return None
    try:
        if not (parts := _US_DAY.match(value)):
            raise ValueError(value)
        month, day_of_month, year = map(int, parts.groups())
        found = date(year, month, day_of_month)
    except ValueError as error:
        raise Rejection(
            RejectCode.BAD_DATE,
            N_("{column}: '{value}' is no date such as 03/23/2016, month first."),
            field=field,
            value=value,
        ) from error
    if found.year < _FIRST_YEAR:
        raise _too_early(field, value)
    return found.isoformat()


def month_day(field: str, cell: str) -> str | None:
    """A birthday without its year, ``02-29`` included."""
    value = clean_text(cell)
    if not value:
        return None
    try:
        if not _MONTH_DAY.match(value):
            raise ValueError(value)
        date.fromisoformat(f"2000-{value}")
    except ValueError as error:
        raise Rejection(
            RejectCode.BAD_DATE,
            N_("{column}: '{value}' is no day of the year such as 02-29."),
            field=field,
            value=value,
        ) from error
    return value


def boolean(field: str, cell: str) -> bool | None:
    """``true`` or ``false``; spreadsheets make capitals of them."""
    value = clean_text(cell)
    if not value:
        return None
    found = _BOOLEANS.get(value.lower())
    if found is None:
        raise Rejection(
            RejectCode.BAD_VALUE,
            N_("{column}: '{value}' is neither true nor false."),
            field=field,
            value=value,
        )
    return found


def term(field: str, cell: str, terms: type[StrEnum]) -> str | None:
    """One of the terms of an enumeration."""
    value = clean_text(cell)
    if value and value not in set(terms):
        raise Rejection(
            RejectCode.BAD_VALUE,
            N_("{column}: '{value}' is not one of: {choices}."),
            field=field,
            value=value,
            choices=", ".join(terms),
        )
    return value or None


def barcode(field: str, cell: str) -> str | None:
    """A GTIN of 8, 12, 13 or 14 digits, with its check digit, as text."""
    value = clean_text(cell)
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or len(value) not in _BARCODE_LENGTHS:
        raise Rejection(
            RejectCode.BAD_BARCODE,
            N_("{column}: '{value}' is no barcode of 8, 12, 13 or 14 digits."),
            field=field,
            value=value,
        )
    if _check_digit(value[:-1]) != int(value[-1]):
        raise Rejection(
            RejectCode.BAD_BARCODE,
            N_("{column}: the check digit of {value} is wrong; a digit was misread."),
            field=field,
            value=value,
        )
    return value


def _check_digit(digits: str) -> int:
    """GS1: weights 3 and 1 in turn, from the right (General Specifications, 7.9.1)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -total % 10


def phone(field: str, cell: str) -> tuple[str, str] | None:
    """A telephone number as it was given, and its digits."""
    value = clean_text(cell)
    if not value:
        return None
    digits = digits_of(value)
    fits = PHONE_LEAST <= len(digits) <= PHONE_MOST and len(value) <= 40
    if not fits or _LETTERS.search(value):
        raise Rejection(
            RejectCode.BAD_PHONE,
            N_("{column}: '{value}' is no telephone number of {least} to {most} digits."),
            field=field,
            value=value,
            least=PHONE_LEAST,
            most=PHONE_MOST,
        )
    return value, digits


def phones(field: str, cell: str) -> tuple[tuple[str, str], ...]:
    """Several telephone numbers with ``;`` between them, each digits-string once."""
    found: dict[str, tuple[str, str]] = {}
    for part in cell.split(";"):
        number = phone(field, part)
        if number is not None:
            found.setdefault(number[1], number)
    return tuple(found.values())


def _bad_number(field: str, value: str) -> Rejection:
    return Rejection(
        RejectCode.BAD_NUMBER, N_("{column}: '{value}' is no number."), field=field, value=value
    )


def _out_of_range(field: str, value: str) -> Rejection:
    return Rejection(
        RejectCode.BAD_NUMBER,
        N_("{column}: {value} is too great or too small."),
        field=field,
        value=value,
    )


def _too_early(field: str, value: str) -> Rejection:
    return Rejection(
        RejectCode.BAD_DATE,
        N_("{column}: {value} lies before 1970."),
        field=field,
        value=value,
    )
