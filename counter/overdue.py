"""The overdue board: one question over every kind of clock, and what its lines say.

Nothing here imports SQLModel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from counter.desk import ReadingDesk
from counter.permissions import Action
from counter.rules import overdue as rules
from counter.rules.calendars import WorkingTime
from counter.service_versions import service_of
from data import overdue
from data.reading import Asks
from models.errors import NotFound
from models.messages import N_
from models.overdue_views import (
    NOBODY,
    Board,
    OpenClocks,
    OverdueDetail,
    OverdueLine,
    OverdueQuery,
    OverdueRow,
)

__all__ = [
    "NOBODY",
    "Board",
    "OverdueDetail",
    "OverdueLine",
    "OverdueQuery",
    "OverdueRow",
    "board",
    "every_line",
    "lines",
    "owner_called",
]

_AT_ONCE: Final = 500
"""Lines whose tickets are read in one question."""


def board(desk: ReadingDesk, query: OverdueQuery | None = None) -> Board:
    """The overdue board as it stands now.

    Raises:
        NotAllowed: the role may not read tickets.
        NotFound, WrongState: the service times in the store cannot be read.
    """
    desk.require(Action.READ)
    query = query or OverdueQuery()
    clocks = overdue.due_before(desk.reader, desk.now + rules.SOON, desk.now)
    found = rules.board(clocks, query, desk.now, _works(desk.ask, clocks))
    owners = {owner for owner in found.owners.choices if owner != NOBODY}
    names = overdue.names_of(desk.reader, owners) if owners else {}
    return replace(found, names=names)


def lines(desk: ReadingDesk, rows: Sequence[OverdueRow]) -> tuple[OverdueLine, ...]:
    """Lines of the board with what they say; to be asked for those in sight."""
    desk.require(Action.READ)
    found = overdue.details(desk.reader, [row.id for row in rows])
    return tuple(OverdueLine(row, found.get(row.id)) for row in rows)


def every_line(desk: ReadingDesk, rows: Sequence[OverdueRow]) -> Iterator[OverdueLine]:
    """All lines of the board, for a file or for paper."""
    for start in range(0, len(rows), _AT_ONCE):
        yield from lines(desk, rows[start : start + _AT_ONCE])


def owner_called(desk: ReadingDesk, login: str) -> int:
    """The key of the person with that staff number, for a filter.

    Raises:
        NotFound: there is nobody of that number.
    """
    found = desk.ask.one("SELECT id FROM staff WHERE login = :login", login=login.strip())
    if found is None:
        raise NotFound(N_("Nobody here has the number {login}."), field="clerk", login=login)
    return int(found[0])


def _works(ask: Asks, clocks: OpenClocks) -> Mapping[int, WorkingTime]:
    """The working time of every calendar that these clocks are counted in."""
    wanted = set(clocks.calendars) - {None}
    if not wanted:
        return {}
    return {
        key: service_of(ask, version_no).working_time(code)
        for key, code, version_no in overdue.calendars(ask)
        if key in wanted
    }
