"""The person behind the ticket, how to reach them, and their membership."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Changed, Key, Mutable, check, not_empty, one_of, reference, table_args
from models.terms import PointsKind, Tier


class Customer(Mutable, table=True):
    """顾客. Consents are null while nobody has asked.

    ``name_initials`` (pinyin or Latin) and ``search_text`` are computed in Python at write;
    ``care_flags`` is a JSON list of :class:`models.terms.CareFlag`.
    """

    __tablename__ = "customer"
    __table_args__ = table_args(
        *not_empty("customer_ref", "name", "address"),
        check("birthday_is_month_day", "birthday_md LIKE '__-__'"),
    )

    customer_ref: str | None = Field(default=None, unique=True, max_length=64)
    name: str | None = Field(default=None, max_length=120)
    address: str | None = Field(default=None, max_length=400)
    birthday_md: str | None = None
    care_flags: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    consent_contact: bool | None = None
    consent_marketing: bool | None = None
    source: str = Field(default="counter")
    merged_into_id: int | None = reference("customer", default=None)
    erased_at: datetime | None = None
    name_initials: str = Field(default="", index=True)
    search_text: str = Field(default="")


class CustomerPhone(Mutable, table=True):
    """One number of a customer: as given, and as digits. Triggers keep its tails beside it."""

    __tablename__ = "customer_phone"
    __table_args__ = table_args(
        *not_empty("phone", "digits"),
        sa.UniqueConstraint("customer_id", "digits"),
    )

    customer_id: int = reference("customer", index=True)
    phone: str = Field(max_length=40)
    digits: str = Field(index=True, max_length=32)
    active: bool = True


class CustomerPhoneTail(SQLModel, table=True):
    """One ending of a number, of three digits or more, by which any digits of it are found.

    Not exported: it follows from ``digits``. It refers to no key, because looking for the tails of
    a number that goes would read them all; ``counter doctor`` compares them (``data.phone_tails``).
    """

    __tablename__ = "customer_phone_tail"
    __table_args__ = ({"sqlite_strict": True, "sqlite_with_rowid": False},)

    tail: str = Field(primary_key=True, max_length=32)
    phone_id: int = Field(primary_key=True, sa_type=Key)


class MembershipAccount(Mutable, table=True):
    """会员: a member number and its tier."""

    __tablename__ = "membership_account"
    __table_args__ = table_args(one_of("tier", Tier), *not_empty("member_no"))

    customer_id: int = reference("customer", unique=True)
    member_no: str | None = Field(default=None, unique=True, max_length=64)
    tier: str = Field(default=Tier.NONE)
    since: date | None = None
    valid_to: date | None = None


class PointsEntry(Changed, table=True):
    """积分流水: points that moved; append-only, the balance is the sum."""

    __tablename__ = "points_entry"
    __table_args__ = table_args(one_of("kind", PointsKind))

    account_id: int = reference("membership_account", index=True)
    kind: str
    points: int = Field(sa_type=sa.BigInteger)
    ref: str | None = None
    at: datetime
