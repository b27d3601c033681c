"""Clocks and complaints of a store that an older program wrote, worked out from the events."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from counter import clock_keeping, complaint_keeping
from counter.desk import WritingDesk
from counter.shop import Shop
from counter.turns import Turns
from models.site import StoreFact
from models.terms import COMPLAINED
from models.ticket import Ticket

BUILT_TO: Final = "clocks_built_to"
"""Name of the store fact with the key of the last ticket whose clocks were built. It is there only
while tickets are left that were opened before clocks were kept."""

PORTION: Final = 10
"""Tickets in one transaction, some 20 ms: a clerk's save waits for no more than that."""


def build_all(shop: Shop) -> int:
    """Build what is missing, a portion at a time; how many tickets it was.

    Killed in between it goes on from there; two terminals share the work.

    Raises:
        CounterError: the store refuses; the next try goes on.
    """
    built, turns = 0, Turns(shop, shop.system)
    while True:
        with turns.writing() as desk:
            portion = build(desk)
        if portion is None:
            return built
        built += portion


def build(desk: WritingDesk, most: int = PORTION) -> int | None:
    """Build the clocks of the next tickets; how many, or None when none is left."""
    fact = desk.session.get(StoreFact, BUILT_TO)
    if fact is None:
        return None
    found = desk.session.exec(
        select(Ticket).where(col(Ticket.id) > int(fact.value)).order_by(col(Ticket.id)).limit(most)
    ).all()
    if not found:
        desk.session.delete(fact)
        return None
    for ticket in found:
        if ticket.kind in COMPLAINED:
            complaint_keeping.keep(desk, ticket)
        clock_keeping.keep(desk, ticket)
    fact.value = str(found[-1].id)
    desk.session.add(fact)
    desk.session.flush()
    return len(found)
