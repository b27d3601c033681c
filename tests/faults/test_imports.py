"""Imports beside clerks, and imports that are killed: every row once, and everybody saves."""

from __future__ import annotations

import csv
import random
import signal
import sys
from pathlib import Path

import pytest

from counter import tickets
from counter.demo import write_receipts
from counter.desk import Actor
from counter.importing import import_file
from counter.shop import Shop
from models.terms import ImportKind
from tests.counter.test_importing import big_file
from tests.faults.clerks import start
from tests.faults.judging import assert_whole
from tests.premises import rows

PATIENCE = 100


def save(shop: Shop, clerk: Actor) -> str:
    """Open a ticket and take it."""
    with shop.writing(clerk) as desk:
        no = tickets.open_ticket(desk, tickets.TicketDraft("return", "Towel")).no
    with shop.writing(clerk) as desk:
        return tickets.take(desk, no).no


def test_clerks_save_while_a_file_is_taken_in_and_nothing_of_either_is_lost(
    shop: Shop, clerk: Actor, supervisor: Actor, tmp_path: Path
) -> None:
    till = tmp_path / "till.csv"
    write_receipts(till, lines=5_000)
    importer = start("import", shop, supervisor, till)
    assert importer.stdout is not None
    assert importer.stdin is not None
    assert importer.stdout.readline() == "rows 500\n"
    saved = [save(shop, clerk)]  # in the middle of the import, whatever the machine does
    importer.stdin.write("go\n")
    importer.stdin.flush()
    colleague = start("open", shop, clerk, 40)
    while importer.poll() is None:
        saved.append(save(shop, clerk))  # StoreBusy would end the test
    theirs, errors = colleague.communicate(timeout=PATIENCE)

    assert errors == ""
    assert importer.communicate()[1] == ""
    assert len(saved) > 1
    found = {no for (no,) in rows(shop, "SELECT no FROM ticket")}
    assert found == {*saved, *theirs.split()}
    assert len(found) == len(saved) + 40
    lines = "SELECT receipt_no, line_no FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id"
    with till.open(encoding="utf-8", newline="") as file:
        wanted = sorted((row["receipt_no"], int(row["line_no"])) for row in csv.DictReader(file))
    assert sorted(rows(shop, lines)) == wanted
    assert_whole(shop)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("counter.importing", "append"),  # the book knows the file, the audit does not
        ("data.importing.batches", "note_progress"),  # the rows are written, not the place
        ("counter.importing", "write_rejects"),
        ("data.importing.batches", "finish"),  # the reject file stands
        ("data.bulk:BulkWriter", "fold_log"),  # all is done, nobody was told
    ],
)
def test_an_import_killed_at_any_step_is_finished_by_the_next_one(
    shop: Shop, supervisor: Actor, tmp_path: Path, owner: str, name: str
) -> None:
    text, expected = big_file(random.Random(7), receipts=60)
    till = tmp_path / "till.csv"
    till.write_text(text, encoding="utf-8")
    killed = start("import until", shop, supervisor, till, owner, name)
    killed.communicate(timeout=PATIENCE)
    assert_whole(shop)
    import_file(shop, supervisor, ImportKind.RECEIPTS, till)
    again = import_file(shop, supervisor, ImportKind.RECEIPTS, till)

    assert killed.returncode == -signal.SIGKILL
    assert again.was_known
    assert rows(shop, "SELECT status, accepted, matched_returns, rejected FROM import_batch") == [
        ("done", expected["accepted"], expected["matched"], expected["rejected"])
    ]
    assert rows(
        shop, "SELECT count(*), count(DISTINCT receipt_id || '/' || line_no) FROM receipt_line"
    ) == [(expected["accepted"], expected["accepted"])]
    assert rows(shop, "SELECT sum(qty_milli) FROM till_return") == [(expected["matched"] * 2000,)]
    assert rows(shop, "SELECT count(*) FROM reject_row") == [(expected["rejected"],)]
    (rejects,) = tmp_path.glob("*.rejects*.csv")
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == expected["rejected"] + 1
    assert_whole(shop)
