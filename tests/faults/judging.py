"""What holds of a store whatever was done to it: the promises that every fault test asks for."""

from __future__ import annotations

from itertools import chain

from counter.doctor import examine
from counter.findings import Severity
from counter.shop import Shop
from data.exporting.tables import TABLES
from tests.premises import rows


def assert_whole(shop: Shop) -> None:
    """The file is sound, events and columns agree, the audit is whole, numbers have no gap."""
    found = examine(shop, shop.system, full=True).findings
    assert [str(one) for one in found if one.severity is Severity.FAULT] == []
    assert rows(shop, "PRAGMA foreign_key_check") == []
    assert_no_ticket_number_is_missing(shop)
    assert_every_change_has_a_number_of_its_own(shop)


def assert_no_ticket_number_is_missing(shop: Shop) -> None:
    """Every number that was counted belongs to one ticket."""
    counted = rows(shop, "SELECT series, day, value FROM number_counter")
    numbers = [
        f"{series}-{day}-{number:04d}"
        for series, day, value in counted
        for number in range(1, value + 1)
    ]
    assert sorted(numbers) == [no for (no,) in rows(shop, "SELECT no FROM ticket ORDER BY no")]


def assert_every_change_has_a_number_of_its_own(shop: Shop) -> None:
    """No two rows left with the same change number, and the last one is the counter's."""
    numbers = list(
        chain.from_iterable(
            number
            for table in TABLES
            for number in rows(shop, f"SELECT change_no FROM {table.name}")
        )
    )
    assert len(set(numbers)) == len(numbers)
    assert rows(shop, "SELECT value FROM change_counter") == [(max(numbers, default=0),)]
