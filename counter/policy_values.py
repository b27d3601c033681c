"""How one parameter of a pack is read: each kind refuses what it cannot be with a ValueError."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NamedTuple

from counter.rules.facts import FLAGS
from counter.rules.policy import Condition
from models.terms import GoodsCategory

NONE: Final = "none"
"""How a pack says that a right or a rate does not exist."""


class Kind(NamedTuple):
    """How a parameter is read (a ValueError refuses it), and what it may be.

    What a later program adds must not be required, or no kept version could be judged by any more.
    """

    read: Callable[[Any], Any]
    possible: str
    required: bool = True


def number(least: int, most: int) -> Kind:
    """A whole number within its bounds."""

    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError
        return value

    return Kind(read, f"{least} ... {most}")


def or_none(kind: Kind) -> Kind:
    """The same, or the word for a right or a rate that does not exist: None."""
    return Kind(
        lambda value: None if value == NONE else kind.read(value), f'{kind.possible}, "{NONE}"'
    )


def matching(pattern: str, possible: str) -> Kind:
    """A text of a fixed form."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError
        return value

    return Kind(read, possible)


def listed(read: Callable[[Any], Any], possible: str) -> Kind:
    """A list, each item of it read alike."""

    def read_all(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError
        return [read(one) for one in value]

    return Kind(read_all, possible)


def condition(written: object) -> Condition:
    """``fresh_food``, ``resale_ok``, ``not misuse``, ``opened cosmetics``."""
    words = written.split() if isinstance(written, str) else []
    value = words[:1] != ["not"]
    words = words if value else words[1:]
    field = words.pop(0) if words and words[0] in FLAGS else None
    category = GoodsCategory(words.pop(0)) if words else None
    if words or (field is None and (category is None or not value)):
        raise ValueError
    return Condition(category, field, value)


def need(written: object) -> Condition:
    """A condition that goods can meet: one of a fact."""
    found = condition(written)
    if found.field is None:  # a category cannot be needed
        raise ValueError
    return found


def rate(value: str) -> Fraction:
    """A part of the price, exactly: ``0.005``."""
    if not re.fullmatch(r"0(\.[0-9]{1,12})?|1", value):
        raise ValueError
    return Fraction(value)
