"""What is being typed, kept in the store while it is typed, offered again after a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from counter.desk import ReadingDesk, WritingDesk
from counter.permissions import Action
from data.reading import instant
from models.views import DraftRow

if TYPE_CHECKING:
    from models.ticket import Draft


def save(desk: WritingDesk, form: str, content: Mapping[str, Any]) -> None:
    """Keep what the actor has typed into ``form`` so far; an empty one is forgotten.

    Raises:
        NotAllowed: the actor works on no tickets, so that nothing typed could become anything.
    """
    from models.ticket import Draft

    desk.require(Action.WORK_TICKET)
    draft = _find(desk, form)
    if not any(content.values()):
        if draft is not None:
            desk.session.delete(draft)
        return
    draft = draft or Draft(staff_id=desk.actor.id, form=form, saved_at=desk.now)
    draft.content, draft.saved_at = dict(content), desk.now
    desk.session.add(draft)


def forget(desk: WritingDesk, form: str) -> None:
    """The form was saved or given up: drop its draft.

    Called inside the operation's own unit of work, so that a crash never leaves both.

    Raises:
        NotAllowed: the actor works on no tickets.
    """
    desk.require(Action.WORK_TICKET)
    draft = _find(desk, form)
    if draft is not None:
        desk.session.delete(draft)


def drafts_of(desk: ReadingDesk) -> tuple[DraftRow, ...]:
    """What the actor was typing, newest first."""
    desk.require(Action.READ)
    rows = desk.reader.all(
        "SELECT form, content, saved_at FROM draft WHERE staff_id = :me ORDER BY saved_at DESC",
        me=desk.actor.id,
    )
    return tuple(DraftRow(row[0], json.loads(row[1]), instant(row[2])) for row in rows)


def _find(desk: WritingDesk, form: str) -> Draft | None:
    from sqlmodel import select

    from models.ticket import Draft

    return desk.session.exec(
        select(Draft).where(Draft.staff_id == desk.actor.id, Draft.form == form)
    ).first()
