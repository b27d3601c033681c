"""Where a counter's files are: one folder holds them all.

The platform's own place for application data, unless ``COUNTER_HOME`` or ``--home`` names another;
``COUNTER_DB`` or ``--db`` names another store. Nothing is read at import, and nothing here needs
pydantic: the first frame asks this module for the language.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.location import Location, at_home
from data.toml_text import toml_values
from models.errors import InvalidInput
from models.messages import N_
from models.refusals import reason


@dataclass(frozen=True, slots=True)
class Places:
    """The folder of one counter, and what lies where in it."""

    home: Path
    store: Location

    @classmethod
    def find(cls, home: Path | None = None, db: str | None = None) -> Places:
        """The places named by the arguments, else by the environment, else by the platform."""
        named = home or os.environ.get("COUNTER_HOME")
        folder = at_home(str(named), field="home") if named else _platform_folder()
        folder = folder.absolute()
        url = db or os.environ.get("COUNTER_DB")
        store = Location.parse(url).path.absolute() if url else folder / "counter.db"
        return cls(folder, Location(store))

    @property
    def settings_file(self) -> Path:
        """``settings.toml``; it need not exist."""
        return self.home / "settings.toml"

    @property
    def exports(self) -> Path:
        """Batches of the nightly export, and views for spreadsheets."""
        return self.home / "exports"

    @property
    def backups(self) -> Path:
        """Verified copies of the store."""
        return self.home / "backups"

    @property
    def attachments(self) -> Path:
        """Files about tickets, each named by its sum."""
        return self.home / "attachments"

    @property
    def crashes(self) -> Path:
        """Crash reports, without personal data."""
        return self.home / "crashes"

    def read_settings(self) -> dict[str, Any]:
        """The settings file as it stands, unchecked; empty when there is none.

        Raises:
            InvalidInput: the file is no TOML; the sentence names the place.
        """
        try:
            text = self.settings_file.read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):  # opening the store says more of the latter
            return {}
        except UnicodeDecodeError as error:
            raise InvalidInput(
                N_("{path} cannot be read: it is not UTF-8. Save it as UTF-8 and try again."),
                path=self.settings_file,
            ) from error
        except OSError as error:
            raise InvalidInput(
                N_("{path} cannot be read: {detail}."),
                path=self.settings_file,
                detail=reason(error),
            ) from error
        return toml_values(self.settings_file, text)

    def language_setting(self) -> str | None:
        """The language that the settings name, without checking the rest of them."""
        named = os.environ.get("COUNTER_LANGUAGE")
        try:
            wish = named or self.read_settings().get("language")
        except InvalidInput:  # said in full when the settings are loaded
            return None
        return wish if isinstance(wish, str) else None


def _platform_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("counter", appauthor=False)
