"""The checklist of an urgent complaint: a digit ticks a step, a note says why one is not needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from counter import complaints
from counter.desk import WritingDesk
from counter.language import _, sentence
from counter.ticket_events import TicketHead
from counter.words import label
from models.errors import CounterError, InvalidInput
from models.messages import N_
from models.terms import CrisisStep
from models.views import TicketDetail
from screens.steps import Asked, note_field
from screens.widgets.dialog import Dialog
from screens.widgets.plain import PlainText

if TYPE_CHECKING:
    from screens.frame import FramedScreen


class Checklist(Dialog[str | None]):
    """The steps with their digits; it stays open until all is said.

    Args:
        screen: the screen of the ticket, which writes.
        ticket: the ticket as it was seen.
        steps: what is asked for, in order.
        done: what is done already.
        told: called after every tick, with the ticket as it stands then.

    The result is the step that is not needed, to be noted; None when it was closed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter,space", "tick", N_("Done"), show=False),
        Binding("n", "not_needed", N_("Not needed"), show=False),
        Binding("escape", "close", N_("Back"), show=False),
    ]

    def __init__(
        self,
        screen: FramedScreen,
        ticket: TicketDetail,
        steps: Sequence[CrisisStep],
        done: Sequence[CrisisStep],
        told: Callable[[TicketHead], None],
    ) -> None:
        super().__init__()
        self._of = screen
        self._no = ticket.no
        self._steps = tuple(steps)
        self._done = set(done)
        self._told = told
        self._cursor = next((at for at, step in enumerate(steps) if step not in done), 0)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield PlainText(_("{no}  checklist").format(no=self._no), classes="dialog--title")
            yield PlainText(self._lines(), id="steps", classes="dialog--detail")
            yield PlainText("", id="problem", classes="dialog--detail")
            keys = _("Digit: done.  n: not needed, with a note.  Esc: back.")
            yield PlainText(keys, classes="dialog--keys")

    def help_lines(self) -> list[str]:
        """How a step is ticked."""
        return [
            _("The digit before a step ticks it; again takes the tick away."),
            _("n asks why the step under the cursor is not needed, and ticks it with the note."),
        ]

    def _lines(self) -> Content:
        lines = []
        for at, step in enumerate(self._steps):
            sign = "x" if step in self._done else " "
            here = ">" if at == self._cursor else " "
            style = "bold" if at == self._cursor else ""
            lines.append(Content.styled(f"{here} {at + 1} [{sign}] {label(step)}", style))
        return Content("\n").join(lines)

    def _show_steps(self) -> None:
        for steps in self.query("#steps").results(PlainText):
            steps.update(self._lines())

    def on_key(self, event: events.Key) -> None:
        at = int(event.character) - 1 if event.character and event.character.isdecimal() else -1
        if 0 <= at < len(self._steps):
            event.stop()
            self._cursor = at
            self.action_tick()

    def action_move(self, by: int) -> None:
        """Move the cursor; it stays at the ends."""
        self._cursor = max(min(self._cursor + by, len(self._steps) - 1), 0)
        self._show_steps()

    def action_tick(self) -> None:
        """Tick the step under the cursor, or take its tick away."""
        step = self._steps[self._cursor]
        done = step not in self._done

        def operation(desk: WritingDesk) -> TicketHead:
            return complaints.check(desk, self._no, step, done=done)

        def kept(head: TicketHead) -> None:
            self._done ^= {step}
            self._say("")
            self._told(head)

        def failed(error: CounterError) -> None:
            self._say(f"! {sentence(error)}")

        self._of.write(operation, kept, group="checklist", failed=failed)

    def _say(self, text: str) -> None:
        for line in self.query("#problem").results(PlainText):  # none once the list was closed
            line.update(text)
        self._show_steps()

    def action_not_needed(self) -> None:
        """Ask why the step under the cursor is not needed."""
        if self.is_current:
            self.dismiss(self._steps[self._cursor])

    def action_close(self) -> None:
        """Close the list."""
        if self.is_current:
            self.dismiss(None)


def not_needed(step: CrisisStep) -> Asked:
    """Why a step of the checklist is not needed; kept, it counts as done."""

    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        if not v["note"]:
            raise InvalidInput(N_("Please fill this in."), field="note")
        return complaints.check(desk, no, step, v["note"], seen=seen)

    title = _("Not needed: {step}. Why?").format(step=label(step))
    return Asked(title, [note_field()], operation)
