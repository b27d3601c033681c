from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter.desk import Actor
from counter.exporting import export_batch
from counter.shop import Shop
from data.driver import connect
from data.exporting import totals
from data.exporting.snapshot import Snapshot
from data.exporting.tables import TABLES
from data.exporting.totals import FACT, Totals
from models.receipt import ReceiptLine
from tests.premises import Clock, sell, shop_at

NIGHT = st.lists(st.integers(1, 40), max_size=8, unique=True)
"""Keys of the receipt lines that change until the next export."""


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
@given(nights=st.lists(NIGHT, min_size=1, max_size=3))
def test_totals_kept_over_many_nights_equal_totals_made_anew(
    founded_store: Path, nights: list[list[int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = shop_at(Path(folder) / "home", Clock(), founded_store)
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


def test_whoever_holds_all_batches_holds_what_the_store_counts(shop: Shop, clerk: Actor) -> None:
    """What head office does: the higher seq of a uid wins; then it compares the totals."""
    folders = []
    for night in range(4):
        sell(shop, f"R{night}")
        change_prices(shop, [1, night + 1], 100 + night)
        folders.append(export_batch(shop, shop.system).folder)
    held: dict[str, dict[str, dict[str, str]]] = {table.name: {} for table in TABLES}
    for folder in folders:
        for name, rows in held.items():
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                rows |= {row["uid"]: row for row in csv.DictReader(file, strict=True)}

    for name, said in totals_of_last(shop)["tables"].items():
        rows = held[name]
        versions = [f"{row['uid']}:{row['seq']}".encode() for row in rows.values()]
        digests = [hashlib.md5(one, usedforsecurity=False).hexdigest() for one in versions]
        assert said["rows"] == len(rows)
        assert int(said["row_hash_sum"], 16) == sum(int(one, 16) for one in digests) % 2**128
        for column, amount in said["sums"].items():
            assert amount == sum(int(row[column] or 0) for row in rows.values())


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
