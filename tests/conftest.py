"""What every test may ask for: a machine of its own, a clock, a shop and its people."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter import language
from counter.desk import Actor
from counter.shop import Shop
from counter.signin import hash_pin
from models.terms import Role
from tests.premises import PIN, Clock, Sale, hire, places_at, sell, shop_at

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LANG", "LANGUAGE")


@pytest.fixture(scope="session")
def _nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nowhere")


@pytest.fixture(autouse=True)
def _own_machine(monkeypatch: pytest.MonkeyPatch, _nowhere: Path) -> Iterator[None]:
    """No setting of whoever runs the tests reaches them, and their files stay untouched."""
    for name in tuple(os.environ):
        if name.startswith("COUNTER_") or name in _LOCALE:
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(_nowhere))
    language.use("en")
    yield
    language.use("en")


@pytest.fixture
def clock() -> Clock:
    """Stands at ten o'clock of Saturday 8 March 2025 in Shanghai until it is moved."""
    return Clock()


@pytest.fixture(scope="session")
def founded_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was just founded, made once; tests get copies (migrating takes a second)."""
    home = tmp_path_factory.mktemp("founded")
    shop_at(home, Clock()).close()
    return places_at(home).store.path


@pytest.fixture(scope="session")
def pin_hash() -> str:
    """The hash of everybody's PIN, computed once."""
    return hash_pin(PIN)


@pytest.fixture
def shop(tmp_path: Path, clock: Clock, founded_store: Path) -> Iterator[Shop]:
    """An open shop in a folder of its own, with the default site and nobody in it yet."""
    opened = shop_at(tmp_path / "home", clock, founded_store)
    yield opened
    opened.close()


@pytest.fixture
def supervisor(shop: Shop, pin_hash: str) -> Actor:
    """Login ``sun``."""
    return hire(shop, "sun", Role.SUPERVISOR, pin_hash)


@pytest.fixture
def clerk(shop: Shop, pin_hash: str) -> Actor:
    """Login ``li``."""
    return hire(shop, "li", Role.CLERK, pin_hash)


@pytest.fixture
def sale(shop: Shop) -> Sale:
    """One receipt with a customer, two lines and a tender."""
    return sell(shop)


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the program lets the disk keep from now on, and the names it gives, in order."""
    calls: list[str] = []
    sync, rename = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        calls.append("sync folder" if folder else "sync file")
        sync(descriptor)

    def note_rename(source: Path, target: Path) -> None:
        calls.append(f"rename to {target.name}")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_rename)
    return calls
