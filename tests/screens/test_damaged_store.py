"""A store that is damaged or gone: the first screen names the backup and the command for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from counter.safekeeping import back_up_store
from counter.shop import Shop
from screens.app import CounterApp
from tests.screens.front import Front


def spoil_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"garbage garbage garbage garbage ")


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(("spoil", "title"), [(spoil_header, "damaged"), (remove, "no store")])
def test_sign_in_names_the_backup_and_the_command(
    shop: Shop, spoil: Callable[[Path], None], title: str
) -> None:
    backup = back_up_store(shop, shop.system)
    shop.close()
    spoil(shop.places.store.path)
    app = CounterApp(shop.places)

    async def play() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            front = Front(app, pilot)

            def joined() -> str:
                return "".join(line.strip() for line in front.text.splitlines())

            await front.until(lambda: backup.name in joined())
            assert title in joined()
            assert "restore" in joined()

    asyncio.run(play())
