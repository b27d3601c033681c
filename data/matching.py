"""What was typed as an expression for a full-text index: whole words, and beginnings bounded.

SQLite answers ``to*`` by merging the rows of every word that begins so before it gives the first:
7 ms for one common word at a million tickets, 40 ms for a digit. The words themselves lie sorted in
the index; the few that begin so are named instead, and whole words give their newest rows at once.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from data.reading import Reader
from models.text import is_written_without_spaces, search_phrases

FEWEST_LETTERS: Final = 2
"""One letter is a whole word: of a name it is an initial, which has an index of its own."""

MOST_WORDS: Final = 32
"""Words that a beginning may stand for. One that more words share says too little; type on."""

_KEPT: Final = frozenset("ǡ")
"""Letters with accents that the index keeps as they are."""

# Each step seeks the first word from one place on: the sign behind the word found before.
_BEGINNING_SO: Final = """
    WITH RECURSIVE word (text) AS (
        SELECT (SELECT term FROM temp.{table}_words WHERE term >= :beginning LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM temp.{table}_words WHERE term >= word.text || char(1) LIMIT 1)
        FROM word WHERE word.text < :end
        LIMIT :most)
    SELECT text FROM word WHERE text < :end
"""


def expression(reader: Reader, table: str, query: str) -> str:
    """The full-text expression for ``query`` in ``table``'s index; empty when it holds no word.

    Every word typed is a phrase of its parts. Each part is quoted, so nothing that a person types
    is an operator of the index.
    """
    phrases = [parts_of(words) for words in search_phrases(query)]
    phrases = [parts for parts in phrases if parts]
    if not phrases:
        return ""
    *before, last = phrases
    wanted = [quoted(parts) for parts in before]
    meant = [last] if query.endswith(" ") else [last, *_completed(reader, table, last)]
    alternatives = " OR ".join(quoted(parts) for parts in meant)
    return " AND ".join([*wanted, f"({alternatives})"])


def words_beginning(reader: Reader, table: str, beginning: str) -> list[str]:
    """The first words in ``table``'s index that begin so, at most :data:`MOST_WORDS`."""
    found = reader.all(
        _BEGINNING_SO.format(table=table),
        beginning=beginning,
        end=end_of(beginning),
        most=MOST_WORDS,
    )
    return [row[0] for row in found]


def end_of(beginning: str) -> str:
    """What sorts behind every text that begins so; unlike LIKE the same on every engine."""
    return beginning + "\U0010ffff"


def _completed(reader: Reader, table: str, parts: list[str]) -> list[list[str]]:
    """The phrase with its last word completed in every way that the index knows."""
    *head, last = parts
    if is_written_without_spaces(last) or len(last) < FEWEST_LETTERS or not last[0].isalpha():
        return []  # one sign is a whole word; numbers that begin so are found by their own indexes
    bare = without_accents(last)
    return [[*head, word] for word in words_beginning(reader, table, bare) if word != last]


def parts_of(words: list[str]) -> list[str]:
    """The words as the index splits them: it takes an underscore for a gap."""
    return [part for word in words for part in word.replace("_", " ").split()]


def quoted(parts: list[str]) -> str:
    """The words as one phrase of an expression."""
    return f'"{" ".join(parts)}"'


def without_accents(word: str) -> str:
    """The word as the index keeps it: without the accents of Latin letters, and of no others.

    Elsewhere a mark makes another letter: Russian short i is not i, Japanese ga is not ka.
    """
    if word.isascii():
        return word
    return "".join(map(_bare, unicodedata.normalize("NFC", word)))


@lru_cache(maxsize=10_000)
def _bare(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign)[0]
    return base if base.isascii() and sign not in _KEPT else sign
