"""A ticket in words: its headline, what comes next, the facts, and the history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from counter.event_words import details, taken_back
from counter.language import _, age, day, full_day, listed, moment, short_moment
from counter.words import label, person
from models.terms import TIMED_ACTIONS, Priority, TicketStatus
from models.views import EventRow, TicketDetail
from screens.facts import fact
from screens.widgets.plain import plain


def facts(
    ticket: TicketDetail, now: datetime, zone: ZoneInfo, due: Sequence[Content] = ()
) -> Content:
    """What is due, what is known of the ticket, a line each, then what was written at intake."""
    known = [
        (_("opened"), f"{moment(ticket.opened_at, zone)} ({age(ticket.opened_at, now)})"),
        (_("by"), listed((person(ticket.opened_by), label(ticket.channel)))),
        (_("owner"), person(ticket.owner_name) or _("nobody")),
        (_("department"), ticket.department),
        (_("customer"), " ".join(filter(None, (ticket.customer, ticket.phone_masked)))),
        (_("receipt"), _receipt(ticket)),
        (_("follows"), ticket.parent),
        (_("wakes up"), full_day(ticket.wake_on) if ticket.wake_on else None),
        (_("outcome"), label(ticket.outcome) if ticket.outcome else None),
        (_("cause"), label(ticket.cause) if ticket.cause else None),
        (_("liability"), label(ticket.liability) if ticket.liability else None),
    ]
    lines = [*due, *(fact(name, value) for name, value in known if value)]
    if ticket.body:
        lines += [Content(""), plain(ticket.body)]
    return Content("\n").join(lines)


def history(ticket: TicketDetail, zone: ZoneInfo, deeds: int | None = None) -> Content:
    """What happened, the newest first.

    Args:
        ticket: with all that happened.
        zone: the shop's.
        deeds: show only so much of what people did last, and nothing that time alone did.
    """
    undone = taken_back(ticket.events)
    shown = ticket.events
    if deeds is not None:
        shown = tuple(event for event in shown if event.kind not in TIMED_ACTIONS)[-deeds:]
    return Content("\n").join([_event(event, ticket, zone, undone) for event in shown[::-1]])


def headline(ticket: TicketDetail) -> Content:
    """Number, priority, kind and status, and below what it is about."""
    urgent = ticket.priority is Priority.P1
    priority = f"!{ticket.priority}" if urgent else str(ticket.priority)
    return Content.assemble(
        (ticket.no, "bold"),
        "  ",
        (priority, "bold $error" if urgent else ""),
        "  ",
        label(ticket.kind),
        "  ",
        (f"[{label(ticket.status)}]", "bold"),
        "\n",
        (plain(ticket.summary).plain, "bold"),
    )


def next_step(ticket: TicketDetail, key: Callable[[str], str]) -> str:
    """What somebody has to do next, in one sentence; ``key`` names the key of an action's id."""
    wakes = day(ticket.wake_on) if ticket.wake_on else ""
    match ticket.status:
        case TicketStatus.NEW:
            return _("Next: take it ({key}).").format(key=key("ticket.take"))
        case TicketStatus.OPEN:
            said = _("Next: work on it, then say how it ended ({key}).")
            return said.format(key=key("ticket.resolve"))
        case TicketStatus.WAITING_CUSTOMER:
            said = _("Next: the customer answers ({key}), by {day}.")
            return said.format(key=key("ticket.answer"), day=wakes)
        case TicketStatus.WAITING_THIRD_PARTY:
            said = _("Next: it comes back ({key}), by {day}.")
            return said.format(key=key("ticket.answer"), day=wakes)
        case TicketStatus.RESOLVED:
            said = _("Next: tell the customer and close it ({key}).")
            return said.format(key=key("ticket.close"))
        case TicketStatus.MERGED:
            return _("Goes on in {no}.").format(no=ticket.merged_into)
        case _:
            return _("Done.")


def _receipt(ticket: TicketDetail) -> str | None:
    if ticket.receipt_no is None or ticket.receipt_line_no is None:
        return ticket.receipt_no
    return _("{receipt}, line {line}").format(
        receipt=ticket.receipt_no, line=ticket.receipt_line_no
    )


def _event(
    event: EventRow, ticket: TicketDetail, zone: ZoneInfo, undone: frozenset[int]
) -> Content:
    gone = event.no in undone
    head = Content.assemble(
        (f"{short_moment(event.at, zone)}  ", "dim"),
        (label(event.kind), "dim" if gone else "bold"),
        (f"  {plain(person(event.actor)).plain}", "dim"),
    )
    said = details(event, ticket.events, zone)
    if said:
        head = Content.assemble(head, "  ", plain(said))
    if gone:
        head = Content.assemble(head, "  ", (_("(taken back)"), "bold"))
    if event.text:
        indented = "\n".join(f"    {line}" for line in plain(event.text).plain.splitlines())
        head = Content.assemble(head, "\n", indented)
    return head
