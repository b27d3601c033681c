"""The return check: found, answered, judged at every key, submitted, kept."""

from __future__ import annotations

import pytest

from counter import drafts, returns
from counter.desk import Actor
from counter.return_opening import ReturnDraft, ReturnLineDraft
from counter.shop import Shop
from models.terms import Role
from screens.customer import CustomerScreen
from screens.home import Home
from screens.receipt import ReceiptScreen
from screens.return_answers import AnswerForm
from screens.return_case import ReturnCaseScreen
from screens.return_typing import FORM
from screens.return_verdict import VerdictPanel
from screens.returns import ReturnCheck
from screens.typed_receipt import TypeReceipt
from screens.widgets.findbox import FindBox
from screens.widgets.sheet import Sheet
from tests.premises import Clock, Sale, hire, rows, sell
from tests.screens.cases import busy, type_text
from tests.screens.front import Front, at_counter


async def check(front: Front, text: str = "") -> ReturnCheck:
    """The return check, with the receipt that ``text`` finds."""
    await front.press("f4")
    await front.reaches(ReturnCheck)
    if text:
        await type_text(front, text)
        await front.press("enter")
        await front.until(lambda: front.app.screen.query_one("#work").display)
    screen = front.app.screen
    assert isinstance(screen, ReturnCheck)
    return screen


def verdict(front: Front) -> str:
    """Everything that the verdict's panel says, in sight or not."""
    panel = front.app.screen.query_one(VerdictPanel)
    shown = [str(part.render()) for part in panel.query("#verdict-band, .verdict--part")]
    return " ".join(shown)


def focused(front: Front) -> str:
    """The key of the field that has the focus."""
    form = front.app.screen.query_one(AnswerForm)
    at = [name for name, field in form.fields.items() if field.control_widget is front.app.focused]
    return at[0] if at else ""


# --- finding --------------------------------------------------------------------------------


def test_f4_from_anywhere_lets_the_next_scan_land_in_the_find_box(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await front.press("f5")
        screen = await check(front)
        assert screen.focused is screen.query_one(FindBox).input
        await front.shows("Scan the receipt")
        await front.press("escape")
        await front.until(lambda: front.app.current_mode == "tickets")

    at_counter(shop, play, actor=clerk)


def test_a_scanned_receipt_stands_there_with_what_is_left_of_each_line(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await check(front, sale.receipt_no)
        await front.shows("Rice cooker 4 l", "1 of 1", "Cotton towel", "5 of 5", "王伟")
        await front.shows("NO VERDICT YET")

    at_counter(shop, play, actor=clerk)


def test_the_cursor_stands_on_the_first_line_with_something_left(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    back(shop, clerk, sale, 1)

    async def play(front: Front) -> None:
        screen = await check(front, sale.receipt_no)
        await front.shows("0 of 1", "1 back R-20250308-0001")
        assert screen.typing.line_no == 2
        await front.until(lambda: any(">" in line and "towel" in line for line in lines(front)))

    at_counter(shop, play, actor=clerk)


def lines(front: Front) -> list[str]:
    return front.text.splitlines()


def back(shop: Shop, actor: Actor, sale: Sale, line_no: int, **answers: object) -> str:
    """Goods that somebody brought back at another counter."""
    with shop.writing(actor) as desk:
        given = {"reason": "no_reason", **answers}
        draft = ReturnDraft(sale.receipt_no, [ReturnLineDraft(line_no, given)])
        return returns.submit(desk, draft).no


@pytest.mark.parametrize("text", ["0690123456789", "5678", "SN-20250303-0117"])
def test_barcode_phone_and_serial_number_find_the_receipt(
    shop: Shop, clerk: Actor, sale: Sale, text: str
) -> None:
    async def play(front: Front) -> None:
        await check(front, text)
        await front.shows(f"Receipt {sale.receipt_no}", "Rice cooker 4 l")

    at_counter(shop, play, actor=clerk)


def test_several_receipts_are_listed_in_place_and_enter_takes_one(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    sell(shop, "20250304-0001")

    async def play(front: Front) -> None:
        await front.press("f4")
        await front.reaches(ReturnCheck)
        await type_text(front, "2025030")
        await front.press("enter")
        await front.shows("20250303-0117", "20250304-0001")
        await front.press("enter")
        await front.shows("Receipt 2025030", "Cotton towel")

    at_counter(shop, play, actor=clerk)


def test_the_number_of_a_return_opens_that_return(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = back(shop, clerk, sale, 1)

    async def play(front: Front) -> None:
        await front.press("f4")
        await front.reaches(ReturnCheck)
        await type_text(front, no)
        await front.press("enter")
        await front.reaches(ReturnCaseScreen)
        await front.press("escape")
        await front.reaches(ReturnCheck)

    at_counter(shop, play, actor=clerk)


def test_where_nothing_was_found_the_next_scan_still_lands_in_the_find_box(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        screen = await check(front)
        await type_text(front, "nosuchreceipt")
        await front.press("enter")
        await front.until(lambda: "Nothing found" in front.status)
        await front.press("down")
        assert screen.focused is screen.query_one(FindBox).input

    at_counter(shop, play, actor=clerk)


def test_a_line_chosen_on_its_receipt_is_checked_at_once(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await front.press(*sale.receipt_no, "enter")
        await front.reaches(ReceiptScreen)
        await front.shows("Cotton towel")
        await front.press("down", "r")
        await front.reaches(ReturnCheck)
        await front.until(lambda: focused(front) == "reason")
        await front.press("1")
        await front.until(lambda: "59.00 CNY goes back" in verdict(front))

    at_counter(shop, play, actor=clerk)


def test_f4_takes_the_receipt_that_the_find_box_at_home_found(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await type_text(front, sale.receipt_no[:8])
        await front.shows(sale.receipt_no)
        await front.press("f4")
        await front.reaches(ReturnCheck)
        await front.shows("Cotton towel")

    at_counter(shop, play, actor=clerk)


# --- answering ------------------------------------------------------------------------------


def test_the_verdict_follows_every_answer(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await check(front, f"{sale.receipt_no}/2")
        assert focused(front) == "reason"
        await front.press("1")
        await front.shows("REFUND", "to Mon 10 Mar", "rule NR2, v1")
        assert "59.00 CNY goes back by WeChat" in verdict(front)
        assert "at the latest Tue 18 Mar" in verdict(front)
        await front.press("enter")
        assert focused(front) == "quantity"
        await front.press("2")
        await front.until(lambda: "23.60 CNY goes back by WeChat" in verdict(front))
        await front.press("enter")
        assert focused(front) == "flags"
        await front.press("n")
        await front.shows("REFUSE")
        assert "The packaging is not intact." in verdict(front)
        await front.press("left", "y")
        await front.shows("REFUND")
        await front.press("3")
        await front.shows("REFUSE")
        assert "sold again" in verdict(front)

    at_counter(shop, play, actor=clerk)


def test_only_what_the_goods_and_the_reason_need_is_asked(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/2")
        assert not screen.form.flags.display
        await front.press("1")
        await front.shows("packaging intact [y]", "fit for resale [y]")
        assert "customer's damage" not in front.text
        await front.press("2")
        await front.shows("customer's damage [n]")
        assert "fit for resale" not in front.text
        assert "repairs" not in front.text

    at_counter(shop, play, actor=clerk)


def test_goods_with_the_three_guarantees_ask_for_repairs_and_dates(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/1")
        screen.form.fields["category"].value = "phone"
        await front.press("2")
        await front.shows("repairs", "in repair", "waited", "exchanged")
        await front.shows("rule W1, v1")

    at_counter(shop, play, actor=clerk)


def test_what_is_typed_wrongly_is_said_while_it_is_typed_and_stands_under_its_field(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/2")
        await front.press("1", "enter", "x")
        await front.until(lambda: "Write a quantity such as 2" in verdict(front))
        await front.press("ctrl+s")
        await front.until(lambda: screen.form.fields["quantity"].error)
        assert focused(front) == "quantity"
        await front.press("backspace", "9", "ctrl+s")
        await front.until(lambda: "9 asked for, 5 of 5 left" in front.text)
        assert screen.form.fields["quantity"].value == "9"

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM return_case") == [(0,)]


def test_a_sentence_under_one_of_several_short_fields_is_not_cut(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/1")
        screen.form.fields["category"].value = "phone"
        await front.press("2")
        await front.shows("in repair")
        days = screen.form.fields["repair_days"]
        front.app.set_focus(days.control_widget)
        await front.press("x", "ctrl+s")
        await front.until(lambda: days.error and f"! {days.error}" in front.text)

    at_counter(shop, play, actor=clerk)


def test_without_a_reason_nothing_is_submitted(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, sale.receipt_no)
        await front.press("ctrl+s")
        await front.until(lambda: screen.form.fields["reason"].error)
        assert focused(front) == "reason"

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM return_case") == [(0,)]


def test_x_shows_the_whole_explanation_with_its_articles(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await check(front, f"{sale.receipt_no}/2")
        await front.press("1", "x")
        await front.reaches(Sheet)
        await front.shows("Cotton towel", "last day: Mon 10 Mar 2025", "(Civil Code art. 201)")

    at_counter(shop, play, actor=clerk)


# --- several lines --------------------------------------------------------------------------


def test_each_line_keeps_its_own_answers_and_the_case_is_summed_up(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, sale.receipt_no)
        await front.press("enter", "1", "up", "down", "enter", "2")
        await front.shows("fault: refund")
        assert "2 lines: refund 358.00 CNY" in verdict(front)
        assert screen.typing.in_case == (1, 2)
        await front.press("up", "up")
        await front.until(lambda: screen.form.values()["reason"] == "no_reason")
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk, size=(120, 40))
    assert rows(shop, "SELECT reason FROM return_line ORDER BY receipt_line_id") == [
        ("no_reason",),
        ("quality",),
    ]


def test_lines_marked_first_get_the_reason_together(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await check(front, sale.receipt_no)
        await front.press("space", "space", "enter", "1")
        await front.until(lambda: "2 lines: refund 358.00 CNY" in verdict(front))

    at_counter(shop, play, actor=clerk)


def test_space_takes_a_line_out_of_the_case_again(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, sale.receipt_no)
        await front.press("space", "space", "enter", "1", "up", "up", "space")
        await front.until(lambda: screen.typing.in_case == (2,))
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT requested_milli FROM return_line") == [(5000,)]


def test_a_line_that_does_not_support_the_wish_is_named(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await check(front, sale.receipt_no)
        await front.press("space", "space", "enter", "1", "enter", "enter", "n")
        await front.until(lambda: "but not line 2: a supervisor decides" in verdict(front))

    at_counter(shop, play, actor=clerk)


# --- what is seldom asked -------------------------------------------------------------------


def test_a_parcel_has_its_number_and_who_pays_freight(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/2")
        await front.press("1", "plus")
        await front.until(lambda: focused(front) == "mode")
        await front.press("2")
        await front.until(lambda: screen.form.fields["tracking_no"].display)
        await front.press("enter", "3", "enter", *"SF1", "ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    kept = rows(shop, "SELECT mode, freight_payer, tracking_no FROM return_case")
    assert kept == [("mail", "customer", "SF1")]


def test_a_pick_up_is_agreed_upon(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/2")
        await front.press("1", "plus", "3")
        form = screen.form
        form.fill({"slot_from": "2025-03-10 14:00", "slot_to": "2025-03-10 13:00"})
        form.fill({"address": "Maple Street 1"})
        await front.press("ctrl+s")
        await front.until(lambda: form.fields["slot_to"].error)
        form.fill({"slot_to": "2025-03-10 16:00"})
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT address FROM appointment") == [("Maple Street 1",)]


def test_another_customer_than_the_receipts_can_bring_it(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(clerk) as desk:
        from counter.customers import CustomerDraft, add_customer

        other = add_customer(desk, CustomerDraft("Ann Brown", "13900139000"))

    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/2")
        await front.press("1", "plus")
        screen.form.fields["customer"].control_widget.focus()
        await type_text(front, "nobody")
        await front.until(lambda: "does not know this customer" in front.status)
        await front.press("ctrl+s")
        await front.until(lambda: screen.form.fields["customer"].error)
        await front.press(*["backspace"] * 6)
        await type_text(front, "13900139000")
        await front.until(lambda: "Ann Brown" in front.status)
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT customer_id FROM ticket") == [(other,)]


# --- a receipt by hand ----------------------------------------------------------------------


def test_a_receipt_that_the_store_does_not_have_is_typed_by_hand(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await check(front)
        await type_text(front, "OLD-1")
        await front.press("enter")
        await front.until(lambda: "Enter again: type the receipt by hand" in front.status)
        await front.press("enter")
        await front.reaches(TypeReceipt)
        await front.press("ctrl+s")
        await front.shows("! Please give a date.")
        form = front.app.screen.form  # type: ignore[attr-defined]
        assert form.values()["receipt_no"] == "OLD-1"
        form.fill({"sold_on": "2025-03-05", "paid_by": "cash"})
        form.fill({"line1_article": "Kettle", "line1_unit_price": "49.90"})
        await front.press("ctrl+s")
        await front.reaches(ReturnCheck)
        await front.shows("Receipt OLD-1", "Kettle")
        await front.until(lambda: focused(front) == "reason")
        await front.press("1")
        await front.until(lambda: "49.90 CNY goes back by cash" in verdict(front))

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM typed_receipt") == [(1,)]


# --- kept -----------------------------------------------------------------------------------


def test_what_was_answered_is_there_again_after_a_crash(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def crash(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/2")
        await front.press("2", "enter", "3")
        await screen.save_draft_now()

    async def again(front: Front) -> None:
        await front.shows("You were checking a return", "F4 goes on with it")
        await front.press("f4")
        await front.reaches(ReturnCheck)
        await front.until(lambda: "is back. Ctrl+R clears it" in front.status)
        screen = front.app.screen
        assert isinstance(screen, ReturnCheck)
        assert screen.form.values()["quantity"] == "3"
        await front.shows("[2 fault]")
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, crash, actor=clerk)
    at_counter(shop, again, actor=clerk)
    assert rows(shop, "SELECT requested_milli, reason FROM return_line") == [(3000, "quality")]
    assert rows(shop, "SELECT count(*) FROM draft") == [(0,)]


def test_ctrl_r_gives_the_answers_up(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.writing(clerk) as desk:
        drafts.save(desk, FORM, {"receipt_no": sale.receipt_no, "line": "2", "2.reason": "quality"})

    async def play(front: Front) -> None:
        await front.press("f4")
        await front.shows("[2 fault]")
        await front.press("ctrl+r")
        await front.until(lambda: front.status == "The form is empty.")
        await front.app.workers.wait_for_complete()
        assert front.app.screen.focused is front.app.screen.query_one(FindBox).input

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM draft") == [(0,)]


def test_another_screen_and_back_keeps_the_answers(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await check(front, f"{sale.receipt_no}/2")
        await front.press("2", "f5")
        await front.until(lambda: front.app.current_mode == "tickets")
        await front.press("f4")
        await front.reaches(ReturnCheck)
        await front.shows("2 fault", "Cotton towel")

    at_counter(shop, play, actor=clerk)


# --- others at the same receipt -------------------------------------------------------------


def test_goods_that_somebody_else_took_meanwhile_are_told_and_nothing_is_lost(
    shop: Shop, clerk: Actor, sale: Sale, pin_hash: str
) -> None:
    other = hire(shop, "wang", Role.CLERK, pin_hash)

    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/2")
        await front.press("1", "enter", "4")
        back(shop, other, sale, 2, quantity="3")
        await front.press("ctrl+s")
        await front.until(lambda: "4 asked for, 2 of 5 left" in front.text)
        assert screen.form.values()["quantity"] == "4"
        await front.press("backspace", "2", "ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT requested_milli FROM return_line ORDER BY id") == [(3000,), (2000,)]


def test_that_nothing_is_left_is_told_where_no_quantity_is_asked(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    back(shop, clerk, sale, 1)

    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/1")
        await front.press("1", "ctrl+s")
        await front.until(lambda: "1 asked for, 0 of 1 left" in front.status)
        assert "quantity" not in screen.form.in_sight

    at_counter(shop, play, actor=clerk)


def test_a_serial_number_may_be_typed_in_small_letters(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await check(front, f"{sale.receipt_no}/1")
        await front.press("1", "enter")
        await type_text(front, f"sn-{sale.receipt_no}")
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT serial_no FROM return_line") == [(f"SN-{sale.receipt_no}",)]


def test_a_store_that_is_busy_is_said_and_nothing_is_lost(
    shop: Shop, clerk: Actor, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        await check(front, f"{sale.receipt_no}/2")
        await front.press("1")
        front.app.shop.close()
        del front.app.shop.__dict__["store"]
        with busy(shop, monkeypatch):
            await front.press("ctrl+s")
            await front.until(lambda: "Another program is writing" in front.status)
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM return_case") == [(1,)]


def test_an_exchange_of_goods_that_are_not_here_waits(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        await check(front, f"{sale.receipt_no}/2")
        await front.press("1", "enter", "enter", "enter", "2")
        await front.shows("[ Exchange now ]")
        await front.press("ctrl+s")
        await front.shows("5 x Cotton towel", "[1 now]")
        await front.press("2", "ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT status, remedy FROM return_case") == [("submitted", "exchange")]


def test_a_refusal_is_a_case_too(shop: Shop, clerk: Actor, sale: Sale, clock: Clock) -> None:
    clock.forward(days=40)

    async def play(front: Front) -> None:
        await check(front, f"{sale.receipt_no}/2")
        await front.press("1")
        await front.shows("REFUSE", "over since")
        await front.press("ctrl+s")
        await front.reaches(ReturnCaseScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT verdict FROM eligibility_decision") == [("refuse",)]


def test_who_may_not_handle_returns_has_no_such_screen(
    shop: Shop, sale: Sale, pin_hash: str
) -> None:
    technician = hire(shop, "tech", Role.TECHNICIAN, pin_hash)

    async def play(front: Front) -> None:
        await front.press("f4")
        assert isinstance(front.app.screen, Home)
        await front.press(*"5678", "enter")
        await front.reaches(CustomerScreen)
        await front.push(ReceiptScreen(sale.receipt_no))
        await front.press("r")
        assert isinstance(front.app.screen, ReceiptScreen)

    at_counter(shop, play, actor=technician)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_verdict_and_its_last_day_are_in_sight_whatever_is_answered(
    shop: Shop, clerk: Actor, sale: Sale, size: tuple[int, int]
) -> None:
    async def play(front: Front) -> None:
        screen = await check(front, f"{sale.receipt_no}/1")
        screen.form.fields["category"].value = "phone"
        await front.press("2", "plus")
        await front.shows("REFUND", "to Mon 10 Mar")
        for _ in range(20):
            await front.press("down")
            assert "REFUND" in front.text
            assert "to Mon 10 Mar" in front.text

    at_counter(shop, play, actor=clerk, size=size)
