"""A question before something that cannot be undone."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from counter.language import _
from models.messages import N_
from screens.widgets.controls import Spoken, said
from screens.widgets.dialog import Dialog
from screens.widgets.plain import PlainText

YES: Final = N_("Yes")
NO: Final = N_("No")


class _Answers(Widget, can_focus=True):
    """The two answers side by side; the one Enter would give stands in brackets."""

    COMPONENT_CLASSES = {"answers--chosen"}
    DEFAULT_CSS = """
    _Answers {
        width: 100%;
        height: 1;
        margin: 1 0 0 0;
        & > .answers--chosen {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }
    }
    """

    agrees: reactive[bool] = reactive(False)

    class Given(Message):
        """An answer was clicked."""

        def __init__(self, agrees: bool) -> None:
            super().__init__()
            self.agrees = agrees

    def __init__(self, yes: Spoken, no: Spoken) -> None:
        super().__init__()
        self._words = (yes, no)

    def _labels(self) -> tuple[str, str]:
        yes, no = (said(word) for word in self._words)
        sides = ("[]", "  ") if self.agrees else ("  ", "[]")
        return f"{sides[0][0]} y  {yes} {sides[0][1]}", f"{sides[1][0]} n  {no} {sides[1][1]}"

    def render(self) -> Content:
        chosen = self.get_visual_style("answers--chosen")
        yes, no = self._labels()
        styled = (Content.styled(yes, chosen), Content(no))
        if not self.agrees:
            styled = (Content(yes), Content.styled(no, chosen))
        return Content.assemble(styled[1], "   ", styled[0])

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Given(event.x > Content(self._labels()[1]).cell_length + 1))


class Confirm(Dialog[bool]):
    """Ask before doing; the answer is no until somebody says yes.

    Args:
        question: names the record and what will happen to it, already translated.
        detail: a sentence more, already translated.
        yes: the word for going ahead, an untranslated message.
        no: the word for leaving it, likewise.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", YES, show=False),
        Binding("n,escape", "answer(False)", NO, show=False),
        Binding("left,right,up,down,tab,shift+tab", "turn", show=False),
        Binding("enter", "take", show=False),
    ]

    def __init__(
        self, question: str, *, detail: str = "", yes: Spoken = YES, no: Spoken = NO
    ) -> None:
        super().__init__()
        self._question = question
        self._detail = detail
        self._answers = _Answers(yes, no)
        self._is_answered = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield PlainText(self._question, classes="dialog--title")
            if self._detail:
                yield PlainText(self._detail, classes="dialog--detail")
            yield self._answers
            yield PlainText(_("Enter takes the answer in brackets."), classes="dialog--keys")

    @property
    def agrees(self) -> bool:
        """What Enter would answer now."""
        return self._answers.agrees

    def action_answer(self, agrees: bool) -> None:
        """Answer and close; only the first answer counts."""
        if not self._is_answered:
            self._is_answered = True
            self.dismiss(agrees)

    def action_turn(self) -> None:
        """Put the brackets around the other answer."""
        self._answers.agrees = not self._answers.agrees

    def action_take(self) -> None:
        """Give the answer in brackets."""
        self.action_answer(self._answers.agrees)

    def on__answers_given(self, event: _Answers.Given) -> None:
        self.action_answer(event.agrees)
