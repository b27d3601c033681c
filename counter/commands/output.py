"""Plain output: aligned text for people and screen readers, JSON for machines."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from models.text import clean_text

# What json.dumps leaves as it is and a terminal or a log viewer obeys: DEL, C1, overrides and
# isolates of direction; and lone surrogates, which no encoding can write.
_OBEYED: Final = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


UNREAD: Final = 141
"""Exit status when nobody reads the output any more: 128 + SIGPIPE, as other programs have it."""


def settle_streams() -> None:
    """Let a character that the output cannot encode be written as its number, and end nothing.

    Bytes of the input that are no text become signs that no PIN has.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def all_was_read() -> bool:
    """Write what is still held back; whether somebody read it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        stop_writing()
        return False
    return True


def stop_writing() -> None:
    """Throw away what nobody reads, so that the end of the process does not complain of it."""
    with suppress(OSError):  # a standard output without a descriptor
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def print_json(value: Any) -> None:
    """One JSON document on standard output, in ASCII where the terminal knows no more."""
    print_plain_json(jsonable(value))


def print_plain_json(value: Any) -> None:
    """The same for what is in JSON's types already: looking through it takes most of the time."""
    text = _harmless_json(value)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value)
    print(text)


def json_text(value: Any) -> str:
    """``value`` as JSON that is readable, and harmless wherever it is shown."""
    return _harmless_json(jsonable(value))


def _harmless_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isascii() and "\x7f" not in text else _OBEYED.sub(_escaped, text)


def _escaped(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"


def jsonable(value: Any) -> Any:
    """``value`` in JSON's types: instants as ISO 8601 with Z, dates ISO, rows as objects."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
        value.pop("key", None)
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
    lines = [[safe(cell) for cell in row] for row in rows]
    table = [list(titles), *lines]
    widths = [max(cell_len(line[at]) for line in table) for at in range(len(titles))]
    for line in table:
        cells = [
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())


def cell_len(text: str) -> int:
    """The cells ``text`` takes; Rich is imported only where they are not its characters."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len as cells_of

    return cells_of(text)


def print_facts(facts: Iterable[tuple[str, str | None]]) -> None:
    """One ``name: value`` a line; facts that are not known are left out."""
    for name, value in facts:
        if value:
            print(f"{name}: {safe(value, lines=True)}")


def safe(text: str, *, lines: bool = False) -> str:
    """Text from the store without anything that a terminal would obey."""
    return clean_text(text, lines=lines)
