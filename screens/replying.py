"""A window about a ticket into whose note a kept reply can be put by digit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from counter import lookup, replies
from counter.language import _
from models.complaint_views import ReplyRow
from models.errors import CounterError
from models.messages import N_
from screens.asking import KeptAsk
from screens.widgets.ask import Validator
from screens.widgets.dialog import open_dialog
from screens.widgets.form import Field
from screens.widgets.menu import ActionMenu, MenuAction
from screens.widgets.note import NoteArea, NoteField

_CELLS: Final = 60
"""How much of a reply stands in its line of the list."""


class ReplyingAsk(KeptAsk):
    """A :class:`KeptAsk` about a ticket: a key opens the replies that go with it.

    The reply, filled in with what the ticket knows, is put where the cursor stands in the note,
    to be read and changed before it is kept.

    Attributes:
        ticket_no: the number of the ticket that the window is about.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+b", "reply", N_("Reply text"), id="ask.reply"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        ticket_no: str,
        draft: str,
        validate: Validator,
    ) -> None:
        super().__init__(title, fields, draft=draft, validate=validate)
        self.ticket_no = ticket_no

    def help_lines(self) -> list[str]:
        """Also how a kept reply is put in."""
        said = [_("Ctrl+B puts a kept reply into the note.")] if self._notes() else []
        return [*super().help_lines(), *said]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are replies where there is a note."""
        return action != "reply" or bool(self._notes())

    def _notes(self) -> list[NoteField]:
        return [field for field in self.form.fields.values() if isinstance(field, NoteField)]

    def action_reply(self) -> None:
        """Show the replies by digit."""
        self.run_worker(self._offer(), group="replies")

    async def _offer(self) -> None:
        shop, actor = self.counter_app.shop, self.counter_app.actor

        def ask() -> list[ReplyRow]:
            with shop.reading(actor) as desk:
                ticket = lookup.ticket(desk, self.ticket_no)
                facts = replies.facts_of(desk, ticket)
                return [
                    row._replace(body=replies.fill(row.body, facts))
                    for row in replies.replies(desk, ticket.kind)
                ]

        try:
            found = await asyncio.to_thread(ask)
        except CounterError as error:
            self.refused(error)
            return
        if self.is_active:  # else the hand went on to something else
            self._choose({row.code: row for row in found})

    def _choose(self, found: dict[str, ReplyRow]) -> None:
        def chosen(code: str | None) -> None:
            if code is not None:
                self._put(found[code].body)

        lines = [
            MenuAction(code, f"{row.title}: {row.body[:_CELLS]}") for code, row in found.items()
        ]
        open_dialog(self.app, ActionMenu(_("Which reply?"), lines), chosen)

    def _put(self, text: str) -> None:
        focused = self.focused
        area = focused if isinstance(focused, NoteArea) else self._notes()[0].area
        area.replace(text, *sorted(area.selection))
        area.focus()
