"""The customers that receipts name: found by reference or telephone, made where they are new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from data.bulk import Table, Values, Writes
from data.driver import sqlite3
from data.importing.kinds import listed
from data.searchable import customer_search_text

CUSTOMER: Final = Table(
    "customer",
    ("customer_ref", "name", "birthday_md", "care_flags", "consent_contact", "consent_marketing",
     "name_initials", "search_text"),
    {"source": "'import'"},
)  # fmt: skip
PHONE: Final = Table("customer_phone", ("customer_id", "phone", "digits"), {"active": "1"})

_REMEMBERED: Final = 50_000


class Buyer(NamedTuple):
    """Who a receipt names: a reference, or a telephone number as given and as digits, or both."""

    ref: str | None
    phone: tuple[str, str] | None = None


class Buyers:
    """Finds and makes the customers of receipts.

    A reference that is unknown, or a number without a reference that nobody has, makes a new
    customer. A merged record stands for the one it was merged into; an erased one is left alone.
    Where several customers share a number, it is the one who was there first.
    """

    def __init__(self) -> None:
        self._ids: dict[Buyer, int] = {}
        self._new: list[Values] = []
        self._phones: list[Values] = []
        self._first = 0
        self._by_ref: dict[str, int] = {}
        self._by_digits: dict[str, int] = {}
        self._numbers: dict[int, set[str]] = {}
        self._erased: set[int] = set()

    def forget(self) -> None:
        """Drop what was read from the store."""
        self._ids.clear()

    def load(self, connection: sqlite3.Connection, writes: Writes, named: Iterable[Buyer]) -> None:
        """Read what the store knows of ``named``; start collecting new customers."""
        if len(self._ids) > _REMEMBERED:
            self._ids.clear()
        self._new, self._phones = [], []
        self._first = writes.next_id(CUSTOMER)
        self._by_ref, self._by_digits, self._numbers, self._erased = {}, {}, {}, set()
        unknown = [buyer for buyer in named if buyer not in self._ids]
        if unknown:
            self._load(connection, unknown)

    def _load(self, connection: sqlite3.Connection, unknown: list[Buyer]) -> None:
        refs = {buyer.ref for buyer in unknown if buyer.ref is not None}
        digits = {buyer.phone[1] for buyer in unknown if buyer.phone is not None}
        self._by_ref.update(
            connection.execute(
                "SELECT customer_ref, id FROM customer "
                "WHERE customer_ref IN (SELECT value FROM json_each(?))",
                listed(refs),
            )
        )
        for number, customer_id in connection.execute(
            "SELECT digits, customer_id FROM customer_phone "
            "WHERE active AND digits IN (SELECT value FROM json_each(?)) ORDER BY customer_id DESC",
            listed(digits),
        ):
            self._by_digits[number] = customer_id
        found = {*self._by_ref.values(), *self._by_digits.values()}
        survivors = _survivors(connection, found)
        for known in (self._by_ref, self._by_digits):
            for key, customer_id in known.items():
                known[key] = survivors[customer_id][0]
        self._erased = {customer_id for customer_id, erased in survivors.values() if erased}
        for customer_id, number in connection.execute(
            "SELECT customer_id, digits FROM customer_phone "
            "WHERE customer_id IN (SELECT value FROM json_each(?))",
            listed({customer_id for customer_id, _ in survivors.values()}),
        ):
            self._numbers.setdefault(customer_id, set()).add(number)

    def find(self, buyer: Buyer) -> int | None:
        """The customer's key, or None when the store does not know them."""
        known = self._ids.get(buyer)
        if known is None and buyer.ref is not None:
            return self._by_ref.get(buyer.ref)
        return known

    def need(self, buyer: Buyer) -> tuple[int, bool]:
        """The customer's key, and whether the row told anything new of them."""
        known = self._ids.get(buyer)
        if known is not None:
            return known, False
        customer_id = self._by_ref.get(buyer.ref) if buyer.ref is not None else None
        if buyer.ref is None and buyer.phone is not None:
            customer_id = self._by_digits.get(buyer.phone[1])
        changed = customer_id is None
        if customer_id is None:
            customer_id = self._make(buyer)
        if buyer.phone is not None and customer_id not in self._erased:
            changed = self._add_phone(customer_id, buyer.phone) or changed
        self._ids[buyer] = customer_id
        return customer_id, changed

    def _make(self, buyer: Buyer) -> int:
        customer_id = self._first + len(self._new)
        search = customer_search_text(None, buyer.ref)
        self._new.append((buyer.ref, None, None, "[]", None, None, "", search))
        if buyer.ref is not None:
            self._by_ref[buyer.ref] = customer_id
        return customer_id

    def _add_phone(self, customer_id: int, phone: tuple[str, str]) -> bool:
        given, digits = phone
        numbers = self._numbers.setdefault(customer_id, set())
        if digits in numbers:
            return False
        numbers.add(digits)
        self._by_digits.setdefault(digits, customer_id)
        self._phones.append((customer_id, given, digits))
        return True

    def write(self, writes: Writes) -> None:
        """Prepare what :meth:`need` made."""
        writes.insert(CUSTOMER, self._new)
        writes.insert(PHONE, self._phones)


def _survivors(connection: sqlite3.Connection, ids: set[int]) -> dict[int, tuple[int, bool]]:
    """For each key the record that it was merged into at last, and whether that is erased."""
    return {
        start: (customer_id, bool(erased))
        for start, customer_id, erased in connection.execute(
            "WITH RECURSIVE step (start, id) AS ("
            "SELECT value, value FROM json_each(?) UNION "
            "SELECT step.start, c.merged_into_id FROM step JOIN customer c ON c.id = step.id "
            "WHERE c.merged_into_id IS NOT NULL) "
            "SELECT step.start, c.id, c.erased_at IS NOT NULL FROM step "
            "JOIN customer c ON c.id = step.id WHERE c.merged_into_id IS NULL",
            listed(ids),
        )
    }
