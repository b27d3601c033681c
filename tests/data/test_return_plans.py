"""Nothing about returns reads a whole table or sorts one, however many there are by now."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from counter.ticking import DUE
from data.driver import connect, sqlite3
from data.figures import day_numbers
from data.reading import stored_instant
from data.return_cases import ReturnQuery, case_by_no, case_counts, case_page, paid_out
from models.identity import new_uid
from models.terms import OPEN_RETURNS, ReturnMode, ReturnStatus, ReturnView
from models.views import Span
from tests.data.plans import PlanReader, insert, many_rows, populate
from tests.data.test_plans import scans, sorts
from tests.premises import MORNING, Clock, shop_at

CASES = 1500


def _insert_case(store: sqlite3.Connection, number: int, chance: random.Random) -> None:
    """A case of the ticket with that key; one in fifty is still open."""
    ended = [status for status in ReturnStatus if status not in OPEN_RETURNS]
    status = chance.choice(list(OPEN_RETURNS) if number % 50 == 0 else ended)
    due = MORNING + timedelta(minutes=chance.randrange(9000))
    values: dict[str, Any] = {
        "uid": new_uid(),
        "change_no": 0,
        "version": 1,
        "ticket_id": number,
        "receipt_id": 1 + number % 300,
        "submitted_by_id": 1,
        "status": status,
        "working": status in OPEN_RETURNS,
        "mode": ReturnMode.COUNTER,
        "remedy": "refund",
        "submitted_at": stored_instant(MORNING),
        "goods_due_on": "2025-03-20",
        "due_at": stored_instant(due) if status in OPEN_RETURNS else None,
        "explained": "[]",
    }
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    store.execute(f"INSERT INTO return_case ({names}) VALUES ({places})", values)


@pytest.fixture(scope="module", params=["fresh", "analysed"])
def reader(
    request: pytest.FixtureRequest, founded_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlanReader]:
    """A store with many ended returns and a few open ones, without and with statistics."""
    shop = shop_at(tmp_path_factory.mktemp("plans") / "home", Clock(), founded_store)
    customers = populate(shop, 300)
    store = connect(shop.places.store.path)
    store.execute("BEGIN IMMEDIATE")
    insert(store, many_rows(CASES, customers))
    chance = random.Random(5)
    for number in range(1, CASES + 1):
        _insert_case(store, number, chance)
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


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("view", ReturnView)
def test_a_list_of_returns_is_read_in_the_order_of_an_index(
    reader: PlanReader, view: ReturnView, reverse: bool
) -> None:
    query = ReturnQuery(view, reverse)
    page = case_page(reader, query, Span(20))
    key = page.rows[0].key
    case_counts(reader, query, key)
    for span in (Span(20, after=key), Span(20, before=key), Span(20, since=key)):
        case_page(reader, query, span)

    assert [step for step in sorts(reader) if "MATERIALIZE page" in step.above] == []
    read = [step for step in scans(reader) if "INDEX ix_return_case_working" not in step.text]
    ended = view is ReturnView.ENDED  # nearly all of them: the newest are read from the end
    assert read == [] or (ended and {step.text for step in read} <= {"SCAN return_case"})


def test_one_return_is_read_by_its_keys(reader: PlanReader) -> None:
    assert case_by_no(reader, "R-20250308-0050") is not None
    assert scans(reader) == []


def test_what_is_over_and_what_is_to_decide_are_found_in_an_index(reader: PlanReader) -> None:
    reader.one(DUE, today="2025-03-08")
    day_numbers(reader, staff_id=1, now=MORNING, zone=ZoneInfo("UTC"))
    assert [step for step in scans(reader) if "return_case" in step.sql] == []


def test_a_days_payments_are_found_in_an_index(reader: PlanReader) -> None:
    paid_out(reader, MORNING, MORNING + timedelta(days=1))
    assert [step for step in scans(reader) if "staff" not in step.text] == []
