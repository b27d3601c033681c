"""Marking a sentence for translation where it is written, translating it where it is shown."""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark ``message`` for the catalogues and return it unchanged.

    Rooms below ``counter`` cannot translate: they name the sentence, ``counter.language`` says it.
    """
    return message


def NP_(context: str, message: str) -> str:
    """Mark ``message`` for the catalogues under a context: "open" is a status and also a verb."""
    return message
