"""Control totals: what the whole store holds at a change number, in a few figures.

For every exported table: the number of rows, the sums of its amounts, and the sum modulo 2**128 of
the MD5 of ``uid:seq`` over all rows. ``uid:seq`` names one version of one row, so a row that got
lost, came twice or stayed behind at head office changes the sum; what a version *says* is covered
by the SHA-256 of the file that carried it and by the sums of amounts. The sum therefore depends
neither on the order of rows nor on how persons are masked nor on the columns of a later version,
and any database computes it from two columns (DuckDB: ``sum(md5_number(uid || ':' || seq))``).

Adding up a million rows every night takes a second and grows with the store. So the sums are kept
for blocks of eight neighbouring rows (:class:`models.exchange.ControlBlock`), and an export adds
up only the blocks in which a row has changed since: the work follows the changes, not the store.
The blocks are a cache: ``store_fact`` says for which change number they hold, any later export
goes on from there whatever became of the batch, and without that fact everything is added up anew,
as a full batch always does.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import IO, Any, Final

from data.exporting.snapshot import Snapshot
from data.exporting.tables import TABLES
from data.location import Location
from data.store import Author, Store

FACT: Final = "control_totals"
"""Name of the store fact that says what the blocks add up to, and when."""

BLOCK: Final = 8
"""Rows of a block: fewer than a page of the file holds, which a changed row makes us read anyway.

Three thousand changes that lie scattered over a million rows take 0.06 s.
"""

_MODULUS: Final = 1 << 128
_AT_ONCE: Final = 2000  # blocks in one transaction, so that no clerk waits

_UPSERT: Final = (
    "INSERT INTO control_block (table_name, block_no, rows, hash, sums) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (table_name, block_no) DO UPDATE SET rows = excluded.rows, hash = excluded.hash, "
    "sums = excluded.sums"
)


@dataclass(slots=True)
class Total:
    """What a block or a table adds up to."""

    rows: int = 0
    hash: int = 0
    sums: list[int] = field(default_factory=list)

    def add(self, other: Total, sign: int = 1) -> None:
        """Add what another one holds, or take it away."""
        self.rows += sign * other.rows
        self.hash = (self.hash + sign * other.hash) % _MODULUS
        self.sums = [
            mine + sign * others
            for mine, others in zip(self.sums or [0] * len(other.sums), other.sums, strict=True)
        ]


class Totals:
    """The totals of one snapshot, and the blocks that are to be kept for the next one.

    A context manager: the blocks wait in a temporary file, so that memory stays flat.
    """

    def __init__(self) -> None:
        self.to_seq = 0
        self.tables: dict[str, Total] = {}
        self.open_tickets = 0
        self.anew = False
        self._known_seq: int | None = None
        self.changed_blocks = 0
        self._spool: IO[str] = tempfile.SpooledTemporaryFile(  # noqa: SIM115  lives as long as we
            max_size=1 << 20, mode="w+", encoding="utf-8"
        )

    def __enter__(self) -> Totals:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def measure(self, snapshot: Snapshot, *, anew: bool) -> None:
        """Add up the snapshot.

        Args:
            snapshot: the view that the batch is read from.
            anew: add up every row, as a full batch does, instead of going on from what is kept.
        """
        known = None if anew else _known(snapshot)
        self.to_seq, self.anew = snapshot.to_seq, known is None
        since = self._known_seq = known["to_seq"] if known else None
        for table in TABLES:
            total = Total(sums=[0] * len(table.sums))
            if known is not None:
                kept = known["tables"][table.name]
                sums = list(kept["sums"].values())
                total = Total(kept["rows"], int(kept["row_hash_sum"], 16), sums)
            for block_no, fresh, before in _blocks(snapshot, table.name, table.sums, since):
                total.add(before, -1)
                total.add(fresh)
                self._note(table.name, block_no, fresh)
            self.tables[table.name] = total
        self.open_tickets = snapshot.value("SELECT count(*) FROM ticket WHERE working")

    def as_json(self) -> dict[str, Any]:
        """The totals as the manifest and the batch's row keep them."""
        tables = {
            table.name: {
                "rows": self.tables[table.name].rows,
                "row_hash_sum": f"{self.tables[table.name].hash:032x}",
                "sums": dict(zip(table.sums, self.tables[table.name].sums, strict=True)),
            }
            for table in TABLES
        }
        return {"open_tickets": self.open_tickets, "tables": tables}

    def keep(self, store: Store, author: Author, now: datetime) -> None:
        """Write the changed blocks and the change number that they hold for."""
        if self.to_seq == self._known_seq and not self.anew:
            return
        fact = json.dumps({"to_seq": self.to_seq, **self.as_json()})
        if self.anew or self.changed_blocks > _AT_ONCE:
            with store.writing(author, now) as work:  # until the end they hold for nothing
                run = work.session.connection().exec_driver_sql
                run("DELETE FROM store_fact WHERE name = ?", (FACT,))
                if self.anew:
                    run("DELETE FROM control_block")
        rest = self._spooled()
        while True:
            rows = list(islice(rest, _AT_ONCE))
            with store.writing(author, now) as work:
                run = work.session.connection().exec_driver_sql
                if rows:
                    run(_UPSERT, rows)
                if len(rows) < _AT_ONCE:
                    run(
                        "INSERT OR REPLACE INTO store_fact (name, value) VALUES (?, ?)",
                        (FACT, fact),
                    )
                    return

    def _spooled(self) -> Iterator[tuple[Any, ...]]:
        self._spool.seek(0)
        for line in self._spool:
            yield tuple(json.loads(line))

    def _note(self, table: str, block_no: int, total: Total) -> None:
        row = [table, block_no, total.rows, f"{total.hash:032x}", json.dumps(total.sums)]
        self._spool.write(json.dumps(row) + "\n")
        self.changed_blocks += 1


@contextmanager
def wrong_totals(location: Location) -> Iterator[tuple[Totals, list[str]]]:
    """All rows added up anew, and the tables whose kept totals differ from that."""
    with Totals() as fresh:
        with Snapshot(location) as snapshot, Totals() as kept:
            kept.measure(snapshot, anew=False)
            fresh.measure(snapshot, anew=True)
            wrong = [name for name, all_ in fresh.tables.items() if all_ != kept.tables[name]]
        yield fresh, wrong  # nothing is read any more, so that it can be kept


def _known(snapshot: Snapshot) -> dict[str, Any] | None:
    """What is kept, unless the list of tables and sums has grown since."""
    text = snapshot.value("SELECT value FROM store_fact WHERE name = ?", FACT)
    known: dict[str, Any] | None = json.loads(text) if text else None
    if known is None or known["to_seq"] > snapshot.to_seq:
        return None
    layout = {name: list(kept["sums"]) for name, kept in known["tables"].items()}
    return known if layout == {table.name: list(table.sums) for table in TABLES} else None


def _blocks(
    snapshot: Snapshot, table: str, sums: tuple[str, ...], since: int | None
) -> Iterator[tuple[int, Total, Total]]:
    """Every block with a row that changed after ``since``, as it is and as it was kept.

    When ``since`` is None, every block of the table; none of them counts as kept.
    """
    amounts = "".join(f", coalesce(t.{name}, 0)" for name in sums)
    if since is None:
        rows = snapshot.each(
            f"SELECT t.id / {BLOCK}, NULL, NULL, NULL, t.uid || ':' || t.change_no{amounts} "
            f"FROM {table} AS t ORDER BY t.id"
        )
    else:
        rows = snapshot.each(
            "SELECT touched.block_no, kept.rows, kept.hash, kept.sums, "
            f"t.uid || ':' || t.change_no{amounts} "
            f"FROM (SELECT DISTINCT id / {BLOCK} AS block_no FROM {table} WHERE change_no > ?) "
            "AS touched LEFT JOIN control_block AS kept "
            "ON kept.table_name = ? AND kept.block_no = touched.block_no "
            f"CROSS JOIN {table} AS t WHERE t.id >= touched.block_no * {BLOCK} "
            f"AND t.id < (touched.block_no + 1) * {BLOCK}",
            since,
            table,
        )
    for block_no, group in groupby(rows, key=itemgetter(0)):
        members = list(group)
        yield block_no, _added_up(members, len(sums)), _kept(members[0], len(sums))


def _added_up(rows: list[tuple[Any, ...]], width: int) -> Total:
    """The total of some rows: from the fifth cell on, their version and their amounts."""
    versions = [hashlib.md5(row[4].encode(), usedforsecurity=False).digest() for row in rows]
    digests = sum(int.from_bytes(version) for version in versions)
    amounts = [sum(row[place] for row in rows) for place in range(5, 5 + width)]
    return Total(len(rows), digests % _MODULUS, amounts)


def _kept(row: tuple[Any, ...], width: int) -> Total:
    if row[1] is None:
        return Total(sums=[0] * width)
    return Total(row[1], int(row[2], 16), json.loads(row[3]))
