"""An import in a process of its own: what it is told, what it tells, and how it ends."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from counter.cli import app
from counter.commands.progress import ProgressLines
from counter.demo import write_receipts
from counter.desk import Actor
from counter.import_book import imports, reasons
from counter.import_order import ImportOrder
from counter.import_process import ImportProcess
from counter.importing import import_file
from counter.shop import Shop
from models.errors import FileRefused, NotAllowed
from models.terms import ImportKind, ImportStatus, ReceiptProfile
from models.views import Span
from tests.premises import rows

PATIENCE = 30.0


def order(shop: Shop, actor: Actor, path: Path, **more: Any) -> ImportOrder:
    return ImportOrder(shop.places, actor, ImportKind.RECEIPTS, path, "en", **more)


def heard(told: ImportOrder) -> list[dict[str, Any]]:
    """Everything an import said."""

    async def run() -> list[dict[str, Any]]:
        process = await ImportProcess.start(told)
        return [said async for said in process.lines()]

    return asyncio.run(run())


@pytest.fixture
def till(tmp_path: Path) -> Path:
    path = tmp_path / "till.csv"
    write_receipts(path, lines=300)
    return path


def test_an_order_comes_out_as_it_went_in(shop: Shop, supervisor: Actor, tmp_path: Path) -> None:
    told = order(
        shop,
        supervisor,
        tmp_path / "bytes-\udcff.csv",
        profile=ReceiptProfile.ONLINE_RETAIL,
        dry_run=True,
    )
    line = told.to_line()
    assert "\n" not in line
    read = ImportOrder.from_line(line)
    assert read == told
    assert read.actor.session_no == told.actor.session_no


def test_an_import_says_how_far_it_is_and_last_its_summary(
    shop: Shop, supervisor: Actor, till: Path
) -> None:
    said = heard(order(shop, supervisor, till))
    *steps, last = said
    assert {step["event"] for step in steps} == {"progress"}
    assert steps[-1]["rows"] == 300
    assert steps[-1]["bytes"] == steps[-1]["of"] == till.stat().st_size
    assert last["event"] == "done"
    assert last["accepted"] == last["rows"] == 300


def test_a_session_that_ended_imports_nothing(shop: Shop, supervisor: Actor, till: Path) -> None:
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql("UPDATE staff SET session_no = session_no + 1")
    (said,) = heard(order(shop, supervisor, till))
    assert said["event"] == "failed"
    assert "was reset" in said["message"]
    assert rows(shop, "SELECT count(*) FROM receipt") == [(0,)]


def test_an_error_of_the_program_is_reported_without_what_it_held(
    shop: Shop, supervisor: Actor, till: Path
) -> None:
    with shop.writing(shop.system) as desk:
        connection = desk.session.connection()
        connection.exec_driver_sql("ALTER TABLE import_batch RENAME COLUMN file TO elsewhere")
    said = heard(order(shop, supervisor, till))[-1]
    assert (said["event"], said["error"]) == ("failed", "crash")
    (report,) = shop.places.crashes.iterdir()
    assert str(report) in said["message"]
    assert "till.csv" not in report.read_text()


def test_an_import_ends_by_itself_when_the_application_is_killed(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    till = tmp_path / "till.csv"
    write_receipts(till, lines=40_000)
    told = order(shop, supervisor, till)
    script = (
        "import asyncio, sys\n"
        "from counter.import_order import ImportOrder\n"
        "from counter.import_process import ImportProcess\n"
        "async def run():\n"
        "    process = await ImportProcess.start(ImportOrder.from_line(sys.stdin.readline()))\n"
        "    async for said in process.lines():\n"
        "        print(process.pid, said['event'], flush=True)\n"
        "asyncio.run(run())\n"
    )
    application = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert application.stdin is not None
    assert application.stdout is not None
    application.stdin.write(told.to_line() + "\n")
    application.stdin.flush()
    pid, event = application.stdout.readline().split()
    assert event == "progress"
    application.send_signal(signal.SIGKILL)
    application.wait()
    application.stdin.close()
    application.stdout.close()
    _wait_until_gone(int(pid))
    assert rows(shop, "SELECT status FROM import_batch") == [("running",)]
    assert heard(told)[-1]["event"] == "done"
    with till.open(encoding="utf-8", newline="") as file:
        wanted = sorted((row["receipt_no"], int(row["line_no"])) for row in csv.DictReader(file))
    stored = rows(
        shop,
        "SELECT receipt_no, line_no FROM receipt_line JOIN receipt ON receipt.id = receipt_id",
    )
    assert sorted(stored) == wanted


def test_a_file_that_is_removed_meanwhile_is_read_to_its_end(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    till = tmp_path / "till.csv"
    write_receipts(till, lines=5_000)

    async def run() -> dict[str, Any]:
        process = await ImportProcess.start(order(shop, supervisor, till))
        told: list[dict[str, Any]] = []
        async for said in process.lines():
            told.append(said)
            till.unlink(missing_ok=True)
        return told[-1]

    last = asyncio.run(run())
    assert (last["event"], last["accepted"]) == ("done", 5_000)


def test_a_file_that_is_written_over_meanwhile_is_refused_and_goes_on_later(
    shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    till = tmp_path / "till.csv"
    write_receipts(till, lines=40_000)
    whole = till.read_bytes()

    async def run() -> dict[str, Any]:
        process = await ImportProcess.start(order(shop, supervisor, till))
        told: list[dict[str, Any]] = []
        async for said in process.lines():
            told.append(said)
            till.write_bytes(b"")
        return told[-1]

    last = asyncio.run(run())
    assert (last["event"], last["error"]) == ("failed", "file_refused")
    till.write_bytes(whole)
    assert heard(order(shop, supervisor, till))[-1]["event"] == "done"
    assert rows(shop, "SELECT count(*) FROM receipt_line") == [(40_000,)]


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists():
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            if state == "Z":  # nobody has asked for its end yet
                return
        time.sleep(0.02)
    pytest.fail("The import went on.")


def test_lines_for_programs_come_now_and_then_and_the_last_always() -> None:
    lines: list[str] = []
    now = iter([0.0, 0.1, 0.3, 0.31])
    progress = ProgressLines(lines.append, clock=lambda: next(now))
    for rows_done, done in ((500, 10), (1000, 20), (1500, 30), (1700, 34)):
        progress.show(rows_done, done, 34)
    assert [json.loads(line)["rows"] for line in lines] == [500, 1500, 1700]
    assert json.loads(lines[0]) == {"event": "progress", "rows": 500, "bytes": 10, "of": 34}


def test_the_command_tells_programs_its_progress(tmp_path: Path, till: Path) -> None:
    result = CliRunner().invoke(
        app,
        [
            "--home",
            str(tmp_path / "home"),
            "import",
            "receipts",
            str(till),
            "--progress",
            "json",
            "--json",
        ],
    )
    assert result.exit_code == 0, result.output
    steps = [json.loads(line) for line in result.stderr.splitlines()]
    assert steps[-1]["rows"] == 300
    assert json.loads(result.stdout)["accepted"] == 300


def test_the_book_lists_imports_for_whoever_may_import(
    shop: Shop, supervisor: Actor, clerk: Actor, till: Path, tmp_path: Path
) -> None:
    import_file(shop, supervisor, ImportKind.RECEIPTS, till)
    goods = tmp_path / "goods.csv"
    goods.write_text(
        "sku,barcode,name,category,brand,supplier,price_minor,currency,"
        "warranty_profile,serialised\nT,,Towel,linen,,,much,CNY,,\n"
    )
    import_file(shop, supervisor, ImportKind.PRODUCTS, goods)
    with shop.reading(supervisor) as desk:
        newest, older = imports(desk, Span(10)).rows
        assert (newest.file, newest.rejected) == ("goods.csv", 1)
        assert (older.file, older.accepted, older.status) == ("till.csv", 300, ImportStatus.DONE)
        assert reasons(desk, newest.id) == {"bad_number": 1}
    with shop.reading(clerk) as desk, pytest.raises(NotAllowed):
        imports(desk, Span(10))


def test_a_check_that_finds_no_room_says_so(shop: Shop, supervisor: Actor, till: Path) -> None:
    (shop.places.home / "imports").write_text("a file where a folder is wanted")
    with pytest.raises(FileRefused) as refused:
        import_file(shop, supervisor, ImportKind.RECEIPTS, till, dry_run=True)
    assert "imports" in str(refused.value)
