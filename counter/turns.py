"""Long work as one unit after another, so that everybody else gets a turn at the store in between.

A writer that finds the store held asks again after 1, 3, 8, 18, 33, 58, 83 ms and then every 100:
where the next unit begins as soon as the last is over, a clerk's save finds it held at every try
and waits for all of them. So the store stays free for as long as it was held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, sleep
from typing import Final

from counter.desk import Actor, WritingDesk
from counter.shop import Shop

_LEAST: Final = 0.005
"""Seconds that the store is free at least."""

_MOST: Final = 0.1
"""Seconds that it is free at most: a computer that slept did not hold it for a night."""


class Turns:
    """Units of work of one person, with a rest before each but the first."""

    def __init__(self, shop: Shop, actor: Actor) -> None:
        self._shop = shop
        self._actor = actor
        self._free_until: float | None = None

    @contextmanager
    def writing(self) -> Iterator[WritingDesk]:
        """The next unit of work; see :meth:`counter.shop.Shop.writing`.

        Raises:
            CounterError: as there.
        """
        if self._free_until is not None:
            rest = self._free_until - perf_counter()
            if rest > 0:
                sleep(rest)
        with self._shop.writing(self._actor) as desk:
            began = perf_counter()
            yield desk
        ended = perf_counter()
        self._free_until = ended + min(max(ended - began, _LEAST), _MOST)
