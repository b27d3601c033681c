"""Whatever is given to ``counter import``: taken in and counted, or refused in a sentence."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from data import driver
from tests.badinput.shell import HOSTILE, OBEYED, Shell, refusal

LONG: Final = 10_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of file: how its import is typed, its header, two good rows, and a bad one."""

    words: tuple[str, ...]
    header: str
    rows: str
    table: str
    bad: str

    @property
    def text(self) -> str:
        return f"{self.header}\n{self.rows}"


KINDS: Final = {
    "native": Kind(
        ("receipts",),
        "receipt_no,sold_at,channel,line_no,sku,qty,unit_paid_minor,currency,product_name",
        "R-1,2025-03-03T02:00:00Z,store,1,0815,1,1990,CNY,毛巾架\n"
        "R-2,2025-03-03T02:00:00Z,store,1,0815,1,1990,CNY,电饭煲\n",
        "receipt_line",
        "R-9,2025-03-03T02:00:00Z,store,1,0815,{},1990,CNY,{}",
    ),
    "online-retail": Kind(
        ("receipts", "--profile", "online-retail"),
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        "1,A,毛巾架,1,2010-12-01 08:26:00,2.55,17850.0,UK\n"
        "2,A,电饭煲,1,2010-12-01 08:26:00,2.55,17850.0,UK\n",
        "receipt_line",
        "9,A,{1},{0},2010-12-01 08:26:00,2.55,17850.0,UK",
    ),
    "products": Kind(
        ("products",),
        "sku,name,price_minor,currency",
        "P1,毛巾架,1,CNY\nP2,电饭煲,1,CNY\n",
        "product",
        "P9,{1},{0},CNY",
    ),
    "customers": Kind(
        ("customers",),
        "customer_ref,name,points",
        "C-1,王伟,1\nC-2,李四,1\n",
        "customer",
        "C-9,{1},{0}",
    ),
    "staff": Kind(
        ("staff",),
        "login,name,role",
        "wang1,王伟,clerk\nzhao1,赵六,technician\n",
        "staff",
        "wu,{1},{0}",
    ),
    "complaints": Kind(
        ("complaints", "--profile", "nyc-mediated"),
        "Business Name,Industry,Complaint Type,Mediation Start Date,Mediation Close Date,"
        "Complaint Result,Satisfaction,Restitution,Business Street,Complainant Zip ",
        "毛巾架,Other,Quality of Work - Q01,03/23/2016,04/15/2016,Cash Amount - AMT,Yes,7.00,,\n"
        "电饭煲,Other,Quality of Work - Q01,03/23/2016,04/15/2016,Cash Amount - AMT,Yes,7.00,,\n",
        "mediated_complaint",
        "X,{1},Quality of Work - Q01,03/23/2016,04/15/2016,Cash Amount - AMT,Yes,{0},,",
    ),
}

REFUSED: Final[dict[str, tuple[Callable[[Kind], bytes], str]]] = {
    "empty": (lambda kind: b"", "is empty"),
    "only a mark": (lambda kind: b"\xef\xbb\xbf", "is empty"),
    "only a mark of UTF-16": (lambda kind: b"\xff\xfe", "is empty"),
    "blank lines": (lambda kind: b"\r\n\n\n", "is empty"),
    "nothing, packed": (lambda kind: gzip.compress(b""), "is empty"),
    "picture": (lambda kind: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "binary file"),
    "workbook": (lambda kind: b"PK\x03\x04\x14\0" + random.Random(1).randbytes(3000), "binary"),
    "NUL in a row": (lambda kind: kind.text.encode() + b"a\0b\n", "binary file"),
    "UTF-16 without a mark": (lambda kind: kind.text.encode("utf-16-le"), "binary file"),
    "UTF-32": (lambda kind: kind.text.encode("utf-32"), "binary file"),
    "half a UTF-16 character": (lambda kind: kind.text.encode("utf-16")[:-1], "may be UTF-16"),
    "Big5": (lambda kind: f"{kind.header}\n電鍋壞了\n請更換\n".encode("big5"), "cannot be told"),
    "Latin": (
        lambda kind: f"{kind.header}\nÅsa Öström\nÜnal\n".encode("latin-1"),
        "cannot be told",
    ),
    "cut gzip": (lambda kind: gzip.compress(kind.text.encode())[:-6], "damaged gzip"),
    "gzip and more": (lambda kind: gzip.compress(kind.text.encode()) + b"more", "damaged gzip"),
    "head of a gzip": (lambda kind: b"\x1f\x8b", "damaged gzip"),
    "another delimiter": (lambda kind: kind.text.replace(",", "|").encode(), "lacks the column"),
    "a line for Excel": (lambda kind: f"sep=,\n{kind.text}".encode(), "lacks the column"),
    "a missing column": (
        lambda kind: kind.text.partition(",")[2].encode(),
        "lacks the column",
    ),
    "no header": (lambda kind: kind.rows.encode(), "column"),
    "web page": (lambda kind: b"<html><body>404</body></html>", "lacks the column"),
    "JSON": (lambda kind: b'{"rows": [1, 2]}\n', "lacks the column"),
    "a column twice": (
        lambda kind: f"{kind.header},{kind.header.split(',')[0]}\n{kind.rows}".encode(),
        "more than once",
    ),
    "open quote in the header": (lambda kind: f'"{kind.text}'.encode(), "quote in its first line"),
    "a long first line": (lambda kind: b"x" * LONG + b"\n", "first line has more than"),
    "a line without an end": (
        lambda kind: kind.text.encode() + b"y" * (33 << 20),
        "a line of more than 32 MiB",
    ),
}
"""Files that are no table of their kind, and a word of what is said of them."""


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_file_that_is_no_table_is_refused_whole(
    shell: Shell, tmp_path: Path, kind: Kind, name: str
) -> None:
    make, word = REFUSED[name]
    path = tmp_path / "till.csv"
    path.write_bytes(make(kind))
    before = shell.digest

    said = refusal(shell.type("import", *kind.words, str(path)), 1)

    assert word in said
    assert "till.csv" in said
    assert shell.digest == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["home", "till.csv"]
    assert taken_in(shell, kind) == []


def test_the_refusal_is_said_in_chinese_and_in_json(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_bytes(b"\x89PNG\0")
    words = ("import", "products", str(path))

    assert "二进制文件" in refusal(shell.type(*words, COUNTER_LANGUAGE="zh_CN"), 1)
    told = json.loads(shell.type(*words, "--json").stdout)
    assert (told["error"], "binary file" in told["message"]) == ("file_refused", True)


READ: Final[dict[str, Callable[[Kind], bytes]]] = {
    "GBK": lambda kind: kind.text.encode("gbk"),
    "GB18030": lambda kind: kind.text.encode("gb18030"),
    "UTF-16": lambda kind: kind.text.encode("utf-16"),
    "big-endian UTF-16": lambda kind: b"\xfe\xff" + kind.text.encode("utf-16-be"),
    "marked UTF-8": lambda kind: kind.text.encode("utf-8-sig"),
    "semicolons": lambda kind: kind.text.replace(",", ";").encode(),
    "tabs": lambda kind: kind.text.replace(",", "\t").encode(),
    "CRLF": lambda kind: kind.text.replace("\n", "\r\n").encode(),
    "CR": lambda kind: kind.text.replace("\n", "\r").encode(),
    "gzip": lambda kind: gzip.compress(kind.text.encode()),
    "no last line end": lambda kind: kind.text.rstrip().encode(),
    "blank lines between": lambda kind: kind.text.replace("\n", "\n\n").encode(),
    "blanks in the header": lambda kind: f"{kind.header.replace(',', ' , ')}\n{kind.rows}".encode(),
}
"""The same table in every form that is read."""


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_common_form_of_a_table_is_taken_in(
    shell: Shell, tmp_path: Path, kind: Kind, name: str
) -> None:
    path = tmp_path / "till.csv"
    path.write_bytes(READ[name](kind))

    assert summary(shell, kind, path)["accepted"] == 2
    assert len(taken_in(shell, kind)) == 2


BAD_LINES: Final[dict[str, tuple[bytes, str]]] = {
    "a line of 10 MB": (b"x" * LONG + b"\n", "too_long"),
    "a quoted field of 10 MB": (b'"' + b"x" * LONG + b'"\n', "too_long"),
    "10 MB of delimiters": (b"," * LONG + b"\n", "too_long"),
    "an open quote": (b'"never closed\n', "shifted_columns"),
    "too few cells": (b"x\n", "shifted_columns"),
    "too many cells": (b"x," * 50 + b"\n", "shifted_columns"),
    "cells without a word": (b",,,,,,,,,,\n", "shifted_columns"),
    "bytes of no encoding": (b"\xff\xfe\xfd\n", "shifted_columns"),
    "half a surrogate": (b"\xed\xa0\x80,x\n", "shifted_columns"),
}
"""Lines that spoil nothing but themselves, and the reason in the reject file."""


@pytest.mark.parametrize("name", BAD_LINES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_bad_line_costs_itself_only(shell: Shell, tmp_path: Path, kind: Kind, name: str) -> None:
    line, reason = BAD_LINES[name]
    path = tmp_path / "till.csv"
    first, second = kind.rows.encode().splitlines(keepends=True)
    path.write_bytes(kind.header.encode() + b"\n" + first + line + second)

    told = summary(shell, kind, path)

    assert (told["accepted"], told["rejected"], told["reasons"]) == (2, 1, {reason: 1})
    (rejected,) = rejects(told)
    assert (rejected["line"], rejected["reason"]) == ("3", reason)
    assert Path(told["rejects_file"]).stat().st_size < 100_000
    assert len(taken_in(shell, kind)) == 2


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_numbers_that_are_none_are_rejected_one_by_one(
    shell: Shell, tmp_path: Path, kind: Kind
) -> None:
    wrong = ("9" * 400, "-1", "1e999999999", "inf", "nan", "0x10", "１２", "1,5", "", "--")
    lines = [kind.bad.format(f'"{number}"', "x") for number in wrong]
    path = tmp_path / "till.csv"
    path.write_text(f"{kind.text}{chr(10).join(lines)}\n", encoding="utf-8")

    told = summary(shell, kind, path)

    assert told["rows"] == 2 + len(wrong)
    assert told["accepted"] >= 2
    assert told["rejected"] >= 6


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_reject_file_holds_nothing_that_a_terminal_obeys_and_comes_in_when_mended(
    shell: Shell, tmp_path: Path, kind: Kind
) -> None:
    path = tmp_path / "till.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(kind.header + ",\x1b]0;owned\x07\n")
        for number, text in enumerate(HOSTILE.values()):
            cells = next(csv.reader([kind.bad.format("wrong", "TEXT")]))
            cells[0] += str(number)
            row = [text if cell == "TEXT" else cell for cell in cells]
            csv.writer(file, quoting=csv.QUOTE_ALL).writerow([*row, text])

    told = summary(shell, kind, path)

    assert told["rejected"] == len(HOSTILE)
    written = Path(told["rejects_file"]).read_text(encoding="utf-8")
    assert OBEYED.search(written.replace("\r\n", "\n")) is None
    mended = tmp_path / "mended.csv"
    right = "clerk" if kind.table == "staff" else "1"
    mended.write_text(written.replace("wrong", right), encoding="utf-8", newline="")
    again = summary(shell, kind, mended)
    assert (again["accepted"], again["rejected"]) == (len(HOSTILE), 0), again["reasons"]
    assert summary(shell, kind, mended, "--again")["unchanged"] == len(HOSTILE)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        pytest.param(lambda path: None, "There is no file till.csv", id="missing"),
        pytest.param(lambda path: path.mkdir(), "is a folder", id="folder"),
        pytest.param(lambda path: path.symlink_to(path), "cannot be read", id="loop"),
    ],
)
def test_a_path_that_is_no_file_is_named(
    shell: Shell, tmp_path: Path, make: Callable[[Path], None], word: str
) -> None:
    path = tmp_path / "till.csv"
    make(path)

    assert word in refusal(shell.type("import", "products", str(path)), 1)


def test_a_file_comes_in_once_it_is_mended(shell: Shell, tmp_path: Path) -> None:
    kind, path = KINDS["products"], tmp_path / "till.csv"
    path.write_bytes(kind.text.encode() + b"a\0b\n")
    refusal(shell.type("import", *kind.words, str(path)), 1)

    path.write_text(kind.text, encoding="utf-8")
    assert summary(shell, kind, path)["accepted"] == 2
    assert summary(shell, kind, path)["unchanged"] == 2


def summary(shell: Shell, kind: Kind, path: Path, *words: str) -> dict[str, Any]:
    """What an import says, after making sure that it counted every row."""
    result = shell.type("import", *kind.words, str(path), "--json", *words)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    counted = ("accepted", "unchanged", "matched_returns", "rejected")
    assert sum(told[name] for name in counted) == told["rows"]
    assert sum(told["reasons"].values()) == told["rejected"]
    assert bool(told["rejects_file"]) == bool(told["rejected"])
    return told


def rejects(told: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of a reject file."""
    with Path(told["rejects_file"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def taken_in(shell: Shell, kind: Kind) -> list[int]:
    """The keys of the rows that stand in the store since the shop was made."""
    before = {"receipt_line": 2, "product": 2, "customer": 1, "staff": 3}.get(kind.table, 0)
    with closing(driver.connect(shell.store, query_only=True)) as store:
        found = store.execute(f"SELECT id FROM {kind.table} ORDER BY id").fetchall()
    return [key for (key,) in found][before:]
