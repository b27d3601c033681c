"""Which days are rest days: the table of a policy version, and the last day that it moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, cast

from counter.rules.written import ANYTHING, Kind, Table, listed, number, or_none
from models.terms import RollRule

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RestDays:
    """Public holidays, days off between them, and the weekend days that are worked instead.

    Attributes:
        weekend: ISO weekdays.
        named: days that the law or an announcement names.
        working: make-up working days; they never rest.
        announced: first and last year whose make-up days are known; None where no year has any.
    """

    weekend: frozenset[int]
    named: frozenset[date]
    working: frozenset[date]
    announced: tuple[int, int] | None

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> RestDays:
        """The days of a table that is right in form: ``weekend``, ``announced`` and ``years``.

        Raises:
            ValueError: a day that no calendar has.
        """
        known = table["announced"]
        return cls(
            frozenset(table["weekend"]),
            frozenset(_days(table["years"], "rest")),
            frozenset(_days(table["years"], "work")),
            None if known == "none" else cast(tuple[int, int], tuple(known)),
        )

    def rests(self, day: date, roll_rule: RollRule = RollRule.REST_DAY) -> bool:
        """Whether a last day on ``day`` moves; under ``holiday`` only what the table names does."""
        if roll_rule is RollRule.NONE:
            return False
        if day in self.named:
            return day not in self.working
        if day.isoweekday() not in self.weekend or day in self.working:
            return False
        return roll_rule is RollRule.REST_DAY

    def rolled(self, day: date, roll_rule: RollRule) -> date:
        """``day``, or the day after the rest that it falls into (Civil Code art. 203)."""
        while self.rests(day, roll_rule) and day < date.max:
            day += _DAY
        return day

    def is_announced(self, year: int) -> bool:
        """Whether the make-up days of ``year`` are known, or there are none to know."""
        return self.announced is None or self.announced[0] <= year <= self.announced[1]

    def after_working_days(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start``, which is not counted itself."""
        day = start
        while count and day < date.max:
            day += _DAY
            count -= not self.rests(day)
        return day


def _days(years: Mapping[str, Mapping[str, Any]], kind: str) -> Iterator[date]:
    for year, held in years.items():
        for day in held[kind]:
            yield date.fromisoformat(f"{year}-{day}")


# --- as somebody wrote them -----------------------------------------------------------------


def read_rest_days(holder: Table) -> RestDays | None:
    """The days of ``rest_days`` inside a table; None where there are none, or they have faults."""
    if "rest_days" not in holder.values:
        return None
    before = len(holder.faults)
    table = holder.table("rest_days")
    if len(holder.faults) > before:
        return None
    table.read(
        {
            "weekend": listed(number(1, 7).read, "[6, 7]"),
            "announced": or_none(Kind(_span, "[2009, 2026]")),
            "years": ANYTHING,
        }
    )
    years = table.table("years")
    for year in years.values:
        days = listed(partial(_day_of, year), '["01-01"]')
        years.table(year).read({"rest": days, "work": days})
    return RestDays.of(table.values) if len(holder.faults) == before else None


def _day_of(year: str, day: str) -> date:
    return date.fromisoformat(f"{year}-{day}")


def _span(value: object) -> list[int]:
    match value:
        case [int(first), int(last)] if first <= last:
            return [first, last]
    raise ValueError
