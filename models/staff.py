"""Who works at the counter."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Mutable, check, not_empty, one_of, table_args
from models.terms import Role


class Staff(Mutable, table=True):
    """员工. ``login`` is the staff number that is typed to sign in.

    ``pin_hash`` and ``code_hash`` are argon2 hashes; the one-time code lets a new or forgetful
    person set a PIN once. ``failed_tries`` and ``locked_until`` outlive a restart. Whoever signs in
    carries ``session_no``; raising it ends every session that began before, at every terminal.
    """

    __tablename__ = "staff"
    __table_args__ = table_args(
        one_of("role", Role),
        *not_empty("login", "name"),
        check("failed_tries_counted", "failed_tries >= 0"),
        check("goodwill_not_negative", "goodwill_limit_minor >= 0"),
    )

    login: str = Field(unique=True, max_length=32)
    name: str = Field(max_length=80)
    role: str
    pin_hash: str | None = None
    code_hash: str | None = None
    code_expires_at: datetime | None = None
    active: bool = True
    goodwill_limit_minor: int = Field(default=0, sa_type=sa.BigInteger)
    failed_tries: int = 0
    locked_until: datetime | None = None
    session_no: int = 0
