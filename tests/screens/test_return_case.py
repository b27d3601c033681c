from __future__ import annotations

from pathlib import Path

import pytest

from counter import tickets
from counter.desk import Actor
from counter.shop import Shop
from models.terms import RETURN_MACHINE, ReturnStatus, Role, TicketAction
from screens.receipt import ReceiptScreen
from screens.return_case import ReturnCaseScreen
from screens.return_steps import STEPS
from screens.second_person import SecondPerson
from screens.ticket import TicketScreen
from screens.widgets.ask import Ask
from screens.widgets.sheet import Sheet
from tests.claims import (
    COOKER,
    approved,
    case_of,
    draft,
    pending,
    received,
    refunded,
    submitted,
)
from tests.premises import Clock, Sale, hire, rows
from tests.screens.cases import type_text
from tests.screens.front import Front, at_counter
from tests.screens.return_front import bar, look_at, press_apart, status_of

COMPLETE = (ReturnStatus.REFUNDED, ReturnStatus.CLOSED)


# --- the way to the money -------------------------------------------------------------------


def test_enter_leads_a_plain_refund_from_the_claim_to_the_money(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        for words, status in (
            ("Enter Grant it", ReturnStatus.APPROVED),
            ("Enter Take it in", ReturnStatus.RECEIVED),
            ("Enter Work it out", ReturnStatus.REFUND_PENDING),
            ("Enter Pay it back", ReturnStatus.CLOSED),
        ):
            await front.until(lambda words=words: words in bar(front))  # type: ignore[misc]
            await front.press("enter")
            await front.until(lambda status=status: status_of(shop, no) is status)  # type: ignore[misc]
        await front.shows("Done.", "+4 refund")
        assert "Enter" not in bar(front)

    at_counter(shop, play, actor=clerk)


def test_keys_that_are_typed_ahead_take_one_step_each(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        press_apart(front, 0.2, "f12", "enter", *["enter"] * 4)  # the list, the case, its steps
        await front.shows("Done.")
        kinds = [event.kind for event in case_of(shop, no).ticket.events]
        assert [
            kinds.count(STEPS[name]) for name in ("approve", "receive", "refund", "settle")
        ] == [
            1,
            1,
            1,
            1,
        ]

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize(
    "keys", [["1", "2", "3", "enter"], ["q9", "enter"]], ids=["a number", "letters"]
)
def test_a_scan_takes_no_step(shop: Shop, clerk: Actor, sale: Sale, keys: list[str]) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        letters = [letter for part in keys[:-1] for letter in part]
        press_apart(front, 0.005, *letters, "enter")
        await front.until(lambda: "scanned" in front.status)

    at_counter(shop, play, actor=clerk)
    assert status_of(shop, no) is ReturnStatus.SUBMITTED


def test_an_enter_that_is_held_down_pays_nothing_back(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        press_apart(front, 0.03, *["enter"] * 20)
        await front.until(lambda: status_of(shop, no) is ReturnStatus.APPROVED)
        await front.app.workers.wait_for_complete()
        await front.pilot.pause()

    at_counter(shop, play, actor=clerk)
    assert status_of(shop, no) is ReturnStatus.APPROVED


def test_a_step_that_was_asked_for_in_a_window_is_told_on_the_status_line(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("w")
        await type_text(front, "changed his mind")
        await front.press("ctrl+s")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.WITHDRAWN)
        await front.until(lambda: "return withdrawn" in front.status)

    at_counter(shop, play, actor=clerk)


# --- only what is possible ------------------------------------------------------------------

WAYS = {
    ReturnStatus.SUBMITTED: submitted,
    ReturnStatus.APPROVED: approved,
    ReturnStatus.RECEIVED: received,
    ReturnStatus.REFUND_PENDING: pending,
    ReturnStatus.CLOSED: refunded,
}


@pytest.mark.parametrize("status", list(WAYS))
def test_only_possible_steps_have_keys(
    shop: Shop, clerk: Actor, sale: Sale, status: ReturnStatus
) -> None:
    no = WAYS[status](shop, clerk, draft(sale.receipt_no))
    assert status_of(shop, no) is status
    possible = {action for action, steps in RETURN_MACHINE.items() if status in steps}
    always = {TicketAction.NOTE, TicketAction.COMPENSATE}

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        offered = {name for name in STEPS if screen.check_action("step", (name,))}
        assert {STEPS[name] for name in offered} <= possible | always
        assert (screen.check_action("next", ()) is True) == (status not in COMPLETE)

    at_counter(shop, play, actor=clerk)


def test_who_may_not_handle_returns_sees_the_case_and_no_step(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    auditor = hire(shop, "zhou", Role.AUDITOR)

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        await front.shows("Cotton towel", "REFUND")
        assert not [name for name in STEPS if screen.check_action("step", (name,))]
        assert "Enter" not in bar(front)

    at_counter(shop, play, actor=auditor)


def test_the_letter_of_the_next_step_is_not_shown_twice(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.until(lambda: "Enter Grant it" in bar(front))
        assert " a Approve" not in bar(front)
        assert " f Refuse" in bar(front)

    at_counter(shop, play, actor=clerk)


# --- looking further ------------------------------------------------------------------------


def test_a_ticket_that_is_a_return_opens_as_one_and_leads_to_the_ticket(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        front.app.open_ticket(no)
        await front.reaches(ReturnCaseScreen)
        await front.shows("[2 approve]")
        await front.press("i")
        await front.reaches(TicketScreen)
        await front.press("escape", "v")
        await front.reaches(ReceiptScreen)

    at_counter(shop, play, actor=clerk)


def test_a_return_that_was_not_checked_opens_as_a_ticket(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        head = tickets.open_ticket(desk, tickets.TicketDraft(kind="return", summary="Too small"))

    async def play(front: Front) -> None:
        front.app.open_ticket(head.no)
        await front.reaches(TicketScreen)

    at_counter(shop, play, actor=clerk)


def test_x_says_why_with_the_article_and_how_the_days_were_counted(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("x")
        await front.reaches(Sheet)
        await front.shows("(Consumer Rights Protection Law art. 24)", "version 1")
        await front.press("end")
        await front.shows("How the days were counted", "3 working days end on")

    at_counter(shop, play, actor=clerk)


def test_the_slip_is_shown_and_printed_and_the_next_one_says_that_it_is_a_copy(
    shop: Shop, clerk: Actor, sale: Sale, tmp_path: Path
) -> None:
    no = refunded(shop, clerk, draft(sale.receipt_no))
    paper = tmp_path / "paper"
    paper.touch()
    (shop.places.home / "settings.toml").write_text(f'printer = "file:{paper}"\n')

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("p")
        await front.shows("p: print.", "5 x 11.80 CNY", no)
        await front.press("p")
        await front.until(lambda: "the slip is printed" in front.status)
        await front.press("p")
        await front.shows("COPY")

    at_counter(shop, play, actor=clerk)
    assert no.encode() in paper.read_bytes()


def test_a_printer_that_does_not_answer_is_told_on_the_slip(
    shop: Shop, clerk: Actor, sale: Sale, tmp_path: Path
) -> None:
    no = refunded(shop, clerk, draft(sale.receipt_no))
    (shop.places.home / "settings.toml").write_text(f'printer = "file:{tmp_path}/none/lp0"\n')

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("p", "p")
        await front.shows("! ")
        assert rows(shop, "SELECT count(*) FROM audit_entry WHERE action = 'slip.print'") == [(0,)]

    at_counter(shop, play, actor=clerk)


def test_a_photo_is_attached(shop: Shop, clerk: Actor, sale: Sale, tmp_path: Path) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    photo = tmp_path / "scratch.jpg"
    photo.write_bytes(b"\xff\xd8 a photo")

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("k")
        await front.reaches(Ask)
        await type_text(front, str(tmp_path / "nothing.jpg"))
        await front.press("ctrl+s")
        await front.shows("! ")
        await front.press("ctrl+u")
        await type_text(front, str(photo))
        await front.press("ctrl+s")
        await front.shows("file: scratch.jpg")

    at_counter(shop, play, actor=clerk)


def test_a_refund_another_way_waits_for_a_second_person(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("m")
        await front.shows("How does the money go back?")
        await front.press("1", "ctrl+s")
        await front.shows("Say why it does not go back as it was paid.")
        await type_text(front, "The account is closed")
        await front.press("ctrl+s")
        await front.shows("a second person says yes", "[awaits a second person]")
        await front.press("enter")
        await front.reaches(SecondPerson)

    at_counter(shop, play, actor=clerk)
    (refund,) = case_of(shop, no).lines[0].refunds
    assert refund.allocations[0].method == "cash"
    assert not refund.allocations[0].as_paid


def test_compensation_is_proposed_granted_by_another_and_paid(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def propose(front: Front) -> None:
        await look_at(front, no)
        await front.press("c")
        await type_text(front, "20")
        await front.press("enter")
        await type_text(front, "Goodwill")
        await front.press("ctrl+s")
        await front.shows("Compensation", "20.00 CNY", "[proposed]")

    async def grant_and_pay(front: Front) -> None:
        await look_at(front, no)
        await front.press("c")
        await front.shows("Compensation of 20.00 CNY: goodwill")
        await front.press("1", "ctrl+s")
        await front.shows("[granted]")
        await front.press("c", "1", "ctrl+s")
        await front.shows("[paid]", "compensation paid")

    at_counter(shop, propose, actor=clerk)
    at_counter(shop, grant_and_pay, actor=supervisor)


def test_freight_that_the_customer_bears_lowers_what_goes_back(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = received(shop, clerk, draft(sale.receipt_no, mode="mail"))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("m", "enter", "enter")
        await type_text(front, "ten")
        await front.press("ctrl+s")
        await front.shows("Write an amount such as 299.00.")
        await front.press("ctrl+u")
        await type_text(front, "10")
        await front.press("ctrl+s")
        await front.shows("49.00 CNY", "less freight 10.00 CNY")

    at_counter(shop, play, actor=clerk)


def test_how_late_a_step_is_stands_there_with_a_sign(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    clock.forward(hours=26)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows("! was due Sun 9 Mar 10:00", "2 h 00 late")

    at_counter(shop, play, actor=clerk)


def test_the_time_that_is_left_follows_the_clock(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        await front.shows("1 d 00 h left")
        clock.forward(hours=22)
        screen.show_title()
        await front.shows("2 h 00 left")

    at_counter(shop, play, actor=clerk)
