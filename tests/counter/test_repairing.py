"""What can be worked out again is put right, once, after a backup; everything else is left."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counter.cli import app
from counter.commands.session import invocation
from counter.desk import Actor
from counter.doctor import examine
from counter.exporting import export_batch
from counter.findings import Finding, Report, Severity
from counter.repairing import repair_store
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket, resolve, take
from data import chain
from data.driver import connect, sqlite3
from models.errors import FileRefused, NotAllowed
from models.terms import Role
from tests.counter.test_doctor import faults, tamper
from tests.data.test_backup import CHECKOUT, WRITE
from tests.premises import Clock, Sale, hire, rows


@pytest.fixture
def ticket(shop: Shop, clerk: Actor, sale: Sale, clock: Clock) -> str:
    """A ticket that was taken and resolved."""
    with shop.writing(clerk) as desk:
        draft = TicketDraft(kind="return", summary="Lid broken", receipt_no=f"{sale.receipt_no}/1")
        no = open_ticket(desk, draft).no
    clock.forward(minutes=5)
    with shop.writing(clerk) as desk:
        take(desk, no)
    clock.forward(minutes=5)
    with shop.writing(clerk) as desk:
        resolve(desk, no, outcome="refunded", cause="product")
    return no


def repaired(report: Report) -> dict[str, Finding]:
    return {one.code: one for one in report.findings if one.severity is Severity.REPAIRED}


def copies(shop: Shop) -> list[Path]:
    return sorted(shop.places.backups.glob("*.db"))


def audit_holds(shop: Shop) -> bool:
    entries = rows(shop, f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id")
    return chain.verify(entries).broken_at is None


def is_settled(shop: Shop) -> bool:
    """Nothing is wrong, nothing is left to repair, and the second run took no backup."""
    before = copies(shop)
    again = repair_store(shop, shop.system, full=True)
    return again.healthy and not repaired(again) and copies(shop) == before and audit_holds(shop)


def test_healthy_store_is_left_alone(shop: Shop, ticket: str) -> None:
    before = rows(shop, "SELECT max(id) FROM audit_entry")

    report = repair_store(shop, shop.system)

    assert report.healthy
    assert repaired(report) == {}
    assert copies(shop) == []
    assert rows(shop, "SELECT max(id) FROM audit_entry") == before


@pytest.mark.parametrize(
    "change",
    [
        "priority = 'P1'",
        "owner_id = NULL",
        "status = 'open', working = 1, resolved_at = NULL, outcome = NULL",
        "status = 'cancelled', working = 0",
        "status = 'resolved', working = 0, wake_on = '2025-03-10'",
        "first_response_at = '2025-03-08 02:00:00.000000'",
        "receipt_id = NULL, receipt_line_id = NULL, customer_id = NULL",
        "receipt_line_id = NULL",
        "customer_informed = 1",
        "department = 'cellar'",
        "event_count = 2",
        "last_event_at = '2025-03-08 02:00:00.000000'",
    ],
)
def test_ticket_becomes_what_its_events_say(shop: Shop, ticket: str, change: str) -> None:
    question = "SELECT * FROM ticket"
    right = rows(shop, question)
    tamper(shop, f"UPDATE ticket SET {change}")
    assert rows(shop, question) != right

    found = repaired(repair_store(shop, shop.system))

    assert found["events"].values["rows"] == 1
    names = [row[1] for row in rows(shop, "SELECT cid, name FROM pragma_table_info('ticket')")]
    before, after = (
        {name: cell for name, cell in zip(names, row, strict=True) if name not in _COUNTED}
        for row in (right[0], rows(shop, question)[0])
    )
    assert after == before
    assert is_settled(shop)


_COUNTED = ("change_no", "version")


def test_repaired_ticket_leaves_with_the_next_export_and_stands_in_the_audit(
    shop: Shop, ticket: str
) -> None:
    export_batch(shop, shop.system)
    last = rows(shop, "SELECT value FROM change_counter")[0][0]
    version = rows(shop, "SELECT version FROM ticket")[0][0]
    tamper(shop, "UPDATE ticket SET priority = 'P1'")

    repair_store(shop, shop.system)

    assert rows(shop, "SELECT change_no, version FROM ticket") == [(last + 1, version + 1)]
    assert export_batch(shop, shop.system, date="2025-03-09").rows == 1
    said = rows(shop, "SELECT actor, diff FROM audit_entry WHERE action = 'ticket.repair'")
    assert said == [("system", f'{{"fields":["priority"],"no":"{ticket}"}}')]
    assert audit_holds(shop)


def test_backup_from_before_the_repair_holds_the_damage(shop: Shop, ticket: str) -> None:
    tamper(shop, "UPDATE ticket SET priority = 'P1'")

    repair_store(shop, shop.system)

    (copy,) = copies(shop)
    assert copy.stem.endswith("-before-repair")
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT priority FROM ticket").fetchall() == [("P1",)]
    kept.close()


def test_nothing_is_repaired_without_a_backup(shop: Shop, ticket: str) -> None:
    tamper(shop, "UPDATE ticket SET priority = 'P1'")
    shop.places.backups.write_text("a file where the folder should be", encoding="utf-8")
    shop.places.backups.chmod(0o600)

    with pytest.raises(FileRefused, match="cannot be written"):
        repair_store(shop, shop.system)
    assert rows(shop, "SELECT priority FROM ticket") == [("P1",)]


@pytest.mark.parametrize("table", ["ticket", "customer"])
@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO {0}_search ({0}_search, rowid, search_text) "
        "SELECT 'delete', id, search_text FROM {0}",
        "INSERT INTO {0}_search (rowid, search_text) VALUES (77, 'towel')",
        "UPDATE {0}_search_data SET block = x'0000' WHERE id > 10",
        "DELETE FROM {0}_search_data WHERE id > 10",
        "DELETE FROM {0}_search_docsize",
    ],
)
def test_search_index_is_made_anew(shop: Shop, ticket: str, table: str, change: str) -> None:
    tamper(shop, change.format(table))

    found = repaired(repair_store(shop, shop.system))

    assert found["search"].values["table"] == table
    assert is_settled(shop)


def test_words_to_find_by_are_worked_out_again(shop: Shop, ticket: str) -> None:
    question = (
        "SELECT c.name_initials, c.search_text, t.search_text FROM customer AS c, ticket AS t"
    )
    right = rows(shop, question)
    tamper(
        shop,
        "UPDATE customer SET name_initials = 'zz', search_text = 'nobody'",
        "UPDATE ticket SET search_text = ''",
    )

    report = repair_store(shop, shop.system)

    assert {one.values["table"] for one in report.findings if one.code == "words"} == {
        "customer",
        "ticket",
    }
    assert rows(shop, question) == right
    assert rows(shop, "SELECT rowid FROM ticket_search('lid')") == [(1,)]
    assert is_settled(shop)


def test_customer_with_a_new_name_is_no_illness_and_found_by_it_after_the_repair(
    shop: Shop, ticket: str
) -> None:
    tamper(shop, "UPDATE customer SET name = '李娜', name_initials = 'ln', search_text = '李 娜'")

    assert examine(shop, shop.system, full=True).healthy
    repair_store(shop, shop.system)

    assert rows(shop, "SELECT rowid FROM ticket_search('\"李 娜\"')") == [(1,)]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM customer_phone_tail WHERE tail = '0135678'",
        "INSERT INTO customer_phone_tail (tail, phone_id) VALUES ('678', 7)",
        "UPDATE customer_phone_tail SET tail = '679' WHERE tail = '678'",
    ],
)
def test_tails_are_those_of_the_phones_again(shop: Shop, sale: Sale, change: str) -> None:
    tails = "SELECT tail, phone_id FROM customer_phone_tail ORDER BY 1, 2"
    before = rows(shop, tails)
    tamper(shop, change)

    found = repaired(repair_store(shop, shop.system))

    assert found["search"].values["table"] == "customer_phone"
    assert rows(shop, tails) == before
    assert is_settled(shop)


def test_receipt_line_counts_what_the_till_took_back(shop: Shop, sale: Sale) -> None:
    tamper(shop, "UPDATE receipt_line SET returned_milli = 1000 WHERE line_no = 2")

    found = repaired(repair_store(shop, shop.system))

    assert found["returned"].values["rows"] == 1
    assert rows(shop, "SELECT DISTINCT returned_milli FROM receipt_line") == [(0,)]
    assert is_settled(shop)


def test_control_totals_are_added_up_anew(shop: Shop, sale: Sale) -> None:
    export_batch(shop, shop.system)
    tamper(shop, "UPDATE receipt_line SET unit_paid_minor = 1 WHERE line_no = 1")

    found = repaired(repair_store(shop, shop.system))

    assert found["totals"].values["tables"] == "receipt_line"
    assert is_settled(shop)


def test_rows_that_changed_without_a_number_leave_once_with_everything_else(
    shop: Shop, clerk: Actor, ticket: str
) -> None:
    everything = export_batch(shop, shop.system).rows
    tamper(shop, "UPDATE receipt_line SET unit_paid_minor = 1 WHERE line_no = 1")
    repair_store(shop, shop.system)

    again = export_batch(shop, shop.system, date="2025-03-09")
    assert again.full
    assert again.rows == everything
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft(kind="inquiry", summary="Where are the towels?"))
    assert not export_batch(shop, shop.system, date="2025-03-10").full


def test_ticket_that_was_written_under_a_counter_set_back_leaves(
    shop: Shop, clerk: Actor, ticket: str
) -> None:
    export_batch(shop, shop.system)
    tamper(shop, "UPDATE change_counter SET value = 3")
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft(kind="inquiry", summary="Where are the towels?"))

    repair_store(shop, shop.system)

    assert export_batch(shop, shop.system, date="2025-03-09").tables["ticket"] == 2


def test_rows_without_a_change_number_get_one_and_leave(shop: Shop, ticket: str) -> None:
    export_batch(shop, shop.system)
    guards = rows(shop, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    last = rows(shop, "SELECT value FROM change_counter")[0][0]
    tamper(shop, "UPDATE product SET change_no = 0")
    connection = connect(shop.places.store.path)
    (guard,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'ticket_event_no_update'"
    ).fetchone()
    connection.execute("DROP TRIGGER ticket_event_no_update")
    connection.execute("UPDATE ticket_event SET change_no = 0 WHERE event_no = 2")
    connection.execute(guard)
    connection.close()

    report = repair_store(shop, shop.system)

    told = {one.values["table"]: one.values["rows"] for one in report.findings if _numbered(one)}
    assert told == {"product": 2, "ticket_event": 1}
    assert rows(shop, "SELECT min(change_no) > :last FROM product", last=last) == [(1,)]
    question = "SELECT change_no > :last FROM ticket_event WHERE event_no = 2"
    assert rows(shop, question, last=last) == [(1,)]
    again = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    assert rows(shop, again) == guards, "the guards are back, word for word"
    assert export_batch(shop, shop.system, date="2025-03-09").rows == 3
    assert is_settled(shop)


def _numbered(finding: Finding) -> bool:
    return finding.code == "changes" and finding.severity is Severity.REPAIRED


def test_counter_below_the_rows_is_lifted_above_them(shop: Shop, ticket: str) -> None:
    last = rows(shop, "SELECT value FROM change_counter")
    tamper(shop, "UPDATE change_counter SET value = 3")

    assert "changes" in repaired(repair_store(shop, shop.system))

    assert rows(shop, "SELECT value FROM change_counter") > last
    assert is_settled(shop)


def test_index_that_lacks_a_row_is_made_anew(shop: Shop, ticket: str) -> None:
    connection = connect(shop.places.store.path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'WHERE closed_at IS NOT NULL', "
        "'WHERE closed_at IS NULL') WHERE name = 'ix_ticket_closed_at'"
    )
    connection.execute("PRAGMA schema_version = 999")
    connection.close()
    assert "indexes" in faults(examine(shop, shop.system, full=True))

    found = repaired(repair_store(shop, shop.system))

    assert found["indexes"].values["index"] == "ix_ticket_closed_at"
    assert is_settled(shop)


def say_otherwise(shop: Shop, name: str, said: str, otherwise: str, *between: str) -> None:
    """Let the file's schema say ``otherwise`` while ``between`` is done, so that indexes differ."""
    for version, (old, new), statements in (
        (999, (said, otherwise), between),
        (1000, (otherwise, said), ()),
    ):
        connection = connect(shop.places.store.path)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?", (old, new, name)
        )
        connection.execute(f"PRAGMA schema_version = {version}")
        connection.close()
        tamper(shop, *statements)


def test_every_index_is_made_anew_however_many_rows_one_of_them_lacks(
    shop: Shop, clerk: Actor, ticket: str
) -> None:
    with shop.writing(clerk) as desk:
        for _ in range(25):
            open_ticket(desk, TicketDraft(kind="inquiry", summary="Where are the towels?"))
    for table, column, other in (
        ("ticket", "parent_id", "event_count"),
        ("ticket_event", "change_no", "actor_id"),
    ):
        index = f"ix_{table}_{column}"
        say_otherwise(shop, index, f"({column}", f"({other}", f"REINDEX {index}")
    assert "indexes" in faults(examine(shop, shop.system, full=True))

    repair_store(shop, shop.system)

    assert is_settled(shop)


def test_index_that_two_rows_keep_from_being_made_anew_is_told(
    shop: Shop, ticket: str, sale: Sale
) -> None:
    say_otherwise(
        shop,
        "product",
        "UNIQUE (sku)",
        "UNIQUE (id, sku)",
        "WITH RECURSIVE n (n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM n WHERE n < 130) "
        "INSERT INTO product (uid, change_no, version, sku, serialised) "
        "SELECT 'u' || n, 1, 1, 'S' || n, 0 FROM n",
        "REINDEX product",
        "UPDATE product SET sku = 'S101' WHERE sku = 'S130'",
    )
    tamper(shop, "UPDATE ticket SET priority = 'P1'")

    report = repair_store(shop, shop.system)

    assert "cannot be made anew" in str(faults(report)["indexes"])
    assert "events" in repaired(report)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_files_and_folders_are_closed_to_others(shop: Shop) -> None:
    shop.places.store.path.chmod(0o644)
    shop.places.home.chmod(0o755)

    report = repair_store(shop, shop.system)

    assert "access" in repaired(report)
    assert shop.places.store.path.stat().st_mode & 0o777 == 0o600
    assert shop.places.home.stat().st_mode & 0o777 == 0o700
    assert is_settled(shop)


@pytest.mark.parametrize(
    ("code", "statement", "guard"),
    [
        ("event_numbers", "DELETE FROM ticket_event WHERE event_no = 2", "ticket_event_no_delete"),
        ("event_numbers", "DELETE FROM ticket_event WHERE event_no = 3", "ticket_event_no_delete"),
        (
            "events",
            "UPDATE ticket_event SET payload = '{' WHERE event_no = 3",
            "ticket_event_no_update",
        ),
        ("audit", "UPDATE audit_entry SET actor = 'nobody' WHERE id = 3", "audit_entry_no_update"),
    ],
)
def test_what_nothing_else_says_is_told_and_not_touched(
    shop: Shop, ticket: str, code: str, statement: str, guard: str
) -> None:
    tamper(shop, statement, "UPDATE ticket SET priority = 'P1'", guards=(guard,))
    tables = ("ticket", "ticket_event", "audit_entry")
    before = [rows(shop, f"SELECT * FROM {table} ORDER BY id") for table in tables[:2]]

    report = repair_store(shop, shop.system)

    assert code in faults(report)
    assert not report.healthy
    if code != "audit":
        after = [rows(shop, f"SELECT * FROM {table} ORDER BY id") for table in tables[:2]]
        assert after == before
        assert repaired(report) == {}


def test_line_that_cannot_hold_its_returns_is_told_and_not_touched(shop: Shop, sale: Sale) -> None:
    tamper(
        shop,
        "INSERT INTO till_return (uid, change_no, return_no, return_line_no, receipt_line_id, "
        "qty_milli, returned_at) VALUES ('u', 1, 'R1', 1, 1, 5000, '2025-03-08 00:00:00.000000')",
    )

    report = repair_store(shop, shop.system)

    assert "returned" in faults(report)
    assert repaired(report) == {}


def test_damaged_page_stops_every_repair(shop: Shop, ticket: str) -> None:
    tamper(shop, "UPDATE ticket SET priority = 'P1'")
    connection = connect(shop.places.store.path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'ticket_event'"
    ).fetchone()
    connection.close()
    with shop.places.store.path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xee" * 4096)

    report = repair_store(shop, shop.system)

    assert "repair" in faults(report)
    assert repaired(report) == {}
    assert copies(shop) == []


def test_more_rows_than_one_transaction_takes_are_all_repaired(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        for number in range(520):
            open_ticket(desk, TicketDraft(kind="inquiry", summary=f"Question {number}"))
    tamper(shop, "UPDATE ticket SET priority = 'P1'")

    assert repaired(repair_store(shop, shop.system))["events"].values["rows"] == 520
    assert is_settled(shop)


def test_repairing_needs_the_right_to_back_up(shop: Shop, pin_hash: str) -> None:
    with pytest.raises(NotAllowed):
        repair_store(shop, hire(shop, "wen", Role.AUDITOR, pin_hash))


def test_command_says_what_it_repaired(
    shop: Shop, ticket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_HOME", str(shop.places.home))
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    tamper(shop, "UPDATE ticket SET priority = 'P1'")

    first = CliRunner().invoke(app, ["doctor", "--repair", "--json"])
    second = CliRunner().invoke(app, ["doctor", "--repair"])

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    findings = json.loads(first.stdout)["findings"]
    said = {one["code"]: one["values"] for one in findings if one["severity"] == "repaired"}
    assert said == {"events": {"rows": 1}}
    assert "repaired" not in second.stdout


def test_clerks_go_on_saving_beside_a_repair(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        for number in range(520):
            open_ticket(desk, TicketDraft(kind="inquiry", summary=f"Question {number}"))
    tamper(shop, "UPDATE ticket SET priority = 'P1'", "UPDATE ticket SET search_text = 'x'")
    clerks = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(shop.places.home), str(clerk.id)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert clerks.stdout is not None
    first = clerks.stdout.readline()  # from here on they write

    found = repaired(repair_store(shop, shop.system))
    rest, _ = clerks.communicate(timeout=60)

    assert found["events"].values["rows"] == 520
    assert clerks.returncode == 0
    numbers = {row[0] for row in rows(shop, "SELECT no FROM ticket")}
    assert {*(first + rest).split()} <= numbers
    assert len(numbers) == 720
    assert is_settled(shop)
