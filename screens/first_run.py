"""The first run: nobody works here yet. Set the shop up, or look at the demo shop first."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from counter import language
from counter.desk import Actor
from counter.founding import (
    FirstSupervisor,
    SiteDraft,
    begin,
    likely_currency,
    likely_zone,
    speak,
)
from counter.language import _, sentence
from counter.shop import Shop
from models.errors import CounterError, InvalidInput, WrongState
from models.messages import N_
from screens.frame import FramedScreen
from screens.widgets.controls import Spoken, said
from screens.widgets.dialog import open_dialog
from screens.widgets.form import Choice, ChoiceField, Form, SecretField, TextField
from screens.widgets.menu import ActionMenu, MenuAction
from screens.widgets.titlebar import TitleBar

_NEEDED: Final = (
    "name",
    "code",
    "zone",
    "currency",
    "supervisor_login",
    "supervisor_name",
    "supervisor_pin",
)


class _Heading(Widget):
    """A line that is translated when it is drawn."""

    DEFAULT_CSS = "_Heading { height: 1; text-style: bold; }"

    def __init__(self, words: Spoken) -> None:
        super().__init__()
        self._words = words

    def render(self) -> Content:
        return Content(said(self._words))


class FirstRun(FramedScreen):
    """Asks what the shop is and who its first supervisor is, and signs that person in."""

    CSS = """
    FirstRun #first-run {
        width: 78;
        max-width: 100%;
        max-height: 100%;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "welcome", N_("Back"), id="first_run.back"),
    ]
    AUTO_FOCUS = "LineInput"

    def compose_body(self) -> ComposeResult:
        spoken = language.active()
        zone = likely_zone(spoken)
        self._suggested = {"zone": zone, "currency": likely_currency(zone)}
        languages = [Choice(*choice) for choice in language.LANGUAGES.items()]
        yield Form(
            _Heading(N_("The shop")),
            TextField("name", N_("Shop's name"), hint=N_("As customers know it."), longest=80),
            TextField("code", N_("Code"), hint=N_("Short, for exports, such as S01."), longest=16),
            ChoiceField("language", N_("Language"), languages, value=spoken),
            TextField("zone", N_("Time zone"), hint=N_("Such as Asia/Shanghai."), value=zone),
            TextField(
                "currency",
                N_("Currency"),
                hint=N_("Three letters, such as CNY."),
                value=self._suggested["currency"],
                longest=3,
            ),
            _Heading(N_("Its first supervisor: you")),
            TextField(
                "supervisor_login",
                N_("Number"),
                hint=N_("Your staff number: letters, digits or . _ - without blanks."),
                longest=32,
            ),
            TextField("supervisor_name", N_("Your name"), longest=80),
            SecretField("supervisor_pin", N_("PIN"), hint=N_("At least six digits.")),
            SecretField("again", N_("Once more"), hint=N_("The same PIN.")),
            submit=N_("Set up the shop"),
            id="first-run",
        )

    def on_mount(self) -> None:
        self.call_after_refresh(self.action_welcome)

    def show_title(self) -> None:
        """No clock: nobody has said in which zone the shop is."""
        for bar in self.query(TitleBar):
            bar.left, bar.right = ("Counter",), ()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _(
                "Nobody works here yet. What you type here can be changed later, but the code"
                " stands in every export: let no two shops have the same."
            ),
            _("Enter and the arrows move from field to field, Ctrl+S sets the shop up."),
            _("You become the first supervisor and can add everybody else."),
        ]

    @property
    def _form(self) -> Form:
        return self.query_one("#first-run", Form)

    # --- how to begin -----------------------------------------------------------------------

    def action_welcome(self) -> None:
        """Ask how to begin; what was typed stays."""
        other = "en" if language.active() == "zh_CN" else "zh_CN"
        choices = [
            MenuAction("set_up", _("Set up my shop")),
            MenuAction("demo", _("Look at a demo shop first")),
            MenuAction(other, language.LANGUAGES[other]),
        ]

        def chosen(name: str | None) -> None:
            if name == "demo":
                self.counter_app.wants_demo = True
                self.app.exit()
            elif name == other:
                self._speak(other)
                self.action_welcome()

        open_dialog(self.app, ActionMenu(_("Welcome to Counter"), choices), chosen)

    # --- the form ---------------------------------------------------------------------------

    def on_form_changed(self, event: Form.Changed) -> None:
        """Another language speaks at once; suggestions follow while nobody touched them."""
        if event.field.key == "language":
            self._speak(event.field.value)
        elif event.field.key == "zone":
            self._suggest("currency", likely_currency(event.field.value.strip()))

    def _speak(self, name: str) -> None:
        language.use(name)
        self._form.fill({"language": name})
        self._form.clear_errors()
        zone = likely_zone(name)
        if self._suggest("zone", zone):
            self._suggest("currency", likely_currency(zone))
        self.say("")
        self.show_title()
        for widget in self.query():
            widget.refresh(layout=True)

    def _suggest(self, name: str, value: str) -> bool:
        """Put a suggestion into a field that still holds the one before."""
        field = self._form.fields[name]
        is_untouched = field.value == self._suggested[name]
        if value and is_untouched:
            field.value = self._suggested[name] = value
        return is_untouched

    def on_form_submitted(self, event: Form.Submitted) -> None:
        """Check what can be checked here, then set the shop up in a thread."""
        values = event.values
        errors = {name: _("Please fill this in.") for name in _NEEDED if not values[name]}
        if values["supervisor_pin"] != values["again"]:
            errors.setdefault("again", _("This is not the same PIN."))
        if errors:
            self._form.show_errors(errors)
            return
        self.say(_("One moment ..."))
        self.run_worker(self._set_up(values), group="first-run", exclusive=True)

    async def _set_up(self, values: dict[str, str]) -> None:
        app = self.counter_app
        try:
            actor = await self.in_thread(partial(_begin, app.shop, values))
        except InvalidInput as error:
            self.say("")
            faults = error.faults or (error,)
            self._form.show_errors({fault.field or "name": sentence(fault) for fault in faults})
            return
        except CounterError as error:
            self.say_error(error)
            if isinstance(error, WrongState):
                await app.switch_mode("sign_in")
            return
        self._form.fill({"supervisor_pin": "", "again": ""})
        await app.signed_in(actor)


def _begin(shop: Shop, values: dict[str, str]) -> Actor:
    """Keep the language first: a counter that cannot keep it has not been set up."""
    speak(shop.places, values["language"])
    site = SiteDraft(
        name=values["name"],
        code=values["code"].upper(),
        language=values["language"],
        zone=values["zone"],
        currency=values["currency"].upper(),
    )
    person = FirstSupervisor(
        values["supervisor_login"], values["supervisor_name"], values["supervisor_pin"]
    )
    return begin(shop, site, person)
