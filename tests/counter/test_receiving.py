"""Goods of a return come in: counted, looked at, judged again where they are not as was said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from counter import receiving, refunds, returns
from counter.desk import Actor
from counter.receiving import ReceivedLine
from counter.return_check import check_line
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.errors import InvalidInput, NotAllowed, WrongState
from models.terms import (
    MovementKind,
    Outcome,
    Remedy,
    ReturnStatus,
    Role,
    TicketAction,
    TicketStatus,
    VerdictWord,
)
from tests.claims import (
    COOKER,
    TOWELS,
    Item,
    amounts,
    approved,
    beside,
    case_of,
    do,
    draft,
    left_milli,
    received,
    refunded,
    sell_goods,
    submitted,
)
from tests.premises import Clock, Sale, hire, rows

S = ReturnStatus


def came(typed: str = "", scrapped: str = "", **answers: Any) -> list[ReceivedLine]:
    """What came of the towels."""
    return [ReceivedLine(TOWELS, typed, scrapped, answers)]


# --- how much -------------------------------------------------------------------------------


def test_what_is_not_counted_came_as_it_was_announced(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    found = case_of(shop, received(shop, clerk, draft(sale.receipt_no, quantity="2")))

    (line,) = found.lines
    assert (found.status, found.received_at) == (S.RECEIVED, clock.now)
    assert (line.received_milli, line.resellable_milli, line.scrapped_milli) == (2000, 2000, 0)
    (moved,) = line.movements
    assert (moved.kind, moved.qty_milli, moved.actor) == (MovementKind.RETURN_IN, 2000, "Li")
    assert len(line.decisions) == 1


def test_of_fewer_goods_the_rest_stays_with_the_customer(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="4"))
    do(shop, clerk, receiving.receive, no, came("3"))

    (line,) = case_of(shop, no).lines
    assert (line.requested_milli, line.received_milli, line.counted_milli) == (4000, 3000, 3000)
    assert line.decision.payable_minor == 3 * 1180
    assert left_milli(shop, sale.receipt_no) == 2000


def test_more_than_was_asked_for_does_not_come_in(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, receiving.receive, no, came("3"))
    assert refused.value.field == "received"
    assert case_of(shop, no).status is S.APPROVED


def test_where_nothing_comes_nothing_is_received(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, receiving.receive, no, came("0"))
    assert refused.value.field == "received"


def test_of_two_lines_one_may_not_come(shop: Shop, clerk: Actor, sale: Sale) -> None:
    lines = [
        ReturnLineDraft(COOKER, {"reason": "quality"}),
        ReturnLineDraft(TOWELS, {"reason": "no_reason", "quantity": "2"}),
    ]
    no = approved(shop, clerk, ReturnDraft(sale.receipt_no, lines))
    do(shop, clerk, receiving.receive, no, came("0"))
    do(shop, clerk, refunds.refund, no)

    cooker, towels = case_of(shop, no).lines
    assert (cooker.counted_milli, towels.counted_milli) == (1000, 0)
    assert amounts(shop, no) == [29900]
    assert left_milli(shop, sale.receipt_no, TOWELS) == 5000


def test_goods_come_in_once(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, quantity="2"))

    with pytest.raises(WrongState):
        do(shop, clerk, receiving.receive, no)
    assert rows(shop, "SELECT count(*) FROM goods_movement") == [(1,)]


def test_a_line_of_another_receipt_is_not_received(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, receiving.receive, no, [ReceivedLine(COOKER)])
    assert refused.value.field == "line_no"


def test_goods_by_weight_come_in_as_they_weigh(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "W-1", [Item("RICE", 1005, 350)])
    no = approved(shop, clerk, draft(receipt, 1, "0.3"))
    do(shop, clerk, receiving.receive, no, [ReceivedLine(1, "0.2")])

    (line,) = case_of(shop, no).lines
    assert (line.received_milli, line.decision.payable_minor) == (200, 201)
    assert left_milli(shop, receipt, 1) == 150


# --- how they look --------------------------------------------------------------------------


def test_goods_that_look_worse_than_was_said_are_judged_again(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2"))
    do(shop, clerk, receiving.receive, no, came(resale_ok=False))

    (line,) = case_of(shop, no).lines
    said, seen = line.decisions
    assert (said.verdict, seen.verdict) == (VerdictWord.REFUND, VerdictWord.REFUSE)
    assert (said.facts["resale_ok"], seen.facts["resale_ok"]) == (True, False)
    assert line.scrapped_milli == 2000
    with pytest.raises(WrongState):
        do(shop, clerk, refunds.refund, no)


def test_the_day_of_the_request_counts_and_not_the_day_on_which_the_goods_come(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="3", mode="mail"))
    clock.forward(days=10)  # the seven days of the promise are over
    do(shop, clerk, receiving.receive, no, came("2"))

    decision = case_of(shop, no).lines[0].decision
    assert (decision.verdict, decision.payable_minor) == (VerdictWord.REFUND, 2360)
    assert decision.facts["checked_on"] == "2025-03-08"


def test_a_supervisor_overrides_what_came_in_otherwise(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2"))
    do(shop, clerk, receiving.receive, no, came(resale_ok=False))
    do(shop, supervisor, returns.override, no, TOWELS, "refund", "Kind", amount_minor=1000)
    do(shop, clerk, refunds.refund, no, approval=beside(supervisor))

    assert amounts(shop, no) == [1000]


def test_what_did_not_come_in_is_no_earlier_return(shop: Shop, clerk: Actor, sale: Sale) -> None:
    lines = [ReturnLineDraft(line, {"reason": "no_reason"}) for line in (COOKER, TOWELS)]
    no = approved(shop, clerk, ReturnDraft(sale.receipt_no, lines))
    do(shop, clerk, receiving.receive, no, came("0"))

    with shop.reading(clerk) as desk:
        cooker, towels = (check_line(desk, sale.receipt_no, line) for line in (COOKER, TOWELS))
    assert [(one.no, one.qty_milli) for one in cooker.earlier] == [(no, 1000)]
    assert towels.earlier == ()


def test_an_exception_about_goods_that_are_in_is_worth_what_came(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="4"))
    do(shop, clerk, receiving.receive, no, came("1", resale_ok=False))

    with pytest.raises(InvalidInput) as refused:
        do(shop, supervisor, returns.override, no, TOWELS, "refund", "Kind", amount_minor=1181)
    assert refused.value.field == "amount_minor"
    do(shop, supervisor, returns.override, no, TOWELS, "refund", "Kind")
    do(shop, clerk, refunds.refund, no)
    assert amounts(shop, no) == [1180]


def test_an_exception_stays_made_where_fewer_goods_come(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="4", resale_ok=False))
    do(shop, supervisor, returns.override, no, TOWELS, "refund", "Kind", amount_minor=4001)
    do(shop, supervisor, returns.approve, no)
    do(shop, clerk, receiving.receive, no, came("3"))

    *_, again, kept = case_of(shop, no).lines[0].decisions
    assert (again.verdict, again.overrides_id) == (VerdictWord.REFUSE, None)
    assert (kept.overrides_id, kept.override_reason, kept.actor) == (again.id, "Kind", "Sun")
    assert kept.payable_minor == 3001  # three quarters, half up


def test_some_of_the_goods_cannot_be_sold_again(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="3"))
    do(shop, clerk, receiving.receive, no, came(scrapped="1"))

    (line,) = case_of(shop, no).lines
    assert (line.resellable_milli, line.scrapped_milli) == (2000, 1000)


def test_recalled_goods_are_not_sold_again_unless_that_is_said(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    recalled = draft(sale.receipt_no, quantity="2", reason="recall")
    [line] = case_of(shop, received(shop, clerk, recalled)).lines
    assert (line.resellable_milli, line.scrapped_milli) == (0, 2000)

    no = approved(shop, clerk, recalled)
    do(shop, clerk, receiving.receive, no, came(scrapped="0"))
    [line] = case_of(shop, no).lines
    assert (line.resellable_milli, line.scrapped_milli) == (2000, 0)


def test_no_more_is_scrapped_than_came(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="3"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, receiving.receive, no, came("2", scrapped="3"))
    assert refused.value.field == "scrapped"


@pytest.mark.parametrize("name", ["reason", "category", "proof", "received_date", "loss_minor"])
def test_why_the_goods_come_back_is_not_answered_anew_when_they_are_here(
    shop: Shop, clerk: Actor, sale: Sale, name: str
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, receiving.receive, no, came(**{name: "quality"}))
    assert refused.value.field == name


def test_a_gift_that_is_missing_in_the_parcel_is_taken_off(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(
        shop, "G-1", [Item("SHIRT", 20000)], channel="online", signed_for=date(2025, 3, 5)
    )
    no = approved(shop, clerk, draft(receipt, 1, mode="mail"))
    missing = {"gift_returned": False, "gift_price_minor": 3000}
    do(shop, clerk, receiving.receive, no, [ReceivedLine(1, answers=missing)])
    do(shop, clerk, refunds.refund, no)

    assert amounts(shop, no) == [17000]


# --- money without goods --------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["recall", "authority_failed", "short_quantity"])
def test_after_a_recall_an_order_or_a_short_delivery_nothing_has_to_come(
    shop: Shop, clerk: Actor, sale: Sale, reason: str
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2", reason=reason))
    do(shop, clerk, receiving.receive, no, waived="Order 12")
    do(shop, clerk, refunds.refund, no)

    (line,) = case_of(shop, no).lines
    assert (line.received_milli, line.counted_milli, line.waived) == (0, 2000, "Order 12")
    assert line.movements == ()
    assert amounts(shop, no) == [2360]


@pytest.mark.parametrize("reason", ["no_reason", "quality", "not_as_described", "delivery_damage"])
def test_for_any_other_reason_the_goods_have_to_come(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, reason: str
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="2", reason=reason))

    with pytest.raises(InvalidInput) as refused:
        do(shop, supervisor, receiving.receive, no, waived="Let them keep it")
    assert refused.value.field == "waived"


def test_a_refund_waits_for_the_goods(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(WrongState):
        do(shop, clerk, refunds.refund, no)
    assert rows(shop, "SELECT count(*) FROM refund") == [(0,)]


# --- back to the customer, or to a repair ---------------------------------------------------


def test_goods_that_go_back_can_come_in_again(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, quantity="2"))
    do(shop, clerk, receiving.give_back, no, "Not as was said")

    found = case_of(shop, no)
    assert found.status is S.RETURNED_TO_CUSTOMER
    assert (found.ticket.status, found.ticket.outcome) == (TicketStatus.CLOSED, Outcome.REFUSED)
    assert [moved.qty_milli for moved in found.lines[0].movements] == [2000, -2000]
    assert left_milli(shop, sale.receipt_no) == 5000


def test_once_money_is_worked_out_the_goods_stay(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = received(shop, clerk, draft(sale.receipt_no))
    do(shop, clerk, refunds.refund, no)

    with pytest.raises(WrongState):
        do(shop, clerk, receiving.give_back, no, "Not as was said")


def test_a_repair_goes_on_in_a_ticket_that_follows(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality"))
    do(shop, clerk, returns.approve, no, remedy="repair")
    do(shop, clerk, receiving.receive, no)
    do(shop, clerk, receiving.repair, no, "Does not heat")

    found = case_of(shop, no)
    assert (found.status, found.ticket.status) == (S.TO_REPAIR, TicketStatus.CLOSED)
    ((follower, kind, parent, line),) = rows(
        shop,
        "SELECT f.no, f.kind, p.no, l.line_no FROM ticket f JOIN ticket p ON p.id = f.parent_id "
        "JOIN receipt_line l ON l.id = f.receipt_line_id",
    )
    assert (kind, parent, line) == ("repair", no, COOKER)
    resolved = [event for event in found.ticket.events if event.kind is TicketAction.RESOLVE]
    assert resolved[0].text is not None
    assert follower in resolved[0].text


@pytest.mark.parametrize("wrong", ["repair", "refund"])
def test_only_what_was_granted_is_carried_out(
    shop: Shop, clerk: Actor, sale: Sale, wrong: str
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality"))
    do(shop, clerk, returns.approve, no, remedy="refund" if wrong == "repair" else "repair")
    do(shop, clerk, receiving.receive, no)

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, receiving.repair if wrong == "repair" else refunds.refund, no)
    assert refused.value.field == "remedy"


def test_a_free_repair_is_not_given_for_damage_that_was_seen_when_the_goods_came(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality"))
    do(shop, clerk, returns.approve, no, remedy="repair")
    do(shop, clerk, receiving.receive, no, [ReceivedLine(COOKER, answers={"misuse": True})])

    with pytest.raises(WrongState):
        do(shop, clerk, receiving.repair, no)


# --- until when the money is due ------------------------------------------------------------


def test_money_is_due_three_working_days_after_the_goods_and_seven_at_most(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no))  # on a Saturday
    do(shop, clerk, refunds.refund, no)

    (refund,) = case_of(shop, no).lines[0].refunds
    assert (refund.due_target, refund.due_working) == (date(2025, 3, 12), date(2025, 3, 18))
    assert refund.due_statutory is None
    assert [values["end"] for _sentence, values in refund.explained] == [
        "2025-03-12",
        "2025-03-18",
    ]


def test_rest_days_do_not_count_and_made_up_days_do(shop: Shop, clerk: Actor, clock: Clock) -> None:
    clock.forward(days=49)  # Saturday 26 April: Sunday the 27th is worked, 1 to 5 May are free
    receipt = sell_goods(shop, "L-1", [Item("SOCK", 333)])
    no = received(shop, clerk, draft(receipt, 1))
    do(shop, clerk, refunds.refund, no)

    (refund,) = case_of(shop, no).lines[0].refunds
    assert (refund.due_target, refund.due_working) == (date(2025, 4, 29), date(2025, 5, 8))


def test_after_a_distance_sale_the_laws_seven_days_go_on_over_holidays(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    clock.forward(days=53)  # Wednesday 30 April
    receipt = sell_goods(
        shop, "D-1", [Item("SOCK", 333)], channel="online", signed_for=date(2025, 4, 29)
    )
    no = received(shop, clerk, draft(receipt, 1, mode="mail"))
    do(shop, clerk, refunds.refund, no)

    found = case_of(shop, no)
    (refund,) = found.lines[0].refunds
    assert (refund.due_target, refund.due_working, refund.due_statutory) == (
        date(2025, 5, 8),
        date(2025, 5, 14),
        date(2025, 5, 7),
    )
    assert found.due_at is not None
    assert found.due_at.astimezone(shop.site.zone).date() == date(2025, 5, 8)  # the 7th is over


def test_an_auditor_takes_nothing_in(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))

    with pytest.raises(NotAllowed):
        do(shop, hire(shop, "xu", Role.AUDITOR), receiving.receive, no)


def test_depreciation_is_refunded_as_the_remedy_says(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(
        shop, "P-1", [Item("PHONE", 90000, serial_no="IMEI-1", category="phone")], days_ago=100
    )
    answers = {"reason": "quality", "repairs_done": 2}
    no = refunded(
        shop,
        clerk,
        ReturnDraft(receipt, [ReturnLineDraft(1, answers)], remedy="refund_with_depreciation"),
    )

    found = case_of(shop, no)
    (refund,) = found.lines[0].refunds
    assert found.remedy is Remedy.REFUND_WITH_DEPRECIATION
    ((kind, amount),) = refund.deductions
    assert kind == "depreciation"
    assert refund.amount_minor + amount == 90000
    assert amount == found.lines[0].decision.result["depreciation_minor"] > 0
