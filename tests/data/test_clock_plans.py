"""What looks after clocks never reads a whole table, however many tickets there are by now."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from counter.clock_keeping import EVENTS, promised
from counter.clock_levels import REACHED, WOKEN
from counter.service_moving import OTHERS
from counter.ticking import BUILDS, DUE, REACHES, WAKES
from data.driver import connect
from data.reading import stored_instant
from models.identity import new_uid
from models.terms import TicketKind, TicketStatus
from tests.data.plans import PlanReader, insert, many_rows, populate
from tests.data.test_plans import scans
from tests.premises import MORNING, Clock, shop_at

TICKETS = 1500


@pytest.fixture(scope="module", params=["fresh", "analysed"])
def reader(
    request: pytest.FixtureRequest, founded_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlanReader]:
    """A store with many tickets whose clocks ended and a few that run."""
    shop = shop_at(tmp_path_factory.mktemp("plans") / "home", Clock(), founded_store)
    customers = populate(shop, 50)
    store = connect(shop.places.store.path)
    store.execute("BEGIN IMMEDIATE")
    insert(store, [replace(row, order_at=None) for row in many_rows(TICKETS, customers)])
    chance = random.Random(5)
    for key in range(1, TICKETS + 1):
        due = stored_instant(MORNING + timedelta(minutes=chance.randrange(-500, 9000)))
        runs = key % 20 == 1
        store.execute(
            "INSERT INTO clock (uid, change_no, ticket_id, kind, subject, state, open, leads, "
            "started_at, due_at, order_at, level, next_level, next_level_at, service_version_no, "
            "explanation, ended_at) VALUES (?, 0, ?, 'resolution', 'ticket', ?, ?, ?, ?, ?, ?, 0, "
            "?, ?, 1, '[]', ?)",
            (
                new_uid(), key, "running" if runs else "met", runs, runs,
                stored_instant(MORNING), due, due, 1 if runs else None, due if runs else None,
                None if runs else due,
            ),
        )  # fmt: skip
    store.execute("COMMIT")
    if request.param == "analysed":
        store.execute("ANALYZE")
    store.close()
    connection = connect(shop.places.store.path, query_only=True)
    yield PlanReader(connection, shop.places.store)
    connection.close()
    shop.close()


@pytest.fixture(autouse=True)
def _asked_anew(reader: PlanReader) -> None:
    reader.steps.clear()


def test_a_tick_looks_into_indexes_only(reader: PlanReader) -> None:
    today, now = MORNING.date().isoformat(), stored_instant(MORNING)
    reader.one(DUE, today=today)
    reader.one(REACHES, now=now)
    reader.one(WAKES, today=today)
    reader.one(BUILDS)
    found = reader.all(REACHED, now=now, most=10)
    reader.all(WOKEN, today=today, now=now, most=10)

    assert found
    assert scans(reader) == []
    assert [step for step in reader.steps if "TEMP B-TREE" in step.text] == []


def test_clocks_are_worked_out_from_rows_that_are_found_by_their_ticket(
    reader: PlanReader,
) -> None:
    reader.all(EVENTS, ticket=21)
    tuple(
        promised(reader, MORNING.tzinfo, 21, TicketKind.RETURN, TicketStatus.CLOSED, [])  # type: ignore[arg-type]
    )
    assert scans(reader) == []


def test_tickets_to_move_are_found_among_those_that_are_worked_on(reader: PlanReader) -> None:
    assert reader.all(OTHERS, version=2)
    assert [step.text for step in scans(reader) if "ix_clock_leads" not in step.text] == []
    assert [step for step in reader.steps if "TEMP B-TREE" in step.text] == []
