from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.shop import Shop
from data import filtering
from data.driver import connect, sqlite3
from data.location import Location
from data.pages import (
    TicketQuery,
    order_of,
    staff_counts,
    staff_page,
    ticket_counts,
    ticket_page,
)
from data.reading import Reader
from models.terms import (
    Priority,
    Role,
    Severity,
    TicketKind,
    TicketOrder,
    TicketStatus,
    TicketView,
)
from models.ticket_filter import UNFILTERED, TicketFilter
from models.views import Count, Counts, Page, Span, TicketRow
from tests.data.plans import Row, insert
from tests.premises import MORNING, Clock, hire, shop_at

ME, OTHER = 2, 3


class Bounds(Enum):
    """How many rows a filter lets the index name, and how many it looks at itself."""

    NAMED = 10_000, 10_000, 1
    LOOKED_AT = -1, 10_000, 200
    BOTH = -1, 2, 200

    def __init__(self, few: int, looked_at: int, glimpsed: int) -> None:
        self.few, self.looked_at, self.glimpsed = few, looked_at, glimpsed


ROWS = st.lists(
    st.builds(
        Row,
        status=st.sampled_from(
            [
                TicketStatus.NEW,
                TicketStatus.OPEN,
                TicketStatus.RESOLVED,
                TicketStatus.CLOSED,
                TicketStatus.CANCELLED,
            ]
        ),
        priority=st.sampled_from(Priority),
        # Few moments, so that many tickets share one and only the key tells them apart.
        opened_at=st.integers(0, 3).map(lambda n: MORNING + timedelta(microseconds=n)),
        owner_id=st.sampled_from([None, ME, OTHER]),
        wake_on=st.sampled_from([None, date(2025, 3, 9)]),
        summary=st.sampled_from(["towel", "rice cooker", "退货 towel", "cookery"]),
        kind=st.sampled_from([TicketKind.COMPLAINT, TicketKind.RETURN, TicketKind.REPAIR]),
        order_at=st.sampled_from([None, *(MORNING + timedelta(hours=n) for n in (-2, -1, 0, 1))]),
        waits=st.booleans(),
        level=st.integers(0, 3),
        severity=st.sampled_from([None, Severity.NORMAL, Severity.SAFETY]),
        department=st.sampled_from([None, "Appliances"]),
    ),
    max_size=25,
)
DAYS = st.sampled_from([None, *(MORNING.date() + timedelta(days=n) for n in (-1, 0, 1))])
FILTERS = st.builds(
    TicketFilter,
    kinds=st.sampled_from([(), (TicketKind.COMPLAINT,), (TicketKind.RETURN, TicketKind.REPAIR)]),
    priorities=st.sampled_from([(), (Priority.P1,), (Priority.P2, Priority.P3)]),
    severities=st.sampled_from([(), (), (Severity.SAFETY,)]),
    level=st.sampled_from([0, 0, 2]),
    department=st.sampled_from(["", "", "appliances"]),
    owner=st.sampled_from(["", "", "wang"]),
    overdue=st.booleans(),
    opened_from=DAYS,
    opened_to=DAYS,
)
QUERIES = st.builds(
    TicketQuery,
    view=st.sampled_from(TicketView),
    owner_id=st.just(ME),
    text=st.sampled_from(["", "towel", "cook", "货", "towel 退", "nothing", '"', "  "]),
    order=st.sampled_from(TicketOrder),
    filter=st.one_of(st.just(UNFILTERED), FILTERS),
)

IN_VIEW: dict[TicketView, Callable[[Row], bool]] = {
    TicketView.WORKING: lambda row: row.working,
    TicketView.MINE: lambda row: row.working and row.owner_id == ME,
    TicketView.UNOWNED: lambda row: row.working and row.owner_id is None,
    TicketView.WAITING: lambda row: row.working and row.wake_on is not None,
    TicketView.RESOLVED: lambda row: row.status is TicketStatus.RESOLVED,
    TicketView.CLOSED: lambda row: row.status is TicketStatus.CLOSED,
    TicketView.ALL: lambda row: True,
}

HOLDS: dict[str, Callable[[str], bool]] = {
    "towel": lambda text: "towel" in text,
    "cook": lambda text: "cook" in text,
    "货": lambda text: "货" in text,
    "towel 退": lambda text: "towel" in text and "退" in text,
    "nothing": lambda text: False,
}


def anything(_: str) -> bool:
    return True


def passes(row: Row, wanted: TicketFilter) -> bool:
    """Whether a filter lets a ticket through: the slow way."""
    opened = row.opened_at.date()
    goes_on = row.working and row.order_at is not None
    late = goes_on and not row.waits and row.order_at is not None and row.order_at < MORNING
    level = max(
        row.level if row.severity is not None else 0,
        row.level if goes_on else 0,
    )
    return (
        (not wanted.kinds or row.kind in wanted.kinds)
        and (not wanted.priorities or row.priority in wanted.priorities)
        and (not wanted.severities or row.severity in wanted.severities)
        and level >= wanted.level
        and (not wanted.department or row.department == "Appliances")
        and (not wanted.owner or row.owner_id == OTHER)
        and (not wanted.overdue or late)
        and (wanted.opened_from is None or opened >= wanted.opened_from)
        and (wanted.opened_to is None or opened <= wanted.opened_to)
    )


def expected(rows: list[Row], ids: list[int], query: TicketQuery) -> tuple[list[int], int]:
    """The keys of the whole list in its order, and how many the filter hides: the slow way."""
    viewed = [(row, key) for row, key in zip(rows, ids, strict=True) if IN_VIEW[query.view](row)]
    holds = HOLDS.get(query.text, anything)
    order = query.order
    if order in (TicketOrder.URGENT, TicketOrder.DUE) and query.view in (
        TicketView.RESOLVED,
        TicketView.CLOSED,
        TicketView.ALL,
    ):
        order = TicketOrder.NEWEST
    shown = [
        (row, key)
        for row, key in viewed
        if holds(row.summary)
        and passes(row, query.filter)
        and (order is not TicketOrder.DUE or row.order_at is not None)
    ]

    def place(pair: tuple[Row, int]) -> tuple[Any, ...]:
        row, key = pair
        if order is TicketOrder.DUE:  # clocks are written in the order of their tickets
            return (row.order_at, key)
        urgent = (row.priority,) if order is TicketOrder.URGENT else ()
        return (*urgent, row.opened_at, key)

    shown.sort(key=place, reverse=order is TicketOrder.NEWEST)
    return [key for _, key in shown], len(viewed) - len(shown)


@pytest.fixture(scope="module")
def store(founded_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Location:
    """A store with two people; every example writes into it and takes everything back."""
    shop = shop_at(tmp_path_factory.mktemp("pages") / "home", Clock(), founded_store)
    hire(shop, "li", Role.CLERK)
    hire(shop, "wang", Role.CLERK)
    shop.close()
    return shop.places.store


class Example:
    """One made-up list; ``bounds`` say which way a filter goes, for few rows show but one."""

    def __init__(
        self,
        store: Location,
        rows: list[Row],
        query: TicketQuery,
        bounds: Bounds = Bounds.NAMED,
    ) -> None:
        self.query = query
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("data.filtering.FEW", bounds.few)
        self.patch.setattr("data.filtering.LOOKED_AT", bounds.looked_at)
        self.patch.setattr("data.filtering.GLIMPSED", bounds.glimpsed)
        self.connection = connect(store.path)
        self.connection.execute(
            "CREATE VIRTUAL TABLE temp.ticket_words USING fts5vocab(main, ticket_search, instance)"
        )
        self.connection.execute("BEGIN IMMEDIATE")
        self.reader = Reader(self.connection, store)
        self.ids, self.hidden = expected(rows, insert(self.connection, rows), query)

    def __enter__(self) -> Example:
        return self

    def __exit__(self, *_: object) -> None:
        self.patch.undo()
        self.connection.close()

    def page(self, span: Span) -> Page[TicketRow]:
        return ticket_page(self.reader, self.query, span, MORNING)

    @property
    def unknown(self) -> tuple[None, ...]:
        """What a place may also be where counting ends early."""
        return (None,) if Bounds.BOTH.looked_at == filtering.LOOKED_AT else ()

    def counts(self, first: tuple[Any, ...] | None = None) -> Counts:
        return ticket_counts(self.reader, self.query, first, MORNING)

    def place(self, page: Page[TicketRow]) -> int | None:
        """How many rows stand before the first one of ``page``."""
        return self.counts(page.rows[0].key).place


def keys(page: Page[TicketRow]) -> list[int]:
    return [row.id for row in page.rows]


@given(ROWS, QUERIES, st.integers(1, 7), st.sampled_from(Bounds))
def test_forward_pages_walk_every_row_once_in_order(
    store: Location, rows: list[Row], query: TicketQuery, limit: int, bounds: Bounds
) -> None:
    with Example(store, rows, query, bounds) as example:
        walked: list[int] = []
        page = example.page(Span(limit))
        while page.rows:
            assert example.place(page) in (len(walked), *example.unknown)
            walked += keys(page)
            page = example.page(Span(limit, after=page.rows[-1].key))

        assert walked == example.ids


@given(ROWS, QUERIES, st.integers(1, 7), st.sampled_from(Bounds))
def test_backward_pages_walk_every_row_once_in_order(
    store: Location, rows: list[Row], query: TicketQuery, limit: int, bounds: Bounds
) -> None:
    with Example(store, rows, query, bounds) as example:
        walked: list[int] = []
        page = example.page(Span(limit, last=True))
        while page.rows:
            walked = keys(page) + walked
            assert example.place(page) in (len(example.ids) - len(walked), *example.unknown)
            page = example.page(Span(limit, before=page.rows[0].key))

        assert walked == example.ids


@given(ROWS, QUERIES, st.integers(1, 7), st.sampled_from(Bounds), st.data())
def test_a_reload_stays_where_it_is(
    store: Location,
    rows: list[Row],
    query: TicketQuery,
    limit: int,
    bounds: Bounds,
    data: st.DataObject,
) -> None:
    with Example(store, rows, query, bounds) as example:
        if not example.ids:
            return
        everything = example.page(Span(100)).rows
        at = data.draw(st.integers(0, len(everything) - 1))
        page = example.page(Span(limit, since=everything[at].key))

        assert keys(page) == example.ids[at : at + limit]
        assert example.place(page) in (at, *example.unknown)


@given(ROWS, QUERIES)
def test_a_reload_goes_on_when_its_row_has_left_the_list(
    store: Location, rows: list[Row], query: TicketQuery
) -> None:
    with Example(store, rows, query) as example:
        if not example.ids:
            return
        first = example.page(Span(1)).rows[0]
        for table, key in (("clock", "ticket_id"), ("complaint", "ticket_id"), ("ticket", "id")):
            example.connection.execute(f"DELETE FROM {table} WHERE {key} = ?", (first.id,))

        assert keys(example.page(Span(100, since=first.key))) == example.ids[1:]


@given(ROWS, QUERIES, st.sampled_from(Bounds))
def test_what_is_shown_and_what_is_hidden_is_counted(
    store: Location, rows: list[Row], query: TicketQuery, bounds: Bounds
) -> None:
    with Example(store, rows, query, bounds) as example:
        counts = example.counts()

        for count, exact in ((counts.total, len(example.ids)), (counts.hidden, example.hidden)):
            assert count.rows <= exact if count.more else count.rows == exact
            assert not count.more or bounds is Bounds.BOTH


WORDS = st.sampled_from(["tow", "towel", "Café", "cafe", "rice_cooker", "rice", "退货", "货", "Ü5"])


@given(st.lists(st.lists(WORDS, max_size=4), max_size=9), st.lists(WORDS, min_size=1, max_size=2))
def test_a_row_that_is_looked_at_holds_the_words_when_the_index_names_it(
    store: Location, texts: list[list[str]], typed: list[str]
) -> None:
    rows = [Row(summary=" ".join(words) or "-") for words in texts]
    for space in ("", " "):
        query = TicketQuery(TicketView.ALL, text=" ".join(typed) + space)
        with Example(store, rows, query) as example:
            named = keys(example.page(Span(100)))
        with Example(store, rows, query, Bounds.LOOKED_AT) as example:
            assert len(keys(example.page(Span(100)))) == len(named)


@pytest.mark.parametrize("word", ["Андрей", "ひらがな", "Καλημέρα", "Café", "q\u01e1"])
@pytest.mark.parametrize("end", ["", " "])
def test_a_word_of_any_script_is_found_by_itself(store: Location, word: str, end: str) -> None:
    query = TicketQuery(TicketView.ALL, text=word + end)
    for bounds in (Bounds.NAMED, Bounds.LOOKED_AT):
        with Example(store, [Row(summary=word), Row(summary="-")], query, bounds) as example:
            assert len(keys(example.page(Span(100)))) == 1


def test_counting_ends_at_its_limit_and_says_so(
    store: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.listing.MOST_COUNTED", 3)
    with Example(store, [Row()] * 4, TicketQuery()) as example:
        keys_ = [row.key for row in example.page(Span(9)).rows]
        assert example.counts().total == Count(4, more=True)
        assert [example.counts(key).place for key in keys_] == [0, 1, 2, 3]
    with Example(store, [Row()] * 5, TicketQuery()) as example:
        assert example.counts(example.page(Span(9)).rows[4].key).place is None
    with Example(store, [Row()] * 3, TicketQuery()) as example:
        assert example.counts().total == Count(3)


def test_pages_beyond_either_end_are_empty(store: Location) -> None:
    with Example(store, [Row(), Row()], TicketQuery()) as example:
        first, last = example.page(Span(9)).rows

        after, before = (
            example.page(Span(9, after=last.key)),
            example.page(Span(9, before=first.key)),
        )
        assert (after.rows, before.rows) == ((), ())


def test_nobodys_own_list_is_refused_instead_of_shown_empty(store: Location) -> None:
    with Example(store, [Row()], TicketQuery()) as example:
        example.query = TicketQuery(TicketView.MINE, None)
        with pytest.raises(sqlite3.ProgrammingError):
            example.page(Span(9))


@pytest.mark.parametrize("view", TicketView)
def test_urgency_orders_only_what_is_still_worked_on(view: TicketView) -> None:
    done = view in (TicketView.RESOLVED, TicketView.CLOSED, TicketView.ALL)

    assert order_of(TicketQuery(view)) is (TicketOrder.NEWEST if done else TicketOrder.URGENT)


# --- staff ----------------------------------------------------------------------------------


def test_the_staff_list_is_by_login_without_the_system_row(shop: Shop) -> None:
    for login in ("wang", "chen", "li"):
        hire(shop, login, Role.CLERK)
    with shop.reading(shop.system) as desk:
        first = staff_page(desk.reader, Span(2))
        rest = staff_page(desk.reader, Span(2, after=first.rows[-1].key))
        counts = staff_counts(desk.reader, rest.rows[0].key)

    assert [row.login for row in first.rows + rest.rows] == ["chen", "li", "wang"]
    assert counts == Counts(Count(3), place=2)
