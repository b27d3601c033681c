"""Working time: which minutes of which days count, from UTC instants along local dates.

A calendar says for each local date which windows are worked. Its working time turns instants into
seconds worked and back: local dates are walked in the calendar's zone, and every window begins and
ends at the first moment at which the local clock shows it. So a day of 23 or 25 hours has the
minutes that really pass in it, and a window that begins in an hour that is left out begins with the
hour after it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from counter.rules.worked_seconds import (
    DAY,
    HORIZON,
    WorkedSeconds,
    as_shown,
    beyond,
    instant,
    minutes_more,
    second_of,
)
from models.errors import InvalidInput
from models.messages import N_

END_OF_DAY: Final = 24 * 60
"""Minutes of a day; a window closes at most then."""


class Window(NamedTuple):
    """Time that is worked within a local day, in minutes since its midnight; the end is not."""

    opens: int
    closes: int


class Span(NamedTuple):
    """A stretch of time that was worked or will be.

    Attributes:
        minutes: whole minutes that are full with it; those of spans in a row add up to the whole.
    """

    opens: datetime
    closes: datetime
    minutes: int

    def shown(self) -> tuple[datetime, datetime]:
        """Its ends to the minute."""
        begins, ends = as_shown(second_of(self.opens), second_of(self.closes))
        return instant(begins), instant(ends)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which windows are worked on which local dates.

    Attributes:
        tz: IANA zone of the dates.
        weekly: the windows of Monday to Sunday, each day's in order.
        closed_dates: dates without a window, whatever weekday they are.
        extra_workdays: dates with the windows of their weekday, or Monday's where it has none.
        special_hours: windows of one date; they win over everything else.
    """

    tz: str
    weekly: tuple[tuple[Window, ...], ...]
    closed_dates: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()
    special_hours: tuple[tuple[date, tuple[Window, ...]], ...] = ()
    _special: dict[date, tuple[Window, ...]] = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = (
            self.tz, self.weekly, self.closed_dates, self.extra_workdays, self.special_hours,
        )  # fmt: skip
        object.__setattr__(self, "_special", dict(self.special_hours))
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the dates."""
        return ZoneInfo(self.tz)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows of a local date, in order; none where it is not worked."""
        special = self._special.get(day)
        if special is not None:
            return special
        if day in self.closed_dates:
            return ()
        windows = self.weekly[day.weekday()]
        if not windows and day in self.extra_workdays:
            return self.weekly[0]
        return windows

    def works_on(self, day: date) -> bool:
        """Whether a local date is a working day: one that has a window."""
        return bool(self.windows_on(day))


@lru_cache(maxsize=64)
def always(tz: str) -> Calendar:
    """The calendar of a zone in which every minute counts."""
    return Calendar(tz, ((Window(0, END_OF_DAY),),) * 7)


class WorkingTime:
    """Instants as seconds worked, and back; cached for each calendar by :func:`working_time`.

    The days that are asked for are worked out once and kept. Safe for several threads. Every method
    raises InvalidInput for an instant before 1900 or after 2400.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar: Final = calendar
        self.zone: Final = calendar.zone
        self._seconds: Final = WorkedSeconds(calendar)

    def index(self, at: datetime) -> int:
        """Seconds worked until ``at``, from a zero that is this object's own.

        Only differences and the order mean something; nothing of it is to be stored.
        """
        second = second_of(at)
        return self._seconds.covering(second, second).worked(second)

    def at(self, index: int) -> datetime:
        """The earliest instant by which ``index`` is reached: at closing, not at the next opening.

        Raises:
            InvalidInput: it lies beyond the horizon of the days that were asked for.
        """
        return instant(self._seconds.at(index))

    def add(self, start: datetime, seconds: int) -> datetime:
        """When so many seconds, at least one, have been worked since ``start``.

        Raises:
            InvalidInput: the calendar has not so many until the horizon.
        """
        return instant(self._seconds.reached(second_of(start), seconds))

    def between(self, begin: datetime, end: datetime) -> int:
        """Seconds worked from ``begin`` to ``end``; negative where ``end`` is earlier."""
        first, last = second_of(begin), second_of(end)
        table = self._seconds.covering(min(first, last), max(first, last))
        return table.worked(last) - table.worked(first)

    def opening(self, at: datetime) -> datetime:
        """``at`` where it is worked, else the next opening.

        Raises:
            InvalidInput: there is none until the horizon.
        """
        second = second_of(at)
        opens = self._seconds.reached(second, 1) - 1
        return at if opens <= second else instant(opens)

    def spans(self, begin: datetime, end: datetime, before: int = 0) -> list[Span]:
        """What is worked from ``begin`` to ``end``, window by window, after seconds ``before``."""
        low, high = second_of(begin), second_of(end)
        if high <= low:
            return []
        table = self._seconds.covering(low, high)
        found = []
        for at in range(bisect_right(table.closes, low), bisect_left(table.opens, high)):
            opens, closes = max(low, table.opens[at]), min(high, table.closes[at])
            minutes = minutes_more(before, closes - opens)
            found.append(Span(instant(opens), instant(closes), minutes))
            before += closes - opens
        return found

    def local(self, at: datetime) -> datetime:
        """An instant as the calendar's zone shows it."""
        return at.astimezone(self.zone)

    def midnight(self, day: date) -> datetime:
        """The instant with which a local date begins."""
        return instant(self._seconds.shown(day.toordinal(), 0))

    def closing(self, day: date) -> datetime:
        """The instant at which the last window of a working day closes."""
        last = self.calendar.windows_on(day)[-1]
        return instant(self._seconds.shown(day.toordinal(), last.closes))

    def working_days(self, start: date, count: int) -> list[date]:
        """The next ``count`` working days after the local date ``start``, which is not one of them.

        Raises:
            InvalidInput: the calendar has not so many until the horizon.
        """
        found: list[date] = []
        first = start.toordinal() + 1
        for ordinal in range(first, min(first + HORIZON // DAY, date.max.toordinal())):
            if len(found) >= count:
                return found
            day = date.fromordinal(ordinal)
            if self.calendar.works_on(day):
                found.append(day)
        raise beyond(start)


@lru_cache(maxsize=256)
def working_time(calendar: Calendar) -> WorkingTime:
    """The working time of a calendar; equal calendars share one."""
    return WorkingTime(calendar)


# --- as it is written -----------------------------------------------------------------------

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEK: Final = tuple("1234567")
_MOST: Final = 10_000
"""Most dates of a list, and windows of a day: a century of rest days is less."""


def calendar_of(values: object, tz: str | None = None) -> Calendar:
    """The calendar that is written as ``tz``, ``weekly``, ``closed_dates`` and so on.

    Only the zone must be there, unless ``tz`` says which it is where the calendar names none.

    Raises:
        InvalidInput: something in it is no calendar's; its key is the error's ``field``.
    """
    if not isinstance(values, Mapping):
        raise InvalidInput(
            N_("A calendar is an object such as {example}."),
            example='{"tz": "Asia/Shanghai", "weekly": {"1": [["09:00", "21:00"]]}}',
        )
    for key in values:
        if key not in ("tz", "weekly", "closed_dates", "extra_workdays", "special_hours"):
            raise InvalidInput(
                N_("A calendar has no '{name}'. Correct its name, or leave it out."),
                field=str(key)[:100],
                name=str(key)[:100],
            )
    weekly = _table(values, "weekly")
    for key in weekly:
        if key not in _WEEK:
            raise _wrong("weekly", key, "1 ... 7")
    return Calendar(
        _zone(values.get("tz") or tz),
        tuple(_windows("weekly", weekly.get(day) or ()) for day in _WEEK),
        frozenset(_dates("closed_dates", values.get("closed_dates") or ())),
        frozenset(_dates("extra_workdays", values.get("extra_workdays") or ())),
        tuple(
            (_date("special_hours", day), _windows("special_hours", windows))
            for day, windows in sorted(_table(values, "special_hours").items())
        ),
    )


def _zone(name: object) -> str:
    try:
        if isinstance(name, str) and len(name) <= 100:
            return ZoneInfo(name).key
    except (LookupError, ValueError, OSError):
        pass
    raise _wrong("tz", name, "Asia/Shanghai")


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = values.get(key) or {}
    if not isinstance(table, Mapping):
        raise _wrong(key, table, "{...}")
    return table


def _dates(key: str, given: object) -> Iterable[date]:
    if not isinstance(given, list | tuple) or len(given) > _MOST:
        raise _wrong(key, given, '["2025-10-01"]')
    return [_date(key, day) for day in given]


def _date(key: str, day: object) -> date:
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    try:
        if isinstance(day, str) and _DATE.fullmatch(day):
            return date.fromisoformat(day)
    except ValueError:
        pass
    raise _wrong(key, day, "2025-10-01")


def _windows(key: str, given: object) -> tuple[Window, ...]:
    if not isinstance(given, list | tuple) or len(given) > _MOST:
        raise _wrong(key, given, '[["09:00", "12:00"], ["13:30", "18:00"]]')
    windows = sorted(_window(key, pair) for pair in given)
    for earlier, later in pairwise(windows):
        if later.opens < earlier.closes:
            raise InvalidInput(
                N_("Two windows of a day overlap: {windows}."),
                field=key,
                windows=json.dumps(given),
            )
    return tuple(windows)


def _window(key: str, given: object) -> Window:
    if isinstance(given, list | tuple) and len(given) == 2:
        found = [_CLOCK.fullmatch(text) for text in given if isinstance(text, str)]
        minutes = [
            END_OF_DAY if match[1] is None else int(match[1]) * 60 + int(match[2])
            for match in found
            if match
        ]
        if len(minutes) == 2 and minutes[0] < minutes[1]:
            return Window(*minutes)
    raise InvalidInput(
        N_(
            "{value} is no window. A window is an opening and a later closing of one day, such "
            "as {example}; the last closing is 24:00."
        ),
        field=key,
        value=json.dumps(given, ensure_ascii=False, default=str)[:100],
        example='["13:30", "18:00"]',
    )


def _wrong(key: str, value: object, possible: str) -> InvalidInput:
    return InvalidInput(
        N_("The calendar's '{name}' cannot be {value}. Possible: {possible}."),
        field=key,
        name=key,
        value=json.dumps(value, ensure_ascii=False, default=str)[:100],
        possible=possible,
    )
