"""The events of made-up tickets: they wait for their days and are written in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from counter.made_clocks import Told
from counter.shop import SYSTEM
from data.bulk import Values
from data.making.days import OpenDays
from data.making.filling import Filling, MadeDeed
from data.making.tables import TICKET, TICKET_EVENT

_SYSTEM_ID: Final = 1


class _Pending(NamedTuple):
    """An event that is to be written on its day.

    Moment and place among all come first: the order in which events happen.
    """

    seconds: int
    place: int
    ticket_id: int
    event_no: int
    told: Told
    no: str


class MadeEvents:
    """Keeps the events of days to come.

    Attributes:
        count: how many were written.
    """

    def __init__(self, days: OpenDays, logins: list[str]) -> None:
        self._days, self._logins = days, logins
        self._pending: dict[int, list[_Pending]] = {}
        self._placed = 0
        self.count = 0

    def wait(self, ticket_id: int, no: str, told: Iterable[Told]) -> None:
        """Let the events of a ticket wait for their days."""
        for number, one in enumerate(told, 1):
            self._placed += 1
            pending = _Pending(one.at, self._placed, ticket_id, number, one, no)
            self._pending.setdefault(self._days.day_at(one.at), []).append(pending)

    def happen(self, filling: Filling, day: int) -> None:
        """Write the events of a day in their order, and who did each into the audit."""
        head, stored = filling.uid_head(TICKET.name), self._days.stored
        rows: list[Values] = []
        deeds: list[MadeDeed] = []
        levels: set[int] = set()
        reached = 0
        for seconds, _, ticket_id, number, told, no in sorted(self._pending.pop(day, [])):
            at, (kind, before, after, text) = stored(seconds), told.said
            key = told.actor + 2
            rows.append((ticket_id, number, at, key, kind, before, after, text, told.payload))
            if told.actor < 0:
                reached += 1
                levels.add(ticket_id)
                continue
            said = f'{{"event":{number},"no":"{no}","status":"{after}"}}'
            uid = f"{head}{ticket_id:012x}"
            login = self._logins[told.actor]
            deeds.append((at, key, login, f"ticket.{kind}", "ticket", uid, said))
        if reached:
            said = f'{{"levels":{reached},"tickets":{len(levels)}}}'
            last = rows[-1][2]
            deeds.append((last, _SYSTEM_ID, SYSTEM, "clock.levels", "clock", "", said))
        filling.insert(TICKET_EVENT, rows)
        filling.audit(deeds)
        self.count += len(rows)
