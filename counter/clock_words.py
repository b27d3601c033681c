"""Due times in words: how much time is left, how late something is, and why it is due then."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from counter.language import _, day, day_of_month, number, pgettext, weekday

_LINE: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d) (?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d) (?P<minutes>\d+)"
)
_STRETCH: Final = re.compile(
    r"(?P<first>\d{4}-\d\d-\d\d) (?P<opens>\d\d:\d\d) - "
    r"(?P<last>\d{4}-\d\d-\d\d) (?P<closes>\d\d:\d\d) (?P<minutes>\d+)"
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")

_NEAR: Final = timedelta(days=1)
"""What is due later is told by its day."""

_WEEK: Final = 6
"""Days ahead that a weekday alone names."""


def mark(level: int) -> str:
    """The mark of a level: ``!``, ``!!``, ``!!!``; nothing below the first."""
    return "!" * level


def due_words(
    due_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    late_minutes: int | None = None,
    *,
    wakes_at: datetime | None = None,
) -> str:
    """When something is due: ``in 0 h 35``, ``by Tue 11 Mar``, ``2 h 10 late``.

    It stands in a column of a list: what is said has 15 cells, in every language.

    Args:
        due_at: when it is due; None while its clock is paused.
        now: the moment of asking.
        zone: the shop's.
        late_minutes: how late it is in minutes of its calendar; None for the wall's.
        wakes_at: when a paused clock goes on: ``waits until Tue``, ``until 17 Mar``.
    """
    if due_at is None:
        return _waits(wakes_at, now, zone)
    if due_at < now:
        late = minutes_of(now - due_at) if late_minutes is None else late_minutes
        return _("{time} late").format(time=time_words(late))
    if due_at - now < _NEAR:
        return _("in {time}").format(time=time_words(minutes_of(due_at - now)))
    return pgettext("in 15 cells", "by {day}").format(day=day(due_at.astimezone(zone).date()))


def time_words(minutes: int) -> str:
    """``0 h 35``, ``26 h 10``, and from a hundred hours on the hours alone."""
    hours, rest = divmod(max(minutes, 0), 60)
    if hours >= 100:
        return _("{hours} h").format(hours=number(hours))
    return _("{hours} h {minutes:02d}").format(hours=hours, minutes=rest)


def minutes_of(time: timedelta) -> int:
    """The whole minutes of a stretch of time."""
    return int(time.total_seconds() // 60)


def explained(lines: Iterable[str]) -> list[str]:
    """The explanation that a clock keeps, a sentence a line.

    ``2025-03-05 18:00-21:00 180`` becomes ``Wed 5 Mar 18:00-21:00  180 min``.
    """
    return [_explained(line) for line in lines]


def _explained(line: str) -> str:
    if found := _LINE.fullmatch(line):
        said = _("{day} {opens}-{closes}  {minutes} min")
        return said.format(**{**found.groupdict(), "day": _named(found["day"])})
    if found := _STRETCH.fullmatch(line):
        said = _("{first} {opens} to {last} {closes}  {minutes} min")
        days = {"first": _named(found["first"]), "last": _named(found["last"])}
        return said.format(**{**found.groupdict(), **days})
    if _DAY.fullmatch(line):
        return _("until the end of {day}").format(day=_named(line))
    return line


def _named(written: str) -> str:
    return day(date.fromisoformat(written))


def _waits(wakes_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    if wakes_at is None:
        return _("waits")
    if wakes_at <= now:
        return _("! wakes up")
    wakes_on, today = (at.astimezone(zone).date() for at in (wakes_at, now))
    if (wakes_on - today).days <= _WEEK:
        return _("waits until {day}").format(day=weekday(wakes_on.isoweekday()))
    return pgettext("in 15 cells", "until {day}").format(day=day_of_month(wakes_on))
