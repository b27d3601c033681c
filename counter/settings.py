"""The settings of one counter: ``settings.toml`` in its folder, and ``COUNTER_*`` variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from counter.places import Places
from models.errors import InvalidInput
from models.messages import N_
from models.terms import PersonalData


class Settings(BaseSettings):
    """Everything a shop may set. The environment wins over the file."""

    model_config = SettingsConfigDict(
        env_prefix="COUNTER_", env_ignore_empty=True, extra="forbid", frozen=True
    )

    language: Literal["en", "zh_CN"] | None = None
    """The language of screens and commands; the system's locale when absent."""
    theme: Literal["normal", "high-contrast"] = "normal"
    """Colours of the screens. ``NO_COLOR`` in the environment is honoured with either."""
    lock_after_minutes: Annotated[int, Field(ge=1, le=480)] = 10
    """Idle minutes after which a counter locks itself."""
    exports: Path | None = None
    """Folder for the nightly batches; ``exports`` in the counter's folder when absent."""
    personal_data: PersonalData = PersonalData.MASKED
    """How much of a person leaves with the nightly export."""
    keymap: dict[str, str] = {}
    """Binding ids and the keys that replace their own, e.g. ``{"app.lock": "f9"}``."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file said (handed in as arguments)."""
        return env_settings, init_settings


def load_settings(places: Places) -> Settings:
    """The checked settings of the counter at ``places``.

    Raises:
        InvalidInput: a key is unknown or a value impossible; the sentence names file and key.
    """
    values: dict[str, Any] = places.read_settings()
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name, *inner = (str(part) for part in first["loc"])
        raise _refused(places, name, ".".join([name, *inner]), first["input"]) from error
    except SettingsError as error:  # a variable that should hold JSON
        raise _refused(places, "keymap", "keymap", os.environ.get("COUNTER_KEYMAP")) from error


_POSSIBLE: Final = {
    "language": "en, zh_CN",
    "theme": "normal, high-contrast",
    "lock_after_minutes": "1 ... 480",
    "exports": "/srv/exports",
    "personal_data": ", ".join(PersonalData),
    "keymap": '"app.lock" = "f9"',
}
"""What each setting may be, as it is written."""


def _refused(places: Places, name: str, key: str, value: object) -> InvalidInput:
    if name not in _POSSIBLE:
        return InvalidInput(
            N_("{path} has a setting {key}, which there is not. There are: {known}."),
            field=key,
            path=places.settings_file,
            key=key,
            known=", ".join(_POSSIBLE),
        )
    return InvalidInput(
        N_(
            "Setting {key} in {path} or the environment cannot be '{value}'. Write it like this: "
            "{possible}"
        ),
        field=key,
        path=places.settings_file,
        key=key,
        value=value,
        possible=_POSSIBLE[name],
    )
