"""Money goes back: how much, by which means, with whose consent, once, and never too much."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter import receiving, refunds, returns
from counter.desk import Actor
from counter.receiving import ReceivedLine
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.rules.refunds import Paid, SoldLine, line_totals, share_of, shared_out
from counter.shop import Shop
from models.errors import InvalidInput, NotAllowed, WrongState
from models.terms import (
    RefundStatus,
    ReturnStatus,
    Role,
    SaleChannel,
    TenderMethod,
    TicketAction,
    TicketStatus,
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
    pending,
    received,
    refunded,
    sell_goods,
    shares,
    submitted,
)
from tests.premises import Clock, Sale, hire, rows
from tests.return_invariants import assert_returns_hold

R = RefundStatus


def statuses(shop: Shop, no: str) -> list[RefundStatus]:
    return [one.status for line in case_of(shop, no).lines for one in line.refunds]


# --- how much -------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(1, 1, 1), (2, 1), (1, 2), (3,)])
@pytest.mark.parametrize("paid", [1000, 999, 998, 997])
def test_the_last_unit_brings_the_rounding_remainder(
    shop: Shop, clerk: Actor, order: tuple[int, ...], paid: int
) -> None:
    receipt = sell_goods(shop, "R-1", [Item("SOCK", 333, 3000)], [("cash", paid)])
    back = [amounts(shop, refunded(shop, clerk, draft(receipt, 1, str(n))))[0] for n in order]

    assert sum(back) == paid
    assert back[:-1] == [333 * count for count in order[:-1]]


def test_the_remainder_goes_back_once_where_the_first_part_comes_last(
    shop: Shop, clerk: Actor
) -> None:
    receipt = sell_goods(shop, "R-1", [Item("SOCK", 333, 3000)], [("cash", 1000)])
    first = approved(shop, clerk, draft(receipt, 1, "2"))
    assert amounts(shop, refunded(shop, clerk, draft(receipt, 1, "1"))) == [334]
    do(shop, clerk, returns.withdraw, first, "Keeps them")

    assert amounts(shop, refunded(shop, clerk, draft(receipt, 1, "2"))) == [666]
    assert_returns_hold(shop)


def test_the_remainder_is_not_lost_where_the_part_that_had_it_is_withdrawn(
    shop: Shop, clerk: Actor
) -> None:
    receipt = sell_goods(shop, "R-1", [Item("SOCK", 333, 3000)], [("cash", 1000)])
    refunded(shop, clerk, draft(receipt, 1, "2"))
    last = approved(shop, clerk, draft(receipt, 1, "1"))
    do(shop, clerk, returns.withdraw, last, "Keeps it")

    assert amounts(shop, refunded(shop, clerk, draft(receipt, 1, "1"))) == [334]


def test_the_remainder_stays_for_later_where_less_comes_in_than_announced(
    shop: Shop, clerk: Actor
) -> None:
    receipt = sell_goods(shop, "R-1", [Item("SOCK", 333, 3000)], [("cash", 1000)])
    no = approved(shop, clerk, draft(receipt, 1, "3"))
    do(shop, clerk, receiving.receive, no, [ReceivedLine(1, "2")])
    do(shop, clerk, refunds.refund, no)
    do(shop, clerk, refunds.settle, no)

    assert amounts(shop, no) == [666]
    assert amounts(shop, refunded(shop, clerk, draft(receipt, 1))) == [334]


def test_weighed_parts_add_up_to_what_was_paid(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "W-1", [Item("RICE", 1005, 350)], [("cash", 352)])
    back = [
        amounts(shop, refunded(shop, clerk, draft(receipt, 1, weight)))[0]
        for weight in ("0.1", "0.1", "")
    ]

    assert back == [101, 101, 150]


def test_a_discount_of_the_whole_receipt_is_shared_by_its_lines(shop: Shop, clerk: Actor) -> None:
    items = [Item("A", 333, 3000), Item("B", 777, 1000), Item("C", 50, 7000)]
    receipt = sell_goods(shop, "R-1", items, [("cash", 2123), ("card", 1)])  # of 2126
    back = [amounts(shop, refunded(shop, clerk, draft(receipt, line)))[0] for line in (1, 2, 3)]

    assert sum(back) == 2124
    assert_returns_hold(shop)


def test_the_price_that_was_paid_counts_and_not_the_one_on_the_list(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE receipt_line SET list_minor = 9900 WHERE line_no = 2"
        )

    assert amounts(shop, pending(shop, clerk, draft(sale.receipt_no, quantity="1"))) == [1180]


def test_a_gift_that_is_kept_is_taken_off(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(
        shop, "G-1", [Item("SHIRT", 20000)], channel="online", signed_for=date(2025, 3, 5)
    )
    no = pending(
        shop, clerk, draft(receipt, 1, mode="mail", gift_returned=False, gift_price_minor=3000)
    )

    (refund,) = case_of(shop, no).lines[0].refunds
    assert (refund.amount_minor, refund.deductions) == (17000, (("gift", 3000),))


def test_the_price_of_a_gift_is_taken_off_once(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(
        shop, "G-1", [Item("SHIRT", 20000, 2000)], channel="online", signed_for=date(2025, 3, 5)
    )

    def one() -> ReturnDraft:
        return draft(receipt, 1, "1", mode="mail", gift_returned=False, gift_price_minor=3000)

    first = refunded(shop, clerk, one())
    second = pending(shop, clerk, one())

    assert (amounts(shop, first), amounts(shop, second)) == ([17000], [20000])


def test_money_without_goods_waits_for_a_second_person(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, quantity="1", reason="short_quantity"))
    do(shop, clerk, receiving.receive, no, waived="Only four were in the bag")
    do(shop, clerk, refunds.refund, no)

    assert statuses(shop, no) == [R.REQUESTED]


def test_a_limit_in_another_money_lets_nobody_pay_alone(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "H-1", [Item("CUP", 500)], currency="GBP")

    assert statuses(shop, pending(shop, clerk, draft(receipt, 1))) == [R.REQUESTED]


def test_a_gift_is_told_where_a_flaw_of_the_label_is_judged_as_no_reason(
    shop: Shop, clerk: Actor
) -> None:
    milk = [Item("MILK", 20000, category="packaged_food")]
    receipt = sell_goods(shop, "G-1", milk, channel=SaleChannel.ONLINE, signed_for=date(2025, 3, 5))
    claim = draft(receipt, 1, reason="label_flaw", gift_returned=False, gift_price_minor=3000)
    no = pending(shop, clerk, claim)

    (refund,) = case_of(shop, no).lines[0].refunds
    assert (refund.amount_minor, refund.deductions) == (17000, (("gift", 3000),))


def test_a_gift_takes_off_no_more_than_the_price(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(
        shop, "G-1", [Item("SHIRT", 2000)], channel="online", signed_for=date(2025, 3, 5)
    )
    no = pending(
        shop, clerk, draft(receipt, 1, mode="mail", gift_returned=False, gift_price_minor=3000)
    )

    (refund,) = case_of(shop, no).lines[0].refunds
    assert (refund.amount_minor, refund.deductions) == (0, (("gift", 2000),))
    assert_returns_hold(shop)


def test_freight_that_the_customer_bears_is_taken_off_line_by_line(
    shop: Shop, clerk: Actor
) -> None:
    receipt = sell_goods(shop, "M-1", [Item("A", 500), Item("B", 2000)])
    lines = [ReturnLineDraft(line, {"reason": "no_reason"}) for line in (1, 2)]
    no = received(shop, clerk, ReturnDraft(receipt, lines, mode="mail"))
    do(shop, clerk, refunds.refund, no, freight_minor=800)

    assert amounts(shop, no) == [0, 1700]
    found = [one.deductions for line in case_of(shop, no).lines for one in line.refunds]
    assert found == [(("freight", 500),), (("freight", 300),)]


@pytest.mark.parametrize("freight", [-1, -500, 1181])
def test_freight_is_nothing_below_zero_and_no_more_than_the_refund(
    shop: Shop, clerk: Actor, sale: Sale, freight: int
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, quantity="1", mode="mail"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, refunds.refund, no, freight_minor=freight)
    assert refused.value.field == "freight_minor"


@pytest.mark.parametrize(("reason", "mode"), [("quality", "mail"), ("no_reason", "counter")])
def test_no_freight_is_taken_off_where_the_store_pays_the_way_back_or_there_was_none(
    shop: Shop, clerk: Actor, sale: Sale, reason: str, mode: str
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, COOKER, reason=reason, mode=mode))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, refunds.refund, no, freight_minor=1000)
    assert refused.value.field == "freight_minor"


def test_what_the_till_took_back_meanwhile_is_not_refunded_again(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, quantity="3"))
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE receipt_line SET returned_milli = 3000 WHERE line_no = 2"
        )

    with pytest.raises(WrongState):
        do(shop, clerk, refunds.refund, no)


def test_a_refund_is_in_the_currency_of_the_receipt(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "E-1", [Item("SOCK", 333)], currency="HKD")
    no = pending(shop, clerk, draft(receipt, 1))

    assert [one.currency for one in case_of(shop, no).lines[0].refunds] == ["HKD"]


# --- by which means -------------------------------------------------------------------------


def test_money_goes_back_as_it_was_paid_in_proportion(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "T-1", [Item("A", 1000, 10000)], [("cash", 3000), ("wechat", 7000)])

    assert shares(shop, pending(shop, clerk, draft(receipt, 1, "3"))) == [
        ("cash", 900),
        ("wechat", 2100),
    ]


def test_all_parts_together_give_back_what_was_paid_by_each_means(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(
        shop, "T-1", [Item("A", 333, 7000)], [("cash", 1), ("card", 1165), ("gift_card", 1165)]
    )
    for count in ("2", "1", "3", "1"):
        refunded(shop, clerk, draft(receipt, 1, count))

    assert rows(
        shop,
        "SELECT n.method, n.amount_minor - sum(a.amount_minor) FROM tender n "
        "JOIN refund_allocation a ON a.tender_id = n.id GROUP BY n.id ORDER BY n.id",
    ) == [("cash", 0), ("card", 0), ("gift_card", 0)]


def test_two_lines_of_a_case_share_the_same_means(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(
        shop, "T-1", [Item("A", 333), Item("B", 333)], [("cash", 333), ("card", 333)]
    )
    lines = [ReturnLineDraft(line, {"reason": "no_reason"}) for line in (1, 2)]
    no = pending(shop, clerk, ReturnDraft(receipt, lines))

    assert sorted(shares(shop, no)) == [("card", 166), ("card", 167), ("cash", 166), ("cash", 167)]
    assert_returns_hold(shop)


def test_another_way_needs_a_reason_and_a_second_person(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, refunds.refund, no, method="cash")
    assert refused.value.field == "reason"
    do(shop, clerk, refunds.refund, no, method="cash", reason="Account is closed")
    assert statuses(shop, no) == [R.REQUESTED]
    with pytest.raises(WrongState, match="second person"):
        do(shop, clerk, refunds.settle, no)
    with pytest.raises(NotAllowed):
        do(shop, clerk, refunds.authorise, no)
    do(shop, clerk, refunds.authorise, no, approval=beside(supervisor))
    do(shop, clerk, refunds.settle, no)

    (refund,) = case_of(shop, no).lines[0].refunds
    assert (refund.other_reason, refund.authorised_by) == ("Account is closed", "Sun")
    assert shares(shop, no) == [("cash", 1180)]


def test_a_receipt_that_does_not_say_how_it_was_paid_needs_a_way(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("DELETE FROM tender")
    no = received(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, refunds.refund, no)
    assert refused.value.field == "method"
    do(shop, clerk, refunds.refund, no, method="cash")
    assert (statuses(shop, no), shares(shop, no)) == ([R.AUTHORISED], [("cash", 1180)])


def test_where_less_was_paid_than_goes_back_another_way_is_chosen(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("UPDATE tender SET amount_minor = 100")
    no = received(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, refunds.refund, no)
    assert refused.value.field == "method"


# --- with whose consent ---------------------------------------------------------------------


@pytest.mark.parametrize(("price", "status"), [(100000, R.AUTHORISED), (100001, R.REQUESTED)])
def test_up_to_the_limit_the_rule_itself_authorises(
    shop: Shop, clerk: Actor, price: int, status: RefundStatus
) -> None:
    receipt = sell_goods(shop, "H-1", [Item("SOFA", price)])

    assert statuses(shop, pending(shop, clerk, draft(receipt, 1))) == [status]


def test_the_limit_is_of_the_whole_case(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "H-1", [Item("SOFA", 60000), Item("TABLE", 60000)])
    lines = [ReturnLineDraft(line, {"reason": "no_reason"}) for line in (1, 2)]

    no = pending(shop, clerk, ReturnDraft(receipt, lines))
    assert statuses(shop, no) == [R.REQUESTED, R.REQUESTED]


def test_the_limit_is_not_split_up_over_cases_of_one_receipt(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "H-1", [Item("SOFA", 60000), Item("TABLE", 60000)])
    first, second = (pending(shop, clerk, draft(receipt, line)) for line in (1, 2))

    assert statuses(shop, first) == [R.AUTHORISED]
    assert statuses(shop, second) == [R.REQUESTED]


def test_a_second_person_at_the_counter_authorises_at_once(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    receipt = sell_goods(shop, "H-1", [Item("SOFA", 100001)])
    no = received(shop, clerk, draft(receipt, 1))
    do(shop, clerk, refunds.refund, no, approval=beside(supervisor))

    assert statuses(shop, no) == [R.AUTHORISED]


def test_nobody_authorises_a_refund_that_they_worked_out_or_submitted(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    receipt = sell_goods(shop, "H-1", [Item("SOFA", 100001), Item("TABLE", 100001)])
    worked_out = received(shop, clerk, draft(receipt, 1))
    do(shop, supervisor, refunds.refund, worked_out)
    own = pending(shop, supervisor, draft(receipt, 2))

    for no in (worked_out, own):
        with pytest.raises(NotAllowed):
            do(shop, supervisor, refunds.authorise, no)
        with pytest.raises(NotAllowed):
            do(shop, clerk, refunds.authorise, no, approval=beside(supervisor))
        with pytest.raises(WrongState):
            do(shop, supervisor, refunds.settle, no)


def test_an_exception_waits_for_a_second_person_whatever_the_amount(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, quantity="1", resale_ok=False))
    do(shop, supervisor, returns.approve, no, reason="Kind")
    do(shop, clerk, receiving.receive, no)
    do(shop, clerk, refunds.refund, no)
    assert statuses(shop, no) == [R.REQUESTED]
    do(shop, supervisor, refunds.authorise, no)

    assert statuses(shop, no) == [R.AUTHORISED]


def test_there_is_nothing_to_authorise_twice(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    receipt = sell_goods(shop, "H-1", [Item("SOFA", 100001)])
    no = pending(shop, clerk, draft(receipt, 1))
    do(shop, supervisor, refunds.authorise, no)

    with pytest.raises(WrongState):
        do(shop, supervisor, refunds.authorise, no)


# --- once -----------------------------------------------------------------------------------


def test_one_refund_at_a_time(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with pytest.raises(WrongState):
        do(shop, clerk, refunds.refund, no)
    assert statuses(shop, no) == [R.AUTHORISED]


def test_while_a_refund_of_a_line_is_under_way_another_case_of_it_waits(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    other = received(shop, clerk, draft(sale.receipt_no, quantity="1"))
    no = pending(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with pytest.raises(WrongState):
        do(shop, clerk, refunds.refund, other)
    do(shop, clerk, refunds.settle, no)
    do(shop, clerk, refunds.refund, other)


def test_the_store_itself_keeps_two_open_refunds_from_one_line(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    pending(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with pytest.raises(Exception, match="UNIQUE"), shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "INSERT INTO refund (uid, change_no, version, return_line_id, receipt_line_id, "
            "amount_minor, currency, status, requested_by_id, requested_at, explained) "
            "SELECT 'x', change_no, 1, return_line_id, receipt_line_id, 1, currency, 'requested', "
            "requested_by_id, requested_at, explained FROM refund"
        )


def test_settling_ends_the_case_and_says_who_paid(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, quantity="1"))
    clock.forward(days=2)
    do(shop, hire(shop, "zhao", Role.CLERK), refunds.settle, no, ref="POS 0042")

    found = case_of(shop, no)
    (refund,) = found.lines[0].refunds
    assert (found.status, found.ticket.status) == (ReturnStatus.CLOSED, TicketStatus.CLOSED)
    assert (refund.status, refund.settled_at) == (R.SETTLED, clock.now)
    assert [one.executed_ref for one in refund.allocations] == ["POS 0042"]
    assert rows(shop, "SELECT s.login FROM refund f JOIN staff s ON s.id = f.settled_by_id") == [
        ("zhao",)
    ]


def test_money_goes_back_once(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = refunded(shop, clerk, draft(sale.receipt_no, quantity="1", mode="mail"))

    for again in (refunds.settle, refunds.refund):
        with pytest.raises(WrongState):
            do(shop, clerk, again, no)


def test_a_refund_that_failed_is_final_and_another_one_is_tried(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, quantity="1"))
    do(shop, clerk, refunds.fail, no, "Card refused")
    with pytest.raises(WrongState):
        do(shop, clerk, refunds.settle, no)
    with pytest.raises(WrongState):
        do(shop, clerk, refunds.fail, no, "Again")
    do(shop, clerk, refunds.refund, no)
    do(shop, clerk, refunds.settle, no)

    failed, settled = case_of(shop, no).lines[0].refunds
    assert (failed.status, failed.failed_reason) == (R.FAILED, "Card refused")
    assert (settled.status, settled.amount_minor) == (R.SETTLED, 1180)
    assert_returns_hold(shop)


def test_what_failed_leaves_all_that_was_paid_for_the_next_try(shop: Shop, clerk: Actor) -> None:
    receipt = sell_goods(shop, "F-1", [Item("SOCK", 333)], [("card", 333)])
    no = pending(shop, clerk, draft(receipt, 1))
    do(shop, clerk, refunds.fail, no, "Card refused")
    do(shop, clerk, refunds.refund, no)

    assert shares(shop, no) == [("card", 333), ("card", 333)]


def test_a_failure_says_why(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, quantity="1"))

    with pytest.raises(InvalidInput) as refused:
        do(shop, clerk, refunds.fail, no, " ")
    assert refused.value.field == "reason"


def test_what_was_refunded_is_told_in_the_history(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = refunded(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))

    events = {event.kind: event.payload for event in case_of(shop, no).ticket.events}
    assert events[TicketAction.REFUND]["amount_minor"] == 1180
    assert events[TicketAction.SETTLE]["refunds"] == events[TicketAction.REFUND]["refunds"]


# --- the arithmetic -------------------------------------------------------------------------

PAID = st.lists(st.integers(0, 10**9), min_size=1, max_size=5)


@given(paid=PAID, parts=st.lists(st.fractions(0, 1), max_size=6))
def test_parts_in_any_order_give_back_all_that_was_paid_and_no_means_more_than_its_own(
    paid: list[int], parts: list[Fraction]
) -> None:
    left = sum(paid)
    back = [0] * len(paid)
    for part in [*parts, Fraction(1)]:
        amount = int(left * part)
        means = [
            Paid(at, TenderMethod.CASH, given, gone)
            for at, (given, gone) in enumerate(zip(paid, back, strict=True))
        ]
        found = shared_out(amount, means)
        assert found is not None
        assert sum(share.amount_minor for share in found) == amount
        for share in found:
            assert share.tender_id is not None
            assert share.amount_minor >= 0
            back[share.tender_id] += share.amount_minor
            assert back[share.tender_id] <= paid[share.tender_id]
        left -= amount
    assert back == paid


@given(
    paid=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=5),
    part=st.fractions(0, 1),
)
def test_a_means_of_which_much_went_back_gives_only_what_is_left_of_it(
    paid: list[tuple[int, int]], part: Fraction
) -> None:
    means = [
        Paid(at, TenderMethod.CARD, amount, min(amount, gone))
        for at, (amount, gone) in enumerate(paid)
    ]
    amount = int(sum(one.left_minor for one in means) * part)
    found = shared_out(amount, means)

    assert found is not None
    assert sum(share.amount_minor for share in found) == amount
    assert all(share.amount_minor <= means[share.tender_id or 0].left_minor for share in found)


@given(paid=PAID, more=st.integers(1, 100))
def test_more_than_was_paid_is_not_shared_out(paid: list[int], more: int) -> None:
    means = [Paid(at, TenderMethod.CASH, amount) for at, amount in enumerate(paid)]

    assert shared_out(sum(paid) + more, means) is None


@given(
    lines=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 10**6)), min_size=1, max_size=6),
    off=st.integers(-5, 5),
)
def test_the_lines_of_a_receipt_add_up_to_what_was_paid_where_it_differs_by_rounding(
    lines: list[tuple[int, int]], off: int
) -> None:
    sold = [SoldLine(at, units * 1000, price) for at, (units, price) in enumerate(lines)]
    whole = sum(units * price for units, price in lines)
    paid = max(whole + off, 0)
    totals = line_totals(sold, paid)

    if whole and abs(paid - whole) <= sum(units for units, _price in lines):
        assert sum(totals.values()) == paid
    else:
        assert sum(totals.values()) == whole


@given(
    total=st.integers(0, 10**6),
    parts=st.lists(st.integers(0, 10**6), min_size=1, max_size=8),
    chance=st.randoms(use_true_random=False),
)
def test_shares_of_points_add_up_whatever_the_order(
    total: int, parts: list[int], chance: Random
) -> None:
    whole, before, given_back = sum(parts), 0, 0
    chance.shuffle(parts)
    for part in parts:
        given_back += share_of(total, part, before, whole)
        before += part

    assert given_back == (total if whole else 0)
