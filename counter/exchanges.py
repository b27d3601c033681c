"""Exchanges: the goods come in and others go out, in one transaction.

The replacement of goods with a serial number begins a warranty of its own on the day of the
exchange; the old unit names it and cannot come back any more (invariant 17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import select

from counter.approvals import Approval
from counter.desk import WritingDesk
from counter.receiving import receive
from counter.return_decisions import newest
from counter.return_events import OpenCase, case_to_work_on, end, step
from counter.return_opening import ReturnDraft, open_case
from counter.return_parts import (
    line_numbered,
    move,
    optional,
    receipt_line,
    refuse_not_granted,
    refuse_other_remedy,
)
from counter.returns import approve
from counter.rules.fields import Faults
from counter.rules.return_case import next_status
from data.returns import sold_with_serial
from models.errors import InvalidInput
from models.messages import N_
from models.product import Product
from models.return_views import ReturnHead
from models.returns import ReturnLine, SerialUnit
from models.terms import MovementKind, Outcome, Remedy, TicketAction

EXCHANGES = frozenset({Remedy.EXCHANGE, Remedy.EXCHANGE_OTHER_MODEL})
"""Remedies by which other goods go out."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What goes out for one line: the same article, unless another is named.

    Attributes:
        line_no: on the receipt.
        serial_no: of the new unit; needed where the old one has one.
        sku: of another model, where that was granted.
    """

    line_no: int
    serial_no: str = ""
    sku: str = ""


def exchange(
    desk: WritingDesk,
    no: str,
    replacements: Sequence[Replacement] = (),
    *,
    text: str = "",
    seen: int | None = None,
) -> ReturnHead:
    """Hand out replacements for what came in; lines that are not named get the same article.

    Raises:
        InvalidInput: a serial number is missing, known already, or the article is unknown.
        WrongState: the goods are not in, or the verdict does not grant an exchange.
        NotAllowed, NotFound, Conflict: nothing was changed.
    """
    return _exchanged(desk, case_to_work_on(desk, no, seen), replacements, text)


def exchange_at_once(
    desk: WritingDesk,
    draft: ReturnDraft,
    replacements: Sequence[Replacement] = (),
    *,
    approval: Approval | None = None,
) -> ReturnHead:
    """Submit, approve, take in and exchange at the counter: all of it, or nothing.

    The wish is an exchange of the same model, unless another one is named.

    Raises:
        NotAllowed: a supervisor is needed.
        InvalidInput, NotFound, WrongState: nothing was stored.
    """
    wished = replace(draft, remedy=draft.remedy or Remedy.EXCHANGE)
    opened = open_case(desk, wished)
    approve(desk, opened.ticket.no, approval=approval)
    receive(desk, opened.ticket.no)
    return _exchanged(desk, opened, replacements, "")


def _exchanged(
    desk: WritingDesk, opened: OpenCase, replacements: Sequence[Replacement], text: str
) -> ReturnHead:
    note = optional("note", text)
    next_status(TicketAction.EXCHANGE, opened.status)
    refuse_other_remedy(opened, EXCHANGES)
    named = {line_numbered(desk, opened, one.line_no).id: one for one in replacements}
    told = []
    for line in opened.lines:
        if not _to_replace(line):
            _refuse_naming(desk, line, named.get(line.id))
            continue
        refuse_not_granted(opened, newest(desk, line))
        told.append(_replace(desk, opened, line, named.get(line.id)))
    step(desk, opened, TicketAction.EXCHANGE, text=note, payload={"lines": told})
    end(desk, opened, Outcome.EXCHANGED)
    return opened.head


def _to_replace(line: ReturnLine) -> int:
    """How much goes out for a line: what came in, or what was never delivered."""
    return line.requested_milli if line.waived is not None else line.received_milli


def _refuse_naming(desk: WritingDesk, line: ReturnLine, named: Replacement | None) -> None:
    """Nothing goes out for goods that did not come in."""
    if named is not None:
        raise InvalidInput(
            N_("Nothing came in of line {line}: nothing goes out for it."),
            field="line_no",
            line=receipt_line(desk, line).line_no,
        )


def _replace(
    desk: WritingDesk, opened: OpenCase, line: ReturnLine, named: Replacement | None
) -> dict[str, object]:
    """Hand out the replacement of one line."""
    sold = receipt_line(desk, line)
    faults = Faults()
    sku = faults.text("sku", named.sku if named else "", limit=64)
    serial = faults.text("serial_no", named.serial_no if named else "", limit=64)
    product_id = sold.product_id
    if sku is not None:
        product = desk.session.exec(select(Product).where(Product.sku == sku)).first()
        if product is None or product.id is None:
            faults.add("sku", N_("The store does not know the article {sku}."), sku=sku)
        elif product.id != sold.product_id and opened.case.remedy != Remedy.EXCHANGE_OTHER_MODEL:
            faults.add("sku", N_("Granted was the same model; {sku} is another."), sku=sku)
        else:
            product_id = product.id
    if serial is None and line.serial_no is not None:
        faults.add("serial_no", N_("Scan the serial number of the new unit."))
    faults.raise_if_any()
    if serial is not None:
        _hand_over(desk, line, product_id, serial)
    move(
        desk,
        line,
        MovementKind.REPLACEMENT_OUT,
        -_to_replace(line),
        product_id=product_id,
        serial_no=serial,
    )
    return {"line": line.uid, "serial_no": serial, "was": line.serial_no}


def _hand_over(desk: WritingDesk, line: ReturnLine, product_id: int, serial_no: str) -> None:
    """The new unit takes the place of the old one.

    Raises:
        InvalidInput: that unit was handed out before, or sold to somebody who has it.
    """
    known = desk.session.exec(select(SerialUnit).where(SerialUnit.serial_no == serial_no)).first()
    sold = sold_with_serial(desk.ask, serial_no) is not None
    if known is not None or sold or serial_no == line.serial_no:
        raise InvalidInput(
            N_("The unit {serial} was handed out or brought back before."),
            field="serial_no",
            serial=serial_no,
        )
    new = SerialUnit(
        serial_no=serial_no,
        product_id=product_id,
        receipt_line_id=line.receipt_line_id,
        warranty_start=desk.today,
    )
    desk.session.add(new)
    desk.session.flush()
    if line.serial_no is None:
        return
    old = desk.session.exec(
        select(SerialUnit).where(SerialUnit.serial_no == line.serial_no)
    ).first()
    if old is None:
        old = SerialUnit(
            serial_no=line.serial_no,
            product_id=receipt_line(desk, line).product_id,
            receipt_line_id=line.receipt_line_id,
        )
    old.exchanged_to_id = new.id
    desk.session.add(old)
    desk.session.flush()
