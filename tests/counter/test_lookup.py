from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from counter import lookup
from counter.desk import Actor
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket, take
from data.reading import ChangeWatch
from models.errors import NotFound
from models.receipt import ReceiptLine, TillReturn
from models.terms import TicketView
from models.views import Count, Counts, Span
from tests.premises import MORNING, Sale, rows


def test_a_receipt_shows_what_was_sold_and_what_is_left(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(clerk) as desk:
        line = desk.session.exec(select(ReceiptLine).where(ReceiptLine.line_no == 2)).one()
        line.returned_milli = 3000
        assert line.id is not None
        desk.session.add(
            TillReturn(
                return_no="C1",
                return_line_no=1,
                receipt_line_id=line.id,
                qty_milli=3000,
                returned_at=MORNING - timedelta(days=1),
            )
        )
        draft = TicketDraft("return", "Towel", receipt_no=f"{sale.receipt_no}/2")
        no = open_ticket(desk, draft).no
    with shop.reading(clerk) as desk_:
        receipt = lookup.receipt(desk_, f" {sale.receipt_no} ")

    assert (receipt.customer, receipt.phone_masked) == ("王伟", "138****5678")
    assert [(line.line_no, line.qty_milli, line.left_milli) for line in receipt.lines] == [
        (1, 1000, 1000),
        (2, 5000, 2000),
    ]
    assert [(row.return_no, row.qty_milli) for row in receipt.lines[1].returns] == [("C1", 3000)]
    assert receipt.lines[0].returns == ()
    assert [(tender.method, tender.amount_minor) for tender in receipt.tenders] == [
        ("wechat", 35800)
    ]
    assert [ticket.no for ticket in receipt.tickets] == [no]


def test_what_is_not_there_is_not_found(shop: Shop, clerk: Actor) -> None:
    with shop.reading(clerk) as desk:
        with pytest.raises(NotFound, match="no ticket R-9"):
            lookup.ticket(desk, "R-9")
        with pytest.raises(NotFound, match="no receipt 9"):
            lookup.receipt(desk, "9")


def test_a_number_that_is_no_text_at_all_is_not_found(shop: Shop, clerk: Actor) -> None:
    with shop.reading(clerk) as desk:
        with pytest.raises(NotFound):
            lookup.ticket(desk, "R-\udcff")
        with pytest.raises(NotFound):
            lookup.receipt(desk, "\x1b[2J\udcff")


def test_ones_own_list_holds_ones_own_tickets(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    with shop.writing(clerk) as desk:
        for who in (clerk, supervisor):
            no = open_ticket(desk, TicketDraft("return", f"of {who.login}")).no
            if who is clerk:
                take(desk, no)
    with shop.reading(clerk) as desk_:
        query = lookup.TicketQuery(TicketView.MINE, clerk.id)
        mine = lookup.ticket_list(desk_, query, Span(10))
        counts = lookup.ticket_counts(desk_, query)

    assert [row.summary for row in mine.rows] == ["of li"]
    assert counts == Counts(Count(1))


def test_one_desk_sees_one_moment(shop: Shop, clerk: Actor) -> None:
    with shop.reading(clerk) as desk:
        before = lookup.day_numbers(desk)
        with shop.writing(clerk) as other:
            open_ticket(other, TicketDraft("return", "Towel"))

        assert lookup.day_numbers(desk) == before
    with shop.reading(clerk) as desk:
        assert lookup.day_numbers(desk).working == before.working + 1


def test_another_terminals_change_is_noticed_once(shop: Shop, clerk: Actor) -> None:
    watch = ChangeWatch(shop.places.store)
    assert not watch.changed()
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft("return", "Towel"))

    assert watch.changed()
    assert not watch.changed()
    assert rows(shop, "SELECT count(*) FROM ticket") == [(1,)]
    assert not watch.changed()
    watch.close()
