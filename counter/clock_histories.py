"""Clocks and complaints beside the events of their tickets: what is kept, and what follows.

As ``counter.histories`` does for tickets: streams side by side, so that memory stays flat.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from counter.clock_keeping import promised
from counter.clock_rows import COLUMNS, ClockRow, ClockRows
from counter.desk import SiteFacts
from counter.rules import complaint_case
from counter.rules.lifecycle import Event
from counter.service_versions import service_of
from data import checks, clock_checks
from data.reading import Reader, instant
from models.terms import COMPLAINED, TicketAction, TicketKind, TicketStatus

Row = tuple[Any, ...]

_UNREADABLE: Final = (KeyError, ValueError, TypeError, AttributeError, IndexError)
_LISTS: Final = frozenset({"checklist", "explanation"})
_NAME: Final = slice(0, 2)
"""Kind and subject of a clock's row: what it is called."""

MISSING: Final = "missing"
EXTRA: Final = "extra"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not what follows from the events.

    Attributes:
        table: where it stands.
        key: its key; None where it is missing.
        values: its columns as they ought to be; None where there should be no such row.
        named: what is wrong, such as ``resolution.due_at`` or ``hand_over.missing``.
    """

    table: str
    key: int | None
    values: dict[str, Any] | None
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One ticket as it is kept, with its clocks, complaint and events.

    Attributes:
        counted: how many events it has had.
        promised: whether something is promised about it beside what its events say.
        clocks: ticket, key, then :data:`counter.clock_rows.COLUMNS`; so are complaints, with
            :data:`counter.rules.complaint_case.FOLDED`.
        events: rows of :func:`data.checks.events`.
    """

    ticket_id: int
    no: str
    kind: str
    status: str
    counted: int
    promised: bool
    clocks: Sequence[Row]
    complaints: Sequence[Row]
    events: Sequence[Row]

    @property
    def is_whole(self) -> bool:
        """No event is missing: not in between, and not at the end as far as the ticket knows."""
        numbers = [event[1] for event in self.events]
        return numbers == list(range(1, max(len(numbers), self.counted) + 1))


class Beside:
    """Compares tickets with what their events say, one after the other.

    Args:
        reader: a snapshot, or an open transaction.
        site: the shop.
    """

    def __init__(self, reader: Reader, site: SiteFacts) -> None:
        self._reader = reader
        self._zone = site.zone
        self._rows = ClockRows(lambda version_no: service_of(reader, version_no), site.zone)

    def all(self) -> Iterator[Kept]:
        """Every ticket whose clocks are built."""
        reader = self._reader
        last = clock_checks.built_to(reader)
        events = _Stream(checks.events(reader))
        clocks = _Stream(clock_checks.clocks(reader, COLUMNS))
        complaints = _Stream(clock_checks.complaints(reader, complaint_case.FOLDED))
        promises = _Stream(clock_checks.promised(reader))
        for key, no, kind, status, counted in clock_checks.tickets(reader):
            if last is not None and key > last:
                return
            yield Kept(
                key,
                no,
                kind,
                status,
                counted,
                bool(promises.of(key)),
                clocks.of(key),
                complaints.of(key),
                events.of(key),
            )

    def one(self, ticket_id: int) -> Kept | None:
        """One ticket."""
        reader = self._reader
        found = clock_checks.ticket(reader, ticket_id)
        if found is None:
            return None
        key, no, kind, status, counted = found
        return Kept(
            key,
            no,
            kind,
            status,
            counted,
            True,
            clock_checks.clocks_of(reader, COLUMNS, ticket_id),
            clock_checks.complaints_of(reader, complaint_case.FOLDED, ticket_id),
            checks.events_of(reader, ticket_id),
        )

    # --- what follows ---------------------------------------------------------------------

    def clocks(self, kept: Kept) -> list[Difference]:
        """Clocks that are not what follows from the events.

        Raises:
            CounterError: a version of the service times is missing or not as it was written.
        """
        try:
            due = self._due(kept)
        except _UNREADABLE as error:
            return [Difference("clock", None, None, (f"{type(error).__name__} {error}",))]
        if len(due) == len(kept.clocks) and all(
            row[2:] == other for row, other in zip(kept.clocks, sorted(due), strict=True)
        ):
            return []
        rows = {row[2:][_NAME]: row for row in kept.clocks}
        found = []
        for other in due:
            row = rows.pop(other[_NAME], None)
            wrong = _wrong(COLUMNS, row[2:] if row else None, other)
            values = {name: other[COLUMNS.index(name)] for name in wrong}
            if row is None:
                found.append(Difference("clock", None, values, (f"{other[0]}.{MISSING}",)))
            elif wrong:
                named = tuple(f"{other[0]}.{name}" for name in wrong)
                found.append(Difference("clock", row[1], values, named))
        found += [
            Difference("clock", row[1], None, (f"{row[2]}.{EXTRA}",)) for row in rows.values()
        ]
        return found

    def _due(self, kept: Kept) -> list[ClockRow]:
        if not kept.events:
            return []
        if not kept.promised:
            happened = self._rows.happened((row[3], row[2], row[5]) for row in kept.events)
            found = self._rows.plain(happened)
            if found is not None:
                return found
        events = _events(kept)
        promises = promised(
            self._reader,
            self._zone,
            kept.ticket_id,
            TicketKind(kept.kind),
            TicketStatus(kept.status),
            events,
        )
        return self._rows.whole(events, promises)

    def complaint(self, kept: Kept) -> list[Difference]:
        """What of a complaint is not what its events say."""
        extra = [
            Difference("complaint", row[1], None, (EXTRA,))
            for row in kept.complaints
            if kept.kind not in COMPLAINED
        ]
        if extra or kept.kind not in COMPLAINED or not kept.events:
            return extra
        try:
            said = complaint_case.fold(_events(kept))
        except _UNREADABLE as error:
            return [Difference("complaint", None, None, (f"{type(error).__name__} {error}",))]
        values = tuple(
            json.dumps(said[name]) if name in _LISTS else said[name]
            for name in complaint_case.FOLDED
        )
        row = kept.complaints[0] if kept.complaints else None
        wrong = _wrong(complaint_case.FOLDED, row[2:] if row else None, values)
        if not wrong:
            return []
        whole = dict(zip(complaint_case.FOLDED, values, strict=True))
        if row is None:
            return [Difference("complaint", None, whole, (MISSING,))]
        return [Difference("complaint", row[1], {name: whole[name] for name in wrong}, wrong)]


def _events(kept: Kept) -> list[Event]:
    return [
        Event(
            _ACTIONS[kind],
            instant(at),
            _STATUSES[status],
            json.loads(payload) if payload != "{}" else _NOTHING,
        )
        for _, _, at, kind, status, payload in kept.events
    ]


_NOTHING: Final[dict[str, Any]] = {}
_ACTIONS: Final = {str(action): action for action in TicketAction}
_STATUSES: Final = {str(status): status for status in TicketStatus}


def _wrong(names: Sequence[str], row: Row | None, ought: Row) -> tuple[str, ...]:
    """The columns that differ; all of them where there is no row."""
    if row is None:
        return tuple(names)
    return tuple(
        name
        for name, value, other in zip(names, row, ought, strict=True)
        if value != other and not (name in _LISTS and _says(value) == _says(other))
    )


def _says(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return text


class _Stream:
    """Rows in the order of their tickets, the first column, handed out ticket by ticket."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._waiting = next(self._groups, None)

    def of(self, ticket_id: int) -> list[Row]:
        """The rows of one ticket; ask in the order of the keys."""
        while self._waiting is not None and self._waiting[0] < ticket_id:
            self._waiting = next(self._groups, None)  # rows without their ticket
        if self._waiting is None or self._waiting[0] != ticket_id:
            return []
        rows = list(self._waiting[1])
        self._waiting = next(self._groups, None)
        return rows
