"""What the examination of a store asks: plain SQL, row by row, so that nobody has to wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

from data import chain, damage, phone_tails
from data.changes import READ
from data.driver import connect, failures_named, sqlite3
from data.exporting.tables import TABLES
from data.location import Location
from data.reading import Reader
from data.restoring import EPOCH

_WORDS: Final = "unicode61 remove_diacritics 2"

SEARCHED: Final[Mapping[str, tuple[str, str]]] = {
    "ticket": ("search_text", _WORDS),
    "customer": ("search_text", _WORDS),
}
"""Tables with a full-text index: the column that it reads, and how it cuts words."""

FOUND: Final = (*SEARCHED, phone_tails.TABLE)
"""Tables with an index of ours, which SQLite's own checks do not compare."""

LOG_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of the write-ahead log that SQLite cuts it to when it begins anew (:mod:`data.driver`). It
is longer only while somebody holds on to an old moment of the store."""

_TICKETS: Final = """
    SELECT t.id, t.no, t.event_count, t.last_event_at,
           t.status, t.working, t.priority, o.login, t.department, t.wake_on, m.no, t.outcome,
           t.cause, t.liability, t.customer_informed, t.first_response_at, t.resolved_at,
           t.closed_at, c.uid, r.uid, l.uid
    FROM ticket AS t
    LEFT JOIN staff AS o ON o.id = t.owner_id
    LEFT JOIN ticket AS m ON m.id = t.merged_into_id
    LEFT JOIN customer AS c ON c.id = t.customer_id
    LEFT JOIN receipt AS r ON r.id = t.receipt_id
    LEFT JOIN receipt_line AS l ON l.id = t.receipt_line_id
"""
_EVENTS: Final = "SELECT ticket_id, event_no, at, kind, to_status, payload FROM ticket_event"
_RETURNED: Final = """
    SELECT r.receipt_no, l.line_no, l.id FROM receipt_line AS l
    LEFT JOIN receipt AS r ON r.id = l.receipt_id
    WHERE l.returned_milli <>
          (SELECT coalesce(sum(qty_milli), 0) FROM till_return WHERE receipt_line_id = l.id)
"""
_UNFINISHED_EXPORTS: Final = """
    SELECT batch_no, business_date, status, error FROM export_batch
    WHERE status <> 'verified' AND epoch = (SELECT value FROM store_fact WHERE name = :name)
    ORDER BY id
"""
_UNFINISHED_IMPORTS: Final = """
    SELECT file, next_row FROM import_batch WHERE status <> 'done' ORDER BY id LIMIT 20
"""
_ATTACHMENTS: Final = """
    SELECT t.no, a.name, a.bytes, a.sha256 FROM attachment AS a
    JOIN ticket AS t ON t.id = a.ticket_id ORDER BY a.id
"""


def journal_mode(reader: Reader) -> str:
    """How SQLite keeps what is not yet in the file."""
    return str(reader.value("PRAGMA journal_mode"))


def log_bytes(location: Location) -> int:
    """How long the write-ahead log is; beyond :data:`LOG_LIMIT` somebody reads without an end."""
    try:
        return damage.log_of(location.path).stat().st_size
    except FileNotFoundError:
        return 0


def damages(reader: Reader, *, full: bool) -> list[str]:
    """What SQLite finds wrong with the file, at most twenty; ``full`` compares indexes too."""
    pragma = "integrity_check" if full else "quick_check"
    return damage.damages(reader.all(f"PRAGMA {pragma}(20)"))


def lost_references(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Table and row of every reference that leads nowhere."""
    return reader.each("PRAGMA foreign_key_check")


def tickets(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Every ticket: id, number, events counted, last event, and what its events say it is."""
    return reader.each(f"{_TICKETS} ORDER BY t.id")


def ticket(reader: Reader, ticket_id: int) -> tuple[Any, ...] | None:
    """One of :func:`tickets`."""
    return reader.one(f"{_TICKETS} WHERE t.id = :id", id=ticket_id)


def events(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Every event, in the order of the tickets and of their numbers."""
    return reader.each(f"{_EVENTS} ORDER BY ticket_id, event_no")


def events_of(reader: Reader, ticket_id: int) -> list[tuple[Any, ...]]:
    """The events of one ticket, in the order of their numbers."""
    return reader.all(f"{_EVENTS} WHERE ticket_id = :id ORDER BY event_no", id=ticket_id)


def lines_miscounting_returns(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Receipt, line number and key wherever the count is not the sum of the till's returns."""
    return reader.each(_RETURNED)


def audit_chain(reader: Reader) -> chain.ChainState:
    """The audit, walked from its first entry."""
    return chain.verify(reader.each(f"SELECT {chain.COLUMNS} FROM audit_entry ORDER BY id"))


def last_change(reader: Reader) -> int:
    """The last change number that was given out."""
    return int(reader.value(READ))


def tables_above(reader: Reader, last: int) -> list[str]:
    """Tables with a row whose change number was never given out."""
    names = [table.name for table in TABLES]
    return [n for n in names if (reader.value(f"SELECT max(change_no) FROM {n}") or 0) > last]


def tables_unnumbered(reader: Reader) -> list[str]:
    """Tables with a row that has no change number."""
    names = [table.name for table in TABLES]
    return [n for n in names if reader.value(f"SELECT 1 FROM {n} WHERE change_no < 1 LIMIT 1")]


def unfinished_exports(reader: Reader) -> list[tuple[Any, ...]]:
    """Number, date, status and error of the batches of this epoch that are not verified."""
    return reader.all(_UNFINISHED_EXPORTS, name=EPOCH)


def last_export_day(reader: Reader) -> str | None:
    """The business date of the latest batch, ISO, or None."""
    day: str | None = reader.value("SELECT max(business_date) FROM export_batch")
    return day


def unfinished_imports(reader: Reader) -> list[tuple[Any, ...]]:
    """File and next row of imports that stopped, at most twenty."""
    return reader.all(_UNFINISHED_IMPORTS)


def attachments(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """Of every attached file: number of its ticket, name, bytes and sum."""
    return reader.each(_ATTACHMENTS)


def search_index_fault(location: Location, table: str, *, full: bool) -> str | None:
    """What tells the search index of ``table`` from its rows, or None.

    FTS5's own ``integrity-check`` has the form of an insertion and holds the write lock for its
    whole length, so the rows are indexed anew in a temporary file instead, beside one snapshot of
    the store that no writer waits for, and the two lists of words are compared.

    Args:
        location: the store.
        table: one of :data:`FOUND`.
        full: compare where every single word stands (2.5 s for 100,000 tickets); else only which
            rows are there, and in how many of them each word stands how often (0.5 s).
    """
    connection = connect(location.path)
    try:
        with failures_named(location.path):
            connection.execute("PRAGMA temp_store = FILE")  # memory stays flat
            connection.execute("BEGIN")
            if table == phone_tails.TABLE:
                return phone_tails.fault(connection, full=full)
            return _search_fault(connection, table, full=full)
    finally:
        connection.close()


def _search_fault(connection: sqlite3.Connection, table: str, *, full: bool) -> str | None:
    run, index = connection.execute, f"{table}_search"
    column, tokenizer = SEARCHED[table]
    for rows, others in ((table, f"{index}_docsize"), (f"{index}_docsize", table)):
        alone = run(f"SELECT id FROM {rows} EXCEPT SELECT id FROM {others} LIMIT 1").fetchone()
        if alone:
            return f"row {alone[0]}"
    run(f"CREATE VIRTUAL TABLE temp.fresh USING fts5({column}, content='', tokenize='{tokenizer}')")
    run(f"INSERT INTO temp.fresh (rowid, {column}) SELECT id, {column} FROM main.{table}")
    columns, kind = ("term, doc, offset", "instance") if full else ("term, doc, cnt", "row")
    run(f"CREATE VIRTUAL TABLE temp.kept_words USING fts5vocab('main', '{index}', '{kind}')")
    run(f"CREATE VIRTUAL TABLE temp.fresh_words USING fts5vocab('temp', 'fresh', '{kind}')")
    kept = run(f"SELECT {columns} FROM temp.kept_words")
    fresh = run(f"SELECT {columns} FROM temp.fresh_words")
    for one, other in zip_longest(kept, fresh):
        if one != other:
            return f"'{(one or other)[0]}'"
    return None
