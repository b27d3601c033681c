from __future__ import annotations

import json
import shutil
import sys
from collections import namedtuple
from collections.abc import Callable
from datetime import date

import pytest

from counter.desk import Actor, WritingDesk
from counter.doctor import Finding, Report, Severity, examine
from counter.exporting import export_batch
from counter.repairing import repair_store
from counter.shop import Shop
from counter.tickets import (
    TicketDraft,
    answer,
    assign,
    cancel,
    close,
    note,
    open_ticket,
    reopen,
    resolve,
    respond,
    take,
    wait_for_customer,
)
from data import checks
from data.driver import connect
from data.reading import stored_instant
from tests.premises import Clock, Sale


def tamper(shop: Shop, *statements: str, guards: tuple[str, ...] = ()) -> None:
    """Change the file behind the program's back, its guards taken off."""
    connection = connect(shop.places.store.path)
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in (*(f"DROP TRIGGER {guard}" for guard in guards), *statements):
        connection.execute(statement)
    connection.close()


def faults(report: Report) -> dict[str, Finding]:
    return {one.code: one for one in report.findings if one.severity is Severity.FAULT}


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


def notes(report: Report) -> dict[str, Finding]:
    return {one.code: one for one in report.findings if one.severity is Severity.NOTE}


@pytest.fixture
def ticket(shop: Shop, clerk: Actor, sale: Sale, clock: Clock) -> str:
    """A ticket with a long life, and a second one beside it."""
    with shop.writing(clerk) as desk:
        draft = TicketDraft(
            kind="complaint", summary="Broken", receipt_no=f"{sale.receipt_no}/1", channel="phone"
        )
        no = open_ticket(desk, draft).no
    steps: list[Callable[[WritingDesk], object]] = [
        lambda desk: take(desk, no),
        lambda desk: wait_for_customer(desk, no, "photo please", "2025-03-10"),
        lambda desk: answer(desk, no, "here it is"),
        lambda desk: respond(desk, no),
        lambda desk: assign(desk, no, to=clerk.login),
        lambda desk: resolve(
            desk, no, outcome="refunded", cause="product", liability="store", text="paid"
        ),
        lambda desk: close(desk, no, informed=True),
        lambda desk: reopen(desk, no, "came back"),
    ]
    for step in steps:
        clock.forward(minutes=5)
        with shop.writing(clerk) as desk:
            step(desk)
    with shop.writing(clerk) as desk:
        second = open_ticket(desk, TicketDraft(kind="inquiry", summary="Opening hours?")).no
    with shop.writing(clerk) as desk:
        cancel(desk, second, "asked elsewhere")
    return no


def test_working_shop_is_healthy(shop: Shop, ticket: str) -> None:
    export_batch(shop, shop.system)

    report = examine(shop, shop.system, full=True)

    assert report.healthy
    assert faults(report) == {}
    assert {"file", "references", "events", "audit", "search", "totals", "exports"} <= codes(report)


def test_report_is_json(shop: Shop, ticket: str) -> None:
    said = json.loads(json.dumps(examine(shop, shop.system).to_json()))

    assert said["healthy"] is True
    assert {"code", "severity", "message", "values"} == set(said["findings"][0])


def test_examining_changes_nothing(shop: Shop, ticket: str) -> None:
    def content() -> list[object]:
        connection = connect(shop.places.store.path, query_only=True)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = [
            (name, connection.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in names
        ]
        connection.close()
        return [*found]

    before = content()
    examine(shop, shop.system, full=True)

    assert content() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("priority = 'P1'", "priority"),
        ("owner_id = NULL", "owner"),
        ("status = 'new'", "status"),
        ("wake_on = '2025-03-10'", "wake_on"),
        ("first_response_at = NULL", "first_response_at"),
        ("receipt_line_id = NULL", "receipt_line"),
        ("customer_informed = 1", "customer_informed"),
        ("department = 'cellar'", "department"),
    ],
)
def test_ticket_that_is_not_what_its_events_say_is_named(
    shop: Shop, ticket: str, change: str, field: str
) -> None:
    tamper(shop, f"UPDATE ticket SET {change} WHERE no = '{ticket}'")

    found = faults(examine(shop, shop.system))["events"]

    assert (found.values["no"], found.values["fields"]) == (ticket, field)
    assert found.values["count"] == 1


def test_event_that_is_missing_is_found(shop: Shop, ticket: str) -> None:
    tamper(shop, "DELETE FROM ticket_event WHERE event_no = 4", guards=("ticket_event_no_delete",))

    assert faults(examine(shop, shop.system))["event_numbers"].values["no"] == ticket


def test_event_earlier_than_the_one_before_is_found(shop: Shop, ticket: str, clock: Clock) -> None:
    early = stored_instant(clock.forward(days=-3))
    tamper(
        shop,
        f"UPDATE ticket_event SET at = '{early}' WHERE event_no = 4",
        guards=("ticket_event_no_update",),
    )

    assert faults(examine(shop, shop.system))["event_times"].values["no"] == ticket


def test_event_that_cannot_be_read_is_a_fault_and_no_crash(shop: Shop, ticket: str) -> None:
    tamper(
        shop,
        "UPDATE ticket_event SET payload = '{' WHERE event_no = 3",
        guards=("ticket_event_no_update",),
    )

    assert "events" in faults(examine(shop, shop.system))


def test_events_whose_ticket_is_gone_are_found(shop: Shop, ticket: str) -> None:
    tamper(shop, f"DELETE FROM ticket WHERE no = '{ticket}'")

    found = faults(examine(shop, shop.system))

    assert set(found) == {"references"}, "the other ticket is as it was"


def test_line_that_counts_returns_that_are_not_there_is_found(shop: Shop, sale: Sale) -> None:
    tamper(shop, "UPDATE receipt_line SET returned_milli = 1000 WHERE line_no = 2")

    assert faults(examine(shop, shop.system))["returned"].values["line"] == f"{sale.receipt_no}/2"


def test_entry_of_the_audit_that_was_changed_is_found(shop: Shop, ticket: str) -> None:
    tamper(
        shop,
        "UPDATE audit_entry SET actor = 'nobody' WHERE id = 3",
        guards=("audit_entry_no_update",),
    )

    assert faults(examine(shop, shop.system))["audit"].values["entry"] == 3


def test_search_index_out_of_step_is_found(shop: Shop, ticket: str) -> None:
    tamper(
        shop,
        f"UPDATE ticket SET search_text = 'something else' WHERE no = '{ticket}'",
        guards=("ticket_search_move",),
    )

    assert faults(examine(shop, shop.system))["search"].values["table"] == "ticket"


def test_an_index_that_cannot_be_read_is_repaired_and_no_reason_for_a_backup(
    shop: Shop, ticket: str
) -> None:
    tamper(shop, "UPDATE ticket_search_data SET block = zeroblob(length(block))")

    found = faults(examine(shop, shop.system))
    assert found.keys() == {"search"}
    assert "doctor --repair" in found["search"].sentence
    assert "backup" not in found["search"].sentence
    assert repair_store(shop, shop.system).healthy


def test_tails_that_are_gone_come_back_with_a_backup_only(shop: Shop, sale: Sale) -> None:
    tamper(shop, "DROP TABLE customer_phone_tail")

    found = faults(examine(shop, shop.system))["search"]
    assert "counter restore" in found.sentence
    assert found.values == {"table": "customer_phone"}


def test_digits_that_would_not_be_found_are_found_by_the_examination(
    shop: Shop, sale: Sale
) -> None:
    assert "search" not in faults(examine(shop, shop.system))
    tamper(
        shop,
        "UPDATE customer_phone SET digits = '13900135678'",
        guards=("customer_phone_tail_move",),
    )

    assert faults(examine(shop, shop.system))["search"].values["table"] == "customer_phone"


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM customer_phone_tail WHERE tail = '0135678'",
        "INSERT INTO customer_phone_tail (tail, phone_id) VALUES ('999', 1)",
        "INSERT INTO customer_phone_tail (tail, phone_id) VALUES ('78', 1)",
        "INSERT INTO customer_phone_tail (tail, phone_id) VALUES ('678', 7)",
    ],
)
def test_a_tail_that_is_missing_or_of_no_phone_is_found(
    shop: Shop, sale: Sale, change: str, full: bool
) -> None:
    tamper(shop, change)

    assert faults(examine(shop, shop.system, full=full))["search"].values["table"] == (
        "customer_phone"
    )


def test_one_tail_for_another_is_found_by_the_full_examination(shop: Shop, sale: Sale) -> None:
    tamper(shop, "UPDATE customer_phone_tail SET tail = '679' WHERE tail = '678'")

    assert "search" not in faults(examine(shop, shop.system))
    assert faults(examine(shop, shop.system, full=True))["search"].values["detail"] == "row 1"


def test_words_in_another_order_are_found_by_the_full_examination(
    shop: Shop, clerk: Actor, ticket: str
) -> None:
    tamper(
        shop,
        "UPDATE customer SET search_text = search_text || ' one two'",
        "DROP TRIGGER customer_search_move",
        "UPDATE customer SET search_text = replace(search_text, 'one two', 'two one')",
    )

    assert "search" not in faults(examine(shop, shop.system))
    assert faults(examine(shop, shop.system, full=True))["search"].values["table"] == "customer"


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO ticket_search (ticket_search, rowid, search_text) "
        "SELECT 'delete', id, search_text FROM ticket WHERE id = 1",
        "INSERT INTO ticket_search (rowid, search_text) VALUES (77, 'towel')",
    ],
)
def test_rows_missing_or_too_many_in_the_search_index_are_found(
    shop: Shop, ticket: str, change: str
) -> None:
    tamper(shop, change)

    assert faults(examine(shop, shop.system))["search"].values["table"] == "ticket"


@pytest.mark.parametrize("full", [False, True])
def test_nobody_waits_for_the_examination(
    shop: Shop, clerk: Actor, ticket: str, full: bool
) -> None:
    with shop.writing(clerk) as desk:
        note(desk, ticket, "not yet saved")
        report = examine(shop, shop.system, full=full)

    assert report.healthy
    assert notes(report) == {}


def test_change_number_above_the_counter_is_found(shop: Shop, sale: Sale) -> None:
    tamper(shop, "UPDATE change_counter SET value = 3")

    found = faults(examine(shop, shop.system))["changes"]

    assert "receipt_line" in found.values["tables"]


def test_row_that_would_never_leave_is_found(shop: Shop, sale: Sale) -> None:
    tamper(shop, "UPDATE product SET change_no = 0")

    assert faults(examine(shop, shop.system))["changes"].values["tables"] == "product"


def test_row_changed_without_a_number_after_an_export_is_found(shop: Shop, sale: Sale) -> None:
    export_batch(shop, shop.system)
    tamper(shop, "UPDATE receipt_line SET unit_paid_minor = 1 WHERE line_no = 1")

    assert faults(examine(shop, shop.system))["totals"].values["tables"] == "receipt_line"


def test_damaged_file_is_a_finding_and_no_crash(shop: Shop, ticket: str) -> None:
    path = shop.places.store.path
    connection = connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'ticket_event'"
    ).fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xee" * 4096)

    found = faults(examine(shop, shop.system))

    assert "damaged" in str(found["file"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_store_that_others_may_read_is_a_fault_and_an_open_folder_a_note(shop: Shop) -> None:
    shop.places.store.path.chmod(0o644)
    shop.places.home.chmod(0o755)

    found = [one for one in examine(shop, shop.system).findings if one.code == "access"]

    assert (Severity.FAULT, shop.places.store.path) in [
        (one.severity, one.values["path"]) for one in found
    ]
    assert (Severity.NOTE, shop.places.home) in [
        (one.severity, one.values["path"]) for one in found
    ]


def test_disk_that_is_nearly_full_is_noted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**6))

    report = examine(shop, shop.system)

    assert "space" in notes(report)
    assert report.healthy


def test_log_that_somebody_lets_grow_is_noted(
    shop: Shop, ticket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "log" not in codes(examine(shop, shop.system))
    monkeypatch.setattr(checks, "log_bytes", lambda _: checks.LOG_LIMIT + 1_000_000)

    report = examine(shop, shop.system)

    assert notes(report)["log"].values == {"size": 68}
    assert report.healthy


def test_batch_that_a_crash_left_is_noted(shop: Shop, sale: Sale) -> None:
    class Killed(BaseException):
        pass

    def kill(_: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        export_batch(shop, shop.system, after_step=kill)

    found = notes(examine(shop, shop.system))["exports"]

    assert (found.values["batch"], found.values["date"]) == (1, str(date(2025, 3, 8)))


def test_import_that_stopped_is_noted(shop: Shop) -> None:
    tamper(
        shop,
        "INSERT INTO import_batch (uid, kind, profile, file, sha256, status, started_at, next_row, "
        "rows, accepted, unchanged, matched_returns, rejected) VALUES ('u', 'receipts', 'native', "
        "'may.csv', 'x', 'running', '2025-03-08 02:00:00.000000', 501, 500, 500, 0, 0, 0)",
    )

    assert notes(examine(shop, shop.system))["imports"].values["row"] == 501


def test_note_is_no_change_of_a_ticket(shop: Shop, clerk: Actor, ticket: str) -> None:
    with shop.writing(clerk) as desk:
        note(desk, ticket, "called")

    assert examine(shop, shop.system).healthy
