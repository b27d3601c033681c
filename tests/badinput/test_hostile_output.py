"""What people wrote comes out of every command and file as text: for terminals, for programs, and
for spreadsheets."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from counter.exporting import export_view
from data import driver
from models.text import clean_text
from tests.badinput.shell import HOSTILE, OBEYED, Shell
from tests.premises import Clock, shop_at


def poison(store: Path, text: str) -> None:
    """Write ``text`` into every free text of the store, past everything that would clean it."""
    with closing(driver.connect(store)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        named = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        for (name,) in named.fetchall():
            if not name.endswith(("_ai", "_au", "_ad")):
                connection.execute(f'DROP TRIGGER "{name}"')
        for change in (
            "UPDATE site SET name = :text",
            "UPDATE staff SET name = :text WHERE login <> 'system'",
            "UPDATE customer SET name = :text, search_text = 'lid'",
            "UPDATE product SET name = :text",
            "UPDATE receipt_line SET serial_no = :text WHERE line_no = 1",
            "UPDATE ticket SET summary = :text, body = :text, department = :text",
            "UPDATE ticket_event SET text = :text",
        ):
            connection.execute(change, {"text": text})
        connection.execute("COMMIT")


def texts(value: Any) -> list[str]:
    """Every text of a JSON document."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_typed_comes_back_cleaned_from_every_command(shell: Shell, text: str) -> None:
    cleaned = clean_text(text)
    words = ("ticket", "new", "-k", "return", f"--body={text}", f"--customer-name={text}")
    made = shell.answer(*words, "--", text)
    no = made["no"]
    shell.answer("ticket", "note", "--", no, text)
    shell.answer("ticket", "assign", no, f"--department={text[:60]}")

    assert made["summary"] == cleaned
    shown = shell.answer("ticket", "show", no)
    assert (shown["summary"], shown["body"]) == (cleaned, clean_text(text, lines=True))
    assert clean_text(text, lines=True) in texts(shown["events"])
    plain = shell.work("ticket", "show", no).stdout + shell.work("ticket", "list").stdout
    assert plain.count(cleaned) >= 3
    assert shell.work("find", no).exit_code == 0


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_got_into_the_store_some_other_way_is_harmless_wherever_it_is_said(
    shell: Shell, text: str
) -> None:
    no = shell.answer("ticket", "new", "-k", "return", "-r", "20250303-0117/1", "Lid")["no"]
    poison(shell.store, text)

    for words in (
        ("ticket", "list", "-v", "all"),
        ("ticket", "show", no),
        ("find", no),
        ("find", "lid"),
        ("staff", "list"),
    ):
        assert clean_text(text)[:40] in shell.work(*words).stdout
        assert text in texts(shell.answer(*words))
    for machine in (("init",), ("doctor",), ("export", "list"), ("backup",)):
        shell.type(*machine)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_batch_keeps_every_text_and_reads_back_sound(shell: Shell, text: str) -> None:
    shell.answer("ticket", "new", "-k", "return", f"--body={text}", "--", text)
    batch = Path(json.loads(shell.type("export", "--json").stdout)["folder"])

    assert shell.type("export", "verify", str(batch)).exit_code == 0
    with next(batch.glob("ticket.csv")).open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["summary"], row["body"]) == (clean_text(text), clean_text(text, lines=True))
    for path in batch.iterdir():
        written = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        assert OBEYED.search(written) is None, path.name


def test_a_view_for_a_spreadsheet_runs_nothing(shell: Shell) -> None:
    poisoned = [(clean_text(text), number) for number, text in enumerate(HOSTILE.values())]
    shop = shop_at(shell.home, Clock())
    with shop.reading(shop.system) as desk:
        written = export_view(desk, shell.home / "exports", "tickets", ("About", "No"), poisoned)
    shop.close()

    with written.path.open(encoding="utf-8-sig", newline="") as file:
        _header, *lines = csv.reader(file)
    assert [cells[1].removeprefix("'") for cells in lines] == [text for text, _number in poisoned]
    assert not [cells for cells in lines if cells[1].startswith(("=", "+", "-", "@"))]
