"""What the shop has promised: policies, calendars and service targets, each in versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, check, not_empty, one_of, reference, table_args
from models.terms import CalendarDay, PolicyStatus, Priority


class PolicyVersion(Mutable, table=True):
    """政策版本: text and parameters of a policy (政策) for a scope, from a day on."""

    __tablename__ = "policy_version"
    __table_args__ = table_args(
        one_of("status", PolicyStatus),
        sa.UniqueConstraint("code", "scope", "version_no"),
        check("dates_in_order", "effective_to IS NULL OR effective_to >= effective_from"),
        *not_empty("code", "scope"),
    )

    code: str = Field(max_length=40)
    scope: str = Field(default="all", max_length=40)
    version_no: int
    body: str
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    effective_from: date | None = None
    effective_to: date | None = None
    status: str = Field(default=PolicyStatus.DRAFT)
    added_by_id: int | None = reference("staff", default=None)
    added_at: datetime | None = None
    approved_by_id: int | None = reference("staff", default=None)
    approved_at: datetime | None = None
    sha256: str = Field(max_length=64)


class Calendar(Mutable, table=True):
    """日历. ``weekly`` maps ISO weekdays (``"1"`` to ``"7"``) to lists of [from, to] windows."""

    __tablename__ = "calendar"
    __table_args__ = table_args(sa.UniqueConstraint("code", "version_no"), *not_empty("code", "tz"))

    code: str = Field(max_length=40)
    version_no: int = 1
    tz: str
    weekly: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class CalendarException(Changed, table=True):
    """One date that differs from the weekly windows."""

    __tablename__ = "calendar_exception"
    __table_args__ = table_args(
        one_of("kind", CalendarDay), sa.UniqueConstraint("calendar_id", "on_date")
    )

    calendar_id: int = reference("calendar")
    on_date: date
    kind: str
    windows: list[list[str]] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    name: str | None = None


class ServiceVersion(Changed, table=True):
    """服务时限版本: calendars and targets as somebody wrote them; never changed once added.

    New tickets run under the newest; open ones are moved to it on order only (service clocks,
    rule 11). ``body`` is the text as it was written, ``parameters`` what it says.
    """

    __tablename__ = "service_version"
    __table_args__ = table_args(*not_empty("name", "body"))

    version_no: int = Field(unique=True)
    name: str = Field(max_length=80)
    body: str
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    sha256: str = Field(max_length=64)
    added_by_id: int | None = reference("staff", default=None)
    added_at: datetime


class ServiceTarget(Changed, table=True):
    """服务时限: working minutes for a priority under one version of the targets."""

    __tablename__ = "service_target"
    __table_args__ = table_args(
        one_of("priority", Priority),
        sa.UniqueConstraint("version_no", "priority"),
        check(
            "minutes_positive", "first_response_min > 0 AND resolution_min >= first_response_min"
        ),
    )

    version_no: int
    priority: str
    calendar_id: int = reference("calendar")
    first_response_min: int
    resolution_min: int
    warn_percent: int = 80
    level3_percent: int = 150
