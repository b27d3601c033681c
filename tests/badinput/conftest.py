"""A counter that nobody has done any harm to yet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from counter.commands.session import invocation
from models.terms import Role
from tests.badinput.shell import Shell
from tests.premises import Clock, hire, places_at, sell, shop_at


@pytest.fixture(scope="session")
def sound_home(
    tmp_path_factory: pytest.TempPathFactory, founded_store: Path, pin_hash: str
) -> Path:
    """The folder of a counter with two people and a sale, made once; tests get copies."""
    home = tmp_path_factory.mktemp("sound") / "home"
    shop = shop_at(home, Clock(), founded_store)
    hire(shop, "sun", Role.SUPERVISOR, pin_hash)
    hire(shop, "li", Role.CLERK, pin_hash)
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
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    shutil.copytree(sound_home, home)
    return Shell(home)
