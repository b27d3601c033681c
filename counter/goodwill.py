"""Goodwill: the base of a compensation that no law asks for, kept as a word of no language."""

from __future__ import annotations

from typing import Final

from counter.language import _
from models.messages import N_

GOODWILL: Final = "goodwill"
"""What a compensation keeps as its base."""

_WORD: Final = N_("goodwill")


def is_goodwill(base: str) -> bool:
    """Whether a base says that no law asks for it: in English, or as it is said here."""
    return base.strip().casefold() in (GOODWILL, _(_WORD).casefold())


def base_words(base: str) -> str:
    """The base of a compensation in words: the article, or that it is goodwill."""
    return _(_WORD) if base == GOODWILL else base
