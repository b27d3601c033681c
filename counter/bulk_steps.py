"""One step with many tickets: each in a unit of work of its own, told row by row.

What fails, fails alone: a ticket that a colleague changed meanwhile, or that does not stand where
the step begins, is named with the reason, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from counter.desk import Actor, WritingDesk
from counter.shop import Shop
from counter.ticket_events import TicketHead
from models.errors import CounterError, NotAllowed, SignInRefused, StoreUnusable

Step = Callable[[WritingDesk, str, int | None], TicketHead]
"""One step with one ticket: the desk, the ticket's number, and the version that was seen."""

_ENDING: Final = (NotAllowed, SignInRefused, StoreUnusable)
"""Refusals that would meet every further ticket as well."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticket that was marked, and the version that was seen of it."""

    no: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one ticket: it stands as ``head`` says, or ``error`` says why not."""

    no: str
    head: TicketHead | None = None
    error: CounterError | None = None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of all of them.

    Attributes:
        rows: the tickets that were tried, in their order.
        left: numbers of those that were not tried: the work was stopped, or could not go on.
    """

    rows: tuple[RowResult, ...]
    left: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        """How many took the step."""
        return sum(row.error is None for row in self.rows)

    @property
    def failed(self) -> int:
        """How many refused it."""
        return len(self.rows) - self.done


Told = Callable[[RowResult, int, int], object]
"""Is told each row as it is done or failed, how many were tried, and of how many."""


def apply_to_each(
    shop: Shop,
    actor: Actor,
    chosen: Iterable[Chosen],
    step: Step,
    *,
    told: Told | None = None,
    stopped: Callable[[], bool] | None = None,
) -> BulkResult:
    """Take ``step`` with each ticket in turn; call it in a thread.

    Args:
        shop: the open shop.
        actor: who takes it; the step checks the permission each time.
        chosen: the tickets, each once however often it was named.
        step: the step with what was typed for it, the same for all.
        told: is told after each ticket.
        stopped: asked between two tickets; true ends the work there.

    Returns:
        Every ticket's end. Nothing is raised for a ticket that refuses; a refusal that would meet
        all others too (no right, signed out, the store is unusable) leaves them untried.
    """
    waiting = list({one.no.upper(): one for one in chosen}.values())
    rows: list[RowResult] = []
    for place, one in enumerate(waiting):
        if stopped is not None and stopped():
            break
        row = _apply(shop, actor, one, step)
        rows.append(row)
        if told is not None:
            told(row, place + 1, len(waiting))
        if isinstance(row.error, _ENDING):
            break
    return BulkResult(tuple(rows), tuple(one.no for one in waiting[len(rows) :]))


def _apply(shop: Shop, actor: Actor, one: Chosen, step: Step) -> RowResult:
    try:
        with shop.writing(actor) as desk:
            head = step(desk, one.no, one.seen)
    except CounterError as error:
        return RowResult(one.no, error=error)
    return RowResult(head.no, head)
