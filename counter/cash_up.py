"""The day's refunds by clerk and means of payment, for whoever counts the tills."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from counter.desk import ReadingDesk
from counter.language import _
from counter.permissions import Action
from data.return_cases import paid_out
from models.errors import InvalidInput
from models.messages import N_
from models.return_views import CashRow
from models.terms import TenderMethod


def day_refunds(desk: ReadingDesk, day: date | None = None) -> tuple[CashRow, ...]:
    """What was paid out on a local day, refunds and compensation; by default today.

    Raises:
        NotAllowed: the role may not read tickets.
        InvalidInput: the calendar ends on that day, or begins.
    """
    desk.require(Action.READ)
    chosen, zone = day or desk.today, desk.site.zone
    try:
        begin = datetime.combine(chosen, time.min, zone).astimezone(UTC)
        end = datetime.combine(chosen + timedelta(days=1), time.min, zone).astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput(
            N_("The calendar does not reach beyond {day}."), field="day", day=chosen
        ) from error
    return paid_out(desk.ask, begin, end)


class Total(NamedTuple):
    """What was paid out by one means, by everybody together."""

    method: TenderMethod
    currency: str
    payments: int
    amount_minor: int


def totals(rows: Iterable[CashRow]) -> tuple[Total, ...]:
    """The sums by means and currency, in the order of the means."""
    found: dict[tuple[TenderMethod, str], list[CashRow]] = {}
    for row in rows:
        found.setdefault((row.method, row.currency), []).append(row)
    order = list(TenderMethod)
    return tuple(
        Total(method, currency, sum(r.payments for r in group), sum(r.amount_minor for r in group))
        for (method, currency), group in sorted(
            found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    )


def paid_for(row: CashRow) -> str:
    """What the money was paid for, in words."""
    return _("compensation") if row.compensation else _("refund")
