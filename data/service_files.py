"""Service targets and calendars as they stand in their files: TOML, with the line of every key.

A file may leave to the shop what is the shop's: the time zone of a calendar, and whose public
holidays it keeps. Read for a shop it is one mapping in JSON's types, as a version keeps it. What it
says is checked in ``counter.rules.service``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from data.policies import Pack, rest_table, text_of
from data.rest_days import NATIONS
from data.toml_text import toml_values
from models.errors import InvalidInput
from models.messages import N_

_FILES: Final = Path(__file__).parent / "reference" / "service"
_NATIONAL: Final = "national"
_WEEKENDS: Final = "weekends"


def shipped() -> list[str]:
    """The names of the files that come with the program."""
    return sorted(path.stem for path in _FILES.glob("*.toml"))


def shipped_file(name: str) -> Path:
    """A file that comes with the program.

    Raises:
        InvalidInput: there is none of that name.
    """
    if name not in shipped():
        raise InvalidInput(
            N_("There are no service times '{name}'. There are: {known}."),
            field="service",
            name=name,
            known=", ".join(shipped()),
        )
    return _FILES / f"{name}.toml"


def read_service_file(path: Path, zone: str, jurisdiction: str) -> Pack:
    """The service times in a file, as they are for a shop.

    Args:
        path: the file.
        zone: the shop's time zone, for calendars that name none.
        jurisdiction: whose law the shop sells under: its rest days are the national ones. Where
            no table is kept for it, these are the weekends.

    Raises:
        FileRefused: the file cannot be read.
        InvalidInput: it is no TOML; the sentence names file and line.
    """
    text = text_of(path)
    values = toml_values(path, text)
    calendars = values.get("calendars")
    files, tables = [(path, text)], []
    if isinstance(calendars, dict):
        for code, calendar in calendars.items():
            if not isinstance(calendar, dict):
                continue
            calendar.setdefault("tz", zone)
            found = rest_table(_table_for(calendar.get("rest_days"), jurisdiction))
            if found is not None:
                calendar["rest_days"] = toml_values(*found)
                tables.append((("calendars", code, "rest_days"), len(files)))
                files.append(found)
    return Pack(path, values, tuple(files), tuple(tables))


def _table_for(named: Any, jurisdiction: str) -> Any:
    if named != _NATIONAL:
        return named
    kept = (name for name, nation in NATIONS.items() if nation == jurisdiction)
    return next(kept, _WEEKENDS)
