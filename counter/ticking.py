"""What time alone brings about, done by whoever notices: a terminal now, a scheduler as well.

Asking costs a look into an index each; SQLModel is brought in only where something is due. It may
be run as often as one likes, from several terminals at once: nothing is done twice, and after days
without power everything is caught up, in portions between which clerks have their turn.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from counter.shop import Shop
from counter.turns import Turns
from data.reading import stored_instant

DUE: Final = "SELECT 1 FROM return_case WHERE status = 'approved' AND goods_due_on < :today LIMIT 1"
"""Whether a return is over: read in the index of what cases wait for."""

REACHES: Final = "SELECT 1 FROM clock WHERE next_level_at <= :now LIMIT 1"
"""Whether a clock reached a level: read in the index of what comes next."""

WAKES: Final = (
    "SELECT 1 FROM ticket WHERE working AND wake_on IS NOT NULL AND wake_on <= :today LIMIT 1"
)
"""Whether a wait is over: read in the index of those that wait."""

BUILDS: Final = "SELECT 1 FROM store_fact WHERE name = 'clocks_built_to'"
"""Whether tickets of an older store have no clocks yet."""


class Ticked(NamedTuple):
    """What a tick did; empty and 0 where nothing was due.

    Attributes:
        expired: numbers of the returns whose goods did not come.
        woken: numbers of the tickets whose wait was over.
        levels: how many levels clocks reached.
        built: how many tickets of an older store got their clocks.
    """

    expired: tuple[str, ...] = ()
    woken: tuple[str, ...] = ()
    levels: int = 0
    built: int = 0

    def __bool__(self) -> bool:
        return any(self)


def tick(shop: Shop) -> Ticked:
    """Let end what is over, wake what waited long enough, and write the levels that were reached.

    Raises:
        CounterError: the store refuses; the next tick tries again.
    """
    done = Ticked()
    if is_due(shop, BUILDS):
        from counter.clock_building import build_all  # here and below: it brings every table

        done = done._replace(built=build_all(shop))
    turns = Turns(shop, shop.system)
    while is_due(shop, DUE):
        from counter.returns import expire_due

        with turns.writing() as desk:
            ended = expire_due(desk)
        if not ended:  # another terminal was faster
            break
        done = done._replace(expired=done.expired + ended)
    while is_due(shop, WAKES):
        from counter.clock_levels import wake

        with turns.writing() as desk:
            woken = wake(desk)
        if not woken:
            break
        done = done._replace(woken=done.woken + woken)
    while is_due(shop, REACHES):
        from counter.clock_levels import reach

        with turns.writing() as desk:
            levels = reach(desk)
        if not levels:
            break
        done = done._replace(levels=done.levels + levels)
    return done


def is_due(shop: Shop, question: str = DUE) -> bool:
    """Whether anything of a kind is due that nobody has dealt with yet."""
    with shop.reading(shop.system) as desk:
        values = {"today": desk.today.isoformat(), "now": stored_instant(desk.now)}
        asked = {name: value for name, value in values.items() if f":{name}" in question}
        return desk.ask.one(question, **asked) is not None
