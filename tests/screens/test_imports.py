"""Importing from the screens: a check first, then beside everything else, and every end told."""

from __future__ import annotations

import csv
import os
import signal
from pathlib import Path
from threading import Event

import pytest

from counter.demo import write_receipts
from counter.desk import Actor
from counter.import_paths import path_from
from counter.shop import Shop
from data.driver import connect
from models.terms import ImportKind, Role
from screens import imports
from screens.home import Home
from screens.import_run import ImportRun
from screens.imports import ImportsScreen, LeaveImport
from screens.intake import Intake
from screens.more import errands
from screens.widgets.form import Form
from screens.widgets.sheet import Sheet
from tests.premises import hire, rows
from tests.screens.cases import type_text
from tests.screens.front import Front, at_counter

PRODUCTS = (
    "sku,barcode,name,category,brand,supplier,price_minor,currency,warranty_profile,serialised\n"
)
TIDY = PRODUCTS + "T-1,,Cotton towel,linen,,,1180,CNY,,false\nT-2,,Bath towel,linen,,,2180,CNY,,\n"
FAULTY = TIDY + "T-3,,Dear towel,linen,,,much,CNY,,\n"
COMPLAINTS = (
    "Business Name,Industry,Complaint Type,Mediation Start Date,Mediation Close Date,"
    "Complaint Result,Satisfaction,Restitution,Complainant Zip \n"
    "MRS BPO,Other,Quality of Work - Q01,03/23/2016,04/15/2016,Cash Amount - AMT,Yes,7.00,10036\n"
    "MRS BPO,Other,Quality of Work - Q01,03/23/2016,soon,Cash Amount - AMT,Yes,7.00,10036\n"
)
LARGE = 40_000
"""Rows that take long enough for hands to do something meanwhile."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files come into."""
    folder = tmp_path / "post"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of receipts that is not imported in a moment."""
    path = tmp_path_factory.mktemp("till") / "till.csv"
    write_receipts(path, lines=LARGE)
    return path


def written(folder: Path, text: str, name: str = "goods.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


async def open_imports(front: Front) -> ImportsScreen:
    """Go there as a hand does."""
    labels = [errand.label for errand in errands(front.app)]
    await front.press("f9")
    await front.shows("Import files")
    await front.press("1234567890abc"[labels.index("Import files")])
    await front.reaches(ImportsScreen)
    screen = front.app.screen
    assert isinstance(screen, ImportsScreen)
    return screen


async def fill(front: Front, file: str, kind: ImportKind, *, then: str = "") -> None:
    """Choose the kind by digit, write the path, and submit by ctrl+s."""
    kinds = list(ImportKind)
    await front.press(str(kinds.index(kind) + 1), "enter")
    if kind is ImportKind.RECEIPTS:
        await front.press("enter")
    await type_text(front, file)
    if then:
        await front.press("enter", then)
    await front.press("ctrl+s")


def run_of(front: Front) -> ImportRun:
    run = front.app.import_run
    assert run is not None
    return run


async def under_way(front: Front) -> ImportRun:
    """Wait until rows are being stored."""
    await front.until(lambda: front.app.import_run is not None)
    run = run_of(front)
    await front.until(lambda: run.rows > 0 or run.is_over, 30)
    assert not run.is_over, run.failure
    return run


async def import_begun(front: Front, file: Path) -> tuple[ImportRun, int]:
    """Import a file of receipts until rows are being stored; the run, and its process."""
    await open_imports(front)
    await fill(front, str(file), ImportKind.RECEIPTS, then="2")
    run = await under_way(front)
    assert run.process is not None
    return run, run.process.pid


def lines_of(path: Path) -> set[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["receipt_no"], row["line_no"]) for row in csv.DictReader(file)}


def stored_lines(shop: Shop) -> list[tuple[str, str]]:
    return [
        (no, str(line))
        for no, line in rows(
            shop,
            "SELECT receipt_no, line_no FROM receipt_line JOIN receipt ON receipt.id = receipt_id",
        )
    ]


# --- the way through ------------------------------------------------------------------------


def test_a_check_says_what_would_happen_and_stores_nothing_then_enter_imports(
    shop: Shop, supervisor: Actor, folder: Path
) -> None:
    path = written(folder, FAULTY)

    async def play(front: Front) -> None:
        screen = await open_imports(front)
        await fill(front, str(path), ImportKind.PRODUCTS)
        await front.until(lambda: isinstance(front.app.screen, Sheet), 30)
        await front.shows("goods.csv was checked", "3  rows", "2  accepted", "bad_number: 1 row")
        assert rows(shop, "SELECT count(*) FROM product") == [(0,)]
        assert rows(shop, "SELECT count(*) FROM import_batch") == [(0,)]
        assert front.status.endswith("Enter imports it.")
        await front.press("enter", "enter")
        await front.until(lambda: "goods.csv is in" in front.status, 30)
        await front.shows("goods.csv was imported", "goods.rejects.csv")
        await front.press("escape")
        await front.shows("Earlier imports", "done")
        assert front.app.screen is screen

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT sku FROM product ORDER BY sku") == [("T-1",), ("T-2",)]
    assert (folder / "goods.rejects.csv").exists()


def test_complaints_of_an_authority_are_imported_by_their_header(
    shop: Shop, supervisor: Actor, folder: Path
) -> None:
    path = written(folder, COMPLAINTS, "nyc.csv")

    async def play(front: Front) -> None:
        await open_imports(front)
        await fill(front, str(path), ImportKind.COMPLAINTS, then="2")
        await front.until(lambda: "nyc.csv is in" in front.status, 30)
        await front.shows("2  rows", "1  accepted", "bad_date: 1 row")
        await front.press("escape")
        await front.shows("complaints")

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT kind, profile, status FROM import_batch") == [
        ("complaints", "nyc-mediated", "done")
    ]
    assert rows(shop, "SELECT no, status FROM ticket") == [("C-20160323-0001", "closed")]


def test_an_import_is_the_deed_of_who_is_signed_in(
    shop: Shop, supervisor: Actor, folder: Path
) -> None:
    path = written(folder, TIDY)

    async def play(front: Front) -> None:
        await open_imports(front)
        await fill(front, str(path), ImportKind.PRODUCTS, then="2")
        await front.until(lambda: "goods.csv is in" in front.status, 30)

    at_counter(shop, play, actor=supervisor)
    deeds = rows(shop, "SELECT DISTINCT actor FROM audit_entry WHERE action = 'import.products'")
    assert deeds == [("sun",)]


def test_nothing_of_the_order_stands_in_the_list_of_processes(
    shop: Shop, supervisor: Actor, large: Path
) -> None:
    async def play(front: Front) -> None:
        run, pid = await import_begun(front, large)
        process = Path("/proc") / str(pid)
        if process.exists():
            seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            assert b"till.csv" not in seen
            assert b"session_no" not in seen
            assert int((process / "stat").read_text().rsplit(")", 1)[1].split()[16]) > 0  # nice
        run.stop()
        await front.until(lambda: run.is_over)

    at_counter(shop, play, actor=supervisor)


def test_the_way_is_shown_in_the_title_while_the_clerk_works_elsewhere(
    shop: Shop, supervisor: Actor, large: Path
) -> None:
    async def play(front: Front) -> None:
        await open_imports(front)
        await fill(front, str(large), ImportKind.RECEIPTS, then="2")
        run = await under_way(front)
        await front.shows("rows a second")
        await front.press("f2")
        await front.reaches(Intake)
        await front.until(lambda: run.is_over or "import " in front.text.splitlines()[0])
        await front.until(lambda: run.is_over, 60)
        await front.until(lambda: "till.csv is in" in front.status)

    at_counter(shop, play, actor=supervisor)
    assert sorted(stored_lines(shop)) == sorted(lines_of(large))


def test_a_role_that_may_not_import_is_not_offered_it(shop: Shop, clerk: Actor) -> None:
    async def play(front: Front) -> None:
        assert "Import files" not in [errand.label for errand in errands(front.app)]

    at_counter(shop, play, actor=clerk)


def test_a_role_that_was_taken_away_meanwhile_is_refused(
    shop: Shop, supervisor: Actor, folder: Path, pin_hash: str
) -> None:
    hire(shop, "boss", Role.SUPERVISOR, pin_hash)
    path = written(folder, TIDY)

    async def play(front: Front) -> None:
        await open_imports(front)
        connection = connect(shop.places.store.path)
        connection.execute("UPDATE staff SET role = 'clerk' WHERE login = 'sun'")
        connection.close()
        await fill(front, str(path), ImportKind.PRODUCTS, then="2")
        await front.until(lambda: "you may not import files" in front.status, 30)

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT count(*) FROM product") == [(0,)]


# --- wrong files ----------------------------------------------------------------------------


def test_a_file_that_is_no_table_of_its_kind_is_refused_under_the_field(
    shop: Shop, supervisor: Actor, folder: Path
) -> None:
    path = written(folder, "a,b\n1,2\n")

    async def play(front: Front) -> None:
        screen = await open_imports(front)
        await fill(front, str(path), ImportKind.PRODUCTS)
        form = screen.query_one("#import-form", Form)
        await front.until(lambda: "lacks the column" in form.fields["file"].error, 30)
        assert form.display
        assert screen.focused is form.fields["file"].control_widget

    at_counter(shop, play, actor=supervisor)


@pytest.mark.parametrize(("name", "said"), [("", "Say which file"), ("none.csv", "no file")])
def test_a_file_that_is_not_there_is_said_under_the_field(
    shop: Shop, supervisor: Actor, folder: Path, name: str, said: str
) -> None:
    async def play(front: Front) -> None:
        screen = await open_imports(front)
        await fill(front, str(folder / name) if name else "", ImportKind.PRODUCTS)
        form = screen.query_one("#import-form", Form)
        await front.until(lambda: said in form.fields["file"].error)

    at_counter(shop, play, actor=supervisor)


def test_keys_work_while_a_slow_disk_looks_for_the_file(
    shop: Shop, supervisor: Actor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(folder, TIDY)
    goes_on, find = Event(), path_from

    def slow(typed: str, roots: tuple[Path, ...]) -> Path:
        assert goes_on.wait(20)
        return find(typed, roots)

    monkeypatch.setattr(imports, "path_from", slow)

    async def play(front: Front) -> None:
        screen = await open_imports(front)
        form = screen.query_one(Form)
        form.fill({"kind": ImportKind.PRODUCTS, "file": str(path), "manner": "import"})
        form.action_submit()
        await front.press("escape")
        await front.reaches(Home)
        goes_on.set()
        await front.until(lambda: front.app.import_run is not None and front.app.import_run.is_over)

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT count(*) FROM product WHERE sku LIKE 'T-%'") == [(2,)]


def test_a_dropped_path_with_quotes_is_taken(shop: Shop, supervisor: Actor, folder: Path) -> None:
    path = written(folder, TIDY, "my goods.csv")

    async def play(front: Front) -> None:
        await open_imports(front)
        await fill(front, f"'{path}' ", ImportKind.PRODUCTS)
        await front.until(lambda: "was checked" in front.status, 30)

    at_counter(shop, play, actor=supervisor)


def test_tab_completes_names_below_a_folder(shop: Shop, supervisor: Actor, folder: Path) -> None:
    written(folder, TIDY, "goods-march.csv")
    written(folder, TIDY, "goods-april.csv")

    async def play(front: Front) -> None:
        screen = await open_imports(front)
        await front.press("2", "enter")
        await type_text(front, f"{folder}/go")
        await front.shows("goods-april.csv   goods-march.csv")
        await front.press("tab")
        field = screen.query_one("#import-form", Form).fields["file"]
        assert field.value == f"{folder}/goods-"
        await front.press("m")
        await front.until(lambda: "april" not in front.text)
        await front.press("tab")
        assert field.value == f"{folder}/goods-march.csv"
        await front.press("tab")
        assert screen.focused is not field.control_widget

    at_counter(shop, play, actor=supervisor)


def test_another_import_into_the_same_store_is_said(
    shop: Shop, supervisor: Actor, folder: Path
) -> None:
    from filelock import FileLock

    path = written(folder, TIDY)
    store = shop.places.store.path

    async def play(front: Front) -> None:
        await open_imports(front)
        await fill(front, str(path), ImportKind.PRODUCTS, then="2")
        await front.until(lambda: "Another import" in front.status, 30)

    with FileLock(store.with_name(f"{store.name}.import.lock")):
        at_counter(shop, play, actor=supervisor)


# --- ends before the end --------------------------------------------------------------------


def test_an_import_that_is_killed_is_told_and_goes_on_when_it_is_repeated(
    shop: Shop, supervisor: Actor, large: Path
) -> None:
    async def play(front: Front) -> None:
        _run, pid = await import_begun(front, large)
        os.kill(pid, signal.SIGKILL)
        await front.until(lambda: "ended from outside" in front.status, 30)
        await front.until(lambda: "! not done" in front.text)
        await front.press("enter")
        await front.until(lambda: "till.csv is in" in front.status, 60)

    at_counter(shop, play, actor=supervisor)
    assert sorted(stored_lines(shop)) == sorted(lines_of(large))
    assert rows(shop, "SELECT status FROM import_batch") == [("done",)]


def test_a_cancelled_import_keeps_what_is_in(shop: Shop, supervisor: Actor, large: Path) -> None:
    async def play(front: Front) -> None:
        run, pid = await import_begun(front, large)
        os.kill(pid, signal.SIGSTOP)  # else a quick one is through before the answer
        await front.press("c")
        await front.reaches(LeaveImport)
        await front.press("y")
        os.kill(pid, signal.SIGCONT)
        await front.until(lambda: run.is_over, 30)
        await front.until(lambda: "stays" in front.status)

    at_counter(shop, play, actor=supervisor)
    stored = stored_lines(shop)
    assert 0 < len(stored) == len(set(stored)) < LARGE
    assert set(stored) < lines_of(large)


def test_leaving_asks_before_it_stops_an_import(shop: Shop, supervisor: Actor, large: Path) -> None:
    pids = []

    async def play(front: Front) -> None:
        run, pid = await import_begun(front, large)
        pids.append(pid)
        os.kill(pids[0], signal.SIGSTOP)  # else a quick one is through before the answer
        await front.press("f2")
        await front.reaches(Intake)
        await type_text(front, "13800135678")
        await front.press("ctrl+q")
        await front.reaches(LeaveImport)
        await front.press("n")
        assert not run.is_stopping
        await front.press("ctrl+q")
        await front.reaches(LeaveImport)
        await front.press("y")
        os.kill(pids[0], signal.SIGCONT)
        await front.until(lambda: front.app._exit, 30)

    at_counter(shop, play, actor=supervisor)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
    assert rows(shop, "SELECT status FROM import_batch") == [("running",)]
    assert len(rows(shop, "SELECT * FROM draft")) == 1


def test_leaving_during_a_check_asks_nothing(shop: Shop, supervisor: Actor, large: Path) -> None:
    async def play(front: Front) -> None:
        await open_imports(front)
        await fill(front, str(large), ImportKind.RECEIPTS)
        run = await under_way(front)
        await front.press("ctrl+q")
        await front.until(lambda: front.app._exit, 30)
        assert run.is_stopping

    at_counter(shop, play, actor=supervisor)
    assert rows(shop, "SELECT count(*) FROM import_batch") == [(0,)]
    assert list((shop.places.home / "imports").iterdir()) == []


def test_an_application_that_ends_unasked_leaves_no_import_behind(
    shop: Shop, supervisor: Actor, large: Path
) -> None:
    pids = []

    async def play(front: Front) -> None:
        _run, pid = await import_begun(front, large)
        pids.append(pid)

    app = at_counter(shop, play, actor=supervisor)
    assert app.import_run is not None
    assert app.import_run.is_over
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
    assert rows(shop, "SELECT status FROM import_batch") == [("running",)]


def test_an_import_goes_on_for_its_person_while_another_one_signs_in(
    shop: Shop, supervisor: Actor, clerk: Actor, large: Path
) -> None:
    async def play(front: Front) -> None:
        await open_imports(front)
        await fill(front, str(large), ImportKind.RECEIPTS, then="2")
        run = await under_way(front)
        front.app.action_lock()
        await front.until(lambda: front.app.current_mode == "sign_in")
        await front.app.signed_in(clerk)
        await front.until(lambda: front.app.current_mode == "home")
        await front.until(lambda: run.is_over, 60)
        await front.pilot.pause()
        assert "till.csv" not in front.text
        assert "import" not in front.text.splitlines()[0]
        await front.app.switch_mode("sign_in")
        await front.app.signed_in(supervisor)
        await front.shows("import has ended")
        await front.app.switch_mode("imports")
        await front.shows("till.csv was imported")

    at_counter(shop, play, actor=supervisor)
    assert sorted(stored_lines(shop)) == sorted(lines_of(large))
