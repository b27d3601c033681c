"""How a condition and a rate of a pack are read: a ValueError refuses what they cannot be."""

from __future__ import annotations

import re
from fractions import Fraction

from counter.rules.facts import FLAGS
from counter.rules.policy import Condition
from models.terms import GoodsCategory


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
