"""Names of files as people type, paste or drop them, and what could stand behind them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

TABLES: Final = (".csv", ".tsv", ".txt", ".gz")
"""Endings of files that may be a table; others are not suggested, but taken when typed."""

_LOOKED_AT: Final = 5_000
"""Entries of a folder that are looked at: a suggestion is not worth reading a huge folder."""

_SUGGESTED: Final = 50


def path_from(typed: str, roots: Sequence[Path]) -> Path:
    """The path that was typed, or dropped on the terminal with quotes or as an address.

    A relative one is looked for below each of ``roots``; when it is nowhere, below the first.
    """
    text = _unquoted(typed.strip())
    path = _expanded(text)
    if path.is_absolute() or not roots:
        return path
    found = (root / path for root in roots)
    return next((one for one in found if os.path.lexists(one)), roots[0] / path)


def _unquoted(text: str) -> str:
    """Without what a terminal puts around a dropped file's name."""
    if text.startswith("file:"):
        return unquote(urlsplit(text).path)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("'\\''", "'")
    if os.name == "posix" and "\\" in text and not os.path.lexists(text):
        try:
            parts = shlex.split(text)
        except ValueError:  # a quote in the name itself
            return text
        return parts[0] if len(parts) == 1 else text
    return text


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody, who has no home here
        return Path(text)


def completions(typed: str, roots: Sequence[Path], endings: tuple[str, ...] = TABLES) -> list[str]:
    """What ``typed`` could be the beginning of, each as it would stand in the field.

    Folders end with a separator. Names below ``roots`` are offered without their folder.

    Args:
        typed: so far.
        roots: where relative names are looked for.
        endings: of the files that are offered, in small letters; an empty one is any.
    """
    text = typed.lstrip()
    if text[:1] in "'\"" and text:
        text = text[1:]
    before, begin = os.path.split(text)
    folder = _expanded(before) if before else Path()
    folders = [folder] if folder.is_absolute() else [root / folder for root in roots]
    names = sorted(
        {name for one in folders for name in islice(_names(one, begin, endings), _SUGGESTED)}
    )
    return [os.path.join(before, name) for name in names[:_SUGGESTED]]


def _names(folder: Path, begin: str, endings: tuple[str, ...]) -> Iterator[str]:
    wanted = begin.casefold()
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, _LOOKED_AT):
                hidden = entry.name.startswith(".") and not begin
                if hidden or not entry.name.casefold().startswith(wanted):
                    continue
                if entry.is_dir():
                    yield entry.name + os.sep
                elif entry.name.lower().endswith(endings):
                    yield entry.name
    except OSError:  # no such folder, or not ours to read: nothing to suggest
        return


def common_beginning(names: Sequence[str]) -> str:
    """What all of ``names`` begin with, letter by letter."""
    if not names:
        return ""
    first, last = min(names), max(names)
    length = next(
        (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other),
        min(len(first), len(last)),
    )
    return first[:length]
