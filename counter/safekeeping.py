"""Keeping the store safe: verified copies."""

from __future__ import annotations

from pathlib import Path

from counter.shop import Shop
from data.backup import back_up


def back_up_store(shop: Shop, folder: Path | None = None) -> Path:
    """Copy the store into ``folder`` (the counter's ``backups`` when absent) and verify the copy.

    Raises:
        FileRefused: the copy cannot be written or does not verify; the store is untouched.
    """
    now = shop.clock()
    path = back_up(shop.places.store, folder or shop.places.backups, now)
    with shop.writing(shop.system) as desk:
        desk.work.audit("store.backup", "store", file=path.name)
    return path
