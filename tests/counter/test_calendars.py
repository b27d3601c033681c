"""Which minutes of which days count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from counter.rules.calendars import Calendar, Window, always, calendar_of, working_time
from models.errors import InvalidInput

SHOP: Final = {str(day): [["09:00", "21:00"]] for day in range(1, 8)}
REPAIR: Final = {str(day): [["09:00", "12:00"], ["13:30", "18:00"]] for day in range(1, 6)}
BERLIN: Final = ZoneInfo("Europe/Berlin")
MINUTE: Final = 60
HOUR: Final = 3600


def calendar(weekly: Mapping[str, Any] = SHOP, tz: str = "Asia/Shanghai", **more: Any) -> Calendar:
    return calendar_of({"tz": tz, "weekly": weekly, **more})


def at(text: str, tz: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)


def test_a_target_used_up_at_closing_is_due_at_closing() -> None:
    work = working_time(calendar())

    assert work.add(at("2025-03-05T13:00"), 8 * HOUR) == at("2025-03-05T21:00")


def test_what_begins_at_closing_runs_from_the_next_opening() -> None:
    work = working_time(calendar())

    assert work.add(at("2025-03-05T21:00"), 30 * MINUTE) == at("2025-03-06T09:30")


def test_an_opening_is_inclusive_and_a_closing_is_not() -> None:
    work = working_time(calendar(REPAIR))

    assert work.opening(at("2025-03-05T13:30")) == at("2025-03-05T13:30")
    assert work.opening(at("2025-03-05T12:00")) == at("2025-03-05T13:30")
    assert work.opening(at("2025-03-07T18:00")) == at("2025-03-10T09:00")


def test_a_lunch_break_is_not_worked() -> None:
    work = working_time(calendar(REPAIR))

    assert work.between(at("2025-03-05T11:00"), at("2025-03-05T15:00")) == 150 * MINUTE


def test_time_backwards_counts_negative() -> None:
    work = working_time(calendar(REPAIR))

    assert work.between(at("2025-03-05T15:00"), at("2025-03-05T11:00")) == -150 * MINUTE


def test_special_hours_win_over_a_closed_date() -> None:
    found = calendar(
        closed_dates=["2025-01-28", "2025-01-29"],
        special_hours={"2025-01-28": [["09:00", "17:00"]]},
    )

    assert found.windows_on(date(2025, 1, 28)) == (Window(540, 1020),)
    assert not found.works_on(date(2025, 1, 29))


def test_special_hours_without_a_window_close_a_date() -> None:
    assert not calendar(special_hours={"2025-01-28": []}).works_on(date(2025, 1, 28))


def test_a_closed_date_wins_over_an_extra_working_day() -> None:
    day = date(2025, 9, 28)

    assert not calendar(
        REPAIR, closed_dates=["2025-09-28"], extra_workdays=["2025-09-28"]
    ).works_on(day)


def test_an_extra_working_day_has_its_weekdays_windows_or_mondays() -> None:
    weekly = {"1": [["09:00", "12:00"]], "6": [["10:00", "11:00"]]}
    found = calendar(weekly, extra_workdays=["2025-09-27", "2025-09-28"])

    assert found.windows_on(date(2025, 9, 27)) == (Window(600, 660),)
    assert found.windows_on(date(2025, 9, 28)) == (Window(540, 720),)


def test_windows_that_meet_at_midnight_are_one_night() -> None:
    weekly = {str(day): [["22:00", "24:00"], ["00:00", "02:00"]] for day in range(1, 8)}
    work = working_time(calendar(weekly))

    assert work.add(at("2025-03-05T23:30"), 2 * HOUR) == at("2025-03-06T01:30")
    assert work.add(at("2025-03-05T23:30"), 30 * MINUTE) == at("2025-03-06T00:00")
    assert work.add(at("2025-03-05T23:30"), 3 * HOUR) == at("2025-03-06T22:30")


@pytest.mark.parametrize(
    ("day", "hours"), [("2025-10-26", 25), ("2025-03-30", 23), ("2025-03-31", 24)]
)
def test_a_day_has_the_hours_that_pass_in_it(day: str, hours: int) -> None:
    work = working_time(always("Europe/Berlin"))
    begin = date.fromisoformat(day)
    end = date.fromordinal(begin.toordinal() + 1)

    assert work.between(work.midnight(begin), work.midnight(end)) == hours * HOUR


def test_a_window_that_begins_in_the_hour_left_out_begins_after_it() -> None:
    work = working_time(calendar({"7": [["02:30", "03:15"]]}, "Europe/Berlin"))

    (span,) = work.spans(datetime(2025, 3, 30, tzinfo=BERLIN), datetime(2025, 3, 31, tzinfo=BERLIN))

    assert span == (
        datetime(2025, 3, 30, 1, tzinfo=UTC),
        datetime(2025, 3, 30, 1, 15, tzinfo=UTC),
        15,
    )


def test_a_window_within_the_hour_left_out_is_none() -> None:
    work = working_time(calendar({"7": [["02:10", "02:50"]]}, "Europe/Berlin"))
    begin = datetime(2025, 3, 30, tzinfo=BERLIN)

    assert work.between(begin, datetime(2025, 3, 31, tzinfo=BERLIN)) == 0


def test_windows_that_meet_in_the_repeated_hour_count_no_minute_twice() -> None:
    work = working_time(calendar({"7": [["00:00", "02:30"], ["02:30", "04:00"]]}, "Europe/Berlin"))
    begin = datetime(2025, 10, 26, tzinfo=BERLIN)

    assert work.between(begin, datetime(2025, 10, 27, tzinfo=BERLIN)) == 5 * HOUR


def test_a_zone_whose_midnight_is_left_out_begins_its_day_an_hour_later() -> None:
    work = working_time(always("America/Havana"))

    assert work.midnight(date(2025, 3, 9)) == datetime(2025, 3, 9, 5, tzinfo=UTC)
    assert work.between(work.midnight(date(2025, 3, 9)), work.midnight(date(2025, 3, 10))) == (
        23 * HOUR
    )


def test_a_date_that_a_zone_left_out_has_no_minute() -> None:
    work = working_time(always("Pacific/Apia"))

    assert work.midnight(date(2011, 12, 30)) == work.midnight(date(2011, 12, 31))


def test_working_days_skip_the_start_day_and_days_without_a_window() -> None:
    work = working_time(calendar(REPAIR, closed_dates=["2025-10-01"]))

    assert work.working_days(date(2025, 9, 30), 3) == [
        date(2025, 10, 2), date(2025, 10, 3), date(2025, 10, 6),
    ]  # fmt: skip


def test_equal_calendars_share_their_working_time() -> None:
    assert working_time(calendar()) is working_time(calendar())


@pytest.mark.parametrize("weekly", [{}, {"1": []}])
def test_a_calendar_without_a_window_is_refused_and_not_searched_for_ever(
    weekly: dict[str, Any],
) -> None:
    work = working_time(calendar(weekly))

    with pytest.raises(InvalidInput):
        work.add(at("2025-03-05T13:00"), 1)
    with pytest.raises(InvalidInput):
        work.opening(at("2025-03-05T13:00"))
    with pytest.raises(InvalidInput):
        work.working_days(date(2025, 3, 5), 1)
    with pytest.raises(InvalidInput):
        work.at(1)


def test_a_target_beyond_ten_years_is_refused_whatever_was_asked_before() -> None:
    work = working_time(always("UTC"))
    begin = datetime(2025, 3, 5, tzinfo=UTC)
    work.index(datetime(2060, 1, 1, tzinfo=UTC))

    with pytest.raises(InvalidInput):
        work.add(begin, 11 * 366 * 24 * HOUR)
    assert work.add(begin, 9 * 365 * 24 * HOUR).year == 2034


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ("counter", None),
        ({}, "tz"),
        ({"tz": "Nowhere/Town"}, "tz"),
        ({"tz": "../../etc/passwd"}, "tz"),
        ({"tz": "Europe"}, "tz"),
        ({"tz": "UTC", "weekly": {"8": []}}, "weekly"),
        ({"tz": "UTC", "weekly": [["09:00", "12:00"]]}, "weekly"),
        ({"tz": "UTC", "weekly": {"1": [["12:00", "09:00"]]}}, "weekly"),
        ({"tz": "UTC", "weekly": {"1": [["22:00", "24:01"]]}}, "weekly"),
        ({"tz": "UTC", "weekly": {"1": [["9", "12:00"]]}}, "weekly"),
        ({"tz": "UTC", "weekly": {"1": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "weekly"),
        ({"tz": "UTC", "weekly": {"1": [["09:00", "12:00", "13:00"]]}}, "weekly"),
        ({"tz": "UTC", "closed_dates": ["2025-02-30"]}, "closed_dates"),
        ({"tz": "UTC", "closed_dates": "2025-02-03"}, "closed_dates"),
        ({"tz": "UTC", "extra_workdays": [20250203]}, "extra_workdays"),
        ({"tz": "UTC", "special_hours": {"today": []}}, "special_hours"),
        ({"tz": "UTC", "special_hours": {"2025-02-03": ["09:00"]}}, "special_hours"),
        ({"tz": "UTC", "holidays": []}, "holidays"),
    ],
)
def test_what_is_no_calendar_is_refused_by_its_key(values: object, field: str | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        calendar_of(values)

    assert caught.value.field == field
