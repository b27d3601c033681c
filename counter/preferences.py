"""What a counter remembers about itself: one value at a time, written to its ``settings.toml``."""

from __future__ import annotations

from collections.abc import Mapping

from counter.places import Places
from data.csvfile import write_whole
from models.errors import FileRefused
from models.messages import N_
from models.refusals import reason


def keep(places: Places, name: str, value: str | Mapping[str, str]) -> None:
    """Let the setting ``name`` be ``value`` from the next start on; comments in the file stay.

    Raises:
        InvalidInput: the file that is there is no TOML.
        FileRefused: the folder or the disk refuses; the file is as it was.
    """
    import tomlkit

    path = places.settings_file
    places.read_settings()  # refuses a file that cannot be read, in a sentence
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig") if path.exists() else "")
        document[name] = value if isinstance(value, str) else dict(value)
        places.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, tomlkit.dumps(document).encode())
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be written: {detail}."), path=path, detail=reason(error)
        ) from error
