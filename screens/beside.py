"""What stands beside a list: the ticket under the cursor, and why it is due when it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from counter.beside_words import proposal_words
from counter.language import _, money
from counter.lateness import Lateness
from counter.standing import ClockSaid, Standing, said
from counter.words import label
from models.complaint_views import ComplaintRow
from screens import ticket_story as story
from screens.complaint_story import next_of
from screens.facts import fact
from screens.widgets.plain import PlainText, plain

FROM_WIDTH: Final = 110
"""Cells of the terminal from which on there is room beside a list."""

_EVENTS: Final = 6
"""Steps of people that are shown beside a list; the ticket's own screen shows all that happened."""

_SPANS: Final = 3
"""Lines of an explanation that are shown beside a list; the window shows all."""


class Beside(PlainText):
    """The ticket under the cursor in short; Enter opens it whole."""

    DEFAULT_CSS = """
    Beside {
        width: 36%;
        height: 1fr;
        padding: 0 1;
        border-left: solid $foreground 30%;
    }
    """


def beside(
    found: Standing,
    lateness: Lateness,
    now: datetime,
    zone: ZoneInfo,
    key: Callable[[str], str],
) -> Content:
    """Headline, next step, complaint, due times with their explanation, the last events.

    Args:
        found: the ticket.
        lateness: knows the calendars of its clocks.
        now: the moment.
        zone: the shop's.
        key: names the key of an action's id.
    """
    ticket = found.ticket
    parts = [story.headline(ticket), plain(next_of(ticket, found.complaint, key))]
    if found.complaint is not None:
        parts.append(_complaint(found.complaint))
    parts += [_clock(clock) for clock in said(found.clocks, lateness, now, zone)]
    last = story.history(ticket, zone, _EVENTS)
    return Content("\n\n").join([*parts, last])


def _complaint(row: ComplaintRow) -> Content:
    claimed = row.amount_claimed_minor
    known = [
        (_("complaint"), label(row.status)),
        (_("about"), label(row.complaint_class) if row.complaint_class else None),
        (_("asks for"), label(row.demand)),
        (_("severity"), label(row.severity)),
        (_("claims"), money(claimed, row.currency or "") if claimed is not None else None),
        (_("authority"), row.authority_ref),
        (_("batch"), row.batch_no),
        (_("proposal"), proposal_words(row)),
    ]
    return Content("\n").join([fact(name, value) for name, value in known if value])


def _clock(clock: ClockSaid) -> Content:
    *spans, last = clock.lines
    shown = [*spans[-_SPANS:], last]
    if len(spans) > _SPANS:
        shown.insert(0, _("... x shows all"))
    lines = [
        Content.styled(plain(clock.title).plain, "bold"),
        *(plain(f"  {line}") for line in shown),
    ]
    return Content("\n").join(lines)
