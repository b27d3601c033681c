"""Nothing stays behind: a terminal runs for weeks without being closed."""

from __future__ import annotations

from collections import Counter

from counter.desk import Actor
from counter.shop import Shop
from tests.bench.soak import alive, soaked
from tests.premises import Sale
from tests.screens.cases import case
from tests.screens.front import Front, at_counter

KINDS = ("Screen", "Widget", "DOMNode", "Binding", "Timer", "Signal", "Task")


UNDER_WAY = {"Task": 5}
"""What may be under way at any moment: a leak shows with each of the hundred changes more."""


def more(after: Counter[str], before: Counter[str]) -> list[str]:
    """The kinds of which more are alive than before."""
    return [kind for kind in KINDS if after[kind] > before[kind] + UNDER_WAY.get(kind, 0)]


def test_focus_changes_and_screens_leave_nothing_behind(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    ticket = case(shop, clerk).no

    async def play(front: Front) -> None:
        before = await soaked(front.pilot, ticket, focus_changes=20, switches=14)
        after = await soaked(front.pilot, ticket, focus_changes=120, switches=42)
        for _round in range(100):  # what has ended is let go a moment later; what leaks never is
            if not more(after, before):
                break
            await front.pilot.pause(0.02)
            after = alive()
        assert not more(after, before), (before, after)

    at_counter(shop, play, actor=clerk)
