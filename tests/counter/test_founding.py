from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

from counter.founding import (
    FirstSupervisor,
    SiteDraft,
    begin,
    describe_site,
    found,
    speak,
)
from counter.settings import load_settings
from counter.shop import Shop
from data.restoring import EPOCH
from data.store import Author, UnitOfWork
from models.errors import CounterError, InvalidInput
from tests.premises import Clock, places_at, rows, shop_at


def test_a_fresh_store_has_a_site_a_system_row_and_an_epoch(shop: Shop) -> None:
    (epoch,) = rows(shop, "SELECT value FROM store_fact WHERE name = :name", name=EPOCH)

    assert uuid.UUID(epoch[0]).version == 4
    assert rows(shop, "SELECT login, active, pin_hash FROM staff") == [("system", 0, None)]
    assert (shop.site.code, shop.site.zone.key, shop.site.currency) == (
        "SHOP",
        "Asia/Shanghai",
        "CNY",
    )


def test_each_store_has_an_epoch_of_its_own(shop: Shop, tmp_path: Path) -> None:
    other = shop_at(tmp_path / "other", Clock())

    assert rows(other, "SELECT value FROM store_fact") != rows(shop, "SELECT value FROM store_fact")
    other.close()


def test_founding_twice_changes_nothing(shop: Shop) -> None:
    before = [rows(shop, f"SELECT * FROM {name}") for name in ("site", "staff", "store_fact")]
    found(shop)

    assert [
        rows(shop, f"SELECT * FROM {name}") for name in ("site", "staff", "store_fact")
    ] == before


def test_the_site_is_described_and_what_is_not_named_stays(shop: Shop) -> None:
    with shop.writing(shop.system) as desk:
        describe_site(desk, SiteDraft(name=" 枫叶街店 ", zone="Europe/London"))
    shop.site_changed()

    assert (shop.site.name, shop.site.zone.key) == ("枫叶街店", "Europe/London")
    assert (shop.site.code, shop.site.currency) == ("SHOP", "CNY")


def test_every_impossible_value_is_named_and_nothing_is_changed(shop: Shop) -> None:
    draft = SiteDraft("x" * 81, "m 1", "fr", "Mars/Base", "yuan")
    with pytest.raises(InvalidInput) as refused, shop.writing(shop.system) as desk:
        describe_site(desk, draft)

    fields = [fault.field for fault in refused.value.faults]
    assert fields == ["name", "code", "language", "zone", "currency"]
    assert rows(shop, "SELECT name, version FROM site") == [("Counter", 1)]


def begin_here(shop: Shop, login: str) -> str:
    """A first run; the login, or the error's code."""
    person = FirstSupervisor(login, login.capitalize(), "573829")
    try:
        return begin(shop, SiteDraft(name=login), person).login
    except CounterError as error:
        return error.code


def test_a_second_first_run_is_refused_and_changes_nothing(shop: Shop) -> None:
    assert begin_here(shop, "sun") == "sun"
    before = rows(shop, "SELECT * FROM site")

    assert begin_here(shop, "zhou") == "wrong_state"
    assert rows(shop, "SELECT * FROM site") == before
    assert rows(shop, "SELECT login FROM staff ORDER BY id") == [("system",), ("sun",)]


def test_of_two_first_runs_at_once_one_sets_the_shop_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked whether anybody works here before either wrote: the worst moment."""
    together = Barrier(2)
    writing = shop.store.writing

    @contextmanager
    def writing_together(author: Author, now: datetime) -> Iterator[UnitOfWork]:
        with suppress(BrokenBarrierError):
            together.wait(timeout=2)
        with writing(author, now) as work:
            yield work

    shop.warm_up()
    monkeypatch.setattr(shop.store, "writing", writing_together)
    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(lambda login: begin_here(shop, login), ["sun", "zhou"]))

    assert "wrong_state" in said
    assert rows(shop, "SELECT count(*) FROM staff") == [(2,)]


def test_the_language_is_written_beside_the_other_settings(tmp_path: Path) -> None:
    places = places_at(tmp_path / "home")
    speak(places, "zh_CN")
    text = places.settings_file.read_text(encoding="utf-8")
    places.settings_file.write_text(f"# ours\nlock_after_minutes = 3\n{text}", encoding="utf-8")
    speak(places, "en")

    settings = load_settings(places)
    assert (settings.language, settings.lock_after_minutes) == ("en", 3)
    assert "# ours" in places.settings_file.read_text(encoding="utf-8")
