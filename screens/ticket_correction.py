"""The window that puts a ticket's customer and receipt right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter.corrections import UNCHANGED, Unchanged, correct, customer_meant
from counter.desk import WritingDesk
from counter.language import _
from counter.ticket_events import TicketHead
from models.messages import N_
from models.views import TicketDetail
from screens import steps
from screens.steps import Asked
from screens.widgets.form import TextField, YesNoField

if TYPE_CHECKING:
    from screens.app import CounterApp


def correction(app: CounterApp, ticket: TicketDetail) -> Asked:
    """The window that puts customer and receipt right; what is not touched stays."""
    was_receipt = "/".join(
        str(part) for part in (ticket.receipt_no, ticket.receipt_line_no) if part is not None
    )
    was_customer = ticket.customer or ""

    def operation(desk: WritingDesk, no: str, seen: int | None, v: dict[str, str]) -> TicketHead:
        customer_id: int | Unchanged | None = UNCHANGED
        if v["customer"] != was_customer:
            with app.shop.reading(app.actor) as reading:
                customer_id = customer_meant(reading, v["customer"])
        return correct(
            desk,
            no,
            customer_id=customer_id,
            receipt_no=UNCHANGED if v["receipt_no"] == was_receipt else v["receipt_no"],
            text=v["note"],
            confirmed=v["confirmed"] == "yes",
            seen=seen,
        )

    receipt = TextField(
        "receipt_no", N_("Receipt"), value=was_receipt, hint=N_("Number, or number/line.")
    )
    customer = TextField(
        "customer", N_("Customer"), value=was_customer, hint=N_("Phone, name or number.")
    )
    sure = YesNoField("confirmed", N_("Other buyer"), hint=N_("y: not the ticket's customer."))
    fields = [receipt, customer, sure, steps.note_field()]
    return Asked(_("Whom and what is it about?"), fields, operation)
