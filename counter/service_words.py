"""Service times in the active language: hours, weeks, targets, and what a new version changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from counter.language import _, day, full_day, ngettext, number, weekday
from counter.rules.calendar_month import CalendarDate
from counter.rules.calendars import Calendar, Window
from counter.rules.policy_changes import Change
from counter.rules.service import ServiceRules, Target
from counter.words import label
from models.messages import N_
from models.terms import Priority


def hours(windows: Sequence[Window]) -> str:
    """``09:00-12:00, 13:30-18:00``; a word where there is no window."""
    written = [f"{clock(opens)}-{clock(closes)}" for opens, closes in windows]
    return ", ".join(written) or _("closed")


def clock(minute: int) -> str:
    """A minute of a day as ``HH:MM``; its end is ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def week(calendar: Calendar) -> list[str]:
    """The weekly hours, weekdays with the same hours in one line: ``Mon-Fri 09:00-18:00``."""
    lines, first = [], 1
    for windows, days in groupby(calendar.weekly):
        last = first + len(list(days)) - 1
        span = weekday(first) if first == last else f"{weekday(first)}-{weekday(last)}"
        lines.append(f"{span} {hours(windows)}")
        first = last + 1
    return lines


def minutes(count: int) -> str:
    """Working minutes: ``1,440 min``."""
    return _("{minutes} min").format(minutes=number(count))


def percent(part: int) -> str:
    """A part of a target: ``80 %``."""
    return f"{part} %"


def date_line(one: CalendarDate) -> tuple[str, str, str]:
    """A date of a month: the day, its hours, and how it differs from the week."""
    return day(one.day), hours(one.windows), label(one.kind) if one.kind else ""


# --- what changes ---------------------------------------------------------------------------

_MOST_DAYS: Final = 40
"""Of the days that a list gained or lost, so many are named; a year of holidays are fewer."""

_TARGETS: Final = {
    "calendar": N_("calendar"),
    "first_response_min": N_("first response"),
    "resolution_min": N_("solution"),
    "warn_percent": N_("warning at"),
    "level3_percent": N_("manager at"),
}


def target_words(target: Target) -> list[str]:
    """What a target says, in the order of :func:`target_titles`."""
    return [
        target.calendar,
        minutes(target.first_response_min),
        minutes(target.resolution_min),
        percent(target.warn_percent),
        percent(target.level3_percent),
    ]


def target_titles() -> list[str]:
    """What :func:`target_words` are."""
    return [_(title) for title in _TARGETS.values()]


def changed(before: ServiceRules, after: ServiceRules) -> list[Change]:
    """Every difference in words; of lists of days, those that are gone and those that are new."""
    return [*_changed_targets(before, after), *_changed_calendars(before, after)]


def _changed_targets(before: ServiceRules, after: ServiceRules) -> Iterator[Change]:
    for priority in Priority:
        was, now = target_words(before.target(priority)), target_words(after.target(priority))
        for title, old, new in zip(target_titles(), was, now, strict=True):
            if old != new:
                yield Change(f"{label(priority)}, {title}", old, new)


def _changed_calendars(before: ServiceRules, after: ServiceRules) -> Iterator[Change]:
    for code in dict.fromkeys((*after.calendars, *before.calendars)):
        old, new = before.calendars.get(code), after.calendars.get(code)
        if old is None or new is None:
            was, now = (week(one) if one else [] for one in (old, new))
            yield Change(code, was, now)
        elif old != new:
            yield from _changed_calendar(code, old, new)


def _days(days: Sequence[date]) -> list[str]:
    """Each day; where they are so many that nobody reads them, how many there are in each year."""
    if len(days) <= _MOST_DAYS:
        return [*map(full_day, days)]
    lines = []
    for year, those in groupby(days, key=lambda one: one.year):
        count = len(list(those))
        said = ngettext("{count} day", "{count} days", count).format(count=count)
        lines.append(_("{name}: {value}").format(name=year, value=said))
    return lines


def _changed_calendar(code: str, old: Calendar, new: Calendar) -> Iterator[Change]:
    if old.tz != new.tz:
        zone = _("time zone")
        yield Change(f"{code}, {zone}", old.tz, new.tz)
    for at, (was, now) in enumerate(zip(old.weekly, new.weekly, strict=True), 1):
        if was != now:
            yield Change(f"{code}, {weekday(at)}", hours(was), hours(now))
    for title, one, other in (
        (_("closed on"), old.closed_dates, new.closed_dates),
        (_("make-up days"), old.extra_workdays, new.extra_workdays),
    ):
        if one != other:
            gone, come = sorted(one - other), sorted(other - one)
            yield Change(f"{code}, {title}", _days(gone), _days(come))
    special, now_special = dict(old.special_hours), dict(new.special_hours)
    for on in sorted({*special, *now_special}):
        if special.get(on) != now_special.get(on):
            was_hours, now_hours = (
                hours(days[on]) if on in days else "-" for days in (special, now_special)
            )
            yield Change(f"{code}, {full_day(on)}", was_hours, now_hours)
