"""One ticket: what it is, what happened, and every step it can take."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll

from counter import lookup, staff
from counter.corrections import UNCHANGED, Unchanged, correct, customer_meant
from counter.desk import ReadingDesk, WritingDesk
from counter.language import _
from counter.permissions import Action, allowed
from counter.rules.lifecycle import needs_liability, possible_actions
from counter.ticket_events import TicketHead
from counter.undoing import Undoable, undo, undoable
from counter.words import label
from models.messages import N_
from models.terms import TicketAction, TicketStatus
from models.views import TicketDetail
from screens import steps
from screens import ticket_story as story
from screens.frame import FramedScreen
from screens.keymap import key_for
from screens.steps import STEPS, Asked, Moment
from screens.ticket_step import AskStep, draft_of_step
from screens.widgets.dialog import open_dialog
from screens.widgets.form import TextField, YesNoField
from screens.widgets.plain import PlainText

_CAME_BACK: Final = N_("It came back")


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
        Binding("t", "step('take')", N_("Take"), id="ticket.take"),
        Binding("n", "step('note')", N_("Note"), id="ticket.note"),
        Binding("r", "step('resolve')", N_("Resolve"), id="ticket.resolve"),
        Binding("c", "step('close')", N_("Close"), id="ticket.close"),
        Binding("o", "step('reopen')", N_("Reopen"), id="ticket.reopen"),
        Binding("b", "step('answer')", N_("Answer came"), id="ticket.answer"),
        Binding("f", "step('respond')", N_("First answer"), id="ticket.respond"),
        Binding("w", "step('wait')", N_("Wait"), id="ticket.wait"),
        Binding("u", "undo", N_("Undo"), id="ticket.undo"),
        Binding("s", "step('send_out')", N_("Send out"), id="ticket.send_out"),
        Binding("a", "step('assign')", N_("Assign"), id="ticket.assign"),
        Binding("p", "step('priority')", N_("Priority"), id="ticket.priority"),
        Binding("x", "step('cancel')", N_("Cancel"), id="ticket.cancel"),
        Binding("k", "step('correct')", N_("Correct"), id="ticket.correct"),
        Binding("v", "receipt", N_("Receipt"), id="ticket.receipt", show=False),
        Binding("escape", "back", N_("Back"), id="ticket.back"),
    ]

    def __init__(self, no: str, *, news: str = "", step: str | None = None) -> None:
        super().__init__()
        self._no = no
        self._news = news
        self.ticket: TicketDetail | None = None
        self._undoable: Undoable | None = None
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

    def _question(self, desk: ReadingDesk) -> tuple[TicketDetail, Undoable | None]:
        return lookup.ticket(desk, self._no), undoable(desk, self._no)

    @property
    def is_opening(self) -> bool:
        """Also the window of a step that was asked for before the ticket was read."""
        return self._awaited_step is not None or super().is_opening

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("The keys below are the steps that are possible now; each is kept in the history."),
            _("Resolve says how it ended and why; close says whether the customer was told."),
            _("u takes your own last step back within a minute; k corrects customer and receipt."),
            _("Nothing is ever deleted: what was taken back stays in the history."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _show(self, found: tuple[TicketDetail, Undoable | None]) -> None:
        ticket, self._undoable = found
        self.ticket = ticket
        self.query_one("#headline", PlainText).update(story.headline(ticket))
        self.query_one("#next-step", PlainText).update(
            story.next_step(ticket, partial(key_for, self))
        )
        shop = self.counter_app.shop
        zone = shop.site.zone
        if self._undoable is not None:
            left = (self._undoable.until - shop.clock()).total_seconds()
            self.set_timer(max(left, 0) + 0.1, self.refresh_bindings)
        self.query_one("#facts", PlainText).update(story.facts(ticket, shop.clock(), zone))
        self.query_one("#history", PlainText).update(story.history(ticket, zone))
        self.refresh_bindings()
        if self._awaited_step is not None:
            self.when_in_front(self._take_awaited_step)

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
        if action != "step":
            return True
        if self.ticket is None:  # not read yet: a fast hand's key waits for it
            return True
        name = str(parameters[0])
        role = self.counter_app.actor.role
        if not allowed(role, Action.WORK_TICKET):
            return False
        if name == "priority" and not allowed(role, Action.CHANGE_PRIORITY):
            return False
        if name == "take" and self.ticket.owner == self.counter_app.actor.login:
            return self.ticket.status is TicketStatus.NEW
        if name == "respond" and self.ticket.first_response_at is not None:
            return False
        possible = possible_actions(self.ticket.status)
        if name == "answer":
            return TicketAction.ANSWER in possible or TicketAction.BACK in possible
        return STEPS[name] in possible

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

    # --- steps ------------------------------------------------------------------------------

    def action_step(self, name: str) -> None:
        """Take one step, after asking what it needs."""
        if self.ticket is None:
            self._awaited_step = name
            return
        match name:
            case "take":
                self.write(
                    partial(steps.take, no=self.ticket.no, seen=self.ticket.version), self._kept
                )
            case "assign" if allowed(self.counter_app.actor.role, Action.ASSIGN_OTHERS):
                self.read(staff.colleagues, self._ask_assignee, group="colleagues", opens=True)
            case "correct":
                self._open_window("correct", self._correction(self.ticket))
            case _:
                self._ask(name)

    def _ask_assignee(self, people: list[tuple[str, str]]) -> None:
        if self.is_active:  # else the hand went on to something else
            self._ask("assign", people)

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

    def _open_window(self, step: str, asked: Asked) -> None:
        """Ask for what a step needs and take it; what is wrong stands under its field.

        The typing is never lost: a window that is left shows it again when it is opened again.
        """
        ticket = self.ticket
        if ticket is None:
            return

        def done(_values: dict[str, str] | None) -> None:
            if dialog.kept is not None:
                self._kept(dialog.kept)

        dialog = AskStep(
            f"{ticket.no}  {asked.title}",
            asked.fields,
            step=step,
            ticket=ticket,
            operation=asked.operation,
            look=lambda desk: lookup.ticket(desk, ticket.no),
        )
        open_dialog(self.app, dialog, done)

    def _correction(self, ticket: TicketDetail) -> Asked:
        """The window that puts customer and receipt right; what is not touched stays."""
        was_receipt = "/".join(
            str(part) for part in (ticket.receipt_no, ticket.receipt_line_no) if part is not None
        )
        was_customer = ticket.customer or ""
        app = self.counter_app

        def operation(
            desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]
        ) -> TicketHead:
            customer_id: int | Unchanged | None = UNCHANGED
            if v["customer"] != was_customer:
                with app.shop.reading(app.actor) as reading:
                    customer_id = customer_meant(reading, v["customer"])
            return correct(
                desk,
                no,
                customer_id=customer_id,
                receipt_no=UNCHANGED if v["receipt_no"] == was_receipt else v["receipt_no"],
                text=v["note"],
                confirmed=v["confirmed"] == "yes",
                seen=seen,
            )

        receipt = TextField(
            "receipt_no", N_("Receipt"), value=was_receipt, hint=N_("Number, or number/line.")
        )
        customer = TextField(
            "customer", N_("Customer"), value=was_customer, hint=N_("Phone, name or number.")
        )
        sure = YesNoField("confirmed", N_("Other buyer"), hint=N_("y: not the ticket's customer."))
        fields = [receipt, customer, sure, steps.note_field()]
        return Asked(_("Whom and what is it about?"), fields, operation)

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

    def _kept(self, head: TicketHead) -> None:
        self.counter_app.last_steps = (head.no,)
        self.say(
            _("Saved. {no}: {status}. {key} takes it back.").format(
                no=head.no, status=label(head.status), key=key_for(self, "ticket.undo")
            ),
            "done",
        )
        self.store_changed()
