"""What a counter remembers about itself: one value at a time, written to its ``settings.toml``."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from counter.places import Places
from data.csvfile import make_folder, write_whole
from models.errors import FileRefused
from models.messages import N_
from models.refusals import reason

WAIT_SECONDS: Final = 10.0
"""How long one terminal waits for another that writes its setting, which takes milliseconds."""


def keep(places: Places, name: str, value: str | Mapping[str, str]) -> None:
    """Let the setting ``name`` be ``value`` from the next start on; comments in the file stay.

    Terminals that keep different settings at the same moment follow one another: none writes over
    what another has just kept.

    Raises:
        InvalidInput: the file that is there is no TOML.
        FileRefused: the folder or the disk refuses; the file is as it was.
    """
    import tomlkit

    path = places.settings_file
    try:
        make_folder(places.home)
        with _alone(places):
            places.read_settings()  # refuses a file that cannot be read, in a sentence
            document = tomlkit.parse(path.read_text(encoding="utf-8-sig") if path.exists() else "")
            document[name] = value if isinstance(value, str) else dict(value)
            write_whole(path, tomlkit.dumps(document).encode())
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be written: {detail}."), path=path, detail=reason(error)
        ) from error


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Nobody else writes the settings of this counter until the block ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(places.settings_file.with_name("settings.toml.lock"), mode=0o600)
    try:
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout as error:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error
    try:
        yield
    finally:
        lock.release()
