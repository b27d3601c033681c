from __future__ import annotations

import pytest
from textual.widgets import Input

from counter import returns
from counter.desk import Actor
from counter.shop import Shop
from counter.ticking import is_due, tick
from models.terms import ReturnStatus, ReturnView, Role
from screens.cash_up import CashUp
from screens.home import Home
from screens.return_case import ReturnCaseScreen
from screens.return_list import ReturnList
from screens.returns import ReturnCheck
from tests.claims import COOKER, TOWELS, approved, case_of, do, draft, pending, refunded, submitted
from tests.premises import Clock, Sale, hire, rows, sell
from tests.screens.front import Front, at_counter


async def cases(front: Front) -> ReturnList:
    front.app.action_go("cases")
    await front.reaches(ReturnList)
    screen = front.app.screen
    assert isinstance(screen, ReturnList)
    return screen


def test_each_view_shows_its_cases(shop: Shop, clerk: Actor, sale: Sale) -> None:
    to_decide = submitted(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    awaited = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    ended = refunded(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    to_settle = pending(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    views = {
        "1": {to_decide, awaited, to_settle},
        "2": {to_decide},
        "3": {awaited},
        "4": {to_settle},
        "5": {ended},
    }

    async def play(front: Front) -> None:
        await cases(front)
        for key, shown in views.items():
            await front.press(key)
            hidden = {to_decide, awaited, to_settle, ended} - shown
            await front.shows(*shown)
            await front.until(lambda hidden=hidden: not any(no in front.text for no in hidden))  # type: ignore[misc]

    at_counter(shop, play, actor=clerk)


def test_a_supervisor_sees_first_what_has_to_be_decided(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def of_supervisor(front: Front) -> None:
        await front.shows("to decide 1")
        screen = await cases(front)
        await front.shows("[2 to decide]", no)
        assert screen.case_query.view is ReturnView.TO_DECIDE

    async def of_clerk(front: Front) -> None:
        await cases(front)
        await front.shows("[1 open]", no)

    at_counter(shop, of_supervisor, actor=supervisor)
    at_counter(shop, of_clerk, actor=clerk)


def test_what_is_due_first_stands_first_and_s_turns_it_round(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    sooner = approved(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    later = pending(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))

    async def play(front: Front) -> None:
        await cases(front)
        await front.shows(sooner, later)
        assert front.text.index(sooner) < front.text.index(later)
        await front.press("s")
        await front.until(lambda: front.text.index(sooner) > front.text.index(later))

    at_counter(shop, play, actor=clerk)


def test_what_is_late_has_a_sign(shop: Shop, clerk: Actor, clock: Clock, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    clock.forward(hours=26)

    async def play(front: Front) -> None:
        await cases(front)
        await front.shows(no, "! 2 h 00")

    at_counter(shop, play, actor=clerk)


def test_enter_opens_the_case_and_escape_leads_back(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await cases(front)
        await front.shows(no)
        await front.press("enter")
        await front.reaches(ReturnCaseScreen)
        await front.press("escape")
        await front.reaches(ReturnList)
        await front.press("escape")
        await front.reaches(Home)

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("before", [(), ("f4",), ("f5",)])
def test_f12_leads_to_the_list_from_anywhere(
    shop: Shop, clerk: Actor, before: tuple[str, ...]
) -> None:
    async def play(front: Front) -> None:
        await front.press(*before, "f12")
        await front.reaches(ReturnList)

    at_counter(shop, play, actor=clerk)


def test_f4_again_waits_for_the_next_scan(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await front.press("f4", *sale.receipt_no, "enter")
        await front.shows("Cotton towel")
        await front.press("f4")
        await front.until(lambda: isinstance(front.app.focused, Input))
        assert isinstance(front.app.screen, ReturnCheck)

    at_counter(shop, play, actor=clerk)


def test_the_view_leaves_as_a_file_with_every_row(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        await cases(front)
        await front.shows(no)
        await front.press("e")
        await front.until(lambda: front.status.startswith("1 row: returns-open-"))

    at_counter(shop, play, actor=clerk)
    (file,) = shop.places.exports.glob("views/returns-open-*.csv")
    text = file.read_text(encoding="utf-8-sig")
    assert no in text
    assert "138" not in text


def test_an_auditor_may_look_and_export(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))
    auditor = hire(shop, "zhou", Role.AUDITOR)

    async def play(front: Front) -> None:
        await cases(front)
        await front.shows(no, "e CSV")

    at_counter(shop, play, actor=auditor)


def test_a_colleagues_step_moves_the_case_in_the_list(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    no = submitted(shop, clerk, draft(sale.receipt_no))

    async def play(front: Front) -> None:
        screen = await cases(front)
        await front.press("2")
        await front.shows(no)
        do(shop, supervisor, returns.approve, no)
        screen.store_changed()
        await front.shows("No return in this view.")

    at_counter(shop, play, actor=clerk)


# --- what ends by itself --------------------------------------------------------------------


def test_goods_that_never_came_end_their_return_once_and_for_all(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, mode="mail"))
    assert tick(shop).expired == ()
    clock.forward(days=16)
    assert is_due(shop)
    assert tick(shop).expired == (no,)
    assert not is_due(shop)
    assert tick(shop).expired == ()
    assert case_of(shop, no).status is ReturnStatus.EXPIRED
    assert rows(
        shop,
        "SELECT s.login FROM ticket_event e JOIN staff s ON s.id = e.actor_id "
        "WHERE e.kind = 'expire'",
    ) == [("system",)]


def test_whoever_opens_the_list_finds_ended_what_is_over(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, COOKER, reason="quality", mode="mail"))

    async def play(front: Front) -> None:
        await front.app.workers.wait_for_complete()  # what is over at the sign-in ended then
        clock.forward(days=16)
        await cases(front)
        await front.until(lambda: "1 return ended" in front.status)
        await front.press("5")
        await front.shows(no, "goods did not")

    at_counter(shop, play, actor=clerk)


def test_what_is_over_has_ended_when_somebody_signed_in(
    shop: Shop, clerk: Actor, clock: Clock, sale: Sale
) -> None:
    no = approved(shop, clerk, draft(sale.receipt_no, mode="mail"))
    clock.forward(days=16)

    async def play(front: Front) -> None:
        await front.until(lambda: case_of(shop, no).status is ReturnStatus.EXPIRED)

    at_counter(shop, play, actor=clerk)


def test_the_days_payments_are_one_key_away(shop: Shop, clerk: Actor) -> None:
    sell(shop, "R-1")
    refunded(shop, clerk, draft("R-1"))

    async def play(front: Front) -> None:
        await cases(front)
        await front.press("c")
        await front.reaches(CashUp)
        await front.shows("59.00 CNY")

    at_counter(shop, play, actor=clerk)
