"""Text from people: cleaned where it enters and where it leaves, and made findable.

Textual sends raw escape bytes from data to the terminal even with markup off, and direction
overrides make a line say something else than it holds; neither ever gets into the store.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# C0 without newline, DEL, C1, direction overrides and isolates, lone surrogates.
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_SPACES = re.compile(r"[ \u00a0\u3000]+")
_NOT_DIGIT = re.compile(r"\D+")
_NOT_WORD = re.compile(r"[^\w]+")


@cache
def _without_spaces() -> re.Pattern[str]:
    """Han (with extensions A-H and compatibility), kana and Hangul: written without spaces.

    Compiled by the first search: it takes as long as all that every start needs of this module.
    """
    return re.compile(
        "([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af])"
    )


def clean_text(text: str, *, lines: bool = False) -> str:
    """``text`` in NFC, without control or direction-override characters, trimmed.

    Args:
        text: what a person typed, pasted or imported.
        lines: keep line breaks (notes); otherwise they become spaces.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n")
    if not lines:
        text = text.replace("\n", " ")
    # Composed last: what is taken away may have kept a letter and its accent apart.
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", text)).strip()


def harmless(text: str) -> str:
    """``text`` as it was, line breaks too, but nothing in it that a terminal would obey."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _FORBIDDEN.sub("", text)


def shortened(text: str, longest: int) -> str:
    """``text`` with at most ``longest`` characters: what is too much goes from its middle."""
    if len(text) <= longest:
        return text
    kept = (longest - 5) // 2
    return f"{text[:kept]} ... {text[-kept:]}"


def digits_of(text: str) -> str:
    """The decimal digits of a phone number in ASCII, whatever stands between them."""
    return _NOT_DIGIT.sub("", unicodedata.normalize("NFKC", text))


def folded(text: str) -> str:
    """``text`` for comparing: NFKC, case folded, single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def search_text(*parts: str | None) -> str:
    """What the full-text index reads: folded, every Han, kana and Hangul character a word.

    FTS5's trigram tokenizer silently finds nothing for words of one or two characters (most
    Chinese names and words such as 退货), so each character becomes a word of its own and a query
    becomes a phrase (:func:`search_phrases`).
    """
    spaced = _without_spaces().sub(r" \1 ", folded(" ".join(part for part in parts if part)))
    return " ".join(_NOT_WORD.sub(" ", spaced).split())


def is_written_without_spaces(word: str) -> bool:
    """Whether ``word`` is one sign that is a word of its own to the index."""
    return _without_spaces().fullmatch(word) is not None


def search_phrases(query: str) -> list[list[str]]:
    """The query as phrases of words, one per space-separated word that was typed."""
    return [words for part in folded(query).split() if (words := search_text(part).split())]


def mask_phone(phone: str) -> str:
    """``138****5678``: the form of a phone number everywhere but on the profile."""
    digits = digits_of(phone)
    if len(digits) < 7:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"


def mask_name(name: str) -> str:
    """``张*`` or ``Z*``: the form of a name in masked exports."""
    return f"{name[:1]}*" if name else ""


def short_name(name: str) -> str:
    """``张*``, ``Zhang S.``, ``Z*``: a name on a board that customers may see, too."""
    words = name.split()
    if len(words) > 1:
        return f"{words[0]} {words[-1][:1]}."
    return mask_name(name)
