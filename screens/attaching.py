"""A photo or another file is attached to a ticket: the window that asks for its path."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counter.attachments import attach
from counter.import_paths import completions, path_from
from counter.language import _, sentence
from models.errors import CounterError
from models.messages import N_
from models.return_views import AttachmentRow
from screens.widgets.ask import Ask
from screens.widgets.dialog import open_dialog
from screens.widgets.form import TextField
from screens.widgets.path import PathField

if TYPE_CHECKING:
    from screens.frame import FramedScreen

_ANY: Final = ("",)
"""Endings that are offered: a photo, a letter, whatever the customer sent."""


def open_attaching(screen: FramedScreen, no: str) -> None:
    """Ask for a file and attach it to the ticket of that number."""
    app = screen.counter_app
    roots: tuple[Path, ...] = (Path.home(),)
    kept: list[AttachmentRow] = []

    async def check(values: dict[str, str]) -> dict[str, str]:
        if not values["file"]:
            return {"file": _("Please fill this in.")}
        path = path_from(values["file"], roots)
        try:
            kept.append(
                await asyncio.to_thread(attach, app.shop, app.actor, no, path, values["note"])
            )
        except CounterError as error:
            field = error.field if error.field == "note" else "file"
            return {field: sentence(error)}
        return {}

    def done(values: dict[str, str] | None) -> None:
        if values is not None and kept:
            said = _("{no}: {name} is attached.")
            screen.say(said.format(no=no, name=kept[-1].name), "done")
            screen.store_changed()

    ask = Ask(
        _("{no}: attach a file").format(no=no),
        [
            PathField(
                "file",
                N_("File"),
                lambda typed: completions(typed, roots, _ANY),
                hint=N_("Type or drop a path; Tab completes it."),
            ),
            TextField("note", N_("Note"), hint=N_("What it shows."), longest=400),
        ],
        validate=check,
        submit=N_("Attach"),
    )
    open_dialog(app, ask, done)
