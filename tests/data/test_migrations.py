from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from counter import clock_keeping, first_service, founding, ticket_opening, tickets
from counter import shop as shop_module
from counter.rules.service import ServiceRules
from counter.shop import Shop
from data import migrations, opening
from data.driver import connect, sqlite3
from data.migrations import HEAD, migration_config
from data.search import find
from models.schema import metadata
from models.terms import Role
from tests.premises import Clock, Sale, hire, places_at, rows, sell, shop_at

CHECKOUT = Path(__file__).parents[2]

APPEND_ONLY = (
    "audit_entry",
    "condition_check",
    "contact_attempt",
    "eligibility_decision",
    "goods_movement",
    "points_entry",
    "ticket_event",
    "till_return",
)
GUARDS = {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")}
SEARCHED = ("customer", "ticket")
INDEXES = (*(f"{table}_search" for table in SEARCHED), "customer_phone_tail")
INDEXERS = {f"{index}_{step}" for index in INDEXES for step in ("add", "drop", "move")}


def fingerprint(path: Path, kind: str) -> dict[str, str]:
    """Every table, index or trigger of the file by name, as SQL without its layout."""
    connection = sqlite3.connect(path)
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,)
    ).fetchall()
    connection.close()
    return {name: normalised(sql) for name, sql in found}


def normalised(sql: str) -> str:
    """The statement without its layout; columns in their order, constraints in any."""
    flat = re.sub(r"\s+", " ", re.sub(r"\s*([(),])\s*", r"\1", sql)).replace('"', "").strip()
    table = re.fullmatch(r"(CREATE TABLE [^(]*)\((.*)\)([^)]*)", flat)
    if table is None:
        return flat
    columns, *constraints = re.split(r",(?=CONSTRAINT )", table[2])
    return "\n".join([table[1], columns, *sorted(constraints), table[3]])


@pytest.fixture
def drawn_from_models(tmp_path: Path) -> Path:
    """An empty store as the tables of ``models`` would make it."""
    path = tmp_path / "models.db"
    connection = sqlite3.connect(path)
    engine = create_engine("sqlite://", creator=lambda: connection)
    with engine.begin() as drawing:
        metadata.create_all(drawing)
    engine.dispose()
    connection.close()
    return path


def test_head_is_the_newest_script() -> None:
    scripts = ScriptDirectory.from_config(migration_config())

    assert scripts.get_current_head() == HEAD
    assert re.fullmatch(r"\d{4}", HEAD)


def test_a_migrated_store_has_the_tables_that_the_models_say(
    founded_store: Path, drawn_from_models: Path
) -> None:
    migrated = fingerprint(founded_store, "table")
    ours = {
        name: sql
        for name, sql in migrated.items()
        if not name.startswith(tuple(f"{table}_search" for table in SEARCHED))
    }
    ours.pop("alembic_version")
    ours.pop("sqlite_sequence")
    drawn = fingerprint(drawn_from_models, "table")
    drawn.pop("sqlite_sequence")

    assert ours == drawn


def test_a_migrated_store_has_the_indexes_that_the_models_say(
    founded_store: Path, drawn_from_models: Path
) -> None:
    assert fingerprint(founded_store, "index") == fingerprint(drawn_from_models, "index")


def test_a_migrated_store_guards_what_is_append_only_and_indexes_what_is_searched(
    founded_store: Path,
) -> None:
    assert set(fingerprint(founded_store, "trigger")) == GUARDS | INDEXERS
    searched = {name for name, sql in fingerprint(founded_store, "table").items() if "fts5" in sql}
    assert searched == {f"{table}_search" for table in SEARCHED}


# --- a store of an earlier program ----------------------------------------------------------

NEXT = """
import os, signal
from alembic import op

revision = "9000"
down_revision = "{head}"
branch_labels = None
depends_on = None

def upgrade():
    op.execute("CREATE TABLE gift (id INTEGER PRIMARY KEY) STRICT")
    op.execute("INSERT INTO gift DEFAULT VALUES")
    {then}
"""

Plan = Callable[[str], Path]


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Lets this program know one more revision, whose last step is given; scripts' folder."""

    def prepare(then: str) -> Path:
        folder = tmp_path / "scripts"
        shutil.copytree(Path(migrations.__file__).parent, folder)
        script = NEXT.format(head=HEAD, then=then)
        (folder / "versions" / "9000_next.py").write_text(script, encoding="utf-8")
        config = Config()
        config.set_main_option("script_location", str(folder))
        monkeypatch.setattr(migrations, "migration_config", lambda: config)
        monkeypatch.setattr(opening, "HEAD", "9000")
        return folder

    return prepare


def revision_of(path: Path) -> str:
    connection = sqlite3.connect(path)
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    connection.close()
    return str(revision)


def test_an_old_store_is_copied_and_then_migrated(shop: Shop, sale: Sale, plan: Plan) -> None:
    plan("pass")
    shop.close()
    again = shop_at(shop.places.home, Clock())

    (copy,) = shop.places.backups.glob("*.db")
    assert copy.name == "counter-20250308T020000Z-before-9000.db"
    assert revision_of(copy) == HEAD
    assert revision_of(again.places.store.path) == "9000"
    assert rows(again, "SELECT count(*) FROM gift") == [(1,)]
    assert rows(again, "SELECT receipt_no FROM receipt") == [(sale.receipt_no,)]
    again.close()


def test_a_migration_runs_once(shop: Shop, plan: Plan) -> None:
    plan("pass")
    for _ in range(2):
        shop.close()
        shop_at(shop.places.home, Clock()).close()

    assert len(list(shop.places.backups.glob("*.db"))) == 1


@pytest.mark.parametrize(
    ("then", "error"),
    [
        ("raise OverflowError('no more')", "no more"),
        ("op.execute('DELETE FROM customer')", "dangling references"),
    ],
)
def test_a_migration_that_fails_leaves_the_old_schema_and_all_rows(
    shop: Shop, sale: Sale, plan: Plan, then: str, error: str
) -> None:
    plan(then)
    before = fingerprint(shop.places.store.path, "table")
    shop.close()
    with pytest.raises((OverflowError, RuntimeError), match=error):
        shop_at(shop.places.home, Clock())

    assert fingerprint(shop.places.store.path, "table") == before
    assert revision_of(shop.places.store.path) == HEAD
    assert rows(shop, "SELECT id FROM customer") == [(sale.customer_id,)]


MIGRATE = """
import sys
from alembic.config import Config
from data import migrations, opening
from tests.premises import *
from pathlib import Path

config = Config()
config.set_main_option("script_location", sys.argv[2])
migrations.migration_config = lambda: config
opening.HEAD = "9000"
shop_at(Path(sys.argv[1]), Clock())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")
def test_a_migration_that_is_killed_leaves_the_old_schema(
    shop: Shop, sale: Sale, plan: Plan
) -> None:
    folder = plan("os.kill(os.getpid(), signal.SIGKILL)")
    before = fingerprint(shop.places.store.path, "table")
    shop.close()
    done = subprocess.run(
        [sys.executable, "-c", MIGRATE, str(shop.places.home), str(folder)],
        cwd=CHECKOUT,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    connection = connect(shop.places.store.path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert fingerprint(shop.places.store.path, "table") == before
    assert rows(shop, "SELECT receipt_no FROM receipt") == [(sale.receipt_no,)]


def test_a_migration_keeps_foreign_keys_off_and_they_are_on_again_after(
    shop: Shop, plan: Plan
) -> None:
    plan(
        "assert not op.get_bind().exec_driver_sql('PRAGMA foreign_keys').scalar();"
        "op.execute('DROP TABLE gift')"
    )
    shop.close()
    again = shop_at(shop.places.home, Clock())
    with again.store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    again.close()


def test_an_up_to_date_store_is_neither_copied_nor_written(shop: Shop) -> None:
    shop.close()
    before = shop.places.store.path.read_bytes()
    again = shop_at(shop.places.home, Clock())
    again.close()

    assert places_at(shop.places.home).store.path.read_bytes() == before
    assert not shop.places.backups.exists()


# --- from the first schema to the second ----------------------------------------------------

KEPT = (
    "SELECT * FROM ticket_event ORDER BY id",
    "SELECT * FROM sqlite_sequence ORDER BY name",
    "SELECT * FROM ticket ORDER BY id",
    "SELECT value FROM change_counter",
)


def without_newer_scripts(folder: Path, newest: str) -> Path:
    """A copy of the migrations in which ``newest`` is the last."""
    shutil.copytree(Path(migrations.__file__).parent, folder)
    for script in (folder / "versions").glob("[0-9]*.py"):
        if script.name[:4] > newest:
            script.unlink()
    return folder


def program_of(folder: Path, head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this program know the scripts in ``folder`` and nothing newer."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    monkeypatch.setattr(migrations, "migration_config", lambda: config)
    monkeypatch.setattr(opening, "HEAD", head)
    # An earlier program kept no versions of the return rules, and none of the service times.
    monkeypatch.setattr(founding, "begin_with", lambda *_: None)
    monkeypatch.setattr(first_service, "begin_with", lambda *_: None)
    monkeypatch.setattr(shop_module, "is_due", lambda *_: False)
    monkeypatch.setattr(first_service, "fit", lambda *_: None)
    monkeypatch.setattr(shop_module, "has_versions", lambda *_: True)
    # Nor did it keep clocks.
    monkeypatch.setattr(clock_keeping, "follow", lambda *_: None)
    monkeypatch.setattr(ticket_opening, "newest", lambda _: ServiceRules(1, {}, {}))


def write_first_phone(shop: Shop) -> None:
    """A telephone as the first schema had it."""
    with shop.writing(shop.system) as desk:
        desk.session.connection().exec_driver_sql(
            "INSERT INTO customer_phone (uid, change_no, version, customer_id, phone, digits, "
            "digits_backwards, active) "
            "SELECT 'phone', change_no, 1, id, '138-0013-5678', '13800135678', '87653100831', 1 "
            "FROM customer"
        )


@pytest.fixture
def first_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that the first program founded and worked with; its file."""
    with monkeypatch.context() as earlier:
        program_of(without_newer_scripts(tmp_path / "earlier", "0001"), "0001", earlier)
        shop = shop_at(tmp_path / "home", Clock())
        sale, sun = sell(shop, phone=False), hire(shop, "sun", Role.SUPERVISOR)
        write_first_phone(shop)
        for step in range(3):
            with shop.writing(sun) as desk:
                draft = tickets.TicketDraft("repair", "Cooker", receipt_no=sale.receipt_no)
                head = tickets.open_ticket(desk, draft)
            with shop.writing(sun) as desk:
                tickets.note(desk, head.no, f"Note {step}")
        with shop.writing(sun) as desk:  # a key that was given out and is not the greatest left
            desk.session.connection().exec_driver_sql(
                "UPDATE sqlite_sequence SET seq = 90 WHERE name = 'ticket_event'"
            )
        shop.close()
    return places_at(tmp_path / "home").store.path


def migrate(path: Path) -> None:
    """Move a store to the newest schema, and write nothing else into it."""
    places = places_at(path.parent)
    opening.prepare(places.store, now=Clock()(), backups=places.backups)


def kept_in(path: Path) -> list[list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    found = [connection.execute(question).fetchall() for question in KEPT]
    connection.close()
    return found


def test_the_first_schema_migrates_to_that_of_a_new_store(
    first_store: Path, founded_store: Path
) -> None:
    assert "undo" not in fingerprint(first_store, "table")["ticket_event"]
    shop_at(first_store.parent, Clock()).close()

    assert revision_of(first_store) == HEAD
    for kind in ("table", "index", "trigger"):
        assert fingerprint(first_store, kind) == fingerprint(founded_store, kind)


def test_the_events_keep_every_value_and_the_keys_are_never_given_twice(first_store: Path) -> None:
    before = kept_in(first_store)
    migrate(first_store)

    assert kept_in(first_store) == before
    assert len(before[0]) == 6
    assert ("ticket_event", 90) in before[1]


def test_phones_of_the_first_store_are_found_by_digits_in_the_middle(first_store: Path) -> None:
    again = shop_at(first_store.parent, Clock())

    with again.reading(again.system) as desk:
        assert [hit.id for hit in find(desk.reader, "01356")] == [1]
    assert rows(again, "SELECT tail, phone_id FROM customer_phone_tail ORDER BY length(tail)") == [
        ("13800135678"[-length:], 1) for length in range(3, 12)
    ]
    again.close()


STOP_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from alembic import op
from tests.premises import Clock, shop_at

rename = op.rename_table
def killed(*names):
    rename(*names)
    os.kill(os.getpid(), signal.SIGKILL)

op.rename_table = killed
shop_at(Path(sys.argv[1]), Clock())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")
def test_events_are_all_there_when_their_move_is_killed(
    first_store: Path, founded_store: Path
) -> None:
    before, schema = kept_in(first_store), fingerprint(first_store, "table")
    done = subprocess.run(
        [sys.executable, "-c", STOP_IN_THE_MIDDLE, str(first_store.parent)],
        cwd=CHECKOUT,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert (kept_in(first_store), fingerprint(first_store, "table")) == (before, schema)
    migrate(first_store)
    assert fingerprint(first_store, "table") == fingerprint(founded_store, "table")
    assert kept_in(first_store) == before
