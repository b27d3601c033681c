"""The settings of one counter: ``settings.toml`` in its folder, and ``COUNTER_*`` variables.

Every command and every start reads them. They are a few plain values, read here one by one: a
library that checks whole models takes longer to import than all of this.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from counter.language import LANGUAGES
from counter.places import Places
from models.errors import InvalidInput
from models.messages import N_
from models.terms import PersonalData

THEMES: Final = ("normal", "high-contrast")
"""The colours that there are."""

LOCK_MINUTES: Final = range(1, 481)
"""After how many idle minutes a counter may lock itself."""

PRINTER_COLUMNS: Final = (32, 42, 48)
"""Cells of a line on the usual papers: 58 mm, and 80 mm in two densities."""

PRINTER_ENCODINGS: Final = ("gb18030", "cp437", "cp850", "cp858", "cp1252")
"""What a printer may read all its text in."""

_PRINTER: Final = re.compile(
    r"(file|serial):[^\x00-\x1f]+|network:[A-Za-z0-9._-]+(:(?P<port>[0-9]{1,5}))?|dummy:"
)
_PORTS: Final = range(1, 65536)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a shop may set. The environment wins over the file."""

    language: str | None = None
    """The language of screens and commands; the system's locale when absent."""
    theme: Literal["normal", "high-contrast"] = "normal"
    """Colours of the screens. ``NO_COLOR`` in the environment is honoured with either."""
    lock_after_minutes: int = 10
    """Idle minutes after which a counter locks itself."""
    exports: Path | None = None
    """Folder for the nightly batches; ``exports`` in the counter's folder when absent."""
    personal_data: PersonalData = PersonalData.MASKED
    """How much of a person leaves with the nightly export."""
    printer: str | None = None
    """The slip printer, such as ``file:/dev/usb/lp0``; slips are shown and not printed when absent.
    """
    printer_columns: int = 42
    """Cells of a line on the printer's paper."""
    printer_encoding: str | None = None
    """What the printer reads all its text in; when absent Chinese goes out as GB18030, all else in
    the code pages of the printer."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Binding ids and the keys that replace their own, e.g. ``{"app.lock": "f9"}``."""


def load_settings(places: Places) -> Settings:
    """The checked settings of the counter at ``places``.

    Raises:
        InvalidInput: a key is unknown or a value impossible; the sentence names file and key.
    """
    read: dict[str, Any] = {}
    for name, value in _written(places).items():
        if name not in _READERS:
            raise _unknown(places, name)
        try:
            read[name] = _READERS[name].read(value)
        except ValueError as error:
            raise _refused(places, name, value) from error
    return Settings(**read)


def _written(places: Places) -> dict[str, Any]:
    """What the file and the environment say, unchecked; an empty variable says nothing."""
    values = places.read_settings()
    for name in _READERS:
        text = os.environ.get(f"COUNTER_{name.upper()}")
        if text and name == "keymap":
            values[name] = _with_keys(values.get(name), text)
        elif text:
            values[name] = text
    return values


def _with_keys(keymap: object, text: str) -> object:
    """The file's keys and, before them, a variable's: JSON, because it names several."""
    import json

    try:
        more = json.loads(text)
    except (ValueError, RecursionError):  # refused as the text that it is
        return text
    return {**keymap, **more} if isinstance(keymap, dict) and isinstance(more, dict) else more


# --- one value ------------------------------------------------------------------------------


def _one_of(words: Collection[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError
        return value

    return read


def _minutes(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError
    minutes = int(value)
    if minutes not in LOCK_MINUTES:
        raise ValueError
    return minutes


def _printer(value: object) -> str:
    named = _PRINTER.fullmatch(value) if isinstance(value, str) else None
    if named is None or not isinstance(value, str) or int(named["port"] or 1) not in _PORTS:
        raise ValueError
    return value


def _columns(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError
    columns = int(value)
    if columns not in PRINTER_COLUMNS:
        raise ValueError
    return columns


def _folder(value: object) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return Path(value)


def _keymap(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value.values()):
        raise ValueError
    return value


class _Reader(NamedTuple):
    """How a setting is read (a ValueError refuses it), and what it may be, as it is written."""

    read: Callable[[Any], Any]
    possible: str


_READERS: Final = {
    "language": _Reader(_one_of(LANGUAGES), ", ".join(LANGUAGES)),
    "theme": _Reader(_one_of(THEMES), ", ".join(THEMES)),
    "lock_after_minutes": _Reader(_minutes, f"{LOCK_MINUTES[0]} ... {LOCK_MINUTES[-1]}"),
    "exports": _Reader(_folder, "/srv/exports"),
    "personal_data": _Reader(PersonalData, ", ".join(PersonalData)),
    "printer": _Reader(
        _printer, "file:/dev/usb/lp0, network:192.0.2.7:9100, serial:/dev/ttyUSB0, dummy:"
    ),
    "printer_columns": _Reader(_columns, ", ".join(map(str, PRINTER_COLUMNS))),
    "printer_encoding": _Reader(_one_of(PRINTER_ENCODINGS), ", ".join(PRINTER_ENCODINGS)),
    "keymap": _Reader(_keymap, '"app.lock" = "f9"'),
}


# --- refusals -------------------------------------------------------------------------------


def _unknown(places: Places, name: str) -> InvalidInput:
    return InvalidInput(
        N_("{path} has a setting {key}, which there is not. There are: {known}."),
        field=name,
        path=places.settings_file,
        key=name,
        known=", ".join(_READERS),
    )


def _refused(places: Places, name: str, value: object) -> InvalidInput:
    key = name
    if name == "keymap" and isinstance(value, dict):  # of several keys, the first that is none
        inner, value = next(part for part in value.items() if not isinstance(part[1], str))
        key = f"{name}.{inner}"
    return InvalidInput(
        N_(
            "Setting {key} in {path} or the environment cannot be '{value}'. Write it like this: "
            "{possible}"
        ),
        field=key,
        path=places.settings_file,
        key=key,
        value=value,
        possible=_READERS[name].possible,
    )
