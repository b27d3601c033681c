from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from counter import list_files
from counter.complaint_details import ComplaintDraft
from counter.desk import Actor, ReadingDesk
from counter.exporting import ViewFile
from counter.lookup import TicketQuery
from counter.shop import Shop
from models.terms import TicketOrder
from tests.premises import Clock, Sale
from tests.screens.cases import case

Write = Callable[[ReadingDesk, Path], ViewFile]


def written(shop: Shop, actor: Actor, write: Write) -> list[list[str]]:
    """The file as a spreadsheet shows it, heads first."""
    with shop.reading(actor) as desk:
        file = write(desk, shop.places.exports)
    with file.path.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    assert len(rows) == file.rows + 1
    return rows


def columns(rows: list[list[str]]) -> dict[str, list[str]]:
    """The cells by their head."""
    return {head: [row[at] for row in rows[1:]] for at, head in enumerate(rows[0])}


def test_the_lines_of_a_receipt_with_what_is_left(shop: Shop, clerk: Actor, sale: Sale) -> None:
    found = columns(
        written(shop, clerk, lambda d, f: list_files.export_receipt_lines(d, sale.receipt_no, f))
    )

    assert found["goods"] == ["Rice cooker 4 l", "Cotton towel"]
    assert found["sold"] == ["1", "5"]
    assert found["left"] == ["1", "5"]
    assert found["price"] == ["299.00", "11.80"]
    assert found["currency"] == ["CNY", "CNY"]


def test_what_a_customer_bought_and_complained_about(shop: Shop, clerk: Actor, sale: Sale) -> None:
    head = case(shop, clerk, receipt_no=sale.receipt_no)

    receipts = columns(
        written(
            shop,
            clerk,
            lambda d, f: list_files.export_customer_receipts(d, sale.customer_id, f),
        )
    )
    tickets = columns(
        written(
            shop, clerk, lambda d, f: list_files.export_customer_tickets(d, sale.customer_id, f)
        )
    )
    about = columns(
        written(shop, clerk, lambda d, f: list_files.export_receipt_tickets(d, sale.receipt_no, f))
    )

    assert receipts["receipt"] == [sale.receipt_no]
    assert receipts["paid"] == ["358.00"]
    assert tickets["ticket"] == about["ticket"] == [head.no]
    assert tickets["phone ends"] == ["5678"]


def test_no_row_is_missing_or_twice_over_many_pages(
    shop: Shop, clerk: Actor, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [case(shop, clerk, receipt_no=sale.receipt_no).no for _ in range(7)]
    monkeypatch.setattr(list_files, "_ROWS_AT_ONCE", 3)

    found = columns(
        written(
            shop, clerk, lambda d, f: list_files.export_customer_tickets(d, sale.customer_id, f)
        )
    )

    assert found["ticket"] == numbers[::-1]


def test_every_ticket_about_a_receipt_and_not_only_those_in_sight(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    numbers = [case(shop, clerk, receipt_no=sale.receipt_no).no for _ in range(23)]

    found = columns(
        written(shop, clerk, lambda d, f: list_files.export_receipt_tickets(d, sale.receipt_no, f))
    )

    assert found["ticket"] == numbers[::-1]


def test_who_works_here(shop: Shop, supervisor: Actor, clerk: Actor) -> None:
    found = columns(written(shop, supervisor, list_files.export_staff))

    assert found["number"] == ["li", "sun"]
    assert found["has a PIN"] == ["yes", "yes"]


def test_a_list_of_tickets_says_when_each_is_due_and_how_serious_it_is(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    case(shop, clerk, "Burnt", complaint=ComplaintDraft(severity="safety"))
    case(shop, clerk, "Towel", "return")
    clock.forward(hours=1)
    query = TicketQuery(order=TicketOrder.DUE)
    found = columns(written(shop, clerk, lambda d, f: list_files.export_tickets(d, query, f)))

    assert found["about"] == ["Burnt", "Towel"]
    assert found["clock"] == ["first response", "first response"]
    assert found["due"][0].startswith("2025-03-08")
    assert (found["late, minutes"], found["level"]) == (["45", ""], ["2", "0"])
    assert found["severity"] == ["safety", ""]
