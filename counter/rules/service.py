"""Service targets and the calendars in which they count: what a version of them says.

A version is written as TOML or kept as JSON; both are the same mapping::

    name = "default"
    [calendars.repair]          # the shape of a calendar in a question to ``counter clock``
    tz = "Asia/Shanghai"
    weekly.1 = [["09:00", "12:00"], ["13:30", "18:00"]]
    rest_days = {...}           # the table of a nation: its days are closed, its make-up days open
    [targets.P1]
    calendar = "repair"
    first_response_min = 15     # working minutes

Every fault is told at once, by its key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from counter.rules.calendars import Calendar, WorkingTime, calendar_of, working_time
from counter.rules.rest_days import RestDays, read_rest_days
from counter.rules.written import (
    ANYTHING,
    IMPOSSIBLE,
    MISSING,
    UNKNOWN,
    Fault,
    Kind,
    Table,
    as_written,
    listed,
    matching,
    number,
    together,
)
from models.errors import InvalidInput
from models.messages import N_, Marked
from models.terms import Priority


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised for tickets of one priority, in working minutes of a calendar.

    Attributes:
        calendar: the code of the calendar.
        warn_percent: part of the target at which level 1 is reached.
        level3_percent: part of the target at which level 3 is reached.
    """

    priority: Priority
    calendar: str
    first_response_min: int
    resolution_min: int
    warn_percent: int
    level3_percent: int


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """One version of the targets and their calendars.

    Attributes:
        version_no: its number in the store; 0 where it comes from a file.
        keys: the key of each calendar's row in the store; empty where it comes from a file.
        name: how the file calls itself.
    """

    version_no: int
    targets: Mapping[Priority, Target]
    calendars: Mapping[str, Calendar]
    keys: Mapping[str, int] = field(default_factory=dict)
    name: str = ""

    def target(self, priority: Priority) -> Target:
        """What is promised for a priority; each has a target."""
        return self.targets[priority]

    def calendar(self, code: str) -> Calendar:
        """The calendar of a code.

        Raises:
            KeyError: the version has none of that code.
        """
        return self.calendars[code]

    def working_time(self, code: str) -> WorkingTime:
        """The working time of a calendar.

        Raises:
            KeyError: the version has none of that code.
        """
        return working_time(self.calendars[code])


def service_from(
    values: Mapping[str, Any], version_no: int = 0, keys: Mapping[str, int] | None = None
) -> ServiceRules:
    """The rules that a version says.

    Args:
        values: in JSON's types.
        version_no: its number in the store.
        keys: the key of each calendar's row in the store.

    Raises:
        InvalidInput: a parameter is unknown, missing or impossible; ``field`` names it, ``faults``
            holds all of them.
    """
    rules, faults = read_service(values, version_no, keys)
    if rules is None:
        raise together(faults)
    return rules


def read_service(
    values: Mapping[str, Any], version_no: int = 0, keys: Mapping[str, int] | None = None
) -> tuple[ServiceRules | None, list[Fault]]:
    """The same, or None and everything that is wrong."""
    faults: list[Fault] = []
    whole = Table(values, (), faults)
    read = whole.read(_WHOLE)
    calendars = _calendars(whole)
    targets = _targets(whole)
    if faults:
        return None, faults
    rules = ServiceRules(
        version_no,
        MappingProxyType(targets),
        MappingProxyType(calendars),
        MappingProxyType(dict(keys or {})),
        read["name"],
    )
    return rules, faults


# --- the parameters --------------------------------------------------------------------------

_CODE: Final = "[a-z][a-z0-9_-]{0,39}"
_MINUTES: Final = number(1, 600_000)

_WHOLE: Final = {
    "name": matching(_CODE, "default"),
    "calendars": ANYTHING,
    "targets": ANYTHING,
}
_TARGET: Final = {
    "calendar": matching(_CODE, "counter"),
    "first_response_min": _MINUTES,
    "resolution_min": _MINUTES,
    "warn_percent": number(1, 99),
    "level3_percent": number(101, 1000),
}


def _zone(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError) as error:  # a folder of zones is no zone
        raise ValueError from error
    return value


def _date(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError
    return date.fromisoformat(value)


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATES: Final = listed(_date, '["2025-10-01"]')._replace(required=False)
_CALENDAR: Final = {
    "tz": Kind(_zone, "Asia/Shanghai"),
    "weekly": ANYTHING,
    "rest_days": ANYTHING._replace(required=False),
    "closed_dates": _DATES,
    "extra_workdays": _DATES,
    "special_hours": ANYTHING._replace(required=False),
}

_WEEKDAYS: Final = tuple("1234567")
_WINDOWS: Final = '[["09:00", "12:00"], ["13:30", "18:00"]]'
_TIME: Final = re.compile(r"(\d{2}):([0-5]\d)")
_DAY_LONG: Final = 24 * 60

_LATE: Final = Marked(N_("a day ends at 24:00"))
_REVERSED: Final = Marked(N_("a window ends after it begins"))
_OVERLAP: Final = Marked(
    N_("the windows of a day stand one after another, and no two of them overlap")
)
_NEVER_OPEN: Final = Marked(N_("a calendar needs a window"))
_SLOW_ANSWER: Final = Marked(N_("the first answer cannot be due after the solution"))


def _calendars(whole: Table) -> dict[str, Calendar]:
    found: dict[str, Calendar] = {}
    if "calendars" not in whole.values:
        return found
    table = whole.table("calendars")
    for code in table.values:
        if not re.fullmatch(_CODE, code):
            table.fault(UNKNOWN, code)
            continue
        calendar = _calendar(table.table(code))
        if calendar is not None:
            found[code] = calendar
    return found


def _calendar(table: Table) -> Calendar | None:
    before = len(table.faults)
    table.read(_CALENDAR)
    rest = read_rest_days(table)
    if "weekly" in table.values:
        _check_weekly(table)
    if "special_hours" in table.values:
        hours = table.table("special_hours")
        for day in hours.values:
            _check_special(hours, day)
    if len(table.faults) > before:
        return None
    try:
        return calendar_of(calendar_values(table.values, rest))
    except InvalidInput as error:  # what no calendar has room for
        key = error.field or "weekly"
        value = as_written(table.values.get(key))
        table.fault(IMPOSSIBLE, key, value=value, possible=_CALENDAR[key].possible)
        return None


def calendar_values(values: Mapping[str, Any], rest: RestDays | None) -> dict[str, Any]:
    """A calendar in the shape of a question to ``counter clock``: rest days as single dates."""
    closed = {*values.get("closed_dates", ())}
    extra = {*values.get("extra_workdays", ())}
    if rest is not None:
        closed |= {day.isoformat() for day in rest.named - rest.working}
        extra |= {day.isoformat() for day in rest.working}
    return {
        "tz": values["tz"],
        "weekly": values["weekly"],
        "closed_dates": sorted(closed),
        "extra_workdays": sorted(extra),
        "special_hours": values.get("special_hours", {}),
    }


def _check_weekly(calendar: Table) -> None:
    weekly = calendar.table("weekly")
    for day in weekly.values:
        if day not in _WEEKDAYS:
            weekly.fault(UNKNOWN, day)
        else:
            _check_windows(weekly, day)
    if not any(weekly.values.values()) and isinstance(calendar.values["weekly"], Mapping):
        calendar.refuse(_NEVER_OPEN, "weekly")


def _check_special(hours: Table, day: str) -> None:
    try:
        _date(day)
    except ValueError:
        hours.fault(UNKNOWN, day)
        return
    _check_windows(hours, day)
    if hours.values[day] == []:
        hours.refuse(_NEVER_OPEN, day)


def _check_windows(table: Table, day: str) -> None:
    """Note the first thing that is wrong with the windows of a day."""
    windows = table.values[day]
    try:
        minutes = [(_minute(opens), _minute(closes)) for opens, closes in windows]
    except (ValueError, TypeError):
        table.fault(IMPOSSIBLE, day, value=as_written(windows), possible=_WINDOWS)
        return
    last = 0
    for opens, closes in minutes:
        if closes > _DAY_LONG or opens > _DAY_LONG:
            detail = _LATE
        elif closes <= opens:
            detail = _REVERSED
        elif opens < last:
            detail = _OVERLAP
        else:
            last = closes
            continue
        table.refuse(detail, day)
        return


def _minute(written: object) -> int:
    found = _TIME.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError
    return 60 * int(found[1]) + int(found[2])


def _targets(whole: Table) -> dict[Priority, Target]:
    found: dict[Priority, Target] = {}
    if "targets" not in whole.values:
        return found
    table = whole.table("targets")
    known = whole.values.get("calendars")
    codes = sorted(known) if isinstance(known, Mapping) else []
    for name in table.values:
        if name not in set(Priority):
            table.fault(UNKNOWN, name)
    for priority in Priority:
        if priority not in table.values:
            table.fault(MISSING, priority.value, possible=f"[targets.{priority.value}]")
            continue
        one = table.table(priority.value)
        read = one.read(_TARGET)
        if "calendar" in read and read["calendar"] not in codes:
            value = as_written(read["calendar"])
            one.fault(IMPOSSIBLE, "calendar", value=value, possible=", ".join(codes) or "-")
        elif len(read) == len(_TARGET) and read["first_response_min"] > read["resolution_min"]:
            one.refuse(_SLOW_ANSWER, "first_response_min")
        elif len(read) == len(_TARGET):
            found[priority] = Target(priority, **read)
    return found
