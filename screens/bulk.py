"""One step with all marked tickets: chosen from a menu, asked once, told row by row."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from counter import bulk_steps, staff
from counter.bulk_steps import BulkResult, Chosen, RowResult
from counter.desk import WritingDesk
from counter.language import _, ngettext, number, sentence
from counter.permissions import Action, allowed
from counter.ticket_events import TicketHead
from counter.undoing import undo
from counter.words import label
from models.errors import CounterError, InvalidInput
from models.messages import N_
from models.terms import TicketKind
from models.views import TicketRow
from screens import steps
from screens.asking import KeptAsk
from screens.queue_steps import asked_for
from screens.steps import Asked, Moment
from screens.widgets.dialog import open_dialog
from screens.widgets.menu import ActionMenu, MenuAction
from screens.widgets.sheet import Part, Sheet

if TYPE_CHECKING:
    from screens.frame import FramedScreen
    from screens.ticket_list import TicketList

OFFERED: Final = {
    "take": N_("Take them"),
    "assign": N_("Assign them"),
    "hand_over": N_("Hand them over to a department"),
    "escalate": N_("Lift them one level"),
    "note": N_("Write the same note"),
    "wait": N_("Wait for the customers"),
    "resolve": N_("Resolve them alike"),
    "close": N_("Close them"),
    "priority": N_("Change their priority"),
}
"""Steps that make sense with many tickets at once, and what they are called there."""

_UNDO: Final = "undo"

_NEEDED: Final = {"priority": Action.CHANGE_PRIORITY}


def open_bulk(screen: TicketList, rows: tuple[TicketRow, ...]) -> None:
    """Offer the steps for ``rows`` and take the one that is chosen."""
    role = screen.counter_app.actor.role
    lines = [
        MenuAction(step, _(words))
        for step, words in OFFERED.items()
        if step not in _NEEDED or allowed(role, _NEEDED[step])
    ]
    title = ngettext("With {count} ticket", "With {count} tickets", len(rows))

    def chosen(step: str | None) -> None:
        if step is not None:
            _Bulk(screen, rows, step).ask()

    menu = ActionMenu(title.format(count=number(len(rows))), lines)
    open_dialog(screen.app, menu, chosen)


def undo_all(screen: TicketList, numbers: tuple[str, ...]) -> None:
    """Take one's own last step with each of these tickets back."""
    _Bulk(screen, (), _UNDO).take_back([Chosen(no) for no in numbers])


class _Bulk:
    """One step on its way through the marked tickets."""

    def __init__(self, screen: TicketList, rows: tuple[TicketRow, ...], step: str) -> None:
        self._screen = screen
        self._app = screen.counter_app
        self._actor = self._app.actor
        self._rows = rows
        self._step = step

    def ask(self) -> None:
        """Ask for what the step needs, then take it."""
        if self._step == "take":
            self._go(steps.take, [Chosen(row.no, row.version) for row in self._rows], ())
        elif self._step == "assign" and allowed(self._app.actor.role, Action.ASSIGN_OTHERS):
            self._screen.read(staff.colleagues, self._ask_assignee, group="colleagues", opens=True)
        else:
            self._ask_fields([])

    def take_back(self, chosen: list[Chosen]) -> None:
        """Take the last step with these tickets back."""
        self._go(lambda desk, no, seen: undo(desk, no, seen=seen), chosen, ())

    def _ask_assignee(self, people: list[tuple[str, str]]) -> None:
        if self._screen.is_active:  # else the hand went on to something else
            self._ask_fields(people)

    def _ask_fields(self, people: list[tuple[str, str]]) -> None:
        complaint = any(row.kind is TicketKind.COMPLAINT for row in self._rows)
        moment = Moment(self._app.today(), people, asks_liability=complaint)
        asked = asked_for(self._step, moment)
        chosen = [Chosen(row.no, row.version) for row in self._rows]
        tried: list[RowResult] = []
        typed: dict[str, str] = {}

        async def check(values: dict[str, str]) -> dict[str, str]:
            """Take the step with the first ticket: what is wrong with the fields shows there."""
            if tried:  # the key repeated
                return {}
            step = self._with(asked, values)
            result = await asyncio.to_thread(self._apply, chosen[:1], step, None)
            error = result.rows[0].error
            if isinstance(error, InvalidInput) and error.field in window.form.fields:
                return window.refused(error)
            try:
                await asyncio.to_thread(window.draft.forget)
            except CounterError as refusal:
                self._app.say_in_front(refusal)
            window.finished()
            tried.extend(result.rows)
            typed.update(values)
            return {}

        def done(values: dict[str, str] | None) -> None:
            if tried:
                self._go(self._with(asked, typed), chosen[1:], tuple(tried))

        count = ngettext("{count} ticket", "{count} tickets", len(self._rows))
        title = f"{count.format(count=number(len(self._rows)))}  {asked.title}"
        window = KeptAsk(title, asked.fields, draft=f"bulk:{self._step}", validate=check)
        open_dialog(self._app, window, done)

    @staticmethod
    def _with(asked: Asked, values: dict[str, str]) -> bulk_steps.Step:
        def step(desk: WritingDesk, no: str, seen: int | None) -> TicketHead:
            return asked.operation(desk, no, seen, values)

        return step

    def _apply(
        self,
        chosen: list[Chosen],
        step: bulk_steps.Step,
        told: Callable[[RowResult, int, int], None] | None,
    ) -> BulkResult:
        app = self._app
        return bulk_steps.apply_to_each(
            app.shop, self._actor, chosen, step, told=told, stopped=lambda: not app.is_running
        )

    def _go(
        self, step: bulk_steps.Step, chosen: list[Chosen], before: tuple[RowResult, ...]
    ) -> None:
        """Take the step with the rest, in a thread, telling how far it is."""
        of = len(before) + len(chosen)

        async def run() -> None:
            loop = asyncio.get_running_loop()

            def told(_row: RowResult, tried: int, _of: int) -> None:
                loop.call_soon_threadsafe(self._say_progress, tried + len(before), of)

            result = await asyncio.to_thread(self._apply, chosen, step, told)
            self._ended(BulkResult((*before, *result.rows), result.left))

        self._app.run_worker(run(), group="bulk")

    def _say_progress(self, tried: int, of: int) -> None:
        if self._screen.stands:
            said = _("{done} of {count} ...")
            self._screen.say(said.format(done=number(tried), count=number(of)))

    def _ended(self, result: BulkResult) -> None:
        """Say how it ended; what failed stays marked and is told row by row."""
        if self._app.actor == self._actor:  # else nothing of it is the next person's to take back
            done = tuple(row.no for row in result.rows if row.error is None)
            self._app.last_steps = () if self._step == _UNDO else done or self._app.last_steps
        said = (
            ngettext("{count} taken back", "{count} taken back", result.done)
            if self._step == _UNDO
            else ngettext("{count} done", "{count} done", result.done)
        ).format(count=number(result.done))
        if result.failed or result.left:
            said += _(", {count} not").format(count=number(result.failed + len(result.left)))
        if self._screen.stands:
            failed = {row.no for row in result.rows if row.error} | set(result.left)
            self._screen.keep_marked(row.id for row in self._rows if row.no in failed)
            self._tell(self._screen, f"{said}.", result)
        elif self._app.is_signed_in and self._app.actor == self._actor:
            self._app.in_front(lambda front: self._tell(front, f"{said}.", result))

    def _tell(self, screen: FramedScreen, said: str, result: BulkResult) -> None:
        screen.say(said, "problem" if result.failed else "done")
        if result.failed or result.left:
            sheet = Sheet(said, list(_parts(result)))
            screen.when_in_front(lambda: open_dialog(self._app, sheet))


def _parts(result: BulkResult) -> list[Part]:
    """Every ticket's end, what failed first."""
    failed = [f"{row.no}  {sentence(row.error)}" for row in result.rows if row.error]
    done = [f"{row.no}  {label(row.head.status)}" for row in result.rows if row.head]
    parts = [
        Part(_("Not done"), failed),
        Part(_("Not tried"), list(result.left)),
        Part(_("Done"), done),
    ]
    return [part for part in parts if part.lines]
