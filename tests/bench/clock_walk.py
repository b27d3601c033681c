"""When a clock is due, found minute by minute: the floor that the due times are held against.

The way that needs no cleverness: the clock on the wall is looked at for every minute after the
start until as many were worked outside the pauses as the target has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from counter.rules.calendars import Calendar
from counter.rules.clocks import Pause

_MINUTE: Final = timedelta(minutes=1)


def walked(
    calendar: Calendar, started_at: datetime, minutes: int, pauses: Sequence[Pause]
) -> datetime | None:
    """The minute at which so many are used up; None where a pause without an end comes first."""
    at, left = started_at, minutes
    while left:
        paused = False
        for begin, end in pauses:
            if begin <= at and (end is None or at < end):
                if end is None:
                    return None
                paused = True
        if not paused:
            local = at.astimezone(calendar.zone)
            minute = local.hour * 60 + local.minute
            windows = calendar.windows_on(local.date())
            left -= any(opens <= minute < closes for opens, closes in windows)
        at += _MINUTE
    return at
