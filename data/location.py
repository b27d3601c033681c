"""Where a store is: a path on this computer, or a URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from models.errors import InvalidInput
from models.messages import N_


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
            return cls(Path(text).expanduser())
        parts = urlsplit(text)
        if parts.scheme.split("+")[0] != "sqlite" or parts.netloc:
            raise InvalidInput(
                N_("{url} cannot be opened: name a file, or a URL such as sqlite:///store.db."),
                field="db",
                url=text,
            )
        return cls(Path(unquote(parts.path[1:])).expanduser())

    def __str__(self) -> str:
        return str(self.path)
