"""Examining clocks and complaints: every row worked out again from the events of its ticket."""

from __future__ import annotations

from collections.abc import Iterator

from counter.clock_histories import Beside
from counter.desk import ReadingDesk
from counter.findings import Finding, Tally, fault, note, ok
from counter.shop import Shop
from data import clock_checks
from models.messages import N_


def clocks(shop: Shop) -> Iterator[Finding]:
    """Every clock and every complaint is what the events of its ticket say, in one pass."""
    with shop.reading(shop.system) as desk:
        yield from _clocks(desk)


def _clocks(desk: ReadingDesk) -> Iterator[Finding]:
    beside = Beside(desk.reader, desk.site)
    tickets, cases, late, wrong = 0, 0, Tally(), Tally()
    for kept in beside.all():
        tickets += 1
        cases += bool(kept.complaints)
        differences = beside.clocks(kept)
        if differences:
            late.add(kept.no, ", ".join(name for one in differences for name in one.named))
        differences = beside.complaint(kept)
        if differences:
            wrong.add(kept.no, ", ".join(name for one in differences for name in one.named))
    yield from _said(tickets, cases, late, wrong)
    if clock_checks.built_to(desk.reader) is not None:
        yield note(
            "clocks",
            N_(
                "Tickets of an older program have no clocks yet; they get them when somebody "
                "works here, or at once with: counter tick"
            ),
        )


def _said(tickets: int, cases: int, late: Tally, wrong: Tally) -> Iterator[Finding]:
    if late.count:
        yield fault(
            "clocks",
            N_(
                "The clocks of {count} of {tickets} tickets are not what their events say; "
                "first {no}: {fields}. Repair: counter doctor --repair"
            ),
            count=late.count,
            tickets=tickets,
            no=late.no,
            fields=late.detail,
        )
    else:
        yield ok(
            "clocks",
            N_("The clocks of all {tickets} tickets are what their events say."),
            tickets=tickets,
        )
    if wrong.count:
        yield fault(
            "complaints",
            N_(
                "{count} complaints are not what their events say; first {no}: {fields}. "
                "Repair: counter doctor --repair"
            ),
            count=wrong.count,
            no=wrong.no,
            fields=wrong.detail,
        )
    else:
        yield ok("complaints", N_("All {count} complaints are what their events say."), count=cases)
