"""What stands beside one ticket, in plain SQL: its complaint, its clocks, its call-back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from data.customer_search import LOCAL_NUMBER, digits_of_phone
from data.reading import Asks, instant, maybe_instant
from models.complaint_views import CallRow, ClockRow, ComplaintRow, OpenCase
from models.terms import (
    Cause,
    ClockKind,
    ClockState,
    ComplaintStatus,
    CrisisStep,
    Demand,
    FollowUpStatus,
    Severity,
    TicketAction,
    TicketKind,
    TicketStatus,
)

COMPLAINT: Final = """
    SELECT status, demand, severity, level, amount_claimed_minor, currency, authority_ref,
           batch_no, complaint_class, proposal, checklist
    FROM complaint WHERE ticket_id = :ticket
"""

PROPOSALS: Final = """
    SELECT event_no, kind, payload FROM ticket_event
    WHERE ticket_id = :ticket AND kind IN ('propose', 'undo') ORDER BY event_no DESC
"""

CLOCKS: Final = """
    SELECT k.kind, k.subject, k.state, k.open, k.leads, k.started_at, k.due_at, k.order_at,
           k.level, k.next_level, k.next_level_at, k.service_version_no, c.code, k.explanation,
           k.ended_at
    FROM clock k LEFT JOIN calendar c ON c.id = k.calendar_id
    WHERE k.ticket_id = :ticket
    ORDER BY k.leads DESC, k.open DESC, k.order_at, k.id
"""

CALL: Final = """
    SELECT uid, due_on, status, attempts FROM follow_up
    WHERE ticket_id = :ticket ORDER BY id DESC LIMIT 1
"""

ABOUT_RECEIPT: Final = """
    SELECT t.no, t.kind, t.status, t.summary, t.opened_at FROM ticket t
    WHERE t.receipt_id = :receipt AND t.working
      AND (:line IS NULL OR t.receipt_line_id IS NULL OR t.receipt_line_id = :line)
    ORDER BY t.kind IN ('complaint', 'crisis') DESC, t.id DESC LIMIT :limit
"""

OF_PHONE: Final = """
    SELECT DISTINCT t.no, t.kind, t.status, t.summary, t.opened_at, t.id
    FROM customer_phone_tail e CROSS JOIN customer_phone p ON p.id = e.phone_id
    CROSS JOIN ticket t ON t.customer_id = p.customer_id AND t.working
    WHERE e.tail = :digits AND (:is_whole OR p.digits = :digits)
    ORDER BY t.id DESC LIMIT :limit
"""

OF_CUSTOMER: Final = """
    SELECT t.no, t.kind, t.status, t.summary, t.opened_at FROM ticket t
    WHERE t.customer_id = :customer AND t.id <> :but AND t.status IN ('new', 'open')
    ORDER BY t.id DESC LIMIT :limit
"""


def complaint_beside(ask: Asks, ticket_id: int) -> ComplaintRow | None:
    """The complaint behind a ticket, or None."""
    row = ask.one(COMPLAINT, ticket=ticket_id)
    if row is None:
        return None
    offered = _offered(ask, ticket_id) if row[9] else {}
    return ComplaintRow(
        ComplaintStatus(row[0]),
        Demand(row[1]),
        Severity(row[2]),
        row[3],
        row[4],
        row[5],
        row[6],
        row[7],
        Cause(row[8]) if row[8] else None,
        row[9],
        tuple(map(CrisisStep, json.loads(row[10]))),
        offered.get("amount_minor"),
        offered.get("currency"),
    )


def _offered(ask: Asks, ticket_id: int) -> dict[str, Any]:
    """What the last proposal says that was not taken back."""
    taken_back: set[int] = set()
    for number, kind, said in ask.all(PROPOSALS, ticket=ticket_id):
        payload: dict[str, Any] = json.loads(said)
        if kind == TicketAction.UNDO:
            taken_back.add(payload["event"])
        elif number not in taken_back:
            return payload
    return {}


def clocks_beside(ask: Asks, ticket_id: int) -> tuple[ClockRow, ...]:
    """Every clock of a ticket, the one that leads first."""
    return tuple(map(_clock, ask.all(CLOCKS, ticket=ticket_id)))


def _clock(row: tuple[Any, ...]) -> ClockRow:
    return ClockRow(
        kind=ClockKind(row[0]),
        subject=row[1],
        state=ClockState(row[2]),
        open=bool(row[3]),
        leads=bool(row[4]),
        started_at=instant(row[5]),
        due_at=maybe_instant(row[6]),
        order_at=instant(row[7]),
        level=row[8],
        next_level=row[9],
        next_level_at=maybe_instant(row[10]),
        service_version_no=row[11],
        calendar=row[12],
        explanation=tuple(json.loads(row[13])),
        ended_at=maybe_instant(row[14]),
    )


def last_call(ask: Asks, ticket_id: int) -> CallRow | None:
    """The newest call-back about a ticket, or None."""
    row = ask.one(CALL, ticket=ticket_id)
    if row is None:
        return None
    return CallRow(row[0], date.fromisoformat(row[1]), FollowUpStatus(row[2]), row[3])


def working_about(
    ask: Asks, receipt_id: int, line_id: int | None, limit: int
) -> tuple[OpenCase, ...]:
    """Tickets about a receipt that are worked on, complaints first.

    Args:
        ask: what answers.
        receipt_id: the receipt.
        line_id: the line that is meant: those about another line are left out.
        limit: at most so many.
    """
    rows = ask.all(ABOUT_RECEIPT, receipt=receipt_id, line=line_id, limit=limit)
    return tuple(map(_case, rows))


def working_of_phone(ask: Asks, phone: str, limit: int) -> tuple[OpenCase, ...]:
    """Tickets that are worked on of customers with this telephone, the newest first.

    The country before a number makes no difference; of a short one every digit has to agree.
    """
    digits = digits_of_phone(phone)
    if not digits:
        return ()
    is_whole = len(digits) >= LOCAL_NUMBER
    rows = ask.all(OF_PHONE, digits=digits, is_whole=is_whole, limit=limit)
    return tuple(_case(row[:5]) for row in rows)


def others_of_customer(ask: Asks, customer_id: int, but: int, limit: int) -> tuple[OpenCase, ...]:
    """Tickets of a customer that could become one with the ticket ``but``, the newest first."""
    rows = ask.all(OF_CUSTOMER, customer=customer_id, but=but, limit=limit)
    return tuple(map(_case, rows))


def _case(row: tuple[Any, ...]) -> OpenCase:
    return OpenCase(row[0], TicketKind(row[1]), TicketStatus(row[2]), row[3], instant(row[4]))
