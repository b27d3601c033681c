"""The answers of the return check: a line's reason, quantity and condition, and the case's way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from textual import events
from textual.containers import Grid, Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from counter.language import _, quantity
from counter.return_answers import (
    DATES,
    DAYS,
    MAIN_PART,
    REPAIRER,
    TYPED,
    Asked,
    category_typed,
    usual,
)
from counter.return_check import category_of
from counter.words import label
from models.messages import N_
from models.return_views import SoldGoods
from models.terms import (
    FreightPayer,
    GoodsCategory,
    Proof,
    Remedy,
    ReturnMode,
    ReturnReason,
)
from screens.widgets.cells import cut
from screens.widgets.controls import Choice, ChoiceLine, SubmitLine, _Piece, passed_on, walk
from screens.widgets.flags import FlagsField, Question
from screens.widgets.form import ChoiceField, Field, FieldRow, Form, TextField
from screens.widgets.note import NoteField

LABELS: Final = 12
"""Cells for the labels: the answers need the room."""

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
    "opened": N_("opened"),
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

OF_LINE: Final = ("reason", "quantity", "serial_no", *TYPED, "category", "proof")
"""Fields that belong to one line of the receipt; the others belong to the case."""

OF_CASE: Final = (
    "wish",
    "mode",
    "freight_payer",
    "tracking_no",
    "slot_from",
    "slot_to",
    "address",
    "customer",
    "note",
)
"""Fields that belong to the case."""


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
        sign = "-" if self.is_open else "+"
        text = f"[ {sign} {_('More')} ]  {self._summary}"
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


class _ReasonLine(ChoiceLine):
    """The reasons; while another field is answered, the chosen one alone."""

    def _wrapped(self, width: int) -> list[list[_Piece]]:
        lines = super()._wrapped(width)
        if self.has_focus or not self.value or self.screen.has_class("-tall"):
            return lines
        values = [choice.value for choice in self.choices]
        return [[piece for line in lines for piece in line if values[piece.index] == self.value]]

    def on_focus(self) -> None:
        self.refresh(layout=True)

    def on_blur(self) -> None:
        self.refresh(layout=True)


class _ReasonField(ChoiceField):
    def __init__(self, name: str, label: str, *, label_width: int) -> None:
        super().__init__(name, label, (), label_width=label_width)
        self.line = _ReasonLine((), keys=_REASON_KEYS)


class AnswerForm(Form, inherit_bindings=False):
    """Everything that is answered about a line and its case, most of it out of sight until asked.

    Args:
        before: goes to what stands above the form; called at its upper end.
    """

    DEFAULT_CSS = """
    AnswerForm {
        padding: 0 1;
        & .field--remark { display: none; }
        & .-faulty > .field--remark { display: block; }
        & #facts {
            height: auto;
            grid-size: 3;
            grid-gutter: 0 2;
            grid-rows: auto;
        }
        & #amounts { height: auto; }
        & #field-quantity { width: 26; }
        & #last { height: 1; margin: 0 0 0 12; }
        & #more { height: auto; }
    }
    """

    def __init__(self, before: Callable[[], bool]) -> None:
        self.flags = FlagsField("flags", N_("Condition"), label_width=LABELS)
        self.more_line = MoreLine()
        self._before = before
        self._submit = SubmitLine(self._submit_word)
        self.wishes_exchange = False
        super().__init__(
            _ReasonField("reason", N_("Reason"), label_width=LABELS),
            FieldRow(
                TextField("quantity", N_("Quantity"), longest=13, label_width=LABELS),
                TextField("serial_no", N_("Serial"), longest=64, label_width=LABELS),
                id="amounts",
            ),
            self.flags,
            Grid(*(self._fact(name) for name in TYPED), id="facts"),
            ChoiceField("wish", N_("Wish"), (), label_width=LABELS),
            Horizontal(self._submit, self.more_line, id="last"),
            Vertical(*self._seldom(), id="more"),
            submit="",
            id="answers",
        )

    @staticmethod
    def _fact(name: str) -> TextField:
        longest = 10 if name in DATES else 12
        field = TextField(name, FACTS[name], longest=longest, label_width=LABELS + 1)
        if name in DATES:
            field.input.placeholder = "2025-03-08"
        elif name in DAYS:
            field.input.placeholder = _("days")
        return field

    @staticmethod
    def _seldom() -> list[Widget]:
        proofs = [Choice(str(one), partial(label, one)) for one in Proof]
        goods = [Choice(str(one), partial(label, one)) for one in GoodsCategory]
        modes = [Choice(str(one), partial(label, one)) for one in ReturnMode]
        payers = [
            Choice("", N_("as usual")),
            *(Choice(str(one), partial(label, one)) for one in FreightPayer),
        ]
        return [
            ChoiceField("mode", N_("Way back"), modes, value="counter", label_width=LABELS),
            ChoiceField("freight_payer", N_("Freight"), payers, label_width=LABELS),
            TextField("tracking_no", N_("Parcel no."), longest=64, label_width=LABELS),
            FieldRow(
                TextField("slot_from", N_("From"), longest=16, label_width=LABELS),
                TextField("slot_to", N_("To"), longest=16, label_width=LABELS),
            ),
            TextField("address", N_("Address"), longest=400, label_width=LABELS),
            ChoiceField("proof", N_("Proof"), proofs, value="receipt", label_width=LABELS),
            ChoiceField("category", N_("Goods"), goods, label_width=LABELS),
            TextField("customer", N_("Customer"), longest=120, label_width=LABELS),
            NoteField("note", N_("Note"), height=2, label_width=LABELS),
        ]

    def on_mount(self) -> None:
        self.query_one("#more").display = False
        for name in ("slot_from", "slot_to"):
            field = self.fields[name]
            if isinstance(field, TextField):
                field.input.placeholder = "2025-03-08 14:00"

    def _submit_word(self) -> str:
        return _("Exchange now") if self.wishes_exchange else _("Submit")

    def say_submit(self, *, exchange: bool) -> None:
        """Let the last line say what Enter on it does."""
        if exchange != self.wishes_exchange:
            self.wishes_exchange = exchange
            self._submit.refresh(layout=True)

    # --- what stands in it ------------------------------------------------------------------

    def show_line(self, goods: SoldGoods, asked: Asked, typed: Mapping[str, str]) -> None:
        """Show the answers about a line, and the questions that go with them."""
        self.clear_errors()
        self.adapt(goods, asked, typed)
        values = {name: typed.get(name, "") for name in OF_LINE}
        for name in TYPED:
            values[name] = typed.get(name) or usual(name, goods)
        values["category"] = str(category_typed(goods, typed))
        values["proof"] = typed.get("proof") or str(Proof.RECEIPT)
        self.fill(values)

    def adapt(self, goods: SoldGoods, asked: Asked, typed: Mapping[str, str]) -> None:
        """Ask what the answers so far make worth asking; nothing that was typed is lost."""
        reason = self._choice("reason")
        reasons = [Choice(str(one), REASONS[one]) for one in asked.reasons]
        if tuple(reasons) != reason.line.choices:
            chosen = reason.value
            reason.offer(reasons)
            reason.value = chosen
        words = [Question(name, QUESTIONS[name], usual(name, goods)) for name in asked.yes_no]
        self.flags.ask(words, typed)
        shown = 0
        for name in TYPED:
            self.fields[name].display = name in asked.typed
            shown += name in asked.typed
        self.query_one("#facts").display = bool(shown)
        self.fields["quantity"].display = asked.quantity
        self.fields["serial_no"].display = asked.serial_no
        self.query_one("#amounts").display = asked.quantity or asked.serial_no
        quantity_field = self.fields["quantity"]
        if isinstance(quantity_field, TextField):
            left = quantity(max(goods.left_milli, 0))
            quantity_field.input.placeholder = _("all {left}").format(left=left)
        serial = self.fields["serial_no"]
        if isinstance(serial, TextField):
            sold = _("sold: {serial}").format(serial=goods.serial_no)
            serial.input.placeholder = sold if goods.serial_no else ""

    def line_typing(self, goods: SoldGoods, before: Mapping[str, str]) -> dict[str, str]:
        """What is answered about the line now; ``before`` keeps what is out of sight."""
        values = self.values()
        typed = {**before, **{name: values[name] for name in OF_LINE}, **self.flags.answers}
        if typed["category"] == category_of(goods):
            typed["category"] = ""
        if typed["proof"] == Proof.RECEIPT:
            typed["proof"] = ""
        for name in TYPED:
            if typed[name] == usual(name, goods):
                typed[name] = ""
        return {name: value for name, value in typed.items() if value}

    def case_typing(self, before: Mapping[str, str], changed: str) -> dict[str, str]:
        """What is answered about the case, without what stands there by itself.

        Args:
            before: what was answered so far.
            changed: the field that a hand changed: only so is a wish one.
        """
        values = self.values()
        typed = {name: values[name] for name in OF_CASE}
        if changed != "wish":
            typed["wish"] = before.get("wish", "")
        if typed["mode"] == ReturnMode.COUNTER:
            typed["mode"] = ""
        return {name: value for name, value in typed.items() if value}

    def fill_case(self, typed: Mapping[str, str]) -> None:
        """Put the answers about the case into their fields."""
        values = {name: typed.get(name, "") for name in OF_CASE}
        values["mode"] = typed.get("mode") or str(ReturnMode.COUNTER)
        self.fill(values)
        self.show_way_back()

    def offer(self, remedies: Sequence[Remedy], wish: Remedy | None) -> None:
        """Offer what the verdicts support; with one or none there is nothing to choose."""
        field = self._choice("wish")
        choices = [Choice(str(one), partial(label, one)) for one in remedies]
        if [one.value for one in choices] != [one.value for one in field.line.choices]:
            with field.line.prevent(type(field.line).Changed):
                field.offer(choices)
        field.value = str(wish) if wish else ""
        field.display = len(remedies) > 1

    def show_way_back(self) -> None:
        """Show the fields of the way in which the goods come back."""
        mode = self.values()["mode"]
        by_mail, picked_up = mode == ReturnMode.MAIL, mode == ReturnMode.PICKUP
        self.fields["freight_payer"].display = by_mail or picked_up
        self.fields["tracking_no"].display = by_mail
        for name in ("slot_from", "slot_to", "address"):
            self.fields[name].display = picked_up
        row = self.fields["slot_from"].parent
        if isinstance(row, Widget):
            row.display = picked_up

    def open_more(self, *, is_open: bool) -> None:
        """Show what is seldom asked, or hide it again."""
        self.query_one("#more").display = is_open
        self.tell_more()

    @property
    def more_is_open(self) -> bool:
        """Whether what is seldom asked is in sight."""
        return bool(self.query_one("#more").display)

    @property
    def seldom(self) -> frozenset[str]:
        """Names of the fields that are seldom asked."""
        return frozenset(field.key for field in self.query("#more Field").results(Field))

    def tell_more(self) -> None:
        """Say on the line what stands behind it."""
        values = self.values()
        words = [
            label(kind(values[name]))
            for name, kind in (("proof", Proof), ("category", GoodsCategory), ("mode", ReturnMode))
            if values[name]
        ]
        if values["note"]:
            words.append(_("a note"))
        self.more_line.tell(", ".join(words), is_open=self.more_is_open)

    def _choice(self, name: str) -> ChoiceField:
        field = self.fields[name]
        if not isinstance(field, ChoiceField):
            raise TypeError(name)
        return field

    # --- moving -----------------------------------------------------------------------------

    def walk(self, control: Widget, step: int) -> None:
        controls = self._controls()
        if step < 0 and controls and control is controls[0] and self._before():
            return
        super().walk(control, step)

    def _controls(self) -> list[Widget]:
        """In the order in which they stand: the line that submits is not the last one here."""
        own = {field.control_widget for field in self.query(Field)}
        last = {self._submit, self.more_line}
        found = [one for one in self.query("*") if one in own or one in last]
        return [one for one in found if one.focusable and self._shows(one)]
