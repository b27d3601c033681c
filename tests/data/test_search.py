from __future__ import annotations

import pytest

from counter import customers, lookup
from counter.customers import CustomerDraft
from counter.desk import Actor
from counter.exchanges import Replacement, exchange_at_once
from counter.return_opening import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from data import matching
from data.customer_search import customers_by_phone
from data.driver import connect
from models.customer import Customer, MembershipAccount
from models.product import Product
from models.receipt import Receipt
from models.terms import HitKind
from models.views import Hit
from tests.premises import Sale, rows, sell


def hits(shop: Shop, typed: str, limit: int = 20) -> list[tuple[HitKind, str]]:
    return [(hit.kind, hit.ref) for hit in found(shop, typed, limit)]


def found(shop: Shop, typed: str, limit: int = 20) -> tuple[Hit, ...]:
    with shop.reading(shop.system) as desk:
        return lookup.find(desk, typed, limit)


@pytest.fixture
def no(shop: Shop, sale: Sale, clerk: Actor) -> str:
    """A ticket about the sale's rice cooker."""
    with shop.writing(clerk) as desk:
        draft = TicketDraft(
            kind="repair",
            summary="电饭煲 RC4 坏了",
            body="Leaks from the lid",
            receipt_no=f"{sale.receipt_no}/1",
        )
        return open_ticket(desk, draft).no


@pytest.mark.parametrize("typed", ["P-20250308-0001", "p-20250308-0001", "  P-20250308-0001\t"])
def test_a_ticket_is_found_by_its_number(shop: Shop, no: str, typed: str) -> None:
    assert hits(shop, typed) == [(HitKind.TICKET, no)]


@pytest.mark.parametrize("typed", ["20250303-0117", "SN-20250303-0117"])
def test_a_receipt_is_found_by_its_number_and_by_a_serial(
    shop: Shop, sale: Sale, typed: str
) -> None:
    assert hits(shop, typed) == [(HitKind.RECEIPT, sale.receipt_no)]


def test_a_unit_that_was_handed_out_in_exchange_leads_to_the_receipt_of_the_old_one(
    shop: Shop, sale: Sale, clerk: Actor
) -> None:
    answers = {"reason": "quality", "category": "appliance"}
    draft = ReturnDraft(sale.receipt_no, [ReturnLineDraft(1, answers)], remedy="exchange")
    with shop.writing(clerk) as desk:
        exchange_at_once(desk, draft, [Replacement(1, serial_no="SN-NEW")])

    assert hits(shop, "SN-NEW") == [(HitKind.RECEIPT, sale.receipt_no)]
    assert hits(shop, "SN-20250303-0117") == [(HitKind.RECEIPT, sale.receipt_no)]


def test_a_barcode_keeps_its_leading_zero(shop: Shop, sale: Sale) -> None:
    assert hits(shop, "0690123456789") == [(HitKind.PRODUCT, f"RC4-{sale.receipt_no}")]
    assert hits(shop, "690123456789") == []


@pytest.mark.parametrize(
    "typed",
    [
        "13800135678",
        "138-0013-5678",
        "(138) 0013 5678",
        "+86 138 0013 5678",
        "+8613800135678",
        "0086 138-0013-5678",
        "8613800135678",
        "１３８００１３５６７８",
        "5678",
        "1380",
        "00135678",
        "013",
        "8001 3",
        "0013",
        "001356",
        "3800135",
    ],
)
def test_a_customer_is_found_by_the_digits_of_the_phone(shop: Shop, sale: Sale, typed: str) -> None:
    assert hits(shop, typed) == [(HitKind.CUSTOMER, str(sale.customer_id))]


@pytest.mark.parametrize("typed", ["13", "9", "831", "138001356789", "0013567 8 9", "RC 138"])
def test_other_digits_and_fewer_than_three_find_no_phone(
    shop: Shop, sale: Sale, typed: str
) -> None:
    assert (HitKind.CUSTOMER, str(sale.customer_id)) not in hits(shop, typed)


def test_the_end_of_a_phone_comes_before_its_beginning_and_its_middle(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        middle = customers.add_customer(desk, CustomerDraft("A", "139 5678 0000"))
        beginning = customers.add_customer(desk, CustomerDraft("B", "5678 9999"))
        end = customers.add_customer(desk, CustomerDraft("C", "139 0000 5678"))

    found_ids = [ref for _kind, ref in hits(shop, "5678")]

    assert found_ids == [str(end), str(beginning), str(middle)]


def test_the_newest_phones_that_end_so_come_first(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        keys = [
            customers.add_customer(desk, CustomerDraft("王伟", f"139 {number:04d} 5678"))
            for number in (7, 3, 9)
        ]

    assert [ref for _kind, ref in hits(shop, "5678")] == [str(key) for key in reversed(keys)]


def test_a_phone_that_repeats_the_digits_takes_the_place_of_no_other(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        keys = [
            customers.add_customer(desk, CustomerDraft("王伟", phone))
            for phone in ("1311 1111 1000", "1391 1110 7000", "1371 1190 2000")
        ]
    with shop.reading(shop.system) as desk:
        answer = customers_by_phone(desk.reader, "111", 3)

    assert {hit.id for hit in answer} == set(keys)


@pytest.mark.parametrize("change", ["UPDATE", "DELETE"])
def test_digits_that_a_phone_no_longer_has_do_not_find_it(
    shop: Shop, sale: Sale, change: str
) -> None:
    statement = {
        "UPDATE": "UPDATE customer_phone SET digits = '13900139999'",
        "DELETE": "DELETE FROM customer_phone",
    }[change]
    connection = connect(shop.places.store.path)
    connection.execute(statement)
    connection.close()
    old, new = str(sale.customer_id), "1399"

    assert (HitKind.CUSTOMER, old) not in hits(shop, "0013567")
    assert ((HitKind.CUSTOMER, old) in hits(shop, new)) is (change == "UPDATE")
    assert rows(shop, "SELECT count(*) FROM customer_phone_tail") == [
        (9 if change == "UPDATE" else 0,)
    ]


def test_merged_customers_leave_their_places_to_others(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        keys = [
            customers.add_customer(desk, CustomerDraft("王伟", f"139 {number:04d} 5678"))
            for number in range(6)
        ]
        for key in keys[1:]:
            row = desk.session.get(Customer, key)
            assert row is not None
            row.merged_into_id = keys[0]

    for typed in ("王伟", "ww", "5678", "139", "567"):
        assert hits(shop, typed, 2) == [(HitKind.CUSTOMER, str(keys[0]))], typed


@pytest.mark.parametrize("typed", ["K-2025", "M-00"])
def test_a_customer_is_found_by_the_beginning_of_a_number(
    shop: Shop, sale: Sale, typed: str
) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.add(MembershipAccount(customer_id=sale.customer_id, member_no="M-0042"))

    assert (HitKind.CUSTOMER, str(sale.customer_id)) in hits(shop, typed)


@pytest.mark.parametrize("typed", ["ww", "WW", "w", "王伟", "王", "伟", "K-20250303-0117"])
def test_a_customer_is_found_by_name_initials_and_reference(
    shop: Shop, sale: Sale, typed: str
) -> None:
    assert (HitKind.CUSTOMER, str(sale.customer_id)) in hits(shop, typed)


@pytest.mark.parametrize(
    "typed", ["电饭", "坏", "rc4", "leak", "lid leaks", "le", "LEA", "王伟", "P-2025"]
)
def test_a_ticket_is_found_by_its_words_and_its_customer(shop: Shop, no: str, typed: str) -> None:
    assert (HitKind.TICKET, no) in hits(shop, typed)


@pytest.mark.parametrize(
    ("summary", "typed"),
    [("Café Müller", "mull"), ("Café Müller", "CAFÉ"), ("sn_1b", "sn_1b"), ("b_case", "b_ca")],
)
def test_a_beginning_finds_words_with_accents_and_underscores(
    shop: Shop, clerk: Actor, summary: str, typed: str
) -> None:
    with shop.writing(clerk) as desk:
        no = open_ticket(desk, TicketDraft("return", summary)).no

    assert hits(shop, typed) == [(HitKind.TICKET, no)]


def test_a_word_followed_by_a_blank_is_whole(shop: Shop, no: str) -> None:
    with shop.reading(shop.system) as desk:
        assert matching.expression(desk.reader, "ticket", "leak") == '("leak" OR "leaks")'
        assert matching.expression(desk.reader, "ticket", "leak ") == '("leak")'


def test_a_beginning_that_very_many_words_share_means_the_first_of_them(
    shop: Shop, clerk: Actor
) -> None:
    words = [f"x{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(matching.MOST_WORDS + 9)]
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft("return", "goods", body=" ".join(words)))
    with shop.reading(shop.system) as desk_:
        known = matching.words_beginning(desk_.reader, "ticket", "x")
        assert matching.expression(desk_.reader, "ticket", "x") == '("x")'

    assert known == words[: matching.MOST_WORDS]


def test_a_whole_number_beats_the_beginning_of_one(shop: Shop, sale: Sale) -> None:
    sell(shop, "20250303-01179")

    assert hits(shop, "20250303-0117") == [(HitKind.RECEIPT, sale.receipt_no)]
    assert [no for kind, no in hits(shop, "20250303-011") if kind is HitKind.RECEIPT] == [
        "20250303-01179",
        "20250303-0117",
    ]


def test_a_hit_shows_the_phone_masked(shop: Shop, sale: Sale) -> None:
    (hit,) = found(shop, "5678")

    assert sale.customer_id == hit.id
    assert hit.detail == "138****5678"
    assert "0013" not in repr(hit)


def test_a_merged_customer_is_not_offered(shop: Shop, sale: Sale, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        other = customers.add_customer(desk, CustomerDraft("王伟", "139 0000 1111"))
        row = desk.session.get(Customer, sale.customer_id)
        assert row is not None
        row.merged_into_id = other

    assert hits(shop, "王伟") == [(HitKind.CUSTOMER, str(other))]


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\t", "%", "_", '"', "*", "'; --", "\x00", "🙂", "\udcff", "\ud7ff", "\U0010ffff"],
)
def test_nothing_answers_to_nothing(shop: Shop, no: str, sale: Sale, typed: str) -> None:
    assert no.startswith("P-")
    assert sale.receipt_no
    assert hits(shop, typed) == []


def test_never_more_hits_than_wanted(shop: Shop) -> None:
    for number in range(5):
        sell(shop, f"20250303-{number:04d}")

    assert len(found(shop, "2025", 3)) == 3


def test_the_newest_receipts_of_a_product_come_first(shop: Shop, sale: Sale) -> None:
    with shop.reading(shop.system) as desk:
        (hit,) = lookup.receipts_with(desk, sale.product_ids[1])

    assert (hit.kind, hit.ref) == (HitKind.RECEIPT, sale.receipt_no)
    assert hit.text == "Rice cooker 4 l, Cotton towel"


def test_words_find_the_newest_tickets_first(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        opened = [open_ticket(desk, TicketDraft("return", "towel")).no for _ in range(5)]

    assert [no for _, no in hits(shop, "towel", 3)] == opened[:1:-1]


def test_the_last_four_digits_find_the_customer_among_many_receipts_that_begin_so(
    shop: Shop,
) -> None:
    """Receipts 5678000 to 5678029 must not hide the one phone that ends in 5678."""
    with shop.writing(shop.system) as desk:
        for number in range(30):
            receipt = Receipt(
                receipt_no=f"56780{number:02d}", sold_at=desk.now, channel="store", currency="CNY"
            )
            desk.session.add(receipt)
        desk.session.flush()
    with shop.writing(shop.system) as desk:
        customers.add_customer(desk, CustomerDraft("Zhang San", "13812345678"))

    kinds = {kind for kind, _ref in hits(shop, "5678")}

    assert kinds == {HitKind.RECEIPT, HitKind.CUSTOMER}


def test_a_goods_number_does_not_hide_the_phone_that_ends_in_it(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.add(Product(sku="5678", name="Bananas, loose"))
        customers.add_customer(desk, CustomerDraft("Zhang San", "13812345678"))

    kinds = [kind for kind, _ref in hits(shop, "5678")]

    assert kinds == [HitKind.PRODUCT, HitKind.CUSTOMER]


def test_a_receipt_of_six_digits_is_no_piece_of_a_phone(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        customers.add_customer(desk, CustomerDraft("Zhang San", "13800536365"))
        customers.add_customer(desk, CustomerDraft("Li Si", "13853636500"))
    sell(shop, "536365")

    assert hits(shop, "536365") == [(HitKind.RECEIPT, "536365")]
    assert len(hits(shop, "53636")) == 3
