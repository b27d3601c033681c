"""The shipped tables of rest days: made from the library, and as they were announced."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from data.rest_days import NATIONS, YEARS, table_text
from tests.returns import CN

TABLES = Path(__file__).parents[2] / "data" / "reference" / "rest_days"

ANNOUNCED = {
    2024: (
        "01-01 02-10 02-11 02-12 02-13 02-14 02-15 02-16 02-17 04-04 04-05 04-06 05-01 05-02 05-03"
        " 05-04 05-05 06-10 09-15 09-16 09-17 10-01 10-02 10-03 10-04 10-05 10-06 10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01 01-28 01-29 01-30 01-31 02-01 02-02 02-03 02-04 04-04 04-05 04-06 05-01 05-02 05-03"
        " 05-04 05-05 05-31 06-01 06-02 10-01 10-02 10-03 10-04 10-05 10-06 10-07 10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
}
"""What the State Council announced: the whole rest, and the weekend days worked for it."""


@pytest.mark.parametrize("name", NATIONS)
def test_the_shipped_table_is_what_the_library_says(name: str) -> None:
    shipped = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))

    assert shipped == tomllib.loads(table_text(name)), "run .ci/rest_days.py"


def test_the_rest_days_are_the_librarys_day_by_day() -> None:
    library = holidays.country_holidays("CN", years=YEARS)
    day = date(YEARS[0], 1, 1)
    while day.year in YEARS:
        worked = library.is_working_day(day)
        assert CN.rest_days.rests(day) is not worked, day
        day += timedelta(1)


@pytest.mark.parametrize("year", ANNOUNCED)
def test_the_rest_days_are_those_that_were_announced(year: int) -> None:
    rest, work = (
        {date.fromisoformat(f"{year}-{day}") for day in days.split()} for days in ANNOUNCED[year]
    )

    assert all(CN.rest_days.rests(day) for day in rest)
    assert {day for day in CN.rest_days.working if day.year == year} == work
    assert {day for day in CN.rest_days.named if day.year == year} <= rest


def test_the_years_that_are_shipped() -> None:
    assert {2020, 2030} < set(YEARS)
