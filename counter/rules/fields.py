"""Checking what was typed: every fault is found, each with the field it belongs to."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from models.errors import InvalidInput
from models.messages import N_
from models.money import minor_digits, to_minor
from models.text import clean_text

TermT = TypeVar("TermT", bound=StrEnum)


def named(typed: str, sentence: str, field: str | None = None) -> str:
    """The number that names something, cleaned.

    Raises:
        InvalidInput: there is none, in the words of ``sentence``.
    """
    value = clean_text(typed)
    if not value:
        raise InvalidInput(sentence, field=field)
    return value


def ticket_number(typed: str) -> str:
    """A ticket's number as the store has it.

    Raises:
        InvalidInput: none was given.
    """
    sentence = N_("Please give the number of a ticket, such as C-20250303-0007.")
    return named(typed, sentence).upper()


_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?")

_LINE_DIGITS: Final = 9
"""Most digits of a receipt line's number; the store refuses integers over 64 bits."""


def line_number(typed: str) -> int | None:
    """The number of a receipt's line, or None where the text can be none."""
    text = clean_text(typed)
    is_number = text.isascii() and text.isdigit() and len(text) <= _LINE_DIGITS
    return int(text) if is_number else None


class Faults:
    """Collects what is wrong with a form, so that all of it can be said at once.

    Every check takes the typed text (or None), cleans it, and gives back the value to store; an
    empty text counts as None.
    """

    def __init__(self) -> None:
        self.found: list[InvalidInput] = []

    def add(self, field: str, sentence: str, **values: object) -> None:
        """Note that ``field`` is wrong, and how to mend it."""
        self.found.append(InvalidInput(sentence, field=field, **values))

    def text(
        self,
        field: str,
        typed: str | None,
        *,
        required: bool = False,
        limit: int = 200,
        lines: bool = False,
    ) -> str | None:
        """Free text of at most ``limit`` characters; ``lines`` keeps line breaks."""
        value = clean_text(typed or "", lines=lines) or None
        if value is None and required:
            self.add(field, N_("Please fill this in."))
        elif value is not None and len(value) > limit:
            self.add(
                field,
                N_("At most {limit} characters; these are {length}."),
                limit=limit,
                length=len(value),
            )
        return value

    def matching(
        self, field: str, typed: str | None, pattern: re.Pattern[str], sentence: str
    ) -> str | None:
        """Text of a fixed form; ``sentence`` says which."""
        value = clean_text(typed or "") or None
        if value is not None and not pattern.match(value):
            self.add(field, sentence)
        return value

    def choice(self, field: str, typed: str | None, choices: Container[str]) -> str | None:
        """One of ``choices``."""
        value = clean_text(typed or "") or None
        if value is not None and value not in choices:
            self.add(field, N_("'{value}' is not one of the choices."), value=value)
        return value

    def term(
        self, field: str, typed: str | None, terms: type[TermT], *, required: bool = False
    ) -> TermT | None:
        """A member of an enumeration by its value."""
        value = clean_text(typed or "")
        if not value:
            if required:
                self.add(field, N_("Please choose one."))
            return None
        try:
            return terms(value)
        except ValueError:
            self.add(
                field,
                N_("'{value}' is not one of: {choices}."),
                value=value,
                choices=", ".join(terms),
            )
            return None

    def day(self, field: str, typed: str | date | None, *, required: bool = False) -> date | None:
        """An ISO date."""
        if isinstance(typed, date):
            return typed
        value = clean_text(typed or "")
        if not value:
            if required:
                self.add(field, N_("Please give a date."))
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.add(field, N_("Write the date as 2025-03-08."))
            return None

    def money(self, field: str, typed: str | None, currency: str) -> int | None:
        """An amount such as ``299.00``, in minor units of the currency."""
        value = clean_text(typed or "")
        if not value:
            return None
        decimals = minor_digits(currency)
        if _AMOUNT.fullmatch(value) and len(value.partition(".")[2]) <= decimals:
            return to_minor(value, currency)
        example = "12.50" if decimals else "12"
        self.add(field, N_("Write an amount such as {example}."), example=example)
        return None

    def raise_if_any(self) -> None:
        """Stop here when anything is wrong.

        Raises:
            InvalidInput: the first fault; all of them are in its ``faults``.
        """
        if self.found:
            first = self.found[0]
            first.faults = tuple(self.found)
            raise first
