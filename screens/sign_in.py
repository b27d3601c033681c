"""Sign-in: staff number and PIN; also the lock. It comes after the first frame, behind it.

What changes here changes in :mod:`screens.doorway`, too, which draws the same picture.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from counter.language import _, sentence
from models.errors import CounterError
from models.messages import N_
from screens.frame import FramedScreen
from screens.widgets.controls import LineInput
from screens.widgets.form import Form, SecretField, TextField
from screens.widgets.plain import PlainText

if TYPE_CHECKING:
    from counter.desk import Actor
    from counter.signin import CodeAccepted


class LastSecret(SecretField):
    """A PIN that ends a form: Enter submits, because nobody scans a PIN."""

    def __init__(self, name: str, label: str, *, hint: str = "") -> None:
        super().__init__(name, label, hint=hint)
        self.input = _LastLine(password=True)


class _LastLine(LineInput):
    def leave(self, key: str, step: int) -> bool:
        if key != "enter":
            return super().leave(key, step)
        for node in self.ancestors:
            if isinstance(node, Form):
                node.action_submit()
                return True
        return False


class SignInForm(Form):
    """Number and PIN; the foot names what Ctrl+S does here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", N_("Sign in"), id="sign_in.submit"),
    ]


class SignIn(FramedScreen):
    """Who is there? Nothing else is shown before it is answered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", N_("Start again"), id="sign_in.clear"),
    ]
    AUTO_FOCUS = "LineInput"

    def compose_body(self) -> ComposeResult:
        with Vertical(id="sign-in"):
            yield PlainText("", id="shop-name")
            yield SignInForm(
                TextField("login", N_("Number"), hint=N_("Your staff number."), longest=32),
                LastSecret("pin", N_("PIN"), hint=N_("At least six digits, or a one-time code.")),
                submit="",
                id="who",
            )
            yield PlainText("", id="sign-in-note")

    def on_screen_resume(self) -> None:
        if not self.counter_app.opened.is_set():
            return
        self.shop_is_open()
        locked_for = self.counter_app.locked_for
        if locked_for is not None:
            self._form.fill({"login": locked_for.login, "pin": ""})
            self.query_one(LastSecret).control_widget.focus()
            locked = _("Locked. {name} goes on with the PIN; another number begins afresh.")
            self.query_one("#sign-in-note", PlainText).update(locked.format(name=locked_for.name))

    def begin_with(self, texts: list[str], field: int) -> None:
        """Take over what was typed at the doorway: number and PIN, and which of them has the hand.

        Args:
            texts: the staff number and the PIN.
            field: the index of the one that takes keys.
        """
        fields = tuple(self._form.fields.values())
        for one, text in zip(fields, texts, strict=True):
            one.value = text
        self.set_focus(fields[field].control_widget)

    def shop_is_open(self) -> None:
        """The store is there: say whose it is, and in the demo who works here."""
        self.show_title()
        self.query_one("#shop-name", PlainText).update(self.counter_app.shop.site.name)
        if self.counter_app.demo:
            self.query_one("#sign-in-note", PlainText).update(_demo_people())

    def cannot_open(self, error: CounterError) -> None:
        """The store cannot be used: say why; there is nothing to sign in to."""
        self._form.disabled = True
        self.query_one("#sign-in-note", PlainText).update(sentence(error))
        self.say_error(error)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Type your staff number, Enter, your PIN, Enter."),
            _("New here, or the PIN was reset: type the one-time code instead of a PIN."),
            _("After five wrong tries in a row the counter makes you wait."),
        ]

    @property
    def _form(self) -> Form:
        return self.query_one("#who", Form)

    def action_clear(self) -> None:
        """Empty both fields."""
        self._form.fill({"login": "", "pin": ""})
        self._form.clear_errors()
        self._form.focus_first()

    def on_form_submitted(self, event: Form.Submitted) -> None:
        """Check number and PIN."""
        login, secret = event.values["login"], event.values["pin"]
        if not login:
            self._form.show_errors({"login": _("Please fill this in.")})
            return
        if not secret:
            self._form.show_errors({"pin": _("Please fill this in.")})
            return
        self.say(_("One moment ..."))
        self.run_worker(self._sign_in(login, secret), group="sign-in", exclusive=True)

    async def _sign_in(self, login: str, secret: str) -> None:
        await self.counter_app.opened.wait()
        try:
            answer = await asyncio.to_thread(self._check, login, secret)
        except CounterError as error:
            self.query_one(LastSecret).value = ""
            self.say("")
            # Under the PIN, also where the number is wrong: a hand that types the PIN once more
            # must not type it where it can be read.
            self._form.show_errors({"pin": sentence(error)})
            return
        from counter.desk import Actor

        self.action_clear()
        self.say("")
        if isinstance(answer, Actor):
            await self.counter_app.signed_in(answer)
        else:
            self._choose_pin(answer.login, secret)

    def _check(self, login: str, secret: str) -> Actor | CodeAccepted:
        from counter.signin import sign_in

        return sign_in(self.counter_app.shop, login, secret)

    def _choose_pin(self, login: str, code: str) -> None:
        from screens.pin import choose_pin

        choose_pin(self, login, code)


def _demo_people() -> str:
    from counter.demo import DEMO_PEOPLE
    from counter.words import label

    lines, pin = [_("Demo shop, thrown away when you leave. Sign in as:")], _("PIN")
    lines += [
        f"{person.login}   {pin} {person.pin}   {person.name}, {label(person.role)}"
        for person in DEMO_PEOPLE
    ]
    return "\n".join(lines)
