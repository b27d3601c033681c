"""Hand-over at the end of a shift: what was done and is left, in numbers, and a note to the next.

The numbers follow from events; nobody counts. Reading imports no SQLModel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Final

from counter.desk import AskingDesk, ReadingDesk, WritingDesk
from counter.language import _, money, number, time_of_day
from counter.permissions import Action
from counter.rules.fields import Faults
from counter.words import label
from data import handover
from models.errors import InvalidInput
from models.handover_views import Shift, ShiftNoteRow, ShiftNumbers
from models.messages import N_

TEXT_LIMIT: Final = 2_000
NOTES: Final = 30
"""How many notes are shown unless more are asked for."""

_SHIFT: Final = timedelta(hours=16)
"""No shift is longer: a sign-in before that belongs to another one."""

_FRESH: Final = timedelta(hours=24)
"""So long a note is shown to whoever signs in."""


def shift(desk: AskingDesk) -> Shift:
    """The actor's shift so far: since the last note, or since the first sign-in after it.

    Raises:
        NotAllowed: the role works on no tickets.
    """
    desk.require(Action.WORK_TICKET)
    began_at = _began_at(desk)
    found = handover.numbers(desk.ask, desk.actor.id, began_at, desk.now)
    return Shift(began_at, desk.now, found)


def _began_at(desk: AskingDesk) -> datetime:
    last = handover.last_own(desk.ask, desk.actor.id)
    earliest = desk.now - _SHIFT
    if last is not None and last > earliest:
        return min(last, desk.now)
    signed_in = handover.signed_in_at(desk.ask, desk.actor.id, earliest)
    midnight = datetime.combine(desk.today, time.min, desk.site.zone).astimezone(UTC)
    return min(signed_in or midnight, desk.now)


def hand_over(desk: WritingDesk, text: str = "", began_at: datetime | None = None) -> ShiftNoteRow:
    """Leave a note to the next shift, with the numbers of this one.

    Args:
        desk: whose shift ends.
        text: what the next one has to know; may be empty where the numbers say something.
        began_at: when the shift began, where that is not as :func:`shift` says.

    Raises:
        NotAllowed: the role works on no tickets.
        InvalidInput: the text is too long, there is nothing to hand over, or the shift would
            begin after its end.
    """
    from models.handover import ShiftNote  # here: reading needs no SQLModel

    desk.require(Action.WORK_TICKET)
    faults = Faults()
    said = faults.text("text", text, limit=TEXT_LIMIT, lines=True)
    faults.raise_if_any()
    begun = began_at or _began_at(desk)
    if begun > desk.now:
        raise InvalidInput(N_("A shift begins before it ends."), field="began_at")
    numbers = handover.numbers(desk.ask, desk.actor.id, begun, desk.now)
    if said is None and numbers == ShiftNumbers():
        raise InvalidInput(
            N_("Nothing was done and nothing is open: write what the next shift has to know."),
            field="text",
        )
    row = ShiftNote(
        staff_id=desk.actor.id,
        began_at=begun,
        ended_at=desk.now,
        text=said,
        numbers=asdict(numbers) | {"paid": [list(one) for one in numbers.paid]},
    )
    desk.session.add(row)
    desk.session.flush()
    if row.id is None:
        raise RuntimeError("A note was not stored.")
    desk.work.audit("shift.hand_over", "shift_note", row.uid, login=desk.actor.login)
    login, name = desk.actor.login, desk.actor.name
    return ShiftNoteRow(row.id, login, name, begun, desk.now, said, numbers)


def notes(desk: ReadingDesk, limit: int = NOTES) -> list[ShiftNoteRow]:
    """The last notes of everybody, the newest first."""
    desk.require(Action.READ)
    return handover.notes(desk.ask, limit)


def left_note(desk: ReadingDesk) -> ShiftNoteRow | None:
    """The last note, where somebody else left it within a day; None where there is none."""
    desk.require(Action.READ)
    found = handover.notes(desk.ask, 1)
    if not found or found[0].login == desk.actor.login or desk.now - found[0].ended_at > _FRESH:
        return None
    return found[0]


# --- in words -------------------------------------------------------------------------------


def number_lines(numbers: ShiftNumbers) -> Iterator[tuple[str, str]]:
    """What each number counts, and the number, in the words of the person."""
    yield _("Newly opened"), number(numbers.opened)
    yield _("Taken"), number(numbers.taken)
    yield _("Customers told"), number(numbers.answered)
    yield _("Resolved"), number(numbers.resolved)
    yield _("Closed"), number(numbers.closed)
    yield _("Returns decided"), number(numbers.decided)
    for paid in numbers.paid:
        yield (
            _("Paid back: {method}").format(method=label(paid.method)),
            money(paid.amount_minor, paid.currency),
        )
    yield _("Still open"), number(numbers.open)
    yield _("Overdue"), number(numbers.overdue)


def note_line(desk: AskingDesk, note: ShiftNoteRow) -> str:
    """The one line that the next person reads first."""
    at = time_of_day(note.ended_at, desk.site.zone)
    text = " ".join((note.text or "").split())
    if not text:
        return _("{name} handed over at {time}. F9 shows the notes.").format(
            name=note.name, time=at
        )
    return _("{name} left a note at {time}: {text}  F9 shows all.").format(
        name=note.name, time=at, text=text
    )
