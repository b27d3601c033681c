"""What time alone brings about, done by whoever notices: a terminal now, a scheduler as well.

Asking costs one look into an index; SQLModel is brought in only where something is due. It may be
run as often as one likes, from several terminals at once: nothing is done twice.
"""

from __future__ import annotations

from typing import Final

from counter.shop import Shop

DUE: Final = "SELECT 1 FROM return_case WHERE status = 'approved' AND goods_due_on < :today LIMIT 1"
"""Whether anything is over: read in the index of what cases wait for."""


def tick(shop: Shop) -> tuple[str, ...]:
    """Let end what is over: approved returns whose goods did not come in.

    Returns:
        The numbers of the cases that expired.

    Raises:
        CounterError: the store refuses; the next tick tries again.
    """
    expired: list[str] = []
    while is_due(shop):
        from counter.returns import expire_due  # here: it brings every table with it

        with shop.writing(shop.system) as desk:
            ended = expire_due(desk)
        if not ended:  # another terminal was faster
            break
        expired += ended
    return tuple(expired)


def is_due(shop: Shop) -> bool:
    """Whether anything is over that nobody has ended yet."""
    with shop.reading(shop.system) as desk:
        return desk.ask.one(DUE, today=desk.today.isoformat()) is not None
