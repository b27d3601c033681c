"""A few fields in a small window: a note, a reason, a PIN."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import isawaitable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from counter.language import _
from models.messages import N_
from screens.widgets.controls import Spoken, said
from screens.widgets.dialog import Dialog
from screens.widgets.form import SAVE, Field, Form, TextField
from screens.widgets.plain import PlainText

Errors = Mapping[str, str]
Validator = Callable[[dict[str, str]], Errors | Awaitable[Errors]]
"""Says what is wrong: a translated sentence by field, nothing when all is well.

It runs on the event loop; one that reads the store or verifies a PIN is a coroutine that lets a
thread do it.
"""


class Ask(Dialog[dict[str, str] | None]):
    """A form in a window; ``ctrl+s`` or Enter on its last line gives the values, escape ``None``.

    Args:
        title: what is asked, already translated; names the record.
        fields: the fields, in their order.
        validate: what is checked before the window closes.
        detail: a sentence more, already translated.
        submit: the word on the last line, an untranslated message.
        keys: what its keys do, already translated; ``{what}`` is the word on the last line.
    """

    DEFAULT_CSS = """
    Ask {
        & #dialog > Form { margin: 1 0 0 0; padding: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", N_("Back"))]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        validate: Validator | None = None,
        detail: str = "",
        submit: Spoken = SAVE,
        keys: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._keys = keys or _("Ctrl+S: {what}.  Esc: back.")
        self._submit = submit
        self._detail = detail
        self._validate = validate
        self._is_closing = False
        self.form = Form(*fields, submit=submit)
        if len(fields) == 1 and isinstance(fields[0], TextField):
            fields[0].input.submits = True  # nobody scans into it, and there is no next one

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield PlainText(self._title, classes="dialog--title")
            if self._detail:
                yield PlainText(self._detail, classes="dialog--detail")
            yield self.form
            yield PlainText(
                self._keys.format(what=said(self._submit).lower()), classes="dialog--keys"
            )

    def on_mount(self) -> None:
        self.form.focus_first()

    def help_lines(self) -> list[str]:
        """How a form in a window is filled in."""
        return [
            _("Enter goes to the next field or, where there is but one line, saves."),
            _("Arrows move, Ctrl+S saves from anywhere."),
            _("A digit or the first letter chooses; in a note Enter begins a new line."),
        ]

    def action_cancel(self) -> None:
        """Close without values."""
        self._close(None)

    async def on_form_submitted(self, event: Form.Submitted) -> None:
        event.stop()
        found = self._validate(event.values) if self._validate is not None else {}
        errors = await found if isawaitable(found) else found
        if self._is_closing:
            return
        if errors:
            self.form.show_errors(errors)
        else:
            self._close(event.values)

    def _close(self, values: dict[str, str] | None) -> None:
        if not self._is_closing:
            self._is_closing = True
            self.dismiss(values)
