"""Reading shifts: what somebody did since a moment, what is left, and what was noted at the end.

No table is indexed by who did something. The audit is in the order of time, so the entry with
which a shift begins is found by halving, and only what came after it is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from data.reading import Asks, instant, maybe_instant, stored_instant
from models.handover_views import PaidBack, ShiftNoteRow, ShiftNumbers
from models.terms import TenderMethod

LAST: Final = "SELECT coalesce(max(id), 0) FROM audit_entry"
FROM: Final = "SELECT id, at FROM audit_entry WHERE id >= :id ORDER BY id LIMIT 1"
SIGNED_IN: Final = """
    SELECT min(at) FROM audit_entry
    WHERE id >= :first AND actor_id = :staff AND action = 'staff.sign_in' AND at >= :begin
"""
DONE: Final = """
    SELECT e.kind, count(*)
    FROM audit_entry AS a
    JOIN ticket AS t ON t.uid = a.entity_uid
    JOIN ticket_event AS e
      ON e.ticket_id = t.id AND e.event_no = json_extract(a.diff, '$.event')
    WHERE a.id >= :first AND a.actor_id = :staff AND a.entity = 'ticket'
      AND e.actor_id = :staff AND e.at >= :begin
      AND NOT EXISTS (SELECT 1 FROM ticket_event AS u
                      WHERE u.ticket_id = e.ticket_id AND u.event_no > e.event_no
                        AND u.kind = 'undo'
                        AND json_extract(u.payload, '$.event') = e.event_no)
    GROUP BY e.kind
"""
"""What somebody did and did not take back."""
OPEN: Final = "SELECT count(*) FROM ticket WHERE working AND owner_id = :staff"
OVERDUE: Final = """
    SELECT count(DISTINCT c.ticket_id) FROM clock AS c
    JOIN ticket AS t ON t.id = c.ticket_id
    WHERE c.open AND c.due_at < :now AND t.owner_id = :staff
"""
PAID: Final = """
    SELECT a.method, f.currency, count(*), sum(a.amount_minor)
    FROM refund AS f JOIN refund_allocation AS a ON a.refund_id = f.id
    WHERE f.settled_at IS NOT NULL AND f.settled_at >= :begin AND f.settled_by_id = :staff
    GROUP BY a.method, f.currency ORDER BY a.method, f.currency
"""
_NOTE: Final = """
    SELECT n.id, s.login, s.name, n.began_at, n.ended_at, n.text, n.numbers
    FROM shift_note AS n JOIN staff AS s ON s.id = n.staff_id
"""
NOTES: Final = f"{_NOTE} ORDER BY n.ended_at DESC, n.id DESC LIMIT :most"
LAST_OWN: Final = "SELECT max(ended_at) FROM shift_note WHERE staff_id = :staff"

_KINDS: Final[Mapping[str, str]] = {
    "create": "opened",
    "take": "taken",
    "respond": "answered",
    "ask_customer": "answered",
    "resolve": "resolved",
    "close": "closed",
    "approve": "decided",
    "refuse": "decided",
}
"""Which number an event counts for."""


def first_entry(ask: Asks, begin: datetime) -> int:
    """The key of the first audit entry that is not older than ``begin``; one past the last else."""
    begun = stored_instant(begin)
    last = ask.one(LAST)
    low, high = 1, (int(last[0]) if last else 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = ask.one(FROM, id=middle)
        if row is None or row[1] >= begun:
            high = middle
        else:
            low = int(row[0]) + 1
    return low


def signed_in_at(ask: Asks, staff_id: int, begin: datetime) -> datetime | None:
    """When somebody signed in first since ``begin``."""
    first = first_entry(ask, begin)
    row = ask.one(SIGNED_IN, first=first, staff=staff_id, begin=stored_instant(begin))
    return maybe_instant(row[0]) if row else None


def numbers(ask: Asks, staff_id: int, begin: datetime, now: datetime) -> ShiftNumbers:
    """What somebody did since ``begin``, and what is left."""
    begun = stored_instant(begin)
    found: dict[str, int] = {}
    done = ask.all(DONE, first=first_entry(ask, begin), staff=staff_id, begin=begun)
    for kind, count in done:
        name = _KINDS.get(kind)
        if name is not None:
            found[name] = found.get(name, 0) + int(count)
    left = ask.one(OPEN, staff=staff_id)
    late = ask.one(OVERDUE, staff=staff_id, now=stored_instant(now))
    paid = tuple(
        PaidBack(TenderMethod(method), currency, int(payments), int(amount))
        for method, currency, payments, amount in ask.all(PAID, staff=staff_id, begin=begun)
    )
    return ShiftNumbers(
        **found, open=left[0] if left else 0, overdue=late[0] if late else 0, paid=paid
    )


def last_own(ask: Asks, staff_id: int) -> datetime | None:
    """When somebody left a note last."""
    row = ask.one(LAST_OWN, staff=staff_id)
    return maybe_instant(row[0]) if row else None


def notes(ask: Asks, most: int) -> list[ShiftNoteRow]:
    """The last notes, the newest first."""
    return [_note(row) for row in ask.all(NOTES, most=most)]


def _note(row: tuple[Any, ...]) -> ShiftNoteRow:
    said = json.loads(row[6])
    paid = tuple(
        PaidBack(TenderMethod(method), currency, int(payments), int(amount))
        for method, currency, payments, amount in said.pop("paid", ())
    )
    numbers = ShiftNumbers(**said, paid=paid)
    return ShiftNoteRow(row[0], row[1], row[2], instant(row[3]), instant(row[4]), row[5], numbers)
