"""Somebody reads and never ends: the log grows, nobody waits, and it is folded when they go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counter import drafts, tickets
from counter.desk import Actor
from counter.shop import Shop
from data import checks
from data.damage import log_of
from data.driver import connect, sqlite3
from screens.customer import CustomerScreen
from screens.receipt import ReceiptScreen
from screens.ticket import TicketScreen
from tests.faults.clerks import start
from tests.faults.judging import assert_whole
from tests.premises import Sale
from tests.screens.cases import case, work
from tests.screens.front import Front, at_counter


def assert_nobody_reads(store: Path) -> None:
    """The whole log can be folded and cut: no connection keeps an old page of it."""
    connection = connect(store)
    try:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    finally:
        connection.close()


def cut_to(store: Path) -> int:
    """Bytes that a log is cut to when it begins anew."""
    connection = connect(store)
    (limit,) = connection.execute("PRAGMA journal_size_limit").fetchone()
    connection.close()
    return int(limit)


def write_until_the_log_is_beyond(limit: int, store: Path) -> int:
    """Many small savings by a driver that does not wait for the disk; how many."""
    connection = connect(store)
    connection.execute("PRAGMA synchronous = OFF")
    commits = 0
    while log_of(store).stat().st_size <= limit:
        content = json.dumps({"summary": "Lid " * 10_000, "body": str(commits)})
        connection.execute("UPDATE draft SET content = ?", (content,))
        commits += 1
    connection.close()
    return commits


def test_the_log_grows_beside_a_forgotten_reader_and_is_folded_when_it_has_gone(
    shop: Shop, clerk: Actor
) -> None:
    store = shop.places.store.path
    with shop.writing(clerk) as desk:
        drafts.save(desk, "intake", {"summary": "Lid"})
    assert cut_to(store) == checks.LOG_LIMIT
    reader = start("look", shop, clerk)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "looks at 0\n"
    assert checks.log_bytes(shop.places.store) < checks.LOG_LIMIT

    assert write_until_the_log_is_beyond(checks.LOG_LIMIT, store) > 1_000
    no = case(shop, clerk).no  # nobody waits
    assert checks.log_bytes(shop.places.store) > checks.LOG_LIMIT

    assert reader.communicate("go\n")[1] == ""
    for _ in range(2):  # the first folds the log, the second begins it anew and cuts it
        work(shop, clerk, lambda desk: tickets.note(desk, no, "Seen"))
    assert checks.log_bytes(shop.places.store) <= checks.LOG_LIMIT
    assert_nobody_reads(store)
    assert_whole(shop)


def test_rows_that_are_not_read_to_the_end_are_no_forgotten_reader(
    shop: Shop, clerk: Actor
) -> None:
    for _ in range(3):
        case(shop, clerk)
    with shop.reading(clerk) as desk:
        rest = desk.reader.each("SELECT no FROM ticket")
        assert next(rest)
    case(shop, clerk)

    assert_nobody_reads(shop.places.store.path)
    with pytest.raises(sqlite3.ProgrammingError):
        next(rest)


def test_a_watch_reads_nothing_that_lasts(shop: Shop, clerk: Actor) -> None:
    watch = shop.watch()
    case(shop, clerk)
    assert watch.changed()
    case(shop, clerk)

    assert_nobody_reads(shop.places.store.path)
    watch.close()


async def through_modes(front: Front) -> None:
    for mode in ("home", "intake", "tickets", "staff", "imports", "keys"):
        front.app.action_go(mode)
        await front.until(lambda: front.app.current_mode == mode)  # noqa: B023  at once
        await settled(front)


async def settled(front: Front) -> None:
    """What the screen reads is read; a colleague writes; the screen reads again."""
    await front.until(lambda: front.app.screen.is_mounted)
    await front.app.workers.wait_for_complete()
    shop, system = front.app.shop, front.app.shop.system
    with shop.writing(system) as desk:
        desk.work.audit("test.wrote")
    await front.pilot.pause(0.05)
    await front.app.workers.wait_for_complete()
    assert_nobody_reads(shop.places.store.path)


def test_no_screen_holds_the_store_once_it_has_read(
    shop: Shop, supervisor: Actor, sale: Sale
) -> None:
    no = case(shop, supervisor, receipt_no=sale.receipt_no).no

    async def play(front: Front) -> None:
        await settled(front)
        await through_modes(front)
        for screen in (
            TicketScreen(no),
            CustomerScreen(sale.customer_id),
            ReceiptScreen(sale.receipt_no),
        ):
            await front.push(screen)
            await settled(front)
        front.app.action_lock()
        await front.until(lambda: front.app.current_mode == "sign_in")
        await settled(front)

    at_counter(shop, play, actor=supervisor)
