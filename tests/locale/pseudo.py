"""A language that no word escapes unseen: every letter of every message is another one."""

from __future__ import annotations

import gettext
import re
from typing import Final

import pytest

from counter import language

# Letters of one cell that look strange and are no ASCII: what is left in ASCII was not translated.
_SMALL: Final = {ord("a") + at: 0x0250 + at for at in range(26)}
_CAPITAL: Final = {ord("A") + at: 0x0180 + at for at in range(26)}

_NO_WORDS: Final = re.compile(r"(?<!\S)/\S+|[0-9a-f]{32,}")

_PLACEHOLDER: Final = re.compile(r"(\{[^{}]*\})")


def disguised(message: str) -> str:
    """``message`` in other letters; what stands in braces stays."""
    return "".join(
        part if part.startswith("{") else part.translate(_SMALL | _CAPITAL)
        for part in _PLACEHOLDER.split(message)
    )


class Pseudo(gettext.NullTranslations):
    """Translates everything that is asked for, and nothing else."""

    def gettext(self, message: str) -> str:
        return disguised(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return disguised(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return disguised(message)


def speak_pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak the pseudo-language, whatever language is asked for; dates are Chinese."""
    monkeypatch.setattr(language, "_translations", Pseudo())
    monkeypatch.setattr(language, "_active", "zh_CN")
    monkeypatch.setattr(language, "use", lambda name: None)


def words_left(text: str, data: frozenset[str]) -> set[str]:
    """The words of two ASCII letters or more in ``text`` that are not in ``data``.

    Paths and hashes are no words.
    """
    return set(re.findall(r"[A-Za-z]{2,}", _NO_WORDS.sub(" ", text))) - data
