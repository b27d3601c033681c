"""Marking a sentence for translation where it is written, translating it where it is shown."""

from __future__ import annotations


class Marked(str):
    """A marked message as a value of a sentence: it is translated with the sentence.

    Other texts among the values are people's, and are shown as they were written.
    """

    __slots__ = ()


def N_(message: str) -> str:
    """Mark ``message`` for the catalogues and return it unchanged.

    Rooms below ``counter`` cannot translate: they name the sentence, ``counter.language`` says it.
    """
    return message


def NP_(context: str, message: str) -> str:
    """Mark ``message`` for the catalogues under a context: "open" is a status and also a verb."""
    return message
