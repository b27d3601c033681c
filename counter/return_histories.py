"""Return cases beside their tickets' events: what is kept of each, and what the events say.

As ``counter.histories`` does for tickets: streams side by side, so that memory stays flat.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from counter.rules import lifecycle, return_case
from data import return_checks
from data.reading import Reader, instant, maybe_day, maybe_instant
from models.terms import ReturnStatus, TicketAction, TicketStatus

_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "working": bool,
    "submitted_at": maybe_instant,
    "decided_at": maybe_instant,
    "goods_due_on": maybe_day,
    "received_at": maybe_instant,
    "due_at": maybe_instant,
}

_UNREADABLE: Final = (KeyError, ValueError, TypeError)

Row = tuple[Any, ...]


class Otherwise(NamedTuple):
    """One row that the events say otherwise.

    Attributes:
        table: where it stands.
        key: its key.
        fields: its columns, as the events have them.
    """

    table: str
    key: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """One case as it is kept, with its lines and refunds, and the events of its ticket.

    Attributes:
        ticket_id: the key of its ticket.
        case_id: its own.
        no: the ticket's number.
        counted: how many events the ticket says it has.
        cached: what the case says of :data:`counter.rules.return_case.FOLDED`.
        events: rows of :func:`data.return_checks.each`, likewise lines and refunds.
    """

    ticket_id: int
    case_id: int
    no: str
    counted: int
    cached: Row
    events: list[Row]
    lines: list[Row]
    refunds: list[Row]

    @property
    def is_whole(self) -> bool:
        """No event is missing, as far as the ticket knows."""
        numbers = [event[1] for event in self.events]
        return bool(numbers) and numbers == list(range(1, max(len(numbers), self.counted) + 1))

    def differences(self) -> list[str]:
        """What of the case, its lines and refunds is not what the events add up to."""
        try:
            found = self.otherwise()
        except _UNREADABLE as error:
            return [f"{type(error).__name__} {error}"]
        return sorted({_named(row.table, name) for row in found for name in row.fields})

    def mendable(self) -> list[Otherwise]:
        """What can be put right; nothing where an event is missing or cannot be read."""
        try:
            return self.otherwise() if self.is_whole else []
        except _UNREADABLE:
            return []

    def otherwise(self) -> list[Otherwise]:
        """Every row that the events say otherwise.

        Raises:
            KeyError, ValueError, TypeError: an event cannot be read.
        """
        events = [
            lifecycle.Event(TicketAction(kind), instant(at), TicketStatus(to), json.loads(payload))
            for _, _, at, kind, to, payload, _ in self.events
        ]
        said = return_case.fold(events)
        found = [
            self._case(said),
            *self._lines(events, said["status"]),
            *self._refunds(events),
        ]
        return [one for one in found if one.fields]

    def _case(self, said: dict[str, Any]) -> Otherwise:
        names = return_case.FOLDED
        kept = {
            name: _READ[name](value) if name in _READ else value
            for name, value in zip(names, self.cached, strict=True)
        }
        fields = {name: said[name] for name in names if kept[name] != said[name]}
        return Otherwise("return_case", self.case_id, fields)

    def _lines(self, events: list[lifecycle.Event], status: ReturnStatus) -> Iterator[Otherwise]:
        asked, came = return_case.quantities(events)
        for _, key, uid, requested, received, counted, waived in self.lines:
            here = came.get(uid, 0)
            takes = return_case.counted(status, asked[uid], here, waived=bool(waived))
            said = {"requested_milli": asked[uid], "received_milli": here, "counted_milli": takes}
            kept = zip(said, (requested, received, counted), strict=True)
            fields = {name: said[name] for name, value in kept if value != said[name]}
            yield Otherwise("return_line", key, fields)

    def _refunds(self, events: list[lifecycle.Event]) -> Iterator[Otherwise]:
        statuses = return_case.refund_statuses(events)
        for _, key, uid, status, settled_at, settled_by in self.refunds:
            at, by = self._settled(events, uid)
            said = {"status": statuses[uid], "settled_at": at, "settled_by_id": by}
            kept = zip(said, (status, maybe_instant(settled_at), settled_by), strict=True)
            fields = {name: said[name] for name, value in kept if value != said[name]}
            yield Otherwise("refund", key, fields)

    def _settled(
        self, events: list[lifecycle.Event], uid: str
    ) -> tuple[datetime, int] | tuple[None, None]:
        """When and by whom a refund was paid back, if it was."""
        found = (
            (event.at, row[6])
            for event, row in zip(events, self.events, strict=True)
            if event.kind is TicketAction.SETTLE and uid in event.payload["refunds"]
        )
        return next(found, (None, None))


def _named(table: str, column: str) -> str:
    """A column of the case by its name alone, others with their table."""
    return column if table == "return_case" else f"{table}.{column}"


def case_histories(reader: Reader) -> Iterator[CaseHistory]:
    """Every case, in the order of the tickets."""
    parts = [_Beside(return_checks.each(reader, what)) for what in _PARTS]
    for case in return_checks.each(reader, "cases"):
        yield _history(case, *(part.of(case[0]) for part in parts))


def case_history_of(reader: Reader, ticket_id: int) -> CaseHistory | None:
    """The case of one ticket."""
    cases = return_checks.of_ticket(reader, "cases", ticket_id)
    if not cases:
        return None
    parts = (return_checks.of_ticket(reader, what, ticket_id) for what in _PARTS)
    return _history(cases[0], *parts)


_PARTS: Final = ("events", "lines", "refunds")


def _history(case: Row, events: list[Row], lines: list[Row], refunds: list[Row]) -> CaseHistory:
    ticket_id, case_id, no, counted = case[:4]
    return CaseHistory(ticket_id, case_id, no, counted, case[4:], events, lines, refunds)


class _Beside:
    """A stream of rows in the order of their first cell, read along with another one."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._waiting = next(self._groups, None)

    def of(self, key: int) -> list[Row]:
        """The rows of ``key``; keys are asked for in rising order."""
        while self._waiting is not None and self._waiting[0] < key:
            self._waiting = next(self._groups, None)
        if self._waiting is None or self._waiting[0] != key:
            return []
        found = list(self._waiting[1])
        self._waiting = next(self._groups, None)
        return found
