"""Tickets to look at, and another terminal that works on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from counter import tickets
from counter.desk import Actor, WritingDesk
from counter.shop import Shop
from counter.ticket_events import TicketHead
from counter.tickets import TicketDraft
from data import driver
from tests.screens.front import Front


def case(
    shop: Shop, actor: Actor, summary: str = "Lid is loose", kind: str = "complaint", **more: Any
) -> TicketHead:
    """A new ticket."""
    with shop.writing(actor) as desk:
        return tickets.open_ticket(desk, TicketDraft(kind=kind, summary=summary, **more))


def work(shop: Shop, actor: Actor, operation: Callable[[WritingDesk], TicketHead]) -> TicketHead:
    """What somebody does at another terminal."""
    with shop.writing(actor) as desk:
        return operation(desk)


async def type_text(front: Front, text: str) -> None:
    """Put text into what has the focus, as a paste: a key costs sixty milliseconds here."""
    from textual.events import Paste

    focused = front.app.screen.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await front.pilot.pause()


@contextmanager
def busy(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program writes to the store for as long as the block takes."""
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.1)
    shop.close()
    other = driver.connect(shop.places.store.path)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
