"""Where files about tickets lie, and what they are called. Nothing here imports SQLModel."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path, PurePath
from typing import Final

from counter.desk import ReadingDesk
from counter.permissions import Action
from counter.places import Places
from counter.rules.fields import ticket_number
from data.return_cases import attachments_of
from models.errors import NotFound
from models.messages import N_
from models.return_views import AttachmentRow
from models.text import clean_text

_NAME_LIMIT: Final = 200
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")


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
    path = attachment_path(places, row.sha256, row.name)
    if not path.is_file():
        raise NotFound(
            N_("{name} is missing: {path} is not there. Copy the folder back from where it is."),
            name=row.name,
            path=path,
        )
    return path


def kept_name(path: Path) -> str:
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


def media_type(path: Path) -> str:
    """What the ending says that the file is, as Python knows it: computers differ in it."""
    found, _encoding = mimetypes.MimeTypes().guess_type(f"file{_ending(path.name)}", strict=False)
    return found or "application/octet-stream"


def attachment_path(places: Places, sha256: str, name: str) -> Path:
    """Where the file with that sum lies, by the name that a row gives it."""
    return places.attachments / f"{sha256}{_ending(name)}"
