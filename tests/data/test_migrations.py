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

from counter.shop import Shop
from data import migrations, opening
from data.driver import connect, sqlite3
from data.migrations import HEAD, migration_config
from models.schema import metadata
from tests.premises import Clock, Sale, places_at, rows, shop_at

CHECKOUT = Path(__file__).parents[2]

APPEND_ONLY = (
    "audit_entry",
    "condition_check",
    "contact_attempt",
    "eligibility_decision",
    "points_entry",
    "ticket_event",
    "till_return",
)
GUARDS = {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")}
SEARCHED = ("customer", "ticket")
INDEXERS = {f"{table}_search_{step}" for table in SEARCHED for step in ("add", "drop", "move")}


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
