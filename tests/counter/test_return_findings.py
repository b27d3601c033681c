"""Returns that are not what they come from are found, and what can be worked out is put right."""

from __future__ import annotations

import json

import pytest

from counter import receiving, refunds, returns
from counter.desk import Actor
from counter.doctor import examine
from counter.exchanges import Replacement
from counter.exporting import export_batch
from counter.repairing import repair_store
from counter.shop import Shop
from tests.claims import (
    COOKER,
    TOWELS,
    Item,
    approved,
    beside,
    do,
    draft,
    exchanged,
    pending,
    received,
    refunded,
    sell_goods,
    submitted,
)
from tests.counter.test_doctor import codes, faults, tamper
from tests.counter.test_repairing import is_settled, repaired
from tests.premises import Clock, Sale, rows

EXAMINED = {"return_cases", "returned_within_sold", "refunds", "decisions", "serial_units"}


@pytest.fixture
def several(shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, clock: Clock) -> str:
    """Returns at every stage; the number of the one whose money is back."""
    no = refunded(shop, clerk, draft(sale.receipt_no, TOWELS, "2"))
    clock.forward(minutes=5)
    exchanged(
        shop,
        clerk,
        draft(sale.receipt_no, COOKER, reason="quality", remedy="exchange"),
        Replacement(COOKER, "SN-NEW"),
    )
    approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    other = sell_goods(shop, "20250307-0001", [Item("Soap", 500, 3000), Item("Lamp", 9900)])
    worked_out = pending(shop, clerk, draft(other, 1, "1"))
    do(shop, clerk, refunds.fail, worked_out, "card refused")
    do(
        shop,
        clerk,
        refunds.refund,
        worked_out,
        method="cash",
        reason="card refused",
        approval=beside(supervisor),
    )
    refused = submitted(shop, clerk, draft(other, 2, resale_ok=False))
    do(shop, clerk, returns.refuse, refused, "used")
    do(shop, clerk, returns.appeal, refused, "it was like that")
    do(shop, supervisor, returns.override, refused, 2, "refund", "goodwill", amount_minor=5000)
    submitted(shop, clerk, draft(other, 1, "1"))
    return no


# --- a shop that works ----------------------------------------------------------------------


def test_returns_of_every_stage_are_healthy(shop: Shop, several: str) -> None:
    report = examine(shop, shop.system, full=True)

    assert faults(report) == {}
    assert codes(report) >= EXAMINED


def test_nothing_of_healthy_returns_is_repaired(shop: Shop, several: str) -> None:
    assert is_settled(shop)


# --- cases ----------------------------------------------------------------------------------

CASES = [
    ("UPDATE return_case SET remedy = 'repair' WHERE id = 1", "remedy"),
    ("UPDATE return_case SET mode = 'mail' WHERE id = 1", "mode"),
    ("UPDATE return_case SET freight_payer = 'store' WHERE id = 1", "freight_payer"),
    ("UPDATE return_case SET tracking_no = 'x' WHERE id = 1", "tracking_no"),
    ("UPDATE return_case SET received_at = NULL WHERE id = 1", "received_at"),
    ("UPDATE return_case SET submitted_at = decided_at, decided_at = NULL WHERE id = 1",
     "decided_at"),
    ("UPDATE return_case SET goods_due_on = '2025-01-01' WHERE id = 1", "goods_due_on"),
    ("UPDATE return_case SET due_at = submitted_at WHERE id = 1", "due_at"),
    ("UPDATE return_case SET status = 'received', working = 1 WHERE id = 1", "status, working"),
    ("UPDATE return_line SET counted_milli = 0 WHERE id = 1", "return_line.counted_milli"),
    ("UPDATE return_line SET requested_milli = 5000 WHERE id = 1", "return_line.requested_milli"),
    (
        "UPDATE return_line SET received_milli = 4000, counted_milli = 4000 WHERE id = 1",
        "return_line.counted_milli, return_line.received_milli",
    ),
    (
        "UPDATE refund SET status = 'failed', settled_at = NULL WHERE id = 1",
        "refund.settled_at, refund.status",
    ),
    ("UPDATE refund SET settled_by_id = 1 WHERE id = 1", "refund.settled_by_id"),
    (
        "UPDATE refund SET status = 'settled', settled_at = requested_at WHERE id = 2",
        "refund.settled_at, refund.status",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fields"), CASES)
def test_a_return_that_is_not_what_its_events_say_is_found(
    shop: Shop, several: str, change: str, fields: str
) -> None:
    tamper(shop, change)

    found = faults(examine(shop, shop.system))["return_cases"]

    assert found.values["count"] == 1
    assert set(fields.split(", ")) <= set(found.values["fields"].split(", "))


@pytest.mark.parametrize("change", [change for change, _ in CASES])
def test_a_return_becomes_what_its_events_say(shop: Shop, several: str, change: str) -> None:
    questions = {
        "return_case": "status, working, remedy, mode, freight_payer, tracking_no, submitted_at, "
        "decided_at, goods_due_on, received_at, due_at",
        "return_line": "requested_milli, received_milli, counted_milli",
        "refund": "status, settled_at, settled_by_id",
    }
    right = {
        table: rows(shop, f"SELECT {names} FROM {table}") for table, names in questions.items()
    }
    tamper(shop, change)

    found = repaired(repair_store(shop, shop.system))

    assert found["return_cases"].values["rows"] == 1
    for table, names in questions.items():
        assert rows(shop, f"SELECT {names} FROM {table}") == right[table]
    assert is_settled(shop)


def test_a_repaired_return_leaves_with_the_next_export_and_stands_in_the_audit(
    shop: Shop, several: str
) -> None:
    export_batch(shop, shop.system)
    tamper(shop, "UPDATE return_line SET counted_milli = 0 WHERE id = 1")

    repair_store(shop, shop.system)

    assert export_batch(shop, shop.system, date="2025-03-09").rows == 1
    said = rows(shop, "SELECT actor, diff FROM audit_entry WHERE action = 'return_case.repair'")
    assert [(actor, json.loads(diff)) for actor, diff in said] == [
        ("system", {"fields": ["return_line.counted_milli"], "no": several})
    ]


def test_a_return_with_a_missing_event_is_found_and_left_alone(shop: Shop, several: str) -> None:
    tamper(
        shop,
        "DELETE FROM ticket_event WHERE kind = 'receive' AND ticket_id = "
        f"(SELECT id FROM ticket WHERE no = '{several}')",
        guards=("ticket_event_no_delete",),
    )

    report = repair_store(shop, shop.system)

    assert "return_cases" in faults(report)
    assert "return_cases" not in repaired(report)


def test_an_event_of_a_return_that_cannot_be_read_is_a_fault_and_no_crash(
    shop: Shop, several: str
) -> None:
    tamper(
        shop,
        "UPDATE ticket_event SET payload = '{}' WHERE kind = 'submit'",
        guards=("ticket_event_no_update",),
    )

    found = faults(repair_store(shop, shop.system))

    assert found["return_cases"].values["count"] == 6


# --- quantities -----------------------------------------------------------------------------


def test_more_taken_back_than_was_sold_is_found(shop: Shop, sale: Sale, several: str) -> None:
    assert "returned_within_sold" not in faults(examine(shop, shop.system))
    tamper(
        shop,
        "UPDATE receipt_line SET returned_milli = 3000 WHERE line_no = 2 AND receipt_id = 1",
    )

    found = faults(examine(shop, shop.system))["returned_within_sold"]

    assert found.values == {"count": 1, "line": f"{sale.receipt_no}/2"}


# --- money ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["UPDATE refund SET currency = 'EUR' WHERE id = 1"], "currency"),
        (["UPDATE refund_allocation SET amount_minor = 1 WHERE id = 1"], "do not add up"),
        (["UPDATE tender SET amount_minor = 2000"], "means of payment"),
        (
            [
                "UPDATE refund SET amount_minor = 9000 WHERE id = 1",
                "UPDATE refund_allocation SET amount_minor = 9000 WHERE refund_id = 1",
            ],
            "lines than was paid",
        ),
        (
            [
                "INSERT INTO refund_deduction (uid, change_no, refund_id, kind, amount_minor) "
                "VALUES ('d', 1, 1, 'gift', 9000)",
            ],
            "lines than was paid",
        ),
        (
            [
                "DROP INDEX ix_refund_one_open_per_line",
                "UPDATE refund SET status = 'requested' WHERE id = 2",
            ],
            "under way",
        ),
    ],
)
def test_money_that_does_not_fit_is_found(
    shop: Shop, several: str, changes: list[str], said: str
) -> None:
    assert "refunds" not in faults(examine(shop, shop.system))
    tamper(shop, *changes)

    found = faults(examine(shop, shop.system))["refunds"]

    assert said in found.sentence
    assert found.values["count"] >= 1


def test_the_rounding_of_a_receipt_is_no_overpayment(shop: Shop, clerk: Actor) -> None:
    no = sell_goods(shop, "20250307-0009", [Item("Pens", 333, 3000)], [("cash", 1000)])
    refunded(shop, clerk, draft(no, 1, "3"))

    assert rows(shop, "SELECT sum(amount_minor) FROM refund") == [(1000,)]
    assert "refunds" not in faults(examine(shop, shop.system))


# --- decisions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "facts = json_set(facts, '$.opened', json('true')) WHERE id = 1",
        "facts = '{' WHERE id = 1",
        "result = json_set(result, '$.payable_minor', 1) WHERE id = 1",
        "sha256 = 'x' WHERE id = 1",
        "verdict = 'refuse' WHERE id = 1",
        "remedies = '[]' WHERE id = 1",
        "rule = 'A1' WHERE id = 1",
        "last_day = NULL WHERE id = 1",
        "result = json_set(result, '$.payable_minor', 1) WHERE overrides_id IS NOT NULL",
        "overrides_id = 1 WHERE overrides_id IS NOT NULL",
        "overrides_id = id WHERE overrides_id IS NOT NULL",
    ],
)
def test_a_decision_that_is_not_what_the_rules_gave_is_found(
    shop: Shop, several: str, change: str
) -> None:
    tamper(
        shop,
        f"UPDATE eligibility_decision SET {change}",
        guards=("eligibility_decision_no_update",),
    )

    assert faults(examine(shop, shop.system))["decisions"].values["count"] == 1


def test_a_decision_holds_after_the_rules_have_changed(
    shop: Shop, several: str, clock: Clock
) -> None:
    clock.forward(days=400)

    assert "decisions" not in faults(examine(shop, shop.system))


# --- units ----------------------------------------------------------------------------------


def test_an_old_unit_names_the_new_one_again(shop: Shop, several: str) -> None:
    right = rows(shop, "SELECT serial_no, exchanged_to_id FROM serial_unit")
    tamper(shop, "UPDATE serial_unit SET exchanged_to_id = NULL")
    assert faults(examine(shop, shop.system))["serial_units"].values["serial"] == "SN-NEW"

    found = repaired(repair_store(shop, shop.system))

    assert found["serial_units"].values["rows"] == 1
    assert rows(shop, "SELECT serial_no, exchanged_to_id FROM serial_unit") == right
    assert rows(
        shop,
        "SELECT json_extract(diff, '$.exchanged_to') FROM audit_entry "
        "WHERE action = 'serial_unit.repair'",
    ) == [("SN-NEW",)]
    assert is_settled(shop)


def test_a_unit_that_nobody_knows_any_more_is_found_and_left(shop: Shop, several: str) -> None:
    tamper(shop, "DELETE FROM serial_unit WHERE serial_no = 'SN-NEW'")

    report = repair_store(shop, shop.system)

    assert faults(report)["serial_units"].values["count"] == 1
    assert "serial_units" not in repaired(report)


def test_goods_that_were_taken_in_and_handed_back_leave_no_fault(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, TOWELS, "2"))
    do(shop, clerk, receiving.give_back, no, "keeps them")

    assert faults(examine(shop, shop.system)) == {}
