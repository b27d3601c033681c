"""What is overdue or soon due, in plain SQL: narrow rows of all, details of those in sight."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from data.reading import Asks, Reader, stored_instant
from models.overdue_views import OpenClocks, OverdueDetail
from models.terms import (
    ComplaintStatus,
    Priority,
    RefundStatus,
    Remedy,
    ReturnStatus,
    TicketStatus,
)
from models.text import short_name

# All rows of an answer come as one: between two rows the interpreter is given away, and to have it
# back from a screen that is being built at the same time takes longer than the rows themselves.

# CROSS JOIN keeps the order: the few open clocks that are due first, as they stand in their index,
# then their tickets by key. SQLite would rather go to the tickets themselves than to the index that
# holds all that is asked of them: those of a million lie so far apart that it takes longer.
# Columns, because an array of each costs a third of an array of rows.
_DUE: Final = """
    SELECT json_group_array(c.id), json_group_array(c.kind), json_group_array(t.kind),
        json_group_array(c.calendar_id), json_group_array(c.due_at || '+00:00'),
        json_group_array(iif(c.next_level_at <= :now, max(c.level, c.next_level), c.level)),
        json_group_array(coalesce(t.owner_id, 0)), json_group_array(t.department)
    FROM clock c CROSS JOIN ticket t INDEXED BY ix_ticket_board ON t.id = c.ticket_id
    WHERE c.open AND c.due_at < :until
"""

_DETAILS: Final = """
    SELECT json_group_array(json_array(
           c.id, t.no, t.version, t.status, t.priority, k.name,
           (SELECT substr(p.digits, -4) FROM customer_phone p
             WHERE p.customer_id = t.customer_id AND p.active ORDER BY p.id LIMIT 1),
           o.login, o.name, t.department, m.status, m.level, r.status, r.remedy, f.status,
           u.attempts))
    FROM json_each(:ids) j CROSS JOIN clock c ON c.id = j.value
    JOIN ticket t ON t.id = c.ticket_id
    LEFT JOIN customer k ON k.id = t.customer_id
    LEFT JOIN staff o ON o.id = t.owner_id
    LEFT JOIN complaint m ON m.ticket_id = t.id
    LEFT JOIN return_case r ON r.ticket_id = t.id
    LEFT JOIN refund f ON c.kind IN ('refund', 'refund_statutory') AND f.uid = c.subject
    LEFT JOIN follow_up u ON c.kind = 'call_back' AND u.uid = c.subject
"""

_CALENDARS: Final = "SELECT id, code, version_no FROM calendar"

_NAMES: Final = """
    SELECT json_group_array(json_array(s.id, s.login, s.name))
    FROM json_each(:ids) j CROSS JOIN staff s ON s.id = j.value
"""

_PHONE: Final = """
    SELECT k.uid, (SELECT p.phone FROM customer_phone p
                   WHERE p.customer_id = k.id AND p.active ORDER BY p.id LIMIT 1)
    FROM ticket t JOIN customer k ON k.id = t.customer_id WHERE t.no = :no
"""

_COUNT: Final = "SELECT count(*) FROM clock WHERE open AND due_at < :now"


def due_before(reader: Reader, until: datetime, now: datetime) -> OpenClocks:
    """Every open clock that is due before ``until``, with its level of ``now``."""
    found = reader.one(_DUE, until=stored_instant(until), now=stored_instant(now))
    ids, kinds, of, calendars, due, *others = map(json.loads, found or ())
    return OpenClocks(ids, kinds, of, calendars, list(map(datetime.fromisoformat, due)), *others)


def overdue_count(reader: Reader, now: datetime) -> int:
    """How many clocks are overdue, counted in their index."""
    return int(reader.value(_COUNT, now=stored_instant(now)))


def calendars(ask: Asks) -> list[tuple[int, str, int]]:
    """Key, code and version of each calendar: a few rows."""
    return [(row[0], row[1], row[2]) for row in ask.all(_CALENDARS)]


def names_of(reader: Reader, staff_ids: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Login and name of these people, by key."""
    rows = json.loads(reader.value(_NAMES, ids=json.dumps(sorted(staff_ids))))
    return {key: (login, name) for key, login, name in rows}


def details(reader: Reader, clock_ids: Iterable[int]) -> Mapping[int, OverdueDetail]:
    """What lines of the board say, by the clock's key; those in sight, not all of them."""
    rows = json.loads(reader.value(_DETAILS, ids=json.dumps(list(clock_ids))))
    return {row[0]: _detail(row) for row in rows}


def _detail(row: Sequence[Any]) -> OverdueDetail:
    return OverdueDetail(
        row[0],
        row[1],
        row[2],
        TicketStatus(row[3]),
        Priority(row[4]),
        short_name(row[5]) if row[5] else None,
        row[6],
        row[7],
        row[8],
        row[9],
        ComplaintStatus(row[10]) if row[10] else None,
        row[11],
        ReturnStatus(row[12]) if row[12] else None,
        Remedy(row[13]) if row[13] else None,
        RefundStatus(row[14]) if row[14] else None,
        row[15],
    )


def phone_of(ask: Asks, no: str) -> tuple[str, str | None] | None:
    """The uid of a ticket's customer and the first telephone; None where nobody is known."""
    row = ask.one(_PHONE, no=no)
    return (row[0], row[1]) if row else None
