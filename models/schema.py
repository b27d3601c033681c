"""All tables at once, for the migrations and for whoever needs every table's metadata."""

from __future__ import annotations

from sqlmodel import SQLModel

from models import (
    appointment,
    audit,
    clock,
    complaint,
    customer,
    exchange,
    followup,
    handover,
    policy,
    product,
    receipt,
    returns,
    site,
    staff,
    ticket,
)

__all__ = [
    "appointment",
    "audit",
    "clock",
    "complaint",
    "customer",
    "exchange",
    "followup",
    "handover",
    "metadata",
    "policy",
    "product",
    "receipt",
    "returns",
    "site",
    "staff",
    "ticket",
]

metadata = SQLModel.metadata
