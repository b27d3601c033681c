"""Finding the receipt whose goods are brought back, by whatever was scanned or typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counter import lookup
from counter.desk import ReadingDesk
from counter.return_outlook import CheckedReceipt, check_receipt
from counter.return_reading import is_return_case
from models.terms import HitKind
from models.views import Hit, ReceiptRow, Span


@dataclass(frozen=True, slots=True)
class FoundForReturn:
    """What a text means at the return check.

    Attributes:
        checked: the receipt, where there is but one.
        line_no: its line, where one was named.
        case_no: a return case that goes on already.
        hits: what it may be, where it is nothing for certain; receipts where that can be.
    """

    checked: CheckedReceipt | None = None
    line_no: int | None = None
    case_no: str = ""
    hits: tuple[Hit, ...] = ()


def find_for_return(desk: ReadingDesk, text: str, limit: int = 20) -> FoundForReturn:
    """The receipt that ``text`` names.

    By its number (with a line: ``20250303-0117/2``), goods on it, a ticket about it, or whoever
    bought it.

    Raises:
        NotAllowed: the role may not look things up.
        WrongState: the store has no return rules for today.
    """
    text = text.strip()
    number, slash, line = text.rpartition("/")
    named_line = int(line) if slash and line.isascii() and line.isdigit() else None
    wanted = number if named_line is not None else text
    hits = lookup.find(desk, wanted, limit)
    exact = [hit for hit in hits if hit.kind is HitKind.RECEIPT and hit.ref == wanted]
    if len(exact) == 1:
        return FoundForReturn(check_receipt(desk, wanted), named_line)
    if len(hits) == 1:
        return follow(desk, hits[0], limit)
    return FoundForReturn(hits=hits)


def follow(desk: ReadingDesk, hit: Hit, limit: int = 20) -> FoundForReturn:
    """Where a hit leads: a receipt, the receipts with those goods or of that customer, a case.

    Raises:
        NotFound: it is gone meanwhile.
        WrongState: the store has no return rules for today.
    """
    match hit.kind:
        case HitKind.RECEIPT:
            return FoundForReturn(check_receipt(desk, hit.ref))
        case HitKind.PRODUCT:
            return _only(desk, lookup.receipts_with(desk, hit.id, limit))
        case HitKind.CUSTOMER:
            page = lookup.receipts_of(desk, hit.id, Span(limit))
            return _only(desk, [_as_hit(row, hit) for row in page.rows])
    if is_return_case(desk, hit.ref):
        return FoundForReturn(case_no=hit.ref)
    ticket = lookup.ticket(desk, hit.ref)
    if ticket.receipt_no is None:
        return FoundForReturn()
    return FoundForReturn(check_receipt(desk, ticket.receipt_no), ticket.receipt_line_no)


def _only(desk: ReadingDesk, receipts: Sequence[Hit]) -> FoundForReturn:
    if len(receipts) == 1:
        return FoundForReturn(check_receipt(desk, receipts[0].ref))
    return FoundForReturn(hits=tuple(receipts))


def _as_hit(row: ReceiptRow, customer: Hit) -> Hit:
    return Hit(
        HitKind.RECEIPT,
        row.id,
        row.receipt_no,
        row.goods,
        customer.text,
        row.sold_at,
        (row.channel,),
    )
