"""Files about a ticket: a photo or a letter, copied into the counter's folder and kept by its sum.

The copy is whole and safe on the disk before a row names it, so that a power cut or a kill in
between leaves at most a file that no row names; ``counter doctor`` tells of it. Backups hold the
store and not these files: whoever copies the folder ``attachments`` keeps them.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Final

from sqlmodel import select

from counter.attachment_files import (
    attached,
    attachment_path,
    kept_name,
    media_type,
    open_path,
)
from counter.desk import Actor
from counter.permissions import Action
from counter.rules import lifecycle
from counter.rules.fields import Faults, ticket_number
from counter.shop import Shop
from counter.ticket_events import happen, ticket_to_work_on
from data.csvfile import make_folder, refusals_named, write_whole
from data.return_cases import attachments_of
from models.errors import FileRefused, NotFound
from models.messages import N_
from models.refusals import reason
from models.return_views import AttachmentRow
from models.terms import TicketAction, TicketStatus
from models.ticket import Attachment

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of the largest file that is kept: a photo of any telephone."""

__all__ = ["LARGEST", "attach", "attached", "open_path"]

NOTE_LIMIT: Final = 400

_NO_FILE: Final = N_("{path} is no file. Name a photo or another file.")


def attach(shop: Shop, actor: Actor, no: str, path: Path, note: str = "") -> AttachmentRow:
    """Copy the file at ``path`` into the counter's folder and let the ticket name it.

    The same file twice is one: what the ticket names already is given back.

    Raises:
        NotAllowed, NotFound, WrongState: the ticket takes no file from this person.
        FileRefused: there is no such file, it cannot be read, is empty, too large or no file at
            all, or the disk refused the copy; nothing was written.
        InvalidInput: the note is too long.
    """
    said = _checked_note(note)
    _refuse_early(shop, actor, no)
    content = _read(path)
    row = Attachment(
        ticket_id=0,
        name=kept_name(path),
        media_type=media_type(path),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_at=shop.clock(),
        added_by_id=actor.id,
    )
    target = attachment_path(shop.places, row.sha256, row.name)
    with refusals_named(target):
        make_folder(target.parent)
        write_whole(target, content)
    with shop.writing(actor) as desk:
        ticket = ticket_to_work_on(desk, no, None)
        before = desk.session.exec(
            select(Attachment)
            .where(Attachment.ticket_id == ticket.id)
            .where(Attachment.sha256 == row.sha256)
        ).first()
        if before is None:
            if ticket.id is None:
                raise RuntimeError("A ticket was not stored.")
            row.ticket_id, row.added_at = ticket.id, desk.now
            desk.session.add(row)
            payload = {"name": row.name, "bytes": row.bytes, "sha256": row.sha256}
            happen(desk, ticket, TicketAction.ATTACH, text=said, payload=payload)
        kept = attachments_of(desk.ask, ticket.id or 0)
    return next(one for one in kept if one.sha256 == row.sha256)


# --- before anything is copied --------------------------------------------------------------


def _checked_note(note: str) -> str | None:
    faults = Faults()
    said = faults.text("note", note, limit=NOTE_LIMIT, lines=True)
    faults.raise_if_any()
    return said


def _refuse_early(shop: Shop, actor: Actor, no: str) -> None:
    """What the operation would refuse is refused before 20 MB are copied for nothing."""
    with shop.reading(actor) as desk:
        desk.require(Action.WORK_TICKET)
        no = ticket_number(no)
        found = desk.ask.one("SELECT status FROM ticket WHERE no = :no", no=no)
    if found is None:
        raise NotFound(N_("There is no ticket {no}."), no=no)
    lifecycle.next_status(TicketAction.ATTACH, TicketStatus(found[0]))


def _read(path: Path) -> bytes:
    """What stands in the file.

    Raises:
        FileRefused: it is missing, no plain file, empty, too large, or cannot be read.
    """
    try:
        # Not blocking: a pipe without a writer would never open.
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FileRefused(_NO_FILE, field="path", path=path)
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(LARGEST + 1)
        finally:
            os.close(descriptor)
    except ValueError as error:  # a name with a null byte
        raise FileRefused(_NO_FILE, field="path", path=path) from error
    except OSError as error:
        raise FileRefused(
            N_("{path} cannot be read: {detail}."), field="path", path=path, detail=reason(error)
        ) from error
    if not content:
        raise FileRefused(N_("{path} is empty."), field="path", path=path)
    if len(content) > LARGEST:
        raise FileRefused(
            N_("{path} is larger than {most} MB. Attach a smaller one."),
            field="path",
            path=path,
            most=LARGEST // 1024**2,
        )
    return content
