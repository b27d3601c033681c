from __future__ import annotations

from counter import drafts, tickets
from counter.desk import Actor
from counter.shop import Shop
from models.terms import TicketKind
from screens.asking import KeptAsk
from screens.ticket import TicketScreen
from screens.tickets import Tickets
from screens.widgets.menu import ActionMenu
from screens.widgets.sheet import Sheet
from tests.premises import rows
from tests.screens.cases import case, type_text, work
from tests.screens.front import Front, at_counter


async def ticket_list(front: Front, *summaries: str) -> Tickets:
    await front.press("f5")
    await front.reaches(Tickets)
    await front.shows(*summaries)
    screen = front.app.screen
    assert isinstance(screen, Tickets)
    return screen


async def choose(front: Front, words: str) -> None:
    """Open the menu of bulk steps and pick the one with these words."""
    await front.press("b")
    await front.reaches(ActionMenu)
    await front.shows(words)
    line = next(line for line in front.text.splitlines() if words in line)
    await front.press(line.split(words)[0].split()[-1])


def statuses(shop: Shop) -> dict[str, str]:
    return dict(rows(shop, "SELECT summary, status FROM ticket"))


def test_one_step_with_all_marked_tickets(shop: Shop, clerk: Actor) -> None:
    for summary in ("Lid", "Pan", "Pot"):
        case(shop, clerk, summary)

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid", "Pan", "Pot")
        await front.press("space", "space")
        await choose(front, "Take them")
        await front.until(lambda: front.status == "2 done.")

    at_counter(shop, play, actor=clerk)
    assert sorted(statuses(shop).values()) == ["new", "open", "open"]


def test_without_marks_it_is_the_ticket_under_the_cursor(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid")
        await choose(front, "Write the same note")
        await front.reaches(KeptAsk)
        await front.press("ctrl+s")
        await front.shows("Please fill this in.")
        await type_text(front, "Rang twice")
        await front.press("ctrl+s")
        await front.until(lambda: front.status == "1 done.")

    at_counter(shop, play, actor=clerk)
    assert ("Rang twice",) in rows(shop, "SELECT text FROM ticket_event")
    assert rows(shop, "SELECT count(*) FROM draft") == [(0,)]


def test_what_fails_fails_alone_is_told_by_row_and_stays_marked(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    heads = {summary: case(shop, clerk, summary) for summary in ("Lid", "Pan", "Pot")}
    for summary in ("Lid", "Pot"):
        no = heads[summary].no
        work(shop, clerk, lambda desk, no=no: tickets.take(desk, no))  # type: ignore[misc]

    async def play(front: Front) -> None:
        screen = await ticket_list(front, "Lid", "Pan", "Pot")
        await front.press("space", "space", "space")
        await choose(front, "Resolve them alike")
        await front.reaches(KeptAsk)
        # Meanwhile a colleague resolves one of them at another terminal.
        work(
            shop,
            supervisor,
            lambda desk: tickets.note(desk, heads["Pot"].no, "Looked at it"),
        )
        await front.press("1", "enter", "1", "enter", "1", "enter", "ctrl+s")
        await front.reaches(Sheet)
        await front.shows("1 done, 2 not.", heads["Pan"].no, "Sun changed", "Done")
        await front.press("escape")
        await front.until(lambda: len(screen.query_one("#tickets").marked) == 2)  # type: ignore[attr-defined]

    at_counter(shop, play, actor=clerk)
    assert statuses(shop) == {"Lid": "resolved", "Pan": "new", "Pot": "open"}


def test_a_wrong_field_is_said_in_the_window_and_nothing_is_done(shop: Shop, clerk: Actor) -> None:
    for summary in ("Lid", "Pan"):
        head = case(shop, clerk, summary)
        work(shop, clerk, lambda desk, no=head.no: tickets.take(desk, no))  # type: ignore[misc]

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid", "Pan")
        await front.press("space", "space")
        await choose(front, "Wait for the customers")
        await front.reaches(KeptAsk)
        await type_text(front, "Asked for the slip")
        await front.press("tab", "end", "ctrl+u")
        await type_text(front, "2020-01-01")
        await front.press("ctrl+s")
        await front.shows("Choose a day after today.")

    at_counter(shop, play, actor=clerk)
    assert set(statuses(shop).values()) == {"open"}


def test_typing_for_many_is_kept_like_any_other(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid")
        await choose(front, "Write the same note")
        await front.reaches(KeptAsk)
        await type_text(front, "Rang twice")
        await front.press("escape")
        await front.until(lambda: rows(shop, "SELECT form FROM draft") == [("bulk:note",)])
        await choose(front, "Write the same note")
        await front.shows("Rang twice")

    at_counter(shop, play, actor=clerk)


def test_undo_in_the_list_takes_back_the_last_step_of_this_counter(
    shop: Shop, clerk: Actor
) -> None:
    case(shop, clerk, "Lid", kind=TicketKind.SUGGESTION)

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid")
        await front.press("u")
        await front.until(lambda: "Nothing to take back" in front.status)
        await front.press("t")
        await front.until(lambda: "u takes it back" in front.status)
        await front.press("u")
        await front.until(lambda: "Taken back." in front.status)

    at_counter(shop, play, actor=clerk)
    assert statuses(shop) == {"Lid": "new"}


def test_undo_after_one_step_with_many_takes_back_each_of_them_and_nothing_else(
    shop: Shop, clerk: Actor
) -> None:
    for summary in ("Lid", "Pan", "Pot"):
        case(shop, clerk, summary)

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid", "Pan", "Pot")
        await front.press("end", "t")
        await front.until(lambda: "is yours" in front.status)
        await front.press("home", "space", "space")
        await choose(front, "Take them")
        await front.until(lambda: front.status == "2 done.")
        await front.press("u")
        await front.until(lambda: front.status == "2 taken back.")
        await front.press("u")
        await front.until(lambda: "Nothing to take back" in front.status)

    at_counter(shop, play, actor=clerk)
    assert sorted(statuses(shop).values()) == ["new", "new", "open"]


def test_undo_after_taking_the_next_gives_that_one_back(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid", kind=TicketKind.SUGGESTION)
    case(shop, clerk, "Pan", kind=TicketKind.COMPLAINT)

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid", "Pan")
        for _ticket in range(2):
            await front.press("n")
            await front.reaches(TicketScreen)
            await front.press("escape")
            await front.reaches(Tickets)
        await front.press("u")
        await front.until(lambda: "Taken back." in front.status)

    at_counter(shop, play, actor=clerk)
    assert statuses(shop) == {"Pan": "open", "Lid": "new"}


def test_a_draft_of_many_is_offered_where_they_are_marked(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")
    with shop.writing(clerk) as desk:
        drafts.save(desk, "bulk:note", {"note": "Rang twice"})

    async def play(front: Front) -> None:
        await front.until(lambda: "Ctrl+B" in front.status)
        await front.press("ctrl+b")
        await front.reaches(Tickets)
        await front.shows("Lid")
        await choose(front, "Write the same note")
        await front.shows("Rang twice")

    at_counter(shop, play, actor=clerk)
