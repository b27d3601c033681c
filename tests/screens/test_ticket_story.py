"""The history of a ticket tells what was corrected and what was taken back."""

from __future__ import annotations

import pytest

from counter import follow_ups, language, lookup, tickets
from counter.corrections import correct
from counter.desk import Actor
from counter.language import listed
from counter.shop import Shop
from counter.tickets import TicketDraft
from counter.undoing import undo
from screens.facts import fact
from screens.ticket_story import facts, history
from tests.premises import Sale
from tests.screens.front import speak_in_brackets


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


def test_a_day_to_wake_up_on_is_written_as_everywhere(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        no = tickets.open_ticket(desk, TicketDraft("return", "Towel")).no
        tickets.take(desk, no)
        tickets.wait_for_customer(desk, no, "Rang", "2025-03-11")
    with shop.reading(clerk) as desk:
        said = facts(lookup.ticket(desk, no), shop.clock(), shop.site.zone).plain

    assert "wakes up: Tue 11 Mar 2025" in said


def test_what_stands_between_facts_is_the_languages_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fact("owner", "[b]Li").plain == "owner: [b]Li"
    assert listed(["a", "b", "c"]) == "a, b, c"
    speak_in_brackets(monkeypatch)
    language.use("zh_CN")
    assert fact("owner", "Li").plain == "«owner: Li»"
    assert listed(["a", "b"]) == "«a, b»"


def test_what_the_program_did_itself_is_told_in_the_language_of_the_reader(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.writing(shop.system) as desk:
        no = tickets.open_ticket(desk, TicketDraft("return", "Towel")).no
        tickets.take(desk, no)
    speak_in_brackets(monkeypatch)
    language.use("zh_CN")
    with shop.reading(clerk) as desk:
        ticket = lookup.ticket(desk, no)

    known = facts(ticket, shop.clock(), shop.site.zone).plain
    told = history(ticket, shop.site.zone).plain.splitlines()

    assert "«system»" in known.splitlines()[1], "who opened it"
    assert "«system»" in known.splitlines()[2], "whose it is"
    assert [line.split("  ", 2)[2] for line in told] == ["«system»", "«system»"]


def test_how_a_call_went_is_told_in_the_language_of_the_reader(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.writing(clerk) as desk:
        no = tickets.open_ticket(desk, TicketDraft("return", "Towel")).no
        follow_ups.note_call(desk, no, "no_answer", "Twice")
    speak_in_brackets(monkeypatch)
    language.use("zh_CN")
    with shop.reading(clerk) as desk:
        told = history(lookup.ticket(desk, no), shop.site.zone).plain.splitlines()

    assert told[0].endswith("«called: «no answer»»")
    assert told[1].strip() == "Twice"
