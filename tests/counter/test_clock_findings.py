"""Clocks, complaints and service times are worked out again; what differs is named, and mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counter import complaints
from counter.clock_levels import reach
from counter.complaint_details import ComplaintDraft
from counter.desk import Actor, WritingDesk
from counter.doctor import examine
from counter.exporting import export_batch
from counter.repairing import repair_store
from counter.shop import Shop
from counter.tickets import (
    TicketDraft,
    answer,
    assign,
    close,
    open_ticket,
    reopen,
    resolve,
    respond,
    take,
    wait_for_customer,
)
from tests.counter.test_doctor import faults, tamper
from tests.counter.test_repairing import is_settled, repaired
from tests.premises import Clock, Sale, rows

STORED = "'2025-03-08 02:00:00.000000'"

CLOCKS = """
    SELECT ticket_id, kind, subject, state, open, leads, started_at, due_at, order_at, level,
           next_level, next_level_at, service_version_no, calendar_id, explanation, ended_at
    FROM clock ORDER BY ticket_id, kind, subject
"""
COMPLAINTS = """
    SELECT ticket_id, status, level, proposal, checklist, complaint_class, demand, severity
    FROM complaint ORDER BY ticket_id
"""


@pytest.fixture
def lived(shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, clock: Clock) -> str:
    """A complaint with a long life, a closed repair, a hand-over that is late, and one that waits.

    Its first ticket, the complaint, is the one with the key 1.
    """
    draft = TicketDraft(
        kind="complaint",
        summary="Broken",
        receipt_no=f"{sale.receipt_no}/1",
        complaint=ComplaintDraft(complaint_class="product", demand="refund"),
    )
    with shop.writing(clerk) as desk:
        first = open_ticket(desk, draft).no
        repair = open_ticket(desk, TicketDraft("repair", "Lid", receipt_no=sale.receipt_no)).no
        late = open_ticket(desk, TicketDraft("inquiry", "Price?")).no
        waits = open_ticket(desk, TicketDraft("inquiry", "Which size?")).no
    steps: list[tuple[Actor, Callable[[WritingDesk], object]]] = [
        (clerk, lambda desk: take(desk, first)),
        (clerk, lambda desk: respond(desk, first)),
        (clerk, lambda desk: complaints.propose(desk, first, "A new one", amount="10")),
        (clerk, lambda desk: complaints.dispute(desk, first, "No")),
        (clerk, lambda desk: take(desk, repair)),
        (clerk, lambda desk: resolve(desk, repair, outcome="repaired", cause="product")),
        (clerk, lambda desk: close(desk, repair, informed=True)),
        (clerk, lambda desk: take(desk, late)),
        (clerk, lambda desk: assign(desk, late, department="cellar", due_on="2025-03-09")),
        (clerk, lambda desk: take(desk, waits)),
        (clerk, lambda desk: wait_for_customer(desk, waits, "?", "2025-03-14")),
        (clerk, lambda desk: complaints.raise_to_first(desk, first, "Mould")),
    ]
    for actor, step in steps:
        clock.forward(minutes=7)
        with shop.writing(actor) as desk:
            step(desk)
    clock.forward(days=3)
    with shop.writing(shop.system) as desk:
        while reach(desk):
            pass
    clock.forward(minutes=1)
    with shop.writing(clerk) as desk:
        answer(desk, waits, "Size 40")
        reopen(desk, repair, "Loose again")
    return first


def test_what_operations_and_ticks_write_is_what_events_say(shop: Shop, lived: str) -> None:
    report = examine(shop, shop.system)

    assert faults(report) == {}
    said = {one.code: one for one in report.findings}
    assert said["clocks"].values["tickets"] == 4
    assert said["complaints"].values["count"] == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (f"UPDATE clock SET due_at = {STORED} WHERE kind = 'resolution'", "resolution.due_at"),
        (
            "UPDATE clock SET state = 'breached' WHERE state = 'met' AND kind = 'first_response'",
            "first_response.state",
        ),
        ("UPDATE clock SET level = 1 WHERE kind = 'resolution'", "resolution.level"),
        (
            f"UPDATE clock SET next_level = 1, next_level_at = {STORED} WHERE kind = 'hand_over'",
            "hand_over.next_level",
        ),
        ("UPDATE clock SET leads = 0 WHERE ticket_id = 1", "resolution.leads"),
        (f"UPDATE clock SET order_at = {STORED} WHERE kind = 'hand_over'", "hand_over.order_at"),
        (
            "UPDATE clock SET explanation = '[\"2025-03-08 09:00-10:00 60\"]' WHERE ticket_id = 1 "
            "AND kind = 'first_response'",
            "first_response.explanation",
        ),
        ("UPDATE clock SET calendar_id = NULL WHERE kind = 'resolution'", "resolution.calendar_id"),
        ("UPDATE clock SET service_version_no = 7", "first_response.service_version_no"),
        ("DELETE FROM clock WHERE kind = 'hand_over'", "hand_over.missing"),
        ("DELETE FROM clock WHERE kind = 'call_back'", "call_back.missing"),
        (
            "UPDATE clock SET subject = 'nothing' WHERE kind = 'call_back'",
            "call_back.extra",
        ),
        (
            "INSERT INTO clock (uid, change_no, ticket_id, kind, subject, state, open, leads, "
            "started_at, due_at, order_at, level, service_version_no, explanation) VALUES ('u', 1, "
            f"4, 'hand_over', 'ticket', 'running', 1, 0, {STORED}, {STORED}, {STORED}, 0, 1, '[]')",
            "hand_over.extra",
        ),
    ],
)
def test_every_damage_of_a_clock_is_named_and_put_right(
    shop: Shop, lived: str, change: str, named: str
) -> None:
    right = rows(shop, CLOCKS)
    tamper(shop, change)
    assert rows(shop, CLOCKS) != right

    found = faults(examine(shop, shop.system))["clocks"]
    assert named in found.values["fields"]

    report = repair_store(shop, shop.system)
    assert repaired(report)["clocks"].values["rows"] >= 1
    assert rows(shop, CLOCKS) == right
    assert is_settled(shop)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE complaint SET status = 'closed'", "status"),
        ("UPDATE complaint SET level = 0", "level"),
        ("UPDATE complaint SET proposal = 'Nothing'", "proposal"),
        ("UPDATE complaint SET checklist = '[\"call_back\"]'", "checklist"),
        ("UPDATE complaint SET demand = 'other'", "demand"),
        ("UPDATE complaint SET severity = 'health'", "severity"),
        ("UPDATE complaint SET complaint_class = NULL", "complaint_class"),
        ("UPDATE complaint SET batch_no = 'B1'", "batch_no"),
        ("DELETE FROM complaint", "missing"),
        (
            "INSERT INTO complaint (uid, change_no, version, ticket_id, status, demand, severity, "
            "level, checklist) VALUES ('u', 1, 1, 2, 'registered', 'other', 'normal', 0, '[]')",
            "extra",
        ),
    ],
)
def test_every_damage_of_a_complaint_is_named_and_put_right(
    shop: Shop, lived: str, change: str, named: str
) -> None:
    right = rows(shop, COMPLAINTS)
    tamper(shop, change)

    found = faults(examine(shop, shop.system))["complaints"]
    assert named in found.values["fields"].split(", ")

    repair_store(shop, shop.system)
    assert rows(shop, COMPLAINTS) == right
    assert is_settled(shop)


def test_what_was_put_right_leaves_with_the_next_export_and_stands_in_the_audit(
    shop: Shop, lived: str
) -> None:
    export_batch(shop, shop.system)
    last = rows(shop, "SELECT value FROM change_counter")[0][0]
    tamper(shop, f"UPDATE clock SET due_at = {STORED} WHERE ticket_id = 1 AND due_at IS NOT NULL")

    repair_store(shop, shop.system)

    changed = rows(shop, f"SELECT count(*) FROM clock WHERE change_no > {last}")
    assert changed[0][0] >= 1
    deeds = rows(
        shop, "SELECT diff FROM audit_entry WHERE action = 'clock.repair' ORDER BY id DESC LIMIT 1"
    )
    assert lived in deeds[0][0]
    assert "due_at" in deeds[0][0]


def test_a_row_that_is_taken_away_leaves_no_wrong_total(shop: Shop, lived: str) -> None:
    export_batch(shop, shop.system)
    tamper(
        shop,
        "INSERT INTO clock (uid, change_no, ticket_id, kind, subject, state, open, leads, "
        "started_at, due_at, order_at, level, service_version_no, explanation) VALUES ('u', 1, "
        f"4, 'hand_over', 'ticket', 'running', 1, 0, {STORED}, {STORED}, {STORED}, 0, 1, '[]')",
    )

    repair_store(shop, shop.system)

    assert is_settled(shop)


def test_an_event_that_cannot_be_read_is_named_and_nothing_is_written_over(
    shop: Shop, lived: str
) -> None:
    right = rows(shop, CLOCKS)
    tamper(
        shop,
        "UPDATE ticket_event SET payload = '{}' WHERE ticket_id = 4 AND kind = 'create'",
        guards=("ticket_event_no_update",),
    )

    found = faults(examine(shop, shop.system))["clocks"]
    repair_store(shop, shop.system)

    assert "KeyError" in found.values["fields"]
    assert [row for row in rows(shop, CLOCKS) if row[0] == 4] == [
        row for row in right if row[0] == 4
    ]


def test_tickets_that_were_taken_over_from_elsewhere_have_no_clocks(shop: Shop, lived: str) -> None:
    tamper(
        shop,
        "UPDATE ticket_event SET payload = json_set(payload, '$.imported', 'other') "
        "WHERE ticket_id = 4 AND kind = 'create'",
        guards=("ticket_event_no_update",),
    )
    assert "extra" in faults(examine(shop, shop.system))["clocks"].values["fields"]

    repair_store(shop, shop.system)

    assert rows(shop, "SELECT count(*) FROM clock WHERE ticket_id = 4") == [(0,)]
    assert is_settled(shop)


def test_tickets_whose_clocks_are_not_built_yet_are_no_illness(shop: Shop, lived: str) -> None:
    tamper(
        shop,
        "DELETE FROM clock WHERE ticket_id > 1",
        "INSERT INTO store_fact (name, value) VALUES ('clocks_built_to', '1')",
    )

    report = examine(shop, shop.system)

    assert "clocks" not in faults(report)
    assert [one.severity.value for one in report.findings if one.code == "clocks"] == ["ok", "note"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE service_version SET parameters = json_set(parameters, '$.name', 'x')",
        "UPDATE service_version SET sha256 = 'x'",
        "UPDATE service_target SET resolution_min = 481 WHERE priority = 'P2'",
        "DELETE FROM service_target WHERE priority = 'P4'",
        "UPDATE calendar SET tz = 'Europe/London' WHERE code = 'counter'",
        "UPDATE calendar SET weekly = '{}' WHERE code = 'repair'",
        "DELETE FROM calendar_exception WHERE id = (SELECT min(id) FROM calendar_exception)",
    ],
)
def test_service_times_that_are_not_as_they_were_written_are_a_fault(
    shop: Shop, change: str
) -> None:
    assert "service" not in faults(examine(shop, shop.system))
    tamper(shop, change)

    assert "service" in faults(examine(shop, shop.system))
