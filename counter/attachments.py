"""Files about a ticket: a photo or a letter, copied into the counter's folder and kept by its sum.

The copy is whole and safe on the disk before a row names it, so that a power cut or a kill in
between leaves at most a file that no row names; ``counter doctor`` tells of it. Backups hold the
store and not these files: whoever copies the folder ``attachments`` keeps them.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import stat
from pathlib import Path, PurePath
from typing import Final

from sqlmodel import select

from counter.desk import Actor, ReadingDesk
from counter.permissions import Action
from counter.places import Places
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
from models.text import clean_text
from models.ticket import Attachment

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of the largest file that is kept: a photo of any telephone."""

NOTE_LIMIT: Final = 400

_NAME_LIMIT: Final = 200
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
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
        name=_name_of(path),
        media_type=_media_type(path),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_at=shop.clock(),
        added_by_id=actor.id,
    )
    target = _path(shop.places, row.sha256, row.name)
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


def attached(desk: ReadingDesk, no: str) -> tuple[AttachmentRow, ...]:
    """The files about a ticket, the oldest first.

    Raises:
        NotAllowed: the role may not read tickets.
        InvalidInput: no number was given.
        NotFound: there is no ticket of that number.
    """
    desk.require(Action.READ)
    no = ticket_number(no)
    found = desk.ask.one("SELECT id FROM ticket WHERE no = :no", no=no)
    if found is None:
        raise NotFound(N_("There is no ticket {no}."), no=no)
    return attachments_of(desk.ask, found[0])


def open_path(places: Places, row: AttachmentRow) -> Path:
    """Where the file lies that ``row`` names, to be shown by whatever shows such files.

    Raises:
        NotFound: it is not there.
    """
    path = _path(places, row.sha256, row.name)
    if not path.is_file():
        raise NotFound(
            N_("{name} is missing: {path} is not there. Copy the folder back from where it is."),
            name=row.name,
            path=path,
        )
    return path


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


# --- names ----------------------------------------------------------------------------------


def _name_of(path: Path) -> str:
    """The file's name as a row keeps it."""
    name = clean_text(path.name) or "file"
    if len(name) <= _NAME_LIMIT:
        return name
    ending = _ending(name)
    return name[: _NAME_LIMIT - len(ending)] + ending


def _ending(name: str) -> str:
    """The ending of a name, where it is a usual one, in small letters."""
    found = _ENDING.search(PurePath(name).suffix)
    return found.group().lower() if found else ""


def _media_type(path: Path) -> str:
    """What the ending says that the file is, as Python knows it: computers differ in it."""
    found, _encoding = mimetypes.MimeTypes().guess_type(f"file{_ending(path.name)}", strict=False)
    return found or "application/octet-stream"


def _path(places: Places, sha256: str, name: str) -> Path:
    return places.attachments / f"{sha256}{_ending(name)}"
