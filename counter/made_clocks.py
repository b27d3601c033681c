"""The clocks of made-up tickets: the levels that they reached on the way, and how they stand.

What a tick would have written stands among the events, so that nothing is due at a shop that has
just been made but what came due since.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from counter.clock_rows import ClockRow, ClockRows, as_event
from counter.rules.lifecycle import TELLS, Event
from counter.rules.plain_clocks import SECOND, Reached
from counter.rules.plain_histories import Happened
from counter.rules.service import ServiceRules
from counter.rules.service_clocks import clocks_of
from counter.rules.worked_seconds import EPOCH
from models.terms import ClockKind, ClockState, TicketAction, TicketStatus

LAG: Final = 20
"""Seconds after which whoever looks at the clock writes that a level was reached."""

_SOON: Final = 9 * 60
"""Seconds in which no clock gets anywhere: the shortest target warns after twelve minutes."""

_SURPRISES: Final = (str(TicketAction.PRIORITISE), str(TicketAction.REOPEN))
"""What no plain history holds, of all that a story tells."""

_OVER: Final = (
    str(TicketStatus.CLOSED), str(TicketStatus.CANCELLED), str(TicketStatus.MERGED),
)  # fmt: skip

_ENDED: Final = frozenset({TicketAction.RESOLVE, TicketAction.CANCEL, TicketAction.MERGE})
_HEARD: Final = TELLS | frozenset({TicketAction.CLOSE, TicketAction.CANCEL, TicketAction.MERGE})

_RUNNING: Final = str(ClockState.RUNNING)
_LEADS, _STATE, _DUE_AT = 4, 2, 6


class Told(NamedTuple):
    """One event of a made-up ticket.

    Attributes:
        at: seconds since 1970.
        actor: the place of who did it among the people; -1 for the machine.
        said: kind, both statuses and text, as the store keeps them.
        payload: JSON.
    """

    at: int
    actor: int
    said: tuple[str, str | None, str, str | None]
    payload: str


class MadeClocks:
    """Works out the clocks of the tickets of one made-up shop.

    Args:
        rules: the service times under which all of them run.
        zone: the shop's.
        until: the shop's present, seconds since 1970.
    """

    def __init__(self, rules: ServiceRules, zone: ZoneInfo, until: int) -> None:
        self._rules = ClockRows(lambda _version_no: rules, zone)
        self._asked = rules
        self._zone = zone
        self._until = until

    def is_late(self, happened: Sequence[Happened]) -> bool:
        """Whether a clock that goes on is past its due time by the shop's present."""
        rows = self._rules.plain(happened)
        if rows is None:
            events = [as_event(one, TicketStatus.OPEN) for one in happened]
            rows = self._rules.whole(events)
        now = self._rules.stored(self._until * SECOND)
        return any(row[_STATE] == _RUNNING and row[_DUE_AT] < now for row in rows)

    def with_levels(self, told: list[Told]) -> list[Told]:
        """The events with the levels that were reached meanwhile, in the order of time."""
        reached = self._rules.reached(_happened(told), (self._until - LAG) * SECOND)
        if reached is None:
            return self._lived_through(told)
        return _merged(told, _levels(told, reached)) if reached else told

    def rows(self, told: Sequence[Told]) -> list[ClockRow]:
        """The rows of the ticket's clocks after all of that."""
        rows = self._rules.plain(_happened(told))
        if rows is not None:
            return rows
        return self._rules.whole(_events(told))

    def _lived_through(self, told: list[Told]) -> list[Told]:
        """Event by event, for histories in which what is due changes on the way."""
        plain = next(place for place, one in enumerate(told) if one.said[0] in _SURPRISES)
        begun = self._rules.reached(_happened(told[:plain]), (told[plain].at - LAG) * SECOND)
        lived = _merged(told[:plain], _levels(told, begun or []))
        for place, one in enumerate(told[plain:], plain):
            lived.append(one)
            following = told[place + 1].at if place + 1 < len(told) else self._until + 1
            while following - lived[-1].at > _SOON and one.said[2] not in _OVER:
                level = self._next(lived, following)
                if level is None:
                    break
                lived.append(level)
        return lived

    def _next(self, lived: list[Told], following: int) -> Told | None:
        """The level that is reached next, where that is before the event that follows."""
        clocks = clocks_of(_events(lived), self._rules.rules, self._zone)
        coming = [
            (clock.next_level_at, clock)
            for clock in clocks
            if clock.next_level_at is not None
            and clock.next_level is not None
            and _seconds(clock.next_level_at) + LAG < following
        ]
        if not coming:
            return None
        at, clock = min(coming, key=lambda pair: pair[0])
        seconds = max(_seconds(at) + LAG, lived[-1].at)
        late = clock.due_at is not None and seconds > _seconds(clock.due_at)
        payload = _level(clock.kind, clock.next_level or 0, _seconds(at), late=late)
        return _machine(lived[-1], seconds, payload)


def _levels(told: Sequence[Told], reached: Sequence[Reached]) -> list[tuple[int, str]]:
    """When the machine writes what was reached, and what, unless the clock is over by then."""
    ends = _ends(told)
    return [
        (at // SECOND + LAG, _level(clock, level, at // SECOND, late=level > 1))
        for at, clock, level in reached
        if at // SECOND + LAG < ends[clock]
    ]


def _happened(told: Sequence[Told]) -> list[Happened]:
    return [(one.said[0], one.at * SECOND, one.payload) for one in told]


def _events(told: Sequence[Told]) -> list[Event]:
    return [
        as_event((one.said[0], one.at * SECOND, one.payload), TicketStatus(one.said[2]))
        for one in told
    ]


def _ends(told: Sequence[Told]) -> dict[ClockKind, int]:
    """When the two clocks are over, or a moment that never comes."""
    never = told[-1].at + 2**40
    return {
        ClockKind.FIRST_RESPONSE: next((one.at for one in told if one.said[0] in _HEARD), never),
        ClockKind.RESOLUTION: next((one.at for one in told if one.said[0] in _ENDED), never),
    }


def _level(clock: ClockKind, level: int, reached: int, *, late: bool) -> str:
    """The payload as a tick writes it."""
    payload = {
        "clock": str(clock),
        "level": level,
        "reached_at": (EPOCH + timedelta(seconds=reached)).isoformat(),
    }
    return json.dumps(payload | ({"late": True} if late else {}))


def _machine(before: Told, seconds: int, payload: str) -> Told:
    """What the machine writes after an event; the ticket stands where it stood."""
    status = before.said[2]
    return Told(seconds, -1, (str(TicketAction.LEVEL), status, status, None), payload)


def _merged(told: list[Told], levels: list[tuple[int, str]]) -> list[Told]:
    lived: list[Told] = []
    waiting = sorted(levels, reverse=True)
    for one in told:
        while waiting and waiting[-1][0] < one.at:
            lived.append(_machine(lived[-1], *waiting.pop()))
        lived.append(one)
    while waiting:
        lived.append(_machine(lived[-1], *waiting.pop()))
    return lived


def _seconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(seconds=1)
