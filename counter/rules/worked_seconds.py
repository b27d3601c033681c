"""The windows of a calendar as seconds since 1970, and how many were worked before each.

What ``counter.rules.calendars`` counts with. Days are worked out when they are first asked for and
kept; a table never changes, so that threads may read one while another makes the next.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from models.errors import InvalidInput
from models.messages import N_

if TYPE_CHECKING:
    from counter.rules.calendars import Calendar

HORIZON_YEARS: Final = 10
"""How far ahead working time is looked for: a target beyond it is a mistake in the calendar."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

DAY: Final = 86_400
"""Seconds of a usual day."""

HORIZON: Final = HORIZON_YEARS * 366 * DAY
"""The same in seconds."""

_EPOCH_DAY: Final = EPOCH.toordinal()
_SECOND: Final = timedelta(seconds=1)
_FIRST_DAY: Final = date(1900, 1, 1).toordinal()
_LAST_DAY: Final = date(2400, 1, 1).toordinal()
_AROUND: Final = 2
"""Days around an instant in UTC that hold it in any zone."""
_STRIDE: Final = 32
"""Days that are worked out ahead at a time."""
_MINUTES: Final = 24 * 60


class Table(NamedTuple):
    """The windows of some days in a row as seconds since 1970, and the seconds worked before each.

    Attributes:
        first: ordinal of the first day.
        last: ordinal of the day after the last one.
        starts: seconds when the first day begins.
        ends: seconds when the last day is over.
        opens: of each window.
        closes: of each window.
        before: seconds worked from the table's zero until each window, and until the table's end.
    """

    first: int
    last: int
    starts: int
    ends: int
    opens: Sequence[int]
    closes: Sequence[int]
    before: Sequence[int]

    def worked(self, at: int) -> int:
        """Seconds worked from the table's zero until the second ``at``, which it must hold."""
        found = bisect_right(self.opens, at) - 1
        if found < 0:
            return self.before[0]
        return self.before[found] + min(at, self.closes[found]) - self.opens[found]

    def at(self, index: int) -> int:
        """The earliest second by which so much was worked; the table must hold it."""
        found = bisect_left(self.before, index) - 1
        return self.opens[found] + index - self.before[found]


class WorkedSeconds:
    """Seconds since 1970 as seconds worked, and back, for one calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self._windows_on = calendar.windows_on
        self._zone = calendar.zone
        self._table: Table | None = None
        self._extending = threading.Lock()

    def reached(self, begin: int, seconds: int) -> int:
        """The second by which so many were worked since ``begin``.

        Raises:
            InvalidInput: there are not so many until the horizon.
        """
        table = self.covering(begin, begin)
        index = table.worked(begin) + seconds
        ahead = _STRIDE * DAY
        while table.before[-1] < index:
            if table.ends - begin > HORIZON:
                raise beyond(instant(begin).date())
            table = self.covering(begin, min(table.ends + ahead, begin + HORIZON + DAY))
            ahead *= 2
        found = table.at(index)
        if found - begin > HORIZON:
            raise beyond(instant(begin).date())
        return found

    def at(self, index: int) -> int:
        """The earliest second by which an index of :meth:`Table.worked` is reached.

        Raises:
            InvalidInput: it lies beyond the horizon of the days that were asked for.
        """
        table = self._table or self.covering(0, 0)
        while index <= table.before[0]:
            table = self.covering(table.starts - _STRIDE * DAY, table.starts)
        if index <= table.before[-1]:
            return table.at(index)
        return self.reached(table.ends - 1, index - table.worked(table.ends - 1))

    def covering(self, low: int, high: int) -> Table:
        """A table that holds both seconds.

        Raises:
            InvalidInput: no calendar reaches there.
        """
        table = self._table
        if table is None or low < table.starts or high >= table.ends:
            with self._extending:
                table = self._table = self._extended(low, high)
        return table

    def _extended(self, low: int, high: int) -> Table:
        first = low // DAY + _EPOCH_DAY - _AROUND
        last = high // DAY + _EPOCH_DAY + _AROUND + _STRIDE
        self._sane(first)
        self._sane(last)
        table = self._table
        if table is None:
            starts = self.shown(first, 0)
            table = Table(first, first, starts, starts, (), (), (0,))
        if first < table.first:
            opens, closes = self._windows(first, table.first)
            worked = sum(closes) - sum(opens)
            before = [*_summed(table.before[0] - worked, opens, closes), *table.before[1:]]
            table = table._replace(
                first=first,
                starts=self.shown(first, 0),
                opens=[*opens, *table.opens],
                closes=[*closes, *table.closes],
                before=before,
            )
        if last > table.last:
            opens, closes = self._windows(table.last, last)
            before = [*table.before[:-1], *_summed(table.before[-1], opens, closes)]
            table = table._replace(
                last=last,
                ends=self.shown(last, 0),
                opens=[*table.opens, *opens],
                closes=[*table.closes, *closes],
                before=before,
            )
        return table

    def _windows(self, first: int, last: int) -> tuple[list[int], list[int]]:
        """Openings and closings of the days from ``first`` until before ``last``."""
        opens, closes = [], []
        for begin, end in self._walked(first, last):
            opens.append(begin)
            closes.append(end)
        return opens, closes

    def _walked(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        midnight = self.shown(first, 0)
        for ordinal in range(first, last):
            next_midnight = self.shown(ordinal + 1, 0)
            windows = self._windows_on(date.fromordinal(ordinal))
            if next_midnight - midnight == DAY:
                for window in windows:
                    yield midnight + window.opens * 60, midnight + window.closes * 60
            else:
                for window in windows:
                    begin = self.shown(ordinal, window.opens)
                    end = self.shown(ordinal, window.closes)
                    if begin < end:
                        yield begin, end
            midnight = next_midnight

    def shown(self, ordinal: int, minute: int) -> int:
        """The first second at which the local clock shows ``minute`` of a day, or a later one."""
        day, minute = divmod(minute, _MINUTES)
        local = datetime.combine(
            date.fromordinal(ordinal + day), time(minute // 60, minute % 60), self._zone
        )
        wall = (local.toordinal() - _EPOCH_DAY) * DAY + minute * 60
        before, after = _offset(local), _offset(local.replace(fold=1))
        if before >= after:
            return wall - before
        # The clock jumps over it: the first second after the jump.
        low, high = wall - after, wall - before
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(instant(middle).astimezone(self._zone)) == after:
                high = middle
            else:
                low = middle
        return high

    def _sane(self, ordinal: int) -> None:
        if not _FIRST_DAY <= ordinal <= _LAST_DAY:
            raise InvalidInput(N_("Working time is known from the year 1900 to 2400 only."))


def _summed(start: int, opens: Sequence[int], closes: Sequence[int]) -> Iterator[int]:
    """What was worked before each window and after the last, from ``start``."""
    yield start
    for begin, end in zip(opens, closes, strict=True):
        start += end - begin
        yield start


def minutes_more(before: int, seconds: int) -> int:
    """Whole minutes that are full with so many seconds more: those of all spans add up."""
    return (before + seconds) // 60 - before // 60


def as_shown(opens: int, closes: int) -> tuple[int, int]:
    """The ends of a span as they are shown: up to the minute, as a due time is rounded."""
    begins, ends = (-(-at // 60) * 60 for at in (opens, closes))
    return (begins if begins < ends else opens // 60 * 60), ends


def second_of(at: datetime) -> int:
    """The second since 1970 in which an instant lies."""
    return (at - EPOCH) // _SECOND


def instant(second: int) -> datetime:
    """The instant of a second since 1970, in UTC."""
    return EPOCH + timedelta(seconds=second)


def beyond(day: date) -> InvalidInput:
    """What a calendar refuses in which a target is not used up until the horizon."""
    return InvalidInput(
        N_(
            "The calendar has not so much working time within {years} years of {day}. Correct its "
            "windows, or the target."
        ),
        field="target",
        years=HORIZON_YEARS,
        day=day,
    )


def _offset(local: datetime) -> int:
    offset = local.utcoffset()
    return 0 if offset is None else offset.days * DAY + offset.seconds
