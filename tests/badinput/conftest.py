"""A counter that nobody has done any harm to yet."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher

from counter import signin
from counter.commands.session import invocation
from models.terms import Role
from tests.badinput.shell import Shell
from tests.premises import PIN, Clock, hire, places_at, sell, shop_at

QUICK: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes as the program does, but not slowly on purpose: some hundred PINs are typed here."""


@pytest.fixture(scope="session")
def sound_home(tmp_path_factory: pytest.TempPathFactory, founded_store: Path) -> Path:
    """The folder of a counter with two people and a sale, made once; tests get copies."""
    home = tmp_path_factory.mktemp("sound") / "home"
    shop = shop_at(home, Clock(), founded_store)
    hire(shop, "sun", Role.SUPERVISOR, QUICK.hash(PIN))
    hire(shop, "li", Role.CLERK, QUICK.hash(PIN))
    sell(shop)
    shop.close()
    for left in ("-wal", "-shm"):
        Path(f"{places_at(home).store.path}{left}").unlink(missing_ok=True)
    return home


@pytest.fixture
def shell(sound_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same, to do harm to."""
    monkeypatch.setattr(invocation, "home", None)
    monkeypatch.setattr(invocation, "db", None)
    monkeypatch.setattr(signin, "_HASHER", QUICK)
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    shutil.copytree(sound_home, home)
    return Shell(home)
