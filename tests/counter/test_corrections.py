"""A ticket of the wrong customer or receipt is put right, with a reason, and the story tells."""

from __future__ import annotations

from typing import Any

import pytest

from counter import event_words, lookup, tickets
from counter.corrections import correct, customer_meant
from counter.customers import CustomerDraft, add_customer
from counter.desk import Actor
from counter.doctor import examine
from counter.shop import Shop
from counter.tickets import TicketDraft
from counter.undoing import undo
from models.errors import Conflict, InvalidInput, WrongState
from models.terms import TicketAction
from models.views import Correction, TicketDetail
from tests.premises import Sale, rows, sell


@pytest.fixture
def other(shop: Shop, sale: Sale) -> Sale:
    """Another purchase, of another person of the same name."""
    return sell(shop, "20250304-0042")


@pytest.fixture
def wang_fang(shop: Shop, clerk: Actor) -> int:
    with shop.writing(clerk) as desk:
        return add_customer(desk, CustomerDraft("王芳", "13900001111"))


def opened(shop: Shop, who: Actor, receipt_no: str = "", customer_id: int | None = None) -> str:
    draft = TicketDraft("return", "Lid", receipt_no=receipt_no, customer_id=customer_id)
    with shop.writing(who) as desk:
        return tickets.open_ticket(desk, draft).no


def corrected(shop: Shop, who: Actor, no: str, **what: Any) -> TicketDetail:
    with shop.writing(who) as desk:
        correct(desk, no, **{"text": "Wrong one chosen"} | what)
    return shown(shop, who, no)


def shown(shop: Shop, who: Actor, no: str) -> TicketDetail:
    with shop.reading(who) as desk:
        return lookup.ticket(desk, no)


def fault(shop: Shop, who: Actor, no: str, **what: Any) -> tuple[str | None, str]:
    before = shown(shop, who, no)
    with pytest.raises(InvalidInput) as raised:
        corrected(shop, who, no, **what)
    assert shown(shop, who, no) == before
    return raised.value.field, str(raised.value)


def tickets_with(shop: Shop, words: str) -> list[tuple[Any, ...]]:
    return rows(shop, "SELECT rowid FROM ticket_search WHERE ticket_search MATCH :w", w=words)


def test_the_right_customer_stands_there_and_finds_the_ticket(
    shop: Shop, clerk: Actor, sale: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk, customer_id=sale.customer_id)
    ticket = corrected(shop, clerk, no, customer_id=wang_fang)

    assert ticket.customer == "王芳"
    assert ticket.events[-1].corrections == (Correction("customer", "王伟", "王芳"),)
    assert ticket.events[-1].text == "Wrong one chosen"
    assert tickets_with(shop, '"王 芳"') == [(1,)]
    assert tickets_with(shop, '"王 伟"') == []
    assert examine(shop, shop.system).healthy


def test_names_of_people_do_not_stay_in_events(
    shop: Shop, clerk: Actor, sale: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk, customer_id=sale.customer_id)
    corrected(shop, clerk, no, customer_id=wang_fang)
    ((payload,),) = rows(shop, "SELECT payload FROM ticket_event WHERE kind = 'correct'")

    assert "王" not in payload
    assert sale.customer_uid in payload


def test_a_receipt_and_its_line_are_put_right_and_taken_away(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = opened(shop, clerk, f"{sale.receipt_no}/1")
    ticket = corrected(shop, clerk, no, receipt_no=f"{sale.receipt_no}/2")
    assert (ticket.receipt_no, ticket.receipt_line_no) == (sale.receipt_no, 2)
    assert ticket.events[-1].corrections == (
        Correction("receipt", f"{sale.receipt_no}/1", f"{sale.receipt_no}/2"),
    )

    ticket = corrected(shop, clerk, no, receipt_no=sale.receipt_no)
    assert (ticket.receipt_no, ticket.receipt_line_no) == (sale.receipt_no, None)
    ticket = corrected(shop, clerk, no, receipt_no="")
    assert (ticket.receipt_no, ticket.customer) == (None, "王伟")
    assert ticket.events[-1].corrections == (Correction("receipt", sale.receipt_no, None),)
    assert examine(shop, shop.system).healthy


def test_a_receipt_brings_its_customer_where_there_was_none(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = opened(shop, clerk)
    ticket = corrected(shop, clerk, no, receipt_no=sale.receipt_no)

    assert ticket.customer_id == sale.customer_id
    assert ticket.events[-1].corrections == (
        Correction("customer", None, "王伟"),
        Correction("receipt", None, sale.receipt_no),
    )


def test_a_receipt_of_somebody_else_is_asked_about(
    shop: Shop, clerk: Actor, sale: Sale, other: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk, sale.receipt_no)

    assert fault(shop, clerk, no, receipt_no=other.receipt_no)[0] == "receipt_no"
    field, said = fault(shop, clerk, no, customer_id=wang_fang)
    assert field == "customer"
    assert said.startswith(f"Receipt {sale.receipt_no} is of 王伟.")
    assert fault(shop, clerk, no, customer_id=None)[0] == "customer"


def test_a_receipt_of_somebody_else_is_taken_when_it_is_meant_so(
    shop: Shop, clerk: Actor, sale: Sale, other: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk, sale.receipt_no)
    ticket = corrected(shop, clerk, no, receipt_no=other.receipt_no, confirmed=True)
    assert (ticket.customer_id, ticket.receipt_no) == (sale.customer_id, other.receipt_no)

    ticket = corrected(shop, clerk, no, receipt_no=sale.receipt_no, customer_id=wang_fang)
    assert (ticket.customer_id, ticket.receipt_no) == (wang_fang, sale.receipt_no)


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"text": " ", "receipt_no": ""}, "note"),
        ({"customer_id": 4711}, "customer"),
        ({"receipt_no": "nope"}, "receipt_no"),
        ({"receipt_no": "20250303-0117"}, "receipt_no"),
        ({}, "customer"),
    ],
)
def test_what_is_wrong_with_a_correction_is_named(
    shop: Shop, clerk: Actor, sale: Sale, what: dict[str, Any], field: str
) -> None:
    assert fault(shop, clerk, opened(shop, clerk, sale.receipt_no), **what)[0] == field


def test_several_customers_are_told_however_much_else_answers(shop: Shop, clerk: Actor) -> None:
    for name, phone in (("王芳", "13900001111"), ("李强", "13700001111")):
        with shop.writing(clerk) as desk:
            add_customer(desk, CustomerDraft(name, phone))
    for number in range(3):
        sell(shop, f"1111-{number}")
        with shop.writing(clerk) as desk:
            tickets.open_ticket(desk, TicketDraft("inquiry", "Is 1111 in stock?"))

    with shop.reading(clerk) as reading, pytest.raises(InvalidInput) as raised:
        customer_meant(reading, "1111")

    assert "王芳" in str(raised.value)
    assert "李强" in str(raised.value)


def test_a_ticket_that_ended_is_not_corrected(
    shop: Shop, clerk: Actor, sale: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk)
    with shop.writing(clerk) as desk:
        tickets.cancel(desk, no, "Twice")
    with pytest.raises(WrongState):
        corrected(shop, clerk, no, customer_id=wang_fang)


def test_of_two_who_correct_one_ticket_the_second_is_told(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk)
    seen = shown(shop, clerk, no).version
    corrected(shop, supervisor, no, customer_id=wang_fang, seen=seen)
    with pytest.raises(Conflict) as raised:
        corrected(shop, clerk, no, customer_id=sale.customer_id, seen=seen)

    assert raised.value.values["action"] is TicketAction.CORRECT
    assert shown(shop, clerk, no).customer == "王芳"


def test_a_correction_taken_back_finds_the_ticket_by_the_first_customer(
    shop: Shop, clerk: Actor, sale: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk, f"{sale.receipt_no}/2")
    corrected(shop, clerk, no, customer_id=wang_fang, receipt_no="")
    with shop.writing(clerk) as desk:
        undo(desk, no)
    ticket = shown(shop, clerk, no)

    assert (ticket.customer, ticket.receipt_no, ticket.receipt_line_no) == (
        "王伟",
        sale.receipt_no,
        2,
    )
    assert tickets_with(shop, '"王 伟"') == [(1,)]
    assert examine(shop, shop.system).healthy


def test_the_story_says_what_was_corrected_and_taken_back(
    shop: Shop, clerk: Actor, sale: Sale, wang_fang: int
) -> None:
    no = opened(shop, clerk, sale.receipt_no)
    corrected(shop, clerk, no, customer_id=wang_fang, receipt_no=None)
    with shop.writing(clerk) as desk:
        undo(desk, no)
    events = shown(shop, clerk, no).events

    assert [event_words.details(event, events, shop.site.zone) for event in events[1:]] == [
        f"customer 王芳, was 王伟, receipt none, was {sale.receipt_no}",
        "'corrected'",
    ]
    assert event_words.taken_back(events) == {2}
