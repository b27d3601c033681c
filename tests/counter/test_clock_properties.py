"""What holds of working time and clocks whatever the calendar, the zone and the pauses are."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from counter.rules.calendars import Calendar, Window, WorkingTime, always, working_time
from counter.rules.clock_answers import AnswerState, PriorityChange, Question, clock
from counter.rules.clock_lines import question_of
from counter.rules.clocks import Pause, due, later
from counter.service_versions import shipped_service
from models.errors import InvalidInput
from models.terms import ClockKind, ClockUnit

MINUTE: Final = timedelta(minutes=1)
CHANGES: Final = {
    "Europe/Berlin": (date(2025, 3, 30), date(2025, 10, 26)),
    "Australia/Lord_Howe": (date(2025, 4, 6), date(2025, 10, 5)),  # half an hour
    "America/Santiago": (date(2025, 4, 6), date(2025, 9, 7)),  # at midnight
    "America/Havana": (date(2025, 3, 9), date(2025, 11, 2)),  # at midnight and to midnight
    "Asia/Shanghai": (date(2025, 3, 30),),
}
"""Zones, and days on which their clocks change."""

WEEKS: Final[tuple[tuple[tuple[Window, ...], ...], ...]] = (
    ((Window(0, 1440),),) * 7,
    ((Window(0, 120), Window(1320, 1440)),) * 7,  # a night shift, cut at midnight
    ((Window(540, 720), Window(810, 1080)),) * 5 + ((),) * 2,
    ((Window(0, 150), Window(150, 1440)),) * 7,  # they meet in the hour that changes
    ((Window(130, 170),),) * 7,
)


def windows() -> st.SearchStrategy[tuple[Window, ...]]:
    edges = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True)
    return edges.map(sorted).map(
        lambda found: tuple(Window(*pair) for pair in zip(found[::2], found[1::2], strict=False))
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    tz = draw(st.sampled_from(sorted(CHANGES)))
    week = draw(st.sampled_from(WEEKS) | st.tuples(*[windows()] * 7))
    first = CHANGES[tz][0]
    near = st.integers(-3, 3).map(lambda days: first + timedelta(days))
    return Calendar(
        tz,
        week,
        draw(st.frozensets(near, max_size=2)),
        draw(st.frozensets(near, max_size=2)),
        tuple(draw(st.dictionaries(near, windows(), max_size=2)).items()),
    )


@st.composite
def moments(draw: st.DrawFn, calendar: Calendar) -> datetime:
    """A minute near a day on which the clocks change."""
    day = draw(st.sampled_from(CHANGES[calendar.tz]))
    minute = draw(st.integers(-2 * 1440, 3 * 1440))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingTime, datetime]:
    calendar = draw(calendars())
    return working_time(calendar), draw(moments(calendar))


@st.composite
def pauses(draw: st.DrawFn, start: datetime, most: int = 4) -> list[Pause]:
    found: list[Pause] = []
    for _each in range(draw(st.integers(0, most))):
        begin = start + draw(st.integers(-600, 4000)) * MINUTE
        found.append((begin, begin + draw(st.integers(0, 2000)) * MINUTE))
    return found


def is_worked(calendar: Calendar, begin: datetime, end: datetime) -> list[bool]:
    """Whether each minute is worked, found by looking at the clock on the wall.

    In an hour that comes twice a day has come as far as the clock has shown already.
    """
    zone = ZoneInfo(calendar.tz)
    found = []
    reached = (date.min, 0)
    at = begin - timedelta(hours=3)
    while at < end:
        local = at.astimezone(zone)
        reached = max(reached, (local.date(), local.hour * 60 + local.minute))
        if at >= begin:
            day, minute = reached
            found.append(
                any(opens <= minute < closes for opens, closes in calendar.windows_on(day))
            )
        at += MINUTE
    return found


# --- working time ---------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(case=cases(), hours=st.integers(1, 40))
def test_working_minutes_are_those_that_the_clock_on_the_wall_shows(
    case: tuple[WorkingTime, datetime], hours: int
) -> None:
    work, begin = case
    worked = is_worked(work.calendar, begin, begin + timedelta(hours=hours))
    counts = list(accumulate(worked, initial=0))

    assert work.between(begin, begin + timedelta(hours=hours)) == counts[-1] * 60
    for count in {1, counts[-1] // 2, counts[-1]}:
        if 0 < count <= counts[-1]:
            assert work.add(begin, count * 60) == begin + counts.index(count) * MINUTE
    if True in worked:
        assert work.opening(begin) == begin + worked.index(True) * MINUTE
    assert (
        sum(span.minutes for span in work.spans(begin, begin + timedelta(hours=hours)))
        == (counts[-1])
    )


@given(case=cases(), seconds=st.integers(-900_000, 900_000))
def test_an_index_and_its_moment_are_inverse(
    case: tuple[WorkingTime, datetime], seconds: int
) -> None:
    work, begin = case
    assume(works(work))
    index = work.index(begin) + seconds
    found = work.at(index)

    assert work.index(found) == index
    assert work.index(found - timedelta(seconds=1)) == index - 1
    assert work.at(work.index(begin)) <= begin


@given(case=cases(), minutes=st.lists(st.integers(-9000, 9000), min_size=2, max_size=2))
def test_working_time_adds_up(case: tuple[WorkingTime, datetime], minutes: list[int]) -> None:
    work, first = case
    second, third = (first + count * MINUTE for count in minutes)

    assert work.between(first, second) + work.between(second, third) == work.between(first, third)
    assert work.between(first, second) == -work.between(second, first)


@given(calendar=calendars(), data=st.data())
def test_the_order_of_questions_changes_no_answer(calendar: Calendar, data: st.DataObject) -> None:
    asked, fresh = WorkingTime(calendar), WorkingTime(calendar)
    begin, end = data.draw(moments(calendar)), data.draw(moments(calendar))
    for years in data.draw(st.lists(st.integers(-3, 3), max_size=3)):
        asked.index(begin + timedelta(years * 365))

    assert asked.between(begin, end) == fresh.between(begin, end)


def works(work: WorkingTime) -> bool:
    """Whether the calendar has a window in its usual weeks."""
    return any(work.calendar.weekly)


# --- pauses ---------------------------------------------------------------------------------


@given(case=cases(), minutes=st.integers(1, 3000), data=st.data())
def test_a_pause_more_brings_nothing_forward(
    case: tuple[WorkingTime, datetime], minutes: int, data: st.DataObject
) -> None:
    work, begin = case
    assume(works(work))
    some, more = data.draw(pauses(begin)), data.draw(pauses(begin, most=1))
    without, paused = (due(work, begin, minutes * 60, found) for found in (some, some + more))

    assert later(without, paused).due_at == paused.due_at


@given(case=cases(), minutes=st.integers(1, 3000), data=st.data())
def test_split_and_overlapping_pauses_are_their_union(
    case: tuple[WorkingTime, datetime], minutes: int, data: st.DataObject
) -> None:
    work, begin = case
    assume(works(work))
    found = data.draw(pauses(begin))
    split: list[Pause] = []
    for opens, closes in found:
        assert closes is not None
        middle = opens + (closes - opens) * data.draw(st.integers(0, 100)) / 100
        split += [(middle, closes), (opens, middle), (opens, max(opens, middle))]

    assert due(work, begin, minutes * 60, split) == due(work, begin, minutes * 60, found)


@given(case=cases(), minutes=st.integers(1, 3000), data=st.data())
def test_the_target_is_worked_off_outside_the_pauses(
    case: tuple[WorkingTime, datetime], minutes: int, data: st.DataObject
) -> None:
    work, begin = case
    assume(works(work))
    waits = data.draw(pauses(begin))
    found = due(work, begin, minutes * 60, waits)

    assert sum(work.between(span.opens, span.closes) for span in found.spans) == minutes * 60
    assert found.spans[-1].closes == found.due_at
    for span in found.spans:
        assert not any(
            closes is not None and span.opens < closes and opens < span.closes
            for opens, closes in waits
        )
    for one, other in pairwise(found.spans):
        assert one.closes <= other.opens


@given(case=cases(), minutes=st.integers(1, 3000), data=st.data())
def test_an_open_pause_freezes_what_was_not_worked_before_it(
    case: tuple[WorkingTime, datetime], minutes: int, data: st.DataObject
) -> None:
    work, begin = case
    assume(works(work))
    opens = begin + data.draw(st.integers(-100, 5000)) * MINUTE
    found = due(work, begin, minutes * 60, [(opens, None)])
    left = minutes * 60 - max(0, work.between(begin, opens))

    assert found.remaining_seconds == (left if left > 0 else None)
    assert (found.due_at is None) == (left > 0)


# --- targets --------------------------------------------------------------------------------


@given(case=cases(), minutes=st.integers(1, 3000), more=st.integers(0, 600), data=st.data())
def test_a_longer_target_is_never_due_earlier(
    case: tuple[WorkingTime, datetime], minutes: int, more: int, data: st.DataObject
) -> None:
    work, begin = case
    assume(works(work))
    waits = data.draw(pauses(begin))
    one, other = (due(work, begin, count * 60, waits) for count in (minutes, minutes + more))
    assert one.due_at is not None
    assert other.due_at is not None

    assert begin < one.due_at <= other.due_at


@given(case=cases(), seconds=st.integers(1, 180_000), data=st.data())
def test_the_levels_stand_around_the_due_time_and_all_are_whole_minutes(
    case: tuple[WorkingTime, datetime], seconds: int, data: st.DataObject
) -> None:
    work, begin = case
    assume(works(work))
    begin += timedelta(seconds=data.draw(st.integers(0, 59)), milliseconds=1)
    found = due(work, begin, seconds, data.draw(pauses(begin)))
    assert found.level1_at is not None
    assert found.due_at is not None
    assert found.level3_at is not None

    assert found.level1_at <= found.due_at <= found.level3_at
    for at in (found.level1_at, found.due_at, found.level3_at):
        assert (at.second, at.microsecond) == (0, 0)


@given(
    case=cases(),
    minutes=st.integers(1, 4000),
    change=st.integers(0, 9000),
    targets=st.tuples(st.integers(1, 700), st.integers(0, 3000)),
    raised=st.booleans(),
    data=st.data(),
)
def test_nothing_is_overdue_by_being_raised_nor_due_earlier_by_being_lowered(
    case: tuple[WorkingTime, datetime],
    minutes: int,
    change: int,
    targets: tuple[int, int],
    raised: bool,
    data: st.DataObject,
) -> None:
    work, begin = case
    assume(works(work))
    at = begin + change * MINUTE
    least, more = targets
    answer = clock(
        Question(
            clock=ClockKind.RESOLUTION,
            unit=ClockUnit.WORKING_MINUTES,
            target=minutes,
            calendar=work.calendar,
            started_at=begin,
            pauses=tuple(data.draw(pauses(begin))),
            is_changed=True,
            change=PriorityChange(at, raised, least + more, least),
            now=at,
        )
    )
    assert answer.due_at is not None
    assert answer.previous_due_at is not None
    assert answer.level1_at is not None
    assert answer.level3_at is not None

    if raised:
        assert answer.state is AnswerState.ON_TIME
        assert work.between(at, answer.due_at) >= least * 60
    else:
        assert answer.due_at >= answer.previous_due_at
    assert answer.level1_at <= answer.due_at <= answer.level3_at


@pytest.mark.parametrize("tz", sorted(CHANGES))
@given(hours=st.integers(1, 400), data=st.data())
def test_elapsed_hours_are_hours_whatever_the_clocks_do(
    tz: str, hours: int, data: st.DataObject
) -> None:
    begin = data.draw(moments(always(tz)))
    answer = clock(
        Question(
            clock=ClockKind.RETURN_AUDIT,
            unit=ClockUnit.ELAPSED_HOURS,
            target=hours,
            calendar=Calendar(tz, ((),) * 7),
            started_at=begin,
        )
    )

    assert answer.due_at == begin + timedelta(hours=hours)


def test_times_of_an_hour_that_comes_twice_are_told_apart() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    work = working_time(always("Europe/Berlin"))
    first, second = (datetime(2025, 10, 26, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    waits: list[Pause] = [(second, datetime(2025, 10, 26, 4, tzinfo=berlin)), (first, second)]

    assert work.between(first, second) == 3600
    assert due(work, first, 3600).due_at == second.astimezone(UTC)
    assert due(work, first - MINUTE, 120, waits).due_at == datetime(2025, 10, 26, 3, 1, tzinfo=UTC)


# --- lines ----------------------------------------------------------------------------------

LINE: Final = {
    "calendar": {
        "tz": "Europe/Berlin",
        "weekly": {"1": [["09:00", "12:00"]]},
        "closed_dates": ["2025-03-10"],
        "special_hours": {"2025-03-11": [["09:00", "24:00"]]},
    },
    "clock": "resolution",
    "priority": "P2",
    "target": 480,
    "unit": "working_minutes",
    "created_at": "2025-03-05T10:00+08:00",
    "pauses": [["2025-03-06T10:00+08:00", None]],
    "priority_change": {"to": "P3", "at": "2025-03-05T12:00+08:00"},
    "now": "2025-03-06T10:00+08:00",
}

VALUES: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["24:00", "2025-02-29", "1970-01-01T00:00-14:00", "2199-12-31T23:59Z", "repair", "P1"]
    )
    | st.sampled_from(ClockKind)
    | st.sampled_from(ClockUnit),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["tz", "weekly", "1", "to", "at", "2025-03-08"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(changes=st.dictionaries(st.sampled_from(sorted(LINE)), VALUES, min_size=1, max_size=3))
def test_whatever_a_line_holds_it_is_answered_or_refused(changes: dict[str, Any]) -> None:
    rules = shipped_service("default", "Asia/Shanghai", "CN")[1]
    with suppress(InvalidInput):
        json.dumps(clock(question_of(LINE | changes, lambda: rules)).to_json())
