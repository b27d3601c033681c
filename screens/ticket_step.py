"""The window that asks for what a step of a ticket needs, and takes the step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from counter.language import sentence
from counter.ticket_events import TicketHead
from models.errors import Conflict, CounterError, InvalidInput
from screens.widgets.ask import Ask
from screens.widgets.form import Field
from screens.widgets.plain import PlainText


class AskStep(Ask):
    """A form in a window that stays open, typing and all, until its step is kept or is left.

    What is wrong with a field stands under it; what stands in the step's way, such as what a
    colleague did meanwhile, is told in full above the form, and done again it is meant so.

    Args:
        title: what is asked, already translated; names the ticket.
        fields: the fields, in their order.
        take: takes the step with what was typed.
        conflict: called when the ticket is not as it was seen any more, before the next try.
        typed: what stood in the fields when the window was left without taking the step.
    """

    DEFAULT_CSS = """
    AskStep {
        & #dialog { width: 74; }
        & #problem { color: $text-error; text-style: bold; margin: 1 0 0 0; display: none; }
        & #problem:nocolor { color: $foreground; }
    }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        take: Callable[[dict[str, str]], Awaitable[TicketHead]],
        conflict: Callable[[], Awaitable[None]],
        typed: Mapping[str, str],
    ) -> None:
        super().__init__(title, fields, validate=self._try)
        self._take = take
        self._conflict = conflict
        self._typed = typed
        self.kept: TicketHead | None = None

    def on_mount(self) -> None:
        self.mount(PlainText("", id="problem"), before=self.form)
        self.form.fill(self._typed)

    async def _try(self, values: dict[str, str]) -> dict[str, str]:
        if self.kept is not None:  # the key repeated while the store was busy
            return {}
        self._tell("")
        try:
            self.kept = await self._take(values)
        except InvalidInput as error:
            faults = {fault.field: sentence(fault) for fault in error.faults or (error,)}
            known = {name: said for name, said in faults.items() if name in self.form.fields}
            if len(known) < len(faults):
                self._tell(" ".join(said for name, said in faults.items() if name not in known))
            return known or {"": ""}
        except CounterError as error:
            if isinstance(error, Conflict):
                await self._conflict()
            self._tell(sentence(error))
            return {"": ""}
        return {}

    def _tell(self, problem: str) -> None:
        line = self.query_one("#problem", PlainText)
        line.update(f"! {problem}" if problem else "")
        line.display = bool(problem)
        if problem:
            self.call_after_refresh(line.scroll_visible, animate=False)
