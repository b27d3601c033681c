"""The window that asks for what a step of a ticket needs, and takes the step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from counter.approvals import Approval
from counter.desk import ReadingDesk, WritingDesk
from counter.permissions import Action, allowed
from counter.ticket_events import TicketHead
from models.errors import Conflict, CounterError, NotAllowed
from models.views import TicketDetail
from screens.replying import ReplyingAsk
from screens.second_person import ask_second_person
from screens.steps import Asked


def draft_of_step(no: str, step: str) -> str:
    """The name of the draft of what is typed for ``step`` of a ticket."""
    return f"step:{no}:{step}"


def step_of_draft(form: str) -> tuple[str, str] | None:
    """The ticket and the step that a draft of that name belongs to; None for another form."""
    kind, _sep, rest = form.partition(":")
    no, _sep, step = rest.partition(":")
    return (no, step) if kind == "step" and no and step else None


class AskStep(ReplyingAsk):
    """A form in a window that stays open, typing and all, until its step is kept or is left.

    What is wrong with a field stands under it; what stands in the step's way, such as what a
    colleague did meanwhile, is told in full above the form, and done again it is meant so. Where
    the step takes a second person, their window opens over it.

    Args:
        asked: what is asked, and what it becomes.
        step: the name of the step.
        ticket: the ticket as it was seen.
        look: reads the ticket again, when a colleague was faster.
    """

    DEFAULT_CSS = """
    AskStep {
        & #dialog { width: 74; }
    }
    """

    def __init__(
        self,
        asked: Asked,
        *,
        step: str,
        ticket: TicketDetail,
        look: Callable[[ReadingDesk], TicketDetail],
    ) -> None:
        super().__init__(
            f"{ticket.no}  {asked.title}",
            asked.fields,
            ticket_no=ticket.no,
            draft=draft_of_step(ticket.no, step),
            validate=self._try,
        )
        self._asked = asked
        self._seen = ticket.version
        self._look = look
        self.kept: TicketHead | None = None

    async def _try(self, values: dict[str, str]) -> dict[str, str]:
        if self.kept is not None:  # the key repeated while the store was busy
            return {}
        self.tell("")
        try:
            self.kept = await self.carry_out(
                lambda desk: self._asked.operation(desk, self.ticket_no, self._seen, values)
            )
        except NotAllowed as error:
            may_ask = allowed(self.counter_app.actor.role, Action.HANDLE_RETURN)
            if self._asked.approved is None or not may_ask:
                return self.refused(error)
            self._ask_second_person(values, error)
            return {"": ""}
        except CounterError as error:
            return await self._refused(error)
        return {}

    async def _refused(self, error: CounterError) -> dict[str, str]:
        if isinstance(error, Conflict):
            # A store that cannot be read now is told by the next try: it is the same conflict.
            with suppress(CounterError):
                await asyncio.to_thread(self._look_again)
        return self.refused(error)

    def _ask_second_person(self, values: dict[str, str], why: NotAllowed) -> None:
        def done(head: TicketHead) -> None:
            self.kept = head
            self._close(values)

        async def show(error: CounterError) -> None:
            self.form.show_errors(await self._refused(error))

        def refused(error: CounterError) -> None:
            self.run_worker(show(error), group="refused")

        ask_second_person(
            self.counter_app,
            f"{self.ticket_no}  {self._asked.title}",
            why,
            partial(self._approved, values),
            done=done,
            refused=refused,
        )

    async def _approved(self, values: dict[str, str], approval: Approval) -> TicketHead:
        step = self._asked.approved
        if step is None:
            raise RuntimeError("This step takes no second person.")

        def operation(desk: WritingDesk) -> TicketHead:
            return step(desk, self.ticket_no, self._seen, values, approval)

        return await self.carry_out(operation)

    def _look_again(self) -> None:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            self._seen = self._look(desk).version
