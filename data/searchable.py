"""What is written beside a customer so that the find box finds them: initials and search text."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from models.text import search_text

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PARTS: Final = re.compile(f"[{_HAN}]+|[^\\W\\d_{_HAN}]+")
_IS_HAN: Final = re.compile(f"[{_HAN}]")

_SURNAMES: Final = {
    "单": "s", "仇": "q", "解": "x", "曾": "z", "查": "z", "翟": "z", "乐": "y", "区": "o",
    "繁": "p", "种": "c", "折": "s", "召": "s", "秘": "b", "么": "y", "覃": "q", "祭": "z",
    "句": "g", "藏": "z",
}  # fmt: skip
"""Surnames whose reading begins with another letter than the character's usual reading."""

_COMPOUND: Final = ("单于",)
"""Compound surnames that begin with one of those characters and are read as usual."""


def name_initials(name: str) -> str:
    """The first letters of a name in lower case: ``zs`` for 张三, ``jd`` for Jane Doe.

    Han characters count one by one by their pinyin, a surname by its reading as a surname (单 is
    ``s``); of other words the first letter counts, without its accent. Empty for a name without
    letters.
    """
    parts = _PARTS.findall(unicodedata.normalize("NFKC", name))
    return "".join(
        _han_initials(part, first=number == 0) if _IS_HAN.match(part) else _letter(part)
        for number, part in enumerate(parts)
    )


def _letter(word: str) -> str:
    return unicodedata.normalize("NFKD", word.casefold())[:1]


def _han_initials(text: str, *, first: bool) -> str:
    from pypinyin import Style, lazy_pinyin  # a third of a second: only where a name needs it

    letters = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))
    if first and text[0] in _SURNAMES and not text.startswith(_COMPOUND):
        return _SURNAMES[text[0]] + letters[1:]
    return letters


def customer_search_text(
    name: str | None, customer_ref: str | None = None, member_no: str | None = None
) -> str:
    """What the full-text index reads of a customer: name, reference and member number."""
    return search_text(name, customer_ref, member_no)
