"""Complaints that an authority mediated and closed: written as tickets with their whole history.

The tables that a complaint of our own fills are filled in the same way, so that lists, reports and
``counter doctor`` need to know nothing of files. The first event says where the complaint was taken
over from: no clock of this shop ever ran for it.
"""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from data.bulk import Table, Values, Writes
from models.terms import (
    DEFAULT_PRIORITY,
    NUMBER_PREFIX,
    Cause,
    ComplaintProfile,
    ComplaintStatus,
    Demand,
    Liability,
    Outcome,
    Severity,
    TicketAction,
    TicketChannel,
    TicketKind,
    TicketStatus,
    Tier,
)
from models.text import search_text

_KIND: Final = TicketKind.COMPLAINT
_SUMMARY: Final = 200
"""Characters of a ticket's summary."""

_STEPS: Final = (
    (TicketAction.CREATE, None, TicketStatus.NEW),
    (TicketAction.TAKE, TicketStatus.NEW, TicketStatus.OPEN),
    (TicketAction.RESOLVE, TicketStatus.OPEN, TicketStatus.RESOLVED),
    (TicketAction.CLOSE, TicketStatus.RESOLVED, TicketStatus.CLOSED),
)
"""The steps of its ticket; nothing is resolved that was not taken in hand."""

_TICKET: Final = Table(
    "ticket",
    (
        "no",
        "summary",
        "opened_at",
        "opened_by_id",
        "outcome",
        "cause",
        "resolved_at",
        "closed_at",
        "last_event_at",
        "search_text",
    ),
    {
        "kind": f"'{_KIND}'",
        "channel": f"'{TicketChannel.AUTHORITY}'",
        "priority": f"'{DEFAULT_PRIORITY[_KIND]}'",
        "status": f"'{TicketStatus.CLOSED}'",
        "working": "0",
        "tier_at_creation": f"'{Tier.NONE}'",
        "liability": f"'{Liability.NONE}'",  # whoever answers for it, it is not this shop
        "event_count": str(len(_STEPS)),
    },
)
_EVENT: Final = Table(
    "ticket_event",
    (
        "ticket_id",
        "event_no",
        "at",
        "actor_id",
        "kind",
        "from_status",
        "to_status",
        "text",
        "payload",
    ),
    mutable=False,
)
_COMPLAINT: Final = Table(
    "complaint",
    ("ticket_id", "status", "complaint_class"),
    {
        "demand": f"'{Demand.OTHER}'",
        "severity": f"'{Severity.NORMAL}'",
        "level": "0",
        "checklist": "'[]'",
    },
)
_MEDIATED: Final = Table(
    "mediated_complaint",
    (
        "ticket_id",
        "source",
        "source_key",
        "respondent",
        "industry",
        "complaint_class",
        "opened_on",
        "closed_on",
        "ended_as",
        "satisfied",
        "restitution_minor",
        "currency",
    ),
    mutable=False,
)


class Mediated(NamedTuple):
    """A complaint as the file of an authority tells it.

    Attributes:
        source: whose file.
        respondent: the business that it was about.
        industry: what that business does, in the file's words.
        said: what it was about, in the file's words.
        cause: what that comes to in ours; None where the file does not say.
        opened_on: the day the mediation began, ISO.
        opened_at: that day's first moment, as stored.
        closed_on: the day it ended, ISO.
        closed_at: that day's first moment, as stored.
        ended_as: how it ended, in the file's words.
        outcome: what that comes to in ours.
        satisfied: what the consumer answered; None for no answer.
        restitution_minor: what the consumer got back, in cents.
        currency: of the restitution.
    """

    source: ComplaintProfile
    respondent: str | None
    industry: str | None
    said: str | None
    cause: Cause | None
    opened_on: str
    opened_at: str
    closed_on: str
    closed_at: str
    ended_as: str
    outcome: Outcome
    satisfied: bool | None
    restitution_minor: int
    currency: str


class Pen:
    """Collects what the complaints of one chunk write."""

    def __init__(self, writes: Writes, machine: int) -> None:
        """Write under ``machine``, the key of a staff row."""
        self._writes = writes
        self._machine = machine
        self._first = writes.next_id(_TICKET)
        self._tickets: list[Values] = []
        self._events: list[Values] = []
        self._complaints: list[Values] = []
        self._mediated: list[Values] = []

    def write(self, key: str, told: Mediated) -> None:
        """Prepare one complaint, which its source knows by ``key``."""
        ticket_id = self._first + len(self._tickets)
        summary = _summary(told)
        prefix, day = NUMBER_PREFIX[_KIND], told.opened_on.replace("-", "")
        no = f"{prefix}-{day}-{self._writes.next_number(prefix, day):04d}"
        unsettled = told.outcome is Outcome.UNSETTLED
        status = ComplaintStatus.CLOSED_UNSETTLED if unsettled else ComplaintStatus.CLOSED
        self._tickets.append(
            (
                no,
                summary,
                told.opened_at,
                self._machine,
                told.outcome.value,
                (told.cause or Cause.OTHER).value,
                told.closed_at,
                told.closed_at,
                told.closed_at,
                search_text(no, summary),
            )
        )
        self._write_steps(ticket_id, told)
        self._complaints.append(
            (ticket_id, status.value, None if told.cause is None else told.cause.value)
        )
        self._mediated.append(
            (
                ticket_id,
                told.source.value,
                key,
                told.respondent,
                told.industry,
                told.said,
                told.opened_on,
                told.closed_on,
                told.ended_as,
                told.satisfied,
                told.restitution_minor,
                told.currency,
            )
        )

    def _write_steps(self, ticket_id: int, told: Mediated) -> None:
        payloads: tuple[dict[str, object], ...] = (
            {
                "kind": _KIND,
                "priority": DEFAULT_PRIORITY[_KIND],
                "channel": TicketChannel.AUTHORITY,
                "imported": told.source,
                "complaint": {} if told.cause is None else {"complaint_class": told.cause},
            },
            {},
            {
                "outcome": told.outcome,
                "cause": told.cause or Cause.OTHER,
                "liability": Liability.NONE,
            },
            {"customer_informed": None},
        )
        moments = (told.opened_at, told.opened_at, told.closed_at, told.closed_at)
        for number, (step, moment, payload) in enumerate(
            zip(_STEPS, moments, payloads, strict=True), 1
        ):
            action, before, after = step
            self._events.append(
                (
                    ticket_id,
                    number,
                    moment,
                    self._machine,
                    action.value,
                    None if before is None else before.value,
                    after.value,
                    told.ended_as if action is TicketAction.RESOLVE else None,
                    json.dumps(payload),
                )
            )

    def finish(self) -> None:
        """Hand everything over to be written."""
        self._writes.insert(_TICKET, self._tickets)
        self._writes.insert(_EVENT, self._events)
        self._writes.insert(_COMPLAINT, self._complaints)
        self._writes.insert(_MEDIATED, self._mediated)


def _summary(told: Mediated) -> str:
    """What it was about, and with whom."""
    about = told.said or told.industry or told.ended_as
    return ": ".join(part for part in (about, told.respondent) if part)[:_SUMMARY].strip()
