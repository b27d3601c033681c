"""Imports from file to store: what is taken in, what is rejected and why, nothing twice."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter.desk import Actor
from counter.importing import ImportSummary, import_file
from counter.places import Places
from counter.settings import Settings
from counter.shop import Shop, open_shop
from counter.signin import CodeAccepted, choose_pin, sign_in
from counter.staff import StaffDraft, add_staff
from data import chain
from data.bulk import BulkWriter
from data.importing.batches import AT_LINES
from data.location import Location
from models.errors import AlreadyRunning, FileRefused, InvalidInput, NotAllowed
from models.terms import ImportKind, ReceiptProfile, Role
from tests.premises import PIN, Clock, hire, shop_at

INPUT = Path(__file__).parents[2].parent / "shared" / "input"
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
NATIVE = (
    "receipt_no,sold_at,channel,customer_ref,customer_phone,line_no,sku,barcode,product_name,"
    "category,qty,unit_paid_minor,list_minor,currency,serial_no,received_on,no_return_confirmed,"
    "tender_method,tender_minor\n"
)


class Till:
    """A shop and a folder that files come into."""

    def __init__(self, shop: Shop, actor: Actor, folder: Path) -> None:
        self.shop = shop
        self.actor = actor
        self.folder = folder

    def take_in(
        self, text: str, kind: ImportKind = ImportKind.RECEIPTS, name: str = "till.csv", **how: Any
    ) -> ImportSummary:
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="")
        return import_file(self.shop, self.actor, kind, path, **how)

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        with self.shop.reading(self.actor) as desk:
            return desk.reader.all(sql)

    def rejects(self, summary: ImportSummary) -> list[dict[str, str]]:
        assert summary.rejects_file is not None
        with Path(summary.rejects_file).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def till(shop: Shop, supervisor: Actor, tmp_path: Path) -> Till:
    folder = tmp_path / "till"
    folder.mkdir()
    return Till(shop, supervisor, folder)


def counts(summary: ImportSummary) -> tuple[int, int, int, int]:
    found = (summary.accepted, summary.unchanged, summary.matched_returns, summary.rejected)
    assert sum(found) == summary.rows
    assert sum(summary.reasons.values()) == summary.rejected
    return found


# --- receipts, online-retail ----------------------------------------------------------------

SALES = (
    RETAIL + "536365,85123A,HEART HOLDER ,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
    "536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
    "536370,85123A,HEART HOLDER,4,2011-07-01 09:00:00,2.55,17850.0,United Kingdom\n"
)


def test_a_sale_is_stored_as_the_file_says(till: Till) -> None:
    assert counts(till.take_in(SALES)) == (3, 0, 0, 0)
    assert till.read(
        "SELECT r.receipt_no, r.sold_at, r.channel, r.currency, c.customer_ref, l.line_no, p.sku, "
        "p.name, l.description, l.qty_milli, l.unit_paid_minor, l.received_on, l.version "
        "FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id "
        "JOIN product p ON p.id = l.product_id JOIN customer c ON c.id = r.customer_id "
        "WHERE l.line_no = 1 ORDER BY r.id"
    ) == [
        ("536365", "2010-12-01 08:26:00.000000", "online", "GBP", "17850", 1, "85123A",
         "HEART HOLDER", "HEART HOLDER", 6000, 255, "2010-12-01", 1),
        ("536370", "2011-07-01 08:00:00.000000", "online", "GBP", "17850", 1, "85123A",
         "HEART HOLDER", "HEART HOLDER", 4000, 255, "2011-07-01", 1),
    ]  # fmt: skip


def test_every_row_written_takes_its_own_change_number(till: Till) -> None:
    till.take_in(SALES)
    numbers = [
        number
        for table in ("receipt", "receipt_line", "product", "customer")
        for (number,) in till.read(f"SELECT change_no FROM {table}")
    ]
    (last,) = till.read("SELECT value FROM change_counter")[0]
    assert len(set(numbers)) == len(numbers) == 8
    assert max(numbers) == last
    uids = [uid for (uid,) in till.read("SELECT uid FROM receipt_line")]
    assert len(set(uids)) == 3


def test_a_return_lowers_the_newest_sale_first(till: Till) -> None:
    text = SALES + "C536400,85123A,HEART,-5,2011-07-02 09:00:00,2.55,17850.0,United Kingdom\n"
    assert counts(till.take_in(text)) == (3, 0, 1, 0)
    assert till.read(
        "SELECT r.receipt_no, l.returned_milli FROM receipt_line l "
        "JOIN receipt r ON r.id = l.receipt_id WHERE l.returned_milli ORDER BY 1"
    ) == [("536365", 1000), ("536370", 4000)]
    assert till.read(
        "SELECT return_no, return_line_no, qty_milli, returned_at FROM till_return ORDER BY id"
    ) == [
        ("C536400", 1, 4000, "2011-07-02 08:00:00.000000"),
        ("C536400", 1, 1000, "2011-07-02 08:00:00.000000"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C1,85123A,X,-1,2011-07-02 09:00:00,2.55,,UK", "no_customer"),
        ("C1,85123A,X,-1,2011-07-02 09:00:00,2.56,17850.0,UK", "no_sale_found"),
        ("C1,85123A,X,-1,2011-07-02 09:00:00,2.55,99.0,UK", "no_sale_found"),
        ("C1,NONE,X,-1,2011-07-02 09:00:00,2.55,17850.0,UK", "no_sale_found"),
        ("C1,85123A,X,-1,2010-12-01 08:25:00,2.55,17850.0,UK", "no_sale_found"),
        ("C1,85123A,X,-11,2011-07-02 09:00:00,2.55,17850.0,UK", "exceeds_sold"),
        ("536400,85123A,X,-1,2011-07-02 09:00:00,2.55,17850.0,UK", "stock_correction"),
        ("A1,B,Adjust bad debt,1,2011-07-02 09:00:00,-11062.06,,UK", "adjustment"),
        ("C1,85123A,X,1,2011-07-02 09:00:00,2.55,17850.0,UK", "bad_number"),
        ("536400,85123A,X,0,2011-07-02 09:00:00,2.55,17850.0,UK", "bad_number"),
        ("536400,85123A,X,1,2011-07-02 09:00:00,-2.55,17850.0,UK", "bad_number"),
        ("536400,85123A,X,one,2011-07-02 09:00:00,2.55,17850.0,UK", "bad_number"),
        ("536400,85123A,X,1,02/07/2011 09:00,2.55,17850.0,UK", "bad_date"),
        ("536400,,X,1,2011-07-02 09:00:00,2.55,17850.0,UK", "missing_field"),
        (",85123A,X,1,2011-07-02 09:00:00,2.55,17850.0,UK", "missing_field"),
        (f"536400,85123A,{'X' * 201},1,2011-07-02 09:00:00,2.55,17850.0,UK", "too_long"),
        ("536400,85123A,X,Y,1,2011-07-02 09:00:00,2.55,17850.0,UK", "shifted_columns"),
    ],
)
def test_a_row_is_rejected_with_its_reason(till: Till, row: str, reason: str) -> None:
    summary = till.take_in(f"{SALES}{row}\n")
    assert counts(summary) == (3, 0, 0, 1)
    assert summary.reasons == {reason: 1}
    (rejected,) = till.rejects(summary)
    assert (rejected["line"], rejected["reason"]) == ("5", reason)
    assert rejected["message"]
    assert "{" not in rejected["message"]


def test_a_return_in_the_minute_of_its_sale_is_matched(till: Till) -> None:
    text = SALES + "C1,71053,X,-6,2010-12-01 08:26:00,3.39,17850.0,UK\n"
    assert till.take_in(text).matched_returns == 1


def test_free_goods_and_unknown_customers_are_accepted(till: Till) -> None:
    text = (
        RETAIL + "1,A,,1,2011-07-02 09:00:00,0.0,,UK\n"
        "1,A,,1,2011-07-02 09:00:00,0.0,,UK\n"
        "2,PADS,x,1,2011-07-02 09:00:00,0.001,,UK\n"
        "2,B,x,1,2011-07-02 09:01:00,0.005,,UK\n"
    )
    assert counts(till.take_in(text)) == (4, 0, 0, 0)
    assert till.read("SELECT line_no, unit_paid_minor FROM receipt_line ORDER BY id") == [
        (1, 0), (2, 0), (1, 0), (2, 1),
    ]  # fmt: skip
    assert till.read("SELECT sold_at FROM receipt WHERE receipt_no = '2'") == [
        ("2011-07-02 08:00:00.000000",)
    ]


def test_lines_are_numbered_within_the_invoice_wherever_they_stand(till: Till) -> None:
    text = (
        RETAIL + "1,A,a,1,2011-07-02 09:00:00,1,,UK\n"
        "2,A,a,1,2011-07-02 09:00:00,1,,UK\n"
        "1,B,b,-1,2011-07-02 09:00:00,1,,UK\n"
        "1,C,c,1,2011-07-02 09:00:00,1,,UK\n"
    )
    till.take_in(text)
    assert till.read(
        "SELECT r.receipt_no, l.line_no, p.sku FROM receipt_line l JOIN receipt r "
        "ON r.id = l.receipt_id JOIN product p ON p.id = l.product_id ORDER BY 1, 2"
    ) == [("1", 1, "A"), ("1", 3, "C"), ("2", 1, "A")]


def test_a_file_is_recognised_by_its_hash_and_gone_through_on_request(till: Till) -> None:
    text = SALES + "C1,71053,X,-6,2010-12-01 08:26:00,3.39,17850.0,UK\nA1,B,x,1,,,,UK\n"
    first = till.take_in(text)
    assert counts(first) == (3, 0, 1, 1)
    before = till.read("SELECT value FROM change_counter")

    known = till.take_in(text)
    again = till.take_in(text, again=True)

    assert counts(known) == (0, 5, 0, 0)
    assert known.batch == first.batch
    assert counts(again) == (0, 4, 0, 1)
    assert again.batch != first.batch
    assert till.read("SELECT value FROM change_counter") == before


def test_mended_rejects_keep_the_line_numbers_of_the_original(till: Till) -> None:
    text = (
        RETAIL + "1,A,a,1,2011-07-02 09:00:00,1,5.0,UK\n"
        "1,B,b,x,2011-07-02 09:00:00,1,5.0,UK\n"
        "1,C,c,1,2011-07-02 09:00:00,1,5.0,UK\n"
        "1,D,d,1,2011-07-02 09:00:00,1,5.0,UK,surplus\n"
        "C2,C,c,-1,2011-07-02 10:00:00,1,,UK\n"
    )
    rejected = till.take_in(text)
    mended = Path(rejected.rejects_file or "").read_text(encoding="utf-8")
    mended = mended.replace("b,x,", "b,7,").replace('"UK,surplus"', "UK").replace("1,,UK", "1,5,UK")
    summary = till.take_in(mended, name="mended.csv")

    assert counts(summary) == (2, 0, 1, 0)
    assert till.read(
        "SELECT l.line_no, p.sku, l.qty_milli, l.returned_milli FROM receipt_line l "
        "JOIN product p ON p.id = l.product_id ORDER BY 1"
    ) == [(1, "A", 1000, 0), (2, "B", 7000, 0), (3, "C", 1000, 1000), (4, "D", 1000, 0)]
    assert counts(till.take_in(mended, name="mended.csv", again=True)) == (0, 3, 0, 0)


def test_rejects_mended_twice_still_know_their_lines(till: Till) -> None:
    rows = "".join(f"{number},A,a,x,2011-07-02 09:00:00,1,5.0,UK\n" for number in (1, 1, 2))
    first = till.take_in(RETAIL + "1,A,a,1,2011-07-02 09:00:00,1,5.0,UK\n" + rows)
    once = Path(first.rejects_file or "").read_text(encoding="utf-8").replace(",x,", ",1,", 1)
    second = till.take_in(once, name="once.csv")
    assert counts(second) == (1, 0, 0, 2)
    twice = Path(second.rejects_file or "").read_text(encoding="utf-8").replace(",x,", ",2,")
    assert counts(till.take_in(twice, name="twice.csv")) == (2, 0, 0, 0)
    assert till.read(
        "SELECT r.receipt_no, l.line_no, l.qty_milli FROM receipt_line l "
        "JOIN receipt r ON r.id = l.receipt_id ORDER BY 1, 2"
    ) == [("1", 1, 1000), ("1", 2, 1000), ("1", 3, 2000), ("2", 1, 2000)]


def test_rejects_of_a_file_that_was_never_here_are_not_guessed_at(till: Till) -> None:
    text = RETAIL.replace("\n", ",line,reason,message\n")
    summary = till.take_in(text + "1,A,a,1,2011-07-02 09:00:00,1,5.0,UK,17,bad_number,No.\n")
    assert summary.reasons == {"unknown_reference": 1}


def test_a_mended_invoice_number_meets_no_other_line(till: Till) -> None:
    bad = till.take_in(
        RETAIL + "1,A,a,1,2011-07-02 09:00:00,1,,UK\n,B,b,1,2011-07-02 09:00:00,1,,UK\n"
    )
    mended = Path(bad.rejects_file or "").read_text(encoding="utf-8").replace("\n,B", "\n1,B")
    assert counts(till.take_in(mended, name="mended.csv")) == (1, 0, 0, 0)
    assert till.read("SELECT line_no FROM receipt_line ORDER BY 1") == [(1,), (1_000_003,)]


def test_a_mended_row_that_stands_twice_is_taken_in_once(till: Till) -> None:
    bad = till.take_in(RETAIL + "1,A,a,x,2011-07-02 09:00:00,1,,UK\n")
    mended = Path(bad.rejects_file or "").read_text(encoding="utf-8").replace(",x,", ",1,")
    row = mended.splitlines(keepends=True)[1]
    summary = till.take_in(mended + row.replace(",1,2011", ",2,2011"), name="mended.csv")
    assert counts(summary) == (1, 0, 0, 1)
    assert summary.reasons == {"duplicate_key": 1}
    assert till.read("SELECT line_no, qty_milli FROM receipt_line") == [(1, 1000)]
    assert till.read("SELECT DISTINCT status FROM import_batch") == [("done",)]


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(
    "one_after_the_other",
    [
        pytest.param("1,C,c,x,2011-07-02 09:00:00,1,,UK\n", id="other cells"),
        pytest.param("1,B,b,y,2011-07-02 09:00:00,1,,UK\n", id="another message"),
        pytest.param("1,B,b,x,2011-07-02 09:00:00,1,,UK\n", id="another name"),
    ],
)
def test_two_originals_with_the_same_line_and_invoice_swap_no_numbers(
    till: Till, one_after_the_other: str, newest_first: bool
) -> None:
    good = "1,A,a,1,2011-07-02 09:00:00,1,,UK\n"
    other = "2,A,a,1,2011-07-02 09:00:00,1,,UK\n"
    files = {
        "one.csv": RETAIL + good + "1,B,b,x,2011-07-02 09:00:00,1,,UK\n",
        "two.csv": RETAIL + other + one_after_the_other,
    }
    mended = {}
    for number, (name, text) in enumerate(files.items(), 1):
        path = Path(till.take_in(text, name=name).rejects_file or "")
        rows = path.read_text(encoding="utf-8")
        mended[path.name] = re.sub(",[xy],2011", f",{number},2011", rows)
    for name in sorted(mended, reverse=newest_first):
        assert counts(till.take_in(mended[name], name=name)) == (1, 0, 0, 0)
    assert till.read(
        "SELECT l.line_no, l.qty_milli FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id "
        "WHERE r.receipt_no = '1' AND (l.line_no > 1 OR l.qty_milli > 1000) OR l.qty_milli = 2000 "
        "ORDER BY l.line_no"
    ) == [(1, 2000), (2, 1000)]


def test_a_mended_row_that_two_files_had_alike_is_not_guessed_at(till: Till) -> None:
    row = "1,B,b,x,2011-07-02 09:00:00,1,,UK\n"
    text = ""
    for name, before in (("one.csv", "1"), ("two.csv", "2")):
        rejected = till.take_in(
            f"{RETAIL}{before},A,a,1,2011-07-02 09:00:00,1,,UK\n{row}", name=name
        )
        text = Path(rejected.rejects_file or "").read_text(encoding="utf-8")
    summary = till.take_in(text.replace(",x,", ",1,"), name="mended.csv")
    assert summary.reasons == {"unknown_reference": 1}
    assert "till.rejects.csv" in till.rejects(summary)[0]["message"]


def test_rejected_lines_are_looked_up_by_an_index(till: Till) -> None:
    writer = BulkWriter(till.shop.places.store.path)
    steps = [
        text
        for _, _, _, text in writer.connection.execute(
            f"EXPLAIN QUERY PLAN {AT_LINES}", ("[1]", "receipts", "online-retail")
        )
    ]
    writer.close()
    assert [step for step in steps if step.startswith("SCAN") and "wanted" not in step] == []
    assert any("ix_reject_row_line (line=?)" in step for step in steps)


# --- receipts, native -----------------------------------------------------------------------


def line(number: int = 1, **cells: str) -> str:
    known = {
        "receipt_no": "0007",
        "sold_at": "2025-03-03T02:00:00Z",
        "channel": "store",
        "line_no": str(number),
        "sku": "0815",
        "qty": "1",
        "unit_paid_minor": "1990",
        "currency": "CNY",
    }
    return ",".join((known | cells).get(name, "") for name in NATIVE.strip().split(",")) + "\n"


def test_a_native_row_fills_every_column(till: Till) -> None:
    row = line(
        customer_ref="C-1",
        customer_phone="138-0013-8000",
        barcode="04006381333931",
        product_name="毛巾",
        category="textile",
        qty="0.350",
        list_minor="2500",
        serial_no="SN-01",
        received_on="2025-03-05",
        no_return_confirmed="true",
        tender_method="wechat",
        tender_minor="697",
    )
    assert counts(till.take_in(NATIVE + row)) == (1, 0, 0, 0)
    assert till.read(
        "SELECT l.qty_milli, l.list_minor, l.serial_no, l.received_on, l.no_return_confirmed, "
        "l.description, p.barcode, p.name, g.code, c.customer_ref, h.digits, "
        "t.tender_no, t.method, t.amount_minor FROM receipt_line l "
        "JOIN receipt r ON r.id = l.receipt_id JOIN product p ON p.id = l.product_id "
        "JOIN category g ON g.id = p.category_id JOIN customer c ON c.id = r.customer_id "
        "JOIN customer_phone h ON h.customer_id = c.id JOIN tender t ON t.receipt_id = r.id"
    ) == [
        (350, 2500, "SN-01", "2025-03-05", 1, "毛巾", "04006381333931", "毛巾", "textile", "C-1",
         "13800138000", 1, "wechat", 697),
    ]  # fmt: skip
    assert counts(till.take_in(NATIVE + row, again=True)) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"barcode": "4006381333932"}, "bad_barcode"),
        ({"customer_phone": "12"}, "bad_phone"),
        ({"channel": "kiosk"}, "bad_value"),
        ({"currency": "yuan"}, "bad_value"),
        ({"qty": "-1"}, "bad_number"),
        ({"qty": ""}, "missing_field"),
        ({"tender_method": "cash"}, "missing_field"),
        ({"received_on": "5 March"}, "bad_date"),
        ({"sold_at": "2025-03-03 02:00:00"}, "bad_date"),
        ({"serial_no": "S" * 65}, "too_long"),
        ({"line_no": "1"}, "duplicate_key"),
        ({"sold_at": "2025-03-04T02:00:00Z"}, "bad_value"),
        ({"customer_ref": "C-2"}, "bad_value"),
    ],
)
def test_a_native_row_is_rejected_with_its_reason(
    till: Till, cells: dict[str, str], reason: str
) -> None:
    summary = till.take_in(NATIVE + line(1, customer_ref="C-1") + line(2, **cells))
    assert counts(summary) == (1, 0, 0, 1)
    assert summary.reasons == {reason: 1}


def test_a_receipts_file_wipes_nothing_that_is_known(till: Till) -> None:
    till.take_in(NATIVE + line(product_name="Towel", serial_no="SN-1", customer_ref="C-1"))
    summary = till.take_in(NATIVE + line(product_name="Other name", unit_paid_minor="1500"))
    assert counts(summary) == (1, 0, 0, 0)
    assert till.read(
        "SELECT p.name, l.serial_no, l.unit_paid_minor, l.version, r.customer_id IS NULL "
        "FROM receipt_line l JOIN product p ON p.id = l.product_id "
        "JOIN receipt r ON r.id = l.receipt_id"
    ) == [("Towel", "SN-1", 1500, 2, 0)]


def test_a_receipt_keeps_its_currency(till: Till) -> None:
    till.take_in(NATIVE + line())
    assert till.take_in(NATIVE + line(currency="USD")).reasons == {"bad_value": 1}


def test_tenders_are_told_once_each_and_set_right_by_a_later_file(till: Till) -> None:
    def paid(number: int, method: str, minor: int) -> str:
        return line(number, tender_method=method, tender_minor=str(minor))

    first = NATIVE + paid(1, "card", 1000) + paid(2, "card", 1000) + paid(3, "card", 500)
    assert counts(till.take_in(first + paid(4, "cash", 90))) == (4, 0, 0, 0)
    assert counts(till.take_in(first, again=True)) == (0, 3, 0, 0)
    assert counts(till.take_in(NATIVE + paid(1, "card", 1000) + paid(2, "card", 600))) == (
        1,
        1,
        0,
        0,
    )
    assert till.read("SELECT tender_no, method, amount_minor FROM tender ORDER BY 1") == [
        (1, "card", 1000),
        (2, "card", 600),
        (3, "cash", 90),
    ]


def test_a_customer_is_found_by_telephone_and_through_a_merge(till: Till) -> None:
    till.take_in(NATIVE + line(customer_ref="C-1", customer_phone="13800138000"))
    till.take_in(NATIVE + line(customer_ref="C-2", receipt_no="8"))
    writer = BulkWriter(till.shop.places.store.path)
    with writer.transaction() as connection:
        connection.execute("UPDATE customer SET merged_into_id = 2 WHERE customer_ref = 'C-1'")
    writer.close()
    text = NATIVE + line(receipt_no="9", customer_phone="138 0013 8000")
    till.take_in(text + line(receipt_no="10", customer_ref="C-1"))
    assert till.read("SELECT customer_id FROM receipt ORDER BY id") == [(1,), (2,), (2,), (2,)]


# --- the other kinds ------------------------------------------------------------------------


def test_products_are_stored_once_and_changed_in_place(till: Till) -> None:
    header = "sku,barcode,name,category,brand,supplier,price_minor,currency,serialised\n"
    text = header + "007,96385074,Towel,textile,Sun,,1990,CNY,true\n"
    assert counts(till.take_in(text, ImportKind.PRODUCTS)) == (1, 0, 0, 0)
    assert counts(till.take_in(text, ImportKind.PRODUCTS, again=True)) == (0, 1, 0, 0)
    changed = header + "007,,Towel,,,Moon,2090,CNY,\n007,,Twice,,,,,,\n8,,Soap,,,,5,,\n"
    summary = till.take_in(changed, ImportKind.PRODUCTS)
    assert counts(summary) == (1, 0, 0, 2)
    assert summary.reasons == {"duplicate_key": 1, "missing_field": 1}
    assert till.read(
        "SELECT sku, barcode, brand, supplier, price_minor, serialised, version FROM product"
    ) == [("007", "96385074", "Sun", "Moon", 2090, 1, 2)]


def test_an_unknown_warranty_is_an_unknown_reference(till: Till) -> None:
    summary = till.take_in(
        "sku,name,category,warranty_profile\n1,TV,new,TV-9\n", ImportKind.PRODUCTS
    )
    assert summary.reasons == {"unknown_reference": 1}
    assert till.read("SELECT code FROM category") == []


CUSTOMERS = (
    "customer_ref,name,phones,member_no,tier,points,birthday_md,care_flags,consent_contact,"
    "consent_marketing\n"
)


def test_customers_are_stored_with_what_makes_them_findable(till: Till) -> None:
    text = (
        CUSTOMERS + "C-1,单田芳,13800138000;12315,M-1,gold,120,02-29,elderly;hearing,true,false\n"
    )
    assert counts(till.take_in(text, ImportKind.CUSTOMERS)) == (1, 0, 0, 0)
    assert counts(till.take_in(text, ImportKind.CUSTOMERS, again=True)) == (0, 1, 0, 0)
    assert till.read(
        "SELECT c.name, c.name_initials, c.search_text, c.birthday_md, c.care_flags, "
        "c.consent_contact, c.consent_marketing, c.source, a.member_no, a.tier, p.points, p.kind "
        "FROM customer c JOIN membership_account a ON a.customer_id = c.id "
        "JOIN points_entry p ON p.account_id = a.id"
    ) == [
        ("单田芳", "stf", "单 田 芳 c 1 m 1", "02-29", '["elderly", "hearing"]', 1, 0, "import",
         "M-1", "gold", 120, "adjust"),
    ]  # fmt: skip
    found = "SELECT count(*) FROM customer_search WHERE customer_search MATCH '\"田 芳\"'"
    assert till.read(found) == [(1,)]


def test_points_become_the_balance_that_the_file_names(till: Till) -> None:
    till.take_in(CUSTOMERS + "C-1,Jo,,M-1,,120,,,,\n", ImportKind.CUSTOMERS)
    till.take_in(CUSTOMERS + "C-1,Jo,12315,M-1,silver,100,,,,\n", ImportKind.CUSTOMERS)
    assert till.read("SELECT points FROM points_entry ORDER BY id") == [(120,), (-20,)]
    assert till.read("SELECT tier FROM membership_account") == [("silver",)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C-1,Jo,,,,,,,,\n", "duplicate_key"),
        ("C-2,Jo,,M-1,,,,,,\n", "duplicate_key"),
        ("C-2,Jo,12,,,,,,,\n", "bad_phone"),
        ("C-2,Jo,,,platinum,,,,,\n", "bad_value"),
        ("C-2,Jo,,,,1.5,,,,\n", "bad_number"),
        ("C-2,Jo,,,,,02-30,,,\n", "bad_date"),
        ("C-2,Jo,,,,,,tall,,\n", "bad_value"),
        ("C-2,Jo,,,,,,,maybe,\n", "bad_value"),
        (",Jo,,,,,,,,\n", "missing_field"),
    ],
)
def test_a_customer_is_rejected_with_the_reason(till: Till, row: str, reason: str) -> None:
    summary = till.take_in(CUSTOMERS + "C-1,Jo,,M-1,,,,,,\n" + row, ImportKind.CUSTOMERS)
    assert counts(summary) == (1, 0, 0, 1)
    assert summary.reasons == {reason: 1}


def test_a_member_number_of_another_customer_is_a_duplicate(till: Till) -> None:
    till.take_in(CUSTOMERS + "C-1,Jo,,M-1,,,,,,\n", ImportKind.CUSTOMERS)
    summary = till.take_in(CUSTOMERS + "C-2,Al,,M-1,,,,,,\n", ImportKind.CUSTOMERS)
    assert summary.reasons == {"duplicate_key": 1}


def test_an_erased_person_is_not_stored_again(till: Till) -> None:
    till.take_in(CUSTOMERS + "C-1,Jo,,,,,,,,\n", ImportKind.CUSTOMERS)
    writer = BulkWriter(till.shop.places.store.path)
    with writer.transaction() as connection:
        connection.execute(
            "UPDATE customer SET name = NULL, erased_at = '2025-03-01 00:00:00.000000'"
        )
    writer.close()
    summary = till.take_in(CUSTOMERS + "C-1,Jo Again,,,,,,,,\n", ImportKind.CUSTOMERS)
    assert summary.reasons == {"bad_value": 1}
    till.take_in(NATIVE + line(customer_ref="C-1", customer_phone="12315"))
    assert till.read("SELECT count(*) FROM customer_phone") == [(0,)]


def test_a_new_person_gets_a_code_to_sign_in_with(till: Till) -> None:
    text = "login,name,role,active\nwu,Wu Li,clerk,true\nsystem,X,admin,true\nbo,Bo,boss,\n"
    summary = till.take_in(text, ImportKind.STAFF)
    assert counts(summary) == (1, 0, 0, 2)
    assert summary.reasons == {"bad_value": 2}
    assert summary.to_json()["codes"] == summary.codes
    assert sign_in(till.shop, "wu", summary.codes["wu"]) == CodeAccepted("wu")

    again = till.take_in("login,name,role,active\nwu,Wu Li,clerk,false\n", ImportKind.STAFF)
    assert (again.accepted, again.codes) == (1, {})
    assert till.read("SELECT active, session_no FROM staff WHERE login = 'wu'") == [(0, 1)]


STAFF = "login,name,role,active\n"


@pytest.mark.parametrize("login", ["li na", "李娜", "x@y", "=wu"])
def test_a_staff_number_looks_as_it_does_on_the_screen(till: Till, login: str) -> None:
    summary = till.take_in(f"{STAFF}{login},Li,clerk,\n", ImportKind.STAFF)
    assert summary.reasons == {"bad_value": 1}
    with pytest.raises(InvalidInput), till.shop.writing(till.actor) as desk:
        add_staff(desk, StaffDraft(login, "Li"))


@pytest.mark.parametrize("row", ["sun,Sun,clerk,true", "sun,Sun,supervisor,false"])
def test_a_file_leaves_nobody_without_a_supervisor(till: Till, row: str) -> None:
    summary = till.take_in(f"{STAFF}{row}\nwu,Wu,clerk,\n", ImportKind.STAFF)
    assert counts(summary) == (1, 0, 0, 1)
    assert "last supervisor" in till.rejects(summary)[0]["message"]
    assert till.read("SELECT role, active FROM staff WHERE login = 'sun'") == [("supervisor", 1)]


@pytest.mark.parametrize("last_first", [True, False])
def test_a_file_may_hand_the_last_supervisors_work_on(till: Till, last_first: bool) -> None:
    rows = ["sun,Sun,clerk,true\n", "wu,Wu,supervisor,\n"]
    text = STAFF + "".join(rows if last_first else reversed(rows))
    path = till.folder / "staff.csv"
    path.write_text(text, encoding="utf-8")
    admin = till.shop.system
    assert counts(import_file(till.shop, admin, ImportKind.STAFF, path)) == (2, 0, 0, 0)
    with till.shop.reading(admin) as desk:
        people = desk.reader.all("SELECT login, role FROM staff WHERE active ORDER BY login")
    assert people == [("sun", "clerk"), ("wu", "supervisor")]


def test_a_supervisors_file_makes_and_touches_no_admin(till: Till) -> None:
    hire(till.shop, "boss", Role.ADMIN)
    text = STAFF + "boss,Boss,clerk,\nwu,Wu,admin,\nsun,Sun,auditor,\nli,Li,clerk,\n"
    summary = till.take_in(text, ImportKind.STAFF)
    assert counts(summary) == (1, 0, 0, 3)
    assert list(summary.codes) == ["li"]
    assert till.read("SELECT role FROM staff WHERE login = 'boss'") == [("admin",)]


def test_everybody_added_or_changed_is_audited(till: Till) -> None:
    till.take_in(STAFF + "wu,Wu,clerk,\nli,Li,clerk,\n", ImportKind.STAFF)
    till.take_in(STAFF + "wu,Wu,clerk,\nli,Li Na,supervisor,\n", ImportKind.STAFF)
    assert till.read(
        "SELECT e.actor, e.action, s.login, json_extract(e.diff, '$.name') FROM audit_entry e "
        "JOIN staff s ON s.uid = e.entity_uid WHERE s.login IN ('wu', 'li') ORDER BY e.id"
    ) == [
        ("sun", "staff.add", "wu", "Wu"),
        ("sun", "staff.add", "li", "Li"),
        ("sun", "staff.code", "wu", None),
        ("sun", "staff.code", "li", None),
        ("sun", "staff.change", "li", "Li Na"),
    ]
    state = chain.verify(till.read(f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id"))
    assert state.broken_at is None


@pytest.mark.parametrize("step", ["write_rejects", "batches.finish"])
def test_an_import_of_staff_that_broke_off_gives_its_codes(
    till: Till, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    text = STAFF + "wu,Wu,clerk,\nnot here,X,clerk,\n"
    with monkeypatch.context() as broken:
        broken.setattr(f"counter.importing.{step}", _killed)
        with pytest.raises(KeyboardInterrupt):
            till.take_in(text, ImportKind.STAFF)

    summary = till.take_in(text, ImportKind.STAFF)
    assert counts(summary) == (1, 0, 0, 1)
    assert sign_in(till.shop, "wu", summary.codes["wu"]) == CodeAccepted("wu")


def test_who_takes_leave_by_a_file_still_gets_the_codes(till: Till) -> None:
    text = STAFF + "sun,Sun,supervisor,false\nwu,Wu,supervisor,\n"
    assert set(till.take_in(text, ImportKind.STAFF).codes) == {"wu"}
    with till.shop.reading(till.shop.system) as desk:
        status = "SELECT status FROM import_batch"
        assert desk.reader.all(status) == [("done",)]


def test_codes_come_again_when_they_are_too_old_or_asked_for(till: Till, clock: Clock) -> None:
    text = STAFF + "wu,Wu,clerk,\nli,Li,clerk,\nex,Ex,clerk,false\n"
    first = till.take_in(text, ImportKind.STAFF)
    assert set(first.codes) == {"wu", "li"}
    choose_pin(till.shop, "li", first.codes["li"], PIN)

    assert till.take_in(text, ImportKind.STAFF).codes == {}
    lost = till.take_in(text, ImportKind.STAFF, again=True)
    assert set(lost.codes) == {"wu"}
    assert sign_in(till.shop, "wu", lost.codes["wu"]) == CodeAccepted("wu")

    clock.forward(days=8)
    assert till.take_in(text, ImportKind.STAFF, dry_run=True).codes == {}
    late = till.take_in(text, ImportKind.STAFF)
    assert (late.unchanged, set(late.codes)) == (3, {"wu"})
    assert sign_in(till.shop, "wu", late.codes["wu"]) == CodeAccepted("wu")


# --- around the rows ------------------------------------------------------------------------


def test_a_dry_run_counts_everything_and_stores_nothing(till: Till) -> None:
    text = SALES + "C1,71053,X,-6,2010-12-01 08:26:00,3.39,17850.0,UK\nA1,B,x,1,,,,UK\n"
    before = till.read("SELECT value FROM change_counter")
    rehearsed = till.take_in(text, dry_run=True)
    assert (rehearsed.batch, rehearsed.rejects_file) == (None, None)
    assert till.read("SELECT value FROM change_counter") == before
    assert till.read("SELECT count(*) FROM import_batch") == [(0,)]
    assert os.listdir(till.folder) == ["till.csv"]
    assert os.listdir(till.shop.places.home / "imports") == []
    assert counts(till.take_in(text)) == counts(rehearsed)
    assert counts(till.take_in(text, again=True, dry_run=True)) == (0, 4, 0, 1)


@pytest.mark.parametrize("kind", ImportKind)
def test_a_file_of_another_kind_is_refused_with_its_columns(till: Till, kind: ImportKind) -> None:
    with pytest.raises(FileRefused) as caught:
        till.take_in("name,colour\nx,red\n", kind)
    assert "lacks the column" in str(caught.value)
    assert till.read("SELECT count(*) FROM import_batch") == [(0,)]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("sku,colour", "lacks the column name. Columns are"),
        ("colour,size", "lacks the columns sku, name. Columns are"),
        ("sku,name,name", "has this column more than once: name."),
        ("sku,sku,name,name", "has these columns more than once: name, sku."),
    ],
)
def test_one_column_is_not_called_columns(till: Till, header: str, said: str) -> None:
    with pytest.raises(FileRefused) as caught:
        till.take_in(f"{header}\nx,red,x,x\n", ImportKind.PRODUCTS)

    assert said in str(caught.value)


def test_the_profile_that_is_named_is_the_one_that_counts(till: Till) -> None:
    with pytest.raises(FileRefused, match="receipt_no"):
        till.take_in(SALES, profile=ReceiptProfile.NATIVE)


def test_a_clerk_may_not_import(till: Till, clerk: Actor) -> None:
    with pytest.raises(NotAllowed):
        import_file(till.shop, clerk, ImportKind.RECEIPTS, till.folder / "none.csv")


def test_both_ends_of_an_import_are_audited(till: Till) -> None:
    till.take_in(SALES)
    entries = till.read(
        "SELECT actor, action, diff FROM audit_entry WHERE action LIKE 'import.%' ORDER BY id"
    )
    assert [(actor, action) for actor, action, _ in entries] == [("sun", "import.receipts")] * 2
    begin, end = (json.loads(diff) for _, _, diff in entries)
    assert (begin["stage"], begin["file"]) == ("begin", "till.csv")
    assert (end["stage"], end["accepted"]) == ("end", 3)


def test_two_imports_never_run_at_once(till: Till) -> None:
    def another(*_: int) -> None:
        with pytest.raises(AlreadyRunning):
            till.take_in(SALES, name="second.csv")

    assert till.take_in(SALES, progress=another).accepted == 3


@pytest.mark.parametrize("filling", ["x", " "], ids=["rejected", "accepted"])
def test_long_rows_are_not_held_in_memory_together(till: Till, filling: str) -> None:
    """120 rows of a mebibyte each: less than a third of them is ever there."""
    long = filling * ((1 << 20) - 10)
    path = till.folder / "till.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("sku,name\n")
        for number in range(120):
            file.write(
                f"S{number},a{long}z{number}\n" if filling == "x" else f"S{number},{long}a\n"
            )

    tracemalloc.start()
    try:
        summary = import_file(till.shop, till.actor, ImportKind.PRODUCTS, path)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert counts(summary) == ((0, 0, 0, 120) if filling == "x" else (120, 0, 0, 0))
    assert most < 40 << 20


def test_progress_reaches_the_end_of_the_file(till: Till) -> None:
    told: list[tuple[int, int, int]] = []
    rows = "".join(f"{number},A,a,1,2011-07-02 09:00:00,1,,UK\n" for number in range(1200))
    till.take_in(RETAIL + rows, progress=lambda *step: told.append(step))
    size = (till.folder / "till.csv").stat().st_size
    assert [done for done, _, _ in told] == [500, 1000, 1200]
    assert told[-1][1:] == (size, size)


def test_a_stale_reject_file_goes_when_there_is_nothing_to_reject(till: Till) -> None:
    rejected = till.take_in(SALES + "A1,B,x,1,,,,UK\n")
    path = Path(rejected.rejects_file or "")
    assert path == till.folder / "till.rejects.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    assert till.take_in(SALES).rejects_file is None
    assert not path.exists()


def test_a_reject_file_that_is_being_mended_stays_as_it_is(till: Till) -> None:
    bad = SALES + "A1,B,x,1,,,,UK\n"
    first = Path(till.take_in(bad).rejects_file or "")
    mended = first.read_text(encoding="utf-8").replace("A1,", "1,")
    first.write_text(mended, encoding="utf-8", newline="")

    assert till.take_in(SALES).rejects_file is None
    assert first.read_text(encoding="utf-8") == mended

    second = till.take_in(bad + "A2,B,x,1,,,,UK\n")
    assert second.rejects_file == str(till.folder / "till.rejects-2.csv")
    assert len(till.rejects(second)) == 2
    assert first.read_text(encoding="utf-8") == mended

    third = till.take_in(bad + "A3,B,x,1,,,,UK\n")  # nobody touched the second one
    assert third.rejects_file == second.rejects_file
    assert sorted(os.listdir(till.folder)) == [
        "till.csv", "till.rejects-2.csv", "till.rejects.csv",
    ]  # fmt: skip
    till.take_in(SALES, again=True)
    assert sorted(os.listdir(till.folder)) == ["till.csv", "till.rejects.csv"]


def test_a_reject_file_of_a_broken_off_import_is_not_written_twice(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = SALES + "A1,B,x,1,,,,UK\n"
    with monkeypatch.context() as broken:
        broken.setattr("data.importing.batches.finish", _killed)
        with pytest.raises(KeyboardInterrupt):
            till.take_in(bad)

    assert till.take_in(bad).rejects_file == str(till.folder / "till.rejects.csv")
    assert sorted(os.listdir(till.folder)) == ["till.csv", "till.rejects.csv"]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_dry_run_leaves_the_files_of_others_alone(shop: Shop, tmp_path: Path) -> None:
    home = tmp_path / "person"
    store = home / "shop.db"
    (home / ".dry-run-notes").mkdir(parents=True)
    shop.close()
    shutil.copyfile(shop.places.store.path, store)
    own = tmp_path / "counter"
    other = own / "imports" / ".dry-run-0123456789abcdef-x"
    other.mkdir(parents=True)
    away = open_shop(Places(own, Location(store)), Settings(), clock=Clock())
    file = tmp_path / "till.csv"
    file.write_text(SALES, encoding="utf-8")

    assert import_file(away, away.system, ImportKind.RECEIPTS, file, dry_run=True).accepted == 3

    away.close()
    assert (home / ".dry-run-notes").is_dir()
    assert os.listdir(own / "imports") == [other.name]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_is_read_only_keeps_no_rejects(till: Till) -> None:
    (till.folder / "till.csv").write_text(SALES + "A1,B,x,1,,,,UK\n", encoding="utf-8")
    till.folder.chmod(0o500)
    try:
        summary = import_file(till.shop, till.actor, ImportKind.RECEIPTS, till.folder / "till.csv")
    finally:
        till.folder.chmod(0o700)
    assert summary.rejects_file == str(till.shop.places.home / "imports" / "till.rejects.csv")


def test_a_save_in_between_is_seen_by_the_next_rows(till: Till) -> None:
    """Somebody else's new rows take keys and numbers that had been prepared."""

    def hire_somebody(done: int, *_: int) -> None:
        text = CUSTOMERS + f"K-{done},Jo,,,,,,,,\n"
        writer = BulkWriter(till.shop.places.store.path)
        with writer.transaction() as connection:
            connection.execute(
                "INSERT INTO customer (uid, change_no, version, care_flags, source, "
                "name_initials, search_text) SELECT ?, value + 1, 1, '[]', 'counter', '', '' "
                "FROM change_counter",
                (text,),
            )
            connection.execute("UPDATE change_counter SET value = value + 1")
        writer.close()

    rows = "".join(f"{n},S{n},a,1,2011-07-02 09:00:00,1,{n}.0,UK\n" for n in range(1, 1501))
    summary = till.take_in(RETAIL + rows, progress=hire_somebody)
    assert counts(summary) == (1500, 0, 0, 0)
    assert till.read(
        "SELECT count(*) FROM receipt r JOIN customer c ON c.id = r.customer_id "
        "WHERE c.customer_ref = r.receipt_no"
    ) == [(1500,)]
    assert till.read("SELECT count(*), count(DISTINCT change_no) FROM customer") == [(1503, 1503)]


# --- faults ---------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from counter.importing import import_file
from models.terms import ImportKind
from tests.premises import Clock, shop_at
shop = shop_at(Path(sys.argv[1]), Clock())
tell = lambda done, *_: print(done, flush=True)
import_file(shop, shop.system, ImportKind.RECEIPTS, Path(sys.argv[2]), progress=tell)
"""


def big_file(rng: random.Random, receipts: int = 400) -> tuple[str, Counter[str]]:
    """Sales, returns and faulty rows in a fixed mixture, and how many of each there are."""
    rows, expected = [RETAIL], Counter[str]()
    for number in range(receipts):
        at = f"2011-01-{1 + number // 20:02d} 10:{number % 20:02d}:00"
        for line_no in range(rng.randrange(1, 30)):
            rows.append(f"{number},S{line_no},name,5,{at},1.25,{number % 7}.0,UK\n")
            expected["accepted"] += 1
        rows.append(f"C{number},S0,name,-2,{at},1.25,{number % 7}.0,UK\n")
        expected["matched"] += 1
        rows.append(f"{number},S1,damaged,-3,{at},0,,UK\n")
        expected["rejected"] += 1
    return "".join(rows), expected


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_import_goes_on_where_it_stopped(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    text, expected = big_file(rng)
    path, home = tmp_path / "till.csv", tmp_path / "home"
    path.write_text(text, encoding="utf-8")
    shop_at(home, Clock()).close()
    root = Path(__file__).parents[2]
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(home), str(path)],
            stdout=subprocess.PIPE,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        ) as child:
            assert child.stdout is not None
            for _ in range(rng.randrange(2, 7)):
                child.stdout.readline()
            time.sleep(rng.random() * 0.01)
            child.send_signal(signal.SIGKILL)
            child.wait()
    shop = shop_at(home, Clock())
    till = Till(shop, shop.system, tmp_path)
    ((reached, status),) = till.read("SELECT next_row, status FROM import_batch")
    assert 0 < reached < sum(expected.values())
    assert status == "running"

    summary = import_file(shop, shop.system, ImportKind.RECEIPTS, path)

    assert counts(summary) == (expected["accepted"], 0, expected["matched"], expected["rejected"])
    assert till.read("SELECT count(*) FROM import_batch") == [(1,)]
    assert till.read(
        "SELECT count(*), count(DISTINCT receipt_id || '/' || line_no) FROM receipt_line"
    ) == [(expected["accepted"], expected["accepted"])]
    assert till.read("SELECT sum(qty_milli) FROM till_return") == [(expected["matched"] * 2000,)]
    assert till.read("SELECT sum(returned_milli) FROM receipt_line") == [
        (expected["matched"] * 2000,)
    ]
    assert till.read("SELECT count(*) FROM reject_row") == [(expected["rejected"],)]
    assert len((tmp_path / "till.rejects.csv").read_text().splitlines()) == expected["rejected"] + 1
    shop.close()


CELLS = {
    0: st.sampled_from(["1", "2", "C1", "C2", "A1", ""]),
    1: st.sampled_from(["A", "B", ""]),
    2: st.sampled_from(["towel", "", "毛\x1b巾"]),
    3: st.sampled_from(["1", "2", "5", "-1", "-2", "-9", "0", "x"]),
    4: st.sampled_from(["2011-07-02 09:00:00", "2011-07-03 09:00:00", "soon"]),
    5: st.sampled_from(["1.25", "0", "-1", "a"]),
    6: st.sampled_from(["5.0", "6", ""]),
    7: st.just("UK"),
}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(st.tuples(*CELLS.values()), max_size=25))
def test_every_row_is_accounted_for(till: Till, rows: list[tuple[str, ...]]) -> None:
    text = RETAIL + "".join(",".join(row) + "\n" for row in rows)
    summary = till.take_in(text, again=True)
    again = till.take_in(text, again=True)

    assert summary.rows == len(rows)
    counts(summary)
    assert again.accepted == again.matched_returns == 0
    assert till.read("SELECT count(*) FROM receipt_line WHERE returned_milli > qty_milli") == [(0,)]
    assert till.read(
        "SELECT count(*) FROM receipt_line l WHERE returned_milli <> (SELECT "
        "coalesce(sum(qty_milli), 0) FROM till_return t WHERE t.receipt_line_id = l.id)"
    ) == [(0,)]


# --- real files -----------------------------------------------------------------------------

REASONS = {
    "adjustment": 3,
    "exceeds_sold": 77,
    "no_customer": 383,
    "no_sale_found": 1645,
    "stock_correction": 1336,
}


@pytest.mark.skipif(not INPUT.exists(), reason="the public data set is not here")
def test_a_year_of_real_invoices(till: Till, tmp_path: Path) -> None:
    year, december = tmp_path / "year.csv.gz", tmp_path / "december.csv"
    year.write_bytes((INPUT / "online_retail_full.csv.gz").read_bytes())
    december.write_bytes((INPUT / "online_retail_2011-12.csv").read_bytes())

    whole = import_file(till.shop, till.actor, ImportKind.RECEIPTS, year)
    part = import_file(till.shop, till.actor, ImportKind.RECEIPTS, december)

    assert whole.rows == 541_909
    assert counts(whole) == (531_282, 0, 7_183, 3_444)
    assert whole.reasons == REASONS
    assert counts(part) == (0, 25_453, 0, 72)
    assert part.reasons == {
        "exceeds_sold": 4,
        "no_customer": 3,
        "no_sale_found": 35,
        "stock_correction": 30,
    }
