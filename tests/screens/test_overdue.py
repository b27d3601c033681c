"""The overdue board at a real terminal, narrow and wide."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter import complaints, lookup, overdue, tickets
from counter.desk import Actor, ReadingDesk, WritingDesk
from counter.overdue import Board, OverdueQuery
from counter.shop import Shop
from models.terms import FollowUpStatus, Priority, Role, TicketKind
from screens.home import Home
from screens.overdue import Overdue
from screens.overdue_bars import Bar, bar_line
from screens.ticket import TicketScreen
from screens.widgets.paged_table import PagedTable
from tests.lateness import Late, let_be_late, opened
from tests.premises import Clock, Sale, hire, rows
from tests.screens.front import Front, at_counter

SIZES = [(80, 24), (120, 40)]


@given(
    st.lists(st.tuples(st.text("ab店员", min_size=1, max_size=24), st.integers(1, 5000))),
    st.integers(60, 160),
    st.integers(-1, 3),
)
def test_the_totals_end_on_their_line(
    totals: list[tuple[str, int]], width: int, chosen: int
) -> None:
    bars = [Bar(word, rows, at == chosen) for at, (word, rows) in enumerate(totals)]

    assert bar_line("kind", bars, width).cell_length <= width


@pytest.fixture
def late(shop: Shop, clerk: Actor, sale: Sale, clock: Clock) -> Late:
    """It is three days later."""
    return let_be_late(shop, clerk, sale, clock)


async def board(front: Front) -> Overdue:
    await front.press("f7")
    await front.reaches(Overdue)
    screen = front.app.screen
    assert isinstance(screen, Overdue)
    await front.until(lambda: screen.line is not None or (screen.board and not screen.board.rows))
    return screen


def in_sight(front: Front) -> list[str]:
    """The numbers in the list, from the top."""
    found = []
    for line in front.text.splitlines():
        found += [word for word in line.split() if word[:2] in ("C-", "I-") and len(word) == 15]
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_board_says_what_is_late_and_adds_it_up(
    shop: Shop, supervisor: Actor, late: Late, size: tuple[int, int]
) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.shows("3 late, 0 more within two hours", "worst 35 h 30", "renewed 10:00:00")
        await front.shows(late.complaint, late.taken, "!!!", "long overdue", "an investigation")
        assert in_sight(front) == [late.complaint, late.complaint, late.taken]
        kind, clerk = (
            next(line for line in front.text.splitlines() if line.strip().startswith(head))
            for head in ("kind ", "clerk ")
        )
        assert [word for word in kind.split() if "=" not in word] == ["kind", "complaint", "3"]
        assert [word for word in clerk.split() if "=" not in word] == [
            "clerk",
            "nobody",
            "2",
            "Li",
            "1",
        ]

    at_counter(shop, play, actor=supervisor, size=size)


def test_a_wide_terminal_shows_the_customer_too(shop: Shop, supervisor: Actor, late: Late) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.shows("王* 5678")
        assert "王伟" not in front.text

    at_counter(shop, play, actor=supervisor, size=(120, 40))


@pytest.mark.parametrize("key", ["f7", "ctrl+d"])
def test_it_opens_from_anywhere_and_leads_back(
    shop: Shop, supervisor: Actor, late: Late, key: str
) -> None:
    async def play(front: Front) -> None:
        await front.press("f2", "x")
        await front.press(key)
        await front.reaches(Overdue)
        await front.press("escape")
        await front.reaches(Home)

    at_counter(shop, play, actor=supervisor)


def test_each_total_is_a_filter_and_escape_ends_it(
    shop: Shop, supervisor: Actor, late: Late
) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.press("c")
        await front.shows("2 late", "only nobody", "1 hidden")
        assert in_sight(front) == [late.complaint, late.complaint]
        await front.press("c")
        await front.shows("1 late", "only Li", "2 hidden")
        assert in_sight(front) == [late.taken]
        await front.press("k")
        await front.shows("only complaint + Li")
        await front.press("escape")
        await front.shows("3 late")
        assert "hidden" not in front.text
        await front.press("escape")
        await front.reaches(Home)

    at_counter(shop, play, actor=supervisor)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_renews_itself_after_another_terminals_write_and_the_cursor_stays(
    shop: Shop, supervisor: Actor, clerk: Actor, late: Late, clock: Clock, size: tuple[int, int]
) -> None:
    async def play(front: Front) -> None:
        screen = await board(front)
        await front.press("down", "down")
        assert screen.line is not None
        kept = screen.line.id
        with shop.writing(clerk) as desk:
            tickets.respond(desk, late.complaint, "Sorry.")
        await front.until(lambda: screen.board and len(screen.board.late) == 2, seconds=10)
        await front.until(lambda: in_sight(front) == [late.complaint, late.taken])
        assert screen.line is not None
        assert screen.line.id == kept

    at_counter(shop, play, actor=supervisor, size=size)


def test_it_renews_itself_each_minute_by_the_clock(
    shop: Shop, supervisor: Actor, late: Late, clock: Clock
) -> None:
    async def play(front: Front) -> None:
        screen = await board(front)
        await front.press("down")
        assert screen.line is not None
        kept = screen.line.id
        clock.forward(minutes=1)
        await front.shows("worst 35 h 31", "renewed 10:01:00")
        assert screen.line is not None
        assert screen.line.id == kept

    at_counter(shop, play, actor=supervisor)


def cursors(front: Front) -> int:
    """How many rows look as if the keys were meant for them."""
    return sum(line.startswith(">") for line in front.text.splitlines())


def test_the_cursor_goes_on_to_what_falls_due_soon(
    shop: Shop, supervisor: Actor, late: Late, clock: Clock
) -> None:
    clock.forward(hours=22, minutes=25)

    async def play(front: Front) -> None:
        screen = await board(front)
        await front.shows("due soon", "in 1 h 35", "1 more within two hours")
        assert cursors(front) == 1
        await front.press("down", "down", "down")
        await front.until(lambda: screen.line and screen.line.detail)
        assert screen.line is not None
        assert screen.line.detail is not None
        assert screen.line.detail.no == late.inquiry
        await front.until(lambda: cursors(front) == 1)
        await front.press("up")
        await front.until(lambda: screen.query_one("#late").has_focus)
        await front.until(lambda: cursors(front) == 1)

    at_counter(shop, play, actor=supervisor)


def test_lines_in_sight_are_counted_anew_when_the_list_gets_less_room(
    shop: Shop, supervisor: Actor, late: Late
) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.shows("3 of 3 shown")
        table = front.app.screen.query_one("#late", PagedTable)
        table.styles.height = 3
        await front.shows("2 of 3 shown")
        table.styles.height = "1fr"
        await front.shows("3 of 3 shown")

    at_counter(shop, play, actor=supervisor)


def test_a_board_that_is_shown_again_is_read_only_where_somebody_wrote(
    shop: Shop, supervisor: Actor, clerk: Actor, late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    read = overdue.board

    def counted(desk: ReadingDesk, query: OverdueQuery) -> Board:
        reads.append(1)
        return read(desk, query)

    monkeypatch.setattr("screens.overdue.overdue.board", counted)

    async def play(front: Front) -> None:
        await board(front)
        await front.shows("3 late")
        assert len(reads) == 1
        await front.press("escape")
        await front.reaches(Home)
        await board(front)
        await front.shows("3 late")
        assert len(reads) == 1
        await front.press("escape")
        await front.reaches(Home)
        with shop.writing(clerk) as desk:
            tickets.respond(desk, late.complaint, "Sorry.")
        await front.press("f7")
        await front.shows("2 late")
        assert len(reads) > 1

    at_counter(shop, play, actor=supervisor)


def test_enter_opens_the_ticket(shop: Shop, supervisor: Actor, late: Late) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.press("enter")
        await front.reaches(TicketScreen)
        await front.shows(late.complaint)

    at_counter(shop, play, actor=supervisor)


def test_n_takes_and_a_assigns(shop: Shop, supervisor: Actor, clerk: Actor, late: Late) -> None:
    def owner(no: str) -> str | None:
        with shop.reading(shop.system) as desk:
            return lookup.ticket(desk, no).owner

    async def play(front: Front) -> None:
        await board(front)
        await front.press("n")
        await front.until(lambda: owner(late.complaint) == "sun")
        await front.shows("Saved.")
        await front.press("a", "1", "ctrl+s")
        await front.until(lambda: owner(late.complaint) == "li")

    at_counter(shop, play, actor=supervisor)


def test_an_exclamation_mark_lifts_a_complaint(shop: Shop, supervisor: Actor, late: Late) -> None:
    async def play(front: Front) -> None:
        await board(front)
        before = rows(shop, "SELECT level FROM complaint ORDER BY id LIMIT 1")[0][0]
        await front.press("exclamation_mark")
        await front.shows("Why does it go one level up?")
        await front.press(*"angry", "ctrl+s")
        if before < 3:
            await front.until(
                lambda: (
                    rows(shop, "SELECT level FROM complaint ORDER BY id LIMIT 1") == [(before + 1,)]
                )
            )
        else:
            await front.shows("It is with the store manager already.")

    at_counter(shop, play, actor=supervisor)


def test_an_exclamation_mark_gives_anything_else_the_first_priority(
    shop: Shop, supervisor: Actor, late: Late, clock: Clock
) -> None:
    clock.forward(days=9)

    async def play(front: Front) -> None:
        await board(front)
        await front.press("k", "k")
        await front.shows("only inquiry")
        await front.press("exclamation_mark")
        await front.shows("It becomes P1. Why does it come first?")
        await front.press(*"press", "ctrl+s")
        await front.until(
            lambda: (
                rows(shop, f"SELECT priority FROM ticket WHERE no = '{late.inquiry}'")
                == [(Priority.P1,)]
            )
        )
        await front.shows("P1: 1")

    at_counter(shop, play, actor=supervisor)


def test_a_call_shows_the_number_when_it_is_asked_for(
    shop: Shop, supervisor: Actor, late: Late
) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.press("t")
        await front.shows("138****5678")
        await front.press("ctrl+t")
        await front.shows("138-0013-5678")
        assert rows(
            shop, "SELECT actor FROM audit_entry WHERE action = 'customer.phone_shown'"
        ) == [("sun",)]
        await front.press("2", "ctrl+s")
        await front.until(lambda: _last_deed(shop, late.complaint) == (None, {"call": "no_answer"}))

    at_counter(shop, play, actor=supervisor)


def _last_deed(shop: Shop, no: str) -> tuple[str | None, Mapping[str, Any]]:
    with shop.reading(shop.system) as desk:
        last = lookup.ticket(desk, no).events[-1]
        return last.text, last.payload


def test_the_result_of_a_call_back_ends_it(
    shop: Shop, supervisor: Actor, clerk: Actor, late: Late, clock: Clock
) -> None:
    no = late.taken
    steps: tuple[Callable[[WritingDesk], object], ...] = (
        lambda desk: complaints.propose(desk, no, "A new lid."),
        lambda desk: complaints.accept(desk, no),
        lambda desk: complaints.perform(desk, no),
        lambda desk: tickets.resolve(
            desk, no, outcome="exchanged", cause="product", liability="supplier", text="Done."
        ),
        lambda desk: tickets.close(desk, no, informed=True),
    )
    for step in steps:
        with shop.writing(clerk) as desk:
            step(desk)
    clock.forward(days=5)

    async def play(front: Front) -> None:
        screen = await board(front)
        while "only call-back" not in front.text:
            await front.press("k")
        await front.until(
            lambda: screen.line and screen.line.detail and screen.line.detail.no == no
        )
        await front.press("t", "1", "ctrl+s")
        await front.until(
            lambda: rows(shop, "SELECT status FROM follow_up") == [(FollowUpStatus.DONE,)]
        )

    at_counter(shop, play, actor=supervisor)


def test_x_says_how_the_due_time_was_counted(shop: Shop, supervisor: Actor, late: Late) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.press("x")
        await front.shows("Sat 8 Mar 10:00-10:30  30 min", f"Every clock of {late.complaint}")

    at_counter(shop, play, actor=supervisor)


def test_e_writes_what_is_shown_as_csv(shop: Shop, supervisor: Actor, late: Late) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.press("c", "e")
        await front.until(lambda: "overdue-" in front.status)
        (path,) = (shop.places.exports / "views").glob("overdue-*.csv")
        lines = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert [line["ticket"] for line in lines] == [late.complaint, late.complaint]

    at_counter(shop, play, actor=supervisor)


def test_p_writes_a_text_file_where_there_is_no_printer(
    shop: Shop, supervisor: Actor, late: Late
) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.press("p")
        await front.until(lambda: "No printer is set up" in front.status)
        (path,) = (shop.places.exports / "views").glob("overdue-*.txt")
        assert late.taken in path.read_text(encoding="utf-8")

    at_counter(shop, play, actor=supervisor)


def test_an_auditor_may_look_and_take_along_and_change_nothing(shop: Shop, late: Late) -> None:
    auditor = hire(shop, "wu", Role.AUDITOR)

    async def play(front: Front) -> None:
        await board(front)
        await front.press("n", "a", "t", "exclamation_mark")
        assert isinstance(front.app.screen, Overdue)
        assert rows(shop, "SELECT count(*) FROM ticket WHERE owner_id IS NULL") == [(2,)]

    at_counter(shop, play, actor=auditor)


def test_the_title_says_on_every_screen_what_is_late_and_what_comes_first(
    shop: Shop, supervisor: Actor, clerk: Actor, sale: Sale, late: Late
) -> None:
    opened(shop, supervisor, TicketKind.CRISIS, sale, summary="Recall")

    async def play(front: Front) -> None:
        for key in ("f5", "f12", "f4", "f2", "f7"):
            await front.press(key)
            await front.shows("! 3 overdue", "!! P1: 1")

    at_counter(shop, play, actor=clerk)


def test_an_empty_board_says_so(shop: Shop, supervisor: Actor) -> None:
    async def play(front: Front) -> None:
        await board(front)
        await front.shows("Nothing is overdue.", "0 late")

    at_counter(shop, play, actor=supervisor)
