"""Intake: a new ticket, typed while the customer speaks; what is typed is kept as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from counter import drafts, intake
from counter.desk import ReadingDesk
from counter.due_outlook import DueOutlook, due_outlook
from counter.intake import FORM, Recognised
from counter.language import _, sentence, short_moment, time_of_day
from counter.permissions import Action, allowed
from counter.ticket_events import TicketHead
from counter.tickets import SUMMARY_LIMIT
from counter.words import label
from models.errors import CounterError, InvalidInput
from models.messages import N_
from models.terms import COMPLAINED, Priority, TicketChannel, TicketKind
from models.views import DraftRow
from screens.complaint_steps import detail_fields
from screens.drafting import DraftKeeper
from screens.frame import FramedScreen
from screens.intake_words import hint, in_words, outlook_words
from screens.keymap import key_for
from screens.ticket import TicketScreen
from screens.ticket_step import draft_of_step
from screens.widgets.controls import Choice
from screens.widgets.dialog import open_dialog
from screens.widgets.form import ChoiceField, FieldRow, Form, TextField
from screens.widgets.menu import ActionMenu, MenuAction
from screens.widgets.note import NoteField
from screens.widgets.plain import PlainText

CUSTOMER: Final = "customer_id"
"""Key of the chosen customer among the draft's values."""


class Intake(FramedScreen):
    """The form for a new ticket. Leaving it loses nothing; saving shows the new number."""

    CSS_PATH = "styles/intake.tcss"
    AUTO_FOCUS = "#field-about LineInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+b", "same", N_("Go on in it"), id="intake.same"),
        Binding("ctrl+r", "clear", N_("Clear form"), id="intake.clear"),
        Binding("escape", "back", N_("Back"), id="intake.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._customer_id: int | None = None
        self._is_filled = False
        self._is_saving = False
        self._recognised = Recognised()
        self._draft = DraftKeeper(
            self, FORM, self._content, kept=self._draft_kept, refused=self.say_error
        )

    def compose_body(self) -> ComposeResult:
        kinds = [Choice(str(kind), partial(label, kind)) for kind in TicketKind]
        channels = [Choice(str(way), partial(label, way)) for way in TicketChannel]
        priorities = [Choice(str(level), partial(label, level)) for level in Priority]
        about = detail_fields()
        yield Form(
            TextField("about", N_("Receipt")),
            PlainText(hint(), id="recognised"),
            ChoiceField("kind", N_("Kind"), kinds, hint=N_("A digit or the first letter.")),
            TextField("summary", N_("About"), hint=N_("In one line."), longest=SUMMARY_LIMIT),
            NoteField("body", N_("In full"), height=3),
            Vertical(*about[:3], FieldRow(*about[3:]), id="of-complaint"),
            FieldRow(
                TextField("customer_name", N_("Customer"), longest=120),
                TextField("customer_phone", N_("Phone"), longest=40),
            ),
            ChoiceField("channel", N_("Came by"), channels, value=TicketChannel.COUNTER),
            ChoiceField("priority", N_("Priority"), priorities),
            PlainText("", id="outlook"),
            submit=N_("Save the ticket"),
            id="intake",
        )

    def on_mount(self) -> None:
        may = allowed(self.counter_app.actor.role, Action.CHANGE_PRIORITY)
        self.query_one("#field-priority").display = may
        self.read(drafts.drafts_of, self._restore, group="drafts")

    def on_screen_resume(self) -> None:
        if self.counter_app.intake_values:
            values, self.counter_app.intake_values = self.counter_app.intake_values, {}
            self._begin_with(values)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Enter goes to the next field, arrows move, Ctrl+S saves from anywhere."),
            _("Scanning a receipt brings its customer and shows that customer's open cases."),
            _("What you type is kept as you type; after a power cut F2 shows it again."),
            _("Ctrl+B goes on in a ticket about the same that is open; the typing is its note."),
            _("A complaint asks for more: what about, what for, how serious, agency no., batch."),
        ]

    @property
    def form(self) -> Form:
        """The form."""
        return self.query_one("#intake", Form)

    # --- what the first field means ---------------------------------------------------------

    def _begin_with(self, values: Mapping[str, str]) -> None:
        """Start with a receipt line or a customer that was chosen on another screen."""
        self._is_filled = True
        self.say("")  # what was said of the form before is not true of this one
        chosen = values.get(CUSTOMER)
        self._customer_id = int(chosen) if chosen else None
        self.form.fill({"about": "", **values})
        self._show_kind()
        self._recognise()
        # At once: what is typed behind the key that chose the line is meant for the kind.
        self.set_focus(self.query_one("#field-kind", ChoiceField).control_widget)

    def _recognise(self) -> None:
        values = self.form.values()
        text, phone = values["about"], values["customer_phone"]
        chosen = self._customer_id

        def question(desk: ReadingDesk) -> Recognised:
            if not text and chosen is not None:
                return intake.about_customer(desk, chosen, phone)
            return intake.recognise(desk, text, phone)

        self.read(question, self._show_recognised)

    def _show_recognised(self, found: Recognised) -> None:
        self._recognised = found
        self.refresh_bindings()
        self._ask_outlook()
        typed = self.form.values()["about"]
        shown = self.query_one("#recognised", PlainText)
        key = key_for(self, "intake.same")
        zone = self.counter_app.shop.site.zone
        lines = in_words(found, typed, zone, shown.size.width, key)
        shown.update(Content("\n").join(lines or [hint()]))

    # --- drafts -----------------------------------------------------------------------------

    @on(Form.Changed)
    def _changed(self, event: Form.Changed) -> None:
        if not self._is_filled:
            self.say("")  # that the form is empty is no longer true
        if event.field.key == "about":
            self._customer_id = None
        if event.field.key in ("about", "customer_phone"):
            self._recognise()
        if event.field.key == "kind":
            self._kind_changed()
        if event.field.key in ("kind", "severity", "priority"):
            self._ask_outlook()
        self._is_filled = True
        self._draft.typed()

    def _kind_changed(self) -> None:
        """Show what the kind asks for; a suggestion of nobody came through the box."""
        self._show_kind()
        values = self.form.values()
        nobody = not (values["about"] or values["customer_name"] or values["customer_phone"])
        suggested = values["kind"] == TicketKind.SUGGESTION and nobody and not self._customer_id
        if suggested and values["channel"] == TicketChannel.COUNTER:
            self.form.fill({"channel": TicketChannel.BOX})
            self.say(_("Without a name it came through the box; say so if it was told here."))
        elif not suggested and values["channel"] == TicketChannel.BOX:
            self.form.fill({"channel": TicketChannel.COUNTER})

    def _show_kind(self) -> None:
        is_complaint = self.form.values()["kind"] in COMPLAINED
        self.form.set_class(is_complaint, "-complaint")

    def _ask_outlook(self) -> None:
        """Work out what is promised, as if the ticket were opened now."""
        found, values = self._recognised, self.form.values()
        customer = found.customer.id if found.customer else None
        draft = intake.draft_of(values, customer, "")
        self.read(lambda desk: due_outlook(desk, draft), self._show_outlook, group="outlook")

    def _show_outlook(self, outlook: DueOutlook | None) -> None:
        shop = self.counter_app.shop
        said = "" if outlook is None else outlook_words(outlook, shop.clock(), shop.site.zone)
        self.query_one("#outlook", PlainText).update(said)

    def _content(self) -> dict[str, str]:
        values = self.form.values()
        if values["channel"] == TicketChannel.COUNTER:
            del values["channel"]  # stands there by itself: a draft of nothing else is none
        if self._customer_id is not None:
            values[CUSTOMER] = str(self._customer_id)
        return values

    def _draft_kept(self) -> None:
        if not self._is_filled:
            return
        shop = self.counter_app.shop
        saved = _("draft saved {time}").format(time=time_of_day(shop.clock(), shop.site.zone))
        self.say_aside(saved)

    async def save_draft_now(self) -> None:
        """Keep what was typed before the counter locks or closes."""
        if self._is_filled:
            await self._draft.keep_now()

    def _restore(self, found: tuple[DraftRow, ...]) -> None:
        """Bring back what was typed before a crash, a lock or a power cut.

        Where a line of a receipt or a customer was chosen meanwhile, that stays.
        """
        draft = next((row for row in found if row.form == FORM), None)
        if draft is None:
            return
        typed = {name: str(value) for name, value in draft.content.items()}
        if self._is_filled:
            now = self.form.values()
            who = ("about", CUSTOMER)
            self.form.fill({k: v for k, v in typed.items() if k not in who and not now.get(k)})
            self._show_kind()
            self._recognise()
        else:
            self._begin_with(typed)
        at = short_moment(draft.saved_at, self.counter_app.shop.site.zone)
        self.say(_("What you were typing {when} is back. Ctrl+R clears it.").format(when=at))

    def action_clear(self) -> None:
        """Empty the form and forget its draft."""
        self._empty()
        self._begin(self._draft.forget, lambda _nothing: None, self.say_error, "draft")
        self.say(_("The form is empty."))
        self.form.focus_first()

    def _empty(self) -> None:
        self._draft.rest()
        self.form.fill(dict.fromkeys(self.form.fields, "") | {"channel": TicketChannel.COUNTER})
        self.form.clear_errors()
        self._show_kind()
        self._is_filled, self._customer_id = False, None
        self._show_recognised(Recognised())
        self.say_aside("")

    # --- going on with an open one ----------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to go on with where a ticket about the same is open."""
        return action != "same" or bool(self._open_numbers())

    def _open_numbers(self) -> dict[str, str]:
        """Open tickets by number with what they are about, the likeliest first."""
        found = self._recognised
        same = [(row.no, row.status, row.summary) for row in (*found.same, *found.of_phone)]
        others = [(row.no, row.status, row.summary) for row in found.open_cases]
        return {no: f"{no}  {label(status)}  {summary}" for no, status, summary in same + others}

    def action_same(self) -> None:
        """Go on in a ticket that is open already: what was typed is its note."""
        found = self._open_numbers()
        if len(found) == 1:
            self._go_on_in(next(iter(found)))
            return
        lines = [MenuAction(no, said) for no, said in found.items()]
        open_dialog(self.app, ActionMenu(_("Which one goes on?"), lines), self._go_on_in)

    def _go_on_in(self, no: str | None) -> None:
        if no is None:
            return
        values = self.form.values()
        typed = "\n".join(filter(None, (values["summary"], values["body"])))
        if typed:
            self.counter_app.typed[draft_of_step(no, "note")] = {"note": typed}
        self.app.push_screen(TicketScreen(no, step="note" if typed else None))
        key = key_for(self, "intake.clear")
        self.say(_("It goes on in {no}; {key} empties this form.").format(no=no, key=key))

    # --- saving -----------------------------------------------------------------------------

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        if self._is_saving:  # a store that is busy takes seconds; the key again is impatience
            return
        self._is_saving = True
        values, chosen = event.values, self._customer_id
        shop, actor = self.counter_app.shop, self.counter_app.actor

        def save() -> TicketHead:
            # Recognised anew: a fast hand saves before the answer to the scan is on the screen.
            with shop.reading(actor) as reading:
                about = values["about"]
                if not about and chosen is not None:
                    found = intake.about_customer(reading, chosen)
                else:
                    found = intake.recognise(reading, about)
            no = found.receipt.receipt_no if found.receipt else ""
            receipt_no = about if no and about != no else no
            customer = found.customer.id if found.customer else None
            with self._draft.ending(), shop.writing(actor) as desk:
                return intake.take_in(desk, values, customer, receipt_no)

        self.say(_("One moment ..."))
        self._begin(save, self._kept, self._refused, "save", opens=True)

    def _kept(self, head: TicketHead) -> None:
        self._is_saving = False
        self.nothing_newer("draft")
        self.say("")
        self._empty()
        self.form.focus_first()  # whoever comes back to it scans the next one
        news = _("Saved as {no}. Tell the customer this number.").format(no=head.no)
        self.app.run_worker(self.opening(self.counter_app.show_saved(head.no, news)), group="saved")

    def _refused(self, error: CounterError) -> None:
        self._is_saving = False
        self.say("")
        if isinstance(error, InvalidInput):
            faults = error.faults or (error,)
            names = {"receipt_no": "about", "customer": "about"}
            under = {names.get(f.field or "", f.field or ""): sentence(f) for f in faults}
            self.form.show_errors(under)
            if not under.keys() & self.form.fields.keys():
                self.say_error(error)
        else:
            self.form.show_errors({})
            self.say_error(error)
