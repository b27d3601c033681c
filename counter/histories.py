"""Tickets beside their events: what is kept of each, and what its events add up to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from counter.rules import lifecycle
from data import checks
from data.reading import Reader, instant, maybe_day, maybe_instant
from models.terms import TicketAction, TicketStatus

CACHED: Final = (
    "status working priority owner department wake_on merged_into outcome cause liability "
    "customer_informed first_response_at resolved_at closed_at customer receipt receipt_line"
).split()
"""Fields of a ticket that its events say, in the order of the query."""

_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "working": bool,
    "customer_informed": lambda value: None if value is None else bool(value),
    "wake_on": maybe_day,
    "first_response_at": maybe_instant,
    "resolved_at": maybe_instant,
    "closed_at": maybe_instant,
}
_ACTIONS: Final = {str(action): action for action in TicketAction}
_STATUSES: Final = {str(status): status for status in TicketStatus}


@dataclass(frozen=True, slots=True)
class History:
    """One ticket as it is kept, and its events.

    Attributes:
        ticket_id: its key.
        no: its number.
        counted: how many events it says it has.
        last_at: the moment of its last event, as it says; as stored, like the events' moments.
        cached: what it says of :data:`CACHED`.
        events: rows of :func:`data.checks.events`.
    """

    ticket_id: int
    no: str
    counted: int
    last_at: Any
    cached: tuple[Any, ...]
    events: list[tuple[Any, ...]]

    @property
    def is_counted(self) -> bool:
        """The events are numbered without gaps, and as many as the ticket says."""
        return [event[1] for event in self.events] == list(range(1, self.counted + 1))

    @property
    def is_in_order(self) -> bool:
        """No event is earlier than the one before it, and the ticket knows the last."""
        moments = [event[2] for event in self.events]
        return moments == sorted(moments) and moments[-1:] == [self.last_at]

    @property
    def is_whole(self) -> bool:
        """No event is missing: not in between, and not at the end as far as the ticket knows."""
        numbers = [event[1] for event in self.events]
        return bool(numbers) and numbers == list(range(1, max(len(numbers), self.counted) + 1))

    def said(self) -> dict[str, Any]:
        """What the events say of :data:`CACHED`.

        Raises:
            KeyError, ValueError, TypeError: an event cannot be read.
        """
        return dict.fromkeys(CACHED) | lifecycle.fold(
            lifecycle.Event(_ACTIONS[kind], instant(at), _STATUSES[status], json.loads(payload))
            for _, _, at, kind, status, payload in self.events
        )

    def differences(self) -> list[str]:
        """Names of the fields in which the ticket is not what its events add up to."""
        try:
            said = self.said()
        except (KeyError, ValueError, TypeError) as error:
            return [f"{type(error).__name__} {error}"]
        kept = {
            name: _READ[name](value) if name in _READ else value
            for name, value in zip(CACHED, self.cached, strict=True)
        }
        return [name for name in CACHED if kept[name] != said[name]]

    @property
    def last_event_at(self) -> datetime:
        """The moment of the last event."""
        return instant(self.events[-1][2])


def histories(reader: Reader) -> Iterator[History]:
    """Two streams side by side: the tickets, and all events in the order of their tickets."""
    groups = groupby(checks.events(reader), key=itemgetter(0))
    waiting = next(groups, None)
    for ticket in checks.tickets(reader):
        events: list[tuple[Any, ...]] = []
        while waiting is not None and waiting[0] < ticket[0]:  # events without their ticket
            waiting = next(groups, None)
        if waiting is not None and waiting[0] == ticket[0]:
            events = list(waiting[1])
            waiting = next(groups, None)
        yield _history(ticket, events)


def history_of(reader: Reader, ticket_id: int) -> History | None:
    """One ticket and its events."""
    ticket = checks.ticket(reader, ticket_id)
    if ticket is None:
        return None
    return _history(ticket, checks.events_of(reader, ticket_id))


def _history(ticket: tuple[Any, ...], events: list[tuple[Any, ...]]) -> History:
    ticket_id, no, counted, last_at = ticket[:4]
    return History(ticket_id, no, counted, last_at, ticket[4:], events)
