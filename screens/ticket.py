"""One ticket: what it is, what happened, and every step it can take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from counter import lookup, staff, tickets
from counter.desk import ReadingDesk, WritingDesk
from counter.language import _
from counter.permissions import Action, allowed
from counter.rules.lifecycle import needs_liability, possible_actions
from counter.ticket_events import TicketHead
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_
from models.terms import (
    Cause,
    Liability,
    Outcome,
    Priority,
    TicketAction,
    TicketStatus,
)
from models.views import TicketDetail
from screens import ticket_story as story
from screens.frame import FramedScreen
from screens.ticket_step import AskStep, Operation, draft_of_step
from screens.widgets.controls import Choice
from screens.widgets.dialog import open_dialog
from screens.widgets.form import ChoiceField, Field, TextField, YesNoField
from screens.widgets.note import NoteField
from screens.widgets.plain import PlainText

STEPS: Final = {
    "take": TicketAction.TAKE,
    "assign": TicketAction.ASSIGN,
    "note": TicketAction.NOTE,
    "respond": TicketAction.RESPOND,
    "wait": TicketAction.ASK_CUSTOMER,
    "send_out": TicketAction.SEND_OUT,
    "answer": TicketAction.ANSWER,
    "resolve": TicketAction.RESOLVE,
    "close": TicketAction.CLOSE,
    "reopen": TicketAction.REOPEN,
    "cancel": TicketAction.CANCEL,
    "priority": TicketAction.PRIORITISE,
}
"""Actions of this screen, and the step of a ticket's life that each takes."""

WAIT_DAYS: Final = 3
"""Days until a waiting ticket wakes up, unless something else is typed."""


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
        Binding("u", "step('send_out')", N_("Send out"), id="ticket.send_out"),
        Binding("a", "step('assign')", N_("Assign"), id="ticket.assign"),
        Binding("p", "step('priority')", N_("Priority"), id="ticket.priority"),
        Binding("x", "step('cancel')", N_("Cancel"), id="ticket.cancel"),
        Binding("v", "receipt", N_("Receipt"), id="ticket.receipt", show=False),
        Binding("escape", "back", N_("Back"), id="ticket.back"),
    ]

    def __init__(self, no: str, *, news: str = "", step: str | None = None) -> None:
        super().__init__()
        self._no = no
        self._news = news
        self.ticket: TicketDetail | None = None
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

    def _question(self, desk: ReadingDesk) -> TicketDetail:
        return lookup.ticket(desk, self._no)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("The keys below are the steps that are possible now; each is kept in the history."),
            _("Resolve says how it ended and why; close says whether the customer was told."),
            _("Nothing is ever deleted: a note that was wrong is put right by another note."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _show(self, ticket: TicketDetail) -> None:
        self.ticket = ticket
        self.query_one("#headline", PlainText).update(story.headline(ticket))
        self.query_one("#next-step", PlainText).update(story.next_step(ticket))
        shop = self.counter_app.shop
        zone = shop.site.zone
        self.query_one("#facts", PlainText).update(story.facts(ticket, shop.clock(), zone))
        self.query_one("#history", PlainText).update(story.history(ticket, zone))
        self.refresh_bindings()
        step, self._awaited_step = self._awaited_step, None
        resumes, self._resumes = self._resumes, False
        if step is not None and self.check_action("step", (step,)):
            self.action_step(step)
        elif step is not None and resumes:
            self._save_typing_as_note(step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys of steps that the ticket's status and the role allow."""
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
                self._operate(lambda desk, no, seen: tickets.take(desk, no, seen=seen))
            case "assign":
                self.read(staff.colleagues, self._ask_assign, group="colleagues")
            case "note":
                self._ask_note()
            case "respond":
                self._ask(
                    name,
                    _("What was the customer told?"),
                    [_note()],
                    lambda d, n, s, v: tickets.respond(d, n, v["note"], seen=s),
                )
            case "wait" | "send_out":
                self._ask_wait(outside=name == "send_out")
            case "answer":
                self._ask(
                    name,
                    _("What came?"),
                    [_note()],
                    lambda d, n, s, v: tickets.answer(d, n, v["note"], seen=s),
                )
            case "resolve":
                self._ask_resolve(self.ticket)
            case "close":
                self._ask_close()
            case "reopen":
                self._ask(
                    name,
                    _("Why is it opened again?"),
                    [_note()],
                    lambda d, n, s, v: tickets.reopen(d, n, v["note"], seen=s),
                )
            case "cancel":
                self._ask(
                    name,
                    _("Why is it withdrawn?"),
                    [_note()],
                    lambda d, n, s, v: tickets.cancel(d, n, v["note"], seen=s),
                )
            case "priority":
                self._ask_priority(self.ticket)

    def _ask_note(self) -> None:
        def operation(desk: WritingDesk, no: str, seen: int, v: dict[str, str]) -> TicketHead:
            return tickets.note(desk, no, v["note"], seen=seen)

        self._ask("note", _("Note"), [_note()], operation)

    def _save_typing_as_note(self, step: str) -> None:
        """The step that was being typed is no longer possible: its words may still be a note."""
        typed = self.counter_app.typed.get(draft_of_step(self._no, step), {})
        if typed.get("note") and self.check_action("step", ("note",)):
            note = draft_of_step(self._no, "note")
            self.counter_app.typed.setdefault(note, {"note": typed["note"]})
            self.action_step("note")
        self.say(_("That step is no longer possible. Your words can be kept as a note."))

    def _ask_assign(self, people: list[tuple[str, str]]) -> None:
        me = self.counter_app.actor
        fields: list[Field] = []
        if allowed(me.role, Action.ASSIGN_OTHERS):
            choices = [Choice(login, _said(name)) for login, name in people]
            fields.append(ChoiceField("to", N_("To"), choices))
        fields.append(TextField("department", N_("Department"), longest=80))
        fields.append(_note())

        def operation(desk: WritingDesk, no: str, seen: int, v: dict[str, str]) -> TicketHead:
            return tickets.assign(
                desk,
                no,
                to=v.get("to") or None,
                department=v["department"],
                note=v["note"],
                seen=seen,
            )

        self._ask("assign", _("Assign"), fields, operation)

    def _ask_wait(self, *, outside: bool) -> None:
        day = (self.counter_app.today() + timedelta(days=WAIT_DAYS)).isoformat()
        fields: list[Field] = [
            _note(),
            TextField("wake_on", N_("Wakes up on"), hint=N_("Such as 2025-03-08."), value=day),
        ]

        def operation(desk: WritingDesk, no: str, seen: int, v: dict[str, str]) -> TicketHead:
            wait = tickets.wait_for_third_party if outside else tickets.wait_for_customer
            return wait(desk, no, v["note"], v["wake_on"], seen=seen)

        title = (
            _("What was sent out, and to whom?") if outside else _("What was the customer asked?")
        )
        self._ask("send_out" if outside else "wait", title, fields, operation)

    def _ask_resolve(self, ticket: TicketDetail) -> None:
        fields: list[Field] = [
            _choice("outcome", N_("Outcome"), Outcome),
            _choice("cause", N_("Cause"), Cause),
        ]
        if needs_liability(ticket.kind):
            fields.append(_choice("liability", N_("Liability"), Liability))
        fields.append(_note())

        def operation(desk: WritingDesk, no: str, seen: int, v: dict[str, str]) -> TicketHead:
            return tickets.resolve(
                desk,
                no,
                outcome=v["outcome"],
                cause=v["cause"],
                liability=v.get("liability"),
                text=v["note"],
                seen=seen,
            )

        self._ask("resolve", _("How did it end?"), fields, operation)

    def _ask_close(self) -> None:
        def operation(desk: WritingDesk, no: str, seen: int, v: dict[str, str]) -> TicketHead:
            if not v["informed"]:
                raise InvalidInput(N_("Please choose one."), field="informed")
            return tickets.close(
                desk, no, informed=v["informed"] == "yes", text=v["note"], seen=seen
            )

        fields: list[Field] = [YesNoField("informed", N_("Told?")), _note()]
        self._ask("close", _("Was the customer told how it ended?"), fields, operation)

    def _ask_priority(self, ticket: TicketDetail) -> None:
        def operation(desk: WritingDesk, no: str, seen: int, v: dict[str, str]) -> TicketHead:
            return tickets.prioritise(desk, no, v["priority"], v["note"], seen=seen)

        field = _choice("priority", N_("Priority"), Priority, value=ticket.priority)
        self._ask("priority", _("Priority"), [field, _note()], operation)

    # --- asking and operating ---------------------------------------------------------------

    def _ask(self, step: str, title: str, fields: Sequence[Field], operation: Operation) -> None:
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
            f"{ticket.no}  {title}",
            fields,
            step=step,
            ticket=ticket,
            operation=operation,
            look=self._question,
        )
        open_dialog(self.app, dialog, done)

    def _operate(self, operation: Callable[[WritingDesk, str, int], TicketHead]) -> None:
        ticket = self.ticket
        if ticket is None:
            return
        self.write(lambda desk: operation(desk, ticket.no, ticket.version), self._kept)

    def _kept(self, head: TicketHead) -> None:
        self.say(_("Saved. {no}: {status}.").format(no=head.no, status=label(head.status)), "done")
        self.store_changed()


def _note() -> NoteField:
    return NoteField("note", N_("Note"), height=4)


def _said(text: str) -> Callable[[], str]:
    """A word that is data and not a message: a person's name."""
    return lambda: text


def _choice(name: str, title: str, terms: type[StrEnum], value: str = "") -> ChoiceField:
    choices = [Choice(str(term), partial(label, term)) for term in terms]
    return ChoiceField(name, title, choices, value=value)
