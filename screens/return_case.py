"""A return from the claim to the money: where it stands, and every step that is possible now."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from counter import return_reading
from counter.approvals import Approval
from counter.desk import ReadingDesk
from counter.language import _
from counter.permissions import Action, allowed
from counter.return_words import questions_about, refusal_words
from counter.words import label
from models.errors import CounterError, InvalidInput, NotAllowed
from models.messages import N_
from models.return_views import ReturnCaseDetail
from models.terms import NUMBER_PREFIX, ReturnStatus, TicketKind
from screens import return_story as story
from screens import ticket_story
from screens.frame import FramedScreen
from screens.keymap import key_for
from screens.return_asked import Head, Known, Operation, Taking
from screens.return_keys import DECIDE, NEXT_KEYS, Hand, of_moment
from screens.return_parts import story_of
from screens.return_step import AskReturnStep
from screens.return_steps import STEPS, asked_for, at_hand, direct, offered
from screens.second_person import ask_second_person
from screens.ticket import TicketScreen
from screens.widgets.dialog import open_dialog
from screens.widgets.plain import PlainText
from screens.widgets.stepbar import StepBar

if TYPE_CHECKING:
    from screens.ways import Ways

_LOOKED_UP: Final = ("refuse", "receive")
"""Steps whose window begins with what the rules say of the goods."""


def open_case_or_ticket(app: Ways, no: str, news: str) -> None:
    """Show a ticket, or the case behind it where it is of a return that was checked here."""

    def show(is_case: bool) -> None:
        app.push_screen((ReturnCaseScreen if is_case else TicketScreen)(no, news=news))

    if not no.startswith(NUMBER_PREFIX[TicketKind.RETURN]):
        show(False)
        return
    app.in_front(
        lambda screen: screen.read(
            lambda desk: return_reading.is_return_case(desk, no),
            lambda is_case: screen.when_in_front(partial(show, is_case)),
            group="open",
            opens=True,
        )
    )


class ReturnCaseScreen(FramedScreen):
    """A return case; Enter takes its next step, and only what is possible now has a key.

    Args:
        no: the case's number.
        news: what to say on the status line at first, already translated.
        step: a step whose window is to open at once, with the typing it was left with.
    """

    CSS_PATH = "styles/return_case.tcss"
    AUTO_FOCUS = "#case"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", N_("Next step"), id="return.next"),
        Binding("a", "step('approve')", N_("Approve"), id="return.approve"),
        Binding("f", "step('refuse')", N_("Refuse"), id="return.refuse"),
        Binding("r", "step('refer')", N_("Refer"), id="return.refer"),
        Binding("l", "step('appeal')", N_("Appeal"), id="return.appeal"),
        Binding("g", "step('receive')", N_("Goods in"), id="return.receive"),
        Binding("m", "step('refund')", N_("Money back"), id="return.refund"),
        Binding("y", "step('authorise')", N_("Authorise"), id="return.authorise"),
        Binding("s", "step('settle')", N_("Paid back"), id="return.settle"),
        Binding("b", "step('fail')", N_("Failed"), id="return.fail"),
        Binding("t", "step('exchange')", N_("Exchange"), id="return.exchange"),
        Binding("e", "step('repair')", N_("Repair"), id="return.repair"),
        Binding("h", "step('give_back')", N_("Hand back"), id="return.give_back"),
        Binding("o", "step('override')", N_("Exception"), id="return.override"),
        Binding("w", "step('withdraw')", N_("Withdraw"), id="return.withdraw"),
        Binding("d", "way_back", N_("Way back"), id="return.way_back"),
        Binding("c", "step('compensate')", N_("Compensation"), id="return.compensate"),
        Binding("n", "step('note')", N_("Note"), id="return.note"),
        Binding("x", "explain", N_("Why"), id="return.explain"),
        Binding("p", "slip", N_("Slip"), id="return.slip"),
        Binding("k", "attach", N_("Attach"), id="return.attach"),
        Binding("v", "receipt", N_("Receipt"), id="return.receipt", show=False),
        Binding("i", "ticket", N_("Ticket"), id="return.ticket", show=False),
        Binding("escape", "back", N_("Back"), id="return.back"),
    ]

    def __init__(self, no: str, *, news: str = "", step: str | None = None) -> None:
        super().__init__()
        self._no = no
        self._news = news
        self._awaited_step = step
        self.case: ReturnCaseDetail | None = None
        self._hand = Hand()
        self._next_words = Content("")

    def compose_body(self) -> ComposeResult:
        yield PlainText("", id="headline")
        yield StepBar(id="steps")
        yield PlainText("", id="next-step")
        with VerticalScroll(id="case", can_focus=True):
            yield PlainText("", id="facts")
            yield PlainText("", id="history")

    def on_mount(self) -> None:
        if self._news:
            self.say(self._news, "done")
        self.read(self._question, self._show, group="case", opens=True)

    def store_changed(self) -> None:
        """Read the case again and show it."""
        if self.case is not None:
            self.read(self._question, self._show, group="case")

    def _question(self, desk: ReadingDesk) -> ReturnCaseDetail:
        return return_reading.case(desk, self._no)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Enter takes the step that comes next; what needs no words is done at once."),
            _("Every other step that is possible now has a key of its own below."),
            _("Where a second person has to say yes, number and PIN are asked for."),
            _("x says why: the verdict with its articles, and how every day was counted."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _show(self, case: ReturnCaseDetail) -> None:
        self.case = case
        zone = self.counter_app.shop.site.zone
        self.query_one("#headline", PlainText).update(story.headline(case))
        self.query_one("#steps", StepBar).show(story.bar(case))
        self._show_next_step(case)
        self.query_one("#facts", PlainText).update(story_of(case, zone))
        self.query_one("#history", PlainText).update(ticket_story.history(case.ticket, zone))
        self.refresh_bindings()
        if self._awaited_step is not None:
            step, self._awaited_step = self._awaited_step, None
            self.when_in_front(lambda: self._resume(step))

    def show_title(self) -> None:
        """Also how much time is left: it is asked every second."""
        super().show_title()
        if self.case is not None:
            self._show_next_step(self.case)

    def _show_next_step(self, case: ReturnCaseDetail) -> None:
        shop = self.counter_app.shop
        said = story.next_words(
            case, at_hand(case), key_for(self, "return.next"), shop.clock(), shop.site.zone
        )
        if said != self._next_words:
            self._next_words = said
            self.query_one("#next-step", PlainText).update(said)

    def _resume(self, step: str) -> None:
        if self._may(step):
            self._open_window(step)
        else:
            self.say(_("That step is no longer possible."))

    def _may(self, step: str) -> bool:
        return self.case is not None and step in offered(self.case, self.counter_app.actor.role)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys of steps that the case's status and the role allow."""
        if action == "step":
            return self._may(str(parameters[0]))
        if action == "next":
            return self._next() is not None
        if action == "way_back":
            return self._may("ship") or self._may("schedule")
        if action == "attach":
            return self._may("note")
        if action in ("explain", "receipt", "ticket", "slip"):
            return self.case is not None
        return True

    def _next(self) -> str | None:
        """The name of the step that Enter takes."""
        name = at_hand(self.case) if self.case is not None else None
        return name if name is not None and self._may(name) else None

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys of the moment: Enter says which step it takes, whose own letter is not shown."""
        found = super().active_bindings
        name = self._next()
        if name is None:
            return found
        own = f"step('{name}')"
        is_referred = self.case is not None and self.case.status is ReturnStatus.REFERRED
        words = DECIDE if is_referred else NEXT_KEYS[name]
        return {
            key: active._replace(binding=of_moment(active.binding, words, own))
            for key, active in found.items()
        }

    def on_key(self, event: events.Key) -> None:
        """Keep a scanner, and a key that is held down, from taking steps of a return."""
        if self._hand.takes(event):
            return
        event.stop()
        event.prevent_default()
        if self._hand.was_scanner(event):
            self.say(_("That was scanned, and nothing was done: Ctrl+F finds it."))

    # --- steps ------------------------------------------------------------------------------

    def action_next(self) -> None:
        """Take the next step: at once where nothing has to be typed."""
        name = self._next()
        if name is None or self.case is None:
            return
        way = direct(name, self.case)
        if way is None:
            self._open_window(name)
        else:
            self._take(name, way)

    def action_step(self, name: str) -> None:
        """Take one step, after asking what it needs."""
        if self.case is None:
            return
        way = direct(name, self.case) if name == "authorise" else None
        if way is not None:
            self._take(name, way)
        else:
            self._open_window(name)

    def action_way_back(self) -> None:
        """Note the parcel's number, or agree on a pick-up."""
        if self.case is not None:
            self._open_window("ship" if self._may("ship") else "schedule")

    def _take(self, name: str, way: Operation) -> None:
        case = self.case
        if case is None:
            return
        seen = case.ticket.version

        def failed(error: CounterError) -> None:
            if isinstance(error, NotAllowed) and self._may_ask_second():
                self.when_in_front(partial(self._ask_second_person, case, name, way, error))
                return
            if isinstance(error, InvalidInput) and name == "refund":
                self.when_in_front(partial(self._open_window, name))
            self.say_error(error)
            self.store_changed()

        self.write(
            lambda desk: way(desk, Taking(case.no, seen, {})),
            partial(self._kept, name),
            failed=failed,
            opens=True,
        )

    def _may_ask_second(self) -> bool:
        return allowed(self.counter_app.actor.role, Action.HANDLE_RETURN)

    def _ask_second_person(
        self, case: ReturnCaseDetail, name: str, way: Operation, why: CounterError
    ) -> None:
        app = self.counter_app

        async def act(approval: Approval) -> Head:
            def operate() -> Head:
                with app.shop.writing(app.actor) as desk:
                    return way(desk, Taking(case.no, case.ticket.version, {}, approval))

            return await asyncio.to_thread(operate)

        def refused(error: CounterError) -> None:
            self.say_error(error)
            self.store_changed()

        title = f"{case.no}  {story.question(case, name)}"
        ask_second_person(app, title, why, act, done=partial(self._kept, name), refused=refused)

    def _open_window(self, step: str) -> None:
        """Ask for what a step needs and take it; the typing is never lost."""
        case = self.case
        if case is None:
            return
        if step in _LOOKED_UP:
            self.read(
                lambda desk: Known(case, refusal_words(desk, case), questions_about(desk, case)),
                lambda known: self.when_in_front(partial(self._ask, step, known)),
                group="known",
                opens=True,
            )
        else:
            self._ask(step, Known(case))

    def _ask(self, step: str, known: Known) -> None:
        def done(_values: dict[str, str] | None) -> None:
            if window.kept is not None:
                self._kept(step, window.kept)

        window = AskReturnStep(known.case, step, asked_for(step, known))
        open_dialog(self.app, window, done)

    def _kept(self, name: str, head: Head) -> None:
        """Say what was done once the case stands there as it is now."""

        def show(case: ReturnCaseDetail) -> None:
            last = case.ticket.events[-1].kind if name == "compensate" else STEPS[name]
            self.say(_("{no}: {what}.").format(no=head.no, what=label(last)), "done")
            self._show(case)

        # a group of its own: the screen reads the case, too, when the window above it closes
        self.read(self._question, show, group="kept", opens=True)

    # --- looking further --------------------------------------------------------------------

    def action_explain(self) -> None:
        """Say why: the verdicts with their articles, and how every day was counted."""
        from screens.return_why import open_why

        if self.case is not None:
            open_why(self, self.case)

    def action_slip(self) -> None:
        """Show the slip for the customer, and print it."""
        from screens.slip import open_slip

        open_slip(self, self._no)

    def action_attach(self) -> None:
        """Attach a photo or another file."""
        from screens.attaching import open_attaching

        open_attaching(self, self._no)

    def action_receipt(self) -> None:
        """Show the receipt that the goods are on."""
        from screens.receipt import ReceiptScreen

        if self.case is not None:
            self.app.push_screen(ReceiptScreen(self.case.receipt_no))

    def action_ticket(self) -> None:
        """Show the ticket behind the case: owner, priority, waiting."""
        if self.case is not None:
            self.app.push_screen(TicketScreen(self.case.no))
