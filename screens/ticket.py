"""One ticket: what it is, what happened, and every step it can take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer

from counter import lookup, staff
from counter.beside_ticket import Looked, checklist, look, others
from counter.desk import ReadingDesk
from counter.language import _, day
from counter.permissions import Action, allowed
from counter.rules.lifecycle import needs_liability
from counter.ticket_events import TicketHead
from counter.undoing import Undoable, undo, undoable
from counter.words import label
from models.complaint_views import BesideTicket, OpenCase
from models.messages import N_
from models.terms import CompensationStatus, CrisisStep, TicketStatus
from models.views import TicketDetail
from screens import complaint_steps, complaint_story, steps
from screens import ticket_story as story
from screens.checklist import Checklist, not_needed
from screens.frame import FramedScreen
from screens.keymap import key_for
from screens.steps import Asked, Moment
from screens.ticket_compensation import ask_for_grant, under_way
from screens.ticket_correction import correction
from screens.ticket_keys import STEP_KEYS
from screens.ticket_offers import BESIDE, OF_COMPLAINT, offered
from screens.ticket_step import AskStep, draft_of_step
from screens.widgets.dialog import open_dialog
from screens.widgets.plain import PlainText

_CAME_BACK: Final = N_("It came back")


class _Found(NamedTuple):
    """A ticket as it was read, with what stands beside it."""

    ticket: TicketDetail
    looked: Looked
    undoable: Undoable | None


class TicketScreen(FramedScreen):
    """A ticket with its history; only the steps that are possible now have keys.

    Args:
        no: the ticket's human number.
        news: what to say on the status line at first, already translated.
        step: a step whose window is to open at once, with the typing it was left with.
    """

    CSS_PATH = "styles/ticket.tcss"
    AUTO_FOCUS = "#story"
    BINDINGS: ClassVar[list[BindingType]] = [
        *STEP_KEYS,
        Binding("v", "receipt", N_("Receipt"), id="ticket.receipt", show=False),
        Binding("escape", "back", N_("Back"), id="ticket.back"),
    ]

    def __init__(self, no: str, *, news: str = "", step: str | None = None) -> None:
        super().__init__()
        self._no = no
        self._news = news
        self.ticket: TicketDetail | None = None
        self.looked: Looked | None = None
        self._undoable: Undoable | None = None
        self._undo_ends: Timer | None = None
        self._next_words = ""
        self._last: tuple[str, TicketHead] | None = None
        self._awaited_step = step
        self._resumes = step is not None

    def compose_body(self) -> ComposeResult:
        yield PlainText("", id="headline")
        yield PlainText("", id="next-step")
        with VerticalScroll(id="story", can_focus=True):
            yield PlainText("", id="facts")
            yield PlainText("", id="history")

    def on_mount(self) -> None:
        if self._news:
            self.say(self._news, "done")
        self.store_changed()

    def store_changed(self) -> None:
        """Read the ticket again and show it."""
        self.read(self._question, self._show, group="ticket")

    def _question(self, desk: ReadingDesk) -> _Found:
        ticket = lookup.ticket(desk, self._no)
        return _Found(ticket, look(desk, ticket), undoable(desk, self._no))

    @property
    def is_opening(self) -> bool:
        """Also the window of a step that was asked for before the ticket was read."""
        return self._awaited_step is not None or super().is_opening

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("The keys below are the steps that are possible now; each is kept in the history."),
            _("Resolve says how it ended and why; close says whether the customer was told."),
            _("x says what is due when and how that was counted."),
            _("! gives the ticket priority P1; g lifts a complaint one level up."),
            _("u takes your own last step back within a minute; k corrects customer and receipt."),
            _("Nothing is ever deleted: what was taken back stays in the history."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _show(self, found: _Found) -> None:
        ticket, self.looked, self._undoable = found
        self.ticket = ticket
        headline = story.headline(ticket)
        if self.looked.beside.complaint is not None:
            of_complaint = complaint_story.headline(self.looked.beside.complaint)
            headline = Content.assemble(headline, "\n", of_complaint)
        self.query_one("#headline", PlainText).update(headline)
        shop = self.counter_app.shop
        now, zone = shop.clock(), shop.site.zone
        if self._undoable is not None:
            left = (self._undoable.until - now).total_seconds()
            if self._undo_ends is not None:  # each reading would leave one more behind
                self._undo_ends.stop()
            self._undo_ends = self.set_timer(max(left, 0) + 0.1, self.refresh_bindings)
        self._show_clocks(ticket, self.looked)
        self.query_one("#history", PlainText).update(story.history(ticket, zone))
        self.refresh_bindings()
        self._tell_of_call(found.looked.beside)
        if self._awaited_step is not None:
            self.when_in_front(self._take_awaited_step)

    def show_title(self) -> None:
        """Also how much time is left: it is asked every second."""
        super().show_title()
        if self.ticket is not None and self.looked is not None:
            self._show_clocks(self.ticket, self.looked)

    def _show_clocks(self, ticket: TicketDetail, looked: Looked) -> None:
        """What comes next and what is due; drawn only where a minute made it another."""
        shop = self.counter_app.shop
        now, zone = shop.clock(), shop.site.zone
        key = partial(key_for, self)
        next_words = complaint_story.next_step(ticket, looked, key, now, zone)
        facts = story.facts(ticket, now, zone, complaint_story.facts(looked, now, zone))
        if (words := f"{next_words}\n{facts.plain}") != self._next_words:
            self._next_words = words
            self.query_one("#next-step", PlainText).update(next_words)
            self.query_one("#facts", PlainText).update(facts)

    def _tell_of_call(self, beside: BesideTicket) -> None:
        """After a closing say which call-back is planned, after a reopening that it is off."""
        last, self._last = self._last, None
        if last is None:
            return
        step, head = last
        call = beside.call
        if step == "compensate":
            self._ask_for_grant(beside)
        elif call is not None and (step == "close") == call.is_awaited:
            off = _("Saved. {no}: {status}. The call-back is called off.")
            on = _("Saved. {no}: {status}. Call-back planned for {day}.")
            said = on if call.is_awaited else off
            status, when = label(head.status), day(call.due_on)
            self.say(said.format(no=head.no, status=status, day=when), "done")

    def _ask_for_grant(self, beside: BesideTicket) -> None:
        ticket, row = self.ticket, under_way(beside)
        if ticket is not None and row is not None and row.status is CompensationStatus.PROPOSED:
            grant = partial(ask_for_grant, self, ticket, row, partial(self._kept, "grant"))
            self.when_in_front(grant)

    def _take_awaited_step(self) -> None:
        """Do what was pressed, or resumed, before the ticket was read."""
        step, self._awaited_step = self._awaited_step, None
        resumes, self._resumes = self._resumes, False
        if step is not None and self.check_action("step", (step,)):
            self.action_step(step)
        elif step is not None and resumes:
            self._save_typing_as_note(step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys of steps that the ticket's status and the role allow."""
        if action == "undo":
            return self._undoable is not None and (
                self.counter_app.shop.clock() <= self._undoable.until
            )
        if action == "receipt":
            return self.ticket is not None and self.ticket.receipt_no is not None
        if action == "explain":
            return self.looked is not None
        if action != "step":
            return True
        if self.ticket is None or self.looked is None:  # not read yet: a fast hand's key waits
            return True
        name = str(parameters[0])
        return offered(name, self.ticket, self.looked.beside, self.counter_app.actor)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys of the moment: what was sent out does not answer, it comes back."""
        found = super().active_bindings
        if self.ticket is None or self.ticket.status is not TicketStatus.WAITING_THIRD_PARTY:
            return found
        return {
            key: active._replace(binding=replace(active.binding, description=_CAME_BACK))
            if active.binding.id == "ticket.answer"
            else active
            for key, active in found.items()
        }

    def action_receipt(self) -> None:
        """Show the receipt the ticket is about."""
        from screens.receipt import ReceiptScreen

        if self.ticket is not None and self.ticket.receipt_no is not None:
            self.app.push_screen(ReceiptScreen(self.ticket.receipt_no))

    def action_explain(self) -> None:
        """Say what is due when, and how that was counted."""
        if self.ticket is not None and self.looked is not None:
            complaint_story.open_clocks(self, self.ticket, self.looked)

    # --- steps ------------------------------------------------------------------------------

    def action_step(self, name: str) -> None:
        """Take one step, after asking what it needs."""
        ticket, looked = self.ticket, self.looked
        if ticket is None or looked is None:
            self._awaited_step = name
            return
        app = self.counter_app
        match name:
            case "take":
                self.write(
                    partial(steps.take, no=ticket.no, seen=ticket.version),
                    partial(self._kept, name),
                )
            case "assign" if allowed(app.actor.role, Action.ASSIGN_OTHERS):
                self.read(staff.colleagues, self._ask_assignee, group="colleagues", opens=True)
            case "correct":
                self._open_window("correct", correction(app, ticket))
            case "merge":
                self.read(lambda desk: others(desk, ticket), self._ask_into, group="others",
                          opens=True)  # fmt: skip
            case "check":
                self._open_checklist(ticket, looked.beside)
            case name if name in OF_COMPLAINT or name in BESIDE:
                asked = complaint_steps.asked_for(name, looked.beside, app.shop.site.currency)
                self._open_window(name, asked)
            case _:
                self._ask(name)

    def _ask_assignee(self, people: list[tuple[str, str]]) -> None:
        if self.is_active:  # else the hand went on to something else
            self._ask("assign", people)

    def _ask_into(self, candidates: Sequence[OpenCase]) -> None:
        if self.is_active:
            self._open_window("merge", complaint_steps.merging(candidates))

    def _ask(self, step: str, people: list[tuple[str, str]] | None = None) -> None:
        if self.ticket is None:
            return
        moment = Moment(
            self.counter_app.today(),
            people or (),
            needs_liability(self.ticket.kind),
            self.ticket.priority,
        )
        self._open_window(step, steps.asked_for(step, moment))

    def _open_checklist(self, ticket: TicketDetail, beside: BesideTicket) -> None:
        if beside.complaint is None:
            return

        def closed(step: str | None) -> None:
            if step is not None:
                self._open_window("check", not_needed(CrisisStep(step)))

        wanted, done = checklist(ticket, beside.complaint), beside.complaint.checklist
        window = Checklist(self, ticket, wanted, done, partial(self._kept, "check"))
        open_dialog(self.app, window, closed)

    def _open_window(self, step: str, asked: Asked) -> None:
        """Ask for what a step needs and take it; what is wrong stands under its field.

        The typing is never lost: a window that is left shows it again when it is opened again.
        """
        ticket = self.ticket
        if ticket is None:
            return

        def done(_values: dict[str, str] | None) -> None:
            if dialog.kept is not None:
                self._kept(step, dialog.kept)

        dialog = AskStep(
            asked, step=step, ticket=ticket, look=lambda desk: lookup.ticket(desk, ticket.no)
        )
        open_dialog(self.app, dialog, done)

    def _save_typing_as_note(self, step: str) -> None:
        """The step that was being typed is no longer possible: its words may still be a note."""
        typed = self.counter_app.typed.get(draft_of_step(self._no, step), {})
        if typed.get("note") and self.check_action("step", ("note",)):
            note = draft_of_step(self._no, "note")
            self.counter_app.typed.setdefault(note, {"note": typed["note"]})
            self.action_step("note")
        self.say(_("That step is no longer possible. Your words can be kept as a note."))

    def action_undo(self) -> None:
        """Take one's own last step back."""
        ticket = self.ticket
        if ticket is None:
            return

        def done(head: TicketHead) -> None:
            self.say(
                _("Taken back. {no}: {status}.").format(no=head.no, status=label(head.status)),
                "done",
            )
            self.store_changed()

        self.write(lambda desk: undo(desk, ticket.no, seen=ticket.version), done)

    def _kept(self, step: str, head: TicketHead) -> None:
        self._last = (step, head) if step in ("close", "reopen", "compensate") else None
        self.counter_app.last_steps = (head.no,)
        said = _("Saved. {no}: {status}. {key} takes it back.")
        if step == "merge":  # the head is the other ticket's, and a merger is not taken back
            said = _("Goes on in {no}.")
        key = key_for(self, "ticket.undo")
        self.say(said.format(no=head.no, status=label(head.status), key=key), "done")
        self.store_changed()
