"""Clocks that are set back and forward: nothing is out of order, nobody is locked out or let in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from counter import bulk_steps, drafts, tickets
from counter.bulk_steps import Chosen
from counter.desk import Actor
from counter.exporting import export_batch
from counter.shop import Shop
from counter.signin import CodeAccepted, choose_pin, sign_in
from counter.staff import StaffDraft, add_staff
from counter.undoing import undo, undoable
from models.errors import ClockSetBack, SignInRefused, WrongState
from screens.ticket_step import AskStep
from tests.counter.test_lifecycle import check
from tests.faults.judging import assert_whole
from tests.premises import PIN, Clock, rows
from tests.screens.cases import case, type_text, work
from tests.screens.front import Front, at_counter
from tests.screens.test_drafts import note_window

NEW_PIN = "706152"


def events(shop: Shop) -> list[tuple[object, ...]]:
    return rows(shop, "SELECT ticket_id, event_no, at, kind FROM ticket_event ORDER BY id")


def test_a_step_before_the_last_one_is_refused_with_both_times(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = case(shop, clerk).no
    before = events(shop)
    clock.forward(hours=-3)
    with pytest.raises(ClockSetBack) as refused:
        work(shop, clerk, lambda desk: tickets.note(desk, no, "Earlier"))

    assert str(refused.value) == (
        f"This computer's clock shows 2025-03-08 07:00, but {no} was changed at 2025-03-08 10:00. "
        "Nothing was saved. Set the clock and try again."
    )
    assert events(shop) == before
    clock.forward(hours=3)
    work(shop, clerk, lambda desk: tickets.note(desk, no, "At the same moment"))
    check(shop, no)
    assert_whole(shop)


def test_of_many_tickets_those_that_changed_later_are_told_and_the_others_go_on(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    early = case(shop, clerk).no
    clock.forward(hours=2)
    late = case(shop, clerk).no
    clock.forward(hours=-1)
    result = bulk_steps.apply_to_each(
        shop,
        clerk,
        [Chosen(late), Chosen(early)],
        lambda desk, no, _seen: tickets.take(desk, no),
    )

    assert [(row.no, type(row.error)) for row in result.rows] == [
        (late, ClockSetBack),
        (early, type(None)),
    ]
    assert_whole(shop)


def test_numbers_of_a_day_that_comes_twice_go_on_where_they_were(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    given = []
    for days in (0, -1, 0, 1, 0):
        clock.forward(days=days)
        given.append(case(shop, clerk).no)

    assert given == [
        "C-20250308-0001",
        "C-20250307-0001",
        "C-20250307-0002",
        "C-20250308-0002",
        "C-20250308-0003",
    ]
    assert_whole(shop)


def test_what_is_typed_stays_in_its_window_until_the_clock_is_right(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = case(shop, clerk).no

    async def play(front: Front) -> None:
        window = await note_window(front, no)
        await type_text(front, "The lid came off")
        clock.forward(days=-1)
        await front.press("ctrl+s")
        await front.shows("This computer's clock shows")
        assert isinstance(front.app.screen, AskStep)
        assert window.form.values()["note"] == "The lid came off"
        assert len(events(shop)) == 1
        clock.forward(days=1)
        await front.press("ctrl+s")
        await front.until(lambda: len(events(shop)) == 2)

    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT text FROM ticket_event WHERE kind = 'note'") == [
        ("The lid came off",)
    ]


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_the_counter_locks_by_idle_hands_and_not_by_the_clock(
    shop: Shop, clerk: Actor, clock: Clock, days: int
) -> None:
    async def play(front: Front) -> None:
        clock.forward(days=days)
        front.app._look_around()
        await front.press("f5")
        await front.until(lambda: front.app.current_mode == "tickets")
        assert front.app.is_signed_in

    at_counter(shop, play, actor=clerk)


def test_a_step_is_taken_back_within_a_minute_of_the_clock_that_it_was_taken_by(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = case(shop, clerk).no
    work(shop, clerk, lambda desk: tickets.take(desk, no))
    clock.forward(hours=-1)
    with shop.reading(clerk) as desk:
        assert undoable(desk, no) is None
    with pytest.raises(ClockSetBack):
        work(shop, clerk, lambda desk: undo(desk, no))
    clock.forward(hours=1, seconds=61)
    with pytest.raises(WrongState):
        work(shop, clerk, lambda desk: undo(desk, no))
    clock.forward(seconds=-1)
    work(shop, clerk, lambda desk: undo(desk, no))
    assert_whole(shop)


def test_a_code_given_before_the_clock_was_set_back_still_lets_its_owner_in_once(
    shop: Shop, supervisor: Actor, clock: Clock
) -> None:
    with shop.writing(supervisor) as desk:
        given = add_staff(desk, StaffDraft("wu", "Wu", "clerk"))
    assert given is not None
    code = given.code
    clock.forward(days=-2)
    assert sign_in(shop, "wu", code) == CodeAccepted("wu")
    choose_pin(shop, "wu", code, NEW_PIN)
    with pytest.raises(SignInRefused):
        sign_in(shop, "wu", code)
    clock.forward(days=30)
    with pytest.raises(SignInRefused):
        sign_in(shop, "wu", code)


@pytest.mark.parametrize("days", [-400, 400])
def test_whoever_has_a_pin_signs_in_whatever_the_clock_shows(
    shop: Shop, clerk: Actor, clock: Clock, days: int
) -> None:
    clock.forward(days=days)

    assert sign_in(shop, "li", PIN) == clerk


def test_a_draft_kept_before_the_clock_was_set_back_is_offered_and_goes_on(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    for text in ("Lid", "Lid is loose"):
        with shop.writing(clerk) as desk:
            drafts.save(desk, "intake", {"summary": text})
        clock.forward(days=-1)

    with shop.reading(clerk) as reading:
        (draft,) = drafts.drafts_of(reading)
    assert draft.content == {"summary": "Lid is loose"}


def test_everything_written_around_a_jump_leaves_at_night_once(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    left = []
    for hours in (0, -30, 55, -80):
        clock.forward(hours=hours)
        case(shop, clerk)
        left.append(export_batch(shop, shop.system).tables["ticket"])

    assert left == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Berlin", "Asia/Shanghai", "Pacific/Kiritimati"]
)
def test_summer_time_and_another_zone_put_nothing_out_of_order(
    shop: Shop, clerk: Actor, clock: Clock, zone: str
) -> None:
    """The hour that comes twice in Berlin and New York, and one that is left out."""
    for begins in (datetime(2025, 10, 25, 22, tzinfo=UTC), datetime(2026, 3, 8, 5, tzinfo=UTC)):
        clock.now = begins
        no = case(shop, clerk).no
        move_to(shop, zone)
        for _ in range(40):
            clock.forward(minutes=15)
            work(shop, clerk, lambda desk, no=no: tickets.note(desk, no, "Seen"))  # type: ignore[misc]
        move_to(shop, "Asia/Shanghai")
        work(shop, clerk, lambda desk, no=no: tickets.take(desk, no))  # type: ignore[misc]
        check(shop, no)
    times = [at for (at,) in rows(shop, "SELECT at FROM ticket_event ORDER BY id")]
    assert times == sorted(times)
    assert_whole(shop)


def move_to(shop: Shop, zone: str) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("UPDATE site SET tz = ?", (zone,))


def test_a_clock_that_runs_ahead_and_is_put_right_leaves_the_ticket_where_it_is(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    """Until the right time has come the ticket can be read, found and listed, not worked."""
    clock.forward(days=365)
    no = case(shop, clerk).no
    clock.now -= timedelta(days=365)

    async def play(front: Front) -> None:
        await front.press("f5")
        await front.shows(no, "Lid is loose")
        line = next(line for line in front.text.splitlines() if no in line)
        assert "by Sun 8 Mar" in line
        await front.press("enter")
        await front.shows("opened:")
        await front.press("t")
        await front.until(lambda: "This computer's clock shows" in front.text)

    at_counter(shop, play, actor=clerk)
    assert_whole(shop)
