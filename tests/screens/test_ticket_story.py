"""The history of a ticket tells what was corrected and what was taken back."""

from __future__ import annotations

from counter import lookup, tickets
from counter.corrections import correct
from counter.desk import Actor
from counter.shop import Shop
from counter.tickets import TicketDraft
from counter.undoing import undo
from screens.ticket_story import history
from tests.premises import Sale


def test_a_correction_and_a_step_taken_back_are_told_in_words(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(clerk) as desk:
        no = tickets.open_ticket(desk, TicketDraft("return", "Towel")).no
        correct(desk, no, receipt_no=sale.receipt_no, text="Was in [b]the[/b] bag")
        tickets.take(desk, no)
    with shop.writing(clerk) as desk:
        undo(desk, no)
    with shop.reading(clerk) as desk:
        told = history(lookup.ticket(desk, no), shop.site.zone).plain.splitlines()

    assert [line.split("  ", 1)[1] for line in told] == [
        "took back  Li  'taken'",
        "taken  Li  (taken back)",
        f"corrected  Li  customer 王伟, was nobody, receipt {sale.receipt_no}, was none",
        "  Was in [b]the[/b] bag",
        "opened  Li",
    ]
