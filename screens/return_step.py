"""The window that asks for what a step of a return needs, and takes the step.

Where a second person has to say yes, their window opens over it; the typing stays below.
"""

from __future__ import annotations

import asyncio
from functools import partial

from counter import return_reading
from counter.approvals import Approval
from counter.permissions import Action, allowed
from models.errors import Conflict, CounterError, InvalidInput, NotAllowed
from models.return_views import ReturnCaseDetail
from screens.replying import ReplyingAsk
from screens.return_asked import Asked, Head, Taking
from screens.second_person import ask_second_person


def draft_of_return_step(no: str, step: str) -> str:
    """The name of the draft of what is typed for ``step`` of a return."""
    return f"return:{no}:{step}"


def return_step_of_draft(form: str) -> tuple[str, str] | None:
    """The return and the step that a draft of that name belongs to; None for another form."""
    kind, _sep, rest = form.partition(":")
    no, _sep, step = rest.partition(":")
    return (no, step) if kind == "return" and no and step else None


class AskReturnStep(ReplyingAsk):
    """A form that stays open, typing and all, until its step is kept or is left.

    What is wrong with a field stands under it; what stands in the step's way, such as what a
    colleague did meanwhile, is told in full above the form, and done again it is meant so.

    Args:
        case: the case as it was seen.
        step: the name of the step.
        asked: its question, its fields, and what it becomes.

    Attributes:
        kept: what the step gave back, once it was taken.
    """

    DEFAULT_CSS = """
    AskReturnStep {
        & #dialog { width: 76; }
    }
    """

    def __init__(self, case: ReturnCaseDetail, step: str, asked: Asked) -> None:
        super().__init__(
            f"{case.no}  {asked.title}",
            asked.fields,
            ticket_no=case.no,
            draft=draft_of_return_step(case.no, step),
            validate=self._try,
        )
        self._name = asked.title
        self._seen: int | None = case.ticket.version
        self._operation = asked.operation
        self.kept: Head | None = None

    async def _try(self, values: dict[str, str]) -> dict[str, str]:
        if self.kept is not None:  # the key repeated while the store was busy
            return {}
        self.tell("")
        try:
            self.kept = await self._take(values, None)
        except NotAllowed as error:
            if allowed(self.counter_app.actor.role, Action.HANDLE_RETURN):
                self._ask_second_person(values, error)
                return {"": ""}
            return self.refused(error)
        except CounterError as error:
            return await self._refused(error)
        return {}

    async def _take(self, values: dict[str, str], approval: Approval | None) -> Head:
        return await self.carry_out(
            lambda desk: self._operation(desk, Taking(self.ticket_no, self._seen, values, approval))
        )

    async def _refused(self, error: CounterError) -> dict[str, str]:
        if isinstance(error, Conflict):
            await asyncio.to_thread(self._look_again)
        return self.refused(error)

    def _ask_second_person(self, values: dict[str, str], why: NotAllowed) -> None:
        def done(head: Head) -> None:
            self.kept = head
            self._close(values)

        def refused(error: CounterError) -> None:
            self.run_worker(self._show_refused(error), group="refused")

        ask_second_person(
            self.counter_app,
            f"{self.ticket_no}  {self._name}",
            why,
            partial(self._take, values),
            done=done,
            refused=refused,
        )

    async def _show_refused(self, error: CounterError) -> None:
        self.form.show_errors(await self._refused(error))

    def refused(self, error: CounterError) -> dict[str, str]:
        """What stands under the fields after a refusal; of several lines of goods, above them."""
        if isinstance(error, InvalidInput) and not error.faults:
            of_lines = [name for name in self.form.fields if name.startswith(f"{error.field}-")]
            if len(of_lines) == 1:
                error.field = of_lines[0]
        return super().refused(error)

    def _look_again(self) -> None:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            self._seen = return_reading.case(desk, self.ticket_no).ticket.version
