"""The tails of telephones: every ending of a number is a row, so that any digits of it are found.

What stands in the middle of a number begins one of its tails, so a range of the table's own order
answers, as fast among a million numbers as among a thousand, in plain SQL of any engine. Triggers
write the tails beside their telephone; here they are made and compared as a whole.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from data.driver import sqlite3

TABLE: Final = "customer_phone"
"""The table whose rows are found so."""

FEWEST_DIGITS: Final = 3
"""Fewer digits of a phone are no answer: one number in ten holds any two of them."""

MOST_DIGITS: Final = 32
"""The longest ending that is kept; ``customer_phone.digits`` holds no more."""

_LENGTHS: Final = ", ".join(f"({length})" for length in range(FEWEST_DIGITS, MOST_DIGITS + 1))
_TAIL: Final = "substr(p.digits, length(p.digits) - e.column1 + 1)"
_EVERY_TAIL: Final = f"""
    FROM customer_phone p CROSS JOIN (VALUES {_LENGTHS}) AS e WHERE e.column1 <= length(p.digits)
"""
_FILL: Final = f"""
    INSERT INTO customer_phone_tail (tail, phone_id) SELECT {_TAIL}, p.id {_EVERY_TAIL}
    AND {_TAIL} >= :low AND {_TAIL} < :high ORDER BY 1, 2
"""
_PARTS: Final = tuple(pairwise(("", *"123456789", "\U0010ffff")))
_COUNTS: Final = f"""
    SELECT (SELECT count(*) FROM customer_phone_tail), (
        SELECT coalesce(sum(max(min(length(digits), {MOST_DIGITS}) + 1 - {FEWEST_DIGITS}, 0)), 0)
        FROM customer_phone)
"""
_MISSING: Final = f"""
    SELECT p.id {_EVERY_TAIL} AND NOT EXISTS (
        SELECT 1 FROM customer_phone_tail t WHERE t.tail = {_TAIL} AND t.phone_id = p.id)
    LIMIT 1
"""
_WHOLE_MISSING: Final = f"""
    SELECT p.id FROM customer_phone p
    WHERE length(p.digits) BETWEEN {FEWEST_DIGITS} AND {MOST_DIGITS} AND NOT EXISTS (
        SELECT 1 FROM customer_phone_tail t WHERE t.tail = p.digits AND t.phone_id = p.id)
    LIMIT 1
"""
_TOO_MANY: Final = f"""
    SELECT t.phone_id FROM customer_phone_tail t LEFT JOIN customer_phone p ON p.id = t.phone_id
    WHERE p.id IS NULL OR length(t.tail) NOT BETWEEN {FEWEST_DIGITS} AND {MOST_DIGITS}
       OR t.tail <> substr(p.digits, -length(t.tail))
    LIMIT 1
"""


def fill(connection: sqlite3.Connection) -> None:
    """Write the tails of every telephone, in their order, into the empty table.

    A million telephones take a quarter of a minute; out of order they would take many. They are
    sorted by their first digits one after the other: the driver sorts in memory, and all at once
    would take 550 MB of it.
    """
    for low, high in _PARTS:
        connection.execute(_FILL, {"low": low, "high": high})


def make_anew(connection: sqlite3.Connection) -> None:
    """Throw the tails away and write them again; call it inside a transaction."""
    connection.execute("DELETE FROM customer_phone_tail")
    fill(connection)


def fault(connection: sqlite3.Connection, *, full: bool) -> str | None:
    """The first telephone whose tails are not those of its digits, or None.

    As many tails as there ought to be, and each of these among them: then there is none too many.

    Args:
        connection: reads, inside a transaction.
        full: look for every tail (a second for 100,000 telephones); else only for the whole
            numbers, besides the count.
    """
    run = connection.execute
    found = run(_MISSING if full else _WHOLE_MISSING).fetchone()
    kept, due = run(_COUNTS).fetchone()
    if found is None and kept != due:
        found = run(_TOO_MANY).fetchone() or run(_MISSING).fetchone()
    return f"row {found[0]}" if found else None
