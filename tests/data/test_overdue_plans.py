"""The overdue board reads the clocks that are due and nothing else, however many there are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.driver import connect
from data.overdue import calendars, details, due_before, names_of, overdue_count, phone_of
from data.reading import stored_instant
from models.identity import new_uid
from tests.data.plans import PlanReader, insert, many_rows, populate
from tests.data.test_plans import scans
from tests.premises import MORNING, Clock, shop_at

TICKETS = 1500


@pytest.fixture(scope="module", params=["fresh", "analysed"])
def reader(
    request: pytest.FixtureRequest, founded_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlanReader]:
    """A store with many clocks that ended and a few that run, without and with statistics."""
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
            "started_at, due_at, order_at, level, service_version_no, calendar_id, explanation, "
            "ended_at) "
            "VALUES (?, 0, ?, 'resolution', 'ticket', ?, ?, ?, ?, ?, ?, 0, 1, 1, '[]', ?)",
            (
                new_uid(), key, "running" if runs else "met", runs, runs,
                stored_instant(MORNING), due, due, None if runs else due,
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


def test_what_is_due_is_found_in_the_index_of_open_clocks(reader: PlanReader) -> None:
    found = due_before(reader, MORNING + timedelta(hours=2), MORNING)
    assert 0 < len(found.ids) < TICKETS // 20
    assert sorted(zip(found.due, found.ids, strict=True)) == list(
        zip(found.due, found.ids, strict=True)
    )
    assert [step.text for step in reader.steps] == [
        "SEARCH c USING COVERING INDEX ix_clock_open_due (due_at<?)",
        "SEARCH t USING COVERING INDEX ix_ticket_board (id=?)",
    ]


def test_what_is_overdue_is_counted_in_that_index_alone(reader: PlanReader) -> None:
    assert overdue_count(reader, MORNING) > 0
    assert [step.text for step in reader.steps] == [
        "SEARCH clock USING COVERING INDEX ix_clock_open_due (due_at<?)"
    ]


def test_what_the_lines_in_sight_say_is_read_by_keys(reader: PlanReader) -> None:
    clocks = due_before(reader, MORNING + timedelta(hours=2), MORNING)
    reader.steps.clear()
    assert len(details(reader, clocks.ids)) == len(clocks.ids)
    names_of(reader, [1, 2])
    phone_of(reader, "R-20250308-0001")
    assert [step.text for step in scans(reader) if " j VIRTUAL TABLE" not in step.text] == []


def test_calendars_are_a_few_rows(reader: PlanReader) -> None:
    assert len(calendars(reader)) < 10
