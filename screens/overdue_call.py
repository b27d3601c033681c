"""The window for a call: the number when it is asked for, and how the call went."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from counter import follow_ups, lookup
from counter.desk import WritingDesk
from counter.language import _
from counter.telephones import telephone
from counter.ticket_events import TicketHead
from counter.words import label
from models.errors import CounterError
from models.messages import N_
from models.terms import ContactResult
from models.views import TicketDetail
from screens.steps import Asked, note_field
from screens.ticket_step import AskStep
from screens.widgets.controls import Choice
from screens.widgets.form import ChoiceField
from screens.widgets.plain import PlainText

CALL: Final = "call"
"""The step's name in the draft of what is typed for it."""


class AskCall(AskStep):
    """Call a customer. The number is masked until it is asked for, and the audit says by whom.

    Args:
        ticket: the ticket that the call is about.
        planned: a call-back is planned about it: the result ends it, or it is tried again.
    """

    DEFAULT_CSS = """
    AskCall {
        & #phone { margin: 1 0 0 0; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "show_phone", N_("Show the number"), id="call.phone"),
    ]

    def __init__(self, ticket: TicketDetail, *, planned: bool) -> None:
        results = [Choice(str(one), partial(label, one)) for one in ContactResult]
        fields = [ChoiceField("result", N_("Result"), results), note_field()]
        super().__init__(
            Asked(_("How did the call go?"), fields, _planned if planned else _unplanned),
            step=CALL,
            ticket=ticket,
            look=lambda desk: lookup.ticket(desk, ticket.no),
        )
        self._ticket = ticket

    def help_lines(self) -> list[str]:
        """How to get the number, and what becomes of the result."""
        return [
            *super().help_lines(),
            _("Ctrl+T shows the whole number; the audit says who asked for it."),
            _("The result of a planned call-back ends it, or it is tried again another day."),
        ]

    def on_mount(self) -> None:
        masked = self._ticket.phone_masked
        said = (
            _("{name}  {phone}   Ctrl+T: show the number").format(
                name=self._ticket.customer or "", phone=masked
            )
            if masked
            else _("No telephone is known.")
        )
        self.mount(PlainText(said.strip(), id="phone"), before=self.form)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is a number."""
        return action != "show_phone" or self._ticket.phone_masked is not None

    def action_show_phone(self) -> None:
        """Show the number, and let the audit say who asked."""
        self.run_worker(self._show(), group="phone")

    async def _show(self) -> None:
        app, no = self.counter_app, self._ticket.no

        def ask() -> str:
            with app.shop.writing(app.actor) as desk:
                return telephone(desk, no)

        try:
            phone = await asyncio.to_thread(ask)
        except CounterError as error:
            self.refused(error)
            return
        said = f"{self._ticket.customer or ''}  {phone}".strip()
        for line in self.query("#phone").results(PlainText):  # none once the window was left
            line.update(said)


def _planned(desk: WritingDesk, no: str, _version: int | None, v: dict[str, str]) -> TicketHead:
    """The result of a call-back that was planned."""
    follow_ups.record_call(desk, no, v["result"], v["note"])
    return follow_ups.note_call(desk, no, v["result"], v["note"])


def _unplanned(desk: WritingDesk, no: str, _version: int | None, v: dict[str, str]) -> TicketHead:
    """A call that nothing was planned for: a note of the ticket."""
    return follow_ups.note_call(desk, no, v["result"], v["note"])
