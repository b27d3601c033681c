"""Several questions that are answered with yes or no, side by side in one field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from counter.language import _
from models.messages import N_
from screens.widgets.cells import cut, width_of
from screens.widgets.controls import Spoken, passed_on, said, walk
from screens.widgets.form import LABEL_WIDTH, Field

YES: Final = "yes"
NO: Final = "no"


class Question(NamedTuple):
    """A question: the name of its answer, the words, and the answer while nobody gave one."""

    name: str
    word: Spoken
    usual: str = NO


class FlagsLine(Widget, can_focus=True):
    """Questions in a row; y and n answer the one under the cursor, its digit turns any of them.

    An answer that is not the usual one stands out in brackets that are set in another style.
    """

    COMPONENT_CLASSES = {"flags--cursor", "flags--answer", "flags--unusual"}
    DEFAULT_CSS = """
    FlagsLine {
        width: 1fr;
        height: auto;
        & > .flags--answer { color: $foreground 80%; }
        & > .flags--unusual { text-style: bold reverse; }
        &:focus { background-tint: $foreground 8%; }
        &:focus > .flags--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
    }
    """
    DIGITS: ClassVar[str] = "1234567890"
    SCAN: ClassVar[float] = 0.05
    """Seconds between two digits within which a scanner typed them and no hand."""

    class Changed(Message):
        """A question was answered otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._questions: tuple[Question, ...] = ()
        self._answers: dict[str, str] = {}
        self._at = 0
        self._digit_at = float("-inf")
        self._before: dict[str, str] = {}

    @property
    def answers(self) -> Mapping[str, str]:
        """What was answered, by name; what nobody answered is missing."""
        return self._answers

    @property
    def questions(self) -> Sequence[Question]:
        """What is asked."""
        return self._questions

    def ask(self, questions: Sequence[Question], answers: Mapping[str, str]) -> None:
        """Ask these questions, with the answers so far; the cursor stays on its question."""
        under = self._questions[self._at].name if self._questions else ""
        names = [question.name for question in questions]
        self._at = names.index(under) if under in names else 0
        self._questions = tuple(questions)
        self._answers = {name: answers[name] for name in names if answers.get(name)}
        self.refresh(layout=True)

    def begin(self) -> None:
        """Put the cursor on the first question."""
        self._at = 0
        self.refresh()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.begin()

    def _answer(self, at: int) -> str:
        question = self._questions[at]
        return self._answers.get(question.name, question.usual)

    def _set(self, at: int, answer: str) -> None:
        name = self._questions[at].name
        before = self._answers.get(name)
        self._answers[name] = answer
        self.refresh()
        if answer != before:
            self.post_message(self.Changed())

    async def _on_key(self, event: events.Key) -> None:
        if passed_on(self, event):
            return
        if event.key in ("enter", "down", "up"):
            walk(self, -1 if event.key == "up" else 1)
        elif event.key in ("left", "right"):
            self._move(1 if event.key == "right" else -1)
        elif not self._questions or not event.character:
            return
        elif event.character.casefold() in ("y", "n"):
            self._set(self._at, YES if event.character.casefold() == "y" else NO)
            self._move(1)
        elif event.key == "space":
            self._turn(self._at)
        elif event.character in self.DIGITS:
            self._by_digit(event.character, event.time)
        else:
            return
        event.stop()
        event.prevent_default()

    def _move(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), max(len(self._questions) - 1, 0))
        self.refresh()

    def _turn(self, at: int) -> None:
        self._set(at, NO if self._answer(at) == YES else YES)

    def _by_digit(self, digit: str, at: float) -> None:
        """Turn the answer of that digit; digits of a scan put everything back."""
        follows, self._digit_at = at - self._digit_at < self.SCAN, at
        if follows:
            if self._answers != self._before:
                self._answers = dict(self._before)
                self.refresh()
                self.post_message(self.Changed())
            return
        self._before = dict(self._answers)
        index = self.DIGITS.index(digit)
        if index < len(self._questions):
            self._at = index
            self._turn(index)

    # --- drawing ----------------------------------------------------------------------------

    def _texts(self) -> list[tuple[str, str]]:
        """Each question with its digit, and its answer in brackets."""
        texts = []
        for at, question in enumerate(self._questions):
            digit = f"{self.DIGITS[at]} " if at < len(self.DIGITS) else ""
            answer = _("y") if self._answer(at) == YES else _("n")
            texts.append((f"{digit}{said(question.word)} ", f"[{answer}]"))
        return texts

    def _wrapped(self, width: int) -> list[list[int]]:
        """Which questions stand on which line."""
        lines: list[list[int]] = [[]]
        used = 0
        for at, (text, answer) in enumerate(self._texts()):
            room = width_of(text) + width_of(answer) + 2
            if used + room - 2 > width and lines[-1]:
                lines.append([])
                used = 0
            lines[-1].append(at)
            used += room
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def render(self) -> Content:
        cursor = self.get_visual_style("flags--cursor")
        usual = self.get_visual_style("flags--answer")
        unusual = self.get_visual_style("flags--unusual")
        texts = self._texts()
        lines: list[Content] = []
        for line in self._wrapped(self.size.width):
            pieces = []
            for at in line:
                text, answer = texts[at]
                text = cut(text, max(self.size.width - width_of(answer), 1))
                if at == self._at and self.has_focus:
                    pieces.append(Content.styled(f"{text}{answer}", cursor))
                    continue
                question = self._questions[at]
                style = usual if self._answer(at) == question.usual else unusual
                pieces.append(Content.assemble(text, (answer, style)))
            lines.append(Content("  ").join(pieces))
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        lines = self._wrapped(self.size.width)
        if event.y >= len(lines):
            return
        texts, end = self._texts(), 0
        for at in lines[event.y]:
            end += width_of("".join(texts[at])) + 2
            if event.x < end:
                self._at = at
                self._turn(at)
                return


class FlagsField(Field):
    """A field of yes-or-no questions.

    Its value is empty; what was answered is :attr:`answers`, by the names of the questions.
    """

    def __init__(self, name: str, label: Spoken, *, label_width: int = LABEL_WIDTH) -> None:
        super().__init__(
            name,
            label,
            hint=N_("y or n answers and goes on; a digit turns an answer."),
            label_width=label_width,
        )
        self.line = FlagsLine()

    @property
    def control_widget(self) -> Widget:
        return self.line

    @property
    def value(self) -> str:
        return ""

    @value.setter
    def value(self, value: str) -> None:
        """It has none of its own."""

    @property
    def answers(self) -> Mapping[str, str]:
        """What was answered, by name."""
        return self.line.answers

    def ask(self, questions: Sequence[Question], answers: Mapping[str, str]) -> None:
        """Ask these questions; the field is gone where there are none."""
        self.line.ask(questions, answers)
        self.display = bool(questions)

    def on_flags_line_changed(self, event: FlagsLine.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))
