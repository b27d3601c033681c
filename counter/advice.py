"""What to do about a store that is damaged or gone: the newest backup, and the command for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from counter.places import Places
from models.errors import StoreDamaged, StoreMissing
from models.messages import N_


@contextmanager
def damage_advised(places: Places) -> Iterator[None]:
    """Let an error about a damaged store also name the newest backup and the command for it."""
    try:
        yield
    except StoreDamaged as error:
        if "command" in error.values:  # said already
            raise
        raise _advised(error, places) from error


def refuse_missing(places: Places) -> None:
    """A store that is gone while its backups are there is no fresh folder: found no other shop.

    Raises:
        StoreMissing: with the newest backup and the command that brings it back.
    """
    path = places.store.path
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size):
            return
    except OSError:  # whoever opens it says why
        return
    from counter.restoring import newest_backup

    backup = newest_backup(places)
    if backup is not None:
        raise StoreMissing(
            N_(
                "There is no store at {path}, but backups of it; the newest is {backup}. "
                "Bring it back: {command}. For a new shop take another folder (--home)."
            ),
            path=path,
            backup=backup.name,
            command=restore_command(places, backup),
        )


def restore_command(places: Places, backup: Path | None) -> str:
    """The command that brings ``backup`` back to this store, as it is typed here."""
    import shlex
    import subprocess

    words = ["counter"]
    usual = Places.find()
    if places.home != usual.home:
        words += ["--home", str(places.home)]
    if places.store != Places.find(places.home).store:
        words += ["--db", str(places.store)]
    words += ["restore", str(backup) if backup else ""]
    if sys.platform == "win32":
        return subprocess.list2cmdline(words)
    return shlex.join(words) if backup else f"{shlex.join(words[:-1])} ..."


def _advised(error: StoreDamaged, places: Places) -> StoreDamaged:
    from counter.restoring import newest_backup

    backup = newest_backup(places)
    command = restore_command(places, backup)
    values: dict[str, Any] = {"path": places.store, **error.values, "command": command}
    if "log" in error.values:
        sentence = N_(
            "The log {log} is damaged: what was saved last may be lost. "
            "Leave Counter at every terminal and bring back a backup: {command}"
        )
    elif backup is not None:
        sentence = N_(
            "{path} is damaged or no store of Counter. "
            "Leave Counter at every terminal and bring back the newest backup: {command}"
        )
    else:
        sentence = N_(
            "{path} is damaged or no store of Counter, and {folder} holds no backup of it. "
            "With a backup from elsewhere type: {command}"
        )
        values["folder"] = places.backups
    return StoreDamaged(sentence, **values)
