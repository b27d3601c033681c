from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from counter.desk import Actor
from counter.safekeeping import back_up_store
from counter.shop import Shop
from counter.tickets import TicketDraft, open_ticket
from data import backup
from data.backup import back_up
from data.driver import sqlite3
from models.errors import FileRefused
from tests.premises import MORNING, Clock, places_at, rows, shop_at


@pytest.fixture
def with_a_ticket(shop: Shop, clerk: Actor) -> Shop:
    with shop.writing(clerk) as desk:
        open_ticket(desk, TicketDraft(kind="return", summary="Towel with a hole"))
    return shop


def test_a_copy_opens_as_the_same_shop(with_a_ticket: Shop, tmp_path: Path) -> None:
    copy = back_up(with_a_ticket.places.store, tmp_path / "copies", MORNING)
    home = tmp_path / "restored"
    restored = shop_at(home, Clock(), founded=copy)

    question = "SELECT * FROM ticket JOIN ticket_event ON ticket_id = ticket.id"
    assert rows(restored, question) == rows(with_a_ticket, question)
    assert rows(restored, "SELECT rowid FROM ticket_search('towel')") == [(1,)]
    restored.close()
    assert places_at(home).store.path.exists()


def test_the_hash_beside_the_copy_is_the_copys(with_a_ticket: Shop, tmp_path: Path) -> None:
    copy = back_up(with_a_ticket.places.store, tmp_path, MORNING)
    digest, name = copy.with_suffix(".db.sha256").read_text(encoding="ascii").split()

    assert name == copy.name
    assert digest == hashlib.sha256(copy.read_bytes()).hexdigest()


def test_a_copy_is_named_for_its_moment_and_never_replaced(shop: Shop, tmp_path: Path) -> None:
    names = [back_up(shop.places.store, tmp_path, MORNING).name for _ in range(3)]

    assert names == [
        "counter-20250308T020000Z.db",
        "counter-20250308T020000Z-2.db",
        "counter-20250308T020000Z-3.db",
    ]


def test_a_copy_is_taken_while_somebody_writes(
    with_a_ticket: Shop, clerk: Actor, tmp_path: Path
) -> None:
    with with_a_ticket.writing(clerk) as desk:
        open_ticket(desk, TicketDraft(kind="return", summary="Not yet saved"))
        copy = back_up(with_a_ticket.places.store, tmp_path, MORNING)

    kept = sqlite3.connect(copy)
    summaries = kept.execute("SELECT summary FROM ticket").fetchall()
    kept.close()
    assert summaries == [("Towel with a hole",)]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are not kept as bits on this system")
def test_only_this_account_can_read_a_copy(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    back_up(shop.places.store, folder, MORNING)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_copy_that_does_not_verify_is_not_kept(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[4096:8192] = bytes(4096)
        path.write_bytes(content)
        check(path)

    check = backup._check
    monkeypatch.setattr(backup, "_check", damage)

    with pytest.raises(FileRefused, match="does not verify"):
        back_up(shop.places.store, tmp_path / "copies", MORNING)
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_words(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("a file", encoding="utf-8")

    with pytest.raises(FileRefused, match=r"copies cannot be written: File exists"):
        back_up(shop.places.store, tmp_path / "copies", MORNING)


def test_a_backup_is_in_the_audit_trail(shop: Shop) -> None:
    path = back_up_store(shop, shop.system)

    assert path.parent == shop.places.backups
    last = rows(shop, "SELECT action, diff FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert last == [("store.backup", f'{{"file":"{path.name}"}}')]


def test_a_copy_says_that_it_is_one_and_the_store_does_not(shop: Shop, tmp_path: Path) -> None:
    copy = back_up(shop.places.store, tmp_path, MORNING)

    kept = sqlite3.connect(copy)
    facts = dict(kept.execute("SELECT name, value FROM store_fact").fetchall())
    kept.close()
    assert facts["copied_from"] == facts["epoch"]
    assert rows(shop, "SELECT name FROM store_fact") == [("epoch",)]


def test_copy_and_hash_are_synced_before_they_have_their_names(
    shop: Shop, tmp_path: Path, syncs: list[str]
) -> None:
    name = back_up(shop.places.store, tmp_path, MORNING).name

    files = ["sync file", f"rename to {name}", "sync file", f"rename to {name}.sha256"]
    assert syncs == files + ["sync folder"] * (sys.platform != "win32")
