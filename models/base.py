"""What every table shares: identity, change number, version, and how columns are typed.

Types are chosen so that the same declaration gives STRICT tables on SQLite and plain ones on
PostgreSQL: text, 64-bit integers, UTC instants (SQLModel's own ``datetime``) and JSON as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Field, SQLModel

from models.identity import new_uid

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Type of integer keys: BIGINT alone is no alias of SQLite's rowid."""


@compiles(sa.String, "sqlite")
@compiles(sa.Date, "sqlite")
@compiles(sa.DateTime, "sqlite")
@compiles(sa.JSON, "sqlite")
def _text(type_: Any, compiler: Any, **options: Any) -> str:
    return "TEXT"


@compiles(sa.Boolean, "sqlite")
@compiles(sa.BigInteger, "sqlite")
def _integer(type_: Any, compiler: Any, **options: Any) -> str:
    return "INTEGER"


@compiles(sa.Numeric, "sqlite")
@compiles(sa.Float, "sqlite")
def _no_fraction(type_: Any, compiler: Any, **options: Any) -> str:
    raise TypeError("Counter stores no fractions: use integers of the smallest unit.")


class Stored(SQLModel):
    """Every row: an integer key inside, a ``uid`` outside."""

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    uid: str = Field(default_factory=new_uid, max_length=36, unique=True)


class Changed(Stored):
    """A row that leaves with the nightly export.

    ``change_no`` is the number that the last transaction that touched the row drew from the one
    change counter (``data.changes``); on both engines its order is commit order.
    """

    change_no: int = Field(default=0, sa_type=sa.BigInteger, index=True)


class Mutable(Changed):
    """A row that may change. ``version`` grows by one with every change (``data.store``)."""

    version: int = Field(default=1)


def table_args(*parts: Any) -> tuple[Any, ...]:
    """``__table_args__`` of every table: STRICT, and keys that are never used again."""
    return (*parts, {"sqlite_strict": True, "sqlite_autoincrement": True})


def one_of(column: str, terms: type[StrEnum] | Iterable[str]) -> sa.CheckConstraint:
    """The column holds one of the terms (or null where it may)."""
    values = ", ".join(f"'{term}'" for term in terms)
    return sa.CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


def check(name: str, condition: str) -> sa.CheckConstraint:
    """A named constraint: unnamed ones get lost when SQLite rebuilds a table."""
    return sa.CheckConstraint(condition, name=name)


def not_empty(*columns: str) -> tuple[sa.CheckConstraint, ...]:
    """Null is the only empty: a CSV cell without text reads back to the same value."""
    return tuple(check(f"{column}_not_empty", f"{column} <> ''") for column in columns)


def reference(table: str, **options: Any) -> Any:
    """A column that points to the key of ``table``; nothing is ever deleted by cascade."""
    return Field(foreign_key=f"{table}.id", sa_type=Key, **options)
