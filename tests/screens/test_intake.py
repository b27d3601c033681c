from __future__ import annotations

import pytest

from counter import intake as intake_rules
from counter.desk import Actor
from counter.shop import Shop
from models.terms import Role
from screens.customer import CustomerScreen
from screens.home import Home
from screens.receipt import ReceiptScreen
from screens.ticket import TicketScreen
from screens.ticket_step import AskStep
from screens.widgets.form import Form
from tests.premises import Sale, hire, rows, sell
from tests.screens.cases import busy, case, type_text
from tests.screens.front import Front, at_counter


async def intake(front: Front) -> Form:
    await front.press("f2")
    await front.until(lambda: front.app.current_mode == "intake" and front.app.screen.is_mounted)
    await front.until(lambda: front.app.screen.focused is not None)
    return front.app.screen.query_one(Form)


def focused(front: Front) -> str:
    """The key of the field that has the focus."""
    form = front.app.screen.query_one(Form)
    at = [name for name, field in form.fields.items() if field.control_widget is front.app.focused]
    return at[0] if at else ""


def test_enter_walks_through_the_form_and_saves_at_its_end(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press(*sale.receipt_no, "enter", "2", "enter")
        await front.press(*"Lid", "enter", *"loose", "enter", *"again", "tab")
        assert focused(front) == "complaint_class"
        await front.press("enter", "enter", "enter", "enter", "enter", "enter")
        assert focused(front) == "customer_name"
        await front.press("enter", "enter")
        assert focused(front) == "channel"
        await front.press("2", "enter", "enter")
        await front.reaches(TicketScreen)
        await front.until(lambda: "Saved as C-20250308-0001." in front.status)
        await front.shows("C-20250308-0001", "Lid", "王伟 138****5678", sale.receipt_no)
        await front.press("escape")
        await front.reaches(Home)
        await intake(front)
        assert focused(front) == "about"  # the next receipt is scanned into the first field

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT no, summary, body, channel FROM ticket") == [
        ("C-20250308-0001", "Lid", "loose\nagain", "phone")
    ]


def test_arrows_walk_both_ways(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        seen = [focused(front)]
        for _ in range(3):
            await front.press("down")
            seen.append(focused(front))
        assert seen == ["about", "kind", "summary", "body"]
        await front.press("up", "up")
        assert focused(front) == "kind"

    at_counter(shop, play, actor=clerk)


def test_what_is_wrong_stands_under_its_field_and_nothing_is_lost(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"about": "no such receipt", "body": "He said", "customer_phone": "12"})
        form.fill({"customer_name": "Ann"})
        await front.press("ctrl+s")
        await front.until(lambda: form.fields["customer_phone"].error)
        assert focused(front) == "customer_phone"
        form.fill({"customer_phone": "13800135678"})
        await front.press("ctrl+s")
        await front.until(lambda: form.fields["summary"].error)
        await front.shows("! Please choose one.", "! Please fill this in.")
        assert focused(front) == "kind"
        assert form.values()["body"] == "He said"
        assert form.values()["about"] == "no such receipt"

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM ticket") == [(0,)]
    assert rows(shop, "SELECT count(*) FROM customer") == [(0,)]


def test_a_receipt_brings_its_customer_and_the_warning_of_open_cases(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    before = case(shop, clerk, "Lid is loose", receipt_no=sale.receipt_no)

    async def play(front: Front) -> None:
        form = await intake(front)
        await type_text(front, sale.receipt_no)
        await front.shows("1 x Rice cooker 4 l, 5 x Cott", "王伟  138****5678")
        await front.shows(f"goes on in {before.no} (new), about the same")
        form.fill({"about": ""})
        await type_text(front, "13800135678")
        await front.shows(f"! 1 open case already: {before.no} Lid is loose")
        await front.shows("[ Save the ticket ]")

    at_counter(shop, play, actor=clerk)


def test_a_typed_phone_warns_of_the_open_case_of_the_same_digits_and_a_name_does_not(
    shop: Shop, clerk: Actor
) -> None:
    with shop.writing(clerk) as desk:
        known = {"kind": "repair", "summary": "Lid is loose", "channel": "counter"}
        known |= {"customer_name": "Ann", "customer_phone": "+86 138 0013 5678"}
        before = intake_rules.take_in(desk, known, None, "")

    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"kind": "repair", "summary": "Lid again"})
        front.app.screen.set_focus(form.fields["customer_name"].control_widget)
        await type_text(front, "Ann")
        await front.press("enter")
        await type_text(front, "138-0013-567")
        await front.until(lambda: not any(worker.is_running for worker in front.app.workers))
        assert before.no not in front.text
        await type_text(front, "8")
        await front.shows(f"goes on in {before.no} (new), of the same phone: L")
        await front.press("ctrl+b")
        await front.reaches(AskStep)
        await front.press("ctrl+s")
        await front.shows("Lid again")

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM ticket") == [(1,)]


def test_a_line_of_a_receipt_is_recognised(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await type_text(front, f"{sale.receipt_no}/2")
        await front.shows("5 x Cotton towel")
        assert "Rice cooker" not in front.text
        form.fill({"kind": "return", "summary": "Colour"})
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)
        await front.shows(f"{sale.receipt_no}, line 2")

    at_counter(shop, play, actor=clerk)


def test_a_hand_faster_than_the_answer_keeps_the_receipt(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"about": sale.receipt_no, "kind": "return", "summary": "Colour"})
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM ticket WHERE receipt_id NOT NULL") == [(1,)]


def test_a_customer_is_recognised_by_phone(shop: Shop, clerk: Actor, sale: Sale) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await type_text(front, "5678")
        await front.shows("王伟  138****5678")
        form.fill({"kind": "inquiry", "summary": "Opening hours"})
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT customer_id FROM ticket") == [(sale.customer_id,)]


def test_what_it_may_mean_is_offered_and_what_is_unknown_is_said(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    sell(shop, "20250304-0001")

    async def play(front: Front) -> None:
        form = await intake(front)
        await type_text(front, "王伟")
        await front.shows("Perhaps: 王伟, 王伟")
        form.fill({"about": ""})
        await type_text(front, "0815")
        await front.shows("Not known here; the ticket will have no receipt.")

    at_counter(shop, play, actor=clerk)


def test_priority_is_a_supervisors(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    async def as_clerk(front: Front) -> None:
        await intake(front)
        assert "Priority" not in front.text
        await front.press("down", "7")
        await front.shows("P1: first answer by ")

    async def as_supervisor(front: Front) -> None:
        form = await intake(front)
        form.fill({"kind": "inquiry", "summary": "Opening hours", "priority": "P1"})
        await front.shows("Priority", "[ Save the ticket ]")
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)
        await front.shows("!P1")

    at_counter(shop, as_clerk, actor=clerk)
    at_counter(shop, as_supervisor, actor=supervisor)


def test_another_screen_and_back_keeps_the_typing(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "down", *"Lid")
        await front.press("f5")
        await front.until(lambda: front.app.current_mode == "tickets")
        form = await intake(front)
        assert form.values()["summary"] == "Lid"
        assert focused(front) == "summary"
        await front.press("escape")
        await front.until(lambda: front.app.current_mode == "tickets")
        assert (await intake(front)).values()["summary"] == "Lid"

    at_counter(shop, play, actor=clerk)


def test_a_line_chosen_on_its_receipt_joins_what_was_typed(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"summary": "Lid"})
        await front.press("ctrl+f")
        await front.press(*sale.receipt_no, "enter")
        await front.reaches(ReceiptScreen)
        await front.until(lambda: "Cotton towel" in front.text)
        await front.press("down", "f2")
        await front.until(lambda: front.app.current_mode == "intake")
        await front.until(lambda: form.values()["about"] == f"{sale.receipt_no}/2")
        assert form.values()["summary"] == "Lid"
        await front.until(lambda: focused(front) == "kind")

    at_counter(shop, play, actor=clerk)


def test_a_customer_chosen_on_another_screen_gets_the_ticket(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await front.press(*"5678", "enter")
        await front.reaches(CustomerScreen)
        await front.until(lambda: "王伟" in front.text)
        await front.press("n")
        await front.until(lambda: front.app.current_mode == "intake")
        await front.shows("王伟  138****5678")
        form = front.app.screen.query_one(Form)
        form.fill({"kind": "inquiry", "summary": "Opening hours"})
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)
        await front.press("escape")
        await front.reaches(Home)  # not the customer who has gone

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT customer_id FROM ticket") == [(sale.customer_id,)]


def test_ctrl_r_empties_the_form(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await front.press("down", "2", "down", *"Lid", "ctrl+r")
        await front.until(lambda: front.status == "The form is empty.")
        assert not any(value for name, value in form.values().items() if name != "channel")
        assert focused(front) == "about"
        await front.press("7")
        await front.until(lambda: front.status == "")  # it is no longer true

    at_counter(shop, play, actor=clerk)


def test_a_store_that_is_busy_is_said_and_nothing_is_lost(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"kind": "inquiry", "summary": "Opening hours"})
        front.app.shop.close()
        del front.app.shop.__dict__["store"]
        with busy(shop, monkeypatch):
            await front.press("ctrl+s")
            await front.until(lambda: "Another program is writing" in front.status)
            assert form.values()["summary"] == "Opening hours"
            assert not isinstance(front.app.screen, TicketScreen)
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM ticket") == [(1,)]


def test_an_impatient_hand_saves_once(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"kind": "inquiry", "summary": "Opening hours"})
        screen = front.app.screen
        for _ in range(3):
            screen.post_message(Form.Submitted(form, form.values()).set_sender(form))
        await front.reaches(TicketScreen)
        await front.app.workers.wait_for_complete()

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM ticket") == [(1,)]


def test_what_was_said_of_the_form_before_goes_with_the_next_receipt(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press("ctrl+r")
        await front.until(lambda: front.status == "The form is empty.")
        await front.press("escape")
        front.app.open_intake(about=sale.receipt_no)
        await front.until(lambda: front.app.current_mode == "intake" and front.status == "")

    at_counter(shop, play, actor=clerk)


def test_refused_by_role_is_said(shop: Shop, pin_hash: str) -> None:
    technician = hire(shop, "tech", Role.TECHNICIAN, pin_hash)

    async def play(front: Front) -> None:
        await front.press("f2")
        assert front.app.current_mode == "home"
        front.app.open_intake()
        await front.until(lambda: front.app.current_mode == "intake")
        await front.until(lambda: front.app.screen.is_mounted)
        form = front.app.screen.query_one(Form)
        form.fill({"kind": "inquiry", "summary": "Opening hours"})
        await front.press("ctrl+s")
        await front.until(lambda: "you may not open tickets" in front.status)

    at_counter(shop, play, actor=technician)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_line_that_saves_is_in_sight(
    shop: Shop, supervisor: Actor, sale: Sale, size: tuple[int, int]
) -> None:
    case(shop, supervisor, "Lid " * 40, receipt_no=sale.receipt_no)

    async def play(front: Front) -> None:
        await intake(front)
        await type_text(front, sale.receipt_no)
        await front.shows("goes on in C-20250308-0001", "[ Save the ticket ]", "Priority")

    at_counter(shop, play, actor=supervisor, size=size)
