"""How goods of a return come when nobody brings them: a parcel on its way, a driver at a time."""

from __future__ import annotations

from datetime import datetime

from counter.desk import WritingDesk
from counter.return_events import case_to_work_on, end_appointments, step
from counter.rules.fields import Faults
from counter.rules.return_case import next_status
from models.appointment import Appointment
from models.errors import WrongState
from models.messages import N_
from models.return_views import ReturnHead
from models.terms import AppointmentKind, AppointmentStatus, ReturnMode, TicketAction
from models.text import clean_text


def ship(desk: WritingDesk, no: str, tracking_no: str, *, seen: int | None = None) -> ReturnHead:
    """The parcel is on its way: its number.

    Raises:
        InvalidInput: the number is missing.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    number = faults.text("tracking_no", tracking_no, required=True, limit=64)
    faults.raise_if_any()
    opened = case_to_work_on(desk, no, seen)
    if opened.case.mode != ReturnMode.MAIL:
        raise WrongState(N_("These goods do not come by mail: there is no parcel to follow."))
    step(desk, opened, TicketAction.SHIP, payload={"tracking_no": number})
    return opened.head


def schedule(
    desk: WritingDesk,
    no: str,
    slot_from: str,
    slot_to: str,
    address: str = "",
    *,
    seen: int | None = None,
) -> ReturnHead:
    """Agree on when the goods are picked up; an earlier appointment is put off.

    Raises:
        InvalidInput: the times are missing or impossible.
        NotAllowed, NotFound, WrongState, Conflict: nothing was changed.
    """
    faults = Faults()
    where = faults.text("address", address, limit=400)
    slot = pickup_slot(desk, slot_from, slot_to, faults)
    if slot is None and not faults.found:
        faults.add("slot_from", N_("Write day and time as 2025-03-08 14:00."))
    faults.raise_if_any()
    opened = case_to_work_on(desk, no, seen)
    if opened.case.mode != ReturnMode.PICKUP:
        raise WrongState(N_("These goods are not picked up: there is nothing to agree on."))
    if slot is None:
        raise RuntimeError("A checked slot is missing.")
    next_status(TicketAction.SCHEDULE, opened.status)
    for earlier in end_appointments(desk, opened.ticket, AppointmentStatus.RESCHEDULED):
        where = where or earlier.address
    desk.session.add(
        Appointment(
            ticket_id=opened.case.ticket_id,
            kind=AppointmentKind.PICKUP,
            slot_from=slot[0],
            slot_to=slot[1],
            address=where,
            status=AppointmentStatus.CONFIRMED,
        )
    )
    step(
        desk,
        opened,
        TicketAction.SCHEDULE,
        payload={"from": slot[0].isoformat(), "to": slot[1].isoformat()},
    )
    return opened.head


def pickup_slot(
    desk: WritingDesk, typed_from: str, typed_to: str, faults: Faults
) -> tuple[datetime, datetime] | None:
    """Begin and end of a pick-up, UTC, from local times as typed; None where none was."""
    if not clean_text(typed_from) and not clean_text(typed_to):
        return None
    found = []
    for name, typed in (("slot_from", typed_from), ("slot_to", typed_to)):
        try:
            found.append(_instant(desk, clean_text(typed)))
        except (ValueError, OverflowError):  # no time, or one beside the calendar
            faults.add(name, N_("Write day and time as 2025-03-08 14:00."))
    if len(found) < 2:
        return None
    if not desk.now < found[1] or found[0] >= found[1]:
        faults.add("slot_to", N_("The end has to be after the beginning, and after now."))
        return None
    return found[0], found[1]


def _instant(desk: WritingDesk, typed: str) -> datetime:
    """The moment, UTC, of a local time as typed.

    Raises:
        ValueError: it is no time, or one of another place.
        OverflowError: the calendar does not reach so far.
    """
    local = datetime.fromisoformat(typed)
    if local.tzinfo is not None:
        raise ValueError(typed)
    return local.replace(tzinfo=desk.site.zone).astimezone(desk.now.tzinfo)
