"""F5 as the queue: by due time, narrowed, worked on from the list, explained beside it."""

from __future__ import annotations

from functools import partial

from counter import complaints, lookup, tickets
from counter.complaint_details import ComplaintDraft
from counter.desk import Actor
from counter.shop import Shop
from counter.undoing import undo
from counter.words import label
from models.terms import TicketAction, TicketOrder, TicketView
from screens.beside import Beside
from screens.ticket import TicketScreen
from screens.ticket_step import AskStep
from screens.tickets import Tickets
from screens.widgets.ask import Ask
from screens.widgets.sheet import Sheet
from tests.premises import Clock, rows
from tests.screens.cases import case, type_text, work
from tests.screens.front import Front, at_counter
from tests.screens.test_bulk import choose
from tests.screens.test_tickets import shown, the_list


def burnt(shop: Shop, actor: Actor) -> str:
    """A complaint about safety."""
    said = ComplaintDraft(severity="safety", complaint_class="product", demand="refund")
    return case(shop, actor, "Rice cooker smells burnt", complaint=said).no


def test_complaints_come_first_and_k_shows_every_kind_and_back(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Towel", "return")
    case(shop, clerk, "Lid")
    burnt(shop, clerk)

    async def play(front: Front) -> None:
        table = await the_list(front)
        assert shown(table) == ["Rice cooker smells burnt", "Lid"], "what is due first on top"
        await front.shows("Only: complaints", "2 tickets, 1 hidden by the filter - due first")
        await front.press("k")
        await front.shows("All kinds", "3 tickets - due first")
        assert "Towel" in shown(table)
        await front.press("k")
        await front.shows("Only: complaints")
        await front.press("ctrl+f", "ctrl+t")
        await front.reaches(Tickets)

    at_counter(shop, play, actor=clerk)


def test_a_row_says_its_level_its_priority_and_how_late_it_is(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    case(shop, clerk, "Lid")
    waits = case(shop, clerk, "Pan").no
    work(shop, supervisor, lambda desk: tickets.take(desk, waits))
    work(shop, supervisor, lambda desk: tickets.respond(desk, waits))
    work(shop, supervisor, lambda desk: tickets.wait_for_customer(desk, waits, "?", "2025-03-11"))
    burnt(shop, clerk)
    clock.forward(minutes=25)

    async def play(front: Front) -> None:
        await the_list(front)
        burns, lid, pan = (
            next(line for line in front.text.splitlines() if word in line)
            for word in ("burnt", "Lid", "Pan")
        )
        assert " P1 " in burns
        assert "!!" in burns
        assert "0 h 10 late" in burns
        assert "in 0 h 05" in lid
        assert "nobody" in lid
        assert "waits until Tue" in pan
        assert "Sun" in pan

    at_counter(shop, play, actor=clerk)


def test_the_window_narrows_the_list_and_says_by_what(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")
    burnt(shop, clerk)

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("f")
        await front.reaches(Ask)
        await front.shows("[2 queue] 3 inquiry  4 complaint ", "Queue: complaint, suggestion, cr")
        await front.press("enter", "2", "ctrl+s")  # the second field: P1
        await front.reaches(Tickets)
        await front.shows("Only: complaints, P1", "1 ticket, 1 hidden by the filter")
        assert shown(table) == ["Rice cooker smells burnt"]
        await front.press("f")
        await front.reaches(Ask)
        window = front.app.screen
        assert isinstance(window, Ask)
        assert window.form.values()["priority"] == "P1"
        window.form.fill({"from": "yesterday"})
        await front.press("ctrl+s")
        await front.until(lambda: "2025-03-08" in window.form.fields["from"].error)
        await front.press("escape")
        await front.reaches(Tickets)
        await front.shows("Only: complaints, P1")

    at_counter(shop, play, actor=clerk)


def test_an_own_view_keeps_the_filter_and_the_order(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")
    burnt(shop, clerk)

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("f")
        await front.reaches(Ask)
        await front.press("enter", "2", "ctrl+s")
        await front.reaches(Tickets)
        await front.press("v")
        await front.shows("Keep the list as it stands now")
        await front.press("1")
        await front.reaches(Ask)
        await type_text(front, "Fire")
        await front.press("enter")
        await front.until(lambda: front.status == "Kept: Fire.")
        await front.press("k", "7")
        await front.press("8")
        await front.shows("[8 Fire]", "Only: complaints, P1")
        await front.until(lambda: shown(table) == ["Rice cooker smells burnt"])
        screen = front.app.screen
        assert isinstance(screen, Tickets)
        query = screen.ticket_query
        assert (query.view, query.order) == (TicketView.WORKING, TicketOrder.DUE)

    at_counter(shop, play, actor=clerk)


def test_beside_a_wide_list_stands_the_ticket_under_the_cursor(shop: Shop, clerk: Actor) -> None:
    burnt(shop, clerk)
    no = case(shop, clerk, "Lid").no

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.shows("severity: safety", "asks for: refund", "first response: in 0 h 15")
        await front.shows("Sat 8 Mar 10:00-10:15  15 min", "Next: take it (Enter, then t).")
        await front.press("down")
        await front.shows(f"{no}  P2  complaint  [new]")
        await front.until(lambda: "severity: safety" not in front.text)
        await front.pilot.resize_terminal(100, 30)
        await front.until(lambda: not front.app.screen.query_one(Beside).display)
        await front.pilot.resize_terminal(110, 30)
        await front.shows(f"{no}  P2  complaint")
        assert table.current is not None
        assert table.current.no == no

    at_counter(shop, play, actor=clerk, size=(120, 40))


def test_beside_the_list_stands_what_people_did_and_the_last_offer_with_its_amount(
    shop: Shop, clerk: Actor
) -> None:
    no = burnt(shop, clerk)
    for amount in ("20.00", "30.00"):
        work(shop, clerk, partial(complaints.propose, no=no, text="A new one", amount=amount))
    with shop.writing(clerk) as desk:
        undo(desk, no)
    with shop.reading(clerk) as reading:
        kinds = [event.kind for event in lookup.ticket(reading, no).events]
    assert TicketAction.LEVEL in kinds, "time did something, too"

    async def play(front: Front) -> None:
        await the_list(front)
        await front.shows("proposal: A new one (20.00 CNY)", "proposed  Li", "opened  Li")
        assert label(TicketAction.LEVEL) not in front.text

    at_counter(shop, play, actor=clerk, size=(120, 40))


def test_beside_the_list_a_complaint_names_its_own_next_step(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk, "Lid").no
    with shop.writing(clerk) as desk:
        tickets.take(desk, no)

    async def play(front: Front) -> None:
        await the_list(front)
        await front.shows("Next: tell the customer (Enter,", "look into it")

    at_counter(shop, play, actor=clerk, size=(120, 40))


def test_beside_the_list_the_next_step_has_the_key_of_the_key_map(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        front.app.set_keymap({"ticket.take": "f8"})
        await the_list(front)
        await front.shows("Next: take it (Enter, then F8).")

    at_counter(shop, play, actor=clerk, size=(120, 40))


def test_what_is_no_complaint_says_so_before_a_reason_is_typed(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk, "Nails?", "inquiry").no

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("k")
        await front.shows("Nails?")
        await front.press("exclamation_mark")
        await front.until(lambda: front.status == f"{no} is no complaint.")
        assert isinstance(front.app.screen, Tickets)

    at_counter(shop, play, actor=clerk)


def test_x_says_why_it_is_due_then(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    no = burnt(shop, clerk)

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("x")
        await front.reaches(Sheet)
        await front.shows(
            f"{no}: what is due when, and why",
            "resolution: 14:00 (in 4 h 00)",
            "Sat 8 Mar 10:00-14:00  240 min",
            "Due 2025-03-08 14:00.",
        )
        await front.press("escape")
        await front.reaches(Tickets)

    at_counter(shop, play, actor=clerk)


def test_a_step_from_the_list_goes_on_to_the_next_ticket(shop: Shop, clerk: Actor) -> None:
    first, second = (case(shop, clerk, name) for name in ("Lid", "Pan"))

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("o")
        await front.reaches(AskStep)
        await type_text(front, "Called twice")
        await front.press("ctrl+s")
        await front.reaches(Tickets)
        await front.until(lambda: front.status.startswith(f"Saved. {first.no}: new."))
        await front.until(lambda: table.current is not None and table.current.no == second.no)
        await front.press("w")
        await front.until(lambda: front.status == f"Not with {second.no}: it is 'new'.")
        await front.press("!")
        await front.reaches(AskStep)
        await type_text(front, "The press asks")
        await front.press("ctrl+s")
        await front.reaches(Tickets)
        await front.until(lambda: f"Saved. {second.no}" in front.status)
        await front.until(lambda: any(row.level == 1 for row in table.visible_rows))

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT text FROM ticket_event WHERE kind IN ('note', 'escalate')") == [
        ("Called twice",),
        ("The press asks",),
    ]


def test_a_second_person_at_the_same_ticket_is_told_and_keeps_the_typing(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk, "Lid").no

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("o")
        await front.reaches(AskStep)
        await type_text(front, "Seen by me")
        work(shop, supervisor, lambda desk: tickets.take(desk, no))
        await front.press("ctrl+s")
        await front.shows(f"! Sun changed {no} meanwhile: taken.")
        window = front.app.screen
        assert isinstance(window, AskStep)
        assert window.form.values()["note"] == "Seen by me"
        await front.pilot.pause(0.35)  # a key that repeats submits once
        await front.press("ctrl+s")
        await front.reaches(Tickets)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT kind FROM ticket_event ORDER BY event_no") == [
        ("create",),
        ("take",),
        ("note",),
    ]


def test_the_next_is_taken_within_what_is_shown(shop: Shop, clerk: Actor) -> None:
    burnt(shop, clerk)
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("f")
        await front.reaches(Ask)
        await front.press("enter", "3", "ctrl+s")  # the second field: P2
        await front.reaches(Tickets)
        await front.press("n")
        await front.reaches(TicketScreen)
        await front.shows("Lid", "owner: Li")
        await front.press("escape")
        await front.reaches(Tickets)
        await front.press("n")
        await front.until(lambda: front.status == "None of these is without an owner.")

    at_counter(shop, play, actor=clerk)


def test_handed_over_together_each_is_done_or_says_why_not(shop: Shop, clerk: Actor) -> None:
    gone = case(shop, clerk, "Lid").no
    case(shop, clerk, "Pan")

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("space", "space")
        await choose(front, "Hand them over")
        await front.reaches(Ask)
        window = front.app.screen
        assert isinstance(window, Ask)
        window.form.fill({"department": "Appliances", "due_on": "2025-03-10"})
        work(shop, clerk, lambda desk: tickets.cancel(desk, gone, "By mistake"))
        await front.press("ctrl+s")
        await front.reaches(Sheet)
        await front.shows("1 done, 1 not.", "Not done", gone, "Li changed")
        await front.press("escape")
        await front.until(lambda: len(shown(table)) == 1)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT summary FROM ticket WHERE department = 'Appliances'") == [("Pan",)]
    assert rows(shop, "SELECT state FROM clock WHERE kind = 'hand_over'") == [("running",)]


def test_lifted_together_what_is_no_complaint_says_so(shop: Shop, clerk: Actor) -> None:
    towel = case(shop, clerk, "Towel", "return").no
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("k")
        await front.shows("2 tickets")
        await front.press("space", "space")
        await choose(front, "Lift them one level")
        await front.reaches(Ask)
        await type_text(front, "The press asks")
        await front.press("ctrl+s")
        await front.reaches(Sheet)
        await front.shows("1 done, 1 not.", f"{towel} is no complaint.")

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT level FROM complaint") == [(1,)]
