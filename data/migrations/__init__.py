"""Forward migrations of the store (Alembic), inside the package.

Importing Alembic costs half a second, so nothing here imports it until a migration is due:
:data:`HEAD` names the newest revision that this program knows, and a test holds it against the
scripts.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from data.location import Location

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0004"
"""Revisions are four digits and grow: a greater one was written by a newer program."""


def migration_config() -> Config:
    """Alembic's configuration for the scripts inside this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("data.migrations")))
    return config


def migrate(location: Location) -> None:
    """Bring the store to :data:`HEAD` in one transaction: the old schema or the new one.

    Foreign keys are off meanwhile (on, a rebuilt table would delete its children) and every
    reference is checked before the end.

    Raises:
        StoreUnusable: the disk is full, the file read-only or damaged; nothing was changed.
        RuntimeError: the migration left a reference that points to nothing; nothing was changed.
    """
    from alembic import command

    from data.store import engine_failures_named, make_engine

    engine = make_engine(location, foreign_keys=False)
    try:
        with engine_failures_named(location), engine.begin() as connection:
            config = migration_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if dangling:
                raise RuntimeError(f"The migration left dangling references: {dangling[:5]}")
    finally:
        engine.dispose()
