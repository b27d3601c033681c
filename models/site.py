"""The shop itself, the numbers it hands out, and what the store file knows about itself."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Key, Mutable, not_empty, one_of, reference, table_args
from models.terms import Jurisdiction


class Site(Mutable, table=True):
    """门店: one shop. ``tz`` is an IANA zone, ``currency`` an ISO 4217 code."""

    __tablename__ = "site"
    __table_args__ = table_args(
        one_of("jurisdiction", Jurisdiction), *not_empty("code", "name", "tz", "currency")
    )

    code: str = Field(unique=True)
    name: str
    tz: str
    currency: str = Field(max_length=3)
    jurisdiction: str = Field(default=Jurisdiction.CN)
    language: str = Field(default="en")
    counter_calendar_id: int | None = reference("calendar", default=None)


class StoreFact(SQLModel, table=True):
    """One fact about the store file, e.g. the ``epoch`` of a new or restored file."""

    __tablename__ = "store_fact"
    __table_args__ = ({"sqlite_strict": True},)

    name: str = Field(primary_key=True)
    value: str


class ChangeCounter(SQLModel, table=True):
    """The one row whose value is the last change number given out (``data.changes``)."""

    __tablename__ = "change_counter"
    __table_args__ = ({"sqlite_strict": True},)

    id: int = Field(primary_key=True, sa_type=Key)
    value: int = Field(default=0, sa_type=sa.BigInteger)


class NumberCounter(SQLModel, table=True):
    """The last human number given out for a series (ticket letter) on a local calendar day."""

    __tablename__ = "number_counter"
    __table_args__ = ({"sqlite_strict": True},)

    series: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    value: int = Field(default=0, sa_type=sa.BigInteger)
