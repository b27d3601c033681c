"""A return case as it is read: whole, in lists, and which step it waits for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counter import exchanges, receiving, refunds, return_reading, returns, tickets
from counter.desk import Actor
from counter.return_reading import ReturnQuery
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.errors import CounterError, InvalidInput, NotFound
from models.terms import ReturnStatus, ReturnView, Role, TicketAction
from models.views import Span
from tests.claims import (
    COOKER,
    TOWELS,
    Item,
    approved,
    beside,
    case_of,
    do,
    draft,
    pending,
    received,
    refunded,
    sell_goods,
    submitted,
)
from tests.premises import Clock, Sale, rows

A = TicketAction


def listed(shop: Shop, view: ReturnView) -> list[str]:
    with shop.reading(shop.system) as desk:
        page = return_reading.case_list(desk, ReturnQuery(view), Span(limit=50))
        counts = return_reading.case_counts(desk, ReturnQuery(view))
    assert counts.total.rows == len(page.rows)
    return [row.no for row in page.rows]


def next_of(shop: Shop, no: str) -> TicketAction | None:
    return return_reading.next_step(case_of(shop, no))


# --- which step comes next ------------------------------------------------------------------


def test_each_step_waits_for_the_one_that_the_case_needs(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="1"))
    assert next_of(shop, no) is A.APPROVE
    do(shop, clerk, returns.approve, no)
    assert next_of(shop, no) is A.RECEIVE
    do(shop, clerk, receiving.receive, no)
    assert next_of(shop, no) is A.REFUND
    do(shop, clerk, refunds.refund, no)
    assert next_of(shop, no) is A.SETTLE
    do(shop, clerk, refunds.fail, no, "Card refused")
    assert next_of(shop, no) is A.REFUND
    do(shop, clerk, refunds.refund, no)
    do(shop, clerk, refunds.settle, no)
    assert next_of(shop, no) is None


def test_what_the_rule_refuses_waits_for_the_refusal(shop: Shop, clerk: Actor, sale: Sale) -> None:
    assert (
        next_of(shop, submitted(shop, clerk, draft(sale.receipt_no, resale_ok=False))) is A.REFUSE
    )


def test_what_the_rule_leaves_open_waits_for_a_supervisor(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, proof="none"))

    assert next_of(shop, no) is A.REFER
    do(shop, clerk, returns.refer, no)
    assert next_of(shop, no) is A.APPROVE


def test_a_case_whose_lines_are_judged_differently_goes_to_a_supervisor(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    lines = [
        ReturnLineDraft(COOKER, {"reason": "quality"}),
        ReturnLineDraft(TOWELS, {"reason": "no_reason", "resale_ok": False}),
    ]

    assert next_of(shop, submitted(shop, clerk, ReturnDraft(sale.receipt_no, lines))) is A.REFER


@pytest.mark.parametrize(
    ("remedy", "step"),
    [("refund", A.REFUND), ("exchange", A.EXCHANGE), ("repair", A.REPAIR)],
)
def test_goods_that_are_in_wait_for_what_was_granted(
    shop: Shop, clerk: Actor, sale: Sale, remedy: str, step: TicketAction
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality", remedy=remedy))

    found = case_of(shop, no)
    assert return_reading.next_step(found) is step
    possible = set(return_reading.steps_now(found, Role.CLERK))
    assert possible & {A.REFUND, A.EXCHANGE, A.REPAIR} == {step}


def test_goods_that_came_otherwise_than_said_go_back(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))
    worse = receiving.ReceivedLine(TOWELS, answers={"resale_ok": False})
    do(shop, clerk, receiving.receive, no, [worse])

    assert next_of(shop, no) is A.GIVE_BACK


def test_a_refund_above_the_limit_waits_for_a_second_person(shop: Shop, clerk: Actor) -> None:
    no = pending(shop, clerk, draft(sell_goods(shop, "H-1", [Item("SOFA", 100001)]), 1))

    steps = return_reading.steps_now(case_of(shop, no), Role.CLERK)
    assert steps[0] is A.AUTHORISE
    assert A.SETTLE not in steps


def test_an_auditor_has_no_step(shop: Shop, clerk: Actor, sale: Sale) -> None:
    found = case_of(shop, submitted(shop, clerk, draft(sale.receipt_no)))

    assert return_reading.steps_now(found, Role.AUDITOR) == ()


def _reached(shop: Shop, clerk: Actor) -> dict[str, str]:
    """A case in each status in which something is to be done, each of another line."""
    receipt = sell_goods(shop, "S-1", [Item(f"SOCK {line}", 1000) for line in range(1, 5)])
    ways = (submitted, approved, received, pending)
    names = ("submitted", "approved", "received", "refund_pending")
    return {
        name: reach(shop, clerk, draft(receipt, line))
        for line, (name, reach) in enumerate(zip(names, ways, strict=True), 1)
    }


class _Undone(Exception):
    """Takes a step back, so that the next one is tried from the same place."""


def test_a_step_that_is_offered_can_be_taken(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    ways: dict[TicketAction, Callable[..., object]] = {
        A.APPROVE: lambda d, no: returns.approve(d, no),
        A.REFUSE: lambda d, no: returns.refuse(d, no, "Worn", approval=beside(supervisor)),
        A.REFER: returns.refer,
        A.WITHDRAW: lambda d, no: returns.withdraw(d, no, "Keeps it"),
        A.RECEIVE: receiving.receive,
        A.GIVE_BACK: lambda d, no: receiving.give_back(d, no, "Not so"),
        A.REFUND: refunds.refund,
        A.AUTHORISE: lambda d, no: refunds.authorise(d, no, approval=beside(supervisor)),
        A.SETTLE: refunds.settle,
        A.FAIL: lambda d, no: refunds.fail(d, no, "No line"),
        A.EXCHANGE: exchanges.exchange,
        A.REPAIR: receiving.repair,
    }

    def tried(no: str, way: Callable[..., object]) -> bool:
        try:
            with shop.writing(clerk) as desk:
                way(desk, no)
                raise _Undone
        except _Undone:
            return True
        except CounterError:
            return False

    for no in _reached(shop, clerk).values():
        offered = set(return_reading.steps_now(case_of(shop, no), Role.CLERK))
        assert {action for action, way in ways.items() if tried(no, way)} == offered & set(ways)


# --- read whole, and in lists ---------------------------------------------------------------


def test_lists_hold_the_cases_that_wait_for_their_work(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    at = _reached(shop, clerk)
    done = refunded(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality"))

    assert listed(shop, ReturnView.TO_DECIDE) == [at["submitted"]]
    assert listed(shop, ReturnView.AWAITED) == [at["approved"]]
    assert set(listed(shop, ReturnView.TO_SETTLE)) == {at["received"], at["refund_pending"]}
    assert set(listed(shop, ReturnView.OPEN)) == set(at.values())
    assert listed(shop, ReturnView.ENDED) == [done]


def test_what_is_due_first_is_listed_first(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    later = approved(shop, clerk, draft(sale.receipt_no, quantity="1", mode="mail"))
    soon = submitted(shop, clerk, draft(sale.receipt_no, quantity="1"))
    clock.forward(hours=3)
    next_one = submitted(shop, clerk, draft(sale.receipt_no, quantity="1"))

    assert listed(shop, ReturnView.OPEN) == [soon, next_one, later]


def test_a_ticket_that_is_no_return_case_is_told(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.writing(clerk) as desk:
        no = tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel")).no
    case_no = submitted(shop, clerk, draft(sale.receipt_no))

    with shop.reading(clerk) as reading:
        assert not return_reading.is_return_case(reading, no)
        assert return_reading.is_return_case(reading, case_no)
        with pytest.raises(NotFound):
            return_reading.case(reading, no)
        with pytest.raises(InvalidInput):
            return_reading.case(reading, " ")


def test_a_case_is_read_with_its_customer_receipt_and_history(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    found = case_of(shop, submitted(shop, clerk, draft(sale.receipt_no, quantity="1")))

    assert (found.receipt_no, found.submitted_by, found.currency) == (
        sale.receipt_no,
        "li",
        "CNY",
    )
    assert found.status is ReturnStatus.SUBMITTED
    assert rows(shop, "SELECT customer_id FROM ticket") == [(sale.customer_id,)]
