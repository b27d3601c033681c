"""The opening days of a made-up shop, and moments on them in whole seconds."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Final

from data.demo import OpeningHours

_DAY: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()


class OpenDays:
    """So many opening days, the last of them the shop's present.

    A *place* is opening minutes since the first morning, as on the clock of
    :class:`data.demo.OpeningHours`, but cheap: hundreds of thousands are asked for in a second.

    Attributes:
        dates: the local dates.
        now: the place of the shop's present.
    """

    def __init__(self, hours: OpeningHours, today: date, until: datetime, count: int) -> None:
        self.dates = [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
        opened = [hours.opening(day) for day in self.dates]
        self._opens = [int(moment.timestamp()) for moment, _ in opened]
        self.starts = [0, *accumulate(minutes for _, minutes in opened)]
        passed = (until - opened[-1][0]).total_seconds() / 60
        self.now = self.starts[-2] + min(max(passed, 0.0), opened[-1][1])
        self._dates_of_seconds: dict[int, str] = {}
        self._clock = [
            f" {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000000"
            for second in range(_DAY)
        ]

    def __len__(self) -> int:
        return len(self.dates)

    def day_of(self, place: float) -> int:
        """Which day that place is on, counted from 0."""
        return bisect_right(self.starts, place) - 1

    def day_at(self, seconds: int) -> int:
        """On which day something happens at any hour; the night belongs to the day before."""
        return max(bisect_right(self._opens, seconds) - 1, 0)

    def seconds(self, place: float, day: int) -> int:
        """The moment at that place of the day, seconds since 1970 UTC."""
        return self._opens[day] + int((place - self.starts[day]) * 60)

    def stored(self, seconds: int) -> str:
        """A moment in the form that the store keeps (``data.reading.stored_instant``)."""
        day, rest = divmod(seconds, _DAY)
        text = self._dates_of_seconds.get(day)
        if text is None:
            text = self._dates_of_seconds[day] = date.fromordinal(day + _EPOCH).isoformat()
        return text + self._clock[rest]

    def shares(self, first: int, total: int) -> list[int]:
        """How many of ``total`` fall on each day from ``first`` on, by the minutes it is open.

        They add up to ``total`` exactly; the last day counts up to the present.
        """
        ends = [*self.starts[first:-1], self.now]
        whole = ends[-1] - ends[0]
        upto = [round(total * (end - ends[0]) / whole) if whole else total for end in ends]
        upto[-1] = total
        return [after - before for before, after in pairwise(upto)]

    def morning_before(self) -> datetime:
        """A day before the first opening, UTC."""
        return datetime.fromtimestamp(self._opens[0] - _DAY, UTC)
