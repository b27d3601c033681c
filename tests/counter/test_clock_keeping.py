"""The clocks of a ticket as rows: right after every step, and whatever the order of steps was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter import (
    complaints,
    follow_ups,
    merging,
    receiving,
    refunds,
    return_ways,
    tickets,
)
from counter.clock_building import BUILT_TO, build_all
from counter.clock_keeping import columns_of, derived
from counter.clock_levels import PORTION
from counter.complaint_details import ComplaintDraft
from counter.corrections import correct
from counter.desk import Actor
from counter.rules import complaint_case
from counter.service_moving import move, moving
from counter.service_versions import add_version, service_of
from counter.shop import Shop
from counter.tickets import TicketDraft
from counter.ticking import Ticked, tick
from counter.undoing import undo
from models.errors import ClockSetBack, Conflict, CounterError, NotAllowed
from models.terms import (
    ClockKind,
    ClockState,
    Role,
    TicketKind,
    TicketStatus,
)
from tests import claims
from tests.premises import Clock, Sale, hire, rows, sell, shop_at

# The shop's frozen morning is Saturday 8 March 2025, 10:00 in Shanghai: 02:00 UTC.


def do(shop: Shop, actor: Actor, step: Any) -> Any:
    with shop.writing(actor) as desk:
        return step(desk)


def clocks(shop: Shop, no: str) -> dict[str, tuple[Any, ...]]:
    """State, local due time, level and what comes next, by kind of clock."""
    found = rows(
        shop,
        "SELECT c.kind, c.state, c.due_at, c.level, c.next_level, c.leads FROM clock c "
        f"JOIN ticket t ON t.id = c.ticket_id WHERE t.no = '{no}' ORDER BY c.id",
    )
    return {kind: (state, local(due), *rest) for kind, state, due, *rest in found}


def local(stored: str | None) -> str | None:
    if stored is None:
        return None
    at = datetime.fromisoformat(stored).replace(tzinfo=UTC) + timedelta(hours=8)
    return f"{at:%a %H:%M}"


def opened(shop: Shop, actor: Actor, kind: str = "complaint", **draft: Any) -> str:
    return str(
        do(
            shop, actor, lambda desk: tickets.open_ticket(desk, TicketDraft(kind, "Leaks", **draft))
        ).no
    )


def test_a_complaint_gets_its_two_clocks_with_the_time_that_counts(
    shop: Shop, clerk: Actor
) -> None:
    no = opened(shop, clerk)

    assert clocks(shop, no) == {
        "first_response": ("running", "Sat 10:30", 0, 1, 1),
        "resolution": ("running", "Sat 18:00", 0, 1, 0),
    }
    assert rows(shop, "SELECT explanation FROM clock ORDER BY id") == [
        ('["2025-03-08 10:00-10:30 30"]',),
        ('["2025-03-08 10:00-18:00 480"]',),
    ]


def test_a_customer_with_a_care_flag_is_answered_one_step_faster(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    with shop.writing(clerk) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE customer SET care_flags = '[\"elderly\"]'"
        )
    no = opened(shop, clerk, customer_id=sale.customer_id)

    assert clocks(shop, no)["first_response"][1] == "Sat 10:15"
    assert clocks(shop, no)["resolution"][1] == "Sat 18:00"


def test_telling_the_customer_stops_the_first_clock_and_waiting_pauses_the_second(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    clock.forward(minutes=20)
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    do(shop, clerk, lambda desk: tickets.wait_for_customer(desk, no, "Which?", "2025-03-09"))

    assert clocks(shop, no)["first_response"][0] == ClockState.MET
    assert clocks(shop, no)["resolution"][:2] == ("paused", None)
    clock.forward(hours=2)
    do(shop, clerk, lambda desk: tickets.answer(desk, no))
    assert clocks(shop, no)["resolution"][:2] == ("running", "Sat 20:00")


def test_a_wait_ends_on_its_day_even_if_nobody_answers(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    do(shop, clerk, lambda desk: tickets.wait_for_customer(desk, no, "Which?", "2025-03-10"))
    clock.forward(days=1)
    assert tick(shop) == Ticked(levels=0)
    clock.forward(days=1)
    assert tick(shop).woken == (no,)

    assert rows(shop, "SELECT status, wake_on FROM ticket") == [("open", None)]
    assert clocks(shop, no)["resolution"][0] == ClockState.RUNNING


def test_a_raised_priority_makes_nothing_late_and_a_lowered_one_nothing_earlier(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk, "repair")
    assert clocks(shop, no)["first_response"][1] == "Sat 12:00"
    clock.forward(minutes=90)
    do(shop, supervisor, lambda desk: tickets.prioritise(desk, no, "P2", "Angry"))
    assert clocks(shop, no)["first_response"][1] == "Sat 12:00"  # 11:30 and half an hour
    do(shop, supervisor, lambda desk: tickets.prioritise(desk, no, "P4", "Calm again"))

    assert clocks(shop, no)["first_response"][1] == "Sun 10:00"
    assert clocks(shop, no)["resolution"][1] == "Thu 10:00"


def test_the_first_priority_is_the_supervisors_from_the_first_moment_on(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk, complaint=ComplaintDraft(severity="health"))

    assert rows(shop, "SELECT priority FROM ticket") == [("P1",)]
    assert clocks(shop, no)["resolution"] == ("running", "Sat 14:00", 2, 3, 0)
    assert rows(shop, "SELECT level, severity FROM complaint") == [(2, "health")]


def test_levels_are_written_once_by_whoever_comes_first_also_after_days(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    clock.forward(minutes=24)
    assert tick(shop).levels == 1
    assert clocks(shop, no)["first_response"] == ("running", "Sat 10:30", 1, 2, 1)
    clock.forward(days=3)
    other = shop_at(shop.places.home, clock)
    assert [tick(other).levels, tick(shop).levels, tick(other).levels] == [5, 0, 0]
    other.close()

    assert rows(
        shop,
        "SELECT json_extract(payload, '$.clock'), json_extract(payload, '$.level'), count(*) "
        "FROM ticket_event WHERE kind = 'level' GROUP BY 1, 2 ORDER BY 1, 2",
    ) == [
        *((ClockKind.FIRST_RESPONSE, level, 1) for level in (1, 2, 3)),
        *((ClockKind.RESOLUTION, level, 1) for level in (1, 2, 3)),
    ]
    assert rows(shop, "SELECT level FROM complaint") == [(3,)]
    assert rows(shop, "SELECT event_count FROM ticket") == [(7,)]


def test_a_level_is_nobodys_step_and_nobodys_typing_meets_it(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    head = do(shop, clerk, lambda desk: tickets.open_ticket(desk, TicketDraft("complaint", "x")))
    taken = do(shop, clerk, lambda desk: tickets.take(desk, head.no, seen=head.version))
    clock.forward(minutes=30)
    do(shop, clerk, lambda desk: tickets.note(desk, head.no, "Rang", seen=taken.version))
    assert tick(shop).levels == 2
    undone = do(shop, clerk, lambda desk: undo(desk, head.no))
    assert tick(shop).levels == 0
    again = do(shop, clerk, lambda desk: tickets.note(desk, head.no, "x", seen=undone.version))
    with pytest.raises(Conflict, match="note"):
        do(shop, clerk, lambda desk: tickets.take(desk, head.no, seen=undone.version))
    assert again.version == undone.version + 1


def test_a_breach_stays_on_record_when_the_target_is_widened_later(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    clock.forward(minutes=31)
    tick(shop)
    do(shop, supervisor, lambda desk: tickets.prioritise(desk, no, "P4", "Nothing of it"))
    do(shop, clerk, lambda desk: tickets.respond(desk, no))

    assert clocks(shop, no)["first_response"][:2] == ("breached", "Sun 10:00")


def test_what_is_reopened_has_at_least_the_first_response_target_left(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    clock.forward(hours=7, minutes=50)
    resolve: dict[str, Any] = {"outcome": "informed", "cause": "other", "liability": "none"}
    do(shop, clerk, lambda desk: tickets.resolve(desk, no, **resolve))
    assert clocks(shop, no)["resolution"][0] == ClockState.MET
    clock.forward(minutes=60)
    do(shop, clerk, lambda desk: tickets.reopen(desk, no, "Leaks again"))

    # ten minutes were left at 17:50 and it was resolved for an hour; from 18:50 half an hour counts
    assert clocks(shop, no)["resolution"][:2] == ("running", "Sat 19:20")


def test_a_hand_over_runs_until_it_is_taken_up(shop: Shop, clerk: Actor, supervisor: Actor) -> None:
    no = opened(shop, clerk)
    hand: dict[str, Any] = {"department": "Kitchen", "due_on": "2025-03-10"}
    do(shop, clerk, lambda desk: tickets.assign(desk, no, **hand))
    assert clocks(shop, no)["hand_over"][:2] == ("running", "Mon 21:00")
    do(shop, supervisor, lambda desk: tickets.take(desk, no))

    assert clocks(shop, no)["hand_over"][0] == ClockState.MET


def test_merging_keeps_both_numbers_and_the_earlier_opening(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    first = opened(shop, clerk, customer_id=sale.customer_id)
    clock.forward(hours=1)
    second = opened(shop, clerk, customer_id=sale.customer_id)
    do(shop, clerk, lambda desk: merging.merge(desk, first, second, "The same cooker"))

    assert {state for state, *_ in clocks(shop, first).values()} == {ClockState.MERGED}
    assert clocks(shop, second)["resolution"][1] == "Sat 18:00"
    assert rows(shop, "SELECT no, status FROM ticket ORDER BY id") == [
        (first, "merged"),
        (second, "new"),
    ]
    assert [clock[3] for clock in clocks(shop, first).values()] == [None, None]


def test_only_a_supervisor_merges_what_is_of_two_customers(
    shop: Shop, clerk: Actor, supervisor: Actor, sale: Sale
) -> None:
    first, second = opened(shop, clerk, customer_id=sale.customer_id), opened(shop, clerk)
    with pytest.raises(NotAllowed):
        do(shop, clerk, lambda desk: merging.merge(desk, first, second))
    assert do(shop, supervisor, lambda desk: merging.merge(desk, first, second)).no == second


def test_closing_plans_a_call_back_and_reopening_calls_it_off(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = closed(shop, clerk, opened(shop, clerk, customer_id=sale.customer_id))
    assert clocks(shop, no)["call_back"][:2] == ("running", "Tue 20:00")
    clock.forward(days=1)
    do(shop, clerk, lambda desk: tickets.reopen(desk, no, "Again"))

    assert clocks(shop, no)["call_back"][0] == ClockState.MET
    assert rows(shop, "SELECT status, ended_because IS NULL FROM follow_up") == [("cancelled", 0)]


def test_who_does_not_want_calls_is_not_called(shop: Shop, clerk: Actor, sale: Sale) -> None:
    with shop.writing(clerk) as desk:
        desk.session.connection().exec_driver_sql("UPDATE customer SET consent_contact = 0")
    closed(shop, clerk, opened(shop, clerk, customer_id=sale.customer_id))

    assert rows(shop, "SELECT count(*) FROM follow_up") == [(0,)]


def test_a_call_that_nobody_answers_is_tried_three_times(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = closed(shop, clerk, opened(shop, clerk, customer_id=sale.customer_id))
    stands = []
    for _call in range(3):
        clock.forward(days=1)
        stands.append(do(shop, clerk, lambda desk: follow_ups.record_call(desk, no, "no_answer")))

    assert stands == ["due", "due", "unreachable"]
    assert clocks(shop, no)["call_back"][0] in (ClockState.MET, ClockState.BREACHED)
    assert rows(shop, "SELECT count(*) FROM contact_attempt") == [(3,)]


def closed(shop: Shop, actor: Actor, no: str) -> str:
    resolve: dict[str, Any] = {"outcome": "informed", "cause": "other", "liability": "none"}
    for step in (
        lambda desk: tickets.take(desk, no),
        lambda desk: tickets.resolve(desk, no, **resolve),
        lambda desk: tickets.close(desk, no, informed=True),
    ):
        do(shop, actor, step)
    return no


# --- other targets --------------------------------------------------------------------------


def shorter(folder: Path) -> Path:
    """The shipped service times, with half the time for complaints."""
    from importlib import resources

    text = resources.files("data").joinpath("reference/service/default.toml").read_text("utf-8")
    path = folder / "shorter.toml"
    path.write_text(text.replace("480", "240").replace('name = "default"', 'name = "shorter"'))
    return path


def test_open_tickets_move_to_other_targets_on_order_only(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    before, over = opened(shop, clerk), opened(shop, clerk)
    do(shop, clerk, lambda desk: tickets.cancel(desk, over, "A mistake"))
    do(shop, supervisor, lambda desk: add_version(desk, str(shorter(tmp_path))))
    later = opened(shop, clerk)
    assert [clocks(shop, no)["resolution"][1] for no in (before, later)] == [
        "Sat 18:00",
        "Sat 14:00",
    ]
    with shop.reading(supervisor) as desk:
        (change,) = moving(desk, 2)
    assert (change.ticket_no, change.kind) == (before, ClockKind.RESOLUTION)
    assert [move(shop, supervisor, 2), move(shop, supervisor, 2)] == [1, 0]

    assert clocks(shop, before)["resolution"][1] == "Sat 14:00"
    assert clocks(shop, over)["resolution"][1] == "Sat 18:00"
    with pytest.raises(NotAllowed):
        move(shop, clerk, 2)


def test_a_store_of_an_older_program_gets_its_clocks_in_portions(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    numbers = [opened(shop, clerk, kind) for kind in ("complaint", "repair", "complaint")]
    kept = {no: clocks(shop, no) for no in numbers}
    with shop.writing(clerk) as desk:
        execute = desk.session.connection().exec_driver_sql
        execute("DELETE FROM clock")
        execute("DELETE FROM complaint")
        execute(f"INSERT INTO store_fact (name, value) VALUES ('{BUILT_TO}', '0')")
    assert build_all(shop) == 3

    assert {no: clocks(shop, no) for no in numbers} == kept
    assert rows(shop, "SELECT count(*) FROM complaint") == [(2,)]
    assert build_all(shop) == 0
    assert tick(shop) == Ticked()


# --- what ended, what was late, and what was taken back ---------------------------------------


def quicker(folder: Path) -> Path:
    """The shipped service times with five minutes for the first answer to a complaint."""
    text = shorter(folder).read_text("utf-8")
    path = folder / "quicker.toml"
    path.write_text(
        text.replace("first_response_min = 30", "first_response_min = 5").replace(
            'name = "shorter"', 'name = "quicker"'
        )
    )
    return path


RESOLVED: dict[str, Any] = {"outcome": "informed", "cause": "other", "liability": "none"}


def test_a_breach_is_on_record_though_nobody_looked_before_the_target_was_widened(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    clock.forward(minutes=31)  # and no tick
    do(shop, supervisor, lambda desk: tickets.prioritise(desk, no, "P4", "Nothing of it"))
    do(shop, clerk, lambda desk: tickets.respond(desk, no))

    assert clocks(shop, no)["first_response"][0] == ClockState.BREACHED


def test_a_late_solution_stays_late_when_it_is_reopened_and_solved_again_in_time(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    clock.forward(hours=8, minutes=1)
    do(shop, clerk, lambda desk: tickets.resolve(desk, no, **RESOLVED))
    clock.forward(minutes=10)
    do(shop, clerk, lambda desk: tickets.reopen(desk, no, "Again"))
    assert clocks(shop, no)["resolution"][:2] == ("running", "Sat 18:41")
    do(shop, clerk, lambda desk: tickets.resolve(desk, no, **RESOLVED))

    assert clocks(shop, no)["resolution"][0] == ClockState.BREACHED


def test_other_targets_do_not_judge_what_was_answered_before_them(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock, tmp_path: Path
) -> None:
    no = opened(shop, clerk)
    clock.forward(minutes=20)
    do(shop, clerk, lambda desk: tickets.respond(desk, no))
    before = clocks(shop, no)["first_response"]
    do(shop, supervisor, lambda desk: add_version(desk, str(quicker(tmp_path))))
    assert move(shop, supervisor, 2) == 1

    assert clocks(shop, no)["first_response"] == before
    assert rows(shop, "SELECT kind, service_version_no FROM clock ORDER BY kind") == [
        ("first_response", 1),
        ("resolution", 2),
    ]


def test_moving_to_other_targets_leaves_what_reopening_promised(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock, tmp_path: Path
) -> None:
    no = opened(shop, clerk)
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    clock.forward(hours=7, minutes=50)
    do(shop, clerk, lambda desk: tickets.resolve(desk, no, **RESOLVED))
    do(shop, clerk, lambda desk: tickets.reopen(desk, no, "Leaks again"))
    do(shop, supervisor, lambda desk: add_version(desk, str(shorter(tmp_path))))
    move(shop, supervisor, 2)

    assert clocks(shop, no)["resolution"][:2] == ("running", "Sat 18:20")


def test_moving_to_other_targets_is_nobodys_step_and_nobodys_typing_meets_it(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    head = do(shop, clerk, lambda desk: tickets.open_ticket(desk, TicketDraft("complaint", "x")))
    do(shop, supervisor, lambda desk: add_version(desk, str(shorter(tmp_path))))
    assert move(shop, supervisor, 2) == 1

    assert do(shop, clerk, lambda desk: tickets.note(desk, head.no, "Rang", seen=head.version))
    with shop.reading(clerk) as desk:
        assert desk.reader.one("SELECT event_count, version FROM ticket") == (3, head.version + 1)
    check_kept(shop, head.no)


def test_who_turns_out_to_need_care_is_answered_faster_but_not_late_at_once(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    with shop.writing(clerk) as desk:
        desk.session.connection().exec_driver_sql(
            "UPDATE customer SET care_flags = '[\"elderly\"]'"
        )
    no = opened(shop, clerk)
    clock.forward(minutes=25)
    fit: dict[str, Any] = {"customer_id": sale.customer_id, "text": "It was hers"}
    do(shop, clerk, lambda desk: correct(desk, no, **fit))
    assert clocks(shop, no)["first_response"][1] == "Sat 10:40"
    do(shop, clerk, lambda desk: undo(desk, no))

    assert clocks(shop, no)["first_response"][1] == "Sat 10:30"


def test_taking_the_first_priority_back_takes_its_level_back(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    before = clocks(shop, no)
    do(shop, clerk, lambda desk: complaints.raise_to_first(desk, no, "Somebody fell"))
    assert clocks(shop, no)["resolution"][2] == 2
    do(shop, clerk, lambda desk: undo(desk, no))

    assert clocks(shop, no) == before
    assert rows(shop, "SELECT level FROM complaint") == [(0,)]


def test_a_level_that_was_reached_is_not_written_again_with_the_first_priority(
    shop: Shop, clerk: Actor, supervisor: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    for level in ("P1", "P3", "P1"):
        do(shop, supervisor, lambda desk, level=level: tickets.prioritise(desk, no, level, "So"))

    assert rows(
        shop,
        "SELECT count(*) FROM ticket_event WHERE kind = 'level' AND payload LIKE '%\"level\": 2%'",
    ) == [(1,)]


def test_another_detail_does_not_raise_what_a_supervisor_lowered(
    shop: Shop, clerk: Actor, supervisor: Actor
) -> None:
    no = opened(shop, clerk, complaint=ComplaintDraft(severity="health"))
    do(shop, supervisor, lambda desk: tickets.prioritise(desk, no, "P3", "A hair, no harm"))
    do(shop, clerk, lambda desk: complaints.detail(desk, no, ComplaintDraft(batch_no="B7")))

    assert rows(shop, "SELECT priority FROM ticket") == [("P3",)]


def test_a_second_hand_over_reaches_its_levels_anew(shop: Shop, clerk: Actor, clock: Clock) -> None:
    no = opened(shop, clerk, "inquiry")
    hand: dict[str, Any] = {"department": "Kitchen", "due_on": "2025-03-08"}
    do(shop, clerk, lambda desk: tickets.assign(desk, no, **hand))
    clock.forward(days=1)
    tick(shop)
    assert clocks(shop, no)["hand_over"][2] >= 2
    clock.forward(minutes=1)
    do(shop, clerk, lambda desk: tickets.assign(desk, no, **{**hand, "due_on": "2025-03-10"}))
    assert clocks(shop, no)["hand_over"][1:4] == ("Mon 21:00", 0, 2)
    clock.forward(days=1, hours=11)
    tick(shop)

    assert clocks(shop, no)["hand_over"][2] == 2


def test_a_hand_over_for_today_after_closing_runs_until_midnight(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    clock.forward(hours=12)
    do(shop, clerk, lambda desk: tickets.assign(desk, no, department="IT", due_on="2025-03-08"))

    assert clocks(shop, no)["hand_over"][:2] == ("running", "Sun 00:00")


def test_a_hand_over_ends_merged_with_its_ticket(shop: Shop, clerk: Actor, sale: Sale) -> None:
    first = opened(shop, clerk, customer_id=sale.customer_id)
    second = opened(shop, clerk, customer_id=sale.customer_id)
    do(shop, clerk, lambda desk: tickets.assign(desk, first, department="A", due_on="2025-03-09"))
    do(shop, clerk, lambda desk: merging.merge(desk, first, second))

    assert {state for state, *_ in clocks(shop, first).values()} == {ClockState.MERGED}


def test_a_chain_of_merges_keeps_the_first_opening_and_the_first_priority(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    who: dict[str, Any] = {"customer_id": sale.customer_id}
    first = opened(shop, clerk, complaint=ComplaintDraft(severity="safety"), **who)
    clock.forward(minutes=10)
    second = opened(shop, clerk, **who)
    clock.forward(minutes=10)
    third = opened(shop, clerk, **who)
    do(shop, clerk, lambda desk: merging.merge(desk, first, second))
    do(shop, clerk, lambda desk: merging.merge(desk, second, third))

    assert clocks(shop, third)["resolution"] == ("running", "Sat 14:00", 2, 3, 0)
    assert rows(
        shop,
        "SELECT t.priority, c.severity, c.level FROM ticket t JOIN complaint c "
        f"ON c.ticket_id = t.id WHERE t.no = '{third}'",
    ) == [("P1", "safety", 2)]


def test_taking_a_reopening_back_plans_the_call_back_again(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = closed(shop, clerk, opened(shop, clerk, customer_id=sale.customer_id))
    do(shop, clerk, lambda desk: tickets.reopen(desk, no, "Wrong number typed"))
    do(shop, clerk, lambda desk: undo(desk, no))

    assert rows(shop, "SELECT status FROM follow_up ORDER BY id") == [
        ("cancelled",),
        ("scheduled",),
    ]


def test_a_call_that_nobody_answered_is_promised_anew_with_its_levels(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = closed(shop, clerk, opened(shop, clerk, customer_id=sale.customer_id))
    clock.forward(days=3, hours=12)
    tick(shop)
    assert clocks(shop, no)["call_back"][1:3] == ("Tue 20:00", 2)
    clock.forward(minutes=1)
    do(shop, clerk, lambda desk: follow_ups.record_call(desk, no, "no_answer"))
    assert clocks(shop, no)["call_back"][1:4] == ("Wed 20:00", 0, 2)
    clock.forward(days=1)
    tick(shop)

    assert clocks(shop, no)["call_back"][2] == 2


def test_no_call_is_noted_before_what_happened_last(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = closed(shop, clerk, opened(shop, clerk, customer_id=sale.customer_id))
    clock.forward(minutes=-5)
    with pytest.raises(ClockSetBack):
        do(shop, clerk, lambda desk: follow_ups.record_call(desk, no, "reached"))

    assert rows(shop, "SELECT attempts FROM follow_up") == [(0,)]


def test_what_was_changed_in_the_future_does_not_keep_a_tick_from_the_rest(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    ahead = [opened(shop, clerk) for _number in range(PORTION)]
    clock.forward(days=5)
    for no in ahead:
        do(shop, clerk, lambda desk, no=no: tickets.note(desk, no, "Typed with a wrong clock"))
    clock.forward(days=-5, minutes=1)
    late = opened(shop, clerk)
    clock.forward(minutes=40)
    assert tick(shop).levels == 2

    assert clocks(shop, late)["first_response"][2] == 2


def test_who_was_never_told_anything_is_still_to_be_answered_when_it_is_reopened(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk)
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    do(shop, clerk, lambda desk: tickets.resolve(desk, no, **RESOLVED))
    do(shop, clerk, lambda desk: tickets.close(desk, no, informed=False))
    assert clocks(shop, no)["first_response"][0] == ClockState.MET
    clock.forward(hours=1)
    do(shop, clerk, lambda desk: tickets.reopen(desk, no, "Nobody told them"))

    assert clocks(shop, no)["first_response"][:2] == ("running", "Sat 11:30")


def test_what_has_the_first_priority_is_the_supervisors_again_when_it_is_reopened(
    shop: Shop, clerk: Actor, clock: Clock
) -> None:
    no = opened(shop, clerk, "inquiry")
    do(shop, clerk, lambda desk: complaints.raise_to_first(desk, no, "Press"))
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    do(shop, clerk, lambda desk: tickets.resolve(desk, no, **RESOLVED))
    do(shop, clerk, lambda desk: tickets.reopen(desk, no, "Again"))

    assert clocks(shop, no)["resolution"][2:4] == (2, 3)
    assert tick(shop) == Ticked()


# --- returns ----------------------------------------------------------------------------------


def test_goods_are_waited_for_though_the_customer_answered_meanwhile(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = claims.approved(shop, clerk, claims.draft(sale.receipt_no, mode="mail"))
    do(shop, clerk, lambda desk: tickets.take(desk, no))
    assert clocks(shop, no)["resolution"][0] == ClockState.PAUSED
    do(shop, clerk, lambda desk: tickets.wait_for_customer(desk, no, "Sent?", "2025-03-10"))
    clock.forward(hours=1)
    do(shop, clerk, lambda desk: tickets.answer(desk, no))
    assert clocks(shop, no)["resolution"][0] == ClockState.PAUSED
    do(shop, clerk, lambda desk: tickets.wait_for_customer(desk, no, "Box?", "2025-03-10"))
    do(shop, clerk, lambda desk: receiving.receive(desk, no))
    assert clocks(shop, no)["resolution"][0] == ClockState.PAUSED
    do(shop, clerk, lambda desk: tickets.answer(desk, no))

    assert clocks(shop, no)["resolution"][0] == ClockState.RUNNING


def test_a_pick_up_that_was_put_off_in_time_is_not_late_whatever_happens_later(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = claims.approved(shop, clerk, claims.draft(sale.receipt_no, mode="pickup"))
    for day in ("2025-03-09", "2025-03-10"):
        slot = (f"{day} 14:00", f"{day} 16:00")
        do(shop, clerk, lambda desk, slot=slot: return_ways.schedule(desk, no, *slot))
    asked = "SELECT state, explanation FROM clock WHERE kind = 'appointment' ORDER BY id"
    put_off = ("met", '["2025-03-09 14:00 - 2025-03-09 16:00 120"]')
    agreed = '["2025-03-10 14:00 - 2025-03-10 16:00 120"]'
    assert rows(shop, asked) == [put_off, ("running", agreed)]
    clock.forward(days=2, hours=7)
    do(shop, clerk, lambda desk: tickets.note(desk, no, "They rang"))
    do(shop, clerk, lambda desk: receiving.receive(desk, no))

    assert rows(shop, asked) == [put_off, ("breached", agreed)]


def test_a_refund_that_failed_is_due_on_the_same_day_when_it_is_tried_again(
    shop: Shop, clerk: Actor, sale: Sale, clock: Clock
) -> None:
    no = claims.pending(shop, clerk, claims.draft(sale.receipt_no))
    before = clocks(shop, no)["refund"]
    do(shop, clerk, lambda desk: refunds.fail(desk, no, "Card refused"))
    assert clocks(shop, no)["refund"] == before
    clock.forward(days=1)
    do(shop, clerk, lambda desk: refunds.refund(desk, no))
    assert clocks(shop, no)["refund"] == before
    assert rows(shop, "SELECT count(*) FROM clock WHERE kind = 'refund'") == [(1,)]
    do(shop, clerk, lambda desk: refunds.settle(desk, no))

    assert clocks(shop, no)["refund"][0] == ClockState.MET


# --- whatever happens -----------------------------------------------------------------------

STEPS: list[Callable[[Any, str], object]] = [
    lambda desk, no: tickets.take(desk, no),
    lambda desk, no: tickets.respond(desk, no),
    lambda desk, no: tickets.wait_for_customer(desk, no, "?", desk.today + timedelta(days=2)),
    lambda desk, no: tickets.wait_for_third_party(desk, no, "?", desk.today + timedelta(days=9)),
    lambda desk, no: tickets.answer(desk, no),
    lambda desk, no: tickets.note(desk, no, "Rang"),
    lambda desk, no: tickets.prioritise(desk, no, "P1", "Now"),
    lambda desk, no: tickets.prioritise(desk, no, "P3", "Later"),
    lambda desk, no: tickets.assign(desk, no, department="Repair", due_on=desk.today),
    lambda desk, no: tickets.resolve(
        desk, no, outcome="unsettled", cause="other", liability="none"
    ),
    lambda desk, no: tickets.close(desk, no, informed=True),
    lambda desk, no: tickets.reopen(desk, no, "Again"),
    lambda desk, no: undo(desk, no),
    lambda desk, no: complaints.investigate(desk, no),
    lambda desk, no: complaints.propose(desk, no, "Another one"),
    lambda desk, no: complaints.dispute(desk, no, "No"),
    lambda desk, no: complaints.accept(desk, no),
    lambda desk, no: complaints.detail(desk, no, ComplaintDraft(severity="safety")),
    lambda desk, no: complaints.escalate(desk, no, "Loud"),
    lambda desk, no: complaints.mediate(desk, no, "12315"),
    lambda desk, no: complaints.raise_to_first(desk, no, "Press"),
    lambda desk, no: complaints.check(desk, no, "call_back"),
    lambda desk, no: tickets.cancel(desk, no, "A mistake"),
    lambda desk, no: correct(desk, no, customer_id=None, text="Nobody"),
    lambda desk, no: correct(desk, no, customer_id=1, text="Him after all"),
    lambda desk, no: follow_ups.record_call(desk, no, "no_answer"),
    lambda desk, no: merging.merge(desk, OTHER, no),
    lambda desk, no: merging.merge(desk, no, OTHER),
]
OTHER = "I-20250308-0001"
"""The number of an earlier inquiry of somebody else."""


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("step"), st.integers(0, len(STEPS) - 1)),
            st.tuples(st.just("pass"), st.integers(0, 3000)),
            st.tuples(st.just("tick"), st.just(0)),
        ),
        min_size=4,
        max_size=16,
    )
)
def test_what_is_kept_is_what_the_events_say_after_any_course(
    course: list[tuple[str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        clock = Clock()
        shop = shop_at(Path(folder) / "home", clock)
        try:
            sun, sale = hire(shop, "sun", Role.SUPERVISOR), sell(shop)
            with shop.writing(sun) as desk:
                desk.session.connection().exec_driver_sql(
                    "UPDATE customer SET care_flags = '[\"elderly\"]'"
                )
            assert opened(shop, sun, "inquiry") == OTHER
            clock.forward(minutes=7)
            no = opened(shop, sun, customer_id=sale.customer_id)
            for what, amount in course:
                clock.forward(minutes=amount if what == "pass" else 1)
                if what == "tick":
                    tick(shop)
                elif what == "step":
                    try:
                        with shop.writing(sun) as desk:
                            STEPS[amount](desk, no)
                    except CounterError:
                        pass
                check_kept(shop, no)
        finally:
            shop.close()


NAMES = (
    "kind subject state open leads started_at due_at order_at level next_level next_level_at "
    "service_version_no calendar_id explanation ended_at"
).split()


def check_kept(shop: Shop, no: str) -> None:
    """The rows of a ticket's clocks and complaint are what its events add up to."""
    with shop.writing(shop.system) as desk:
        from sqlmodel import select

        from counter.clock_keeping import history
        from models.clock import Clock as ClockRow
        from models.complaint import Complaint
        from models.ticket import Ticket

        ticket = desk.session.exec(select(Ticket).where(Ticket.no == no)).one()
        assert ticket.id is not None
        found = derived(
            desk.ask,
            desk.site,
            ticket.id,
            TicketKind(ticket.kind),
            TicketStatus(ticket.status),
        )
        said = {
            (clock.kind, clock.subject): columns_of(
                clock, service_of(desk.ask, clock.service_version_no)
            )
            for clock in found
        }
        kept = {
            (row.kind, row.subject): {name: getattr(row, name) for name in NAMES}
            for row in desk.session.exec(select(ClockRow).where(ClockRow.ticket_id == ticket.id))
        }
        assert kept == said
        assert sum(clock.leads for clock in found) == any(clock.open for clock in found)
        complaint = desk.session.exec(select(Complaint)).one()
        fold = complaint_case.fold(history(desk.ask, ticket.id))
        assert {name: getattr(complaint, name) for name in fold} == fold
