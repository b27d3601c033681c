"""Where a store is: a path on this computer, or a URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from models.errors import InvalidInput
from models.messages import N_


def at_home(text: str, *, field: str) -> Path:
    """The path that a person or the environment named; ``~`` is the home folder.

    Raises:
        InvalidInput: it begins with the home folder of somebody who has none here.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise InvalidInput(
            N_("{path} cannot be found: this computer knows no such home folder."),
            field=field,
            path=text,
        ) from error


@dataclass(frozen=True, slots=True)
class Location:
    """The file that holds a store."""

    path: Path

    @classmethod
    def parse(cls, text: str) -> Location:
        """The location that a person or the environment named.

        Raises:
            InvalidInput: the URL is of a kind of database that this version does not open.
        """
        if "://" not in text:
            return cls(at_home(text, field="db"))
        try:
            parts = urlsplit(text)
            is_ours = parts.scheme.split("+")[0] == "sqlite" and not parts.netloc
        except ValueError:  # a bracket that opens an address and closes none
            is_ours = False
        if not is_ours or not parts.path.strip("/"):
            raise InvalidInput(
                N_("{url} cannot be opened: name a file, or a URL such as sqlite:///store.db."),
                field="db",
                url=text,
            )
        return cls(at_home(unquote(parts.path[1:]), field="db"))

    def __str__(self) -> str:
        return str(self.path)
