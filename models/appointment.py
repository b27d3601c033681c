"""What was agreed upon for a certain time: a pick-up, a delivery, a visit."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Mutable, check, not_empty, one_of, reference, table_args
from models.terms import AppointmentKind, AppointmentResult, AppointmentStatus


class Appointment(Mutable, table=True):
    """预约 of a ticket; the slot is in UTC."""

    __tablename__ = "appointment"
    __table_args__ = table_args(
        one_of("kind", AppointmentKind),
        one_of("status", AppointmentStatus),
        one_of("result", AppointmentResult),
        check("slot_in_order", "slot_from < slot_to"),
        sa.Index("ix_appointment_status_slot_from", "status", "slot_from", "id"),
        *not_empty("address", "crew"),
    )

    ticket_id: int = reference("ticket", index=True)
    kind: str
    slot_from: datetime
    slot_to: datetime
    address: str | None = Field(default=None, max_length=400)
    crew: str | None = Field(default=None, max_length=80)
    status: str = Field(default=AppointmentStatus.PROPOSED)
    result: str | None = None
