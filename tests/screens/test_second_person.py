from __future__ import annotations

import pytest

from counter import refunds, returns
from counter.desk import Actor
from counter.rules.signing import FREE_TRIES
from counter.shop import Shop
from models.terms import RefundStatus, ReturnStatus, Role
from screens.return_case import ReturnCaseScreen
from screens.return_step import AskReturnStep
from screens.second_person import SecondPerson
from tests.claims import COOKER, Item, case_of, do, draft, received, sell_goods, submitted
from tests.premises import PIN, Clock, Sale, hire, rows
from tests.screens.cases import type_text
from tests.screens.front import Front, at_counter
from tests.screens.return_front import look_at, status_of


async def identify(front: Front, login: str, pin: str = PIN, *, last: str = "enter") -> None:
    """Type number and PIN of somebody into the window; Enter ends the PIN, as at the sign-in."""
    await front.reaches(SecondPerson)
    await type_text(front, login)
    await front.press("enter")
    await type_text(front, pin)
    await front.press(last)


def high_refund(shop: Shop, who: Actor) -> str:
    """A case whose refund is more than a clerk may pay back alone."""
    sell_goods(shop, "TV-1", [Item("TV", 399900, category="tv")])
    no = received(shop, who, draft("TV-1", 1, reason="quality"))
    do(shop, who, refunds.refund, no)
    return no


def statuses(shop: Shop, no: str) -> list[RefundStatus]:
    return [refund.status for line in case_of(shop, no).lines for refund in line.refunds]


def audited(shop: Shop) -> list[str]:
    """Who said yes at somebody else's counter."""
    found = rows(
        shop,
        "SELECT actor FROM audit_entry WHERE action = 'staff.approve' ORDER BY id",
    )
    return [login for (login,) in found]


def test_a_high_refund_is_authorised_by_the_pin_of_a_supervisor(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = high_refund(shop, clerk)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.shows(
            "Pay back 3,999.00 CNY?", "This needs a supervisor who did not ask for it."
        )
        await identify(front, "sun")
        await front.shows("authorised by Sun", "pay it back")
        assert front.app.actor.login == "li"

    at_counter(shop, play, actor=clerk)
    assert statuses(shop, no) == [RefundStatus.AUTHORISED]


def test_a_wrong_pin_is_told_in_the_window_and_the_next_try_counts(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = high_refund(shop, clerk)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await identify(front, "sun", "000000")
        await front.until(lambda: front.app.screen.query(".-faulty"))
        assert statuses(shop, no) == [RefundStatus.REQUESTED]
        await type_text(front, PIN)
        await front.press("ctrl+s")
        await front.shows("authorised by Sun")

    at_counter(shop, play, actor=clerk)


def test_wrong_pins_shut_the_window_as_they_shut_the_sign_in(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = high_refund(shop, clerk)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await identify(front, "sun", "000000")
        for _try in range(FREE_TRIES):
            await front.until(lambda: front.app.screen.query(".-faulty"))
            await type_text(front, "000000")
            await front.press("ctrl+s")
        await front.shows("Too many wrong tries. Wait 30 s.")
        await type_text(front, PIN)
        await front.press("ctrl+s")
        await front.shows("Too many wrong tries.")

    at_counter(shop, play, actor=clerk)
    assert statuses(shop, no) == [RefundStatus.REQUESTED]


def test_a_second_clerk_is_not_enough(shop: Shop, clerk: Actor, pin_hash: str) -> None:
    no = high_refund(shop, clerk)
    hire(shop, "wu", Role.CLERK, pin_hash)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await identify(front, "wu")
        await front.shows("! As clerk you may not")

    at_counter(shop, play, actor=clerk)
    assert statuses(shop, no) == [RefundStatus.REQUESTED]


def test_nobody_is_their_own_second_person(shop: Shop, supervisor: Actor) -> None:
    no = high_refund(shop, supervisor)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.shows("Nobody approves what they asked for themselves.")
        await identify(front, "sun")
        await front.shows("! Nobody approves")

    at_counter(shop, play, actor=supervisor)
    assert statuses(shop, no) == [RefundStatus.REQUESTED]


def test_a_supervisor_who_did_not_ask_for_it_needs_no_window(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = high_refund(shop, clerk)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.shows("authorised by Sun")

    at_counter(shop, play, actor=supervisor)
    assert statuses(shop, no) == [RefundStatus.AUTHORISED]


def test_an_exception_is_made_with_the_pin_and_names_who_made_it(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock, sale: Sale
) -> None:
    clock.forward(days=60)
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("o", "1", "enter")
        await type_text(front, "100")
        await front.press("enter")
        await type_text(front, "Known for years")
        await front.press("ctrl+s")
        await identify(front, "sun")
        await front.shows("as an exception", "100.00 CNY", "Sun", "Known for years", "by sun")

    at_counter(shop, play, actor=clerk)
    decision = case_of(shop, no).lines[0].decision
    assert (decision.actor, decision.payable_minor) == ("Sun", 10000)
    assert audited(shop) == ["sun"]


def test_what_is_wrong_with_the_form_is_told_there_after_a_right_pin(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock, sale: Sale
) -> None:
    clock.forward(days=60)
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("o", "1", "enter")
        await type_text(front, "900")
        await front.press("enter")
        await type_text(front, "Known for years")
        await front.press("ctrl+s")
        await identify(front, "sun")
        await front.reaches(AskReturnStep)
        await front.shows("At most the price can go back", "Known for years")

    at_counter(shop, play, actor=clerk)
    assert status_of(shop, no) is ReturnStatus.SUBMITTED


def test_leaving_the_window_leaves_the_step_and_keeps_its_words(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    clock.forward(days=60)
    no = submitted(shop, clerk, draft(sale.receipt_no, COOKER))

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("o", "1", "enter", "enter")
        await type_text(front, "Known for years")
        await front.press("ctrl+s")
        await front.reaches(SecondPerson)
        await front.press("escape")
        await front.reaches(AskReturnStep)
        await front.shows("Known for years")

    at_counter(shop, play, actor=clerk)
    assert len(case_of(shop, no).lines[0].decisions) == 1


def test_a_referred_return_is_decided_by_another_than_who_referred_it(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    do(shop, clerk, returns.refer, no)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows("a supervisor decides")
        await front.press("enter")
        await identify(front, "sun")
        await front.until(lambda: status_of(shop, no) is ReturnStatus.APPROVED)

    at_counter(shop, play, actor=clerk)


def test_a_colleague_who_was_faster_is_told_after_the_pin(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = high_refund(shop, clerk)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.reaches(SecondPerson)
        do(shop, supervisor, refunds.authorise, no)
        await identify(front, "sun")
        await front.reaches(ReturnCaseScreen)
        await front.until(lambda: "Sun changed" in front.status)
        await front.shows("pay it back")

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("login", ["", "nobody", "[/x]"])
def test_a_number_that_is_nobodys_is_told_in_the_words_of_a_wrong_pin(
    shop: Shop, clerk: Actor, login: str
) -> None:
    no = high_refund(shop, clerk)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("enter")
        await front.reaches(SecondPerson)
        if login:
            await type_text(front, login)
        await front.press("enter")
        await type_text(front, PIN)
        await front.press("ctrl+s")
        await front.until(lambda: front.app.screen.query(".-faulty"))

    at_counter(shop, play, actor=clerk)
    assert statuses(shop, no) == [RefundStatus.REQUESTED]
