"""Windows that an answer brings, when the hand is elsewhere by the time it comes."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import Any

import pytest

from counter import complaints, staff, tickets
from counter.complaint_details import ComplaintDraft
from counter.desk import Actor
from counter.shop import Shop
from models.errors import NotFound
from screens import steps, ticket_list, typeahead
from screens.checklist import Checklist
from screens.home import Home
from screens.sign_in import SignIn
from screens.staff import CodeShown, StaffScreen
from screens.ticket import TicketScreen
from screens.ticket_step import AskStep
from screens.tickets import Tickets
from screens.widgets.ask import Ask
from screens.widgets.confirm import Confirm
from screens.widgets.dialog import open_dialog
from screens.widgets.form import TextField
from screens.widgets.menu import ActionMenu
from screens.widgets.sheet import Sheet
from tests.screens.cases import case, type_text, work
from tests.screens.front import Front, at_counter


class Held:
    """An operation that waits in its thread until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        operation = getattr(module, name)
        self.began, self.goes_on = Event(), Event()

        def held(*args: Any, **more: Any) -> Any:
            self.began.set()
            assert self.goes_on.wait(20)
            return operation(*args, **more)

        monkeypatch.setattr(module, name, held)

    async def let_go(self, front: Front) -> None:
        """Let it go on, and wait for what it brings."""
        await front.until(self.began.is_set)
        self.goes_on.set()
        await front.app.workers.wait_for_complete()
        await front.pilot.pause()


async def lock(front: Front) -> None:
    front.app.lock()
    await front.reaches(SignIn)


async def marked(front: Front) -> None:
    """Every ticket of the list is marked and the menu of steps is open."""
    await front.press("f5")
    await front.reaches(Tickets)
    await front.shows("Pan")
    await front.press("space", "space", "b")
    await front.reaches(ActionMenu)


def failing(monkeypatch: pytest.MonkeyPatch) -> Held:
    """A bulk step that is held and then refuses every ticket."""

    def refuse(desk: Any, no: str, seen: int | None) -> Any:
        return staff.reset_pin(desk, "nobody")

    monkeypatch.setattr(steps, "take", refuse)
    return Held(monkeypatch, steps, "take")


def test_what_many_tickets_refused_is_not_shown_over_the_lock(
    shop: Shop, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for summary in ("Lid", "Pan"):
        case(shop, supervisor, summary)
    held = failing(monkeypatch)

    async def play(front: Front) -> None:
        await marked(front)
        await front.press("1")
        await front.until(held.began.is_set)
        await lock(front)
        await held.let_go(front)
        assert isinstance(front.app.screen, SignIn)
        assert "done" not in front.text
        await front.app.signed_in(supervisor)
        await front.reaches(Sheet)
        await front.shows("0 done, 2 not.")

    at_counter(shop, play, actor=supervisor)


def test_what_many_tickets_refused_is_not_shown_to_the_next_person(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for summary in ("Lid", "Pan"):
        case(shop, supervisor, summary)
    held = failing(monkeypatch)

    async def play(front: Front) -> None:
        await marked(front)
        await front.press("1")
        await front.until(held.began.is_set)
        await lock(front)
        await front.app.signed_in(clerk)
        await held.let_go(front)
        assert not isinstance(front.app.screen, Sheet)
        assert "0 done" not in front.text

    at_counter(shop, play, actor=supervisor)


def test_a_one_time_code_waits_behind_the_lock_for_who_asked_for_it(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, staff, "reset_pin")

    async def play(front: Front) -> None:
        front.app.action_go("staff")
        await front.reaches(StaffScreen)
        await front.shows(clerk.name)
        await front.press("r")
        await front.reaches(Confirm)
        await front.press("y")
        await front.until(held.began.is_set)
        await lock(front)
        await held.let_go(front)
        assert isinstance(front.app.screen, SignIn)
        await front.app.signed_in(supervisor)
        await front.reaches(CodeShown)

    at_counter(shop, play, actor=supervisor)


def test_a_window_that_comes_late_does_not_open_over_another_screen(
    shop: Shop, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = case(shop, supervisor, "Pan")
    held = Held(monkeypatch, staff, "colleagues")

    async def play(front: Front) -> None:
        front.app.open_ticket(head.no)
        await front.reaches(TicketScreen)
        await front.shows("Pan")
        await front.press("a")
        await front.until(held.began.is_set)
        await front.press("f5")
        await front.reaches(Tickets)
        await held.let_go(front)
        assert isinstance(front.app.screen, Tickets)

    at_counter(shop, play, actor=supervisor)


def test_a_window_whose_end_comes_behind_the_lock_closes_after_it(shop: Shop, clerk: Actor) -> None:
    answers: list[dict[str, str] | None] = []

    async def play(front: Front) -> None:
        goes_on, began = asyncio.Event(), asyncio.Event()

        async def check(_values: dict[str, str]) -> dict[str, str]:
            began.set()
            await goes_on.wait()
            return {}

        window = Ask("Why?", [TextField("why", "Why")], validate=check)
        open_dialog(front.app, window, answers.append)
        await front.reaches(Ask)
        await front.press("x")
        window.form.action_submit()
        await asyncio.wait_for(began.wait(), 10)
        front.app.lock()
        while not isinstance(front.app.screen, SignIn):  # the pilot would wait for the window
            await asyncio.sleep(0)
        await front.reaches(SignIn)
        goes_on.set()
        await front.pilot.pause()
        await front.pilot.pause()
        assert window in front.app._screen_stacks["home"]
        await front.app.signed_in(clerk)
        await front.until(lambda: answers == [{"why": "x"}])
        await front.reaches(Home)

    at_counter(shop, play, actor=clerk)


def test_a_tick_that_comes_after_the_checklist_was_closed_is_told_on_the_ticket(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    severe = ComplaintDraft(severity="media")
    head = case(shop, clerk, "Rude", complaint=severe)
    work(shop, clerk, lambda desk: tickets.take(desk, head.no))
    held = Held(monkeypatch, complaints, "check")
    monkeypatch.setattr(typeahead, "PATIENCE", 0.05)

    async def play(front: Front) -> None:
        screen = TicketScreen(head.no)
        await front.push(screen)
        await front.until(lambda: screen.looked is not None)
        await front.press("j")
        await front.reaches(Checklist)
        await front.press("1")
        await front.until(held.began.is_set)
        await front.press("escape")
        await front.reaches(TicketScreen)
        await held.let_go(front)
        await front.shows(f"Saved. {head.no}", "Next: 1 step of the checklist (j).")

    at_counter(shop, play, actor=clerk)


def test_why_it_is_due_then_does_not_open_over_the_lock(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(shop, clerk, "Pan")

    async def play(front: Front) -> None:
        await front.press("f5")
        await front.reaches(Tickets)
        await front.shows("Pan")
        held = Held(monkeypatch, ticket_list, "look")
        await front.press("x")
        await front.until(held.began.is_set)
        await lock(front)
        await held.let_go(front)
        assert isinstance(front.app.screen, SignIn)
        await front.app.signed_in(clerk)
        await front.reaches(Sheet)

    at_counter(shop, play, actor=clerk)


def test_a_conflict_is_told_though_the_store_cannot_be_read_again(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = case(shop, supervisor, "Pan")

    async def play(front: Front) -> None:
        screen = TicketScreen(head.no)
        await front.push(screen)
        await front.until(lambda: screen.looked is not None)
        await front.press("n")
        await front.reaches(AskStep)
        await type_text(front, "Is it here?")
        work(shop, supervisor, lambda desk: tickets.take(desk, head.no))

        def unreadable(_window: AskStep) -> None:
            raise NotFound("There is no ticket {no}.", no=head.no)

        monkeypatch.setattr(AskStep, "_look_again", unreadable)
        await front.press("ctrl+s")
        await front.shows("! ", supervisor.name, "Is it here?")
        assert isinstance(front.app.screen, AskStep)

    at_counter(shop, play, actor=clerk)
