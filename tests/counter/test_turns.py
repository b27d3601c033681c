"""Long work leaves everybody else their turn at the store."""

from __future__ import annotations

import pytest

from counter import clock_levels, ticking, turns
from counter.desk import Actor
from counter.shop import Shop
from counter.ticket_opening import TicketDraft, open_ticket
from counter.turns import Turns
from data.driver import connect
from models.terms import TicketKind
from tests.premises import Clock, rows


class Times:
    """A stopwatch that is put forward by hand, and the rests that were taken."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.rests: list[float] = []
        monkeypatch.setattr(turns, "perf_counter", lambda: self.now)
        monkeypatch.setattr(turns, "sleep", self.rest)

    def rest(self, seconds: float) -> None:
        self.rests.append(round(seconds, 6))
        self.now += seconds


@pytest.mark.parametrize(("held", "free"), [(0.001, 0.005), (0.03, 0.03), (3600.0, 0.1)])
def test_the_store_is_free_for_as_long_as_it_was_held(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, held: float, free: float
) -> None:
    times, work = Times(monkeypatch), Turns(shop, shop.system)

    for _unit in range(2):
        with work.writing():
            times.now += held

    assert times.rests == [free]


def test_what_was_done_between_two_units_counts_for_the_rest(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, work = Times(monkeypatch), Turns(shop, shop.system)

    with work.writing():
        times.now += 0.03
    times.now += 0.02
    with work.writing():
        pass
    times.now += 1.0
    with work.writing():
        pass

    assert times.rests == [0.01]


def test_somebody_else_can_save_between_two_portions_of_a_tick(
    shop: Shop, clerk: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        draft = TicketDraft(TicketKind.INQUIRY, f"Question {number}")
        with shop.writing(clerk) as desk:
            open_ticket(desk, draft)
    clock.forward(days=30)
    saved: list[int] = []
    other = connect(shop.places.store.path)
    other.execute("PRAGMA busy_timeout = 0")

    def save(_seconds: float) -> None:
        other.execute("UPDATE change_counter SET value = value + 1")
        saved.append(len(rows(shop, "SELECT id FROM ticket_event WHERE kind = 'level'")))

    monkeypatch.setattr(clock_levels.reach, "__defaults__", (1,))
    monkeypatch.setattr(turns, "sleep", save)
    ticking.tick(shop)
    other.close()

    written = len(rows(shop, "SELECT id FROM ticket_event WHERE kind = 'level'"))
    assert saved == sorted(set(saved))
    assert len(saved) == 2
    assert saved[-1] < written
