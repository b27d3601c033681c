"""The window that asks for what a step of a ticket needs, and takes the step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from counter.desk import ReadingDesk
from counter.ticket_events import TicketHead
from models.errors import Conflict, CounterError
from models.views import TicketDetail
from screens.asking import KeptAsk
from screens.steps import Operation
from screens.widgets.form import Field


def draft_of_step(no: str, step: str) -> str:
    """The name of the draft of what is typed for ``step`` of a ticket."""
    return f"step:{no}:{step}"


def step_of_draft(form: str) -> tuple[str, str] | None:
    """The ticket and the step that a draft of that name belongs to; None for another form."""
    kind, _sep, rest = form.partition(":")
    no, _sep, step = rest.partition(":")
    return (no, step) if kind == "step" and no and step else None


class AskStep(KeptAsk):
    """A form in a window that stays open, typing and all, until its step is kept or is left.

    What is wrong with a field stands under it; what stands in the step's way, such as what a
    colleague did meanwhile, is told in full above the form, and done again it is meant so.

    Args:
        title: what is asked, already translated; names the ticket.
        fields: the fields, in their order.
        step: the name of the step.
        ticket: the ticket as it was seen.
        operation: takes the step.
        look: reads the ticket again, when a colleague was faster.
    """

    DEFAULT_CSS = """
    AskStep {
        & #dialog { width: 74; }
    }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        step: str,
        ticket: TicketDetail,
        operation: Operation,
        look: Callable[[ReadingDesk], TicketDetail],
    ) -> None:
        super().__init__(title, fields, draft=draft_of_step(ticket.no, step), validate=self._try)
        self._no = ticket.no
        self._seen = ticket.version
        self._operation = operation
        self._look = look
        self.kept: TicketHead | None = None

    async def _try(self, values: dict[str, str]) -> dict[str, str]:
        if self.kept is not None:  # the key repeated while the store was busy
            return {}
        self.tell("")
        try:
            self.kept = await self.carry_out(
                lambda desk: self._operation(desk, self._no, self._seen, values)
            )
        except CounterError as error:
            if isinstance(error, Conflict):
                await asyncio.to_thread(self._look_again)
            return self.refused(error)
        return {}

    def _look_again(self) -> None:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            self._seen = self._look(desk).version
