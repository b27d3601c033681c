"""No question of the counter reads a whole table or sorts one: the plans say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from counter import lookup
from counter.desk import ReadingDesk
from counter.policy_versions import policy_by_id, policy_on
from counter.service_versions import newest, parameters_of, service_of
from counter.shop import Shop
from data import policy_versions, service_versions
from data.auditing import Deed, append
from data.beside_ticket import (
    clocks_beside,
    complaint_beside,
    last_call,
    others_of_customer,
    working_about,
    working_of_phone,
)
from data.driver import connect
from data.pages import (
    TicketQuery,
    receipt_counts_of_customer,
    receipts_of_customer,
    staff_counts,
    staff_page,
    ticket_counts,
    ticket_counts_of_customer,
    ticket_page,
    tickets_about_receipt,
    tickets_of_customer,
    working_tickets_of,
)
from data.policy_versions import is_due
from data.records import (
    customer_by_id,
    followers_of,
    last_step,
    receipt_by_no,
    ticket_by_no,
    times_audited,
)
from data.replies import own_replies
from data.return_cases import attachments_of
from data.search import find, receipts_with_product
from models.policy_views import CODE, SCOPE
from models.terms import (
    Cause,
    Priority,
    Severity,
    TicketChannel,
    TicketKind,
    TicketOrder,
    TicketView,
)
from models.ticket_filter import TicketFilter
from models.views import Span
from tests.data.plans import PlanReader, Step, insert, many_rows, populate
from tests.premises import Clock, shop_at

# What may be read from one end to the other, and why that costs no more in a large store.
HARMLESS = re.compile(
    r"SCAN page"  # the rows of one page
    r"|SCAN counted"  # no further than a limit
    r"|SCAN l"  # three lines of one receipt
    r"|SCAN \w+ VIRTUAL TABLE INDEX \d+:M\d+"  # full-text matches
    r"|SCAN temp\.\w+_words VIRTUAL TABLE INDEX 513:|SCAN CONSTANT ROW|SCAN word"  # of the index
    r"|SCAN chosen VIRTUAL TABLE INDEX 1:"  # the customers of one answer
    r"|SCAN staff USING COVERING INDEX \w+"  # the people of one shop
    r"|SCAN (policy_version|v)$"  # the few versions of the shop's rules
    r"|SCAN v USING INDEX sqlite_autoindex_service_version_\d"  # the few versions of its times
    r"|SCAN service_version USING COVERING INDEX \w+"  # whether there is one
    r"|SCAN calendar USING COVERING INDEX \w+|SCAN \(subquery-\d+\)"  # the few calendars of these
    r"|SCAN export_batch"  # newest first, and the first that is verified ends it
)


@pytest.fixture(scope="module", params=["fresh", "analysed"])
def large(
    request: pytest.FixtureRequest, founded_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A store in which the wrong index would be a choice, without and with statistics."""
    shop = shop_at(tmp_path_factory.mktemp("plans") / "home", Clock(), founded_store)
    customers = populate(shop, 300)
    connection = connect(shop.places.store.path)
    connection.execute("BEGIN IMMEDIATE")
    insert(connection, many_rows(2000, customers))
    append(
        connection, [Deed(None, "li", shop.clock(), "note", "ticket", f"t{n}") for n in range(500)]
    )
    connection.execute("COMMIT")
    if request.param == "analysed":
        connection.execute("ANALYZE")
    connection.close()
    yield shop
    shop.close()


@pytest.fixture
def reader(large: Shop) -> Iterator[PlanReader]:
    connection = connect(large.places.store.path, query_only=True)
    yield PlanReader(connection, large.places.store)
    connection.close()


def scans(reader: PlanReader) -> list[Step]:
    assert reader.steps, "nothing was asked"
    return [
        step
        for step in reader.steps
        if step.text.startswith("SCAN") and not HARMLESS.fullmatch(step.text)
    ]


def sorts(reader: PlanReader) -> list[Step]:
    return [step for step in reader.steps if "TEMP B-TREE FOR ORDER BY" in step.text]


def tickets_read_past_an_index(reader: PlanReader, index: str) -> list[Step]:
    """The steps that look for tickets, but neither by key nor in an index so called."""
    served = re.compile(rf"USING (COVERING )?INDEX {index}|USING INTEGER PRIMARY KEY")
    looked = re.compile(r"(SCAN|SEARCH) (ticket|t)\b")
    return [
        step for step in reader.steps if looked.match(step.text) and not served.search(step.text)
    ]


def walk(reader: PlanReader, query: TicketQuery) -> None:
    page = ticket_page(reader, query, Span(20))
    key = page.rows[-1].key
    ticket_counts(reader, query, key)
    spans = (Span(20, after=key), Span(20, before=key), Span(20, since=key), Span(20, last=True))
    for span in spans:
        ticket_page(reader, query, span)


@pytest.mark.parametrize("view", TicketView)
@pytest.mark.parametrize("order", TicketOrder)
def test_a_page_is_read_in_the_order_of_an_index(
    reader: PlanReader, view: TicketView, order: TicketOrder
) -> None:
    walk(reader, TicketQuery(view, 1, "", order))

    # The rows of the page itself, twenty of them, are put in order after the joins; one person's
    # tickets, too, where they are asked for by due time.
    few = view is TicketView.MINE and order is TicketOrder.DUE
    assert few or [step for step in sorts(reader) if "MATERIALIZE page" in step.above] == []
    read = [step for step in scans(reader) if not re.search("USING (COVERING )?INDEX", step.text)]
    assert read == []


@pytest.mark.parametrize("view", [view for view in TicketView if view is not TicketView.ALL])
def test_a_view_reads_no_ticket_outside_it(reader: PlanReader, view: TicketView) -> None:
    walk(reader, TicketQuery(view, 1))

    inside = re.compile(r"SCAN ticket USING (COVERING )?INDEX ix_ticket_(working|waiting)\w*")
    assert [step for step in scans(reader) if not inside.fullmatch(step.text)] == []


@pytest.mark.parametrize("order", TicketOrder)
def test_what_waits_is_read_without_what_does_not(reader: PlanReader, order: TicketOrder) -> None:
    walk(reader, TicketQuery(TicketView.WAITING, 1, "", order))

    assert tickets_read_past_an_index(reader, "ix_ticket_waiting") == []


@pytest.mark.parametrize("view", TicketView)
def test_a_filtered_list_reads_what_the_full_text_index_found(
    reader: PlanReader, view: TicketView
) -> None:
    query = TicketQuery(view, 1, "nowhere")
    page = ticket_page(reader, query, Span(20))
    ticket_counts(reader, query, page.rows[-1].key if page.rows else None)

    few = re.compile(r"SCAN ticket USING COVERING INDEX ix_ticket_waiting\w*")
    read = [step for step in scans(reader) if not few.fullmatch(step.text)]
    assert [step for step in read if "MATCH" in step.sql] == []


@pytest.mark.parametrize("view", TicketView)
@pytest.mark.parametrize("order", TicketOrder)
def test_a_list_is_looked_through_in_the_order_of_an_index(
    reader: PlanReader, monkeypatch: pytest.MonkeyPatch, view: TicketView, order: TicketOrder
) -> None:
    monkeypatch.setattr("data.filtering.FEW", -1)
    walk(reader, TicketQuery(view, 1, "towel", order))

    looked = [step for step in reader.steps if "search_text FROM " in step.sql]
    assert looked
    served = re.compile(
        r"USING (COVERING )?INDEX (ix_ticket_|ix_clock_leads)"
        r"|USING INDEX sqlite_autoindex_clock_1 \(ticket_id=\?"
        r"|SEARCH ticket USING INTEGER PRIMARY KEY"
    )
    if view is TicketView.MINE:  # few enough to be put in order
        looked = [step for step in looked if "TEMP B-TREE" not in step.text]
    assert [step for step in looked if not served.search(step.text)] == []


NARROWED = {
    "kinds": TicketFilter(kinds=(TicketKind.COMPLAINT,)),
    "priorities": TicketFilter(priorities=(Priority.P1,)),
    "channels": TicketFilter(channels=(TicketChannel.COUNTER,)),
    "severities": TicketFilter(severities=(Severity.SAFETY,)),
    "causes": TicketFilter(causes=(Cause.PRODUCT,)),
    "level": TicketFilter(level=1),
    "department": TicketFilter(department="Appliances"),
    "owner": TicketFilter(owner="system"),
    "overdue": TicketFilter(overdue=True),
    "authority": TicketFilter(authority=True),
    "days": TicketFilter(opened_from=date(2025, 1, 1), opened_to=date(2025, 3, 8)),
    "together": TicketFilter(kinds=(TicketKind.COMPLAINT,), overdue=True, level=2),
}


@pytest.mark.parametrize("part", NARROWED)
@pytest.mark.parametrize("order", TicketOrder)
@pytest.mark.parametrize("view", [TicketView.WORKING, TicketView.UNOWNED, TicketView.WAITING])
def test_a_filter_looks_no_further_than_the_tickets_that_are_worked_on(
    large: Shop, reader: PlanReader, view: TicketView, order: TicketOrder, part: str
) -> None:
    query = TicketQuery(view, 1, "", order, NARROWED[part])
    for span in (Span(20), Span(20, last=True)):
        ticket_page(reader, query, span, large.clock())
    ticket_counts(reader, query, None, large.clock())

    inside = re.compile(
        r"SCAN (ticket|due) USING (COVERING )?INDEX (ix_ticket_(working|waiting)\w*|ix_clock_leads)"
    )
    assert [step for step in scans(reader) if not inside.fullmatch(step.text)] == []
    few = ("owner", "overdue", "together", "days")  # these are put in order where it is shorter
    if part not in few:
        assert [step for step in sorts(reader) if "MATERIALIZE page" in step.above] == []


@pytest.mark.parametrize("view", [TicketView.WORKING, TicketView.MINE])
def test_what_is_late_is_looked_for_among_what_is_due(
    large: Shop, reader: PlanReader, view: TicketView
) -> None:
    query = TicketQuery(view, 1, "", TicketOrder.DUE, TicketFilter(overdue=True))
    ticket_page(reader, query, Span(20), large.clock())

    page = [step.text for step in reader.steps if "MATERIALIZE page" in step.above]
    assert page[0].startswith(
        "SEARCH due USING INDEX ix_clock_leads (order_at<?)"
        if view is TicketView.WORKING
        else "SEARCH ticket USING INDEX ix_ticket_working_owner"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "R-20250308-0001",
        "R-2025",
        "20250303-0007",
        "2025030",
        "SN-7",
        "0697",
        "SKU-7",
        "K-7",
        "M-7",
        "5678",
        "138",
        "3 8 1",
        "+86 138",
        "abc",
        "t",
        "王7",
        "towel",
        "退货",
        "nothing at all",
    ],
)
def test_the_find_box_reads_no_table(reader: PlanReader, typed: str) -> None:
    find(reader, typed)

    assert scans(reader) == []


@pytest.mark.parametrize(
    "typed", ["138", "5678", "00381", "abc", "王", "towel", "K-", "M-", "R-2025"]
)
def test_the_find_box_sorts_nothing_before_it_takes_the_first(
    reader: PlanReader, typed: str
) -> None:
    find(reader, typed)

    unsorted = [step for step in sorts(reader) if "IN (SELECT" not in step.sql]
    assert unsorted == []


def test_single_records_read_no_table(reader: PlanReader) -> None:
    assert ticket_by_no(reader, "R-20250308-0001") is not None
    last_step(reader, "R-20250308-0001")
    assert receipt_by_no(reader, "20250303-0007") is not None
    assert customer_by_id(reader, 7) is not None
    assert receipts_with_product(reader, 7, 20)
    working_tickets_of(reader, 7)

    assert scans(reader) == []


def test_the_return_rules_of_a_day_read_no_table(reader: PlanReader) -> None:
    found = policy_on(reader, date(2025, 3, 8))
    assert found is not None
    policy_by_id(reader, found.id)
    assert not is_due(reader, date(2025, 3, 8))
    assert policy_versions.versions(reader, CODE, SCOPE)

    assert scans(reader) == []


def test_the_service_times_of_a_ticket_read_no_table(reader: PlanReader) -> None:
    assert service_of(reader, newest(reader).version_no) is newest(reader)
    parameters_of(reader, 1)
    assert service_versions.has_versions(reader)
    assert service_versions.version(reader, 1) in service_versions.versions(reader)

    assert scans(reader) == []
    assert sorts(reader) == []


def test_what_belongs_to_a_customer_or_receipt_is_read_in_the_order_of_an_index(
    reader: PlanReader,
) -> None:
    for page_of in (tickets_of_customer, receipts_of_customer):
        key = page_of(reader, 7, Span(20)).rows[-1].key
        for span in (Span(20, after=key), Span(20, since=key), Span(20, last=True)):
            page_of(reader, 7, span)
    ticket_counts_of_customer(reader, 7, (7,))
    receipt_counts_of_customer(reader, 7, ("2025", 7))
    for span in (Span(20), Span(20, after=(7,))):
        tickets_about_receipt(reader, 7, span)

    assert scans(reader) == []
    assert [step for step in sorts(reader) if "MATERIALIZE page" in step.above] == []


def test_the_staff_list_reads_the_people_only(reader: PlanReader) -> None:
    staff_page(reader, Span(10))
    staff_counts(reader, ("p7",))

    assert scans(reader) == []


def test_the_numbers_of_the_day_read_no_table(large: Shop, reader: PlanReader) -> None:
    lookup.day_numbers(ReadingDesk(large.system, large.site, large.clock(), reader))

    inside = re.compile(r"SCAN ticket USING (COVERING )?INDEX ix_ticket_working\w*")
    assert [step for step in scans(reader) if not inside.fullmatch(step.text)] == []


def test_tickets_whose_day_has_come_are_counted_in_their_own_index(
    large: Shop, reader: PlanReader
) -> None:
    lookup.day_numbers(ReadingDesk(large.system, large.site, large.clock(), reader))
    woken = [step for step in reader.steps if "wake_on" in step.sql]

    assert [step.text for step in woken] == [
        "SEARCH ticket USING COVERING INDEX ix_ticket_waiting_wake (wake_on<?)"
    ]


def test_what_a_slip_asks_is_found_by_an_index(reader: PlanReader) -> None:
    times_audited(reader, "t1", "slip.print")
    followers_of(reader, 1)
    attachments_of(reader, 1)

    assert scans(reader) == []


def test_what_stands_beside_a_ticket_is_found_by_its_key(reader: PlanReader) -> None:
    complaint_beside(reader, 7)
    clocks_beside(reader, 7)
    last_call(reader, 7)
    working_about(reader, 1, None, 9)
    working_about(reader, 1, 1, 9)
    working_of_phone(reader, "13800138000", 9)
    others_of_customer(reader, 1, 7, 9)
    assert scans(reader) == []
    assert tickets_read_past_an_index(reader, r"ix_ticket_(receipt|customer)_\w+") == []


def test_the_few_replies_of_a_store_are_all_that_is_read_of_them(reader: PlanReader) -> None:
    assert own_replies(reader, TicketKind.COMPLAINT) == ()
    assert [step.text for step in scans(reader)] == ["SCAN reply_template"]
