"""The overdue board: what is late by how much, whatever its clock, and totals that are the list."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter import complaints, tickets
from counter.desk import Actor
from counter.exporting import export_recorded
from counter.list_files import export_overdue
from counter.overdue import NOBODY, Board, OverdueQuery, board, every_line, owner_called
from counter.overdue_paper import print_board
from counter.rules import overdue as rules
from counter.rules.calendars import Calendar, Window, working_time
from counter.rules.overdue import SOON
from counter.shop import Shop
from counter.telephones import telephone
from counter.ticking import tick
from counter.waiting_words import how_late, waits_for
from models.errors import NotAllowed, NotFound
from models.overdue_views import OpenClocks
from models.terms import ClockKind, Role, TicketKind
from tests.claims import TOWELS, draft, pending
from tests.lateness import Late, let_be_late
from tests.premises import MORNING, Clock, Sale, hire, rows

COUNTER = Calendar("Asia/Shanghai", ((Window(9 * 60, 21 * 60),),) * 7)


@pytest.fixture
def late(shop: Shop, clerk: Actor, sale: Sale, clock: Clock) -> Late:
    """It is three days later."""
    return let_be_late(shop, clerk, sale, clock)


def asked(shop: Shop, **query: Any) -> Board:
    with shop.reading(shop.system) as desk:
        return board(desk, OverdueQuery(**query))


def said(shop: Shop, found: Board) -> list[tuple[str, ClockKind, str]]:
    """Number, clock and what it waits for of each line."""
    with shop.reading(shop.system) as desk:
        return [
            (line.detail.no, line.row.clock, waits_for(line.row, line.detail))
            for line in every_line(desk, found.rows)
            if line.detail is not None
        ]


def test_every_clock_that_is_late_is_a_line_the_latest_first(shop: Shop, late: Late) -> None:
    found = asked(shop)
    assert said(shop, found) == [
        (late.complaint, ClockKind.FIRST_RESPONSE, "somebody to take it"),
        (late.complaint, ClockKind.RESOLUTION, "somebody to take it"),
        (late.taken, ClockKind.RESOLUTION, "an investigation"),
    ]
    assert [row.level for row in found.late] == [2, 2, 2]


def test_lateness_is_working_time_of_the_clocks_calendar(shop: Shop, late: Late) -> None:
    # Due on Saturday at 10:30 and 18:00; it is Tuesday, 10:00, and days have 12 hours.
    assert [how_late(row, MORNING + timedelta(days=3)) for row in asked(shop).late] == [
        "35 h 30", "28 h 00", "28 h 00",
    ]  # fmt: skip


def test_a_night_does_not_count_where_a_calendar_does(shop: Shop, late: Late, clock: Clock) -> None:
    clock.forward(hours=11)
    before = asked(shop).late[0].seconds
    clock.forward(hours=12)
    assert asked(shop).late[0].seconds == before


def test_what_falls_due_within_two_hours_stands_at_the_foot(
    shop: Shop, late: Late, clock: Clock
) -> None:
    clock.forward(hours=22, minutes=25)  # the inquiry is to be answered at ten on Wednesday
    found = asked(shop)
    (row,) = found.soon
    assert (row.clock, row.level, how_late(row, found.at)) == (
        ClockKind.FIRST_RESPONSE, 1, "in 1 h 35",
    )  # fmt: skip
    clock.forward(hours=2, seconds=1)
    assert asked(shop).soon == ()
    assert ClockKind.FIRST_RESPONSE in {row.clock for row in asked(shop).late[2:]}


def test_a_refund_is_late_by_the_time_on_the_wall(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale, clock: Clock
) -> None:
    no = pending(shop, clerk, draft(sale.receipt_no, TOWELS, "1"))
    clock.forward(days=40)
    found = asked(shop, about=ClockKind.REFUND)
    assert {kind for _no, kind, _waits in said(shop, found)} == {ClockKind.REFUND}
    due, seconds = found.late[0].due_at, found.late[0].seconds
    assert seconds == int((clock.now - due).total_seconds())
    assert {number for number, _kind, _waits in said(shop, found)} == {no}
    assert {waits for _no, _kind, waits in said(shop, found)} == {"the payment"}


def test_a_level_that_time_reached_shows_before_any_tick_wrote_it(shop: Shop, late: Late) -> None:
    assert rows(shop, "SELECT max(level) FROM clock") == [(0,)]
    assert asked(shop).levels.totals == ((2, 3),)
    tick(shop)
    assert asked(shop).levels.totals == ((3, 3),)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"about": TicketKind.COMPLAINT}, 3),
        ({"about": TicketKind.INQUIRY}, 0),
        ({"kind": TicketKind.COMPLAINT, "clock": ClockKind.FIRST_RESPONSE}, 1),
        ({"owner_id": NOBODY}, 2),
        ({"level": 2}, 3),
        ({"department": "Kitchen"}, 0),
    ],
    ids=str,
)
def test_a_filter_leaves_its_lines_and_counts_the_others(
    shop: Shop, late: Late, query: Mapping[str, Any], left: int
) -> None:
    found = asked(shop, **query)
    assert (len(found.late), found.hidden) == (left, 3 - left)


def test_a_filter_by_a_clerk_names_a_staff_number(shop: Shop, late: Late, clerk: Actor) -> None:
    with shop.reading(shop.system) as desk:
        assert owner_called(desk, "li") == clerk.id
        with pytest.raises(NotFound):
            owner_called(desk, "wang")
    assert [no for no, _kind, _waits in said(shop, asked(shop, owner_id=clerk.id))] == [late.taken]


def test_choices_go_on_beside_the_filter_that_is_set(shop: Shop, late: Late, clerk: Actor) -> None:
    found = asked(shop, owner_id=clerk.id)
    assert found.owners.totals == ((clerk.id, 1),)
    assert found.owners.choices == (NOBODY, clerk.id)


def test_the_line_goes_when_its_clock_ends(shop: Shop, late: Late, clerk: Actor) -> None:
    with shop.writing(clerk) as desk:
        tickets.take(desk, late.complaint)
    with shop.writing(clerk) as desk:
        tickets.respond(desk, late.complaint, "Sorry.")
    assert [kind for no, kind, _waits in said(shop, asked(shop)) if no == late.complaint] == [
        ClockKind.RESOLUTION
    ]


def test_what_a_complaint_waits_for_follows_its_steps(shop: Shop, late: Late, clerk: Actor) -> None:
    def waits() -> str:
        return next(text for no, _kind, text in said(shop, asked(shop)) if no == late.taken)

    with shop.writing(clerk) as desk:
        complaints.investigate(desk, late.taken)
    assert waits() == "a proposal"
    with shop.writing(clerk) as desk:
        complaints.propose(desk, late.taken, "A new lid.")
    assert waits() == "the customer's agreement"
    with shop.writing(clerk) as desk:
        complaints.accept(desk, late.taken)
    assert waits() == "what was agreed"


def test_a_customer_is_shown_short_and_the_telephone_only_when_asked(
    shop: Shop, late: Late, clerk: Actor
) -> None:
    with shop.reading(clerk) as desk:
        line = next(every_line(desk, board(desk).rows))
    assert line.detail is not None
    assert (line.detail.customer, line.detail.phone_end) == ("王*", "5678")
    with shop.writing(clerk) as desk:
        assert telephone(desk, late.complaint) == "138-0013-5678"
    audited = rows(
        shop, "SELECT actor, entity FROM audit_entry WHERE action = 'customer.phone_shown'"
    )
    assert audited == [("li", "customer")]
    with shop.writing(clerk) as desk, pytest.raises(NotFound):
        telephone(desk, late.inquiry)


def test_an_auditor_sees_the_board_and_no_telephone(shop: Shop, late: Late) -> None:
    auditor = hire(shop, "wu", Role.AUDITOR)
    with shop.reading(auditor) as desk:
        assert len(board(desk).late) == 3
    with shop.writing(auditor) as desk, pytest.raises(NotAllowed):
        telephone(desk, late.complaint)


def test_the_csv_holds_the_board_line_by_line(shop: Shop, late: Late, supervisor: Actor) -> None:
    query = OverdueQuery(owner_id=NOBODY)
    file = export_recorded(
        shop, supervisor, lambda desk, folder: export_overdue(desk, query, folder)
    )
    head, *lines = csv.reader(file.path.read_text(encoding="utf-8-sig").splitlines())
    assert [dict(zip(head, line, strict=True))["minutes late"] for line in lines] == [
        "2130",
        "1680",
    ]
    assert {line[head.index("ticket")] for line in lines} == {late.complaint}
    assert {line[head.index("customer")] for line in lines} == {"王*"}


def test_the_list_is_a_text_file_where_no_printer_is_set_up(
    shop: Shop, late: Late, supervisor: Actor
) -> None:
    path = print_board(shop, supervisor, OverdueQuery())
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert late.taken in text
    assert "35 h 30" in text
    assert rows(shop, "SELECT count(*) FROM audit_entry WHERE action = 'view.printed'") == [(1,)]


def test_the_list_goes_to_the_printer_that_is_set_up(
    shop: Shop, late: Late, supervisor: Actor, tmp_path: Path
) -> None:
    device = tmp_path / "lp0"
    device.touch()
    shop.settings = replace(shop.settings, printer=f"file:{device}")
    assert print_board(shop, supervisor, OverdueQuery()) is None
    assert late.taken.encode() in device.read_bytes()


# --- the rules alone ------------------------------------------------------------------------

CLOCK = st.tuples(
    st.integers(1, 10**6),
    st.sampled_from([str(kind) for kind in ClockKind]),
    st.sampled_from([str(kind) for kind in TicketKind]),
    st.sampled_from([None, 1]),
    st.integers(-10_000, 119).map(lambda minutes: MORNING + timedelta(minutes=minutes)),
    st.integers(0, 3),
    st.integers(0, 4),
    st.sampled_from([None, "Kitchen"]),
)


def columns(clocks: list[tuple[Any, ...]]) -> OpenClocks:
    """The clocks as they are read: a column each, by due time and key."""
    return OpenClocks(*zip(*sorted(clocks, key=lambda one: (one[4], one[0])), strict=True))


CLOCKS = st.lists(CLOCK, unique_by=lambda one: one[0], min_size=1, max_size=40).map(columns)
QUERIES = st.builds(
    OverdueQuery,
    about=st.sampled_from([None, *TicketKind, ClockKind.REFUND, ClockKind.CALL_BACK]),
    kind=st.sampled_from([None, None, *TicketKind]),
    clock=st.sampled_from([None, None, *ClockKind]),
    owner_id=st.sampled_from([None, None, 0, 1, 2]),
    department=st.sampled_from([None, None, "Kitchen"]),
    level=st.sampled_from([None, None, 0, 1, 2, 3]),
    soon=st.booleans(),
)


@given(CLOCKS, QUERIES)
def test_totals_are_those_of_the_list(clocks: OpenClocks, query: OverdueQuery) -> None:
    found = rules.board(clocks, query, MORNING, {1: working_time(COUNTER)})
    assert dict(found.kinds.totals) == Counter(row.about for row in found.late)
    assert dict(found.owners.totals) == Counter(row.owner_id for row in found.late)
    assert dict(found.levels.totals) == Counter(row.level for row in found.rows)
    everything = rules.board(
        clocks, OverdueQuery(soon=query.soon), MORNING, {1: working_time(COUNTER)}
    )
    assert len(found.rows) + found.hidden == len(everything.rows)


@given(CLOCKS)
def test_the_latest_stands_first_and_whatever_is_late_is_at_level_two_at_least(
    clocks: OpenClocks,
) -> None:
    found = rules.board(clocks, OverdueQuery(), MORNING, {1: working_time(COUNTER)})
    assert [row.seconds for row in found.late] == sorted(
        (row.seconds for row in found.late), reverse=True
    )
    assert [row.due_at for row in found.soon] == sorted(row.due_at for row in found.soon)
    assert all(row.level >= 2 for row in found.late)
    assert all(MORNING <= row.due_at < MORNING + SOON for row in found.soon)
    assert len(found.rows) == len(clocks.ids)


@given(CLOCKS, QUERIES)
def test_every_choice_of_a_filter_finds_something(clocks: OpenClocks, query: OverdueQuery) -> None:
    works = {1: working_time(COUNTER)}
    found = rules.board(clocks, query, MORNING, works)
    for name, facet in (
        ("about", found.kinds),
        ("owner_id", found.owners),
        ("level", found.levels),
    ):
        for choice in facet.choices:
            chosen = replace(query, **{name: choice})
            assert rules.board(clocks, chosen, MORNING, works).rows


@given(CLOCKS, st.lists(st.integers(-45, 45), max_size=4))
def test_rows_are_the_same_in_whatever_order_they_are_looked_at(
    clocks: OpenClocks, looks: list[int]
) -> None:
    works = {1: working_time(COUNTER)}
    whole = list(rules.board(clocks, OverdueQuery(), MORNING, works).late)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "_AT_ONCE", 1)
        late = rules.board(clocks, OverdueQuery(), MORNING, works).late
        for look in looks:
            assert late[look : look + 3] == tuple(whole[look : look + 3])
            assert late[:look] == tuple(whole[:look])
            if -len(whole) <= look < len(whole):
                assert late[look] == whole[look]
        assert list(late) == whole


def test_only_the_rows_that_are_looked_at_are_made() -> None:
    due = [MORNING - timedelta(hours=hours) for hours in range(1000, 0, -1)]
    clocks = columns(
        [(at, "resolution", "inquiry", None, one, 3, 0, None) for at, one in enumerate(due, 1)]
    )
    made: list[int] = []
    late = rules.board(clocks, OverdueQuery(), MORNING, {}).late
    assert isinstance(late, rules.LateRows)
    make = late._make
    late._make = lambda at: made.append(at) or make(at)  # type: ignore[func-returns-value]
    assert [row.id for row in late[:12]] == list(range(1, 13))
    assert len(made) == 100
