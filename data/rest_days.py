"""Rest days and make-up working days by year, made from the ``holidays`` library.

The tables that policy packs name are shipped as data (``data/reference/rest_days``): a decision
must come out the same years later, whatever a newer library has learned meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

YEARS: Final = range(2001, 2051)
"""The years of a table: from those of imported receipts to the longest warranties to come. The
library knows the make-up days of every year that was announced since the first of them."""

NATIONS: Final = {"cn": "CN"}
"""Every table that is made, by its name, and the country as the library has it."""

_ABOUT: Final = """\
# Made by .ci/rest_days.py from holidays {version}; not edited by hand.
# `rest` are the days that the law or an announcement names, days between holidays too; `work` are
# the working days at weekends that make up for them. `announced` are the first and the last year
# whose make-up days are known; later years have the holidays as they are computed."""


def table_text(name: str) -> str:
    """The table ``name`` of :data:`NATIONS` as TOML, from the library that is installed."""
    from importlib.metadata import version  # with all of email: no command that reads needs it

    import holidays

    days = holidays.country_holidays(NATIONS[name], years=YEARS)
    last = max(day.year for day in days.weekend_workdays)
    head = [
        _ABOUT.format(version=version("holidays")),
        f"weekend = [{', '.join(str(day + 1) for day in sorted(days.weekend))}]",
        f"announced = [{YEARS[0]}, {last}]",
    ]
    return "\n".join([*head, *_years(set(days), days.weekend_workdays), ""])


def _years(rest: Iterable[date], work: Iterable[date]) -> Iterator[str]:
    for year in YEARS:
        yield ""
        yield f"[years.{year}]"
        yield f"rest = [{_days(rest, year)}]"
        yield f"work = [{_days(work, year)}]"


def _days(days: Iterable[date], year: int) -> str:
    return ", ".join(f'"{day:%m-%d}"' for day in sorted(days) if day.year == year)
