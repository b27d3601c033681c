from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter.exporting import export_batch
from counter.shop import Shop
from data.driver import connect
from data.exporting import totals
from data.exporting.snapshot import Snapshot
from data.exporting.tables import TABLES
from data.exporting.totals import FACT, Totals
from models.receipt import ReceiptLine
from tests.premises import Clock, sell, shop_at


def totals_of_last(shop: Shop) -> dict[str, Any]:
    with shop.reading(shop.system) as desk:
        text = desk.reader.value("SELECT totals FROM export_batch ORDER BY id DESC LIMIT 1")
    found: dict[str, Any] = json.loads(text)
    return found


def added_up(shop: Shop) -> dict[str, Any]:
    """The totals as the definition says, by the plainest way there is."""
    found: dict[str, Any] = {}
    with shop.reading(shop.system) as desk:
        for table in TABLES:
            names = ", ".join(["uid", "change_no", *table.sums])
            rows = desk.reader.all(f"SELECT {names} FROM {table.name}")
            digests = [
                hashlib.md5(f"{row[0]}:{row[1]}".encode(), usedforsecurity=False).hexdigest()
                for row in rows
            ]
            found[table.name] = {
                "rows": len(rows),
                "row_hash_sum": f"{sum(int(one, 16) for one in digests) % 2**128:032x}",
                "sums": {
                    name: sum(row[2 + place] or 0 for row in rows)
                    for place, name in enumerate(table.sums)
                },
            }
    return found


def change_prices(shop: Shop, keys: list[int], price: int) -> None:
    with shop.writing(shop.system) as desk:
        for key in keys:
            line = desk.session.get(ReceiptLine, key)
            assert line is not None
            line.unit_paid_minor = price
            desk.session.add(line)


def test_full_batch_says_what_is_in_the_store(shop: Shop) -> None:
    sell(shop)
    export_batch(shop, shop.system)

    said = totals_of_last(shop)

    assert said["tables"] == added_up(shop)
    assert said["tables"]["receipt_line"]["sums"]["unit_paid_minor"] == 29900 + 1180


def test_totals_after_changes_count_the_whole_store_and_not_the_batch(shop: Shop) -> None:
    for number in range(20):
        sell(shop, f"R{number}")
    export_batch(shop, shop.system)
    change_prices(shop, [3, 17, 40], 7)
    sell(shop, "R99")

    summary = export_batch(shop, shop.system)

    assert summary.tables["receipt_line"] == 5
    assert totals_of_last(shop)["tables"] == added_up(shop)
    assert totals_of_last(shop)["tables"]["receipt_line"]["rows"] == 42


@settings(max_examples=10)
@given(st.lists(st.lists(st.integers(1, 40), max_size=8, unique=True), min_size=1, max_size=3))
def test_totals_kept_over_many_nights_equal_totals_made_anew(nights: list[list[int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = shop_at(Path(folder) / "home", Clock())
        try:
            for number in range(20):
                sell(shop, f"R{number}")
            export_batch(shop, shop.system)
            for price, keys in enumerate(nights):
                change_prices(shop, keys, price)
                export_batch(shop, shop.system)
                assert totals_of_last(shop)["tables"] == added_up(shop)
        finally:
            shop.close()


def test_totals_go_on_from_where_an_abandoned_batch_left_them(shop: Shop) -> None:
    sell(shop)
    export_batch(shop, shop.system)
    sell(shop, "R2")

    def crash(step: str) -> None:
        if step == "recorded":
            raise KeyboardInterrupt

    try:
        export_batch(shop, shop.system, after_step=crash)
    except KeyboardInterrupt:
        sell(shop, "R3")
    export_batch(shop, shop.system)

    assert totals_of_last(shop)["tables"] == added_up(shop)


def test_blocks_are_written_a_few_at_a_time_and_none_is_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "_AT_ONCE", 2)
    for number in range(40):
        sell(shop, f"R{number}")
    export_batch(shop, shop.system)
    change_prices(shop, [1, 20, 40, 60, 80], 3)

    export_batch(shop, shop.system)
    change_prices(shop, [1, 20, 40, 60, 80], 4)
    export_batch(shop, shop.system)

    assert totals_of_last(shop)["tables"] == added_up(shop)


def test_totals_without_what_was_kept_are_made_anew(shop: Shop) -> None:
    sell(shop)
    export_batch(shop, shop.system)
    connection = connect(shop.places.store.path)
    connection.execute("DELETE FROM store_fact WHERE name = ?", (FACT,))
    connection.close()
    sell(shop, "R2")

    export_batch(shop, shop.system)

    assert totals_of_last(shop)["tables"] == added_up(shop)


def test_work_follows_the_changes_and_not_the_store(shop: Shop) -> None:
    for number in range(40):
        sell(shop, f"R{number}")
    export_batch(shop, shop.system)
    change_prices(shop, [33], 1)

    with Snapshot(shop.places.store) as snapshot, Totals() as measured:
        measured.measure(snapshot, anew=False)

    assert measured.changed_blocks == 1
