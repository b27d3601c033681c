"""What can be done with a line of the overdue board: who has it, higher up, a call, and why."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial

from counter import beside_ticket, lookup, staff, tickets
from counter.beside_words import clock_line, why
from counter.desk import ReadingDesk
from counter.language import _
from counter.permissions import Action, allowed
from counter.ticket_events import TicketHead
from counter.words import label
from models.overdue_views import OverdueLine
from models.terms import COMPLAINED, ClockKind
from models.views import TicketDetail
from screens import steps
from screens.complaint_steps import in_words
from screens.frame import FramedScreen
from screens.overdue_call import AskCall
from screens.steps import Asked, Moment
from screens.ticket_step import AskStep
from screens.widgets.dialog import open_dialog
from screens.widgets.sheet import Part, Sheet


class OverdueSteps(FramedScreen):
    """The part of the board that acts on the line under the cursor."""

    @property
    @abstractmethod
    def line(self) -> OverdueLine | None:
        """The line under the cursor, where its clock still goes on."""

    @property
    def _no(self) -> str | None:
        line = self.line
        return line.detail.no if line is not None and line.detail is not None else None

    def action_open(self) -> None:
        """Show the ticket, or the return that it is of."""
        if self._no is not None:
            self.counter_app.open_ticket(self._no)

    def action_take(self) -> None:
        """Become the owner."""
        line = self.line
        if line is None or line.detail is None:
            return
        no, seen = line.detail.no, line.detail.version
        self.write(lambda desk: tickets.take(desk, no, seen=seen), self._kept)

    def action_assign(self) -> None:
        """Give it to a colleague, or to a department."""
        no = self._no
        if no is None:
            return
        names_people = allowed(self.counter_app.actor.role, Action.ASSIGN_OTHERS)

        def look(desk: ReadingDesk) -> tuple[TicketDetail, list[tuple[str, str]]]:
            return lookup.ticket(desk, no), staff.colleagues(desk) if names_people else []

        def ask(found: tuple[TicketDetail, list[tuple[str, str]]]) -> None:
            ticket, people = found
            moment = Moment(self.counter_app.today(), people)
            self._open("assign", ticket, steps.asked_for("assign", moment))

        self.read(look, ask, group="step", opens=True)

    def action_escalate(self) -> None:
        """Lift a complaint one level; give anything else the first priority."""
        self._with_ticket(self._ask_escalation)

    def action_call(self) -> None:
        """Call the customer, and say how it went."""
        line = self.line
        if line is not None:
            self._with_ticket(partial(self._ask_call, line.row.clock is ClockKind.CALL_BACK))

    def action_explain(self) -> None:
        """Say how the due time was counted, and show every clock of the ticket."""
        line = self.line
        if line is None or line.detail is None:
            return
        no, kind = line.detail.no, line.row.clock

        def show(parts: list[Part]) -> None:
            title = _("{no}: why it is due then").format(no=no)
            self.when_in_front(lambda: open_dialog(self.app, Sheet(title, parts)))

        self.read(lambda desk: explanation(desk, no, kind), show, group="why", opens=True)

    def _with_ticket(self, ask: Callable[[TicketDetail], None]) -> None:
        """Read the ticket under the cursor and open what ``ask`` opens for it."""
        no = self._no
        if no is not None:
            self.read(lambda desk: lookup.ticket(desk, no), ask, group="step", opens=True)

    def _ask_escalation(self, ticket: TicketDetail) -> None:
        if ticket.kind in COMPLAINED:
            self._open("escalate", ticket, in_words("escalate"))
        else:
            self._open("urgent", ticket, in_words("urgent"))

    def _ask_call(self, planned: bool, ticket: TicketDetail) -> None:
        self._show(AskCall(ticket, planned=planned))

    def _open(self, step: str, ticket: TicketDetail, asked: Asked) -> None:
        look = partial(lookup.ticket, no=ticket.no)
        self._show(AskStep(asked, step=step, ticket=ticket, look=look))

    def _show(self, window: AskStep) -> None:
        def done(_values: dict[str, str] | None) -> None:
            if window.kept is not None:
                self._kept(window.kept)

        self.when_in_front(lambda: open_dialog(self.app, window, done))

    def _kept(self, head: TicketHead) -> None:
        self.counter_app.last_steps = (head.no,)
        self.say(_("Saved. {no}: {status}.").format(no=head.no, status=label(head.status)), "done")
        self.store_changed()


def explanation(desk: ReadingDesk, no: str, kind: ClockKind) -> list[Part]:
    """How the clocks of a kind were counted, then every clock of the ticket, in words."""
    looked = beside_ticket.clocks(desk, no)
    zone = desk.site.zone
    every = looked.beside.clocks
    parts = [
        Part(clock_line(looked, clock, desk.now, zone), why(clock, zone))
        for clock in every
        if clock.kind is kind and clock.open
    ]
    others = [clock_line(looked, clock, desk.now, zone) for clock in every]
    return [*parts, Part(_("Every clock of {no}").format(no=no), others)]
