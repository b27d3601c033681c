"""A complaint at the keyboard, from what the customer says to the call-back that is planned."""

from __future__ import annotations

import pytest

from counter import compensations, complaints, staff, tickets
from counter.complaint_details import ComplaintDraft
from counter.desk import Actor
from counter.shop import Shop
from counter.tickets import TicketDraft
from models.terms import Role
from screens.checklist import Checklist
from screens.home import Home
from screens.second_person import SecondPerson
from screens.ticket import TicketScreen
from screens.ticket_step import AskStep
from screens.widgets.form import Form
from screens.widgets.menu import ActionMenu
from screens.widgets.sheet import Sheet
from tests.claims import do
from tests.premises import PIN, Clock, Sale, hire, rows
from tests.screens.cases import case, type_text
from tests.screens.front import Front, at_counter


async def intake(front: Front) -> Form:
    await front.press("f2")
    await front.until(lambda: front.app.current_mode == "intake" and front.app.screen.is_mounted)
    await front.until(lambda: front.app.screen.focused is not None)
    return front.app.screen.query_one(Form)


async def look_at(front: Front, no: str) -> TicketScreen:
    screen = TicketScreen(no)
    await front.push(screen)
    await front.until(lambda: screen.looked is not None)
    return screen


def status_of(shop: Shop) -> str:
    ((status,),) = rows(shop, "SELECT status FROM complaint")
    return str(status)


async def step(front: Front, key: str, *then: str, text: str = "") -> int:
    """Open the window of a step, type, press; how many keys that took, the typing apart."""
    await front.press(key)
    await front.reaches(AskStep)
    if text:
        await type_text(front, text)
    await front.press(*then, "ctrl+s")
    await front.until(lambda: isinstance(front.app.screen, TicketScreen))
    return 2 + len(then)


def test_from_intake_to_closed_with_the_keyboard(shop: Shop, clerk: Actor, sale: Sale) -> None:
    keys = 0

    async def play(front: Front) -> None:
        nonlocal keys
        await intake(front)
        await type_text(front, f"{sale.receipt_no}/2")
        await front.press("enter", "2", "enter")
        await front.shows("What about", "Demand", "Severity", "Claimed", "Agency no.", "Batch")
        await front.shows("P2: first answer by 10:", "[ Save the ticket ]")
        await type_text(front, "Towel loses colour")
        await front.press("enter")
        await type_text(front, "All her shirts are blue now")
        await front.press("tab", "1", "enter", "4", "ctrl+s")
        keys += 8
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.shows("registered", "compensation", "Next: take it (t).")
        await front.press("t")
        await front.shows("Next: tell the customer (f), look into it (i).")
        keys += 1 + await step(front, "f", text="We have it")
        await front.shows("acknowledged", "Next: look into it (i).")
        keys += await step(front, "i")
        await front.shows("Next: propose a solution (l).")
        keys += await step(front, "l", text="New towel and 20.00")
        await front.shows("Next: accepted (y) or disputed (d)?")
        keys += await step(front, "y")
        await front.shows("agreed", "then say so (h).")
        keys += await step(front, "h")
        await front.shows("performed")
        keys += await step(front, "r", "6", "enter", "1", "enter", "2")
        await front.shows("Next: tell the customer and close it (c).")
        keys += await step(front, "c", "y")
        await front.until(lambda: "Call-back planned for Tue 11 Mar" in front.status)
        await front.shows("closed", "Done. Call-back by Tue 11 Mar.")
        assert "call-back by Tue 11 Mar" not in front.text.splitlines()[4]  # once is enough
        keys += await step(front, "o", text="It happened again")
        await front.until(lambda: "The call-back is called off." in front.status)

    at_counter(shop, play, actor=clerk)
    assert status_of(shop) == "investigating"
    assert keys <= 31
    assert rows(shop, "SELECT complaint_class, demand FROM complaint") == [
        ("product", "compensation")
    ]


def test_a_severe_one_is_promised_and_saved_as_the_first_priority(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await front.press("down", "2")
        await front.shows("P2: first answer by ")
        await front.press("down")
        await type_text(front, "Glass in the bread")
        await front.press("down", "tab", "down", "down", "2")
        await front.until(lambda: form.values()["severity"] == "safety")
        await front.shows("P1: first answer by ")
        form.fill({"amount_claimed": "much"})
        await front.press("ctrl+s")
        await front.shows("! Write an amount such as 12.50.")
        form.fill({"amount_claimed": "100.00", "authority_ref": "12315-7", "batch_no": "L4"})
        await front.press("ctrl+s")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.shows("!P1", "!safety", "level 2", "100.00 CNY", "authority no. 12315-7")

    at_counter(shop, play, actor=clerk)


def test_a_crisis_asks_for_what_a_complaint_asks_for_and_shows_its_checklist(
    shop: Shop, clerk: Actor
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await front.press("down", "7")
        await front.shows("What about", "Severity", "P1: first answer by ")
        form.fill({"summary": "Gas smell", "severity": "safety"})
        await front.press("ctrl+s")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.shows("!P1", "!safety", "level 2")
        await front.press("t")
        await front.shows("Next: 5 steps of the checklist")

    at_counter(shop, play, actor=clerk)


def test_a_suggestion_of_nobody_came_through_the_box(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await front.press("down", "3")
        await front.until(lambda: form.values()["channel"] == "box")
        await front.press("left")
        await front.until(lambda: form.values()["channel"] == "counter")
        await front.press("right", "down")
        await type_text(front, "Open earlier")
        await front.press("ctrl+s")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT kind, channel, customer_id FROM ticket") == [
        ("suggestion", "box", None)
    ]


def test_whoever_comes_again_goes_on_in_the_open_ticket(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    open_one = case(shop, clerk, "Lid is loose", receipt_no=f"{sale.receipt_no}/1")

    async def play(front: Front) -> None:
        form = await intake(front)
        await type_text(front, f"{sale.receipt_no}/1")
        await front.shows(f"goes on in {open_one.no} (new), about the same")
        form.fill({"kind": "complaint", "summary": "Lid again", "body": "Now it fell off"})
        await front.press("ctrl+b")
        await front.reaches(AskStep)
        await front.press("ctrl+s")
        await front.shows("Now it fell off")

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT kind, text FROM ticket_event ORDER BY event_no") == [
        ("create", None),
        ("note", "Lid again\nNow it fell off"),
    ]


def test_x_says_what_is_due_when_and_how_that_was_counted(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = case(shop, clerk).no
    clock.forward(days=3)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows("first response: ", "late")
        await front.press("x")
        await front.reaches(Sheet)
        await front.shows(f"{no}: what is due when, and why", "Sat 8 Mar", "min", "Due 2025-03-")

    at_counter(shop, play, actor=clerk)


def test_the_checklist_is_ticked_by_digits_and_a_note_says_what_is_not_needed(
    shop: Shop, clerk: Actor
) -> None:
    draft = TicketDraft("complaint", "Rude", complaint=ComplaintDraft(severity="media"))
    no = do(shop, clerk, tickets.open_ticket, draft).no
    do(shop, clerk, tickets.take, no)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows("Next: 2 steps of the checklist (j).")
        await front.press("j")
        await front.reaches(Checklist)
        await front.press("1")
        await front.shows("1 [x]")
        await front.press("1")
        await front.shows("1 [ ]")
        await front.press("1")
        await front.shows("1 [x]")
        await front.press("down", "n")
        await front.reaches(AskStep)
        await front.press("ctrl+s")
        await front.shows("! Please fill this in.")
        await front.pilot.pause(0.35)  # a key that repeats submits once
        await type_text(front, "She has no telephone")
        await front.press("ctrl+s")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.shows("She has no telephone", "look into it")
        assert "of the checklist" not in front.text

    at_counter(shop, play, actor=clerk)


def test_details_are_changed_and_anybody_raises_it(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("e")
        await front.reaches(AskStep)
        await front.press("1", "down", "5", "ctrl+s")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.shows("apology", "what about: product")
        await step(front, "exclamation_mark", text="The press calls")
        await front.shows("!P1", "level 2")
        await front.press("exclamation_mark")
        assert isinstance(front.app.screen, TicketScreen)
        await step(front, "g", text="Shouts")
        await front.shows("level 3")
        await front.press("g")
        assert isinstance(front.app.screen, TicketScreen)

    at_counter(shop, play, actor=clerk)


def test_it_becomes_one_with_another_of_the_same_customer_by_digit(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    first = case(shop, clerk, "Lid", receipt_no=sale.receipt_no).no
    second = case(shop, clerk, "Lid again", receipt_no=sale.receipt_no).no

    async def play(front: Front) -> None:
        await look_at(front, second)
        await front.press("plus")
        await front.reaches(AskStep)
        await front.shows(f"1 {first} Lid")
        await front.press("1", "ctrl+s")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.shows(f"Goes on in {first}.")
        assert front.status == f"Goes on in {first}."  # nothing of taking it back: that is not done

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT no FROM ticket WHERE status = 'merged'") == [(second,)]


def test_goodwill_within_the_limit_is_granted_above_it_a_second_person_types_the_pin(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk).no
    do(shop, supervisor, staff.set_limit, "li", "50.00")

    async def play(front: Front) -> None:
        await look_at(front, no)
        await step(front, "q", text="50.00")
        await front.shows("within the own limit")
        await front.press("q")
        await front.reaches(AskStep)
        await front.press("1", "ctrl+s")
        await front.until(lambda: rows(shop, "SELECT status FROM compensation") == [("paid",)])
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.shows("50.00 CNY, cash")
        await front.press("q")
        await front.reaches(AskStep)
        await type_text(front, "0.01")
        await front.press("ctrl+s")
        await front.reaches(SecondPerson)
        await type_text(front, "sun")
        await front.press("enter")
        await type_text(front, PIN)
        await front.press("enter")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))
        await front.until(
            lambda: rows(shop, "SELECT status FROM compensation ORDER BY id")[1] == ("approved",)
        )

    at_counter(shop, play, actor=clerk)
    assert rows(
        shop,
        "SELECT s.login FROM compensation c JOIN staff s ON s.id = c.approver_id ORDER BY c.id",
    ) == [("li",), ("sun",)]


def test_a_decision_left_open_is_taken_later_with_the_second_persons_pin(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk).no
    do(shop, clerk, compensations.propose, no, amount_minor=9900, legal_base="goodwill")

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("q")
        await front.reaches(AskStep)
        await front.press("1", "ctrl+s")
        await front.reaches(SecondPerson)
        await type_text(front, "sun")
        await front.press("enter")
        await type_text(front, PIN)
        await front.press("enter")
        await front.until(lambda: isinstance(front.app.screen, TicketScreen))

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT status FROM compensation") == [("approved",)]


def test_a_kept_reply_is_put_into_the_note_filled_in(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = case(shop, clerk, receipt_no=sale.receipt_no).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("f")
        await front.reaches(AskStep)
        await type_text(front, "Written: ")
        await front.press("ctrl+b")
        await front.reaches(ActionMenu)
        await front.shows("We look into it")
        await front.press("2")
        await front.reaches(AskStep)
        ask = front.app.screen
        assert isinstance(ask, AskStep)
        note = ask.form.values()["note"]
        assert note.startswith("Written: Dear 王伟")
        assert no in note
        await front.press("ctrl+s")
        await front.shows("Dear 王伟")

    at_counter(shop, play, actor=clerk)


def test_it_is_handed_over_to_a_department_until_a_day(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await step(front, "a", "enter", *"2025-03-10", text="Workshop")
        await front.shows("department: Workshop", "hand-over: ")

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_keys_are_those_of_the_role(shop: Shop, clerk: Actor, pin_hash: str, role: Role) -> None:
    no = case(shop, clerk).no
    do(shop, clerk, complaints.investigate, no)
    actor = hire(shop, "xu", role, pin_hash)

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        works = role is Role.TECHNICIAN
        assert screen.check_action("step", ("propose",)) is works
        assert screen.check_action("step", ("compensate",)) is False
        assert screen.check_action("explain", ())
        await front.press("escape")
        await front.reaches(Home)

    at_counter(shop, play, actor=actor)
