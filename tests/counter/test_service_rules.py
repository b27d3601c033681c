"""What a file of service times may say: each fault is named with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from counter.rules.calendar_month import month_of
from counter.rules.calendars import Window
from counter.rules.service import ServiceRules, Target, service_from
from counter.service_versions import service_file, shipped_service
from models.errors import InvalidInput
from models.terms import CalendarDay, Priority
from tests.service_times import times_at

SHANGHAI = "Asia/Shanghai"
HOURS = '["09:00", "21:00"]'
SHIFTS = [Window(540, 720), Window(810, 1080)]


def shipped(zone: str = SHANGHAI, jurisdiction: str = "CN") -> ServiceRules:
    return shipped_service("default", zone, jurisdiction)[1]


def values() -> dict[str, Any]:
    """Small service times without a file."""
    weekly = {"1": [["09:00", "12:00"], ["13:30", "18:00"]]}
    target = {
        "calendar": "shop",
        "first_response_min": 30,
        "resolution_min": 480,
        "warn_percent": 80,
        "level3_percent": 150,
    }
    return {
        "name": "mine",
        "calendars": {"shop": {"tz": SHANGHAI, "weekly": weekly}},
        "targets": {priority.value: dict(target) for priority in Priority},
    }


def faults_of(written: Mapping[str, Any]) -> dict[str | None, str]:
    with pytest.raises(InvalidInput) as caught:
        service_from(written)
    return {fault.field: str(fault) for fault in caught.value.faults}


# --- what is shipped ------------------------------------------------------------------------


def test_the_shipped_targets_are_those_of_the_house() -> None:
    rules = shipped()
    found = [
        (one.calendar, one.first_response_min, one.resolution_min, one.warn_percent)
        for one in map(rules.target, Priority)
    ]
    assert found == [
        ("always", 15, 240, 80),
        ("counter", 30, 480, 80),
        ("counter", 120, 1440, 80),
        ("counter", 720, 3600, 80),
    ]
    assert {rules.target(priority).level3_percent for priority in Priority} == {150}


def test_the_shipped_calendars_keep_the_hours_of_the_house() -> None:
    rules = shipped()
    sunday, monday = date(2025, 3, 9), date(2025, 3, 10)
    assert rules.calendar("counter").windows_on(sunday) == (Window(540, 1260),)
    assert rules.calendar("always").windows_on(sunday) == (Window(0, 1440),)
    assert list(rules.calendar("repair").windows_on(monday)) == SHIFTS
    assert not rules.calendar("repair").works_on(sunday)


def test_the_repair_calendar_keeps_the_rest_days_of_the_nation_whose_law_it_is() -> None:
    china, elsewhere = shipped().calendar("repair"), shipped(jurisdiction="GB").calendar("repair")
    national_day, make_up_day = date(2025, 10, 1), date(2025, 9, 28)
    assert (china.works_on(national_day), china.works_on(make_up_day)) == (False, True)
    assert (elsewhere.works_on(national_day), elsewhere.works_on(make_up_day)) == (True, False)


def test_calendars_without_a_zone_live_in_that_of_the_shop(tmp_path: Path) -> None:
    head = "[calendars.always.weekly]"
    path = times_at(tmp_path, (head, f'[calendars.always]\ntz = "UTC"\n{head}'))
    _file, rules = service_file(Path(path), "Europe/Berlin", "EU")
    assert {code: one.tz for code, one in rules.calendars.items()} == {
        "counter": "Europe/Berlin", "repair": "Europe/Berlin", "always": "UTC",
    }  # fmt: skip


def test_a_month_says_of_each_day_how_it_differs_from_the_week() -> None:
    kinds = {one.day.day: one.kind for one in month_of(shipped().calendar("repair"), 2026, 5)}
    assert {day for day, kind in kinds.items() if kind is CalendarDay.CLOSED} == {1, 4, 5}
    assert [day for day, kind in kinds.items() if kind is CalendarDay.EXTRA_WORKDAY] == [9]
    assert len(kinds) == 31


def test_special_hours_win_in_a_month() -> None:
    mine = values()
    mine["calendars"]["shop"]["special_hours"] = {"2025-03-10": [["10:00", "11:00"]]}
    found = month_of(service_from(mine).calendar("shop"), 2025, 3)[9]
    assert found == (date(2025, 3, 10), (Window(600, 660),), CalendarDay.SPECIAL_HOURS)


# --- faults ---------------------------------------------------------------------------------


def test_without_a_fault_the_rules_hold_what_was_written() -> None:
    rules = service_from(values(), 7, {"shop": 3})
    assert rules.target(Priority.P2) == Target(Priority.P2, "shop", 30, 480, 80, 150)
    assert (rules.version_no, rules.keys["shop"], rules.name) == (7, 3, "mine")
    assert rules.working_time("shop").calendar == rules.calendar("shop")


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("targets", "P1", "calendar"), "night", "Possible: shop."),
        (("targets", "P1", "first_response_min"), 481, "cannot be due after the solution"),
        (("targets", "P2", "warn_percent"), 100, "cannot be 100. Possible: 1 ... 99."),
        (("targets", "P2", "level3_percent"), 100, "Possible: 101 ... 1000."),
        (("targets", "P3", "resolution_min"), 0, "cannot be 0"),
        (("targets", "P3", "resolution_min"), True, "cannot be true"),
        (("targets", "P5"), {}, "There is no parameter targets.P5"),
        (("calendars", "shop", "tz"), "Asia/Atlantis", 'cannot be "Asia/Atlantis"'),
        (("calendars", "shop", "tz"), "Asia", 'cannot be "Asia"'),
        (("calendars", "shop", "tz"), "../etc/passwd", "Possible: Asia/Shanghai"),
        (("calendars", "shop", "weekly"), {}, "needs a window"),
        (("calendars", "shop", "weekly"), {"1": [], "2": []}, "needs a window"),
        (("calendars", "shop", "weekly", "8"), [["09:00", "12:00"]], "There is no parameter"),
        (("calendars", "shop", "weekly", "1"), [["09:00", "24:01"]], "ends at 24:00"),
        (("calendars", "shop", "weekly", "1"), [["25:00", "26:00"]], "ends at 24:00"),
        (("calendars", "shop", "weekly", "1"), [["18:00", "09:00"]], "ends after it begins"),
        (("calendars", "shop", "weekly", "1"), [["09:00", "09:00"]], "ends after it begins"),
        (
            ("calendars", "shop", "weekly", "1"),
            [["09:00", "12:00"], ["11:59", "18:00"]],
            "no two of them overlap",
        ),
        (
            ("calendars", "shop", "weekly", "1"),
            [["13:00", "18:00"], ["09:00", "12:00"]],
            "one after another",
        ),
        (("calendars", "shop", "weekly", "1"), [["9:00", "12:00"]], "Possible: [["),
        (("calendars", "shop", "weekly", "1"), "09:00-12:00", "Possible: [["),
        (("calendars", "shop", "weekly", "1"), [["09:00"]], "Possible: [["),
        (("calendars", "shop", "closed_dates"), ["2025-02-30"], "Possible: ["),
        (("calendars", "shop", "extra_workdays"), ["20250928"], "Possible: ["),
        (("calendars", "shop", "special_hours"), {"Easter": []}, "There is no parameter"),
        (("calendars", "shop", "special_hours"), {"2025-03-08": []}, "needs a window"),
        (("calendars", "shop", "rest_days"), "mars", "cannot be"),
        (("calendars", "shop", "opens"), 9, "There is no parameter"),
        (("calendars", "My Shop"), {}, "There is no parameter"),
        (("name",), "\x1b[2J", "The parameter name cannot be"),
        (("calendars",), [], "The parameter calendars cannot be"),
    ],
)
def test_a_fault_is_told_by_its_key(keys: tuple[str, ...], value: Any, said: str) -> None:
    mine = values()
    table = mine
    for key in keys[:-1]:
        table = table[key]
    table[keys[-1]] = value
    found = faults_of(mine)
    named = [field for field in found if field and field.startswith(".".join(keys))]
    assert [said in found[field] for field in named] == [True], found


@pytest.mark.parametrize(
    "keys",
    [
        ("name",),
        ("targets",),
        ("targets", "P3"),
        ("targets", "P3", "level3_percent"),
        ("calendars", "shop", "tz"),
        ("calendars", "shop", "weekly"),
    ],
)
def test_what_is_missing_is_told(keys: tuple[str, ...]) -> None:
    mine = values()
    table = mine
    for key in keys[:-1]:
        table = table[key]
    del table[keys[-1]]
    key = ".".join(keys)
    assert faults_of(mine)[key].startswith(f"The parameter {key} is missing.")


def test_all_faults_are_told_at_once_with_file_line_and_key(tmp_path: Path) -> None:
    path = times_at(
        tmp_path,
        (f"1 = [{HOURS}]", '1 = [["09:00", "25:00"]]'),
        ('calendar = "always"', 'calendar = "night"'),
        ("warn_percent = 80", "warn_percent = 180"),
    )
    with pytest.raises(InvalidInput) as caught:
        service_file(Path(path), SHANGHAI, "CN")
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    found = {fault.field: fault.values for fault in caught.value.faults}
    assert found.keys() == {
        "calendars.counter.weekly.1", "targets.P1.calendar", "targets.P1.warn_percent",
    }  # fmt: skip
    for field, line in (
        ("calendars.counter.weekly.1", '1 = [["09:00", "25:00"]]'),
        ("targets.P1.calendar", 'calendar = "night"'),
        ("targets.P1.warn_percent", "warn_percent = 180"),
    ):
        assert str(found[field]["path"]) == path
        assert found[field]["line"] == lines.index(line) + 1
