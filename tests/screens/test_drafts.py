from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from threading import Event

import pytest

from counter import drafts, language, tickets
from counter.desk import Actor, WritingDesk
from counter.intake import FORM
from counter.shop import Shop
from models.errors import StoreBusy
from screens.frame import FramedScreen, keep_typing
from screens.receipt import ReceiptScreen
from screens.sign_in import SignIn
from screens.ticket import TicketScreen
from screens.ticket_step import AskStep, draft_of_step
from screens.widgets.form import Form
from screens.widgets.menu import ActionMenu
from screens.widgets.statusline import StatusLine
from tests.premises import Sale, rows
from tests.screens.cases import busy, case, type_text, work
from tests.screens.front import Front, at_counter
from tests.screens.test_intake import intake


def kept(shop: Shop) -> list[tuple[str, dict[str, str]]]:
    """Every draft in the store: whose, and what."""
    found = rows(shop, "SELECT s.login, d.content FROM draft d JOIN staff s ON s.id = d.staff_id")
    return [(login, json.loads(content)) for login, content in found]


def test_what_is_typed_is_in_the_store_once_the_hand_rests(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "2", "down", *"Lid")
        await front.until(lambda: kept(shop))
        await front.shows("draft saved 10:00")

    at_counter(shop, play, actor=clerk)
    ((whose, content),) = kept(shop)
    assert whose == "li"
    assert {name: text for name, text in content.items() if text} == {
        "kind": "complaint",
        "summary": "Lid",
    }


@pytest.mark.parametrize("form", ["a ticket", "a return"])
def test_a_draft_that_is_kept_while_its_screen_goes_away_ends_nothing(
    shop: Shop, clerk: Actor, sale: Sale, form: str
) -> None:
    async def play(front: Front) -> None:
        if form == "a ticket":
            await intake(front)
            await front.press("down", "2", "down", *"Lid")
        else:
            await front.press("f4", *sale.receipt_no, "enter")
            await front.shows("Cotton towel")
            await front.press("enter", "2")
        await front.app.screen.query(StatusLine).remove()  # parts go before the screen does
        await front.until(lambda: kept(shop))
        await front.app.workers.wait_for_complete()

    at_counter(shop, play, actor=clerk)
    assert len(kept(shop)) == 1


def test_it_is_offered_and_back_after_a_power_cut(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    with shop.writing(clerk) as desk:
        drafts.save(desk, FORM, {"summary": "Lid", "kind": "complaint", "channel": "phone"})

    async def play(front: Front) -> None:
        await front.until(lambda: "You were writing a ticket" in front.status)
        form = await intake(front)
        await front.until(lambda: "is back. Ctrl+R clears it." in front.status)
        assert form.values()["summary"] == "Lid"
        assert form.values()["channel"] == "phone"
        await front.press("ctrl+r")
        await front.until(lambda: not kept(shop))

    async def as_another(front: Front) -> None:
        form = await intake(front)
        await front.app.workers.wait_for_complete()
        assert not form.values()["summary"]
        assert front.status == ""

    at_counter(shop, as_another, actor=supervisor)
    at_counter(shop, play, actor=clerk)


def test_a_receipt_chosen_first_takes_nothing_from_it(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.writing(clerk) as desk:
        drafts.save(desk, FORM, {"summary": "Lid", "about": "5678"})

    async def play(front: Front) -> None:
        await front.push(ReceiptScreen(sale.receipt_no))
        await front.shows("Cotton towel")
        await front.press("f2")
        await front.until(lambda: front.app.current_mode == "intake")
        await front.until(lambda: "is back" in front.status)
        values = front.app.screen.query_one(Form).values()
        assert values["summary"] == "Lid"
        assert values["about"] == f"{sale.receipt_no}/1"

    at_counter(shop, play, actor=clerk)


def test_saving_the_ticket_takes_the_draft_along(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        await front.press("down", "2", "down", *"Lid")
        await front.until(lambda: kept(shop))
        await front.press("s")
        await front.press("ctrl+s")  # the pause after the last key is not over
        await front.reaches(TicketScreen)
        assert not kept(shop)
        assert not form.values()["summary"]
        await front.pilot.pause(1.2)
        assert not kept(shop)

    at_counter(shop, play, actor=clerk)


def test_a_draft_that_is_late_does_not_come_back_after_its_ticket(shop: Shop, clerk: Actor) -> None:
    from screens.intake import Intake

    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"kind": "inquiry", "summary": "Lid"})
        screen = front.app.screen
        assert isinstance(screen, Intake)
        late = screen._draft.saving()
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)
        assert late() is False

    at_counter(shop, play, actor=clerk)
    assert not kept(shop)


def test_a_store_that_is_busy_gets_the_draft_later(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        front.app.shop.close()
        del front.app.shop.__dict__["store"]
        with busy(shop, monkeypatch):
            await front.press("down", "down", *"Lid")
            await front.until(lambda: "Another program is writing" in front.status)
        await front.until(lambda: kept(shop))

    at_counter(shop, play, actor=clerk)


def test_leaving_keeps_it_from_whatever_screen(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "down", *"Lid", "f5")
        await front.press("ctrl+q")

    at_counter(shop, play, actor=clerk)
    ((_, content),) = kept(shop)
    assert content["summary"] == "Lid"


def test_leaving_that_cannot_keep_it_asks_once(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "down", *"Lid")
        front.app.shop.close()
        del front.app.shop.__dict__["store"]
        with busy(shop, monkeypatch):
            await front.press("ctrl+q")
            await front.until(lambda: "What you were typing is not saved." in front.status)
            assert front.app.is_running
            await front.press("ctrl+q")
            await front.until(lambda: front.app._exit)

    at_counter(shop, play, actor=clerk)


def test_an_idle_counter_keeps_it_and_the_same_person_goes_on(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "down", *"Lid")
        settings = front.app.shop.settings
        front.app.shop.settings = replace(settings, lock_after_minutes=0)
        await front.reaches(SignIn)
        front.app.shop.settings = settings
        await front.until(lambda: kept(shop))
        assert "Lid" not in front.text
        await front.app.signed_in(clerk)
        await front.until(lambda: front.app.current_mode == "intake")
        assert front.app.screen.query_one(Form).values()["summary"] == "Lid"
        await front.press("ctrl+l")
        await front.reaches(SignIn)
        await front.app.signed_in(supervisor)
        assert not (await intake(front)).values()["summary"]
        await front.press("down", "down", *"Mine")
        await front.until(lambda: len(kept(shop)) == 2)

    at_counter(shop, play, actor=clerk)
    assert {whose: content["summary"] for whose, content in kept(shop)} == {
        "li": "Lid",
        "sun": "Mine",
    }


def test_a_screen_that_cannot_keep_its_typing_does_not_stop_the_next_one() -> None:
    kept: list[str] = []

    class Failing(FramedScreen):
        async def save_draft_now(self) -> None:
            raise StoreBusy("The store is busy.")

    class Keeping(FramedScreen):
        async def save_draft_now(self) -> None:
            kept.append("typed")

    error = asyncio.run(keep_typing([Failing(), Keeping()]))

    assert kept == ["typed"]
    assert isinstance(error, StoreBusy)


def test_another_language_waits_until_the_typing_can_be_kept(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        front.app.shop.close()
        del front.app.shop.__dict__["store"]
        with busy(shop, monkeypatch):
            await front.press("down", "down", *"Lid")
            await front.app.start_over("zh_CN")
            assert "Another program is writing" in front.status
        assert language.active() == "en"
        assert form.values()["summary"] == "Lid"
        await front.app.start_over("zh_CN")
        assert language.active() == "zh_CN"
        assert front.app.current_mode == "home"

    at_counter(shop, play, actor=clerk)
    assert [content["summary"] for _whose, content in kept(shop)] == ["Lid"]


def test_a_draft_that_a_busy_store_takes_late_is_whose_it_was(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = case(shop, clerk)
    began, goes_on, save = Event(), Event(), drafts.save

    def slow(desk: WritingDesk, form: str, content: dict[str, str]) -> None:
        began.set()
        assert goes_on.wait(20)
        save(desk, form, content)

    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "down", *"Lid")
        await front.until(lambda: kept(shop))
        await note_window(front, head.no)
        await type_text(front, "Rang twice")
        monkeypatch.setattr(drafts, "save", slow)
        front.app.lock()
        await front.reaches(SignIn)
        await front.until(began.is_set)
        await front.app.signed_in(supervisor)
        goes_on.set()
        await front.app.workers.wait_for_complete()

    at_counter(shop, play, actor=clerk)
    assert {whose for whose, _content in kept(shop)} == {"li"}
    assert forms(shop)[f"step:{head.no}:note"]["note"] == "Rang twice"


# --- the windows of a ticket's steps ----------------------------------------------------------


async def note_window(front: Front, no: str) -> AskStep:
    """The window for a note, open on its ticket."""
    await front.push(TicketScreen(no))
    await front.until(lambda: no in front.text)
    await front.press("n")
    await front.reaches(AskStep)
    window = front.app.screen
    assert isinstance(window, AskStep)
    return window


def forms(shop: Shop) -> dict[str, dict[str, str]]:
    """Every draft in the store by its name."""
    return {form: json.loads(said) for form, said in rows(shop, "SELECT form, content FROM draft")}


def test_a_hand_that_never_rests_is_kept_all_the_same(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        await intake(front)
        await front.press("down", "2", "down")
        while not kept(shop):  # a key every 60 ms, and no pause between them
            await front.press("L")

    at_counter(shop, play, actor=clerk)


def test_a_note_that_is_half_typed_is_offered_after_a_power_cut(shop: Shop, clerk: Actor) -> None:
    head = case(shop, clerk)
    name = draft_of_step(head.no, "note")

    async def play(front: Front) -> None:
        await note_window(front, head.no)
        await type_text(front, "The lid came off")
        await front.until(lambda: name in forms(shop))

    async def after(front: Front) -> None:
        await front.until(lambda: "Ctrl+B goes on with it" in front.status)
        assert head.no in front.status
        await front.press("ctrl+b")
        await front.reaches(AskStep)
        await front.shows("The lid came off")
        await front.press("ctrl+s")
        await front.until(lambda: not forms(shop))
        await front.shows("Saved.")

    at_counter(shop, play, actor=clerk)
    at_counter(shop, after, actor=clerk)
    assert ("The lid came off",) in rows(shop, "SELECT text FROM ticket_event")


def test_a_window_that_is_left_keeps_its_typing_in_the_store(shop: Shop, clerk: Actor) -> None:
    head = case(shop, clerk)

    async def play(front: Front) -> None:
        window = await note_window(front, head.no)
        await type_text(front, "The lid came off")
        await front.press("escape")
        await front.until(lambda: forms(shop))
        window = await note_window(front, head.no)
        assert window.form.values()["note"] == "The lid came off"
        await front.press("ctrl+r")
        assert window.form.values()["note"] == ""
        await front.until(lambda: not forms(shop))

    at_counter(shop, play, actor=clerk)


def test_what_became_of_a_draft_at_another_terminal_wins(shop: Shop, clerk: Actor) -> None:
    head = case(shop, clerk)
    name = draft_of_step(head.no, "note")

    async def play(front: Front) -> None:
        await note_window(front, head.no)
        await type_text(front, "Rang")
        await front.press("escape")
        await front.until(lambda: front.app.kept_typing.get(name))
        with shop.writing(clerk) as desk:
            drafts.save(desk, name, {"note": "Rang twice"})
        window = await note_window(front, head.no)
        await front.until(lambda: window.form.values()["note"] == "Rang twice")
        await front.press("escape")
        await front.until(lambda: front.app.kept_typing[name] == {"note": "Rang twice"})
        await front.app.workers.wait_for_complete()
        with shop.writing(clerk) as desk:
            drafts.forget(desk, name)
        window = await note_window(front, head.no)
        await front.until(lambda: window.form.values()["note"] == "")

    at_counter(shop, play, actor=clerk)


def test_typing_that_the_store_never_got_is_not_emptied_by_it(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = case(shop, clerk)

    def refused(desk: WritingDesk, form: str, content: dict[str, str]) -> None:
        raise StoreBusy("The store is busy.")

    async def play(front: Front) -> None:
        monkeypatch.setattr(drafts, "save", refused)
        await note_window(front, head.no)
        await type_text(front, "Rang")
        await front.press("escape")
        await front.until(lambda: "busy" in front.status)
        window = await note_window(front, head.no)
        await front.app.workers.wait_for_complete()
        assert window.form.values()["note"] == "Rang"

    at_counter(shop, play, actor=clerk)


def test_locking_keeps_what_is_typed_in_a_window(shop: Shop, clerk: Actor) -> None:
    head = case(shop, clerk)

    async def play(front: Front) -> None:
        await note_window(front, head.no)
        await type_text(front, "The lid came off")
        front.app.action_lock()
        await front.reaches(SignIn)
        await front.until(lambda: forms(shop))

    at_counter(shop, play, actor=clerk)


def test_words_for_a_step_that_became_impossible_can_be_a_note(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    head = case(shop, clerk)
    with shop.writing(clerk) as desk:
        drafts.save(desk, draft_of_step(head.no, "cancel"), {"note": "Typed by mistake"})
    work(shop, supervisor, lambda desk: tickets.take(desk, head.no))

    async def play(front: Front) -> None:
        await front.until(lambda: "Ctrl+B" in front.status)
        await front.press("ctrl+b")
        await front.reaches(AskStep)
        await front.shows("Typed by mistake", "Note")

    at_counter(shop, play, actor=clerk)


def test_of_several_drafts_one_is_chosen(shop: Shop, clerk: Actor) -> None:
    head = case(shop, clerk)
    with shop.writing(clerk) as desk:
        drafts.save(desk, draft_of_step(head.no, "note"), {"note": "Half a sentence"})
        drafts.save(desk, FORM, {"summary": "Lid"})

    async def play(front: Front) -> None:
        await front.until(lambda: "Ctrl+B" in front.status)
        await front.press("ctrl+b")
        await front.reaches(ActionMenu)
        await front.shows(head.no, "a new ticket")
        await front.press("1")
        await front.until(lambda: "Half a sentence" in front.text or "Lid" in front.text)

    at_counter(shop, play, actor=clerk)
