"""Keeping the store safe: verified copies."""

from __future__ import annotations

from pathlib import Path

from counter.desk import Actor
from counter.permissions import Action
from counter.shop import Shop
from data.backup import back_up


def back_up_store(shop: Shop, actor: Actor, folder: Path | None = None, *, label: str = "") -> Path:
    """Copy the store into ``folder`` (the counter's ``backups`` when absent) and verify the copy.

    ``label`` says in the copy's name what it was taken for.

    Raises:
        NotAllowed: the role does not permit it; a copy holds every customer's data.
        FileRefused: there is no room, the copy cannot be written, or does not verify.
        StoreUnusable: the store cannot be read, or the disk refused; the store is untouched.
    """
    with shop.reading(actor) as desk_:
        desk_.require(Action.BACK_UP)
        now = desk_.now
    path = back_up(shop.places.store, folder or shop.places.backups, now, label)
    with shop.writing(actor) as desk:
        desk.work.audit("store.backup", "store", file=path.name)
    return path
