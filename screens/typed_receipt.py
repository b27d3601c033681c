"""The window for a receipt that the store does not have: typed from the paper in hand."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from counter.language import _
from counter.typed_receipts import TypedLine, TypedReceiptDraft, type_receipt
from counter.words import label
from models.errors import CounterError, InvalidInput
from models.messages import N_
from models.terms import Proof, SaleChannel, TenderMethod
from screens.asking import KeptAsk
from screens.return_fields import DAY_FORM
from screens.widgets.controls import Choice
from screens.widgets.form import ChoiceField, FieldRow, Form, TextField

TYPED_RECEIPT: Final = "typed_receipt"
"""Name of the window's draft."""

_LINES: Final = 3
"""Lines of the receipt that can be typed at once; few are ever brought back together."""

_OF_LINE: Final = ("article", "qty", "unit_price", "serial_no")


class TypeReceipt(KeptAsk):
    """A receipt with a few lines; the next line appears when the one before has an article.

    Args:
        receipt_no: what was looked for.

    Attributes:
        stored: the number of the receipt, once it is in the store.
    """

    DEFAULT_CSS = """
    TypeReceipt {
        & #dialog { width: 78; padding: 0 2; }
        & .field--remark { display: none; }
        & .-faulty > .field--remark { display: block; }
        & .typed--qty { width: 24; }
        & .typed--serial { width: 28; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, receipt_no: str) -> None:
        self.stored: str | None = None
        super().__init__(
            _("Type a receipt that the store does not have"),
            _fields(receipt_no),
            draft=TYPED_RECEIPT,
            validate=self._store,
        )

    def on_mount(self) -> None:
        for name in ("channel", "proof"):
            usual = SaleChannel.STORE if name == "channel" else Proof.RECEIPT
            if not self.form.fields[name].value:
                self.form.fields[name].value = usual
        self._show_lines()

    @on(Form.Changed)
    def _line_typed(self) -> None:
        self._show_lines()

    def _show_lines(self) -> None:
        """Show the lines that have an article, and one more."""
        values = self.form.values()
        for number in range(2, _LINES + 1):
            is_shown = bool(
                values[_name(number - 1, "article")] or values[_name(number, "article")]
            )
            for name in _OF_LINE:
                field = self.form.fields[_name(number, name)]
                field.display = is_shown
                if isinstance(field.parent, FieldRow):
                    field.parent.display = is_shown

    async def _store(self, values: dict[str, str]) -> dict[str, str]:
        if self.stored is not None:  # the key repeated while the store was busy
            return {}
        self.tell("")
        try:
            self.stored = await self.carry_out(partial(_typed, values=values))
        except CounterError as error:
            return self.refused(_under_fields(error))
        return {}


def _fields(receipt_no: str) -> list[Any]:
    channels = [Choice(str(one), partial(label, one)) for one in SaleChannel]
    proofs = [Choice(str(one), partial(label, one)) for one in Proof]
    methods = [Choice(str(one), partial(label, one)) for one in TenderMethod]
    sold_on = TextField("sold_on", N_("Sold on"), longest=10)
    sold_on.input.placeholder = DAY_FORM
    found: list[Widget] = [
        FieldRow(TextField("receipt_no", N_("Receipt"), value=receipt_no, longest=64), sold_on),
        ChoiceField("channel", N_("Sold"), channels, value=SaleChannel.STORE),
        ChoiceField("proof", N_("Proof"), proofs, value=Proof.RECEIPT),
        ChoiceField("paid_by", N_("Paid by"), methods),
    ]
    for number in range(1, _LINES + 1):
        found += _line(number)
    found.append(TextField("note", N_("Note"), longest=400))
    return found


def _line(number: int) -> list[Widget]:
    """Two rows: what was sold, and for how much."""
    article = TextField(_name(number, "article"), N_("Article"), longest=200)
    article.input.placeholder = _("number, barcode, or its name")
    serial = TextField(_name(number, "serial_no"), N_("Serial"), longest=64, label_width=10)
    serial.add_class("typed--serial")
    qty = TextField(_name(number, "qty"), N_("Quantity"), value="1", longest=10)
    qty.add_class("typed--qty")
    price = TextField(_name(number, "unit_price"), N_("Price"), longest=13, label_width=9)
    price.input.placeholder = _("of one")
    return [FieldRow(article, serial), FieldRow(qty, price)]


def _name(number: int, field: str) -> str:
    return f"line{number}_{field}"


def _typed(desk: Any, values: dict[str, str]) -> str:
    lines = [
        TypedLine(**{name: values[_name(number, name)] for name in _OF_LINE})
        for number in range(1, _LINES + 1)
        if number == 1 or values[_name(number, "article")]
    ]
    return type_receipt(
        desk,
        TypedReceiptDraft(
            values["receipt_no"],
            values["sold_on"],
            lines,
            channel=values["channel"],
            proof=values["proof"],
            note=values["note"],
            paid_by=values["paid_by"],
        ),
    )


def _under_fields(error: CounterError) -> CounterError:
    """The error with the names that the fields have here."""
    if isinstance(error, InvalidInput):
        for fault in error.faults or (error,):
            place, _dot, rest = (fault.field or "").partition(".")
            number, dot, name = rest.partition(".")
            if place == "lines" and dot:
                fault.field = _name(int(number), name)
    return error
