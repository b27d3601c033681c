from __future__ import annotations

import pytest

from counter import lookup
from counter.customers import CustomerDraft, add_customer
from counter.desk import Actor
from counter.shop import Shop
from models.errors import InvalidInput, NotFound
from tests.premises import rows


def added(shop: Shop, actor: Actor, name: str, phone: str = "") -> int:
    with shop.writing(actor) as desk:
        return add_customer(desk, CustomerDraft(name, phone))


def test_a_customer_is_kept_with_what_finds_them(shop: Shop, clerk: Actor) -> None:
    key = added(shop, clerk, " 张三 ", "0138-0013 5678")

    assert rows(shop, "SELECT name, name_initials, search_text FROM customer") == [
        ("张三", "zs", "张 三")
    ]
    assert rows(shop, "SELECT customer_id, phone, digits FROM customer_phone") == [
        (key, "0138-0013 5678", "013800135678")
    ]


def test_the_same_name_and_phone_are_the_same_customer(shop: Shop, clerk: Actor) -> None:
    first = added(shop, clerk, "Wu", "138 0013 5678")

    assert added(shop, clerk, "Wu", "13800135678") == first
    assert added(shop, clerk, "Wu", "13900135678") != first
    assert added(shop, clerk, "Wang", "13800135678") != first
    assert added(shop, clerk, "Wu") != first


@pytest.mark.parametrize("phone", ["1234", "call me", "1" * 21, "-----"])
def test_a_phone_that_cannot_be_one_is_refused(shop: Shop, clerk: Actor, phone: str) -> None:
    with pytest.raises(InvalidInput, match="5 to 20 digits") as refused:
        added(shop, clerk, "Wu", phone)

    assert refused.value.field == "customer_phone"
    assert rows(shop, "SELECT * FROM customer") == []


def test_a_phone_alone_is_nobody(shop: Shop, clerk: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        added(shop, clerk, "", "13800135678")

    assert refused.value.field == "customer_name"


def test_lists_show_the_phone_masked(shop: Shop, clerk: Actor) -> None:
    key = added(shop, clerk, "Wu", "13800135678")
    with shop.reading(clerk) as desk:
        shown = lookup.customer(desk, key)

    assert shown.phone_masked == "138****5678"
    assert "0013" not in repr(shown)


def test_an_unknown_customer_is_not_found(shop: Shop, clerk: Actor) -> None:
    with shop.reading(clerk) as desk, pytest.raises(NotFound):
        lookup.customer(desk, 99)
