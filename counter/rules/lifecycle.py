"""The life of a ticket: which step is possible, and what each event changes.

Events are the truth. :func:`changes` says what one event sets, :func:`fold` adds up a whole
history; operations write the cached columns from :func:`changes` and ``counter doctor`` compares
them with :func:`fold`, so both read the same rule.

References inside events are names that stay true outside the store: a staff login, a ticket
number, the ``uid`` of a customer, receipt or receipt line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from models.errors import InvalidInput, WrongState
from models.messages import N_
from models.terms import (
    OPEN_STATUSES,
    RETURN_ACTIONS,
    TICKET_MACHINE,
    TIMED_ACTIONS,
    ReturnMode,
    TicketAction,
    TicketKind,
    TicketStatus,
)

REOPEN_DAYS: Final = 7
"""A closed ticket comes back within this many days; later it is a new one that points to it."""

CUSTOMER_WAIT_DAYS: Final = 7
"""Longest wait for a customer before the ticket wakes up (service clocks, rule 5)."""

UNDO_SECONDS: Final = 60
"""So long one's own last step can be taken back; later it is put right by another step."""

_RESTORED: Final = (
    "priority owner department customer receipt receipt_line wake_on merged_into outcome cause "
    "liability customer_informed first_response_at resolved_at closed_at"
).split()
"""What an undo may put back, in the order of writing: the receipt comes before its line."""

_KEPT: Final = frozenset(
    {
        *RETURN_ACTIONS,
        TicketAction.ATTACH,
        TicketAction.COMPENSATE,
        TicketAction.GRANT_COMPENSATION,
        TicketAction.REFUSE_COMPENSATION,
        TicketAction.PAY_COMPENSATION,
        TicketAction.WAKE,
        TicketAction.ABSORB,
        TicketAction.MERGE,
    }
)
"""Steps that are never taken back: a promise, money or goods hang on each of them."""

_DAYS: Final = frozenset({"wake_on"})
_MOMENTS: Final = frozenset({"first_response_at", "resolved_at", "closed_at"})


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the rules see it; ``at`` is UTC."""

    kind: TicketAction
    at: datetime
    to_status: TicketStatus
    payload: Mapping[str, Any]


def next_status(kind: TicketAction, status: TicketStatus) -> TicketStatus:
    """The status that ``kind`` leads to from ``status``.

    Raises:
        WrongState: the step is not possible from there.
    """
    reached = TICKET_MACHINE[kind].get(status)
    if reached is None:
        raise WrongState(
            N_("This ticket is '{status}'; that step is possible only from {possible}."),
            status=status,
            possible=tuple(TICKET_MACHINE[kind]),
        )
    return reached


def possible_actions(status: TicketStatus) -> frozenset[TicketAction]:
    """Every step that the status allows."""
    return frozenset(action for action, steps in TICKET_MACHINE.items() if status in steps)


def changes(event: Event) -> dict[str, Any]:
    """What the event sets on the ticket: field names of the ticket with their new values.

    References are named ``owner`` (login), ``customer``, ``receipt``, ``receipt_line`` (uid) and
    ``merged_into`` (ticket number); None clears a field.
    """
    fields: dict[str, Any] = {
        "status": event.to_status,
        "working": event.to_status in OPEN_STATUSES,
    }
    payload = event.payload
    match event.kind:
        case TicketAction.CREATE | TicketAction.CORRECT:
            named = ("priority", "owner", "customer", "receipt", "receipt_line", "department")
            fields |= {name: payload[name] for name in named if name in payload}
        case TicketAction.TAKE | TicketAction.ASSIGN:
            fields |= {name: payload[name] for name in ("owner", "department") if name in payload}
        case TicketAction.PRIORITISE | TicketAction.DETAIL if "priority" in payload:
            fields["priority"] = payload["priority"]
        case TicketAction.ASK_CUSTOMER | TicketAction.SEND_OUT:
            fields["wake_on"] = date.fromisoformat(payload["wake_on"])
        case TicketAction.ANSWER | TicketAction.BACK | TicketAction.WAKE:
            fields["wake_on"] = None
        case TicketAction.RESOLVE:
            fields |= {name: payload.get(name) for name in ("outcome", "cause", "liability")}
            fields["resolved_at"] = event.at
        case TicketAction.CLOSE:
            fields |= {"customer_informed": payload["customer_informed"], "closed_at": event.at}
        case TicketAction.REOPEN:
            fields |= dict.fromkeys(
                ("outcome", "cause", "liability", "customer_informed", "resolved_at", "closed_at")
            )
        case TicketAction.MERGE:
            fields["merged_into"] = payload["into"]
        case TicketAction.UNDO:
            fields |= {name: _read(name, value) for name, value in payload["fields"].items()}
        case _:  # a note, a first answer, and the steps of a return case or a complaint
            pass
    return fields


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _DAYS:
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name in _MOMENTS else value


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


TELLS: Final = frozenset(
    {
        TicketAction.RESPOND,
        TicketAction.ASK_CUSTOMER,
        TicketAction.PROPOSE,
        TicketAction.ACCEPT,
        TicketAction.DISPUTE,
    }
)
"""Steps that are taken with the customer, whatever they say."""


def tells_customer(event: Event) -> bool:
    """Whether the customer was told something: the first such event stops the first clock."""
    if event.kind is TicketAction.CLOSE:
        return bool(event.payload["customer_informed"])
    if event.kind is TicketAction.SUBMIT:
        return bool(event.payload["mode"] == ReturnMode.COUNTER)
    return event.kind in TELLS


def fold(events: Iterable[Event]) -> dict[str, Any]:
    """The ticket's fields after all of ``events``, in their order."""
    fields: dict[str, Any] = {"first_response_at": None}
    for event in events:
        fields |= changes(event)
        if fields["first_response_at"] is None and tells_customer(event):
            fields["first_response_at"] = event.at
    return fields


def effective(events: Sequence[Event]) -> list[Event]:
    """The events that count: without those that were taken back, and without taking them back.

    A level that came with a step goes with it.
    """
    gone = {event.payload["event"] for event in events if event.kind is TicketAction.UNDO}
    if not gone:
        return list(events)
    return [
        event
        for number, event in enumerate(events, 1)
        if number not in gone
        and event.kind is not TicketAction.UNDO
        and not (event.kind is TicketAction.LEVEL and event.payload.get("step") in gone)
    ]


def last_step(events: Sequence[Event]) -> int:
    """The number of the last event that is somebody's step and not the machine's own."""
    numbers = [number for number, event in enumerate(events, 1) if event.kind not in TIMED_ACTIONS]
    return numbers[-1]


def undo_of(events: Sequence[Event], at: datetime) -> Event:
    """The event that takes back the last step of ``events``: as if it had never happened.

    Its payload names the number of the event taken back, and every field that had another value
    before it. The status before it is reached in this way only, whatever the machine says.
    """
    number = last_step(events)
    before, after = fold(events[: number - 1]), fold(events)
    fields = {
        name: _written(before.get(name))
        for name in _RESTORED
        if before.get(name) != after.get(name)
    }
    return Event(TicketAction.UNDO, at, before["status"], {"event": number, "fields": fields})


def check_undo(last: Event, *, own: bool, who: str, now: datetime) -> None:
    """Only one's own last step is taken back, within a minute, and only once.

    Args:
        last: the ticket's last event.
        own: whether it is a step of the person who wants to take it back.
        who: who took that step, by name.
        now: the moment of the wish.

    Raises:
        WrongState: with the reason, and what to do instead.
    """
    if not own:
        raise WrongState(
            N_("{name} took the last step: {action}. You can take back only your own last step."),
            name=who,
            action=last.kind,
        )
    if last.kind is TicketAction.CREATE:
        raise WrongState(N_("Opening a ticket is not taken back. Cancel it, with a reason."))
    if last.kind in _KEPT:
        raise WrongState(
            N_("'{action}' is not taken back: goods and money hang on it. Take the next step."),
            action=last.kind,
        )
    if last.kind is TicketAction.UNDO:
        raise WrongState(N_("Your last step was taken back already. Take it again if it is due."))
    if now - last.at > timedelta(seconds=UNDO_SECONDS):
        raise WrongState(
            N_("A step can be taken back for {seconds} seconds; this one is older."),
            seconds=UNDO_SECONDS,
        )


def check_wake_up(kind: TicketAction, wake_on: date, today: date) -> None:
    """A waiting ticket wakes up by itself, so that nothing sleeps for ever.

    Raises:
        InvalidInput: the date is not after today, or too far away for a customer.
    """
    if wake_on <= today:
        raise InvalidInput(N_("Choose a day after today."), field="wake_on")
    latest = today + timedelta(days=CUSTOMER_WAIT_DAYS)
    if kind is TicketAction.ASK_CUSTOMER and wake_on > latest:
        raise InvalidInput(
            N_("Wait for a customer at most {days} days: until {latest}."),
            field="wake_on",
            days=CUSTOMER_WAIT_DAYS,
            latest=latest,
        )


def check_reopening(status: TicketStatus, closed_at: datetime | None, now: datetime) -> None:
    """A closed ticket comes back within a week only.

    Raises:
        WrongState: it was closed more than :data:`REOPEN_DAYS` days ago.
    """
    if status is TicketStatus.CLOSED and closed_at is not None:
        age = now - closed_at
        if age > timedelta(days=REOPEN_DAYS):
            raise WrongState(
                N_("This ticket was closed {days} days ago. Open a new one that points to it."),
                days=age.days,
            )


def needs_liability(kind: TicketKind) -> bool:
    """A complaint is not resolved before somebody answers for it."""
    return kind is TicketKind.COMPLAINT
