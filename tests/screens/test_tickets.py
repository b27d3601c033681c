from __future__ import annotations

import asyncio
import csv
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from counter import tickets
from counter.desk import Actor
from counter.shop import Shop
from models.errors import StoreBusy
from models.terms import TicketView
from models.views import TicketRow
from screens.home import Home
from screens.ticket import TicketScreen
from screens.tickets import Tickets
from screens.widgets.paged_table import PagedTable
from tests.premises import rows
from tests.screens.cases import case, work
from tests.screens.front import Front, at_counter


async def the_list(front: Front) -> PagedTable[TicketRow]:
    await front.press("f5")
    await front.reaches(Tickets)
    table = front.app.screen.query_one("#tickets", PagedTable)
    await front.until(lambda: table.is_mounted and not table.is_reading)
    return table


def shown(table: PagedTable[TicketRow]) -> list[str]:
    return [row.summary for row in table.visible_rows]


def owner_of(shop: Shop, no: str) -> str | None:
    ((login,),) = rows(
        shop,
        "SELECT s.login FROM ticket t LEFT JOIN staff s ON s.id = t.owner_id WHERE t.no = :no",
        no=no,
    )
    return None if login is None else str(login)


def test_digits_choose_the_view(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    mine, others, ended = (case(shop, clerk, name) for name in ("Mine", "Others", "Ended"))
    case(shop, clerk, "Free")
    work(shop, clerk, lambda desk: tickets.take(desk, mine.no))
    work(shop, supervisor, lambda desk: tickets.take(desk, others.no))
    work(
        shop,
        supervisor,
        lambda desk: tickets.wait_for_customer(desk, others.no, "Asked", "2025-03-10"),
    )
    work(shop, clerk, lambda desk: tickets.cancel(desk, ended.no, "By mistake"))
    expected = {
        "1": {"Mine", "Others", "Free"},
        "2": {"Mine"},
        "3": {"Free"},
        "4": {"Others"},
        "5": set(),
        "6": set(),
        "7": {"Mine", "Others", "Free", "Ended"},
    }

    async def play(front: Front) -> None:
        table = await the_list(front)
        for digit, summaries in expected.items():
            await front.press(digit)
            await front.until(lambda: not table.is_reading)
            assert set(shown(table)) == summaries, digit
            await front.shows(f"[{digit} ")
        await front.press("5")
        await front.shows("No ticket in this view.", "0 tickets - ")

    at_counter(shop, play, actor=clerk)


def test_the_filter_counts_what_it_hides(shop: Shop, clerk: Actor) -> None:
    for summary in ("电饭煲不通电", "毛巾褪色", "Lid is loose"):
        case(shop, clerk, summary)

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("slash", *"毛巾")
        await front.shows("Filter > 毛巾", "1 ticket, 2 hidden by the filter")
        assert shown(table) == ["毛巾褪色"]
        await front.press("enter")
        await front.until(lambda: front.app.focused is table)
        await front.press("escape")
        await front.shows("3 tickets - ")
        assert "Filter >" not in front.text
        await front.press("slash")
        await front.press(*"lid", "down")
        await front.until(lambda: front.app.focused is table)
        await front.until(lambda: shown(table) == ["Lid is loose"])

    at_counter(shop, play, actor=clerk)


def test_sorting_says_by_what(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Urgent", "crisis")
    case(shop, clerk, "Newest", "suggestion")

    async def play(front: Front) -> None:
        table = await the_list(front)
        assert shown(table)[0] == "Urgent"
        seen = set()
        for _ in range(4):
            await front.press("s")
            await front.until(lambda: not table.is_reading)
            said = front.status.removeprefix("Sorted: ")
            await front.shows(f"2 tickets - {said}")
            seen.add(shown(table)[0])
        assert seen == {"Urgent", "Newest"}

    at_counter(shop, play, actor=clerk)


def test_the_heading_says_which_column_sorts(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.until(lambda: "due ^" in heading(front))
        await front.press("s")
        await front.until(lambda: heading(front).split()[0] == "prio")
        await front.until(lambda: "prio ^" in heading(front))
        await front.press("s")
        await front.until(lambda: "age v" in heading(front))
        await front.press("s")
        await front.until(lambda: "age ^" in heading(front))
        await front.press("s", "6")
        await front.until(lambda: not table.is_reading)
        assert "age ^" in heading(front), "nothing that is done is due"

    def heading(front: Front) -> str:
        return next(line for line in front.text.splitlines() if "ticket   " in line)

    at_counter(shop, play, actor=clerk)


def test_marks_are_counted_and_escape_takes_them_away_before_it_goes_back(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    heads = [case(shop, clerk, f"Number {at}") for at in range(4)]

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("space", "space")
        await front.shows("4 tickets", " - 2 marked")
        assert [row.no for row in table.marked] == [heads[0].no, heads[1].no]
        work(shop, supervisor, lambda desk: tickets.take(desk, heads[1].no))
        await front.until(lambda: [row.owner for row in table.marked] == [None, "sun"])
        await front.press("escape")
        await front.until(lambda: "marked" not in front.text)
        assert isinstance(front.app.screen, Tickets)
        await front.press("escape")
        await front.reaches(Home)

    at_counter(shop, play, actor=clerk)


def test_taking_keeps_the_cursor_in_the_list(shop: Shop, clerk: Actor) -> None:
    heads = [case(shop, clerk, f"Number {at}") for at in range(3)]

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("down", "t")
        await front.until(lambda: front.status == f"{heads[1].no} is yours. u takes it back.")
        assert table.current is not None
        assert table.current.no == heads[1].no
        assert owner_of(shop, heads[1].no) == "li"

    at_counter(shop, play, actor=clerk)


def test_taking_what_somebody_else_took_meanwhile_is_told(
    shop: Shop, clerk: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = case(shop, clerk)

    async def play(front: Front) -> None:
        monkeypatch.setattr(front.app, "_look_around", lambda: None)
        table = await the_list(front)
        old = table.current
        work(shop, supervisor, lambda desk: tickets.take(desk, head.no))
        assert table.current == old
        await front.press("t")
        await front.until(lambda: "Sun changed" in front.status)
        assert owner_of(shop, head.no) == "sun"

    at_counter(shop, play, actor=clerk)


def test_take_next_opens_the_most_urgent_of_nobody(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk, "Later", "suggestion")
    case(shop, clerk, "First", "crisis")

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("n")
        await front.reaches(TicketScreen)
        await front.shows("First", "owner: Li")
        await front.press("escape", "n")
        await front.shows("Later", "owner: Li")
        await front.press("escape", "n")
        await front.until(lambda: front.status == "None of these is without an owner.")
        await front.press("k", "n")
        await front.until(lambda: front.status == "Every open ticket has an owner.")

    at_counter(shop, play, actor=clerk)


def test_two_terminals_that_take_the_next_at_once_get_two_tickets(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    for at in range(2):
        case(shop, clerk, f"Number {at}")

    async def play(front: Front) -> None:
        async def other(there: Front) -> None:
            await the_list(there)
            await the_list(front)
            await asyncio.gather(front.pilot.press("n"), there.pilot.press("n"))
            await front.reaches(TicketScreen)
            await there.reaches(TicketScreen)

        await together(shop, other, supervisor)

    at_counter(shop, play, actor=clerk)
    assert sorted(rows(shop, "SELECT s.login FROM ticket t JOIN staff s ON s.id = t.owner_id")) == [
        ("li",),
        ("sun",),
    ]


async def together(shop: Shop, play: Callable[[Front], Awaitable[None]], actor: Actor) -> None:
    """A second terminal beside the one that runs."""
    from screens.app import CounterApp

    app = CounterApp(shop.places)
    async with app.run_test(size=(80, 24)) as pilot:
        there = Front(app, pilot)
        await there.until(app.opened.is_set)
        app.shop.clock = shop.clock
        await app.signed_in(actor)
        await there.until(lambda: app.current_mode == "home")
        await play(there)


def test_the_cursor_stays_on_its_ticket_while_others_work(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    heads = [case(shop, clerk, f"Number {at}", "suggestion") for at in range(5)]

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("down", "down")
        urgent = case(shop, supervisor, "Fire", "crisis")
        work(shop, supervisor, lambda desk: tickets.cancel(desk, heads[0].no, "By mistake"))
        await front.until(lambda: shown(table) == ["Fire", *(f"Number {at}" for at in range(1, 5))])
        assert table.current is not None
        assert table.current.no == heads[2].no
        await front.shows(urgent.no)

    at_counter(shop, play, actor=clerk)


def test_enter_opens_and_escape_comes_back_to_the_same_row(shop: Shop, clerk: Actor) -> None:
    for at in range(3):
        case(shop, clerk, f"Number {at}")

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("end", "enter")
        await front.reaches(TicketScreen)
        await front.shows("Number 2")
        await front.press("escape")
        await front.reaches(Tickets)
        assert front.app.focused is table
        assert table.position == 3

    at_counter(shop, play, actor=clerk)


def test_the_name_of_the_file_is_read_in_a_narrow_terminal(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("e")
        await front.until(lambda: "1 row:" in front.status)
        (file,) = (shop.places.exports / "views").iterdir()
        await front.shows(f"1 row: {file.name} in ")

    at_counter(shop, play, actor=clerk)


def test_the_first_mark_says_what_marks_are_for(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("space")
        await front.shows("b does one thing with all that are marked, Esc unmarks them.")
        await front.press("escape")
        await front.until(lambda: front.status == "")

    at_counter(shop, play, actor=clerk)


def test_the_bar_says_again_that_escape_goes_back_when_the_marks_are_gone(
    shop: Shop, clerk: Actor
) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        table = await the_list(front)
        await front.press("space")
        await front.until(lambda: "Esc Back" not in front.text)
        table.mark(())  # as after a step that was taken with all of them
        await front.shows("Esc Back")

    at_counter(shop, play, actor=clerk)


def test_what_was_said_of_one_view_does_not_stand_under_the_next(shop: Shop, clerk: Actor) -> None:
    case(shop, clerk)

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press("s")
        await front.until(lambda: front.status.startswith("Sorted: "))
        await front.press("7")
        await front.until(lambda: front.status == "")

    at_counter(shop, play, actor=clerk)


@pytest.mark.parametrize("view", ["1", "2", "7"])
def test_the_file_holds_the_rows_of_the_view(shop: Shop, clerk: Actor, view: str) -> None:
    for summary in ("=HYPERLINK(1)", "毛巾褪色"):
        head = case(shop, clerk, summary)
        work(shop, clerk, lambda desk, no=head.no: tickets.take(desk, no))  # type: ignore[misc]

    async def play(front: Front) -> None:
        await the_list(front)
        await front.press(view, "e")
        await front.until(lambda: "2 rows:" in front.status)

    at_counter(shop, play, actor=clerk)
    (file,) = (shop.places.exports / "views").iterdir()
    assert {row["about"].lstrip("'\t ") for row in read(file)} == {"=HYPERLINK(1)", "毛巾褪色"}


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_list_that_cannot_be_read_is_not_an_empty_one(
    shop: Shop, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(shop, clerk)

    def fail(*_: object) -> None:
        raise StoreBusy("The disk is gone.")

    async def play(front: Front) -> None:
        with monkeypatch.context() as broken:
            broken.setattr("counter.lookup.ticket_list", fail)
            await front.press("f5")
            await front.shows("The list could not be read. The disk is gone.")
            assert "The disk is gone." in front.status
            assert "0 tickets" not in front.text
            assert "No ticket in this view." not in front.text
        await front.press("7")
        await front.shows("Lid is loose", "1 ticket - ")

    at_counter(shop, play, actor=clerk)


def test_my_view_is_mine(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    head = case(shop, clerk, "Li's")
    work(shop, clerk, lambda desk: tickets.take(desk, head.no))

    async def play(front: Front) -> None:
        table = await the_list(front)
        screen = front.app.screen
        assert isinstance(screen, Tickets)
        screen.show(view=TicketView.MINE)
        await front.until(lambda: not table.is_reading)
        assert shown(table) == []

    at_counter(shop, play, actor=supervisor)
