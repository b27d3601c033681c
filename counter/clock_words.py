"""When something is due, how late it is, and how that was counted, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from counter.language import _, day, listed, near_day, number, short_moment, time_of_day
from counter.words import label
from models.complaint_views import ClockRow
from models.terms import ClockState

_WORKED: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)-(\d\d:\d\d) (\d+)")
_ON_THE_WALL: Final = re.compile(
    r"(\d{4}-\d\d-\d\d) (\d\d:\d\d) - (\d{4}-\d\d-\d\d) (\d\d:\d\d) (\d+)"
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def span_words(seconds: float) -> str:
    """A length of time, cut to the minute: ``35 min``, ``2 h 10``, ``3 d 04 h``."""
    minutes = max(int(seconds) // 60, 0)
    if minutes < 60:
        return _("{minutes} min").format(minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("{hours} h {minutes:02d}").format(hours=hours, minutes=minutes)
    days, hours = divmod(hours, 24)
    return _("{days} d {hours:02d} h").format(days=days, hours=hours)


def near_moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """``10:42`` of today, ``Mon 10 Mar 10:42`` of another day."""
    on, today = (moment.astimezone(zone).date() for moment in (at, now))
    said = time_of_day(at, zone)
    return said if on == today else f"{near_day(on, today)} {said}"


def due_words(
    due_at: datetime | None, now: datetime, zone: ZoneInfo, late_seconds: int | None = None
) -> str:
    """When it is due and how long that is from now, or how late it is.

    Args:
        due_at: when; None while the clock waits.
        now: the moment of the question.
        zone: the shop's.
        late_seconds: of the working time that counts; the wall's where it is not given.
    """
    if due_at is None:
        return _("waits")
    if now <= due_at:
        said = _("by {moment}, in {span}")
        left = (due_at - now).total_seconds()
        return said.format(moment=near_moment(due_at, now, zone), span=span_words(left))
    late = (now - due_at).total_seconds() if late_seconds is None else late_seconds
    said = _("since {moment}, late by {span}")
    return said.format(moment=near_moment(due_at, now, zone), span=span_words(late))


def clock_words(clock: ClockRow, now: datetime, zone: ZoneInfo, late_seconds: int) -> str:
    """A clock in one line: its kind, where it stands, and when it is due."""
    parts = [f"{label(clock.kind)}: {_stands(clock, now, zone, late_seconds)}"]
    if clock.open and clock.level:
        parts.append(_("level {level}").format(level=clock.level))
    return listed(parts)


def _stands(clock: ClockRow, now: datetime, zone: ZoneInfo, late_seconds: int) -> str:
    if clock.state is ClockState.PAUSED:
        return _("waits, wakes up {moment}").format(moment=near_moment(clock.order_at, now, zone))
    if clock.open:
        return due_words(clock.due_at, now, zone, late_seconds)
    ended = clock.ended_at or now
    return f"{label(clock.state)} {near_moment(ended, now, zone)}"


def explained(clock: ClockRow, now: datetime, zone: ZoneInfo) -> list[str]:
    """How the due time of a clock came about, a line a span."""
    by = _("version {no}").format(no=clock.service_version_no)
    counts = _("the time on the wall") if clock.calendar is None else clock.calendar
    lines = [
        _("Runs since {moment}; {calendar} counts, {version}.").format(
            moment=short_moment(clock.started_at, zone), calendar=counts, version=by
        ),
        *explanation_words(clock.explanation),
    ]
    if clock.due_at is not None:
        lines.append(_("Due {moment}.").format(moment=short_moment(clock.due_at, zone)))
    if clock.next_level is not None and clock.next_level_at is not None:
        said = _("Level {level} {moment}.")
        lines.append(
            said.format(level=clock.next_level, moment=near_moment(clock.next_level_at, now, zone))
        )
    return lines


def explanation_words(lines: Iterable[str]) -> list[str]:
    """The stored spans in the active language, and what they add up to."""
    said, total, spans = [], 0, 0
    for line in lines:
        if found := _WORKED.fullmatch(line):
            on, opens, closes, minutes = found.groups()
            said.append(f"{day(date.fromisoformat(on))} {opens}-{closes}  {_minutes(minutes)}")
        elif found := _ON_THE_WALL.fullmatch(line):
            on, opens, to, closes, minutes = found.groups()
            begin, end = (day(date.fromisoformat(one)) for one in (on, to))
            said.append(f"{begin} {opens} - {end} {closes}  {_minutes(minutes)}")
        elif _DAY.fullmatch(line):
            said.append(_("on {day}").format(day=day(date.fromisoformat(line))))
            continue
        else:
            said.append(line)
            continue
        total, spans = total + int(minutes), spans + 1
    if spans > 1:
        together = timedelta(minutes=total)
        said.append(
            _("together {minutes}, {span}").format(
                minutes=_minutes(str(total)), span=span_words(together.total_seconds())
            )
        )
    return said


def _minutes(count: str) -> str:
    return _("{minutes} min").format(minutes=number(int(count)))
