from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest

from counter.desk import Actor
from counter.exporting import export_batch, export_recorded, export_view, list_batches
from counter.list_files import export_customer_receipts, export_staff
from counter.settings import Settings
from counter.shop import Shop
from models.errors import FileRefused, InvalidInput, NotAllowed, StoreBusy
from models.terms import Role
from tests.premises import Clock, Sale, hire, rows


def read_view(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def view_of(shop: Shop, actor: Actor, *rows: list[Any], name: str = "tickets") -> Path:
    with shop.reading(actor) as desk:
        return export_view(desk, shop.places.exports, name, ["no", "amount", "at"], rows).path


def test_summary_is_json_and_says_where_the_batch_lies(shop: Shop, supervisor: Actor) -> None:
    summary = export_batch(shop, supervisor)

    said = json.loads(json.dumps(summary.to_json()))
    assert said["folder"] == str(shop.places.exports / "SHOP" / "2025-03-08-0001")
    assert said["rows"] == sum(said["tables"].values())
    few = {"site": 1, "staff": 2, "policy_version": 1, "service_version": 1, "service_target": 4}
    assert {name: said["tables"][name] for name in few} == few


def test_who_exported_stands_in_the_audit(shop: Shop, supervisor: Actor) -> None:
    summary = export_batch(shop, supervisor)

    with shop.reading(supervisor) as desk:
        row = desk.reader.one(
            "SELECT actor, action, diff FROM audit_entry ORDER BY id DESC LIMIT 1"
        )
    assert row is not None
    assert row[:2] == ("sun", "export.batch")
    assert json.loads(row[2])["manifest"] == summary.manifest_sha256


def test_clerk_may_not_export_batches(shop: Shop, clerk: Actor) -> None:
    for refused in (lambda: export_batch(shop, clerk), lambda: list_batches(shop, clerk)):
        with pytest.raises(NotAllowed):
            refused()

    assert not shop.places.exports.exists()


def test_batches_go_to_the_folder_of_the_settings(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    shop.settings = Settings(exports=tmp_path / "share")

    assert export_batch(shop, shop.system).folder.parent == tmp_path / "share" / "SHOP"


def test_folder_of_the_settings_is_not_made_where_it_is_missing(shop: Shop, tmp_path: Path) -> None:
    shop.settings = Settings(exports=tmp_path / "unplugged")

    with pytest.raises(FileRefused, match="does not exist"):
        export_batch(shop, shop.system)


@pytest.mark.parametrize("named", ["2025-02-30", "yesterday", "20250308T10"])
def test_date_that_is_none_is_refused(shop: Shop, named: str) -> None:
    with pytest.raises(InvalidInput, match="is no date"):
        export_batch(shop, shop.system, date=named)


def test_batches_are_listed_with_the_newest_first(shop: Shop, clock: Clock, sale: Sale) -> None:
    first = export_batch(shop, shop.system)
    clock.forward(days=1)
    export_batch(shop, shop.system)

    newest, oldest = list_batches(shop, shop.system)

    assert (newest.batch_no, newest.rows, newest.business_date) == (2, 0, date(2025, 3, 9))
    assert (oldest.rows, oldest.folder) == (first.rows, str(first.folder))
    assert oldest.made_at == datetime(2025, 3, 8, 2, tzinfo=UTC)
    assert json.dumps([row.to_json() for row in (newest, oldest)])


def test_progress_counts_the_rows_of_the_whole_batch(shop: Shop, sale: Sale) -> None:
    seen: list[tuple[str, int]] = []

    summary = export_batch(shop, shop.system, progress=lambda *step: seen.append(step))

    assert seen[0] == ("site", 1)
    assert seen[-1][1] == summary.rows


# --- views ----------------------------------------------------------------------------------


def test_view_is_a_guarded_file_in_the_shops_time(shop: Shop, clerk: Actor) -> None:
    path = view_of(shop, clerk, ["=cmd|' /C calc'!A0", -5, shop.clock()], ["退货", None, None])

    assert path == shop.places.exports / "views" / "tickets-20250308-100000.csv"
    assert read_view(path) == [
        ["#counter", "no", "amount", "at"],
        ["", "'=cmd|' /C calc'!A0", "-5", "2025-03-08 10:00"],
        ["", "退货", "", ""],
    ]


def test_two_views_of_one_second_are_two_files(shop: Shop, clerk: Actor) -> None:
    assert view_of(shop, clerk, ["a", 1, None]) != view_of(shop, clerk, ["b", 2, None])


def test_technician_may_not_export_a_view(shop: Shop) -> None:
    technician = hire(shop, "wu", Role.TECHNICIAN)

    with pytest.raises(NotAllowed):
        view_of(shop, technician)


@pytest.mark.parametrize("name", ["../tickets", "Tickets", "", "a b", "a/b"])
def test_name_of_a_view_cannot_leave_its_folder(shop: Shop, clerk: Actor, name: str) -> None:
    with pytest.raises(ValueError, match=name or "^$"):
        view_of(shop, clerk, name=name)


def test_who_took_a_list_away_stands_in_the_audit(shop: Shop, clerk: Actor, sale: Sale) -> None:
    file = export_recorded(
        shop,
        clerk,
        lambda desk, folder: export_customer_receipts(desk, sale.customer_id, folder),
    )

    assert file.unrecorded is None
    entry = rows(shop, "SELECT actor, action, diff FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert entry[0][:2] == (clerk.login, "view.exported")
    assert json.loads(entry[0][2]) == {"view": "customer-receipts", "rows": 1}


def test_a_file_is_kept_when_the_store_refuses_the_entry(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Actor) -> NoReturn:
        raise StoreBusy("busy")

    monkeypatch.setattr(shop, "writing", refuses)
    file = export_recorded(shop, clerk, export_staff)

    assert isinstance(file.unrecorded, StoreBusy)
    assert len(read_view(file.path)) == file.rows + 1


def test_a_list_that_was_refused_leaves_no_entry(shop: Shop, clerk: Actor) -> None:
    before = rows(shop, "SELECT count(*) FROM audit_entry")
    shop.places.exports.write_text("in the way", encoding="utf-8")
    with pytest.raises(FileRefused):
        export_recorded(shop, clerk, export_staff)

    assert rows(shop, "SELECT count(*) FROM audit_entry") == before
