from __future__ import annotations

from textual.app import ComposeResult

from counter.desk import Actor
from counter.handover import hand_over, notes
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from screens.frame import FramedScreen
from screens.handover import ShiftNotes
from screens.left_note import LeftNote
from tests.premises import Clock, rows
from tests.screens.front import Front, at_counter


class WithNote(FramedScreen):
    """A screen that shows what the last shift left."""

    def compose_body(self) -> ComposeResult:
        yield LeftNote()

    def store_changed(self) -> None:
        self.query_one(LeftNote).look()


def test_a_note_is_written_with_the_numbers_beside_it_and_stands_in_the_list(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft(kind="inquiry", summary="Nails?"))
    clock.forward(minutes=30)

    async def play(front: Front) -> None:
        await front.push(ShiftNotes())
        await front.shows("Nobody has left a note yet.")
        await front.press("n")
        await front.shows("Your shift since", "Newly opened", "Still open")
        await front.press(*"Milk is low", "ctrl+s")
        await front.shows("Noted for the next shift.", "Milk is low", "Li")

    at_counter(shop, play, actor=clerk)

    with shop.reading(clerk) as reading:
        (kept,) = notes(reading)
    assert (kept.text, kept.numbers.opened) == ("Milk is low", 1)
    assert rows(shop, "SELECT count(*) FROM draft") == [(0,)]


def test_whoever_signs_in_next_reads_the_note_on_one_line(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    with shop.writing(clerk) as desk:
        hand_over(desk, "Milk is low\n[red]order")

    async def play(front: Front) -> None:
        await front.push(WithNote())
        await front.shows("Li left a note at 10:00: Milk is low [red]order", "F9 shows all")

    at_counter(shop, play, actor=supervisor)


def test_one_s_own_note_is_not_shown_to_oneself(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        hand_over(desk, "Milk is low")

    async def play(front: Front) -> None:
        await front.push(WithNote())
        await front.app.workers.wait_for_complete()
        await front.pilot.pause()
        assert "left a note" not in front.text

    at_counter(shop, play, actor=clerk)


def test_what_is_being_read_stays_when_another_shift_leaves_its_note(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    for text in ("Milk is low", "The till sticks"):
        clock.forward(minutes=5)
        with shop.writing(clerk) as desk:
            hand_over(desk, f"{text}\nthe rest of: {text}")

    async def play(front: Front) -> None:
        screen = ShiftNotes()
        await front.push(screen)
        await front.shows("the rest of: The till sticks")
        await front.press("down")
        await front.shows("the rest of: Milk is low")
        clock.forward(minutes=5)
        with shop.writing(supervisor) as desk:
            hand_over(desk, "Key is under the mat")
        screen.store_changed()
        await front.shows("Key is under the mat", "the rest of: Milk is low")

    at_counter(shop, play, actor=clerk)


def test_the_list_of_notes_opens_from_more(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await front.press("f9")
        await front.shows("Hand over the shift")

    at_counter(shop, play, actor=clerk)
