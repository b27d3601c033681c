"""Examining the files about tickets: is every one there that a row names, and no other?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from counter.attachment_files import attachment_path
from counter.findings import Finding, fault, note, ok
from counter.shop import Shop
from data import checks
from models.messages import N_

_BLOCK: Final = 1 << 20


def attachments(shop: Shop, *, full: bool) -> Iterator[Finding]:
    """Whether every attached file lies where its row says, and every file has a row.

    Args:
        shop: the open shop.
        full: also read every file and compare its sum; without it only its size.
    """
    with shop.reading(shop.system) as desk:
        rows = list(checks.attachments(desk.reader))
    named: set[str] = set()
    missing, changed = [], []
    for no, name, size, sha256 in rows:  # no snapshot is held while files are read
        path = attachment_path(shop.places, sha256, name)
        if path.name in named:
            continue
        named.add(path.name)
        if not path.is_file():
            missing.append(f"{no} {path.name}")
        elif not _is_whole(path, size, sha256 if full else None):
            changed.append(f"{no} {path.name}")
    if missing:
        yield fault(
            "attachments",
            N_(
                "{count} attached files are missing; the first is {file}. Copy them back into "
                "{folder}: backups of the store do not hold them."
            ),
            count=len(missing),
            file=missing[0],
            folder=shop.places.attachments,
        )
    if changed:
        yield fault(
            "attachments",
            N_(
                "{count} attached files are not as they were attached; the first is {file}. Copy "
                "them back into {folder}: backups of the store do not hold them."
            ),
            count=len(changed),
            file=changed[0],
            folder=shop.places.attachments,
        )
    if not missing and not changed:
        yield ok("attachments", N_("All {count} attached files are there."), count=len(named))
    yield from _unnamed(shop, named)


def _unnamed(shop: Shop, named: set[str]) -> Iterator[Finding]:
    """Files that a kill left between the copy and its row; nobody needs them."""
    folder = shop.places.attachments
    left = sorted(path for path in folder.glob("*") if path.name not in named)
    if left:
        yield note(
            "attachments",
            N_("{count} files in {folder} belong to no ticket; the first is {file}."),
            count=len(left),
            folder=folder,
            file=left[0].name,
        )


def _is_whole(path: Path, size: int, sha256: str | None) -> bool:
    if path.stat().st_size != size:
        return False
    if sha256 is None:
        return True
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest() == sha256
