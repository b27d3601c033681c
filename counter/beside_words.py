"""The clocks of one ticket in words: where each stands, and how its due time came about."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from counter.beside_ticket import Looked
from counter.clock_words import due_words, explained, mark, time_words
from counter.language import _, listed, money, near_day, short_moment, time_of_day
from counter.words import label
from models.complaint_views import ClockRow, ComplaintRow
from models.messages import N_
from models.terms import ClockState


def near_moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """``10:42`` of today, ``Mon 10 Mar 10:42`` of another day."""
    on, today = (moment.astimezone(zone).date() for moment in (at, now))
    said = time_of_day(at, zone)
    return said if on == today else f"{near_day(on, today)} {said}"


def proposal_words(complaint: ComplaintRow) -> str | None:
    """What was offered last, with the money that is part of it."""
    if complaint.proposal is None or complaint.offered_minor is None:
        return complaint.proposal
    amount = money(complaint.offered_minor, complaint.offered_currency or "")
    return _("{proposal} ({amount})").format(proposal=complaint.proposal, amount=amount)


def clock_stands(looked: Looked, clock: ClockRow, now: datetime, zone: ZoneInfo) -> str:
    """Where a clock stands: when it is due and how late it is, or how it ended."""
    if not clock.open:
        ended = near_moment(clock.ended_at or clock.order_at, now, zone)
        return f"{label(clock.state)} {ended}"
    said = due_words(
        clock.due_at,
        now,
        zone,
        looked.late_seconds(clock, now) // 60,
        wakes_at=clock.order_at,
    )
    if clock.due_at is None:
        return said
    return _("{moment} ({time})").format(moment=near_moment(clock.due_at, now, zone), time=said)


def clock_line(looked: Looked, clock: ClockRow, now: datetime, zone: ZoneInfo) -> str:
    """A clock in one line, with the level that it reached."""
    how = clock_stands(looked, clock, now, zone)
    parts = [_("{clock}: {how}").format(clock=label(clock.kind), how=how)]
    if clock.open and clock.level:
        level = _("level {level}").format(level=clock.level)
        parts.append(f"{mark(clock.level)} {level}")
    return listed(parts)


def remaining(looked: Looked, now: datetime, zone: ZoneInfo) -> str:
    """How much time the clock has that is due first; empty where none runs."""
    leader = next((clock for clock in looked.beside.clocks if clock.leads), None)
    if leader is None or leader.state is not ClockState.RUNNING:
        return ""
    late = looked.late_seconds(leader, now) // 60
    return f"{label(leader.kind)} {due_words(leader.due_at, now, zone, late)}"


_CALENDARS: Final = {
    "counter": N_("the counter's hours"),
    "repair": N_("the workshop's days"),
    "always": N_("the whole day"),
}
"""The calendars that come with the program; a store's own is called as it calls it."""


def calendar_words(code: str | None) -> str:
    """Whose working time a clock counts."""
    if code is None:
        return _("the time on the wall")
    return _(_CALENDARS[code]) if code in _CALENDARS else code


def why(clock: ClockRow, zone: ZoneInfo) -> list[str]:
    """How the due time of a clock came about, a line a span."""
    counts = calendar_words(clock.calendar)
    since = _("Since {moment}; it counts {calendar}, by version {no} of the service times.")
    lines = [
        since.format(
            moment=short_moment(clock.started_at, zone),
            calendar=counts,
            no=clock.service_version_no,
        ),
        *explained(clock.explanation),
    ]
    minutes = [int(line.rsplit(" ", 1)[1]) for line in clock.explanation if " " in line]
    if len(minutes) > 1:
        lines.append(_("together {time}").format(time=time_words(sum(minutes))))
    if clock.due_at is not None:
        lines.append(_("Due {moment}.").format(moment=short_moment(clock.due_at, zone)))
    if clock.next_level is not None and clock.next_level_at is not None:
        said = _("Level {level} on {moment}.")
        at = short_moment(clock.next_level_at, zone)
        lines.append(said.format(level=clock.next_level, moment=at))
    return lines
