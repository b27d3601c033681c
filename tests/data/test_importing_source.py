"""Files as they come: encodings, delimiters, marks, quotes, and what is refused."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
from pathlib import Path

import pytest

from data.csvfile import MARK
from data.importing.source import LONGEST_FIELD, Source
from models.errors import FileRefused

HEADER = "sku,name\r\n"
Row = tuple[int, list[str], str | None]


def rows(path: Path) -> list[Row]:
    with Source(path) as source:
        return [
            (line, cells, None if flaw is None else flaw.reason.value)
            for line, cells, flaw in source.rows()
        ]


def written(tmp_path: Path, content: bytes, name: str = "till.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param("sku,name\r\n007,毛巾\r\n".encode(), id="UTF-8"),
        pytest.param("sku,name\r\n007,毛巾\r\n".encode("utf-8-sig"), id="with its mark"),
        pytest.param("sku,name\r\n007,毛巾\r\n".encode("utf-16"), id="UTF-16"),
        pytest.param(
            codecs.BOM_UTF16_BE + "sku,name\r\n007,毛巾\r\n".encode("utf-16-be"), id="big-endian"
        ),
        pytest.param("sku,name\r\n007,毛巾\r\n".encode("gb18030"), id="GB18030"),
        pytest.param("sku,name\n007,毛巾\n".encode(), id="LF"),
        pytest.param("sku,name\n007,毛巾".encode(), id="no line break at the end"),
        pytest.param("sku;name\r\n007;毛巾\r\n".encode(), id="semicolon"),
        pytest.param("sku\tname\r\n007\t毛巾\r\n".encode(), id="tab"),
        pytest.param('"sku","name"\r\n"007","毛巾"\r\n'.encode(), id="quotes"),
        pytest.param("sku,name\r\n\r\n007,毛巾\r\n\r\n".encode(), id="blank lines"),
        pytest.param(gzip.compress("sku,name\r\n007,毛巾\r\n".encode(), mtime=0), id="gzip"),
        pytest.param(f"{MARK},sku,name\r\n,'007,毛巾\r\n".encode("utf-8-sig"), id="spreadsheet"),
    ],
)
def test_a_table_is_read_in_every_common_form(tmp_path: Path, encoded: bytes) -> None:
    path = written(tmp_path, encoded)
    with Source(path) as source:
        assert source.columns == ["sku", "name"]

    assert [cells for _, cells, _ in rows(path)] == [["007", "毛巾"]]


def test_the_hash_is_over_the_file_as_it_lies_on_the_disk(tmp_path: Path) -> None:
    content = gzip.compress(b"sku,name\r\n1,towel\r\n")
    with Source(written(tmp_path, content)) as source:
        assert source.recognised.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0", "binary", id="a picture"),
        pytest.param(b"sku,name\r\n1,to\0wel\r\n", "binary", id="a NUL byte"),
        pytest.param(
            gzip.compress(b"sku,name\r\n1,towel\r\n" * 99, mtime=0)[:-9], "gzip", id="half a gzip"
        ),
        pytest.param(b"sku,sku\r\n1,2\r\n", "more than once", id="a column twice"),
        pytest.param(b'sku,"name\r\n1,towel\r\n', "first line", id="an open quote"),
        pytest.param(
            "sku,name\r\n1,café,\r\n2,naïve\r\n3,señor\r\n".encode("latin-1"), "UTF-8", id="Latin-1"
        ),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(FileRefused, match=word):
        Source(written(tmp_path, content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"missing\.csv"):
        Source(tmp_path / "missing.csv")


def test_accented_latin_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    text = "sku,name\r\n" + "".join(f"{number},Renée Zoëlle\r\n" for number in range(9))
    with pytest.raises(FileRefused, match="Windows-1252"):
        Source(written(tmp_path, text.encode("latin-1")))


def test_a_line_that_does_not_decode_is_the_only_one_lost(tmp_path: Path) -> None:
    path = written(tmp_path, b"sku,name\r\n1,towel\r\n2,caf\xe9\r\n3,\xe6\xaf\x9b\r\n")
    assert rows(path) == [
        (2, ["1", "towel"], None),
        (3, ["2", "caf?"], "bad_encoding"),
        (4, ["3", "毛"], None),
    ]


def test_a_row_of_another_width_keeps_every_cell(tmp_path: Path) -> None:
    path = written(tmp_path, b"sku,name\r\n1\r\n2,towel,blue\r\n3,soap\r\n")
    assert rows(path) == [
        (2, ["1", ""], "shifted_columns"),
        (3, ["2", "towel,blue"], "shifted_columns"),
        (4, ["3", "soap"], None),
    ]


def test_a_line_break_within_quotes_belongs_to_the_field(tmp_path: Path) -> None:
    path = written(tmp_path, b'sku,name\r\n1,"a\r\nb"\r\n2,c\r\n')
    assert rows(path) == [(2, ["1", "a\r\nb"], None), (4, ["2", "c"], None)]


@pytest.mark.parametrize(
    "text",
    [
        'sku,name\n1,"towel\n2,soap\n3,comb\n',
        'sku,name\n1,"towel\n2,soap\n3,"comb"\n',
        'sku,name\n1,"towel\n2,soap",\n3,comb\n',
        'sku,name\n1,"to"wel\n2,soap\n3,comb\n',
    ],
)
def test_an_open_quote_takes_no_other_row_with_it(tmp_path: Path, text: str) -> None:
    found = rows(written(tmp_path, text.encode()))
    assert [line for line, _, _ in found] == [2, 3, 4]
    assert found[0][2] == "shifted_columns"
    assert (4, ["3", "comb"], None) in found


def test_the_line_where_a_quote_opens_is_named(tmp_path: Path) -> None:
    with Source(written(tmp_path, b'sku,name\n1,soap\n2,"towel\n3,comb\n')) as source:
        flaws = [str(flaw) for _, _, flaw in source.rows() if flaw is not None]
    assert flaws == ["A quote that opens in line 3 is not closed as it should be."]


def test_fields_of_a_mebibyte_are_read_and_longer_ones_rejected(tmp_path: Path) -> None:
    longest = "x" * LONGEST_FIELD
    path = written(tmp_path, f"sku,name\n1,{longest}\n2,{longest}x\n3,soap\n".encode())
    found = rows(path)
    assert [(line, flaw) for line, _, flaw in found] == [(2, None), (3, "too_long"), (4, None)]
    assert found[0][1][1] == longest


def test_an_apostrophe_is_taken_off_in_spreadsheet_files_only(tmp_path: Path) -> None:
    plain = written(tmp_path, b"sku,name\n'1,''a\n")
    marked = written(tmp_path, f"{MARK},sku,name\n,'1,''a\n".encode(), "marked.csv")
    assert rows(plain)[0][1] == ["'1", "''a"]
    assert rows(marked)[0][1] == ["1", "'a"]


def test_a_reject_file_gives_the_lines_of_the_original(tmp_path: Path) -> None:
    path = written(tmp_path, b"sku,name,line,reason,message\n1,soap,17,bad_number,No.\n")
    with Source(path) as source:
        assert source.columns == ["sku", "name"]
        assert source.mends_rejects
        assert [row[:2] for row in source.rows()] == [(17, ["1", "soap"])]


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"sku,name\n" + b"1,soap\n" * 9)
    with Source(path) as source:
        with path.open("ab") as file:
            file.write(b"2,towel\n")
        with pytest.raises(FileRefused, match="written"):
            list(source.rows())


def test_a_file_that_was_changed_in_place_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"sku,name\n1,soap\n")
    with Source(path) as source:
        status = path.stat()
        path.write_bytes(b"sku,name\n2,soap\n")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        with pytest.raises(FileRefused, match="written"):
            list(source.rows())
