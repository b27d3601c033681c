"""Return cases on their screen, for tests that look at them."""

from __future__ import annotations

from time import monotonic

from textual import events

from counter.desk import Actor
from counter.shop import Shop
from models.terms import ReturnStatus
from screens.return_case import ReturnCaseScreen
from screens.widgets.keybar import KeyBar
from tests.claims import (
    case_of,
    draft,
    submitted,
)
from tests.premises import Clock, Sale
from tests.screens.front import Front


async def look_at(front: Front, no: str) -> ReturnCaseScreen:
    """The screen of a case, once the case was read."""
    screen = ReturnCaseScreen(no)
    await front.push(screen)
    await front.until(lambda: screen.case is not None)
    return screen


def press_apart(front: Front, seconds: float, *keys: str) -> None:
    """Press keys that many seconds after one another, whatever time the machine takes."""
    started = monotonic()
    for nth, key in enumerate(keys):
        letter = {"enter": "\r"}.get(key, key if len(key) == 1 else None)
        pressed = events.Key(key, letter)
        pressed.time = started + nth * seconds
        front.app.post_message(pressed)


def status_of(shop: Shop, no: str) -> ReturnStatus:
    """Where a case stands."""
    return case_of(shop, no).status


def bar(front: Front) -> str:
    """The key bar as it stands on the screen."""
    return front.app.screen.query_one(KeyBar).shown


def refused_case(shop: Shop, clerk: Actor, clock: Clock, sale: Sale) -> str:
    """A case whose verdict is no: the towels come back without a reason, much too late."""
    clock.forward(days=60)
    return submitted(shop, clerk, draft(sale.receipt_no))
