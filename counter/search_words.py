"""By what customers and tickets are found: worked out from what they say, beside what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from data.reading import Reader
from data.repairs import customers_as_searched, tickets_as_searched
from data.searchable import customer_search_text, name_initials
from models.text import search_text


def customer_words(row: tuple[Any, ...]) -> tuple[str, str]:
    """Initials and search text of a row of :func:`data.repairs.customers_as_searched`."""
    _, name, reference, member_no, _, _ = row
    return name_initials(name or ""), customer_search_text(name, reference, member_no)


def ticket_words(row: tuple[Any, ...]) -> str:
    """The search text of a row of :func:`data.repairs.tickets_as_searched`."""
    _, no, summary, body, customer, _ = row
    return search_text(no, summary, body, customer)


def customers_misworded(reader: Reader) -> Iterator[int]:
    """Keys of the customers who are found by something else than what they are called now."""
    for row in customers_as_searched(reader):
        if row[4:] != customer_words(row):
            yield row[0]


def tickets_misworded(reader: Reader) -> Iterator[int]:
    """Keys of the tickets that are found by something else than what they say now."""
    for row in tickets_as_searched(reader):
        if row[5] != ticket_words(row):
            yield row[0]
