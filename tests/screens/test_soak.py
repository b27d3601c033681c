"""Nothing stays behind: a terminal runs for weeks without being closed."""

from __future__ import annotations

import gc

from counter.desk import Actor
from counter.shop import Shop
from tests.bench.soak import finished, soaked
from tests.premises import Sale
from tests.screens.cases import case
from tests.screens.front import Front, at_counter


def test_focus_changes_and_screens_leave_nothing_behind(
    shop: Shop, clerk: Actor, sale: Sale
) -> None:
    ticket = case(shop, clerk).no

    async def play(front: Front) -> None:
        before = await soaked(front.pilot, ticket, focus_changes=20, switches=14)
        ended = finished()
        after = await soaked(front.pilot, ticket, focus_changes=120, switches=42)
        for kind in ("Screen", "Widget", "DOMNode", "Binding", "Timer", "Signal", "Task"):
            assert after[kind] <= before[kind], (before, after)
        gc.collect()
        assert list(ended) == [], "what had finished by then is held for ever"

    at_counter(shop, play, actor=clerk)
