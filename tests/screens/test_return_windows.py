from __future__ import annotations

import pytest

from counter import returns, tickets
from counter.desk import Actor
from counter.returns import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.receipt import Tender
from models.terms import ReturnStatus
from screens.home import Home
from screens.return_case import ReturnCaseScreen
from screens.return_step import AskReturnStep
from tests.claims import (
    COOKER,
    TOWELS,
    approved,
    case_of,
    do,
    draft,
    pending,
    received,
    submitted,
)
from tests.premises import Clock, Sale
from tests.screens.cases import busy, type_text
from tests.screens.front import Front, at_counter
from tests.screens.return_front import bar, look_at, refused_case, status_of

# --- windows --------------------------------------------------------------------------------


def test_enter_on_a_refusal_asks_for_the_words_and_begins_with_the_rules_own(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    no = refused_case(shop, clerk, clock, sale)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.shows("Why not?", "that is too late")
        await front.press("ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.REFUSED)
        await front.shows("!2 refused")

    at_counter(shop, play, actor=clerk)
    told = [event.text for event in case_of(shop, no).ticket.events if event.text]
    assert any("too late" in text for text in told)


def test_a_refusal_can_be_appealed_against(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    no = refused_case(shop, clerk, clock, sale)
    do(shop, clerk, returns.refuse, no, "Too late")

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("l")
        await type_text(front, "I was ill")
        await front.press("ctrl+s")
        await front.shows("a supervisor decides", "I was ill")

    at_counter(shop, play, actor=clerk)
    assert status_of(shop, no) is ReturnStatus.REFERRED


def test_less_came_in_than_was_announced(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "3", reason="quality"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("g")
        await front.shows("What came in?", "3 announced")
        await front.press("backspace", "2", "ctrl+s")
        await front.shows("2 came in", "23.60 CNY")

    at_counter(shop, play, actor=clerk)
    (line,) = case_of(shop, no).lines
    assert line.received_milli == 2000


def test_goods_that_look_otherwise_are_judged_again_and_may_go_back(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        await front.press("g", "enter")
        await front.shows("fit for sale [y]")
        await front.press("3", "ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.RECEIVED)
        await front.shows("give the goods back", "Decisions")
        await front.press("enter")
        await front.shows("Why do the goods go back?")
        await type_text(front, "Stained")
        await front.press("ctrl+s")
        await front.until(lambda: screen.case is not None and screen.case.due_at is None)

    at_counter(shop, play, actor=clerk)
    assert status_of(shop, no) is ReturnStatus.RETURNED_TO_CUSTOMER


def test_an_exchange_asks_for_the_number_of_the_new_unit(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality", remedy="exchange"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.shows("Scan what goes out")
        await front.press("ctrl+s")
        await front.shows("Scan the serial number of the new unit.")
        await type_text(front, "SN-NEW")
        await front.press("ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.EXCHANGE_DONE)
        await front.shows("SN-NEW")

    at_counter(shop, play, actor=clerk)


def test_a_receipt_without_payments_asks_how_the_money_goes_back(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(shop.system) as desk:
        tender = desk.session.get_one(Tender, 1)
        desk.session.delete(tender)
    no = received(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.shows("How does the money go back?")
        assert "does not say how it was paid" in front.status
        await front.press("1", "ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.REFUND_PENDING)

    at_counter(shop, play, actor=clerk)


def test_a_failed_refund_is_worked_out_again(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("b")
        await front.shows("Why did the money not go back?")
        await type_text(front, "Terminal is down")
        await front.press("ctrl+s")
        await front.shows("[failed]", "work out what goes back")
        await front.press("enter")
        await front.shows("pay it back")

    at_counter(shop, play, actor=clerk)


def test_the_number_of_the_terminal_is_kept_with_the_payment(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("s")
        await type_text(front, "T-4711")
        await front.press("enter")
        await front.shows("T-4711", "Done.")

    at_counter(shop, play, actor=clerk)


def test_a_repair_goes_on_as_a_ticket_of_its_own(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality", remedy="repair"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows("send it to be repaired")
        await front.press("enter")
        await front.shows("+4 repair", "Goes on as P-20250308-0001.")

    at_counter(shop, play, actor=clerk)
    assert status_of(shop, no) is ReturnStatus.TO_REPAIR


def test_a_supervisor_grants_a_referred_return_with_a_reason(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock, sale: Sale
) -> None:
    no = refused_case(shop, clerk, clock, sale)
    do(shop, clerk, returns.refer, no, "Old customer")

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.until(lambda: "Enter Decide" in bar(front))
        await front.press("enter")
        await front.shows("What is granted, and why?")
        await front.press("2", "ctrl+s")
        await front.shows("! The rule NR2-T does not support this.")
        await type_text(front, "Goodwill")
        await front.press("ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.APPROVED)
        await front.shows("exchange", "instead of 'refuse'", "Goodwill")

    at_counter(shop, play, actor=supervisor)


def test_an_exception_names_its_line_where_there_are_several(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock, sale: Sale
) -> None:
    clock.forward(days=60)
    lines = [ReturnLineDraft(line, {"reason": "no_reason"}) for line in (COOKER, TOWELS)]
    no = submitted(shop, clerk, ReturnDraft(sale.receipt_no, lines))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("o")
        await front.shows("1 Rice cooker 4 l", "2 Cotton towel")
        await front.press("2", "enter", "1", "enter", "enter")
        await type_text(front, "Goodwill")
        await front.press("ctrl+s")
        await front.shows("as an exception")

    at_counter(shop, play, actor=supervisor)
    assert [len(line.decisions) for line in case_of(shop, no).lines] == [1, 2]


def test_a_parcels_number_is_noted_where_goods_come_by_mail_and_nowhere_else(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    counter = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    mail = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1", mode="mail"))

    async def play(front: Front) -> None:
        screen = await look_at(front, counter)
        assert not screen.check_action("way_back", ())
        await look_at(front, mail)
        await front.press("d")
        await type_text(front, "SF1234")
        await front.press("enter")
        await front.shows("parcel: SF1234")

    at_counter(shop, play, actor=clerk)


def test_a_pick_up_is_agreed_upon(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, mode="pickup"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("d")
        await front.shows("When is it picked up?")
        await type_text(front, "tomorrow")
        await front.press("ctrl+s")
        await front.shows("Write day and time as 2025-03-08 14:00.")
        await front.press(*["backspace"] * 8)
        await type_text(front, "2025-03-10 14:00")
        await front.press("enter")
        await type_text(front, "2025-03-10 16:00")
        await front.press("ctrl+s")
        await front.shows("pick-up: Mon 10 Mar 2025 14:00 to 16:00")

    at_counter(shop, play, actor=clerk)


def test_a_customer_keeps_the_goods(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("w")
        await type_text(front, "Changed her mind")
        await front.press("ctrl+s")
        await front.shows("!2 withdrawn")

    at_counter(shop, play, actor=clerk)
    assert status_of(shop, no) is ReturnStatus.WITHDRAWN


# --- two people, and typing that is kept ----------------------------------------------------


def test_who_comes_second_is_told_who_changed_what_and_keeps_the_typing(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("r")
        await type_text(front, "Please look at it")
        do(shop, supervisor, tickets.note, no, "I know them")
        await front.press("ctrl+s")
        await front.shows("Sun changed", "note", "Please look at it")
        await front.press("ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.REFERRED)

    at_counter(shop, play, actor=clerk)


def test_a_step_that_a_colleague_took_first_is_told_and_the_case_shown_as_it_is(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        do(shop, supervisor, returns.approve, no)
        await front.press("enter")
        await front.until(lambda: "Sun changed" in front.status)
        await front.shows("[approved]", "take the goods in")

    at_counter(shop, play, actor=clerk)


def test_what_is_typed_is_there_again_when_the_window_opens_again(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "3"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("g", "backspace", "2", "enter", "1", "escape")
        await front.reaches(ReturnCaseScreen)
        await front.press("g")
        await front.reaches(AskReturnStep)
        await front.shows("packaging intact [n]")
        values = front.app.screen.query_one("#field-received-2 Input")
        assert getattr(values, "value", "") == "2"

    at_counter(shop, play, actor=clerk)


def test_half_typed_words_are_offered_at_the_next_start(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def first(front: Front) -> None:
        await look_at(front, no)
        await front.press("r")
        await front.reaches(AskReturnStep)
        await type_text(front, "She has been here before")
        screen = front.app.screen
        assert isinstance(screen, AskReturnStep)
        await screen.save_draft_now()

    async def second(front: Front) -> None:
        await front.reaches(Home)
        await front.until(lambda: no in front.status)
        await front.press("ctrl+b")
        await front.shows("What should the supervisor know?", "She has been here before")

    at_counter(shop, first, actor=clerk)
    at_counter(shop, second, actor=clerk)


def test_a_busy_store_costs_no_word(
    shop: Shop, clerk: Actor, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("w")
        await type_text(front, "Keeps it")
        with busy(front.app.shop, monkeypatch):
            await front.press("ctrl+s")
            await front.shows("! ", "Keeps it")
        await front.press("ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.WITHDRAWN)

    at_counter(shop, play, actor=clerk)
