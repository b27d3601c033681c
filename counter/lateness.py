"""How late something is in the working minutes of its clock's calendar.

A list learns the calendars of its rows in the thread that reads them; how late a row is can then be
said whenever it is drawn. Nothing here imports SQLModel.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from counter.clock_words import due_words
from counter.desk import ReadingDesk
from counter.rules.calendars import WorkingTime
from counter.service_versions import service_of
from models.errors import CounterError


class Dued(Protocol):
    """What has a due time: a clock, or a row of a list with the clock that leads."""

    @property
    def due_at(self) -> datetime | None:
        """When it is due; None while the clock is paused."""

    @property
    def order_at(self) -> datetime | None:
        """The same, or when a paused clock goes on."""

    @property
    def service_version_no(self) -> int | None:
        """The version of the service times under which it runs."""

    @property
    def calendar(self) -> str | None:
        """The code of the calendar whose working time counts; None for the wall's."""


class Lateness:
    """The working times that were learned so far; one for each screen or command."""

    def __init__(self) -> None:
        self._works: dict[tuple[int, str], WorkingTime | None] = {}

    def learn(self, desk: ReadingDesk, rows: Iterable[Dued]) -> None:
        """Look up the calendars that ``rows`` name; those of a damaged version stay unknown."""
        for row in rows:
            if row.service_version_no is None or row.calendar is None:
                continue
            key = (row.service_version_no, row.calendar)
            if key not in self._works:
                self._works[key] = _working_time(desk, *key)

    def minutes(self, row: Dued, now: datetime) -> int | None:
        """Working minutes since it was due; None where it is not late or nobody knows."""
        if row.due_at is None or row.due_at >= now:
            return None
        work = self._works.get((row.service_version_no or 0, row.calendar or ""))
        return None if work is None else work.between(row.due_at, now) // 60

    def words(self, row: Dued, now: datetime, zone: ZoneInfo) -> str:
        """When it is due, in words; empty where no clock goes on."""
        if row.order_at is None:
            return ""
        late = self.minutes(row, now)
        return due_words(row.due_at, now, zone, late, wakes_at=row.order_at)


def _working_time(desk: ReadingDesk, version_no: int, code: str) -> WorkingTime | None:
    try:
        return service_of(desk.ask, version_no).working_time(code)
    except (CounterError, KeyError):  # told by the doctor; the wall's time is better than none
        return None
