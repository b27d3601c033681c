from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from filelock import FileLock

from counter import compensations, refunds, returns
from counter.customers import CustomerDraft, add_customer
from counter.desk import Actor
from counter.doctor import examine
from counter.exchanges import Replacement
from counter.exporting import ExportSummary, export_batch, list_batches, verify_batch
from counter.founding import SiteDraft, describe_site
from counter.settings import Settings
from counter.shop import Shop
from counter.tickets import TicketDraft, note, open_ticket
from data.changes import READ
from data.driver import connect
from data.exporting.tables import SCHEMA_VERSION, TABLES
from models.customer import Customer
from models.errors import AlreadyRunning, FileRefused
from models.terms import PersonalData
from tests.claims import (
    COOKER,
    TOWELS,
    approved,
    do,
    draft,
    exchanged,
    pending,
    refunded,
    submitted,
)
from tests.premises import Clock, Sale, sell

HOSTILE = '=1+1\n"退货", 杯子裂了 🫖; O\'Neil\t\x00'

STEPS = (
    "planned",
    *(f"{table.name}.csv" for table in TABLES),
    "written",
    "recorded",
    "renamed",
    "read back",
)


class Killed(BaseException):
    """Stands for a process that ends on the spot: nothing cleans up after it."""


def killed_after(wanted: str) -> Callable[[str], None]:
    def after_step(step: str) -> None:
        if step == wanted:
            raise Killed

    return after_step


def export(shop: Shop, **options: Any) -> ExportSummary:
    return export_batch(shop, shop.system, **options)


def manifest(summary: ExportSummary) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((summary.folder / "datapackage.json").read_bytes())
    return found


def rows(summary: ExportSummary, table: str) -> list[dict[str, str]]:
    with (summary.folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def batches_in(shop: Shop) -> list[str]:
    return sorted(path.name for path in (shop.places.exports / "SHOP").iterdir())


def last_change(shop: Shop) -> int:
    with shop.reading(shop.system) as desk:
        found: int = desk.reader.value(READ)
    return found


def a_ticket(shop: Shop, actor: Actor, summary: str = "Cracked cup") -> str:
    with shop.writing(actor) as desk:
        return open_ticket(desk, TicketDraft(kind="return", summary=summary, body=summary)).no


def validate(summary: ExportSummary) -> subprocess.CompletedProcess[str]:
    """An outside judge: the reference implementation of the Data Package standard."""
    return subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json"],
        cwd=summary.folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )


# --- what a batch is ------------------------------------------------------------------------


def test_frictionless_accepts_a_full_batch_and_the_one_after_it(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = a_ticket(shop, clerk, HOSTILE)
    first = export(shop)
    with shop.writing(clerk) as desk:
        note(desk, no, HOSTILE)
    second = export(shop)

    for summary in (first, second):
        judged = validate(summary)
        assert judged.returncode == 0, judged.stdout + judged.stderr
    assert second.rows == 2, "the ticket and its event; what they refer to left before"


def test_frictionless_refuses_what_was_changed(shop: Shop, sale: Sale) -> None:
    summary = export(shop)
    path = summary.folder / "customer.csv"
    path.write_bytes(path.read_bytes().replace(b"counter", b"tourist"))

    assert validate(summary).returncode != 0


def test_frictionless_accepts_returns_of_every_stage(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, TOWELS, "2"))
    first = export(shop)
    do(shop, clerk, refunds.settle, no, ref=HOSTILE[:40])
    exchanged(
        shop,
        clerk,
        draft(sale.receipt_no, COOKER, reason="quality", remedy="exchange"),
        Replacement(COOKER, "SN-NEW"),
    )
    picked_up = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1", mode="pickup"))
    when = ("2025-03-09 14:00", "2025-03-09 16:00")
    do(shop, clerk, returns.schedule, picked_up, *when, HOSTILE)
    refused = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1", resale_ok=False))
    do(shop, clerk, returns.refer, refused, HOSTILE)
    do(shop, supervisor, returns.override, refused, TOWELS, "refund", HOSTILE, amount_minor=99)
    do(shop, clerk, compensations.propose, refused, amount_minor=500, legal_base=HOSTILE)
    second = export(shop)

    for summary in (first, second, export(shop, full=True)):
        judged = validate(summary)
        assert judged.returncode == 0, judged.stdout + judged.stderr
    assert first.tables["refund"] == second.tables["refund"] == 1
    assert second.tables["goods_movement"] == second.tables["serial_unit"] == 2
    assert second.tables["appointment"] == second.tables["compensation"] == 1


def test_the_money_of_returns_is_among_the_control_totals(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, TOWELS, "2"))
    export(shop)
    do(shop, clerk, refunds.settle, no)
    refunded(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))

    said = manifest(export(shop))["totals"]["tables"]

    assert (said["refund"]["rows"], said["refund"]["sums"]) == (2, {"amount_minor": 3540})
    assert said["refund_allocation"]["sums"] == {"amount_minor": 3540}
    assert said == manifest(export(shop, full=True))["totals"]["tables"]


def test_manifest_says_what_the_batch_is(shop: Shop, sale: Sale) -> None:
    first = manifest(export(shop))
    summary = export(shop)
    second = manifest(summary)

    assert (first["store"], first["batch"], first["full"]) == ("SHOP", 1, True)
    assert first["business_date"] == "2025-03-08"
    assert (first["from_seq"], first["to_seq"]) == (0, last_change(shop))
    assert (second["from_seq"], second["to_seq"]) == (first["to_seq"], first["to_seq"])
    assert first["previous_sha256"] is None
    digest = hashlib.sha256(
        (summary.folder.parent / "2025-03-08-0001/datapackage.json").read_bytes()
    )
    assert second["previous_sha256"] == digest.hexdigest()
    assert second["epoch"] == first["epoch"]
    assert second["schema_version"] == SCHEMA_VERSION == 3
    assert second["made_at"] == "2025-03-08T02:00:00.000000Z"
    assert second["totals"]["tables"]["receipt_line"]["rows"] == 2
    assert [file["path"] for file in second["resources"]] == [f"{t.name}.csv" for t in TABLES]


def test_manifest_names_the_head_of_the_audit_chain(shop: Shop, sale: Sale) -> None:
    with shop.reading(shop.system) as desk:
        head = desk.reader.value("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1")

    assert manifest(export(shop))["audit_head"] == head


def test_manifest_gives_bytes_rows_and_hash_of_every_file(shop: Shop, sale: Sale) -> None:
    summary = export(shop)

    for file in manifest(summary)["resources"]:
        held = (summary.folder / file["path"]).read_bytes()
        assert file["bytes"] == len(held)
        assert file["hash"] == f"sha256:{hashlib.sha256(held).hexdigest()}"
        assert file["rows"] == len(rows(summary, file["name"]))
        assert held.startswith(f"store,uid,seq,{file['schema']['fields'][3]['name']}".encode())


def test_open_tickets_are_a_control_total(shop: Shop, clerk: Actor) -> None:
    a_ticket(shop, clerk)
    a_ticket(shop, clerk)

    assert manifest(export(shop))["totals"]["open_tickets"] == 2


def test_references_between_rows_are_uids(shop: Shop, sale: Sale) -> None:
    lines = rows(export(shop), "receipt_line")

    assert {line["receipt_uid"] for line in lines} == {sale.receipt_uid}
    assert [line["uid"] for line in lines] == list(sale.line_uids)
    assert {line["currency"] for line in lines} == {"CNY"}
    assert {line["store"] for line in lines} == {"SHOP"}


def test_texts_leave_as_they_are(shop: Shop, clerk: Actor) -> None:
    no = a_ticket(shop, clerk)
    with shop.writing(clerk) as desk:
        note(desk, no, HOSTILE)
    with shop.reading(clerk) as reading:
        stored = reading.reader.value("SELECT text FROM ticket_event WHERE event_no = 2")

    leaving = rows(export(shop), "ticket_event")

    assert stored.startswith('=1+1\n"退货", 杯子裂了 🫖')
    assert [event["text"] for event in leaving] == ["", stored]


def test_values_leave_in_their_exact_form(shop: Shop, sale: Sale) -> None:
    summary = export(shop)
    (receipt,) = rows(summary, "receipt")
    first, _ = rows(summary, "receipt_line")

    assert receipt["sold_at"] == "2025-03-03T02:00:00.000000Z"
    assert (first["qty_milli"], first["unit_paid_minor"]) == ("1000", "29900")
    assert (first["list_minor"], first["no_return_confirmed"]) == ("", "false")
    assert rows(summary, "product")[0]["barcode"] == "0690123456789"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_only_this_account_can_read_a_batch(shop: Shop) -> None:
    folder = export(shop).folder

    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


# --- which rows -----------------------------------------------------------------------------


def test_only_what_changed_leaves(shop: Shop, clerk: Actor, sale: Sale) -> None:
    first = a_ticket(shop, clerk)
    a_ticket(shop, clerk)
    export(shop)
    with shop.writing(clerk) as desk:
        note(desk, first, "called back")

    summary = export(shop)

    assert {name: count for name, count in summary.tables.items() if count} == {
        "ticket": 1,
        "ticket_event": 1,
    }
    assert [ticket["no"] for ticket in rows(summary, "ticket")] == [first]


def test_idle_night_makes_an_empty_batch(shop: Shop, sale: Sale) -> None:
    export(shop)

    summaries = [export(shop), export(shop)]

    assert [summary.rows for summary in summaries] == [0, 0]
    assert [summary.batch for summary in summaries] == [2, 3]
    assert all(verify_batch(summary.folder).sound for summary in summaries)


def test_keeping_the_book_draws_no_change_number(shop: Shop, sale: Sale) -> None:
    before = last_change(shop)

    export(shop)

    assert last_change(shop) == before


def test_row_written_while_the_clock_was_set_back_is_not_lost(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    a_ticket(shop, clerk)
    export(shop)
    clock.forward(hours=-30)
    late = a_ticket(shop, clerk)

    summary = export(shop)

    assert [ticket["no"] for ticket in rows(summary, "ticket")] == [late]
    assert summary.business_date == "2025-03-07"
    assert manifest(summary)["days_covered"] == {"from": "2025-03-07", "to": "2025-03-07"}


def test_full_batch_begins_at_nought(shop: Shop, sale: Sale) -> None:
    first = export(shop)

    again = export(shop, full=True)

    assert (again.batch, again.from_seq, again.rows) == (2, 0, first.rows)
    assert content(again.folder)["receipt_line.csv"] == content(first.folder)["receipt_line.csv"]
    assert manifest(again)["totals"] == manifest(first)["totals"]


def test_new_epoch_begins_with_a_full_batch_and_goes_on_counting(shop: Shop, sale: Sale) -> None:
    first = export(shop)
    connection = connect(shop.places.store.path)
    connection.execute("UPDATE store_fact SET value = 'restored' WHERE name = 'epoch'")
    connection.close()

    summary = export(shop)

    assert (summary.epoch, summary.full, summary.from_seq) == ("restored", True, 0)
    assert summary.batch == first.batch + 1, "the folder of the older epoch stays"
    assert manifest(summary)["previous_sha256"] is None


def test_setting_for_persons_that_changed_lets_everything_leave_again(
    shop: Shop, sale: Sale
) -> None:
    export(shop)
    shop.settings = Settings(personal_data=PersonalData.FULL)

    assert export(shop).full
    assert not export(shop).full


def test_shop_with_another_code_lets_everything_leave_under_it(shop: Shop, sale: Sale) -> None:
    export(shop)
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(code="SH-01"))
    shop.site_changed()

    summary = export(shop)

    assert (summary.store, summary.full, summary.folder.parent.name) == ("SH-01", True, "SH-01")


def by_an_earlier_program(shop: Shop) -> None:
    """Let the batches so far, and the totals that grew with them, be those of version 1."""
    later = ("goods_movement", "serial_unit", "appointment", "attachment", "typed_receipt")
    gone = ", ".join(f"'$.tables.{table}'" for table in later)
    connection = connect(shop.places.store.path)
    connection.execute("UPDATE export_batch SET schema_version = 1")
    connection.execute(
        f"UPDATE store_fact SET value = json_remove(value, {gone}) WHERE name = 'control_totals'"
    )
    connection.close()


def test_after_batches_of_an_earlier_program_everything_leaves_once_more(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    refunded(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    before = export(shop)
    by_an_earlier_program(shop)

    summary = export(shop)
    first, second = manifest(before), manifest(summary)

    assert (second["batch"], second["full"], second["from_seq"]) == (2, True, 0)
    assert (second["schema_version"], second["totals"]) == (SCHEMA_VERSION, first["totals"])
    assert second["previous_sha256"] == before.manifest_sha256
    assert summary.rows == before.rows
    assert validate(summary).returncode == 0
    assert (export(shop).rows, examine(shop, shop.system).healthy) == (0, True)


def test_a_batch_that_an_earlier_program_left_behind_is_adopted_and_all_leaves_after_it(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("renamed"))
    by_an_earlier_program(shop)

    adopted, next_one = export(shop), export(shop)

    assert (adopted.batch, next_one.batch) == (1, 2)
    assert manifest(next_one)["full"]
    assert next_one.rows == adopted.rows


def test_missed_nights_are_covered_by_one_batch(shop: Shop, clock: Clock, sale: Sale) -> None:
    export(shop)
    clock.forward(days=9)
    sell(shop, "R2")

    summary = export(shop)

    assert manifest(summary)["days_covered"] == {"from": "2025-03-09", "to": "2025-03-17"}
    assert summary.tables["receipt"] == 1


def test_date_labels_the_batch_and_selects_no_row(shop: Shop, sale: Sale) -> None:
    summary = export(shop, date="2020-01-01")

    assert summary.folder.name == "2020-01-01-0001"
    assert summary.tables["receipt"] == 1


# --- crashes --------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_any_step_one_batch_stands_after_the_next_run(
    shop: Shop, sale: Sale, step: str
) -> None:
    export(shop)
    sell(shop, "R2")
    with pytest.raises(Killed):
        export(shop, after_step=killed_after(step))

    summary = export(shop)

    assert (summary.batch, summary.tables["receipt"]) == (2, 1)
    assert batches_in(shop) == ["2025-03-08-0001", "2025-03-08-0002"]
    assert verify_batch(summary.folder).sound
    assert [row.status for row in list_batches(shop, shop.system)] == ["verified", "verified"]
    assert export(shop).rows == 0


@pytest.mark.parametrize("step", STEPS)
def test_batch_made_again_from_an_unchanged_store_has_the_same_bytes(
    shop: Shop, sale: Sale, clock: Clock, tmp_path: Path, step: str
) -> None:
    kept: dict[str, bytes] = {}

    def stop(done: str) -> None:
        if done == "written":
            (part,) = (shop.places.exports / "SHOP").iterdir()
            kept.update(content(part))
        if done == step:
            raise Killed

    with pytest.raises(Killed):
        export(shop, after_step=stop)
    clock.forward(minutes=20)

    summary = export(shop)

    if kept:
        assert content(summary.folder) == kept
    assert manifest(summary)["made_at"] == "2025-03-08T02:00:00.000000Z"


def test_what_changed_after_the_crash_leaves_with_the_same_number(shop: Shop, sale: Sale) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("recorded"))
    sell(shop, "R2")

    summary = export(shop)

    assert (summary.batch, summary.tables["receipt"]) == (1, 2)


def test_batch_that_stands_is_adopted_as_it_is(shop: Shop, sale: Sale) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("renamed"))
    before = content(shop.places.exports / "SHOP" / "2025-03-08-0001")
    sell(shop, "R2")

    adopted = export(shop)
    following = export(shop)

    assert adopted.adopted
    assert content(adopted.folder) == before
    assert (following.batch, following.tables["receipt"]) == (2, 1)


def test_adopting_yesterdays_batch_does_not_replace_todays(
    shop: Shop, sale: Sale, clock: Clock
) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("renamed"))
    clock.forward(days=1)

    summary = export(shop)

    assert (summary.batch, summary.business_date) == (2, "2025-03-09")
    assert batches_in(shop) == ["2025-03-08-0001", "2025-03-09-0002"]


def test_batch_asked_for_elsewhere_follows_the_adopted_one(
    shop: Shop, sale: Sale, tmp_path: Path
) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("renamed"))

    summary = export(shop, out=tmp_path)

    assert (summary.batch, summary.folder.parent) == (2, tmp_path / "SHOP")
    assert batches_in(shop) == ["2025-03-08-0001"]


def test_file_that_does_not_read_back_is_no_batch(shop: Shop, sale: Sale) -> None:
    def rot(step: str) -> None:
        if step == "renamed":
            path = shop.places.exports / "SHOP" / "2025-03-08-0001" / "receipt.csv"
            path.write_bytes(path.read_bytes().replace(b"CNY", b"EUR"))

    with pytest.raises(FileRefused, match="did not read back"):
        export(shop, after_step=rot)

    assert [row.status for row in list_batches(shop, shop.system)] == ["failed"]
    assert (export(shop).batch, batches_in(shop)) == (1, ["2025-03-08-0001"])


def test_unfinished_plan_of_yesterday_is_made_under_todays_date(
    shop: Shop, sale: Sale, clock: Clock
) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("written"))
    clock.forward(days=1)

    summary = export(shop)

    assert batches_in(shop) == ["2025-03-09-0001"]
    assert manifest(summary)["made_at"] == "2025-03-09T02:00:00.000000Z"


def test_batch_that_was_damaged_before_it_was_checked_is_made_again(shop: Shop, sale: Sale) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("renamed"))
    damaged = shop.places.exports / "SHOP" / "2025-03-08-0001" / "receipt.csv"
    damaged.write_bytes(b"")

    summary = export(shop)

    assert (summary.batch, summary.adopted) == (1, False)
    assert verify_batch(summary.folder).sound


def test_full_disk_leaves_no_batch_and_the_next_run_sends_all(
    shop: Shop, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(shop)
    sell(shop, "R2")

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(FileRefused, match="disk is full"):
        export(shop)
    monkeypatch.undo()

    assert batches_in(shop) == ["2025-03-08-0001"]
    failed = list_batches(shop, shop.system)[0]
    assert failed.status == "failed"
    assert "disk is full" in str(failed.error)
    assert export(shop).tables["receipt"] == 1


def test_a_killed_process_holds_no_lock(shop: Shop, sale: Sale) -> None:
    with pytest.raises(Killed):
        export(shop, after_step=killed_after("planned"))

    assert export(shop).batch == 1


# --- folders and locks ----------------------------------------------------------------------


def test_two_exports_never_run_at_once(shop: Shop) -> None:
    store = shop.places.store.path

    with (
        FileLock(store.with_name(f"{store.name}.export.lock")),
        pytest.raises(AlreadyRunning, match="Nothing was done"),
    ):
        export(shop)

    assert list_batches(shop, shop.system) == []


def test_folder_that_is_missing_is_refused(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="does not exist"):
        export(shop, out=tmp_path / "stick")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="rights do not bind this account"
)
def test_folder_that_is_read_only_is_refused(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir(mode=0o500)

    with pytest.raises(FileRefused, match="right to write"):
        export(shop, out=folder)


def test_folder_that_refuses_is_named_and_nothing_is_planned(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where rights do not bind the account that runs the tests, the call itself refuses."""
    make = Path.mkdir

    def refuse(path: Path, *values: Any, **options: Any) -> None:
        if path.name == "SHOP":
            raise PermissionError(errno.EACCES, "denied")
        make(path, *values, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(FileRefused, match="right to write"):
        export(shop, out=tmp_path)

    assert list_batches(shop, shop.system) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right on Windows")
def test_batches_stay_inside_the_configured_folder(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "SHOP").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileRefused, match="leads out of"):
        export(shop, out=tmp_path / "out")

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_folder_of_somebody_else_is_never_overwritten(shop: Shop, sale: Sale) -> None:
    export(shop)
    foreign = shop.places.exports / "SHOP" / "2025-03-08-0002"
    foreign.mkdir()
    (foreign / "keep.txt").write_text("keep")

    with pytest.raises(FileRefused, match="exists already"):
        export(shop)

    assert content(foreign) == {"keep.txt": b"keep"}


# --- persons --------------------------------------------------------------------------------


def a_person(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        key = add_customer(desk, CustomerDraft(name="张小明", phone="138-1234-5678"))
        customer = desk.session.get(Customer, key)
        assert customer is not None
        customer.address, customer.birthday_md = "Nanjing Road 1", "05-17"
        desk.session.add(customer)


@pytest.mark.parametrize("mode", [PersonalData.MASKED, PersonalData.PSEUDONYMOUS])
def test_no_full_phone_name_or_address_leaves(shop: Shop, clerk: Actor, mode: PersonalData) -> None:
    a_person(shop, clerk)
    shop.settings = Settings(personal_data=mode)

    held = b"".join(content(export(shop).folder).values()).decode()

    for secret in ("13812345678", "138-1234-5678", "87654321831", "张小明", "Nanjing", "05-17"):
        assert secret not in held


@pytest.mark.parametrize("mode", PersonalData)
def test_where_goods_are_picked_up_leaves_only_with_full_persons(
    shop: Shop, clerk: Actor, sale: Sale, mode: PersonalData
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1", mode="pickup"))
    when = ("2025-03-09 14:00", "2025-03-09 16:00")
    do(shop, clerk, returns.schedule, no, *when, "Nanjing Road 1, door 5")
    shop.settings = Settings(personal_data=mode)

    summary = export(shop)

    (row,) = rows(summary, "appointment")
    held = b"".join(content(summary.folder).values()).decode()
    assert row["slot_from"] == "2025-03-09T06:00:00.000000Z"
    is_full = mode is PersonalData.FULL
    assert row["address"] == ("Nanjing Road 1, door 5" if is_full else "")
    assert ("Nanjing" in held) is is_full


def test_masked_persons_can_still_be_told_apart_by_people(shop: Shop, clerk: Actor) -> None:
    a_person(shop, clerk)

    summary = export(shop)

    assert rows(summary, "customer")[0]["name"] == "张*"
    (phone,) = rows(summary, "customer_phone")
    assert (phone["phone"], phone["digits"]) == ("138****5678", "138****5678")


def test_full_persons_leave_as_they_are(shop: Shop, clerk: Actor) -> None:
    a_person(shop, clerk)
    shop.settings = Settings(personal_data=PersonalData.FULL)

    summary = export(shop)

    assert rows(summary, "customer")[0]["address"] == "Nanjing Road 1"
    assert rows(summary, "customer_phone")[0]["phone"] == "138-1234-5678"


def test_pseudonyms_stay_the_same_and_their_key_stays_here(shop: Shop, clerk: Actor) -> None:
    a_person(shop, clerk)
    shop.settings = Settings(personal_data=PersonalData.PSEUDONYMOUS)

    first, second = export(shop), export(shop, full=True)

    assert content(first.folder)["customer.csv"] == content(second.folder)["customer.csv"]
    (phone,) = rows(first, "customer_phone")
    assert len(phone["digits"]) == 64
    assert phone["phone"] == phone["digits"], "however the number was written"
    with shop.reading(clerk) as desk:
        key = desk.reader.value("SELECT value FROM store_fact WHERE name = 'pseudonym_key'")
    assert key.encode() not in b"".join(content(first.folder).values())


def test_erased_person_leaves_as_a_row(shop: Shop, clerk: Actor, clock: Clock) -> None:
    a_person(shop, clerk)
    export(shop)
    with shop.writing(clerk) as desk:
        from sqlmodel import select

        customer = desk.session.exec(select(Customer)).one()
        customer.name = customer.address = customer.birthday_md = None
        customer.erased_at = desk.now
        desk.session.add(customer)

    (row,) = rows(export(shop), "customer")

    assert (row["name"], row["erased_at"]) == ("", "2025-03-08T02:00:00.000000Z")
