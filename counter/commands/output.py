"""Plain output: aligned text for people and screen readers, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from models.text import clean_text


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(jsonable(value), ensure_ascii=False))


def jsonable(value: Any) -> Any:
    """``value`` in JSON's types: instants as ISO 8601 with Z, dates ISO, rows as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: jsonable(getattr(value, field.name))
            for field in fields(value)
            if field.name != "key"
        }
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): jsonable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(part) for part in value]
    return value


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns aligned by cells (a Chinese character is two), two blanks apart."""
    from rich.cells import cell_len

    lines = [[safe(cell) for cell in row] for row in rows]
    table = [list(titles), *lines]
    widths = [max(cell_len(line[at]) for line in table) for at in range(len(titles))]
    for line in table:
        cells = [
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())


def print_facts(facts: Iterable[tuple[str, str | None]]) -> None:
    """One ``name: value`` a line; facts that are not known are left out."""
    for name, value in facts:
        if value:
            print(f"{name}: {safe(value, lines=True)}")


def safe(text: str, *, lines: bool = False) -> str:
    """Text from the store without anything that a terminal would obey."""
    return clean_text(text, lines=lines)
