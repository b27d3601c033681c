"""What the examination of returns asks: plain SQL, row by row, in the order of the tickets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from data.reading import Reader

_CASES: Final = """
    SELECT c.ticket_id, c.id, t.no, t.event_count,
           c.status, c.working, c.remedy, c.mode, c.freight_payer, c.tracking_no, c.submitted_at,
           c.decided_at, c.goods_due_on, c.received_at, c.due_at
    FROM return_case AS c JOIN ticket AS t ON t.id = c.ticket_id
"""
_EVENTS: Final = """
    SELECT e.ticket_id, e.event_no, e.at, e.kind, e.to_status, e.payload, e.actor_id
    FROM return_case AS c JOIN ticket_event AS e ON e.ticket_id = c.ticket_id
"""
_LINES: Final = """
    SELECT c.ticket_id, l.id, l.uid, l.requested_milli, l.received_milli, l.counted_milli,
           l.waived IS NOT NULL
    FROM return_case AS c JOIN return_line AS l ON l.return_case_id = c.id
"""
_REFUNDS: Final = """
    SELECT c.ticket_id, f.id, f.uid, f.status, f.settled_at, f.settled_by_id
    FROM return_case AS c JOIN return_line AS l ON l.return_case_id = c.id
    JOIN refund AS f ON f.return_line_id = l.id
"""
_WHOLE: Final = {
    "cases": (_CASES, "c.ticket_id"),
    "events": (_EVENTS, "c.ticket_id, e.event_no"),
    "lines": (_LINES, "c.ticket_id, l.id"),
    "refunds": (_REFUNDS, "c.ticket_id, f.id"),
}

_OVERSOLD: Final = """
    SELECT r.receipt_no, l.line_no
    FROM (SELECT receipt_line_id, sum(counted_milli) AS counted FROM return_line
          GROUP BY receipt_line_id) AS x
    JOIN receipt_line AS l ON l.id = x.receipt_line_id
    JOIN receipt AS r ON r.id = l.receipt_id
    WHERE l.returned_milli + x.counted > l.qty_milli
"""

_DOUBLE: Final = """
    SELECT r.receipt_no, l.line_no FROM refund AS f
    JOIN receipt_line AS l ON l.id = f.receipt_line_id JOIN receipt AS r ON r.id = l.receipt_id
    WHERE f.status NOT IN ('settled', 'failed')
    GROUP BY f.receipt_line_id HAVING count(*) > 1
"""
_FOREIGN: Final = """
    SELECT r.receipt_no, l.line_no FROM refund AS f
    JOIN receipt_line AS l ON l.id = f.receipt_line_id JOIN receipt AS r ON r.id = l.receipt_id
    WHERE f.currency <> r.currency
"""
_SHARES: Final = """
    SELECT r.receipt_no, l.line_no FROM refund AS f
    JOIN receipt_line AS l ON l.id = f.receipt_line_id JOIN receipt AS r ON r.id = l.receipt_id
    WHERE f.amount_minor <>
          (SELECT coalesce(sum(a.amount_minor), 0) FROM refund_allocation AS a
            WHERE a.refund_id = f.id)
"""
_TENDERS: Final = """
    SELECT r.receipt_no, n.tender_no FROM refund_allocation AS a
    JOIN refund AS f ON f.id = a.refund_id
    JOIN tender AS n ON n.id = a.tender_id JOIN receipt AS r ON r.id = n.receipt_id
    WHERE f.status <> 'failed'
    GROUP BY a.tender_id HAVING sum(a.amount_minor) > n.amount_minor
"""
_SETTLED: Final = """
    SELECT r.id, r.receipt_no, l.id, l.line_no, l.qty_milli, l.unit_paid_minor,
           sum(f.amount_minor + coalesce(
               (SELECT sum(d.amount_minor) FROM refund_deduction AS d WHERE d.refund_id = f.id), 0))
    FROM refund AS f
    JOIN receipt_line AS l ON l.id = f.receipt_line_id JOIN receipt AS r ON r.id = l.receipt_id
    WHERE f.status = 'settled'
    GROUP BY f.receipt_line_id
"""

_DECISIONS: Final = """
    SELECT d.id, t.no, d.return_line_id, d.policy_version_id, d.facts, d.result, d.sha256,
           d.verdict, d.remedies, d.rule, d.failed_rules, d.last_day,
           d.overrides_id, o.return_line_id, o.sha256
    FROM eligibility_decision AS d
    JOIN return_line AS l ON l.id = d.return_line_id
    JOIN return_case AS c ON c.id = l.return_case_id
    JOIN ticket AS t ON t.id = c.ticket_id
    LEFT JOIN eligibility_decision AS o ON o.id = d.overrides_id
    ORDER BY d.id
"""

_UNITS: Final = """
    SELECT m.id, m.serial_no, l.serial_no, o.id, n.id, o.uid
    FROM goods_movement AS m
    JOIN return_line AS l ON l.id = m.return_line_id
    LEFT JOIN serial_unit AS n ON n.serial_no = m.serial_no
    LEFT JOIN serial_unit AS o ON o.serial_no = l.serial_no
    WHERE m.kind = 'replacement_out' AND m.serial_no IS NOT NULL
      AND (n.id IS NULL OR (l.serial_no IS NOT NULL AND o.exchanged_to_id IS NOT n.id))
"""


def each(reader: Reader, what: str) -> Iterator[tuple[Any, ...]]:
    """All ``cases``, or the ``events``, ``lines`` or ``refunds`` of cases, by their tickets' keys.

    The first cell is the key of the ticket. A case: its key, number, events counted, and what the
    events say it is. An event: number, moment, kind, status, payload, author. A line: key, uid,
    asked for, received and counted in thousandths, whether nothing has to come in. A refund: key,
    uid, status, when and by whom it was settled.
    """
    sql, order = _WHOLE[what]
    return reader.each(f"{sql} ORDER BY {order}")


def of_ticket(reader: Reader, what: str, ticket_id: int) -> list[tuple[Any, ...]]:
    """The rows of :func:`each` that belong to one ticket."""
    sql, order = _WHOLE[what]
    return reader.all(f"{sql} WHERE c.ticket_id = :id ORDER BY {order}", id=ticket_id)


def lines_oversold(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Receipt and line of which till and cases took back more than was sold."""
    return reader.each(_OVERSOLD)


def lines_refunded_twice(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Receipt and line with more than one refund under way."""
    return reader.each(_DOUBLE)


def refunds_of_other_money(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Receipt and line of refunds in another currency than the receipt's."""
    return reader.each(_FOREIGN)


def refunds_not_shared_out(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Receipt and line of refunds whose shares do not add up to them."""
    return reader.each(_SHARES)


def tenders_overdrawn(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Receipt and number of every means of payment that gives back more than was paid by it."""
    return reader.each(_TENDERS)


def lines_settled(reader: Reader) -> list[tuple[Any, ...]]:
    """Receipt's key and number, line's key, number, quantity, price, and what went back of it.

    With what was deducted. Not a stream: the receipt's other lines are asked for beside it.
    """
    return reader.all(_SETTLED)


def decisions(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Every kept decision, in order, and line and fingerprint of the one that it overrides."""
    return reader.each(_DECISIONS)


def units_misnamed(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Units handed out in exchange that the store does not know, or the old unit does not name.

    The movement's key, both serial numbers, the new one first, the keys of both units as far as
    they are there, the old one first, and the old one's uid.
    """
    return reader.each(_UNITS)


def unit_misnamed(reader: Reader, movement_id: int) -> tuple[Any, ...] | None:
    """One of :func:`units_misnamed`."""
    return reader.one(f"{_UNITS} AND m.id = :id", id=movement_id)
