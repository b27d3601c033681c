"""The day's refunds by clerk and means of payment, for whoever counts the tills."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from counter.desk import ReadingDesk
from counter.permissions import Action
from data.return_cases import paid_out
from models.return_views import CashRow


def day_refunds(desk: ReadingDesk, day: date | None = None) -> tuple[CashRow, ...]:
    """What was paid out on a local day, refunds and compensation; by default today.

    Raises:
        NotAllowed: the role may not read tickets.
    """
    desk.require(Action.READ)
    begin = datetime.combine(day or desk.today, time.min, desk.site.zone)
    end = datetime.combine((day or desk.today) + timedelta(days=1), time.min, desk.site.zone)
    return paid_out(desk.ask, begin.astimezone(UTC), end.astimezone(UTC))
