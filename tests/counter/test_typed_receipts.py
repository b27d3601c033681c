"""Receipts that the store does not have: typed, returned, and set right by the till later."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from counter.approvals import Approval
from counter.desk import Actor
from counter.doctor import examine
from counter.importing import ImportSummary, import_file
from counter.receiving import receive
from counter.refunds import authorise, refund, settle
from counter.return_check import check_line
from counter.returns import ReturnDraft, ReturnLineDraft, approve, override, submit
from counter.shop import Shop
from counter.typed_receipts import MOST_LINES, TypedLine, TypedReceiptDraft, type_receipt
from models.errors import InvalidInput, NotAllowed, WrongState
from models.terms import ImportKind, Role
from tests.premises import Clock, Sale, hire, rows

LAMP = TypedLine("Desk lamp", "2", "29.90")

NATIVE = (
    "receipt_no,sold_at,channel,line_no,sku,product_name,qty,unit_paid_minor,currency,serial_no,"
    "tender_method,tender_minor\n"
)


def typed(shop: Shop, actor: Actor, *lines: TypedLine, **given: Any) -> str:
    usual: dict[str, Any] = {
        "receipt_no": "P-77",
        "sold_on": "2025-03-03",
        "lines": lines or [LAMP],
    }
    with shop.writing(actor) as desk:
        return type_receipt(desk, TypedReceiptDraft(**{**usual, **given}))


def faults_of(shop: Shop, actor: Actor, *lines: TypedLine, **given: Any) -> dict[str | None, str]:
    with pytest.raises(InvalidInput) as refused:
        typed(shop, actor, *lines, **given)
    assert rows(shop, "SELECT receipt_no FROM receipt WHERE receipt_no = 'P-77'") == []
    return {fault.field: str(fault) for fault in refused.value.faults}


# --- what is stored -------------------------------------------------------------------------


def test_a_typed_receipt_is_a_receipt_like_any_other(shop: Shop, clerk: Actor) -> None:
    no = typed(shop, clerk, LAMP, TypedLine("Cable", "1", "5"), paid_by="cash", note="torn")

    assert no == "P-77"
    assert rows(shop, "SELECT sold_at, channel, currency FROM receipt") == [
        ("2025-03-02 16:00:00.000000", "store", "CNY")  # midnight in Shanghai
    ]
    assert rows(
        shop, "SELECT line_no, description, qty_milli, unit_paid_minor FROM receipt_line"
    ) == [(1, "Desk lamp", 2000, 2990), (2, "Cable", 1000, 500)]
    assert rows(shop, "SELECT method, amount_minor FROM tender") == [("cash", 6480)]
    assert rows(shop, "SELECT proof, note, typed_by_id FROM typed_receipt") == [
        ("receipt", "torn", clerk.id)
    ]


def test_the_day_of_the_sale_is_the_local_day_that_was_typed(shop: Shop, clerk: Actor) -> None:
    typed(shop, clerk, sold_on=date(2025, 3, 8))

    with shop.reading(clerk) as desk:
        goods = check_line(desk, "P-77", 1)
        assert goods.sold_at.astimezone(desk.site.zone).date() == date(2025, 3, 8)


def test_who_typed_it_stands_in_the_audit(shop: Shop, clerk: Actor) -> None:
    typed(shop, clerk, proof="invoice")

    ((actor, diff),) = rows(
        shop, "SELECT actor, diff FROM audit_entry WHERE action = 'receipt.type'"
    )
    assert actor == "li"
    assert '"receipt_no":"P-77"' in diff
    assert '"proof":"invoice"' in diff


def test_goods_that_the_store_knows_are_those(shop: Shop, clerk: Actor, sale: Sale) -> None:
    typed(
        shop,
        clerk,
        TypedLine("0690123456789", "1", "299.00", serial_no="SN-9"),
        TypedLine("TW-20250303-0117", "3", "11.80"),
    )

    assert rows(
        shop,
        "SELECT l.product_id, l.description, l.serial_no FROM receipt_line l "
        "JOIN receipt r ON r.id = l.receipt_id WHERE r.receipt_no = 'P-77' ORDER BY l.line_no",
    ) == [(sale.product_ids[0], None, "SN-9"), (sale.product_ids[1], None, None)]


def test_goods_that_the_store_does_not_know_get_a_number_of_their_own(
    shop: Shop, clerk: Actor
) -> None:
    typed(shop, clerk, LAMP, TypedLine("Cable", "1", "5"))
    typed(shop, clerk, LAMP, receipt_no="P-78")

    assert rows(shop, "SELECT sku, name FROM product ORDER BY sku") == [
        ("TYPED-000001", "Desk lamp"),
        ("TYPED-000002", "Cable"),
    ]


def test_a_category_tells_the_rules_what_unknown_goods_are(shop: Shop, clerk: Actor) -> None:
    typed(shop, clerk, TypedLine("Fridge", "1", "2999", category="appliance"))

    with shop.reading(clerk) as desk:
        assert check_line(desk, "P-77", 1).category_code == "appliance"


def test_a_category_never_changes_that_of_known_goods(shop: Shop, clerk: Actor, sale: Sale) -> None:
    typed(shop, clerk, TypedLine("0690123456789", "1", "1", category="appliance"))
    typed(shop, clerk, TypedLine("0690123456789", "1", "1", category="phone"), receipt_no="P-78")

    with shop.reading(clerk) as desk:
        assert check_line(desk, "P-78", 1).category_code == "appliance"


def test_goods_by_weight_and_full_width_digits_are_read(shop: Shop, clerk: Actor) -> None:
    typed(shop, clerk, TypedLine("Pears", "0,35", "１２.８０"), paid_by="wechat")

    assert rows(shop, "SELECT qty_milli, unit_paid_minor FROM receipt_line") == [(350, 1280)]
    assert rows(shop, "SELECT amount_minor FROM tender") == [(448,)]


def test_a_distance_sale_keeps_its_day_of_signing(shop: Shop, clerk: Actor) -> None:
    typed(
        shop,
        clerk,
        TypedLine("Lamp", "1", "10", received_on="2025-03-06"),
        channel="online",
        proof="parcel_record",
    )

    with shop.reading(clerk) as desk:
        assert check_line(desk, "P-77", 1).received_on == date(2025, 3, 6)


def test_the_customer_who_was_chosen_is_on_it(shop: Shop, clerk: Actor, sale: Sale) -> None:
    typed(shop, clerk, customer_id=sale.customer_id)

    assert rows(shop, "SELECT customer_id FROM receipt WHERE receipt_no = 'P-77'") == [
        (sale.customer_id,)
    ]


# --- what is refused ------------------------------------------------------------------------


def test_every_fault_is_told_with_its_field(shop: Shop, clerk: Actor) -> None:
    found = faults_of(
        shop,
        clerk,
        TypedLine("", "0", "-1", category="sheep"),
        LAMP,
        TypedLine("x" * 201, "1.2345", "9.999", serial_no="s" * 65, received_on="2025-03-01"),
        receipt_no=" ",
        sold_on="2025-03-09",
        channel="moon",
        proof="word",
        note="n" * 401,
        customer_id=99,
        paid_by="shells",
    )

    assert set(found) == {
        *("receipt_no", "sold_on", "channel", "proof", "note", "customer", "paid_by"),
        *("lines.1.article", "lines.1.qty", "lines.1.unit_price", "lines.1.category"),
        *("lines.3.article", "lines.3.qty", "lines.3.unit_price", "lines.3.serial_no"),
        "lines.3.received_on",
    }


@pytest.mark.parametrize("qty", ["", "0", "-1", "1.2345", "1000000", "1e3", "two", "1,000,000"])
def test_a_quantity_that_is_none_is_refused(shop: Shop, clerk: Actor, qty: str) -> None:
    assert "lines.1.qty" in faults_of(shop, clerk, TypedLine("Lamp", qty, "1"))


@pytest.mark.parametrize(
    "price", ["", "-1", "1.999", "1,299", "1e3", "x", "9999999999", "１.２３４"]
)
def test_a_price_that_is_none_is_refused(shop: Shop, clerk: Actor, price: str) -> None:
    assert "lines.1.unit_price" in faults_of(shop, clerk, TypedLine("Lamp", "1", price))


def test_more_than_a_receipt_can_be_about_is_refused(shop: Shop, clerk: Actor) -> None:
    assert "lines" in faults_of(shop, clerk, TypedLine("Gold", "999999", "999999999"))


def test_no_line_and_too_many_lines_are_refused(shop: Shop, clerk: Actor) -> None:
    assert "lines" in faults_of(shop, clerk, lines=[])
    assert "lines" in faults_of(shop, clerk, *[LAMP] * (MOST_LINES + 1))


def test_a_day_before_all_sales_or_after_today_is_refused(shop: Shop, clerk: Actor) -> None:
    for day in ("1899-01-01", "2025-03-09", "yesterday", ""):
        assert "sold_on" in faults_of(shop, clerk, sold_on=day)


def test_goods_do_not_come_before_they_are_sold(shop: Shop, clerk: Actor) -> None:
    line = TypedLine("Lamp", "1", "1", received_on="2025-03-02")

    assert "lines.1.received_on" in faults_of(shop, clerk, line, channel="online")


def test_a_sale_in_the_shop_has_no_day_of_signing(shop: Shop, clerk: Actor) -> None:
    line = TypedLine("Lamp", "1", "1", received_on="2025-03-04")

    assert "lines.1.received_on" in faults_of(shop, clerk, line)


def test_a_serial_number_belongs_to_one_unit(shop: Shop, clerk: Actor) -> None:
    assert "lines.1.serial_no" in faults_of(shop, clerk, TypedLine("Lamp", "2", "1", "SN-1"))


def test_a_receipt_that_the_store_has_is_used_and_not_typed(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with pytest.raises(InvalidInput) as refused:
        typed(shop, clerk, receipt_no=f" {sale.receipt_no} ")

    assert refused.value.field == "receipt_no"
    assert sale.receipt_no in str(refused.value)


def test_who_handles_no_returns_types_no_receipts(shop: Shop) -> None:
    for login, role in (("tan", Role.TECHNICIAN), ("ann", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            typed(shop, hire(shop, login, role))


# --- a return of it, and the till's own rows afterwards -------------------------------------


def till_sends(shop: Shop, actor: Actor, folder: Path, *lines: str) -> ImportSummary:
    path = folder / "till.csv"
    path.write_text(NATIVE + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return import_file(shop, actor, ImportKind.RECEIPTS, path)


def stored_lines(shop: Shop) -> list[tuple[Any, ...]]:
    return rows(
        shop,
        "SELECT l.line_no, p.sku, l.qty_milli, l.unit_paid_minor FROM receipt_line l "
        "JOIN product p ON p.id = l.product_id ORDER BY l.line_no",
    )


HEAD = "P-77,2025-03-03T18:30:00+08:00,store"


def test_the_till_sets_right_what_was_typed(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP, paid_by="cash", sold_on="2025-03-04")

    summary = till_sends(
        shop,
        supervisor,
        tmp_path,
        f"{HEAD},1,L-100,Desk lamp black,3,2800,CNY,,wechat,5000",
        f"{HEAD},2,C-5,Cable,1,500,CNY,,points,3900",
    )

    assert summary.rejected == 0
    assert rows(shop, "SELECT sold_at FROM receipt") == [("2025-03-03 10:30:00.000000",)]
    assert stored_lines(shop) == [(1, "L-100", 3000, 2800), (2, "C-5", 1000, 500)]
    assert rows(shop, "SELECT method, amount_minor FROM tender ORDER BY tender_no") == [
        ("wechat", 5000),
        ("points", 3900),
    ]
    assert rows(shop, "SELECT count(*) FROM typed_receipt") == [(1,)]


def test_the_same_file_again_changes_nothing(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP, paid_by="cash")
    lines = (
        f"{HEAD},1,L-100,Desk lamp,2,2990,CNY,,points,3900",
        f"{HEAD},2,C-5,Cable,1,500,CNY,,cash,5980",
    )
    till_sends(shop, supervisor, tmp_path, *lines)
    before = rows(shop, "SELECT method, amount_minor FROM tender ORDER BY method")
    path = tmp_path / "again.csv"
    path.write_text(NATIVE + "".join(f"{line}\n" for line in lines), encoding="utf-8")

    again = import_file(shop, supervisor, ImportKind.RECEIPTS, path)

    assert before == [("cash", 5980), ("points", 3900)]
    assert rows(shop, "SELECT method, amount_minor FROM tender ORDER BY method") == before
    assert (again.accepted, again.unchanged) == (0, 2)


def test_two_cards_of_a_receipt_that_nobody_typed_stay_two(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    till_sends(shop, supervisor, tmp_path, f"{HEAD},1,L-100,Lamp,1,2990,CNY,,cash,2990")

    path = tmp_path / "more.csv"
    path.write_text(f"{NATIVE}{HEAD},2,C-5,Cable,1,500,CNY,,wechat,500\n", encoding="utf-8")
    import_file(shop, supervisor, ImportKind.RECEIPTS, path)

    assert rows(shop, "SELECT method, amount_minor FROM tender ORDER BY tender_no") == [
        ("cash", 2990),
        ("wechat", 500),
    ]


def returned(shop: Shop, clerk: Actor, quantity: str) -> str:
    with shop.writing(clerk) as desk:
        line = ReturnLineDraft(1, {"reason": "no_reason", "quantity": quantity})
        return submit(desk, ReturnDraft("P-77", [line])).no


def test_a_typed_receipt_goes_the_whole_way_back_with_a_second_person(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    typed(shop, clerk, LAMP, paid_by="cash")
    no = returned(shop, clerk, "1")
    with shop.writing(clerk) as desk:
        approve(desk, no)
        receive(desk, no)
        refund(desk, no)
    with pytest.raises(WrongState), shop.writing(clerk) as desk:
        settle(desk, no)
    with shop.writing(clerk) as desk:
        authorise(desk, no, approval=Approval(supervisor))
        settle(desk, no)

    assert rows(shop, "SELECT amount_minor, status FROM refund") == [(2990, "settled")]


def test_the_till_cannot_sell_less_than_a_case_holds(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP)
    returned(shop, clerk, "2")

    summary = till_sends(
        shop, supervisor, tmp_path, f"{HEAD},1,L-100,Desk lamp,1,2990,CNY,,cash,2990"
    )

    assert summary.rejected == 1
    assert stored_lines(shop) == [(1, "TYPED-000001", 2000, 2990)]


def test_what_a_case_holds_stays_when_the_till_sends_the_same_goods(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP)
    returned(shop, clerk, "2")

    summary = till_sends(
        shop, supervisor, tmp_path, f"{HEAD},1,L-100,Desk lamp,3,2990,CNY,,cash,8970"
    )

    assert summary.rejected == 0
    assert stored_lines(shop) == [(1, "L-100", 3000, 2990)]
    with shop.reading(clerk) as desk:
        assert check_line(desk, "P-77", 1).left_milli == 1000


def test_a_line_that_a_case_is_about_does_not_become_other_goods(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP)
    returned(shop, clerk, "1")

    summary = till_sends(
        shop,
        supervisor,
        tmp_path,
        f"{HEAD},1,C-5,Cable,2,500,CNY,,,",
        f"{HEAD},2,M-1,Mug,1,900,CNY,,,",
    )

    assert summary.rejected == 1
    assert summary.rejects_file is not None
    assert "typed by hand for other goods" in Path(summary.rejects_file).read_text("utf-8")
    assert stored_lines(shop) == [(1, "TYPED-000001", 2000, 2990), (2, "M-1", 1000, 900)]


def test_a_line_that_no_case_is_about_becomes_what_the_till_says(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP)

    summary = till_sends(shop, supervisor, tmp_path, f"{HEAD},1,C-5,Cable,1,500,CNY,,,")

    assert summary.rejected == 0
    assert stored_lines(shop) == [(1, "C-5", 1000, 500)]


def test_a_tender_by_which_more_went_back_is_not_set_lower(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path, clock: Clock
) -> None:
    typed(shop, clerk, LAMP, paid_by="cash")
    no = returned(shop, clerk, "2")
    with shop.writing(clerk) as desk:
        approve(desk, no)
        receive(desk, no)
        refund(desk, no, approval=Approval(supervisor))
        settle(desk, no)

    till_sends(shop, supervisor, tmp_path, f"{HEAD},1,L-100,Desk lamp,2,2990,CNY,,wechat,100")

    assert rows(shop, "SELECT method, amount_minor FROM tender ORDER BY tender_no") == [
        ("cash", 5980),
        ("wechat", 100),
    ]


def test_no_more_goes_back_than_the_till_says_was_paid(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP, paid_by="cash")
    no = returned(shop, clerk, "1")
    with shop.writing(clerk) as desk:
        approve(desk, no)
        receive(desk, no)
    sku = "TYPED-000001"
    till_sends(shop, supervisor, tmp_path, f"{HEAD},1,{sku},Desk lamp,2,1990,CNY,,cash,3980")

    with pytest.raises(WrongState, match="More would go back"), shop.writing(clerk) as desk:
        refund(desk, no)
    with shop.writing(supervisor) as desk:
        override(desk, no, 1, "refund", "The till knows the price")
    with shop.writing(clerk) as desk:
        refund(desk, no)
    assert rows(shop, "SELECT amount_minor FROM refund") == [(1990,)]


def test_a_store_with_typed_receipts_is_whole(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    typed(shop, clerk, LAMP, paid_by="cash")
    returned(shop, clerk, "1")
    till_sends(shop, supervisor, tmp_path, f"{HEAD},1,L-100,Desk lamp,2,2990,CNY,,wechat,5980")

    assert examine(shop, supervisor, full=True).healthy
