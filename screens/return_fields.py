"""The fields of the return check: its short words, and choices for a fast hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from counter.language import _
from counter.return_answers import MAIN_PART, REPAIRER
from models.messages import N_
from models.terms import ReturnReason
from screens.widgets.cells import cut
from screens.widgets.controls import Choice, ChoiceLine, Piece, passed_on, walk
from screens.widgets.form import ChoiceField

LABELS: Final = 12
"""Cells for the labels: the answers need the room."""

DAY_FORM: Final = "____-__-__"
"""What stands in an empty field for a day: its form, without being taken for an answer."""

REASONS: Final[Mapping[ReturnReason, str]] = {
    ReturnReason.NO_REASON: N_("no reason"),
    ReturnReason.QUALITY: N_("fault"),
    ReturnReason.NOT_AS_DESCRIBED: N_("not as described"),
    ReturnReason.WRONG_ITEM: N_("wrong item"),
    ReturnReason.SHORT_QUANTITY: N_("too few"),
    ReturnReason.DELIVERY_DAMAGE: N_("damaged"),
    ReturnReason.EXPIRED_AT_SALE: N_("past its date"),
    ReturnReason.FOOD_UNSAFE: N_("unsafe food"),
    ReturnReason.LABEL_FLAW: N_("label flaw"),
    ReturnReason.COUNTERFEIT: N_("not genuine"),
    ReturnReason.AUTHORITY_FAILED: N_("authority"),
    ReturnReason.RECALL: N_("recall"),
}
"""The reasons as short as a row of choices has them."""

_REASON_KEYS: Final = "1234567890-="
"""Twelve reasons have a key each: those beside the digits on every keyboard."""

QUESTIONS: Final[Mapping[str, str]] = {
    "seal_intact": N_("seal intact"),
    "tags_attached": N_("labels on"),
    "activated": N_("activated"),
    "used": N_("used"),
    "opened": N_("was opened"),
    "packaging_intact": N_("packaging intact"),
    "accessories_complete": N_("complete"),
    "resale_ok": N_("fit for resale"),
    "misuse": N_("customer's damage"),
    "fault_disputed": N_("cause disputed"),
    "purpose_defeated": N_("purpose defeated"),
    "confirmed_no_return": N_("no return agreed"),
    "same_model_available": N_("same model here"),
    "gift_returned": N_("gift is back"),
    MAIN_PART: N_("main part"),
    REPAIRER: N_("repairer is late"),
}
"""The questions as short as a row has them."""

FACTS: Final[Mapping[str, str]] = {
    "production_date": N_("made on"),
    "received_date": N_("signed for"),
    "installed_date": N_("installed"),
    "exchanged_on": N_("exchanged"),
    "repairs_done": N_("repairs"),
    "repair_days": N_("in repair"),
    "wait_days": N_("waited"),
    "loss_minor": N_("loss"),
    "gift_price_minor": N_("gift price"),
}
"""What is typed beside the questions."""


class MoreLine(Widget, can_focus=True):
    """Opens and closes what is seldom asked; says what of it is not as usual."""

    DEFAULT_CSS = """
    MoreLine {
        width: 1fr;
        height: 1;
        margin: 0 0 0 2;
        color: $foreground 65%;
        &:focus {
            color: $foreground;
            background-tint: $foreground 8%;
            text-style: bold;
        }
    }
    """

    class Pressed(Message):
        """Enter, or a click."""

    def __init__(self) -> None:
        super().__init__(id="more-line")
        self._summary = ""
        self.is_open = False

    def tell(self, summary: str, *, is_open: bool) -> None:
        """Show what stands behind the line, already translated."""
        self._summary, self.is_open = summary, is_open
        self.refresh()

    def render(self) -> Content:
        sign, more = "-" if self.is_open else "+", _("More")
        text = f"[ {sign} {more} ]  {self._summary}"
        return Content(cut(text, self.size.width))

    async def _on_key(self, event: events.Key) -> None:
        if passed_on(self, event):
            return
        if event.key == "enter" or (event.key == "down" and not self.is_open):
            self.post_message(self.Pressed())
        elif event.key in ("up", "down", "left"):
            walk(self, 1 if event.key == "down" else -1)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self) -> None:
        self.post_message(self.Pressed())


class _QuickLine(ChoiceLine):
    """Choices between which nobody writes words: only a scanner is faster than a choosing hand."""

    BURST = 0.05


class _ReasonLine(_QuickLine):
    """The reasons; while another field is answered, the chosen one alone."""

    def _wrapped(self, width: int) -> list[list[Piece]]:
        lines = super()._wrapped(width)
        if self.has_focus or not self.value or self.screen.has_class("-tall"):
            return lines
        values = [choice.value for choice in self.choices]
        return [[piece for line in lines for piece in line if values[piece.index] == self.value]]

    def watch_value(self, value: str) -> None:
        super().watch_value(value)
        self.refresh(layout=True)

    def on_focus(self) -> None:
        self.refresh(layout=True)

    def on_blur(self) -> None:
        self.refresh(layout=True)


class ReasonField(ChoiceField):
    """Why the goods come back; which reasons there are depends on the goods."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label, (), label_width=LABELS)
        self.line = _ReasonLine((), keys=_REASON_KEYS)


class QuickField(ChoiceField):
    """One of several words, where keys may follow each other as fast as a hand presses them."""

    def __init__(
        self, name: str, label: str, choices: Sequence[Choice] = (), *, value: str = ""
    ) -> None:
        super().__init__(name, label, (), label_width=LABELS)
        self.line = _QuickLine(choices, value)
