from __future__ import annotations

from collections.abc import Callable

import pytest

from counter import tickets
from counter.desk import Actor, WritingDesk
from counter.rules.lifecycle import possible_actions
from counter.shop import Shop
from counter.ticket_events import TicketHead
from models.terms import Role, TicketStatus
from screens.receipt import ReceiptScreen
from screens.steps import STEPS
from screens.ticket import TicketScreen
from screens.widgets.ask import Ask
from tests.premises import Clock, Sale, hire, rows
from tests.screens.cases import case, type_text, work
from tests.screens.front import Front, at_counter


async def look_at(front: Front, no: str) -> TicketScreen:
    screen = TicketScreen(no)
    await front.push(screen)
    await front.until(lambda: screen.ticket is not None)
    return screen


def status_of(shop: Shop, no: str) -> str:
    ((status,),) = rows(shop, "SELECT status FROM ticket WHERE no = :no", no=no)
    return str(status)


def keys(screen: TicketScreen) -> set[str]:
    """The steps that have keys now."""
    return {name for name in STEPS if screen.check_action("step", (name,))}


Step = Callable[[WritingDesk, str], TicketHead]

WAYS: dict[TicketStatus, list[Step]] = {
    TicketStatus.NEW: [],
    TicketStatus.OPEN: [tickets.take],
    TicketStatus.WAITING_CUSTOMER: [
        tickets.take,
        lambda desk, no: tickets.wait_for_customer(desk, no, "Asked", "2025-03-10"),
    ],
    TicketStatus.WAITING_THIRD_PARTY: [
        tickets.take,
        lambda desk, no: tickets.wait_for_third_party(desk, no, "Sent", "2025-03-10"),
    ],
    TicketStatus.RESOLVED: [
        tickets.take,
        lambda desk, no: tickets.resolve(
            desk, no, outcome="repaired", cause="product", liability="store"
        ),
    ],
    TicketStatus.CANCELLED: [lambda desk, no: tickets.cancel(desk, no, "By mistake")],
}


def bring_to(shop: Shop, actor: Actor, status: TicketStatus) -> str:
    head = case(shop, actor)
    for step in WAYS[status]:
        work(shop, actor, lambda desk, step=step: step(desk, head.no))  # type: ignore[misc]
    assert status_of(shop, head.no) == status
    return head.no


@pytest.mark.parametrize("status", list(WAYS))
def test_only_possible_steps_have_keys(
    shop: Shop, clerk: Actor, supervisor: Actor, status: TicketStatus
) -> None:
    no = bring_to(shop, supervisor, status)
    possible = possible_actions(status)

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        offered = keys(screen)
        for name in offered - {"answer"}:
            assert STEPS[name] in possible
        assert ("priority" in offered) == (
            STEPS["priority"] in possible and front.app.actor.role is Role.SUPERVISOR
        )
        for name in set(STEPS) - offered:
            binding = next(b for b in TicketScreen.BINDINGS if f"'{name}'" in b.action)  # type: ignore[union-attr]
            await front.press(binding.key)  # type: ignore[union-attr]
            assert front.app.screen is screen, name
        assert status_of(shop, no) == status

    at_counter(shop, play, actor=supervisor)
    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("role", [Role.AUDITOR])
def test_who_may_only_look_has_no_step(shop: Shop, clerk: Actor, pin_hash: str, role: Role) -> None:
    no = case(shop, clerk).no
    actor = hire(shop, "audit", role, pin_hash)

    async def play(front: Front) -> None:
        assert keys(await look_at(front, no)) == set()

    at_counter(shop, play, actor=actor)


def test_a_ticket_from_first_to_last_by_keys(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk).no

    async def note(front: Front, key: str, text: str) -> None:
        await front.press(key)
        await front.reaches(Ask)
        await type_text(front, text)
        await front.press("ctrl+s")

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("t")
        await front.until(lambda: front.status == f"Saved. {no}: open. u takes it back.")
        await note(front, "n", "Seen: lid does not close")
        await front.shows("Seen: lid does not close")
        await note(front, "f", "Told her we look at it")
        await front.shows("Told her we look at it")
        assert "First answer" not in front.text
        await note(front, "w", "Asked for the serial number")
        await front.until(lambda: "(b), by Tue 11 Mar" in front.text)
        await note(front, "b", "It is 4711")
        await front.until(lambda: "It is 4711" in front.text)
        await note(front, "s", "To the workshop")
        await front.until(lambda: "it comes back (b)" in front.text)
        await front.shows("b It came back")
        assert "Answer came" not in front.text
        await note(front, "b", "Back")
        await front.until(lambda: status_of(shop, no) == "open")
        await front.until(lambda: "Resolve" in front.text)
        await front.press("r")
        await front.reaches(Ask)
        await front.press("1", "enter", "1", "enter", "1", "enter", "tab", "enter")
        await front.until(lambda: status_of(shop, no) == "resolved")
        await front.until(lambda: "c Close" in front.text)
        await front.press("c")
        await front.reaches(Ask)
        await front.press("y", "enter", "tab", "enter")
        await front.until(lambda: status_of(shop, no) == "closed")
        await front.until(lambda: "o Reopen" in front.text)
        await note(front, "o", "Broke again")
        await front.until(lambda: status_of(shop, no) == "open")

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM ticket_event") == [(11,)]


def test_the_newest_event_stands_first(shop: Shop, clerk: Actor, clock: Clock) -> None:
    no = case(shop, clerk).no
    for text in ("first note", "second note"):
        clock.forward(minutes=5)
        work(shop, clerk, lambda desk, text=text: tickets.note(desk, no, text))  # type: ignore[misc]

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows("first note")
        text = front.text
        assert text.index("second note") < text.index("first note") < text.index("10:00  opened")

    at_counter(shop, play, actor=clerk)


def test_the_keys_of_the_longest_step_are_in_sight(shop: Shop, clerk: Actor) -> None:
    no = bring_to(shop, clerk, TicketStatus.OPEN)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("r")
        await front.shows("Liability", "[ Save ]", "Ctrl+R: clear.")

    at_counter(shop, play, actor=clerk)


def test_what_is_wrong_keeps_the_window_and_the_typing(shop: Shop, clerk: Actor) -> None:
    no = bring_to(shop, clerk, TicketStatus.OPEN)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("r")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        ask.form.fill({"note": "Lid replaced"})
        await front.press("ctrl+s")
        await front.until(lambda: ask.form.fields["outcome"].error)
        for field in ("outcome", "cause", "liability"):
            assert ask.form.fields[field].error == "Please choose one."
        assert front.app.focused is ask.form.fields["outcome"].control_widget
        assert ask.form.values()["note"] == "Lid replaced"
        assert front.app.screen is ask

    at_counter(shop, play, actor=clerk)


def test_a_clerk_who_names_no_department_is_told(shop: Shop, clerk: Actor) -> None:
    no = bring_to(shop, clerk, TicketStatus.OPEN)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("a")
        await front.reaches(Ask)
        await front.press("ctrl+s")
        await front.shows("! Name a colleague or a department.")
        await type_text(front, "Workshop")
        await front.press("ctrl+s")
        await front.shows("department: Workshop")

    at_counter(shop, play, actor=clerk)


def test_a_supervisor_gives_it_to_a_colleague_by_digit(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("a")
        await front.reaches(Ask)
        await front.press("1", "ctrl+s")
        await front.shows("owner: Li")

    at_counter(shop, play, actor=supervisor)


def test_the_priority_is_changed_with_a_reason(shop: Shop, supervisor: Actor) -> None:
    no = case(shop, supervisor).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("p")
        await front.reaches(Ask)
        await front.press("1", "ctrl+s")
        await front.shows("! Please fill this in.")
        await type_text(front, "The press has called")
        await front.press("ctrl+s")
        await front.shows("!P1", "The press has called")

    at_counter(shop, play, actor=supervisor)


def test_a_day_that_is_too_late_is_said_at_its_field(shop: Shop, clerk: Actor) -> None:
    no = bring_to(shop, clerk, TicketStatus.OPEN)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("w")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        ask.form.fill({"note": "Asked", "wake_on": "2026-01-01"})
        await front.press("ctrl+s")
        await front.until(lambda: "at most 7 days" in ask.form.fields["wake_on"].error)
        ask.form.fill({"wake_on": "soon"})
        await front.press("ctrl+s")
        await front.until(lambda: "2025-03-08" in ask.form.fields["wake_on"].error)
        assert ask.form.values()["note"] == "Asked"

    at_counter(shop, play, actor=clerk)


def test_a_colleagues_change_is_told_in_full_and_done_again_it_is_meant(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = bring_to(shop, clerk, TicketStatus.OPEN)

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("n")
        await front.reaches(Ask)
        await type_text(front, "Seen by me")
        work(shop, supervisor, lambda desk: tickets.note(desk, no, "Seen by Sun"))
        await front.press("ctrl+s")
        await front.shows(f"! Sun changed {no} meanwhile:", "Look at it and")
        ask = front.app.screen
        assert isinstance(ask, Ask)
        assert ask.form.values()["note"] == "Seen by me"
        await front.pilot.pause(0.35)  # a key that repeats submits once
        await front.press("ctrl+s")
        await front.shows("Seen by me", "Seen by Sun")

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT text FROM ticket_event WHERE kind = 'note' ORDER BY event_no") == [
        ("Seen by Sun",),
        ("Seen by me",),
    ]


def test_a_step_that_became_impossible_is_told_in_full(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("z")
        await front.reaches(Ask)
        await type_text(front, "By mistake")
        work(shop, supervisor, lambda desk: tickets.take(desk, no))
        await front.press("ctrl+s")
        await front.shows("Sun changed")
        await front.pilot.pause(0.35)
        await front.press("ctrl+s")
        await front.shows("that step is possible only from 'new'")
        assert isinstance(front.app.screen, Ask)

    at_counter(shop, play, actor=clerk)


def test_a_window_that_was_left_shows_its_typing_again(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    first, second = case(shop, clerk).no, case(shop, clerk).no

    async def typed(front: Front) -> str:
        await front.press("n")
        await front.reaches(Ask)
        ask = front.app.screen
        assert isinstance(ask, Ask)
        await front.until(lambda: ask.is_mounted)
        return ask.form.values()["note"]

    async def play(front: Front) -> None:
        await look_at(front, first)
        assert await typed(front) == ""
        await type_text(front, "Half a sen")
        await front.press("escape", "escape")
        await look_at(front, second)
        assert await typed(front) == ""
        await front.press("escape", "escape")
        await look_at(front, first)
        assert await typed(front) == "Half a sen"
        await type_text(front, "tence")
        await front.press("ctrl+s")
        await front.shows("Half a sentence")
        assert await typed(front) == ""
        await type_text(front, "Li's own")
        await front.press("escape")
        await front.press("ctrl+l")
        await front.app.signed_in(supervisor)
        await look_at(front, first)
        assert await typed(front) == ""

    at_counter(shop, play, actor=clerk)


def test_what_woke_up_is_marked(shop: Shop, clerk: Actor, clock: Clock) -> None:
    bring_to(shop, clerk, TicketStatus.WAITING_CUSTOMER)
    clock.forward(days=3)

    async def play(front: Front) -> None:
        await front.shows("woken up 1", "! wakes up")

    at_counter(shop, play, actor=clerk)


def test_the_receipt_is_a_key_away(shop: Shop, clerk: Actor, sale: Sale) -> None:
    no = case(shop, clerk, receipt_no=f"{sale.receipt_no}/2").no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.shows(f"{sale.receipt_no}, line 2")
        await front.press("v")
        await front.reaches(ReceiptScreen)
        await front.press("escape")
        await front.reaches(TicketScreen)

    at_counter(shop, play, actor=clerk)


def test_a_number_that_nothing_has_is_said(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.push(TicketScreen("C-19990101-0001"))
        await front.until(lambda: "There is no ticket C-19990101-0001." in front.status)
        await front.press("t", "n", "r")
        assert isinstance(front.app.screen, TicketScreen)

    at_counter(shop, play, actor=clerk)


# --- taking back, putting right ----------------------------------------------------------------


def test_one_s_own_last_step_is_taken_back_by_a_key(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        assert screen.check_action("undo", ()) is False
        await front.press("t")
        await front.until(lambda: screen.check_action("undo", ()))
        await front.press("u")
        await front.until(lambda: front.status == f"Taken back. {no}: new.")
        await front.shows("taken back")
        await front.until(lambda: screen.check_action("undo", ()) is False)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT status, owner_id FROM ticket") == [("new", None)]


def test_a_minute_later_there_is_no_such_key(shop: Shop, clerk: Actor, clock: Clock) -> None:
    no = case(shop, clerk).no
    work(shop, clerk, lambda desk: tickets.take(desk, no))

    async def play(front: Front) -> None:
        screen = await look_at(front, no)
        assert screen.check_action("undo", ())
        clock.forward(seconds=61)
        assert screen.check_action("undo", ()) is False

    at_counter(shop, play, actor=clerk)


def test_customer_and_receipt_are_put_right_with_a_reason(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("k")
        await front.reaches(Ask)
        await type_text(front, f"{sale.receipt_no}/2")
        await front.press("ctrl+s")
        await front.shows("Please fill this in.")
        await type_text(front, "Wrong slip scanned")
        await front.press("ctrl+s")
        await front.shows("Saved.", f"{sale.receipt_no}, line 2", "Wrong slip scanned")

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT customer_id FROM ticket") == [(sale.customer_id,)]


def test_a_customer_is_named_by_phone_and_an_unknown_one_is_refused(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.press("k")
        await front.reaches(Ask)
        await front.press("enter")
        await type_text(front, "4711")
        await front.press("enter", "enter")
        await type_text(front, "He called")
        await front.press("ctrl+s")
        await front.shows("No customer fits '4711'.")
        await front.press("end", "ctrl+u")
        await type_text(front, "5678")
        await front.press("ctrl+s")
        await front.until(
            lambda: rows(shop, "SELECT customer_id FROM ticket") == [(sale.customer_id,)]
        )

    at_counter(shop, play, actor=clerk)


def test_sentences_name_the_keys_of_the_key_map(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        front.app.set_keymap({"ticket.take": "g", "ticket.undo": "z"})
        await front.push(TicketScreen(no))
        await front.shows("Next: take it (g).")
        await front.press("g")
        await front.until(lambda: "z takes it back" in front.status)

    at_counter(shop, play, actor=clerk)


def test_while_a_window_is_open_the_bar_shows_its_keys(shop: Shop, clerk: Actor) -> None:
    no = case(shop, clerk).no

    def bar(front: Front) -> str:
        return front.text.splitlines()[-1]

    async def play(front: Front) -> None:
        await look_at(front, no)
        await front.until(lambda: "Note" in bar(front))
        await front.press("n")
        await front.reaches(Ask)
        await front.until(lambda: "Clear form" in bar(front))
        assert "Take" not in bar(front)
        assert "Help" in bar(front)
        await front.press("escape")
        await front.until(lambda: "Take" in bar(front))

    at_counter(shop, play, actor=clerk)
