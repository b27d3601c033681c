"""What is imported when: the first frame must not wait for libraries that only saving needs.

Static contracts cannot see whether a deferred import is really deferred; ``sys.modules`` of a
fresh process can.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from counter.signin import hash_pin
from models.terms import Role
from tests.premises import PIN, Clock, hire, sell, shop_at

CHECKOUT = Path(__file__).parents[2]

TABLES = {"alembic", "pydantic", "pypinyin", "sqlalchemy", "sqlmodel"}
"""What saving needs, and what it brings along."""
LARGE = {"asyncio", "rich", "textual"}
"""What screens need."""
SETTING_UP = {"alembic", "filelock"}
"""What only a store needs that is new or of an earlier version."""

VOCABULARY = "import models.terms, models.views, models.errors"

HELP = """
import sys
from counter.__main__ import main
sys.argv = ["counter", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""

# A command that ends well, or with 1 where it finds nothing.
COMMAND = f"""
import io, sys
from counter.__main__ import main
sys.argv = ["counter", *{{words!r}}, "--as", "li", "--pin-stdin"]
sys.stdin = io.StringIO("{PIN}\\n")
try:
    main()
except SystemExit as end:
    assert end.code in (None, 0, 1), end.code
"""

CHECK = """
import io, json, sys
from counter.__main__ import main
case = {"purchase_date": "2025-03-03", "checked_on": "2025-03-05", "reason": "no_reason"}
sys.argv = ["counter", "check", "--json"]
sys.stdin = io.TextIOWrapper(io.BytesIO(json.dumps(case).encode()))
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""

CLOCK = """
import io, json, sys
from counter.__main__ import main
line = {
    "calendar": "repair", "clock": "resolution", "priority": "P2",
    "created_at": "2025-03-05T10:00+08:00",
}
sys.argv = ["counter", "clock", "--json"]
sys.stdin = io.TextIOWrapper(io.BytesIO(json.dumps(line).encode()))
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""

CHECK_LINE = """
import sys
from counter.__main__ import main
line = ("20250303-0117", "2", "--reason", "no_reason", "-s", "opened=true", "--on", "2025-03-05")
sys.argv = ["counter", "check", *line]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""

# The modules are noted when Textual says that the first screen stands, and before the application
# goes on to open the store.
FIRST_SCREEN = """
import asyncio
from screens.app import CounterApp

def on_ready(app):
    note()
    app.exit()

CounterApp.on_ready = on_ready
asyncio.run(CounterApp().run_async(headless=True, size=(80, 24)))
"""

# A person signs in and sees the queue; nothing else is pressed.
QUEUE = f"""
import asyncio
from screens.app import CounterApp
from screens.home import Home

async def run():
    app = CounterApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await asyncio.wait_for(app.opened.wait(), 30)
        await pilot.press("l", "i", "enter", *"{PIN}", "enter")
        while not (isinstance(app.screen, Home) and app.numbers is not None):
            await pilot.pause(0.05)
        await app.workers.wait_for_complete()
        note()

asyncio.run(run())
"""

NOTE = """
import json, sys

def note():
    with open({path!r}, "w", encoding="utf-8") as file:
        json.dump(sorted(name for name in sys.modules if "." not in name), file)
"""


def loaded_by(script: str, folder: Path) -> set[str]:
    """The top-level modules a fresh process has loaded where ``script`` calls ``note`` or ends."""
    notes = folder / "modules.json"
    source = NOTE.format(path=str(notes)) + script + ("" if "note()" in script else "\nnote()\n")
    environment = {name: value for name, value in os.environ.items() if name[:7] != "TEXTUAL"}
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=CHECKOUT,
        env={**environment, "COUNTER_HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(notes.read_text(encoding="utf-8")))


def test_vocabulary_loads_no_table_library(tmp_path: Path) -> None:
    loaded = loaded_by(VOCABULARY, tmp_path)

    assert "models" in loaded
    assert loaded & {"pydantic", "sqlalchemy", "sqlmodel", "textual", "typer"} == set()


def test_help_loads_neither_tables_nor_screens(tmp_path: Path) -> None:
    loaded = loaded_by(HELP, tmp_path)

    assert "typer" in loaded
    assert loaded & (TABLES | {"textual"}) == set()


def test_first_screen_loads_neither_tables_nor_commands(tmp_path: Path) -> None:
    loaded = loaded_by(FIRST_SCREEN, tmp_path)

    assert "textual" in loaded
    assert loaded & (TABLES | {"typer"}) == set()


@pytest.mark.parametrize(
    "words",
    [
        ("ticket", "list"),
        ("ticket", "list", "--view", "mine", "--limit", "7", "--json"),
        ("find", "5678", "--limit", "7"),
        ("staff", "list"),
        ("return", "list"),
        ("return", "list", "--view", "ended", "--limit", "7", "--json"),
        ("return", "cash-up", "--day", "2025-03-08"),
        ("overdue",),
        ("overdue", "--soon", "--json"),
        ("overdue", "--csv"),
        ("return", "show", "R-20250303-0001"),
        ("return", "slip", "R-20250303-0001"),
    ],
    ids=" ".join,
)
def test_a_command_that_reads_brings_in_only_what_it_needs(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    shop = shop_at(tmp_path / "home", Clock())
    hire(shop, "li", Role.CLERK, hash_pin(PIN))
    shop.close()

    loaded = loaded_by(COMMAND.format(words=words), tmp_path)

    assert {"argon2", "typer"} <= loaded
    assert loaded & TABLES == set()
    assert loaded & LARGE == set()
    assert loaded & SETTING_UP == set()


def test_a_return_is_judged_without_tables_and_without_the_library_of_holidays(
    tmp_path: Path,
) -> None:
    loaded = loaded_by(CHECK, tmp_path)

    assert "typer" in loaded
    assert loaded & (TABLES | LARGE | SETTING_UP | {"holidays", "data.rest_days"}) == set()


@pytest.mark.parametrize("founded", [False, True], ids=["without a store", "of a store"])
def test_a_clock_is_answered_without_tables(tmp_path: Path, founded: bool) -> None:
    if founded:
        shop_at(tmp_path / "home", Clock()).close()

    loaded = loaded_by(CLOCK, tmp_path)

    assert "typer" in loaded
    assert loaded & (TABLES | LARGE | SETTING_UP | {"holidays"}) == set()
    assert (tmp_path / "home").exists() == founded


def test_goods_of_the_store_are_judged_without_tables_and_screens(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "home", Clock())
    sell(shop)
    shop.close()

    loaded = loaded_by(CHECK_LINE, tmp_path)

    assert "typer" in loaded
    assert loaded & (TABLES | LARGE | SETTING_UP | {"argon2", "holidays"}) == set()


def test_the_queue_is_shown_without_tables(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "home", Clock())
    hire(shop, "li", Role.CLERK, hash_pin(PIN))
    shop.close()

    loaded = loaded_by(QUEUE, tmp_path)

    assert "textual" in loaded
    assert loaded & (TABLES | {"typer"}) == set()
