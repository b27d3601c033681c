from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.driver import sqlite3
from data.location import Location
from data.matching import expression
from data.reading import Reader
from models.text import clean_text, digits_of, mask_name, mask_phone, search_phrases, search_text

# Any text, and text that is hardly anything but danger.
_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SNEAKY = (
    "\x00\x07\x08\x1b\x7f\x85\x9b\x9d" + _OVERRIDES + "\u2028\u2029\r\n\t\ufeff\udcff\u3000e\u0301"
)
TEXT = st.one_of(st.text(), st.text(st.sampled_from(_SNEAKY + "ab退货")))


def obeyed_by_a_terminal(text: str, *, lines: bool) -> list[str]:
    allowed = "\n" if lines else ""
    return [
        char
        for char in text
        if (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char not in allowed)
        or unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF")
        or unicodedata.bidirectional(char) in ("LRI", "RLI", "FSI", "PDI")
    ]


@given(TEXT, st.booleans())
def test_nothing_that_a_terminal_obeys_is_left(text: str, lines: bool) -> None:
    assert obeyed_by_a_terminal(clean_text(text, lines=lines), lines=lines) == []


@given(TEXT, st.booleans())
@example("e\x00\u0301", False)
def test_cleaning_twice_is_cleaning_once(text: str, lines: bool) -> None:
    once = clean_text(text, lines=lines)

    assert clean_text(once, lines=lines) == once


@given(TEXT, st.booleans())
@example("e\u202a\u0301", False)
def test_clean_text_is_nfc_and_trimmed(text: str, lines: bool) -> None:
    clean = clean_text(text, lines=lines)

    assert unicodedata.is_normalized("NFC", clean)
    assert clean == clean.strip()


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_printed_characters_stay(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


def test_line_breaks_stay_in_notes_and_become_blanks_elsewhere() -> None:
    assert clean_text("one\r\ntwo\rthree\u2028four", lines=True) == "one\ntwo\nthree\nfour"
    assert clean_text("one\r\ntwo") == "one two"


def test_escape_sequences_lose_their_teeth() -> None:
    assert clean_text("\x1b]0;title\x07\x9b31mred") == "]0;title31mred"


# --- phones ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("138-0013 5678", "13800135678"), ("(021)１２３", "021123"), ("+86 138", "86138"), ("", "")],
)
def test_digits_are_kept_with_their_leading_zeros(typed: str, digits: str) -> None:
    assert digits_of(typed) == digits


@given(st.text("0123456789", min_size=7, max_size=20))
def test_a_masked_phone_shows_three_and_four_digits_only(digits: str) -> None:
    assert mask_phone(digits) == f"{digits[:3]}****{digits[-4:]}"


@given(st.text("0123456789", max_size=6))
def test_a_short_number_shows_its_last_two_digits_at_most(digits: str) -> None:
    assert mask_phone(digits).replace("*", "") == digits[-2:]


def test_a_masked_name_shows_its_first_character() -> None:
    assert (mask_name("张三"), mask_name("Zoe"), mask_name("")) == ("张*", "Z*", "")


# --- search ---------------------------------------------------------------------------------


WORDS = "CREATE VIRTUAL TABLE temp.notes_words USING fts5vocab(main, notes, instance)"


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE notes USING "
        "fts5(search_text, tokenize='unicode61 remove_diacritics 2')"
    )
    connection.execute(
        "CREATE VIRTUAL TABLE temp.notes_words USING fts5vocab(main, notes, instance)"
    )
    yield connection
    connection.close()


def match(index: sqlite3.Connection, query: str) -> str:
    return expression(Reader(index, Location(Path("memory"))), "notes", query)


def found(index: sqlite3.Connection, text: str, query: str) -> bool:
    index.execute("DELETE FROM notes")
    index.execute("INSERT INTO notes VALUES (?)", (search_text(text),))
    wanted = match(index, query)
    if not wanted:
        return False
    rows = index.execute("SELECT 1 FROM notes WHERE notes MATCH ?", (wanted,)).fetchall()
    return bool(rows)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("顾客要求退货", "退货"),
        ("顾客要求退货", "货"),
        ("王伟明", "王伟"),
        ("王伟明", "明"),
        ("电饭煲 RC4 坏了", "rc4"),
        ("Rice cooker leaks", "cook"),
        ("Rice cooker leaks", "RICE leak"),
        ("Café Müller", "cafe mull"),
        ("ＡＢＣ１２３", "abc123"),
        ("R-20250308-0001", "R-20250308-0001"),
        ("カメラが壊れた", "カメ"),
        ("세탁기 고장", "탁기"),
    ],
)
def test_words_of_any_length_are_found(index: sqlite3.Connection, text: str, query: str) -> None:
    assert found(index, text, query)


@pytest.mark.parametrize(
    ("text", "query"), [("顾客要求退货", "货退"), ("王伟明", "王明"), ("Rice cooker", "ooker")]
)
def test_characters_in_another_order_are_not_found(
    index: sqlite3.Connection, text: str, query: str
) -> None:
    assert not found(index, text, query)


@given(query=TEXT)
def test_nothing_that_is_typed_is_an_operator_of_the_index(query: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE notes USING fts5(search_text, tokenize='unicode61')")
    connection.execute(
        "CREATE VIRTUAL TABLE temp.notes_words USING fts5vocab(main, notes, instance)"
    )
    connection.execute("INSERT INTO notes VALUES ('nothing')")
    wanted = match(connection, query)
    if wanted:
        connection.execute("SELECT 1 FROM notes WHERE notes MATCH ?", (wanted,)).fetchall()
    connection.close()


@pytest.mark.parametrize("query", ['"', "a AND", "NEAR(", "^*", "col:x", "NOT", "(", "-", "' OR 1"])
def test_operators_are_words(index: sqlite3.Connection, query: str) -> None:
    found(index, "nothing", query)  # raises when the index takes the query for its language


@given(TEXT)
def test_the_words_of_a_text_are_one_phrase_each(text: str) -> None:
    assert [word for words in search_phrases(text) for word in words] == search_text(text).split()
