"""The reading side of figures: every number is counted in an index that holds nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from data.changes import READ
from data.overdue import overdue_count
from data.reading import Reader, maybe_instant, stored_instant
from models.views import DayNumbers

_CAME_BACK: Final = """
    SELECT count(*) FROM ticket t WHERE t.working AND t.owner_id = :me AND t.status = 'open'
      AND (SELECT e.kind FROM ticket_event e
            WHERE e.ticket_id = t.id AND e.kind NOT IN ('level', 'retarget')
            ORDER BY e.event_no DESC LIMIT 1) IN ('answer', 'back', 'wake')
"""
"""Of the person's tickets, which are few, those whose last event brought something."""

_CALLS_DUE: Final = """
    SELECT count(*) FROM follow_up WHERE status IN ('scheduled', 'due') AND due_on <= :today
"""


def day_numbers(reader: Reader, *, staff_id: int, now: datetime, zone: ZoneInfo) -> DayNumbers:
    """The numbers of the day of ``now`` in the shop's ``zone``, for the person ``staff_id``."""
    today = now.astimezone(zone).date()
    day = {"low": _midnight(today, zone), "high": _midnight(today + timedelta(days=1), zone)}
    count = "SELECT count(*) FROM ticket WHERE"
    value = reader.value
    last = reader.one(
        "SELECT to_change, made_at FROM export_batch WHERE status = 'verified' "
        "ORDER BY id DESC LIMIT 1"
    )
    return DayNumbers(
        mine=value(f"{count} working AND owner_id = :me", me=staff_id),
        unowned=value(f"{count} working AND owner_id IS NULL"),
        waiting_woken=value(f"{count} working AND wake_on <= :today", today=today.isoformat()),
        working=value(f"{count} working"),
        resolved=value(f"{count} status = 'resolved'"),
        opened_today=value(f"{count} opened_at >= :low AND opened_at < :high", **day),
        closed_today=value(f"{count} closed_at >= :low AND closed_at < :high", **day),
        unsent_changes=(value(READ) or 0) - (last[0] if last else 0),
        last_export=maybe_instant(last[1]) if last else None,
        to_decide=value(
            "SELECT count(*) FROM return_case WHERE status IN ('submitted', 'referred')"
        ),
        overdue=overdue_count(reader, now),
        first_priority=value(f"{count} working AND priority = 'P1'"),
        came_back=value(_CAME_BACK, me=staff_id),
        calls_due=value(_CALLS_DUE, today=today.isoformat()),
    )


def _midnight(day: date, zone: ZoneInfo) -> str:
    return stored_instant(datetime.combine(day, time(), zone).astimezone(UTC))
