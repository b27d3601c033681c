"""Putting clocks and complaints right: they become what the events of their tickets say."""

from __future__ import annotations

from collections.abc import Iterator

from counter.clock_histories import Beside, Difference, Kept
from counter.findings import Finding, repaired
from counter.repair_round import Round
from data import repairs
from data.auditing import Deed
from data.driver import sqlite3
from data.reading import Reader
from data.repairs import Repair
from models.messages import N_


def mend_clocks(work: Round) -> Iterator[Finding]:
    """Let every clock and every complaint be what the events of its ticket say."""
    with work.shop.reading(work.shop.system) as desk:
        site = desk.site

    def find(reader: Reader) -> Iterator[int]:
        beside = Beside(reader, site)
        for kept in beside.all():
            if _mendable(beside, kept):
                yield kept.ticket_id

    def mend(repair: Repair, key: int) -> Deed | bool:
        beside = Beside(repair.reader, site)
        kept = beside.one(key)
        wrong = _mendable(beside, kept) if kept is not None else []
        if kept is None or not wrong:
            return False
        named = [name for one in wrong if _mended(repair, key, one) for name in one.named]
        if not named:
            return False
        uid = repairs.uid_of(repair.reader, "ticket", key)
        return work.writer.deed("clock.repair", "ticket", uid, no=kept.no, fields=sorted(named))

    rows = work.mend("clock", work.keys(find), mend)
    if rows:
        yield repaired(
            "clocks",
            N_("Clocks and complaints are what the events of their tickets say again: {rows}."),
            rows=rows,
        )


def _mendable(beside: Beside, kept: Kept) -> list[Difference]:
    """What can be put right; events that are gone or cannot be read say nothing to be written."""
    if not kept.is_whole:
        return []
    found = (*beside.clocks(kept), *beside.complaint(kept))
    return [one for one in found if one.key is not None or one.values is not None]


def _mended(repair: Repair, ticket_id: int, one: Difference) -> bool:
    versioned = one.table == "complaint"
    try:
        if one.values is None and one.key is not None:
            repair.remove(one.table, one.key)
        elif one.values is not None and one.key is not None:
            repair.update(one.table, one.key, one.values, versioned=versioned)
        elif one.values is not None:
            repair.insert(one.table, {"ticket_id": ticket_id, **one.values}, versioned=versioned)
    except sqlite3.IntegrityError:  # events that lead to what no row may be
        return False
    return True
