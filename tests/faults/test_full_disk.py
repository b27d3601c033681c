"""A disk that gets full: a sentence, nothing by half, and on it goes when there is space again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from counter import drafts, tickets
from counter.demo import write_receipts
from counter.desk import Actor
from counter.exporting import export_batch, list_batches, verify_batch
from counter.importing import import_file
from counter.safekeeping import back_up_store
from counter.shop import Shop
from counter.signin import sign_in
from data import backup
from data.backup import back_up
from data.driver import connect
from data.migrations import HEAD
from models.errors import CounterError, FileRefused, StoreUnusable
from models.terms import ImportKind
from screens.ticket import TicketScreen
from tests.data.test_migrations import fingerprint, revision_of
from tests.faults.disks import Disk, LimitedFiles, SmallDisk, mounted, unmount
from tests.faults.earlier import TICKETS, earlier_store
from tests.faults.judging import assert_whole
from tests.premises import PIN, Clock, rows, shop_at
from tests.screens.front import Front, at_counter
from tests.screens.test_intake import intake

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such limit on this system")

SAID = ("is full", "disk I/O error", "no room for a copy")
"""A disk that is full says so itself; a file that may not grow is an error of the disk."""


@pytest.fixture(params=["files that cannot grow", "a small disk"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "files that cannot grow":
        yield LimitedFiles(tmp_path)
        return
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder):
        pytest.skip("only root may mount a small disk, on Linux")
    yield SmallDisk(folder)
    unmount(folder)


@pytest.fixture
def shop(disk: Disk, clock: Clock, founded_store: Path) -> Iterator[Shop]:
    opened = shop_at(disk.folder / "home", clock, founded_store)
    yield opened
    opened.close()


def assert_says_it_is_full(error: CounterError) -> None:
    assert any(words in str(error) for words in SAID), str(error)


def assert_nobody_holds_it(shop: Shop) -> None:
    """No transaction of ours is open: another writer has its turn at once, and the log is free."""
    other = connect(shop.places.store.path)
    other.execute("PRAGMA busy_timeout = 0")
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


def save(shop: Shop, clerk: Actor) -> str:
    draft = tickets.TicketDraft("return", "Towel", "It is too thin. " * 200)
    with shop.writing(clerk) as desk:
        return tickets.open_ticket(desk, draft).no


@pytest.mark.parametrize("spare", [0, 50_000, 300_000])
def test_every_ticket_that_was_saved_is_there_and_the_others_are_refused_in_words(
    disk: Disk, shop: Shop, clerk: Actor, spare: int
) -> None:
    saved = [save(shop, clerk)]

    def go_on() -> None:
        for _ in range(1000):
            saved.append(save(shop, clerk))

    with disk.full(spare), pytest.raises(StoreUnusable) as refused:
        go_on()
    assert_says_it_is_full(refused.value)
    assert_nobody_holds_it(shop)
    assert [no for (no,) in rows(shop, "SELECT no FROM ticket ORDER BY id")] == saved

    saved.append(save(shop, clerk))
    assert [no for (no,) in rows(shop, "SELECT no FROM ticket ORDER BY id")] == saved
    assert_whole(shop)


def test_a_draft_that_cannot_be_kept_leaves_the_one_before(
    disk: Disk, shop: Shop, clerk: Actor
) -> None:
    said = []

    def keep(text: str) -> None:
        with shop.writing(clerk) as desk:
            drafts.save(desk, "intake", {"summary": text})
        said.append(text)

    def go_on() -> None:
        for number in range(2000):
            keep(f"Lid {number}" * 50)

    def kept() -> str:
        with shop.reading(clerk) as desk:
            (draft,) = drafts.drafts_of(desk)
        return str(draft.content["summary"])

    keep("Lid")
    with disk.full(), pytest.raises(StoreUnusable) as refused:
        go_on()
    assert_says_it_is_full(refused.value)
    assert kept() == said[-1]
    keep("Lid is loose")
    assert kept() == "Lid is loose"
    assert_whole(shop)


def test_what_is_typed_stays_on_the_screen_until_it_can_be_saved(
    disk: Disk, shop: Shop, clerk: Actor
) -> None:
    async def play(front: Front) -> None:
        form = await intake(front)
        form.fill({"kind": "inquiry", "summary": "Lid is loose"})
        with disk.full():
            await front.press("ctrl+s")
            await front.until(lambda: any(words in front.status for words in SAID))
            assert form.values()["summary"] == "Lid is loose"
        await front.press("ctrl+s")
        await front.reaches(TicketScreen)

    shop.close()  # the log begins anew: there is nothing in it that can be written over
    at_counter(shop, play, actor=clerk)
    assert rows(shop, "SELECT summary FROM ticket") == [("Lid is loose",)]
    assert rows(shop, "SELECT count(*) FROM draft") == [(0,)]


def test_signing_in_on_a_full_disk_is_possible_or_refused_in_words(
    disk: Disk, shop: Shop, clerk: Actor
) -> None:
    with disk.full():
        try:
            assert sign_in(shop, "li", PIN) == clerk
        except StoreUnusable as error:
            assert_says_it_is_full(error)
    assert sign_in(shop, "li", PIN) == clerk


def test_an_import_goes_on_where_the_disk_was_full(
    disk: Disk, shop: Shop, supervisor: Actor, tmp_path: Path
) -> None:
    till = tmp_path / "till.csv"
    write_receipts(till, lines=6_000)
    with disk.full(1_500_000), pytest.raises(CounterError) as refused:
        import_file(shop, supervisor, ImportKind.RECEIPTS, till)
    assert_says_it_is_full(refused.value)
    assert_nobody_holds_it(shop)
    ((reached, status),) = rows(shop, "SELECT next_row, status FROM import_batch")
    assert 0 < reached < 6_000
    assert status == "running"
    assert rows(shop, "SELECT count(*) FROM receipt_line") == [(reached,)]
    assert_whole(shop)

    summary = import_file(shop, supervisor, ImportKind.RECEIPTS, till)
    assert (summary.rows, summary.accepted, summary.rejected) == (6_000, 6_000, 0)
    assert rows(shop, "SELECT count(*) FROM receipt_line") == [(6_000,)]
    assert rows(shop, "SELECT count(*) FROM import_batch") == [(1,)]
    assert_whole(shop)


@pytest.mark.parametrize("spare", [0, 40_000])
def test_an_export_publishes_nothing_and_the_next_one_sends_all(
    disk: Disk, shop: Shop, clerk: Actor, spare: int
) -> None:
    first = export_batch(shop, shop.system)
    saved = [save(shop, clerk) for _ in range(20)]
    with disk.full(spare), pytest.raises(CounterError) as refused:
        export_batch(shop, shop.system)
    assert_says_it_is_full(refused.value)
    assert [path.name for path in first.folder.parent.iterdir()] == [first.folder.name]
    assert_nobody_holds_it(shop)

    second = export_batch(shop, shop.system)
    assert (second.batch, second.tables["ticket"]) == (2, len(saved))
    assert verify_batch(second.folder).sound
    assert [row.status for row in list_batches(shop, shop.system)] == ["verified", "verified"]
    assert_whole(shop)


@pytest.mark.parametrize("spare", [0, 100_000])
def test_a_copy_of_the_store_is_whole_or_not_there(disk: Disk, shop: Shop, spare: int) -> None:
    with disk.full(spare), pytest.raises(CounterError) as refused:
        back_up_store(shop, shop.system)
    assert_says_it_is_full(refused.value)
    backups = shop.places.backups
    assert not backups.exists() or list(backups.iterdir()) == []
    assert_nobody_holds_it(shop)

    assert back_up_store(shop, shop.system).exists()
    assert_whole(shop)


@pytest.fixture
def old_store(disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that the first program founded; its file."""
    return earlier_store(disk.folder / "old", tmp_path / "scripts", monkeypatch)


def assert_migrates(old_store: Path) -> None:
    """What was there before is there, in today's schema."""
    again = shop_at(old_store.parent, Clock())
    assert revision_of(old_store) == HEAD
    assert rows(again, "SELECT count(*) FROM ticket") == [(TICKETS,)]
    assert_whole(again)
    again.close()


def test_a_store_that_cannot_be_copied_is_not_migrated(disk: Disk, old_store: Path) -> None:
    room = old_store.stat().st_size // 2
    with disk.full(room), pytest.raises((FileRefused, StoreUnusable)) as refused:
        shop_at(old_store.parent, Clock())
    assert_says_it_is_full(refused.value)
    assert revision_of(old_store) == "0001"
    assert_migrates(old_store)


def test_a_store_that_cannot_be_migrated_stays_the_old_one(
    disk: Disk, old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(old_store, "table")
    with ExitStack() as full:

        def copy(*words: Any) -> Path:
            path = back_up(*words)
            full.enter_context(disk.full(40_000))
            return path

        monkeypatch.setattr(backup, "back_up", copy)
        with pytest.raises(StoreUnusable) as refused:
            shop_at(old_store.parent, Clock())
    monkeypatch.undo()
    assert_says_it_is_full(refused.value)
    assert fingerprint(old_store, "table") == before
    assert_migrates(old_store)


def test_a_shop_that_cannot_be_founded_can_be_later(disk: Disk) -> None:
    home = disk.folder / "new"
    with disk.full(), pytest.raises(StoreUnusable) as refused:
        shop_at(home, Clock()).close()
    assert_says_it_is_full(refused.value)

    founded = shop_at(home, Clock())
    assert_whole(founded)
    founded.close()
