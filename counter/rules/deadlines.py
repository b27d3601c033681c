"""Deadline arithmetic: one function that every window of the return rules goes through.

Day 0 is not counted (Civil Code art. 201); months end on the corresponding day, or on the last day
of the month (art. 202); a last day that is a rest day moves behind the rest (art. 203), and counts
until closing time.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

from counter.rules.rest_days import RestDays
from models.terms import RollRule

_EVERY_MONTH_HAS: Final = 28
"""So many days, at least."""


class Window(NamedTuple):
    """A period in which something can be asked for.

    Attributes:
        start: day 0.
        months: length in months, or 0.
        days: length in days, or 0.
        repair_days: days in repair that were added to the end.
        end: the day on which the period ends as it is counted.
        last_day: the last day that is in time: ``end``, or the day after the rest it falls into.
    """

    start: date
    months: int
    days: int
    repair_days: int
    end: date
    last_day: date


def window(
    start: date,
    rest_days: RestDays,
    roll_rule: RollRule,
    *,
    months: int = 0,
    days: int = 0,
    repair_days: int = 0,
) -> Window:
    """The window that begins with ``start`` as day 0: months, then days, then rolled once."""
    end = days_after(months_after(start, months), days + repair_days)
    return Window(start, months, days, repair_days, end, rest_days.rolled(end, roll_rule))


def months_after(start: date, months: int) -> date:
    """The corresponding day ``months`` later, or the last day of that month."""
    if not months:
        return start
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    month += 1
    day = start.day
    if day > _EVERY_MONTH_HAS:
        day = min(day, monthrange(year, month)[1])
    return date(year, month, day)


def days_after(start: date, days: int) -> date:
    """``days`` calendar days later; the calendar's last day where it ends before that."""
    try:
        return start + timedelta(days)
    except OverflowError:
        return date.max
