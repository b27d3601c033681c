"""JSON Lines from a file or standard input, one question a line, as a program asks them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import typer

from counter.language import _
from models.errors import FileRefused, InvalidInput
from models.messages import N_
from models.refusals import reason

LONGEST_LINE: Final = 1 << 20
"""Bytes of one line: what is asked takes a thousand."""


def parsed(line: bytes) -> Any:
    """The JSON of a line.

    Raises:
        InvalidInput: it is none.
    """
    if len(line) > LONGEST_LINE:
        raise InvalidInput(N_("The line is longer than {limit} bytes."), limit=LONGEST_LINE)
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        detail = getattr(error, "msg", None) or type(error).__name__
        raise InvalidInput(N_("The line is no JSON: {detail}."), detail=detail) from error


def _no_number(name: str) -> None:
    raise ValueError(name)


def id_of(given: Any) -> str | int | None:
    """What the asker calls a line, where that can be read."""
    found = given.get("id") if isinstance(given, dict) else None
    return found if isinstance(found, str) or type(found) is int else None


@contextmanager
def opened(name: str, notice: str) -> Iterator[IO[bytes]]:
    """A file by its name, or standard input.

    Args:
        name: the file; ``-`` is standard input.
        notice: a marked sentence that says to somebody at the keyboard what is awaited.

    Raises:
        FileRefused: there is no such file, or it cannot be read.
    """
    if name == "-":
        if sys.stdin.isatty():
            typer.echo(_(notice), err=True)
        yield sys.stdin.buffer
        return
    path = Path(name)
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise FileRefused(
            N_("There is no file {file} here. Check its name and its folder."), file=path
        ) from error
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be read: {detail}."), path=path, detail=reason(error)
        ) from error
    with file:
        yield file


def numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every line that is not blank; of one that is too long, its beginning."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line
