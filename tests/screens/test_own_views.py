from __future__ import annotations

from counter import saved_views
from counter.desk import Actor
from counter.shop import Shop
from models.terms import TicketOrder, TicketView
from screens.asking import KeptAsk
from screens.widgets.menu import ActionMenu
from tests.premises import rows
from tests.screens.cases import case, type_text
from tests.screens.front import Front, at_counter
from tests.screens.test_bulk import ticket_list


async def pick(front: Front, words: str) -> None:
    await front.press("v")
    await front.reaches(ActionMenu)
    await front.shows(words)
    line = next(line for line in front.text.splitlines() if words in line)
    await front.press(line.split(words)[0].split()[-1])


def test_the_list_as_it_stands_is_kept_and_comes_back_by_a_digit(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid is loose")
    case(shop, clerk, "Pan is bent")

    async def play(front: Front) -> None:
        screen = await ticket_list(front, "Lid", "Pan")
        await front.press("7", "slash")
        await type_text(front, "lid")
        await front.press("enter")
        await front.until(lambda: "Pan is bent" not in front.text)
        await pick(front, "Keep the list as it stands now")
        await front.reaches(KeptAsk)
        await front.press("ctrl+s")
        await front.shows("Please fill this in.")
        await type_text(front, "All lids")
        await front.press("ctrl+s")
        await front.until(lambda: front.status == "Kept: All lids.")
        await front.shows("8 All lids")
        await front.press("1")
        await front.press("escape")
        await front.shows("Pan is bent")
        await front.press("8")
        await front.shows("[8 All lids]")
        await front.until(lambda: "Pan is bent" not in front.text)
        assert screen.ticket_query.view is TicketView.ALL
        assert screen.ticket_query.text == "lid"

    at_counter(shop, play, actor=clerk)


def test_a_view_is_renamed_and_dropped(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        saved_views.save_view(desk, "Old", view=TicketView.ALL, order=TicketOrder.OLDEST)

    async def play(front: Front) -> None:
        await front.press("f5")
        await front.shows("8 Old")
        await pick(front, "Rename a view")
        await front.shows("1  Old")
        await front.press("1")
        await front.reaches(KeptAsk)
        await type_text(front, "er")
        await front.press("ctrl+s")
        await front.shows("8 Older")
        await pick(front, "Drop a view")
        await front.shows("1  Older")
        await front.press("1")
        await front.until(lambda: "Older" not in front.text.replace("Dropped: Older.", ""))

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT count(*) FROM saved_view") == [(0,)]


def test_a_view_that_another_terminal_drops_meanwhile_is_shown_once_more(
    shop: Shop, clerk: Actor
) -> None:
    with shop.writing(clerk) as desk:
        for name in ("Lids", "Pans"):
            saved_views.save_view(
                desk, name, view=TicketView.ALL, order=TicketOrder.OLDEST, text=name
            )

    async def play(front: Front) -> None:
        screen = await ticket_list(front, "8 Lids", "9 Pans")
        await front.press("v")
        await front.reaches(ActionMenu)
        with shop.writing(clerk) as desk:
            saved_views.forget_view(desk, "Lids")
        screen.read_own_views()
        await front.until(lambda: len(screen._own) == 1)
        await front.press("2")
        await front.until(lambda: screen.ticket_query.text == "Pans")

    at_counter(shop, play, actor=clerk)


def test_a_new_name_that_was_left_half_typed_renames_nothing(shop: Shop, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        saved_views.save_view(desk, "Lids", view=TicketView.ALL, order=TicketOrder.OLDEST)

    async def play(front: Front) -> None:
        await ticket_list(front, "8 Lids")
        await pick(front, "Keep the list as it stands now")
        await front.reaches(KeptAsk)
        await type_text(front, "Pans")
        await front.press("escape")
        await pick(front, "Rename a view")
        await front.shows("1  Lids")
        await front.press("1")
        await front.reaches(KeptAsk)
        assert isinstance(front.app.screen, KeptAsk)
        assert front.app.screen.form.values() == {"name": "Lids"}

    at_counter(shop, play, actor=clerk)


def test_a_digit_without_a_view_says_how_to_keep_one(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid")
        await front.press("9")
        await front.until(lambda: "v keeps the list" in front.status)

    at_counter(shop, play, actor=clerk)


def test_views_are_one_s_own(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    with shop.writing(supervisor) as desk:
        saved_views.save_view(desk, "Hers", view=TicketView.ALL, order=TicketOrder.OLDEST)
    case(shop, clerk, "Lid")

    async def play(front: Front) -> None:
        await ticket_list(front, "Lid")
        await front.press("8")
        await front.until(lambda: "v keeps the list" in front.status)
        assert "Hers" not in front.text

    at_counter(shop, play, actor=clerk)
