"""Forms: fields one under another, driven from the keyboard alone.

Enter moves on and never submits from a field, because a scanner ends with Enter; ``ctrl+s`` or
Enter on the last line submits. Every field keeps one line for its hint or its error, so nothing
jumps when an error appears.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from models.messages import N_
from models.text import clean_text
from screens.widgets.cells import cut
from screens.widgets.controls import Choice, ChoiceLine, LineInput, Spoken, SubmitLine, said
from screens.widgets.plain import plain

if TYPE_CHECKING:
    from screens.widgets.note import NoteField as NoteField

__all__ = [
    "Choice",
    "ChoiceField",
    "Field",
    "FieldRow",
    "Form",
    "NoteField",
    "SecretField",
    "TextField",
    "YesNoField",
]

LABEL_WIDTH: Final = 14
"""Cells for the labels: six Chinese characters and a sign, or a short English word."""

SAVE: Final = N_("Save")
"""What the last line of a form says."""

_TYPED: Final = N_("Enter or Tab goes on; letters choose here.")

_REPEAT: Final = 0.3
"""Seconds within which a second submission is the key repeating, not the clerk."""


def __getattr__(name: str) -> object:
    """``NoteField`` on demand: the text area behind it is not needed to sign in."""
    if name == "NoteField":
        from screens.widgets.note import NoteField

        return NoteField
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Label(Widget):
    """A field's name, with a sign while the field has the focus."""

    def __init__(self, word: Spoken) -> None:
        super().__init__(classes="field--label")
        self._word = word
        self.is_active = False

    def render(self) -> Content:
        label = f"{'>' if self.is_active else ' '} {said(self._word)}"
        return Content(cut(label, self.size.width - 1))


class _Remark(Widget):
    """The line under a field: its error, else its hint while it has the focus.

    A long error takes a second line rather than lose its end: that is where it says what to do.
    """

    def __init__(self, hint: Spoken) -> None:
        super().__init__(classes="field--remark")
        self._hint = hint
        self.error = ""
        self.advice: Spoken = ""
        self.is_active = False

    def render(self) -> Content:
        hint = said(self.advice or self._hint) if self.is_active else ""
        return plain(f"! {self.error}") if self.error else Content(cut(hint, self.size.width))


class Field(Widget):
    """A label, a control, and one line below for the hint or the error.

    Args:
        name: the key of the field's value in the form.
        label: its name on the screen, an untranslated message or what says it.
        hint: shown below while the field has the focus, likewise.
        value: what stands in it at first.
        label_width: cells for the label.
    """

    DEFAULT_CSS = """
    Field {
        height: auto;
        width: 1fr;
        & > .field--label { dock: left; width: 14; height: 1; color: $foreground 65%; }
        & > .field--remark { height: 1; width: 1fr; color: $foreground 65%; }
        &.-active > .field--label { color: $foreground; text-style: bold; }
        &.-faulty > .field--label { color: $text-error; text-style: bold; }
        &.-faulty > .field--remark {
            color: $text-error; text-style: bold; height: auto; max-height: 3;
        }
        &.-faulty:nocolor > .field--label { color: $foreground; }
        &.-faulty:nocolor > .field--remark { color: $foreground; }
    }
    """

    class Changed(Message):
        """The value of a field changed by a person's hand."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    def __init__(
        self,
        name: str,
        label: Spoken,
        *,
        hint: Spoken = "",
        value: str = "",
        label_width: int = LABEL_WIDTH,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=f"field-{name}", name=name, classes=classes)
        self.key = name
        self._label = _Label(label)
        self._label.styles.width = label_width
        self._remark = _Remark(hint)
        self._first_value = value

    def compose(self) -> ComposeResult:
        yield self._label
        yield self.control_widget
        yield self._remark

    @property
    def control_widget(self) -> Widget:
        """The control that takes the focus."""
        raise NotImplementedError

    @property
    def value(self) -> str:
        """What stands in the field, cleaned."""
        raise NotImplementedError

    @value.setter
    def value(self, value: str) -> None:
        raise NotImplementedError

    @property
    def error(self) -> str:
        """The sentence under the field; empty when it is sound."""
        return self._remark.error

    @error.setter
    def error(self, sentence: str) -> None:
        self._remark.error = sentence
        self.set_class(bool(sentence), "-faulty")
        self._remark.refresh()

    def on_descendant_focus(self) -> None:
        self._show_activity(True)

    def on_descendant_blur(self) -> None:
        self._show_activity(False)

    def _advise(self, words: Spoken) -> None:
        """Let ``words`` stand where the hint does, until something changes or the focus goes."""
        self._remark.advice = words
        self._remark.refresh()

    def _show_activity(self, is_active: bool) -> None:
        self._remark.advice = ""
        # Textual would style the children of ``:focus-within`` when they come, and never again.
        self.set_class(is_active, "-active")
        for part in (self._label, self._remark):
            part.is_active = is_active
            part.refresh()


class TextField(Field):
    """One line of text.

    Args:
        longest: most characters it takes; 0 for any number.
    """

    PASSWORD: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        label: Spoken,
        *,
        hint: Spoken = "",
        value: str = "",
        longest: int = 0,
        label_width: int = LABEL_WIDTH,
        classes: str | None = None,
    ) -> None:
        super().__init__(
            name, label, hint=hint, value=value, label_width=label_width, classes=classes
        )
        self.input = LineInput(value, password=self.PASSWORD, longest=longest)

    @property
    def control_widget(self) -> Widget:
        return self.input

    @property
    def value(self) -> str:
        return clean_text(self.input.value)

    @value.setter
    def value(self, value: str) -> None:
        self.input.put(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))


class SecretField(TextField):
    """One line that nobody can read over the shoulder: a PIN."""

    PASSWORD = True

    @property
    def value(self) -> str:
        return self.input.value

    @value.setter
    def value(self, value: str) -> None:
        self.input.put(value)


class ChoiceField(Field):
    """One of several words, by digit, first letter or arrows.

    Args:
        choices: values and the words for them; the words are messages or what says them.
    """

    KEYS: ClassVar[str] = ""

    def __init__(
        self,
        name: str,
        label: Spoken,
        choices: Sequence[Choice | tuple[str, Spoken]],
        *,
        hint: Spoken = "",
        value: str = "",
        label_width: int = LABEL_WIDTH,
        classes: str | None = None,
    ) -> None:
        super().__init__(
            name, label, hint=hint, value=value, label_width=label_width, classes=classes
        )
        self.line = ChoiceLine([Choice(*choice) for choice in choices], value, keys=self.KEYS)

    @property
    def control_widget(self) -> Widget:
        return self.line

    @property
    def value(self) -> str:
        return self.line.value

    @value.setter
    def value(self, value: str) -> None:
        known = {choice.value for choice in self.line.choices}
        with self.line.prevent(ChoiceLine.Changed):
            self.line.value = value if value in known else ""

    def offer(self, choices: Sequence[Choice | tuple[str, Spoken]]) -> None:
        """Offer other choices; a value that is not among them is no longer chosen."""
        self.line.offer([Choice(*choice) for choice in choices])

    def on_choice_line_typed(self, event: ChoiceLine.Typed) -> None:
        event.stop()
        self._advise(_TYPED)

    def on_choice_line_changed(self, event: ChoiceLine.Changed) -> None:
        event.stop()
        self._advise("")
        self.post_message(self.Changed(self))


class YesNoField(ChoiceField):
    """A question, answered with y or n in every language; ``yes``, ``no`` or still empty."""

    KEYS = "yn"

    def __init__(
        self,
        name: str,
        label: Spoken,
        *,
        hint: Spoken = "",
        value: str = "",
        label_width: int = LABEL_WIDTH,
        classes: str | None = None,
    ) -> None:
        choices = (Choice("yes", N_("yes")), Choice("no", N_("no")))
        super().__init__(
            name, label, choices, hint=hint, value=value, label_width=label_width, classes=classes
        )


class FieldRow(Horizontal):
    """Short fields side by side; below each other while one is faulty, for its sentence is not."""

    DEFAULT_CSS = "FieldRow { height: auto; &.-faulty { layout: vertical; } }"


class Form(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Fields, and a last line that submits.

    Args:
        children: fields, rows of fields, and anything between them.
        submit: the word on the last line; without one only ``ctrl+s`` submits.
    """

    DEFAULT_CSS = """
    Form {
        height: auto;
        padding: 0 1;
        & > SubmitLine { margin: 0 0 0 14; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "submit", SAVE, id="form.submit")]

    class Submitted(Message):
        """The clerk is done; the values have not been checked."""

        def __init__(self, form: Form, values: dict[str, str]) -> None:
            super().__init__()
            self.form = form
            self.values = values

        @property
        def control(self) -> Form:
            """The form."""
            return self.form

    class Changed(Message):
        """A field's value changed by a person's hand; time to save a draft."""

        def __init__(self, form: Form, field: Field) -> None:
            super().__init__()
            self.form = form
            self.field = field

        @property
        def control(self) -> Form:
            """The form."""
            return self.form

    def __init__(
        self,
        *children: Widget,
        submit: Spoken = SAVE,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(*children, id=id, classes=classes)
        self._submit_word = submit
        self._submitted_at = 0.0

    def compose(self) -> ComposeResult:
        if self._submit_word:
            yield SubmitLine(self._submit_word)

    # --- values -----------------------------------------------------------------------------

    @property
    def fields(self) -> dict[str, Field]:
        """The fields by name, in their order."""
        return {field.key: field for field in self.query(Field)}

    @property
    def in_sight(self) -> frozenset[str]:
        """Names of the fields that are shown now."""
        fields = self.fields.items()
        return frozenset(name for name, field in fields if self._shows(field.control_widget))

    def values(self) -> dict[str, str]:
        """What stands in the fields, cleaned."""
        return {name: field.value for name, field in self.fields.items()}

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values into fields; unknown names are passed over, nothing is posted."""
        for name, field in self.fields.items():
            if name in values:
                field.value = values[name]

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put each sentence (translated) under its field and go to the first faulty one."""
        first: Field | None = None
        for name, field in self.fields.items():
            field.error = errors.get(name, "")
            if field.error and first is None and self._shows(field.control_widget):
                first = field
        self._make_room()
        self._submitted_at = 0.0  # the next submission is an answer to these, not a repeat
        if first is not None:
            self.screen.set_focus(first.control_widget)

    def clear_errors(self) -> None:
        """Take the sentences under all fields away."""
        for field in self.fields.values():
            field.error = ""
        self._make_room()

    def _make_room(self) -> None:
        """Give the rows with a faulty field the whole width for each of their fields."""
        for row in self.query(FieldRow):
            row.set_class(any(field.error for field in row.query(Field)), "-faulty")

    # --- moving and submitting --------------------------------------------------------------

    def focus_first(self) -> None:
        """Go to the first field."""
        if controls := self._controls():
            self.screen.set_focus(controls[0])

    def walk(self, control: Widget, step: int) -> None:
        """Move the focus to the neighbour of ``control``; it stays at the ends."""
        controls = self._controls()
        if control not in controls:
            return
        at = controls.index(control) + step
        if 0 <= at < len(controls):
            self.screen.set_focus(controls[at])

    def _controls(self) -> list[Widget]:
        fields = [field.control_widget for field in self.fields.values()]
        controls: list[Widget] = [*fields, *self.query(SubmitLine)]
        return [control for control in controls if control.focusable and self._shows(control)]

    def _shows(self, control: Widget) -> bool:
        return all(node.display for node in control.ancestors_with_self if self in node.ancestors)

    def action_submit(self) -> None:
        """Post what stands in the fields; a key that repeats submits once."""
        before, self._submitted_at = self._submitted_at, monotonic()
        if self._submitted_at - before > _REPEAT:
            self.post_message(self.Submitted(self, self.values()))

    def on_submit_line_pressed(self, event: SubmitLine.Pressed) -> None:
        event.stop()
        self.action_submit()

    def on_field_changed(self, event: Field.Changed) -> None:
        event.stop()
        if event.field.error:
            event.field.error = ""
        self.post_message(self.Changed(self, event.field))
