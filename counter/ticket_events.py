"""One event of a ticket: appended, and what it changes written to the ticket's columns.

The only way in which a ticket's columns change. Steps are in ``counter.tickets``, the rules that
say what an event changes in ``counter.rules.lifecycle``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import bindparam, col, select

from counter import clock_keeping, complaint_keeping
from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules import lifecycle
from counter.rules.fields import ticket_number
from data.reading import stored_instant
from models.customer import Customer
from models.errors import ClockSetBack, Conflict, NotFound
from models.messages import N_
from models.receipt import Receipt, ReceiptLine
from models.staff import Staff
from models.terms import COMPLAINED, TIMED_ACTIONS, Priority, TicketAction, TicketKind, TicketStatus
from models.text import search_text
from models.ticket import Ticket, TicketEvent


@dataclass(frozen=True, slots=True)
class TicketHead:
    """What an operation gives back: the ticket as it stands now."""

    id: int
    uid: str
    no: str
    kind: TicketKind
    status: TicketStatus
    priority: Priority
    summary: str
    version: int


def happen(
    desk: WritingDesk,
    ticket: Ticket,
    kind: TicketAction,
    *,
    text: str | None = None,
    payload: Mapping[str, Any] | None = None,
    restores: TicketStatus | None = None,
) -> TicketHead:
    """Append one event and write what it changes; the only way a ticket's columns change.

    Args:
        desk: who acts.
        ticket: the ticket; a new one is stored with its first event.
        kind: what happens.
        text: what was written to it.
        payload: what it changes, see :mod:`counter.rules.lifecycle`.
        restores: the status that an undo, and nothing else, leads back to.
    """
    creating = kind is TicketAction.CREATE
    before = TicketStatus(ticket.status)
    after = restores or (before if creating else lifecycle.next_status(kind, before))
    refuse_set_back(desk, ticket)
    event = lifecycle.Event(kind, desk.now, after, dict(payload or {}))
    if kind in TIMED_ACTIONS:
        _count_beside(desk, ticket)
    else:
        ticket.event_count += 1
        ticket.last_event_at = desk.now
        _change(desk, ticket, event)
    row = TicketEvent(
        ticket_id=_key(ticket),
        event_no=ticket.event_count,
        at=desk.now,
        actor_id=desk.actor.id,
        kind=kind,
        from_status=None if creating else before,
        to_status=after,
        text=text,
        payload=dict(event.payload),
    )
    desk.session.add(row)
    desk.work.audit(
        f"ticket.{kind}", "ticket", ticket.uid, no=ticket.no, event=row.event_no, status=after
    )
    if ticket.kind in COMPLAINED:
        complaint_keeping.keep(desk, ticket)
    clock_keeping.follow(desk, ticket, kind)
    return head_of(ticket)


def refuse_set_back(desk: WritingDesk, ticket: Ticket) -> None:
    """Nothing happens to a ticket before what happened to it last (invariant 8).

    Raises:
        ClockSetBack: this computer's clock was set back.
    """
    if desk.now < ticket.last_event_at:
        raise ClockSetBack(
            N_(
                "This computer's clock shows {now}, but {no} was changed at {last}. "
                "Nothing was saved. Set the clock and try again."
            ),
            now=f"{desk.now.astimezone(desk.site.zone):%Y-%m-%d %H:%M}",
            no=ticket.no,
            last=f"{ticket.last_event_at.astimezone(desk.site.zone):%Y-%m-%d %H:%M}",
        )


COUNTED: Final = """
    UPDATE ticket SET event_count = :count, last_event_at = :at, change_no = :change_no
    WHERE id = :ticket
"""
"""One more event that is nobody's step: the version stays, so nobody's typing meets a conflict."""


def _count_beside(desk: WritingDesk, ticket: Ticket) -> None:
    desk.session.flush()
    counted = {
        "count": ticket.event_count + 1,
        "at": stored_instant(desk.now),
        "change_no": desk.work.take_numbers(1),
        "ticket": _key(ticket),
    }
    desk.session.connection().exec_driver_sql(COUNTED, counted)
    set_committed_value(ticket, "event_count", counted["count"])
    set_committed_value(ticket, "last_event_at", desk.now)
    set_committed_value(ticket, "change_no", counted["change_no"])


def _change(desk: WritingDesk, ticket: Ticket, event: lifecycle.Event) -> None:
    """Write what an event changes to the ticket's columns."""
    changes = lifecycle.changes(event)
    for name, value in changes.items():
        _set(desk, ticket, name, value)
    if "customer" in changes:
        ticket.search_text = searched(desk, ticket)
    if ticket.first_response_at is None and lifecycle.tells_customer(event):
        ticket.first_response_at = desk.now
    desk.session.add(ticket)
    desk.session.flush()


# Made once: SQLAlchemy takes longer to put a question together than the store to answer it. Lines
# are looked for among their receipt's: their own uid has no index.
_NAME: Final[Any] = bindparam("name")
_REFERENCES: Final[Mapping[str, tuple[str, Any]]] = {
    "owner": ("owner_id", select(Staff.id).where(col(Staff.login) == _NAME)),
    "customer": ("customer_id", select(Customer.id).where(col(Customer.uid) == _NAME)),
    "receipt": ("receipt_id", select(Receipt.id).where(col(Receipt.uid) == _NAME)),
    "receipt_line": (
        "receipt_line_id",
        select(ReceiptLine.id)
        .where(col(ReceiptLine.receipt_id) == bindparam("receipt_id"))
        .where(col(ReceiptLine.uid) == _NAME),
    ),
    "merged_into": ("merged_into_id", select(Ticket.id).where(col(Ticket.no) == _NAME)),
}
"""Names in events, the columns that keep them, and how a name becomes a key. The receipt comes
before its line."""


def _set(desk: WritingDesk, ticket: Ticket, name: str, value: Any) -> None:
    if name in _REFERENCES:
        name, key_of = _REFERENCES[name]
        if value is not None:
            named = {"name": value, "receipt_id": ticket.receipt_id}
            value = desk.session.connection().execute(key_of, named).scalar_one()
    setattr(ticket, name, value)


def searched(desk: WritingDesk, ticket: Ticket) -> str:
    """What the full-text index reads of the ticket: its words and its customer's name."""
    customer = desk.session.get(Customer, ticket.customer_id) if ticket.customer_id else None
    return search_text(ticket.no, ticket.summary, ticket.body, customer.name if customer else None)


def history_of(desk: WritingDesk, ticket: Ticket) -> list[TicketEvent]:
    """Every event of the ticket, in order."""
    found = desk.session.exec(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket.id)
        .order_by(col(TicketEvent.event_no))
    )
    return list(found)


def ticket_to_work_on(desk: WritingDesk, no: str, seen: int | None) -> Ticket:
    """The ticket to work on.

    Raises:
        NotAllowed: the role may not work on tickets.
        InvalidInput: no number was given.
        NotFound: there is no such ticket.
        Conflict: it is not as the actor saw it; who changed it and how is told.
    """
    desk.require(Action.WORK_TICKET)
    no = ticket_number(no)
    ticket = desk.session.exec(select(Ticket).where(Ticket.no == no)).first()
    if ticket is None:
        raise NotFound(N_("There is no ticket {no}."), no=no)
    if seen is not None and ticket.version != seen:
        last, name = desk.session.exec(
            select(TicketEvent, Staff.name)
            .join(Staff)
            .where(TicketEvent.ticket_id == ticket.id)
            .where(col(TicketEvent.kind).not_in(TIMED_ACTIONS))
            .order_by(col(TicketEvent.event_no).desc())
            .limit(1)
        ).one()
        raise Conflict(
            N_("{name} changed {no} meanwhile: {action}. Look at it and try again."),
            name=name,
            no=ticket.no,
            action=TicketAction(last.kind),
        )
    return ticket


def _key(ticket: Ticket) -> int:
    if ticket.id is None:
        raise RuntimeError("A ticket was not stored.")
    return ticket.id


def head_of(ticket: Ticket) -> TicketHead:
    """What an operation gives back of a ticket."""
    return TicketHead(
        id=_key(ticket),
        uid=ticket.uid,
        no=ticket.no,
        kind=TicketKind(ticket.kind),
        status=TicketStatus(ticket.status),
        priority=Priority(ticket.priority),
        summary=ticket.summary,
        version=ticket.version,
    )
