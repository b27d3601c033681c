"""The answers of the return check: a line's reason, quantity and condition, and the case's way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from counter.language import _, listed, quantity
from counter.return_answers import (
    DATES,
    DAYS,
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
)
from screens.return_fields import (
    DAY_FORM,
    FACTS,
    LABELS,
    QUESTIONS,
    REASONS,
    MoreLine,
    QuickField,
    ReasonField,
)
from screens.widgets.controls import Choice, SubmitLine
from screens.widgets.flags import FlagsField, Question
from screens.widgets.form import ChoiceField, Field, FieldRow, Form, TextField
from screens.widgets.note import NoteField

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
            layout: grid;
            grid-size: 3;
            grid-gutter: 0 2;
            grid-rows: auto;
            &.-faulty { layout: vertical; }
        }
        & #amounts { height: auto; }
        & #last { height: 1; margin: 0 0 0 12; }
        & #more { height: auto; }
    }
    """

    def __init__(self, before: Callable[[], bool]) -> None:
        self.flags = FlagsField("flags", N_("Condition"), label_width=LABELS)
        self.more_line = MoreLine()
        self._before = before
        self._fields: dict[str, Field] | None = None
        self._submit = SubmitLine(self._submit_word)
        self.wishes_exchange = False
        super().__init__(
            ReasonField("reason", N_("Reason")),
            FieldRow(
                TextField("quantity", N_("Quantity"), longest=13, label_width=LABELS),
                TextField("serial_no", N_("Serial"), longest=64, label_width=LABELS),
                id="amounts",
            ),
            self.flags,
            FieldRow(*(self._fact(name) for name in TYPED), id="facts"),
            QuickField("wish", N_("Wish")),
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
            field.input.placeholder = DAY_FORM
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
            QuickField("mode", N_("Way back"), modes, value="counter"),
            QuickField("freight_payer", N_("Freight"), payers),
            TextField("tracking_no", N_("Parcel"), longest=64, label_width=LABELS),
            FieldRow(
                TextField("slot_from", N_("From"), longest=16, label_width=LABELS),
                TextField("slot_to", N_("To"), longest=16, label_width=LABELS),
            ),
            TextField("address", N_("Address"), longest=400, label_width=LABELS),
            QuickField("proof", N_("Proof"), proofs, value="receipt"),
            QuickField("category", N_("Goods"), goods),
            TextField("customer", N_("Customer"), longest=120, label_width=LABELS),
            NoteField("note", N_("Note"), height=2, label_width=LABELS),
        ]

    def on_mount(self) -> None:
        self.query_one("#more").display = False
        for name in ("slot_from", "slot_to"):
            field = self.fields[name]
            if isinstance(field, TextField):
                field.input.placeholder = f"{DAY_FORM} __:__"

    def _submit_word(self) -> str:
        return _("Exchange now") if self.wishes_exchange else _("Submit")

    def say_submit(self, *, exchange: bool) -> None:
        """Let the last line say what Enter on it does."""
        if exchange != self.wishes_exchange:
            self.wishes_exchange = exchange
            self._submit.refresh(layout=True)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields by name; they are looked for once, because every key asks for them."""
        if self._fields is None or not self.is_mounted:
            self._fields = super().fields
        return self._fields

    # --- what stands in it ------------------------------------------------------------------

    def show_line(self, goods: SoldGoods, asked: Asked, typed: Mapping[str, str]) -> None:
        """Show the answers about a line, and the questions that go with them."""
        self.clear_errors()
        self.adapt(goods, asked, typed)
        values = {name: typed.get(name, "") for name in OF_LINE}
        for name in TYPED:
            values[name] = typed.get(name) or usual(name, goods)
        values["category"] = str(category_typed(goods, typed))
        values["proof"] = typed.get("proof") or str(goods.proof)
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
        if typed["proof"] == goods.proof:
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
        self.more_line.tell(listed(words), is_open=self.more_is_open)

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
