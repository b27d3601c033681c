"""What the history of a return says beside the kinds of its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from counter import compensations, event_words, exchanges, receiving, refunds, returns
from counter.desk import Actor
from counter.exchanges import Replacement
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.terms import TicketAction
from tests.claims import (
    COOKER,
    TOWELS,
    Item,
    approved,
    beside,
    case_of,
    do,
    draft,
    exchanged,
    received,
    refunded,
    sell_goods,
    submitted,
)
from tests.premises import Sale


def story(shop: Shop, no: str) -> Mapping[TicketAction, str]:
    """What the last event of each kind says."""
    events = case_of(shop, no).ticket.events
    return {event.kind: event_words.details(event, events, shop.site.zone) for event in events}


def test_a_refund_says_how_much_and_by_whom(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, TOWELS, "2"))
    do(shop, clerk, refunds.refund, no)
    do(shop, clerk, refunds.settle, no, ref="T-4711")

    said = story(shop, no)

    assert said[TicketAction.SUBMIT] == "refund, line 2: 2, no reason, refund (NR2)"
    assert said[TicketAction.APPROVE] == "refund"
    assert said[TicketAction.RECEIVE] == "line 2: 2"
    assert said[TicketAction.REFUND] == "23.60 CNY"
    assert said[TicketAction.AUTHORISE] == "by the rule"
    assert said[TicketAction.SETTLE] == "23.60 CNY, T-4711"


def test_what_was_answered_otherwise_than_the_store_has_it_is_said(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1", received_date="2025-03-07"))

    assert story(shop, no)[TicketAction.SUBMIT] == (
        "refund, line 2: 1, no reason, refund (NR2), answered otherwise than recorded: received"
    )


def test_another_way_and_the_second_person_are_named(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    do(
        shop,
        clerk,
        refunds.refund,
        no,
        method="cash",
        reason="phone lost",
        approval=beside(supervisor),
    )

    said = story(shop, no)

    assert said[TicketAction.REFUND] == "11.80 CNY, cash"
    assert said[TicketAction.AUTHORISE] == f"by {supervisor.login}"


def test_who_decides_himself_is_named_once(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1", resale_ok=False))
    do(shop, clerk, returns.refer, no, "please look")
    do(shop, supervisor, returns.override, no, TOWELS, "refund", "goodwill", amount_minor=600)
    do(shop, supervisor, returns.approve, no, remedy="refund")

    said = story(shop, no)

    assert said[TicketAction.REFER] == "due 2025-03-09 10:00"
    assert said[TicketAction.OVERRIDE] == "line 2: refund, the rule said: refuse, 6.00 CNY"
    assert said[TicketAction.APPROVE] == "refund"


def test_the_supervisor_beside_the_clerk_is_named(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    do(shop, clerk, returns.refuse, no, "a fake", approval=beside(supervisor))

    assert story(shop, no)[TicketAction.REFUSE] == f"by {supervisor.login}"


def test_an_exchange_names_both_units(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = exchanged(
        shop,
        clerk,
        draft(sale.receipt_no, COOKER, reason="quality", remedy="exchange"),
        Replacement(COOKER, "SN-NEW"),
    ).no

    assert story(shop, no)[TicketAction.EXCHANGE] == f"SN-{sale.receipt_no} → SN-NEW"


def test_an_exchange_without_serial_numbers_says_nothing_more(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, TOWELS, "1", remedy="exchange"))
    do(shop, clerk, exchanges.exchange, no)

    assert story(shop, no)[TicketAction.EXCHANGE] == ""


def test_a_parcel_is_followed_by_its_number(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1", mode="mail"))
    do(shop, clerk, returns.ship, no, "SF-1")

    said = story(shop, no)

    assert said[TicketAction.SUBMIT].startswith("refund, by mail, freight: the customer, line 2: 1")
    assert said[TicketAction.SHIP] == "SF-1"


def test_a_pickup_is_said_in_the_shop_s_time(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1", mode="pickup"))
    do(shop, clerk, returns.schedule, no, "2025-03-09 14:00", "2025-03-09 16:30")

    assert story(shop, no)[TicketAction.SCHEDULE] == "2025-03-09 14:00–16:30"


def test_goods_that_need_not_come_are_said_so(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1", reason="recall"))
    do(shop, clerk, receiving.receive, no, waived="recalled by the maker")

    assert story(shop, no)[TicketAction.RECEIVE] == "without goods"


def test_many_lines_are_counted(shop: Shop, clerk: Actor) -> None:
    no = sell_goods(shop, "20250307-0005", [Item(f"Mug {one}", 500) for one in range(5)])
    lines = [ReturnLineDraft(number, {"reason": "no_reason"}) for number in range(1, 6)]
    case = refunded(shop, clerk, ReturnDraft(no, lines))

    said = story(shop, case)

    assert said[TicketAction.RECEIVE] == "line 1: 1, line 2: 1, line 3: 1, 2 more lines"
    assert said[TicketAction.SUBMIT].endswith("(NR2), 2 more lines")


def test_a_compensation_says_how_much_why_and_by_whom(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    base = "goodwill"
    do(shop, clerk, compensations.propose, no, amount_minor=1000, legal_base=base)
    do(shop, clerk, compensations.grant, no, approval=beside(supervisor))
    do(shop, clerk, compensations.pay, no, "wechat")

    said = story(shop, no)

    assert said[TicketAction.COMPENSATE] == "10.00 CNY, goodwill"
    assert said[TicketAction.GRANT_COMPENSATION] == f"10.00 CNY, by {supervisor.login}"
    assert said[TicketAction.PAY_COMPENSATION] == "10.00 CNY, WeChat"


@pytest.mark.parametrize("kind", ["give_back", "repair", "withdraw"])
def test_steps_that_say_all_by_their_kind_say_nothing_more(
    shop: Shop, clerk: Actor, sale: Sale, kind: str
) -> None:
    wish = {"reason": "quality", "remedy": "repair"} if kind == "repair" else {}
    claim: dict[str, Any] = {**wish}
    given = draft(sale.receipt_no, TOWELS, "1", **claim)
    if kind == "withdraw":
        no = submitted(shop, clerk, given)
        do(shop, clerk, returns.withdraw, no, "keeps it")
    else:
        no = received(shop, clerk, given)
        do(shop, clerk, getattr(receiving, kind), no, "said at the counter")

    assert story(shop, no)[TicketAction(kind)] == ""
