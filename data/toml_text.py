"""Text as TOML, or a refusal that says in which line of which file it is none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from models.errors import InvalidInput
from models.messages import N_

_PLACE: Final = re.compile(r"at line (\d+), column (\d+)")


def toml_values(path: Path, text: str) -> dict[str, Any]:
    """What ``text``, the content of ``path``, says.

    Raises:
        InvalidInput: it is no TOML; the sentence names the place.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InvalidInput(
            N_("{path} is no valid TOML: it is nested too deeply."), path=path
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(path, str(error)) from error


def _no_toml(path: Path, found: str) -> InvalidInput:
    """Where the file is wrong; what is wrong there the library says in English only."""
    place = _PLACE.search(found)
    if place is None:
        return InvalidInput(
            N_("{path} is no valid TOML: something is missing at its end."), path=path
        )
    return InvalidInput(
        N_("{path} is no valid TOML: see line {line}, column {column}."),
        path=path,
        line=int(place[1]),
        column=int(place[2]),
    )
