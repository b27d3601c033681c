"""A complaint in words: where it stands, what comes next, its clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from textual.content import Content

from counter.beside_ticket import Looked, checklist
from counter.beside_words import clock_line, clock_stands, proposal_words, remaining, why
from counter.clock_words import mark
from counter.language import _, day, listed, money, ngettext
from counter.words import label
from models.complaint_views import ComplaintRow
from models.messages import N_
from models.terms import ComplaintStatus, Demand, Severity, TicketStatus
from models.views import TicketDetail
from screens import ticket_story
from screens.facts import fact
from screens.widgets.dialog import open_dialog
from screens.widgets.plain import plain
from screens.widgets.sheet import Part, Sheet

if TYPE_CHECKING:
    from screens.frame import FramedScreen

_S = ComplaintStatus

_NEXT: Final[Mapping[ComplaintStatus, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        _S.REGISTERED: (N_("Next: tell the customer ({0}), look into it ({1})."),
                        ("ticket.respond", "ticket.investigate")),
        _S.ACKNOWLEDGED: (N_("Next: look into it ({0})."), ("ticket.investigate",)),
        _S.INVESTIGATING: (N_("Next: propose a solution ({0})."), ("ticket.propose",)),
        _S.PROPOSED: (N_("Next: accepted ({0}) or disputed ({1})?"),
                      ("ticket.accept", "ticket.dispute")),
        _S.AGREED: (N_("Next: do what was agreed, then say so ({0})."), ("ticket.perform",)),
        _S.ESCALATED: (N_("Next: propose anew ({0}), or mediation ({1})."),
                       ("ticket.propose", "ticket.mediate")),
        _S.MEDIATION: (N_("Next: what the mediation brings ({0})."), ("ticket.accept",)),
    }
)  # fmt: skip
"""What somebody does next about an open complaint, and the keys for it."""


def headline(complaint: ComplaintRow) -> Content:
    """Status, severity, level, demand, amount and the authority's number, in one line."""
    parts: list[str | tuple[str, str]] = [(label(complaint.status), "bold")]
    if complaint.severity is not Severity.NORMAL:
        parts += ["  ", (f"!{label(complaint.severity)}", "bold $error")]
    if complaint.level:
        level = _("level {level}").format(level=complaint.level)
        parts += ["  ", (f"{mark(complaint.level)} {level}", "bold $text-warning")]
    asked = [label(complaint.demand)] if complaint.demand is not Demand.OTHER else []
    if complaint.amount_claimed_minor is not None and complaint.currency is not None:
        asked.append(money(complaint.amount_claimed_minor, complaint.currency))
    if complaint.authority_ref:
        ref = plain(complaint.authority_ref).plain
        asked.append(_("authority no. {no}").format(no=ref))
    return Content.assemble(*parts, "  ", listed(asked))


def next_step(
    ticket: TicketDetail,
    looked: Looked | None,
    key: Callable[[str], str],
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """What somebody has to do next, in one sentence, and how much time is left for it."""
    if looked is None:
        return ticket_story.next_step(ticket, key)
    said = next_of(ticket, looked.beside.complaint, key)
    call = looked.beside.call
    if ticket.status is TicketStatus.CLOSED and call is not None and call.is_awaited:
        said = _("Done. Call-back by {day}.").format(day=day(call.due_on))
        leader = next((clock for clock in looked.beside.clocks if clock.leads), None)
        if leader is not None and looked.late_seconds(leader, now) <= 0:
            return said  # its clock has no more to say
    left = remaining(looked, now, zone)
    return f"{said}  {left}" if left else said


def next_of(ticket: TicketDetail, complaint: ComplaintRow | None, key: Callable[[str], str]) -> str:
    """What comes next: with an open complaint where that stands, else where the ticket does."""
    return _of_complaint(ticket, complaint, key) or ticket_story.next_step(ticket, key)


def _of_complaint(
    ticket: TicketDetail, complaint: ComplaintRow | None, key: Callable[[str], str]
) -> str:
    if complaint is None or ticket.status is not TicketStatus.OPEN:
        return ""
    missing = [step for step in checklist(ticket, complaint) if step not in complaint.checklist]
    if missing:
        said = ngettext(
            "Next: {count} step of the checklist ({key}).",
            "Next: {count} steps of the checklist ({key}).",
            len(missing),
        )
        return said.format(count=len(missing), key=key("ticket.check"))
    if complaint.status not in _NEXT:
        return ""
    sentence, ids = _NEXT[complaint.status]
    if complaint.status is _S.REGISTERED and ticket.first_response_at is not None:
        sentence, ids = _NEXT[_S.ACKNOWLEDGED]
    return _(sentence).format(*map(key, ids))


def facts(looked: Looked, now: datetime, zone: ZoneInfo) -> list[Content]:
    """The clocks that go on, and what is known of the complaint beyond its headline."""
    lines = [
        fact(label(clock.kind), clock_stands(looked, clock, now, zone))
        for clock in looked.beside.clocks
        if clock.open
    ]
    complaint = looked.beside.complaint
    if complaint is not None:
        about = complaint.complaint_class
        known = [
            (_("what about"), label(about) if about else None),
            (_("batch"), complaint.batch_no),
            (_("proposal"), proposal_words(complaint)),
        ]
        lines += [fact(name, value) for name, value in known if value]
    return lines


def open_clocks(screen: FramedScreen, ticket: TicketDetail, looked: Looked) -> None:
    """Show what is due when, and how each due time was counted."""
    shop = screen.counter_app.shop
    now, zone = shop.clock(), shop.site.zone
    parts = [
        Part(clock_line(looked, clock, now, zone), why(clock, zone))
        for clock in looked.beside.clocks
    ]
    if not parts:
        parts = [Part("", [_("Nothing of it runs against time.")])]
    title = _("{no}: what is due when, and why").format(no=ticket.no)
    open_dialog(screen.app, Sheet(title, parts))
