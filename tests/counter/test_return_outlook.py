"""What stands beside the answers: what a case would bring, what is asked, what typing means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from counter.desk import Actor
from counter.outlook_words import case_in_words, money_back
from counter.return_answers import answers_of, asked, faults_of
from counter.return_check import Judged, judge
from counter.return_finding import find_for_return
from counter.return_outlook import CheckedReceipt, Outlook, check_receipt, outlook
from counter.shop import Shop
from models.errors import InvalidInput, NotFound
from models.terms import Remedy, SaleChannel
from tests.premises import Sale

TODAY = date(2025, 3, 8)


@pytest.fixture
def checked(shop: Shop, clerk: Actor, sale: Sale) -> CheckedReceipt:
    """The cooker and the towels of the sale, as the return check reads them."""
    with shop.reading(clerk) as desk:
        return check_receipt(desk, sale.receipt_no)


def verdict(checked: CheckedReceipt, line_no: int, shop: Shop, **answers: object) -> Judged:
    goods = checked.line(line_no)
    assert goods is not None
    given = {"reason": "no_reason", **answers}
    return judge(goods, checked.stored, given, TODAY, shop.site.zone)


def look_out(checked: CheckedReceipt, *judged: Judged, wish: Remedy | None = None) -> Outlook:
    return outlook(judged, checked, wish, TODAY)


def test_what_goes_back_of_several_lines_is_their_sum(shop: Shop, checked: CheckedReceipt) -> None:
    both = verdict(checked, 1, shop), verdict(checked, 2, shop, quantity="2")
    shown = look_out(checked, *both)
    assert shown.remedies == (Remedy.REFUND, Remedy.EXCHANGE)
    assert shown.amount_minor == 29900 + 2360
    assert sum(share.amount_minor for share in shown.shares) == shown.amount_minor
    assert case_in_words(both, shown, "CNY") == "2 lines: refund 322.60 CNY."


def test_no_money_goes_back_where_an_exchange_is_wished_for(
    shop: Shop, checked: CheckedReceipt
) -> None:
    shown = look_out(checked, verdict(checked, 2, shop), wish=Remedy.EXCHANGE)
    assert shown.remedy is Remedy.EXCHANGE
    assert shown.amount_minor is None
    assert money_back(shown, "CNY") == []


def test_a_wish_that_is_not_supported_any_more_counts_as_none(
    shop: Shop, checked: CheckedReceipt
) -> None:
    shown = look_out(checked, verdict(checked, 2, shop), wish=Remedy.REPAIR)
    assert shown.remedy is Remedy.REFUND


def test_lines_that_do_not_support_the_wish_are_named(shop: Shop, checked: CheckedReceipt) -> None:
    both = verdict(checked, 1, shop), verdict(checked, 2, shop, packaging_intact=False)
    shown = look_out(checked, *both)
    assert shown.unsupported == (2,)
    assert "but not line 2" in case_in_words(both, shown, "CNY")


def test_a_refund_says_by_which_means_and_by_when(shop: Shop, checked: CheckedReceipt) -> None:
    said = money_back(look_out(checked, verdict(checked, 2, shop, quantity="2")), "CNY")
    assert said == ["23.60 CNY goes back by WeChat, as it was paid, at the latest Tue 18 Mar."]


# --- what is asked, and what typing means ---------------------------------------------------


def test_nothing_is_asked_before_there_is_a_reason(checked: CheckedReceipt) -> None:
    questions = asked(checked.goods[1], checked.stored, {})
    assert questions.yes_no == ()
    assert questions.typed == ()
    assert questions.quantity


def test_a_gift_has_a_price_only_where_it_was_kept(checked: CheckedReceipt) -> None:
    goods = replace(checked.goods[1], channel=SaleChannel.ONLINE)
    back = {"reason": "no_reason", "gift_price_minor": "12.50"}
    kept = {**back, "gift_returned": "no"}
    assert "gift_price_minor" not in answers_of(goods, checked.stored, back, "CNY")
    assert answers_of(goods, checked.stored, kept, "CNY")["gift_price_minor"] == 1250


def test_every_wrong_field_is_told_at_once(checked: CheckedReceipt) -> None:
    typed = {
        "reason": "quality",
        "category": "phone",
        "repairs_done": "two",
        "wait_days": "-1",
        "exchanged_on": "yesterday",
    }
    with pytest.raises(InvalidInput) as raised:
        answers_of(checked.goods[0], checked.stored, typed, "CNY")
    fields = {fault.field for fault in faults_of(raised.value)}
    assert fields == {"repairs_done", "wait_days", "exchanged_on"}


def test_what_is_not_asked_any_more_is_passed_over(checked: CheckedReceipt) -> None:
    typed = {"reason": "no_reason", "repairs_done": "two", "misuse": "yes"}
    answers = answers_of(checked.goods[1], checked.stored, typed, "CNY")
    assert answers == {
        "reason": "no_reason",
        "packaging_intact": True,
        "accessories_complete": True,
        "resale_ok": True,
    }


def test_waiting_is_for_parts_unless_the_repairer_is_late(checked: CheckedReceipt) -> None:
    typed = {"reason": "quality", "category": "phone", "wait_days": "70"}
    goods, stored = checked.goods[0], checked.stored
    assert answers_of(goods, stored, typed, "CNY")["wait_cause"] == "parts"
    late = {**typed, "repairer": "yes"}
    assert answers_of(goods, stored, late, "CNY")["wait_cause"] == "repairer"


# --- finding --------------------------------------------------------------------------------


def test_a_receipt_with_a_line_names_that_line(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.reading(clerk) as desk:
        found = find_for_return(desk, f"{sale.receipt_no}/2")
    assert found.checked is not None
    assert found.line_no == 2


def test_a_customer_with_one_receipt_leads_to_it(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.reading(clerk) as desk:
        found = find_for_return(desk, "5678")
    assert found.checked is not None
    assert found.checked.receipt.receipt_no == sale.receipt_no


def test_what_nobody_knows_is_nothing(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.reading(clerk) as desk:
        assert find_for_return(desk, "no such thing").checked is None
        with pytest.raises(NotFound):
            check_receipt(desk, "no such thing")
