from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.exporting import export_batch, verify_batch
from counter.shop import Shop
from data.exporting import verifying
from data.exporting.tables import TABLES
from data.exporting.verifying import read_back
from tests.premises import Sale


@pytest.fixture
def batch(shop: Shop, sale: Sale) -> Path:
    """A batch as it was made."""
    return export_batch(shop, shop.system).folder


def faults(folder: Path) -> str:
    return " ".join(str(fault) for fault in verify_batch(folder).faults)


def rewrite(batch: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = batch / "datapackage.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_batch_as_it_was_made_is_sound(batch: Path) -> None:
    report = verify_batch(batch)

    assert report.sound
    assert (report.batch, report.store, report.files) == (1, "SHOP", len(TABLES))
    manifest = json.loads((batch / "datapackage.json").read_bytes())
    assert report.rows == sum(resource["rows"] for resource in manifest["resources"])
    assert report.to_json()["faults"] == []


def test_one_byte_that_was_changed_is_found(batch: Path) -> None:
    path = batch / "receipt_line.csv"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    assert "receipt_line.csv was changed" in faults(batch)


def test_row_that_was_taken_out_is_found(batch: Path) -> None:
    path = batch / "receipt_line.csv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    assert "receipt_line.csv has 1 rows; the manifest says 2." in faults(batch)


def test_file_that_is_missing_is_found(batch: Path) -> None:
    (batch / "tender.csv").unlink()

    assert "tender.csv cannot be read" in faults(batch)


def test_file_that_does_not_belong_is_found(batch: Path) -> None:
    (batch / "more.csv").write_text("x")

    assert "more.csv does not belong" in faults(batch)


def test_folder_without_a_manifest_is_no_batch(batch: Path) -> None:
    (batch / "datapackage.json").unlink()

    assert "this folder is no batch" in faults(batch)
    assert "this folder is no batch" in faults(batch / "nowhere")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_manifest_that_is_no_json_is_said(batch: Path, content: bytes) -> None:
    (batch / "datapackage.json").write_bytes(content)

    assert "no JSON" in faults(batch)


@pytest.mark.parametrize("content", ["[]", "5", '"x"', "{}", '{"resources": 5}', "null"])
def test_manifest_of_something_else_is_said(batch: Path, content: str) -> None:
    (batch / "datapackage.json").write_text(content)

    assert "describes no batch" in faults(batch)


def test_manifest_that_lost_a_property_is_said(batch: Path) -> None:
    rewrite(batch, lambda manifest: manifest.pop("epoch"))

    assert "says no epoch" in faults(batch)


@pytest.mark.parametrize("path", ["../counter.db", "/etc/passwd", "a/b.csv", "..", "x.CSV\n"])
def test_no_file_outside_the_batch_is_read(
    batch: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    rewrite(batch, lambda manifest: manifest["resources"][0].update(path=path))
    monkeypatch.setattr(verifying, "read_back", lambda _: pytest.fail("a file was read"))

    assert "outside the batch" in faults(batch)


def test_manifest_with_other_columns_is_said(batch: Path) -> None:
    rewrite(batch, lambda manifest: manifest["resources"][0]["schema"]["fields"].pop())

    assert "other columns" in faults(batch)


CELLS = st.text(st.sampled_from('ab",\r\n退'), max_size=6)


@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=12), block=st.integers(1, 7))
def test_rows_are_counted_as_a_parser_counts_them(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], block: int
) -> None:
    path = tmp_path_factory.mktemp("counted") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows([("a", "b"), *rows])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "_AT_ONCE", block)
        assert read_back(path).rows == len(rows)
        assert read_back(path).bytes == path.stat().st_size
