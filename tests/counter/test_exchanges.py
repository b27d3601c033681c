"""Other goods for those that came back: which, how many, and what the new unit is good for."""

from __future__ import annotations

from datetime import date

import pytest

from counter import exchanges, receiving, refunds, returns
from counter.desk import Actor
from counter.exchanges import Replacement
from counter.receiving import ReceivedLine
from counter.return_check import check_line
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.errors import InvalidInput, NotAllowed, NotFound, WrongState
from models.return_views import SoldGoods
from models.terms import MovementKind, Outcome, Remedy, ReturnStatus, TicketStatus, VerdictWord
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
    exchanged,
    left_milli,
    received,
    refunded,
    sell_goods,
    submitted,
    written_so_far,
)
from tests.premises import Clock, Sale, rows
from tests.return_invariants import assert_returns_hold

OLD = "SN-20250303-0117"


def defect(sale: Sale, **answers: str) -> ReturnDraft:
    """The rice cooker does not heat."""
    return draft(sale.receipt_no, COOKER, reason="quality", category="appliance", **answers)


def goods(shop: Shop, receipt_no: str, line_no: int = COOKER) -> SoldGoods:
    with shop.reading(shop.system) as desk:
        return check_line(desk, receipt_no, line_no)


def new(serial_no: str = "SN-NEW", line_no: int = COOKER, sku: str = "") -> Replacement:
    return Replacement(line_no, serial_no, sku)


# --- at once, or step by step ---------------------------------------------------------------


def test_at_the_counter_an_exchange_is_one_operation(shop: Shop, clerk: Actor, sale: Sale) -> None:
    head = exchanged(shop, clerk, defect(sale), new())

    found = case_of(shop, head.no)
    assert found.status is ReturnStatus.EXCHANGE_DONE
    assert (found.ticket.status, found.ticket.outcome) == (
        TicketStatus.CLOSED,
        Outcome.EXCHANGED,
    )
    assert [
        (moved.kind, moved.qty_milli, moved.serial_no) for moved in found.lines[0].movements
    ] == [
        (MovementKind.RETURN_IN, 1000, OLD),
        (MovementKind.REPLACEMENT_OUT, -1000, "SN-NEW"),
    ]


def test_an_exchange_at_once_is_whole_or_not_at_all(shop: Shop, clerk: Actor, sale: Sale) -> None:
    before = written_so_far(shop)
    with pytest.raises(InvalidInput) as refused:
        exchanged(shop, clerk, defect(sale))  # no serial number of the new unit

    assert refused.value.field == "serial_no"
    assert written_so_far(shop) == before
    assert rows(shop, "SELECT count(*) FROM ticket") == [(0,)]


def test_an_exchange_at_once_against_the_rule_needs_a_supervisor(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    clock.forward(days=60)  # the rule says repair by now

    with pytest.raises(NotAllowed):
        exchanged(shop, clerk, defect(sale), new())
    assert rows(shop, "SELECT count(*) FROM ticket") == [(0,)]


def test_the_same_article_goes_out_where_nothing_is_named(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = exchanged(shop, clerk, draft(sale.receipt_no, TOWELS, "2")).no

    _in, out = case_of(shop, no).lines[0].movements
    assert (out.kind, out.qty_milli, out.sku) == (
        MovementKind.REPLACEMENT_OUT,
        -2000,
        f"TW-{sale.receipt_no}",
    )


def test_an_exchange_waits_for_the_goods(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, defect(sale))
    do(shop, clerk, returns.approve, no, remedy="exchange")

    with pytest.raises(WrongState):
        do(shop, clerk, exchanges.exchange, no, [new()])


def test_what_was_exchanged_is_not_exchanged_again(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = exchanged(shop, clerk, defect(sale), new()).no

    with pytest.raises(WrongState):
        do(shop, clerk, exchanges.exchange, no, [new("SN-NEW-2")])


def test_a_refund_that_was_granted_is_no_exchange(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = received(shop, clerk, defect(sale))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, exchanges.exchange, no, [new()])
    assert refused.value.field == "remedy"


def test_goods_that_came_worse_than_said_are_not_exchanged(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, defect(sale))
    do(shop, clerk, returns.approve, no, remedy="exchange")
    do(shop, clerk, receiving.receive, no, [ReceivedLine(COOKER, answers={"misuse": True})])

    with pytest.raises(WrongState):
        do(shop, clerk, exchanges.exchange, no, [new()])


# --- which goods go out ---------------------------------------------------------------------


def test_another_model_goes_out_only_where_that_was_granted(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    sell_goods(shop, "X-1", [Item("RC5", 39900)])

    with pytest.raises(InvalidInput) as refused:
        exchanged(shop, clerk, defect(sale), new(sku="RC5"))
    assert refused.value.field == "sku"


def test_another_model_goes_out_where_the_same_is_not_to_be_had(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    sell_goods(shop, "X-1", [Item("RC5", 39900)])
    clock.forward(days=5)
    wished = draft(
        sale.receipt_no,
        COOKER,
        reason="quality",
        category="appliance",
        same_model_available=False,
        remedy="exchange_other_model",
    )
    no = exchanged(shop, clerk, wished, new(sku="RC5")).no

    assert case_of(shop, no).lines[0].movements[-1].sku == "RC5"


def test_an_article_that_the_store_does_not_know_is_told(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with pytest.raises(InvalidInput) as refused:
        exchanged(shop, clerk, defect(sale), new(sku="RC9"))
    assert refused.value.field == "sku"


def test_of_two_lines_only_what_came_in_is_replaced(shop: Shop, clerk: Actor, sale: Sale) -> None:
    lines = [
        ReturnLineDraft(COOKER, {"reason": "quality"}),
        ReturnLineDraft(TOWELS, {"reason": "no_reason", "quantity": "2"}),
    ]
    no = approved(shop, clerk, ReturnDraft(sale.receipt_no, lines, remedy="exchange"))
    do(shop, clerk, receiving.receive, no, [ReceivedLine(COOKER, "0")])

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, exchanges.exchange, no, [new()])
    assert refused.value.field == "line_no"
    do(shop, clerk, exchanges.exchange, no)

    cooker, towels = case_of(shop, no).lines
    assert cooker.movements == ()
    assert [moved.qty_milli for moved in towels.movements] == [2000, -2000]
    assert goods(shop, sale.receipt_no).serial_no == OLD


def test_what_was_never_delivered_goes_out_though_nothing_came_in(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(
        shop,
        clerk,
        draft(sale.receipt_no, TOWELS, "2", reason="short_quantity", remedy="exchange"),
    )
    do(shop, clerk, receiving.receive, no, waived="Two were missing in the parcel")
    do(shop, clerk, exchanges.exchange, no)

    (moved,) = case_of(shop, no).lines[0].movements
    assert (moved.kind, moved.qty_milli) == (MovementKind.REPLACEMENT_OUT, -2000)
    assert left_milli(shop, sale.receipt_no) == 5000


# --- serial numbers (invariant 17) ----------------------------------------------------------


def test_the_new_unit_has_a_warranty_from_the_day_of_the_exchange(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    exchanged(shop, clerk, defect(sale), new())

    now = goods(shop, sale.receipt_no)
    assert (now.serial_no, now.exchanged_on) == ("SN-NEW", date(2025, 3, 8))
    assert rows(
        shop,
        "SELECT o.serial_no, n.serial_no, n.warranty_start FROM serial_unit o "
        "JOIN serial_unit n ON n.id = o.exchanged_to_id",
    ) == [(OLD, "SN-NEW", "2025-03-08")]


def test_the_old_unit_cannot_come_back(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    exchanged(shop, clerk, defect(sale), new())

    with pytest.raises(InvalidInput, match="SN-NEW") as refused:
        submitted(shop, supervisor, defect(sale, serial_no=OLD))
    assert refused.value.field == "serial_no"


def test_the_new_unit_can_come_back_in_its_turn(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    exchanged(shop, clerk, defect(sale), new())
    clock.forward(days=13)  # day 18 after the sale, day 13 after the exchange
    no = exchanged(shop, clerk, defect(sale), new("SN-3")).no

    (line,) = case_of(shop, no).lines
    assert (line.serial_no, line.decision.rule) == ("SN-NEW", "W2")
    assert line.decision.facts["exchanged_on"] == "2025-03-08"
    assert goods(shop, sale.receipt_no).serial_no == "SN-3"
    with pytest.raises(InvalidInput):
        submitted(shop, clerk, defect(sale, serial_no="SN-NEW"))
    assert_returns_hold(shop)


def test_the_new_unit_can_be_refunded_and_the_line_is_empty_then(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    exchanged(shop, clerk, defect(sale), new())
    no = refunded(shop, clerk, defect(sale))

    assert amounts(shop, no) == [29900]
    assert left_milli(shop, sale.receipt_no, COOKER) == 0
    assert_returns_hold(shop)


def test_goods_without_a_number_that_were_exchanged_have_their_day_too(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    exchanged(shop, clerk, draft(sale.receipt_no, TOWELS, "5"))

    assert goods(shop, sale.receipt_no, TOWELS).exchanged_on == date(2025, 3, 8)
    assert left_milli(shop, sale.receipt_no) == 5000


def test_of_goods_that_were_exchanged_in_part_no_day_is_told(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    exchanged(shop, clerk, draft(sale.receipt_no, TOWELS, "2"))

    assert goods(shop, sale.receipt_no, TOWELS).exchanged_on is None


@pytest.mark.parametrize("serial", [OLD, "SN-NEW"])
def test_a_unit_is_handed_out_once(shop: Shop, clerk: Actor, sale: Sale, serial: str) -> None:
    exchanged(shop, clerk, defect(sale), new())

    with pytest.raises(InvalidInput) as refused:
        exchanged(shop, clerk, defect(sale), new(serial))
    assert refused.value.field == "serial_no"


def test_a_unit_with_another_number_than_was_sold_does_not_come_back(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with pytest.raises(InvalidInput) as refused:
        submitted(shop, clerk, defect(sale, serial_no="SN-OTHER"))
    assert refused.value.field == "serial_no"


def test_a_unit_of_another_sale_does_not_come_back_with_this_receipt(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    exchanged(shop, clerk, defect(sale), new())
    other = sell_goods(shop, "X-2", [Item("RC4", 29900, category="appliance")])  # no number known

    with pytest.raises(InvalidInput) as refused:
        submitted(shop, clerk, draft(other, 1, reason="quality", serial_no="SN-NEW"))
    assert refused.value.field == "serial_no"


def test_a_unit_that_was_sold_with_another_receipt_does_not_come_back_with_this_one(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    other = sell_goods(shop, "X-2", [Item("RC4", 29900, category="appliance")])  # no number known

    with pytest.raises(InvalidInput, match="belongs to another sale"):
        submitted(shop, clerk, draft(other, 1, reason="quality", serial_no=OLD))


def test_a_unit_that_another_customer_has_is_not_handed_out(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    other = sell_goods(shop, "X-2", [Item("RC4", 29900, category="appliance", serial_no="SN-X")])

    with pytest.raises(InvalidInput) as refused:
        exchanged(shop, clerk, defect(sale), new("SN-X"))
    assert refused.value.field == "serial_no"
    refunded(shop, clerk, draft(other, 1, reason="quality"))
    exchanged(shop, clerk, defect(sale), new("SN-X"))  # it came back, and goes out again


def test_an_appeal_does_not_bring_back_a_unit_that_was_exchanged_meanwhile(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER, resale_ok=False))
    do(shop, clerk, returns.refuse, no, "Worn")
    exchanged(shop, clerk, defect(sale), new())

    with pytest.raises(InvalidInput, match="was exchanged for SN-NEW"):
        do(shop, clerk, returns.appeal, no, "It was so")


def test_of_several_units_of_a_line_each_comes_back_by_its_own_number(
    shop: Shop, clerk: Actor
) -> None:
    receipt = sell_goods(shop, "X-2", [Item("RC4", 29900, 2000, category="appliance")])
    unit = {"reason": "quality", "quantity": "1"}
    exchanged(shop, clerk, draft(receipt, 1, serial_no="SN-A", **unit), new())

    with pytest.raises(InvalidInput, match="was exchanged for SN-NEW"):
        submitted(shop, clerk, draft(receipt, 1, serial_no="SN-A", **unit))
    refunded(shop, clerk, draft(receipt, 1, serial_no="SN-B", **unit))
    refunded(shop, clerk, draft(receipt, 1, serial_no="SN-NEW", **unit))
    assert left_milli(shop, receipt, 1) == 0


def test_an_unknown_case_is_not_exchanged(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with pytest.raises(NotFound):
        do(shop, clerk, exchanges.exchange, "R-20250308-0099")


def test_an_exception_is_exchanged_with_a_supervisor_beside_the_clerk(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, clock: Clock
) -> None:
    clock.forward(days=60)
    no = submitted(shop, clerk, defect(sale))
    do(
        shop,
        clerk,
        returns.approve,
        no,
        remedy="exchange",
        reason="Kind",
        approval=beside(supervisor),
    )
    do(shop, clerk, receiving.receive, no)
    do(shop, clerk, exchanges.exchange, no, [new()])

    found = case_of(shop, no)
    assert (found.status, found.remedy) == (ReturnStatus.EXCHANGE_DONE, Remedy.EXCHANGE)
    assert found.lines[0].decision.verdict is VerdictWord.EXCHANGE
    with pytest.raises(WrongState):
        do(shop, clerk, refunds.refund, no)
