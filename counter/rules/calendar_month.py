"""A month of a calendar, date by date: its hours, and why they are others than the week's."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from counter.rules.calendars import Calendar, Window
from models.terms import CalendarDay


class CalendarDate(NamedTuple):
    """One date.

    Attributes:
        windows: the hours in minutes of the day; none where it is closed.
        kind: how it differs from the weekly hours; None where it does not.
    """

    day: date
    windows: tuple[Window, ...]
    kind: CalendarDay | None


def month_of(calendar: Calendar, year: int, month: int) -> list[CalendarDate]:
    """Every date of a month."""
    days = (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))
    return [CalendarDate(day, calendar.windows_on(day), _kind(calendar, day)) for day in days]


def _kind(calendar: Calendar, day: date) -> CalendarDay | None:
    weekly = calendar.weekly[day.weekday()]
    if any(special == day for special, _windows in calendar.special_hours):
        return CalendarDay.SPECIAL_HOURS
    if day in calendar.closed_dates:
        return CalendarDay.CLOSED if weekly else None
    if day in calendar.extra_workdays and not weekly:
        return CalendarDay.EXTRA_WORKDAY
    return None
