"""Policy packs as they stand in their files: TOML, with the line of every key.

A pack names a table of rest days; both together are one mapping in JSON's types, as a policy
version keeps it. What it says is checked in ``counter.policies``.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from data.toml_text import toml_values
from models.errors import FileRefused, InvalidInput
from models.messages import N_
from models.refusals import reason

_REFERENCE: Final = Path(__file__).parent / "reference"
_PACKS: Final = _REFERENCE / "policies"
_TABLES: Final = _REFERENCE / "rest_days"
_TABLE: Final = "rest_days"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it was read, unchecked.

    Attributes:
        path: its file.
        values: what it says, the table of rest days in place of its name.
        files: the text of the pack and, behind it, of every table that it names.
        tables: the keys in whose place such a table stands, and which of ``files`` it is.
    """

    path: Path
    values: Mapping[str, Any]
    files: tuple[tuple[Path, str], ...]
    tables: tuple[tuple[tuple[str, ...], int], ...] = ()

    def place_of(self, *keys: str) -> tuple[Path, int]:
        """File and line (from 1) of a key, or of the innermost table around one that is missing."""
        path, text = self.files[0]
        for held, at in self.tables:
            if keys[: len(held)] == held and len(keys) > len(held):
                (path, text), keys = self.files[at], keys[len(held) :]
                break
        return path, _line_of(text, keys)


def shipped() -> list[str]:
    """The names of the packs that come with the program."""
    return sorted(path.stem for path in _PACKS.glob("*.toml"))


@cache
def shipped_pack(name: str) -> Pack:
    """A pack that comes with the program.

    Raises:
        InvalidInput: there is none of that name.
    """
    if name not in shipped():
        raise InvalidInput(
            N_("There is no policy '{name}'. There are: {known}."),
            field="policy",
            name=name,
            known=", ".join(shipped()),
        )
    return read_pack(_PACKS / f"{name}.toml")


def read_pack(path: Path) -> Pack:
    """The pack in a file.

    Raises:
        FileRefused: the file cannot be read.
        InvalidInput: it is no TOML; the sentence names file and line.
    """
    text = text_of(path)
    values = toml_values(path, text)
    found = rest_table(values.get(_TABLE))
    if found is None:
        return Pack(path, values, ((path, text),))
    table, days = found
    files = ((path, text), (table, days))
    return Pack(path, {**values, _TABLE: toml_values(table, days)}, files, (((_TABLE,), 1),))


def rest_table(named: object) -> tuple[Path, str] | None:
    """File and text of the table of rest days of that name, or None where there is none."""
    if not isinstance(named, str) or named not in {path.stem for path in _TABLES.glob("*.toml")}:
        return None
    table = _TABLES / f"{named}.toml"
    return table, text_of(table)


def fingerprint(values: Mapping[str, Any]) -> str:
    """SHA-256 of what a pack says, however its file is laid out."""
    text = json.dumps(
        values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def text_of(path: Path) -> str:
    """The text of a file that somebody wrote.

    Raises:
        FileRefused: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            N_("{path} cannot be read: it is not UTF-8. Save it as UTF-8 and try again."),
            path=path,
        ) from error
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be read: {detail}."), path=path, detail=reason(error)
        ) from error


def _line_of(text: str, keys: tuple[str, ...]) -> int:
    """Where a key is written: behind the last beginning of the text that is TOML without it.

    The library tells no lines; a pack is short, and is asked only when it is wrong.
    """
    lines = text.splitlines()
    whole = 0
    for count in range(1, len(lines) + 1):
        try:
            read: Any = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(read, keys):
            return whole + 1
        whole = count
    return _line_of(text, keys[:-1]) if len(keys) > 1 else 1


def _has(values: Any, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True
