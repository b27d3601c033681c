from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from counter import drafts
from counter.corrections import correct
from counter.desk import Actor
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from models.schema import metadata
from models.terms import TicketAction
from tests.premises import Clock, Sale, rows, shop_at


def save(shop: Shop, actor: Actor, form: str, content: Mapping[str, Any]) -> None:
    with shop.writing(actor) as desk:
        drafts.save(desk, form, content)


def kept(shop: Shop, actor: Actor) -> list[tuple[str, Mapping[str, Any]]]:
    with shop.reading(actor) as desk:
        return [(row.form, row.content) for row in drafts.drafts_of(desk)]


def test_what_was_typed_last_is_offered_after_a_restart(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    save(shop, clerk, "intake", {"summary": "Tow"})
    save(shop, clerk, "intake", {"summary": "Towel [/x]", "kind": "return"})
    shop.close()
    again = shop_at(shop.places.home, clock)

    assert kept(again, clerk) == [("intake", {"summary": "Towel [/x]", "kind": "return"})]
    again.close()


def test_each_person_has_drafts_of_their_own_newest_first(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    save(shop, clerk, "intake", {"summary": "mine"})
    save(shop, supervisor, "intake", {"summary": "hers"})
    clock.forward(seconds=1)
    save(shop, clerk, "note R-1", {"text": "later"})

    assert [form for form, _ in kept(shop, clerk)] == ["note R-1", "intake"]
    assert kept(shop, supervisor) == [("intake", {"summary": "hers"})]


def test_an_emptied_form_is_forgotten(shop: Shop, clerk: Actor) -> None:
    save(shop, clerk, "intake", {"summary": "Tow"})
    save(shop, clerk, "intake", {"summary": "", "kind": ""})
    save(shop, clerk, "other", {"summary": ""})

    assert kept(shop, clerk) == []


def test_a_draft_goes_with_the_ticket_that_it_became(shop: Shop, clerk: Actor) -> None:
    save(shop, clerk, "intake", {"summary": "Towel"})
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft("return", "Towel"))
        drafts.forget(desk, "intake")

    assert kept(shop, clerk) == []


def fail_to_open(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft("return", "Towel"))
        drafts.forget(desk, "intake")
        raise ZeroDivisionError


def test_a_draft_stays_when_its_ticket_was_not_saved(shop: Shop, clerk: Actor) -> None:
    save(shop, clerk, "intake", {"summary": "Towel"})
    with pytest.raises(ZeroDivisionError):
        fail_to_open(shop, clerk)

    assert kept(shop, clerk) == [("intake", {"summary": "Towel"})]
    assert rows(shop, "SELECT * FROM ticket") == []


def test_forgetting_what_was_never_typed_changes_nothing(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        drafts.forget(desk, "intake")

    assert kept(shop, clerk) == []


def test_typing_is_not_a_change_that_leaves_with_the_export(shop: Shop, clerk: Actor) -> None:
    before = rows(shop, "SELECT value FROM change_counter")
    save(shop, clerk, "intake", {"summary": "Tow"})

    assert rows(shop, "SELECT value FROM change_counter") == before


STEP: str = "step:R-20250308-0001:correct"


def test_the_draft_of_a_step_goes_in_the_steps_own_unit_of_work(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(clerk) as desk:
        no = open_ticket(desk, TicketDraft("return", "Towel")).no
    save(shop, clerk, STEP, {"note": "Mixed up"})

    def step(*, killed: bool) -> None:
        with shop.writing(clerk) as desk:
            correct(desk, no, receipt_no=sale.receipt_no, text="Mixed up")
            drafts.forget(desk, STEP)
            if killed:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        step(killed=True)
    assert kept(shop, clerk) == [(STEP, {"note": "Mixed up"})]
    assert rows(shop, "SELECT receipt_id FROM ticket") == [(None,)]

    step(killed=False)
    assert kept(shop, clerk) == []
    assert rows(shop, "SELECT receipt_id FROM ticket") == [(1,)]


def longest(table: str, column: str) -> int:
    kind = metadata.tables[table].columns[column].type
    return int(getattr(kind, "length"))  # noqa: B009  a decorated type does not declare it


def test_a_step_of_the_longest_number_has_a_name_that_fits() -> None:
    number = "x" * longest("ticket", "no")
    for action in TicketAction:
        assert len(f"step:{number}:{action}") <= longest("draft", "form")
