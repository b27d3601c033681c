"""What a list of tickets can do: steps with the ticket under the cursor, with all marked, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from counter import lookup, staff, tickets
from counter.beside_ticket import Looked, look
from counter.desk import ReadingDesk, WritingDesk
from counter.language import _
from counter.lateness import Lateness
from counter.list_files import export_tickets
from counter.lookup import TicketQuery
from counter.permissions import Action, allowed
from counter.rules.lifecycle import needs_liability, possible_actions
from counter.standing import Standing, standing
from counter.ticket_events import TicketHead
from counter.undoing import undo
from counter.words import label
from models.messages import N_
from models.terms import COMPLAINED
from models.views import TicketDetail, TicketRow
from screens.bulk import open_bulk, undo_all
from screens.complaint_story import open_clocks
from screens.frame import FramedScreen
from screens.keymap import key_for
from screens.queue_steps import ACTIONS, asked_for
from screens.steps import Moment
from screens.ticket_step import AskStep
from screens.widgets.dialog import open_dialog
from screens.widgets.paged_table import PagedTable

_Asked = tuple[TicketDetail, list[tuple[str, str]]]
"""The ticket as it stands now, and the colleagues it may be assigned to."""


class TicketList(FramedScreen):
    """A list of tickets that are worked on from the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", N_("Take next"), id="tickets.next"),
        Binding("t", "take", N_("Take"), id="tickets.take"),
        Binding("a", "step('assign')", N_("Assign"), id="tickets.assign"),
        Binding("o", "step('note')", N_("Note"), id="tickets.note"),
        Binding("w", "step('wait')", N_("Wait"), id="tickets.wait"),
        Binding(
            "exclamation_mark,g",
            "step('escalate')",
            N_("Escalate"),
            id="tickets.escalate",
            key_display="!",
        ),
        Binding("x", "explain", N_("Why due"), id="tickets.explain"),
        Binding("b", "bulk", N_("With marked"), id="tickets.bulk"),
        Binding("u", "undo", N_("Undo"), id="tickets.undo"),
        Binding("e", "export", N_("CSV"), id="tickets.export"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.lateness = Lateness()

    @property
    def table(self) -> PagedTable[TicketRow]:
        """The list."""
        return self.query_one("#tickets", PagedTable)

    def asked_for(self) -> TicketQuery:
        """The list as it stands, with the person whose tickets it shows."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the role allows."""
        needed = {
            "next": Action.WORK_TICKET,
            "take": Action.WORK_TICKET,
            "step": Action.WORK_TICKET,
            "bulk": Action.WORK_TICKET,
            "undo": Action.WORK_TICKET,
            "views": Action.KEEP_VIEWS,
            "export": Action.EXPORT_VIEW,
        }
        return action not in needed or allowed(self.counter_app.actor.role, needed[action])

    @on(PagedTable.RowChosen)
    def _open(self, event: PagedTable.RowChosen) -> None:
        self.counter_app.open_ticket(event.row.no)

    # --- the ticket under the cursor --------------------------------------------------------

    def action_take(self) -> None:
        """Become the owner of the ticket under the cursor; the cursor stays in the list."""
        row = self.table.current
        if row is None:
            return

        def done(head: TicketHead) -> None:
            self.counter_app.last_steps = (head.no,)
            said = _("{no} is yours. {key} takes it back.")
            self.say(said.format(no=head.no, key=key_for(self, "tickets.undo")), "done")
            self.table.reload()

        self.write(lambda desk: tickets.take(desk, row.no, seen=row.version), done)

    def action_step(self, name: str) -> None:
        """Ask for what a step needs and take it with the ticket under the cursor."""
        row = self.table.current
        if row is None:
            return
        others = name == "assign" and allowed(self.counter_app.actor.role, Action.ASSIGN_OTHERS)

        def question(desk: ReadingDesk) -> _Asked:
            return lookup.ticket(desk, row.no), staff.colleagues(desk) if others else []

        self.read(question, partial(self._ask, name), group="step", opens=True)

    def _ask(self, step: str, found: _Asked) -> None:
        if not self.is_active:  # the hand went on to something else
            return
        ticket, people = found
        if ACTIONS[step] not in possible_actions(ticket.status):
            said = _("Not with {no}: it is '{status}'.")
            self.say(said.format(no=ticket.no, status=label(ticket.status)), "problem")
            return
        if step == "escalate" and ticket.kind not in COMPLAINED:
            self.say(_("{no} is no complaint.").format(no=ticket.no), "problem")
            return
        moment = Moment(
            self.counter_app.today(), people, needs_liability(ticket.kind), ticket.priority
        )

        def done(_values: dict[str, str] | None) -> None:
            if window.kept is not None:
                self._stepped(window.kept)

        window = AskStep(
            asked_for(step, moment),
            step=step,
            ticket=ticket,
            look=lambda desk: lookup.ticket(desk, ticket.no),
        )
        open_dialog(self.app, window, done)

    def _stepped(self, head: TicketHead) -> None:
        """Say it, and go on to the next ticket."""
        self.counter_app.last_steps = (head.no,)
        said = _("Saved. {no}: {status}. {key} takes it back.")
        key = key_for(self, "tickets.undo")
        self.say(said.format(no=head.no, status=label(head.status), key=key), "done")
        row = self.table.current
        if row is not None and row.no == head.no:
            self.table.action_move(1)
        self.table.reload()

    def action_explain(self) -> None:
        """Show why the ticket under the cursor is due when it is."""
        row = self.table.current
        if row is None:
            return

        def question(desk: ReadingDesk) -> tuple[TicketDetail, Looked]:
            ticket = lookup.ticket(desk, row.no)
            return ticket, look(desk, ticket)

        def answered(found: tuple[TicketDetail, Looked]) -> None:
            self.when_in_front(partial(open_clocks, self, *found))

        self.read(question, answered, group="explain", opens=True)

    def standing_of(self, no: str) -> Callable[[ReadingDesk], Standing]:
        """The question how a ticket stands, which learns the calendars of its clocks."""

        def question(desk: ReadingDesk) -> Standing:
            found = standing(desk, no)
            self.lateness.learn(desk, found.clocks)
            return found

        return question

    # --- the next, the marked, the last -----------------------------------------------------

    def action_next(self) -> None:
        """Take the ticket that is due first of those nobody owns, and open it."""
        within = self.asked_for()

        def done(head: TicketHead | None) -> None:
            if head is None:
                narrowed = within.filter or within.text
                self.say(
                    _("None of these is without an owner.")
                    if narrowed
                    else _("Every open ticket has an owner.")
                )
                return
            self.counter_app.last_steps = (head.no,)
            if self.is_active:
                self.counter_app.open_ticket(head.no)
            else:  # the hand went on to another screen
                self.say(_("{no} is yours.").format(no=head.no), "done")

        def take_next(desk: WritingDesk) -> TicketHead | None:
            return tickets.take_next(desk, within)

        self.write(take_next, done, opens=True)

    def action_bulk(self) -> None:
        """Do one thing with the marked tickets, or with the one under the cursor."""
        rows = self.table.marked or tuple(filter(None, (self.table.current,)))
        if rows:
            open_bulk(self, rows)

    def keep_marked(self, row_ids: Iterable[int]) -> None:
        """Keep only these marks: the others are done."""
        self.table.mark(row_ids)
        self.table.reload()

    def action_undo(self) -> None:
        """Take back the last step that was taken at this counter by this person."""
        numbers = self.counter_app.last_steps
        if not numbers:
            self.say(_("Nothing to take back: you took no step here."))
        elif len(numbers) > 1:
            undo_all(self, numbers)
        else:
            self._undo(numbers[0])

    def _undo(self, no: str) -> None:

        def done(head: TicketHead) -> None:
            self.counter_app.last_steps = ()
            said = _("Taken back. {no}: {status}.")
            self.say(said.format(no=head.no, status=label(head.status)), "done")
            self.table.reload()

        self.write(lambda desk: undo(desk, no), done)

    def action_export(self) -> None:
        """Write all rows of the view for a spreadsheet."""
        query = self.asked_for()
        self.export(lambda desk, folder: export_tickets(desk, query, folder))
