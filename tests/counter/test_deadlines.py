"""Deadline arithmetic: months, rest days, make-up days, working days."""

from __future__ import annotations

from datetime import date

import pytest

from counter.rules.deadlines import days_after, months_after, window
from models.terms import RollRule
from tests.returns import CN, EU

DAYS = CN.rest_days


def last_day(start: str, roll_rule: RollRule = RollRule.REST_DAY, **length: int) -> str:
    return str(window(date.fromisoformat(start), DAYS, roll_rule, **length).last_day)


def test_day_0_is_not_counted() -> None:
    assert last_day("2025-03-03", days=7) == "2025-03-10"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-10-31", 1, "2025-11-30"),
        ("2025-12-31", 12, "2026-12-31"),
        ("2025-11-15", 2, "2026-01-15"),
        ("2025-03-03", 24, "2027-03-03"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(start: str, months: int, end: str) -> None:
    assert str(months_after(date.fromisoformat(start), months)) == end


def test_months_are_clipped_before_the_days_in_repair_are_added_and_rolled_once() -> None:
    found = window(date(2024, 2, 29), DAYS, RollRule.REST_DAY, months=12, repair_days=1)

    assert (str(found.end), str(found.last_day)) == ("2025-03-01", "2025-03-03")


@pytest.mark.parametrize(
    ("end", "rest_day", "holiday"),
    [
        ("2025-03-10", "2025-03-10", "2025-03-10"),  # a Monday
        ("2025-03-15", "2025-03-17", "2025-03-15"),  # a Saturday
        ("2025-10-01", "2025-10-09", "2025-10-04"),  # the Golden Week; Saturday 4 is not named
        ("2025-10-07", "2025-10-09", "2025-10-09"),  # a day between holidays
        ("2025-09-28", "2025-09-28", "2025-09-28"),  # a Sunday that is worked
        ("2025-10-11", "2025-10-11", "2025-10-11"),  # a Saturday that is worked
        ("2026-01-01", "2026-01-04", "2026-01-03"),  # the Sunday behind the rest is worked
        ("2025-05-31", "2025-06-03", "2025-06-01"),  # Dragon Boat, on a Saturday
    ],
)
def test_a_last_day_at_rest_moves_behind_the_rest(end: str, rest_day: str, holiday: str) -> None:
    start = str(days_after(date.fromisoformat(end), -7))

    assert last_day(start, days=7) == rest_day
    assert last_day(start, RollRule.HOLIDAY, days=7) == holiday
    assert last_day(start, RollRule.NONE, days=7) == end


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2025-03-03", 7, "2025-03-12"),
        ("2025-09-26", 1, "2025-09-28"),  # a Sunday that is worked
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-30", 3, "2025-10-11"),  # behind the Golden Week, with the worked Saturday
        ("2025-03-03", 0, "2025-03-03"),
    ],
)
def test_working_days_leave_out_the_start_and_rest_days(start: str, count: int, end: str) -> None:
    assert str(DAYS.after_working_days(date.fromisoformat(start), count)) == end


@pytest.mark.parametrize(
    ("year", "known"), [(2000, False), (2001, True), (2026, True), (2027, False)]
)
def test_which_years_are_announced(year: int, known: bool) -> None:
    assert DAYS.is_announced(year) is known


def test_where_weekends_alone_rest_every_year_is_known() -> None:
    assert EU.rest_days.is_announced(2099)
    assert EU.rest_days.rests(date(2099, 5, 3))
    assert not EU.rest_days.rests(date(2025, 10, 1))


def test_the_calendar_ends_where_it_ends() -> None:
    assert months_after(date(9999, 5, 1), 24) == date.max
    assert str(months_after(date(9998, 5, 1), 12)) == "9999-05-01"
    assert days_after(date(9999, 5, 1), 10**18) == date.max
    assert days_after(date(9999, 5, 1), 400) == date.max
    assert str(days_after(date(9999, 5, 1), 3)) == "9999-05-04"
    assert DAYS.rolled(date.max, RollRule.REST_DAY) == date.max
    assert DAYS.after_working_days(date.max, 3) == date.max
