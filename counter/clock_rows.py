"""The clocks of tickets in the form in which rows keep them, for the doctor and for made shops.

Most tickets are worked out by counting seconds (``counter.rules.plain_clocks``), the others the
long way; nothing of an event is decoded that neither needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from counter.rules.lifecycle import Event
from counter.rules.plain_clocks import SECOND, PlainClock, PlainClocks, Reached
from counter.rules.plain_histories import Happened
from counter.rules.service import ServiceRules
from counter.rules.service_clocks import OF_TICKET, ClockFacts, Promise, clocks_of
from counter.rules.worked_seconds import DAY, EPOCH
from data.reading import stored_instant
from models.terms import TicketAction, TicketStatus

COLUMNS: Final = (
    "kind", "subject", "state", "open", "leads", "started_at", "due_at", "order_at", "level",
    "next_level", "next_level_at", "service_version_no", "calendar_id", "explanation", "ended_at",
)  # fmt: skip
"""The columns of a clock's row that follow from events, in the order of the rows below."""

ClockRow = tuple[Any, ...]
"""The values of :data:`COLUMNS` as stored."""

_EPOCH_DAY: Final = EPOCH.toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)
_MINUTE: Final = 60 * SECOND
_MOST_KEPT: Final = 50_000
"""Moments whose text is kept: what is due on neighbouring days."""


class ClockRows:
    """Works the clocks of tickets out, one after the other.

    Args:
        rules: the service targets of a version; each is asked for once.
        zone: the shop's.
    """

    def __init__(self, rules: Callable[[int], ServiceRules], zone: ZoneInfo) -> None:
        self._asked = rules
        self._known: dict[int, ServiceRules] = {}
        self._zone = zone
        self._plain = PlainClocks(self.rules, zone)
        self._days: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._minutes: dict[int, str] = {}
        self._seen: dict[int, str] = {}

    def rules(self, version_no: int) -> ServiceRules:
        """The service targets of a version."""
        found = self._known.get(version_no)
        if found is None:
            found = self._known[version_no] = self._asked(version_no)
        return found

    def plain(self, events: Sequence[Happened]) -> list[ClockRow] | None:
        """The rows after a plain history, None where it is none.

        Raises:
            CounterError: a version of the service times is missing or not as it was written.
            KeyError, ValueError, TypeError: an event cannot be read.
        """
        found = self._plain.of(events)
        return None if found is None else [self._plain_row(clock) for clock in found]

    def whole(self, events: Sequence[Event], promises: Iterable[Promise] = ()) -> list[ClockRow]:
        """The rows after any history.

        Raises:
            CounterError, KeyError, ValueError, TypeError: as :meth:`plain`.
        """
        return [self.row(clock) for clock in clocks_of(events, self.rules, self._zone, promises)]

    def reached(self, events: Sequence[Happened], until: int) -> list[Reached] | None:
        """When its clocks reach levels, see :meth:`PlainClocks.reached`."""
        return self._plain.reached(events, until)

    def row(self, clock: ClockFacts) -> ClockRow:
        """A clock as stored."""
        code = clock.calendar
        return (
            str(clock.kind),
            clock.subject,
            str(clock.state),
            int(clock.open),
            int(clock.leads),
            stored_instant(clock.started_at),
            _maybe_stored(clock.due_at),
            stored_instant(clock.order_at),
            clock.level,
            clock.next_level,
            _maybe_stored(clock.next_level_at),
            clock.service_version_no,
            None if code is None else self.rules(clock.service_version_no).keys[code],
            json.dumps(clock.explanation),
            _maybe_stored(clock.ended_at),
        )

    def _plain_row(self, clock: PlainClock) -> ClockRow:
        stored = self.stored
        due = None if clock.due is None else stored(clock.due)
        at = clock.next_level_at
        return (
            _WORDS[clock.kind],
            OF_TICKET,
            _WORDS[clock.state],
            int(clock.ended is None),
            int(clock.leads),
            stored(clock.started),
            due,
            due or stored(clock.order),
            clock.level,
            clock.next_level,
            None if at is None else stored(at),
            clock.service_version_no,
            self.rules(clock.service_version_no).keys[clock.calendar],
            _as_json(clock.explanation),
            None if clock.ended is None else stored(clock.ended),
        )

    # --- moments --------------------------------------------------------------------------

    def happened(self, events: Iterable[tuple[str, str, str]]) -> list[Happened]:
        """Kind, stored moment and payload of events in the form that is worked with.

        Raises:
            ValueError: a moment is none.
        """
        moment, seen = self.moment, {}
        found = []
        for kind, at, payload in events:
            when = moment(at)
            seen[when] = at
            found.append((kind, when, payload))
        self._seen = seen
        return found

    def stored(self, at: int) -> str:
        """Microseconds since 1970 as the store keeps a moment."""
        text = self._seen.get(at)
        if text is not None:
            return text
        if at % _MINUTE == 0:
            text = self._minutes.get(at)
            if text is None:
                if len(self._minutes) >= _MOST_KEPT:
                    self._minutes.clear()
                text = self._minutes[at] = self._as_stored(at)
            return text
        return self._as_stored(at)

    def _as_stored(self, at: int) -> str:
        second, fraction = divmod(at, SECOND)
        day, rest = divmod(second, DAY)
        text = self._texts.get(day)
        if text is None:
            text = self._texts[day] = date.fromordinal(day + _EPOCH_DAY).isoformat()
        minute, rest = divmod(rest, 60)
        return f"{text} {_CLOCK[minute]}:{rest:02d}.{fraction:06d}"

    def moment(self, stored: str) -> int:
        """A stored moment in microseconds since 1970.

        Raises:
            ValueError: it is none.
        """
        day = self._days.get(stored[:10])
        if day is None:
            day = self._days[stored[:10]] = date.fromisoformat(stored[:10]).toordinal() - _EPOCH_DAY
        seconds = int(stored[11:13]) * 3600 + int(stored[14:16]) * 60 + int(stored[17:19])
        return (day * DAY + seconds) * SECOND + int(stored[20:26])


def microseconds(at: datetime) -> int:
    """A moment in microseconds since 1970."""
    return (at - EPOCH) // _MICROSECOND


def as_event(happened: Happened, status: TicketStatus) -> Event:
    """What happened in the form that the rules read."""
    kind, at, payload = happened
    return Event(TicketAction(kind), EPOCH + at * _MICROSECOND, status, json.loads(payload))


def _maybe_stored(at: datetime | None) -> str | None:
    return None if at is None else stored_instant(at)


def _as_json(lines: Sequence[str]) -> str:
    """Lines of figures as JSON; nothing in them is to be written otherwise."""
    return '["' + '", "'.join(lines) + '"]' if lines else "[]"


_CLOCK: Final = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(24 * 60)]


class _Words(dict[str, str]):
    """A term as plain text: what the driver and comparisons are fastest with."""

    def __missing__(self, term: str) -> str:
        word = self[term] = str(term)
        return word


_WORDS: Final = _Words()
